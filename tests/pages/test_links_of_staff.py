"""A crawl of the desk as every post: no link leads nowhere, every picture is shown and every file opens."""

from __future__ import annotations

import io
import json

import icalendar
import pytest
from openpyxl import load_workbook
from PIL import Image

from tests.journeys.addresses import FILES, route_of
from tests.journeys.plan import STAFF, who
from tests.journeys.reading import Reader
from tests.journeys.serving import Demo
from tests.pages.crawling import EACH, MOST_IS_OPEN, broken_links, crawled, withheld_pictures


@pytest.mark.parametrize("role", STAFF)
def test_every_link_leads_somewhere(demo: Demo, role: str) -> None:
    assert broken_links(demo, role) == []


@pytest.mark.long
@pytest.mark.parametrize("role", [role for role in STAFF if role not in MOST_IS_OPEN])
def test_every_link_to_each_of_many_leads_somewhere(demo: Demo, role: str) -> None:
    assert broken_links(demo, role, EACH) == []


def test_every_picture_on_a_page_is_shown_to_its_reader(demo: Demo) -> None:
    assert withheld_pictures(demo, "still/community_worker") == []


def test_every_file_that_a_page_offers_opens(demo: Demo) -> None:
    """By the links of the desk: workbooks, pictures; and the answer for a load balancer, to which no link leads."""
    person, _ = who(demo, "still/community_worker")
    reader = Reader(demo, person)
    offered = {"web:healthz": "/healthz"}
    for page in crawled(demo, "still/community_worker"):
        for link in (*page.links, *page.pictures):
            # The first is the list as it stands; a link under a filter may hold nothing.
            if (name := route_of(link)) in FILES:
                offered.setdefault(name, link)
    assert set(offered) == set(FILES)
    answers = {name: reader.get(link) for name, link in offered.items()}
    assert {name: (answer.status, answer.kind) for name, answer in answers.items()} == {
        name: (200, kind) for name, kind in FILES.items()
    }
    for name, answer in answers.items():
        if answer.kind.startswith("image/"):
            Image.open(io.BytesIO(answer.content)).verify()
        elif "spreadsheet" in answer.kind:
            rows = list(
                load_workbook(io.BytesIO(answer.content), read_only=True).worksheets[0].iter_rows(values_only=True)
            )
            assert len(rows) > 1, f"{name} holds headings alone"
            assert any(rows[0]), f"{name} has no headings"
        elif answer.kind == "application/pdf":
            assert answer.content.startswith(b"%PDF-"), f"{name} is no PDF"
        elif answer.kind == "text/calendar":
            assert icalendar.Calendar.from_ical(answer.content).walk("VEVENT"), f"{name} holds no meeting"
        else:
            assert json.loads(answer.content)
