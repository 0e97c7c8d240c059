"""How staff find a notice, by the title and the text of its newest version, and a canvass."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Prefetch

from yishiting.ground.desks import search
from yishiting.ground.desks.search import Searched, Text
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop
from yishiting.record.notices.models import Canvass, Notice, Version


def notices(refs: Collection[int] | None) -> Iterator[Text]:
    """Yield the words of notices."""
    rows = Notice.objects.prefetch_related(Prefetch("versions", Version.objects.order_by("-no"))).order_by("pk")
    for row in rows if refs is None else rows.filter(pk__in=refs):
        newest = next(iter(row.versions.all()), None)
        if newest is not None:
            yield Text(row.estate_id, row.pk, row.no, newest.title, f"{newest.title} {newest.text}")


def canvasses(refs: Collection[int] | None) -> Iterator[Text]:
    """Yield the words of canvasses."""
    rows = Canvass.objects.order_by("pk")
    for row in rows if refs is None else rows.filter(pk__in=refs):
        yield Text(row.estate_id, row.pk, row.no, row.title, f"{row.title} {row.words}")


def register() -> None:
    """Have search find both."""
    search.register(
        Searched("notice", gettext_noop("公示"), notices, frozenset({Duty.NOTICE, Duty.REVIEW, Duty.SUPERVISE})),
        entries=("notices.drafted", "notices.draft_dropped"),
    )
    search.register(
        Searched("canvass", gettext_noop("逐户走访"), canvasses, frozenset({Duty.CANVASS})),
        entries=("notices.canvass_begun",),
    )
