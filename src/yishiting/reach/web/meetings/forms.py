"""Forms of meetings. They read what was typed; the verbs decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import StepRun
from yishiting.council.meetings.kinds import KINDS, Kind
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import AgendaItem, Meeting, Party, Proposal
from yishiting.council.meetings.recurrence import MOST, WEEKDAYS, Rule
from yishiting.ground.organisations.kinds import label
from yishiting.ground.organisations.models import Term
from yishiting.ground.places.models import Building, Home

OPTIONAL = "?"
PUBLIC = _("会公开，请不要写居民的姓名、电话和门牌号。")


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[Any, str]]) -> None:
    """Offer ``choices`` in a field; a single one is chosen already."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    if len(choices) == 1 and not isinstance(field, forms.MultipleChoiceField):
        field.initial = choices[0][0]


class SidesForm(forms.Form):
    """The sides of a meeting, written a line each."""

    def _sides(self) -> Iterator[tuple[str, bool, int]]:
        """Read each line: its side, whether it must come, and how many people it takes. Commas part sides too."""
        for line in re.split(r"[\n,，、;；]+", self.cleaned_data["parties"]):
            name = line.strip()
            optional = name.startswith((OPTIONAL, "？"))
            name = name.lstrip("?？").strip()
            least = 1
            if counted := re.fullmatch(r"(.*\S)\s*[×xX*]?\s*([0-9]{1,4})\s*人?", name):
                name, least = counted[1].rstrip("×xX* "), int(counted[2])
            if name:
                yield name[:40], not optional, least

    def party_list(self) -> list[tuple[str, bool]]:
        """Return (side, required) for each line."""
        return [(name, required) for name, required, _least in self._sides()]

    def least(self) -> dict[str, int]:
        """Return how many people it takes, for sides that take more than one."""
        return {name: least for name, _required, least in self._sides() if least != 1}


class PlanForm(SidesForm):
    """Plan a meeting on matters that wait for one."""

    matters = forms.MultipleChoiceField(
        label=_("要议的事项"), widget=forms.CheckboxSelectMultiple, help_text=_("只列出走到开会这一步的事项。")
    )
    title = forms.CharField(label=_("会议名称"), max_length=80)
    day = forms.DateField(label=_("哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("地点"), max_length=80)
    building = forms.TypedChoiceField(label=_("哪一栋"), coerce=int)
    parties = forms.CharField(
        label=_("请哪几方"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "一行一方。必须到场的直接写；可来可不来的，前面加问号，如：?志愿者。来几个人才算到了的，后面写人数，如：牵头人 3人。"
        ),
    )

    def __init__(
        self, *args: Any, waiting: Sequence[StepRun], kind: Kind, buildings: Sequence[Building], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind.one_building:
            _choose(self, "building", [(building.pk, str(building)) for building in buildings])
        else:
            del self.fields["building"]
        _choose(
            self,
            "matters",
            [
                (
                    str(run.matter_id),
                    gettext("第 %(no)s 件　%(title)s") % {"no": run.matter.no, "title": run.matter.title},
                )
                for run in waiting
            ],
        )


class SeriesForm(SidesForm):
    """Meetings held regularly: when, where, with whom."""

    title = forms.CharField(label=_("会议名称"), max_length=80)
    kind = forms.ChoiceField(label=_("开哪种会"))
    month_day = forms.IntegerField(
        label=_("每月几日"), min_value=1, max_value=31, required=False, help_text=_("没有这一天的月份，在最后一天。")
    )
    nth = forms.TypedChoiceField(
        label=_("或者，每月第几个"),
        coerce=int,
        required=False,
        empty_value=None,
        choices=[
            ("", _("不用")),
            (1, _("第一个")),
            (2, _("第二个")),
            (3, _("第三个")),
            (4, _("第四个")),
            (5, _("最后一个")),
        ],
    )
    weekday = forms.TypedChoiceField(label=_("星期几"), coerce=int, required=False, empty_value=None)
    workdays_only = forms.BooleanField(label=_("遇休息日，顺延到上班日"), required=False)
    time = forms.TimeField(label=_("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    count = forms.IntegerField(label=_("先排几次"), min_value=1, max_value=MOST, initial=6)
    place = forms.CharField(label=_("地点"), max_length=80)
    building = forms.TypedChoiceField(
        label=_("哪一栋"), coerce=int, required=False, empty_value=None, help_text=_("一栋楼里的会要选。")
    )
    parties = forms.CharField(
        label=_("请哪几方"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一方，可来可不来的前面加问号；来几个人才算到的，后面写人数。"),
    )

    def __init__(self, *args: Any, buildings: Sequence[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "kind", [(kind.code, kind.label.render(gettext)) for kind in KINDS.values()])
        _choose(self, "weekday", [("", gettext("不用")), *((at, gettext(day)) for at, day in enumerate(WEEKDAYS, 1))])
        _choose(self, "building", [("", gettext("不分楼栋")), *((row.pk, str(row)) for row in buildings)])

    def rule(self) -> Rule:
        """Return by which rule they are held."""
        data = self.cleaned_data
        return Rule(
            month_day=data["month_day"] or 0,
            nth=data["nth"] or 0,
            weekday=data["weekday"] or 0,
            workdays_only=data["workdays_only"],
        )


class TopicsForm(forms.Form):
    """What a regular meeting talks about."""

    matters = forms.MultipleChoiceField(
        label=_("要议的事项"), widget=forms.CheckboxSelectMultiple, help_text=_("只列出走到开会这一步的事项。")
    )

    def __init__(self, *args: Any, waiting: Sequence[StepRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(
            self,
            "matters",
            [
                (
                    str(run.matter_id),
                    gettext("第 %(no)s 件　%(title)s") % {"no": run.matter.no, "title": run.matter.title},
                )
                for run in waiting
            ],
        )


class MoveForm(forms.Form):
    """Another day, time or place."""

    day = forms.DateField(label=_("改到哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("地点"), max_length=80, required=False, help_text=_("不写就还是原来的地方。"))


class AttendForm(forms.Form):
    """Who came, for which side."""

    party = forms.TypedChoiceField(label=_("哪一方"), coerce=int)
    count = forms.IntegerField(label=_("来了几人"), min_value=1, max_value=500, initial=1)
    person = forms.TypedChoiceField(
        label=_("来的是谁"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("只列出在这里有岗位的人。有几个岗位的也只算一次。名字不公开。"),
    )
    stands_for = forms.TypedChoiceField(
        label=_("替谁来的"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("受人委托来的，选委托人的岗位。委托人自己就不能再签到。"),
    )

    def __init__(self, *args: Any, parties: Sequence[Party], holders: Sequence[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "party", [(party.pk, gettext(party.name)) for party in parties])
        posts: dict[int, str] = {}
        people: dict[int, tuple[str, list[str]]] = {}
        for term in holders:
            place = term.post.entrance or term.post.building
            title = gettext(label(term.post.kind)) + (f" {place}" if place else "")
            posts[term.post_id] = title
            people.setdefault(term.person_id, (term.person.name, []))[1].append(title)
        _choose(
            self,
            "person",
            [
                ("", gettext("不写明")),
                *(
                    (pk, gettext("{who}（{posts}）").format(who=who, posts=gettext("、").join(held)))
                    for pk, (who, held) in people.items()
                ),
            ],
        )
        _choose(self, "stands_for", [("", gettext("自己来的")), *posts.items()])


class StatementForm(forms.Form):
    """What a side said on an item."""

    item = forms.TypedChoiceField(label=_("哪项议题"), coerce=int)
    party = forms.TypedChoiceField(label=_("哪一方说的"), coerce=int)
    text = forms.CharField(
        label=_("说了什么"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, help_text=PUBLIC
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "item", [(item.pk, f"{item.no}. {item.matter.title}") for item in meeting.agenda.all()])
        _choose(self, "party", [(party.pk, gettext(party.name)) for party in meeting.parties.all()])


class ConcernedForm(forms.Form):
    """Whom an item is about."""

    item = forms.TypedChoiceField(label=_("哪项议题"), coerce=int)
    home = forms.TypedChoiceField(label=_("哪一户"), coerce=int, required=False, empty_value=None)
    who = forms.CharField(
        label=_("不是住户的，写明是谁"),
        max_length=60,
        required=False,
        help_text=_("如：一楼小卖部。只有办会的人看得到。"),
    )

    def __init__(self, *args: Any, meeting: Meeting, homes: Sequence[Home], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matters = {item.pk: item.matter.no for item in meeting.agenda.all()}
        _choose(self, "item", [(item.pk, f"{item.no}. {item.matter.title}") for item in meeting.agenda.all()])
        _choose(self, "home", [("", gettext("请选")), *((home.pk, str(home)) for home in homes)])


class QuestionForm(forms.Form):
    """A question that has to be settled, with the outcomes to choose from."""

    item = forms.TypedChoiceField(label=_("哪项议题"), coerce=int)
    text = forms.CharField(label=_("问题"), max_length=100, help_text=_("一次问一件，如：收不收费？"))
    options = forms.CharField(
        label=_("可选的结果"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一个；不写就由会上说定。"),
    )

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "item", [(item.pk, f"{item.no}. {item.matter.title}") for item in items])


class SettleForm(forms.Form):
    """What a meeting settled on a question."""

    text = forms.CharField(
        label=_("议定的结果"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=PUBLIC
    )

    def __init__(self, *args: Any, options: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if options:
            self.fields["text"] = forms.ChoiceField(
                label=_("议定的结果"), choices=[(option, option) for option in options], widget=forms.RadioSelect
            )


class ProposeForm(forms.Form):
    """A proposal as it was made."""

    item = forms.TypedChoiceField(label=_("哪项议题"), coerce=int)
    party = forms.TypedChoiceField(label=_("哪一方提的"), coerce=int)
    text = forms.CharField(label=_("方案"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, help_text=PUBLIC)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "item", [(item.pk, f"{item.no}. {item.matter.title}") for item in meeting.agenda.all()])
        _choose(self, "party", [(party.pk, gettext(party.name)) for party in meeting.parties.all()])


class DecideForm(forms.Form):
    """What became of a proposal."""

    outcome = forms.ChoiceField(label=_("结论"), choices=Proposal.Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("为什么"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-sometimes": ""}),
        help_text=_("没有采纳的，一定要写。"),
    )


class MinutesForm(forms.Form):
    """A version of the minutes."""

    text = forms.CharField(label=_("会议记录"), widget=forms.Textarea(attrs={"rows": 10}), help_text=PUBLIC)
    reason = forms.CharField(
        label=_("更正的原因"),
        max_length=200,
        help_text=_("散会以后更正，一定要写。"),
        error_messages={"required": _("请写明更正的原因。")},
    )

    def __init__(self, *args: Any, closed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not closed:
            del self.fields["reason"]


class InterruptForm(forms.Form):
    """Why a meeting that has opened cannot go on."""

    reason = forms.CharField(
        label=_("为什么开不下去"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}), help_text=PUBLIC
    )


class CloseForm(forms.Form):
    """Minutes, and for each agenda item that is still here what was decided."""

    minutes = forms.CharField(label=_("会议记录"), widget=forms.Textarea(attrs={"rows": 8}), help_text=PUBLIC)
    sure = forms.BooleanField(
        label=_("都核对过了，可以散会"),
        help_text=_("散会以后不能再开，也不能再记方案；记录公布出去，只能更正。"),
        error_messages={"required": _("散会不能撤回。请核对一遍，勾上这一项再散会。")},
    )

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = [item for item in items if item.run.ended_at is None]
        for item in self.items:
            choices = [(code, label.render(gettext)) for code, label in matters.labels_of(item.run).items()]
            self.fields[f"outcome_{item.no}"] = forms.ChoiceField(
                label=_("议的结果"),
                choices=choices,
                widget=forms.RadioSelect,
                initial=choices[0][0] if len(choices) == 1 else None,
            )
            self.fields[f"resolution_{item.no}"] = forms.CharField(
                label=_("决议原文"),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3, "data-sometimes": ""}),
                help_text=_("有采纳的方案时要写。表决和项目都会引用这段话，会公开。"),
            )

    def rows(self) -> list[tuple[AgendaItem, forms.BoundField, forms.BoundField]]:
        """Return each agenda item with its two fields."""
        return [(item, self[f"outcome_{item.no}"], self[f"resolution_{item.no}"]) for item in self.items]

    def decisions(self) -> dict[int, Decision]:
        """Return what was decided by the agenda item's number."""
        return {
            item.no: Decision(
                outcome=self.cleaned_data[f"outcome_{item.no}"],
                resolution=self.cleaned_data[f"resolution_{item.no}"],
            )
            for item in self.items
        }
