"""A visitor: one person with one browser window, who sees what is wrong with each page that he opens."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    Response,
    StorageState,
    StorageStateCookie,
)

from tests.journeys.reading import Reader
from tests.journeys.serving import Demo, Person

PHONE, DESK = 390, 1280
#: Each window is a process of the browser, of some 60 MB of its own.
MOST_OPEN = 16
HEIGHTS = {PHONE: 844, DESK: 900}
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--lang=zh-CN",
    # A script lives as long as its page here; to compile it to be fast takes longer than it saves, a quarter of a look.
    "--js-flags=--no-turbofan --no-maglev",
    # A frame that stays from page to page: a new one for each takes a fifth of the time of opening it. This list replaces
    # Playwright's own, so that what of that concerns a page is said again.
    "--disable-features=RenderDocument,PaintHolding,HttpsUpgrades,ThirdPartyStoragePartitioning,OptimizationHints,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose",
)
#: Answers of a page as a whole; a refusal is a page too, and a journey that looks for one says so.
BROKEN = re.compile(r"the server responded with a status of (403|404|409|422)")


def launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium: the build without windows where it is there, which does the same in half the time."""
    path = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
    assert path, "there is no Chromium; `make system` installs it"
    # What the browser itself writes, a date's places say, comes in the language of its surroundings.
    return playwright.chromium.launch(executable_path=path, args=list(ARGS), env={**os.environ, "LANGUAGE": "zh_CN"})


@dataclass
class Visitor:
    """A person at a window of a width, with or without JavaScript."""

    demo: Demo
    page: Page
    person: Person | None
    width: int
    js: bool
    faults: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: script error {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that refuses is no error of the browser; whether it should refuse is for the journey to say.
        if message.type == "error" and not BROKEN.search(message.text):
            self.faults.append(f"{self.page.url}: console says {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in {"data", "blob"} and not request.url.startswith(self.demo.base + "/"):
            self.faults.append(f"{self.page.url}: asks another host {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.visited.append(response.url)
            if response.status >= 500:
                self.faults.append(f"{response.url}: answers {response.status}")
        elif response.status >= 400:
            self.faults.append(f"{self.page.url}: {response.url} answers {response.status}")

    # ------------------------------------------------------------------------------------------------ what he does
    def go(self, path: str) -> int:
        """Open an address and return the status of its answer."""
        answer = self.page.goto(urljoin(self.demo.base, path))
        assert answer is not None
        return answer.status

    def follow(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow the first visible link with these words."""
        self._tap((within or self.page.locator("body")).get_by_role("link", name=words))

    def press(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Press the first visible button with these words and wait for the page that it brings."""
        self._tap((within or self.page.locator("body")).get_by_role("button", name=words))

    def _tap(self, found: Locator) -> None:
        visible = found.filter(visible=True)
        if not visible.count():
            offered = self.page.locator("main a:visible, main button:visible").all_inner_texts()
            raise AssertionError(
                f"{self.page.url}: nothing to press like {found}; there is {offered}\n{self.text[:1500]}"
            )
        with self.page.expect_navigation():
            visible.first.click()

    def fill(self, **fields: str) -> None:
        """Type into the fields of these names."""
        for name, words in fields.items():
            box = self.page.locator(f'main [name="{name}"]').first
            if box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(words)
            else:
                box.fill(words)

    def choose(self, name: str, *values: str) -> None:
        """Tick the boxes or the button of a group by their values; others of the group are left."""
        for value in values:
            self.page.locator(f'main input[name="{name}"][value="{value}"]').first.check()

    # ------------------------------------------------------------------------------------------------- what he sees
    @property
    def text(self) -> str:
        """What the main part of the page says."""
        return re.sub(r"\s+", " ", self._main())

    def _main(self) -> str:
        # Not by a locator: for the first of those a document has to load a library as large as all that is ours.
        told = self.page.evaluate("() => document.querySelector('main')?.innerText ?? null")
        assert told is not None, f"{self.page.url} has no main part"
        return str(told)

    @property
    def path(self) -> str:
        """Where he is, without the host."""
        return self.page.url.removeprefix(self.demo.base)

    def sees(self, *words: str) -> None:
        """Fail unless the page says all of this, however its lines break."""
        text = re.sub(r"\s", "", self._main())
        missing = [word for word in words if re.sub(r"\s", "", word) not in text]
        assert not missing, f"{self.page.url} does not say {missing}; it says:\n{self.text[:3000]}"

    def sees_not(self, *words: str) -> None:
        """Fail where the page says any of this."""
        text = re.sub(r"\s", "", self._main())
        found = [word for word in words if re.sub(r"\s", "", word) in text]
        assert not found, f"{self.page.url} says {found}"

    def begin_anew(self) -> None:
        """Forget what was typed and not sent."""
        if self.js and self.page.url.startswith(self.demo.base):
            self.page.evaluate("() => window.sessionStorage.clear()")
        self.visited.clear()

    def assert_clean(self) -> None:
        """Fail where a page that he opened was broken."""
        assert not self.faults, "\n".join(self.faults)


@dataclass
class Visitors:
    """Opens windows; whoever signed in once stays signed in. The way in itself is walked by test_signing_in."""

    demo: Demo
    browser: Browser
    _signed_in: dict[int, StorageState] = field(default_factory=dict)
    #: Windows that stay open, the one that was used last at the end.
    _left_open: dict[tuple[int, int, bool], Visitor] = field(default_factory=dict)

    def left_open(self, person: Person | None, *, width: int, js: bool) -> Visitor:
        """Return the window that a person left open, or open it; of too many the one that was left longest is closed."""
        key = (person.person if person else 0, width, js)
        visitor = self._left_open.pop(key, None) or self.open(person, width=width, js=js)
        self._left_open[key] = visitor
        if len(self._left_open) > MOST_OPEN:
            self.close(next(iter(self._left_open.values())))
        return visitor

    def close(self, visitor: Visitor) -> None:
        """Close a window that was left open."""
        self._left_open = {key: each for key, each in self._left_open.items() if each is not visitor}
        visitor.page.context.close()

    @contextmanager
    def window(
        self,
        person: Person | None = None,
        *,
        width: int = PHONE,
        js: bool = True,
        elder: bool = False,
        dark: bool = False,
    ) -> Iterator[Visitor]:
        """Yield a visitor and fail at the end where a page was broken."""
        visitor = self.open(person, width=width, js=js, elder=elder, dark=dark)
        try:
            yield visitor
            visitor.assert_clean()
        finally:
            visitor.page.context.close()

    def open(
        self,
        person: Person | None = None,
        *,
        width: int = PHONE,
        js: bool = True,
        elder: bool = False,
        dark: bool = False,
    ) -> Visitor:
        """Return a visitor; his context is the caller's to close."""
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=js,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            storage_state=self._state(person) if person else None,
        )
        context.set_default_timeout(10_000)
        if elder:
            context.add_cookies([{"name": "elder", "value": "1", "url": self.demo.base}])
        return Visitor(self.demo, context.new_page(), person, width, js)

    def _state(self, person: Person) -> StorageState:
        if person.person not in self._signed_in:
            jar = Reader(self.demo, person).jar
            self._signed_in[person.person] = StorageState(
                cookies=[
                    StorageStateCookie(
                        name=each.name, value=each.value or "", domain=each.domain.removesuffix(".local"), path=each.path,
                        expires=each.expires or -1, httpOnly=False, secure=False, sameSite="Lax",
                    )
                    for each in jar
                ],
                origins=[],
            )  # fmt: skip
        return self._signed_in[person.person]
