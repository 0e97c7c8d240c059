from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.matters.playbooks.definition import Need, Stage
from yishiting.council.matters.playbooks.reading import examine, read
from yishiting.council.matters.playbooks.tests.making import ANSWER, HEAD, SMALL, WORK, playbook
from yishiting.council.matters.registry import Argument, GateSpec, KindSpec, Registry
from yishiting.kernel.words import Sentence
from yishiting.kernel.workdays import Term


def found(text: str | bytes) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in read(text)[1]]


def said(text: str) -> str:
    return "\n".join(str(fault.message) for fault in read(text)[1])


def test_a_whole_playbook_is_read_with_all_that_it_says() -> None:
    text = SMALL.replace(
        'name = "小事"', 'name = " 小事 "\nsource = "样例"\nmatters = ["楼道堆物"]\nparties = ["社区"]'
    ).replace(
        "next = { done", 'within = "3 workdays"\noverdue = "stay"\nneeds = ["channels:3", "inventory"]\nnext = { done'
    )
    whole = playbook(text)
    assert (whole.id, whole.version, whole.name, whole.source) == ("small", 1, "小事", "样例")
    assert whole.offered_for("楼道堆物")
    assert not whole.offered_for("漏水")
    work = whole.first
    assert (work.stage, work.kind, work.title, work.who) == (Stage.CARRY_OUT, "work", "办理", "building_head")
    assert (work.within, work.overdue) == (Term(3, "workdays"), "stay")
    assert work.needs == (Need("channels", "3"), Need("inventory"))
    assert dict(work.next) == {"done": "answer"}
    assert (work.line, whole.step("answer").line) == (7, 17)
    assert whole.parties_for(work) == ("社区",)


def test_what_is_named_twice_counts_once_and_moves_no_line() -> None:
    twice = 'title = "办理"\nparties = ["社区", " 社区"]\nneeds = ["funds",\n"funds",\n"insurance"]'
    step = playbook(replaced('title = "办理"', twice)).first
    assert step.needs == (Need("funds"), Need("insurance"))
    assert step.parties == ("社区",)
    assert found(replaced('title = "办理"', twice.replace("insurance", "luck"))) == [(12, "unknown_gate")]


def test_a_playbook_without_categories_is_offered_for_every_matter() -> None:
    assert playbook(SMALL).offered_for("漏水")


def test_a_step_may_name_parties_of_its_own_and_even_none() -> None:
    text = SMALL.replace('name = "小事"', 'name = "小事"\nparties = ["社区"]')
    assert playbook(text).parties_for(playbook(text).first) == ("社区",)
    own = text.replace("next = { done", 'parties = ["物业"]\nnext = { done')
    assert playbook(own).parties_for(playbook(own).first) == ("物业",)
    none = text.replace("next = { done", "parties = []\nnext = { done")
    assert playbook(none).parties_for(playbook(none).first) == ()


def replaced(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1
    return SMALL.replace(old, new, 1)


# Line 1 is id, 2 version, 3 name; the step "work" stands on 4 to 10, "answer" on 11 to 17.
FAULTS = [
    (replaced('id = "small"', ""), [(1, "missing")]),
    (replaced("version = 1", ""), [(1, "missing")]),
    (replaced('name = "小事"', ""), [(1, "missing")]),
    (replaced('name = "小事"', 'name = "  "'), [(3, "empty")]),
    (replaced('name = "小事"', "name = 1"), [(3, "wrong_type")]),
    (replaced("小事", "长" * 61), [(3, "too_long")]),
    (replaced('id = "small"', 'id = "Small One"'), [(1, "bad_id")]),
    (replaced('id = "small"', 'id = "small_one"'), [(1, "bad_id")]),
    (replaced("version = 1", 'version = "1"'), [(2, "bad_version")]),
    (replaced("version = 1", "version = 0"), [(2, "bad_version")]),
    (replaced("version = 1", "version = true"), [(2, "bad_version")]),
    (replaced("version = 1", "version = 1\nmatters = '楼道'"), [(3, "wrong_type")]),
    (replaced("version = 1", "version = 1\nparties = [\n'社区',\n2]"), [(5, "wrong_type")]),
    (replaced("version = 1", "version = 1\nmatter = []"), [(3, "unknown_key")]),
    (HEAD, [(1, "no_steps")]),
    (HEAD + "step = []\n", [(4, "no_steps")]),
    (HEAD + "[step]\n", [(4, "wrong_type")]),
    (HEAD + "step = [1]\n", [(4, "wrong_type")]),
    (replaced('id = "work"\n', ""), [(4, "missing")]),
    (replaced('id = "work"', 'id = "办理"'), [(5, "bad_id")]),
    (replaced('id = "work"', 'id = "end"'), [(5, "bad_id")]),
    (replaced('id = "work"', 'id = "answer"'), [(11, "duplicate_step")]),
    (replaced('stage = "carry_out"', 'stage = "carryout"'), [(6, "unknown_stage")]),
    (replaced('stage = "carry_out"\n', ""), [(4, "missing")]),
    (replaced('kind = "work"', 'kind = "order"'), [(7, "unknown_kind")]),
    (replaced('title = "办理"', 'title = ""'), [(8, "empty")]),
    (replaced('who = "building_head"\n', ""), [(4, "missing")]),
    (replaced('title = "办理"', 'title = "办理"\nwithin = "3 weeks"'), [(9, "bad_within")]),
    (replaced('title = "办理"', 'title = "办理"\nwithin = 3'), [(9, "bad_within")]),
    (replaced('title = "办理"', 'title = "办理"\nwithin = "0 days"'), [(9, "bad_within")]),
    (replaced('title = "办理"', 'title = "办理"\noverdue = "rise"'), [(9, "unknown_overdue")]),
    (replaced('title = "办理"', 'title = "办理"\nneed = []'), [(9, "unknown_key")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = "funds"'), [(9, "wrong_type")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = [\n"funds",\n"luck"]'), [(11, "unknown_gate")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = ["posted"]'), [(9, "bad_gate_argument")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = ["posted:door"]'), [(9, "bad_gate_argument")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = ["channels"]'), [(9, "bad_gate_argument")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = ["channels:0"]'), [(9, "bad_gate_argument")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = ["funds:1"]'), [(9, "bad_gate_argument")]),
    (replaced('title = "办理"', 'title = "办理"\nneeds = ["funds:"]'), [(9, "bad_gate_argument")]),
    (replaced('next = { done = "answer" }\n', ""), [(4, "missing")]),
    (replaced('next = { done = "answer" }', "next = {}"), [(10, "empty_next")]),
    (replaced('next = { done = "answer" }', 'next = "answer"'), [(10, "wrong_type")]),
    (replaced('next = { done = "answer" }', 'next = ["answer"]'), [(10, "wrong_type")]),
    (replaced('next = { done = "answer" }', "next = { done = 1 }"), [(10, "wrong_type")]),
    (replaced('next = { done = "answer" }', 'next = { done = "" }'), [(10, "wrong_type")]),
    (replaced('next = { done = "answer" }', 'next = { "完成" = "answer" }'), [(10, "bad_outcome")]),
    (replaced('next = { done = "answer" }', 'next = { Done = "answer" }'), [(10, "bad_outcome")]),
    (replaced('done = "answer"', 'done = "anser"'), [(10, "unknown_target")]),
    (replaced('next = { done = "answer" }', '\n[step.next]\ngood = "answer"\n# a\nbad = "x"'), [(14, "unknown_target")]),
    (replaced('next = { done = "answer" }', 'next.good = "answer"\nnext.bad = "x"'), [(11, "unknown_target")]),
]  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_each_fault_is_found_alone_and_on_its_line(text: str, expected: list[tuple[int, str]], ending: str) -> None:
    assert found(text.replace("\n", ending)) == expected
    assert read(text)[0] is None


@pytest.mark.parametrize("text", [text for text, _ in FAULTS])
def test_every_fault_says_what_to_do(text: str) -> None:
    for fault in read(text)[1]:
        message = str(fault.message)
        assert "请" in message, message
        assert "{" not in message.replace('next = { done = "end" }', ""), message


def test_a_slip_of_the_pen_is_answered_with_what_was_probably_meant() -> None:
    assert "是不是想写“carry_out”" in said(replaced('"carry_out"', '"carryout"'))
    assert "是不是想写“answer”" in said(replaced('done = "answer"', 'done = "anser"'))
    assert "没有这一步" in said(replaced('done = "answer"', 'done = "anser"'))
    assert "是不是想写“title”" in said(replaced("title =", "titel ="))
    needs = 'title = "办理"\nneeds = ["photo:before_after"]'
    assert "是不是想写“photo:before_and_after”" in said(replaced('title = "办理"', needs))


def test_several_faults_come_by_line() -> None:
    text = replaced("version = 1", "version = 0").replace('"carry_out"', '"x"').replace('"answered"', "")
    text = text.replace('answered = "end"', 'answered = "away"')
    assert found(text) == [(2, "bad_version"), (6, "unknown_stage"), (17, "unknown_target")]


def test_a_wrong_kind_does_not_bring_a_second_fault_about_the_answer() -> None:
    assert found(replaced('kind = "answer"', 'kind = "anwser"')) == [(14, "unknown_kind")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id = "x\nname = "y"\n', 1),
        ('id = "x"\nname = y\n', 2),
        ('id = "x"\nid = "y"\n', 2),
        ('id = "x"\nhello world\n', 2),
        ('id = "x"\n\n[[step]\n', 3),
        ('id = """x\n\n', 1),
        ("a = [1\n\n", 1),
        ('id = "x"\na = { b = 1\n', 2),
        ("a = " + "[" * 5000, 1),
        ("a = " + "9" * 5000, 1),
        ('a = "\\q"\n', 1),
        ("a = 1 2\n", 1),
        ("[a]\nb=1\n[a]\n", 3),
        ("a = 1\r b = 2\n", 1),
    ],
)
def test_what_is_not_toml_is_one_fault_on_the_line_that_the_parser_names(text: str, line: int) -> None:
    assert found(text) == [(line, "syntax")]
    assert "请" in said(text)


def test_what_nobody_could_follow_is_refused_before_it_costs_time() -> None:
    assert found("#" * 200_001) == [(1, "too_large")]
    assert found(SMALL + WORK * 99) == [(18 + 7 * 98, "too_many_steps")]
    ways = ", ".join(f'o{number} = "answer"' for number in range(21))
    assert found(replaced('done = "answer"', ways)) == [(10, "too_many_outcomes")]


def test_a_file_in_another_encoding_is_told_to_be_saved_anew() -> None:
    data = 'id = "x"\nname = "楼道"\n'.encode("gb18030")
    assert found(data) == [(2, "not_utf8")]


@pytest.mark.parametrize("source", ["\ufeff" + SMALL, ("\ufeff" + SMALL).encode(), SMALL.encode()])
def test_the_mark_that_some_editors_put_first_does_no_harm(source: str | bytes) -> None:
    whole, faults = read(source)
    assert faults == ()
    assert whole is not None
    assert whole.first.line == 4


def test_an_unknown_post_is_a_note_and_no_fault() -> None:
    reading = examine(replaced("building_head", "head_gardener"))
    assert reading.playbook is not None
    assert [(note.line, note.code) for note in reading.notes] == [(9, "unknown_post")]


def test_a_meeting_that_names_no_party_is_a_note() -> None:
    reading = examine(replaced('kind = "work"', 'kind = "meeting"'))
    assert [(note.line, note.code) for note in reading.notes] == [(4, "no_parties")]
    assert examine(SMALL).notes == ()


def test_a_registered_kind_and_gate_are_accepted_and_others_are_not() -> None:
    registry = Registry()
    registry.add_kind(KindSpec("answer", Sentence("答复")))
    registry.add_kind(KindSpec("order", Sentence("点单")))
    registry.add_gate(GateSpec("weather", Sentence("天气好"), Argument.NONE))
    text = replaced('kind = "work"', 'kind = "order"\nneeds = ["weather"]')
    assert read(text, registry=registry)[1] == ()
    assert [fault.code for fault in read(SMALL, registry=registry)[1]] == ["unknown_kind"]


@given(st.text())
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    whole, faults = read(text)
    assert (whole is None) == bool(faults)


@given(st.binary())
def test_no_bytes_at_all_break_the_reader(data: bytes) -> None:
    whole, faults = read(data)
    assert whole is None
    assert faults


LINES = [line for line in (HEAD + WORK + ANSWER).splitlines() if line]
VALUES = ["1", '"x"', "[]", "{}", "[[1]]", '{ a = "b" }', "true", "1979-05-27", "nan", '["a:b"]', '"""\n"""']
KEYS = ["id", "version", "name", "source", "matters", "parties", "step", "stage", "kind", "title", "who", "within"]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(LINES),
            st.tuples(st.sampled_from([*KEYS, "overdue", "needs", "next"]), st.sampled_from(VALUES)).map(" = ".join),
            st.sampled_from(["[[step]]", "[step.next]", "[step]", "[[step.next]]", "# x"]),
        ),
        max_size=25,
    )
)
def test_no_mixture_of_keys_and_values_breaks_the_reader(lines: list[str]) -> None:
    text = "\n".join(lines)
    whole, faults = read(text)
    assert (whole is None) == bool(faults)
    assert all(1 <= fault.line <= text.count("\n") + 1 for fault in faults)


def test_what_people_read_is_one_line_of_what_can_be_seen_and_no_longer_than_its_table_holds() -> None:
    odd = playbook(replaced('title = "办理"', 'title = """\n 办\u202e理 \n 完"""'))
    assert odd.first.title == "办理 完"
    assert found(replaced('title = "办理"', 'title = "\u3164"')) == [(8, "empty")]
    for key, longest in (("matters", 30), ("parties", 40)):
        text = SMALL.replace('name = "小事"', f'name = "小事"\n{key} = ["够短",\n"{"长" * longest}"]')
        assert read(text)[0] is not None
        assert found(text.replace("长", "长长", 1)) == [(5, "too_long")]


def test_a_name_of_more_parts_than_can_be_read_in_time_is_refused_at_once() -> None:
    long = "a" + ".a" * 60_000
    for line in (f"{long} = 1", f"[{long}]", f"x = {{ {long} = 1 }}"):
        assert found(f"{SMALL}\n# one more\n{line}") == [(SMALL.count("\n") + 3, "syntax")]
    assert playbook(SMALL.replace('name = "小事"', f'name = "小事"\nsource = "{"." * 100}"')).source == "." * 100
