"""A matter through its pages, from report to answer, without JavaScript; and what each page may not show."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.world import World
from yishiting.council.matters import services
from yishiting.council.matters.models import Evidence, Matter, Photo, PlaybookVersion, Report
from yishiting.council.matters.registry import REGISTRY
from yishiting.council.matters.tests.making import (
    SIMPLE,
    STAFF,
    VOTING,
    accepted,
    assert_record_holds,
    own_playbook,
    picture,
    reported,
    run_of,
    shipped,
)
from yishiting.reach.web.matters.tests.making import Browser, desk, public, text
from yishiting.timeline import subscribers

Browse = Callable[..., Browser]
GIVEN = {"title": "电动车堵住楼门", "category": "停车充电", "words": "出不去了"}


def new(world: World) -> str:
    """The address of the report page."""
    return f"/e/{world.estate.slug}/matters/new/"


def test_a_neighbour_reports_with_a_picture_and_sees_his_own_words_while_others_do_not(
    world: World, browse: Browse
) -> None:
    mine = browse(0)
    assert mine.get(new(world)).status_code == 200
    sent = mine.post(new(world), **GIVEN, place=f"e{world.entrances[0].pk}", photos=picture(), urgent="on")
    matter = Matter.objects.get()
    assert sent.status_code == 302, text(sent)
    assert (matter.entrance, matter.urgent, Photo.objects.get().report) == (
        world.entrances[0],
        True,
        Report.objects.get(),
    )
    page = text(mine.get(public(matter)))
    assert "出不去了" in page
    photo = f"/e/{world.estate.slug}/photos/{Photo.objects.get().pk}/"
    assert photo in page
    assert mine.get(photo).headers["Content-Type"] == "image/jpeg"
    assert mine.get(photo).headers["X-Content-Type-Options"] == "nosniff"
    for other in (browse(None), browse(1)):
        seen = text(other.get(public(matter)))
        assert "停车充电：题目核对后公布" in seen
        assert "电动车堵住楼门" not in seen
        assert "出不去了" not in seen
        assert "业主0" not in seen
        assert photo not in seen
        assert other.get(photo).status_code == 404
    assert browse(STAFF).get(photo).status_code == 200


def test_whatever_is_wrong_everything_typed_stays(world: World, browse: Browse) -> None:
    page = browse(0).post(
        new(world), title="", category="停车充电", words="这段话很长不能丢", spot="东门", photos=[picture(), _fake()]
    )
    assert page.status_code == 422
    assert "这段话很长不能丢" in text(page)
    assert "东门" in text(page)
    assert "不是能打开的照片" in text(page)
    assert not Report.objects.exists()
    kept = re.search(r'name="kept" value="(\d+)"', text(page))
    assert kept, "the good picture is kept"
    again = browse(0).post(new(world), **GIVEN, kept=kept[1])
    assert again.status_code == 302
    assert Report.objects.get().photos.count() == 1


def _fake() -> SimpleUploadedFile:
    return SimpleUploadedFile("door.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/jpeg")


def test_a_kept_picture_can_be_left_out_and_another_persons_cannot_be_taken(world: World, browse: Browse) -> None:
    kept = services.store_photo(actor=world.actor(1), estate=world.estate, upload=picture(), now=world.now)
    mine = services.store_photo(actor=world.actor(0), estate=world.estate, upload=picture(), now=world.now)
    browse(0).post(new(world), **GIVEN, kept=f"{kept.pk},{mine.pk}", drop=str(mine.pk))
    assert Report.objects.get().photos.count() == 0


def test_a_matter_like_it_is_offered_and_joined_or_not_as_the_neighbour_says(world: World, browse: Browse) -> None:
    first = reported(world, 1, title="电动车把楼门堵住了").matter
    offered = browse(0).post(new(world), **GIVEN, photos=picture())
    assert offered.status_code == 200
    assert "就是这件，加进第 1 件" in text(offered)
    assert "电动车把楼门堵住了" not in text(offered)
    assert "出不去了" in text(offered)
    kept = re.search(r'name="kept" value="(\d+)"', text(offered))
    assert kept
    assert Report.objects.count() == 1
    browse(0).post(new(world), **GIVEN, kept=kept[1], join=str(first.no))
    first.refresh_from_db()
    assert (first.home_count, Matter.objects.count(), Photo.objects.get().report.matter) == (2, 1, first)
    browse(2).post(new(world), **GIVEN, confirm="1")
    assert Matter.objects.count() == 2
    back = browse(3).post(new(world), **GIVEN, edit="1")
    assert back.status_code == 200
    assert 'value="电动车堵住楼门"' in text(back)


def test_staff_write_a_report_down_by_the_door(world: World, browse: Browse) -> None:
    page = browse(STAFF)
    assert "替哪一户代写" in text(page.get(new(world)))
    assert "替哪一户代写" not in text(browse(0).get(new(world)))
    wrong = page.post(new(world), **GIVEN, door="9栋9单元999")
    assert "没有找到这个门牌" in text(wrong)
    many = page.post(new(world), **GIVEN, door="101")
    assert "有几户都叫这个门牌" in text(many)
    page.post(new(world), **GIVEN, door="1栋 2单元 101")
    report = Report.objects.get()
    assert (report.home, report.person, report.written_by) == (world.homes[6], world.owners[6], world.staff[STAFF])


def test_who_is_not_signed_in_is_asked_to_before_reporting(world: World, browse: Browse) -> None:
    answer = browse(None).get(new(world))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_joining_from_the_matters_page(world: World, browse: Browse) -> None:
    matter = reported(world, 0).matter
    empty = browse(1).post(public(matter, "join/"), words=" ")
    assert empty.status_code == 422
    done = browse(1).post(public(matter, "join/"), words="我家也出不去", photos=picture())
    assert done.status_code == 302
    matter.refresh_from_db()
    assert matter.home_count == 2


def test_the_five_steps_through_the_desk_up_to_the_council(world: World, browse: Browse) -> None:
    matter = reported(world, 0, title="301 老王堵门").matter
    staff = browse("grid_worker")
    page = text(staff.get(desk(matter)))
    assert "业主0" in page
    assert "受理" in page
    form = text(staff.get(desk(matter, "accept/")))
    assert "五步议事" in form
    assert staff.post(desk(matter, "accept/"), playbook=shipped("five-step").pk, reason="").status_code == 422
    staff.post(desk(matter, "accept/"), playbook=shipped("five-step").pk, reason="大家的事", title="电动车堵门")
    matter.refresh_from_db()
    assert (matter.stage, matter.title) == ("topic", "电动车堵门")
    done = staff.twice(desk(matter, "step/"), run=run_of(matter).pk, outcome="done", note="定为议题")
    assert done.status_code == 302
    assert run_of(matter).kind == "meeting"
    council = text(staff.get(desk(matter)))
    assert f"/desk/{world.estate.slug}/meetings/new/?matter={matter.no}" in council
    assert desk(matter, "step/") not in council


@pytest.mark.parametrize("kind", ["work", "talk", "inspection", "notice", "canvass", "wait", "triage"])
def test_every_kind_without_a_room_is_driven_from_report_to_answer_by_its_pages(
    world: World, browse: Browse, kind: str
) -> None:
    source = SIMPLE.format(needs="").replace('kind = "work"', f'kind = "{kind}"', 1)
    source = source.replace('not_done = "answer"', 'odd_one = "answer"')
    if kind == "triage":
        source = source.replace('stage = "carry_out"', 'stage = "collect"')
    upload = browse(STAFF).post(f"/desk/{world.estate.slug}/playbooks/new/", text=source)
    assert upload.status_code == 302, text(upload)
    matter = reported(world, 0).matter
    staff = browse(STAFF)
    version = PlaybookVersion.objects.get(playbook="simple")
    staff.post(desk(matter, "accept/"), playbook=version.pk, reason="办")
    assert run_of(matter).kind == kind
    step = text(staff.get(desk(matter, "step/")))
    assert "odd_one" not in re.sub(r'value="[^"]*"', "", step)
    staff.twice(desk(matter, "step/"), run=run_of(matter).pk, outcome="odd_one")
    assert run_of(matter).kind == "answer"
    answered = staff.twice(desk(matter, "answer/"), run=run_of(matter).pk, text="办好了")
    assert answered.status_code == 302
    matter.refresh_from_db()
    assert matter.status == "closed"
    assert "办好了" in text(browse(0).get("/me/"))
    assert "办好了" not in text(browse(None).get(public(matter)))
    assert_record_holds(world)


def test_gates_take_their_evidence_on_pages_until_the_stairwells_are_clear(world: World, browse: Browse) -> None:
    matter = accepted(world, reported(world, 0, entrance=world.entrances[0]).matter, shipped("clear-stairwells"))
    staff = browse(STAFF)
    page = text(staff.get(desk(matter)))
    assert desk(matter, "evidence/posted/") in page
    refused = staff.post(desk(matter, "step/"), run=run_of(matter).pk, outcome="done")
    assert refused.status_code == 422
    assert "还差 1栋1单元" in text(refused)
    missing = staff.post(desk(matter, "evidence/posted/"), run=run_of(matter).pk, entrance=world.entrances[0].pk)
    assert "请上传照片" in text(missing)
    staff.post(desk(matter, "evidence/posted/"), run=run_of(matter).pk, entrance=world.entrances[0].pk, photo=picture())
    staff.twice(desk(matter, "step/"), run=run_of(matter).pk, outcome="done")
    staff.post(desk(matter, "evidence/contacted/"), run=run_of(matter).pk, homes=[world.homes[0].pk])
    assert "已通知 1 / 6 户" in text(staff.get(desk(matter)))
    staff.post(desk(matter, "evidence/contacted/"), run=run_of(matter).pk, whole=[world.entrances[0].pk])
    staff.twice(desk(matter, "step/"), run=run_of(matter).pk, outcome="done")
    staff.twice(desk(matter, "step/"), run=run_of(matter).pk, outcome="cleared")
    assert run_of(matter).kind == "answer"
    assert Evidence.objects.count() == 7


def test_every_gate_that_a_playbook_can_demand_has_a_page_that_takes_its_evidence(world: World, browse: Browse) -> None:
    every = [example for gate in REGISTRY.gates.values() for example in gate.examples()]
    source = 'parties = ["社区"]\n' + SIMPLE
    own_playbook(world, source, needs=", ".join(f'"{each}"' for each in every))
    matter = accepted(world, reported(world, 0).matter, PlaybookVersion.objects.get(playbook="simple"))
    staff = browse(STAFF)
    links = set(re.findall(r'href="([^"]*/evidence/[^"]*)"', text(staff.get(desk(matter)))))
    assert {link.split("/")[-2] for link in links} >= {
        *("posted", "channel", "contacted", "photo_before", "photo_after", "photo", "inventory", "funds", "insurance"),
        "party",
    }
    for link in links:
        assert staff.get(link).status_code == 200
    assert staff.get(desk(matter, "evidence/nonsense/")).status_code == 404


def test_evidence_that_the_step_does_not_ask_for_is_refused_in_a_sentence_and_no_picture_is_kept(
    world: World, browse: Browse
) -> None:
    matter = accepted(world, reported(world, 0).matter, own_playbook(world))
    staff = browse(STAFF)
    asked = staff.get(desk(matter, "evidence/photo/"))
    assert asked.status_code == 409
    assert "这一步不用登记" in text(asked)
    sent = staff.post(desk(matter, "evidence/photo/"), run=run_of(matter).pk, photo=picture(), note="门口")
    assert sent.status_code == 422
    assert "这一步不用登记" in text(sent)
    assert "门口</textarea>" in text(sent)
    assert not Evidence.objects.exists()
    assert not Photo.objects.exists()


def test_a_vote_step_offers_drafting_a_vote_for_this_matter_and_no_outcome_by_hand(
    world: World, browse: Browse
) -> None:
    matter = accepted(world, reported(world, 0).matter, own_playbook(world, VOTING))
    staff = browse(STAFF)
    page = text(staff.get(desk(matter)))
    assert f"/votes/new/?matter={matter.no}" in page
    assert desk(matter, "step/") not in page
    forged = staff.post(desk(matter, "step/"), run=run_of(matter).pk, outcome="passed", confirm="1")
    assert forged.status_code == 422
    assert run_of(matter).kind == "vote"


def test_answers_one_by_one_none_empty_and_shown_once_more_before_they_go(world: World, browse: Browse) -> None:
    first = reported(world, 0)
    second = services.join(actor=world.actor(1), matter_id=first.matter_id, words="我也是", now=world.now)
    matter = accepted(world, first.matter, own_playbook(world))
    services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    staff = browse(STAFF)
    run = run_of(matter).pk
    empty = staff.post(desk(matter, "answer/"), run=run, text="", **{f"answer_{first.pk}": "只答一位"})
    assert empty.status_code == 422
    assert "只答一位" in text(empty)
    sent = staff.twice(desk(matter, "answer/"), run=run, text="都好了", **{f"answer_{second.pk}": "李师傅，给您的"})
    assert sent.status_code == 302
    assert {answer.text for answer in matter.answers.all()} == {"都好了", "李师傅，给您的"}


def test_declining_merging_and_emergencies_are_asked_once_more(world: World, browse: Browse) -> None:
    staff = browse(STAFF)
    first, second, third = (reported(world, who).matter for who in range(3))
    assert staff.post(desk(first, "decline/"), reason="").status_code == 422
    staff.twice(desk(first, "decline/"), reason="归供电局管")
    staff.twice(desk(second, "merge/"), into=third.pk, reason="同一件")
    staff.twice(desk(third, "emergency/"), reason="冒烟了")
    states = list(Matter.objects.order_by("no").values_list("status", "home_count"))
    assert states == [("declined", 1), ("merged", 0), ("open", 2)]
    assert "应急处理" in text(browse(None).get(public(third)))
    assert "第 3 件是一回事" in text(browse(None).get(public(second)))
    staff.twice(desk(third, "answer/"), run=run_of(third).pk, text="断电抢修好了")
    third.refresh_from_db()
    assert third.status == "closed"


def test_the_reporter_rates_and_asks_for_another_round(world: World, browse: Browse) -> None:
    report = reported(world, 0)
    services.decline(actor=world.actor(STAFF), matter_id=report.matter_id, reason="不归我们", now=world.now)
    mine = browse(0)
    assert mine.get(public(report.matter, "rate/")).status_code == 200
    assert mine.post(public(report.matter, "rate/"), words="没选分").status_code == 422
    mine.post(public(report.matter, "rate/"), rating="2", words="太快了")
    assert report.answers.get().rating == 2
    assert browse(1).get(public(report.matter, "rate/")).status_code == 404
    assert mine.post(public(report.matter, "reopen/"), reason="").status_code == 422
    mine.post(public(report.matter, "reopen/"), reason="该你们管")
    assert Matter.objects.get().round == 2


def test_reasons_and_notes_are_for_the_estate_and_not_for_the_street(world: World, browse: Browse) -> None:
    matter = accepted(world, reported(world, 0).matter, own_playbook(world))
    services.end_step(
        actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", note="跟几家当面说好了", now=world.now
    )
    inside, outside = text(browse(3).get(public(matter))), text(browse(None).get(public(matter)))
    for words in ("属于小区公共事务", "跟几家当面说好了"):
        assert words in inside
        assert words not in outside
    assert "已完成" in outside


def test_a_published_picture_is_for_everybody_until_it_is_taken_back(world: World, browse: Browse) -> None:
    photo = services.store_photo(actor=world.actor(0), estate=world.estate, upload=picture(), now=world.now)
    matter = reported(world, 0, photos=[photo]).matter
    address = f"/e/{world.estate.slug}/photos/{photo.pk}/"
    assert browse(2).post(desk(matter, f"photos/{photo.pk}/publish/"), public="1").status_code == 404
    browse(STAFF).post(desk(matter, f"photos/{photo.pk}/publish/"), public="1")
    assert browse(None).get(address).status_code == 200
    assert address in text(browse(None).get(public(matter)))
    browse(STAFF).post(desk(matter, f"photos/{photo.pk}/publish/"), public="0")
    assert browse(None).get(address).status_code == 404


def test_a_faulty_playbook_is_told_line_by_line_and_nothing_is_kept(world: World, browse: Browse) -> None:
    before = PlaybookVersion.objects.count()
    faulty = SIMPLE.format(needs="").replace('done = "answer"', 'done = "nowhere"')
    staff = browse(STAFF)
    page = staff.post(f"/desk/{world.estate.slug}/playbooks/new/", text=faulty)
    assert page.status_code == 422
    line = faulty[: faulty.index("nowhere")].count("\n") + 1
    assert f"第 {line} 行" in text(page)
    assert "nowhere" in text(page)
    assert PlaybookVersion.objects.count() == before
    own_playbook(world)
    changed = SIMPLE.format(needs="").replace("办理", "马上办理")
    assert "version" in text(staff.post(f"/desk/{world.estate.slug}/playbooks/new/", text=changed))
    assert PlaybookVersion.objects.count() == before + 1
    assert browse(0).get(f"/desk/{world.estate.slug}/playbooks/new/").status_code == 403


def test_a_matter_that_no_longer_goes_on_leaves_no_half_of_its_desk_page_empty(world: World, browse: Browse) -> None:
    matter = reported(world, 0).matter
    staff = browse(STAFF)
    assert 'class="cols"' in text(staff.get(desk(matter)))
    staff.twice(desk(matter, "decline/"), reason="这条路归市政管理")
    assert 'class="cols"' not in text(staff.get(desk(matter)))


def test_a_playbooks_page_draws_its_steps(world: World, browse: Browse) -> None:
    page = text(browse(None).get(f"/e/{world.estate.slug}/playbooks/clear-stairwells/1/"))
    for words in ("张贴整改告知书", "每个单元都已张贴公示", "2 个工作日", "社区工作人员"):
        assert words in page
    assert browse(None).get(f"/e/{world.estate.slug}/playbooks/clear-stairwells/9/").status_code == 404


def test_pages_that_are_not_there_say_so(world: World, browse: Browse) -> None:
    matter = reported(world, 0).matter
    assert browse(None).get(f"/e/{world.estate.slug}/matters/99/").status_code == 404
    assert browse(None).get("/e/nowhere/matters/").status_code == 404
    assert browse(0).get(desk(matter)).status_code == 404
    assert browse(0).get("/desk/matters/").status_code == 403
    assert browse(None).get("/me/").status_code == 302


def test_what_a_stranger_typed_is_never_markup(world: World, browse: Browse) -> None:
    matter = reported(world, 0, title="<script>alert(1)</script>", words="<b>粗</b>").matter
    for page in (browse(None).get(public(matter)), browse(STAFF).get(desk(matter)), browse(0).get("/me/")):
        assert "<script>alert" not in text(page)
        assert "<b>粗</b>" not in text(page)


def test_the_inbox_shows_what_was_told_and_is_marked_read(world: World, browse: Browse) -> None:
    accepted(world, reported(world, 0).matter, own_playbook(world))
    subscribers.sweep()
    page = text(browse(0).get("/me/inbox/"))
    assert "受理了" in page
    assert "没看过" in page
    browse(0).post("/me/inbox/read/")
    assert "没看过" not in text(browse(0).get("/me/inbox/"))


def test_a_name_that_a_neighbour_writes_into_the_title_is_read_by_nobody_before_staff_have_looked(
    world: World, browse: Browse
) -> None:
    named = {**GIVEN, "title": "找业主七号问问楼门", "spot": "业主七号家门口"}
    assert browse(0).post(new(world), **named).status_code == 302
    matter = Matter.objects.get()
    estate = f"/e/{world.estate.slug}/"
    for who in (None, 1):
        for path in (public(matter), estate, f"{estate}matters/", f"{estate}record/", f"{public(matter)}join/"):
            assert "业主七号" not in text(browse(who).get(path)), path
        assert "没有找到" in text(browse(who).get(f"{estate}matters/", q="业主七号"))
    for who in (0, STAFF):
        assert "业主七号" in text(browse(who).get(public(matter)))
    assert "业主七号" in text(browse(STAFF).get("/desk/matters/", q="业主七号"))

    staff = browse(STAFF)
    form = {"playbook": str(shipped("five-step").pk), "reason": "大家的事", "spot": "东侧楼门口"}
    refused = staff.post(desk(matter, "accept/"), **form, title="楼门堵了，问 139-0000-1234")
    assert refused.status_code == 422
    assert "请去掉里面的电话" in text(refused)
    assert staff.post(desk(matter, "accept/"), **form, title="楼门堵了").status_code == 302
    page = text(browse(None).get(public(matter)))
    assert "楼门堵了" in page
    assert "东侧楼门口" in page
    assert "业主七号" not in page


@pytest.mark.parametrize(
    "words", ["找13900001181问", "找１３９－００００－１１８１问", "证件11010519491231002X", "139 0000 1181"]
)
@pytest.mark.parametrize("field", ["title", "spot"])
def test_a_phone_or_an_identity_number_in_what_will_be_public_is_refused_and_stays_on_the_form(
    world: World, browse: Browse, field: str, words: str
) -> None:
    answer = browse(0).post(new(world), **{**GIVEN, field: words})
    assert answer.status_code == 422
    assert "以后会公开" in text(answer)
    assert words in text(answer)
    assert not Matter.objects.exists()
