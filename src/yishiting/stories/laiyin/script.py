"""What happened in 莱茵小镇, as data: cables hang from windows, and forty charging piles take their place."""

from __future__ import annotations

from yishiting.stories.script import MERGED, REJECTED, Asked, Plan, Said, Told

SHEDS = "西门车棚"
#: Who puts the piles up, runs them and insures them.
COMPANY = "明光充电服务公司"

PILES = Told(
    category="停车充电",
    title="飞线充电，从楼上拉线给电动车充",
    building="",
    spot="各楼楼下",
    reports=(
        "楼上拉线下来充电，下雨天看着害怕。",
        "32栋楼下挂着六根充电线，孩子从底下走。",
        "没有地方充电，只好拉线，希望小区装充电桩。",
        "电动车推进楼道充，晚上有焦味。",
        "想充电要走到外面的店里，一次三块钱。",
    ),
    homes=18,
    begins=170,
    meets=156,
    said=(
        Said("业委会", "请专业公司装 40 个充电桩，公司出钱、公司管理，小区出地方"),
        Said("住户代表", "分三期装，前一期验收合格再装后一期"),
        Said("物业", "充电桩装好以后，飞线一律拆掉", MERGED, "写进了采纳的方案"),
        Said("住户代表", "业委会自己买桩自己收费", REJECTED, "没有会修的人，出了事故也赔不起"),
    ),
    resolution=f"由{COMPANY}在各楼之间的空地分三期装 40 个充电桩，先 14 个，再 13 个、13 个；公司投保，前一期验收合格再装后一期。"
    "占用共有场地交全体业主表决。",
    outcome="vote",
    done=24,
    answer="40 个充电桩都装好了，三期都验收合格，充电桩由公司管理、有保险。飞线这个月起一律拆掉。谢谢您提出来。",
    vote=Asked(
        title="共有场地装 40 个充电桩，由公司经营",
        question=f"是否同意在各楼之间的空地装 40 个充电桩，由{COMPANY}经营，合同三年？",
        explanation="小区出场地，公司出钱安装、管理和投保，充电价格不高于市价。公共场地收入归全体业主，每季度公布。",
        rule="special",
        article="《民法典》第278条第1款第8项",
        opens=150,
        closes=122,
        part=1341,
        against=96,
        abstain=52,
        paper=62,
    ),
    plan=Plan(
        "公共充电桩",
        "个",
        (("东区空地", 14), ("西区空地", 13), ("南门两侧", 13)),
        accepted=3,
        starts=112,
        operator=COMPANY,
        note="业委会和业主代表到场，逐个通电试过。",
    ),
    ratings=(5, 5, 4, 5, 3, 5),
)

GATE = Told(
    category="停车充电",
    title=f"{SHEDS}漏雨，车座都是湿的",
    building="",
    spot=SHEDS,
    reports=("车棚顶漏雨，充电口也淋着。", "下雨天车座是湿的，请把棚顶补一补。"),
    homes=5,
    begins=18,
    meets=9,
    said=(
        Said("物业", "先把漏的六块顶板换掉"),
        Said("住户代表", "充电口加一道挡雨檐", MERGED, "写进了采纳的方案"),
    ),
    resolution="由物业换掉西门车棚漏雨的六块顶板，充电口加挡雨檐。",
    outcome="work",
    done=None,
)

MATTERS = (PILES, GATE)
