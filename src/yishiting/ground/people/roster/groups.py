"""Who is one person, and who is the same owner: the one place that decides.

Two homes have the same owner group when the set of names *and* the phone are the same. A phone alone identifies nobody,
and neither does a name: where no phone is on record nothing shows that two 张伟 are one, so each such home stands as an
owner group of its own until somebody settles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from yishiting.ground.people.roster.text import compact, is_nothing, tidy

DEVELOPER = "developer"
"""The key of the one head that all unsold and undelivered homes form together (区分所有权司法解释 第9条)."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|\{[^{}]*\}")
_BETWEEN_NAMES = re.compile(r"[/\\、,;|&+\n\r\t。]+")
_COMPANY = re.compile(
    r"公司|集团|银行|企业|事务所|委员会|合作社|学校|医院|中心|协会|基金|开发商|Ltd|LLC|Inc|Co\.", re.IGNORECASE
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_PLAIN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}|[^ ]+·[^ ]+")
_CONNECTIVE = re.compile("[和与及跟同]")
_TITLE = re.compile(r"(?<=.)(?:先生|女士|小姐|太太)$")
_AND_OTHERS = re.compile(r"(?<=..)等(?:共?[\d一二两三四五六七八九十]+[人位名])?$")
_LONGEST_JOINED = 24
_LONGEST_CELL = 1000
_NOBODY = frozenset(
    ("空置", "空房", "空户", "空关", "闲置", "无人", "业主", "产权人", "租户", "租客", "待查", "业主不详")
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})\d{7,8}")
_SERVICE = re.compile(r"[48]00\d{7}")
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#)\d{1,6}$", re.IGNORECASE)
_MOBILE_INSIDE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d){8}(?!\d)")
_PUNCTUATION_OF_PHONES = re.compile(r"[\s\-().·_*'\"`:]")
_SEVERAL_PHONES = re.compile(r"[/\\、,;|&+\n\r或和]+(?!86)|(?<=\d)\+(?=86)")
_WORDS_OF_PHONES = re.compile(r"[\u3400-\u9fff:]+")


def normalise_phone(text: str) -> str | None:
    """Return one phone in the form it is compared in, or None when ``text`` is not a whole phone.

    A mobile is its 11 digits, a land line its digits with the area code, a number abroad ``+`` and its digits.
    """
    # A number that passed through a column of figures ends in ".0".
    plain = re.sub(r"^(\d{10,12})\.0$", r"\1", tidy(text))
    plain = _EXTENSION.sub("", _PUNCTUATION_OF_PHONES.sub("", plain))
    foreign = plain.startswith("+") and not plain.startswith("+86")
    # From abroad an area code is dialled without its nought.
    plain = re.sub(r"^(?:\+86|0086)(?=[2-9]\d{8,10}$)", "0", plain)
    plain = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", plain)
    if foreign:
        return plain if re.fullmatch(r"\+[1-9]\d{6,14}", plain) else None
    if not plain.isascii():
        return None
    if _MOBILE.fullmatch(plain) or _LANDLINE.fullmatch(plain) or _SERVICE.fullmatch(plain):
        return plain
    return None


def split_phones(text: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the phones in a cell, in order and once each, and the pieces that are no phone.

    ``139 0000 1450`` is one phone; ``13900001450 13900001451`` and ``13900001450/13900001451`` are two. Words around a
    phone (``张三13900001450``) are passed over.
    """
    text = (text or "")[:_LONGEST_CELL]
    if is_nothing(text):
        return (), ()
    good: dict[str, None] = {}
    bad: list[str] = []
    # Line breaks part phones; tidy would make spaces of them, and spaces may be inside a phone.
    for line in re.split(r"[\n\r]+", text):
        for piece in _SEVERAL_PHONES.split(tidy(line)):
            if not piece or is_nothing(piece):
                continue
            whole = normalise_phone(piece) or normalise_phone(_WORDS_OF_PHONES.sub("", piece))
            if whole:
                good[whole] = None
                continue
            parts = [normalise_phone(part) for part in piece.split()]
            if len(parts) > 1 and all(parts):
                good.update((part, None) for part in parts if part)
                continue
            inside = _MOBILE_INSIDE.findall(piece)
            good.update((re.sub(r"\D", "", found), None) for found in inside)
            if (not inside and not _WORDS_OF_PHONES.fullmatch(piece)) or (not inside and not good):
                bad.append(piece)
    return tuple(good), tuple(bad)


def _at_connectives(text: str) -> list[str]:
    """Part ``张三和李和平`` where both sides are whole names; ``张和平`` and ``欧阳和平`` stay one."""
    if not 5 <= len(text) <= _LONGEST_JOINED:
        return [text]
    for found in _CONNECTIVE.finditer(text):
        left, right = text[: found.start()], text[found.end() :]
        if _PLAIN_NAME.fullmatch(left):
            rest = _at_connectives(right)
            if all(_PLAIN_NAME.fullmatch(name) for name in rest):
                return [left, *rest]
    return [text]


def _at_spaces(text: str) -> list[str]:
    """Part ``张三 李四``; join ``张 三`` and ``欧阳 修``, which are spaced for looks; keep ``John Smith``."""
    words = text.split(" ")
    if len(words) == 1:
        return words
    if not all(_HAN.fullmatch(word) or "·" in word for word in words):
        runs: list[str] = []
        latin = False
        for word in words:
            is_latin = _HAN.search(word) is None
            if runs and is_latin and latin:
                runs[-1] += " " + word
            else:
                runs.append(word)
            latin = is_latin
        return runs
    names: list[str] = []
    at = 0
    while at < len(words):
        if len(words[at]) == 1 and at + 1 < len(words) and len(words[at + 1]) <= 2:
            names.append(words[at] + words[at + 1])
            at += 2
        elif len(words[at]) == 1 and names:
            names[-1] += words[at]
            at += 1
        else:
            names.append(words[at])
            at += 1
    return names


@lru_cache(maxsize=4096)
def split_names(text: str | None) -> tuple[str, ...]:
    """Return the names in a cell, in order and once each; nothing written gives none.

    Parts at ``/ 、 ， , ; & +``, line breaks, spaces between whole names and 和/与/及 between whole names. A middle dot
    (阿依古丽·买买提), Latin names (John Smith) and companies stay whole. Brackets, titles and ``等2人`` are left out.
    """
    text = (text or "")[:_LONGEST_CELL]
    if is_nothing(text):
        return ()
    # Middle dots are typed as full stops too; between Chinese characters both join a name.
    lines = "/".join(tidy(line) for line in re.split(r"[\n\r]+", text))
    plain = _BRACKETS.sub(" ", _MOBILE_INSIDE.sub(" ", lines))
    plain = re.sub(r"(?<=[\u3400-\u9fff])\s*[.·]\s*(?=[\u3400-\u9fff])", "·", plain)
    names: dict[str, None] = {}
    for piece in _BETWEEN_NAMES.split(plain):
        piece = piece.strip(" -:.'\"_*")
        if not piece:
            continue
        if _COMPANY.search(piece):
            whole = [piece if _HAN.search(piece) is None else piece.replace(" ", "")]
        else:
            whole = [name for part in _at_spaces(piece) for name in _at_connectives(part)]
        for name in whole:
            name = _TITLE.sub("", _AND_OTHERS.sub("", name)).strip()
            if name and name not in _NOBODY and not is_nothing(name):
                names[name] = None
    return tuple(names)


def names_nobody(text: str | None) -> bool:
    """Return whether an owner's cell is blank or says that nobody is known (无, 不详, 空置)."""
    return is_nothing(text) or compact(text) in _NOBODY


def looks_like_company(name: str) -> bool:
    """Return whether ``name`` is that of a company or institution and not of a person."""
    return _COMPANY.search(name) is not None


def looks_like_developer(name: str) -> bool:
    """Return whether ``name`` is that of a company that by its name builds and sells homes."""
    return re.search(r"(?:房地产|地产|置业|房产|开发)\S*公司", name) is not None


def name_set(names: Iterable[str]) -> frozenset[str]:
    """Return the names as they are compared: order, case, spaces and doubles do not matter."""
    return frozenset(key for name in names if (key := compact(name).casefold()))


def owner_group_key(names: Iterable[str], phones: Iterable[str]) -> str | None:
    """Return the key of the owner group that these names with these phones are, or None where nothing can say.

    Equal keys are the same owner group. None (no name, or no phone) is equal to nothing, another None included: such a
    home is an owner group of its own. ``phones`` are compared as a set, after :func:`normalise_phone`.
    """
    who = sorted(name_set(names))
    numbers = sorted({normalise_phone(phone) or compact(phone) for phone in phones} - {""})
    if not who or not numbers:
        return None
    return "/".join(who) + "|" + "/".join(numbers)
