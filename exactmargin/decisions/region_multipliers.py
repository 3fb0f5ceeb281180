"""Multipliers on one region around θ, and the definite form that proves a leaf (THEORY §7).

On a region the active margins and the decided sides are constraints f_j ≥ 0, smooth near θ. The
multipliers x ≥ 0 with Σ x_j ∇f_j = θ are a polytope, and M(x) = 1 - Σ x_j ∇²f_j is affine in x.
Sought is an x for which M(x) is positive definite where all ∇f_j with x_j > 0 vanish: the linear
program begins with an x of largest support, and directions on which the form is not positive
become its cuts. A unit of the last hidden layer that makes y_iΦ_i concave needs no side: its slope
is one more unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np
from flint import fmpq

from exactmargin.cells import Unit
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.congruence import HUGE, Floats, float_reader
from exactmargin.decisions.definite import FLAT, Column, Form, margin_of
from exactmargin.decisions.jets import Jet, Jets, Kink, Sides, Vector
from exactmargin.exact import LinearProgram, LPStatus, Number, sign, solve_lp

__all__ = ["Region"]

ROUNDS = 12
"""Cuts before the search for multipliers ends."""

_MIXTURES = (fmpq(1, 4), fmpq(1, 64), fmpq(1, 4096))


@final
@dataclass(slots=True)
class Region:
    """The constraints of one region, and what its multipliers come to.

    `open` are the undecided kinks that matter to an active margin, those first without which it
    is not known; `columns` leaves such margins out. Either `separator` u is there, with
    <u, θ> > 0 and <u, ∇f_j> ≤ 0, or `support`, the multipliers of largest support. `forms` are
    the M(x) that were tried, `cuts` directions on which one of them is not positive, `least` is
    the greatest least eigenvalue that was reached, of `flat` directions if about 0. Where numbers
    are too large for floats to propose anything, the region is not `is_moderate`.
    """

    jets: Jets
    sides: Sides
    columns: list[Column] = field(default_factory=list)
    open: list[Kink] = field(default_factory=list)
    separator: Vector | None = None
    support: Vector | None = None
    forms: list[Floats] = field(default_factory=list)
    cuts: list[Floats] = field(default_factory=list)
    least: float = 0.0
    flat: int = 0
    is_moderate: bool = True

    @classmethod
    def of(cls, jets: Jets, sides: Sides) -> "Region":
        """The region on these sides."""
        self = cls(jets, sides)
        later: list[Kink] = []
        for i in jets.active:
            units = jets.mattering(i, sides)
            if all(jets.is_concave(i, unit) for unit in units):
                later += [(i, unit) for unit in units]
                self._add_margin(i, units)
            else:
                self.open += [(i, unit) for unit in units]
        for kink in sorted(sides):
            if not jets.mattering(kink[0], sides, kink[1]):
                self._add(kink[0], kink[1], False, jets.side(kink, sides))
        self.open = sorted(self.open, key=lambda kink: kink[1]) + later
        self._largest_support()
        return self

    def _add_margin(self, i: int, units: Sequence[Unit]) -> None:
        base = self.jets.output(i, self.sides, {})
        self._add(i, None, False, base)
        for unit in units:
            raised = self.jets.output(i, self.sides, {unit: fmpq(1)})
            self._add(i, unit, True, raised.minus(base))

    def _add(self, i: int, unit: Unit | None, slope: bool, jet: Jet) -> None:
        read = float_reader(self.jets.field)
        gradient = np.array([read(x) for x in jet.gradient])
        hessian = np.array([[read(x) for x in row] for row in jet.hessian])
        self._check_size(gradient, hessian)
        self.columns.append(Column(i, unit, slope, jet, gradient, hessian))

    def _check_size(self, *arrays: Floats) -> None:
        if not all(bool(np.all(np.abs(array) < HUGE)) for array in arrays):
            self.is_moderate = False

    # ------------------------------------------------------------ linear programs

    def leaf(self, budget: Budget) -> dict[str, Any] | None:
        """The leaf of the evidence, where multipliers with a definite form are found."""
        if self.support is None or not self.is_moderate:
            return None
        best = self.support
        for n in range(ROUNDS):
            budget.check()
            mixed = best
            for part in _MIXTURES if n else _MIXTURES[:1]:
                mixed = [a + part * (b - a) for a, b in zip(best, self.support, strict=True)]
                found = self._definite(mixed)
                if found is not None:
                    return found
            better = self._maximiser()
            if better is None:
                return None
            best = better
        return None

    def _stationarity(self, spread: int) -> tuple[list[dict[int, Number]], list[str], list[Number]]:
        """Rows over x, each x_j being the sum of `spread` unknowns."""
        theta, one = self.jets.problem.free_parameters(), self.jets.field.one
        rows: list[dict[int, Number]] = []
        count = len(self.columns)
        for p in range(len(theta)):
            row = {j: c.jet.gradient[p] for j, c in enumerate(self.columns)}
            rows.append({j + k * count: v for k in range(spread) for j, v in row.items()})
        senses, rhs = ["=="] * len(rows), [*theta]
        for j, c in enumerate(self.columns):
            if c.slope:
                above = margin_of(self.columns, c.example)
                both = {j: one, above: -one}
                rows.append({j + k * count: v for k in range(spread) for j, v in both.items()})
                senses.append("<=")
                rhs.append(self.jets.field.zero)
        return rows, senses, rhs

    def _largest_support(self) -> None:
        """x of largest support: maximise Σ t_j, t_j ≤ 1, where t + e is a multiple ≥ 1 of an x."""
        numbers, theta = self.jets.field, self.jets.problem.free_parameters()
        count = len(self.columns)
        rows, senses, rhs = self._stationarity(2)
        for p, value in enumerate(theta):
            rows[p][2 * count] = -value
        for j in range(count):
            rows.append({j: numbers.one})
            senses.append("<=")
            rhs.append(numbers.one)
        costs = [-numbers.one] * count + [numbers.zero] * (count + 1)
        found = solve_lp(LinearProgram(numbers, costs, rows, senses, rhs))
        if found.status is LPStatus.INFEASIBLE:
            assert found.farkas is not None
            self.separator = found.farkas[: len(theta)]
            return
        assert found.x is not None
        scale = 1 / (found.x[2 * count] + 1)
        self.support = [(found.x[j] + found.x[j + count]) * scale for j in range(count)]

    def _maximiser(self) -> Vector | None:
        """x for which the least value of the form on the cuts is greatest; None if it is ≤ 0."""
        numbers, count = self.jets.field, len(self.columns)
        rows, senses, rhs = self._stationarity(1)
        for d in self.cuts:
            bends = [float(d @ c.hessian @ d) for c in self.columns]
            row = {j: fmpq(round(b * 2**20), 2**20) for j, b in enumerate(bends)}
            rows.append({**row, count: numbers.one})
            senses.append("<=")
            rhs.append(numbers.one)
        rows.append({count: numbers.one})
        senses.append("<=")
        rhs.append(numbers.one)
        costs = [numbers.zero] * count + [-numbers.one]
        free = [False] * count + [True]
        found = solve_lp(LinearProgram(numbers, costs, rows, senses, rhs, free))
        if found.x is None or sign(found.x[count]) <= 0:
            return None
        return found.x[:count]

    def _definite(self, x: Vector) -> dict[str, Any] | None:
        """The leaf with these multipliers; else one more cut."""
        read = float_reader(self.jets.field)
        self._check_size(np.array([read(value) for value in x]))
        if not self.is_moderate:
            return None
        form = Form(self.jets, self.sides, self.columns, x)
        self.forms.append(form.matrix)
        values, vectors = form.spectrum()
        if len(values) and values[0] < FLAT:
            form.rotate()
            values, vectors = form.spectrum()
        if not len(values) or values[0] >= FLAT:
            return form.leaf()
        self.cuts.append(vectors[:, 0])
        if not self.flat or values[0] > self.least:
            self.least = float(values[0])
            self.flat = int(np.sum(values < FLAT))
        return None
