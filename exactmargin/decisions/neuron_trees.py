"""One neuron, given λ: is its part of the dual rule met on each of its regions? (THEORY §4)

Around θ a neuron's regions are the sign choices at its convex kinks (those with λ_i > 0), and for
a zero neuron both signs s of v_k. On a region g_k is an affine function of the slopes at its
concave kinks, in boxes, and of the weights μ ≥ 0 of its sides. A neuron with v_k ≠ 0 asks for
g_k = w_k/|v_k|, a zero neuron for ‖g_k‖ ≤ 1: both are answered by a point of least norm, found
exactly. Where the answer is no, the point of least norm (of g_k - w_k/|v_k|) is a direction d in
the region with

    Σ λ_i (rate of y_i Φ_i along d) > ⟨w_k/|v_k|, d⟩, or > ‖d‖ for a zero neuron:

a violated linear condition on λ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from flint import fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.lifted_problem import LiftedProblem, Vector
from exactmargin.decisions.nearby import norm_above, rounded
from exactmargin.exact import Field, Number, dot, sign, solve, squared_norm

__all__ = ["Known", "Move", "NeuronTree", "least_norm"]

FEW = 6
"""Convex kinks whose regions are gone through at once."""

Known = Mapping[tuple[int, int | None], int]
"""What outer splits decide: (k, i) -> the side of a convex kink, (k, None) -> the sign s_k."""


@final
@dataclass(frozen=True, slots=True)
class Move:
    """p_k moves along `d`, with the sign `s` of v_k, at the cost ⟨w_k/|v_k|, d⟩ or ≥ ‖d‖."""

    k: int
    s: int
    d: tuple[Number, ...]
    cost: Number

    def times(self, factor: Number) -> "Move":
        """The move, longer by a factor ≥ 0."""
        return Move(self.k, self.s, tuple(x * factor for x in self.d), self.cost * factor)


def least_norm(
    field: Field,
    start: Vector,
    columns: Sequence[Vector],
    caps: Sequence[Number | None],
    enough: Number,
) -> tuple[list[Number], list[Number]]:
    """t and R = start + Σ t_j column_j of least norm, 0 ≤ t_j ≤ cap_j (None: no cap).

    It stops early where ‖R‖² ≤ `enough`. Bounded least squares by active sets (Lawson, Hanson;
    Stark, Parker): exact, and finite because the norm falls with each column that enters. The
    columns in use are independent: one that enters is not orthogonal to R, the others are.
    """
    t = [field.zero] * len(columns)
    used: list[int] = []
    while True:
        residual = list(start)
        for value, column in zip(t, columns, strict=True):
            if value:
                residual = [a + value * b for a, b in zip(residual, column, strict=True)]
        if sign(squared_norm(residual) - enough) <= 0:
            return t, residual
        best, entering = field.zero, None
        for j, column in enumerate(columns):
            if j not in used:
                slope = dot(column, residual)
                if not sign(t[j]):
                    slope = -slope
                if sign(slope - best) > 0:
                    best, entering = slope, j
        if entering is None:
            return t, residual
        used.append(entering)
        _settle_used(field, start, columns, caps, t, used)


def _settle_used(
    field: Field,
    start: Vector,
    columns: Sequence[Vector],
    caps: Sequence[Number | None],
    t: list[Number],
    used: list[int],
) -> None:
    """Least squares in the used columns, in place; columns that reach a bound leave on the way."""
    while used:
        rest = list(start)
        for j, value in enumerate(t):
            if value and j not in used:
                rest = [a + value * b for a, b in zip(rest, columns[j], strict=True)]
        gram = [[dot(columns[a], columns[b]) for b in used] for a in used]
        wanted = solve(gram, [-dot(columns[a], rest) for a in used])
        assert wanted is not None  # independent columns
        step = field.one
        for j, goal in zip(used, wanted, strict=True):
            cap = caps[j]
            if sign(goal) < 0:
                step = min(step, t[j] / (t[j] - goal))
            elif cap is not None and sign(goal - cap) > 0:
                step = min(step, (cap - t[j]) / (goal - t[j]))
        for j, goal in zip(tuple(used), wanted, strict=True):
            t[j] = t[j] + step * (goal - t[j])
            if not sign(t[j]) or t[j] == caps[j]:
                used.remove(j)
        if step == 1:
            return


@final
class NeuronTree:
    """The tree of neuron k for given λ, or the moves that violate its conditions on λ.

    `multipliers` has one number for each active example. `tree` is the evidence, complete where
    `moves` is empty; after `limit` moves no more are sought (None: all are). `worst` is the
    greatest ‖g_k‖² that was met and is too great.
    """

    def __init__(
        self,
        lifted: LiftedProblem,
        k: int,
        multipliers: Vector,
        known: Known,
        budget: Budget,
        limit: int | None,
    ) -> None:
        self.lifted, self.k, self.multipliers = lifted, k, multipliers
        self.neuron, self.budget, self.limit = lifted.neurons[k], budget, limit
        self.outer = {i: s for (n, i), s in known.items() if n == k and i is not None}
        self.moves: list[Move] = []
        self.worst: Number = fmpq(0)
        self.tree: Any
        s = known.get((k, None), self.neuron.s)
        if s or self.neuron.output is None:
            self.tree = self._split(s)
        else:
            self.tree = {"positive": self._split(1), "negative": self._split(-1)}

    def _split(self, s: int) -> Any:
        if not s:
            return {"sides": [], "slopes": []}
        convex = [
            i
            for i, value in enumerate(self.multipliers)
            if sign(value) and self.lifted.is_convex(self.k, i, s) and i not in self.outer
        ]
        if len(convex) > FEW and self.limit is not None:
            self._guess(s, convex)
            if self.moves:
                return None
        return self._grow(s, convex, dict(self.outer))

    def _guess(self, s: int, convex: Sequence[int]) -> None:
        """Look for violations by ascent, before all 2^n regions are gone through.

        From the region of each input on to that in which the gradient of the rates lies (of the
        convex ones), as long as regions are new.
        """
        inputs, seen = self.neuron.inputs, set[tuple[int, ...]]()
        for start in convex:
            d: Sequence[Number] = inputs[start]
            while True:
                sides = {**{i: sign(dot(inputs[i], d)) or 1 for i in convex}, **self.outer}
                if (region := tuple(sides.values())) in seen:
                    break
                seen.add(region)
                self._leaf(s, sides)
                weights = [self.lifted.slope(sides[i]) * self.multipliers[i] for i in convex]
                pairs = list(zip(weights, (inputs[i] for i in convex), strict=True))
                d = [sum((w * x[j] for w, x in pairs), fmpq(0)) for j in range(len(d))]

    def _grow(self, s: int, convex: Sequence[int], sides: dict[int, int]) -> Any:
        if self.limit is not None and len(self.moves) >= self.limit:
            return None
        if not convex:
            return self._leaf(s, sides)
        i, *rest = convex
        return {
            "example": self.lifted.examples[i] + 1,
            "plus": self._grow(s, rest, {**sides, i: 1}),
            "minus": self._grow(s, rest, {**sides, i: -1}),
        }

    def _leaf(self, s: int, sides: dict[int, int]) -> Any:
        self.budget.check()
        lifted, neuron, field = self.lifted, self.neuron, self.lifted.field
        g = [-value for value in neuron.unit] or [field.zero] * len(neuron.weights)
        columns: list[Vector] = []
        caps: list[Number | None] = []
        concave: list[int] = []
        for i, value in enumerate(self.multipliers):
            if not sign(value):
                continue
            x, pull = neuron.inputs[i], lifted.labels[i] * s
            open_ = neuron.kinks[i] and i not in sides
            slope = lifted.slope(-1 if open_ else neuron.sides[i] or sides.get(i, 1))
            weight = value * slope * pull
            if weight:
                g = [a + weight * b for a, b in zip(g, x, strict=True)]
            if open_:
                concave.append(i)
                columns.append([-b for b in x])
                caps.append(value * (field.one - lifted.slope(-1)))
        columns += [[b * z for b in neuron.inputs[i]] for i, z in sides.items()]
        caps += [None] * len(sides)
        enough = field.zero if neuron.s else field.one
        t, residual = least_norm(field, g, columns, caps, enough)
        size = squared_norm(residual)
        if sign(size - enough) > 0:
            self.worst = max(self.worst, size)
            self.moves.append(self._move(s, residual))
        return self._evidence(t, concave, list(sides))

    def _evidence(self, t: Sequence[Number], concave: list[int], sided: list[int]) -> Any:
        spell, numbers = self.lifted.field.format, self.lifted.examples
        lowest = self.lifted.slope(-1)
        slopes = [
            {"example": numbers[i] + 1, "slope": spell(lowest + value / self.multipliers[i])}
            for i, value in zip(concave, t[: len(concave)], strict=True)
        ]
        pairs = sorted(zip(sided, t[len(concave) :], strict=True), key=lambda pair: pair[0])
        sides = [{"example": numbers[i] + 1, "weight": spell(mu)} for i, mu in pairs if sign(mu)]
        return {"sides": sides, "slopes": slopes}

    def _move(self, s: int, residual: Sequence[Number]) -> Move:
        """The violating move; of a zero neuron a short one nearby that still violates."""
        if self.neuron.s:
            return Move(self.k, s, tuple(residual), dot(self.neuron.unit, residual))
        for d in (*(rounded(residual, bits) for bits in (16, 32, 64, 128)), residual):
            gain = dot(self.lifted.rates(self.k, s, d), self.multipliers)
            moves = ((dot(self.neuron.inputs[i], d), z) for i, z in self.outer.items())
            inside = all(sign(move) * z >= 0 for move, z in moves)
            if inside and sign(gain) > 0 and sign(gain * gain - squared_norm(d)) > 0:
                break
        bits = 64
        while sign(gain - norm_above(d, bits)) <= 0:
            bits *= 2
        return Move(self.k, s, tuple(d), norm_above(d, bits))
