"""Interests of every kind, for tests of the record: of people and of a body, in a body, a home and a matter, one withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.world import World
from yishiting.council.matters.models import Matter
from yishiting.ground.organisations import companies, declaring
from yishiting.ground.organisations.models import Organisation


def happen(world: World) -> None:
    """Declare four interests, and withdraw one of them."""
    body = Organisation.objects.filter(estate=world.estate, kind="property").order_by("pk").first()
    matter = Matter.objects.filter(estate=world.estate, status=Matter.Status.OPEN).order_by("pk").first()
    assert body is not None
    assert matter is not None
    staff: dict[str, Any] = {"actor": world.actor("community_worker"), "estate": world.estate, "now": world.now}
    companies.register_company(**staff, name="外来的公司")
    thing = {"thing_kind": "matter", "thing_no": matter.no}
    worker, chair = world.staff["grid_worker"], world.staff["committee_chair"]
    declaring.declare_interest(
        **staff, person_id=chair.pk, organisation_id=body.pk, relation="owns", reason="有一成股份",
        until=world.now + timedelta(days=90),
    )  # fmt: skip
    declaring.declare_interest(
        **staff, person_id=worker.pk, home_id=world.homes[3].pk, relation="family", reason="姐姐家"
    )
    declaring.declare_interest(**staff, body_id=body.pk, relation="paid", reason="由它来修", **thing)
    mine = {**staff, "actor": world.actor("grid_worker")}
    row = declaring.declare_interest(**mine, person_id=worker.pk, relation="party", reason="是我报的", **thing)
    world.now += timedelta(hours=1)
    declaring.withdraw_interest(actor=mine["actor"], interest_id=row.pk, reason="记错了", now=world.now)
