"""Sign vectors of linear forms on an open cone, one form at a time, by exact linear programs.

Every vector comes with a point of its own, and every branch that is left out was refuted by
Gordan's multipliers (`strictly_feasible_direction`): the list is complete.
"""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import TypeAlias, final

from exactmargin.exact import Field, Number, dot, sign, strictly_feasible_direction

__all__ = ["BudgetSpent", "Clock", "Row", "chambers_of", "direction_of", "signs_on_cone"]

Row: TypeAlias = tuple[Number, ...]


class BudgetSpent(Exception):  # noqa: N818 - a budget that is spent, not an error
    """The time is over; what was found until then stands."""


@final
class Clock:
    """A budget of seconds from now on; None is no bound."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float | None = None) -> None:
        self._end = None if seconds is None else monotonic() + seconds

    def check(self) -> None:
        """Raise `BudgetSpent` once the time is over."""
        if self._end is not None and monotonic() >= self._end:
            raise BudgetSpent

    def left(self) -> float | None:
        """The seconds that are left, None without a bound."""
        return None if self._end is None else max(0.0, self._end - monotonic())

    def half(self) -> "Clock":
        """A clock with half of what is left."""
        left = self.left()
        return Clock(None if left is None else left / 2)


def signs_on_cone(
    field: Field,
    fixed: Sequence[Row],
    rows: Sequence[Row],
    inside: Row,
    clock: Clock | None = None,
) -> Iterator[tuple[tuple[int, ...], Row]]:
    """All sign vectors that `rows` have on open parts of {p : <f,p> > 0 for f in `fixed`}.

    `inside` is a point of that cone (any point where nothing is fixed).  Yields (signs, point in
    that part); a row of zeros has sign 0.  Raises `BudgetSpent` with the clock.
    """
    nonzero = [row for row in rows if any(row)]
    places = [k for k, row in enumerate(rows) if any(row)]
    for signs, point in _split(field, list(fixed), nonzero, inside, clock or Clock()):
        full = [0] * len(rows)
        for k, side in zip(places, signs, strict=True):
            full[k] = side
        yield tuple(full), point


def _split(
    field: Field, fixed: list[Row], rows: list[Row], inside: Row, clock: Clock
) -> Iterator[tuple[tuple[int, ...], Row]]:
    stack: list[tuple[tuple[int, ...], list[Row], Row]] = [((), fixed, inside)]
    while stack:
        clock.check()
        signs, known, point = stack.pop()
        if len(signs) == len(rows):
            yield signs, point
            continue
        row = rows[len(signs)]
        side = sign(dot(row, point))
        for s in (-1, 1):
            line = row if s > 0 else tuple(-x for x in row)
            if s == side:
                stack.append(((*signs, s), [*known, line], point))
                continue
            if _opposes(line, known):
                continue
            found = _by_ray(known, line, point)
            if found is None:
                found = strictly_feasible_direction(field, [*known, line], len(row)).direction
            if found is not None:
                stack.append(((*signs, s), [*known, line], found))


def _opposes(line: Row, known: Sequence[Row]) -> bool:
    """Whether the opposite of a row is known to be positive: saves a linear program."""
    opposite = tuple(-x for x in line)
    return any(opposite == other for other in known)


def _by_ray(known: Sequence[Row], line: Row, point: Row) -> Row | None:
    """A point of the cone on the ray point + λ·line with <line, .> > 0, if the ray has one.

    It only saves a linear program, and finds about half of all points.
    """
    least = -dot(line, point) / dot(line, line)
    most: Number | None = None
    for row in known:
        slope = dot(row, line)
        if sign(slope) < 0:
            bound = -dot(row, point) / slope
            if most is None or sign(bound - most) < 0:
                most = bound
                if sign(most - least) <= 0:
                    return None
    step = least + 1 if most is None else (least + most) / 2
    return tuple(p + step * x for p, x in zip(point, line, strict=True))


def direction_of(row: Row) -> Row:
    """The positive multiple of a non-zero row whose first non-zero number is 1 or -1."""
    lead = next(x for x in row if x)
    size = lead if sign(lead) > 0 else -lead
    return tuple(x / size for x in row)


def chambers_of(
    field: Field, rows: Sequence[Row], dimension: int, clock: Clock | None = None
) -> list[tuple[tuple[int, ...], Row]]:
    """The chambers of the hyperplanes <row, p> = 0 in F^dimension, each with a point inside."""
    origin = (field.zero,) * dimension
    return sorted(signs_on_cone(field, (), rows, origin, clock), key=lambda found: found[0])
