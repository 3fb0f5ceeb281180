"""The exact forward pass of a network of floats, in integers with one exponent per layer.

A float is an integer times a power of two, and so is every pre-activation: layer by layer integers
and one common exponent, a matrix product of FLINT. A slope p/q multiplies by p below zero and by q
above, and q is divided out at the end. Nothing is rounded.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from exactmargin.numeric.arrays import Floats, Signs
from exactmargin.numeric.network import FloatNetwork

__all__ = ["ExactNetwork", "ExactPass"]


@final
@dataclass(frozen=True, slots=True)
class ExactPass:
    """What one input makes of the network: the sign of every hidden unit and the outputs."""

    signs: tuple[Signs, ...]
    output: tuple[fmpq, ...]


@final
class ExactNetwork:
    """A `FloatNetwork` in integers, for exact forward passes of single inputs."""

    def __init__(self, network: FloatNetwork) -> None:
        self._network = network
        self._slope = fmpz(int(network.slope.p)), fmpz(int(network.slope.q))

    @cached_property
    def _layers(self) -> list[tuple[fmpz_mat, int, tuple[list[int], int] | None]]:
        """Matrix, exponent and bias of each layer; made when the first input needs them."""
        layers = []
        for W, b in zip(self._network.weights, self._network.biases, strict=True):
            numbers, exponent = integers(W)
            matrix = fmpz_mat(W.shape[0], W.shape[1], numbers)
            layers.append((matrix, exponent, None if b is None else integers(b)))
        return layers

    def forward(self, x: Floats) -> ExactPass:
        """The forward pass of `x`, shape (d_0,); its numbers are finite."""
        numbers, e = integers(x)
        h = fmpz_mat(len(numbers), 1, numbers)
        below, above = self._slope
        scale, signs = fmpz(1), []  # z = numbers * 2^e / scale
        for l, (W, exponent, bias) in enumerate(self._layers):
            z, e = W * h, e + exponent
            if bias is not None:
                z, e = _plus(z, e, *bias, scale)
            if l == len(self._layers) - 1:
                break
            entries: list[Any] = z.entries()
            signs.append(np.array([(v > 0) - (v < 0) for v in entries], dtype=np.int8))
            h = fmpz_mat(len(entries), 1, [v * (above if v > 0 else below) for v in entries])
            scale *= above
        unit = fmpq(2) ** e / scale
        return ExactPass(tuple(signs), tuple(unit * v for v in z.entries()))


def _plus(z: fmpz_mat, e: int, bias: list[int], exponent: int, scale: fmpz) -> tuple[fmpz_mat, int]:
    """z 2^e / scale + bias 2^exponent, with its exponent, over the same scale."""
    common = min(e, exponent)
    up, factor = fmpz(1) << (e - common), scale << (exponent - common)
    return z * up + fmpz_mat(len(bias), 1, [factor * b for b in bias]), common


def integers(values: Floats) -> tuple[list[int], int]:
    """Integers n and e with values = n 2^e, flat; read off the bits, so that nothing rounds."""
    bits = np.ascontiguousarray(values).reshape(-1).view(np.int64)
    field = (bits >> 52) & 0x7FF
    mantissa = bits & ((1 << 52) - 1)
    mantissa = np.where(field > 0, mantissa | (1 << 52), mantissa)
    exponent = np.maximum(field, 1) - 1075
    some = mantissa != 0
    if not np.any(some):
        return [0] * len(bits), 0
    trailing = np.zeros_like(mantissa)
    lowest = mantissa[some] & -mantissa[some]
    trailing[some] = np.bitwise_count(lowest - 1)
    e = int(np.min((exponent + trailing)[some]))
    odd = np.where(bits < 0, -1, 1) * (mantissa >> trailing)
    shift = np.where(some, exponent + trailing - e, 0)
    return [n << s for n, s in zip(odd.tolist(), shift.tolist(), strict=True)], e
