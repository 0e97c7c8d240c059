"""Forms of the work calendar. They read what was typed; the verbs decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yishiting.ground.places.days import LONGEST_REASON

REASON_HELP = _("写依据，例如：国务院办公厅的放假通知、社区停电检修。会留在记录里。")


class _ForOthers(forms.Form):
    """A form that may enter the same in every other estate that the reader keeps."""

    others = forms.BooleanField(label=_("我负责的其他小区也一样登记"), required=False)

    def __init__(self, *given: Any, others: int = 0, **named: Any) -> None:
        super().__init__(*given, **named)
        if not others:
            self.fields.pop("others")


class DayForm(_ForOthers):
    """One day, free or worked."""

    day = forms.DateField(
        label=_("哪一天"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("请选哪一天。"), "invalid": _("没有这一天。请写成 2027-02-05 的样子。")},
    )
    worked = forms.TypedChoiceField(
        label=_("这一天"),
        choices=[("0", _("休息")), ("1", _("上班"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选休息还是上班。")},
    )
    reason = forms.CharField(
        label=_("缘由"),
        help_text=REASON_HELP,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON}),
        error_messages={"required": _("请写明缘由。")},
    )
    field_order = ("day", "worked", "reason", "others")


class ListForm(_ForOthers):
    """A year's list, pasted."""

    days = forms.CharField(
        label=_("放假安排，一行一天"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_("例如：2027-02-05 休。补班写：2027-02-07 班。后面可以再写一句说明。"),
        error_messages={"required": _("请把放假安排贴进来，一行一天。")},
    )
    reason = forms.CharField(
        label=_("缘由"),
        help_text=REASON_HELP,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON}),
        error_messages={"required": _("请写明缘由。")},
    )
    field_order = ("days", "reason", "others")


class LiftForm(forms.Form):
    """Why an entered day is taken back."""

    reason = forms.CharField(
        label=_("为什么撤掉"),
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON}),
        error_messages={"required": _("请写明为什么撤掉。")},
    )
