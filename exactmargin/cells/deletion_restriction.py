"""Chambers by deletion and restriction: the second way, with a point in every chamber.

Hyperplanes are inserted one by one.  Those chambers of H_1, ..., H_{i-1} are cut in two by H_i
that contain a chamber of the restriction to H_i, an arrangement of one dimension less; each of
its points p gives the points cp + b and cp - b on either side, b the normal of H_i and c large.

It is independent of the flag sweep and slower, but it builds chambers sign by sign: a search that
is done with a pattern of the first i signs drops it, and everything below, by `keep`.
"""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from exactmargin.cells.arrangement import Arrangement
from exactmargin.cells.packing import Words, pack
from exactmargin.exact import sign

__all__ = ["chambers_by_deletion"]

Points: TypeAlias = NDArray[Any]
Flags: TypeAlias = NDArray[np.bool_]
Keep: TypeAlias = Callable[[NDArray[np.int8]], Flags]

_SAFE = 2**62
_signs_of = np.frompyfunc(sign, 1, 1)


def chambers_by_deletion(
    arrangement: Arrangement, keep: Keep | None = None
) -> tuple[Words, Points]:
    """One chamber of each pair, packed as in `chambers`, and a point in each.

    Points are in the coordinates of the normals: integers over Q, field numbers elsewhere.
    `keep` gets the signs (N, i) of N chambers of the first i hyperplanes, for i = 1, 2, ..., and
    answers which to go on with.  The arrangement must have a hyperplane.
    """
    normals = np.empty((arrangement.size, arrangement.rank), dtype=object)
    for k, row in enumerate(arrangement.normals):
        normals[k] = row
    positive, points = _insert(_narrow(normals), keep)
    return pack(positive), points


def _insert(normals: NDArray[Any], keep: Keep | None = None) -> tuple[Flags, Points]:
    """The chambers with sign_0 = + of pairwise independent rows, and their points."""
    if normals.shape[1] == 1:
        positive = np.ones((1, 1), np.bool_)
        return positive, np.array([[_sign_of(normals[0, 0])]], normals.dtype)
    points, positive = normals[:1].copy(), np.ones((1, 1), np.bool_)
    for i in range(1, len(normals)):
        before, normal = normals[:i], normals[i]
        kernel = _kernel(normal)
        distinct = _without_parallels(_product(before, kernel))
        inside = _product(_insert(distinct)[1], np.ascontiguousarray(kernel.T))
        values = _product(inside, np.ascontiguousarray(before.T))
        sides = values > 0
        inside, values, sides, cut = _matched(positive, inside, values, sides)
        on_both = _lifted(before, normal, inside, values)
        on_both = _shortened(normals[: i + 1], on_both, _both(sides))
        kept = points[~cut]
        side = _product(kept, normal[:, np.newaxis]) > 0
        points = _narrow(np.concatenate([kept, on_both]))
        positive = np.concatenate([np.hstack([positive[~cut], side]), _both(sides)])
        if keep is not None:
            wanted = keep(np.where(positive, 1, -1).astype(np.int8))
            points, positive = points[wanted], positive[wanted]
    return positive, points


def _both(sides: Flags) -> Flags:
    """These signs on the positive side of one more hyperplane, then on the negative side."""
    column = np.ones((len(sides), 1), np.bool_)
    return np.concatenate([np.hstack([sides, column]), np.hstack([sides, ~column])])


def _matched(positive: Flags, inside: Points, values: Any, sides: Flags) -> Any:
    """The restricted chambers whose chamber is still there, and which chambers are cut."""
    place = {words.tobytes(): k for k, words in enumerate(pack(positive))}
    found = [place.get(words.tobytes(), -1) for words in pack(sides)]
    hit = np.array(found, np.intp)
    cut = np.zeros(len(positive), np.bool_)
    cut[hit[hit >= 0]] = True
    return inside[hit >= 0], values[hit >= 0], sides[hit >= 0], cut


def _lifted(before: Any, normal: Any, inside: Points, values: Any) -> Points:
    """cp + b for all points p, then cp - b: c so large that no other sign changes."""
    change = np.abs(_product(before, normal[:, np.newaxis])[:, 0])
    size = np.abs(values)
    if _whole(normal):
        factor = (change // size).max(axis=1, initial=0) + 1
        if _largest(factor) * _largest(inside) + _largest(normal) >= _SAFE:
            factor, inside, normal = map(_wide, (factor, inside, normal))
        scaled = factor[:, np.newaxis] * inside
    else:
        scaled = inside
        while not (np.abs(_product(scaled, before.T)) > change).all():
            scaled = scaled * 2
    return np.concatenate([scaled + normal, scaled - normal])


def _shortened(normals: Any, points: Points, positive: Flags) -> Points:
    """The points, rounded to fewer bits where all their signs are provably unchanged."""
    if not _whole(points[:1]) or _largest(points) < 2**12:
        return points
    # Only a proposal: the signs of the rounded points are computed exactly.
    scale = np.abs(points).max(axis=1)
    ratio = (_wide(points) * 2**60 // _wide(scale)[:, np.newaxis]).astype(np.float64) / 2**60
    result, left = points.copy(), np.arange(len(points))
    for bits in (8, 14, 22, 30):
        rounded = np.rint(ratio[left] * 2.0**bits).astype(np.int64)
        values = _product(rounded, np.ascontiguousarray(normals.T))
        good = ((values > 0) == positive[left]).all(axis=1) & (values != 0).all(axis=1)
        result[left[good]] = rounded[good]
        left = left[~good]
    return _narrow(_divided(result))


def _kernel(normal: NDArray[Any]) -> NDArray[Any]:
    """A basis of the vectors orthogonal to a normal of q numbers, as columns (q, q - 1)."""
    entries = list(normal)
    pivot = min((j for j, x in enumerate(entries) if x), key=lambda j: _size(entries[j]))
    q = len(entries)
    kernel = np.full((q, q - 1), entries[0] * 0, dtype=object)
    for column, j in enumerate(j for j in range(q) if j != pivot):
        a, b = entries[pivot], entries[j]
        if _whole(normal):
            a, b = int(a), int(b)
            common = math.gcd(a, b)
            a, b = a // common, b // common
        kernel[j, column], kernel[pivot, column] = a, -b
    return _narrow(kernel)


def _size(x: Any) -> Any:
    return abs(int(x)) if isinstance(x, int | np.integer) else 0


def _without_parallels(rows: NDArray[Any]) -> NDArray[Any]:
    """One row for each line: primitive where they are integers."""
    if _whole(rows[0]):
        rows = _narrow(_divided(rows))
    seen: dict[tuple[Any, ...], int] = {}
    for k, row in enumerate(rows.tolist()):
        lead = next(x for x in row if x)
        if _whole(rows[0]):
            line = tuple(row) if lead > 0 else tuple(-x for x in row)
        else:
            line = tuple(x / lead for x in row)
        seen.setdefault(line, k)
    return rows if len(seen) == len(rows) else rows[list(seen.values())]


def _divided(rows: NDArray[Any]) -> NDArray[Any]:
    """Integer rows, each divided by its common factor."""
    if rows.dtype == object:
        common = np.array([math.gcd(*row) for row in rows.tolist()], dtype=object)
    else:
        common = np.gcd.reduce(rows, axis=1)
    result: NDArray[Any] = rows // np.where(common == 0, 1, common)[:, np.newaxis]
    return result


def _product(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """The exact matrix product: doubles below 2^53, int64 below 2^62, else Python numbers."""
    if not _whole(left[:1]) or not _whole(right[:1]):
        return _times(left, right)
    bound = _largest(left) * _largest(right) * max(1, left.shape[1])
    if bound < 2**53:  # every partial sum is an integer below 2^53: no rounding takes place
        exact: NDArray[Any] = left.astype(np.float64) @ right.astype(np.float64)
        return exact.astype(np.int64)
    if bound < _SAFE:
        short: NDArray[Any] = left.astype(np.int64) @ right.astype(np.int64)
        return short
    return _times(left, right)


def _times(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = _wide(left) @ _wide(right)
    return result


def _whole(values: Any) -> bool:
    """Whether the numbers are integers, not those of a field."""
    return values.dtype != object or all(type(x) is int for x in values.flat)


def _wide(values: NDArray[Any]) -> NDArray[Any]:
    return values if values.dtype == object else values.astype(object)


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """int64 where the numbers are integers that fit."""
    if values.dtype == object and _whole(values) and _largest(values) < _SAFE:
        return values.astype(np.int64)
    return values


def _largest(values: NDArray[Any]) -> int:
    """The greatest absolute value of integers; 0 where there are none."""
    return max(abs(int(values.max())), abs(int(values.min()))) if values.size else 0


def _sign_of(x: Any) -> Any:
    return x * 0 + (1 if x > 0 else -1)
