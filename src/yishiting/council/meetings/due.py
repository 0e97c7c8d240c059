"""What of meetings waits for whom: to be announced, held, closed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, CharField, F, When

from yishiting.council.meetings.models import Meeting
from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Component, Source, word
from yishiting.ground.desks.services import exercised
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop

NAME = "meetings"


def components(asked: Asked) -> Iterator[Component]:
    """Yield the meetings that are neither closed nor called off, for those who run them."""
    for claim in asked.claims(Duty.MEET):
        rows = Meeting.objects.filter(estate_id__in=claim.estate_ids, closed_at__isnull=True, cancelled_at__isnull=True)
        if claim.building_id is not None:
            rows = rows.filter(building_id=claim.building_id)
        what = Case(
            When(opened_at__isnull=False, then=word("close")),
            When(starts_at__lt=asked.now, then=word("missed")),
            When(invited_at__isnull=True, then=word("invite")),
            default=word("hold"),
            output_field=CharField(),
        )
        yield due.component(
            rows, source=NAME, claim=claim, about=("meeting", "pk"), what=what, no="no", title="title",
            place=F("place"), due=F("starts_at"), since=F("planned_at"),
        )  # fmt: skip


SOURCE = Source(
    name=NAME,
    room=gettext_noop("会议"),
    components=components,
    says={
        "close": gettext_noop("会开着：记下结果和纪要，闭会"),
        "missed": gettext_noop("时间过了还没开：开会、改期或取消"),
        "invite": gettext_noop("发会议通知"),
        "hold": gettext_noop("开会"),
    },
)


def register() -> None:
    """Put this room's work on desks."""
    due.register(SOURCE)
    exercised(
        dict.fromkeys(
            (
                *("meetings.planned", "meetings.agenda_set", "meetings.invited", "meetings.moved", "meetings.opened"),
                *("meetings.attended", "meetings.stated", "meetings.proposed", "meetings.settled", "meetings.decided"),
                *("meetings.closed", "meetings.minuted", "meetings.cancelled", "meetings.interrupted"),
            ),
            Duty.MEET,
        )
    )
