"""Forward passes of many inputs at once: signs that are certain, and enclosures of all the rest.

A float pass with rounding bounds gives most signs; an input with a pre-activation within its bound
is passed again in exact integers (`ExactNetwork`). So every sign here is the exact one, zeros
included, and a float never decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from exactmargin.errors import InvalidInputError
from exactmargin.exact import sign
from exactmargin.exact.scalars import shown
from exactmargin.numeric.arrays import (
    Array,
    Floats,
    Indices,
    Signs,
    host,
    namespace,
    nonzero,
    to_device,
)
from exactmargin.numeric.balls import TINY, UNIT, Ball, quiet
from exactmargin.numeric.exact_pass import ExactNetwork, ExactPass
from exactmargin.numeric.network import FloatNetwork
from exactmargin.numeric.watch import UNWATCHED, Watch

__all__ = [
    "MEMORY",
    "FloatPass",
    "Signatures",
    "check_inputs",
    "chunks",
    "forward_pass",
    "signatures",
]

MEMORY = 2**30
"""Bytes that arrays may take, unless the caller says otherwise; a chunk takes about a quarter."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class FloatPass:
    """A forward pass of N inputs.

    `signs[l]` are the exact signs of hidden layer l, int8 of shape (N, d_(l+1)) on the host;
    `inputs[l]` encloses what layer l reads, shape (N, d_l); `output` encloses the outputs, shape
    (N, d_m): exactly where they are zero, with a certain sign where they are not and a float can
    hold them. `recomputed` numbers the inputs that were passed again exactly.
    """

    signs: tuple[Signs, ...]
    inputs: tuple[Ball, ...]
    output: Ball
    recomputed: Indices

    def take(self, rows: Indices) -> "FloatPass":
        """The pass of the inputs of these rows, perhaps repeated."""
        return FloatPass(
            tuple(signs[rows] for signs in self.signs),
            tuple(ball.take(rows) for ball in self.inputs),
            self.output.take(rows),
            np.flatnonzero(np.isin(rows, self.recomputed)),
        )


@final
@dataclass(frozen=True, slots=True, eq=False)
class Signatures:
    """The exact signs of all pre-activations of N inputs, and how many were recomputed exactly."""

    signs: tuple[Signs, ...]
    recomputed: int


def signatures(
    network: FloatNetwork, inputs: Array, *, memory: int = MEMORY, watch: Watch = UNWATCHED
) -> Signatures:
    """The sign -1, 0 or 1 of every hidden pre-activation: per hidden layer an array (N, d_l).

    `inputs` has shape (N, d_0), float64, of any library of the array API standard. Raises
    `InvalidInputError` for other inputs, and whatever `watch.check` raises.
    """
    exact = ExactNetwork(network)
    parts: list[tuple[Signs, ...]] = []
    recomputed = 0
    for rows in chunks(network, inputs, memory, watch):
        found = forward_pass(network, rows, exact, watch=watch)
        parts.append(found.signs)
        recomputed += len(found.recomputed)
    return Signatures(
        tuple(np.concatenate(layer) for layer in zip(*parts, strict=True)), recomputed
    )


def chunks(
    network: FloatNetwork, inputs: Array, memory: int = MEMORY, watch: Watch = UNWATCHED
) -> Iterator[Array]:
    """The inputs in pieces whose arrays take about `memory` bytes; asks the watch before each."""
    check_inputs(network, inputs)
    size = max(1, int(memory) // (8 * 32 * (sum(network.widths) + max(network.widths))))
    total = int(inputs.shape[0])
    for start in range(0, max(total, 1), size):  # no inputs are a chunk, too
        watch.check()
        watch.report(f"forward passes: {start} of {total}")
        yield inputs[start : min(start + size, total), ...]


def forward_pass(
    network: FloatNetwork,
    inputs: Array,
    exact: ExactNetwork | None = None,
    *,
    watch: Watch = UNWATCHED,
) -> FloatPass:
    """The forward pass of `inputs`, shape (N, d_0), all at once; see `FloatPass`."""
    check_inputs(network, inputs)
    passer = _Passer(network, inputs, exact or ExactNetwork(network), watch)
    below = Ball(inputs)
    read = [below]
    with quiet():
        for l in range(network.depth - 1):
            z = affine(network, l, below)
            below = passer.activate(l, z, below)
            read.append(below)
        output = passer.patched_output(affine(network, network.depth - 1, below), below)
    again = np.array(sorted(passer.passed), dtype=np.intp)
    return FloatPass(tuple(passer.signs), tuple(read), output, again)


def affine(network: FloatNetwork, l: int, below: Ball) -> Ball:
    """h W^T + b of layer `l`, one row per input."""
    z = below @ Ball(to_device(network.weights[l], below.middle)).T
    bias = network.biases[l]
    return z if bias is None else z + Ball(to_device(bias, below.middle)[None, :])


def slopes_at(network: FloatNetwork, signs: Signs, like: Array) -> Ball:
    """The slope on the side of each sign: 1 above zero, the negative slope below and at zero."""
    low, error = network.slope_ball
    middle = np.where(signs > 0, 1.0, low)
    radius = to_device(np.where(signs > 0, 0.0, error), like) if error else None
    return Ball(to_device(middle, like), radius)


class _Passer:
    """The signs of one pass, and the exact passes that it took."""

    def __init__(
        self, network: FloatNetwork, inputs: Array, exact: ExactNetwork, watch: Watch
    ) -> None:
        self.network, self.inputs, self.exact, self.watch = network, inputs, exact, watch
        self.signs: list[Signs] = []
        self.passed: dict[int, ExactPass] = {}
        self._host: Floats | None = None

    def activate(self, l: int, z: Ball, below: Ball) -> Ball:
        """sigma(z), once the signs of z are known."""
        above, under = z.positive(), z.negative()
        unsure = ~host(above | under)
        signs = host(above).astype(np.int8) - host(under).astype(np.int8)
        for i in self.passed:
            unsure[i] = True
        rows = np.flatnonzero(unsure.any(axis=1))
        if len(rows):
            unsure[rows] &= ~self._silent(l, below, rows)
            for i in rows[unsure[rows].any(axis=1)]:
                signs[i] = self._exactly(int(i)).signs[l]
        self.signs.append(signs)
        return self._sides(z, signs)

    def _sides(self, z: Ball, signs: Signs) -> Ball:
        """sigma(z) for these signs: exactly zero where the sign is."""
        xp, relu = namespace(z.middle), self.network.slope == 0
        above, zero = to_device(signs > 0, z.middle), to_device(signs == 0, z.middle)
        nothing = xp.zeros_like(z.middle)
        off = zero | ~above if relu else zero
        if relu:
            return Ball(xp.where(off, nothing, z.middle), xp.where(off, nothing, z.radii))
        leaky = z * slopes_at(self.network, signs, z.middle)
        middle = xp.where(above, z.middle, leaky.middle)
        radius = xp.where(above, z.radii, leaky.radii)
        return Ball(xp.where(off, nothing, middle), xp.where(off, nothing, radius))

    def _silent(self, l: int, below: Ball, rows: Indices) -> NDArray[np.bool_]:
        """Where the pre-activation is zero because every product in it is, shape (rows, d)."""
        live = nonzero(host(below.middle)[rows])
        if below.radius is not None:
            live |= host(below.radius)[rows] != 0
        present = nonzero(self.network.weights[l])
        count = live.astype(np.float64) @ present.T.astype(np.float64)
        bias = self.network.biases[l]
        result: NDArray[np.bool_] = count == 0
        return result if bias is None else result & ~nonzero(bias)

    def _exactly(self, i: int) -> ExactPass:
        if i not in self.passed:
            self.watch.check()
            if self._host is None:
                self._host = host(self.inputs)
            self.passed[i] = self.exact.forward(self._host[i])
        return self.passed[i]

    def patched_output(self, z: Ball, below: Ball) -> Ball:
        """The outputs, from an exact pass where there is one or the sign is not certain."""
        unsure = ~host(z.positive() | z.negative())
        rows = np.flatnonzero(unsure.any(axis=1))
        silent = np.zeros_like(unsure)
        if len(rows):
            silent[rows] = unsure[rows] & self._silent(self.network.depth - 1, below, rows)
        for i in np.flatnonzero((unsure & ~silent).any(axis=1)):
            self._exactly(int(i))
        if not self.passed and not len(rows):
            return z
        middle = np.where(silent, 0.0, host(z.middle))
        radius = np.where(silent, 0.0, host(z.radii))
        for example, found in self.passed.items():
            for r, value in enumerate(found.output):
                middle[example, r], radius[example, r] = nearest(value)
        return Ball(to_device(middle, z.middle), to_device(radius, z.middle))


def nearest(value: fmpq) -> tuple[float, float]:
    """A float and how far the number may lie from it."""
    try:
        middle = int(value.p) / int(value.q)
    except OverflowError:
        return sign(value) * np.inf, np.inf
    return middle, 0.0 if not sign(value) else 2 * UNIT * abs(middle) + TINY


def check_inputs(network: FloatNetwork, inputs: Array) -> None:
    """Raise `InvalidInputError` unless `inputs` is a finite float64 array of shape (N, d_0), and
    for what is no `FloatNetwork`."""
    if not isinstance(network, FloatNetwork):
        raise InvalidInputError(
            f"{shown(network)} is not a FloatNetwork; FloatNetwork.of(architecture, parameters) "
            "makes one",
            place="network",
        )
    xp: Any = namespace(inputs)
    if isinstance(inputs, np.ndarray) and type(inputs) is not np.ndarray:
        raise InvalidInputError(
            f"the inputs are a {type(inputs).__name__}, whose products and masks are its own; "
            "expected a plain array, as numpy.asarray makes it"
        )
    shape = tuple(inputs.shape)
    if inputs.dtype != xp.float64:
        raise InvalidInputError(
            f"the inputs are of type {inputs.dtype}; expected float64 (a conversion from float32 "
            "is exact)"
        )
    if len(shape) != 2 or shape[1] != network.widths[0]:
        raise InvalidInputError(
            f"the inputs have shape {shape}; expected (N, {network.widths[0]}), one row per example"
        )
    if not bool(xp.all(xp.isfinite(inputs))):
        raise InvalidInputError("an input has a number that is not finite")
