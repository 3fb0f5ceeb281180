"""The hinge losses: L(theta) = sum_j w_j max(0, m_j), m_j = 1 + sum_r c_jr Phi_r(theta; x_i(j)).

L eq. 9 (``hinge``): one output, and for every example i one term, 1 - y_i Phi_i with weight mu_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from .network import Trace, at
from .numbers import Number, sign
from .problem import Problem


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
    """The terms of the loss, by example."""
    pairs = zip(problem.weights or (), problem.labels, strict=True)
    return [Term(f"example {i + 1}", i, weight, {0: -y}) for i, (weight, y) in enumerate(pairs)]


def loss(problem: Problem, theta: Sequence[Any]) -> Any:
    """L(theta)."""
    total: Any = Fraction(0)
    for term in terms(problem):
        value = term.inside(at(problem, theta, term.example))
        total = total + term.weight * value * int(sign(value) > 0)
    return total
