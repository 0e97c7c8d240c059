"""No file names a package registry or somebody's machine; each planted address is named."""

from pathlib import Path

import pytest

from tests.architecture.repository import address_faults, repository_files

SLASH = "/"


def test_no_file_holds_the_address_of_a_registry_or_a_path_of_a_machine(repository_root: Path) -> None:
    files = repository_files(repository_root)

    assert repository_root / "pyproject.toml" in files
    assert address_faults((str(path.relative_to(repository_root)), path.read_bytes()) for path in files) == []


@pytest.mark.parametrize(
    "text",
    [
        "--index" + "-url https://mirror.example" + SLASH + "simple/",
        '"resolved": ' + '"https://registry.npmjs' + '.org/esbuild"',
        "# via -r " + SLASH + "home/somebody/requirements/base.in",
        "cd " + SLASH + "work/main",
        "the same as in .." + SLASH + "shared/RULES.md",
        "--find-links file:" + "///somewhere/wheels",
    ],
)
def test_a_planted_address_is_named_with_its_line(text: str) -> None:
    faults = address_faults([("planted.txt", f"first line\n{text}\n".encode())])

    assert faults
    assert all(fault.startswith("planted.txt:2 holds ") for fault in faults)


@pytest.mark.parametrize(
    "text",
    ["https://www.gov.cn/work/notice.html", "/e/binhe/matters/7/", "/usr/lib/postgresql", "/etc/fonts", "media/root/x"],
)
def test_an_ordinary_address_is_not_named(text: str) -> None:
    assert address_faults([("page.md", text.encode())]) == []


def test_a_picture_is_not_read_as_text() -> None:
    assert address_faults([("photo.jpg", b"\xff\xd8\0 " + SLASH.encode() + b"root/x")]) == []
