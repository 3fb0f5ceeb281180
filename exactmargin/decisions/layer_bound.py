"""Everywhere: branch and bound for the least norm in one layer (V Problem 4; THEORY §6).

A region is a polyhedron of the free block; its rows are the sides taken and the margins whose
functions are known on it, bounded from above where units are concave. The least-norm point of
these rows bounds the region from below; where it is feasible for the whole problem, and
shorter than θ, θ is not a global minimum. Else a margin that fails at this point lacks sides,
and one of these is split. The region with the least bound comes first. Each least-norm point
also proposes a cell, whose own least-norm point may already be better than θ.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias, final

from exactmargin.cells import Piece
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.layer_regions import Kink, LayerRegion, free_layers, leaf, split_node
from exactmargin.exact import Contradiction, HalfSpace, LeastNorm, Number, sign
from exactmargin.problems import Problem

__all__ = ["Better", "GlobalSearch"]

Vector: TypeAlias = Sequence[Number]
Leaf: TypeAlias = dict[str, Any]


@final
@dataclass(frozen=True, slots=True)
class Better:
    """A feasible free block of smaller norm than θ's."""

    point: Vector


@final
@dataclass(order=True, slots=True)
class _Open:
    """An open region; `slot` is where its tree will be."""

    bound: Number
    number: int
    region: LayerRegion = field(compare=False)
    state: LeastNorm = field(compare=False)
    slot: dict[str, Any] = field(compare=False)


@final
class GlobalSearch:
    """The search for a better free block than that of the problem's feasible point.

    `target` is the squared norm of that, `lower_bound` one that no feasible block is below.
    """

    def __init__(self, problem: Problem, budget: Budget) -> None:
        self.problem, self.budget = problem, budget
        self.lower_bound: Number = problem.field.zero
        self.target = problem.objective_value() * 2
        self._layers = free_layers(problem)
        self._open: list[_Open] = []
        self._numbers = count()

    def run(self) -> dict[str, Any] | Better:
        """The tree of the evidence, or a better point; on the way `lower_bound` rises."""
        tree: dict[str, Any] = {}
        start = LeastNorm.of(self.problem.field, len(self.problem.free_parameters()))
        region = LayerRegion(tuple(Piece(layer, {}) for layer in self._layers), {})
        better = self._visit(region, start, tree)
        while self._open and better is None:
            first = heapq.heappop(self._open)
            self.lower_bound = first.bound
            kink = self._kink(first.region, first.state.point)
            plus, minus = first.region.split(kink)
            first.slot.update(split_node(kink, {}, {}))
            better = self._visit(plus, first.state, first.slot["plus"])
            better = better or self._visit(minus, first.state, first.slot["minus"])
        if better is None:
            self.lower_bound = self.target
        return better or tree

    def _visit(self, region: LayerRegion, state: LeastNorm, slot: dict[str, Any]) -> Better | None:
        """Close the region (its leaf goes to `slot`), keep it open, or find a better point."""
        self.budget.check()
        found = self._tighten(region, state)
        if not isinstance(found, LeastNorm):
            slot.update(found)
            return None
        if not self._failing(found.point):
            return Better(found.point)
        runs = {i: layer.run(found.point) for i, layer in enumerate(self._layers)}
        inside = self._tighten(region.completed(runs), found)
        if isinstance(inside, LeastNorm):
            return Better(inside.point)
        number = next(self._numbers)
        heapq.heappush(self._open, _Open(found.squared_norm, number, region, found, slot))
        self.budget.report(f"global minimum in one layer: region {number}")
        return None

    def _tighten(self, region: LayerRegion, state: LeastNorm) -> LeastNorm | Leaf:
        """The least-norm point of the region's rows, or a leaf where its norm reaches θ's."""
        while True:
            self.budget.check()
            size = state.squared_norm
            if sign(size - self.target) >= 0:
                return self._leaf(zip(state.rows, state.multipliers, strict=True))
            row = self._violated(region, state.point)
            if row is None:
                return state
            found = state.enforce(row)
            if isinstance(found, Contradiction):
                far = (self.target - size) / (found.value * 2)
                ray = ((row, value * far) for row, value in zip(found.rows, found.ray, strict=True))
                return self._leaf([*zip(state.rows, state.multipliers, strict=True), *ray])
            state = found

    def _violated(self, region: LayerRegion, u: Vector) -> HalfSpace | None:
        """The row that u violates most: a side taken, or the least bound of a known margin."""
        sides = ((form.at(u), kink) for kink, form in region.taken.items())
        known = ((i, piece) for i, piece in enumerate(region.pieces) if not piece.wanted)
        bounds = ((piece.bound(u) - 1, i) for i, piece in known)
        side, bound = min(sides, default=None), min(bounds, default=None)
        if bound is not None and sign(bound[0]) < 0 and (side is None or bound[0] < side[0]):
            return self._margin_row(bound[1], region.pieces[bound[1]], u)
        if side is None or sign(side[0]) >= 0:
            return None
        form = region.taken[side[1]]
        return HalfSpace((side[1], None), form.gradient, -form.constant)

    def _margin_row(self, i: int, piece: Piece, u: Vector) -> HalfSpace:
        slopes = piece.slopes_at(u)
        form, pulls = piece.margin(slopes)
        flows = {unit: (pull, pull * slopes[unit]) for unit, pull in pulls.items()}
        return HalfSpace((i, flows), form.gradient, 1 - form.constant)

    def _leaf(self, weights: Iterable[tuple[HalfSpace, Number]]) -> Leaf:
        """The leaf of these multipliers; a concave unit's slope is the mean over its rows, in
        which it counts with its pull on the margin."""
        zero = self.problem.field.zero
        multipliers = [zero] * len(self._layers)
        sides: dict[Kink, Number] = {}
        above: dict[Kink, Number] = {}
        below: dict[Kink, Number] = {}
        for row, value in weights:
            place, flows = row.name
            if flows is None:
                sides[place] = sides.get(place, zero) + value
                continue
            multipliers[place] = multipliers[place] + value
            for unit, (pull, passed) in flows.items():
                kink = place, unit
                above[kink] = above.get(kink, zero) + value * pull
                below[kink] = below.get(kink, zero) + value * passed
        slopes = {kink: below[kink] / total for kink, total in above.items() if total}
        return leaf(self.problem, multipliers, slopes, sides)

    def _failing(self, u: Vector) -> dict[int, Number]:
        """The margins below 1 at u."""
        margins = {i: layer.margin(u) for i, layer in enumerate(self._layers)}
        return {i: value for i, value in margins.items() if sign(value - 1) < 0}

    def _kink(self, region: LayerRegion, u: Vector) -> Kink:
        """A missing side of a failing margin: the fewer are missing the sooner, then the worst;
        of its units the one farthest from its kink at u, whose far side may soon be closed."""
        failing = self._failing(u)
        i = min(failing, key=lambda i: (len(region.pieces[i].wanted), failing[i]))
        run = self._layers[i].run(u, region.pieces[i].sides)
        return i, max(region.pieces[i].wanted, key=lambda unit: run[unit] * sign(run[unit]))
