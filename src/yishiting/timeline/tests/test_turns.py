"""Standing in line for SQLite's one writer."""

from __future__ import annotations

import subprocess
import sys
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from tests.support.world import START
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book
from yishiting.timeline.turns import turn

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases queue by themselves"),
]

LONG = 10.0


def test_the_next_in_line_waits_until_the_turn_is_given_up() -> None:
    asked, begun = Event(), Event()

    def other() -> None:
        asked.set()
        with turn():
            begun.set()
        connection.close()

    with turn():
        thread = Thread(target=other)
        thread.start()
        assert asked.wait(LONG)
        assert not begun.wait(0.2)
    assert begun.wait(LONG)
    thread.join()


def test_a_verb_inside_a_transaction_waits_for_nobody() -> None:
    held, done = Event(), Event()

    def holder() -> None:
        with turn():
            held.set()
            done.wait(LONG)
        connection.close()

    thread = Thread(target=holder)
    with transaction.atomic():
        thread.start()
        assert held.wait(LONG)
        with book(1, actor_id=None, now=START) as outer, book(1, actor_id=None, now=START):
            outer.write("votes.cast", subject=("vote", 1), facts={"vote": 1, "channel": "online", "items": 1})
        done.set()
    thread.join()
    assert Entry.objects.filter(estate_id=1).count() == 1


def test_a_process_that_dies_gives_its_turn_up() -> None:
    place = f"{connection.settings_dict['NAME']}-turn"
    script = "import fcntl, sys, time; f = open(sys.argv[1], 'ab'); fcntl.flock(f, 2); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script, place], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        begun = Event()

        def waiting() -> None:
            with turn():
                begun.set()
            connection.close()

        thread = Thread(target=waiting)
        thread.start()
        assert not begun.wait(0.2)
        other.kill()
        assert begun.wait(LONG)
        thread.join()
