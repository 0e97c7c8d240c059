"""The beginning of a case: it is opened or asked for, parties are named, a mediator is chosen, a vacancy is filled."""

from __future__ import annotations

import secrets as tokens
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet

from yishiting.council.cases import lifecycle, policy, ties
from yishiting.council.cases.models import CaseConsent, CaseFile, CaseFollowUp, CaseParty
from yishiting.council.cases.services.fetching import at_work
from yishiting.council.matters.models import Matter
from yishiting.ground.organisations.actors import Actor, actor_for
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.models import Organisation, Term
from yishiting.ground.people import secrets
from yishiting.ground.people.models import Holding, Person, Residence
from yishiting.ground.places.models import Estate, Home
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book

#: Cases that one resident may have asked for at a time.
MOST_ASKED = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A party as it is named: its side, and one of a person, a home and a body."""

    side: str
    person_id: int | None = None
    home_id: int | None = None
    organisation_id: int | None = None


def note(record: Book, case: CaseFile, kind: str, *, attests: Sequence[Model] = (), **facts: int) -> None:
    """Write an entry of a case: numbers alone, on a thread of its own, attesting the case as it now is."""
    record.write(
        kind,
        subject=("case", case.pk),
        facts={"no": case.no, **facts},
        attests=[case, *attests],
        thread=case.thread,
    )


def open_case(
    *,
    actor: Actor,
    estate: Estate,
    topic: str,
    words: str,
    parties: Sequence[Asked],
    now: datetime,
    matter_no: int | None = None,
) -> CaseFile:
    """Open a case between two sides. A mediator who looks after no cases leads the one that he opens.

    Raises ``NotAllowed``, ``BadInput`` for what is missing, and refuses a mediator who is tied to a party.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_open(actor, estate.pk).enforce()
        if {each.side for each in parties} != set(lifecycle.SIDES):
            text = gettext_noop("请写明双方是谁。")
            raise BadInput(text, fields={"parties": text})
        matter = None
        if matter_no is not None:
            matter = Matter.objects.filter(estate=estate, no=matter_no).first()
            if matter is None:
                text = gettext_noop("没有这个编号的事项。没有相关事项的，请留空。")
                raise BadInput(text, fields={"matter": text})
        rows = [_party(estate, no, each, now) for no, each in enumerate(parties, 1)]
        _each_once(rows)
        case = _begin(estate, topic, words, rows, matter=matter, actor=actor, asked=False, now=now)
        if actor.person_id is not None:
            _enforce_no_tie(actor.person_id, rows, now)
        if actor.person_id is not None and not policy.supervises(actor, case):
            case.mediator_id = actor.person_id
        _save(case, rows)
        note(record, case, "cases.opened", attests=rows)
    return case


def ask_for_mediation(
    *,
    actor: Actor,
    estate: Estate,
    topic: str,
    words: str,
    now: datetime,
    as_home_id: int | None = None,
    other_home_id: int | None = None,
    other_organisation_id: int | None = None,
) -> CaseFile:
    """Ask for mediation, for oneself or for one's home; to ask is to agree. The other side may be named later."""
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_ask(actor, estate.pk).enforce()
        assert actor.person_id is not None
        if as_home_id is not None and (estate.pk, as_home_id) not in actor.homes:
            text = gettext_noop("这一户不是您家的。请重新选。")
            raise BadInput(text, fields={"as_home": text})
        if other_home_id is not None and (estate.pk, other_home_id) in actor.homes:
            text = gettext_noop("另一方写成了您自己家。请改成另一方的门牌。")
            raise BadInput(text, fields={"other": text})
        asked = CaseFile.objects.filter(estate=estate, asked_by=actor.person_id, ended_at__isnull=True).count()
        if asked >= MOST_ASKED:
            raise WrongState(Sentence(gettext_noop("您已经有 {n} 件调解在办。请等其中一件结束，再申请新的。"), n=asked))
        mine = Asked("a", home_id=as_home_id) if as_home_id is not None else Asked("a", person_id=actor.person_id)
        rows = [_party(estate, 1, mine, now)]
        if other_home_id is not None or other_organisation_id is not None:
            theirs = Asked("b", home_id=other_home_id, organisation_id=other_organisation_id)
            rows.append(_party(estate, 2, theirs, now))
        _each_once(rows)
        case = _begin(estate, topic, words, rows, matter=None, actor=actor, asked=True, now=now)
        _save(case, rows)
        consent = CaseConsent.objects.create(
            estate=estate,
            party=rows[0],
            act=CaseConsent.Act.AGREED,
            how=CaseConsent.How.ONLINE,
            at=now,
            recorded_by_id=actor.person_id,
            recorded_at=now,
        )
        note(record, case, "cases.opened", attests=[*rows, consent])
    return case


def _begin(
    estate: Estate,
    topic: str,
    words: str,
    rows: Sequence[CaseParty],
    *,
    matter: Matter | None,
    actor: Actor,
    asked: bool,
    now: datetime,
) -> CaseFile:
    if topic not in CaseFile.Topic.values:
        text = gettext_noop("请选是哪一类事。")
        raise BadInput(text, fields={"topic": text})
    kept = lifecycle.check_words(words, field="words", text=gettext_noop("请写几句是怎么回事。"))
    post = ties.post_for(estate, rows, now=now)
    if post is None:
        raise WrongState(
            gettext_noop("现在没有能负责这件调解的岗位。请直接找街道的人民调解委员会。"), code="nobody_free"
        )
    last = CaseFile.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
    return CaseFile(
        estate=estate,
        no=last + 1,
        topic=topic,
        account_sealed=secrets.seal(kept),
        asked_by_id=actor.person_id if asked else None,
        opened_by_id=actor.person_id,
        opened_at=now,
        post=post,
        matter=matter,
        salt=tokens.token_hex(16),
    )


def _save(case: CaseFile, rows: Sequence[CaseParty]) -> None:
    case.save()
    for row in rows:
        row.case = case
        row.save()


def _party(estate: Estate, no: int, asked: Asked, now: datetime) -> CaseParty:
    """Return a party, not yet saved; refuses who is not of this estate, so that no case is opened on a stranger."""
    named = [asked.person_id, asked.home_id, asked.organisation_id]
    known = (
        (asked.home_id is not None and Home.objects.filter(estate=estate, pk=asked.home_id).exists())
        or (asked.person_id is not None and _lives_here(estate, asked.person_id, now))
        or (asked.organisation_id is not None and _bodies(estate).filter(pk=asked.organisation_id).exists())
    )
    if sum(each is not None for each in named) != 1 or not known:
        text = gettext_noop("这个小区里没有找到这一方。请核对门牌或单位。")
        raise BadInput(text, fields={"parties": text})
    return CaseParty(
        estate=estate,
        no=no,
        side=asked.side,
        person_id=asked.person_id,
        home_id=asked.home_id,
        organisation_id=asked.organisation_id,
        added_at=now,
        salt=tokens.token_hex(16),
    )


def _lives_here(estate: Estate, person_id: int, now: datetime) -> bool:
    here = _held(now) & Q(estate=estate, person=person_id)
    return Holding.objects.filter(here).exists() or Residence.objects.filter(here).exists()


def _bodies(estate: Estate) -> QuerySet[Organisation]:
    """Return the bodies that may be a party here: those of the estate, and those that hold a post for it."""
    return Organisation.objects.filter(Q(estate=estate) | Q(posts__estate=estate)).distinct()


def _each_once(rows: Sequence[CaseParty]) -> None:
    named = [(row.person_id, row.home_id, row.organisation_id) for row in rows]
    if len(set(named)) != len(named):
        text = gettext_noop("同一方写了两次，请去掉一个。")
        raise BadInput(text, fields={"parties": text})


def _enforce_no_tie(person_id: int, parties: Sequence[CaseParty], now: datetime) -> None:
    tie = lifecycle.conflict(ties.of_person(person_id, now=now), ties.of_parties(parties, now=now))
    if tie is not None:
        raise WrongState(tie, code="tied")


def enforce_free(case: CaseFile, *, now: datetime) -> None:
    """Refuse where the mediator has become tied to a party meanwhile: he moved in, he took a post."""
    if case.mediator_id is not None:
        _enforce_no_tie(case.mediator_id, list(case.parties.all()), now)


def add_party(*, actor: Actor, estate_id: int, no: int, party: Asked, now: datetime) -> CaseParty:
    """Name a further party before the first session. Whoever is tied to it gives the case up: mediator and post alike."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_work(actor, case).enforce()
        lifecycle.check_new_party(outcome=case.outcome, side=party.side, sessions=case.sessions.count())
        rows = list(case.parties.order_by("no"))
        row = _party(case.estate, len(rows) + 1, party, now)
        _each_once([*rows, row])
        post = ties.post_for(case.estate, [*rows, row], now=now)
        if post is None:
            raise WrongState(
                gettext_noop("加上这一方，就没有能负责这件调解的岗位了。请转到街道的人民调解委员会。"),
                code="nobody_free",
            )
        tied = ties.of_parties([*rows, row], now=now)
        row.case = case
        row.save()
        if case.mediator_id is not None and lifecycle.conflict(ties.of_person(case.mediator_id, now=now), tied):
            case.mediator = None
        if not _free(case, tied, now):
            case.post = post
        case.save(update_fields=["mediator", "post"])
        note(record, case, "cases.party_added", attests=[row], party=row.no)
    return row


def _free(case: CaseFile, tied: lifecycle.Ties, now: datetime) -> bool:
    """Whether somebody without a tie holds the post of the case."""
    holders = _holders(case, now)
    return any(lifecycle.conflict(ties.of_person(person, now=now), tied) is None for person in holders)


def _holders(case: CaseFile, now: datetime) -> list[int]:
    return list(Term.objects.filter(_held(now), post=case.post_id).values_list("person_id", flat=True))


def _held(now: datetime) -> Q:
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def choose_mediator(*, actor: Actor, estate_id: int, no: int, person_id: int, now: datetime) -> CaseFile:
    """Choose who leads the case. Refused for a party, for one of a party's household, for one of its company (M36)."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        case = at_work(actor, estate_id, no, now=now)
        policy.can_supervise(actor, case).enforce()
        lifecycle.check_going_on(case.outcome)
        person = Person.objects.filter(pk=person_id).first()
        if person is None or not actor_for(person, now=now).has_duty(Duty.MEDIATE, estate_id):
            text = gettext_noop("请从这个小区的调解员里选一位。")
            raise BadInput(text, fields={"mediator": text})
        _enforce_no_tie(person.pk, list(case.parties.all()), now)
        if case.mediator_id == person.pk:
            raise WrongState(gettext_noop("调解员已经是这一位了。"))
        case.mediator = person
        case.save(update_fields=["mediator"])
        note(record, case, "cases.mediator_chosen")
    return case


def take_over(*, actor: Actor, estate: Estate, now: datetime) -> int:
    """Put the cases of posts that nobody free holds on a post of the actor's; return how many. None is left alone.

    Those to whose parties he is tied stay for somebody else.
    """
    taken = 0
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_take_over(actor, estate.pk).enforce()
        post_id = next(
            (
                office.post_id
                for office in actor.offices
                if Duty.CASES in office.duties and estate.pk in office.estate_ids
            ),
            None,
        )
        if post_id is None or actor.person_id is None:
            return 0
        for case in to_take_over(actor, [estate.pk], now=now):
            case.post_id = post_id
            case.save(update_fields=["post"])
            note(record, case, "cases.taken_over")
            taken += 1
    return taken


def untended(estate_ids: Sequence[int], *, now: datetime) -> list[tuple[CaseFile, lifecycle.Ties]]:
    """Return the cases of estates that go on or are to be looked back on, on a post that nobody free of ties holds now.

    A post may be left, or its holder may move in with a party or declare an interest: either way nobody would see the case.
    Each with what its parties are tied by (a dozen queries, however many cases).
    """
    rows = list(
        CaseFile.objects.filter(estate_id__in=estate_ids)
        .filter(
            Q(ended_at__isnull=True)
            | Exists(CaseFollowUp.objects.filter(agreement__case=OuterRef("pk"), done_at__isnull=True))
        )
        .select_related("estate")
        .order_by("no")
    )
    if not rows:
        return []
    terms = Term.objects.filter(_held(now), post__in={case.post_id for case in rows})
    holders: dict[int, list[int]] = {}
    for post, person in terms.values_list("post_id", "person_id"):
        holders.setdefault(post, []).append(person)
    mine = ties.of_people({person for found in holders.values() for person in found}, now=now)
    tied = ties.of_cases([case.pk for case in rows], now=now)
    return [
        (case, tied[case.pk])
        for case in rows
        if all(lifecycle.conflict(mine[person], tied[case.pk]) for person in holders.get(case.post_id, ()))
    ]


def to_take_over(actor: Actor, estate_ids: Sequence[int], *, now: datetime) -> list[CaseFile]:
    """Return the untended cases that the actor has no tie to; of the others he is not told."""
    if actor.person_id is None:
        return []
    left = untended(estate_ids, now=now)
    mine = ties.of_person(actor.person_id, now=now) if left else None
    return [case for case, tied in left if mine is not None and lifecycle.conflict(mine, tied) is None]
