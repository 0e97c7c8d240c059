"""Cases at each of their stages, for tests. The grid worker mediates; the community worker's post looks after cases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from tests.support.world import World
from yishiting.council.cases import services
from yishiting.council.cases.models import CaseAgreement, CaseFile, CaseSession
from yishiting.council.cases.services import Asked
from yishiting.ground.people.models import Person

ACCOUNT = "楼上卫生间漏水，滴到我家饭桌上。"
SAID = "楼上说愿意修，要等到周末。"
TERMS = "楼上十天内修好防水，楼下让师傅进门。"
MEDIATOR, SUPERVISOR = "grid_worker", "community_worker"


def opened(world: World, first: int = 0, second: int = 1, *, matter_no: int | None = None) -> CaseFile:
    """Open a case between two homes."""
    return services.open_case(
        actor=world.actor(MEDIATOR),
        estate=world.estate,
        topic="leak",
        words=ACCOUNT,
        parties=[Asked("a", home_id=world.homes[first].pk), Asked("b", home_id=world.homes[second].pk)],
        matter_no=matter_no,
        now=world.now,
    )


def asked(world: World, who: int = 0, other: int | None = 1) -> CaseFile:
    """Let a resident ask for mediation with another home."""
    return services.ask_for_mediation(
        actor=world.actor(who),
        estate=world.estate,
        topic="leak",
        words=ACCOUNT,
        other_home_id=None if other is None else world.homes[other].pk,
        now=world.now,
    )


def say(world: World, case: CaseFile, who: int | Person, act: str = "agreed", *, party: int | None = None) -> None:
    """Let an owner speak for his own party, or anybody for the ``party``."""
    services.say(
        actor=world.actor(who),
        estate_id=world.estate.pk,
        no=case.no,
        party=who + 1 if isinstance(who, int) and party is None else party or 0,
        act=act,
        now=world.now,
    )


def agreed(world: World, first: int = 0, second: int = 1) -> CaseFile:
    """Open a case to which both sides have said yes."""
    case = opened(world, first, second)
    say(world, case, first, party=1)
    say(world, case, second, party=2)
    return case


def hold(world: World, case: CaseFile, came: Collection[int] = (1, 2), *, open_asked: bool = False) -> CaseSession:
    """Record a session of an hour later."""
    world.now += timedelta(hours=1)
    return services.hold_session(
        actor=world.actor(MEDIATOR),
        estate_id=world.estate.pk,
        no=case.no,
        held_at=world.now,
        place="居委会调解室",
        came=came,
        said=SAID,
        open_asked=open_asked,
        now=world.now,
    )


def in_days(world: World, days: int) -> date:
    """Return the day of that many days from now."""
    return world.now.date() + timedelta(days=days)


def write(world: World, case: CaseFile, kind: str = "written") -> CaseAgreement:
    """Write down what was agreed."""
    return services.write_agreement(
        actor=world.actor(MEDIATOR),
        estate_id=world.estate.pk,
        no=case.no,
        kind=kind,
        terms=TERMS,
        follow_up_on=in_days(world, 14),
        now=world.now,
    )


def sign(world: World, case: CaseFile, *parties: int | None) -> None:
    """Record signatures; None is the mediator's."""
    for party in parties:
        services.sign(actor=world.actor(MEDIATOR), estate_id=world.estate.pk, no=case.no, party=party, now=world.now)


def seal(world: World, case: CaseFile) -> CaseAgreement:
    """Set the committee's seal."""
    return services.set_seal(actor=world.actor(SUPERVISOR), estate_id=world.estate.pk, no=case.no, now=world.now)


def settled(world: World, first: int = 0, second: int = 1, kind: str = "written") -> CaseFile:
    """Bring a case to an agreement in force."""
    case = agreed(world, first, second)
    hold(world, case)
    write(world, case, kind)
    if kind == "written":
        sign(world, case, 1, 2, None)
        seal(world, case)
    case.refresh_from_db()
    return case


def follow(world: World, case: CaseFile, *, fulfilled: bool, again: int | None = None) -> None:
    """Look back on an agreement."""
    services.follow_up(
        actor=world.actor(MEDIATOR),
        estate_id=world.estate.pk,
        no=case.no,
        fulfilled=fulfilled,
        words="去看过了。",
        again_on=None if again is None else in_days(world, again),
        now=world.now,
    )


def end(world: World, case: CaseFile, outcome: str = "failed") -> None:
    """End a case without an agreement."""
    services.end_case(
        actor=world.actor(MEDIATOR),
        estate_id=world.estate.pk,
        no=case.no,
        outcome=outcome,
        words="谈了两次，说不到一起。",
        now=world.now,
    )
