"""In which language a page answers: Chinese, unless its reader chose English.

What a browser says about its languages is not asked. Many telephones and computers in a compound came with an English
setting that nobody chose, and a neighbour who opens a link must find the words that he talks in. Whoever wants English
finds the word "English" at the foot of every page. The choice is kept in a cookie, so that no page asks the database for
it, and on the account of whoever is signed in: at his next sign-in, on whatever device, the cookie is set from there. Who
chose while signing in has that choice kept. A programme at the interface chose its headers itself, so there
``Accept-Language`` holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)
from django.utils.translation.trans_real import (
    translation as loaded,
)
from django.views.decorators.http import require_POST

from yishiting.ground.people.models import Account
from yishiting.ground.people.sign_in import keep_language
from yishiting.kernel.words import Counted
from yishiting.reach.web.http import Request

COOKIE = settings.LANGUAGE_COOKIE_NAME
KEPT_SECONDS = 365 * 86400
#: A choice made so short a time before signing in was made by who signs in, and not by whoever had the device before him.
JUST_NOW = 3600
_STAMP = "~"
_FROM_ACCOUNT = "language_from_account"
INTERFACE = "/api/"


def chosen(request: HttpRequest) -> str:
    """Return the language of the answer to ``request``."""
    if request.path_info.startswith(INTERFACE):
        for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
            try:
                return get_supported_language_variant(code)
            except LookupError:
                continue
        return settings.LANGUAGE_CODE
    code = _known(request)[0]
    return code or settings.LANGUAGE_CODE


def _known(request: HttpRequest) -> tuple[str, int]:
    """Return the language of the device's cookie, empty for none, and when nobody in particular chose it (0: unknown)."""
    code, _, stamp = request.COOKIES.get(COOKIE, "").partition(_STAMP)
    if code not in dict(settings.LANGUAGES):
        return "", 0
    return code, int(stamp) if stamp.isascii() and stamp.isdecimal() and len(stamp) < 12 else 0


def _remember(response: HttpResponse, code: str, *, stamp: int = 0) -> None:
    """Keep ``code`` on the device; Chinese is what a device without a cookie speaks.

    A choice of nobody in particular carries its moment: Chinese then stands for as long as it may be taken over.
    """
    if code == settings.LANGUAGE_CODE and not stamp:
        response.delete_cookie(COOKIE)
        return
    kept = KEPT_SECONDS if code != settings.LANGUAGE_CODE else JUST_NOW
    value = f"{code}{_STAMP}{stamp}" if stamp else code
    response.set_cookie(COOKIE, value, max_age=kept, samesite="Lax", httponly=True, secure=settings.HTTPS)


def at_sign_in(request: Request, account: Account) -> None:
    """Speak the language of whoever just signed in: what he chose a moment ago, else what his account keeps, if anything."""
    code, stamp = _known(request)
    if code and 0 <= request.now.timestamp() - stamp <= JUST_NOW:
        keep_language(account, code)
    if account.language in dict(settings.LANGUAGES):
        vars(request)[_FROM_ACCOUNT] = account.language
        # What is said of the sign-in is said in it; the middleware puts back what was before.
        translation.activate(account.language)


class LanguageMiddleware:
    """Speak the language of the reader for as long as the request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = chosen(request)
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = self.get_response(request)
        if kept := vars(request).get(_FROM_ACCOUNT):
            _remember(response, kept)
        response.headers.setdefault("Content-Language", code)
        if code != settings.LANGUAGE_CODE and not response.streaming and _is_page(response):
            response.content = as_english(response.content.decode()).encode()
            response.headers["Content-Length"] = str(len(response.content))
        patch_vary_headers(response, ["Accept-Language" if request.path_info.startswith(INTERFACE) else "Cookie"])
        return response


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


#: Tags; what may hold no element of its own, or is a drawing; and what stands between them.
_PART = re.compile(
    r"<(script|style|textarea|title|select|svg)\b.*?</\1\s*>|<(\w+)[^>]*\srole=\"img\"[^>]*>.*?</\2\s*>"
    r"|<!--.*?-->|<[^>]*>|[^<]+",
    re.DOTALL,
)
_INLINE = re.compile(r"</?(?:span|b|a|small|strong|em)\b")
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
#: From the first Chinese character to the last, with the figures and marks between them.
_CHINESE = re.compile(rf"[《“（]?[{_HAN}](?:[^<>\n]*[{_HAN}])?[）”》。，！？：、；—…]*")
_TOUCHING = re.compile(r"(?<=[a-z)”’][.?!])(?=[A-Z][a-z ]|[0-9]+ )")


def as_english(html: str) -> str:
    """Return a page with what is Chinese on it marked as such, so that a screen reader reads it out as Chinese.

    Names, titles and minutes are people's own words and stay as they were written. They stand in hundreds of places, and
    one forgotten would be read out as noise; so all are marked here, at the last moment. Sentences that follow each other
    without a space, as Chinese has it, get one.
    """
    parts: list[str] = []
    ended = False
    for found in _PART.finditer(html):
        part = found[0]
        if not part.startswith("<"):
            if ended and re.match(r"[A-Z0-9]", part):
                part = f" {part}"
            ended = part[-1] in ".?!"
            part = _marked(_TOUCHING.sub(" ", part))
        elif not _INLINE.match(part):
            ended = False
        parts.append(part)
    return "".join(parts)


def _marked(text: str) -> str:
    if not _CHINESE.search(text):
        return text
    found = _CHINESE.sub(lambda words: f'<span lang="zh-Hans">{words[0]}</span>', text)
    # One element where there was one text, so that nothing is laid out apart.
    return found if _CHINESE.fullmatch(text.strip()) else f"<span>{found}</span>"


@require_POST
def choose(request: Request) -> HttpResponse:
    """Keep the reader's choice, on his account too where he is signed in, and return to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    code = request.POST.get("language", "")
    account = request.user
    if code not in dict(settings.LANGUAGES):
        response.delete_cookie(COOKIE)
    elif account.is_authenticated:
        keep_language(account, code)
        _remember(response, code)
    else:
        # Chinese need not be remembered by a device that knows of nothing else.
        stamped = code != settings.LANGUAGE_CODE or COOKIE in request.COOKIES
        _remember(response, code, stamp=int(request.now.timestamp()) if stamped else 0)
    return response


def know_numbers() -> None:
    """Have the translations that hold a word in both numbers choose between them (:class:`Counted`)."""
    for code, _name in settings.LANGUAGES:
        words = vars(loaded(code))["_catalog"]
        for key, text in list(words.items()):
            if isinstance(text, str) and (counted := Counted.of(text)) is not text:
                words[key] = counted
