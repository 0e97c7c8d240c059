"""Reading the served pages without a browser: as nobody or signed in by the demonstration's way in."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
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

    def get(self, path: str) -> Page:
        """Return what stands at ``path``; a redirect is answered with its status and no links but where it leads."""
        return self._open(urllib.request.Request(urljoin(self.demo.base, path)))

    def post(self, path: str, **fields: str) -> Page:
        """Send a form as a browser does without JavaScript."""
        url = urljoin(self.demo.base, path)
        data = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.request.Request(url, data=data, headers={"Referer": url}))

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            kind = answer.headers.get_content_type()
            body = answer.read()
            page = Page(answer.status, request.full_url, body.decode() if kind == "text/html" else "")
            page.kind = kind
            page.content = b"" if kind == "text/html" else body
            if location := answer.headers.get("Location"):
                page.links.append(urljoin(request.full_url, location))
            return page

    def crawl(self, *starts: str, follow: Callable[[str], bool] = lambda path: True) -> Iterator[Page]:
        """Yield each page that links lead to from ``starts``, breadth first, each once; other hosts are never asked."""
        queue = deque((urljoin(self.demo.base, start), "") for start in starts)
        seen = {url for url, _ in queue}
        while queue:
            url, before = queue.popleft()
            page = self.get(url)
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
