"""What the count reckons with is what the rule packs cite as law."""

from __future__ import annotations

from fractions import Fraction

from yishiting.council.votes.rules import FEWEST_MEMBERS, HALF, THREE_QUARTERS, TWO_THIRDS
from yishiting.ground.packs.shipped import packs, rule_book


def test_every_pack_cites_the_shares_that_the_count_reckons_with() -> None:
    for pack in packs():
        book = rule_book(pack)
        assert book.share("quorum") == TWO_THIRDS
        assert book.share("majority.ordinary") == HALF
        assert book.share("majority.special") == THREE_QUARTERS
        assert book.share("committee.stands_over") == HALF
    national = rule_book("national")
    assert national.count("committee.fewest") == FEWEST_MEMBERS
    assert national.share("temporary.asked_by") == Fraction(1, 5)
