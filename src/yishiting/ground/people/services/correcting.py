"""Correcting one home on the register."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from yishiting.ground.people.events import AREA_REASONS
from yishiting.ground.people.policy import Asking, can_keep_roster
from yishiting.ground.places.models import Estate, Home
from yishiting.ground.places.recount import HOMES
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book

LARGEST_AREA = Decimal(1_000_000)
FOUR_PLACES = Decimal("0.0001")


def set_area(
    *, actor: Asking, estate: Estate, home_id: int, area: Decimal, source: str, reason: str, now: datetime
) -> Home:
    """Set a home's area in square metres (at most four decimals: whole cm²) with its source and why it changes.

    ``source`` is a :class:`Home.AreaSource`, ``reason`` a code of :data:`AREA_REASONS`: the record keeps codes and
    figures, before and after, and no words about anybody. A roll that is frozen already keeps its areas.
    """
    can_keep_roster(actor, estate.pk).enforce()
    fields: dict[str, str] = {}
    if not area.is_finite() or not 0 < area <= LARGEST_AREA or area != area.quantize(FOUR_PLACES):
        fields["area"] = gettext_noop("面积请写一个大于 0 的数，小数最多四位，例如 89.47。")
    if source not in Home.AreaSource.values:
        fields["source"] = gettext_noop("请选面积是从哪里查到的。")
    if reason not in AREA_REASONS:
        fields["reason"] = gettext_noop("请选为什么要改。")
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        home = Home.objects.filter(estate=estate, pk=home_id).select_related("building", "entrance").first()
        if home is None:
            raise NotFound(gettext_noop("名册里没有这一户。请回名册重新找。"))
        if (home.area, home.area_source) == (area, source):
            raise BadInput(
                gettext_noop("面积和来源都没有变。"), fields={"area": gettext_noop("和现在的面积一样，不用改。")}
            )
        before, was = home.area, home.area_source
        home.area, home.area_source = area.quantize(FOUR_PLACES), source
        home.save(update_fields=["area", "area_source"])
        record.write(
            "people.area_set",
            subject=("home", home.pk),
            facts={
                "before": None if before is None else str(before),
                "after": str(home.area),
                "source_before": was,
                "source": source,
                "reason": reason,
            },
            attests=[Whole(HOMES, [home.building_id])],
        )
    return home
