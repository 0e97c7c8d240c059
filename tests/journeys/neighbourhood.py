"""The journeys' own estates: eight homes, seven owner groups, so that five people can carry a vote by hand.

In 梧桐里 the journeys write; 静安里 is a still life (see ``still_life``). ``python -m tests.journeys.neighbourhood`` makes
all that the journeys begin with: the stories, then both estates, whose people it lists in ``demo.json``.
"""

from __future__ import annotations

import csv
import gc
import json
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

JOURNEYS, STILL = "梧桐里", "静安里"
#: When the journeys' own estates were taken in, well before anything happens there.
BEFORE = "2026-01-12T09:00:00+08:00"
#: Each estate's region and the middle of its phones, which no two estates share.
ESTATES = {JOURNEYS: ("江宁市/梧桐街道/梧桐社区", "71"), STILL: ("江宁市/静安街道/静安社区", "73")}
HEADINGS = ("楼栋", "单元", "房号", "建筑面积", "产权人", "联系电话", "居住人数")
#: 彭望舒 owns two homes; 邬清和 and 邬清越 own one together. The last two digits of a phone stand for it.
HOMES = (
    ("1栋", "1单元", "101", "88.50", "彭望舒", "01", "3"),
    ("1栋", "1单元", "102", "90.00", "彭望舒", "01", "0"),
    ("1栋", "1单元", "201", "101.20", "邬清和、邬清越", "03", "2"),
    ("1栋", "1单元", "202", "76.30", "扈晚亭", "04", "4"),
    ("1栋", "2单元", "101", "95.00", "佘知夏", "05", "2"),
    ("1栋", "2单元", "102", "95.00", "郗明远", "06", "1"),
    ("1栋", "2单元", "201", "120.75", "缪鹤鸣", "07", "5"),
    ("1栋", "2单元", "202", "82.25", "宓小满", "08", "2"),
)
#: The still life has two more homes whose owners share a phone, for staff to settle whose it is.
SHARED = (
    ("1栋", "2单元", "301", "90.10", "晏听雨", "09", "2"),
    ("1栋", "2单元", "302", "91.30", "嵇望山", "09", "3"),
)
#: Role, who plays it, the post held beside owning a home.
OWNERS = (
    ("owner_1", "彭望舒", ""),
    ("owner_2", "扈晚亭", ""),
    ("owner_3", "佘知夏", ""),
    ("moderator", "缪鹤鸣", "moderator"),
    ("committee_chair", "郗明远", "committee_chair"),
    ("committee_member", "宓小满", "committee_member"),
)
STAFF = (
    ("community_worker", "臧晓舟", "51"),
    ("grid_worker", "茅一鸣", "52"),
    ("property_manager", "郦守成", "53"),
)


def phone(middle: str, last: str) -> str:
    """Return an invented number."""
    return f"1390000{middle}{last}"


def roster(name: str) -> list[Sequence[str]]:
    """Return the rows of an estate's roster, headings first."""
    middle = ESTATES[name][1]
    homes = (*HOMES, *SHARED) if name == STILL else HOMES
    return [HEADINGS, *((*row[:5], phone(middle, row[5]), row[6]) for row in homes)]


def fill(name: str) -> None:
    """Found the bodies of an estate, fill its posts, list its people."""
    from django.conf import settings

    from yishiting.ground.organisations import kinds
    from yishiting.ground.organisations import services as organisations
    from yishiting.ground.people.models import Holding, Person
    from yishiting.ground.places.models import Estate
    from yishiting.kernel import clock

    now = clock.now() - timedelta(days=80)
    middle = ESTATES[name][1]
    estate = Estate.objects.get(name=name)
    region = estate.region
    assert region is not None
    community = organisations.found_organisation(kind="community", name=f"{region.name}居委会", region=region)
    council = organisations.found_organisation(kind="council", name=f"{name}议事会", estate=estate)
    sign_ins = []

    def listed(role: str, person: Person) -> None:
        title = kinds.label(role) if role in kinds.KINDS else f"业主 {role[-1]}"
        sign_ins.append(
            {
                "role": role,
                "label": f"{name}{title}",
                "phone": person.phone,
                "person": person.pk,
                "estate": estate.slug,
            }
        )

    for role, who, post_kind in OWNERS:
        holding = Holding.objects.filter(estate=estate, person__name=who).select_related("person").first()
        assert holding is not None
        if post_kind:
            post = organisations.create_post(organisation=council, kind=post_kind, estate=estate)
            organisations.appoint(post=post, person=holding.person, since=now, actor_id=None)
        listed(role, holding.person)
    for role, who, last in STAFF:
        person = Person(name=who)
        person.phone = phone(middle, last)
        person.save()
        everywhere = role == "community_worker"
        post = organisations.create_post(
            organisation=community,
            kind=role,
            region=region if everywhere else None,
            estate=None if everywhere else estate,
        )
        organisations.appoint(post=post, person=person, since=now, actor_id=None)
        listed(role, person)

    path = settings.DATA_DIR / "demo.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["estates"].append({"name": name, "slug": estate.slug})
    told["sign_ins"] += sign_ins
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")


def prepare(data: Path) -> None:
    """Make the database and the static files, replay the stories, add the journeys' own estates.

    By the commands as a person gives them, in one process, which the clock stands still for: to start one for each takes
    as long as what some of them do.
    """
    # Nothing of this process is worth looking for what can be thrown away.
    gc.disable()
    give("init")
    give("stories")
    _without_waiting_for_the_disk()
    today = os.environ["YISHITING_NOW"]
    os.environ["YISHITING_NOW"] = BEFORE
    for name, (region, _) in ESTATES.items():
        file = data / f"{name}.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(roster(name))
        give("import-roster", str(file), "--estate", name, "--region", region, "--yes", "--json")
    os.environ["YISHITING_NOW"] = today
    for each in ESTATES:
        fill(each)
    from tests.journeys import still_life

    still_life.arrange()


def give(*words: str) -> None:
    """Give ``yishiting`` a command; it must succeed."""
    from yishiting.reach.cli.main import main

    code = main(words)
    assert code == 0, f"{words} ended with {code}"


def _without_waiting_for_the_disk() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")


if __name__ == "__main__":
    prepare(Path(os.environ["YISHITING_DATA"]))
