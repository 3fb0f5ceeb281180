"""Zero neurons beside a KKT point whose multipliers are known up to a radius (see ``kkt_exists``).

Neuron k is zero, with sign s of v_k for which there are two choices. Put

    h(u) = s sum_i lambda_i y_i sigma(<u, x_ik>),    |lambda_i - l_i| <= e_i.

*Harmless* is a neuron with h(u) <= |u| for both signs and all u. This is what ``lifting`` asks of
it: |v_k| |w_k| >= v_k sum_i lambda_i y_i sigma(<w_k, x_ik>). A tree of ``neurons`` with the listed
l_i >= 0 in the place of lambda proves h(u) <= |g_k| |u| at each leaf, for l. As |sigma(z)| <= |z|,
lambda adds at most rho |u|, rho = sum_i e_i |x_ik|_1: so |g_k| <= 1 - rho is asked for.

*A descent* is a sign s and a direction u with h(u) > |u|, for all lambda in their balls.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .balls import Ball, ball, total
from .network import inner
from .neurons import Known, NeuronTrees
from .numbers import Number, sign
from .outcome import need
from .problem import Problem
from .reading import integer, keys, numbered, numbers
from .reduced import rational


class ZeroNeurons(NeuronTrees):
    """What zero neurons do, where ``multipliers`` has lambda of every example as a ball."""

    def __init__(self, problem: Problem, multipliers: list[Ball]):
        super().__init__(problem)
        self.known, self.balls = self.root(local=False), multipliers
        self.errors: list[Fraction] = []

    def harmless(self, evidence: Any, place: str) -> set[int]:
        """The neurons that the trees prove harmless."""
        keys(evidence, place, ("multipliers", "neurons"))
        field, size = self.problem.field, len(self.labels)
        listed = numbers(evidence["multipliers"], f"{place}.multipliers", field, size)
        multipliers, where = self.weights(listed, place), f"{place}.neurons"
        trees = numbered(evidence["neurons"], where, "unit", len(self.x), ("tree",))
        for k, (at, entry) in trees.items():
            own: Known = {(n, i): side for (n, i), side in self.known.items() if n == k}
            self._neuron(entry["tree"], k, multipliers, own, f"{at}.tree")
        return set(trees)

    def weights(self, multipliers: list[Number], place: str) -> list[Number]:
        """The multipliers themselves, and how far from them lambda may lie."""
        for i, l in enumerate(multipliers):
            need(sign(l) >= 0, "exists-listed-negative", f"{place}.multipliers[{i}]", l)
        pairs = zip(self.balls, multipliers, strict=True)
        self.errors = [(known - ball(rational(l))).size for known, l in pairs]
        return multipliers

    def admit(self, k: int, g: list[Any], place: str) -> None:
        """|g_k| <= 1 - rho."""
        sizes = (sum((abs(rational(a)) for a in x), Fraction(0)) for x in self.x[k])
        rest = 1 - sum((e * a for e, a in zip(self.errors, sizes, strict=True)), Fraction(0))
        square = inner(g, g)
        inside = rest >= 0 and square <= rest * rest
        need(inside, "exists-zero-neuron-gains", place, square, rest)

    def descent(self, evidence: Any, place: str, zeros: set[int]) -> None:
        """A zero neuron that can grow so that the norm decreases."""
        keys(evidence, place, ("unit", "sign", "direction"))
        k, s = integer(evidence["unit"], place, 1, len(self.x)) - 1, evidence["sign"]
        need(k in zeros and k in self.v, "exists-descent-of-zero", place, k + 1)
        integer(s, place, -1, 1)
        u = numbers(evidence["direction"], f"{place}.direction", None, len(self.w[k]))
        moves = [rational(inner(u, x)) for x in self.x[k]]
        rates = [z if z > 0 else z * self.problem.slope for z in moves]
        signed = [ball(s * y * rate) for y, rate in zip(self.labels, rates, strict=True)]
        gain = total(self.balls, signed).low
        long = inner(u, u)
        enough = sign(gain) > 0 and gain * gain > long
        need(enough, "exists-descent-too-short", place, gain, long)
