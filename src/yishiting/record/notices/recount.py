"""Recounts canvasses from their rows, for ``yishiting verify``: what was left when a round was closed."""

from __future__ import annotations

from collections.abc import Iterator

from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices.models import Canvass, Posting, Version
from yishiting.record.notices.services.canvassing import told_homes


def faults(estate_id: int) -> Iterator[Sentence]:
    """Yield a sentence for each figure that does not follow from its rows, and for what hangs outside its scope."""
    for canvass in Canvass.objects.filter(estate_id=estate_id, closed_at__isnull=False).order_by("no"):
        left = canvass.homes.count() - len(told_homes(canvass))
        if left != canvass.left:
            text = gettext_noop("第 {no} 次逐户走访结束时写的是还剩 {kept} 户，重新数是 {left} 户。")
            yield Sentence(text, no=canvass.no, kept=canvass.left, left=left)
    for version in Version.objects.filter(estate_id=estate_id, places__isnull=True).select_related("notice"):
        text = gettext_noop("第 {no} 号公示第 {version} 版没有范围。")
        yield Sentence(text, no=version.notice.no, version=version.no)
    for posting in Posting.objects.filter(estate_id=estate_id, version__published_at__isnull=True).select_related(
        "version__notice"
    ):
        text = gettext_noop("第 {no} 号公示没有发布的一版却登记了张贴。")
        yield Sentence(text, no=posting.version.notice.no)
