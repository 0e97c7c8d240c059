"""Pure: a playbook as a picture: its steps in rows by stage, and beside them the lines that lead over rows, forward or back.

An outcome that leads to the next row needs no line of its own. All others that lead to one step share a rail: it runs beside
the rows from the outermost row that it touches to the other, with a stub at each step that leads there and an arrow at the
step itself. Rails stand in lanes, so that no two lie on each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yishiting.council.matters.playbooks.definition import END, Playbook, Stage, Step

#: More lanes than this leave no room for the steps on a telephone; the words beside each step say where it leads anyway.
MOST_LANES = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """What one lane shows beside one row: the line upwards and downwards, a stub that leaves the row or arrives at it, and
    stubs of lanes further out that cross this one. What leaves does so lower than what arrives, so that they stay apart.
    """

    up: bool = False
    down: bool = False
    leaves: bool = False
    arrives: bool = False
    crossed_leaving: bool = False
    crossed_arriving: bool = False

    @property
    def shape(self) -> str:
        """The shape as class names."""
        parts = (
            ("u", self.up),
            ("d", self.down),
            ("s", self.leaves),
            ("a", self.arrives),
            ("x", self.crossed_leaving),
            ("y", self.crossed_arriving),
        )
        return " ".join(name for name, on in parts if on)


@dataclass(frozen=True, slots=True)
class Row:
    """A step in its row. ``no`` counts rows from 1; ``opens``: it is the first of its stage; ``above`` are the lanes beside
    the heading of the stage; ``onward``: an outcome leads to the next row; ``entered``: a rail ends here with an arrow.
    """

    no: int
    step: Step
    opens: Stage | None
    above: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    onward: bool
    entered: bool


@dataclass(frozen=True, slots=True)
class Rail:
    """A line beside the rows to the row ``target`` from the rows ``sources``, in a lane."""

    target: int
    sources: tuple[int, ...]
    lane: int

    @property
    def first(self) -> int:
        """The uppermost row that it touches."""
        return min(self.target, *self.sources)

    @property
    def last(self) -> int:
        """The lowest row that it touches."""
        return max(self.target, *self.sources)


def ordered(playbook: Playbook) -> tuple[Step, ...]:
    """Return the steps by stage, within a stage in the order of the file."""
    return tuple(sorted(playbook.steps, key=lambda step: step.stage.order))


def rails(playbook: Playbook) -> tuple[Rail, ...]:
    """Return the rails, the short ones in the lanes nearest to the rows; none beyond :data:`MOST_LANES`."""
    steps = ordered(playbook)
    place = {step.id: row for row, step in enumerate(steps)}
    leading: dict[int, set[int]] = {}
    for row, step in enumerate(steps):
        for target in step.next.values():
            if target != END and place[target] not in (row, row + 1):
                leading.setdefault(place[target], set()).add(row)
    wanted = [Rail(target, tuple(sorted(sources)), 0) for target, sources in leading.items()]
    placed: list[Rail] = []
    for rail in sorted(wanted, key=lambda each: (each.last - each.first, each.first)):
        taken = {each.lane for each in placed if each.first <= rail.last and rail.first <= each.last}
        lane = next(number for number in range(len(placed) + 1) if number not in taken)
        if lane < MOST_LANES:
            placed.append(Rail(rail.target, rail.sources, lane))
    return tuple(placed)


def draw(playbook: Playbook) -> tuple[Row, ...]:
    """Return the rows of the picture."""
    steps = ordered(playbook)
    lines = rails(playbook)
    lanes = 1 + max((rail.lane for rail in lines), default=-1)
    drawn: list[Row] = []
    for row, step in enumerate(steps):
        before = steps[row - 1] if row else None
        following = steps[row + 1].id if row + 1 < len(steps) else None
        leaving = max((rail.lane for rail in lines if row in rail.sources), default=-1)
        arriving = max((rail.lane for rail in lines if row == rail.target), default=-1)
        drawn.append(
            Row(
                no=row + 1,
                step=step,
                opens=None if before and before.stage is step.stage else step.stage,
                above=tuple(_through(lines, lane, row) for lane in range(lanes)),
                cells=tuple(_cell(lines, lane, row, leaving, arriving) for lane in range(lanes)),
                onward=following is not None and following in step.next.values(),
                entered=any(row == rail.target for rail in lines),
            )
        )
    return tuple(drawn)


def _through(lines: tuple[Rail, ...], lane: int, row: int) -> Cell:
    """The lane beside the heading over ``row``: a line where a rail goes on from the row before."""
    on = any(rail.lane == lane and rail.first < row <= rail.last for rail in lines)
    return Cell(up=on, down=on)


def _cell(lines: tuple[Rail, ...], lane: int, row: int, leaving: int, arriving: int) -> Cell:
    here = next((rail for rail in lines if rail.lane == lane and rail.first <= row <= rail.last), None)
    return Cell(
        up=here is not None and row > here.first,
        down=here is not None and row < here.last,
        leaves=here is not None and row in here.sources,
        arrives=here is not None and row == here.target,
        crossed_leaving=lane < leaving,
        crossed_arriving=lane < arriving,
    )


def numbers(playbook: Playbook) -> Mapping[str, int]:
    """Return the number of each step in the picture by its id."""
    return {step.id: number for number, step in enumerate(ordered(playbook), 1)}


def ahead(playbook: Playbook, step_id: str) -> tuple[Step, ...]:
    """Return the steps that may still come after ``step_id``, in the order of the picture, without the step itself."""
    by_id = {step.id: step for step in playbook.steps}
    seen: set[str] = set()
    waiting = [step_id]
    while waiting:
        for target in by_id[waiting.pop()].next.values():
            if target != END and target not in seen:
                seen.add(target)
                waiting.append(target)
    return tuple(step for step in ordered(playbook) if step.id in seen - {step_id})
