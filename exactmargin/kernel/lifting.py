"""``by: lifting``: two layers, no shared weights, any slope: a bound on the norm by duality.

The trees and the vectors g_k are those of ``neurons``. If |g_k| <= 1 for all k, then for theta' in
the region, feasible,

    |theta'|^2 >= 2 sum_k |v_k| |w_k| + c^2 >= 2 sum_k |v_k| <w_k, g_k> + c^2
               >= 2 sum_i lambda_i y_i (Phi_i - c) + c^2
               >= 2 sum_i lambda_i - t^2,    t = sum_i lambda_i y_i, as c^2 - 2 c t >= -t^2,

without t^2 where there is no output bias.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .network import inner
from .neurons import NeuronTrees
from .numbers import Number, sign
from .outcome import need
from .problem import Problem
from .reading import keys


def lifting(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """Every feasible point (near theta, if ``local``) has at least this squared norm."""
    keys(evidence, "evidence", ("tree",))
    duality = Duality(problem, bound)
    duality.check(evidence["tree"], duality.root(local), "evidence.tree")


class Duality(NeuronTrees):
    """The bound, leaf by leaf."""

    def __init__(self, problem: Problem, bound: Number):
        super().__init__(problem)
        self.bound = bound

    def weights(self, multipliers: list[Number], place: str) -> list[Number]:
        """The multipliers themselves."""
        for i, a in enumerate(multipliers):
            need(sign(a) >= 0, "lifting-multiplier-negative", f"{place}.multipliers[{i}]", a)
        t = inner(multipliers, self.labels)
        proved = 2 * sum(multipliers, Fraction(0)) - t * t * self.output_bias
        need(sign(proved - self.bound) >= 0, "lifting-bound", place, proved, self.bound)
        return multipliers

    def admit(self, k: int, g: list[Any], place: str) -> None:
        """|g_k| <= 1."""
        need(sign(inner(g, g) - 1) <= 0, "lifting-outside-ball", place, inner(g, g))
