"""The one form in which linear programs are solved: minimise c·x, rows A_i x - b_i >= 0 or = 0.

The variables of the form are the n of the program and the m slacks s_i = A_i x - b_i; slack i
has the index n + i.  Each variable is free, signed (>= 0) or fixed (= 0), nothing else, so that
every nonbasic variable stands at 0.  Over Q rows and costs are scaled to integers.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property
from typing import Any, Final, TypeAlias, final

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from exactmargin.exact.fields import Number
from exactmargin.exact.lp import terms
from exactmargin.exact.lp_check import Stated
from exactmargin.exact.rationals import Q

__all__ = ["Form", "Kind"]

Scalar: TypeAlias = Any
"""A number of the program's field, or an `fmpz` over Q."""

_COMMON: Final = 32
"""Bits of a denominator up to which it may be common to all rows."""
_SMALL_MATRIX: Final = 1 << 16
_SPARSE: Final = 2


class Kind(IntEnum):
    """What a variable may be: any number, a number >= 0, or 0."""

    FREE = 0
    SIGNED = 1
    FIXED = 2


@final
class Form:
    """A linear program in one-sided form.

    `b[i]` is the right-hand side of row i, `c[j]` are the costs, `kinds` the n + m kinds.  Row i
    is `factors[i]` times the stated row (negative for "<="), the costs are `cost_factor` > 0
    times the stated ones.  `common` is the one factor of all of them (but for signs); where it
    is None, `indices[i]`, `values[i]` are the entries of row i (zeros may be among them).
    `zero` and `one` are numbers of the kind that all these are.
    """

    def __init__(self, stated: Stated) -> None:
        lp = stated.lp
        self.field = lp.field
        self.zero: Scalar = fmpz(0) if lp.field is Q else lp.field.zero
        self.one: Scalar = fmpz(1) if lp.field is Q else lp.field.one
        self.n, self.m = len(lp.objective), len(lp.rows)
        self.kinds = [Kind.FREE if free else Kind.SIGNED for free in lp.free_flags]
        self.kinds += [Kind.FIXED if sense == "==" else Kind.SIGNED for sense in lp.senses]
        self.common: fmpz | None = None
        if stated.table is not None and _one_factor_is_enough(stated.table):
            self.table, factor = stated.table.numer_denom()
            self.common = self.cost_factor = factor
            self.b: list[Scalar] = [-self.table[i, self.n] for i in range(self.m)]
            self.c: Sequence[Scalar] = [self.table[self.m, j] for j in range(self.n)]
            self.factors: list[Scalar] = stated.turn([factor] * self.m)
            return
        scaled = _integral if lp.field is Q else _unscaled
        self.indices: list[Sequence[int]] = []
        self.values: list[Sequence[Scalar]] = []
        self.b, self.factors = [], []
        for row, sense, right in zip(lp.rows, lp.senses, lp.rhs, strict=True):
            indices, values = terms(row)
            numbers, factor = scaled([*values, right], sense == "<=")
            self.b.append(numbers.pop())
            self.indices.append(indices)
            self.values.append(numbers)
            self.factors.append(factor)
        self.c, self.cost_factor = scaled(lp.objective, False)

    @cached_property
    def table(self) -> fmpz_mat | None:
        """The matrix [A, -b; c, 0] over Z, or None where it is large and sparse (over Q only)."""
        size = self.n * self.m
        if size > _SMALL_MATRIX and size > _SPARSE * sum(map(len, self.values)):
            return None
        numbers: list[fmpz] = []
        for i, b in enumerate(self.b):
            numbers += self._line(i)
            numbers.append(-b)
        return fmpz_mat(self.m + 1, self.n + 1, [*numbers, *self.c, 0])

    def entries(self, rows: Sequence[int], columns: Sequence[int]) -> list[Scalar]:
        """The entries of A in these rows and columns, row by row."""
        if self.field is Q and self.table is not None:
            table = self.table
            return [table[i, j] for i in rows for j in columns]
        return [line[j] for line in map(self._line, rows) for j in columns]

    def _line(self, i: int) -> Sequence[Scalar]:
        """Row i of A, all n entries, from its list."""
        if len(self.values[i]) == self.n:
            return self.values[i]
        line = [self.zero] * self.n
        for j, a in zip(self.indices[i], self.values[i], strict=True):
            line[j] = a
        return line

    def slacks(self, x: Sequence[fmpz], unit: fmpz) -> list[fmpz]:
        """A x - unit·b for n integers x (over Q only)."""
        if self.table is not None:
            return (self.table * fmpz_mat(self.n + 1, 1, [*x, unit])).entries()[:-1]
        rows = zip(self.indices, self.values, self.b, strict=True)
        present = [*map(bool, x)]  # few numbers of a basic solution are not 0
        return [
            sum([a * x[j] for j, a in zip(indices, values, strict=True) if present[j]], -unit * b)
            for indices, values, b in rows
        ]

    def combined(self, y: Sequence[fmpz]) -> list[fmpz]:
        """Aᵀ y for m integers y (over Q only)."""
        if self.table is not None:
            return (fmpz_mat(1, self.m + 1, [*y, 0]) * self.table).entries()[:-1]
        total = [self.zero] * self.n
        for factor, indices, values in zip(y, self.indices, self.values, strict=True):
            if factor:
                for j, a in zip(indices, values, strict=True):
                    total[j] += factor * a
        return total

    def stated_multipliers(self, y: Sequence[Number], of_costs: bool) -> tuple[Number, ...]:
        """The multipliers of the stated rows that belong to multipliers y of this form's rows."""
        pairs = zip(y, self.factors, strict=True)
        if not of_costs or self.cost_factor == 1:
            return tuple([v * f if v else v for v, f in pairs])
        return tuple([v * fmpq(f, self.cost_factor) if v else v for v, f in pairs])


def _one_factor_is_enough(table: fmpq_mat) -> bool:
    """Whether all denominators have a small common multiple, as far as one sum of each row says.

    In the worst case that multiple has as many digits as the whole matrix.
    """
    weights = fmpq_mat(table.ncols(), 1, [1 + j * 7919 % 997 for j in range(table.ncols())])
    common = fmpz(1)
    for value in (table * weights).entries():
        common = common.lcm(value.q)
        if common.bit_length() > _COMMON:
            return False
    return True


def _integral(numbers: Sequence[Any], negate: bool) -> tuple[list[Any], Any]:
    """The numbers times their common denominator (times -1 if asked), and that factor."""
    if not numbers:
        return [], fmpz(1)
    matrix, factor = fmpq_mat(1, len(numbers), numbers).numer_denom()
    return (-matrix).entries() if negate else matrix.entries(), -factor if negate else factor


def _unscaled(numbers: Sequence[Any], negate: bool) -> tuple[list[Any], Any]:
    """The numbers themselves (times -1 if asked), and that factor."""
    return [-v if negate else v for v in numbers], -1 if negate else 1
