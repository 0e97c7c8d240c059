"""Reads a playbook's TOML text into a definition, or into faults with the exact line of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yishiting.council.matters.playbooks.checking import Edge, Node, check_graph, with_hint
from yishiting.council.matters.playbooks.definition import END, ESCALATE, OVERDUE, Need, Playbook, Stage, Step
from yishiting.council.matters.registry import REGISTRY, Argument, Registry
from yishiting.ground.organisations.kinds import KINDS as POSTS
from yishiting.kernel.line import one_line
from yishiting.kernel.toml import lines
from yishiting.kernel.toml.faults import Fault
from yishiting.kernel.toml.opening import opened
from yishiting.kernel.words import Listed, Sentence, gettext_noop
from yishiting.kernel.workdays import Term

PLAYBOOK_KEYS = ("id", "version", "name", "source", "matters", "parties", "step")
STEP_KEYS = ("id", "stage", "kind", "title", "who", "within", "overdue", "needs", "next", "parties", "questions")
# What the tables hold.
LONGEST_ID = 60
LONGEST_OUTCOME = 40
LONGEST: Mapping[str, int] = {"name": 60, "title": 80, "who": 40, "source": 500}
#: Of each text in a list: a category as a matter keeps it, a side as a meeting does.
LONGEST_OF: Mapping[str, int] = {"matters": 30, "parties": 40}
#: What people read: kept as one line without what the eye cannot see.
READ_BY_PEOPLE = frozenset({"name", "title", "source", "matters", "parties", "questions"})
MEETING = "meeting"
LARGEST_VERSION = 1_000_000
# Far beyond any method that people can follow; they keep the time of a check bounded.
LARGEST_TEXT = 200_000
MOST_STEPS = 100
MOST_OUTCOMES = 20
MOST_QUESTIONS = 20
LONGEST_QUESTION = 100
_PLAYBOOK_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STEP_ID = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_OUTCOME = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"[1-9][0-9]?")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text gave: a playbook (only where there is no fault), its faults, and notes worth a look; by line."""

    playbook: Playbook | None
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def read(source: str | bytes, *, registry: Registry = REGISTRY) -> tuple[Playbook | None, tuple[Fault, ...]]:
    """Read a playbook from TOML ``source``; returns ``(playbook, ())``, or ``(None, faults)`` with at least one fault.

    Never raises for what stands in ``source``.
    """
    reading = examine(source, registry=registry)
    return reading.playbook, reading.faults


def examine(source: str | bytes, *, registry: Registry = REGISTRY) -> Reading:
    """Read like :func:`read`, with notes: things that are allowed and yet may be slips, such as an unknown post."""
    words = gettext_noop("文件太大，不像是工作法。请核对是不是选错了文件。")
    found = opened(source, largest=LARGEST_TEXT, too_large=words, table="step")
    if isinstance(found, Fault):
        return Reading(None, (found,), ())
    data, where = found
    reader = _Reader(data, where, registry)
    playbook = reader.playbook()
    faults = tuple(sorted(dict.fromkeys(reader.faults), key=lambda fault: fault.line))
    notes = tuple(sorted(reader.notes, key=lambda note: note.line))
    return Reading(None if faults else playbook, faults, notes)


@dataclass
class _Table:
    """One table of the file with its place, so that each value is fetched together with its line."""

    values: Mapping[str, Any]
    path: lines.Path
    where: lines.Lines
    name: str = field(default="")

    def line(self, *keys: str | int) -> int:
        return self.where.of(*self.path, *keys)


def _once(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


class _Reader:
    def __init__(self, data: Mapping[str, Any], where: lines.Lines, registry: Registry) -> None:
        self.data = data
        self.where = where
        self.registry = registry
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.nodes: list[Node] = []

    def playbook(self) -> Playbook | None:
        top = _Table(self.data, (), self.where)
        self.unknown_keys(top, PLAYBOOK_KEYS)
        playbook_id = self.identifier(
            top, _PLAYBOOK_ID, gettext_noop("“id”只能用小写字母、数字和短横线。请改成例如 clear-stairwells 的样子。")
        )
        version = self.version(top)
        name = self.text(top, "name")
        source = self.text(top, "source", required=False)
        matters = self.texts(top, "matters")
        parties = self.texts(top, "parties")
        steps = self.steps(top)
        self.faults += check_graph(self.nodes)
        if self.faults:
            return None
        self.note_parties(parties or (), steps)
        return Playbook(
            id=playbook_id, version=version, name=name, source=source, matters=_once(matters or ()), parties=_once(parties or ()),
            steps=steps,
        )  # fmt: skip

    # -- faults ---------------------------------------------------------------------------------------------------

    def fault(self, line: int, code: str, message: Sentence) -> None:
        self.faults.append(Fault(line, message, code))

    def unknown_keys(self, table: _Table, known: tuple[str, ...]) -> None:
        for key in table.values:
            if key not in known:
                text = gettext_noop("不认识“{key}”这一项。请删去，或改成：{known}。")
                message = Sentence(text, key=key, known=Listed(known))
                self.fault(table.line(key), "unknown_key", with_hint(message, key, known))

    def missing(self, table: _Table, key: str) -> None:
        if table.name:
            text = gettext_noop("步骤“{step}”缺少“{key}”。请补上。")
        else:
            text = gettext_noop("缺少“{key}”。请补上。")
        self.fault(table.line(), "missing", Sentence(text, step=table.name, key=key))

    def wrong_type(self, line: int, key: str, example: str) -> None:
        text = gettext_noop("“{key}”的写法不对。请写成：{example}")
        self.fault(line, "wrong_type", Sentence(text, key=key, example=example))

    # -- single values --------------------------------------------------------------------------------------------

    def text(self, table: _Table, key: str, *, required: bool = True) -> str:
        """Return the text under ``key`` without blanks around it; ``""`` where it is absent, at fault or cannot be seen."""
        value = table.values.get(key)
        if value is None:
            if required:
                self.missing(table, key)
            return ""
        if not isinstance(value, str):
            self.wrong_type(table.line(key), key, f'{key} = "…"')
            return ""
        value = one_line(value) if key in READ_BY_PEOPLE else value.strip()
        if required and not value:
            text = gettext_noop("“{key}”是空的。请填写。")
            self.fault(table.line(key), "empty", Sentence(text, key=key))
        if len(value) > (most := LONGEST.get(key, len(value))):
            text = gettext_noop("“{key}”太长了，最多 {most} 个字。请缩短。")
            self.fault(table.line(key), "too_long", Sentence(text, key=key, most=most))
        return value

    def identifier(self, table: _Table, pattern: re.Pattern[str], explanation: str) -> str:
        value = self.text(table, "id")
        if value and (pattern.fullmatch(value) is None or len(value) > LONGEST_ID):
            self.fault(table.line("id"), "bad_id", Sentence(explanation))
        return value

    def version(self, table: _Table) -> int:
        value = table.values.get("version")
        if value is None:
            self.missing(table, "version")
        elif not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST_VERSION:
            text = gettext_noop("“version”不是从 1 开始的整数。请写成例如 version = 1 的样子。")
            self.fault(table.line("version"), "bad_version", Sentence(text))
        else:
            return value
        return 0

    def texts(self, table: _Table, key: str) -> tuple[str, ...] | None:
        """Return the list of texts under ``key``, or ``None`` where it is absent or at fault."""
        value = table.values.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            self.wrong_type(table.line(key), key, f'{key} = ["…", "…"]')
            return None
        found: list[str] = []
        for number, item in enumerate(value):
            text = "" if not isinstance(item, str) else one_line(item) if key in READ_BY_PEOPLE else item.strip()
            if not text:
                self.wrong_type(table.line(key, number), key, f'{key} = ["…", "…"]')
                return None
            if len(text) > (most := LONGEST_OF.get(key, len(text))):
                words = gettext_noop("“{key}”太长了，最多 {most} 个字。请缩短。")
                self.fault(table.line(key, number), "too_long", Sentence(words, key=key, most=most))
            found.append(text)
        return tuple(found)

    def choice(self, table: _Table, key: str, known: tuple[str, ...], code: str) -> str | None:
        """Return the text under ``key`` if it is among ``known``."""
        value = self.text(table, key)
        if not value or value in known:
            return value or None
        text = gettext_noop("“{key}”不能写“{value}”。请写其中一个：{known}。")
        message = Sentence(text, key=key, value=value, known=Listed(known))
        self.fault(table.line(key), code, with_hint(message, value, known))
        return None

    # -- steps ----------------------------------------------------------------------------------------------------

    def steps(self, top: _Table) -> tuple[Step, ...]:
        value = top.values.get("step")
        if value is None or value == []:
            text = gettext_noop("这个工作法一步也没有。请至少写一个 [[step]]。")
            self.fault(top.line("step"), "no_steps", Sentence(text))
            return ()
        if not isinstance(value, list):
            self.wrong_type(top.line("step"), "step", "[[step]]")
            return ()
        if len(value) > MOST_STEPS:
            text = gettext_noop("步骤太多了，最多 {most} 步。请拆成几个工作法。")
            self.fault(top.line("step", MOST_STEPS), "too_many_steps", Sentence(text, most=MOST_STEPS))
            return ()
        found: list[Step] = []
        for number, item in enumerate(value):
            if not isinstance(item, dict):
                self.wrong_type(top.line("step", number), "step", "[[step]]")
                continue
            step = self.step(_Table(item, ("step", number), self.where))
            if step is not None:
                found.append(step)
        return tuple(found)

    def step(self, table: _Table) -> Step | None:
        step_id = table.values.get("id")
        position = str(int(table.path[-1]) + 1)
        table.name = step_id.strip() if isinstance(step_id, str) and step_id.strip() else position
        self.unknown_keys(table, STEP_KEYS)
        name = self.identifier(
            table,
            _STEP_ID,
            gettext_noop("步骤的“id”只能用小写字母、数字和下划线，以字母开头。请改成例如 self_clear 的样子。"),
        )
        if name == END:
            text = gettext_noop("“end”表示办结，不能用作步骤的编号。请换一个。")
            self.fault(table.line("id"), "bad_id", Sentence(text))
        stage = self.choice(table, "stage", tuple(Stage), "unknown_stage")
        kind = self.choice(table, "kind", tuple(self.registry.kinds), "unknown_kind")
        title = self.text(table, "title")
        who = self.text(table, "who")
        within = self.within(table)
        overdue = self.choice(table, "overdue", OVERDUE, "unknown_overdue") if "overdue" in table.values else ESCALATE
        needs = self.needs(table)
        edges = self.edges(table)
        questions = self.questions(table, kind)
        parties = self.texts(table, "parties")
        self.nodes.append(
            Node(
                id=name if name not in ("", END) else f"#{position}",
                line=table.line(),
                stage=Stage(stage) if stage else None,
                kind=self.registry.kinds.get(kind) if kind else None,
                edges=edges,
                next_line=table.line("next"),
                timed="within" in table.values,
                whole=len(edges) == len(table.values["next"]) if edges else False,
            )
        )
        if who and who not in POSTS:
            text = gettext_noop(
                "步骤“{step}”由“{who}”负责，这不是常见的岗位。小区没有设这个岗位时，会交给社区工作人员。"
            )
            self.notes.append(Fault(table.line("who"), Sentence(text, step=table.name, who=who), "unknown_post"))
        if not stage or not kind or not overdue:
            return None
        return Step(
            id=name, stage=Stage(stage), kind=kind, title=title, who=who, within=within, overdue=overdue, needs=needs,
            next=MappingProxyType({edge.outcome: edge.target for edge in edges}), line=table.line(), parties=None if parties is None else _once(parties),
            questions=questions,
        )  # fmt: skip

    def questions(self, table: _Table, kind: str | None) -> tuple[str, ...]:
        """Return what a meeting step has to settle one by one; other kinds of step settle nothing."""
        found = self.texts(table, "questions") or ()
        if found and kind is not None and kind != MEETING:
            text = gettext_noop("步骤“{step}”不是开会，不能写“questions”。请移到开会的那一步。")
            self.fault(table.line("questions"), "questions_without_meeting", Sentence(text, step=table.name))
        if len(found) > MOST_QUESTIONS:
            text = gettext_noop("步骤“{step}”要议定的问题太多了，最多 {most} 个。请合并一些。")
            line = table.line("questions", MOST_QUESTIONS)
            self.fault(line, "too_many_questions", Sentence(text, step=table.name, most=MOST_QUESTIONS))
        for number, item in enumerate(found):
            if len(item) > LONGEST_QUESTION:
                text = gettext_noop("“{key}”太长了，最多 {most} 个字。请缩短。")
                sentence = Sentence(text, key="questions", most=LONGEST_QUESTION)
                self.fault(table.line("questions", number), "too_long", sentence)
        return _once(found)

    def within(self, table: _Table) -> Term | None:
        value = table.values.get("within")
        if value is None:
            return None
        try:
            return Term.parse(value)
        except (ValueError, TypeError):
            text = gettext_noop('“within”看不懂。请写成 "3 workdays"（工作日）、"15 days"（天）或 "24 hours"（小时）。')
            self.fault(table.line("within"), "bad_within", Sentence(text))
            return None

    def needs(self, table: _Table) -> tuple[Need, ...]:
        found: list[Need] = []
        for number, item in enumerate(self.texts(table, "needs") or ()):
            line = table.line("needs", number)
            need = self.need(item, line)
            if need is not None:
                found.append(need)
        return tuple(dict.fromkeys(found))

    def need(self, item: str, line: int) -> Need | None:
        name, colon, argument = (part.strip() for part in item.partition(":"))
        gate = self.registry.gates.get(name)
        if gate is None:
            known = tuple(self.registry.gates)
            text = gettext_noop("不认识“{name}”这个条件。请写其中一个：{known}。")
            message = Sentence(text, name=name, known=Listed(known))
            self.fault(line, "unknown_gate", with_hint(message, name, known))
            return None
        fits = {
            Argument.NONE: not colon,
            Argument.NUMBER: _NUMBER.fullmatch(argument) is not None,
            Argument.CHOICE: argument in gate.choices,
        }
        if not fits[gate.argument]:
            text = gettext_noop("条件“{item}”的写法不对。请写成：{examples}。")
            message = Sentence(text, item=item, examples=Listed(gate.examples()))
            hinted = with_hint(message, item, gate.examples()) if gate.argument is Argument.CHOICE else message
            self.fault(line, "bad_gate_argument", hinted)
            return None
        return Need(name, argument if colon else None)

    def edges(self, table: _Table) -> tuple[Edge, ...]:
        value = table.values.get("next")
        if value is None:
            self.missing(table, "next")
            return ()
        line = table.line("next")
        if not isinstance(value, dict):
            self.wrong_type(line, "next", 'next = { done = "end" }')
            return ()
        if not value:
            text = gettext_noop(
                '步骤“{step}”的“next”是空的。请写明每个结果转到哪一步，例如 next = {{ done = "end" }}。'
            )
            self.fault(line, "empty_next", Sentence(text, step=table.name))
        if len(value) > MOST_OUTCOMES:
            text = gettext_noop("步骤“{step}”的结果太多了，最多 {most} 个。请合并一些。")
            self.fault(line, "too_many_outcomes", Sentence(text, step=table.name, most=MOST_OUTCOMES))
            return ()
        found: list[Edge] = []
        for outcome, target in value.items():
            line = table.line("next", outcome)
            if _OUTCOME.fullmatch(outcome) is None or len(outcome) > LONGEST_OUTCOME:
                text = gettext_noop(
                    "结果的名字“{outcome}”只能用小写字母、数字和下划线，以字母开头。请改成例如 done 的样子。"
                )
                self.fault(line, "bad_outcome", Sentence(text, outcome=outcome))
            if not isinstance(target, str) or not target.strip():
                self.wrong_type(line, f"next.{outcome}", f'{outcome} = "end"')
                continue
            found.append(Edge(outcome, target.strip(), line))
        return tuple(found)

    def note_parties(self, parties: tuple[str, ...], steps: tuple[Step, ...]) -> None:
        for step in steps:
            if step.kind == MEETING and not (parties if step.parties is None else step.parties):
                text = gettext_noop("步骤“{step}”是开会，但没有写明哪几方必须到场。需要的话请加上 parties。")
                self.notes.append(Fault(step.line, Sentence(text, step=step.id), "no_parties"))
