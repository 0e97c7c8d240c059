"""Notices and rounds from home to home, in every state that the verbs know: for tests of the record."""

from __future__ import annotations

from tests.support.world import World
from yishiting.record.notices import services
from yishiting.record.notices.models import Notice
from yishiting.record.notices.tests import making


def happen(world: World) -> None:
    """Let a notice be drafted, returned, reviewed, published, posted, replaced and archived; go round, and close."""
    homes = making.drafted(world, text="302室的雨棚请拆。", names_homes=True, entrance_ids=[world.entrances[0].pk])
    services.review_notice(**making.at(world, homes, "committee_chair"), agrees=False, note="写上依据")
    making.later(world, hours=1)
    services.revise_notice(
        **making.at(world, homes),
        draft=making.said(
            text="依据规约，302室的雨棚请拆。", names_homes=True, entrance_ids=[world.entrances[0].pk], least_days=3
        ),
    )
    services.review_notice(**making.at(world, homes, "committee_chair"), agrees=True, note="可以")
    services.publish_notice(**making.at(world, homes, "committee_chair"))
    _objected(world, homes)
    first = making.published(world, least_days=1)
    making.posted(world, first, entrance_ids=[world.entrances[0].pk], upload=making.photo(), note="门内侧")
    making.posted(world, first, entrance_ids=[world.entrances[1].pk])
    making.posted(world, first, "other", label="电子屏")
    services.revise_notice(**making.at(world, first.notice), draft=making.said(title="改期"))
    making.later(world, hours=1)
    second = services.publish_notice(**making.at(world, first.notice))
    making.posted(world, second, entrance_ids=[world.entrances[0].pk], upload=making.photo("#884422"))
    services.archive_notice(**making.at(world, first.notice), note="另行通知")
    making.drafted(world, title="还没发布", thread="matter/1", run=1)
    round_ = making.canvass(world, entrance_ids=[world.homes[0].entrance_id], words="您好", notes_suffice=2)
    making.later(world, hours=1)
    making.knocked(world, round_, 0, note="说知道了")
    wrong = making.knocked(world, round_, 1, "away")
    services.withdraw_attempt(**making.at(world, round_), home_id=world.homes[1].pk, attempt_id=wrong.pk)
    services.close_canvass(**making.at(world, round_), reason="另一户在外地")
    making.knocked(world, making.canvass(world, title="还在走"), 2, "refused", how="phone")


def _objected(world: World, hanging: Notice) -> None:
    """Objections that wait, that were taken back, and that were answered in each way; a version withdrawn upon one."""
    services.object_to_notice(**making.at(world, hanging, 0), words="雨棚是物业让装的，不该拆。")
    paper = {"home_id": world.homes[1].pk, "words": "雨棚拆了漏雨。"}
    wrong = services.write_down_objection(**making.at(world, hanging), **paper)
    services.withdraw_objection(**making.at(world, hanging), objection_no=wrong.no, note="录重了")
    services.read_objections(**making.at(world, hanging))
    other = making.published(world, title="门前划车位", least_days=7).notice
    for who, outcome, remedy in ((3, "rejected", ""), (4, "partly", "revise"), (5, "upheld", "withdraw")):
        row = services.object_to_notice(**making.at(world, other, who), words=f"挡住了{who}家的门口。")
        services.answer_objection(
            **making.at(world, other, "committee_chair"), objection_no=row.no, outcome=outcome, remedy=remedy,
            text="量过了，答复如上。",
        )  # fmt: skip
    back = services.object_to_notice(**making.at(world, hanging, 1), words="还是先等等。")
    services.withdraw_objection(**making.at(world, hanging, 1), objection_no=back.no)
