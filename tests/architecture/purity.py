"""Pure code: same input, same output. It knows no Django, no file, no clock and no float.

Pure are the kernel, everything named ``rules`` or ``lifecycle``, and every module whose docstring opens by calling
itself Pure. All that such a module imports is looked at too, the packages above each module included, since Python
runs them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PURE_NAMES = frozenset({"rules", "lifecycle"})
# The one clock reads the environment in demonstrations; who is pure takes `now` as an argument all the same.
CLOCK = "yishiting.kernel.clock"
# Tables of public holidays: data in the shape of a package.
DATA_PACKAGES = frozenset({"chinese_calendar"})
OUTSIDE_WORLD = frozenset(
    {
        *("asyncio", "ctypes", "ftplib", "glob", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib"),
        *("pickle", "random", "secrets", "shelve", "shutil", "smtplib", "socket", "sqlite3", "ssl", "subprocess"),
        *("tempfile", "threading", "time", "urllib", "uuid", "webbrowser"),
    }
)
CLOCK_CALLS = frozenset({"now", "utcnow", "today", "localtime", "gmtime"})
DOING_CALLS = frozenset({"open", "print", "input", "float", "exec", "eval"})
# What a room may not take from Django, because only doors speak HTTP.
HTTP = ("django.http", "django.shortcuts", "django.views", "django.forms", "django.urls", "django.template")


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name, whether it is a package's ``__init__``, and its text."""

    name: str
    is_package: bool
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.name)

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every name it imports, wherever the statement stands, with its line; names from a module as module.name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

    @property
    def calls_itself_pure(self) -> bool:
        opening = (ast.get_docstring(self.tree) or "").split("\n\n")[0]
        return bool(re.search(r"\bPure\b", opening))


def modules_under(source: Path) -> dict[str, Module]:
    """Read every module below ``source`` (the directory that holds the package); tests and migrations are left out."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        if "tests" in parts or "migrations" in parts:
            continue
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found[name] = Module(name=name, is_package=is_package, text=path.read_text(encoding="utf-8"))
    return found


def is_pure(module: Module) -> bool:
    """Whether ``module`` promises to be pure, by its place, its name or its own words."""
    parts = module.name.split(".")
    return parts[:2] == ["yishiting", "kernel"] or bool(PURE_NAMES.intersection(parts)) or module.calls_itself_pure


def purity_faults(modules: Mapping[str, Module]) -> list[str]:
    """Return a sentence for each way in which a pure module depends on the world outside its arguments."""
    faults = []
    for module in modules.values():
        if is_pure(module):
            faults += _import_faults(module, modules)
            faults += _deeds(module)
    return faults


def _known_module(name: str, modules: Mapping[str, Module]) -> str:
    """``a.b.c`` where that is a module, else ``a.b``, in which ``c`` is a name."""
    return name if name in modules else name.rpartition(".")[0]


def _runs_with(name: str) -> Iterable[str]:
    """The module and the packages above it, which Python runs first."""
    parts = name.split(".")
    return (".".join(parts[: length + 1]) for length in range(len(parts)))


def _import_faults(pure: Module, modules: Mapping[str, Module]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [(ancestor, "") for ancestor in _runs_with(pure.name)]
    while waiting:
        name, by_way_of = waiting.pop()
        if name in seen or name not in modules:
            continue
        seen.add(name)
        way = f"{by_way_of} > {name}" if by_way_of else name
        for line, imported in modules[name].imports():
            top = imported.partition(".")[0]
            if top == "yishiting":
                waiting += [(ancestor, way) for ancestor in _runs_with(_known_module(imported, modules))]
            elif top in OUTSIDE_WORLD:
                if name != CLOCK:
                    yield f"{pure.name} is pure, but {way}:{line} imports {imported}, which reaches outside"
            elif top not in sys.stdlib_module_names and top not in DATA_PACKAGES:
                yield f"{pure.name} is pure, but {way}:{line} imports {imported}"


def _deeds(pure: Module) -> Iterator[str]:
    if pure.name == CLOCK:
        return
    # How alike two words must be for "did you mean" is taste and no number of ours.
    taste = {node.value for node in ast.walk(pure.tree) if isinstance(node, ast.keyword) and node.arg == "cutoff"}
    for node in ast.walk(pure.tree):
        if node in taste:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{pure.name}:{node.lineno} is pure, but writes the inexact number {node.value}"
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in DOING_CALLS:
                yield f"{pure.name}:{node.lineno} is pure, but calls {node.func.id}()"
            elif isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS:
                yield f"{pure.name}:{node.lineno} is pure, but asks the clock by {node.func.attr}(); take now as argument"


def http_faults(modules: Mapping[str, Module]) -> list[str]:
    """Return a sentence for each room that speaks HTTP; only ``reach`` and ``config`` may."""
    rooms = ("yishiting.timeline", "yishiting.ground", "yishiting.council", "yishiting.record", "yishiting.service")
    return [
        f"{module.name}:{line} imports {imported}: rooms know no HTTP"
        for module in modules.values()
        if module.name.startswith(rooms)
        for line, imported in module.imports()
        if imported.startswith(HTTP)
    ]


def ui_faults(modules: Mapping[str, Module]) -> list[str]:
    """Return a sentence for each import of ``yishiting.ui``, which holds templates and static files only."""
    return [
        f"{module.name}:{line} imports {imported}: ui has no Python for others"
        for module in modules.values()
        if not module.name.startswith("yishiting.ui")
        for line, imported in module.imports()
        if imported == "yishiting.ui" or imported.startswith("yishiting.ui.")
    ]


def signal_faults(modules: Mapping[str, Module]) -> list[str]:
    """Return a sentence for each use of model signals, which are banned: what follows a verb is said in the verb."""
    banned = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
    return [
        f"{module.name}:{line} imports {imported}: model signals are banned"
        for module in modules.values()
        for line, imported in module.imports()
        if imported.startswith("django.db.models.signals.") and imported.rpartition(".")[2] in banned
    ]
