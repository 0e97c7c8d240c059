"""A crawl as nobody, as a party and as staff who are not assigned: what was said in mediation is told to none of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import lru_cache

import pytest

from tests.journeys.plan import who
from tests.journeys.reading import Reader
from tests.journeys.serving import ROOT, Demo, environment
from tests.pages.crawling import crawled

TOLD = """
import json, django
django.setup()
from yishiting.council.cases.models import CaseAgreement, CaseFile, CaseSession
from yishiting.council.appraisals.models import AppraisalAnswer
cases = CaseFile.objects.select_related("estate")
print(json.dumps({
    "cases": [[case.estate.slug, case.no, case.account] for case in cases],
    "said": sorted({row.said for row in CaseSession.objects.all()} | {row.terms for row in CaseAgreement.objects.all()}),
    "words": sorted(set(AppraisalAnswer.objects.exclude(words="").values_list("words", flat=True))),
}))
"""
#: The address of one case, at the desk or of a party.
ONE = re.compile(r"/cases/(?:[\w-]+/)?\d")


@lru_cache(maxsize=1)
def told(demo: Demo) -> dict[str, list]:
    """Read what was said, in a process of its own: a browser's loop forbids the ORM in this one."""
    done = subprocess.run(
        [sys.executable, "-c", TOLD],
        env=environment(demo.data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list] = json.loads(done.stdout)
    return found


def test_there_is_something_that_could_be_told(demo: Demo) -> None:
    kept = told(demo)
    assert all(kept.values())
    assert all(text for *_, text in kept["cases"])


@pytest.mark.parametrize("role", ["nobody", "still/nobody", "still/committee_chair"])
def test_nothing_that_was_said_stands_on_a_page(demo: Demo, role: str) -> None:
    kept = told(demo)
    words = {text for *_, text in kept["cases"]} | set(kept["said"]) | set(kept["words"])
    pages = crawled(demo, role)
    assert len(pages) > 10
    assert [(page.path, text) for page in pages for text in words if text in page.text] == []
    assert [page.path for page in pages if ONE.search(page.path)] == []


@pytest.mark.parametrize("role", ["nobody", "still/committee_chair"])
def test_every_address_of_a_case_is_shut_to_who_is_not_of_it(demo: Demo, role: str) -> None:
    person, _ = who(demo, role)
    reader = Reader(demo, person)
    for slug, no, _ in told(demo)["cases"]:
        for path in (f"/me/cases/{slug}/{no}/", f"/me/cases/{slug}/{no}/1/refused/", f"/desk/{slug}/cases/{no}/"):
            answer = reader.get(path)
            assert answer.status in (302, 404), path


def test_a_party_is_not_told_what_the_other_side_said_when_it_asked(demo: Demo) -> None:
    """owner_3 asked for one of the cases; the accounts of those that the mediator opened are not on his pages."""
    person, slug = who(demo, "still/owner_3")
    assert person is not None
    opened = {text for each, _, text in told(demo)["cases"] if each == slug and "说不拢" in text}
    pages = crawled(demo, "still/owner_3")
    assert opened
    assert any("/me/cases/" in page.path for page in pages)
    assert [page.path for page in pages if any(text in page.text for text in opened)] == []
