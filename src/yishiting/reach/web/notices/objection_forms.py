"""Forms of objections: what somebody has against a notice, what staff write down from paper, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.ground.places.models import Home
from yishiting.record.notices.models import Objection
from yishiting.record.notices.services import objecting
from yishiting.record.notices.services.drafting import LONGEST_NOTE


def _homes(form: forms.Form, homes: Sequence[Home], *, asked: bool) -> None:
    field = form.fields["home"]
    assert isinstance(field, forms.TypedChoiceField)
    first = [("", gettext("请选"))] if asked else []
    field.choices = [*first, *((home.pk, str(home)) for home in homes)]


class ObjectionForm(forms.Form):
    """What one has against a notice; who has one home in its scope is not asked for which."""

    home = forms.TypedChoiceField(label=_("为哪一户提"), coerce=int)
    words = forms.CharField(
        label=_("不同意什么，为什么"),
        max_length=objecting.LONGEST_OBJECTION,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("只有您自己和办公示的人看得到。交了不能改，可以撤回再提。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, homes: Sequence[Home], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _homes(self, homes, asked=True)
        if len(homes) < 2:
            del self.fields["home"]


class PaperObjectionForm(forms.Form):
    """What a home handed in on paper."""

    home = forms.TypedChoiceField(label=_("哪一户交来的"), coerce=int)
    on = forms.DateField(label=_("哪天收到的"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    words = forms.CharField(
        label=_("纸上写的"),
        max_length=objecting.LONGEST_OBJECTION,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("照原话录。只有办公示的人看得到。"),
    )

    def __init__(self, *args: Any, homes: Sequence[Home], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _homes(self, homes, asked=True)


class ObjectionAnswerForm(forms.Form):
    """Whether an objection is right, why, and what follows."""

    outcome = forms.ChoiceField(label=_("异议成立吗"), choices=Objection.Outcome.choices, widget=forms.RadioSelect)
    remedy = forms.ChoiceField(
        label=_("成立的，怎么办"),
        choices=(("", _("不成立，不用改")), *Objection.Remedy.choices),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("选撤回，这份公示马上收下来，不能反悔。选改一版，要等新的一版发布，这件事才算完。"),
    )
    text = forms.CharField(
        label=_("为什么这样答复"),
        max_length=objecting.LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("提异议的人会看到。"),
    )

    def __init__(self, *args: Any, hangs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not hangs:
            del self.fields["remedy"]

    def told(self) -> list[tuple[str, str]]:
        """Return the answer as lines of a page that asks once more."""
        data = self.cleaned_data
        remedies: dict[str, Any] = dict(Objection.Remedy.choices)
        return [
            (gettext("异议成立吗"), str(Objection.Outcome(data["outcome"]).label)),
            (gettext("成立的，怎么办"), str(remedies.get(data.get("remedy", ""), ""))),
            (gettext("为什么这样答复"), data["text"]),
        ]


class TakeBackForm(forms.Form):
    """Why an objection on paper is taken back."""

    note = forms.CharField(
        label=_("为什么撤回"),
        max_length=LONGEST_NOTE,
        help_text=_("如：住户来说不提了；录错了一户。"),
    )
