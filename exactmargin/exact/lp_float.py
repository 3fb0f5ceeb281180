"""Proposals of bases by the float solver HiGHS; nothing here is ever believed.

The program is scaled by powers of two and rounded; HiGHS ends at a basis, which is all that is
handed on, with a hint which of its variables shows that the program is infeasible or unbounded.
Where the exact data of that basis say that it fails by a hair, `zoom` shifts the program to the
exact basic solution, magnifies what is left until the hair is of size 1, and asks again from
there (iterative refinement: Gleixner, Steffy, Wolter 2016).

This is the one module of the room that imports numpy and highspy: `lp_large` does so late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import highspy
import numpy as np
from flint import fmpz
from numpy.typing import NDArray

from exactmargin.exact.lp_basis import Basis
from exactmargin.exact.lp_form import Form, Kind

__all__ = ["FloatModel", "Proposal"]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

_HUGE = 1e15
"""A bound this far away, after magnification, does not matter."""


@final
@dataclass(frozen=True, slots=True)
class Proposal:
    """Basic columns and rows of nonbasic slacks; `hint` is a variable, or None.

    HiGHS takes the basis to be optimal if `optimal`; else the hint, if it is basic, is to show
    that the program is infeasible; if it is nonbasic, that it is unbounded.
    """

    columns: list[int]
    rows: list[int]
    optimal: bool
    hint: int | None = None


@final
class FloatModel:
    """A rational form in floats: entry (i, j) is 2^(r_i + s_j) times that of the form."""

    def __init__(self, form: Form) -> None:
        self.form = form
        lengths = np.array([len(values) for values in form.values], dtype=np.int64)
        self.row_of = np.repeat(np.arange(form.m), lengths)
        self.column_of = np.array([j for part in form.indices for j in part], dtype=np.int64)
        mantissa, exponent = _parts([a for values in form.values for a in values])
        present = mantissa != 0
        self.row_of, self.column_of = self.row_of[present], self.column_of[present]
        mantissa, exponent = mantissa[present], exponent[present]
        self.r, self.s = _balance(self.row_of, self.column_of, exponent, form.m, form.n)
        shift = self.r[self.row_of] + self.s[self.column_of]
        self.entries = np.ldexp(mantissa, exponent + shift)
        kinds = np.array([int(kind) for kind in form.kinds], dtype=np.int64)
        self.free, self.fixed = kinds == Kind.FREE, kinds == Kind.FIXED

    def propose(self) -> Proposal | None:
        """The basis at which HiGHS ends; None without one."""
        form, n = self.form, self.form.n
        costs = _levelled(*_parts(form.c), self.s)
        right = _levelled(*_parts(form.b), self.r)
        lower = np.where(self.free[:n], -np.inf, 0.0)
        upper = np.where(self.fixed[n:], right, np.inf)
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.row_of, minlength=form.m))])
        lp = _model(costs, lower, np.full(n, np.inf), right, upper)
        _set_matrix(lp, highspy.MatrixFormat.kRowwise, starts, self.column_of, self.entries)
        for presolve in ("off", "choose"):  # presolve may end without a basis
            solver = _solver(presolve, 100 * (form.n + form.m) + 10000)
            solver.passModel(lp)
            solver.run()
            basis = solver.getBasis()
            if basis.valid:
                columns, rows = _basic(basis.col_status), _nonbasic(basis.row_status)
                return self._proposal(solver, columns, rows, explicit=False)
        return None

    def zoom(self, held: Basis) -> Proposal | None:
        """The basis at which HiGHS ends from this one, on what its exact solution leaves over.

        Slacks are columns here, so that both primal and dual values can be shifted.
        """
        n, m = self.form.n, self.form.m
        units = np.concatenate([-self.s, self.r])  # a variable is 2^unit as large in the model
        costs, lower = np.zeros(n + m), np.zeros(n + m)
        reduced = _magnified(held.reduced(), -units[held.cobasis], self._wrong(held))
        costs[held.cobasis] = np.clip(reduced, -_HUGE, _HUGE)
        values = _magnified(held.values(), units[held.basis], self._violated(held))
        lower[held.basis] = -values
        lower[lower < -_HUGE] = -np.inf
        upper = np.where(self.fixed, lower, np.inf)
        lower[self.free] = -np.inf
        lp = _model(costs, lower, upper, np.zeros(m), np.zeros(m))
        slacks = np.arange(m)
        order = np.argsort(np.concatenate([self.row_of, slacks]), kind="stable")
        columns = np.concatenate([self.column_of, n + slacks])[order]
        entries = np.concatenate([self.entries, np.full(m, -1.0)])[order]
        counts = np.bincount(self.row_of, minlength=m) + 1
        starts = np.concatenate([[0], np.cumsum(counts)])
        _set_matrix(lp, highspy.MatrixFormat.kRowwise, starts, columns, entries)
        solver = _solver("off", 20 * (n + m) + 10000)
        solver.passModel(lp)
        solver.setBasis(_start(held, lower, n, m))
        solver.run()
        basis = solver.getBasis()
        if not basis.valid:
            return None
        basic = _basic(basis.col_status)
        slack_basic = {v - n for v in basic if v >= n}
        rows = [i for i in range(m) if i not in slack_basic]
        return self._proposal(solver, [v for v in basic if v < n], rows, explicit=True)

    def _violated(self, held: Basis) -> list[bool]:
        kinds = self.form.kinds
        return [
            bool((x < 0 and kinds[v]) or (x and kinds[v] is Kind.FIXED))
            for v, x in zip(held.basis, held.values(), strict=True)
        ]

    def _wrong(self, held: Basis) -> list[bool]:
        kinds = self.form.kinds
        return [
            bool((d < 0 and kinds[v] is Kind.SIGNED) or (d and kinds[v] is Kind.FREE))
            for v, d in zip(held.cobasis, held.reduced(), strict=True)
        ]

    def _proposal(
        self, solver: Any, columns: list[int], rows: list[int], explicit: bool
    ) -> Proposal:
        """The proposal with its hint: where a ray, which all but one variable leave 0, is not."""
        n, m = self.form.n, self.form.m
        status = solver.getModelStatus()
        names = highspy.HighsModelStatus
        if status == names.kOptimal:
            return Proposal(columns, rows, True)
        basic = np.zeros(n + m, dtype=bool)
        basic[columns] = True
        basic[n:] = True
        basic[[n + i for i in rows]] = False
        kind, found, ray = "", False, np.zeros(0)
        if status == names.kUnbounded:
            _, found, ray = solver.getPrimalRay()
            kind = "primal"
        else:
            _, found, ray = solver.getDualRay()
            kind = "dual"
        if not found:
            return Proposal(columns, rows, False)
        ray = np.asarray(ray, dtype=float)
        size = np.zeros(n + m)
        if kind == "dual":
            weights = self.entries * ray[self.row_of]
            size[:n] = np.bincount(self.column_of, weights, minlength=n)
            size[n:] = ray
            size[~basic] = 0
        else:
            size[:n] = ray[:n]
            weights = self.entries * ray[self.column_of]
            size[n:] = np.bincount(self.row_of, weights, minlength=m)
            size[basic] = 0
        return Proposal(columns, rows, False, int(np.argmax(np.abs(size))))


def _parts(numbers: Sequence[fmpz]) -> tuple[Floats, Ints]:
    """Mantissas and exponents: numbers = mantissa·2^exponent, nearly."""
    exponents = np.zeros(len(numbers), dtype=np.int64)
    try:
        rounded = np.array([int(number) for number in numbers], dtype=float)
    except OverflowError:  # beyond 2^1024
        excess = [max(number.bit_length() - 60, 0) for number in numbers]
        shifted = [int(number >> bits) for number, bits in zip(numbers, excess, strict=True)]
        exponents, rounded = np.array(excess), np.array(shifted, dtype=float)
    mantissa, more = np.frexp(rounded)
    return mantissa, exponents + more


def _balance(row_of: Ints, column_of: Ints, exponent: Ints, m: int, n: int) -> tuple[Ints, Ints]:
    """Exponents r, s that bring the entries of each row and column near 1 (geometric means)."""
    r, s = np.zeros(m, dtype=np.int64), np.zeros(n, dtype=np.int64)
    if not len(exponent):
        return r, s
    for _ in range(3):
        for own, other, place, beside in ((r, s, row_of, column_of), (s, r, column_of, row_of)):
            sizes = exponent + other[beside]
            high = np.full(len(own), -(1 << 40))
            low = np.full(len(own), 1 << 40)
            np.maximum.at(high, place, sizes)
            np.minimum.at(low, place, sizes)
            own[:] = np.where(high < low, 0, -((high + low) // 2))
    return r, s


def _levelled(mantissa: Floats, exponent: Ints, scale: Ints) -> Floats:
    """A vector in scaled units, with its largest entry brought near 64."""
    total = exponent + scale
    present = mantissa != 0
    if not present.any():
        return np.zeros(len(mantissa))
    return np.ldexp(mantissa, _exponents(total + 6 - total[present].max()))


def _magnified(values: Sequence[fmpz], units: Ints, wrong: list[bool]) -> Floats:
    """Values in scaled units, times the power of two that brings the largest wrong one near 1."""
    mantissa, exponent = _parts(values)
    total = exponent + units
    marked = np.array(wrong, dtype=bool)
    chosen = marked if marked.any() else mantissa != 0
    level = total[chosen].max() if chosen.any() else 0
    return np.ldexp(mantissa, _exponents(total - level))


def _exponents(values: Ints) -> Ints:
    return np.clip(values, -1000, 1000)


def _model(costs: Floats, lower: Floats, upper: Floats, below: Floats, above: Floats) -> Any:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), len(below)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = costs, lower, upper
    lp.row_lower_, lp.row_upper_ = below, above
    return lp


def _set_matrix(lp: Any, layout: Any, starts: Ints, indices: Ints, entries: Floats) -> None:
    lp.a_matrix_.format_ = layout
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = indices.astype(np.int32)
    lp.a_matrix_.value_ = entries


def _solver(presolve: str, iterations: int) -> Any:
    make: Any = highspy.Highs  # it has no types
    solver = make()
    for name, value in (
        ("output_flag", False),
        ("presolve", presolve),
        ("solver", "simplex"),
        ("simplex_iteration_limit", iterations),
        ("primal_feasibility_tolerance", 1e-9),
        ("dual_feasibility_tolerance", 1e-9),
        ("small_matrix_value", 1e-12),
    ):
        solver.setOptionValue(name, value)
    return solver


def _basic(statuses: Sequence[Any]) -> list[int]:
    basic = highspy.HighsBasisStatus.kBasic
    return [i for i, status in enumerate(statuses) if status == basic]


def _nonbasic(statuses: Sequence[Any]) -> list[int]:
    basic = highspy.HighsBasisStatus.kBasic
    return [i for i, status in enumerate(statuses) if status != basic]


def _start(held: Basis, lower: Floats, n: int, m: int) -> Any:
    names = highspy.HighsBasisStatus
    statuses = [names.kLower if np.isfinite(low) else names.kZero for low in lower]
    for v in held.basis:
        statuses[v] = names.kBasic
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = statuses, [names.kLower] * m
    basis.valid = True
    return basis
