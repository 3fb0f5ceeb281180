"""Random networks and inputs made to mislead floats, and a forward pass in fractions."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from exactmargin.numeric import FloatNetwork

Floats = NDArray[np.float64]
Matrix = list[list[Fraction]]

TINY_SLOPE = f"1/{10**400}"
"""No float but zero is near it, and yet the unit below zero is not silent."""

SLOPES = ("0", "0", "0", "1/4", "1/3", "1", TINY_SLOPE)


def fractions(values: Floats) -> list[Fraction]:
    """The floats as they are."""
    return [Fraction(v) for v in values.tolist()]


def exact(value: float) -> fmpq:
    """The float as it is."""
    return fmpq(*value.as_integer_ratio())


def slow_forward(
    network: FloatNetwork, x: Floats
) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """All pre-activations, the outputs last, and what every layer reads, in fractions."""
    slope = Fraction(int(network.slope.p), int(network.slope.q))
    h, z, read = fractions(x), [], []
    for W, b in zip(network.weights, network.biases, strict=True):
        read.append(h)
        row = [sum(map(_times, fractions(w), h), Fraction(0)) for w in W]
        if b is not None:
            row = [v + c for v, c in zip(row, fractions(b), strict=True)]
        z.append(row)
        h = [v if v > 0 else slope * v for v in row]
    return z, read


def _times(a: Fraction, b: Fraction) -> Fraction:
    return a * b


def random_case(rng: np.random.Generator) -> tuple[FloatNetwork, Floats]:
    """A network of depth 1 to 4 and three inputs, one of the kinds below."""
    depth = int(rng.integers(1, 5))
    widths = [int(n) for n in rng.integers(1, 5, depth + 1)]
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    numbers = KINDS[int(rng.integers(len(KINDS)))]
    weights = [numbers(rng, shape) for shape in shapes]
    biases: list[Any] = [
        numbers(rng, (rows,)) if rng.random() < 0.3 else None for rows, _ in shapes
    ]
    inputs = numbers(rng, (3, widths[0]))
    if rng.random() < 0.5:
        inputs[0] = orthogonal(weights[0][0], inputs[0], rng)
    slope = SLOPES[int(rng.integers(len(SLOPES)))]
    return FloatNetwork.dense(weights, biases, slope), inputs


def orthogonal(w: Floats, x: Floats, rng: np.random.Generator) -> Floats:
    """An input almost orthogonal to w, or exactly so, or off by one unit in the last place."""
    x = x.copy()
    if len(w) < 2 or not w[1]:
        return x
    with np.errstate(all="ignore"):
        last = -(w[0] * x[0]) / w[1]
    x[2:] = 0
    x[1] = last if np.isfinite(last) else 0.0
    toward = (-np.inf, np.inf, x[1])[int(rng.integers(3))]
    x[1] = np.nextafter(x[1], toward)
    return x if np.isfinite(x[1]) else np.where(np.isfinite(x), x, 1.0)


def _normal(rng: np.random.Generator, shape: Sequence[int]) -> Floats:
    return rng.standard_normal(shape)


def _small_integers(rng: np.random.Generator, shape: Sequence[int]) -> Floats:
    return rng.integers(-2, 3, shape).astype(np.float64)


def _scaled(rng: np.random.Generator, shape: Sequence[int]) -> Floats:
    """One scale for all, from 10^-150 to 10^150."""
    return rng.standard_normal(shape) * 10.0 ** int(rng.integers(-150, 151))


def _mixed(rng: np.random.Generator, shape: Sequence[int]) -> Floats:
    """A scale for each number."""
    return rng.standard_normal(shape) * 10.0 ** rng.integers(-150, 151, shape)


def _denormal(rng: np.random.Generator, shape: Sequence[int]) -> Floats:
    """Denormals, and numbers near 1 that bring them back."""
    small = rng.integers(-9, 10, shape) * 2.0**-1074
    return np.where(rng.random(shape) < 0.5, small, rng.standard_normal(shape))


def _last_bit(rng: np.random.Generator, shape: Sequence[int]) -> Floats:
    """1, -1 and their neighbours: sums that cancel to the last bit."""
    signs = np.where(rng.random(shape) < 0.5, 1.0, -1.0)
    return signs * (1 + rng.integers(-2, 3, shape) * 2.0**-52)


def _huge(rng: np.random.Generator, shape: Sequence[int]) -> Floats:
    """Products of these overflow."""
    return rng.standard_normal(shape) * 10.0 ** rng.integers(100, 306)


KINDS = (_normal, _small_integers, _scaled, _mixed, _denormal, _last_bit, _huge)
