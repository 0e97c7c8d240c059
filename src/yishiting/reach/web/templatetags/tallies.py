"""The bars of a count: what is drawn, and the sentence that says the same to those who do not see it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yishiting.kernel.exact import grouped
from yishiting.kernel.words import Counted
from yishiting.reach.web.templatetags.shares import Figure, Goal, percent, percent_words, runs, share

NAMES = {"heads": gettext_noop("人数"), "area": gettext_noop("面积"), "homes": gettext_noop("户数")}
UNITS = {"heads": gettext_noop("人"), "area": gettext_noop("㎡"), "homes": gettext_noop("户")}
LINES = {
    Fraction(2, 3): gettext_noop("三分之二"),
    Fraction(3, 4): gettext_noop("四分之三"),
    Fraction(1, 2): gettext_noop("过半数"),
    Fraction(1): gettext_noop("全部"),
}
FILLS = {"for": "ink", "against": "hatch", "abstain": "dots", "invalid": "sheet"}
CHOICES = {
    "for": gettext_noop("赞成"),
    "against": gettext_noop("反对"),
    "abstain": gettext_noop("弃权"),
    "invalid": gettext_noop("无效"),
}


def _figure(value: object, unit: str) -> Figure:
    """Read a figure of ``unit``: areas as ``Decimal``, all else whole numbers. A float is refused."""
    if isinstance(value, float):
        raise TypeError("a count is drawn from whole numbers and decimals, never from a float")
    if unit == "area":
        return Decimal(value or 0) if isinstance(value, int | str | Decimal) else Decimal(0)
    return int(value or 0) if isinstance(value, int | str | Decimal) else 0


def words(value: Figure, unit: str) -> str:
    """``186 人`` or ``19,281.62 ㎡``."""
    text = grouped(value) if isinstance(value, Decimal) else f"{value:,}"
    said = _(UNITS[unit])
    return f"{text}\u00a0{said.beside(text) if isinstance(said, Counted) else said}"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the bar: where it begins and how wide it is, in percent, and how it is filled."""

    fill: str
    left: str
    width: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Everything that ``ui/tally.html`` draws. ``gap`` is what is missing, or that nothing is."""

    name: str
    gap: str
    percent: str
    parts: tuple[Part, ...]
    counted: bool
    goal_at: str
    goal_anchor: str
    goal_name: str
    goal_words: str
    below: str
    spoken: str


#: Widths in the size of the letters: of a sign, of a figure, of the bar on a phone.
_EM, _LATIN, _PHONE = Fraction(1), Fraction(57, 100), Fraction(19)


def _goal_anchor(line: Fraction, label: str) -> str:
    """Keep the words at the line inside the bar, on a phone too."""
    half = sum(_EM if letter > "\u2e80" else _LATIN for letter in label) / 2 / _PHONE
    return "end" if line + half > 1 else "start" if line < half else "middle"


def turnout(*, unit: str, everyone: Any, participating: Any, goal: str | Fraction | None, name: str = "") -> Bar:
    """How many have taken part, of all; choices are not known here."""
    whole, taken = _figure(everyone, unit), _figure(participating, unit)
    label = name or _(NAMES[unit])
    spoken = [
        _("{name}：已投 {taken}，共 {whole}").format(name=label, taken=words(taken, unit), whole=words(whole, unit))
    ]
    gap, line = "", _Line.of(goal, whole, unit)
    if line is not None:
        spoken.append(_("{goal}是 {needed}").format(goal=line.name, needed=line.words))
        missing = line.needed - taken
        if line.goal.reached(taken, whole):
            gap = _("已经够了")
        else:
            gap = _("还差 {missing}").format(missing=words(missing, unit))
        spoken.append(gap)
    of_all = share(taken, whole)
    return Bar(
        name=label,
        gap=gap,
        percent=percent_words(of_all),
        parts=(Part("ink", "0.000", percent(of_all)),),
        counted=False,
        goal_at=line.at if line else "",
        goal_anchor=line.anchor if line else "",
        goal_name=line.name if line else "",
        goal_words=line.words if line else "",
        below=_("已投 {taken}，共 {whole}").format(taken=words(taken, unit), whole=words(whole, unit)),
        spoken=_("；").join(spoken),
    )


def counted(
    *, unit: str, choices: dict[str, Any], participating: Any, goal: str | Fraction | None, name: str = ""
) -> Bar:
    """What those who took part chose, known once the vote is closed."""
    figures = {key: _figure(choices.get(key), unit) for key in FILLS}
    total = sum(figures.values(), start=_figure(0, unit))
    whole = total if participating is None else _figure(participating, unit)
    if whole < total:
        raise ValueError("the parts are more than the whole")
    label = name or _(NAMES[unit])
    spoken = [
        _("{name}：参加 {whole}").format(name=label, whole=words(whole, unit)),
        *(f"{_(CHOICES[key])} {words(value, unit)}" for key, value in figures.items() if value or key != "invalid"),
    ]
    line = _Line.of(goal, whole, unit)
    if line is not None:
        spoken.append(_("{goal}是 {needed}").format(goal=line.name, needed=line.words))
        spoken.append(_("够了") if line.goal.reached(figures["for"], whole) else _("不够"))
    shown = {key: value for key, value in figures.items() if value}
    places = runs(list(shown.values()), whole)
    return Bar(
        name=label,
        gap=_("赞成 {figure}").format(figure=words(figures["for"], unit)),
        percent=percent_words(share(figures["for"], whole)),
        parts=tuple(Part(FILLS[key], left, width) for key, (left, width) in zip(shown, places, strict=True)),
        counted=True,
        goal_at=line.at if line else "",
        goal_anchor=line.anchor if line else "",
        goal_name=line.name if line else "",
        goal_words=line.words if line else "",
        below=_("参加的共 {whole}").format(whole=words(whole, unit)),
        spoken=_("；").join(spoken),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A goal as it is drawn."""

    goal: Goal
    needed: Figure
    at: str
    anchor: str
    name: str
    words: str

    @classmethod
    def of(cls, text: str | Fraction | None, whole: Figure, unit: str) -> _Line | None:
        """Return the line at ``text`` of ``whole``, or nothing where no goal is asked for."""
        if not text:
            return None
        goal = Goal.parse(text)
        needed = goal.needed(whole)
        name = _(LINES[goal.line]) if goal.line in LINES else f"{goal.line.numerator}/{goal.line.denominator}"
        return cls(
            goal=goal,
            needed=needed,
            at=percent(goal.line),
            anchor=_goal_anchor(goal.line, f"{name} {words(needed, unit)}"),
            name=name,
            words=words(needed, unit),
        )
