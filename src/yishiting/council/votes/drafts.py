"""What a draft asks, as it is written down and read again to be changed."""

from __future__ import annotations

from dataclasses import dataclass

from yishiting.council.votes.models import Vote


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """One answer that an item offers, with what speaks for it and against it (may be empty)."""

    name: str
    pros: str = ""
    cons: str = ""


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A question, its rule (ordinary, special, unanimous, none_objects, options) and the article that asks for it.

    ``options`` are the answers to choose from under the rule ``options``, of which one is adopted by the majority ``of``.
    """

    question: str
    rule: str
    article: str = ""
    of: str = ""
    options: tuple[OptionDraft, ...] = ()


def items_of(vote: Vote) -> list[ItemDraft]:
    """Return what a vote asks, as it was drafted (two queries)."""
    return [
        ItemDraft(
            question=item.question,
            rule=item.rule,
            article=item.article,
            of=item.of,
            options=tuple(OptionDraft(option.name, option.pros, option.cons) for option in item.options.all()),
        )
        for item in vote.items.order_by("no").prefetch_related("options")
    ]
