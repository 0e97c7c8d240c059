"""Companies from outside that something pays or judges: they hold no post, and an interest names them."""

from __future__ import annotations

from datetime import datetime

from yishiting.ground.organisations import policy
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.models import Company, Organisation
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import book

REGISTERED = "organisations.company_registered"
LONGEST = 80


def register_company(*, actor: Actor, estate: Estate, name: str, now: datetime) -> Organisation:
    """Put a company on an estate's list of bodies, so that an interest can name it. By who keeps the register of posts.

    Raises :class:`BadInput` (field ``name``) for no name or a long one, :class:`WrongState` where a body of that name stands.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep(actor, estate.pk).enforce()
        kept = one_line(name)
        if not kept:
            text = gettext_noop("请写公司的名字。")
            raise BadInput(text, fields={"name": text})
        if len(kept) > LONGEST:
            long = Sentence(gettext_noop("名字太长了，最多 {most} 个字。"), most=LONGEST)
            raise BadInput(long, fields={"name": long})
        if Organisation.objects.filter(estate=estate, name=kept).exists():
            raise WrongState(gettext_noop("已经有一个单位叫这个名字，直接选它就行。"), code="known")
        body = Organisation.objects.create(kind=Organisation.Kind.COMPANY, name=kept, estate=estate)
        record.write(REGISTERED, subject=("organisation", body.pk), facts={}, attests=[Company.objects.get(pk=body.pk)])
    return body
