"""The chart as anyone sees it, without a member's name; and of oneself: one's seats, who read them, whom one leads."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.organisations.charting import drawn, services
from yishiting.ground.organisations.charting.reading import readings
from yishiting.ground.organisations.charting.tables import ChartSeat
from yishiting.ground.people.models import Person
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.charts.views import places_of
from yishiting.reach.web.doorway import attempt_and_tell, estate_at
from yishiting.reach.web.http import Request


@require_safe
def chart(request: Request, slug: str) -> HttpResponse:
    """Levels, units, what they answer for and whether somebody leads them; names for the estate's own people, as agreed."""
    estate = estate_at(slug)
    found = drawn.in_force(estate)
    tree = drawn.hide_names(drawn.tree(found, now=request.now)) if found else None
    person = request.actor.person_id
    context = {
        "section": "home",
        "estate": estate,
        "chart": found,
        "tree": tree,
        "rows": [(node, places_of(node)) for node in tree.nodes.values()] if tree else (),
        "inside": request.actor.belongs_to(estate.pk),
        "seated": person is not None and bool(drawn.seats_of(person, estate, now=request.now)),
    }
    return render(request, "charts/chart.html", context)


def mine(request: Request, slug: str) -> HttpResponse:
    """One's own seats with one's consent, who read that one has them, and the members of what one leads."""
    estate = estate_at(slug)
    person = request.actor.person_id
    if person is None:
        raise NotAllowed(gettext_noop("请先登录，再看自己在组织架构里的登记。"))
    if request.method == "POST":
        pk, public = request.POST.get("seat", ""), request.POST.get("public") == "1"

        def naming() -> object:
            return services.set_naming(
                actor=request.actor,
                estate=estate,
                seat_id=int(pk) if pk.isdecimal() and len(pk) < 18 else 0,
                public=public,
                now=request.now,
            )

        attempt_and_tell(request, naming, _("改好了。"))
        return redirect("web:chart_mine", slug=slug)
    seats = drawn.seats_of(person, estate, now=request.now)
    units = {seat.unit_id for seat in seats}
    context = {
        "section": "home",
        "estate": estate,
        "seats": seats,
        "readings": _readings(request, estate.pk, units),
        "led": _led(request, [seat for seat in seats if seat.role == ChartSeat.Role.LEADER]),
    }  # fmt: skip
    return render(request, "charts/mine.html", context)


def _readings(request: Request, estate_id: int, units: set[int]) -> list[tuple[datetime, str, bool]]:
    """Return when and by whom the members of these units were read, and whether it was oneself (two queries)."""
    found = list(readings(estate_id, units)[:20]) if units else []
    names = dict(Person.objects.filter(pk__in={entry.actor_id for entry in found}).values_list("pk", "name"))
    return [
        (entry.at, names.get(entry.actor_id or 0, ""), entry.actor_id == request.actor.person_id) for entry in found
    ]


def _led(request: Request, seats: list[ChartSeat]) -> list[tuple[str, str, list[ChartSeat]]]:
    """Return each unit that one leads or that hangs below it, with its level and people; that they were read goes on
    record.
    """
    if not seats:
        return []
    chart = seats[0].chart
    units = drawn.below(chart, {seat.unit_id for seat in seats}, now=request.now)
    people = drawn.seats_in_units([unit.pk for unit in units], now=request.now)
    shown = [unit for unit in units if unit.pk in people]
    if shown:
        services.note_reading(actor=request.actor, units=shown, now=request.now)
    return [(unit.name, chart.levels[unit.level - 1], people.get(unit.pk, [])) for unit in units]
