"""What a cell's text means where it is a figure or one of a few words: area, residents, type of person, kind of home."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from yishiting.ground.people.roster.model import Kind
from yishiting.ground.people.roster.text import compact, is_nothing, numeral

SQUARE_CENTIMETRE = Decimal("0.0001")
LARGEST_AREA = Decimal(1_000_000)
MOST_RESIDENTS = 200

_ABOUT = re.compile(r"^(?:大约|大概|约|近|≈)|(?:左右|上下)$")
_REMARK = re.compile(r"\([^()\d]*\)")
_UNIT = re.compile(r"(?:平方公尺|平方米|平方|平米|㎡|m\^?2|m²|sqm|平)$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_RESIDENTS = re.compile(r"共?(\d+|[零一二两三四五六七八九十]+)(?:\.0+)?(?:个?人|口人?|名|位)?")

_UNSOLD = re.compile(
    r"未售|待售|未出售|没有?售|未卖|未销售|尚未销售|在售|可售|库存|开发商(?:持有|自持|自留|保留)|未签约"
)
_UNDELIVERED = re.compile(r"未交付|未交房|未交楼|待交付|待交房|未收房|未收楼|未接房|未领钥匙|未办理?(?:交付|交房|收房)")
_NEGATED = re.compile(r"(?:非|不是|无|没有|原|曾)$")
_DEVELOPER = re.compile(r"开发商|开发公司|建设单位|未售|待售|未出售|房源")
_OCCUPANT = re.compile(
    r"租|承租|借住|借用|使用人|家属|亲属|亲戚|配偶|妻子?|丈夫|子女|儿子?|女儿?|父|母|保姆|看房|代管|非业主|否"
)
_MARKED = re.compile(r"[(\[【](租户|租客|承租人?|租住)[)\]】]")
_OWNER = re.compile(r"业主|产权|户主|本人|权利人|房主|房东|自住")


@dataclass(frozen=True, slots=True)
class Area:
    """An area read from a cell; ``value`` is None where the text is none."""

    value: Decimal | None
    about: bool = False


def read_area(text: str | None) -> Area:
    """Read an area in square metres: ``102.36㎡``, `` 89.47 平方米``, ``1,024.50``, ``约90``, full-width digits.

    Kept exact to whole cm² (four decimals); what a formula left beyond that is rounded. Zero, signs, sums, a decimal
    comma and anything above a million have the value None.
    """
    plain = _REMARK.sub("", compact(text))
    about = _ABOUT.search(plain) is not None
    plain = _UNIT.sub("", _ABOUT.sub("", plain))
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif len(plain) > 20 or not (plain.isascii() and _PLAIN.fullmatch(plain)):
        return Area(None, about)
    value = Decimal(plain).quantize(SQUARE_CENTIMETRE, rounding=ROUND_HALF_UP)
    if not 0 < value <= LARGEST_AREA:
        return Area(None, about)
    return Area(value, about)


def read_residents(text: str | None) -> int | None:
    """Read a head count (``3``, ``3人``, ``三口人``); None where the text is none."""
    found = _RESIDENTS.fullmatch(compact(text))
    if found is None or len(found[1]) > 4:
        return None
    count = int(found[1]) if found[1].isdigit() else numeral(found[1].replace("两", "二"))
    return count if count is not None and count <= MOST_RESIDENTS else None


def is_occupant(text: str | None) -> bool:
    """Return whether a type of person says that the person lives there without owning (租户, 承租人, 家属 …)."""
    plain = compact(text)
    if is_nothing(text) or plain == "否":
        return plain == "否"
    if _OWNER.match(plain) and not re.search(r"家属|亲属|配偶|子女|之[妻子女父母夫]|[的]", plain):
        return False
    return _OCCUPANT.search(plain) is not None


def names_developer(text: str | None) -> bool:
    """Return whether an owner's cell says that the home is not sold instead of naming anybody."""
    plain = compact(text)
    return len(plain) <= 8 and _DEVELOPER.search(plain) is not None and "公司" not in plain


def marked_occupant(text: str | None) -> str:
    """Return the word in brackets after a name that says the person is a tenant (``张三（租户）``), else an empty text."""
    found = _MARKED.search(compact(text))
    return found[1] if found else ""


def kind_in_owner(written: Iterable[str]) -> Kind:
    """Return the kind of home that the owner's cells say: ``开发商``, ``未售``, ``某某公司（未售）``."""
    texts = [compact(text) for text in written]
    if any(names_developer(text) or _says(_UNSOLD, text) or text.startswith("开发商") for text in texts):
        return Kind.UNSOLD
    return Kind.UNDELIVERED if any(_says(_UNDELIVERED, text) for text in texts) else Kind.SOLD


def _says(pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.search(text)
    return found is not None and _NEGATED.search(text[: found.start()]) is None


def read_kind(
    states: Iterable[str | None], notes: Iterable[str | None], sold: str | None, delivered: str | None
) -> Kind:
    """Return the kind of home that a row's states and notes say; 空置 says nothing about who owns it.

    ``sold`` and ``delivered`` are cells under yes-or-no headings (是否已售, 是否交房). A note counts only where it is
    about as short as the word itself, since a long one may speak of a neighbour or of the past.
    """
    texts = [compact(text) for text in states] + [plain for text in notes if len(plain := compact(text)) <= 8]
    if compact(sold) in ("否", "未", "没有", "N", "n", "no", "×", "✗") or any(_says(_UNSOLD, text) for text in texts):
        return Kind.UNSOLD
    if compact(delivered) in ("否", "未", "没有", "N", "n", "no", "×", "✗") or any(
        _says(_UNDELIVERED, text) for text in texts
    ):
        return Kind.UNDELIVERED
    return Kind.SOLD
