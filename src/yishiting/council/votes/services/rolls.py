"""Freezing a roll: who the heads are at the moment a vote opens, with what area, and a digest over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yishiting.council.votes import rules
from yishiting.council.votes.electorate import Electorate, electorate_of
from yishiting.council.votes.models import Item, Roll, RollHead, RollHome, Vote
from yishiting.council.votes.recount import roll_digest
from yishiting.ground.places.models import Home
from yishiting.kernel.errors import WrongState
from yishiting.kernel.words import Sentence, gettext_noop

NAMED = 20
BATCH = 500


def freeze(vote: Vote, *, now: datetime) -> Roll:
    """Write the roll of ``vote`` from the homes of its scope and who holds them at ``now``.

    Raises :class:`WrongState` where the scope has no home, or where a home lacks its area or stands under two owner groups;
    the homes are named.
    """
    found = electorate_of(vote, now=now)
    _refuse_unsettled(found)
    rows = [
        RollHead(
            estate_id=vote.estate_id,
            no=no,
            kind=_kind(head),
            group_id=found.group[head.id],
            homes=head.homes,
            area=head.area,
        )
        for no, head in enumerate(found.heads, start=1)
    ]
    home_rows = [
        RollHome(
            estate_id=vote.estate_id,
            head=row,
            home=home,
            label=str(home),
            area=home.area,
            area_source=home.area_source,
        )
        for row, head in zip(rows, found.heads, strict=True)
        for home in found.members[head.id]
        if home.area is not None  # every home has one: that was asked above
    ]
    roll = Roll.objects.create(
        estate_id=vote.estate_id,
        vote=vote,
        frozen_at=now,
        homes=len(found.homes),
        heads=len(found.heads),
        area=found.area,
        digest=roll_digest(vote, Item.objects.filter(vote=vote).prefetch_related("options"), rows, home_rows),
    )
    for row in rows:
        row.roll = roll
    RollHead.objects.bulk_create(rows, batch_size=BATCH)
    for home_row in home_rows:
        home_row.roll = roll
    RollHome.objects.bulk_create(home_rows, batch_size=BATCH)
    return roll


def _kind(head: rules.Head) -> str:
    if head.id == rules.DEVELOPER:
        return RollHead.Kind.DEVELOPER
    return RollHead.Kind.OWNERS if head.known else RollHead.Kind.UNKNOWN


def _refuse_unsettled(found: Electorate) -> None:
    if not found.homes:
        raise WrongState(gettext_noop("这次表决的范围里还没有房屋。请先导入名册，或改一改表决的范围。"))
    if found.without_area:
        raise WrongState(
            Sentence(
                gettext_noop("有 {n} 户还没有面积，名册定不下来：{homes}。请先到“名册”里补上面积，再开始表决。"),
                n=len(found.without_area),
                homes=_named(found.without_area),
            ),
            code="area_missing",
        )
    if found.disputed:
        raise WrongState(
            Sentence(
                gettext_noop("有 {n} 户同时记在两家业主名下：{homes}。请先到“名册”里核对清楚，再开始表决。"),
                n=len(found.disputed),
                homes=_named(found.disputed),
            ),
            code="owner_disputed",
        )


def _named(homes: Sequence[Home]) -> str:
    names = "、".join(str(home) for home in homes[:NAMED])
    return f"{names}……" if len(homes) > NAMED else names
