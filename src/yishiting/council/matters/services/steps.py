"""Working on steps: evidence, ending a step by hand, resolutions, what a meeting sets going."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from yishiting.council.matters import affairs, kinds, policy
from yishiting.council.matters.kinds.evidence import asked_for, entrances_in_scope, homes_in_scope, require_asked
from yishiting.council.matters.models import Evidence, Matter, Photo, Resolution
from yishiting.council.matters.services import engine
from yishiting.council.matters.services.engine import open_matter, require_run
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book

LONGEST_NOTE = 500
LONGEST_LABEL = 80
_ONE_PICTURE = frozenset({Evidence.Kind.PHOTO, Evidence.Kind.PHOTO_BEFORE, Evidence.Kind.PHOTO_AFTER})
_IN_WORDS = frozenset({Evidence.Kind.INVENTORY, Evidence.Kind.FUNDS, Evidence.Kind.INSURANCE, Evidence.Kind.NOTE})


def end_step(
    *, actor: Actor, matter_id: int, outcome: str, note: str = "", now: datetime, run_id: int | None = None
) -> Matter:
    """End the present step of a matter by hand with an outcome that its playbook names.

    ``run_id`` is the passage that the actor looked at: where somebody else ended it meanwhile, nothing happens but a
    :class:`WrongState`. Refused with each unmet gate named, and where the outcome comes from another room.
    """
    with open_matter(actor, matter_id, now) as (record, matter):
        run = require_run(matter, run_id)
        policy.can_work(actor, matter, run).enforce()
        affairs.is_free(actor, matter, now).enforce()
        if run.kind in engine.OUTSIDE:
            text = gettext_noop("“{title}”不用选结果：受理、不予采纳、并案、应急，或者答复反映人。")
            raise WrongState(Sentence(text, title=run.title), code="outside_playbook")
        if not kinds.handler_of(run.kind).by_hand:
            text = gettext_noop("“{title}”的结果由那边的记录带过来，不能在这里直接选。")
            raise WrongState(Sentence(text, title=run.title), code="not_by_hand")
        if not outcome:
            text = gettext_noop("请选一个结果。")
            raise BadInput(text, fields={"outcome": text})
        engine.finish_run(record, matter, run, outcome, note=note, actor_id=actor.person_id, now=now, reported=False)
    return matter


def add_evidence(
    *,
    actor: Actor,
    matter_id: int,
    kind: str,
    now: datetime,
    label: str = "",
    note: str = "",
    entrance_id: int | None = None,
    home_ids: Sequence[int] = (),
    photo: Photo | None = None,
    run_id: int | None = None,
) -> list[Evidence]:
    """Record what shows that a gate of the present step is met, or a note; one row, or one for each home reached.

    What no gate of the step asks for is refused with what it takes: see :mod:`yishiting.council.matters.kinds.evidence`.

    Homes and entrances must lie in the matter's scope; a home that was reached already is not recorded twice. Where the
    room behind the step has already reported its outcome and only this was missing, the step ends.
    """
    with open_matter(actor, matter_id, now) as (record, matter):
        run = require_run(matter, run_id)
        policy.can_work(actor, matter, run).enforce()
        label, note = label.strip(), note.strip()
        _check(matter, kind, label, note, entrance_id, home_ids, photo)
        at = engine.measuring(matter, run, engine.state_of(matter), now)
        require_asked(kind, asked_for(at), run.title)
        homes: list[int | None] = [None]
        if kind == Evidence.Kind.CONTACTED:
            reached = Evidence.objects.filter(run=run, kind=kind).values("home_id")
            homes = [*homes_in_scope(matter).filter(pk__in=list(home_ids)).exclude(pk__in=reached).values_list(
                "pk", flat=True
            )]  # fmt: skip
            if not homes:
                text = gettext_noop("选的几户都已经登记过了。请选还没有通知到的。")
                raise BadInput(text, fields={"homes": text})
        # Where a sheet was torn off and put up anew, the history does not read as if another entrance were done.
        again = (
            kind == Evidence.Kind.POSTED
            and entrance_id is not None
            and Evidence.objects.filter(run=run, kind=kind, entrance_id=entrance_id).exists()
        )
        made = [
            Evidence.objects.create(
                estate_id=matter.estate_id,
                run=run,
                kind=kind,
                label=label,
                entrance_id=entrance_id,
                home_id=home_id,
                photo=photo,
                note=note,
                added_by_id=actor.person_id,
                added_at=now,
            )
            for home_id in homes
        ]
        record.write(
            "matters.evidence_added",
            subject=("matter", matter.pk),
            facts={
                "no": matter.no,
                "run": run.pk,
                "title": run.title,
                "kind": kind,
                "n": len(made),
                "photos": [photo.sha256] if photo else [],
                **({"again": True} if again else {}),
            },
            attests=[*made, *([photo] if photo else [])],
            thread=matter.thread,
        )
        engine.try_pending(record, matter, actor, now)
    return made


def _check(
    matter: Matter, kind: str, label: str, note: str, entrance_id: int | None, home_ids: Sequence[int], photo: Photo | None
) -> None:  # fmt: skip
    fields: dict[str, Sentence] = {}
    if kind not in Evidence.Kind.values:
        fields["kind"] = Sentence(gettext_noop("请选登记的是哪一种凭据。"))
    if len(label) > LONGEST_LABEL:
        fields["label"] = Sentence(gettext_noop("这一项太长了，最多 {most} 个字。"), most=LONGEST_LABEL)
    if len(note) > LONGEST_NOTE:
        fields["note"] = Sentence(gettext_noop("说明太长了，最多 {most} 个字。"), most=LONGEST_NOTE)
    if photo is not None and (photo.estate_id != matter.estate_id or photo.report_id is not None):
        fields["photo"] = Sentence(gettext_noop("这张照片不能用在这里。请重新上传一张。"))
    if kind == Evidence.Kind.POSTED:
        if entrance_id is None or not entrances_in_scope(matter).filter(pk=entrance_id).exists():
            fields["entrance"] = Sentence(gettext_noop("请选贴在哪个单元。"))
        if photo is None:
            fields.setdefault("photo", Sentence(gettext_noop("请拍一张贴好的照片。")))
    if kind == Evidence.Kind.CHANNEL:
        if not label:
            fields["label"] = Sentence(gettext_noop("请写明是什么渠道，例如：业主群、公告栏。"))
        if photo is None and not note:
            fields["note"] = Sentence(gettext_noop("请传一张截图或照片，或者写明何时发在哪里。"))
    if kind == Evidence.Kind.CONTACTED:
        wanted = set(home_ids)
        if not wanted or homes_in_scope(matter).filter(pk__in=wanted).count() != len(wanted):
            fields["homes"] = Sentence(gettext_noop("请勾选已经通知到的住户，只能选这件事范围里的。"))
    if kind in _ONE_PICTURE and photo is None:
        fields.setdefault("photo", Sentence(gettext_noop("请上传照片。")))
    if kind in _IN_WORDS and not label and not note:
        fields["note"] = Sentence(gettext_noop("请写明登记的内容。"))
    if kind == Evidence.Kind.PARTY and not label:
        fields["label"] = Sentence(gettext_noop("请写明是哪一方到场。"))
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)


def resolve(*, record: Book, matter: Matter, text: str, now: datetime, actor: Actor | None = None) -> Resolution:
    """Keep what was resolved on a matter, in words, inside the book of the room that resolved it."""
    if not text.strip():
        message = gettext_noop("请写明决议的内容。")
        raise BadInput(message, fields={"resolution": message})
    last = Resolution.objects.filter(estate_id=matter.estate_id).aggregate(no=Max("no"))["no"] or 0
    resolution = Resolution.objects.create(
        estate_id=matter.estate_id, no=last + 1, matter=matter, text=text.strip(), adopted_at=now
    )
    record.write(
        "matters.resolved",
        subject=("matter", matter.pk),
        facts={"no": matter.no, "resolution": resolution.no},
        attests=[resolution],
        thread=matter.thread,
    )
    return resolution


def start_step(*, actor: Actor, matter_id: int, kind: str, payload: Any, now: datetime) -> None:
    """Begin what the present step of a matter is about: a resolution becomes a vote or a project in one step.

    Called by a meeting after its closing led the matter to a step of ``kind``, in the same transaction but after its own
    book is shut, since what begins writes to the record itself. ``payload`` is what the kind's handler takes. Raises
    :class:`WrongState` where the matter is in another step, or nothing is registered to begin.
    """
    matter = policy.visible_to(actor).filter(pk=matter_id).first()
    if matter is None:
        raise NotFound(gettext_noop("没有这件事。请从事项列表里重新打开。"))
    run = require_run(matter, None)
    begin = kinds.handler_of(kind).start
    if run.kind != kind or begin is None:
        text = gettext_noop("这件事现在在“{title}”这一步，接不上。请到工作台上看看它走到了哪里。")
        raise WrongState(Sentence(text, title=run.title), code="other_step")
    begin(run, payload, actor, now)
