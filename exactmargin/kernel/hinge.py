"""The hinge losses: L(theta) = sum_j w_j max(0, m_j), m_j = 1 + sum_r c_jr Phi_r(theta; x_i(j)).

All terms of example i have the weight mu_i; its label is y_i. The losses and their terms:

- ``hinge`` (L eq. 9), one output, y_i = 1 or -1: 1 - y_i Phi;
- ``multiclass-hinge`` (L eq. 5), several outputs, y_i the number of one: 1 + Phi_r - Phi_(y_i) for
  each r other than y_i. L's sum has a term for r = y_i, too, which is 1, and subtracts 1 again (the
  weights having the sum 1);
- ``one-vs-all-hinge`` (L eq. 15): 1 - Phi_r for r = y_i, and 1 + Phi_r for each other r; so has
  ``penalized-one-vs-all-hinge`` (L eq. 13), and adds a penalty (``replicates``).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from .network import Trace, at
from .numbers import Number, sign
from .problem import Problem
from .replicates import Replicated


class Term(NamedTuple):
    """w max(0, m): its name, the example, w > 0, and the factors of the outputs in m."""

    name: str
    example: int
    weight: Number
    factors: dict[int, int]

    def inside(self, trace: Trace, one: Any = Fraction(1)) -> Any:
        """m, by a forward pass at the term's example; times ``one``, as the outputs may be."""
        return sum((trace.z[-1][r] * c for r, c in self.factors.items()), one)


def terms(problem: Problem) -> list[Term]:
    """The terms of the loss, by example, then by output."""
    found = []
    for i, (weight, y) in enumerate(zip(problem.weights or (), problem.labels, strict=True)):
        for r in range(problem.outputs):
            name, factors = f"example {i + 1}, class {r}", {r: -1 if r == y else 1}
            if problem.loss == "hinge":
                name, factors = f"example {i + 1}", {r: -y}
            elif problem.loss == "multiclass-hinge":
                factors = {r: 1, y: -1}
            if r != y or problem.loss != "multiclass-hinge":
                found.append(Term(name, i, weight, factors))
    return found


def loss(problem: Problem, theta: Sequence[Any]) -> Any:
    """L(theta), or that of replicates with their penalty."""
    total: Any = problem.penalty(theta) if isinstance(problem, Replicated) else Fraction(0)
    for term in terms(problem):
        value = term.inside(at(problem, theta, term.example))
        total = total + term.weight * value * int(sign(value) > 0)
    return total
