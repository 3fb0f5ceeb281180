"""The penalty of L eq. 13: replicates of a network pay for the differences of their hidden layers.

R(h_1, ..., h_R) = R/(R-1) Σ_r |h_r - mean|² = 1/(R-1) Σ_(r<s) |h_r - h_s|², h_r the parameters of
all hidden layers of replicate r. Its gradient in h_r is 2/(R-1) Σ_s (h_r - h_s) (the proof of L
Theorem 7 prints it without the 2). If one replicate alone leaves equal ones, by δ, then R = |δ|².
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from flint import fmpq

from exactmargin.exact import Number, Polynomial
from exactmargin.networks import Architecture, coordinates_of_copy

__all__ = ["hidden_places", "spread", "spread_gradient", "spread_monomials"]

Value = TypeVar("Value", Number, Polynomial)


def hidden_places(network: Architecture) -> Iterator[tuple[int, ...]]:
    """For each parameter of the hidden layers of one copy its flat places in all copies.

    The network consists of copies side by side (`networks.copies`), which is not checked.
    """
    outputs = network.output_dimension
    size = network.block_slice(network.depth - 1).start // outputs
    hidden = (coordinates_of_copy(network, r)[:size] for r in range(outputs))
    yield from zip(*hidden, strict=True)


def spread(network: Architecture, theta: Sequence[Value], zero: Value) -> Value:
    """R(h_1, ..., h_R) at the flat parameters of the copies side by side; numbers or curves."""
    total, copies = zero, network.output_dimension
    for places in hidden_places(network):
        together = zero
        for p in places:
            together = together + theta[p]
            total = total + theta[p] * theta[p] * copies
        total = total - together * together
    return total * fmpq(1, copies - 1)


def spread_monomials(network: Architecture) -> dict[tuple[int, ...], fmpq]:
    """The coefficients of R by the flat places of the two parameters in each of its monomials."""
    copies, found = network.output_dimension, dict[tuple[int, ...], fmpq]()
    for places in hidden_places(network):
        found |= {pair: fmpq(-2, copies - 1) for pair in combinations(sorted(places), 2)}
        found |= {(p, p): fmpq(1) for p in places}
    return found


def spread_gradient(
    network: Architecture, theta: Sequence[Number], zero: Number
) -> tuple[Number, ...]:
    """The flat gradient of R at these parameters."""
    found = [zero] * network.parameter_count
    copies = network.output_dimension
    for places in hidden_places(network):
        total = sum((theta[p] for p in places), zero)
        for p in places:
            found[p] = (theta[p] * copies - total) * fmpq(2, copies - 1)
    return tuple(found)
