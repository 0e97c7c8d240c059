"""What a policy answers: yes, or no with a reason that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import Sentence, gettext_noop, sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an actor may do something, and if not, why."""

    allowed: bool
    reason: Sentence | None = None

    def __bool__(self) -> bool:
        return self.allowed

    def enforce(self) -> None:
        """Raise :class:`NotAllowed` with the reason unless allowed."""
        if not self.allowed:
            raise NotAllowed(self.reason or sentence(gettext_noop("您没有办这件事的权限。")))


YES = Verdict(True)


def no(reason: str | Sentence) -> Verdict:
    """A refusal with its reason."""
    return Verdict(False, sentence(reason))


def allow_if(condition: bool, reason: str | Sentence) -> Verdict:
    """YES where ``condition`` holds, else a refusal with ``reason``."""
    return YES if condition else no(reason)
