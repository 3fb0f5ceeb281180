"""The point of least norm of a polyhedron {u : <a_r, u> ≥ b_r}, over any ordered field.

The dual active-set method of Goldfarb and Idnani (1983). At every stage u = Σ λ_r a_r with λ ≥ 0
is the least-norm point under the rows seen so far, so ‖u‖² is a lower bound for the polyhedron
from the start, and rows may come one at a time from an oracle. A row that is violated is
enforced by steps of the multipliers; ‖u‖² grows each time, so no set of rows comes back and
the method ends. Where a row cannot be enforced, the rows contradict each other, and the
multipliers of the contradiction (Farkas) are had at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from exactmargin.exact.fields import Field, Number, sign
from exactmargin.exact.linalg import solve
from exactmargin.exact.vectors import dot

__all__ = ["Contradiction", "HalfSpace", "LeastNorm"]


@final
@dataclass(frozen=True, slots=True)
class HalfSpace:
    """{u : <normal, u> ≥ bound}; `name` says where it comes from."""

    name: Any
    normal: tuple[Number, ...]
    bound: Number

    def gap(self, u: Sequence[Number]) -> Number:
        """<normal, u> - bound: negative where u violates it."""
        return dot(self.normal, u) - self.bound


@final
@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rows that no point satisfies: multipliers ray ≥ 0 with Σ ray_r a_r = 0, Σ ray_r b_r > 0."""

    rows: tuple[HalfSpace, ...]
    ray: tuple[Number, ...]

    @property
    def value(self) -> Number:
        """Σ ray_r b_r > 0."""
        return dot(self.ray, [row.bound for row in self.rows])


@final
@dataclass(frozen=True, slots=True)
class LeastNorm:
    """The least-norm point under some rows: point = Σ multipliers_r a_r, all these rows tight.

    The normals are linearly independent, the multipliers ≥ 0, and `gram` holds the inner products
    of the normals. `LeastNorm.of(field, n)` is the start: no rows, the point 0 of F^n.
    """

    field: Field
    rows: tuple[HalfSpace, ...]
    multipliers: tuple[Number, ...]
    gram: tuple[tuple[Number, ...], ...]
    point: tuple[Number, ...]

    @classmethod
    def of(cls, field: Field, n: int) -> "LeastNorm":
        """No rows, the point 0."""
        return cls(field, (), (), (), (field.zero,) * n)

    @property
    def squared_norm(self) -> Number:
        """‖u‖²: a lower bound on the polyhedron."""
        return dot(self.point, self.point)

    def enforce(self, row: HalfSpace) -> "LeastNorm | Contradiction":
        """The least-norm point under the tight rows and `row`, which it violates."""
        rows, values = list(self.rows), list(self.multipliers)
        gram = [list(line) for line in self.gram]
        beside = [dot(other.normal, row.normal) for other in rows]
        own, lambda_ = dot(row.normal, row.normal), self.field.zero
        gap = row.gap(self.point)
        while True:
            solution = solve(gram, beside) if rows else ()
            assert solution is not None  # the normals are independent
            rates: list[Number] = list(solution)
            # What is left of the normal beside the others, squared.
            square = own - dot(rates, beside)
            limits = [(values[j] / r, j) for j, r in enumerate(rates) if sign(r) > 0]
            limit = min(limits, default=None)
            if not square and limit is None:
                return Contradiction((*rows, row), (*(-r for r in rates), self.field.one))
            full = None if not square else -gap / square
            if full is not None and (limit is None or full <= limit[0]):
                values = [v - full * r for v, r in zip(values, rates, strict=True)]
                rows, values = [*rows, row], [*values, lambda_ + full]
                gram = [[*line, b] for line, b in zip(gram, beside, strict=True)]
                return self._with(rows, values, [*gram, [*beside, own]])
            assert limit is not None  # else the step was full, or there was none
            step, leaving = limit
            values = [v - step * r for v, r in zip(values, rates, strict=True)]
            lambda_, gap = lambda_ + step, gap + step * square
            for several in (values, beside, *gram):
                del several[leaving]
            del rows[leaving], gram[leaving]

    def _with(
        self, rows: list[HalfSpace], values: list[Number], gram: list[list[Number]]
    ) -> "LeastNorm":
        point = [self.field.zero] * len(self.point)
        for row, value in zip(rows, values, strict=True):
            if value:
                point = [x + value * a if a else x for x, a in zip(point, row.normal, strict=True)]
        lines = tuple(map(tuple, gram))
        return LeastNorm(self.field, tuple(rows), tuple(values), lines, tuple(point))
