"""Make the pictures of the README into docs/pictures: the story as `make demo` shows it, in light, dark and large type.

.venv/bin/python scripts/pictures.py                                 replays the story for itself
.venv/bin/python scripts/pictures.py --base http://127.0.0.1:8000    takes a demonstration that runs already
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.journeys import serving  # noqa: E402
from tests.journeys.browser import DESK, PHONE, launch  # noqa: E402

OUT = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150_000
COLOURS = 128


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the address of the page, who looks, and how."""

    name: str
    path: str
    role: str = ""
    width: int = PHONE
    height: int = 844
    dark: bool = False
    elder: bool = False


def shots(slug: str, ids: dict[str, object]) -> tuple[Shot, ...]:
    """Return what the README shows."""
    votes, matters = ids["votes"], ids["matters"]
    assert isinstance(votes, list)
    assert isinstance(matters, list)
    return (
        Shot("home-390", f"/e/{slug}/"),
        Shot("matter-1280", f"/e/{slug}/matters/{matters[3]}/", width=DESK, height=900),
        Shot("vote-390", f"/e/{slug}/votes/{votes[0]}/"),
        Shot("ballot-390-elder", f"/e/{slug}/votes/{ids['open_vote']}/ballot/", role="owner_a", elder=True),
        Shot("project-390-dark", f"/e/{slug}/projects/2/", dark=True),
        Shot("desk-1280", "/desk/matters/?status=", role="community_worker", width=DESK, height=800),
    )


@contextmanager
def demonstration(base: str, data: Path | None) -> Iterator[tuple[str, Path]]:
    """Yield the address of a demonstration and the folder of its data; one is started where none is given."""
    if base:
        yield base.rstrip("/"), data or ROOT / "var"
        return
    with tempfile.TemporaryDirectory(prefix="yishiting-pictures-") as folder:
        own = Path(folder)
        serving.command(own, *serving.COMMAND, "init")
        serving.command(own, *serving.COMMAND, "stories")
        group, port = serving.serve(own)
        try:
            yield f"http://127.0.0.1:{port}", own
        finally:
            serving.stop(group)


def take(browser: Browser, base: str, shot: Shot, people: dict[str, int]) -> bytes:
    """Return the picture as a small PNG: a phone at twice its points, a desk at its own."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        device_scale_factor=2 if shot.width == PHONE else 1,
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    try:
        page = context.new_page()
        if shot.elder:
            context.add_cookies([{"name": "elder", "value": "1", "url": base}])
        if shot.role:
            page.goto(f"{base}/demo/")
            with page.expect_navigation():
                page.locator(f'form:has(input[value="{people[shot.role]}"]) button').click()
        answer = page.goto(base + shot.path)
        assert answer is not None
        assert answer.status == 200, f"{shot.path} answers {answer.status}"
        page.wait_for_load_state("networkidle")
        raw = page.screenshot()
    finally:
        context.close()
    # Flat colours: a palette keeps the letters and halves the file.
    image = Image.open(io.BytesIO(raw)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def main() -> int:
    """Make all pictures and print the size of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="", help="the address of a demonstration that runs already")
    parser.add_argument("--data", type=Path, help="the folder of its data; var/ unless it is another")
    args = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with demonstration(args.base, args.data) as (base, data), sync_playwright() as playwright:
        told = json.loads((data / "demo.json").read_text(encoding="utf-8"))
        slug = next(row["slug"] for row in told["estates"] if row["name"] == serving.STORY)
        people = {row["role"]: int(row["person"]) for row in told["sign_ins"] if row.get("estate", slug) == slug}
        browser = launch(playwright)
        for shot in shots(slug, told["ids"][serving.STORY]):
            picture = take(browser, base, shot, people)
            (OUT / f"{shot.name}.png").write_bytes(picture)
            print(f"docs/pictures/{shot.name}.png  {len(picture) / 1000:.0f} kB")
            assert len(picture) <= LARGEST_BYTES, f"{shot.name} is larger than a README should carry"
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
