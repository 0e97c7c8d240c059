"""Forms of charts. They read what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.ground.organisations import charts
from yishiting.ground.organisations.charting import people
from yishiting.ground.organisations.charting.charts import LONGEST_REASON
from yishiting.ground.organisations.charting.drawn import Tree
from yishiting.ground.organisations.charting.people import Meant
from yishiting.ground.organisations.charting.services import Area
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.kernel.clock import CHINA

WHOLE = "estate"


class ChartForm(forms.Form):
    """A version of a chart: its levels, one a line."""

    name = forms.CharField(
        label=_("这套架构叫什么"), max_length=charts.LONGEST, help_text=_("写清是哪个组织的架构。居民看得到。")
    )
    levels = forms.CharField(
        label=_("分哪几级"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("每行写一级，从上往下写，三到五级。"),
    )
    people_last = forms.BooleanField(
        label=_("最下面一级是人，不是单位"),
        required=False,
        help_text=_("例如最下面一级是一名一名的成员，就勾上。"),
    )
    carry = forms.BooleanField(
        label=_("把在用版本的单位、范围和人员带过来"),
        required=False,
        help_text=_("带过来以后可以再改；各人的任期和是否公开姓名照旧。"),
    )

    def __init__(self, *args: Any, former: Chart | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if former is None:
            del self.fields["carry"]

    def clean_levels(self) -> list[str]:
        """Return the levels, without empty lines."""
        return [line for line in self.cleaned_data["levels"].splitlines() if line.strip()]


class SureForm(forms.Form):
    """Asks for nothing but the tap on its button."""


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(
        label=_("为什么"),
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON}),
        help_text=_("一句话，会留在底册里。"),
        error_messages={"required": _("请写明为什么。")},
    )


class AreaForm(forms.Form):
    """Which places a unit answers for."""

    areas = forms.MultipleChoiceField(
        label=_("负责哪里"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以选几处；不管地方的单位，一个也不选。"),
    )

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = self.fields["areas"]
        assert isinstance(choose, forms.MultipleChoiceField)
        entrances: dict[int, list[Entrance]] = {}
        for entrance in Entrance.objects.filter(estate=estate).select_related("building").order_by("order", "pk"):
            entrances.setdefault(entrance.building_id, []).append(entrance)
        choices = [(WHOLE, gettext("整个小区"))]
        for building in Building.objects.filter(estate=estate).order_by("order", "pk"):
            choices.append((f"b{building.pk}", str(building)))
            choices += [(f"e{entrance.pk}", str(entrance)) for entrance in entrances.get(building.pk, [])]
        choose.choices = choices

    def asked(self) -> list[Area]:
        """Return the places that were ticked."""
        found = []
        for value in self.cleaned_data["areas"]:
            pk = int(value[1:]) if value != WHOLE else None
            found.append(Area(building_id=pk if value[0] == "b" else None, entrance_id=pk if value != WHOLE and value[0] == "e" else None))  # fmt: skip
        return found


class UnitForm(forms.Form):
    """A unit's name and what it hangs under; for a new one its level, too."""

    level = forms.TypedChoiceField(label=_("哪一级"), coerce=int)
    parent = forms.TypedChoiceField(
        label=_("挂在哪个单位下面"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"data-sometimes": ""}),
        help_text=_("要挂在上一级的单位下面；最上面一级不用选。"),
    )
    name = forms.CharField(
        label=_("单位的名字"), max_length=charts.LONGEST, help_text=_("居民看得到，请用楼栋、方位来叫，不要写人名。")
    )

    def __init__(self, *args: Any, tree: Tree, level: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if level is None:
            last = charts.deepest(tree.chart.levels, people_last=tree.chart.people_last)
            choose = self.fields["level"]
            assert isinstance(choose, forms.ChoiceField)
            choose.choices = [
                (n, gettext("第 %(n)s 级：%(level)s") % {"n": n, "level": name})
                for n, name in enumerate(tree.chart.levels[:last], 1)
            ]
        else:
            del self.fields["level"]
        hang = self.fields["parent"]
        assert isinstance(hang, forms.ChoiceField)
        hang.choices = [
            ("", gettext("不挂在哪里（最上面一级）")),
            *(
                (name, [(node.unit.no, node.unit.name) for node in tree.nodes.values() if node.unit.level == n])
                for n, name in enumerate(tree.chart.levels, 1)
            ),
        ]


class NewUnitForm(UnitForm, AreaForm):
    """A new unit, with the places that it answers for."""

    field_order = ("level", "parent", "name", "areas")


class LeaderForm(forms.Form):
    """Who leads a unit."""

    person = forms.CharField(
        label=_("谁来负责"),
        max_length=80,
        help_text=_("写姓名。有同名的，在后面写上房号或电话，例如：王某某 1栋1单元101。"),
        error_messages={"required": _("请写是谁。")},
    )
    consent = forms.ChoiceField(
        label=_("本人怎么同意的"),
        choices=[("", _("请选")), *ChartSeat.Consent.choices],
        error_messages={"required": _("请先征得本人同意，再选他是怎么同意的。没有同意的不登记。")},
    )
    name_public = forms.BooleanField(
        label=_("本人也同意公开姓名"),
        required=False,
        help_text=_("这是另外一件事，要单独问。不同意的，居民只看到这里有没有负责人。"),
    )
    since = forms.DateField(
        label=_("从哪一天起"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("从现在起的，空着。"),
        error_messages={"invalid": _("没有这一天。请写成 2027-02-05 的样子。")},
    )
    until = forms.DateField(
        label=_("到哪一天为止"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("没有期限的空着，以后可以结束。"),
        error_messages={"invalid": _("没有这一天。请写成 2027-02-05 的样子。")},
    )

    def __init__(self, *args: Any, estate: Estate, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate, self.now = estate, now

    def clean_person(self) -> int:
        """Return who is meant, where a line means one person."""
        found = people.meant(self.estate, [self.cleaned_data["person"]], now=self.now)
        if not found or found[0].person_id is None:
            fault = found[0].fault if found else None
            raise forms.ValidationError(fault.render(gettext) if fault else gettext("请写是谁。"))
        return found[0].person_id

    def asked(self) -> dict[str, Any]:
        """Return what the verb takes of this form; a last day counts until work ends on it."""
        data = self.cleaned_data
        since, until = data["since"], data["until"]
        return {
            "person_id": data["person"],
            "consent": data["consent"],
            "name_public": data["name_public"],
            "since": datetime.combine(since, time(0), CHINA) if since else None,
            "until": datetime.combine(until, time(18), CHINA) if until else None,
        }


class MembersForm(forms.Form):
    """Several people at once: lines that were typed or pasted, and boxes of a building that were ticked."""

    lines = forms.CharField(
        label=_("名单"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "data-sometimes": ""}),
        help_text=_("一行一个人：姓名，有同名的在后面写房号或电话。可以从表格里整列粘贴。"),
    )
    people = forms.TypedMultipleChoiceField(
        label=_("从这栋楼里选"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(label=_("登记成什么"))
    consent = forms.ChoiceField(
        label=_("本人怎么同意的"),
        choices=[("", _("请选")), *ChartSeat.Consent.choices],
        help_text=_("名单上每一个人都要问过。没有同意的，先不要写进来。"),
        error_messages={"required": _("请先征得本人同意，再选他是怎么同意的。没有同意的不登记。")},
    )

    def __init__(
        self,
        *args: Any,
        estate: Estate,
        now: datetime,
        roles: Sequence[tuple[str, str]],
        offered: Sequence[tuple[int, str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.estate, self.now = estate, now
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = list(roles)
        self.found: list[Meant] = []
        choose = self.fields["people"]
        assert isinstance(choose, forms.ChoiceField)
        choose.choices = [(person, f"{name} {door}") for person, name, door in offered]
        self.named = {person: (name, door) for person, name, door in offered}
        if not offered:
            del self.fields["people"]

    def clean_lines(self) -> str:
        """Read whom each line means; what means nobody is said line by line, and nothing is taken in."""
        text = str(self.cleaned_data["lines"])
        lines = text.splitlines()
        if len(lines) > people.MOST_LINES:
            raise forms.ValidationError(
                gettext("一次最多 %(most)s 行。请分几次来。") % {"most": people.MOST_LINES}
            )  # fmt: skip
        self.found = people.meant(self.estate, lines, now=self.now)
        faults = [
            gettext("第 %(line)s 行“%(text)s”：%(fault)s")
            % {"line": each.line, "text": each.text, "fault": each.fault.render(gettext)}
            for each in self.found
            if each.fault is not None
        ]
        if faults:
            raise forms.ValidationError([forms.ValidationError(fault) for fault in faults])
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for somebody."""
        data = super().clean() or {}
        if "lines" not in self.errors and not self.wanted():
            self.add_error("lines", gettext("请写名单，一行一个人。"))
        return data

    def wanted(self) -> dict[int, tuple[str, str]]:
        """Return who was asked for, each with his name and a door."""
        found = {each.person_id: (each.name, each.door) for each in self.found if each.person_id is not None}
        return {**found, **{pk: self.named[pk] for pk in self.cleaned_data.get("people", [])}}
