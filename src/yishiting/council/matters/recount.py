"""Counts matters again from their rows for ``yishiting verify``, and reads again what is kept as files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.db.models import Count, Exists, OuterRef, Q

from yishiting.council.matters.models import Answer, Decision, Evidence, Matter, Photo, PlaybookVersion, Report
from yishiting.council.matters.playbooks import library
from yishiting.council.matters.playbooks.definition import Playbook
from yishiting.council.matters.playbooks.reading import read
from yishiting.kernel.words import Sentence, gettext_noop

BATCH = 500
PIECE = 1 << 20


def check(estate_id: int) -> Iterator[Sentence]:
    """Yield a sentence for each figure that differs from its rows, each report under a wrong matter, each picture whose
    file is another than when it came, and each shipped playbook that says something else than what was shipped.
    """
    yield from _counts(estate_id)
    yield from _reports(estate_id)
    yield from _files(estate_id)
    yield from _shipped()


def _counts(estate_id: int) -> Iterator[Sentence]:
    answered = Answer.objects.filter(report=OuterRef("reports"), matter=OuterRef("pk"), round=OuterRef("round"))
    counts = Q(reports__withdrawn_at__isnull=True, reports__invalid_at__isnull=True)
    counted = Matter.objects.filter(estate_id=estate_id).annotate(
        homes=Count("reports__home", distinct=True, filter=counts),
        waiting=Count("reports", distinct=True, filter=Q(~Exists(answered), counts, status=Matter.Status.OPEN)),
    )
    for matter in counted.order_by("no").iterator():
        if matter.homes != matter.home_count:
            text = gettext_noop("第 {no} 件事写着 {kept} 户反映，按反映数出来是 {found} 户。")
            yield Sentence(text, no=matter.no, kept=matter.home_count, found=matter.homes)
        if matter.waiting != matter.unanswered:
            text = gettext_noop("第 {no} 件事写着 {kept} 条没答复，按答复数出来是 {found} 条。")
            yield Sentence(text, no=matter.no, kept=matter.unanswered, found=matter.waiting)


def _reports(estate_id: int) -> Iterator[Sentence]:
    """A report stands with the matter that it was given last, or where that was merged into, however often."""
    merged = dict(
        Matter.objects.filter(estate_id=estate_id, merged_into__isnull=False).values_list("pk", "merged_into_id")
    )
    given = separated(estate_id)
    rows = Report.objects.filter(estate_id=estate_id).order_by("pk").values_list("pk", "first_matter_id", "matter_id")
    for pk, first, kept in rows.iterator(chunk_size=BATCH):
        first = given.get(pk, first)
        wanted, passed = first, {first}
        while (onward := merged.get(wanted)) is not None and onward not in passed:
            wanted = onward
            passed.add(onward)
        if wanted != kept:
            no = Matter.objects.filter(pk=wanted).values_list("no", flat=True).first()
            text = gettext_noop("第 {id} 条反映应在第 {no} 件事名下，现在却在别的事名下。")
            yield Sentence(text, id=pk, no=no)


def separated(estate_id: int) -> dict[int, int]:
    """Return the matter that each report was given of its own last, by the decision that says so."""
    decided = Decision.objects.filter(estate_id=estate_id, kind=Decision.Kind.SEPARATED, report__isnull=False)
    return {report: target for report, target in decided.order_by("pk").values_list("report_id", "target_id") if target}


def _files(estate_id: int) -> Iterator[Sentence]:
    """Read each picture that a report, evidence or a public page uses; one that nothing uses may be dropped any day."""
    shown = Q(report__isnull=False) | Q(public=True) | Exists(Evidence.objects.filter(photo=OuterRef("pk")))
    for photo in Photo.objects.filter(shown, estate_id=estate_id).order_by("pk").iterator(chunk_size=BATCH):
        found = hashlib.sha256()
        try:
            with photo.file.open("rb") as file:
                while piece := file.read(PIECE):
                    found.update(piece)
        except (OSError, ValueError):
            yield Sentence(gettext_noop("第 {id} 张照片的文件打不开，可能已经不在了。"), id=photo.pk)
            continue
        if found.hexdigest() != photo.sha256:
            yield Sentence(gettext_noop("第 {id} 张照片的文件与收到时不一样，被换过。"), id=photo.pk)


def _shipped() -> Iterator[Sentence]:
    """Hold the shipped playbooks against the files of this release; an older version than those is held where it is used.

    Comments may change from release to release, so what is compared is what a playbook says.
    """
    files = _of_this_release()
    newest = dict(sorted(files))
    rows = list(PlaybookVersion.objects.filter(estate__isnull=True).order_by("playbook", "version"))
    for row in rows:
        playbook, text = files.get((row.playbook, row.version), (None, ""))
        place = {"name": row.name, "version": row.version}
        if playbook is None:
            # A version that an earlier release shipped stays; one that none can have shipped was put there.
            if row.version > newest.get(row.playbook, 0):
                yield Sentence(gettext_noop("工作法“{name}”第 {version} 版不是随产品发来的。"), **place)
            continue
        same_words = row.text == text or read(row.text)[0] == playbook
        kept = (row.name, list(row.categories), row.retired_at)
        if not same_words or kept != (playbook.name, list(playbook.matters), None):
            yield Sentence(gettext_noop("工作法“{name}”第 {version} 版与随产品发来的不一样，被改过。"), **place)
    missing = files.keys() - {(row.playbook, row.version) for row in rows} if rows else set()
    for key in sorted(missing):
        text = gettext_noop("随产品发来的工作法“{name}”第 {version} 版不见了。刚升级过的，请先运行 yishiting init。")
        yield Sentence(text, name=files[key][0].name, version=key[1])


@lru_cache(maxsize=1)
def _of_this_release() -> Mapping[tuple[str, int], tuple[Playbook, str]]:
    return {
        (playbook.id, playbook.version): (playbook, text)
        for playbook, text in zip(library.playbooks(), library.texts().values(), strict=True)
    }
