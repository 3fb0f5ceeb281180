"""Verdicts: an answer carries its certificate, an unknown its reason."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, final

from exactmargin.decisions.certificate import Certificate
from exactmargin.errors import InternalError, UnknownVerdictTruthError
from exactmargin.exact import MAX_TEXT

__all__ = ["Answer", "Verdict"]


class Answer(Enum):
    """Yes or no; flat, sharp or none for the type of a local minimum; or unknown.

    "Unknown" is not "no": something was not decided, and why is said.
    """

    YES = "yes"
    NO = "no"
    FLAT = "flat"
    SHARP = "sharp"
    NONE = "none"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise UnknownVerdictTruthError(
            f"the answer {self.value} has no truth value; compare it with Answer.YES, Answer.NO "
            "or Answer.UNKNOWN"
        )


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer with a certificate that the kernel has accepted, or with the reason for none.

    Its truth value raises `UnknownVerdictTruthError`: compare `answer` instead.  So does that of
    an answer.
    """

    answer: Answer
    certificate: Certificate | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        decided = self.answer is not Answer.UNKNOWN
        if decided != (self.certificate is not None) or decided == (self.reason is not None):
            raise InternalError("a verdict carries a certificate, or the reason for none")

    def __repr__(self) -> str:
        return f"<Verdict {self.answer.value}: {self.why}>"

    @property
    def why(self) -> str:
        """What is proved, in the words of the kernel; the reason where nothing is."""
        return self.reason or "" if self.certificate is None else self.certificate.statement

    def __bool__(self) -> bool:
        raise UnknownVerdictTruthError(
            f"a verdict ({self.answer.value}) has no truth value; "
            "compare verdict.answer with Answer.YES, Answer.NO or Answer.UNKNOWN"
        )

    @classmethod
    def proved(cls, answer: Answer, certificate: Certificate) -> "Verdict":
        """The verdict yes or no, after the kernel has accepted its certificate.

        Raises `InternalError` where the kernel refuses: an engine bug, never a wrong answer.
        """
        return cls(answer, certificate.verified())

    @classmethod
    def proved_briefly(cls, answer: Answer, certificate: Certificate) -> "Verdict":
        """The same, but unknown where a number is longer than a certificate may hold."""
        stack: list[Any] = [certificate.evidence]
        while stack:
            item = stack.pop()
            if isinstance(item, str) and len(item) > MAX_TEXT:
                return cls.unknown(
                    f"{answer.value}, but the proof has a number of {len(item)} characters; a "
                    f"certificate holds at most {MAX_TEXT}"
                )
            if isinstance(item, dict | list):
                stack += item.values() if isinstance(item, dict) else item
        return cls.proved(answer, certificate)

    @classmethod
    def unknown(cls, reason: str) -> "Verdict":
        """No answer, and why."""
        return cls(Answer.UNKNOWN, reason=reason)
