"""Gradients of Φ at many inputs in factored form, their Gram matrix, and sums of them.

By back-propagation the gradient of Φ at input i in the matrix of layer l is the outer product
δ_i^l h_i^(l-1): both factors are kept, the N × P Jacobian never is. A fully connected layer adds
⟨h_i, h_j⟩⟨δ_i, δ_j⟩ to the Gram matrix (THEORY §10), its biases ⟨δ_i, δ_j⟩; where weights are
missing or shared, the entries of the outer products are summed over the places of each parameter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np

from exactmargin.numeric.arrays import Array, Floats, host, namespace, to_device
from exactmargin.numeric.balls import Ball, accumulated, enclosed_sum, quiet
from exactmargin.numeric.forward import FloatPass, slopes_at
from exactmargin.numeric.network import FloatNetwork, Places

__all__ = [
    "Gradients",
    "Part",
    "back_propagate",
    "flat",
    "gram",
    "products_with",
    "products_with_point",
    "residual",
    "squared_norm",
    "weighted_sum",
]

Part: TypeAlias = tuple[int, Ball, Ball | None]
"""A layer's number, its weights' part and its biases' part of a vector of parameters.

The weights' part is a matrix for a fully connected layer, else one entry per parameter, group by
group of `network.places`.
"""

BLOCK = 2**22
"""Entries of an array (inputs × parameters) that is formed where weights are shared or missing."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """`inputs[l]` (K, d_l) and `deltas[l]` (K, d_(l+1)) enclose the factors of K gradients."""

    inputs: tuple[Ball, ...]
    deltas: tuple[Ball, ...]

    @property
    def size(self) -> int:
        """K."""
        return self.deltas[-1].shape[0]

    def take(self, rows: Any) -> "Gradients":
        """Those of these rows."""
        return Gradients(
            tuple(h.take(rows) for h in self.inputs), tuple(d.take(rows) for d in self.deltas)
        )


def back_propagate(
    network: FloatNetwork,
    passed: FloatPass,
    slopes: Sequence[Ball] | None = None,
    units: Sequence[tuple[int, int]] | None = None,
) -> Gradients:
    """The gradients at every input of the pass: of the first output, or with `units` of the
    pre-activation of one hidden unit (layer, unit) per input.

    `slopes[l]`, shape (N, d_(l+1)), are those of hidden layer l; left out they are 1 where the
    pre-activation is positive and the negative slope elsewhere, zeros included: what automatic
    differentiation takes (sigma'(0) = 0 for ReLU).
    """
    xp, like = namespace(passed.output.middle), passed.output.middle
    if slopes is None:
        slopes = [slopes_at(network, signs, like) for signs in passed.signs]
    ones = xp.ones_like(like[:, :1])
    deltas = [Ball(ones if units is None else xp.zeros_like(ones))]
    with quiet():
        for l in range(network.depth - 1, 0, -1):
            W = network.weights[l][:1] if l == network.depth - 1 else network.weights[l]
            delta = (deltas[-1] @ Ball(to_device(W, like))) * slopes[l - 1]
            if units is not None:
                seed = np.zeros((len(units), W.shape[1]))
                for row, (layer, unit) in enumerate(units):
                    if layer == l - 1:
                        seed[row, unit] = 1
                delta = delta + Ball(to_device(seed, like))
            deltas.append(delta)
    return Gradients(passed.inputs, tuple(reversed(deltas)))


def gram(
    network: FloatNetwork, left: Gradients, right: Gradients, free: Sequence[int] | None = None
) -> Ball:
    """⟨g_i, g_j⟩ for all gradients of `left` and `right`, in the layers `free` (all by default)."""
    total: Ball | None = None
    with quiet():
        for l in range(network.depth) if free is None else free:
            deltas = left.deltas[l] @ right.deltas[l].T
            if network.biases[l] is not None:
                total = accumulated(total, deltas)
            groups = network.places[l]
            if groups is None:
                total = accumulated(total, deltas * (left.inputs[l] @ right.inputs[l].T))
                continue
            for group in groups:
                for rows in _portions(group, left.size + right.size):
                    a, b = (_entries(each, l, rows) for each in (left, right))
                    total = accumulated(total, a @ b.T)
    assert total is not None, "a network has layers"
    return total


def products_with_point(
    network: FloatNetwork, gradients: Gradients, free: Sequence[int] | None = None
) -> Ball:
    """⟨g_i, θ⟩ in the layers `free`, shape (K,)."""
    layers = range(network.depth) if free is None else free
    return products_with(gradients, [(l, network.weights[l], network.biases[l]) for l in layers])


def products_with(gradients: Gradients, point: Sequence[tuple[int, Floats, Floats | None]]) -> Ball:
    """⟨g_i, p⟩ for a vector of parameters p: layers with their matrices and biases; shape (K,)."""
    total: Ball | None = None
    with quiet():
        for l, W, bias in point:
            delta, h = gradients.deltas[l], gradients.inputs[l]
            part = ((delta @ _point(W, h)) * h).sums(1)
            if bias is not None:
                part = part + (delta @ _point(bias[:, None], h)).sums(1)
            total = accumulated(total, part)
    assert total is not None, "a network has layers"
    return total


def weighted_sum(
    network: FloatNetwork,
    gradients: Gradients,
    coefficients: Ball,
    free: Sequence[int] | None = None,
) -> list[Part]:
    """Σ c_i g_i in the layers `free` (all by default); `coefficients` has shape (K,)."""
    result: list[Part] = []
    with quiet():
        for l in range(network.depth) if free is None else free:
            weighted = (gradients.deltas[l] * coefficients[:, None]).T
            total, groups = weighted @ gradients.inputs[l], network.places[l]
            weights = total if groups is None else _over_places(total, groups)
            result.append((l, weights, None if network.biases[l] is None else weighted.sums(1)))
    return result


def residual(
    network: FloatNetwork,
    gradients: Gradients,
    coefficients: Ball,
    free: Sequence[int] | None = None,
) -> list[Part]:
    """θ - Σ c_i g_i in the layers `free` (all by default); `coefficients` has shape (K,)."""
    result: list[Part] = []
    with quiet():
        for l, weights, bias in weighted_sum(network, gradients, coefficients, free):
            own = network.column(l, network.weights[l])
            rest = None if bias is None else _point(network.biases[l], bias) - bias
            result.append((l, _point(own, weights) - weights, rest))
    return result


def flat(network: FloatNetwork, parts: Sequence[Part]) -> Ball:
    """All entries in the order of the parameters, on the host (V §2)."""

    def joined(which: str) -> Floats:
        blocks = []
        for l, weights, bias in parts:
            matrix = network.matrix(l, host(getattr(weights, which)))
            shift = None if bias is None else host(getattr(bias, which))
            blocks.append(network.block(l, matrix, shift))
        return np.concatenate(blocks)

    return Ball(joined("middle"), joined("radii"))


def squared_norm(parts: Sequence[Part]) -> tuple[float, float]:
    """Bounds of the squared norm of a residual."""
    low = high = 0.0
    for _, weights, bias in parts:
        for ball in (weights, bias):
            if ball is not None:
                least, most = enclosed_sum(ball)
                # 2^-50: what the additions here round, once per part
                low, high = (low + least) * (1 - 2**-50), (high + most) * (1 + 2**-50)
    return low, high


def _point(values: Any, like: Ball) -> Ball:
    return Ball(to_device(values, like.middle))


def _portions(group: Places, width: int) -> Iterator[Places]:
    """The group in pieces of at most `BLOCK` entries for `width` inputs."""
    size = max(1, BLOCK // max(1, width))
    for k in range(0, len(group.parameters), size):
        at = slice(k, k + size)
        yield Places(group.parameters[at], group.rows[at], group.columns[at])


def _entries(gradients: Gradients, l: int, group: Places) -> Ball:
    """The gradients' entries at these parameters, shape (K, parameters)."""
    total: Ball | None = None
    for n in range(group.rows.shape[1]):
        delta = gradients.deltas[l].take(group.rows[:, n], axis=1)
        total = accumulated(total, delta * gradients.inputs[l].take(group.columns[:, n], axis=1))
    assert total is not None, "a parameter has a place"
    return total


def _over_places(total: Ball, groups: Sequence[Places]) -> Ball:
    """The sums of `total` over the places of each parameter, as one column."""
    xp, width = namespace(total.middle), total.shape[1]
    parts = []
    for group in groups:
        flat = group.rows * width + group.columns
        sums: Ball | None = None
        for n in range(flat.shape[1]):
            sums = accumulated(sums, _flat(total).take(flat[:, n]))
        assert sums is not None, "a parameter has a place"
        parts.append(sums)
    radius: Array = xp.concat([part.radii for part in parts])
    return Ball(xp.concat([part.middle for part in parts]), radius)


def _flat(ball: Ball) -> Ball:
    xp = namespace(ball.middle)
    radius = None if ball.radius is None else xp.reshape(ball.radius, (-1,))
    return Ball(xp.reshape(ball.middle, (-1,)), radius)
