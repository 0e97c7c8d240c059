"""The floors hold, and a planted import that breaks them is named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.order import Order

# A file to plant, what stands in it, and the contract that must notice.
PLANTED = [
    ("council/planted.py", "from yishiting.reach import planted", "A floor knows only the floors under it"),
    (
        "timeline/planted.py",
        "def late():\n    import yishiting.ground.planted",
        "A floor knows only the floors under it",
    ),
    ("ground/places/planted.py", "import yishiting.ground.people.planted", "In ground:"),
    ("council/votes/planted.py", "import yishiting.council.matters.planted", "In council:"),
    ("council/projects/planted.py", "import yishiting.council.meetings.planted", "In council:"),
    ("council/meetings/planted.py", "", ""),
    ("council/matters/planted.py", "", ""),
    ("ground/people/planted.py", "", ""),
    ("ground/planted.py", "", ""),
    ("reach/planted.py", "", ""),
    ("reach/messages/planted.py", "import yishiting.reach.web.planted", "In reach:"),
    ("reach/web/planted.py", "", ""),
    ("kernel/planted.py", "from django.utils import timezone", "The kernel knows no Django"),
]


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy_of_the_house(tmp_path: Path, repository_root: Path) -> Path:
    """The sources in a directory where something may be planted."""
    shutil.copy(repository_root / "pyproject.toml", tmp_path)
    for path in (repository_root / "src/yishiting").rglob("*.py"):
        target = tmp_path / path.relative_to(repository_root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def test_no_floor_and_no_room_knows_what_it_must_not(copy_of_the_house: Path) -> None:
    run = lint(copy_of_the_house)

    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


def test_a_planted_import_upwards_or_sideways_is_named(copy_of_the_house: Path) -> None:
    house = copy_of_the_house / "src/yishiting"
    for name, text, _ in PLANTED:
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(f"{text}\n", encoding="utf-8")
        package = (house / name).parent / "__init__.py"
        if not package.exists():
            package.touch()

    run = lint(copy_of_the_house)

    assert run.returncode == 1, run.stdout + run.stderr
    verdicts, _, reasons = run.stdout.partition("Broken contracts")
    for name, text, contract in PLANTED:
        if text:
            assert any(line.startswith(contract) and line.endswith("BROKEN") for line in verdicts.splitlines()), (
                contract
            )
            assert f"yishiting.{name.removesuffix('.py').replace('/', '.')}" in reasons, name


def test_a_new_room_that_no_contract_places_is_named(copy_of_the_house: Path) -> None:
    room = copy_of_the_house / "src/yishiting/council/planted"
    room.mkdir()
    (room / "__init__.py").touch()

    run = lint(copy_of_the_house)

    assert run.returncode == 1
    assert "planted" in run.stdout


@pytest.mark.parametrize(
    ("importer", "imported", "permitted"),
    [
        ("yishiting.council.votes.services", "yishiting.ground.places.models", True),
        ("yishiting.council.votes.services", "yishiting.council.votes.rules.counting", True),
        ("yishiting.council.meetings.models", "yishiting.council.matters.models", True),
        ("yishiting.council.meetings.models", "yishiting.council.projects.models", False),
        ("yishiting.council.votes.models", "yishiting.council.matters.models", False),
        ("yishiting.ground.places.models", "yishiting.ground.people.models", False),
        ("yishiting.timeline.models", "yishiting.ground.places.models", False),
        ("yishiting.reach.web.votes.views", "yishiting.stories", False),
        ("yishiting.config.settings", "yishiting.reach.web", True),
        ("yishiting.nowhere.models", "yishiting.kernel", False),
    ],
)
def test_the_order_is_read_from_the_contracts(
    repository_root: Path, importer: str, imported: str, permitted: bool
) -> None:
    assert Order.stated_in(repository_root / "pyproject.toml").permits(importer, imported) is permitted
