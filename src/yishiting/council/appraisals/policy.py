"""Who may do what with an appraisal. Whoever did the work may read what everyone reads, and do nothing else (M05)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from yishiting.council.appraisals import affairs
from yishiting.council.appraisals.models import Appraisal
from yishiting.council.matters.models import Matter
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel import clock
from yishiting.kernel.verdict import Verdict, allow_if, no
from yishiting.kernel.words import gettext_noop


def visible_to(actor: Actor) -> QuerySet[Appraisal]:
    """Return the appraisals that ``actor`` may read: that one is held, and its counts, are for everyone."""
    return Appraisal.objects.select_related("estate", "matter")


def can_run(actor: Actor, matter: Matter, *, now: datetime | None = None) -> Verdict:
    """Open, close, read single answers, write one down for a home: whoever is trusted with it and has no interest in it.

    ``now`` is the verb's; a page that only asks what to show leaves it to the clock.
    """
    if not actor.has_duty(Duty.APPRAISE, matter.estate_id):
        return no(gettext_noop("评议由议事会召集人、监事或社区工作人员来办。"))
    return affairs.may_run(actor, matter, now or clock.now())


def can_answer(actor: Actor, matter: Matter) -> Verdict:
    """Nobody appraises himself or his company; his household may, and so may who has declared another interest."""
    return allow_if(
        not affairs.did_it(actor, matter), gettext_noop("这件事是您或您的单位办的，您不能评。家里别的人可以评。")
    )
