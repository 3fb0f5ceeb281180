"""The tree of one neuron for given λ, or moves of it that λ does not stand (THEORY §8.1).

On every region of the convex kinks with λ_i > 0 there must be weights ν ≥ 0 on the sides and
slopes at the concave kinks with g_k = 0: a small linear program. Where it has no solution, Farkas's
multipliers are a move d of P_k in this region with Σ λ_i (rate of y_i Φ_i along d) > 0. Regions
without inner points are left out, by Gordan's multipliers.
"""

from typing import Any, final

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.hinge_view import HingeView, Known, Move, Vector
from exactmargin.exact import (
    LPStatus,
    Number,
    feasible_point,
    sign,
    strictly_feasible_direction,
)

__all__ = ["NeuronTree"]

MOVES_AT_ONCE = 6
"""Violated conditions that one neuron gives at most before λ is sought again."""

NOTHING: dict[str, Any] = {"sides": [], "slopes": []}


@final
class NeuronTree:
    """The tree of neuron k: `tree` is the evidence, complete where `moves` is empty.

    `known` are the splits so far; `leads` names neurons for which ⟨w_k, g_k⟩ < 0 is known, which
    need no g_k = 0.
    """

    def __init__(
        self, view: HingeView, k: int, values: Vector, known: Known, leads: bool, budget: Budget
    ) -> None:
        self.view, self.neuron, self.values, self.budget = view, view.neurons[k], values, budget
        self.leads = leads
        self.outer = {i: z for (n, i), z in known.items() if n == k and i is not None}
        self.moves: list[Move] = []
        s = self.neuron.s or known.get((k, None), 0)
        self.tree: Any
        if s:
            self.tree = self._signed(s)
        else:
            self.tree = {"positive": self._signed(1), "negative": self._signed(-1)}

    def _signed(self, s: int) -> Any:
        convex = self.view.convex(self.neuron.k, s)
        split = [i for i in convex if i not in self.outer and sign(self.values[i])]
        return self._grow(s, split, dict(self.outer))

    def _grow(self, s: int, convex: list[int], sides: dict[int, int]) -> Any:
        if len(self.moves) >= MOVES_AT_ONCE:
            return None
        if len(sides) > 1 and (empty := self._empty(sides)) is not None:
            return empty
        if not convex:
            return self._leaf(s, sides)
        i, *rest = convex
        plus, minus = (self._grow(s, rest, {**sides, i: z}) for z in (1, -1))
        return {"example": i + 1, "plus": plus, "minus": minus}

    def _empty(self, sides: dict[int, int]) -> Any:
        self.budget.check()
        inputs = self.neuron.inputs
        rows = [[x * z for x in inputs[i]] for i, z in sides.items()]
        found = strictly_feasible_direction(self.view.field, rows, len(self.neuron.weights))
        if found.multipliers is None:
            return None
        return {"empty": self._listed("weight", zip(sides, found.multipliers, strict=True))}

    def _leaf(self, s: int, sides: dict[int, int]) -> Any:
        self.budget.check()
        view, field, inputs = self.view, self.view.field, self.neuron.inputs
        g = [field.zero] * len(self.neuron.weights)
        concave: list[int] = []
        for i, value in enumerate(self.values):
            if not sign(value):
                continue
            open_ = self.neuron.kinks[i] and i not in sides
            slope = view.slope(-1 if open_ else self.neuron.sides[i] or sides.get(i, 1))
            weight = value * slope * (view.labels[i] * s)
            g = [a + weight * b for a, b in zip(g, inputs[i], strict=True)]
            if open_:
                concave.append(i)
        columns = [[-b for b in inputs[i]] for i in concave]
        columns += [[b * z for b in inputs[i]] for i, z in sides.items()]
        found = [field.zero] * len(columns)
        if not self.leads and any(map(sign, g)):
            width = field.one - view.slope(-1)
            caps = [self.values[i] * width for i in concave]
            solved = self._solved(g, columns, caps)
            if isinstance(solved, Move):
                self.moves.append(Move(solved.k, s, solved.d))
                return None
            found = solved
        low = view.slope(-1)
        slopes = [(i, low + e / self.values[i]) for i, e in zip(concave, found, strict=False)]
        weights = zip(sides, found[len(concave) :], strict=True)
        return {
            "sides": self._listed("weight", weights),
            "slopes": self._listed("slope", slopes, zeros=True),
        }

    def _solved(self, g: Vector, columns: list[list[Number]], caps: list[Number]) -> Any:
        """t ≥ 0 under the caps with g + Σ t_j columns_j = 0, or a move that shows there is none."""
        field, k = self.view.field, self.neuron.k
        if not columns:
            return Move(k, 0, tuple(g))
        rows = [{j: c[n] for j, c in enumerate(columns)} for n in range(len(g))]
        rows += [{j: field.one} for j in range(len(caps))]
        senses = ["=="] * len(g) + ["<="] * len(caps)
        right = [*(-a for a in g), *caps]
        result = feasible_point(field, rows, senses, right, [False] * len(columns))
        if result.status is LPStatus.INFEASIBLE:
            assert result.farkas is not None
            return Move(k, 0, tuple(-y for y in result.farkas[: len(g)]))
        assert result.x is not None
        return list(result.x)

    def _listed(self, key: str, pairs: Any, zeros: bool = False) -> list[dict[str, Any]]:
        spell = self.view.field.format
        return [
            {"example": i + 1, key: spell(value)}
            for i, value in sorted(pairs, key=lambda pair: pair[0])
            if zeros or sign(value)
        ]
