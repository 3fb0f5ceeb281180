"""Blocks: what one task of a campaign does, and what it hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic, thread_time
from typing import Any, final

from exactmargin.campaigns.finding import Finding
from exactmargin.conjectures import Conjecture, Evidence, generate, shrink
from exactmargin.errors import InvalidInputError

__all__ = ["SECONDS", "Block", "run_block"]

SECONDS = 2.0
"""A task ends with the first instance that is decided after so many: then a campaign stops soon
when it is told to, and loses little when it is killed."""


@final
@dataclass(frozen=True, slots=True)
class Block:
    """Instances `start`, ..., `stop` - 1 of a campaign's seed, all decided.

    `finding` is the counterexample that was shrunk from the first of them that is violated.
    """

    start: int
    stop: int
    evidence: Evidence
    finding: Finding | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object, with the seconds as the only float."""
        finding = None if self.finding is None else self.finding.to_json()
        return {
            "start": self.start,
            "stop": self.stop,
            "evidence": self.evidence.to_json(),
            "seconds": round(self.evidence.seconds, 6),
            "finding": finding,
        }

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> "Block":
        """The inverse of `to_json`; raises `InvalidInputError` for anything else."""
        try:
            start, stop, seconds = obj["start"], obj["stop"], obj["seconds"]
            evidence = Evidence.from_json(obj["evidence"])
            finding = None if obj["finding"] is None else Finding(**obj["finding"])
            instances = stop - start
        except (KeyError, TypeError):
            raise InvalidInputError("not a block of results") from None
        if evidence.instances != instances:
            raise InvalidInputError(
                f"{evidence.instances} instances are counted from {start} up to {stop}"
            )
        return cls(start, stop, replace(evidence, seconds=seconds), finding)


def run_block(
    conjecture: Conjecture, seed: int, start: int, stop: int, budget: float | None = None
) -> Block:
    """Decide instances from `start` on, up to `stop` (excluded) or until some seconds have passed,
    at least one; `budget` is in seconds for each. Shrinks the first violation.

    The seconds of the evidence are those of the processor, so that they say the same on a machine
    that has other work to do.
    """
    evidence = Evidence(conjecture.id)
    end = monotonic() + SECONDS
    number = start
    while number < stop:
        begin = thread_time()
        trial = conjecture.check(generate(conjecture, seed, number), budget)
        evidence += Evidence.of(conjecture.id, number, trial, thread_time() - begin)
        number += 1
        if monotonic() >= end:
            break
    finding = None
    if evidence.violated:
        found = shrink(conjecture, seed, evidence.violated[0], budget=budget)
        finding = Finding.of(found)
    return Block(start, number, evidence, finding)
