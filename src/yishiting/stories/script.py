"""The words in which a story is written down: what was reported, said, asked of the owners, planned and answered."""

from __future__ import annotations

from dataclasses import dataclass

ADOPTED, MERGED, REJECTED = "adopted", "merged", "rejected"


@dataclass(frozen=True, slots=True)
class Said:
    """A proposal at a meeting: by which side, in which words, with which outcome and reason."""

    party: str
    text: str
    outcome: str = ADOPTED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A project: title, unit, phases with what each plans, and how many of them were accepted.

    ``operator`` runs what was built; then each phase is insured before it goes into operation.
    """

    title: str
    unit: str
    phases: tuple[tuple[str, int], ...]
    accepted: int
    starts: int
    operator: str = ""
    note: str = "业主代表到场，逐处看过。"
    under_way: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A vote: question, rule, days of opening and closing, and how many took part, were for, against."""

    title: str
    question: str
    explanation: str
    rule: str
    article: str
    opens: int
    closes: int
    part: int
    against: int
    abstain: int
    paper: int


@dataclass(frozen=True, slots=True)
class Told:
    """A matter from its first report to where it is now; days count back from the day of replay."""

    category: str
    title: str
    building: str
    spot: str
    reports: tuple[str, ...]
    homes: int
    begins: int
    meets: int
    said: tuple[Said, ...]
    resolution: str
    outcome: str
    done: int | None
    answer: str = ""
    vote: Asked | None = None
    plan: Plan | None = None
    ratings: tuple[int, ...] = ()
