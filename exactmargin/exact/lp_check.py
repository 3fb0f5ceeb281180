"""The check of an answer to a linear program, from the program as it was stated.

Every product is recomputed, with inner products and signs and nothing else; neither the solver
nor its form of the program has a part in it.  Over Q the program is one FLINT matrix, unless it
is large and sparse: two products with it are the whole work (on 1500 x 500 entries, where the
vectors have 8000 bits, 300 times as fast as a loop).
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias, final

from flint import fmpq_mat

from exactmargin.errors import InternalError
from exactmargin.exact.fields import Number, sign
from exactmargin.exact.lp import LinearProgram, LPResult, LPStatus, SparseRow, terms
from exactmargin.exact.rationals import Q
from exactmargin.exact.vectors import dot

__all__ = ["Stated", "check", "verify_lp_result"]

Vector: TypeAlias = tuple[Number, ...]

_ZERO: Final = Q.zero
_SMALL: Final = 1 << 12
_SPARSE: Final = 2


def verify_lp_result(lp: LinearProgram, result: LPResult) -> None:
    """Check every condition that `LPResult` states; raises InternalError at the first failure.

    It uses nothing but the program and the result: inner products and signs.
    """
    check(Stated(lp), result)


@final
class Stated:
    """A program as it was stated, and the products of its rows and columns with vectors.

    Only the sense "<=" is turned into ">=", by the factor -1 on both sides (`turned`).
    """

    def __init__(self, lp: LinearProgram) -> None:
        self.lp = lp
        self.turned = [i for i, sense in enumerate(lp.senses) if sense == "<="]

    @cached_property
    def table(self) -> fmpq_mat | None:
        """The matrix [A, -b; c, 0], or None where that is not over Q, or large and sparse."""
        lp = self.lp
        n, m = len(lp.objective), len(lp.rows)
        if lp.field is not Q or _SMALL < n * m > _SPARSE * sum(map(len, lp.rows)):
            return None
        numbers: list[Any] = []
        for row, sense, b in zip(lp.rows, lp.senses, lp.rhs, strict=True):
            line: Sequence[Any] = row  # type: ignore[assignment] # if it is no mapping
            if isinstance(row, SparseRow):
                line = [_ZERO] * n
                for j, value in zip(row.indices, row.values_, strict=True):
                    line[j] = value
            if sense == "<=":
                numbers += [-v for v in line]
                numbers.append(b)
            else:
                numbers += line
                numbers.append(-b)
        return _matrix(m + 1, n + 1, [*numbers, *lp.objective, _ZERO])

    def turn(self, values: list[Any]) -> list[Any]:
        """The values, one for each row, times -1 where the sense was turned."""
        for i in self.turned:
            values[i] = -values[i]
        return values

    def at(self, x: Vector, unit: int) -> tuple[Sequence[Any], Number]:
        """A x - unit·b up to a positive factor, and c·x."""
        lp = self.lp
        if self.table is not None:
            products = self.table * _matrix(len(x) + 1, 1, [*x, unit])
            return products.numer_denom()[0].entries()[:-1], products[len(lp.rows), 0]
        rows = [
            dot(values, x if isinstance(row, tuple) else [x[j] for j in indices])
            for row, (indices, values) in zip(lp.rows, map(terms, lp.rows), strict=True)
        ]
        if unit:
            rows = [value - b for value, b in zip(rows, lp.rhs, strict=True)]
        return self.turn(rows), dot(lp.objective, x)

    def combined(self, y: Vector, unit: int) -> tuple[Sequence[Any], Number]:
        """yᵀA - unit·c up to a positive factor, and y·b."""
        lp = self.lp
        if self.table is not None:
            products = _matrix(1, len(y) + 1, self.turn([*y, -unit])) * self.table
            return products.numer_denom()[0].entries()[:-1], -products[0, len(lp.objective)]
        excess = [-c for c in lp.objective] if unit else [lp.field.zero] * len(lp.objective)
        columns: list[tuple[list[Number], list[Number]]] = [([], []) for _ in excess]
        for row, factor in zip(lp.rows, y, strict=True):
            if factor:
                for j, value in zip(*terms(row), strict=True):
                    if value:
                        columns[j][0].append(value)
                        columns[j][1].append(factor)
        excess = [dot(*pair) + gap for gap, pair in zip(excess, columns, strict=True)]
        return excess, dot(y, lp.rhs)


def check(stated: Stated, result: LPResult) -> None:
    """See `verify_lp_result`."""
    lp = stated.lp
    n, m = len(lp.objective), len(lp.rows)
    if result.status is LPStatus.INFEASIBLE:
        y = _given(result.farkas, m, "farkas")
        excess, gain = stated.combined(y, 0)
        _require(sign(gain) > 0, "the Farkas multipliers give no contradiction")
        _check_multipliers(lp, y, excess)
        return
    x = _given(result.x, n, "x")
    slacks, value = stated.at(x, 1)
    _check_feasible(lp, x, slacks)
    if result.status is LPStatus.UNBOUNDED:
        ray = _given(result.ray, n, "ray")
        slacks, fall = stated.at(ray, 0)
        _check_feasible(lp, ray, slacks)
        _require(sign(fall) < 0, "the objective does not fall along the ray")
        return
    y = _given(result.dual, m, "dual")
    excess, dual_value = stated.combined(y, 1)
    _check_multipliers(lp, y, excess)
    _require(value == result.value, "the value is not that of x")
    _require(value == dual_value, "primal and dual values differ")


def _matrix(rows: int, columns: int, rationals: Sequence[Any]) -> fmpq_mat:
    return fmpq_mat(rows, columns, rationals)


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise InternalError(f"linear program: {complaint}")


def _given(vector: Vector | None, length: int, name: str) -> Vector:
    if vector is None or len(vector) != length:
        raise InternalError(f"linear program: {name} is missing or has the wrong length")
    return vector


def _check_feasible(lp: LinearProgram, x: Vector, slacks: Sequence[Any]) -> None:
    for i, (slack, sense) in enumerate(zip(slacks, lp.senses, strict=True)):
        _require(not slack or (slack > 0 and sense != "=="), f"row {i} is violated")
    for j, (value, free) in enumerate(zip(x, lp.free_flags, strict=True)):
        _require(free or not value or sign(value) > 0, f"variable {j} is negative")


def _check_multipliers(lp: LinearProgram, y: Vector, excess: Sequence[Any]) -> None:
    for i, (value, sense) in enumerate(zip(y, lp.senses, strict=True)):
        if value and sense != "==":
            allowed = sense == (">=" if sign(value) > 0 else "<=")
            _require(allowed, f"multiplier {i} has the wrong sign")
    for j, (value, free) in enumerate(zip(excess, lp.free_flags, strict=True)):
        _require(not value or (value < 0 and not free), f"the dual condition of column {j} fails")
