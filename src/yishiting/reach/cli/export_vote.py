"""``yishiting export-vote --estate NAME --vote NO --edition owners|supervisors OUT.zip``: the archive of a counted vote."""

from __future__ import annotations

import argparse
from pathlib import Path

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.cli.django_setup import ready, say
from yishiting.reach.cli.tongue import _

NAME = "export-vote"
HELP = gettext_noop("把计过票的表决存成一个文件，谁都可以拿去重数")


def configure(parser: argparse.ArgumentParser) -> None:
    """Which vote, for whom, and where to."""
    parser.add_argument("--estate", required=True, metavar="NAME", help=_("小区名称"))
    parser.add_argument("--vote", required=True, type=int, metavar="NO", help=_("第几次表决"))
    parser.add_argument(
        "--edition", required=True, choices=("owners", "supervisors"), help=_("给业主的，还是给监票人的")
    )
    parser.add_argument("out", metavar="OUT.zip", help=_("写到哪个文件"))


def run(args: argparse.Namespace) -> int:
    """Write the archive and print its root; 1 where the vote is not counted, 2 where there is none or no file can be written."""
    ready()
    from yishiting.council.votes.archive import contents, packing
    from yishiting.council.votes.models import Vote
    from yishiting.ground.places.selectors import estate_by_name

    estate = estate_by_name(args.estate)
    rows = Vote.objects.filter(estate=estate, no=args.vote) if 0 < args.vote < 2**31 else Vote.objects.none()
    vote = rows.select_related("roll", "estate").first()
    if vote is None:
        raise BadInput(Sentence(gettext_noop("{estate}没有第 {vote} 次表决。"), estate=estate.name, vote=args.vote))
    if vote.counted_at is None:
        say(_("这次表决还没有计票，没有存档。"))
        return 1
    files = contents.files_of(vote, contents.Edition(args.edition))
    try:
        Path(args.out).write_bytes(packing.packed(files))
    except (OSError, ValueError) as error:
        raise BadInput(
            Sentence(gettext_noop("写不了 {file}（{why}）。请换一个文件名或文件夹。"), file=args.out, why=str(error))
        ) from error
    print(packing.root_of(files))
    return 0
