"""Exact integer points inside chambers, many at a time.

The compiled sweep knows the rays of every chamber and proposes points from them; what it leaves,
and every chamber where it does not run, gets a point from a linear program (few) or from deletion
and restriction (many).  Whoever proposes, the signs of each point are computed exactly.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from exactmargin.cells.arrangement import Arrangement
from exactmargin.cells.deletion_restriction import chambers_by_deletion
from exactmargin.cells.packing import Words, unpack
from exactmargin.cells.sweeps import Run, prepared
from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact import (
    Algebraic,
    Number,
    Q,
    RealNumberField,
    dot,
    sign,
    strictly_feasible_direction,
)

__all__ = ["interior_points", "point_in"]

_FEW = 48
"""So many chambers get their points from linear programs one by one."""


def point_in(arrangement: Arrangement, positive: Sequence[bool]) -> tuple[Number, ...]:
    """A point of the essential space with these signs, by an exact linear program.

    Raises InternalError where there is none.
    """
    field = arrangement.field
    rows = [
        [field.coerce(x if plus else -x) for x in row]
        for row, plus in zip(arrangement.normals, positive, strict=True)
    ]
    found = strictly_feasible_direction(field, rows, arrangement.rank)
    if found.direction is None:
        raise InternalError("a chamber without a point")
    return found.direction


def interior_points(
    arrangement: Arrangement, packed: Words, runs: Sequence[tuple[Run, int]]
) -> NDArray[Any]:
    """Integer points (pairs, r) in the coordinates of the normals, all signs verified.

    `runs` say where the chambers come from, or are empty.  Raises InvalidInputError over a field
    with infinitesimals, whose chambers need not have integer points.
    """
    if not arrangement.field.archimedean:
        raise InvalidInputError(
            f"{arrangement.field!r} has infinitesimals, so that integer points need not exist; "
            "use witness(i)",
            place="witnesses",
        )
    points = np.zeros((len(packed), arrangement.rank), np.int64)
    missing = np.ones(len(packed), np.bool_)
    start = 0
    for run, number in runs:
        part = slice(start, start + number)
        if run.compiled:
            _propose(arrangement, run, packed[part], points[part], missing[part])
        start += number
    left = np.flatnonzero(missing)
    if not len(left):
        return points
    others = [_whole(arrangement, p) for p in _slow_points(arrangement, packed[left])]
    wide = points.astype(object)
    wide[left] = np.array(others, dtype=object).reshape(len(left), -1)
    small = all(abs(x) < 2**62 for row in others for x in row)
    return wide.astype(np.int64) if small else wide


def _propose(arrangement: Arrangement, run: Run, packed: Words, points: Any, missing: Any) -> None:
    """Fill in points for the chambers of one compiled run, and what is missing no more."""
    from exactmargin.cells.witnesses_numba import propose  # importing it imports Numba

    entries = [x for row in arrangement.normals for x in row]
    # A sum of r products below 2^(bits + most_bits) must be below 2^62.
    most_bits = 61 - max(map(abs, entries)).bit_length() - arrangement.rank.bit_length()
    if most_bits < 4:
        return
    normals = np.array(arrangement.normals, np.int64)
    words, chains = prepared(run.stage, True).chains(run.prefix, len(packed))
    words, turned = run.canonical(words)
    order = np.argsort(words[:, 0])
    words, chains, turned = words[order], chains[order], turned[order]
    if not np.array_equal(words, packed):
        raise InternalError("a run of the sweep gave other chambers the second time")
    rows = np.array(run.stage.rows[:-1], dtype=np.float64)
    rows /= np.abs(rows).max(axis=1)[:, np.newaxis]
    basis = np.array(run.stage.basis, dtype=np.float64)
    found = np.zeros(len(words), np.bool_)
    propose(rows, basis, normals, words[:, 0].copy(), chains, min(most_bits, 50), points, found)
    missing[:] = ~found


def _slow_points(arrangement: Arrangement, packed: Words) -> list[Sequence[Any]]:
    """A point in each chamber, of numbers of the field or integers."""
    if len(packed) <= _FEW:
        positive = unpack(packed, arrangement.size)
        return [point_in(arrangement, row.tolist()) for row in positive]
    words, points = chambers_by_deletion(arrangement)
    place = {word.tobytes(): k for k, word in enumerate(words)}
    return [points[place[word.tobytes()]].tolist() for word in packed]


def _whole(arrangement: Arrangement, point: Sequence[Any]) -> tuple[int, ...]:
    """An integer point with the signs of an exact point."""
    field = arrangement.field
    if not isinstance(field, RealNumberField):
        rational = [Q.coerce(x) for x in point]
        below = math.lcm(*(int(x.q) for x in rational))
        return tuple(int((x * below).p) for x in rational)
    exact = [field.coerce(x) for x in point]
    rows = [[field.coerce(x) for x in row] for row in arrangement.normals]
    wanted = [sign(dot(row, exact)) for row in rows]
    bits = 8
    while True:
        root = _root(field, 4 * bits)
        values = [_at(x, root) for x in exact]
        size = max(map(abs, values))
        if size:
            rounded = [int((x / size * 2**bits).round()) for x in values]
            numbers = [field.coerce(x) for x in rounded]
            if [sign(dot(row, numbers)) for row in rows] == wanted:
                return tuple(rounded)
        bits *= 2


def _root(field: RealNumberField, bits: int) -> fmpq:
    """A rational near the generator, by bisection."""
    low, high = field.interval
    while (high - low) * 2**bits > 1:
        middle = (low + high) / 2
        low, high = (middle, high) if sign(field.gen - middle) > 0 else (low, middle)
    return low


def _at(number: Algebraic, root: fmpq) -> fmpq:
    value = fmpq(0)
    for c in reversed(number.coefficients):
        value = value * root + c
    return value
