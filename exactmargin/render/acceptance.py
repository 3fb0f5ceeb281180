"""Only what the kernel accepts is rendered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exactmargin.errors import InvalidInputError
from exactmargin.kernel import Outcome, check

__all__ = ["Accepted", "accept"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A certificate as plain data, and what the kernel says of its canonical bytes."""

    data: Any
    outcome: Outcome

    @property
    def parts(self) -> list[Any]:
        """The parts of a theorem; another claim is one part with one step."""
        if self.data["claim"] == "theorem":
            return list(self.data["evidence"]["parts"])
        step = {key: self.data[key] for key in ("claim", "evidence")}
        step |= {"name": "", "assumes": self.data["assumptions"]}
        return [{"name": "", "problem": self.data["problem"], "steps": [step], "conclusion": [""]}]


def accept(certificate: Mapping[str, Any]) -> Accepted:
    """The certificate, checked; raises `InvalidInputError` where the kernel does not accept it."""
    if not isinstance(certificate, Mapping):
        raise InvalidInputError(
            f"a certificate is a JSON object, not {type(certificate).__name__}; "
            "pass what json.load returns"
        )
    try:
        data = _canonical(dict(certificate))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"this certificate is not JSON data: {error}") from None
    outcome = check(data)
    if not outcome.accepted:
        raise InvalidInputError(
            f"the kernel does not accept this certificate ({outcome.status}: {outcome.code} at "
            f"{outcome.place}"
            + (f", {outcome.detail}" if outcome.detail else "")
            + "); only accepted certificates are rendered"
        )
    return Accepted(json.loads(data), outcome)


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=True, separators=(",", ": "))
    return (text + "\n").encode("ascii")
