"""What multipliers prove: bounds of ε and δ, whatever the multipliers are."""

import math
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, final

import numpy as np

from exactmargin.numeric.arrays import Floats, Indices
from exactmargin.numeric.balls import TINY

__all__ = ["Bounds", "CellShare", "Gaps", "Stationarity", "root"]


class Bounds(NamedTuple):
    """Two floats with the exact number between them."""

    low: float
    high: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class CellShare:
    """The share of a multiplier that falls to the gradient of one cell around θ.

    `example` is 0-based; the weights of one example sum to its multiplier exactly. `direction` has
    one entry per free parameter: at θ + t · direction no pre-activation is on a kink, for all small
    t > 0, and there the gradient of Φ tends to the one that is meant.
    """

    example: int
    weight: float
    direction: Floats


@final
@dataclass(frozen=True, slots=True, eq=False)
class Stationarity:
    """Multipliers λ (N,) of the given θ, and bounds of the ε and δ that they prove of sθ.

    `slopes` holds the slope at each kink (example, hidden unit), 0-based, that is not the negative
    slope; `cells` instead, where kinks depend on each other, the cells around the kinks.
    """

    epsilon: Bounds
    delta: Bounds
    multipliers: Floats
    slopes: dict[tuple[int, int], float]
    cells: tuple[CellShare, ...] = ()

    def spread(self, chosen: Indices, size: int) -> "Stationarity":
        """The same, where its examples are those that are `chosen` out of `size`."""
        multipliers = np.zeros(size)
        multipliers[chosen] = self.multipliers
        slopes = {(int(chosen[i]), k): value for (i, k), value in self.slopes.items()}
        cells = tuple(
            CellShare(int(chosen[cell.example]), cell.weight, cell.direction) for cell in self.cells
        )
        return Stationarity(self.epsilon, self.delta, multipliers, slopes, cells)


@final
class Gaps:
    """s^p y_iΦ_i - 1 for the candidates, exactly from the bounds of the margins, and the factor
    s^(2-p) of their multipliers."""

    def __init__(self, low: Floats, high: Floats, scale: float, degree: int) -> None:
        s = Fraction(scale)
        self.scale, self.factor, self._power = scale, s ** (2 - degree), s**degree
        self._low, self._high = low, high
        self.costs: Floats = np.maximum(np.nan_to_num(high * float(self._power) - 1), 0.0)

    def delta(self, multipliers: Floats) -> Bounds:
        """Bounds of max_i λ_i s^(2-p) (s^p y_iΦ_i - 1)."""
        low = high = Fraction(0)
        for i in np.flatnonzero(multipliers):
            if not np.isfinite(self._high[i]):
                return Bounds(0.0, math.inf)
            factor = Fraction(multipliers[i]) * self.factor
            low = max(low, factor * (self._power * Fraction(self._low[i]) - 1))
            high = max(high, factor * (self._power * Fraction(self._high[i]) - 1))
        return Bounds(_below(low), _above(high))


def root(squares: tuple[float, float], scale: float) -> Bounds:
    """Bounds of `scale` times the root of a number between two others."""
    low, high = (math.sqrt(value) * scale for value in squares)
    low = min(low, sys.float_info.max)  # where the product overflows, the number may not
    return Bounds(max(0.0, low * (1 - 2**-50) - TINY), high * (1 + 2**-50) + TINY)


def _below(value: Fraction) -> float:
    try:
        return math.nextafter(float(value), -math.inf) if value > 0 else 0.0
    except OverflowError:
        return sys.float_info.max


def _above(value: Fraction) -> float:
    try:
        return math.nextafter(float(value), math.inf) if value > 0 else 0.0
    except OverflowError:
        return math.inf
