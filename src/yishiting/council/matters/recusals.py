"""Who keeps out of a matter: what this room tells of its matters, and the step that goes to another post because of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from yishiting.council.matters.affairs import KIND, affair, kept_out
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.matters.services import engine, escalation
from yishiting.ground.organisations import interests, restating
from yishiting.ground.organisations.selectors import responsible
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book


def going(estate_id: int) -> Iterable[interests.Affair]:
    """Return the open matters of an estate that an interest may touch."""
    ids = interests.touched(KIND, estate_id)
    return [affair(row) for row in Matter.objects.filter(pk__in=ids, status=Matter.Status.OPEN).order_by("pk")]


def find(estate_id: int, no: int) -> interests.Named | None:
    """Return the matter of that number."""
    row = Matter.objects.filter(estate_id=estate_id, no=no).first()
    return None if row is None else interests.Named(KIND, row.pk, row.no, row.title)


def named(ids: Collection[int]) -> Mapping[int, interests.Named]:
    """Return what matters are called (one query)."""
    return {row.pk: interests.Named(KIND, row.pk, row.no, row.title) for row in Matter.objects.filter(pk__in=ids)}


def hand_over(entry: Entry, record: Book) -> None:
    """Give the step under way to whoever may do it, in the transaction that states a recusal or its end.

    To the next post up where all who hold its post keep out, and back once one of them no longer does; to nobody where the
    way up to the top is vacant, until somebody is appointed.
    """
    if entry.subject_kind != KIND:
        return
    run = StepRun.objects.filter(matter=entry.subject_id, ended_at__isnull=True).select_related("post").first()
    if run is None:
        return
    matter = engine.matter_of(run)
    if matter.status != Matter.Status.OPEN:
        return
    found = responsible(
        kind=escalation.asked_of(run),
        estate=matter.estate,
        now=record.now,
        building_id=matter.building_id,
        entrance_id=matter.entrance_id,
        without=kept_out(matter, record.now),
    )
    post = found.post if found else None
    if (post.pk if post else None) == run.post_id:
        return
    run.post = post
    run.save(update_fields=["post"])
    record.write(
        "matters.step_reassigned",
        subject=("matter", matter.pk),
        facts={
            "no": matter.no,
            "run": run.pk,
            "title": run.title,
            "post": post.kind if post else "",
            "recusal": entry.kind == restating.RECUSED,
        },
        attests=[run],
        thread=matter.thread,
    )


def shifted(runs: Iterable[StepRun]) -> set[int]:
    """Return which of these steps are with another post because who holds theirs keeps out (one query an estate)."""
    by_estate: dict[int, list[StepRun]] = {}
    for run in runs:
        by_estate.setdefault(run.estate_id, []).append(run)
    found: set[int] = set()
    for estate_id, rows in by_estate.items():
        told = restating.told(estate_id, [(KIND, run.matter_id) for run in rows])
        recused = {(each.subject[1], kind) for each in told for kind in each.facts.get("posts", ())}
        found |= {run.pk for run in rows if (run.matter_id, escalation.asked_of(run)) in recused}
    return found


def register() -> None:
    """Register with the rooms below."""
    interests.register_room(interests.Room(KIND, going, find, named))
    subscribers.must_agree((restating.RECUSED, restating.ENDED), hand_over)
