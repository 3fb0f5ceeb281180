"""All coefficients of one basis, in the manner of a dictionary: for small programs, any field.

The table has a row for each basic variable, with its coefficients t_bq and β_b, and a last row
for the d_q; see `simplex.Representation`.  A pivot adds a multiple of one row to the others.
Over Q the table is a FLINT matrix over Z, a common denominator beside it, and a pivot is one
change of rank 1 (Edmonds 1967: all entries are minors of the program, so none grows needlessly).
"""

from collections.abc import Sequence
from typing import Any, final

from flint import fmpq, fmpz, fmpz_mat

from exactmargin.exact.fields import Number
from exactmargin.exact.lp_form import Form

__all__ = ["Dictionary", "IntegerDictionary"]


@final
class Dictionary:
    """The slack basis of a form over any field, and what pivots make of it."""

    def __init__(self, form: Form) -> None:
        self.form = form
        n, m = form.n, form.m
        self.basis, self.cobasis = list(range(n, n + m)), list(range(n))
        self.rows = [[*form.entries([i], range(n)), -b] for i, b in enumerate(form.b)]
        self.rows.append([*form.c, form.field.zero])

    def values(self) -> Sequence[Any]:
        """See `Representation`."""
        return [row[-1] for row in self.rows[:-1]]

    def reduced(self) -> Sequence[Any]:
        """See `Representation`."""
        return self.rows[-1][:-1]

    def row(self, r: int) -> tuple[Sequence[Any], Any]:
        """See `Representation`."""
        return self.rows[r][:-1], 1

    def column(self, q: int) -> tuple[Sequence[Any], Any]:
        """See `Representation`."""
        return [row[q] for row in self.rows[:-1]], 1

    def pivot(self, r: int, q: int) -> None:
        """See `Representation`: with the pivot v, S = (row r - e_q) / v, and e_q - S replaces it.

        S is subtracted from each other row as often as that has at q.
        """
        row, one = self.rows[r], self.form.field.one
        inverse = one / row[q]
        step = [x * inverse if x else x for x in row]
        step[q] = one - inverse
        self.rows = [
            [x - factor * y if y else x for x, y in zip(other, step, strict=True)]
            if (factor := other[q])
            else other
            for other in self.rows
        ]
        self.rows[r] = [-x for x in step]
        self.rows[r][q] = inverse
        self.basis[r], self.cobasis[q] = self.cobasis[q], self.basis[r]

    def set_costs(self, costs: Sequence[Any]) -> None:
        """See `Representation`."""
        total = [*(costs[v] for v in self.cobasis), self.form.field.zero]
        for v, row in zip(self.basis, self.rows, strict=False):  # the last row is no variable's
            if costs[v]:
                total = [x + costs[v] * y for x, y in zip(total, row, strict=True)]
        self.rows[-1] = total

    def point(self) -> list[Number]:
        """See `Representation`."""
        return _placed(self.basis, self.values(), self.form, 0, self.form.n)

    def multipliers(self) -> list[Number]:
        """See `Representation`."""
        return _placed(self.cobasis, self.reduced(), self.form, self.form.n, self.form.m)


@final
class IntegerDictionary:
    """The same over Q: the table is `table` / `scale`, with scale > 0."""

    def __init__(self, form: Form) -> None:
        assert form.table is not None
        self.form = form
        n, m = form.n, form.m
        self.basis, self.cobasis = list(range(n, n + m)), list(range(n))
        self.table, self.scale = form.table, fmpz(1)

    def values(self) -> Sequence[fmpz]:
        """See `Representation`."""
        return self.column(self.form.n)[0]

    def reduced(self) -> Sequence[fmpz]:
        """See `Representation`."""
        return self.row(self.form.m)[0]

    def row(self, r: int) -> tuple[Sequence[fmpz], fmpz]:
        """See `Representation`."""
        table = self.table
        return [table[r, q] for q in range(self.form.n)], self.scale

    def column(self, q: int) -> tuple[Sequence[fmpz], fmpz]:
        """See `Representation`."""
        table = self.table
        return [table[r, q] for r in range(self.form.m)], self.scale

    def pivot(self, r: int, q: int) -> None:
        """See `Representation`.

        With the pivot v of T / D, T becomes (v T - (T e_q + D e_r) (e_rᵀ T - D e_qᵀ)) / D, which
        is over Z again, and D becomes v, both with the sign of v.
        """
        n, m, table, scale = self.form.n, self.form.m, self.table, self.scale
        pivot = table[r, q]
        column = [table[i, q] for i in range(m + 1)]
        row = [table[r, j] for j in range(n + 1)]
        column[r] += scale
        row[q] -= scale
        change = fmpz_mat(m + 1, 1, column) * fmpz_mat(1, n + 1, row)
        self.table = (table * pivot - change) / (scale if pivot > 0 else -scale)
        self.scale = abs(pivot)
        self.basis[r], self.cobasis[q] = self.cobasis[q], self.basis[r]

    def set_costs(self, costs: Sequence[Any]) -> None:
        """See `Representation`."""
        n, m = self.form.n, self.form.m
        weights = fmpz_mat(1, m + 1, [*(costs[v] for v in self.basis), 0])
        direct = fmpz_mat(1, n + 1, [*(costs[v] for v in self.cobasis), 0])
        total = weights * self.table + direct * self.scale
        self.table = fmpz_mat(self.table)
        for q, value in enumerate(total.entries()):
            self.table[m, q] = value

    def point(self) -> list[Number]:
        """See `Representation`."""
        return self._unscaled(self.basis, self.values(), 0, self.form.n)

    def multipliers(self) -> list[Number]:
        """See `Representation`."""
        return self._unscaled(self.cobasis, self.reduced(), self.form.n, self.form.m)

    def _unscaled(
        self, order: list[int], values: Sequence[fmpz], start: int, count: int
    ) -> list[Number]:
        numbers = [fmpq(v, self.scale) if v else self.form.field.zero for v in values]
        return _placed(order, numbers, self.form, start, count)


def _placed(
    order: list[int], values: Sequence[Number], form: Form, start: int, count: int
) -> list[Number]:
    """The numbers beside a list of variables, 0 for others, for `count` variables from `start`."""
    result = [form.field.zero] * count
    for v, value in zip(order, values, strict=True):
        if start <= v < start + count:
            result[v - start] = value
    return result
