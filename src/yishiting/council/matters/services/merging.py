"""Taking apart again what was joined by mistake: a merged matter, or one report. Every reporter is kept and told."""

from __future__ import annotations

from datetime import datetime

from yishiting.council.matters import affairs, lifecycle, policy
from yishiting.council.matters.models import COUNTS, Answer, Decision, Matter, Report
from yishiting.council.matters.recount import separated
from yishiting.council.matters.services import engine
from yishiting.council.matters.services.engine import open_matter, state_of
from yishiting.council.matters.services.reports import check_category, check_title, new_matter, recount
from yishiting.council.matters.services.triage import decide, require_reason
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop


def unmerge(*, actor: Actor, matter_id: int, reason: str, now: datetime) -> Matter:
    """Separate a merged matter again: it takes back the reports that came with it and waits to be taken up, with a new clock.

    By whom may triage both. Raises :class:`WrongState` for a matter that is not merged (so of two who do it at once one is
    told), and where reports may not leave: see ``lifecycle.take_out``.
    """
    with open_matter(actor, matter_id, now) as (record, matter):
        policy.can_triage(actor, matter).enforce()
        affairs.is_free(actor, matter, now).enforce()
        require_reason(reason)
        if matter.status != Matter.Status.MERGED:
            text = gettext_noop("第 {no} 件没有并在别的事里，不用分开。请刷新页面看看最新的进展。")
            raise WrongState(Sentence(text, no=matter.no), code="not_merged")
        root = root_of(matter)
        policy.can_triage(actor, root).enforce()
        affairs.is_free(actor, root, now).enforce()
        own = came_with(matter)
        coming = Report.objects.filter(matter=root, pk__in=own)
        answered = Answer.objects.filter(report__in=own).exclude(matter_id__in=tree_of(matter))
        leaving = coming.filter(COUNTS)
        lifecycle.take_out(state_of(root), no=root.no, leaving=leaving.count(), answered=answered.count())
        decision = decide(actor, matter, Decision.Kind.UNMERGED, reason, now, target=root)
        told = list(leaving.order_by("pk").values_list("pk", flat=True))
        coming.update(matter=matter)
        if matter.playbook is not None:
            # Staff have made title and spot fit for everyone: the neighbour's own do not come back with the waiting.
            matter.proposed_title, matter.proposed_spot = matter.title, matter.spot
        matter.status, matter.merged_into, matter.ended_at, matter.playbook = Matter.Status.OPEN, None, None, None
        matter.save(update_fields=["status", "merged_into", "ended_at", "playbook", "proposed_title", "proposed_spot"])
        recount(matter)
        recount(root)
        waiting = engine.begin_intake(matter, now)
        record.write(
            "matters.unmerged",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "root": root.no, "reports": told, "homes": matter.home_count},
            attests=[decision, matter, waiting],
            thread=matter.thread,
        )
        _gone_out(record, root, matter)
    return matter


def separate_report(
    *, actor: Actor, report_id: int, title: str, category: str, reason: str, now: datetime
) -> Matter:  # fmt: skip
    """Give a report a matter of its own that was joined to one that is about something else; return the new matter.

    By whom may triage. Raises :class:`BadInput` by field, :class:`WrongState` as :func:`unmerge` does.
    """
    found = Report.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound(gettext_noop("没有这条反映。请从事项页里重新打开。"))
    with open_matter(actor, found.matter_id, now) as (record, matter):
        policy.can_triage(actor, matter).enforce()
        affairs.is_free(actor, matter, now).enforce()
        require_reason(reason)
        title = one_line(title)
        check_title(title)
        check_category(category, matter.estate_id)
        found.refresh_from_db()
        if found.matter_id != matter.pk or found.withdrawn_at or found.invalid_at:
            text = gettext_noop("这条反映刚才已经撤回、认定过或者分到别的事里了。请刷新页面看看。")
            raise WrongState(text, code="report_moved")
        answered = Answer.objects.filter(report=found, matter=matter).count()
        lifecycle.take_out(state_of(matter), no=matter.no, leaving=1, answered=answered)
        made = new_matter(
            matter.estate, category, title, matter.building, matter.entrance, matter.spot, False, now, looked_at=True
        )
        decision = decide(actor, matter, Decision.Kind.SEPARATED, reason, now, target=made, report=found)
        Report.objects.filter(pk=found.pk).update(matter=made)
        recount(made)
        recount(matter)
        waiting = engine.begin_intake(made, now)
        record.write(
            "matters.separated",
            subject=("matter", made.pk),
            facts={"no": made.no, "root": matter.no, "reports": [found.pk], "homes": made.home_count},
            attests=[decision, made, waiting],
            thread=made.thread,
        )
        _gone_out(record, matter, made)
    return made


def _gone_out(record: engine.Book, root: Matter, matter: Matter) -> None:
    record.write(
        "matters.taken_out",
        subject=("matter", root.pk),
        facts={"no": root.no, "out": matter.no, "homes": root.home_count},
        attests=[root],
        thread=root.thread,
    )


def root_of(matter: Matter) -> Matter:
    """Return where a merged matter's reports are now, however often that was merged itself."""
    while matter.merged_into_id is not None:
        matter = Matter.objects.select_related("estate__region", "playbook", "building", "entrance").get(
            pk=matter.merged_into_id
        )
    return matter


def tree_of(matter: Matter) -> set[int]:
    """Return a matter and all that were merged into it, directly or through others."""
    found, seen = {matter.pk}, {matter.pk}
    while found:
        found = set(Matter.objects.filter(merged_into_id__in=found).values_list("pk", flat=True)) - seen
        seen |= found
    return seen


def came_with(matter: Matter) -> list[int]:
    """Return the reports that a merged matter brought along: said there or in one merged into it before."""
    tree = tree_of(matter)
    given = separated(matter.estate_id)
    rows = Report.objects.filter(matter=root_of(matter)).order_by("pk").values_list("pk", "first_matter_id")
    return [pk for pk, first in rows if given.get(pk, first) in tree]
