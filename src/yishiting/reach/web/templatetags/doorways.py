"""Which doors a page shows: those whose room exists, asked of the addresses themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yishiting.ground.organisations.kinds import Duty

# key, address, icon, word. A door with an estate in its address needs one.
RESIDENTS = (
    ("home", "/e/{slug}/", "home", gettext_noop("首页")),
    ("matters", "/e/{slug}/matters/", "talk", gettext_noop("议事")),
    ("votes", "/e/{slug}/votes/", "paper", gettext_noop("表决")),
    ("projects", "/e/{slug}/projects/", "work", gettext_noop("项目")),
    ("me", "/me/", "me", gettext_noop("我的")),
)
STAFF = (
    ("desk", "/desk/", "topic", gettext_noop("工作台")),
    ("matters", "/desk/matters/", "collect", gettext_noop("事项")),
    ("meetings", "/desk/meetings/", "talk", gettext_noop("会议")),
    ("votes", "/desk/votes/", "paper", gettext_noop("表决")),
    ("projects", "/desk/projects/", "work", gettext_noop("项目")),
)
#: What a door of the desk asks for, one of them; a door that is not named opens for every post.
ASKS = {
    "meetings": {Duty.MEET},
    "votes": {Duty.VOTE, Duty.PAPER, Duty.SUPERVISE},
    "projects": {Duty.PROJECT},
}


@dataclass(frozen=True, slots=True)
class Door:
    """A way into a room."""

    key: str
    href: str
    icon: str
    words: str


@lru_cache(maxsize=4096)
def _stands(path: str, urlconf: str) -> bool:
    """Return whether a page answers at ``path``; ``urlconf`` is part of the question, since tests change it."""
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def stands(path: str) -> bool:
    """Return whether a page answers at ``path``."""
    return _stands(path, str(get_urlconf() or settings.ROOT_URLCONF))


def doors(*, slug: str, staff: bool, duties: Collection[str] | None = None) -> list[Door]:
    """Return the doors to show; without an estate the first leads to the start page.

    ``duties`` leaves out the doors of the desk that would not open; None asks for none.
    """
    shown = []
    for key, pattern, icon, words in STAFF if staff else RESIDENTS:
        if staff and duties is not None and key in ASKS and ASKS[key].isdisjoint(duties):
            continue
        if "{slug}" in pattern and not slug:
            if key != "home":
                continue
            pattern = "/"
        path = pattern.format(slug=slug)
        if stands(path):
            shown.append(Door(key, path, icon, _(words)))
    return shown
