"""Forms of the roster. They read what was typed; the verbs decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.ground.people.events import AREA_REASONS, AREA_SOURCES
from yishiting.ground.people.roster.read import LARGEST_FILE
from yishiting.ground.people.roster.values import read_area
from yishiting.ground.people.selectors import Shared
from yishiting.reach.web.choosing import offer

NOBODY = "none"


class UploadForm(forms.Form):
    """A roster's file."""

    file = forms.FileField(
        label=_("名册文件"),
        help_text=_("Excel 表格（.xlsx）或 .csv，不超过 32 MB。上传后先给您看对比，确认了才写入。"),
        allow_empty_file=True,
        error_messages={"invalid": _("没有收到文件。请重新选一次。")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    allow_new = forms.BooleanField(
        label=_("允许新增楼栋和单元"),
        required=False,
        help_text=_("小区确实多了楼栋或单元才选。不选，写错的楼号会被挑出来。"),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is larger than is read at all, before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                gettext("这个文件超过 32 MB，太大了。请删去图片和无关的工作表，只留名册，再上传。")
            )
        return file


class AreaForm(forms.Form):
    """A home's area, where it comes from and why it changes."""

    area = forms.CharField(
        label=_("建筑面积（平方米）"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    source = forms.ChoiceField(label=_("从哪里查到的"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("为什么改"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "source", ((code, gettext(words)) for code, words in AREA_SOURCES.items()))
        offer(self, "reason", ((code, gettext(words)) for code, words in AREA_REASONS.items()))

    def clean_area(self) -> Decimal:
        """Read an area as people write it: ``89.47``, ``89.47㎡``, full-width digits."""
        found = read_area(self.cleaned_data["area"])
        if found.value is None or found.about:
            raise forms.ValidationError(gettext("面积请写一个大于 0 的数，例如 89.47。"))
        return found.value


class PhoneForm(forms.Form):
    """Whose a shared phone is."""

    person = forms.ChoiceField(label=_("这个电话是哪一位的"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, shared: Shared, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = {
            str(each.person.pk): gettext("、").join(
                [gettext("业主：%(home)s") % {"home": place} for place in each.owns]
                + [gettext("租客：%(home)s") % {"home": place} for place in each.lives_in]
            )
            for each in shared.sharers
        }
        sharers = [(str(each.person.pk), each.person.name) for each in shared.sharers]
        offer(self, "person", [*sharers, (NOBODY, gettext("都不是"))])
        self.hints[NOBODY] = gettext("他们都不再用这个电话登录，等各自报来自己的电话。")

    def person_id(self) -> int | None:
        """Return whose phone it is, None for nobody here."""
        chosen: str = self.cleaned_data["person"]
        return None if chosen == NOBODY else int(chosen)
