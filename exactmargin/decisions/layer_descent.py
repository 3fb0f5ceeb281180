"""Near θ: multipliers that make θ a local minimum in one layer, or a direction of descent.

Near θ the sides of non-zero pre-activations are known, and a region is a polyhedron with θ in it: θ
has the least norm there iff it is a KKT point there, a linear program (THEORY §6). Its rows
are the active margins whose functions are known on the region. Where it is infeasible, its
Farkas vector d decreases the norm, stays on the sides taken, and keeps all these margins. It
keeps the others too, or it shows a margin that falls along d because sides are missing: then
one of these is split. So only units that a proof needs are ever split, and the search ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from exactmargin.cells import Piece, Unit
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.layer_regions import Kink, LayerRegion, free_layers, leaf, split_node
from exactmargin.exact import Number, SparseRow, feasible_point, sign
from exactmargin.problems import Problem

__all__ = ["Descent", "LocalSearch"]

Vector: TypeAlias = Sequence[Number]


@final
@dataclass(frozen=True, slots=True)
class Descent:
    """A direction in the free block along which the norm falls and no margin gets below 1."""

    direction: Vector


@final
class LocalSearch:
    """The search at the feasible point of a problem with one free layer."""

    def __init__(self, problem: Problem, budget: Budget) -> None:
        self.problem, self.budget, self.leaves = problem, budget, 0
        self._layers = free_layers(problem)
        self._u = problem.free_parameters()
        self._active = problem.active_examples()
        self._signs = {i: self._layers[i].signs(self._u) for i in self._active}
        self._columns: dict[Piece, _Columns] = {}

    def run(self) -> dict[str, Any] | Descent:
        """The tree of the evidence, or a direction of descent."""
        known = {i: {unit: s for unit, s in signs.items() if s} for i, signs in self._signs.items()}
        # Inactive margins stay above 1 near θ: their examples have no part in anything here.
        pieces = (Piece(layer, known.get(i, {})) for i, layer in enumerate(self._layers))
        return self._tree(LayerRegion(tuple(pieces), {}))

    def _tree(self, region: LayerRegion) -> dict[str, Any] | Descent:
        self.budget.check()
        found = self._leaf(region)
        if isinstance(found, dict):
            self.leaves += 1
            self.budget.report(f"local minimum in one layer: {self.leaves} regions proved")
            return found
        kink = self._split(region, found.direction)
        if kink is None:
            return found
        halves = []
        for half in region.split(kink):
            tree = self._tree(half)
            if isinstance(tree, Descent):
                return tree
            halves.append(tree)
        return split_node(kink, *halves)

    def _split(self, region: LayerRegion, d: Vector) -> Kink | None:
        """A missing side of a margin that falls along d, the fewer are missing the sooner."""
        falling = [
            i for i in self._active if sign(self._layers[i].derivative(self._signs[i], d)) < 0
        ]
        if not falling:
            return None
        i = min(falling, key=lambda i: len(region.pieces[i].wanted))
        return i, region.pieces[i].wanted[0]

    def _leaf(self, region: LayerRegion) -> dict[str, Any] | Descent:
        """θ as a KKT point of the region: θ = Σ λ_i a_i + Σ c_ik e_ik + Σ μ_j z_j b_j, where
        c_ik ≤ (1 - slope) λ_i is what the slope of a concave unit exceeds the least one by."""
        field, low = self.problem.field, self.problem.network.negative_slope
        columns: list[Vector] = []
        places: dict[int, tuple[int, dict[Unit, int]]] = {}
        caps: list[dict[int, Number]] = []
        for i in self._active:
            if not region.pieces[i].wanted:
                base, extra = self._columns_of(region.pieces[i])
                start = len(columns)
                columns += [base, *extra.values()]
                places[i] = start, {unit: start + 1 + n for n, unit in enumerate(extra)}
                caps += [{c: field.one, start: low - field.one} for c in places[i][1].values()]
        sides = {kink: len(columns) + n for n, kink in enumerate(region.taken)}
        for (i, unit), side in region.taken.items():
            columns.append(region.pieces[i].form(unit).times(side).gradient)
        x, farkas = self._solve(columns, caps)
        if x is None:
            return Descent([-value for value in farkas[: len(self._u)]])
        multipliers = [field.zero] * len(self._layers)
        slopes: dict[Kink, Number] = {}
        for i, (start, extra_columns) in places.items():
            multipliers[i] = x[start]
            for unit, column in extra_columns.items():
                if sign(x[start]):
                    slopes[i, unit] = low + x[column] / x[start]
        return leaf(self.problem, multipliers, slopes, {k: x[c] for k, c in sides.items()})

    def _columns_of(self, piece: Piece) -> "_Columns":
        """The margin's gradient with the least slopes at concave units, and what each of these
        adds to it per unit of slope."""
        if piece not in self._columns:
            low = self.problem.network.negative_slope
            base = piece.margin({unit: low for unit, _ in piece.concave}).gradient
            self._columns[piece] = base, {unit: pull.gradient for unit, pull in piece.concave}
        return self._columns[piece]

    def _solve(
        self, columns: Sequence[Vector], caps: Sequence[dict[int, Number]]
    ) -> tuple[Vector | None, Vector]:
        """Coefficients ≥ 0 that make θ of the columns, or the Farkas vector."""
        field = self.problem.field
        rows = [
            SparseRow({c: column[p] for c, column in enumerate(columns) if column[p]})
            for p in range(len(self._u))
        ]
        senses = ["=="] * len(rows) + ["<="] * len(caps)
        rhs = [*self._u, *[field.zero] * len(caps)]
        found = feasible_point(field, [*rows, *caps], senses, rhs, [False] * len(columns))
        return found.x, found.farkas or ()


_Columns: TypeAlias = tuple[Vector, dict[Unit, Vector]]
