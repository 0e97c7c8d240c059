"""Forms of meetings. They read what was typed; the verbs decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import StepRun
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import AgendaItem, Meeting, Party, Proposal

OPTIONAL = "?"
PUBLIC = _("会公开，请不要写居民的姓名、电话和门牌号。")


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[Any, str]]) -> None:
    """Offer ``choices`` in a field; a single one is chosen already."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    if len(choices) == 1 and not isinstance(field, forms.MultipleChoiceField):
        field.initial = choices[0][0]


class PlanForm(forms.Form):
    """Plan a meeting on matters that wait for one."""

    matters = forms.MultipleChoiceField(
        label=_("要议的事项"), widget=forms.CheckboxSelectMultiple, help_text=_("只列出走到开会这一步的事项。")
    )
    title = forms.CharField(label=_("会议名称"), max_length=80)
    day = forms.DateField(label=_("哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("地点"), max_length=80)
    parties = forms.CharField(
        label=_("请哪几方"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一方。必须到场的直接写；可来可不来的，前面加问号，如：?志愿者。"),
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

    def party_list(self) -> list[tuple[str, bool]]:
        """Return (side, required) for each line; commas part sides too, as people write them."""
        found = []
        for line in re.split(r"[\n,，、;；]+", self.cleaned_data["parties"]):
            name = line.strip()
            optional = name.startswith((OPTIONAL, "？"))
            name = name.lstrip("?？").strip()
            if name:
                found.append((name[:40], not optional))
        return found


class MoveForm(forms.Form):
    """Another day, time or place."""

    day = forms.DateField(label=_("改到哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("地点"), max_length=80, required=False, help_text=_("不写就还是原来的地方。"))


class AttendForm(forms.Form):
    """Who came, for which side."""

    party = forms.TypedChoiceField(label=_("哪一方"), coerce=int)
    count = forms.IntegerField(label=_("来了几人"), min_value=1, max_value=500, initial=1)

    def __init__(self, *args: Any, parties: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "party", [(party.pk, party.name) for party in parties])


class ProposeForm(forms.Form):
    """A proposal as it was made."""

    item = forms.TypedChoiceField(label=_("哪项议题"), coerce=int)
    party = forms.TypedChoiceField(label=_("哪一方提的"), coerce=int)
    text = forms.CharField(label=_("方案"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, help_text=PUBLIC)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "item", [(item.pk, f"{item.no}. {item.matter.title}") for item in meeting.agenda.all()])
        _choose(self, "party", [(party.pk, party.name) for party in meeting.parties.all()])


class DecideForm(forms.Form):
    """What became of a proposal."""

    outcome = forms.ChoiceField(label=_("结论"), choices=Proposal.Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("为什么"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("没有采纳的，一定要写。"),
    )


class MinutesForm(forms.Form):
    """A version of the minutes."""

    text = forms.CharField(label=_("会议记录"), widget=forms.Textarea(attrs={"rows": 10}), help_text=PUBLIC)
    reason = forms.CharField(
        label=_("更正的原因"), max_length=200, required=False, help_text=_("散会以后更正，一定要写。")
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
                widget=forms.Textarea(attrs={"rows": 3}),
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
