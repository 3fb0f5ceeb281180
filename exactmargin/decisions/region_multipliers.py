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

from exactmargin.decisions.congruence import Floats, congruence, float_reader, null_basis
from exactmargin.decisions.jets import Jet, Jets, Kink, Sides, Unit, Vector
from exactmargin.exact import LinearProgram, LPStatus, Number, sign, solve_lp

__all__ = ["FLAT", "Column", "Definite", "Region", "at_bits"]

ROUNDS = 12
"""Cuts before the search for multipliers ends."""

FLAT = 1e-6
"""Eigenvalues that count as zero, in proposals and reasons."""

_MIXTURES = (fmpq(1, 4), fmpq(1, 64), fmpq(1, 4096))
_PENALTIES = (fmpq(0), *(fmpq(4) ** k for k in range(-1, 13)))


def at_bits(d: Floats, bits: int) -> list[fmpq]:
    """A multiple of d, its largest entry about 1, rounded to so many bits after the point."""
    largest = float(np.max(np.abs(d), initial=0.0)) or 1.0
    return [fmpq(round(x), 1 << bits) for x in np.ldexp(d / largest, bits).tolist()]


@final
@dataclass(frozen=True, slots=True)
class Column:
    """A constraint f ≥ 0: y_iΦ_i - 1 (`unit` None), a decided side, or an open `slope`.

    The last is the difference that the slope of `unit` makes; x is at most that of its example.
    """

    example: int
    unit: Unit | None
    slope: bool
    jet: Jet
    gradient: Floats
    hessian: Floats


@final
@dataclass(frozen=True, slots=True)
class Definite:
    """A leaf: multipliers, penalty and congruence, in the form of the evidence."""

    leaf: dict[str, Any]


@final
@dataclass(slots=True)
class Region:
    """The constraints of one region, and what its multipliers come to.

    `open` are the undecided kinks that matter to an active margin, those first without which it
    is not known; `columns` leaves such margins out. After `solve`, either `separator` u is
    there, with <u, θ> > 0 and <u, ∇f_j> ≤ 0, or `support`, the multipliers of largest support.
    `forms` are the M(x) that were tried, `cuts` directions on which one of them is not positive,
    `least` is the greatest least eigenvalue that was reached, of `flat` directions if about 0.
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
        self.columns.append(Column(i, unit, slope, jet, gradient, hessian))

    # ------------------------------------------------------------ linear programs

    def solve(self) -> Definite | None:
        """The definite form, where one is found."""
        self._largest_support()
        if self.support is None:
            return None
        best = self.support
        for n in range(ROUNDS):
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
                above = self._margin_of(c.example)
                both = {j: one, above: -one}
                rows.append({j + k * count: v for k in range(spread) for j, v in both.items()})
                senses.append("<=")
                rhs.append(self.jets.field.zero)
        return rows, senses, rhs

    def _margin_of(self, example: int) -> int:
        return next(
            j for j, c in enumerate(self.columns) if c.example == example and c.unit is None
        )

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

    # ------------------------------------------------------------ the form

    def _definite(self, x: Vector) -> Definite | None:
        """The leaf with these multipliers; else one more cut."""
        read = float_reader(self.jets.field)
        near = np.array([read(value) for value in x])
        matrix = np.eye(len(self.columns[0].gradient))
        for value, c in zip(near, self.columns, strict=True):
            matrix = matrix - value * c.hessian
        self.forms.append(matrix)
        normals = self._normals(x)
        floats = np.array([[read(value) for value in row] for row in normals])
        kernel = null_basis(floats)
        bound = 1.0
        if kernel.shape[1]:
            values, vectors = np.linalg.eigh(kernel.T @ matrix @ kernel)
            bound = float(values[0])
            if bound < FLAT:
                self.cuts.append(kernel @ vectors[:, 0])
                if not self.flat or bound > self.least:
                    self.least = bound
                    self.flat = int(np.sum(values < FLAT))
                return None
        push = floats.T @ floats
        for penalty in _PENALTIES:
            raised = matrix + float(penalty.p) / float(penalty.q) * push
            if np.linalg.eigvalsh(raised)[0] > min(bound, 1.0) / 4:
                proof = congruence(self._exact(x, normals, penalty), raised)
                return None if proof is None else Definite(self._leaf(x, penalty, proof))
        return None

    def _normals(self, x: Vector) -> list[list[Number]]:
        """The gradients of what is weighed: margins with their listed slopes, and sides."""
        result: dict[int, list[Number]] = {}
        for j, (value, c) in enumerate(zip(x, self.columns, strict=True)):
            if not c.slope and sign(value):
                result[j] = list(c.jet.gradient)
        for value, c in zip(x, self.columns, strict=True):
            if c.slope and sign(value):
                j = self._margin_of(c.example)
                part = value / x[j]
                result[j] = [a + part * b for a, b in zip(result[j], c.jet.gradient, strict=True)]
        return list(result.values())

    def _exact(self, x: Vector, normals: Sequence[Vector], penalty: fmpq) -> list[list[Number]]:
        size, numbers = len(self.columns[0].gradient), self.jets.field
        total = [
            [numbers.one if p == q else numbers.zero for q in range(size)] for p in range(size)
        ]
        for value, c in zip(x, self.columns, strict=True):
            if not sign(value):
                continue
            for row, bends in zip(total, c.jet.hessian, strict=True):
                for q, bend in enumerate(bends):
                    if bend:
                        row[q] = row[q] - value * bend
        for g in normals:
            for row, a in zip(total, g, strict=True):
                for q, b in enumerate(g):
                    if a and b:
                        row[q] = row[q] + penalty * a * b
        return total

    def _leaf(self, x: Vector, penalty: fmpq, proof: Sequence[Sequence[fmpq]]) -> dict[str, Any]:
        spell, problem = self.jets.field.format, self.jets.problem
        low = problem.network.negative_slope
        multipliers: list[Number] = [self.jets.field.zero] * problem.data.size
        sides, slopes = [], []
        for value, column in zip(x, self.columns, strict=True):
            i, unit = column.example, column.unit
            if unit is None:
                multipliers[i] = value
                continue
            place = {"example": i + 1, "layer": unit[0] + 1, "unit": unit[1] + 1}
            if column.slope:
                above = x[self._margin_of(i)]
                if sign(above):
                    slope = low + (1 - low) * value / above
                    slopes.append({**place, "slope": spell(self.jets.field.coerce(slope))})
            elif sign(value):
                sides.append({**place, "weight": spell(value)})
        leaf: dict[str, Any] = {
            "multipliers": [spell(value) for value in multipliers],
            "penalty": spell(self.jets.field.coerce(penalty)),
            "congruence": [[str(entry) for entry in row] for row in proof],
        }
        for name, rows in (("sides", sides), ("slopes", slopes)):
            if rows:
                leaf[name] = sorted(
                    rows, key=lambda row: (row["example"], row["layer"], row["unit"])
                )
        return leaf
