"""Rational numbers: zero, small integers, then small denominators."""

from collections.abc import Sequence
from math import gcd

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.networks import RationalLike
from exactmargin.strategies.arguments import bounds, flag, rational

__all__ = ["perpendicular", "rationals", "unit_vectors"]


def rationals(
    min_value: RationalLike = -4,
    max_value: RationalLike = 4,
    *,
    max_denominator: int = 4,
    nonzero: bool = False,
) -> st.SearchStrategy[fmpq]:
    """Rational numbers p/q (FLINT's `fmpq`) from `min_value` to `max_value`, q ≤ `max_denominator`.

    Examples shrink towards the integers, then towards 0 (or 1 with `nonzero`), and positive
    numbers are simpler than negative ones.

    >>> rationals(0, 1, max_denominator=3).example()  # doctest: +SKIP
    2/3

    Raises `InvalidInputError` where there is no such number.
    """
    low, high = rational(min_value, "min_value"), rational(max_value, "max_value")
    _, most = bounds(max_denominator, "max_denominator")
    flag(nonzero, "nonzero")
    ranges: list[tuple[int, list[tuple[int, int]]]] = []
    for q in range(1, most + 1):
        least, largest = int((low * q).ceil()), int((high * q).floor())
        parts = [(max(least, 1), largest), (least, min(largest, -1))]
        parts = [(a, b) for a, b in (parts if nonzero else [(least, largest)]) if a <= b]
        if parts:
            ranges.append((q, parts))
    if not ranges:
        what = "nonzero number" if nonzero else "number"
        raise InvalidInputError(
            f"there is no {what} from {shown(min_value)} to {shown(max_value)} with a denominator "
            f"up to {most}; widen the interval or raise max_denominator"
        )
    if sum(b - a for _, pairs in ranges for a, b in pairs) <= _FEW:
        return _listed(ranges)
    return _rationals([(q, st.one_of([st.integers(a, b) for a, b in p])) for q, p in ranges])


_FEW = 1000
"""So many numbers are listed, which makes drawing one of them several times faster."""


def _listed(ranges: Sequence[tuple[int, Sequence[tuple[int, int]]]]) -> st.SearchStrategy[fmpq]:
    """All of them, simple ones first; again half of what is drawn has the least denominator."""
    numbers = [
        [fmpq(p, q) for a, b in pairs for p in range(a, b + 1) if q == 1 or gcd(p, q) == 1]
        for q, pairs in ranges
    ]
    first, *others = [sorted(some, key=lambda x: (abs(x), x < 0)) for some in numbers if some]
    rest = [x for some in others for x in some]
    copies = round(len(rest) / len(first)) - 1
    return st.sampled_from([*first, *rest, *first * max(copies, 0)])


@st.composite
def _rationals(draw: st.DrawFn, numerators: Sequence[tuple[int, st.SearchStrategy[int]]]) -> fmpq:
    # Half of all numbers have the least denominator: integers, where there are any.
    n = draw(st.one_of(st.just(0), st.integers(0, len(numerators) - 1)))
    q, strategy = numerators[n]
    return fmpq(draw(strategy), q)


_COORDINATES = rationals(-3, 3, max_denominator=2)


@st.composite
def unit_vectors(draw: st.DrawFn, n: int) -> list[fmpq]:
    """Rational points of the unit sphere in n ≥ 1 dimensions: of the axes, or stereographic."""
    place = draw(st.integers(0, n - 1))
    sign = draw(st.sampled_from((1, -1)))
    u = [draw(_COORDINATES) for _ in range(n - 1)]
    square = sum((x * x for x in u), fmpq(0))
    point = [2 * x / (1 + square) for x in u]
    point.insert(place, sign * (1 - square) / (1 + square))
    return point


def perpendicular(u: Sequence[fmpq], j: int) -> list[fmpq]:
    """A unit vector at right angles to the unit vector u, for 0 < j < n: the image of e_j under the
    reflection that takes e_0 to u."""
    if u[0] == 1:
        return [fmpq(i == j) for i in range(len(u))]
    normal = [u[0] - 1, *u[1:]]
    factor = normal[j] / (1 - u[0])
    return [fmpq(i == j) - factor * value for i, value in enumerate(normal)]
