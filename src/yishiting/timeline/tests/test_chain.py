"""The chain: it never forks, and whatever was touched is found."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from tests.support.world import START, make_world
from yishiting.kernel.errors import WrongState
from yishiting.kernel.hashing import GENESIS
from yishiting.timeline import guards
from yishiting.timeline.models import Entry, Head
from yishiting.timeline.services import book
from yishiting.timeline.verify import verify


def write(estate_id: int, n: int) -> None:
    for i in range(n):
        with book(estate_id, actor_id=None, now=START) as record:
            record.write("places.figure_declared", subject=("declared", i), facts={"value": i})


def write_and_be_refused(estate_id: int) -> None:
    with book(estate_id, actor_id=None, now=START) as record:
        record.write("places.figure_declared", subject=("declared", 2), facts={"value": 2})
        raise WrongState("not now")


@pytest.mark.django_db
def test_entries_are_numbered_without_gaps_and_each_names_the_one_before() -> None:
    write(1, 3)
    first, second, third = Entry.objects.filter(estate_id=1).order_by("seq")
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert first.prev_hash == GENESIS
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    report = verify(1)
    assert report.faults == ()
    assert (report.seq, report.hash) == (3, third.hash)


@pytest.mark.django_db
def test_estates_have_chains_of_their_own() -> None:
    write(1, 2)
    write(2, 1)
    assert verify(1).seq == 2
    assert verify(2).seq == 1


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_remove_an_entry() -> None:
    from django.db import DatabaseError, transaction

    guards.install(connection)
    write(1, 1)
    for attempt in (
        lambda: Entry.objects.update(facts={}),
        lambda: Entry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert verify(1).faults == ()


@pytest.mark.django_db
def test_an_edited_entry_is_found_and_named() -> None:
    write(1, 3)
    guards.remove(connection)
    Entry.objects.filter(estate_id=1, seq=2).update(facts={"value": 99})
    faults = verify(1).faults
    assert len(faults) == 1
    assert "第 2 条" in str(faults[0])


@pytest.mark.django_db
def test_a_removed_entry_is_found() -> None:
    write(1, 3)
    guards.remove(connection)
    Entry.objects.filter(estate_id=1, seq=2).delete()
    assert any("第 1 条与第 3 条之间" in str(fault) for fault in verify(1).faults)


@pytest.mark.django_db
def test_a_cut_tail_is_found_by_the_head_and_when_the_head_is_cut_too_by_an_earlier_value() -> None:
    write(1, 3)
    kept = verify(1)
    guards.remove(connection)
    Entry.objects.filter(estate_id=1, seq=3).delete()
    assert any("链尾" in str(fault) for fault in verify(1).faults)
    last = Entry.objects.get(estate_id=1, seq=2)
    Head.objects.filter(pk=1).update(seq=2, hash=last.hash)
    assert verify(1).faults == ()
    assert any("第 3 条" in str(fault) for fault in verify(1, expect=(kept.seq, kept.hash)).faults)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_never_fork_the_chain() -> None:
    estate = make_world(1).estate
    errors: list[BaseException] = []

    def work() -> None:
        try:
            write(estate.pk, 10)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    report = verify(estate.pk)
    assert (report.seq, report.faults) == (80, ())


@pytest.mark.django_db
def test_a_verb_within_a_verb_goes_on_where_the_chain_stands() -> None:
    with book(1, actor_id=None, now=START) as outer:
        outer.write("places.figure_declared", subject=("declared", 1), facts={"value": 1})
        write(1, 2)
        outer.write("places.figure_declared", subject=("declared", 4), facts={"value": 4})
        write(2, 1)
    report = verify(1)
    assert (report.seq, report.faults) == (4, ())
    assert verify(2).faults == ()


@pytest.mark.django_db
def test_a_verb_within_a_verb_that_is_refused_leaves_no_gap() -> None:
    with book(1, actor_id=None, now=START) as outer:
        outer.write("places.figure_declared", subject=("declared", 1), facts={"value": 1})
        with pytest.raises(WrongState):
            write_and_be_refused(1)
        outer.write("places.figure_declared", subject=("declared", 3), facts={"value": 3})
    report = verify(1)
    assert (report.seq, report.faults) == (2, ())


@pytest.mark.django_db(transaction=True)
def test_who_verifies_while_others_write_sees_one_moment_and_holds_nobody_up() -> None:
    write(1, 60)
    stop, done = threading.Event(), []

    def go_on() -> None:
        try:
            while not stop.is_set():
                write(1, 1)
                done.append(1)
        finally:
            connections.close_all()

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        reports = []
        while len(reports) < 15 or len(done) < 15:
            reports.append(verify(1))
            assert len(reports) < 5_000, "the writer was held up"
    finally:
        stop.set()
        writer.join()
    assert [report.faults for report in reports if report.faults] == []
    assert verify(1).seq == 60 + len(done)
