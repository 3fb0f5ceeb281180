"""How many chambers there are, counted without enumerating any (Zaslavsky 1975).

The characteristic polynomial χ(t) = Σ_X μ(X) t^(dim X) of an arrangement in K^d, over its flats
X, obeys deletion and restriction, χ(A) = χ(A - H) - χ(A|H).  Σ|coefficients| = |χ(-1)| is the
number of chambers, and |χ(1)| that of the relatively bounded ones.  The signs alternate; the
absolute values are the *Whitney numbers* w_0 = 1, w_1 = N, ..., w_r.  Zero rows do not count.

Restrictions are merged row by row; at dimension 3 the flats of rank 2 are the classes of parallel
cross products.  A list of chambers with a verified point in each, all different, as many as are
counted here, is complete.  This module shares no code with the enumerations.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np

from exactmargin.cells.arrangement import Arrangement

__all__ = [
    "characteristic_polynomial",
    "count_bounded_chambers",
    "count_chambers",
    "whitney_numbers",
]

Rows: TypeAlias = Sequence[tuple[Any, ...]]


def whitney_numbers(arrangement: Arrangement) -> tuple[int, ...]:
    """w_0, ..., w_r of the hyperplanes, infinity included in an affine arrangement."""
    return tuple(_whitney(list(arrangement.normals), arrangement.rank))


def characteristic_polynomial(arrangement: Arrangement) -> tuple[int, ...]:
    """The coefficients of χ(t) from degree 0 up; of an affine arrangement its own, in K^d."""
    whitney = whitney_numbers(arrangement)
    width = arrangement.width
    coefficients = [0] * (width + 1)
    for k, w in enumerate(whitney):
        coefficients[width - k] = -w if k % 2 else w
    if not arrangement.is_affine:
        return tuple(coefficients)
    quotient, carry = [], 0  # χ of the cone is (t - 1) χ; synthetic division at 1
    for c in reversed(coefficients):
        carry += c
        quotient.append(carry)
    assert quotient.pop() == 0
    return tuple(reversed(quotient))


def count_chambers(arrangement: Arrangement) -> int:
    """The number of chambers."""
    return sum(map(abs, characteristic_polynomial(arrangement)))


def count_bounded_chambers(arrangement: Arrangement) -> int:
    """The number of bounded chambers: none where the normals do not span K^d."""
    if arrangement.rank < arrangement.width:
        return 0
    return abs(sum(characteristic_polynomial(arrangement)))


def _whitney(rows: Rows, dimension: int) -> list[int]:
    """The Whitney numbers w_0, ..., w_dimension of pairwise independent rows."""
    if dimension == 0 or not rows:
        return [1] + [0] * dimension
    if dimension == 1:
        return [1, 1]
    if dimension == 2:
        return [1, len(rows), len(rows) - 1]
    if dimension == 3:
        second = _lines_of_planes(rows)
        return [1, len(rows), second, 1 - len(rows) + second]  # χ(1) = 0
    total = [1] + [0] * dimension
    for i, row in enumerate(rows):
        for k, w in enumerate(_whitney(_restricted(rows[:i], row), dimension - 1)):
            total[k + 1] += w
    return total


def _restricted(rows: Rows, row: tuple[Any, ...]) -> Rows:
    """The traces of rows in the kernel of a row, each line once."""
    pivot = next(j for j, x in enumerate(row) if x)
    top = row[pivot]
    rest = [j for j in range(len(row)) if j != pivot]
    return list(
        dict.fromkeys(_canonical(tuple(r[j] * top - r[pivot] * row[j] for j in rest)) for r in rows)
    )


def _canonical(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same vector for all nonzero multiples of a vector."""
    lead = next(x for x in row if x)
    if not isinstance(lead, int):
        return tuple(x / lead for x in row)
    common = math.gcd(*row)
    if lead < 0:
        common = -common
    return tuple(x // common for x in row)


def _lines_of_planes(rows: Rows) -> int:
    """w_2 = Σ (m_X - 1) over the lines X in which m_X >= 2 of the planes meet, in dimension 3."""
    if len(rows) == 1:
        return 0
    sizes = _small_classes(rows)
    if sizes is None:
        sizes = list(
            Counter(
                _canonical((b * z - c * y, c * x - a * z, a * y - b * x))
                for (a, b, c), (x, y, z) in combinations(rows, 2)
            ).values()
        )
    # m planes through a line are m(m - 1)/2 pairs.
    return sum((1 + math.isqrt(1 + 8 * pairs)) // 2 - 1 for pairs in sizes)


def _small_classes(rows: Rows) -> list[int] | None:
    """The sizes of the classes of parallel cross products, where int64 is exact; else None."""
    if len(rows) < 8 or not all(isinstance(x, int) and abs(x) < 2**30 for r in rows for x in r):
        return None
    table = np.array(rows, np.int64)
    first, second = np.triu_indices(len(rows), 1)
    (a, b, c), (x, y, z) = table[first].T, table[second].T
    cross = np.stack([b * z - c * y, c * x - a * z, a * y - b * x], axis=1)
    cross //= np.gcd.reduce(cross, axis=1)[:, np.newaxis]
    lead = cross[np.arange(len(cross)), (cross != 0).argmax(axis=1)]
    cross *= np.sign(lead)[:, np.newaxis]
    order = np.lexsort(cross.T)
    new = (cross[order][1:] != cross[order][:-1]).any(axis=1)
    edges = np.concatenate([[0], np.flatnonzero(new) + 1, [len(order)]])
    return [int(size) for size in np.diff(edges)]
