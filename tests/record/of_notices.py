"""Notices and rounds from home to home, in every state that the verbs know: for tests of the record."""

from __future__ import annotations

from tests.support.world import World
from yishiting.record.notices import services
from yishiting.record.notices.tests import making


def happen(world: World) -> None:
    """Let a notice be drafted, returned, reviewed, published, posted, replaced and archived; go round, and close."""
    homes = making.drafted(world, text="302室的雨棚请拆。", names_homes=True, entrance_ids=[world.entrances[0].pk])
    services.review_notice(**making.at(world, homes, "committee_chair"), agrees=False, note="写上依据")
    making.later(world, hours=1)
    services.revise_notice(
        **making.at(world, homes), draft=making.said(text="依据规约，302室的雨棚请拆。", names_homes=True)
    )
    services.review_notice(**making.at(world, homes, "committee_chair"), agrees=True, note="可以")
    services.publish_notice(**making.at(world, homes, "committee_chair"))
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
