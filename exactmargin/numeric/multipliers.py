"""Multipliers λ ≥ 0, and slopes at kinks, that bring Σ λ_i y_i g_i near θ: float proposals.

Minimised is ½‖θ - Σ λ_i y_i g_i‖² + Σ λ_i cost_i over λ ≥ 0 and g_i in the Clarke subdifferential
of Φ_i. With one hidden layer of units that share no parameter each of these sets is a box: one
slope in [negative slope, 1] per kink. Its corners are the columns of a non-negative least squares
problem, and those that would lower the value are added round by round: at the residual r the best
corner of example i takes at each kink the slope that makes y_i⟨g_i, r⟩ largest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from exactmargin.numeric.arrays import Floats, Indices, host, to_device
from exactmargin.numeric.balls import Ball
from exactmargin.numeric.forward import FloatPass
from exactmargin.numeric.gradients import (
    Gradients,
    back_propagate,
    gram,
    products_with_point,
    residual,
)
from exactmargin.numeric.network import FloatNetwork
from exactmargin.numeric.nnls import nonnegative_least_squares
from exactmargin.numeric.watch import Watch

__all__ = ["Candidates", "clarke_multipliers", "plain_multipliers"]

ROUNDS = 100
"""Of new corners; the proposal is good long before, or the time is better spent otherwise."""

GAIN = 1e-9
"""What a new corner must promise, relative to ‖θ‖ and its own size."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The examples that may have multipliers: their pass, labels ±1 and costs (K,), and the layers
    whose parameters are free."""

    network: FloatNetwork
    passed: FloatPass
    labels: Floats
    costs: Floats
    free: Sequence[int]

    @property
    def gradients(self) -> Gradients:
        """With the negative slope at every kink."""
        return back_propagate(self.network, self.passed)


def plain_multipliers(case: Candidates, watch: Watch) -> Floats:
    """λ for the gradients that automatic differentiation takes."""
    return _Columns(case).solved(watch)


def clarke_multipliers(case: Candidates, watch: Watch) -> tuple[Floats, Floats]:
    """λ (K,) and the slopes of the hidden units (K, d_1), free in their interval at the kinks.

    For two layers whose units share no parameter, the first layer being free.
    """
    low, _ = case.network.slope_ball
    signs = case.passed.signs[0]
    kinks = signs == 0
    columns = _Columns(case)
    columns.slopes = np.where(signs > 0, 1.0, low)
    x = columns.solved(watch)
    for round_ in range(ROUNDS):
        watch.report(f"corners at kinks: {len(columns.owners)} gradients, round {round_ + 1}")
        slopes, rows = columns.promising(x, kinks)
        if not len(rows):
            break
        columns.add(rows, slopes[rows])
        x = columns.solved(watch)
    multipliers = np.zeros(len(kinks))
    np.add.at(multipliers, columns.owners, x)
    mean = np.zeros_like(columns.slopes[: len(kinks)])
    np.add.at(mean, columns.owners, x[:, None] * columns.slopes)
    some = multipliers > 0
    mean[some] /= multipliers[some, None]
    plain = np.where(signs > 0, 1.0, low)
    return multipliers, np.where(kinks & some[:, None], np.clip(mean, low, 1.0), plain)


class _Columns:
    """The gradients so far, each of an example, and their least squares problem."""

    def __init__(self, case: Candidates) -> None:
        self.case = case
        self.base = self.all = case.gradients
        self.owners: Indices = np.arange(self.base.size, dtype=np.intp)
        self.slopes: Floats = np.zeros((0, 0))
        self.gram = self._gram(self.all, self.owners, self.all, self.owners)
        self.products = self._products(self.all, self.owners)

    def solved(self, watch: Watch) -> Floats:
        """x ≥ 0, one entry per gradient."""
        return nonnegative_least_squares(self.gram, self.products, watch)

    def add(self, owners: Indices, slopes: Floats) -> None:
        """More gradients: of these examples, with these slopes."""
        network, like = self.case.network, self.base.deltas[0].middle
        top = Ball(to_device(network.weights[1][:1] * slopes, like))
        at = self.base.take(owners)
        new = Gradients(at.inputs, (top, at.deltas[1]))
        side = self._gram(self.all, self.owners, new, owners)
        corner = self._gram(new, owners, new, owners)
        self.gram = np.block([[self.gram, side], [side.T, corner]])
        self.products = np.concatenate([self.products, self._products(new, owners)])
        self.owners = np.concatenate([self.owners, owners])
        self.slopes = np.concatenate([self.slopes, slopes])
        self.all = _joined(self.all, new)

    def promising(self, x: Floats, kinks: NDArray[np.bool_]) -> tuple[Floats, Indices]:
        """The best corner of each example at this x, and the examples for which it is new."""
        case, network = self.case, self.case.network
        weights = Ball(to_device(x * case.labels[self.owners], self.base.deltas[0].middle))
        parts = {l: (W, b) for l, W, b in residual(network, self.all, weights, case.free)}
        rest, bias = parts[0]
        reach = host(self.base.inputs[0].middle) @ network.matrix(0, host(rest.middle)).T
        if bias is not None:
            reach = reach + host(bias.middle)
        reach = reach * network.weights[1][:1] * case.labels[:, None]
        low, _ = network.slope_ball
        best = np.where(kinks, np.where(reach > 0, 1.0, low), self.slopes[: len(kinks)])
        value = np.sum(best * reach, axis=1) - case.costs
        if 1 in parts:
            top, top_bias = parts[1]
            above = host(self.base.inputs[1].middle) @ host(top.middle).reshape(-1)
            above = above + (0 if top_bias is None else host(top_bias.middle)[0])
            value = value + case.labels * above
        sizes = np.sqrt(np.maximum(np.diagonal(self.gram)[: len(kinks)], 0))
        enough = GAIN * (1e-300 + sizes) * np.linalg.norm(network.weights[0])
        return best, np.flatnonzero(kinks.any(axis=1) & (value > enough))

    def _gram(self, a: Gradients, i: Indices, b: Gradients, j: Indices) -> Floats:
        """⟨y g, y' g'⟩ of two lists of gradients and their examples."""
        y = self.case.labels
        products: Floats = host(gram(self.case.network, a, b, self.case.free).middle)
        return products * y[i][:, None] * y[j][None, :]

    def _products(self, gradients: Gradients, owners: Indices) -> Floats:
        """y⟨g, θ⟩ less the costs."""
        case = self.case
        values: Floats = host(products_with_point(case.network, gradients, case.free).middle)
        return case.labels[owners] * values - case.costs[owners]


def _joined(a: Gradients, b: Gradients) -> Gradients:
    def each(left: Ball, right: Ball) -> Ball:
        like = left.middle
        both = [(host(left.middle), host(right.middle)), (host(left.radii), host(right.radii))]
        return Ball(*(to_device(np.concatenate(pair), like) for pair in both))

    return Gradients(tuple(map(each, a.inputs, b.inputs)), tuple(map(each, a.deltas, b.deltas)))
