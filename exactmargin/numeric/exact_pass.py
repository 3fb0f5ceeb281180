"""The exact forward pass of a network of floats, in integers with one exponent per layer.

A float is an integer times a power of two, and so is every pre-activation: layer by layer integers
and one common exponent, a matrix product of FLINT. A slope p/q multiplies by p below zero and by q
above, and q is divided out at the end. Nothing is rounded.

Along a line θ + t d every pre-activation is, for all small t > 0, a polynomial in t: one such
vector of integers per power. Its sign is that of its lowest non-zero coefficient.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, final

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from exactmargin.numeric.arrays import Floats, Signs
from exactmargin.numeric.network import FloatNetwork

__all__ = ["Direction", "ExactNetwork", "ExactPass"]

Direction: TypeAlias = Sequence[tuple[int, Floats, Floats | None]]
"""Numbers, matrices and biases of the layers that move; a shared parameter moves everywhere."""

Scaled: TypeAlias = tuple[fmpz_mat, int]
"""An integer matrix times a power of two."""

Step: TypeAlias = tuple[Scaled, Scaled | None]
"""Of one layer, the matrix and the bias as a column; those of a point, or of a direction."""


@final
@dataclass(frozen=True, slots=True)
class ExactPass:
    """What one input makes of the network: the sign of every hidden unit and the outputs."""

    signs: tuple[Signs, ...]
    output: tuple[fmpq, ...]


@final
@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer: `read`, and its pre-activations, a column of integers per power of t, their sum
    times 2^exponent / scale; and their signs for all small t > 0."""

    read: list[fmpz_mat]
    powers: list[list[Any]]
    exponent: int
    scale: fmpz
    signs: Signs


@final
class ExactNetwork:
    """A `FloatNetwork` in integers, for exact forward passes of single inputs."""

    def __init__(self, network: FloatNetwork) -> None:
        self._network = network
        self._slope = fmpz(int(network.slope.p)), fmpz(int(network.slope.q))

    @cached_property
    def _layers(self) -> list[Step]:
        """Made when the first input needs them."""
        return [
            _step(W, b) for W, b in zip(self._network.weights, self._network.biases, strict=True)
        ]

    def forward(self, x: Floats) -> ExactPass:
        """The forward pass of `x`, shape (d_0,); its numbers are finite."""
        *hidden, last = self._passed(x, {})
        unit = fmpq(2) ** last.exponent / last.scale
        return ExactPass(tuple(z.signs for z in hidden), tuple(unit * v for v in last.powers[0]))

    def enter(self, x: Floats, direction: Direction) -> tuple[Signs, ...] | None:
        """The signs of all hidden units at θ + t d for all small t > 0, if Φ is smooth there.

        A unit that stays zero is *idle* if it is zero on a whole neighbourhood: the inputs of its
        layer, the first that moves, cancel for each of its parameters, or every unit that it reads
        is off. With a zero that is not idle the answer is None. Layers below the first that moves
        are as they are.
        """
        steps = {l: _step(W, b) for l, W, b in direction}
        first, signs = min(steps), []
        for l, z in enumerate(self._passed(x, steps)):
            if l == self._network.depth - 1:
                break
            signs.append(z.signs)
            still = np.flatnonzero(signs[-1] == 0)
            if l >= first and not all(self._is_idle(l, int(k), z, l == first) for k in still):
                return None
        return tuple(signs)

    def _is_idle(self, l: int, k: int, z: _Layer, first: bool) -> bool:
        """Of a unit that is zero all along the line."""
        if self._network.biases[l] is not None:
            return False
        row, read = self._network.pattern(l)[k], [column.entries() for column in z.read]
        if not first:
            return not any(entries[j] for entries in read for j in np.flatnonzero(row))
        sums = dict.fromkeys(row.tolist(), fmpz(0))
        for parameter, value in zip(row.tolist(), read[0], strict=True):
            sums[parameter] += value
        return not any(value for parameter, value in sums.items() if parameter)

    def _passed(self, x: Floats, steps: dict[int, Step]) -> Iterator[_Layer]:
        """All layers in turn, the last one too."""
        h, e = _column(x)
        below, above = self._slope
        read, scale = [h], fmpz(1)
        for l, (weights, bias) in enumerate(self._layers):
            terms = [[_times(weights, h, e)] for h in read]
            if bias is not None:
                terms[0].append((bias[0] * scale, bias[1]))
            if l in steps:
                moved, shift = steps[l]
                terms.append([])
                for term, h in zip(terms[1:], read, strict=True):
                    term.append(_times(moved, h, e))
                if shift is not None:
                    terms[1].append((shift[0] * scale, shift[1]))
            columns, e = _summed(terms)
            powers = [column.entries() for column in columns]
            signs = _signs(powers)
            yield _Layer(read, powers, e, scale, signs)
            factors = [above if s > 0 else below for s in signs.tolist()]
            read = [
                fmpz_mat(len(column), 1, [v * f for v, f in zip(column, factors, strict=True)])
                for column in powers
            ]
            scale *= above


def _signs(powers: list[list[Any]]) -> Signs:
    """Of the lowest coefficients that are not zero."""
    lowest = powers[0]
    for column in powers[1:]:
        lowest = [a or b for a, b in zip(lowest, column, strict=True)]
    return np.array([(v > 0) - (v < 0) for v in lowest], dtype=np.int8)


def _times(matrix: Scaled, h: fmpz_mat, e: int) -> Scaled:
    return matrix[0] * h, matrix[1] + e


def _summed(terms: list[list[Scaled]]) -> tuple[list[fmpz_mat], int]:
    """The sum of each list, all with one exponent."""
    common = min(e for term in terms for _, e in term)
    sums = []
    for (first, e), *rest in terms:
        total = _shifted(first, e - common)
        for matrix, exponent in rest:
            total += _shifted(matrix, exponent - common)
        sums.append(total)
    return sums, common


def _shifted(matrix: fmpz_mat, bits: int) -> fmpz_mat:
    return matrix * (fmpz(1) << bits) if bits else matrix


def _step(W: Floats, bias: Floats | None) -> Step:
    numbers, exponent = integers(W)
    matrix = fmpz_mat(W.shape[0], W.shape[1], numbers)
    return (matrix, exponent), None if bias is None else _column(bias)


def _column(values: Floats) -> Scaled:
    numbers, exponent = integers(values)
    return fmpz_mat(len(numbers), 1, numbers), exponent


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
