"""The figures that a rule pack may hold: the name of each, what kind of value it is, and what it is called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from yishiting.kernel.words import gettext_noop


class Kind(StrEnum):
    """What a value may be, as it is written in a pack."""

    SPAN = "span"
    """``"15 days"``, ``"3 workdays"``, ``"6 months"``, ``"5 years"``."""
    COUNT = "count"
    """A whole number: heads, members, homes."""
    SHARE = "share"
    """``"2/3"`` or ``"30 %"``, exact."""
    AREA = "area"
    """Square metres as text, ``"10000"``."""
    AMOUNT = "amount"
    """Yuan as text, ``"30000.00"``."""
    YES = "yes"
    """``true`` or ``false``."""
    WORD = "word"
    """One of the words that the key knows."""
    WORDS = "words"
    """A list of texts."""


@dataclass(frozen=True, slots=True)
class Key:
    """One figure. ``law`` tells that no place may have another: the count itself rests on it, and the value is ``fixed``.

    ``optional`` is what only some places have; the national pack need not hold it.
    """

    name: str
    kind: Kind
    title: str
    words: tuple[str, ...] = ()
    fixed: str = ""
    optional: bool = False

    @property
    def law(self) -> bool:
        """Whether the law alone sets it."""
        return bool(self.fixed)


_KEYS = (
    # Who counts (RULES: heads, areas).
    Key("roll.parking_counts", Kind.YES, gettext_noop("车位、车库的面积算不算")),
    Key("roll.unknown_owner_counts", Kind.YES, gettext_noop("不知道业主的户算不算在总数里")),
    Key("roll.shared_by_sharers", Kind.YES, gettext_noop("部分业主共用的设施，只由共用的业主决定")),
    # The dual majority.
    Key("quorum", Kind.SHARE, gettext_noop("参加的至少要有（人数和面积）"), fixed="2/3"),
    Key("majority.ordinary", Kind.SHARE, gettext_noop("一般事项，赞成的要超过来的"), fixed="1/2"),
    Key("majority.special", Kind.SHARE, gettext_noop("重大事项，赞成的至少是来的"), fixed="3/4"),
    Key("options.runoff", Kind.YES, gettext_noop("几个选项都不够时，最多的两个再选一轮")),
    Key("residents.age", Kind.COUNT, gettext_noop("居民会议：满多少岁的居民")),
    Key("residents.attend_over", Kind.SHARE, gettext_noop("居民会议：到会的要超过")),
    Key("residents.agree_over", Kind.SHARE, gettext_noop("居民会议：同意的要超过到会的")),
    # Ballots.
    Key(
        "ballot.precedence",
        Kind.WORD,
        gettext_noop("同一位业主交了两张票，算哪一张"),
        words=("FIRST_WINS", "ONLINE_WINS", "PAPER_WINS"),
    ),
    Key("ballot.one_way_only", Kind.YES, gettext_noop("网上和纸票只能投一种、投一次")),
    Key("ballot.paper_on_request", Kind.YES, gettext_noop("要纸票的人都给纸票")),
    Key("silent.allowed", Kind.YES, gettext_noop("未表决视为同意多数")),
    Key("proxy.most", Kind.COUNT, gettext_noop("一个人最多替几位业主投")),
    Key("proxy.names_choice", Kind.YES, gettext_noop("委托书要写明事项和怎么投")),
    Key("proxy.bars_company", Kind.YES, gettext_noop("物业公司的人不能受托")),
    Key("undeliverable.announced", Kind.SPAN, gettext_noop("送不到的，在小区里公告")),
    Key("platform.official", Kind.YES, gettext_noop("网上表决要用主管部门的平台和身份核验")),
    # Clocks.
    Key("notice.meeting", Kind.SPAN, gettext_noop("业主大会前多久公示")),
    Key("notice.temporary", Kind.SPAN, gettext_noop("临时会议前多久公示")),
    Key("vote.least", Kind.SPAN, gettext_noop("表决至少开放")),
    Key("vote.most", Kind.SPAN, gettext_noop("表决最多开放")),
    Key("vote.noticed_only", Kind.YES, gettext_noop("没有公示过的事项不能表决")),
    Key("temporary.asked_by", Kind.SHARE, gettext_noop("多少业主可以要求开临时会议")),
    Key("result.within", Kind.SPAN, gettext_noop("结果要在多久内公布")),
    Key("result.posted", Kind.SPAN, gettext_noop("结果至少公布多久")),
    Key("result.names", Kind.WORD, gettext_noop("结果里怎么称呼业主"), words=("none", "room_and_area"), optional=True),
    Key("result.sue", Kind.SPAN, gettext_noop("业主可以在多久内起诉")),
    Key("ballots.kept", Kind.SPAN, gettext_noop("任期满后，票再保存")),
    # The committee.
    Key("committee.fewest", Kind.COUNT, gettext_noop("业委会至少几人")),
    Key("committee.most", Kind.COUNT, gettext_noop("业委会最多几人")),
    Key("committee.odd", Kind.YES, gettext_noop("业委会人数要是单数")),
    Key("committee.small_fewest", Kind.COUNT, gettext_noop("小的小区，业委会至少几人"), optional=True),
    Key("committee.small_homes_under", Kind.COUNT, gettext_noop("小的小区：不到多少户"), optional=True),
    Key("committee.small_area_to", Kind.AREA, gettext_noop("小的小区：建筑面积不超过"), optional=True),
    Key("committee.stands_over", Kind.SHARE, gettext_noop("当选的要超过席位的"), fixed="1/2"),
    Key("committee.term_least", Kind.SPAN, gettext_noop("一届至少"), optional=True),
    Key("committee.term_most", Kind.SPAN, gettext_noop("一届最长")),
    Key("candidates.posted_before", Kind.SPAN, gettext_noop("候选人在选举前多久公示")),
    Key("candidates.posted_for", Kind.SPAN, gettext_noop("候选人至少公示多久")),
    Key("committee.first_meeting", Kind.SPAN, gettext_noop("选出来以后，第一次会议在")),
    Key("committee.filing", Kind.SPAN, gettext_noop("选出来以后，到街道备案在")),
    Key("committee.decisions_posted", Kind.SPAN, gettext_noop("业委会的决定在多久内公布")),
    Key("committee.term_warned", Kind.SPAN, gettext_noop("任期满前多久报告")),
    # Money.
    Key("fund.warned_under", Kind.SHARE, gettext_noop("一户的维修资金低于首期的多少要提醒")),
    Key("fund.published", Kind.WORD, gettext_noop("维修资金多久公布一次"), words=("quarter", "half_year", "year")),
    Key("fund.overrun", Kind.SHARE, gettext_noop("超支到多少要重新申请"), optional=True),
    Key("fund.audit_waived_to", Kind.AMOUNT, gettext_noop("多少钱以内可以不审计"), optional=True),
    Key("fund.emergencies", Kind.WORDS, gettext_noop("哪些算紧急维修")),
    Key("income.published", Kind.WORD, gettext_noop("公共收益多久公布一次"), words=("quarter", "half_year", "year")),
    Key("income.tops_up_fund", Kind.SHARE, gettext_noop("维修资金不足时，公共收益至少拿多少补"), optional=True),
    # Lifts.
    Key("lift.posted", Kind.SPAN, gettext_noop("加装电梯的方案公示多久"), optional=True),
    Key("lift.objections_first", Kind.YES, gettext_noop("受影响邻居的书面异议先解决"), optional=True),
)

KEYS: Mapping[str, Key] = MappingProxyType({key.name: key for key in _KEYS})
"""All keys by name, in the order in which a page shows them."""
