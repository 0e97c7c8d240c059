"""The count (民法典 第278条): pure and exact, the same for the command line, the services and whoever recounts.

Four steps, each of its own: ``heads_of`` makes the electorate of a roll, ``settle`` keeps one effective ballot a head,
``count`` decides and explains, ``turnout`` says how far a vote still has to go without looking at any choice.
Integers, ``Decimal`` and ``Fraction`` only; nothing is rounded before it is compared.
"""

from yishiting.council.votes.rules.ballots import beats, settle
from yishiting.council.votes.rules.counting import count
from yishiting.council.votes.rules.election import (
    FEWEST_MEMBERS,
    ElectionBlock,
    ElectionResult,
    Polled,
    committee_stands,
    count_election,
)
from yishiting.council.votes.rules.options import OptionBlock, OptionResult, count_options, to_run_off
from yishiting.council.votes.rules.roll import heads_of
from yishiting.council.votes.rules.shares import (
    HALF,
    THREE_QUARTERS,
    TWO_THIRDS,
    least_area,
    least_area_over,
    least_heads,
    least_heads_over,
    turnout,
)
from yishiting.council.votes.rules.terms import (
    DEVELOPER,
    Answer,
    Block,
    Cast,
    Channel,
    Choice,
    Head,
    Kind,
    Offer,
    Outcome,
    Pair,
    Precedence,
    Result,
    RollHome,
    Rule,
    Turnout,
)

__all__ = [
    "DEVELOPER",
    "FEWEST_MEMBERS",
    "HALF",
    "THREE_QUARTERS",
    "TWO_THIRDS",
    "Answer",
    "Block",
    "Cast",
    "Channel",
    "Choice",
    "ElectionBlock",
    "ElectionResult",
    "Head",
    "Kind",
    "Offer",
    "OptionBlock",
    "OptionResult",
    "Outcome",
    "Pair",
    "Polled",
    "Precedence",
    "Result",
    "RollHome",
    "Rule",
    "Turnout",
    "beats",
    "committee_stands",
    "count",
    "count_election",
    "count_options",
    "heads_of",
    "least_area",
    "least_area_over",
    "least_heads",
    "least_heads_over",
    "settle",
    "to_run_off",
    "turnout",
]
