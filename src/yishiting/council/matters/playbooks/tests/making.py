"""Texts of playbooks for tests: a small one that is right, and random ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from yishiting.council.matters.playbooks.definition import END, STAGES, Playbook
from yishiting.council.matters.playbooks.reading import read

HEAD = """\
id = "small"
version = 1
name = "小事"
"""

WORK = """\
[[step]]
id = "work"
stage = "carry_out"
kind = "work"
title = "办理"
who = "building_head"
next = { done = "answer" }
"""

ANSWER = """\
[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复"
who = "building_head"
next = { answered = "end" }
"""

SMALL = HEAD + WORK + ANSWER


@dataclass
class Draft:
    """A step to be written down."""

    id: str
    stage: str
    kind: str
    next: dict[str, str]
    within: str | None = None
    needs: list[str] = field(default_factory=list)


def toml(drafts: list[Draft]) -> str:
    """Return a playbook's text with these steps."""
    parts = [HEAD]
    for draft in drafts:
        edges = ", ".join(f'{outcome} = "{target}"' for outcome, target in draft.next.items())
        parts.append(
            f'[[step]]\nid = "{draft.id}"\nstage = "{draft.stage}"\nkind = "{draft.kind}"\n'
            f'title = "步骤 {draft.id}"\nwho = "building_head"\n'
            + (f'within = "{draft.within}"\n' if draft.within else "")
            + (f"needs = {draft.needs}\n" if draft.needs else "")
            + f"next = {{ {edges} }}\n"
        )
    return "".join(parts)


def playbook(text: str) -> Playbook:
    """Return the playbook of ``text``, which must be without fault."""
    found, faults = read(text)
    assert found is not None, [str(fault.message) for fault in faults]
    return found


@st.composite
def drafts(draw: st.DrawFn) -> list[Draft]:
    """Any steps at all: most of these playbooks have faults."""
    ids = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    return [
        Draft(
            id=each,
            stage=draw(st.sampled_from(STAGES)),
            kind=draw(st.sampled_from(["work", "answer", "wait", "vote", "meeting", "project"])),
            next=draw(
                st.dictionaries(
                    st.sampled_from(["done", "passed", "failed", "elapsed", "answered", "other"]),
                    st.sampled_from([*ids, "end", "lost"]),
                    max_size=3,
                )
            ),
            within=draw(st.sampled_from([None, "3 workdays", "2 hours"])),
        )
        for each in ids
    ]


@st.composite
def sound_drafts(draw: st.DrawFn) -> list[Draft]:
    """Steps of a playbook without fault: stages in order, loops within a stage, each step with a way on to an answer.

    Each step is reached from the one before it, and leads on to the one after it, so that nothing hangs in the air; any
    further outcome may lead to any step whose stage is the same or later, before or after it in the file.
    """
    count = draw(st.integers(0, 6))
    stages = sorted(draw(st.lists(st.sampled_from(STAGES), min_size=count, max_size=count)), key=STAGES.index)
    ids = [f"s{number}" for number in range(count)]
    found: list[Draft] = []
    for number, stage in enumerate(stages):
        onward = ids[number + 1] if number + 1 < count else "answer"
        allowed = [*(each for each, other in zip(ids, stages, strict=True) if other.order >= stage.order), "answer"]
        kind = draw(st.sampled_from(["work", "vote", "wait", "project", "meeting"]))
        names = ["passed", "failed", "no_quorum", "to_adjudicate"] if kind == "vote" else ["done", "more", "again"]
        if kind == "wait":
            names = ["elapsed", "done", "more"]
        taken = names[: draw(st.integers(2 if kind == "vote" else 1, len(names)))]
        edges = {name: draw(st.sampled_from(allowed)) for name in taken}
        edges[draw(st.sampled_from(taken))] = onward
        found.append(Draft(id=ids[number], stage=stage, kind=kind, next=edges, within="5 workdays"))
    found.append(Draft(id="answer", stage="feedback", kind="answer", next={"answered": "end"}, needs=["photo:any"]))
    return found


@st.composite
def nearly_sound_drafts(draw: st.DrawFn) -> list[Draft]:
    """A sound playbook in which up to two outcomes were led elsewhere: about half of these have faults."""
    found = draw(sound_drafts())
    places = [(step, outcome) for step in found for outcome in step.next]
    for _ in range(draw(st.integers(1, 2))):
        step, outcome = draw(st.sampled_from(places))
        step.next[outcome] = draw(st.sampled_from([*(each.id for each in found), END]))
    return found
