from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.kernel.toml.lines import index

EVERY_FORM = '''\
# [[step]] in a comment is none
id = "x"   # "quoted" ] comment
text = """
[[step]]
id = "not a key"
with \\""" inside and two at the end"""""
raw = \'\'\'
kind = 'no'
it''s\'\'\'

list = [
  "a", # ]
  # between
  [ "b",
    { deep = "c" } ],
]
"quoted key" = 1
when = 1979-05-27 07:32:00

[[step]]
id = "one"
next.done = "two"
next."other way" = "end"
  [[step]]
  id = 'two \\'
needs = ["p:a",
  "q"]
[step.next]
done = "end"

more = "end"
[[step]]
next = { done = "x", text = """
""", late = "y" }
[last]
'''

EXPECTED = {
    ("id",): 2,
    ("text",): 3,
    ("raw",): 7,
    ("list",): 11,
    ("list", 0): 12,
    ("list", 1): 14,
    ("list", 1, 1, "deep"): 15,
    ("quoted key",): 17,
    ("when",): 18,
    ("step",): 20,
    ("step", 0): 20,
    ("step", 0, "id"): 21,
    ("step", 0, "next"): 22,
    ("step", 0, "next", "done"): 22,
    ("step", 0, "next", "other way"): 23,
    ("step", 1): 24,
    ("step", 1, "id"): 25,
    ("step", 1, "needs", 0): 26,
    ("step", 1, "needs", 1): 27,
    ("step", 1, "next"): 28,
    ("step", 1, "next", "done"): 29,
    ("step", 1, "next", "more"): 31,
    ("step", 2): 32,
    ("step", 2, "next", "text"): 33,
    ("step", 2, "next", "late"): 34,
    ("last",): 35,
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_each_key_of_every_form_of_toml_has_its_line(ending: str) -> None:
    text = EVERY_FORM.replace("\n", ending)
    tomllib.loads(text)  # the example is TOML
    lines = index(text)
    assert {path: lines.of(*path) for path in EXPECTED} == EXPECTED


def test_what_has_no_line_of_its_own_has_the_line_of_what_is_around_it() -> None:
    lines = index('a = 1\n[[step]]\nid = "x"\n')
    assert lines.of("step", 0, "title") == 2
    assert lines.of("nothing") == 1


NOISE = st.sampled_from(["", "\n", "# a [comment] = 'x'\n", "\n\n", "   \t\n", '# """\n'])
TEXT = st.text(alphabet="ab\"'\\[]{}#=,. \n楼", max_size=12)


def _written(value: str, form: int) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if form == 0 and "'" not in value and "\n" not in value:
        return f"'{value}'"
    if form == 1 and "'" not in value:
        return f"'''{value}'''"
    if form == 2:
        return f'"""{escaped}"""'
    return '"' + escaped.replace("\n", "\\n") + '"'


@given(
    entries=st.lists(st.tuples(NOISE, st.lists(TEXT, min_size=1, max_size=4), st.integers(0, 3), st.booleans())),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_lines_are_exact_whatever_stands_between_the_keys(
    entries: list[tuple[str, list[str], int, bool]], ending: str
) -> None:
    text = ""
    expected: dict[tuple[str | int, ...], int] = {}
    for number, (noise, values, form, as_list) in enumerate(entries):
        text += noise + "[[t]]\n"
        expected["t", number] = text.count("\n")
        text += "k = "
        expected["t", number, "k"] = text.count("\n") + 1
        if as_list:
            text += "["
            for place, value in enumerate(values):
                text += noise.strip(" \t")
                expected["t", number, "k", place] = text.count("\n") + 1
                text += _written(value, form) + ","
            text += "]"
        else:
            text += _written(values[0], form)
        text += "\n"
    text = text.replace("\n", ending)
    tomllib.loads(text)
    lines = index(text)
    assert {path: lines.of(*path) for path in expected} == expected
