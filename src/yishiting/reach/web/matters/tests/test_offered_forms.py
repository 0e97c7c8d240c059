"""A form is shown to whoever may send it, while it can be sent; one that was sent late keeps what was typed."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.signing import sign_in
from yishiting.council.matters import services
from yishiting.council.matters.tests.making import accepted, own_playbook, prepared, reported

pytestmark = pytest.mark.django_db
STAFF = "community_worker"


@pytest.mark.parametrize("form", ["step/", "answer/", "evidence/note/"])
def test_who_may_not_work_on_a_step_is_told_whose_it_is_and_gets_no_form(form: str) -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))
    page = f"/desk/{world.estate.slug}/matters/{matter.no}/"

    answer = sign_in(Client(), world.staff["property_manager"]).get(f"{page}{form}")

    assert answer.status_code == 403
    text = answer.content.decode()
    assert "不归您办" in text
    assert f'href="{page}"' in text
    assert "<textarea" not in text


@pytest.mark.parametrize(
    "form", ["accept/", "decline/", "merge/", "emergency/", "unmerge/", "raise/", "step/", "answer/"]
)
def test_nothing_is_offered_on_a_matter_that_has_ended(form: str) -> None:
    world = prepared()
    matter = reported(world).matter
    services.decline(actor=world.actor(STAFF), matter_id=matter.pk, reason="各家自己装。", now=world.now)
    page = f"/desk/{world.estate.slug}/matters/{matter.no}/{form}"

    answer = sign_in(Client(), world.staff[STAFF]).get(page)

    assert answer.status_code == 409
    assert "请回事项页" in answer.content.decode()


def test_an_ended_matter_takes_no_more_words_and_keeps_those_that_came_too_late() -> None:
    world = prepared()
    matter = reported(world).matter
    services.decline(actor=world.actor(STAFF), matter_id=matter.pk, reason="各家自己装。", now=world.now)
    page = f"/e/{world.estate.slug}/matters/{matter.no}/join/"
    owner = sign_in(Client(), world.owners[1])

    opened = owner.get(page)
    sent = owner.post(page, {"words": "我家也是。", "home": world.homes[1].pk, "kept": ""})

    assert opened.status_code == 409
    assert "请新反映一件" in opened.content.decode()
    assert sent.status_code == 422
    assert "我家也是。" in sent.content.decode()


@pytest.mark.parametrize("form", ["rate/", "reopen/"])
def test_what_waits_for_an_answer_is_neither_rated_nor_opened_anew(form: str) -> None:
    world = prepared()
    matter = reported(world).matter

    answer = sign_in(Client(), world.owners[0]).get(f"/e/{world.estate.slug}/matters/{matter.no}/{form}")

    assert answer.status_code == 409


@pytest.mark.parametrize("form", ["correct/", "withdraw/"])
def test_a_report_that_was_taken_up_is_no_longer_changed(form: str) -> None:
    world = prepared()
    matter = accepted(world, reported(world).matter, own_playbook(world))

    answer = sign_in(Client(), world.owners[0]).get(f"/e/{world.estate.slug}/matters/{matter.no}/{form}")

    assert answer.status_code == 409
    assert "已经受理或者撤回" in answer.content.decode()
