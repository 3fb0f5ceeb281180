"""The simplex method on a dense tableau over an ordered field: minimise c·x, A x = b, x >= 0.

Entering column: the most negative reduced cost (Dantzig); after more degenerate steps in a row
than there are rows, the least index (Bland), until a step makes progress again.  The leaving
row is always the one of least basic index among the ties.  A cycle would consist of degenerate
steps only, hence in the end of Bland steps only, and Bland's rule does not cycle (Bland 1977);
each other step lowers the cost.  So it ends.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, final

from flint import fmpq_poly

from exactmargin.exact.fields import Field, Number, sign
from exactmargin.exact.rationals import Q

__all__ = ["Tableau"]

Row: TypeAlias = Any
"""A row of numbers.  Over Q an `fmpq_poly`, used as a vector of integers over one denominator:
adding a multiple of a row is then one call (6 times as fast as a list on 100 x 150 entries, 2
times on 10 x 20; an `fmpq_mat` for the whole tableau gains a quarter).  Else a list."""


@final
class Tableau:
    """Rows [A | b] in the coordinates of a basis, and a cost row below.

    `rows[i][j]` for j < width is the entry of column j, `rows[i][width]` >= 0 the value of the
    basic variable `basis[i]`.  `costs[j]` are reduced costs, `costs[width]` minus the cost.
    """

    def __init__(
        self, field: Field, rows: Sequence[Sequence[Number]], basis: list[int], width: int
    ) -> None:
        self.field = field
        self.rows: list[Row] = [self._packed(row) for row in rows]
        self.basis = basis
        self.width = width
        self.costs: Row = None

    def _packed(self, row: Sequence[Number]) -> Row:
        return fmpq_poly(row) if self.field is Q else list(row)  # type: ignore[arg-type] # over Q all are fmpq

    def set_costs(self, costs: Sequence[Number]) -> None:
        """Install a cost vector of `width` numbers and reduce it with respect to the basis."""
        self.costs = self._packed([*costs, self.field.zero])
        for row, column in zip(self.rows, self.basis, strict=True):
            self.costs = _eliminated(self.costs, row, column)

    def pivot(self, leaving: int, entering: int) -> None:
        """Exchange the basic variable of row `leaving` for column `entering` (entry != 0)."""
        row = self.rows[leaving]
        row = self.rows[leaving] = _scaled(row, self.field.one / row[entering])
        for i, other in enumerate(self.rows):
            if i != leaving:
                self.rows[i] = _eliminated(other, row, entering)
        if self.costs is not None:
            self.costs = _eliminated(self.costs, row, entering)
        self.basis[leaving] = entering

    def minimise(self, allowed: int) -> int | None:
        """Minimise over the first `allowed` columns; None at an optimum.

        Where the cost is unbounded below, the column along which it falls for ever.
        """
        stalled = 0
        while True:
            entering = self._entering(allowed, bland=stalled > len(self.rows))
            if entering is None:
                return None
            leaving = self._leaving(entering)
            if leaving is None:
                return entering
            stalled = 0 if self.rows[leaving][self.width] else stalled + 1
            self.pivot(leaving, entering)

    def _entering(self, allowed: int, bland: bool) -> int | None:
        best: int | None = None
        for j in range(allowed):
            if sign(self.costs[j]) < 0:
                if bland:
                    return j
                if best is None or sign(self.costs[j] - self.costs[best]) < 0:
                    best = j
        return best

    def _leaving(self, entering: int) -> int | None:
        """The row of the least ratio b_i / a_i over a_i > 0; ties: the least basic index."""
        best: int | None = None
        least: Number | None = None
        for i, row in enumerate(self.rows):
            if sign(row[entering]) > 0:
                ratio = row[self.width] / row[entering]
                order = -1 if best is None or least is None else sign(ratio - least)
                if order < 0 or (
                    order == 0 and best is not None and self.basis[i] < self.basis[best]
                ):
                    best, least = i, ratio
        return best

    def point(self) -> list[Number]:
        """The values of all columns' variables at the basis."""
        values = [self.field.zero] * self.width
        for row, column in zip(self.rows, self.basis, strict=True):
            values[column] = row[self.width]
        return values

    def direction(self, entering: int) -> list[Number]:
        """The ray x_entering = 1 with the basic variables following."""
        values = [self.field.zero] * self.width
        values[entering] = self.field.one
        for row, column in zip(self.rows, self.basis, strict=True):
            values[column] = -row[entering]
        return values


def _scaled(row: Row, factor: Number) -> Row:
    return row * factor if isinstance(row, fmpq_poly) else [x * factor if x else x for x in row]


def _eliminated(target: Row, row: Row, column: int) -> Row:
    """target - target[column]·row, where row[column] = 1."""
    factor = target[column]
    if not factor:
        return target
    if isinstance(row, fmpq_poly):
        return target - row * factor
    return [x - factor * y if y else x for x, y in zip(target, row, strict=True)]
