"""Who may do what with notices and canvasses."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Home
from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop
from yishiting.record.notices.models import Canvass, Notice, Objection, Version

_NOTICE = gettext_noop("公示由社区、业委会或物业的负责人起草和发布。您有意见，可以反映一件事。")
_REVIEW = gettext_noop("复核由社区、支部或业委会的负责人办。请把这份公示交给他们看。")
_OBJECT = gettext_noop("只有公示范围里的业主和住户能提异议。您有意见，可以反映一件事。")
_ANSWER = gettext_noop("异议由办公示的社区、业委会或物业的负责人看和答复。")
_OWN = gettext_noop("这是您自己或您家提的异议，不能由您来答复。请换一位办公示的人答复。")
#: Who reads what was never published: it may name homes, and nobody has reviewed it.
_DRAFTS = (Duty.NOTICE, Duty.REVIEW, Duty.SUPERVISE)
ASK_CANVASS = gettext_noop("逐户登记由负责这栋楼的人办。请找社区工作人员或楼栋长。")


def _estates(actor: Actor, duties: Iterable[Duty]) -> list[int]:
    return [pk for pk in actor.estates_served if any(actor.has_duty(duty, pk) for duty in duties)]


def visible_to(actor: Actor) -> QuerySet[Notice]:
    """Return the notices that ``actor`` may read: what was ever published (C0); drafts for those who work on them."""
    published = Exists(Version.objects.filter(notice=OuterRef("pk"), published_at__isnull=False))
    if actor.is_system:
        return Notice.objects.all()
    return Notice.objects.filter(Q(published) | Q(estate_id__in=_estates(actor, _DRAFTS)))


def versions_visible_to(actor: Actor) -> Q:
    """Versions that ``actor`` may read: each that was ever published; drafts for those who work on them."""
    if actor.is_system:
        return Q()
    return Q(published_at__isnull=False) | Q(estate_id__in=_estates(actor, _DRAFTS))


def can_draft(actor: Actor, estate_id: int) -> Verdict:
    """Draft a notice or a new version of it, publish it, record where it hangs, archive it."""
    return allow_if(_of_the_estate(actor, Duty.NOTICE, estate_id), _NOTICE)


def can_read_drafts(actor: Actor, estate_id: int) -> Verdict:
    """Open the notice's page at the desk, with pictures; drafts on it are for :func:`versions_visible_to`."""
    duties = (*_DRAFTS, Duty.CANVASS)
    return allow_if(any(actor.has_duty(duty, estate_id) for duty in duties), _NOTICE)


def can_review(actor: Actor, estate_id: int) -> Verdict:
    """Review a notice that names homes; that it is another's is for the rules."""
    return allow_if(actor.has_duty(Duty.REVIEW, estate_id), _REVIEW)


def can_post(actor: Actor, estate_id: int, building_id: int | None) -> Verdict:
    """Record that a notice hangs somewhere: who publishes notices, and at an entrance also who goes round its building."""
    if actor.has_duty(Duty.NOTICE, estate_id):
        return allow_if(True, _NOTICE)
    return allow_if(building_id is not None and can_visit(actor, estate_id, building_id).allowed, _NOTICE)


def _of_the_estate(actor: Actor, duty: Duty, estate_id: int) -> bool:
    """Whether a post of the whole estate carries the duty; one of a building or an entrance answers for that alone."""
    return actor.is_system or any(
        duty in office.duties
        and estate_id in office.estate_ids
        and office.building_id is None
        and office.entrance_id is None
        for office in actor.offices
    )


def homes_within(actor: Actor, version: Version) -> list[int]:
    """Return the homes that the actor owns or lives in behind the entrances of a version's scope (one query)."""
    mine = [home for estate, home in actor.homes if estate == version.estate_id]
    if not mine:
        return []
    here = Home.objects.filter(pk__in=mine, entrance__in=version.places.values("entrance"))
    return list(here.order_by("order", "pk").values_list("pk", flat=True))


def can_object(actor: Actor, homes: Collection[int]) -> Verdict:
    """Object to a version (异议): who owns or lives in a home of its scope; ``homes`` are those of his that lie in it."""
    return allow_if(actor.person_id is not None and bool(homes), _OBJECT)


def can_hear(actor: Actor, estate_id: int) -> Verdict:
    """Read objections with their words and doors (C2), write down those on paper, answer them."""
    return allow_if(_of_the_estate(actor, Duty.NOTICE, estate_id), _ANSWER)


def can_answer(actor: Actor, objection: Objection) -> Verdict:
    """Answer one: nobody answers his own, or that of his home."""
    if not (may := can_hear(actor, objection.estate_id)):
        return may
    own = actor.person_id is not None and (
        actor.person_id == objection.person_id or (objection.estate_id, objection.home_id) in actor.homes
    )
    return allow_if(not own, _OWN)


def can_begin(actor: Actor, estate_id: int) -> Verdict:
    """Begin a canvass, and close it."""
    return allow_if(_of_the_estate(actor, Duty.CANVASS, estate_id), ASK_CANVASS)


def can_visit(actor: Actor, estate_id: int, building_id: int) -> Verdict:
    """Read and record what came of each home of a building (C2)."""
    return allow_if(actor.has_duty(Duty.CANVASS, estate_id, building_id=building_id), ASK_CANVASS)


def buildings_of(actor: Actor, estate_id: int) -> frozenset[int] | None:
    """Return the buildings whose homes the actor may look at; None where it is all of them."""
    if _of_the_estate(actor, Duty.CANVASS, estate_id):
        return None
    return frozenset(
        office.building_id
        for office in actor.offices
        if Duty.CANVASS in office.duties and estate_id in office.estate_ids and office.building_id is not None
    )


def canvasses_of(actor: Actor) -> QuerySet[Canvass]:
    """Return the canvasses that the actor works on, at his desk."""
    rows = Canvass.objects.filter(estate_id__in=_estates(actor, (Duty.CANVASS,)))
    wanted = Q(pk__in=[])
    for estate_id in _estates(actor, (Duty.CANVASS,)):
        buildings = buildings_of(actor, estate_id)
        wanted |= Q(estate_id=estate_id) if buildings is None else Q(
            estate_id=estate_id, homes__building_id__in=buildings
        )  # fmt: skip
    return rows.filter(pk__in=Canvass.objects.filter(wanted).values("pk"))
