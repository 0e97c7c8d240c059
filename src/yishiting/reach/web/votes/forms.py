"""Forms of votes. They read what was typed; the verbs decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yishiting.council.votes.models import Item, Option, Vote
from yishiting.council.votes.rules import Precedence
from yishiting.council.votes.services import ItemDraft, OptionDraft
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.kernel.clock import CHINA
from yishiting.reach.web.choosing import offer
from yishiting.reach.web.doorway import posted as posted
from yishiting.reach.web.templatetags.forms import CHOICE_ICONS

T = TypeVar("T")

CHOICES = (("for", _("赞成")), ("against", _("反对")), ("abstain", _("弃权")))
HINTS = {"abstain": _("算来了，不算赞成")}
OPTION_HINTS = {"abstain": _("算来了，哪个也没有选")}
EVERYONE = "all"
PAPER_CHOICES = (*CHOICES, ("invalid", _("无效票（看不清、多选或没选）")))


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _clock(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


class DraftForm(forms.Form):
    """What a vote asks, of whom and until when; the items stand in a formset of their own."""

    title = forms.CharField(
        label=_("题目"), max_length=120, help_text=_("一看就懂的一句话，如：电动车不上楼，写进管理规约吗？")
    )
    explanation = forms.CharField(
        label=_("说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("为什么要表决、通过以后怎么做；赞成和反对的理由都写上。"),
    )
    scope = forms.ChoiceField(label=_("谁来投"), help_text=_("只关系到一栋楼或一个单元的，只由那里的业主投。"))
    closes_at = _day(_("哪天截止"))
    closes_clock = _clock(_("几点截止"))
    precedence = forms.ChoiceField(
        label=_("网上和纸票都交了，哪一张算"),
        choices=(
            (Precedence.FIRST_WINS.value, _("先交的算")),
            (Precedence.ONLINE_WINS.value, _("网上的算")),
            (Precedence.PAPER_WINS.value, _("纸票算")),
        ),
        widget=forms.RadioSelect,
    )

    naming = forms.ChoiceField(
        label=_("记名还是无记名"),
        choices=(
            ("unnamed", _("无记名：谁也看不到哪一户投了什么")),
            ("named", _("记名：计票以后，业主能在存档里看到每一户投了什么")),
        ),
        widget=forms.RadioSelect,
        help_text=_("开始以后不能改，选票上会写明。"),
    )

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._buildings = {f"b{row.pk}": row for row in Building.objects.filter(estate=estate)}
        self._entrances = {
            f"e{row.pk}": row
            for row in Entrance.objects.filter(estate=estate).exclude(label="").select_related("building")
        }
        parts = {**self._buildings, **self._entrances}
        offer(self, "scope", [(EVERYONE, _("全小区的业主")), *((key, str(row)) for key, row in parts.items())])

    @staticmethod
    def initial_of(vote: Vote) -> dict[str, Any]:
        """Return what a draft says, to be changed."""
        closes = vote.closes_at.astimezone(CHINA)
        scope = f"e{vote.entrance_id}" if vote.entrance_id else f"b{vote.building_id}" if vote.building_id else EVERYONE
        return {
            "title": vote.title,
            "explanation": vote.explanation,
            "scope": scope,
            "closes_at": closes.date(),
            "closes_clock": closes.time(),
            "precedence": vote.precedence,
            "naming": "unnamed" if vote.secret else "named",
        }

    def arguments(self) -> dict[str, Any]:
        """Return what the verbs of drafting take, the items aside."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "explanation": data["explanation"],
            "closes_at": datetime.combine(data["closes_at"], data["closes_clock"], CHINA),
            "precedence": data["precedence"],
            "secret": data["naming"] == "unnamed",
            "building": self._buildings.get(data["scope"]),
            "entrance": self._entrances.get(data["scope"]),
        }


RULES = (
    *((value, label) for value, label in Item.Rule.choices if value != Item.Rule.OPTIONS),
    ("options:ordinary", _("几个选项里选一个，一般事项（过半数）")),
    ("options:special", _("几个选项里选一个，重大事项（四分之三以上）")),
)
"""How an item is decided, as it is chosen: the rule, and the majority that an option needs after a colon."""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class ItemForm(forms.Form):
    """One question; left empty it is none."""

    question = forms.CharField(label=_("表决什么"), max_length=200, required=False)
    rule = forms.ChoiceField(label=_("多少人同意才通过"), choices=RULES, initial=Item.Rule.ORDINARY)
    options = forms.CharField(
        label=_("选项"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("上面选了“几个选项里选一个”才填，一行写一个。好处和不足存好草稿以后再写。"),
    )
    article = forms.CharField(
        label=_("依据哪一条"), max_length=60, required=False, help_text=_("如：《民法典》第278条第1款第8项。")
    )


class _Items(forms.BaseFormSet):
    """The first question is asked for; whether there is one at all is the verb's to say."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["question"].required = index == 0


ItemFormSet = forms.formset_factory(ItemForm, formset=_Items, extra=2, max_num=20, absolute_max=40)


def drafts_of(items: Any, standing: Iterable[ItemDraft] = ()) -> list[ItemDraft]:
    """Return what was typed into the formset of items, the empty ones aside.

    What speaks for and against an option is written on a page of its own: an option that keeps its name keeps it from
    ``standing``, what the draft said before.
    """
    known = {option.name: option for item in standing for option in item.options}
    drafts = []
    for row in (form.cleaned_data for form in items.forms if form.cleaned_data.get("question")):
        rule, _colon, of = (row.get("rule") or Item.Rule.ORDINARY).partition(":")
        options = tuple(known.get(name, OptionDraft(name)) for name in _lines(row.get("options", "")))
        drafts.append(ItemDraft(row["question"], rule, row.get("article", ""), of, options))
    return drafts


def typed_of(item: ItemDraft) -> dict[str, str]:
    """Return what a draft's item says, to be changed."""
    return {
        "question": item.question,
        "rule": f"{item.rule}:{item.of}" if item.of else item.rule,
        "article": item.article,
        "options": "\n".join(option.name for option in item.options),
    }


class OptionsForm(forms.Form):
    """What speaks for each option of a draft and against it."""

    def __init__(self, *args: Any, items: Iterable[ItemDraft], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for place, option in self._options():
            for name, label, text in (("pros", _("好处"), option.pros), ("cons", _("不足"), option.cons)):
                self.fields[f"{place}_{name}"] = forms.CharField(
                    label=label,
                    max_length=300,
                    required=False,
                    initial=text,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def _options(self) -> Iterator[tuple[str, OptionDraft]]:
        for no, item in enumerate(self.items):
            for place, option in enumerate(item.options):
                yield f"{no}_{place}", option

    def groups(self) -> list[tuple[ItemDraft, list[tuple[OptionDraft, Any, Any]]]]:
        """Return each item that offers options, with each option and its two fields."""
        return [
            (
                item,
                [
                    (option, self[f"{no}_{place}_pros"], self[f"{no}_{place}_cons"])
                    for place, option in enumerate(item.options)
                ],
            )
            for no, item in enumerate(self.items)
            if item.options
        ]

    def drafts(self) -> list[ItemDraft]:
        """Return the items with what was typed."""
        typed = self.cleaned_data
        return [
            replace(
                item,
                options=tuple(
                    OptionDraft(option.name, typed[f"{no}_{place}_pros"], typed[f"{no}_{place}_cons"])
                    for place, option in enumerate(item.options)
                ),
            )
            for no, item in enumerate(self.items)
        ]


class _ChoiceOf(forms.ChoiceField):
    """One choice of an item, with a word under each where it needs one."""

    hints: Mapping[str, Any] = HINTS


def _offered(item: Item, choices: Sequence[Any]) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """Return what a ballot may choose for an item, and what is said under each: yes, no or abstain; or an option, or none."""
    options = list(item.options.all())
    if not options:
        return choices, HINTS
    other = [(value, label) for value, label in choices if value not in {"for", "against"}]
    said = {str(option.no): _said_of(option) for option in options}
    return [*((str(option.no), option.name) for option in options), *other], {**said, **OPTION_HINTS}


def _said_of(option: Option) -> str:
    parts = []
    if option.pros:
        parts.append(gettext("好处：{text}").format(text=option.pros))
    if option.cons:
        parts.append(gettext("不足：{text}").format(text=option.cons))
    return " ".join(parts)


class BallotForm(forms.Form):
    """One choice for each item."""

    def __init__(self, *args: Any, items: Iterable[Item], choices: Sequence[Any] = CHOICES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        self._words: dict[int, dict[str, str]] = {}
        alone = len(self.items) == 1
        for item in self.items:
            offered, hints = _offered(item, choices)
            self._words[item.pk] = dict(offered)
            field = self.fields[f"item_{item.pk}"] = _ChoiceOf(
                label=_("您怎么投？") if alone else item.question,
                choices=offered,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选一个。拿不定主意可以选“弃权”。")},
            )
            field.hints = hints

    def ballot(self) -> list[Any]:
        """Return the fields of the items, in order."""
        return [self[f"item_{item.pk}"] for item in self.items]

    def chosen(self) -> dict[int, str]:
        """Return the choice for each item's id."""
        return {item.pk: self.cleaned_data[f"item_{item.pk}"] for item in self.items}

    def said(self) -> list[tuple[Item, str, str]]:
        """Return each item with the chosen word and its mark, to be looked over once more."""
        return [
            (item, self._words[item.pk][value], CHOICE_ICONS.get(value, CHOICE_ICONS["for"]))
            for item, value in ((item, self.cleaned_data[f"item_{item.pk}"]) for item in self.items)
        ]


class ReadingForm(BallotForm):
    """What stands on a slip, as one person reads it."""

    def __init__(self, *args: Any, items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, items=items, choices=PAPER_CHOICES, **kwargs)
        for item in self.items:
            field = self.fields[f"item_{item.pk}"]
            field.label = item.question
            field.error_messages["required"] = _("请照纸票选一个；看不清的选“无效票”。")


class ReceiveForm(ReadingForm):
    """The first reading, with when the slip was handed in."""

    received_at = _day(_("哪天收到的"))
    received_clock = _clock(_("几点收到的"))

    def received(self) -> datetime:
        """Return when the slip was handed in."""
        return datetime.combine(self.cleaned_data["received_at"], self.cleaned_data["received_clock"], CHINA)


class FindHomeForm(forms.Form):
    """Whose slip it is: building, entrance, room."""

    building = forms.TypedChoiceField(label=_("楼栋"), required=False, coerce=int, empty_value=None)
    entrance = forms.TypedChoiceField(label=_("单元"), required=False, coerce=int, empty_value=None)
    room = forms.CharField(label=_("房号"), required=False, max_length=40)

    def __init__(self, *args: Any, estate: Estate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buildings = [(row.pk, row.label) for row in Building.objects.filter(estate=estate)]
        entrances = [(row.pk, str(row)) for row in Entrance.objects.filter(estate=estate).select_related("building")]
        offer(self, "building", [("", _("全部")), *buildings])
        offer(self, "entrance", [("", _("全部")), *entrances])


class SureForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


class CloseForm(forms.Form):
    """Ending the voting before its time, and counting before the time to key paper is over, are said in so many words."""

    early = forms.BooleanField(
        label=_("确定提前截止"),
        help_text=_("还没到说好的时间。提前截止会公开记下来，没投的业主就不能再投了。"),
        error_messages={"required": _("要提前截止，请先勾选这一项。")},
    )
    all_keyed = forms.BooleanField(
        label=_("纸票都录完了，现在计票"),
        required=False,
        help_text=_("请先问过每一位收票的人。还有没录的，就不要勾。"),
    )

    def __init__(self, *args: Any, early: bool, asks_keyed: bool, says_keyed: bool, **kwargs: Any) -> None:
        """``asks_keyed``: whether the paper is keyed is a box to tick; ``says_keyed``: the button says that it is."""
        super().__init__(*args, **kwargs)
        if not early:
            del self.fields["early"]
        if says_keyed:
            self.fields["all_keyed"].widget = forms.HiddenInput()
            self.fields["all_keyed"].initial = True
        elif not asks_keyed:
            del self.fields["all_keyed"]


class CancelForm(forms.Form):
    """Why a vote is called off."""

    reason = forms.CharField(
        label=_("为什么取消"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会公布出来，请不要写人名。"),
    )
