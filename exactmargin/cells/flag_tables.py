"""Tables of minors for the NumPy flag sweep: many eliminated at once, in exact arithmetic.

A batch of B tables is an array (B, m + 1, p): m hyperplanes and the functional in p coordinates.
Its entries are int64 where products of two minors provably fit, else Python integers or numbers
of a field (dtype object).  Elimination is fraction free (Bareiss): entries stay minors, divided
exactly by the previous pivot.
"""

from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from exactmargin.cells.flag import Stage
from exactmargin.exact import sign

__all__ = ["Arithmetic", "Tables"]

Tables: TypeAlias = NDArray[Any]
Signs: TypeAlias = NDArray[np.int8]

_SHORT = 2**31
"""Below this bound ab - cd < 2^63 for all minors a, b, c, d: int64 is exact."""

_DOUBLES = 2**500
"""Below this bound minors and products of two are finite doubles."""

# Rounding: with u = 2^-53, converting x and y to doubles and multiplying gives xy(1+e)^3 with
# |e| <= u; the subtraction adds at most u|v|.  So v = fl(fl(ab) - fl(cd)) is wrong by less than
# 4.01u(|ab| + |cd|), computed from the rounded products; 2^-50 = 8u is safe.
_EPSILON = 2.0**-50

_object_signs = np.frompyfunc(sign, 1, 1)


@final
class Arithmetic:
    """How the tables of one stage are computed with; the choice is by a proved bound."""

    __slots__ = ("dtype", "filtered", "integral", "one")

    def __init__(self, stage: Stage) -> None:
        self.integral = stage.is_integral
        self.one: Any = 1 if self.integral else stage.field.one
        short = self.integral and stage.bound < _SHORT
        self.dtype: Any = np.int64 if short else object
        self.filtered = self.integral and not short and stage.bound < _DOUBLES

    def table(self, stage: Stage) -> Tables:
        """The table of a stage as a batch of one."""
        table: Tables = stage.table.astype(self.dtype)
        return table[np.newaxis]

    def ones(self, number: int) -> Tables:
        """The pivots before the first elimination."""
        return np.full(number, self.one, self.dtype)

    def signs(self, values: Tables) -> Signs:
        """The exact signs of an array of numbers."""
        if values.dtype != object:
            return np.sign(values).astype(np.int8)
        if self.integral:
            return (values > 0).astype(np.int8) - (values < 0).astype(np.int8)
        return np.asarray(_object_signs(values), np.int8)

    def eliminate(self, tables: Tables, previous: Tables, rows: Any) -> tuple[Tables, Tables]:
        """Each table on the kernel of one of its rows (B,); also the new previous pivots.

        The rows stay where they are: that row is zero now.
        """
        number, _, p = tables.shape
        each = np.arange(number)
        top = tables[each, rows]
        pc = (top != 0).argmax(axis=1)
        kept = np.arange(p - 1) + (np.arange(p - 1) >= pc[:, np.newaxis])
        pivot, column = top[each, pc], tables[each, :, pc]
        others = np.take_along_axis(top, kept, axis=1)
        result = np.take_along_axis(tables, kept[:, np.newaxis, :], axis=2)
        result = result * pivot[:, np.newaxis, np.newaxis]
        result -= column[:, :, np.newaxis] * others[:, np.newaxis, :]
        if self.integral:
            result //= previous[:, np.newaxis, np.newaxis]
        else:
            result *= (self.one / previous)[:, np.newaxis, np.newaxis]
        return result, pivot

    def planes(self, tables: Tables, which: Any, lines: Any) -> Signs:
        """Signs of all rows of plane tables[which] along the kernel of its row `lines`.

        The result has shape (number, m + 1); row (x, y) counts x·y_line - y·x_line.
        """
        x, y = tables[:, :, 0], tables[:, :, 1]
        u, v = x[which, lines], y[which, lines]
        if not self.filtered:
            return self.signs(x[which] * v[:, np.newaxis] - y[which] * u[:, np.newaxis])
        floats = tables.astype(np.float64)
        a = floats[which, :, 0] * floats[which, lines, 1][:, np.newaxis]
        b = floats[which, :, 1] * floats[which, lines, 0][:, np.newaxis]
        value, error = a - b, _EPSILON * (np.abs(a) + np.abs(b))
        result = (value > error).astype(np.int8) - (value < -error).astype(np.int8)
        k, row = np.nonzero(result == 0)
        exact = x[which[k], row] * v[k] - y[which[k], row] * u[k]
        result[k, row] = self.signs(exact)
        signs: Signs = result
        return signs
