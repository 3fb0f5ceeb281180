"""Polynomials of the pre-activations on one cell, and what vanishes there (THEORY §1, §2).

On a cell the slopes are constant, and each pre-activation and the output is a polynomial in θ:
sums over paths. An entry of a signature is a structural zero iff its polynomial is zero.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from flint import fmpq

from exactmargin.cells.signatures import Entry, Signature, SignatureMap
from exactmargin.exact import Number

__all__ = [
    "NO_PENALTY",
    "Expansion",
    "is_flat",
    "layer_polynomials",
    "vanishing_entries",
]

Expansion: TypeAlias = dict[tuple[int, ...], Number]
"""Coefficients by monomial: the flat numbers of its parameters; no coefficient is zero."""

NO_PENALTY: Mapping[tuple[int, ...], fmpq] = MappingProxyType({})
"""Nothing beside the terms of a loss."""


def vanishing_entries(signatures: SignatureMap, signature: Signature) -> frozenset[Entry]:
    """The hidden entries that vanish identically with the slopes of this signature."""
    return frozenset(
        (i, n, k)
        for i in range(len(signatures.inputs))
        for n, row in enumerate(_layers(signatures, signature, i)[:-1])
        for k, polynomial in enumerate(row)
        if not polynomial
    )


def layer_polynomials(
    signatures: SignatureMap, signature: Signature, layer: int
) -> tuple[Expansion, ...]:
    """The entries of one layer (0-based; the last one: of the loss), in the signature's order.

    Only the signs of the layers below it are read.
    """
    examples = range(len(signatures.inputs))
    rows = [_layers(signatures, signature, i, layer + 1)[layer] for i in examples]
    if layer == signatures.network.depth - 1 and signatures.labels is not None:
        for i, row in enumerate(rows):
            row[:] = _losses(signatures, i, row)
    return tuple(polynomial for row in rows for polynomial in row)


def loss_polynomial(
    signatures: SignatureMap, weights: tuple[fmpq, ...], signature: Signature
) -> Expansion:
    """The loss Σ_j w_j max(0, m_j) as a polynomial on a cell."""
    total: Expansion = {}
    last = signatures.network.depth - 1
    sides = dict(zip(signatures.entries, signature, strict=True))
    for i, weight in enumerate(weights):
        names = signatures.loss_factors(i)
        insides = _losses(signatures, i, _layers(signatures, signature, i)[-1])
        for r, inside in zip(names, insides, strict=True):
            if sides[i, last, r] > 0:
                _add(total, inside, weight)
    return total


def is_flat(
    signatures: SignatureMap,
    weights: tuple[fmpq, ...],
    signature: Signature,
    penalty: Mapping[tuple[int, ...], fmpq] = NO_PENALTY,
) -> bool:
    """Whether the hinge loss with the weights μ_i is constant on a cell (L §2.2).

    `penalty` is a polynomial that is added to it, by monomials (L eq. 13).
    """
    total = loss_polynomial(signatures, weights, signature)
    _add(total, dict(penalty), fmpq(1))
    return not any(total.keys() - {()})


def _losses(signatures: SignatureMap, example: int, outputs: list[Expansion]) -> list[Expansion]:
    """The insides of the terms of the loss at one example."""
    result = []
    for factors in signatures.loss_factors(example).values():
        inside: Expansion = {(): signatures.field.one}
        for r, c in factors.items():
            _add(inside, outputs[r], fmpq(c))
        result.append(inside)
    return result


def _layers(
    signatures: SignatureMap, signature: Signature, example: int, count: int | None = None
) -> list[list[Expansion]]:
    """The polynomials of one example's pre-activations, layer by layer, the first `count`."""
    network, sides = signatures.network, dict(zip(signatures.entries, signature, strict=True))
    below: list[Expansion] = [{(): x} if x else {} for x in signatures.inputs[example]]
    result: list[list[Expansion]] = []
    start = 0
    for n, layer in enumerate(network.layers[:count]):
        row: list[Expansion] = []
        for k, entries in enumerate(layer.entries):
            z: Expansion = {}
            for j, g in entries:
                shifted = {(*monomial, start + g): c for monomial, c in below[j].items()}
                _add(z, shifted, fmpq(1))
            if layer.bias:
                _add(z, {(start + layer.parameter_count + k,): signatures.field.one}, fmpq(1))
            row.append(z)
        result.append(row)
        start += layer.block_length
        if n < network.depth - 1:
            below = [_times(z, _slope(signatures, sides[example, n, k])) for k, z in enumerate(row)]
    return result


def _slope(signatures: SignatureMap, side: int) -> fmpq:
    return fmpq(1) if side > 0 else signatures.network.negative_slope


def _times(polynomial: Expansion, factor: fmpq) -> Expansion:
    return {monomial: factor * c for monomial, c in polynomial.items()} if factor else {}


def _add(total: Expansion, polynomial: Expansion, factor: fmpq) -> None:
    for monomial, c in polynomial.items():
        value = total.get(monomial, fmpq(0)) + factor * c
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
