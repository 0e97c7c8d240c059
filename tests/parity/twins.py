"""Two like estates: what is done in the one through its pages is done in the other through the interface, step by step."""

from __future__ import annotations

import html
import inspect
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from importlib import import_module
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.support.signing import sign_in
from tests.support.world import START, World, make_person, make_world
from yishiting.council.matters import services as matters
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.kernel import clock
from yishiting.reach.api.tests import inventory
from yishiting.reach.api.tests.calling import Caller
from yishiting.reach.web.projects import desk_views as project_pages
from yishiting.timeline.models import Entry

Who = str | int | None
#: Facts that are ids of rows, which two estates do not share; everything else that is told must be the same.
IDS = frozenset(
    (
        *("answer", "commitment", "entrance", "first", "group", "head", "home", "of", "party", "person", "photo"),
        *("photos", "pictures", "report", "reports", "run", "sha256", "slip", "statement", "terms", "vote"),
    )
)
#: Verbs that a test of their own drives, beside that of their room.
APART = frozenset(
    (
        *("matters.look", "matters.carry_out", "projects.plan_funding", "projects.tell_funding"),
        *("projects.add_task", "projects.finish_task", "projects.drop_task"),
    )
)
_DIGEST = re.compile(r"[0-9a-f]{32,64}")


@dataclass
class Side:
    """One of the two estates, with those who act in it."""

    name: str
    world: World
    pages: dict[Who, Client] = field(default_factory=dict)
    callers: dict[Who, Caller] = field(default_factory=dict)
    seen: int = 0
    called: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The estate's word in addresses."""
        return self.world.estate.slug

    def page(self, who: Who) -> Client:
        """Return the browser of somebody."""
        if who not in self.pages:
            person = self._person(who)
            self.pages[who] = sign_in(Client(), person) if person is not None else Client()
        return self.pages[who]

    def caller(self, who: Who) -> Caller:
        """Return the programme of somebody."""
        if who not in self.callers:
            self.callers[who] = Caller(self.world, self._person(who))
        return self.callers[who]

    def _person(self, who: Who) -> Any:
        if who is None:
            return None
        return self.world.staff[who] if isinstance(who, str) else self.world.owners[who]

    def role(self, person_id: int | None) -> Who:
        """Return who it was, as both estates call him."""
        for kind, person in self.world.staff.items():
            if person.pk == person_id:
                return kind
        return next((index for index, person in enumerate(self.world.owners) if person.pk == person_id), None)

    def entries(self) -> list[tuple[Any, ...]]:
        """Return what was written since the last time, in a shape that two estates share."""
        rows = list(Entry.objects.filter(estate_id=self.world.estate.pk, seq__gt=self.seen).order_by("seq"))
        self.seen = rows[-1].seq if rows else self.seen
        return [
            (
                row.kind,
                row.subject_kind,
                row.thread.partition("/")[0],
                self.role(row.actor_id),
                _facts(row.facts),
                sorted(Counter(label for label, *_rest in row.attests).items()),
            )
            for row in rows
        ]


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shape(value) if name in IDS else _plain(value) for name, value in sorted(facts.items())}


def _shape(value: Any) -> Any:
    return [_shape(each) for each in value] if isinstance(value, list) else type(value).__name__


def _plain(value: Any) -> Any:
    if isinstance(value, str) and _DIGEST.fullmatch(value):
        return "digest"
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Page:
    """A form as a browser sends it. Braces in the address name what was kept; a value that is called is asked of its side."""

    address: str
    form: Mapping[str, Any] = field(default_factory=dict)

    def on(self, side: Side) -> tuple[str, dict[str, Any]]:
        """Return where it is sent in an estate, and what."""
        return "/" + self.address.format(slug=side.slug, **side.kept), _of(self.form, side)


@dataclass(frozen=True)
class Call:
    """A request as a programme sends it; with a file it is a form."""

    method: str
    path: str
    body: Any = None
    as_form: bool = False

    def on(self, side: Side) -> tuple[str, str, Any, dict[str, str]]:
        """Return how and where it is sent in an estate, and what."""
        path, body = self.path.format(slug=side.slug, **side.kept), _of(self.body, side)
        if self.as_form:
            return self.method, path, encode_multipart(BOUNDARY, body), {"content_type": MULTIPART_CONTENT}
        return self.method, path, body, {}


def _of(value: Any, side: Side) -> Any:
    if callable(value):
        return value(side)
    if isinstance(value, Mapping):
        return {
            (name.format(**side.kept) if isinstance(name, str) else name): _of(each, side)
            for name, each in value.items()
        }
    return [_of(each, side) for each in value] if isinstance(value, list) else value


class Twins:
    """The two estates under one clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = START + timedelta(hours=1)
        first, second = (_world(name) for name in ("测试苑", "对照苑"))
        self.by_page, self.by_call = Side("page", first), Side("call", second)
        self.acting = self.by_page
        monkeypatch.setattr(clock, "now", lambda: self.now)
        self._spy(monkeypatch)
        for side in self.sides:
            side.entries()

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both estates."""
        return self.by_page, self.by_call

    def _spy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, verb in list(inventory.verbs()):
            if name in inventory.REACHED:
                short = name.partition(".")[2]
                spied = self._spied(name, verb)
                for room, module in inventory.rooms():
                    if f"{room}.{short}" == name and hasattr(import_module(module), short):
                        monkeypatch.setattr(import_module(module), short, spied)
                for kind, known in project_pages.VERBS.items():
                    if known is verb:
                        monkeypatch.setitem(project_pages.VERBS, kind, spied)

    def _spied(self, name: str, verb: Any) -> Any:
        @wraps(verb)
        def spied(*args: Any, **kwargs: Any) -> Any:
            self.acting.called.add(name)
            self.acting.sent |= {f"{name}.{each}" for each, value in kwargs.items() if value not in (None, "", ())}
            return verb(*args, **kwargs)

        return spied

    def later(self, **by: int) -> datetime:
        """Move the clock on."""
        self.now += timedelta(**by)
        for side in self.sides:
            side.world.now = self.now
        return self.now

    def keep(self, name: str, found: Callable[[Side], Any]) -> None:
        """Remember something of each estate under one name."""
        for side in self.sides:
            side.kept[name] = found(side)

    def do(self, who: Who, page: Page, call: Call, *, kind: str = "", status: int = 302) -> Any:
        """Do the same thing in both; what the record holds of it afterwards must be alike. ``kind`` must be in it.

        ``status`` is the page's answer: it leads on, unless it tells on the spot what came of it.
        """
        self.acting = self.by_page
        address, form = page.on(self.by_page)
        answer = self.by_page.page(who).post(address, form)
        assert answer.status_code == status, f"{address}: {answer.status_code} {_text(_words(answer))[-3000:]}"
        self.acting = self.by_call
        method, path, body, more = call.on(self.by_call)
        told = self.by_call.caller(who).does(method, path, body, **more)
        self._compare(f"{who} {address}", kind)
        return told

    def read(self, who: Who, page: Page, call: Call) -> Any:
        """Read the same thing in both; what reading leaves on record must be alike."""
        self.acting = self.by_page
        address, _form = page.on(self.by_page)
        assert self.by_page.page(who).get(address).status_code == 200, address
        self.acting = self.by_call
        told = self.by_call.caller(who).told(call.on(self.by_call)[1])
        self._compare(f"{who} {address}", "")
        return told

    def _compare(self, what: str, kind: str) -> None:
        first, second = (side.entries() for side in self.sides)
        assert first == second, f"{what}: the record holds\n{first}\nand\n{second}"
        if kind:
            assert kind in {row[0] for row in first}, f"{what}: {first}"

    def refuse(self, who: Who, page: Page, call: Call, *, says: str = "") -> None:
        """Be refused in both, with one sentence, and nothing on record. ``says`` is a part of that sentence."""
        address, form = page.on(self.by_page)
        answer = self.by_page.page(who).post(address, form, follow=True)
        method, path, body, more = call.on(self.by_call)
        refused = self.by_call.caller(who).send(method, path, body, **more)
        assert 400 <= refused.status_code < 500, f"{path}: {refused.status_code} {_words(refused)}"
        told, said = refused.json(), _text(_words(answer))
        if who is None:
            # A browser is led to where one signs in, a programme is told that it needs a key.
            assert (refused.status_code, "登录" in said) == (401, True), address
            return
        assert says in told["detail"] + "".join(told["fields"].values()), told
        for sentence in set(told["fields"].values()) or {told["detail"]}:
            assert sentence in said, f"{who} {address}: the page does not say “{sentence}”: {said[-1500:]}"
        # A button alone tells why not on the page that it leads back to.
        assert answer.status_code in (refused.status_code, 200, 409, 422), f"{address}: {answer.status_code}"
        first, second = (side.entries() for side in self.sides)
        assert first == second == [], f"{who} {address}: written although refused: {first} {second}"


def assert_driven(twins: Twins, wanted: Collection[str]) -> None:
    """Each of these verbs was called by its page and by its operation, with everything that it takes."""
    for side in twins.sides:
        assert sorted(set(wanted) - side.called) == [], side.name
    takes = {
        f"{name}.{each}"
        for name, verb in inventory.verbs()
        if name in wanted
        for each in inspect.signature(verb).parameters
        if each not in ("actor", "now", "done")
    }
    assert sorted(takes - twins.by_call.sent - inventory.NOT_SENT.keys()) == []


def _words(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _world(name: str) -> World:
    world = make_world(12, name=name)
    matters.ensure_library(now=world.now)
    _post(world, "case_supervisor")
    Organisation.objects.create(kind=Organisation.Kind.PROPERTY, name=f"{name}物业", estate=world.estate)
    return world


def _post(world: World, kind: str) -> None:
    organisation = Term.objects.get(person=world.staff["community_worker"]).post.organisation
    world.staff[kind] = make_person(f"{kind}{world.estate.pk}", f"1381{world.estate.pk:07d}")
    post = Post.objects.create(organisation=organisation, kind=kind, estate=world.estate)
    Term.objects.create(post=post, person=world.staff[kind], since=START)
