"""Non-negative least squares on a Gram matrix: multipliers, proposed in floats.

min ½ xᵀGx - bᵀx over x ≥ 0, G positive semidefinite, by block principal pivoting (L. Portugal,
J. Júdice, L. Vicente, Math. Comp. 63, 1994): guess which x_i are positive, solve, exchange all that
are wrong, and one at a time where that does not help. Nothing here is proved, and nothing has to
be: every x ≥ 0 has a residual that is enclosed on its own.
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
        x[at] = _pivoted(unit, products[at] / d, watch) / d
    return np.where(np.isfinite(x), x, 0.0)  # overflow proposes nothing


def _pivoted(G: Floats, b: Floats, watch: Watch) -> Floats:
    """For a G with unit diagonal."""
    size = len(b)
    small = _TOLERANCE * max(1e-300, float(np.max(np.abs(b))))
    passive: NDArray[np.bool_] = np.zeros(size, dtype=bool)
    fewest, patience = size + 1, _PATIENCE
    for _ in range(20 * size + 100):
        watch.check()
        x = _solved(G, b, passive)
        gradient = G @ x - b
        wrong = np.where(passive, x < -small, gradient < -small)
        count = int(np.sum(wrong))
        if not count:
            break
        if count < fewest:
            fewest, patience = count, _PATIENCE
        else:
            patience -= 1
        if patience >= 0:
            passive ^= wrong
        else:
            passive[np.flatnonzero(wrong)[-1]] ^= True
    result: Floats = np.maximum(_solved(G, b, passive), 0)
    return result


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
