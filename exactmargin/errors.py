"""The exceptions that users see, and no others.

Two families of failure are kept apart.  *Misuse* and malformed input raise one of the classes
below, with one sentence that gives the value, what was expected, and the next act.  *Bad
evidence* never raises: the kernel returns a rejection that says why.  `InternalError` is the
seam between them: the engine produced evidence that did not pass its own check.
"""

__all__ = [
    "ExactMarginError",
    "FloatRefusedError",
    "InternalError",
    "InvalidInputError",
    "UnknownVerdictTruthError",
]


class ExactMarginError(Exception):
    """The base of every exception that this package raises on purpose."""


class InvalidInputError(ExactMarginError, ValueError):
    """Malformed input or misuse: the message names the value, what is expected, the next act.

    `place` says where the value stands (``"weights[0]"``, ``"problem.json: data.x[3]"``); the
    text of the error is then ``"place: message"``.  `message` and `place` are attributes, so
    that an outer layer can raise again with a longer place.
    """

    message: str
    place: str | None

    def __init__(self, message: str, *, place: str | None = None) -> None:
        super().__init__(message if place is None else f"{place}: {message}")
        self.message = message
        self.place = place


class FloatRefusedError(InvalidInputError):
    """A float where an exact number is needed: a float has already lost what we would prove."""


class UnknownVerdictTruthError(ExactMarginError, TypeError):
    """The truth value of a verdict was asked for, but "not proved" is not "disproved"."""


class InternalError(ExactMarginError):
    """The engine's own evidence was refused by its check: a bug here, not in the input."""
