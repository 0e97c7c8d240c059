"""Pages that take apart what was joined, judge opinions, and let a reporter think again."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

from openpyxl import load_workbook

from tests.support.world import World
from yishiting.council.matters import services
from yishiting.council.matters.models import Judgement, Matter, Report
from yishiting.council.matters.tests.making import STAFF, accepted, own_playbook, reported
from yishiting.ground.places.models import Zone
from yishiting.reach.web.matters.tests.making import Browser, desk, public, text

Browse = Callable[..., Browser]


def test_a_wrong_merge_is_taken_apart_from_either_page_after_it_was_shown_once_more(
    world: World, browse: Browse
) -> None:
    first, second = reported(world, 0).matter, reported(world, 1, title="雨水管漏水").matter
    staff = browse(STAFF)
    asked = text(staff.post(desk(second, "merge/"), into=first.pk, reason="同一件"))
    assert "不能再分开" not in asked
    staff.twice(desk(second, "merge/"), into=first.pk, reason="同一件")
    link = desk(second, "unmerge/")
    assert link in text(staff.get(desk(first)))
    assert link in text(staff.get(desk(second)))
    assert link not in text(browse("supervisor").get(desk(second)))
    assert browse("supervisor").get(link).status_code == 403
    assert staff.post(link, reason="").status_code == 422
    done = staff.twice(link, reason="是漏水，不是堵门")
    assert done.status_code == 302
    assert list(Matter.objects.order_by("no").values_list("status", "home_count")) == [("open", 1), ("open", 1)]
    assert "从第 1 件里分开" in text(browse(None).get(public(second)))
    again = staff.post(link, reason="再来一次", confirm="1")
    assert again.status_code == 422
    assert "没有并在别的事里" in text(again)


def test_a_report_about_something_else_is_given_its_own_matter(world: World, browse: Browse) -> None:
    first = reported(world, 0).matter
    wrong = services.join(actor=world.actor(1), matter_id=first.pk, words="我家屋顶漏水", now=world.now)
    staff = browse(STAFF)
    link = desk(first, f"reports/{wrong.pk}/separate/")
    assert link in text(staff.get(desk(first)))
    assert "我家屋顶漏水" in text(staff.get(link))
    empty = staff.post(link, title="", category="漏水渗水", reason="另一件")
    assert empty.status_code == 422
    staff.twice(link, title="屋顶漏水", category="漏水渗水", reason="说的是漏水")
    made = Matter.objects.get(no=2)
    assert (made.title, made.category, made.home_count) == ("屋顶漏水", "漏水渗水", 1)
    assert "从第 1 件转来" in text(staff.get(desk(made)))
    assert "屋顶漏水" in text(browse(1).get("/me/"))
    assert staff.get(link).status_code == 404
    assert browse(0).get(desk(made, f"reports/{wrong.pk}/separate/")).status_code in {403, 404}


def test_an_opinion_is_judged_and_its_reporter_reads_why_and_rates_it(world: World, browse: Browse) -> None:
    first = reported(world, 0)
    off = services.join(actor=world.actor(1), matter_id=first.matter_id, words="隔壁的灯", now=world.now)
    staff = browse(STAFF)
    link = desk(first.matter, f"reports/{off.pk}/judge/")
    assert link in text(staff.get(desk(first.matter)))
    assert staff.post(link, reason="不是这里").status_code == 422
    assert staff.post(link, valid="no", reason="").status_code == 422
    staff.post(link, valid="no", reason="不是本小区的灯，请找隔壁物业")
    assert Judgement.objects.get().valid is False
    page = text(staff.get(desk(first.matter)))
    assert "意见不成立" in page
    assert link not in page
    mine = text(browse(1).get(public(first.matter)))
    assert "请找隔壁物业" in mine
    assert "rate/?report=" in mine
    browse(1).post(public(first.matter, f"rate/?report={off.pk}"), rating="2")
    off.refresh_from_db()
    assert off.answers.get().rating == 2
    # What he said and why it was not taken is nobody else's.
    for other in (None, 0):
        assert "请找隔壁物业" not in text(browse(other).get(public(first.matter)))
    last = staff.post(desk(first.matter, f"reports/{first.pk}/judge/"), valid="no", reason="也不成立")
    assert last.status_code == 422
    assert "不予采纳" in text(last)
    staff.post(desk(first.matter, f"reports/{first.pk}/judge/"), valid="yes", reason="属实")
    assert "有效意见" in text(staff.get(desk(first.matter)))


def test_a_reporter_says_it_anew_or_takes_it_back_while_nobody_has_taken_it_up(world: World, browse: Browse) -> None:
    first = reported(world, 0)
    mine = browse(0)
    page = text(mine.get(public(first.matter)))
    assert public(first.matter, f"correct/?report={first.pk}") in page
    assert public(first.matter, f"withdraw/?report={first.pk}") in page
    assert first.words in text(mine.get(public(first.matter, "correct/")))
    assert mine.post(public(first.matter, "correct/"), words=" ").status_code == 422
    mine.post(public(first.matter, "correct/"), words="是 2 单元的门")
    desked = text(browse(STAFF).get(desk(first.matter)))
    assert "是 2 单元的门" in desked
    assert f"本人更正前说的是：{first.words}" in desked
    assert browse(1).get(public(first.matter, "withdraw/")).status_code == 404
    assert mine.get(public(first.matter, "withdraw/")).status_code == 200
    assert mine.post(public(first.matter, "withdraw/")).status_code == 302
    assert Matter.objects.get().status == "withdrawn"
    assert "反映人撤回了" in text(browse(None).get(public(first.matter)))
    assert "您撤回了" in text(mine.get("/me/"))
    late = mine.post(public(first.matter, "withdraw/"))
    assert late.status_code == 422
    assert "不能再改、再撤" in text(late)
    assert Report.objects.count() == 2


def test_what_may_be_one_thing_is_suggested_to_whoever_takes_it_up_and_nothing_is_merged_by_itself(
    world: World, browse: Browse
) -> None:
    door = {"entrance": world.entrances[0]}
    first = reported(world, 0, **door).matter
    second = reported(world, 1, title="楼门口电动车太多", category="消防通道", **door).matter
    other = reported(world, 2, title="电梯里有烟头", category="环境卫生").matter
    staff = browse(STAFF)
    page = text(staff.get(desk(second)))
    assert "可能是同一件" in page
    link = desk(second, f"merge/?into={first.no}")
    assert link in page
    assert "可能是同一件" not in text(staff.get(desk(other)))
    assert "可能是同一件" not in text(browse("supervisor").get(desk(second)))
    assert f'value="{first.pk}" selected' in text(staff.get(link))
    assert staff.get(desk(second, "merge/?into=瞎写")).status_code == 200
    assert Matter.objects.filter(status="open").count() == 3


def test_a_neighbour_is_asked_about_what_was_said_under_another_category_or_at_the_same_zone(
    world: World, browse: Browse
) -> None:
    Zone.objects.create(estate=world.estate, label="南门", capacity=20)
    reported(world, 1, title="南门有人飞线", category="公共安全")
    given = {"title": "飞线充电", "spot": "南门东侧", "category": "停车充电", "words": "怕着火", "place": ""}
    page = text(browse(0).post(f"/e/{world.estate.slug}/matters/new/", **given))
    assert "是同一件吗" in page
    assert "第 1 件" in page
    assert Matter.objects.count() == 1
    # Far away and long ago nobody is asked.
    world.now += timedelta(days=100)
    given |= {"title": "楼道漏水", "category": "漏水渗水", "spot": ""}
    assert browse(0).post(f"/e/{world.estate.slug}/matters/new/", **given).status_code == 302
    assert Matter.objects.count() == 2


def test_the_desk_lists_reports_without_names_and_exports_them_without_words(world: World, browse: Browse) -> None:
    first = reported(world, 0, words="=1+1 电动车堵门")
    off = services.join(actor=world.actor(1), matter_id=first.matter_id, words="隔壁的灯", now=world.now)
    services.judge_report(actor=world.actor(STAFF), report_id=off.pk, valid=False, reason="找隔壁", now=world.now)
    staff = browse(STAFF)
    assert "/desk/reports/" in text(staff.get("/desk/matters/"))
    page = text(staff.get("/desk/reports/"))
    assert "隔壁的灯" in page
    assert world.owners[1].name not in page
    assert "隔壁的灯" not in text(staff.get("/desk/reports/", standing="waiting", estate="9" * 30, sort="瞎写"))
    file = staff.get("/desk/reports/excel/", standing="invalid")
    sheet = load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [(row[1], row[8], row[9]) for row in rows] == [(1, "不成立", "不成立")]
    assert "隔壁的灯" not in str(rows)
    assert browse("property_manager").get("/desk/reports/").status_code == 403
    assert browse(0).get("/desk/reports/excel/").status_code == 403


def test_the_front_page_counts_opinions_and_problems_apart_where_opinions_are_judged(
    world: World, browse: Browse
) -> None:
    front = f"/e/{world.estate.slug}/"
    first = reported(world, 0)
    assert "有效意见" not in text(browse(None).get(front))
    services.judge_report(actor=world.actor(STAFF), report_id=first.pk, valid=True, reason="属实", now=world.now)
    page = text(browse(None).get(front))
    assert "有效意见 1 条，解决民生问题 0 个" in page
    # Not yet linked to a problem, so no share.
    assert "占有效意见" not in page
    accepted(world, first.matter, own_playbook(world))
    assert "占有效意见的 0.0%" in text(browse(None).get(front))
