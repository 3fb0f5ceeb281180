"""Certificates as the engine makes them: plain data, canonical bytes (FORMATS, `certificate@1`)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.formats import canonical_json, problem_to_json
from exactmargin.kernel import Outcome, check
from exactmargin.problems import Problem

__all__ = ["CERTIFICATE_FORMAT", "Certificate", "check_certificate"]

CERTIFICATE_FORMAT = "exactmargin/certificate@1"


@final
@dataclass(frozen=True, slots=True)
class Certificate:
    """A claim with its evidence: what the kernel re-checks, and nothing else.

    `problem` is the canonical problem object, None for claims without one; `evidence` is as
    docs/certificates.md says for the claim; `assumptions` names cited results.
    """

    claim: str
    problem: Mapping[str, Any] | None
    evidence: Mapping[str, Any]
    assumptions: tuple[str, ...] = ()
    _statement: str | None = field(default=None, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        """The claim, and what was proved where the kernel has been asked; not the numbers."""
        return f"<Certificate {self.claim}{f': {self._statement}' if self._statement else ''}>"

    @classmethod
    def about(cls, problem: Problem, claim: str, evidence: Mapping[str, Any]) -> "Certificate":
        """A certificate about a problem and its point."""
        return cls(claim, problem_to_json(problem), evidence)

    def to_json(self) -> dict[str, Any]:
        """The certificate as a JSON object."""
        return {
            "format": CERTIFICATE_FORMAT,
            "claim": self.claim,
            "problem": self.problem,
            "evidence": self.evidence,
            "assumptions": list(self.assumptions),
        }

    def text(self) -> str:
        """The canonical text: the same certificate, the same bytes."""
        return canonical_json(self.to_json())

    @property
    def sha256(self) -> str:
        """The digest of the canonical bytes, as the kernel prints it."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    def outcome(self) -> Outcome:
        """What the kernel says of the canonical bytes."""
        return check(self.text().encode())

    def verified(self) -> "Certificate":
        """The certificate itself, once the kernel has accepted it; else `InternalError`."""
        outcome = self.outcome()
        if not outcome.accepted:
            raise InternalError(f"the kernel refuses the engine's evidence: {outcome.line()}")
        object.__setattr__(self, "_statement", outcome.statement)
        return self

    @property
    def statement(self) -> str:
        """What is proved, in the words of the kernel; `InternalError` where it refuses."""
        return self._statement or self.verified().statement

    def write(self, path: str | Path) -> None:
        """Write the canonical bytes; raises `InvalidInputError` where that fails."""
        try:
            Path(path).write_text(self.text(), encoding="ascii")
        except OSError as error:
            raise InvalidInputError(
                f"the certificate cannot be written ({error.strerror})", place=str(path)
            ) from None


def check_certificate(certificate: bytes | str, problem_file: bytes | str | None = None) -> Outcome:
    """What the kernel says of the text of a certificate, and whether it is about the problem whose
    file has the given text (`exactmargin.kernel.check`).

    Raises `InvalidInputError` for what is no text.
    """
    texts: dict[str, object] = {"certificate": certificate}
    if problem_file is not None:
        texts["problem_file"] = problem_file
    for place, value in texts.items():
        if not isinstance(value, bytes | str):
            raise InvalidInputError(
                f"{shown(value)} is not the text of a file; give its bytes, or what text() of a "
                "certificate or problem_to_json of a problem gives",
                place=place,
            )
    return check(certificate, problem_file)
