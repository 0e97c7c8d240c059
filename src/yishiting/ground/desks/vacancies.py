"""Vacant units of the chart in force, on the desk of who keeps it: one line a chart, so that many vacancies bury nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yishiting.ground.desks import due
from yishiting.ground.desks.due import Asked, Component, Source
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat, ChartUnit
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.words import gettext_noop

CHARTS = "charts"


def _vacant(asked: Asked) -> QuerySet[Any]:
    """The units of a chart that nobody leads now, each with the moment from which on nobody did (``began``)."""
    leads = ChartSeat.objects.filter(unit=OuterRef("pk"), role=ChartSeat.Role.LEADER)
    now = Q(since__lte=asked.now) & (Q(until__isnull=True) | Q(until__gt=asked.now))
    left = leads.filter(until__lte=asked.now).order_by("-until").values("until")[:1]
    return ChartUnit.objects.filter(~Exists(leads.filter(now)), chart=OuterRef("pk"), until__isnull=True).annotate(
        began=Coalesce(Subquery(left), F("since"))
    )


def vacancies(asked: Asked) -> Iterator[Component]:
    """Yield the charts in force with units that nobody leads: how many, and since when the first of them."""
    for claim in asked.claims(Duty.INTEREST):
        vacant = _vacant(asked)
        rows = Chart.objects.filter(
            Exists(vacant), estate_id__in=claim.estate_ids, published_at__isnull=False, ended_at__isnull=True
        )
        number = vacant.order_by().values("chart").annotate(n=Count("pk")).values("n")
        yield due.component(
            rows, source=CHARTS, claim=claim, about=("chart", "pk"), what="vacant", no="no", title="name", due=None,
            since=Subquery(vacant.order_by("began").values("began")[:1]),
            n=Coalesce(Subquery(number), 0, output_field=IntegerField()),
        )  # fmt: skip


def register() -> None:
    """Put vacancies on desks."""
    due.register(
        Source(
            name=CHARTS,
            room=gettext_noop("组织架构"),
            components=vacancies,
            says={"vacant": gettext_noop("有 {n} 个单位没有负责人，去任命")},
        )
    )
