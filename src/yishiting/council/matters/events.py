"""Entries that this room writes, registered at start-up. No sentence names a reporter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yishiting.council.matters import attested, recount, recusals
from yishiting.council.matters.kinds import builtin, evidence, record, vote
from yishiting.council.matters.playbooks.definition import STAGE_LABELS, Stage
from yishiting.council.matters.services import escalation
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.tiers import label as tier_label
from yishiting.kernel.words import Listed, Sentence, gettext_noop
from yishiting.timeline import entries, verify


def _stage(key: object) -> Sentence:
    return STAGE_LABELS[Stage(str(key))] if key in tuple(Stage) else Sentence(gettext_noop("下一阶段"))


def _joined(stages: Sequence[object]) -> Sentence:
    return Listed(_stage(stage) for stage in stages)


def _reported(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("收到反映，登记为第 {no} 件。")
    if facts.get("urgent"):
        text = gettext_noop("收到反映，登记为第 {no} 件，反映人说很急。")
    return Sentence(text, no=facts.get("no"))


def _another(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("又有邻居反映这件事，现在一共 {homes} 户。")
    if facts.get("again"):
        text = gettext_noop("同一户又补充了一次，还是一共 {homes} 户。")
    return Sentence(text, homes=facts.get("homes"))


def _started(facts: Mapping[str, Any]) -> Sentence:
    passed, title, visit = facts.get("passed") or [], facts.get("title"), facts.get("visit", 1)
    params: dict[str, Any] = {"title": title, "visit": visit, "stage": _stage(facts.get("stage"))}
    if passed:
        params["passed"] = _joined(passed)
        return Sentence(gettext_noop("进入{stage}阶段：{title}。不单独走的阶段：{passed}。"), **params)
    if visit > 1:
        return Sentence(gettext_noop("再次{title}（第 {visit} 次）。"), **params)
    if facts.get("moved"):
        return Sentence(gettext_noop("进入{stage}阶段：{title}。"), **params)
    return Sentence(gettext_noop("开始{title}。"), **params)


def _emergency(facts: Mapping[str, Any]) -> Sentence:
    post = Sentence(post_label(str(facts.get("post"))))
    passed = facts.get("passed") or []
    if facts.get("tier"):
        text = gettext_noop("{post}决定应急处理，直接报到{tier}，由{to}负责。")
        to = Sentence(post_label(str(facts.get("to"))))
        return Sentence(text, post=post, tier=tier_label(int(facts["tier"])), to=to)
    if passed:
        text = gettext_noop("{post}决定应急处理。越过的阶段：{passed}。")
        return Sentence(text, post=post, passed=_joined(passed))
    return Sentence(gettext_noop("{post}决定应急处理。"), post=post)


_EVIDENCE = {
    "posted": gettext_noop("“{title}”：又贴好一个单元。"),
    "channel": gettext_noop("“{title}”：登记了一种公示渠道。"),
    "contacted": gettext_noop("“{title}”：又通知到 {n} 户。"),
    "photo_before": gettext_noop("“{title}”：登记了办理前的照片。"),
    "photo_after": gettext_noop("“{title}”：登记了办理后的照片。"),
    "inventory": gettext_noop("“{title}”：登记了清走的物品。"),
    "funds": gettext_noop("“{title}”：登记了资金凭据。"),
    "insurance": gettext_noop("“{title}”：登记了保险凭据。"),
    "party": gettext_noop("“{title}”：登记了一方到场。"),
}


def _evidence(facts: Mapping[str, Any]) -> Sentence:
    text = _EVIDENCE.get(str(facts.get("kind")), gettext_noop("“{title}”：登记了一项凭据。"))
    if facts.get("again"):
        text = gettext_noop("“{title}”：贴过的一个单元又贴了一次。")
    return Sentence(text, title=facts.get("title"), n=facts.get("n", 1))


def _reassigned(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("“{title}”改由{post}负责。")
    if not facts.get("post"):
        return Sentence(gettext_noop("“{title}”目前没有人负责，等任命。"), title=facts.get("title"))
    if facts.get("recusal"):
        text = gettext_noop("原来负责的要回避，“{title}”改由{post}负责。")
    return Sentence(text, title=facts.get("title"), post=Sentence(post_label(str(facts.get("post")))))


def _raised(facts: Mapping[str, Any]) -> Sentence:
    text = gettext_noop("“{title}”超出{begun}的权限，上交到{tier}，由{post}负责。")
    if facts.get("cause") == "overdue":
        text = gettext_noop("“{title}”在{begun}手里超期，上交到{tier}，由{post}负责。")
    if facts.get("asked") != facts.get("to"):
        text = gettext_noop("“{title}”超出{begun}的权限，上交到{tier}：{asked}空缺，由{post}代办。")
        if facts.get("cause") == "overdue":
            text = gettext_noop("“{title}”在{begun}手里超期，上交到{tier}：{asked}空缺，由{post}代办。")
    return Sentence(
        text,
        title=facts.get("title"),
        begun=Sentence(post_label(str(facts.get("from")))),
        tier=tier_label(int(facts.get("tier", 1))),
        asked=Sentence(post_label(str(facts.get("asked")))),
        post=Sentence(post_label(str(facts.get("to")))),
    )


def _came_back(facts: Mapping[str, Any]) -> Sentence:
    posts = [Sentence(post_label(str(each))) for each in facts.get("posts") or []]
    return Sentence(
        gettext_noop("“{title}”由{tier}办完：{label}。结果转回{posts}。")
        if posts
        else gettext_noop("“{title}”由{tier}办完：{label}。"),
        title=facts.get("title"),
        tier=tier_label(int(facts.get("tier", 1))),
        label=facts.get("label"),
        posts=Listed(posts),
    )


def _register_entries() -> None:
    register = entries.register
    register("matters.reported", describe=_reported)
    register("matters.joined", describe=_another)
    register("matters.accepted", describe=gettext_noop("受理，按工作法“{name}”第 {version} 版办理。"))
    register("matters.step_started", describe=_started)
    register("matters.step_ended", describe=gettext_noop("“{title}”办完：{label}。"))
    register("matters.step_reassigned", describe=_reassigned)
    register("matters.raised", describe=_raised)
    register("matters.came_back", describe=_came_back)
    register("matters.evidence_added", describe=_evidence)
    register("matters.answered", describe=gettext_noop("答复了 {answers} 条反映。"))
    register("matters.closed", describe=gettext_noop("这件事办结。"))
    register("matters.declined", describe=gettext_noop("没有立项，答复了 {answers} 条反映。"))
    register("matters.merged", describe=gettext_noop("并入第 {into} 件一起办，反映一条不少。"))
    register("matters.merged_in", describe=gettext_noop("第 {from} 件并进来一起办，现在一共 {homes} 户。"))
    register("matters.unmerged", describe=gettext_noop("从第 {root} 件里分开，单独办，反映的有 {homes} 户。"))
    register("matters.separated", describe=gettext_noop("从第 {root} 件里分出来，单独办。"))
    register("matters.taken_out", describe=gettext_noop("第 {out} 件分出去单独办，这里现在一共 {homes} 户。"))
    register("matters.report_withdrawn", describe=gettext_noop("一位反映人撤回了反映，现在一共 {homes} 户。"))
    register("matters.report_corrected", describe=gettext_noop("一位反映人更正了自己的反映。"))
    register("matters.withdrawn", describe=gettext_noop("反映人撤回了反映，这件事不再办。"))
    register("matters.judged", describe=gettext_noop("认定了一条有效意见。"))
    register("matters.rejected", describe=gettext_noop("一条意见没有采纳，理由答复了本人。现在一共 {homes} 户。"))
    register("matters.emergency", describe=_emergency)
    register("matters.rated", describe=gettext_noop("一位反映人作了评价。"))
    register("matters.reopened", describe=gettext_noop("反映人申请重新办理，开始第 {round} 轮。"))
    register("matters.resolved", describe=gettext_noop("作出第 {resolution} 号决议。"), decision=True)
    register("matters.playbook_added", describe=gettext_noop("收进工作法“{name}”第 {version} 版。"))
    register("matters.playbook_retired", describe=gettext_noop("停用工作法“{name}”，办着的事还按它走完。"))
    register("matters.playbook_restored", describe=gettext_noop("恢复使用工作法“{name}”。"))
    register("matters.photo_published", describe=gettext_noop("公开了一张照片。"))
    register("matters.photo_withdrawn", describe=gettext_noop("一张照片不再公开。"))


def register() -> None:
    """Register this room with the timeline and with what runs behind steps."""
    _register_entries()
    attested.register()
    verify.register_check(recount.check)
    evidence.register()
    builtin.register()
    vote.register()
    record.register()
    escalation.register()
    recusals.register()
