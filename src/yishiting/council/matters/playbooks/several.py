"""Pure: whether playbooks that are looked at together could stand side by side in one estate."""

from __future__ import annotations

from collections.abc import Mapping

from yishiting.council.matters.playbooks.definition import Playbook
from yishiting.kernel.toml import lines
from yishiting.kernel.toml.faults import Fault
from yishiting.kernel.words import Sentence, gettext_noop


def clash(playbook: Playbook, source: str | bytes, earlier: Mapping[str, Playbook]) -> Fault | None:
    """Return the fault of ``playbook``, which was read from ``source``, beside those read ``earlier`` (by the file's name).

    An id belongs to one playbook, and a number of it to one text; the same said twice is no fault, and neither are versions.
    """
    text = (source.decode("utf-8") if isinstance(source, bytes) else source).removeprefix("\ufeff")
    for file, other in earlier.items():
        if other.id != playbook.id or other == playbook:
            continue
        params = {"id": playbook.id, "file": file, "name": other.name, "version": playbook.version}
        if other.name != playbook.name:
            words = gettext_noop(
                "编号“{id}”在 {file} 里是工作法“{name}”的。请换一个 id；是同一种工作法的，名称请保持一样。"
            )
            return Fault(lines.index(text).of("id"), Sentence(words, **params), "duplicate_id")
        if other.version == playbook.version:
            words = gettext_noop(
                "“{id}”的第 {version} 版在 {file} 里已经有了，内容不一样。请换一个 id，或者换一个 version。"
            )
            return Fault(lines.index(text).of("version"), Sentence(words, **params), "duplicate_id")
    return None
