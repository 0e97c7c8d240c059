"""In which language a page answers: Chinese, unless its reader chose English.

What a browser says about its languages is not asked. Many telephones and computers in a compound came with an English
setting that nobody chose, and a neighbour who opens a link must find the words that he talks in. Whoever wants English
finds the word "English" at the foot of every page. A programme at the interface chose its headers itself, so there
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

from yishiting.kernel.words import Counted

COOKIE = settings.LANGUAGE_COOKIE_NAME
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
    code = request.COOKIES.get(COOKIE, "")
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Speak the language of the reader for as long as the request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = chosen(request)
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = self.get_response(request)
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
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice for a year, and return to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    code = request.POST.get("language", "")
    if code == settings.LANGUAGE_CODE or code not in dict(settings.LANGUAGES):
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(COOKIE, code, max_age=365 * 86400, samesite="Lax", httponly=True, secure=settings.HTTPS)
    return response


def know_numbers() -> None:
    """Have the translations that hold a word in both numbers choose between them (:class:`Counted`)."""
    for code, _name in settings.LANGUAGES:
        words = vars(loaded(code))["_catalog"]
        for key, text in list(words.items()):
            if isinstance(text, str) and (counted := Counted.of(text)) is not text:
                words[key] = counted
