"""The trial of one instance, and what running asks of a conjecture."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, final

from hypothesis.strategies import SearchStrategy

from exactmargin.conjectures.condition import Condition, Finding
from exactmargin.problems import Problem

__all__ = ["Outcome", "Testable", "Trial"]


class Outcome(Enum):
    """What one instance says of a conjecture."""

    HOLDS = "holds"
    VACUOUS = "vacuous"
    VIOLATED = "violated"
    UNDECIDED = "undecided"


@final
@dataclass(frozen=True, slots=True)
class Trial:
    """One instance, decided: hypotheses in order, then the conclusion, as far as was needed.

    `condition` is the hypothesis that fails where the outcome is vacuous, and the condition that
    was not decided where it is undecided, for the `reason` given.  `findings` has what was
    decided, by the conditions' names.
    """

    problem: Problem
    outcome: Outcome
    findings: Mapping[str, Finding]
    condition: str | None = None
    reason: str | None = None


class Testable(Protocol):
    """A conjecture, as those who draw, count and shrink its instances see it."""

    @property
    def id(self) -> str:
        """One word."""

    @property
    def name(self) -> str:
        """The statement."""

    @property
    def source(self) -> str:
        """Where it comes from."""

    @property
    def conclusion(self) -> Condition:
        """What is refuted by a violation."""

    @property
    def strategy(self) -> SearchStrategy[Problem]:
        """What draws the instances."""

    def check(self, problem: Problem, budget: float | None = None) -> Trial:
        """Decide one instance."""
