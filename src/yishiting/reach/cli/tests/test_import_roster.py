"""``yishiting import-roster``: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from yishiting.ground.people import roster as roster_package
from yishiting.ground.people.models import Holding, OwnerGroup, Residence, UnsettledPhone
from yishiting.ground.places.models import Entrance, Estate, Home, Region
from yishiting.ground.places.selectors import totals
from yishiting.reach.cli import main
from yishiting.timeline.models import Entry

DATA = Path(roster_package.__file__).parent / "tests" / "data"
BINHE, RHINE = DATA / "滨河佳苑-业主名册.xlsx", DATA / "莱茵小镇-房屋台账.csv"
TABLE = {
    "滨河佳苑": (BINHE, 0, {"buildings": 2, "entrances": 6, "homes": 282, "residents": 740, "area_m2": "28922.42",
                            "owners": 270, "heads": 270}, {}),
    "莱茵小镇": (RHINE, 1, {"buildings": 29, "entrances": 58, "homes": 1912, "residents": None,
                            "area_m2": "213953.26", "owners": 1455, "heads": 1912},
                 {("duplicate_row", "error"): 1, ("area_missing", "warning"): 1, ("owner_unknown", "warning"): 457,
                  ("phone_shared", "warning"): 153}),
}  # fmt: skip
HEAD = "楼栋,单元,房号,建筑面积,业主姓名,联系电话,居住人数\n"


def run(*words: object) -> int:
    return main.main(["import-roster", *map(str, words)])


def table_of(printed: str) -> tuple[dict[str, Any], Counter[tuple[str, str]]]:
    found = json.loads(printed)
    problems = found.pop("problems")
    for problem in problems:
        assert list(problem) == ["row", "column", "value", "code", "level", "message"]
    return found, Counter((problem["code"], problem["level"]) for problem in problems)


# --------------------------------------------------------------------------------------------------- without a database
@pytest.mark.parametrize("name", TABLE)
def test_a_dry_run_prints_the_table_alone(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    file, code, figures, problems = TABLE[name]
    assert run(file, "--estate", name, "--dry-run", "--json") == code
    assert table_of(capsys.readouterr().out) == (figures, Counter(problems))


def test_a_dry_run_needs_no_database_and_not_even_django(tmp_path: Path) -> None:
    source = Path(roster_package.__file__).resolve().parents[4]
    probe = (
        "import sys; from yishiting.reach.cli.main import main;"
        f"code = main(['import-roster', {str(BINHE)!r}, '--estate', '滨河佳苑', '--dry-run', '--json']);"
        "sys.exit(code or (9 if 'django' in sys.modules else 0))"
    )
    data = tmp_path / "nothing"
    env = {
        **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        "PYTHONPATH": str(source),
        "YISHITING_DATA": str(data),
        "PYTHONIOENCODING": "ascii",
        "LC_ALL": "C",
    }
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, env=env, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout.decode())["homes"] == 282
    assert done.stderr == b""
    assert not data.exists()


def test_without_json_a_person_reads_the_totals_and_each_problem_with_its_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(RHINE, "--estate", "莱茵小镇", "--dry-run") == 1
    out = capsys.readouterr().out
    assert out.startswith("莱茵小镇：29 栋，58 个单元，1912 户，213,953.26 平方米")
    assert "[没有收] 第 904 行" in out
    assert "共 1 行没有收，611 处已收下、待核实。" in out


BAD = {
    "empty": (b"", "空的"),
    "encrypted": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"),
        "密码",
    ),
    "no table": (b"%PDF-1.4", "不是完好的表格"),
    "no header": ("姓名,性别\n张三,男\n".encode(), "标题"),
    "no homes": (HEAD.encode(), "一户也没有"),
}


@pytest.mark.parametrize(("data", "says"), BAD.values(), ids=list(BAD))
def test_what_cannot_be_read_ends_with_2_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, says: str
) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(data)
    assert run(file, "--estate", "测试苑", "--dry-run", "--json") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["/nowhere/名册.xlsx", "--estate", "测试苑", "--dry-run"], "没有这个文件"),
        ([DATA, "--estate", "测试苑", "--dry-run"], "文件夹"),
        ([BINHE, "--estate", "  ", "--dry-run"], "--estate"),
        ([BINHE, "--estate", "测试苑", "--region", "市//街道", "--dry-run"], "空的"),
        ([BINHE, "--estate", "测试苑", "--region", "", "--dry-run"], "空的"),
        ([BINHE, "--estate", "测试苑", "--region", "一/二/三/四/五", "--dry-run"], "最多四级"),
        ([BINHE, "--estate", "测试苑", "--dry-run", "--yes"], "不能一起用"),
    ],
)
def test_wrong_usage_ends_with_2(words: list[object], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


def test_the_estate_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(BINHE)
    assert ended.value.code == 2


# ------------------------------------------------------------------------------------------------------ with a database
@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_with_yes_the_estate_is_made_and_the_roster_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    file, code, figures, problems = TABLE[name]
    assert run(file, "--estate", name, "--region", "滨江市/江岸区/滨河街道/滨河社区", "--yes", "--json") == code
    assert table_of(capsys.readouterr().out) == (figures, Counter(problems))
    estate = Estate.objects.get(name=name)
    found = totals(estate.pk)
    assert (found.buildings, found.entrances, found.homes) == (
        figures["buildings"],
        figures["entrances"],
        figures["homes"],
    )
    assert f"{found.area:.2f}" == figures["area_m2"]
    assert OwnerGroup.objects.count() == figures["owners"]
    assert Residence.objects.values("home").distinct().count() == problems.get(("owner_unknown", "warning"), 0)
    assert UnsettledPhone.objects.count() == problems.get(("phone_shared", "warning"), 0)
    path = []
    region = estate.region
    while region is not None:
        path.append((region.name, region.kind))
        region = region.parent
    assert path == [
        ("滨河社区", "community"),
        ("滨河街道", "subdistrict"),
        ("江岸区", "district"),
        ("滨江市", "city"),
    ]
    assert [entry.kind for entry in Entry.objects.order_by("seq")] == [
        "places.estate_created",
        "people.roster_imported",
    ]


@pytest.mark.django_db
def test_without_yes_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(BINHE, "--estate", "滨河佳苑", "--region", "滨江市/滨河社区") == 0
    assert "--yes" in capsys.readouterr().err
    for model in (Estate, Region, Home, Holding, Entry):
        assert not model.objects.exists()


@pytest.mark.django_db
def test_a_second_import_shows_the_difference_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "名册.csv"
    file.write_text(HEAD + "1栋,1单元,101,80,张三,13900001001,2\n1栋,1单元,102,80,李四,13900001002,2\n")
    assert run(file, "--estate", "测试苑", "--yes") == 0
    capsys.readouterr()
    file.write_text(HEAD + "1栋,1单元,101,81,张三,13900001001,2\n")
    assert run(file, "--estate", "测试苑") == 0
    out = capsys.readouterr().out
    assert "新增 0 户，变更 1 户，这次没有写到的 1 户" in out
    assert "1栋1单元101：面积由 80.00 平方米 改为 81.00 平方米" in out
    assert str(Home.objects.get(room="101").area) == "80.0000"
    assert run(file, "--estate", "测试苑", "--yes", "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["homes"] == 1
    assert "面积由 80.00 平方米 改为 81.00 平方米" in printed.err
    assert str(Home.objects.get(room="101").area) == "81.0000"


@pytest.mark.django_db
def test_a_new_entrance_is_an_error_unless_it_is_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "名册.csv"
    file.write_text(HEAD + "1栋,1单元,101,80,张三,13900001001,2\n")
    assert run(file, "--estate", "测试苑", "--yes") == 0
    file.write_text(HEAD + "1栋,1单元,102,80,李四,13900001002,2\n1栋,7单元,101,80,王五,13900001003,2\n")
    capsys.readouterr()
    assert run(file, "--estate", "测试苑", "--yes", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [(each["code"], each["level"], each["row"]) for each in found["problems"]] == [("entrance_new", "error", 3)]
    # The row with the error stays out, the other is written.
    assert (Entrance.objects.count(), Home.objects.count()) == (1, 2)
    assert run(file, "--estate", "测试苑", "--yes", "--allow-new", "--json") == 0
    assert (Entrance.objects.count(), Home.objects.count()) == (2, 3)


@pytest.mark.django_db
def test_the_command_line_names_its_own_argument_and_no_box_on_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "名册.csv"
    file.write_text(HEAD + "1栋,1单元,101,80,张三,13900001001,2\n")
    assert run(file, "--estate", "测试苑", "--yes") == 0
    file.write_text(HEAD + "1栋,7单元,102,80,李四,13900001002,2\n2栋,1单元,101,80,王五,13900001003,2\n")
    capsys.readouterr()
    assert run(file, "--estate", "测试苑", "--json") == 1
    says = [each["message"] for each in json.loads(capsys.readouterr().out)["problems"]]
    assert len(says) == 2
    assert all("--allow-new" in each and "选上" not in each for each in says)
    assert run(file, "--estate", "测试苑") == 1
    out = capsys.readouterr().out
    assert out.count("--allow-new") == 2
    assert "允许新增" not in out


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_an_unchanged_roster_taken_in_again_writes_nothing_and_says_so(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, code, _, _ = TABLE[name]
    assert run(file, "--estate", name, "--yes") == code
    entries = Entry.objects.count()
    capsys.readouterr()
    assert run(file, "--estate", name, "--yes") == code
    printed = capsys.readouterr()
    assert "没有变化" in printed.err
    assert "已写入" not in printed.err
    assert Entry.objects.count() == entries


@pytest.mark.django_db
def test_a_tenant_who_moved_is_a_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "名册.csv"
    head = HEAD.replace("居住人数", "租户姓名")
    file.write_text(head + "1栋,1单元,101,80,张三,13900001001,李四\n")
    assert run(file, "--estate", "测试苑", "--yes") == 0
    file.write_text(head + "1栋,1单元,101,80,张三,13900001001,王五\n")
    entries = Entry.objects.count()
    capsys.readouterr()
    assert run(file, "--estate", "测试苑", "--yes") == 0
    assert "已写入" in capsys.readouterr().err
    assert Entry.objects.count() == entries + 1


@pytest.mark.django_db
def test_a_region_for_an_estate_on_record_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(BINHE, "--estate", "滨河佳苑", "--yes") == 0
    assert run(BINHE, "--estate", "滨河佳苑", "--region", "别处市/别处社区", "--yes") == 0
    assert "--region 没有用上" in capsys.readouterr().err
    assert not Region.objects.exists()


def test_without_a_database_the_command_says_what_to_run_first(tmp_path: Path) -> None:
    source = Path(roster_package.__file__).resolve().parents[4]
    env = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"PYTHONPATH": str(source), "YISHITING_DATA": str(tmp_path), "YISHITING_MODE": "test"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "yishiting.reach.cli.main",
            "import-roster",
            str(BINHE),
            "--estate",
            "滨河佳苑",
            "--yes",
        ],
        capture_output=True,
        env=env,
        check=False,
    )
    assert done.returncode == 2
    assert "yishiting init" in done.stderr.decode()
    assert done.stdout == b""
