"""Proposals of bases by the float solver HiGHS; nothing here is ever believed.

The program is scaled by powers of two and rounded; HiGHS ends at a basis, which is all that is
handed on, with a hint which of its variables shows that the program is infeasible or unbounded.
Where the exact data of that basis say that it fails by a hair, `zoom` shifts the program to the
exact basic solution, magnifies what is left until the hair is of size 1, and asks again from
there (iterative refinement: Gleixner, Steffy, Wolter 2016).

This is the one module of the room that imports numpy and highspy: `lp_large` does so late.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeAlias, final

import highspy
import numpy as np
from flint import fmpz
from numpy.typing import NDArray

from exactmargin.exact.lp_basis import Basis
from exactmargin.exact.lp_form import Form, Kind
from exactmargin.exact.simplex import descents, violations

__all__ = ["FloatModel", "Proposal"]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.integer[Any]]
Parts: TypeAlias = tuple[Floats, Ints]
Model: TypeAlias = tuple[Floats, Floats, Floats, Floats, Ints, Ints, Floats]
"""Costs, lower bounds, least and largest rows, entries in each row; their columns, themselves."""

_HUGE: Final = 1e15
"""A bound this far away, after magnification, does not matter."""
_TAME: Final = 20
"""Entries within so many powers of two of each other need no scaling."""

_NONE: Final = -(1 << 40)
"""Less than any exponent."""

_HELD: Final = threading.local()
_BY_ROWS, _MINIMISE = int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize)
_OPTIONS: Final[dict[str, object]] = {
    "output_flag": False,
    "solver": "simplex",
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "small_matrix_value": 1e-12,
    "simplex_scale_strategy": 0,  # the model is scaled already
}


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
        self.row_of, self.column_of, entries, self.b, self.c = _rounded(form)
        mantissa, exponent = entries
        self.r, self.s = _balance(self.row_of, self.column_of, exponent, form.m, form.n)
        self.entries = np.ldexp(mantissa, exponent + self.r[self.row_of] + self.s[self.column_of])
        kinds = np.array(form.kinds)
        self.free, self.fixed = kinds == Kind.FREE, kinds == Kind.FIXED

    def propose(self) -> Proposal | None:
        """The basis at which HiGHS ends; None without one."""
        form, n = self.form, self.form.n
        costs, right = _levelled(*self.c, self.s), _levelled(*self.b, self.r)
        lower = np.where(self.free[:n], -np.inf, 0.0)
        upper = np.where(self.fixed[n:], right, np.inf)
        counts = np.bincount(self.row_of, minlength=form.m)
        model = (costs, lower, right, upper, counts, self.column_of, self.entries)
        for presolve in ("off", "choose"):  # without it, HiGHS may end without a basis
            solver = _loaded(model, presolve, 100 * (n + form.m) + 10000)
            solver.run()
            proposal = self._proposal(solver)
            if proposal is not None:
                return proposal
        return None

    def zoom(self, held: Basis) -> Proposal | None:
        """The basis at which HiGHS ends from this one, on what its exact solution leaves over.

        Slacks are columns here, so that both primal and dual values can be shifted.
        """
        n, m = self.form.n, self.form.m
        units = np.concatenate([-self.s, self.r])  # a variable is 2^unit as large in the model
        costs, lower = np.zeros(n + m), np.zeros(n + m)
        reduced, values = held.reduced(), held.values()
        wrong = _magnified(reduced, -units[held.cobasis], descents(held, reduced))
        costs[held.cobasis] = np.clip(wrong, -_HUGE, _HUGE)
        amiss = _magnified(values, units[held.basis], violations(held, values))
        lower[held.basis] = -amiss
        lower[lower < -_HUGE] = -np.inf
        upper = np.where(self.fixed, lower, np.inf)
        lower[self.free] = -np.inf
        slacks = np.arange(m)
        order = np.argsort(np.concatenate([self.row_of, slacks]), kind="stable")
        columns = np.concatenate([self.column_of, n + slacks])[order]
        entries = np.concatenate([self.entries, np.full(m, -1.0)])[order]
        counts = np.bincount(self.row_of, minlength=m) + 1
        right = np.zeros(m)
        model = (costs, lower, right, right, counts, columns, entries)
        solver = _loaded(model, "off", 20 * (n + m) + 10000, upper)
        solver.setBasis(_start(held, lower, n, m))
        solver.run()
        return self._proposal(solver)

    def _proposal(self, solver: Any) -> Proposal | None:
        """The basis of the solver, with a hint from its ray."""
        n, m = self.form.n, self.form.m
        status, variables = solver.getBasicVariables()
        if status != highspy.HighsStatus.kOk:
            return None
        explicit = solver.getNumCol() > n  # where slack i is column n + i, not row i
        basic = [v if v >= 0 else n + ~v for v in variables.tolist() if not explicit or v >= 0]
        columns, rows = [v for v in basic if v < n], {*range(m)}.difference([v - n for v in basic])
        status, names = solver.getModelStatus(), highspy.HighsModelStatus
        if status == names.kOptimal:
            return Proposal(columns, sorted(rows), True)
        hint = self._hint(solver, basic, status == names.kUnbounded)
        return Proposal(columns, sorted(rows), False, hint)

    def _hint(self, solver: Any, basic: list[int], falling: bool) -> int | None:
        """Where a ray, which all but one variable leave 0, is not."""
        n, m = self.form.n, self.form.m
        _, found, ray = solver.getPrimalRay() if falling else solver.getDualRay()
        if not found:
            return None
        ray, size = np.asarray(ray, dtype=float), np.zeros(n + m)
        if falling:
            size[:n] = ray[:n]
            weights = self.entries * ray[self.column_of]
            size[n:] = np.bincount(self.row_of, weights, minlength=m)
            size[basic] = 0
            return int(np.argmax(np.abs(size)))
        weights = self.entries * ray[self.row_of]
        size[:n] = np.bincount(self.column_of, weights, minlength=n)
        size[n:] = ray
        return basic[int(np.argmax(np.abs(size[basic])))]


def _rounded(form: Form) -> tuple[Ints, Ints, Parts, Parts, Parts]:
    """Rows and columns of the nonzero entries of A; these entries, b and c as `_parts`."""
    if form.common is not None:
        assert form.table is not None
        flat, powers = _parts(form.table.entries())
        mantissa = flat.reshape(form.m + 1, form.n + 1)
        exponent = powers.reshape(form.m + 1, form.n + 1)
        row_of, column_of = np.nonzero(mantissa[:-1, :-1])
        entries = mantissa[row_of, column_of], exponent[row_of, column_of]
        right = -mantissa[:-1, -1], exponent[:-1, -1]
        return row_of, column_of, entries, right, (mantissa[-1, :-1], exponent[-1, :-1])
    row_of = np.repeat(np.arange(form.m), list(map(len, form.values)))
    column_of = np.fromiter(chain.from_iterable(form.indices), np.int64, len(row_of))
    flat, powers = _parts([*chain.from_iterable(form.values)])
    present = flat != 0
    entries = flat[present], powers[present]
    return row_of[present], column_of[present], entries, _parts(form.b), _parts(form.c)


def _parts(numbers: Sequence[fmpz]) -> Parts:
    """Mantissas and exponents: numbers = mantissa·2^exponent, nearly."""
    try:
        return np.frexp(np.fromiter(numbers, float, len(numbers)))
    except OverflowError:  # beyond 2^1024
        excess = [max(number.bit_length() - 60, 0) for number in numbers]
        shifted = [float(number >> bits) for number, bits in zip(numbers, excess, strict=True)]
        mantissa, exponents = np.frexp(np.array(shifted))
        return mantissa, exponents + np.array(excess)


def _balance(row_of: Ints, column_of: Ints, exponent: Ints, m: int, n: int) -> tuple[Ints, Ints]:
    """Exponents r, s that bring the entries of each row and column near 1 (geometric means)."""
    r, s = np.zeros(m, dtype=np.int64), np.zeros(n, dtype=np.int64)
    if not len(exponent):
        return r, s
    least, largest = exponent.min(), exponent.max()
    if largest - least <= _TAME:
        return r - (least + largest) // 2, s
    for _ in range(3):
        for own, other, place, beside in ((r, s, row_of, column_of), (s, r, column_of, row_of)):
            sizes = exponent + other[beside]
            high = np.full(len(own), _NONE)
            low = np.full(len(own), -_NONE)
            np.maximum.at(high, place, sizes)
            np.minimum.at(low, place, sizes)
            own[:] = np.where(high < low, 0, -((high + low) // 2))
    return r, s


def _levelled(mantissa: Floats, exponent: Ints, scale: Ints) -> Floats:
    """A vector in scaled units, with its largest entry brought near 64."""
    total = exponent + scale
    level = np.where(mantissa != 0, total, _NONE).max(initial=_NONE)
    return np.ldexp(mantissa, _exponents(total + (6 - level)))


def _magnified(values: Sequence[fmpz], units: Ints, wrong: list[int]) -> Floats:
    """Values in scaled units, times the power of two that brings the largest wrong one near 1."""
    mantissa, exponent = _parts(values)
    total = exponent + units
    marked = np.array(wrong, dtype=bool)
    chosen = marked if marked.any() else mantissa != 0
    level = total[chosen].max() if chosen.any() else 0
    return np.ldexp(mantissa, _exponents(total - level))


def _exponents(values: Ints) -> Ints:
    return np.minimum(np.maximum(values, -1000), 1000)


def _loaded(model: Model, presolve: str, iterations: int, upper: Floats | None = None) -> Any:
    """This thread's HiGHS (a new one costs as much as a small program), with this model."""
    costs, lower, below, above, counts, columns, entries = model
    solver = getattr(_HELD, "solver", None)
    if solver is None:
        make: Any = highspy.Highs  # it has no types
        solver = make()
        for name, value in _OPTIONS.items():
            solver.setOptionValue(name, value)
        _HELD.solver = solver
    solver.setOptionValue("presolve", presolve)
    solver.setOptionValue("simplex_iteration_limit", iterations)
    solver.clearModel()  # if the next call fails, nothing of the last program is left
    n = len(costs)
    starts = np.zeros(len(below) + 1, dtype=np.int32)
    np.cumsum(counts, out=starts[1:])
    solver.passModel(
        n, len(below), len(entries), _BY_ROWS, _MINIMISE, 0.0,
        costs, lower, np.full(n, np.inf) if upper is None else upper, below, above,
        starts, columns, entries, np.zeros(n, dtype=np.int32),
    )  # fmt: skip
    return solver


def _start(held: Basis, lower: Floats, n: int, m: int) -> Any:
    names = highspy.HighsBasisStatus
    statuses = [names.kLower if np.isfinite(low) else names.kZero for low in lower]
    for v in held.basis:
        statuses[v] = names.kBasic
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = statuses, [names.kLower] * m
    basis.valid = True
    return basis
