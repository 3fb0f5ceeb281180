"""What is discrete at a KKT point, and what the square systems for the rest have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, final

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

__all__ = ["Array", "Live", "Pattern", "System", "activation"]

Array: TypeAlias = NDArray[Any]
"""Floats, or balls as objects."""


@final
@dataclass(frozen=True, slots=True)
class Live:
    """A hidden unit that is not zero: its number, and the side of each example (0: on the kink).

    Units of several layers are numbered through. `sign` is s_k, of the output weight, with one
    hidden layer; 0 otherwise. `copies` are further units whose parameters are those of this one
    times a ratio.
    """

    unit: int
    sign: int
    sides: tuple[int, ...]
    copies: dict[int, fmpq] = field(default_factory=dict)

    @property
    def members(self) -> dict[int, fmpq]:
        """The unit and its copies, with their ratios."""
        return {self.unit: fmpq(1), **self.copies}


@final
@dataclass(frozen=True, slots=True)
class Pattern:
    """The active examples, and the live neurons; only active examples are on kinks."""

    active: tuple[int, ...]
    live: tuple[Live, ...]

    @property
    def kinks(self) -> list[tuple[int, int]]:
        """(position of the neuron in `live`, example)."""
        return [
            (n, i) for n, unit in enumerate(self.live) for i in self.active if not unit.sides[i]
        ]

    def key(self) -> object:
        """The same for equal patterns."""
        return self.active, tuple((n.unit, n.sides, tuple(n.copies)) for n in self.live)


class System(Protocol):
    """The KKT conditions of a pattern as equations F(u) = 0, as many as unknowns.

    Its arrays hold floats or balls; a ball of a result has the values at all points of the balls
    in u.
    """

    @property
    def pattern(self) -> Pattern:
        """The pattern."""

    @property
    def kinks(self) -> Sequence[tuple[int, int]]:
        """(position of the neuron in `live`, example), in the order of their unknowns."""

    @property
    def size(self) -> int:
        """The number of unknowns."""

    def values(self, u: Array) -> Array:
        """F(u)."""

    def derivatives(self, u: Array) -> Array:
        """The Jacobian of F."""

    def multipliers(self, u: Array) -> Array:
        """λ of the active examples."""

    def gaps(self, u: Array) -> list[tuple[Any, Any]]:
        """For each kink: both are positive where its slope is between its ends."""

    def sizes(self, u: Array) -> list[Any]:
        """For each live unit: positive where it is not zero."""

    def pre_activations(self, u: Array) -> list[Array]:
        """Of the live units, unit by unit, at all examples, up to positive factors."""

    def is_idle(self, n: int, i: int) -> bool:
        """Whether all that live unit n reads at active example i is 0, near the solution too."""

    def outputs(self, u: Array) -> Array:
        """Φ_i of all examples."""

    def convexity(self, u: Array) -> list[Any]:
        """For each kink: positive where the margin is convex across it, else negative."""

    def parameters(self, u: Array) -> Array:
        """All parameters of the network."""


def activation(z: Array, slope: Any) -> Array:
    """σ of floats; of balls, all its values."""
    if z.dtype != object:
        return np.where(z > 0, z, slope * z)
    found = np.empty(z.shape, dtype=object)
    for place, a in np.ndenumerate(z):
        found[place] = a if a > 0 else a * slope if a < 0 else a.union(a * slope)
    return found
