"""``yishiting appoint``: give somebody a post in an estate; a newly imported estate has no staff until this is done."""

from __future__ import annotations

import argparse

from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.cli.django_setup import ready
from yishiting.reach.cli.tongue import _

NAME = "appoint"
HELP = gettext_noop("任命岗位：新导入的小区要先有办事的人")
#: As long as a person's name is kept.
LONGEST_NAME = 80


def configure(parser: argparse.ArgumentParser) -> None:
    """Which estate, which post, who."""
    parser.add_argument("--estate", required=True, metavar="NAME", help=_("小区名称"))
    parser.add_argument("--post", required=True, metavar="KIND", help=_("岗位，如 grid_worker（见 docs/roles.md）"))
    parser.add_argument("--name", required=True, help=_("姓名"))
    parser.add_argument("--phone", required=True, help=_("手机号，用它登录"))
    parser.add_argument("--building", metavar="LABEL", help=_("只管一栋楼的岗位，写楼栋，如 南楼"))


def run(args: argparse.Namespace) -> int:
    """Appoint from now on; whoever is on a roster by the same name and phone keeps being that person."""
    ready()
    from django.db import transaction

    from yishiting.ground.organisations import kinds
    from yishiting.ground.organisations.services import fill_post
    from yishiting.ground.people import secrets
    from yishiting.ground.people.models import Person
    from yishiting.ground.people.sign_in import masked, mobile
    from yishiting.ground.places.models import Building
    from yishiting.ground.places.selectors import estate_by_name
    from yishiting.kernel import clock

    estate = estate_by_name(args.estate)
    name, phone = one_line(args.name), mobile(args.phone)
    if not name:
        raise BadInput(gettext_noop("请写上姓名。"))
    if len(name) > LONGEST_NAME:
        raise BadInput(Sentence(gettext_noop("姓名太长了，最多 {most} 个字。"), most=LONGEST_NAME))
    building = None
    if args.building:
        building = Building.objects.filter(estate=estate, label=args.building).first()
        if building is None:
            raise NotFound(Sentence(gettext_noop("这个小区没有“{label}”。请照名册上的写法写。"), label=args.building))
    holders = list(Person.objects.filter(phone_hash=secrets.lookup_hash(phone)).order_by("pk"))
    person = next((row for row in holders if row.name == name), None)
    if person is None:
        if holders:
            raise BadInput(gettext_noop("这个手机号登记在别人名下。请核对姓名，或先在名册里核实这个电话。"))
        person = Person(name=name)
        person.phone = phone
    with transaction.atomic():
        if person._state.adding:
            person.save()
        term = fill_post(
            estate=estate, kind=args.post, person=person, since=clock.now(), actor_id=None, building=building
        )
    post = Sentence(kinds.label(args.post))
    told = _(
        "{estate}：{post}，{phone}，第 {term} 号任期", estate=estate.name, post=post, phone=masked(phone), term=term.pk
    )
    print(told)
    return 0
