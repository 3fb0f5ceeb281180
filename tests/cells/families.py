"""Arrangements that the tests of the chambers share."""

import math
from importlib.util import find_spec
from itertools import product

import numpy as np
import pytest

from exactmargin.cells import Arrangement, Chambers, chambers
from exactmargin.exact import Q

__all__ = [
    "BACKENDS",
    "central",
    "cube",
    "general_position",
    "needs_numba",
    "randoms",
    "rays",
    "resonance",
    "threshold",
    "uniform",
]

needs_numba = pytest.mark.skipif(
    find_spec("numba") is None, reason="Numba is not installed; exactmargin[fast] brings it"
)
BACKENDS = ["numpy", pytest.param("numba", marks=needs_numba)]


def resonance(d):
    """All nonzero 0/1 vectors of length d."""
    return [v for v in product((0, 1), repeat=d) if any(v)]


def threshold(d):
    """All vectors (1, v), v of zeros and ones: chambers are threshold functions of d - 1 bits."""
    return [(1, *v) for v in product((0, 1), repeat=d - 1)]


def cube(d):
    """All vectors of entries -1, 0, 1: each line twice, and the zero vector."""
    return list(product((-1, 0, 1), repeat=d))


def uniform(n, d):
    """The random integers of the measurements."""
    return np.random.default_rng(0).integers(-50, 51, (n, d))


def general_position(n, d):
    """The number of chambers of n central hyperplanes of R^d in general position."""
    return 2 * sum(math.comb(n - 1, k) for k in range(d))


def randoms(number, seed=0):
    """Small random arrangements in dimension 1..5, most of them degenerate."""
    draw = np.random.default_rng(seed)
    for _ in range(number):
        d = int(draw.integers(1, 6))
        n = int(draw.integers(1, (6, 10, 11, 10, 9)[d - 1] + 1))
        m = int(draw.integers(1, 3))
        rows = draw.integers(-m, m + 1, size=(n, d))
        if draw.random() < 0.5 and n > 2:
            rows[0] = 2 * rows[1]
        if draw.random() < 0.5 and n > 2:
            rows[-1] = -rows[0]
        if draw.random() < 0.3 and d > 1:
            rows[:, -1] = rows[:, 0]
        yield rows


def central(rows) -> Arrangement:
    """The central arrangement of integer rows."""
    return Arrangement.central(Q, rows)


def rays(rows, **options) -> Chambers:
    """Its chambers."""
    return chambers(central(rows), **options)
