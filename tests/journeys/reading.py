"""Reading the served pages without a browser: as nobody or signed in by the demonstration's way in."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from tests.journeys.addresses import route_of
from tests.journeys.serving import Demo, Person

TEXT_ATTRIBUTES = frozenset({"title", "alt", "aria-label", "placeholder", "content", "value"})
#: What a crawl never follows: it would end the session, or bring a file.
NEVER = re.compile(r"^/(account/logout|static)/")


class Page(HTMLParser):
    """What a page holds: its words, its links, the addresses to which its forms send."""

    def __init__(self, status: int, url: str, body: str) -> None:
        super().__init__(convert_charrefs=True)
        self.status, self.url, self.body = status, url, body
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.forms: list[str] = []
        self.linked_from = ""
        #: What the answer is by its header, and what it holds where that is no page.
        self.kind, self.content = "text/html", b""
        self._words: list[str] = []
        self._silent = 0
        self.feed(body)

    @property
    def path(self) -> str:
        """The address with its query, without the host."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def text(self) -> str:
        """All words that a reader, a screen reader or a curious neighbour with the source may see."""
        return " ".join(self._words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in {"script", "style"}:
            self._silent += 1
        if tag == "a" and "href" in found:
            self.links.append(urldefrag(urljoin(self.url, found["href"]))[0])
        if tag in {"img", "source"} and "src" in found:
            self.pictures.append(urljoin(self.url, found["src"]))
        if tag == "form":
            self.forms.append(f"{found.get('method', 'get').lower()} {urljoin(self.url, found.get('action') or '')}")
        self._words += [
            value
            for name, value in found.items()
            if name in TEXT_ATTRIBUTES and found.get("name") != "csrfmiddlewaretoken"
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self._words.append(" ".join(data.split()))


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that a crawl sees where each leads."""

    def redirect_request(self, *args: object) -> None:
        return None


@dataclass
class Reader:
    """One reader with cookies of his own."""

    demo: Demo
    person: Person | None = None
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar), _Stay()
        )
        if self.person:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/demo/").body)
            assert token, "the way in shows no form: is demo.json there?"
            page = self.post("/demo/", csrfmiddlewaretoken=token[1], person=str(self.person.person))
            assert page.status == 302, f"{self.person.label} is not let in: {page.status} {page.text[:300]}"

    def keep(self, name: str, value: str) -> None:
        """Keep a cookie, as if a switch had been pressed."""
        self.jar.set_cookie(
            http.cookiejar.Cookie(
                0, name, value, None, False, "127.0.0.1", True, False, "/", True, False, None, False, None, None, {}
            )
        )

    def get(self, path: str) -> Page:
        """Return what stands at ``path``; a redirect is answered with its status and no links but where it leads."""
        return self._open(urllib.request.Request(urljoin(self.demo.base, path)))

    def post(self, path: str, **fields: str) -> Page:
        """Send a form as a browser does without JavaScript."""
        url = urljoin(self.demo.base, path)
        data = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.request.Request(url, data=data, headers={"Referer": url}))

    def _open(self, request: urllib.request.Request) -> Page:
        return self._page(request.full_url, *self._ask(request))

    def _ask(self, request: urllib.request.Request) -> tuple[dict[str, str], bytes]:
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            head = {"status": str(answer.status), "kind": answer.headers.get_content_type()}
            return {**head, "location": answer.headers.get("Location") or ""}, answer.read()

    def _page(self, url: str, head: dict[str, str], body: bytes) -> Page:
        html = head["kind"] == "text/html"
        page = Page(int(head["status"]), url, body.decode() if html else "")
        page.kind = head["kind"]
        page.content = b"" if html else body
        if head["location"]:
            page.links.append(urljoin(url, head["location"]))
        return page

    def _read_once(self, url: str) -> Page:
        """Return a page of a crawl. What a crawl of this run, in any of its processes, read as the same person in the same
        language is not asked for again: no journey writes into the estates that are crawled.
        """
        language = next((each.value for each in self.jar if each.name == "language"), "")
        reader = f"{self.person.person if self.person else 'nobody'} {language} {url.removeprefix(self.demo.base)}"
        kept: Path = self.demo.read / blake2b(reader.encode(), digest_size=16).hexdigest()
        if not kept.exists():
            head, body = self._ask(urllib.request.Request(url))
            half = kept.with_suffix(f".{os.getpid()}")
            half.write_bytes(json.dumps(head).encode() + b"\n" + body)
            half.rename(kept)
        head_line, _, body = kept.read_bytes().partition(b"\n")
        return self._page(url, json.loads(head_line), body)

    def crawl(self, *starts: str, follow: Callable[[str], bool] = lambda path: True) -> Iterator[Page]:
        """Yield each page that links lead to from ``starts``, breadth first, each once; other hosts are never asked."""
        queue = deque((urljoin(self.demo.base, start), "") for start in starts)
        seen = {url for url, _ in queue}
        while queue:
            url, before = queue.popleft()
            page = self._read_once(url)
            page.linked_from = before
            yield page
            for link in page.links:
                if link in seen or not link.startswith(self.demo.base + "/"):
                    continue
                seen.add(link)
                path = link.removeprefix(self.demo.base)
                if not NEVER.match(path) and follow(path):
                    queue.append((link, page.path))


def few_of_each(
    most: int, *, more: Mapping[str, int] | None = None, estates: tuple[str, ...] = ()
) -> Callable[[str], bool]:
    """Return a rule that follows at most ``most`` addresses of a route (``more`` of some), one for each set of query keys,
    and of these estates alone.
    """
    taken: Counter[tuple[str, frozenset[str]]] = Counter()

    def follow(path: str) -> bool:
        parts = urlsplit(path)
        words = parts.path.split("/")
        if estates and len(words) > 2 and words[1] == "e" and words[2] not in estates:
            return False
        key = (route_of(path), frozenset(parse_qs(parts.query)))
        taken[key] += 1
        return taken[key] <= (1 if key[1] else (more or {}).get(key[0], most))

    return follow
