"""A write that is sent again with its key is done once, however often and however close together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test.client import encode_multipart

from tests.support.together import together
from tests.support.world import START, World
from yishiting.council.matters.models import Matter, Photo, Report
from yishiting.council.matters.tests import making
from yishiting.council.votes.models import Ballot
from yishiting.council.votes.tests import voting
from yishiting.kernel import clock
from yishiting.reach.api.door import LARGEST_WORDS
from yishiting.reach.api.models import Answered
from yishiting.reach.api.tests.calling import Caller, problem
from yishiting.timeline.models import Entry

REPORT = {"category": "停车充电", "title": "楼道停车", "words": "天天堵着门"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=3))
    return making.prepared()


@pytest.mark.django_db
def test_the_same_key_and_content_give_the_first_answer_and_do_nothing_again(world: World) -> None:
    caller = Caller(world, 0)
    first = caller.send("POST", "matters", REPORT, key="a-1")
    entries = Entry.objects.count()
    again = caller.send("POST", "matters", REPORT, key="a-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Report.objects.count() == 1
    assert Entry.objects.count() == entries
    assert caller.send("POST", "matters", REPORT, key="a-2").json()["matter"] == 2


@pytest.mark.django_db
def test_a_key_that_was_used_for_something_else_is_refused(world: World) -> None:
    caller = Caller(world, 0)
    caller.does("POST", "matters", REPORT, key="a-1")
    problem(caller.send("POST", "matters", {**REPORT, "title": "别的"}, key="a-1"), 422, "key_reused")
    problem(caller.send("POST", "matters/1/reports", {"words": "也是"}, key="a-1"), 422, "key_reused")
    assert Matter.objects.count() == 1
    for bad in ("有中文".encode().decode("latin-1"), "x" * 101, "a b"):
        problem(caller.send("POST", "matters", REPORT, key=bad), 422, "bad_key")


@pytest.mark.django_db
def test_each_person_has_keys_of_his_own(world: World) -> None:
    assert Caller(world, 0).does("POST", "matters", REPORT, key="same")["matter"] == 1
    assert Caller(world, 1).does("POST", "matters", REPORT, key="same")["matter"] == 2


@pytest.mark.django_db
def test_what_was_refused_is_decided_anew(world: World) -> None:
    caller = Caller(world, 0)
    wrong = {**REPORT, "title": ""}
    problem(caller.send("POST", "matters", wrong, key="k"), 422, "bad_input")
    assert not Answered.objects.exists()
    assert caller.does("POST", "matters", REPORT, key="k")["matter"] == 1


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(world, 0)
    caller.does("POST", "matters", REPORT, key="k")
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=1, hours=4))
    assert caller.does("POST", "matters", REPORT, key="k")["matter"] == 2
    assert Answered.objects.count() == 1


@pytest.mark.django_db
def test_what_is_kept_of_one_who_does_not_come_again_goes_with_the_next_write_of_anybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Caller(world, 0).does("POST", "matters", REPORT, key="k")
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=1, hours=4))
    Caller(world, 1).does("POST", "matters", REPORT, key="other")
    assert list(Answered.objects.values_list("key", flat=True)) == ["other"]


@pytest.mark.django_db
def test_neither_a_choice_nor_a_reporters_words_can_be_read_from_what_is_kept(world: World) -> None:
    vote = voting.opened(world)
    caller = Caller(world, 0)
    receipt = caller.does("POST", f"votes/{vote.no}/ballots", {"choices": {"1": "for"}}, key="k")["receipt"]
    row = Answered.objects.get()
    assert receipt not in row.body_sealed
    assert "for" not in row.digest
    # The same ballot of the same person under another key has the same digest; another server's key gives another.
    assert len(row.digest) == 64


def sent(caller: Caller, path: str, body: object, key: str) -> Callable[[], HttpResponse]:
    return lambda: caller.send("POST", path, body, key=key)


@pytest.mark.django_db(transaction=True)
def test_sent_many_times_at_once_it_is_done_once(world: World) -> None:
    caller = Caller(world, 0)
    answers = together(*(sent(caller, "matters", REPORT, "once") for _ in range(6)))
    told = [answer for answer in answers if isinstance(answer, HttpResponse)]
    assert [answer.status_code for answer in told] == [201] * 6
    assert len({answer.content for answer in told}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in told) == 5
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_with_two_contents_at_once_does_one_of_them(world: World) -> None:
    caller = Caller(world, 0)
    bodies = [{**REPORT, "title": title} for title in ("路灯", "门禁")]
    answers = together(*(sent(caller, "matters", body, "once") for body in bodies))
    assert sorted(answer.status_code for answer in answers if isinstance(answer, HttpResponse)) == [201, 422]
    assert Matter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ballots_of_many_at_once_each_sent_twice_are_one_each(world: World) -> None:
    vote = voting.opened(world)
    path, body = f"votes/{vote.no}/ballots", {"choices": {"1": "for"}}
    callers = [Caller(world, who) for who in range(4)]
    answers = together(*(sent(each, path, body, "b") for each in callers for _ in range(2)))
    assert [answer.status_code for answer in answers if isinstance(answer, HttpResponse)] == [201] * 8
    assert Ballot.objects.count() == 4


@pytest.mark.django_db
def test_a_form_with_a_file_is_the_same_again_under_another_boundary(world: World) -> None:
    caller = Caller(world, 0)

    def send(boundary: str, file: bytes) -> HttpResponse:
        named = SimpleUploadedFile("门.jpg", file)
        body = encode_multipart(boundary, {"file": named})
        return caller.send("POST", "photos", body, key="p", content_type=f"multipart/form-data; boundary={boundary}")

    picture = making.picture().read()
    first, again = send("one", picture), send("two", picture)
    assert first.status_code == 201, first.content.decode()
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Photo.objects.count() == 1
    problem(send("three", making.picture(size=(40, 40)).read()), 422, "key_reused")


@pytest.mark.django_db
def test_what_is_too_large_or_no_form_at_all_is_told_as_a_problem(world: World, settings: Any) -> None:
    caller = Caller(world, 0)
    problem(caller.send("POST", "photos", b"x", content_type="multipart/form-data; boundary=b"), 422, "invalid")
    problem(caller.send("POST", "photos", b"x", content_type="multipart/form-data"), 400, "unreadable")
    # Words of four megabytes are no words; a file may be so large.
    problem(caller.send("POST", "matters", {**REPORT, "words": "x" * LARGEST_WORDS}), 413, "too_large")
    sent = {"path": f"{caller.estate}/matters", "headers": {**caller.headers, "Content-Length": "9" * 5000}}
    problem(caller.client.post(**sent, data="{}", content_type="application/json"), 413, "too_large")
    problem(Caller(world).send("POST", "matters", {**REPORT, "words": "x" * LARGEST_WORDS}), 401, "unauthenticated")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    problem(caller.send("POST", "matters", {**REPORT, "words": "x" * 200}), 413, "too_large")
