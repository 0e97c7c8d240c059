"""The matter that something of another room stands for."""

from __future__ import annotations

from yishiting.council.matters.models import Matter, StepRun
from yishiting.ground.places.models import Estate

PREFIX = "matter/"


def numbered(thread: str) -> int | None:
    """Return the number of the matter on whose thread something is."""
    if not thread.startswith(PREFIX):
        return None
    return Matter.objects.filter(pk=int(thread.removeprefix(PREFIX))).values_list("no", flat=True).first()


def waiting_step(estate: Estate, no: int, kind: str) -> StepRun | None:
    """Return the passage of a matter where its present step is of ``kind``."""
    runs = StepRun.objects.filter(
        estate=estate, matter__no=no, kind=kind, ended_at__isnull=True, matter__status=Matter.Status.OPEN
    )
    return runs.select_related("matter").first()
