"""Forms of interests. They read what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.selectors import homes_called
from yishiting.ground.organisations.declaring import LONGEST
from yishiting.ground.organisations.models import Interest, Organisation
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA

IN_WHAT = (
    ("", _("请选")),
    ("organisation", _("一个单位")),
    ("home", _("一户")),
    ("matter", _("一件事项")),
    ("vote", _("一次表决")),
    ("project", _("一个项目")),
)


class InterestForm(forms.Form):
    """An interest of one's own."""

    in_what = forms.ChoiceField(
        label=_("和什么有关系"),
        choices=IN_WHAT,
        help_text=_("选好以后，只填下面对应的一格。"),
        error_messages={"required": _("请选和什么有关系。")},
    )
    organisation = forms.TypedChoiceField(
        label=_("哪个单位"), coerce=int, empty_value=None, required=False, help_text=_("和单位有关系的填这里。")
    )
    door = forms.CharField(
        label=_("哪一户"), max_length=60, required=False, help_text=_("和一户有关系的填这里，写上楼栋、单元和房号。")
    )
    no = forms.IntegerField(
        label=_("编号"),
        min_value=1,
        max_value=2_000_000_000,
        required=False,
        help_text=_("和事项、表决、项目有关系的填这里。编号写在它的页面上。"),
    )
    relation = forms.ChoiceField(
        label=_("是什么关系"),
        choices=[("", _("请选")), *((key, words) for key, words in Interest.Relation.choices)],
        error_messages={"required": _("请选是哪一种关系。")},
    )
    reason = forms.CharField(
        label=_("说一句"),
        widget=forms.TextInput(attrs={"maxlength": LONGEST}),
        help_text=_("例如：弟弟是这家公司的合伙人。只给管名册的工作人员和监事看，不公开。"),
        error_messages={"required": _("请用一句话写明是什么关系。")},
    )
    until = forms.DateField(
        label=_("到哪一天为止"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不知道的空着，以后可以撤销。"),
        error_messages={"invalid": _("没有这一天。请写成 2027-02-05 的样子。")},
    )

    def __init__(self, *args: Any, estate: Estate, bodies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate, self.bodies = estate, bodies
        choose = self.fields["organisation"]
        assert isinstance(choose, forms.ChoiceField)
        choose.choices = [("", gettext("不用选")), *((body.pk, body.name) for body in bodies)]

    def clean(self) -> dict[str, Any]:
        """Read the one thing that was chosen; what else was filled in does not count."""
        data = super().clean() or {}
        chosen = data.get("in_what")
        if chosen == "organisation" and data.get("organisation") is None and "organisation" not in self.errors:
            self.add_error("organisation", gettext("请选是哪个单位。"))
        if chosen == "home":
            found = homes_called(self.estate, data.get("door", ""))
            if len(found) == 1:
                data["home_id"] = found[0].pk
            elif found:
                self.add_error("door", gettext("有好几户都叫这个，请把楼栋和单元也写上。"))
            else:
                self.add_error("door", gettext("没有找到这一户。请核对楼栋、单元和房号。"))
        if chosen in Interest.ThingKind.values and data.get("no") is None and "no" not in self.errors:
            self.add_error("no", gettext("请写编号。"))
        return data

    def asked(self) -> dict[str, Any]:
        """Return what the verb takes of this form."""
        data = self.cleaned_data
        chosen, until = data["in_what"], data["until"]
        return {
            "relation": data["relation"],
            "reason": data["reason"],
            "organisation_id": data["organisation"] if chosen == "organisation" else None,
            "home_id": data.get("home_id") if chosen == "home" else None,
            "thing_kind": chosen if chosen in Interest.ThingKind.values else "",
            "thing_no": data["no"] if chosen in Interest.ThingKind.values else None,
            "until": datetime.combine(until, time(18), CHINA) if until else None,
        }


class ForOthersForm(InterestForm):
    """An interest of somebody who holds a post, or of a body."""

    who = forms.ChoiceField(
        label=_("谁的"),
        help_text=_("选单位，是说这件事付钱给它、评它：在那里任职的人都要回避。"),
        error_messages={"required": _("请选是谁的利害关系。")},
    )
    field_order = ("who",)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = self.fields["who"]
        assert isinstance(choose, forms.ChoiceField)
        choose.choices = [
            ("", gettext("请选")),
            (gettext("任职的人"), [(f"person-{pk}", name) for pk, name in people]),
            (gettext("单位"), [(f"body-{body.pk}", body.name) for body in self.bodies]),
        ]

    def asked(self) -> dict[str, Any]:
        """Return what the verb takes of this form, with whose it is."""
        kind, _dash, pk = self.cleaned_data["who"].partition("-")
        return {**super().asked(), f"{kind}_id": int(pk)}


class CompanyForm(forms.Form):
    """A company that is not on the list of bodies yet."""

    name = forms.CharField(
        label=_("公司的名字"),
        max_length=80,
        help_text=_("写全称，例如：江宁便民充电有限公司。"),
        error_messages={"required": _("请写公司的名字。")},
    )


class WithdrawForm(forms.Form):
    """Why an interest is withdrawn."""

    reason = forms.CharField(
        label=_("为什么撤销"),
        widget=forms.TextInput(attrs={"maxlength": LONGEST}),
        help_text=_("例如：已经不在那里任职。会留在记录里。"),
        error_messages={"required": _("请写明为什么撤销。")},
    )
