"""Candidates for multipliers, and the least squares problem of their gradients.

Minimised is ½‖θ - Σ λ_i y_i g_i‖² + Σ λ_i cost_i over λ ≥ 0, for gradients g_i each of which
belongs to an example; an example may have several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from exactmargin.numeric.arrays import Floats, Indices, host, to_device
from exactmargin.numeric.balls import Ball
from exactmargin.numeric.forward import FloatPass
from exactmargin.numeric.gradients import (
    Gradients,
    Part,
    back_propagate,
    gram,
    products_with_point,
    residual,
)
from exactmargin.numeric.network import FloatNetwork
from exactmargin.numeric.nnls import nonnegative_least_squares
from exactmargin.numeric.watch import Watch

__all__ = ["GAIN", "Candidates", "Columns"]

GAIN = 1e-9
"""What a new gradient must promise, relative to ‖θ‖ and its own size."""


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


@final
class Columns:
    """The gradients so far, each of an example, and their least squares problem."""

    def __init__(self, case: Candidates, gradients: Gradients, owners: Indices) -> None:
        self.case, self.all, self.owners = case, gradients, owners
        self.gram = self._gram(gradients, owners, gradients, owners)
        self.products = self._products(gradients, owners)

    def solved(self, watch: Watch) -> Floats:
        """x ≥ 0, one entry per gradient."""
        return nonnegative_least_squares(self.gram, self.products, watch)

    def add(self, new: Gradients, owners: Indices) -> None:
        """More gradients: of these examples."""
        side = self._gram(self.all, self.owners, new, owners)
        corner = self._gram(new, owners, new, owners)
        self.gram = np.block([[self.gram, side], [side.T, corner]])
        self.products = np.concatenate([self.products, self._products(new, owners)])
        self.owners = np.concatenate([self.owners, owners])
        self.all = _joined(self.all, new)

    def rest(self, x: Floats) -> list[Part]:
        """θ - Σ x y g, layer by layer."""
        weights = Ball(to_device(x * self.case.labels[self.owners], self.all.deltas[0].middle))
        return residual(self.case.network, self.all, weights, self.case.free)

    def enough(self, squares: Floats) -> Floats:
        """What gradients must promise to be worth a round, from their squared norms."""
        sizes = 1e-300 + np.sqrt(np.maximum(squares, 0))
        result: Floats = GAIN * sizes * np.linalg.norm(self.case.network.weights[0])
        return result

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
