"""The two ways in which a certificate can fail, and the guards that every check goes through.

Each check of the kernel is one call of ``need`` or ``form`` with a code of its own. A code
names exactly one check, so a test can ask for a rejection by its reason, and can take each
check away in turn and see that something breaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any


class Rejected(Exception):  # noqa: N818 - an outcome, not an error
    """The certificate is well formed and does not prove its claim: (code, place, numbers)."""

    def __init__(self, code: str, place: str, numbers: tuple[Any, ...] = ()):
        super().__init__(code, place, numbers)
        self.code, self.place, self.detail = code, place, ", ".join(show(x) for x in numbers)


class Malformed(Rejected):
    """The certificate cannot be read: it says nothing that could be true or false."""


def need(holds: bool, code: str, place: str, *numbers: object) -> None:
    """Reject, unless the mathematical condition ``holds``."""
    if not holds:
        raise Rejected(code, place, numbers)


def form(holds: bool, code: str, place: str, *values: object) -> None:
    """Call malformed, unless the syntactic condition ``holds``."""
    if not holds:
        raise Malformed(code, place, values)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kernel says: ``status`` is accepted, rejected or malformed.

    ``statement`` is what was proved (empty unless accepted); ``code``, ``place`` and
    ``detail`` say which check failed, where, on which numbers (empty if accepted);
    ``sha256`` is the digest of the certificate's bytes.
    """

    status: str
    claim: str
    statement: str
    code: str
    place: str
    detail: str
    sha256: str

    @property
    def accepted(self) -> bool:
        """Whether the certificate proves its claim."""
        return self.status == "accepted"

    def line(self) -> str:
        """One greppable line."""
        detail = f" ({self.detail})" if self.detail else ""
        line = f"{self.status.upper()} {self.code} at {self.place}{detail}"
        if self.accepted:
            line = f"ACCEPTED {self.claim}: {self.statement}"
        escaped = line.encode("unicode_escape").decode()  # no line breaks, any terminal
        return f"{escaped} [sha256 {self.sha256}]"


def show(value: object) -> str:
    """A short text of any value; never fails, also where Python refuses to print an integer."""
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        bits = max(abs(value.numerator).bit_length(), value.denominator.bit_length())
        if bits > 600:
            return f"a number of about {bits * 30103 // 100000} digits"
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "..."
