"""A tally file: one vote as JSON, read exactly and answered as JSON. Pure: bytes in, text out.

Every figure is read from its own digits into ``Decimal``, every refusal names its place as a path (``ballots[3].at``,
counted from 0). A field that this version does not know is set aside and reported, so that a file may carry notes; one
that looks like a misspelt field of ours, and any unknown option, is refused, since a default in its stead could turn
the outcome.
"""

from yishiting.council.votes.tally_file.answering import answer, result_of
from yishiting.council.votes.tally_file.reading import Election, Options, Tally, read

__all__ = ["Election", "Options", "Tally", "answer", "read", "result_of"]
