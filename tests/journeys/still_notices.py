"""What hangs at 静安里, and who is being visited: a notice in each state, objections that wait and one that is
answered, a round under way and one that is over.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.journeys.still_life import Still


def hang(still: Still) -> None:
    """Draft, publish, post and archive; begin two rounds and close one."""
    from PIL import Image

    from yishiting.ground.places.models import Entrance, Home
    from yishiting.record.notices import services

    estate = still.estate
    grid, chair = still.actor("grid_worker"), still.actor("committee_chair")
    entrances = list(Entrance.objects.filter(estate=estate).order_by("pk"))

    def draft(
        title: str, days: int, text: str, kind: str = "works", *, names_homes: bool = False, least: int = 0
    ) -> int:
        made = services.draft_notice(
            actor=grid,
            estate=estate,
            draft=services.Draft(kind=kind, title=title, text=text, names_homes=names_homes, least_days=least),
            now=still.ago(days),
        )
        return made.no

    def publish(no: int, days: int) -> None:
        services.publish_notice(actor=chair, estate_id=estate.pk, no=no, now=still.ago(days))

    def photo() -> io.BytesIO:
        out = io.BytesIO()
        Image.new("RGB", (60, 40), "#33475b").save(out, "JPEG")
        out.seek(0)
        out.name = "门口.jpg"
        return out

    old = draft("清洗水箱停水半天", 30, "早上八点到中午停水，请提前存水。")
    publish(old, 29)
    services.archive_notice(actor=grid, estate_id=estate.pk, no=old, note="水箱洗完了。", now=still.ago(20))
    hanging = draft(
        "楼道清理告知", 9, "请各家在月底前把楼道里的东西收回去。\n没有收的，统一清理，先登记再处理。", "remedy", least=5
    )
    publish(hanging, 8)
    at = {"actor": grid, "estate_id": estate.pk, "no": hanging}
    services.post_notice(
        **at, channel="entrance", entrance_ids=[entrances[0].pk], upload=photo(), now=still.ago(8)
    )  # fmt: skip
    services.post_notice(**at, channel="group", note="发在楼长群里", now=still.ago(8))
    services.revise_notice(
        **at, draft=services.Draft(kind="remedy", title="楼道清理改到下月", text="改到下月十日前。"), now=still.ago(1)
    )
    whole = draft("电梯检修通知", 12, "周三上午检修，请走楼梯。", least=3)
    publish(whole, 12)
    told = {"actor": grid, "estate_id": estate.pk, "no": whole, "now": still.ago(11)}
    services.post_notice(**told, channel="board", note="南门公告栏")
    services.post_notice(**told, channel="entrance", entrance_ids=[row.pk for row in entrances], note="每个单元门内侧")
    plan = draft("南门划线停车方案", 4, "南门内侧划十二个车位，先到先停。", "plan", least=15)
    publish(plan, 4)
    heard = {"estate_id": estate.pk, "no": plan}
    said = {"owner_1": ("挡住了一楼的窗，还占了轮椅坡道。", 3), "owner_3": ("应当先给老人和残疾人留两个。", 2)}
    first, _ = (
        services.object_to_notice(
            actor=owner, **heard, words=words, now=still.ago(days), home_id=min(home for _, home in owner.homes)
        )
        for owner, (words, days) in ((still.actor(part), told) for part, told in said.items())
    )
    home = Home.objects.filter(estate=estate).order_by("pk")[0]
    services.write_down_objection(actor=grid, **heard, home_id=home.pk, words="消防车进不来。", now=still.ago(1))
    services.answer_objection(
        actor=chair,
        **heard,
        objection_no=first.no,
        outcome="rejected",
        text="量过，坡道两边各留了一米二。",
        now=still.ago(1),
    )
    draft("雨棚整改告知", 2, "302室的雨棚伸到了楼下窗前，请在月底前拆除。", "remedy", names_homes=True)
    draft("绿化补种通知", 2, "周六上午补种东边的冬青。")

    over = services.begin_canvass(actor=grid, estate=estate, title="问一问要不要装门禁", now=still.ago(20))
    homes = list(Home.objects.filter(estate=estate).order_by("pk"))
    services.record_attempt(
        actor=grid, estate_id=estate.pk, no=over.no, home_id=homes[0].pk, outcome="agreed", now=still.ago(19)
    )
    services.close_canvass(
        actor=grid, estate_id=estate.pk, no=over.no, reason="其余几户长期在外地。", now=still.ago(15)
    )
    going = services.begin_canvass(
        actor=grid,
        estate=estate,
        title="敲门告知清理楼道",
        words="您好，月底前请把楼道里的东西收一收。",
        now=still.ago(3),
    )
    at = {"actor": grid, "estate_id": estate.pk, "no": going.no}
    services.record_attempt(**at, home_id=homes[0].pk, outcome="met", now=still.ago(2))
    services.record_attempt(**at, home_id=homes[1].pk, outcome="away", note="晚上再来", now=still.ago(2))
