"""What several rooms do alike, on both sides: a matter reported and taken in, a step ended, a picture sent."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from tests.parity.twins import APART, Call, Page, Side, Twins, assert_driven
from yishiting.council.matters.models import Matter, PlaybookVersion, Report
from yishiting.council.matters.tests import making
from yishiting.council.projects.tests.building import jpeg
from yishiting.reach.api.tests import inventory

WORKER, CHAIR, MODERATOR, GRID = "community_worker", "committee_chair", "moderator", "grid_worker"
SURE = {"confirm": "1"}
MATTER = "desk/{slug}/matters/{no}/"
FORBIDDEN = "supervisor"


class File(BytesIO):
    """A file as a form sends it."""

    def __init__(self, content: bytes, name: str = "现场.jpg") -> None:
        super().__init__(content)
        self.name = name


def scene() -> File:
    """A picture of what was done."""
    return File(jpeg().read())


def newest(side: Side, model: Any, **given: Any) -> Any:
    return model.objects.filter(estate=side.world.estate, **given).order_by("-pk").first()


def number(side: Side, model: Any = Matter) -> int:
    return int(newest(side, model).no)


def run(side: Side) -> int:
    """Return the passage that a worker looks at."""
    return making.run_of(Matter.objects.get(estate=side.world.estate, no=side.kept["no"])).pk


def version_of(name: str) -> PlaybookVersion:
    return PlaybookVersion.objects.filter(playbook=name).order_by("-version")[0]


def report(twins: Twins, who: int, title: str, **more: Any) -> None:
    """Report in both, and keep the matter's number as ``no``."""
    said = {"category": "停车充电", "title": title, "words": "天天堵着门", **more}
    twins.do(
        who,
        Page("e/{slug}/matters/new/", {**said, **SURE}),
        Call("POST", "matters", said),
        kind="matters.reported",
    )
    twins.keep("no", number)
    twins.keep("report", lambda side: newest(side, Report).pk)


def take_in(twins: Twins, text: str) -> None:
    twins.do(
        WORKER,
        Page("desk/{slug}/playbooks/new/", {"text": text}),
        Call("POST", "playbooks", {"text": text}),
        kind="matters.playbook_added",
    )


def accept(twins: Twins, name: str) -> None:
    def pk(side: Side) -> int:
        rows = PlaybookVersion.objects.filter(playbook=name)
        return int((rows.filter(estate=side.world.estate).first() or rows.get(estate=None)).pk)

    page = Page(MATTER + "accept/", {"playbook": pk, "reason": "确有其事", "title": "公开的题目", "spot": "东门"})
    body = {"playbook": name, "version": 1, "reason": "确有其事", "title": "公开的题目", "spot": "东门"}
    call = Call("POST", "desk/matters/{no}/acceptance", {**body, "version": version_of(name).version})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(WORKER, page, call, kind="matters.accepted")


def end_step(twins: Twins, who: Any, outcome: str = "done", note: str = "看过了") -> None:
    body = {"run": run, "outcome": outcome, "note": note}
    twins.do(
        who,
        Page(MATTER + "step/", {**body, **SURE}),
        Call("POST", "desk/matters/{no}/step", body),
        kind="matters.step_ended",
    )


def photo(twins: Twins, who: Any) -> None:
    """Send a picture to both; the page keeps one when the form with it is sent, so there it is kept by the verb."""
    from yishiting.council.matters import services

    twins.acting = twins.by_page
    kept = services.store_photo(
        actor=twins.by_page.world.actor(who),
        estate=twins.by_page.world.estate,
        upload=making.picture(),
        now=twins.now,
    )
    twins.by_page.kept["photo"] = kept.pk
    twins.acting = twins.by_call
    call = Call("POST", "photos", {"file": lambda _side: scene()}, as_form=True)
    method, path, body, more = call.on(twins.by_call)
    twins.by_call.kept["photo"] = twins.by_call.caller(who).does(method, path, body, **more)["id"]


def assert_reached(twins: Twins, *rooms: str) -> None:
    """Each verb of the rooms was called by its page and by its operation, with everything that it takes."""
    assert_driven(twins, {name for name in inventory.REACHED if name.partition(".")[0] in rooms} - APART)
