"""Gates that are met by recorded evidence: a notice at each entrance, a door knocked at, a picture before and after.

Evidence belongs to the passage through a step in which it is recorded, and a gate looks at its own passage alone. So a step
takes the kinds that its own gates ask for, and words or a picture as a note at any time; nothing is taken early for a later
gate, which would never see it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import QuerySet

from yishiting.council.matters import kinds
from yishiting.council.matters.kinds import GateHandler, Measuring, register_gate_fallback
from yishiting.council.matters.lifecycle import GateState
from yishiting.council.matters.models import Evidence, Matter
from yishiting.council.matters.playbooks.definition import Need
from yishiting.ground.places.models import Entrance, Home
from yishiting.kernel.errors import WrongState
from yishiting.kernel.words import Listed, Sentence, gettext_noop

SHOWN = 3
Kind = Evidence.Kind

#: Which evidence meets a gate, by the gate with its argument or by its name; another gate is met by a note.
MEETS: Mapping[str, tuple[str, ...]] = {
    "posted": (Kind.POSTED,),
    "channels": (Kind.CHANNEL,),
    "contacted": (Kind.CONTACTED,),
    "photo:before_and_after": (Kind.PHOTO_BEFORE, Kind.PHOTO_AFTER),
    "photo": (Kind.PHOTO,),
    "inventory": (Kind.INVENTORY,),
    "funds": (Kind.FUNDS,),
    "insurance": (Kind.INSURANCE,),
    "party": (Kind.PARTY,),
}


def that_meets(need: Need) -> tuple[str, ...]:
    """Return the kinds of evidence that meet ``need``."""
    return MEETS.get(str(need)) or MEETS.get(need.name) or (Kind.NOTE,)


def taken_for(need: Need, gate: GateState, step_kind: str) -> bool:
    """Return whether evidence recorded on the step counts for ``need``.

    Who came to a meeting is what the meeting says; a gate that a room keeps rows for says so itself.
    """
    return gate.takes_evidence and (need.name != "party" or kinds.handler_of(step_kind).by_hand)


def asked_for(at: Measuring | None) -> tuple[str, ...]:
    """Return the kinds of evidence that the present step takes, a note always among them; met gates still take more."""
    found: dict[str, None] = {}
    for need, gate in kinds.measure_all(at).items() if at else ():
        if taken_for(need, gate, at.step.kind if at else ""):
            found |= dict.fromkeys(that_meets(need))
    return (*(each for each in found if each != Kind.NOTE), Kind.NOTE)


def require_asked(kind: str, asked: Sequence[str], title: str) -> None:
    """Raise :class:`WrongState` for evidence of a kind that the step does not take, with what it takes instead."""
    if kind in asked:
        return
    text = gettext_noop("“{title}”这一步不用登记“{kind}”。这一步可以登记：{asked}。")
    raise WrongState(
        Sentence(text, title=title, kind=Kind(kind).label, asked=Listed(Kind(each).label for each in asked)),
        code="not_asked",
    )


def entrances_in_scope(matter: Matter) -> QuerySet[Entrance]:
    """Return the entrances that a matter concerns: its own, its building's, or all of the estate."""
    found = Entrance.objects.filter(estate_id=matter.estate_id).select_related("building")
    if matter.entrance_id:
        return found.filter(pk=matter.entrance_id)
    return found.filter(building_id=matter.building_id) if matter.building_id else found


def homes_in_scope(matter: Matter) -> QuerySet[Home]:
    """Return the homes that a matter concerns: those behind its entrance, in its building, or all of the estate."""
    found = Home.objects.filter(estate_id=matter.estate_id).select_related("entrance__building").order_by("order", "pk")
    if matter.entrance_id:
        return found.filter(entrance_id=matter.entrance_id)
    return found.filter(building_id=matter.building_id) if matter.building_id else found


def state(have: int, want: int, progress: Sentence, missing: Sequence[str] = ()) -> GateState:
    """Return a gate's state: ``progress`` says what is there; the first of what is ``missing`` are named."""
    met = have >= want
    if met or not missing:
        return GateState(met=met, have=have, want=want, explanation=progress)
    names = Listed(missing[:SHOWN])
    if len(missing) > SHOWN:
        text = gettext_noop("{progress}，还差{names}等 {n} 处")
    else:
        text = gettext_noop("{progress}，还差{names}")
    if missing[0][:1].isascii():
        # A figure stands apart from the words around it, a word does not: 还差 1栋, 还差社区.
        text = gettext_noop("{progress}，还差 {names} 等 {n} 处")
        if len(missing) <= SHOWN:
            text = gettext_noop("{progress}，还差 {names}")
    explanation = Sentence(text, progress=progress, names=names, n=len(missing))
    return GateState(met=False, have=have, want=want, explanation=explanation)


def _of(at: Measuring, *kinds: str) -> QuerySet[Evidence]:
    return Evidence.objects.filter(run=at.run, kind__in=kinds)


def posted(at: Measuring, argument: str | None, *, also: Collection[int] = ()) -> GateState:
    """``posted:each_entrance``: a posting with a photograph at every entrance of the matter's scope.

    ``also``: entrances where a notice of this passage hangs.
    """
    done = set(
        _of(at, Kind.POSTED).filter(photo__isnull=False, entrance__isnull=False).values_list("entrance_id", flat=True)
    ) | set(also)
    entrances = list(entrances_in_scope(at.matter))
    left = [str(entrance) for entrance in entrances if entrance.pk not in done]
    text = Sentence(gettext_noop("已贴 {have} / {want} 个单元"), have=len(entrances) - len(left), want=len(entrances))
    return state(len(entrances) - len(left), len(entrances), text, left)


def channels(at: Measuring, argument: str | None, *, also: Collection[str] = ()) -> GateState:
    """``channels:N``: so many different channels, each named and with a picture or a note as proof.

    ``also``: channels in which a notice of this passage was made known.
    """
    want = int(argument or 1)
    rows = _of(at, Kind.CHANNEL).exclude(label="").values_list("label", "photo_id", "note")
    have = len({label.strip() for label, photo_id, note in rows if photo_id or note.strip()} | set(also))
    return state(have, want, Sentence(gettext_noop("已有 {have} / {want} 种渠道"), have=have, want=want))


def contacted(at: Measuring, argument: str | None, *, also: Collection[int] = ()) -> GateState:
    """``contacted:each_home``: every home of the matter's scope was reached.

    ``also``: homes that a canvass of this passage reached.
    """
    done = set(_of(at, Kind.CONTACTED).filter(home__isnull=False).values_list("home_id", flat=True)) | set(also)
    homes = list(homes_in_scope(at.matter))
    left = [str(home) for home in homes if home.pk not in done]
    have = len(homes) - len(left)
    text = Sentence(gettext_noop("已通知 {have} / {want} 户"), have=have, want=len(homes))
    return state(have, len(homes), text, left)


def photo(at: Measuring, argument: str | None) -> GateState:
    """``photo:before_and_after`` or ``photo:any``."""
    kinds = set(_of(at, Kind.PHOTO, Kind.PHOTO_BEFORE, Kind.PHOTO_AFTER).filter(photo__isnull=False).values_list(
        "kind", flat=True
    ))  # fmt: skip
    if argument == "any":
        have = 1 if kinds else 0
        return state(have, 1, Sentence(gettext_noop("已有照片") if have else gettext_noop("还没有照片")))
    wanted = ((Kind.PHOTO_BEFORE, gettext_noop("办理前的照片")), (Kind.PHOTO_AFTER, gettext_noop("办理后的照片")))
    left = [words for kind, words in wanted if kind not in kinds]
    text = Sentence(gettext_noop("已有 {have} / 2 张"), have=2 - len(left))
    return state(2 - len(left), 2, text, left)


class _Noted:
    """A gate that one row of a kind, with words or a picture, meets."""

    def __init__(self, kind: str, done: str, missing: str) -> None:
        self.kind, self.done, self.missing = kind, done, missing

    def __call__(self, at: Measuring, argument: str | None) -> GateState:
        rows = _of(at, self.kind).values_list("label", "note", "photo_id")
        have = sum(1 for label, note, photo_id in rows if label.strip() or note.strip() or photo_id)
        return state(min(have, 1), 1, Sentence(self.done if have else self.missing, n=have))


def party(at: Measuring, argument: str | None) -> GateState:
    """``party:all``: somebody came for every side that the playbook asks for; used where no meetings are kept."""
    wanted: Iterable[str] = at.playbook.parties_for(at.step)
    there = {label.strip() for label in _of(at, Kind.PARTY).values_list("label", flat=True)}
    left = [name for name in wanted if name not in there]
    want = len(tuple(wanted))
    text = Sentence(gettext_noop("已到 {have} / {want} 方"), have=want - len(left), want=want)
    return state(want - len(left), want, text, left)


_ON_RECORD = {
    "inventory": _Noted(Kind.INVENTORY, gettext_noop("已登记 {n} 项"), gettext_noop("还没有登记清走的物品")),
    "funds": _Noted(Kind.FUNDS, gettext_noop("已登记 {n} 项凭据"), gettext_noop("还没有登记资金到位的凭据")),
    "insurance": _Noted(Kind.INSURANCE, gettext_noop("已登记 {n} 项凭据"), gettext_noop("还没有登记保险单")),
}


def on_record(gate: str) -> GateHandler:
    """Return how ``gate`` is measured from evidence alone, for a room that keeps rows of its own only sometimes."""
    return _ON_RECORD[gate]


def register() -> None:
    """Register the gates that need no room of their own; those of notices and canvasses stand in ``record``."""
    register_gate_fallback("posted", posted)
    register_gate_fallback("channels", channels)
    register_gate_fallback("contacted", contacted)
    register_gate_fallback("photo", photo)
    register_gate_fallback("party", party)
    for gate, handler in _ON_RECORD.items():
        register_gate_fallback(gate, handler)
