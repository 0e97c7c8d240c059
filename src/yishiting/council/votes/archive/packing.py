"""An archive as one file: the same contents give the same bytes, and each byte that was changed is noticed.

Bytes in, bytes out: it touches no file.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, NoReturn

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop

FORMAT = 1
MANIFEST, ROOT = "manifest.json", "ROOT"
LARGEST = 200_000_000
"""The most bytes of an archive and of what it holds: a city's district, and no more."""
_MOST_FILES = 50
_EPOCH = (1980, 1, 1, 0, 0, 0)


def written(value: Any) -> bytes:
    """Return ``value`` as JSON that people can read and that is the same wherever it is written."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sealed(files: Mapping[str, bytes], *, edition: str) -> dict[str, bytes]:
    """Return ``files`` with their manifest (what each one's hash is) and the root, which is the manifest's own hash."""
    manifest = written(
        {"format": FORMAT, "edition": edition, "files": {name: digest(data) for name, data in files.items()}}
    )
    return {**files, MANIFEST: manifest, ROOT: f"{digest(manifest)}\n".encode()}


def root_of(files: Mapping[str, bytes]) -> str:
    """Return the root of sealed files."""
    return digest(files[MANIFEST])


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return ``files`` as a zip file without compression, times or anything else that another machine would write otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _refuse(template: str, **params: Any) -> NoReturn:
    raise BadInput(Sentence(template, **params), code="not_an_archive")


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files in an archive; raises :class:`BadInput` for what is none: no zip file, too large, without manifest."""
    if len(data) > LARGEST:
        _refuse(gettext_noop("文件太大，不像是一次表决的存档。请核对文件。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                _refuse(gettext_noop("里面的文件太多或太大，不像是一次表决的存档。请核对文件。"))
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        _refuse(gettext_noop("这不是一个完整的存档（ZIP）文件。请重新下载，再试一次。"))
    if MANIFEST not in files:
        _refuse(gettext_noop("里面没有 {name}，不是表决的存档。请核对文件。"), name=MANIFEST)
    return files


def faults_of(data: bytes, files: Mapping[str, bytes]) -> list[Sentence]:
    """Return what was changed in an archive: in a file, in the manifest, or in the bytes around them."""
    found: list[Sentence] = []
    if files.get(ROOT, b"") != f"{root_of(files)}\n".encode():
        found.append(Sentence(gettext_noop("{name} 与 {root} 对不上，有人改过其中一个。"), name=MANIFEST, root=ROOT))
    try:
        manifest = json.loads(files[MANIFEST])
        named = dict(manifest["files"])
        known = manifest["format"] == FORMAT
    except (ValueError, TypeError, KeyError, RecursionError):
        return [*found, Sentence(gettext_noop("{name} 读不出来。"), name=MANIFEST)]
    if not known:
        found.append(Sentence(gettext_noop("不认识这种格式的存档。请用新一些的程序核对。")))
    for name in sorted({*named, *files} - {MANIFEST, ROOT}):
        if name not in files:
            found.append(Sentence(gettext_noop("少了 {name}。"), name=name))
        elif name not in named:
            found.append(Sentence(gettext_noop("多了 {name}，原来没有这个文件。"), name=name))
        elif digest(files[name]) != named[name]:
            found.append(Sentence(gettext_noop("{name} 被改过。"), name=name))
    if not found and packed(files) != data:
        found.append(Sentence(gettext_noop("文件里的内容没有变，可外面的字节被改过。请重新下载。")))
    return found
