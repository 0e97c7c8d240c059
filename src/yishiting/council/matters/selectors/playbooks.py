"""How an estate uses its playbooks: which version is the newest, which are retired, what runs on which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from yishiting.council.matters.models import Matter, Retirement
from yishiting.council.matters.services.playbooks import COMMON, known, retired
from yishiting.ground.places.models import Estate


@dataclass(frozen=True, slots=True)
class PlaybookUse:
    """How an estate stands to a version: its newest number, whether it is retired, and what runs on which version now."""

    newest: int
    versions: tuple[int, ...]
    retirement: Retirement | None
    under_way: Mapping[int, int]

    playbook: str = ""

    @property
    def can_retire(self) -> bool:
        """Whether it may be retired at all: the common one says who takes reports up."""
        return self.playbook != COMMON

    @property
    def running(self) -> int:
        """How many matters run on it, whatever the version."""
        return sum(self.under_way.values())

    @property
    def behind(self) -> bool:
        """Whether matters run on versions older than the newest."""
        return any(version < self.newest for version in self.under_way)


def playbook_use(estate: Estate, playbook: str) -> PlaybookUse:
    """Return how an estate uses a playbook (three queries)."""
    versions = tuple(sorted(set(known(estate.pk).filter(playbook=playbook).values_list("version", flat=True))))
    running = Matter.objects.filter(estate=estate, status=Matter.Status.OPEN, playbook__playbook=playbook)
    counted = running.order_by().values_list("playbook__version").annotate(n=Count("pk"))
    return PlaybookUse(
        newest=versions[-1] if versions else 0,
        versions=versions,
        retirement=retired(estate.pk).filter(playbook=playbook).first(),
        under_way=dict(counted.order_by("playbook__version")),
        playbook=playbook,
    )


def retired_playbooks(estate: Estate) -> list[Retirement]:
    """Return the playbooks that the estate has retired, by name (one query)."""
    return list(retired(estate.pk).order_by("name"))
