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
from exactmargin.exact import Number, SparseRow, dot, feasible_point, sign
from exactmargin.problems import Problem

__all__ = ["Descent", "LocalSearch"]

Vector: TypeAlias = Sequence[Number]


@final
@dataclass(frozen=True, slots=True)
class Descent:
    """A direction in the free block along which the norm falls and no margin gets below 1."""

    direction: Vector


@final
@dataclass(frozen=True, slots=True)
class _Trial:
    """A direction that decreases the norm, and the active margins that fall along it."""

    direction: Vector
    falling: Sequence[int]


_Open: TypeAlias = tuple[LayerRegion, dict[str, Any], _Trial | None]
"""A region, where its tree will be, and a direction that its linear program would give."""


@final
class LocalSearch:
    """The search at the feasible point of a problem with one free layer."""

    def __init__(self, problem: Problem, budget: Budget) -> None:
        self.problem, self.budget, self.leaves = problem, budget, 0
        self._layers = free_layers(problem)
        self._u = problem.free_parameters()
        self._active = problem.active_examples()
        self._signs = {i: self._layers[i].signs(self._u) for i in self._active}

    def run(self) -> dict[str, Any] | Descent:
        """The tree of the evidence, or a direction of descent."""
        known = {i: {unit: s for unit, s in signs.items() if s} for i, signs in self._signs.items()}
        # Inactive margins stay above 1 near θ: their examples have no part in anything here.
        pieces = (Piece(layer, known.get(i, {})) for i, layer in enumerate(self._layers))
        root, tree = LayerRegion(tuple(pieces), {}), dict[str, Any]()
        stack: list[_Open] = [(root, tree, None)]
        while stack:
            self.budget.check()
            region, slot, trial = stack.pop()
            if trial is None or not all(region.pieces[i].wanted for i in trial.falling):
                found = self._leaf(region)
                if not isinstance(found, Descent):
                    slot.update(found)
                    self.leaves += 1
                    self.budget.report(f"local minimum in one layer: {self.leaves} regions proved")
                    continue
                trial = self._trial(found.direction)
                if not trial.falling:
                    return found
                if region is root:
                    guess = self._leaf(self._cell(root, found.direction))
                    if isinstance(guess, Descent):
                        return guess
            stack += self._halves(region, slot, trial)
        return tree

    def _trial(self, d: Vector) -> _Trial:
        derivatives = {i: self._layers[i].derivative(self._signs[i], d) for i in self._active}
        return _Trial(d, [i for i, value in derivatives.items() if sign(value) < 0])

    def _halves(self, region: LayerRegion, slot: dict[str, Any], trial: _Trial) -> list[_Open]:
        """The region, split at a side missing to a falling margin: to that with the fewest.

        The half with the direction in it has the same Farkas vector as long as margins lack sides.
        """
        i = min(trial.falling, key=lambda i: len(region.pieces[i].wanted))
        kink = i, region.pieces[i].wanted[0]
        plus, minus = region.split(kink)
        slope = sign(dot(plus.taken[kink].gradient, trial.direction))
        slot.update(split_node(kink, {}, {}))
        return [
            (minus, slot["minus"], trial if slope <= 0 else None),
            (plus, slot["plus"], trial if slope >= 0 else None),
        ]

    def _cell(self, region: LayerRegion, d: Vector) -> LayerRegion:
        """The cell around θ into which d points, where every margin is known: a first guess."""
        runs = {i: self._layers[i].run(d, self._signs[i], homogeneous=True) for i in self._active}
        return region.completed(runs)

    def _leaf(self, region: LayerRegion) -> dict[str, Any] | Descent:
        """θ as a KKT point of the region, or a direction in which the region's rows let it fall."""
        program = _Program(self.problem)
        for i in self._active:
            if not region.pieces[i].wanted:
                program.add_margin(i, region.pieces[i])
        for kink, form in region.taken.items():
            program.add_side(kink, form.gradient)
        return program.solve()


@final
class _Program:
    """θ = Σ λ_i a_i + Σ e_ik b_ik + Σ μ_j c_j, all coefficients ≥ 0: a linear program.

    a_i is the gradient of the margin's bound with the least slopes at the concave units, c_j that
    of a side taken. Unit k pulls on the bound with -T_ik, T_ik ≥ 0 being linear in λ_i and in
    e_ik' of the units k' above; its slope exceeds the least one by e_ik / T_ik ≤ 1 - slope,
    and b_ik is the gradient of -z_k with the least slopes below.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._low = problem.network.negative_slope
        self._columns: list[Vector] = []
        self._caps: list[dict[int, Number]] = []
        self._margins: dict[int, int] = {}
        self._units: dict[Kink, tuple[int, dict[int, Number]]] = {}
        self._sides: dict[Kink, int] = {}

    def add_margin(self, i: int, piece: Piece) -> None:
        """λ_i and e_ik for the concave units."""
        least: dict[Unit, Number] = dict.fromkeys(piece.concave, self._low)
        weights: dict[Unit, dict[int, Number]] = {unit: {} for unit in piece.concave}
        self._margins[i] = len(self._columns)
        forms = [piece.margin(least), *(piece.pull(unit, least) for unit in piece.concave)]
        for form, pulls in forms:
            for unit, value in pulls.items():
                weights[unit][len(self._columns)] = -value
            self._columns.append(form.gradient)
        for n, unit in enumerate(piece.concave):
            own = self._margins[i] + 1 + n
            self._units[i, unit] = own, weights[unit]
            cap = {column: (self._low - 1) * value for column, value in weights[unit].items()}
            self._caps.append({own: self.problem.field.one, **cap})

    def add_side(self, kink: Kink, gradient: Vector) -> None:
        """μ of a side taken."""
        self._sides[kink] = len(self._columns)
        self._columns.append(gradient)

    def solve(self) -> dict[str, Any] | Descent:
        """The leaf of the evidence, or the direction of the Farkas vector."""
        field, u = self.problem.field, self.problem.free_parameters()
        rows = [
            SparseRow({c: column[p] for c, column in enumerate(self._columns) if column[p]})
            for p in range(len(u))
        ]
        senses = ["=="] * len(rows) + ["<="] * len(self._caps)
        rhs = [*u, *[field.zero] * len(self._caps)]
        signed = [False] * len(self._columns)
        found = feasible_point(field, [*rows, *self._caps], senses, rhs, signed)
        if found.farkas is not None:
            return Descent([-value for value in found.farkas[: len(u)]])
        assert found.x is not None
        multipliers = [field.zero] * self.problem.data.size
        for i, column in self._margins.items():
            multipliers[i] = found.x[column]
        slopes: dict[Kink, Number] = {}
        for kink, (own, weights) in self._units.items():
            total = sum((found.x[c] * value for c, value in weights.items()), field.zero)
            if total:
                slopes[kink] = self._low + found.x[own] / total
        sides = {kink: found.x[column] for kink, column in self._sides.items()}
        return leaf(self.problem, multipliers, slopes, sides)
