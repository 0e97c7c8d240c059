"""The checks on a playbook's graph: every way through it leads, stage after stage and past an answer, to its end.

They work on nodes rather than on a finished playbook, so that a file with a fault elsewhere still hears of these.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from yishiting.council.matters.playbooks.definition import END, Stage, stage_label
from yishiting.council.matters.registry import KindSpec
from yishiting.kernel.toml.faults import Fault
from yishiting.kernel.words import Listed, Sentence, gettext_noop

ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Edge:
    """One entry of ``next`` and the line that it stands on."""

    outcome: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Node:
    """A step as far as it could be read; what could not be read is ``None``.

    ``timed`` says that it has a term (``within``), ``whole`` that each of its outcomes could be read.
    """

    id: str
    line: int
    stage: Stage | None
    kind: KindSpec | None
    edges: tuple[Edge, ...]
    next_line: int
    timed: bool = True
    whole: bool = True


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the name in ``known`` that ``word`` was probably meant to be, or ``None``."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def with_hint(message: Sentence, word: str, known: Iterable[str]) -> Sentence:
    """Return ``message`` with a proposal where ``word`` looks like a slip for something in ``known``."""
    if (meant := nearest(word, known)) is None:
        return message
    return Sentence(gettext_noop("{message}是不是想写“{meant}”？"), message=message, meant=meant)


def check_graph(nodes: Sequence[Node]) -> tuple[Fault, ...]:
    """Return every fault of the graph whose first node is where matters begin.

    Links and outcomes are judged one by one. Questions about whole ways (is there an end, is everything reachable, is an
    answer passed) are asked only when every link leads somewhere; before that their answers would mislead.
    """
    faults = [*_duplicates(nodes), *_links(nodes), *_outcomes(nodes)]
    broken = {"duplicate_step", "unknown_target"} & {fault.code for fault in faults}
    faults += _backwards(nodes)
    if nodes and not broken and all(node.edges and node.whole for node in nodes):
        faults += [*_unreachable(nodes), *_endless(nodes), *_unanswered(nodes)]
    return tuple(faults)


def _duplicates(nodes: Sequence[Node]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for node in nodes:
        if node.id in first:
            text = gettext_noop("步骤编号“{id}”和第 {line} 行的步骤重复了。请给其中一步换一个编号。")
            yield Fault(node.line, Sentence(text, id=node.id, line=first[node.id]), "duplicate_step")
        first.setdefault(node.id, node.line)


def _links(nodes: Sequence[Node]) -> Iterator[Fault]:
    known = {node.id for node in nodes} | {END}
    for node in nodes:
        for edge in node.edges:
            if edge.target not in known:
                text = gettext_noop(
                    "步骤“{id}”的结果“{outcome}”要转到“{target}”，但没有这一步。请改成已有步骤的编号，或写 end 表示办结。"
                )
                message = Sentence(text, id=node.id, outcome=edge.outcome, target=edge.target)
                yield Fault(edge.line, with_hint(message, edge.target, known), "unknown_target")


def _outcomes(nodes: Sequence[Node]) -> Iterator[Fault]:
    for node in nodes:
        if node.kind is None or not node.edges:
            continue
        named = {edge.outcome: edge.target for edge in node.edges}
        if (allowed := node.kind.outcomes) is not None:
            for edge in node.edges:
                if edge.outcome not in allowed:
                    text = gettext_noop("“{kind}”这种步骤不会有“{outcome}”这个结果。请写其中一个：{allowed}。")
                    params = {"kind": node.kind.name, "outcome": edge.outcome, "allowed": Listed(sorted(allowed))}
                    message = with_hint(Sentence(text, **params), edge.outcome, allowed)
                    yield Fault(edge.line, message, "unknown_outcome")
        missing = [each for each in node.kind.required if each not in named]
        missing += [
            each for each in node.kind.reports if each not in missing and node.kind.resolve(each, named) is None
        ]
        if node.kind.required and missing:
            # An outcome that falls back to a required one is mended by naming the required one.
            missing = [each for each in missing if node.kind.fallback.get(each) not in missing]
        for outcome in missing:
            text = gettext_noop('步骤“{id}”没有写明结果“{outcome}”转到哪里。请在 next 里加上 {outcome} = "步骤编号"。')
            yield Fault(node.next_line, Sentence(text, id=node.id, outcome=outcome), "missing_outcome")
        if node.kind.clock is not None and not node.timed:
            for edge in node.edges:
                if edge.outcome == node.kind.clock:
                    text = gettext_noop(
                        '步骤“{id}”要等期限到了才会有“{outcome}”，但没有写期限。请加上 within，例如 within = "5 workdays"。'
                    )
                    yield Fault(edge.line, Sentence(text, id=node.id, outcome=edge.outcome), "clock_missing")


def _backwards(nodes: Sequence[Node]) -> Iterator[Fault]:
    stages = {node.id: node.stage for node in reversed(nodes)}
    for node in nodes:
        for edge in node.edges:
            target = stages.get(edge.target)
            if node.stage is not None and target is not None and target.order < node.stage.order:
                text = gettext_noop(
                    "步骤“{id}”在“{here}”阶段，不能退回“{there}”阶段的“{target}”。阶段只能往前走；要重来，由反映人申请重新办理。"
                )
                message = Sentence(
                    text, id=node.id, here=stage_label(node.stage), there=stage_label(target), target=edge.target
                )
                yield Fault(edge.line, message, "stage_backwards")


def _reachable(nodes: Sequence[Node], *, through_answers: bool = True) -> set[str]:
    """Return the steps that can be reached; without ``through_answers`` only those before any answer.

    A step of an unknown kind may have been meant as an answer, so the second question stops there too.
    """
    by_id = {node.id: node for node in nodes}
    seen: set[str] = set()
    waiting = [nodes[0].id]
    while waiting:
        current = waiting.pop()
        if current in seen or current == END:
            continue
        seen.add(current)
        kind = by_id[current].kind
        if through_answers or (kind is not None and kind.name != ANSWER):
            waiting.extend(edge.target for edge in by_id[current].edges)
    return seen


def _unreachable(nodes: Sequence[Node]) -> Iterator[Fault]:
    seen = _reachable(nodes)
    for node in nodes:
        if node.id not in seen:
            text = gettext_noop("从第一步出发走不到步骤“{id}”。请让前面某一步的结果转到它，或者删去这一步。")
            yield Fault(node.line, Sentence(text, id=node.id), "unreachable_step")


def _endless(nodes: Sequence[Node]) -> Iterator[Fault]:
    finishing = {END}
    grew = True
    while grew:
        more = {node.id for node in nodes if any(edge.target in finishing for edge in node.edges)} - finishing
        grew = bool(more)
        finishing |= more
    neighbours: dict[str, set[str]] = {node.id: set() for node in nodes if node.id not in finishing}
    for node in nodes:
        for edge in node.edges:
            if node.id in neighbours and edge.target in neighbours:
                neighbours[node.id].add(edge.target)
                neighbours[edge.target].add(node.id)
    told: set[str] = set()
    for node in nodes:
        if node.id not in neighbours or node.id in told:
            continue
        group: set[str] = set()
        waiting = [node.id]
        while waiting:
            current = waiting.pop()
            if current not in group:
                group.add(current)
                waiting.extend(neighbours[current])
        told |= group
        names = Listed(each.id for each in nodes if each.id in group)
        text = gettext_noop("走到这里就永远办不完了：{names}。请给其中一步加上一个能走向 end 的结果。")
        yield Fault(node.line, Sentence(text, names=names), "endless")


def _unanswered(nodes: Sequence[Node]) -> Iterator[Fault]:
    before_answer = _reachable(nodes, through_answers=False)
    for node in nodes:
        if node.id not in before_answer or node.kind is None or node.kind.name == ANSWER:
            continue
        for edge in node.edges:
            if edge.target == END:
                text = gettext_noop(
                    '步骤“{id}”的结果“{outcome}”没有答复反映人就办结了。请先转到一个 kind = "answer" 的步骤。'
                )
                yield Fault(edge.line, Sentence(text, id=node.id, outcome=edge.outcome), "no_answer")
