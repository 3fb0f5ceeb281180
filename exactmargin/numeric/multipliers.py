"""Multipliers λ ≥ 0, and slopes at kinks, that bring Σ λ_i y_i g_i near θ: float proposals.

With one hidden layer of units that share no parameter the Clarke subdifferential of each Φ_i is a
box: one slope in [negative slope, 1] per kink. Its corners are the columns of a non-negative least
squares problem, and those that would lower the value are added round by round: at the residual r
the best corner of example i takes at each kink the slope that makes y_i⟨g_i, r⟩ largest.
"""

import numpy as np
from numpy.typing import NDArray

from exactmargin.numeric.arrays import Floats, Indices, host, to_device
from exactmargin.numeric.balls import Ball
from exactmargin.numeric.columns import Candidates, Columns
from exactmargin.numeric.gradients import Gradients
from exactmargin.numeric.watch import Watch

__all__ = ["clarke_multipliers", "plain_multipliers"]

ROUNDS = 100
"""Of new corners; the proposal is good long before, or the time is better spent otherwise."""


def plain_multipliers(case: Candidates, watch: Watch) -> Floats:
    """λ for the gradients that automatic differentiation takes."""
    return _plain(case).solved(watch)


def clarke_multipliers(case: Candidates, watch: Watch) -> tuple[Floats, Floats]:
    """λ (K,) and the slopes of the hidden units (K, d_1), free in their interval at the kinks.

    For two layers whose units share no parameter, the first layer being free.
    """
    network, signs = case.network, case.passed.signs[0]
    low, kinks = network.slope_ball[0], signs == 0
    columns = _plain(case)
    base, plain = columns.all, np.where(signs > 0, 1.0, low)
    slopes, x = plain, columns.solved(watch)
    for round_ in range(ROUNDS):
        watch.report(f"corners at kinks: {len(columns.owners)} gradients, round {round_ + 1}")
        corners, rows = _promising(columns, x, base, plain, kinks)
        if not len(rows):
            break
        top = to_device(network.weights[1][:1] * corners[rows], base.deltas[0].middle)
        at = base.take(rows)
        columns.add(Gradients(at.inputs, (Ball(top), at.deltas[1])), rows)
        slopes = np.concatenate([slopes, corners[rows]])
        x = columns.solved(watch)
    multipliers, mean = np.zeros(len(kinks)), np.zeros_like(plain)
    np.add.at(multipliers, columns.owners, x)
    np.add.at(mean, columns.owners, x[:, None] * slopes)
    some = multipliers > 0
    mean[some] /= multipliers[some, None]
    return multipliers, np.where(kinks & some[:, None], np.clip(mean, low, 1.0), plain)


def _plain(case: Candidates) -> Columns:
    """One gradient per example, with the negative slope at its kinks."""
    return Columns(case, case.gradients, np.arange(len(case.labels), dtype=np.intp))


def _promising(
    columns: Columns, x: Floats, base: Gradients, plain: Floats, kinks: NDArray[np.bool_]
) -> tuple[Floats, Indices]:
    """The best corner of each example at this x, and the examples for which it is new."""
    case, network = columns.case, columns.case.network
    parts = {l: (W, b) for l, W, b in columns.rest(x)}
    rest, bias = parts[0]
    reach = host(base.inputs[0].middle) @ network.matrix(0, host(rest.middle)).T
    if bias is not None:
        reach = reach + host(bias.middle)
    reach = reach * network.weights[1][:1] * case.labels[:, None]
    best = np.where(kinks, np.where(reach > 0, 1.0, network.slope_ball[0]), plain)
    value = np.sum(best * reach, axis=1) - case.costs
    if 1 in parts:
        top, top_bias = parts[1]
        above = host(base.inputs[1].middle) @ host(top.middle).reshape(-1)
        above = above + (0 if top_bias is None else host(top_bias.middle)[0])
        value = value + case.labels * above
    enough = columns.enough(np.diagonal(columns.gram)[: len(kinks)])
    return best, np.flatnonzero(kinks.any(axis=1) & (value > enough))
