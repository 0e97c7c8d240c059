"""One line of text that stands on a page for everyone: what the eye cannot see is not kept."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
#: Turns the direction of whatever follows, or fills a place with nothing. The joiner of compound pictures (U+200D) stays.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)

#: A mainland mobile number (with or without separators and the country's code, in either width) and an identity number of
#: 18 places.
_CONTACT = re.compile(r"(?<!\d)(?:(?:00)?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2}(?!\d)|(?<!\d)[1-9]\d{16}[\dXx](?!\d)")


def contact_in(text: str) -> bool:
    """Return whether ``text`` holds what tells how to reach or identify somebody: a mobile or an identity number."""
    return bool(_CONTACT.search(unicodedata.normalize("NFKC", text)))


def one_line(text: str) -> str:
    """Return ``text`` as one line without unseen characters; empty where nothing of it can be seen."""
    plain = _SPACE.sub(" ", _UNSEEN.sub("", text)).strip()
    if all(unicodedata.category(each)[0] in "CZM" for each in plain):
        return ""
    return plain
