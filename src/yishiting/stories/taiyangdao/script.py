"""What happened in 太阳岛, as data. Figures are in yuan to the cent, homes and days; days count back from the day of replay."""

from __future__ import annotations

from decimal import Decimal

from yishiting.council.projects.funding import LineDraft
from yishiting.stories.script import MERGED, REJECTED, Said

TITLE = "823栋屋顶漏水，顶楼墙都霉了"
REPORTS = (
    "一下雨，顶楼卧室就滴水，接了三个盆。",
    "楼梯间顶上也渗水，灯都不敢开。",
    "我家在五楼，墙角也黄了一片。",
)
#: When each thing was done.
TOLD, LOOKED, ASKED, SAT, VOTED, COUNTED, SET_UP, MOVED, GRANTED, BUILT, ACCEPTED, ANSWERED = (
    *(118, 116, 113, 106, 101, 84, 80, 66, 58, 55, 34, 30),
)
#: How many solar heaters stand on the roof; their homes are concerned.
HEATERS = 6
SIDES = {"社区": 2, "支部": 2, "楼栋长": 1, "居民代表": 5, "所涉住户": 6}
STATEMENTS = (
    ("居民代表", "漏了三个雨季，自己补过两回，补不住。"),
    ("所涉住户", "热水器挪可以，要有人帮着抬，挪完要能用。"),
    ("支部", "抬热水器的事支部来组织，党员带头。"),
    ("社区", "社区去申请老旧小区改造资金，不够的动用维修资金。"),
)
SAID = (
    Said("社区", "向上申请老旧小区改造资金 60000 元，不够的动用 823栋维修资金"),
    Said("支部", "支部组织先把六台太阳能热水器挪到南坡，再动工"),
    Said("居民代表", "整个屋面重做防水，不再一块一块补"),
    Said("所涉住户", "挪热水器由各家自己请人", MERGED, "并入支部组织腾挪，费用不让各家出"),
    Said("居民代表", "顺便加盖一层阳光房", REJECTED, "不是修漏水，也没有规划手续"),
)
RESOLUTION = (
    "翻修 823栋屋面 1 处：支部先组织腾挪六台太阳能热水器；社区申请老旧小区改造资金 60000 元，"
    "其余动用本栋维修资金，交 823栋业主表决。"
)
BUDGET = Decimal("92480.50")
LINES = (
    LineDraft("老旧小区改造资金", Decimal("60000.00")),
    LineDraft("823栋维修资金", Decimal("32480.50")),
)
TASK = "腾挪屋顶六台太阳能热水器"
QUESTION = "是否同意动用本栋维修资金 32480.50 元，翻修 823栋屋面？"
#: Of the 24 homes of the building: how many took part on a phone and on paper, and how many of all were against.
ONLINE, PAPER, AGAINST = 19, 2, 2
ANSWER = "屋面翻修好了，六台热水器也装回了南坡，下了两场雨没有再漏。谢谢您提出来。"

GATE = "北门口装道闸，外面的车停满了"
GATE_REPORTS = ("下班回来没有地方停车。", "外面的车一停一整天，救护车进不来。")
GATE_SAT = 12
GATE_SETTLED = ("装，北门一进一出两道。", "本小区的车不收费，外来车第三个小时起收费。")
