"""The four ways in which a verb says no. Doors (pages, command line) map each once."""

from __future__ import annotations

from collections.abc import Mapping

from yishiting.kernel.words import Sentence, sentence


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a malfunction
    """A verb was refused; ``message`` is a sentence that says what to do next."""

    code = "refused"

    def __init__(self, message: str | Sentence, *, code: str | None = None) -> None:
        self.message = sentence(message)
        if code:
            self.code = code
        super().__init__(str(self.message))


class BadInput(Refusal):
    """What was typed cannot be taken; ``fields`` maps a field's name to its sentence."""

    code = "bad_input"

    def __init__(
        self,
        message: str | Sentence,
        *,
        code: str | None = None,
        fields: Mapping[str, str | Sentence] | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.fields = {name: sentence(text) for name, text in (fields or {}).items()}


class WrongState(Refusal):
    """The thing exists and the actor may act on it, but not in the state that it is in now."""

    code = "wrong_state"


class NotAllowed(Refusal):
    """The actor may not do this; the sentence says who may."""

    code = "not_allowed"


class NotFound(Refusal):
    """Nothing of that name or number is visible to the actor."""

    code = "not_found"
