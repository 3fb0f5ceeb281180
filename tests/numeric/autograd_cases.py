"""Networks for a comparison with PyTorch's autograd, and how far its floats may be off.

The numbers come from the bits of PCG64, whose stream NumPy promises to keep, as integers times a
power of two: the same everywhere, and exact in the type that PyTorch computes with.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from exactmargin import Architecture, Parameters, convolutional, fully_connected
from exactmargin.numeric import FloatNetwork, FloatPass, forward_pass
from exactmargin.numeric.forward import affine
from tests.numeric.adversarial import exact

Floats = Any
UNITS = {"float64": 2.0**-53, "float32": 2.0**-24}
"""u of each type: |fl(a op b) - (a op b)| <= u |a op b|."""


@dataclass(frozen=True)
class Case:
    """A network, four inputs, labels and multipliers, for one type of floats."""

    architecture: Architecture
    seed: int
    type: str = "float64"

    @cached_property
    def problem(self) -> tuple[FloatNetwork, Floats, Floats, Floats]:
        """The network, inputs (N, d), labels and multipliers (N,), which have few digits."""
        network, bits = self.architecture, np.random.PCG64(self.seed)
        digits = 53 if self.type == "float64" else 24

        def numbers(count: int) -> Floats:
            """Between -1 and 1."""
            raw = bits.random_raw(count) >> np.uint64(64 - digits)
            return raw.astype(np.float64) * 2.0 ** (1 - digits) - 1

        scale = 2.0 ** -int(np.log2(max(network.widths)) / 2)
        theta = [exact(value) for value in (numbers(network.parameter_count) * scale).tolist()]
        inputs = numbers(4 * network.input_dimension).reshape(4, -1)
        labels = np.where(numbers(4) > 0, 1.0, -1.0)
        multipliers = np.round(8 + 8 * numbers(4)) / 8
        floats = FloatNetwork.of(network, Parameters.from_flat(network, theta))
        return floats, inputs, labels, multipliers

    @cached_property
    def passed(self) -> FloatPass:
        """The forward pass of the inputs."""
        return forward_pass(*self.problem[:2])

    @property
    def slips(self) -> "Slips":
        """How far PyTorch may be off here."""
        return Slips(self.problem[0], self.passed, UNITS[self.type])


CASES = {
    "two layers, 784 inputs": Case(fully_connected([784, 12, 1]), 1),
    "two layers, 784 inputs, float32": Case(fully_connected([784, 12, 1]), 2, "float32"),
    "deep": Case(fully_connected([5, 8, 8, 8, 1]), 3),
    "deep, biases, leaky": Case(fully_connected([5, 7, 6, 1], negative_slope="1/3", bias=True), 4),
    "biases, leaky, float32": Case(
        fully_connected([6, 9, 5, 1], negative_slope="1/4", bias=True), 5, "float32"
    ),
    "shared weights": Case(convolutional(9, 4), 6),
}

AT_A_KINK = FloatNetwork.dense([np.eye(2), [[1, 1]]]), np.array([[1.0, -0.5], [0.0, 1.0]])
"""A network and inputs (docs/numeric.md): w_1 is on a kink at x_2, and θ is a KKT point."""


@dataclass(frozen=True)
class Slips:
    """How far PyTorch's numbers may lie from the exact ones, if it took the right slopes.

    A sum of n products, in any order and fused or not, is off by at most gamma_n = n u / (1 - n u)
    times the sum of the absolute values (Higham, Accuracy and Stability, 2nd ed., section 3.1); a
    product, and the slope itself, by u each. From these the errors follow layer by layer, forwards
    for what the layers read and backwards for the deltas. The last factor is for the roundings of
    this computation, which is in float64 throughout.
    """

    network: FloatNetwork
    passed: FloatPass
    unit: float

    def gamma(self, n: int) -> float:
        return n * self.unit / (1 - n * self.unit)

    def slopes(self, l: int) -> Floats:
        return np.where(self.passed.signs[l] > 0, 1.0, self.network.slope_ball[0])

    @cached_property
    def forward(self) -> tuple[list[Floats], list[Floats]]:
        """Per layer: of what it reads, and of its pre-activations."""
        below = np.zeros_like(self.passed.inputs[0].middle)
        found: tuple[list[Floats], list[Floats]] = ([], [])
        for l, W in enumerate(self.network.weights):
            size, bias = self.sizes(l) + below, self.network.biases[l]
            total = size @ np.abs(W).T + (0 if bias is None else np.abs(bias))
            error = below @ np.abs(W).T + self.gamma(W.shape[1] + 1) * total
            found[0].append(below)
            found[1].append(error)
            if l < self.network.depth - 1:
                slope = self.slopes(l)
                z = affine(self.network, l, self.passed.inputs[l])
                below = slope * (error + self.gamma(3) * (np.abs(z.middle) + z.radii + error))
        return found

    def sizes(self, l: int) -> Floats:
        """Bounds of what layer l reads, in absolute value."""
        read = self.passed.inputs[l]
        return np.abs(read.middle) + read.radii

    def right_slopes(self) -> bool:
        """Whether every hidden pre-activation is further from zero than PyTorch's errors."""
        return all(
            bool(np.all(np.abs(z.middle) > z.radii + error))
            for l, error in enumerate(self.forward[1][:-1])
            for z in [affine(self.network, l, self.passed.inputs[l])]
        )

    def backward(self, start: Floats) -> tuple[list[Floats], list[Floats]]:
        """Per layer: the sizes and the errors of the deltas, which start exactly, (N, 1)."""
        sizes, errors = [np.abs(start)], [np.zeros_like(start)]
        for l in range(self.network.depth - 1, 0, -1):
            W, slope = np.abs(self.network.weights[l]), self.slopes(l - 1)
            gamma = self.gamma(W.shape[0] + 3)
            total = (sizes[-1] + errors[-1]) @ W
            errors.append(slope * (errors[-1] @ W + gamma * total))
            sizes.append(slope * (sizes[-1] @ W))
        return sizes[::-1], errors[::-1]

    def gradient(self, start: Floats) -> Floats:
        """Of the flat gradient of Σ start_i Φ_i, shape (P,); `start` has shape (N,)."""
        parts = []
        for l, (d, e) in enumerate(zip(*self.backward(start[:, None]), strict=True)):
            h, f, groups = self.sizes(l), self.forward[0][l], self.network.places[l] or ()
            terms = len(d) * max((group.rows.shape[1] for group in groups), default=1)
            off = e.T @ (h + f) + d.T @ f + self.gamma(terms + 1) * ((d + e).T @ (h + f))
            for group in groups:  # a parameter's error is the sum of those at its places
                off[group.rows, group.columns] = off[group.rows, group.columns].sum(1)[:, None]
            biases = self.network.biases[l]
            of_biases = None if biases is None else (e + self.gamma(len(d)) * (d + e)).sum(0)
            parts.append(self.network.block(l, off, of_biases))
        return np.concatenate(parts) * (1 + 1e-9)

    def norm(self, size: float, off: Floats) -> float:
        """Of the norm of a vector of this norm whose entries are off by at most `off`."""
        slip = float(np.linalg.norm(off))
        return (slip + self.gamma(len(off) + 4) * (size + slip)) * (1 + 1e-9)


def kept(count: int) -> list[int]:
    """Which entries of a gradient are recorded: all, or 101 of many."""
    return list(range(count)) if count <= 400 else list(range(0, count, count // 100))[:101]
