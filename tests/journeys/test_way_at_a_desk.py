"""A matter from report to answer, by the people of 梧桐里, at a desk. A file of its own lets both widths run at once."""

from __future__ import annotations

import pytest

from tests.journeys.acts import Neighbourhood
from tests.journeys.browser import DESK
from tests.journeys.serving import Demo
from tests.journeys.way import from_report_to_answer


@pytest.mark.parametrize("width", [DESK])
@pytest.mark.parametrize(
    "js",
    [pytest.param(False, id="without-javascript"), pytest.param(True, id="with-javascript", marks=pytest.mark.long)],
)
def test_a_matter_goes_from_report_to_answer(here: Neighbourhood, demo: Demo) -> None:
    """Two neighbours report, the council meets, the owners vote online and on paper, a project carries it out."""
    from_report_to_answer(here, demo)
