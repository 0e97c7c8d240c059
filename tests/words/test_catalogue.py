"""The English catalogue holds every sentence of the sources, and nothing else; each says the same with the same figures."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog

from scripts import messages

#: A placeholder of ``format`` or ``%``; a doubled brace is a brace.
_HOLE = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w*)\}(?!\})")
_CHOICE = re.compile(r"\[(\w+):([^\[\]|]*(?:\|[^\[\]|]*)+)\]")
#: Where a Chinese word must stand in English too: how to write a roster, a place, a party.
_HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def kept() -> Catalog:
    return messages.catalogue()


@pytest.fixture(scope="module")
def said(kept: Catalog) -> dict[str, str]:
    return {str(each.id): str(each.string) for each in kept if each.id}


def holes(text: str) -> set[str]:
    """Return the names of the placeholders of ``text``."""
    return {first or second for first, second in _HOLE.findall(text)}


def faults(chinese: str, english: str) -> list[str]:
    """Return what is wrong with a translation."""
    found = []
    if not english:
        return ["has no English"]
    choices = {name for name, _words in _CHOICE.findall(english)}
    wanted, given = holes(chinese), holes(english)
    if given - wanted or (wanted - given - choices):
        found.append(f"has {sorted(wanted)} in Chinese and {sorted(given)} in English")
    if choices - wanted and not (choices == {"n"} and not wanted):
        found.append(f"chooses by {sorted(choices - wanted)}, which is no figure of it")
    if "[" in _CHOICE.sub("", english) and "[" not in chinese:
        found.append("has a bracket that chooses nothing")
    return found


def test_every_sentence_of_the_sources_is_in_the_catalogue(said: dict[str, str]) -> None:
    missing = sorted(set(messages.in_sources()) - set(said))

    assert not missing, f"Please run make messages, then write the English of: {missing[:20]}"


def test_the_catalogue_holds_nothing_that_the_sources_do_not_say(kept: Catalog, said: dict[str, str]) -> None:
    gone = sorted(set(said) - set(messages.in_sources()))

    assert not gone, f"Please run make messages; no source says any longer: {gone[:20]}"
    assert not kept.obsolete
    assert not [each.id for each in kept if each.id and each.fuzzy]


def test_every_sentence_has_its_english_with_the_same_figures(said: dict[str, str]) -> None:
    found = [f"{chinese!r} {fault}" for chinese, english in said.items() for fault in faults(chinese, english)]

    assert not found, "Please edit the catalogue, then run make messages:\n" + "\n".join(found[:20])


def test_the_compiled_catalogue_is_of_the_same_day(kept: Catalog) -> None:
    assert messages.MO.read_bytes() == messages.compiled(kept), (
        "Please run make messages: the .mo is older than the .po"
    )


def test_renewing_what_is_of_today_changes_nothing(kept: Catalog) -> None:
    assert messages.as_text(messages.renewed(kept)) == messages.PO.read_bytes(), "Please run make messages"


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("{n} 户", ""),
        ("{n} 户", "{m} homes"),
        ("%(n)s 户", "homes"),
        ("{n} 户", "{n} [m:home|homes]"),
        ("{n} 户", "{n} home[s]"),
    ],
)
def test_a_planted_fault_is_found(chinese: str, english: str) -> None:
    assert faults(chinese, english)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("{n} 户", "{n} [n:home|homes]"),
        ("{month}月{day}日", "{day} [month:January|February|March]"),
        ("户", "[n:home|homes]"),
        ("写 {{ }}", "write {{ }}"),
        ("写 [[step]]", "write [[step]]"),
    ],
)
def test_what_is_right_is_let_be(chinese: str, english: str) -> None:
    assert faults(chinese, english) == []


def test_english_is_english(said: dict[str, str]) -> None:
    """A sentence may quote what must be typed in Chinese; whole sentences in Chinese were forgotten."""
    told = [english for english in said.values() if english and len(_HAN.findall(english)) > len(english) / 2]

    assert told == []
