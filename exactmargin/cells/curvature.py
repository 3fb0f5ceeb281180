"""What multilinearity says of second derivatives (L Corollary 2).

On a cell the function is affine in each layer's parameters, the biases included, when the other
layers are fixed. So its gradient is affine in the parameters of one layer, and differences are
derivatives: H v = Σ_l (∇f(θ + v_l) - ∇f(θ)), where v_l is v with all other layers zero. Nothing is
expanded, and no second implementation of back-propagation is needed. For the same reason the
diagonal blocks of H are zero: H has trace 0, and if it is not zero it has both signs.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number, sign
from exactmargin.networks import Architecture, Parameters

__all__ = [
    "Gradient",
    "Matrix",
    "has_zero_diagonal",
    "hessian_rows",
    "hessian_times",
    "indefinite_directions",
]

Gradient: TypeAlias = Callable[[Parameters], Sequence[Number]]
"""The flat gradient at given parameters."""

Matrix: TypeAlias = tuple[tuple[Number, ...], ...]
"""A matrix by rows."""


def hessian_times(
    network: Architecture, gradient: Gradient, parameters: Parameters, direction: Sequence[Number]
) -> tuple[Number, ...]:
    """H v at θ for a flat vector v; raises `InvalidInputError` when its length is wrong."""
    flat = parameters.flat()
    if len(direction) != len(flat):
        raise InvalidInputError(
            f"the vector has length {len(direction)}; the network has parameter count {len(flat)}"
        )
    base = gradient(parameters)
    total = [value - value for value in base]
    for n in range(network.depth):
        block = network.block_slice(n)
        if not any(map(sign, direction[block])):
            continue
        moved = list(flat)
        for p in range(block.start, block.stop):
            moved[p] = flat[p] + direction[p]
        there = gradient(Parameters.from_flat(network, moved))
        total = [t + a - b for t, a, b in zip(total, there, base, strict=True)]
    return tuple(total)


def hessian_rows(
    network: Architecture, gradient: Gradient, parameters: Parameters, rows: slice
) -> Matrix:
    """The rows of H at θ that belong to these flat parameters."""
    flat = parameters.flat()
    base = gradient(parameters)
    result: list[tuple[Number, ...]] = []
    for p in range(rows.start, rows.stop):
        moved = Parameters.from_flat(network, [*flat[:p], flat[p] + 1, *flat[p + 1 :]])
        result.append(tuple(a - b for a, b in zip(gradient(moved), base, strict=True)))
    return tuple(result)


def has_zero_diagonal(hessian: Sequence[Sequence[Number]]) -> bool:
    """Whether every diagonal entry is exactly 0, and so the trace (L Corollary 2)."""
    return not any(sign(row[p]) for p, row in enumerate(hessian))


def indefinite_directions(
    hessian: Sequence[Sequence[Number]],
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """d+ and d- with d+ᵀH d+ > 0 > d-ᵀH d-, or None when H = 0 (L Corollary 2).

    H is symmetric with a zero diagonal: for its first non-zero entry H_ab they are e_a ± e_b, and
    the values ±2 H_ab. The entries are 0, 1 and -1. Raises `InvalidInputError` when H is not
    square or a diagonal entry is not 0.
    """
    size = len(hessian)
    if any(len(row) != size for row in hessian):
        raise InvalidInputError(f"a matrix with {size} rows has a row of another length")
    if not has_zero_diagonal(hessian):
        raise InvalidInputError(
            "a diagonal entry is not 0: this is no Hessian of a sum of multilinear forms"
        )
    for a, row in enumerate(hessian):
        for b in range(a + 1, size):
            if value := sign(row[b]):
                up = tuple(int(p == a) + value * int(p == b) for p in range(size))
                down = tuple(int(p == a) - value * int(p == b) for p in range(size))
                return up, down
    return None
