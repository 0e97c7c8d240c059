"""What is put into the benchmark's own database: ``python -m benchmarks.prepare story|ballots N|matters N|desk|more FROM TO``.

Prints what the caller must know of it as JSON: addresses, and the cookies of sessions that were opened for it.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

#: The bare table: one unique constraint, as little else as possible.
BARE = "CREATE TABLE bench_bare (id {key} PRIMARY KEY, head integer NOT NULL UNIQUE, choice text NOT NULL)"
TOKEN = "t" * 32


def cookies(person: Any) -> dict[str, str]:
    """Open a session for ``person`` as signing in does, and return its cookies with a token for forms."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from yishiting.ground.people.sign_in import account_for
    from yishiting.kernel import clock

    account = account_for(person, now=clock.now())
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key), settings.CSRF_COOKIE_NAME: TOKEN}


def story() -> dict[str, Any]:
    """Tell of the story that stands: its estate, and a session of the community worker."""
    from django.conf import settings

    from yishiting.ground.people.models import Person

    told = json.loads((settings.DATA_DIR / "demo.json").read_text(encoding="utf-8"))
    worker = next(row for row in told["sign_ins"] if row["role"] == "community_worker")
    return {"slug": told["estates"][0]["slug"], "staff": cookies(Person.objects.get(pk=worker["person"]))}


def ballots(number: int) -> dict[str, Any]:
    """Build an estate of ``number`` owners with an open vote, each signed in, and the bare table."""
    from django.db import connection

    from tests.support.world import make_world
    from yishiting.council.votes import services
    from yishiting.kernel import clock

    world = make_world(number, name="测速苑", per_entrance=50)
    now = clock.now()
    chair = world.actor("committee_chair")
    vote = services.draft_vote(
        actor=chair, estate=world.estate, title="快慢", explanation="", items=[services.ItemDraft("快吗？", "ordinary")],
        closes_at=now + timedelta(days=7), now=now,
    )  # fmt: skip
    services.open_vote(actor=chair, vote_id=vote.pk, now=now)
    with connection.cursor() as cursor:
        cursor.execute(BARE.format(key="bigserial" if connection.vendor == "postgresql" else "integer"))
    return {
        "vote": {"slug": world.estate.slug, "no": vote.no, "item": vote.items.get().pk},
        "voters": [cookies(owner) for owner in world.owners],
    }


def matters(number: int, *, hours: int = 0) -> dict[str, Any]:
    """Add ``number`` matters to the story's estate, the youngest so many hours old."""
    from django.db import connection

    from tests.support.many import add_matters
    from yishiting.ground.organisations.models import Post
    from yishiting.ground.people.models import Person
    from yishiting.ground.places.models import Estate, Home
    from yishiting.kernel import clock

    estate = Estate.objects.get(slug=story()["slug"])
    homes = list(Home.objects.filter(estate=estate))
    reporter = Person.objects.filter(holdings__estate=estate).order_by("pk")[0]
    post = Post.objects.filter(estate=estate).order_by("pk")[0]
    add_matters(estate, number, homes=homes, reporter=reporter, post=post, now=clock.now() - timedelta(hours=hours))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    holder = Person.objects.filter(terms__post=post, terms__until__isnull=True).order_by("pk")[0]
    return {"matters": number, "desk": cookies(holder)}


def desk() -> dict[str, Any]:
    """Add :data:`tests.support.multiplying.SEED` matters over ten days, half of those under way late, and one called like no other."""
    from django.db import connection

    from tests.support.multiplying import SEED
    from yishiting.council.matters.models import Matter
    from yishiting.ground.desks import search

    told: dict[str, Any] = {}
    parts = 20
    for part in range(parts):
        told = matters(SEED // parts, hours=12 * part)
    one = Matter.objects.order_by("pk")[0]
    Matter.objects.filter(pk=one.pk).update(title="外墙渗水")
    search.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return told


def more(stands: int, wanted: int) -> dict[str, Any]:
    """Have ``wanted`` matters where ``stands`` are, each some multiple of what :func:`desk` added."""
    from tests.support.multiplying import SEED, multiply

    multiply(stands // SEED, wanted // SEED)
    return {"matters": wanted}


def main() -> None:
    """Prepare what was asked for and print what is told of it."""
    import django

    django.setup()
    what, *numbers = sys.argv[1:]
    parts = {"story": story, "ballots": ballots, "matters": matters, "desk": desk, "more": more}
    json.dump(parts[what](*map(int, numbers)), sys.stdout)


if __name__ == "__main__":
    main()
