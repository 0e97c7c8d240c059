"""Forms of appraisals. They read what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.appraisals.models import Appraisal
from yishiting.council.matters.models import Matter
from yishiting.council.matters.selectors import homes_called
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.kernel.clock import CHINA

SCORES = [
    (5, _("5 分，很满意")),
    (4, _("4 分，满意")),
    (3, _("3 分，一般")),
    (2, _("2 分，不满意")),
    (1, _("1 分，很不满意")),
]


class AnswerForm(forms.Form):
    """How well it was done."""

    score = forms.TypedChoiceField(label=_("办得怎么样"), choices=SCORES, coerce=int, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("想说的话"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不公开。管评议的人看得到话，看不到是哪一户写的。请不要写姓名、电话和门牌。"),
    )

    def told(self) -> list[tuple[str, str]]:
        """Return what was answered as lines of a page that asks once more."""
        data = self.cleaned_data
        return [
            (gettext("办得怎么样"), str(dict(SCORES)[data["score"]])),
            (gettext("想说的话"), data["words"]),
        ]


class WriteDownForm(AnswerForm):
    """The same, for a home that answers by word of mouth or on paper."""

    door = forms.CharField(label=_("哪一户"), max_length=60, help_text=_("如：1栋2单元301。"))
    field_order = ("door", "score", "words")

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate = estate

    def clean_door(self) -> int:
        """Read the door."""
        found = homes_called(self.estate, self.cleaned_data["door"])
        if len(found) != 1:
            raise forms.ValidationError(
                gettext("有好几户都叫这个，请把楼栋和单元也写上。")
                if found
                else gettext("没有找到这一户。请核对楼栋、单元和房号。")
            )
        return found[0].pk


class OpenForm(forms.Form):
    """Open an appraisal."""

    matter = forms.TypedChoiceField(label=_("评哪件事"), coerce=int, help_text=_("只列出办完的、没有在评的。"))
    scope = forms.ChoiceField(
        label=_("请哪些住户评"),
        choices=Appraisal.Scope.choices,
        help_text=_("开始以后不能改。至少 3 户。"),
    )
    building = forms.ModelChoiceField(label=_("哪一栋"), queryset=Building.objects.none(), required=False)
    entrance = forms.ModelChoiceField(label=_("哪个单元"), queryset=Entrance.objects.none(), required=False)
    threshold = forms.DecimalField(
        label=_("低于几分要整改"),
        min_value=Decimal(1),
        max_value=Decimal(5),
        max_digits=2,
        decimal_places=1,
        initial=Decimal("3.0"),
        help_text=_("先定好，开始以后不能改。"),
    )
    closes_on = forms.DateField(
        label=_("评到哪一天"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("到这一天 18:00 截止，自动结束。"),
    )

    def __init__(self, *args: Any, estate: Estate, matters: Sequence[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = self.fields["matter"]
        assert isinstance(choose, forms.ChoiceField)
        choose.choices = [
            ("", gettext("请选")),
            *((row.no, gettext("第 {no} 件 {title}").format(no=row.no, title=row.title)) for row in matters),
        ]
        self._places("building", Building.objects.filter(estate=estate))
        self._places("entrance", Entrance.objects.filter(estate=estate).select_related("building"))

    def _places(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        field.empty_label = gettext("不用选")

    @property
    def tenths(self) -> int:
        """The threshold in tenths of a point."""
        return int(self.cleaned_data["threshold"] * 10)

    @property
    def closes_at(self) -> datetime:
        """Days end at six in the evening, as all clocks here."""
        return datetime.combine(self.cleaned_data["closes_on"], time(18), CHINA)


class NoteForm(forms.Form):
    """What is done about a low score."""

    text = forms.CharField(
        label=_("怎么整改"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("会公开，请不要写居民的姓名、电话和门牌号。"),
    )


class CloseForm(forms.Form):
    """Close what is over."""
