"""Recounts canvasses and objections from their rows, for ``yishiting verify``: what was left when a round was closed, from
where an objection came, why a version was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices.models import Canvass, Objection, Posting, Version, VersionPlace
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
    inside = VersionPlace.objects.filter(version=OuterRef("version"), entrance=OuterRef("home__entrance"))
    strange = Objection.objects.filter(estate_id=estate_id).filter(
        ~Exists(inside) | ~Q(version__notice=F("notice")) | Q(version__published_at__isnull=True)
    )
    for row in strange.select_related("notice").order_by("pk"):
        text = gettext_noop("第 {no} 号公示的第 {objection} 条异议不是公示范围里提的。")
        yield Sentence(text, no=row.notice.no, objection=row.no)
    cause = Objection.objects.filter(version=OuterRef("pk"), remedy=Objection.Remedy.WITHDRAW)
    versions = Version.objects.filter(estate_id=estate_id).annotate(cause=Exists(cause)).select_related("notice")
    for version in versions.exclude(cause=F("withdrawn")).order_by("pk"):
        text = gettext_noop("第 {no} 号公示第 {version} 版的撤回和异议的答复对不上。")
        yield Sentence(text, no=version.notice.no, version=version.no)
