"""All coefficients of one basis, in the manner of a dictionary: for small programs, any field.

It is held by lines along the longer side, since a pivot adds a multiple of one line to each of
the others.  Over Q a line is an `fmpq_poly`, used as a vector of integers over one denominator:
that addition is then one call (6 times as fast as a list on 100 x 150 entries).
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias, final

from flint import fmpq_poly, fmpz

from exactmargin.exact.fields import Number
from exactmargin.exact.lp_form import Form
from exactmargin.exact.rationals import Q

__all__ = ["Dictionary"]

Line: TypeAlias = Any

_ZERO: Final = fmpz(0)


@final
class Dictionary:
    """The slack basis of a form, and what pivots make of it; see `simplex.Representation`.

    By rows: line r is row r of the t_bq with β_b behind it, the last line the d_q.  By columns:
    line q is column q with d_q below, the last line the β_b.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        n, m = form.n, form.m
        self.basis, self.cobasis = list(range(n, n + m)), list(range(n))
        self.by_rows = n >= m
        zero = form.field.zero
        rows = [form.line(i) for i in range(m)]
        if self.by_rows:
            lines = [[*row, -b] for row, b in zip(rows, form.b, strict=True)]
            lines.append([zero] * (n + 1))
        else:
            lines = [[*column, zero] for column in zip(*rows, strict=True)]
            lines.append([*(-b for b in form.b), zero])
        self.packed = form.field is Q
        self.lines: list[Line] = [fmpq_poly(line) for line in lines] if self.packed else lines
        self.length = len(lines[0])

    def values(self) -> Sequence[Any]:
        """See `Representation`."""
        return self._across(-1)[0] if self.by_rows else self._along(-1)[0]

    def reduced(self) -> Sequence[Any]:
        """See `Representation`."""
        return self._along(-1)[0] if self.by_rows else self._across(-1)[0]

    def row(self, r: int) -> tuple[Sequence[Any], Any]:
        """See `Representation`."""
        return self._along(r) if self.by_rows else self._across(r)

    def column(self, q: int) -> tuple[Sequence[Any], Any]:
        """See `Representation`."""
        return self._across(q) if self.by_rows else self._along(q)

    def pivot(self, r: int, q: int) -> None:
        """See `Representation`.

        With the pivot v in line L at position p and s = -1 (by rows) or +1 (by columns), the
        line becomes s (S - e_p) for S = (L + s e_p) / v, and S is subtracted from each other
        line as often as that has at p.
        """
        which, p = (r, q) if self.by_rows else (q, r)
        line = self.lines[which]
        inverse = self.form.field.one / line[p]
        unit = self._unit(p)
        shifted = _sum(line, -1, unit) if self.by_rows else _sum(line, 1, unit)
        if self.packed:
            step = shifted * inverse
            self.lines = [other - step * c if (c := other[p]) else other for other in self.lines]
        else:
            step = [x * inverse if x else x for x in shifted]
            self.lines = [_sum(other, -other[p], step) for other in self.lines]
        self.lines[which] = _sum(unit, -1, step) if self.by_rows else _sum(step, -1, unit)
        self.basis[r], self.cobasis[q] = self.cobasis[q], self.basis[r]

    def set_costs(self, costs: Sequence[Any]) -> None:
        """See `Representation`."""
        last = self.length - 1
        basic = [(r, costs[v]) for r, v in enumerate(self.basis) if costs[v]]
        if self.by_rows:
            total = self._packed([costs[v] for v in self.cobasis])
            for r, cost in basic:
                total = _sum(total, cost, self.lines[r])
            self.lines[-1] = total
            return
        unit = self._unit(last)
        for q, v in enumerate(self.cobasis):
            line = self.lines[q]
            reduced = sum((cost * line[r] for r, cost in basic), self.form.field.zero) + costs[v]
            self.lines[q] = _sum(line, reduced - line[last], unit)

    def point(self) -> list[Number]:
        """See `Representation`."""
        return self._placed(self.basis, self.by_rows, 0, self.form.n)

    def multipliers(self) -> list[Number]:
        """See `Representation`."""
        return self._placed(self.cobasis, not self.by_rows, self.form.n, self.form.m)

    def _placed(self, order: list[int], across: bool, start: int, count: int) -> list[Number]:
        """The numbers beside a list of variables, unscaled, for `count` variables from `start`."""
        last, final_line = self.length - 1, self.lines[-1]
        result = [self.form.field.zero] * count
        for i, v in enumerate(order):
            if start <= v < start + count:
                result[v - start] = self.lines[i][last] if across else final_line[i]
        return result

    def _along(self, i: int) -> tuple[Sequence[Any], Any]:
        """A line without its last entry; over Q integers and their denominator."""
        line = self.lines[i]
        if not self.packed:
            return line[:-1], 1
        numbers: list[Any] = line.numer().coeffs()
        missing = self.length - len(numbers)
        return [*numbers, *[_ZERO] * missing][: self.length - 1], line.denom()

    def _across(self, p: int) -> tuple[Sequence[Any], Any]:
        """An entry of each line but the last."""
        p %= self.length
        return [line[p] for line in self.lines[:-1]], 1

    def _unit(self, p: int) -> Line:
        return self._packed([int(i == p) for i in range(p + 1)])

    def _packed(self, line: list[Any]) -> Line:
        if self.packed:
            return fmpq_poly(line)
        return [
            *map(self.form.field.coerce, line),
            *[self.form.field.zero] * (self.length - len(line)),
        ]


def _sum(line: Line, factor: Any, other: Line) -> Line:
    """line + factor·other."""
    if not factor:
        return line
    if isinstance(line, fmpq_poly):
        return line + other * factor
    return [x + factor * y if y else x for x, y in zip(line, other, strict=True)]
