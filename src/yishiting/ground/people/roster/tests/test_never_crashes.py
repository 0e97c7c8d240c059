"""Whatever stands in the cells, a roster or a refusal comes out: nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from yishiting.ground.people.roster import parse, read_workbook
from yishiting.ground.people.roster.groups import split_names, split_phones
from yishiting.ground.people.roster.headers import meaning_of
from yishiting.ground.people.roster.problems import CODES
from yishiting.ground.people.roster.sheets import Merge, Row, Sheet
from yishiting.kernel.errors import BadInput

WORDS = st.sampled_from(
    (
        *(
            "3栋",
            "南楼",
            "1单元",
            "甲",
            "101",
            "201室",
            "3-2-101",
            "莱茵小镇1栋1单元101",
            "合计",
            "小计 2户",
            "12㎡",
            "89.47",
        ),
        *(
            "张三",
            "张三/李四",
            "某某置业有限公司",
            "13900000001",
            "租户",
            "业主",
            "未售",
            "房号",
            "业主姓名",
            "建筑面积",
            "单元",
        ),
        *(
            "注：",
            "共3户",
            "第1页",
            "-",
            "#REF!",
            "２０１",
            "3月2日",
            "2人",
            "①",
            "負",
            "\u200b",
            "((",
            "栋",
            "号",
            "单元",
            "一二三",
        ),
    )
)
# The most that a spreadsheet's cell may hold, and figures of other scripts.
LONG = st.sampled_from(
    ("9" * 32_767, "一" * 32_767, "张三和" * 9_000, "1-" * 9_000, "路1号" * 8_000, "张·" * 9_000, "(" * 32_767)
)
ODD = st.text(alphabet="１①Ⅰ²𐩀٣०和与·-#号栋单元 ", max_size=12)
CELLS = st.one_of(ODD, LONG, st.none(), WORDS, st.text(max_size=12), st.tuples(WORDS, WORDS).map("".join))
HEADS = ("楼栋", "单元", "房号", "建筑面积", "业主姓名", "电话", "人数", "类型", "备注")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=10), max_size=12),
    st.permutations(HEADS),
    st.sampled_from(("", "3栋", "名册")),
    st.lists(st.tuples(*(st.integers(0, 9) for _ in range(4))), max_size=3),
)
def test_random_cells_under_headings_give_a_roster_or_a_refusal(
    rows: list[list[str | None]], headings: list[str], name: str, merges: list[tuple[int, int, int, int]]
) -> None:
    numbered = [Row(1, tuple(headings))] + [Row(number, tuple(cells)) for number, cells in enumerate(rows, 2)]
    spans = tuple(Merge(top + 1, left, top + 1 + down, left + across) for top, left, down, across in merges)
    read, refusal = None, ""
    try:
        read = parse((Sheet(name, tuple(numbered), merges=spans),), "莱茵小镇")
    except BadInput as no:
        refusal = no.code
    if read is None:
        assert refusal in ("empty", "column_missing", "no_header")
        return
    keys = [home.key for home in read.homes]
    assert len(keys) == len(set(keys))
    assert all(home.area is None or home.area > 0 for home in read.homes)
    assert all(home.key.building and home.key.room for home in read.homes)
    refused = {each.row for each in read.errors}
    assert not refused & {home.row for home in read.homes}
    assert all(each.code in CODES and str(each.message) for each in read.problems)
    summary = read.summary()
    assert summary["owners"] <= summary["heads"] <= summary["homes"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("gb18030", "ignore"))))
def test_random_bytes_give_sheets_or_a_refusal(data: bytes) -> None:
    refusal, rows = "", 0
    try:
        rows = sum(len(sheet.rows) for sheet in read_workbook(data, "a.csv"))
    except BadInput as no:
        refusal = str(no)
    assert bool(rows) is not bool(refusal)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_may_be_a_heading_a_name_or_a_phone(text: str) -> None:
    meaning_of(text)
    good, _ = split_phones(text)
    assert all(phone.lstrip("+").isdigit() for phone in good)
    assert all(name.strip() == name and name for name in split_names(text))
