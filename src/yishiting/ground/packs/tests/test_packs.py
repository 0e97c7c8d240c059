"""Rule packs: what a file may say, what is refused and where, and what holds in a place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.ground.packs.keys import KEYS
from yishiting.ground.packs.reading import examine
from yishiting.ground.packs.shipped import book_of, packs, rule_book
from yishiting.ground.packs.span import Span, add_months
from yishiting.kernel.workdays import Calendar

PLACE = """\
id = "somewhere"
version = 2
name = "某地"
base = "national"

[[figure]]
key = "result.posted"
value = "15 days"
source = "某地的规定"
read_on = 2026-01-02
verified = true
"""


def codes(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in examine(text).faults]


def test_a_pack_is_read_with_its_sources() -> None:
    reading = examine(PLACE)
    assert reading.faults == ()
    assert reading.pack is not None
    assert (reading.pack.id, reading.pack.version, reading.pack.base) == ("somewhere", 2, "national")
    (figure,) = reading.pack.figures.values()
    assert (figure.value, figure.source, figure.read_on, figure.verified) == (
        *(Span(15, "day"), "某地的规定", date(2026, 1, 2), True),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ('value = "15 days"', 'value = "15"', 8, "value"),
        ('value = "15 days"', "value = 15", 8, "value"),
        ('value = "15 days"', "", 6, "value"),
        ('key = "result.posted"', 'key = "result.postd"', 7, "unknown_figure"),
        ('key = "result.posted"', 'key = "quorum"', 8, "value"),
        ('key = "result.posted"\nvalue = "15 days"', 'key = "quorum"\nvalue = "1/2"', 8, "law"),
        ('key = "result.posted"\nvalue = "15 days"', 'key = "quorum"\nvalue = "2/3"', 8, "law"),
        ('key = "result.posted"\nvalue = "15 days"', 'key = "proxy.most"\nvalue = 0', 8, "value"),
        ('key = "result.posted"\nvalue = "15 days"', 'key = "proxy.most"\nvalue = true', 8, "value"),
        ('key = "result.posted"\nvalue = "15 days"', 'key = "fund.overrun"\nvalue = "130 %"', 8, "value"),
        ('source = "某地的规定"', 'source = ""', 9, "source"),
        ("read_on = 2026-01-02", 'read_on = "2026-01-02"', 10, "read_on"),
        ("verified = true", 'verified = "yes"', 11, "verified"),
        ("verified = true", "verified = true\nvalid = true", 12, "unknown_key"),
        ('base = "national"', 'base = ""', 4, "base"),
        ('base = "national"', 'base = "somewhere"', 4, "base"),
        ('base = "national"', "", 1, "base"),
        ('id = "somewhere"', 'id = "Some Where"', 1, "id"),
        ("version = 2", "version = 0", 2, "version"),
        ("[[figure]]", "[[figur]]", 1, "figures"),
        ('name = "某地"', 'name = "某地', 3, "syntax"),
    ],
)
def test_what_is_wrong_is_said_on_its_line(old: str, new: str, line: int, code: str) -> None:
    assert old in PLACE
    assert (line, code) in codes(PLACE.replace(old, new))


def test_a_figure_written_twice_is_refused() -> None:
    twice = PLACE + PLACE[PLACE.index("[[figure]]") :]
    assert codes(twice) == [(13, "twice")]


def test_what_nobody_has_held_against_the_text_is_noted() -> None:
    reading = examine(PLACE.replace("verified = true", "verified = false"))
    assert reading.faults == ()
    assert [(note.line, note.code) for note in reading.notes] == [(8, "not_verified")]


@given(st.text(max_size=300), st.integers(0, len(PLACE)))
def test_junk_is_a_fault_and_never_breaks_the_reader(junk: str, at: int) -> None:
    reading = examine(PLACE[:at] + junk + PLACE[at:])
    assert (reading.pack is None) == bool(reading.faults)


def test_every_shipped_pack_is_whole_and_what_it_lacks_is_the_nations() -> None:
    every = packs()
    assert next(iter(every)) == "national"
    assert {"beijing", "shanghai", "hangzhou", "ningbo", "zhoushan", "weifang", "qingyuan", "jinan-lifts"} < set(every)
    for pack in every.values():
        book = rule_book(pack.id)
        assert book.pack is pack
        for key in KEYS.values():
            told = book.told(key.name)
            assert told is not None or key.optional
            if told is not None:
                assert told.pack in book.packs
                assert told.figure.source


@pytest.mark.parametrize(
    ("pack", "homes", "area", "fewest"),
    [
        ("national", 30, "3000", 5),
        ("beijing", 99, "20000", 3),
        ("beijing", 100, "900", 5),
        ("shanghai", 900, "10000", 3),
        ("shanghai", 10, "10000.01", 5),
    ],
)
def test_a_small_compound_may_have_a_small_committee(pack: str, homes: int, area: str, fewest: int) -> None:
    assert rule_book(pack).fewest_members(homes=homes, area=Decimal(area)) == fewest


def test_a_place_says_what_differs() -> None:
    assert rule_book("qingyuan").span("result.within") == Span(7, "day")
    assert rule_book("hangzhou").span("result.within") == Span(3, "day")
    assert rule_book("ningbo").holds("roll.parking_counts")
    assert not rule_book("hangzhou").holds("roll.parking_counts")
    assert not rule_book("hangzhou").holds("lift.objections_first")
    with pytest.raises(KeyError):
        rule_book("national").span("lift.posted")
    with pytest.raises(KeyError):
        rule_book("atlantis")


def test_a_compounds_own_pack_rests_on_its_places_and_that_on_the_nations() -> None:
    own = examine(PLACE.replace('base = "national"', 'base = "beijing"')).pack
    assert own is not None
    book = book_of(own)
    assert [pack.id for pack in book.packs] == ["somewhere", "beijing", "national"]
    assert (book.span("result.posted"), book.holds("ballot.one_way_only")) == (Span(15, "day"), True)
    assert book.span("notice.meeting") == Span(15, "day")
    lost = examine(PLACE.replace('base = "national"', 'base = "atlantis"')).pack
    assert lost is not None
    with pytest.raises(KeyError):
        book_of(lost)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
        (date(2028, 1, 31), "1 month", date(2028, 2, 29)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2026, 12, 30), "3 days", date(2027, 1, 2)),
        (date(2026, 9, 30), "2 workdays", date(2026, 10, 9)),
        (date(2026, 8, 31), "6 months", date(2027, 2, 28)),
    ],
)
def test_a_length_of_time_ends_on_its_day(start: date, span: str, end: date) -> None:
    assert Span.parse(span).after(start, Calendar()) == end


def test_a_length_of_time_is_counted_back() -> None:
    assert Span.parse("6 months").before(date(2026, 8, 31)) == date(2026, 2, 28)
    assert Span.parse("15 days").before(date(2026, 3, 10)) == date(2026, 2, 23)
    assert add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)
    with pytest.raises(ValueError, match="counted back"):
        Span.parse("3 workdays").before(date(2026, 3, 10))
