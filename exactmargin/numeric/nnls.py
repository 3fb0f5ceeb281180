"""Non-negative least squares on a Gram matrix: multipliers, proposed in floats.

min ½ xᵀGx - bᵀx over x ≥ 0, G positive semidefinite, by block principal pivoting (L. Portugal,
J. Júdice, L. Vicente, Math. Comp. 63, 1994): guess which x_i are positive, solve, exchange all that
are wrong. Where that does not end, as when the columns depend on each other, by active sets
(C. Lawson, R. Hanson, Solving Least Squares Problems, 1974, ch. 23): one x_i more at a time, never
past the boundary, so that the value only falls. Nothing here is proved, and nothing has to be:
every x ≥ 0 has a residual that is enclosed on its own.
"""

import numpy as np
from numpy.typing import NDArray

from exactmargin.numeric.arrays import Floats
from exactmargin.numeric.watch import UNWATCHED, Watch

__all__ = ["nonnegative_least_squares"]

_RIDGE = 1e-12
"""Added to the unit diagonal, so that dependent columns can be solved for; refined away after."""

_TOLERANCE = 1e-10
_PATIENCE = 5
_ROUNDS = 3
"""Of refinement."""


def nonnegative_least_squares(gram: Floats, products: Floats, watch: Watch = UNWATCHED) -> Floats:
    """x ≥ 0 near a minimum of ½ xᵀGx - bᵀx; `gram` is G (K, K), `products` b (K,)."""
    scale = np.sqrt(np.diagonal(gram))
    usable = np.isfinite(scale) & (scale > 0) & np.all(np.isfinite(gram), axis=0)
    x = np.zeros(len(scale))
    at = np.flatnonzero(usable & np.isfinite(products))
    if len(at):
        d = scale[at]
        unit = gram[np.ix_(at, at)] / d[:, None] / d[None, :]
        found = _pivoted(unit, products[at] / d, watch)
        if found is None:
            found = _descended(unit, products[at] / d, watch)
        x[at] = found / d
    return np.where(np.isfinite(x), x, 0.0)  # overflow proposes nothing


def _pivoted(G: Floats, b: Floats, watch: Watch) -> Floats | None:
    """For a G with unit diagonal; None where the exchanges do not end."""
    size = len(b)
    passive: NDArray[np.bool_] = np.zeros(size, dtype=bool)
    fewest, patience, small = size + 1, _PATIENCE, _small(b)
    while patience:
        watch.check()
        x = _solved(G, b, passive)
        wrong = np.where(passive, x < -small, G @ x - b < -small)
        count = int(np.sum(wrong))
        if not count:
            return np.maximum(x, 0)
        fewest, patience = (count, _PATIENCE) if count < fewest else (fewest, patience - 1)
        passive ^= wrong
    return None


def _descended(G: Floats, b: Floats, watch: Watch) -> Floats:
    """For a G with unit diagonal, by active sets."""
    x = np.zeros(len(b))
    passive: NDArray[np.bool_] = np.zeros(len(b), dtype=bool)
    for _ in range(3 * len(b)):
        watch.check()
        gain = np.where(passive, -np.inf, b - G @ x)
        new = int(np.argmax(gain))
        if not gain[new] > _small(b):
            break
        passive[new] = True
        while passive.any():
            wanted = _solved(G, b, passive)
            below = np.flatnonzero(passive & (wanted <= 0))
            if not len(below):
                x = wanted
                break
            steps = x[below] / (x[below] - wanted[below] + 1e-300)
            x = x + float(np.min(steps)) * (wanted - x)
            passive[below[np.argmin(steps)]] = False
            x = np.where(passive, np.maximum(x, 0), 0)
    return x


def _small(b: Floats) -> float:
    return _TOLERANCE * max(1e-300, float(np.max(np.abs(b))))


def _solved(G: Floats, b: Floats, passive: NDArray[np.bool_]) -> Floats:
    """G x = b in the passive coordinates, zero in the others."""
    x = np.zeros(len(b))
    at = np.flatnonzero(passive)
    if len(at):
        sub, right = G[np.ix_(at, at)], b[at]
        ridged = sub + _RIDGE * np.eye(len(at))
        part = np.linalg.solve(ridged, right)
        for _ in range(_ROUNDS if len(at) <= 200 else 0):
            part = part + np.linalg.solve(ridged, right - sub @ part)
        x[at] = part
    return x
