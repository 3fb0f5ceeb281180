"""``feasible``: every margin is at least 1. ``infeasible``: one named margin is below 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .network import margin
from .numbers import sign
from .outcome import need
from .problem import Problem
from .reading import integer, keys


def margins_at_least_one(problem: Problem, theta: Sequence[Any], code: str) -> list[Any]:
    """The margins of all examples at theta; rejects with ``code`` where one is below 1."""
    margins = [margin(problem, theta, i) for i in range(len(problem.labels))]
    for i, value in enumerate(margins):
        need(sign(value - 1) >= 0, code, f"example {i + 1}", value)
    return margins


def feasible(problem: Problem, evidence: Any) -> str:
    """V Problem 2, 4: theta satisfies all constraints."""
    keys(evidence, "evidence", ())
    margins_at_least_one(problem, problem.theta, "margin-below-one")
    return "the parameters are feasible"


def infeasible(problem: Problem, evidence: Any) -> str:
    """The named example's margin is below 1."""
    keys(evidence, "evidence", ("example",))
    i = integer(evidence["example"], "evidence.example", 1, len(problem.labels)) - 1
    value = margin(problem, problem.theta, i)
    need(sign(value - 1) < 0, "margin-not-below-one", f"example {i + 1}", value)
    return f"the parameters are infeasible: the margin of example {i + 1} is below 1"
