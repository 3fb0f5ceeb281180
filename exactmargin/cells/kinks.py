"""The kinks of one function Φ_i at θ (V App. B; THEORY §3).

A zero hidden pre-activation is a *kink* unless it is *idle*: zero on a whole neighbourhood within
the cell at hand (an input of zeros; every source switched off). At an idle unit the slope does
not matter. Whether a unit is idle depends on the sides that were chosen at kinks below it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from flint import fmpq

from exactmargin.exact import Field, Number, sign
from exactmargin.networks import (
    Architecture,
    ForwardPass,
    Parameters,
    back_propagate,
    forward,
)

__all__ = ["Kinks", "Unit"]

Unit = tuple[int, int]
"""A hidden unit: (layer, unit), 0-based."""


@final
@dataclass(frozen=True, slots=True)
class Kinks:
    """Φ at one input and one point θ, the parameters of `free` being movable.

    `free` is a slice of the flat parameters: all of them, or the block of layer `first`.
    """

    field: Field
    network: Architecture
    parameters: Parameters
    x: tuple[Number, ...]
    free: slice
    first: int
    run: ForwardPass

    @classmethod
    def at(
        cls,
        field: Field,
        network: Architecture,
        parameters: Parameters,
        x: Sequence[Number],
        free: slice,
    ) -> "Kinks":
        """The kinks at θ for the input `x`; raises `InvalidInputError` for wrong shapes."""
        count = network.parameter_count
        blocks = [network.block_slice(n) for n in range(network.depth)]
        first = 0 if free == slice(0, count) else blocks.index(free)
        run = forward(network, parameters, x)
        return cls(field, network, parameters, tuple(x), free, first, run)

    @property
    def one_layer(self) -> bool:
        """Whether only one layer's block is movable (V Problem 4)."""
        return self.free != slice(0, self.network.parameter_count)

    def is_affine(self, unit: Unit) -> bool:
        """Whether the pre-activation is affine in the free parameters within a cell."""
        return unit[0] == self.first or self.one_layer

    def slopes(self, sides: Mapping[Unit, int]) -> tuple[list[list[fmpq]], Unit | None]:
        """The slopes of all hidden units on these sides, and the first kink without a side.

        From that kink on the slopes are zeros that mean nothing.
        """
        result = [[fmpq(0)] * width for width in self.network.hidden_widths]
        for unit, side in self._walk(sides, result):
            if side == 0:
                return result, unit
        return result, None

    def kinks(self) -> list[Unit]:
        """All kinks, for one hidden layer: there no kink depends on the sides of others."""
        result = [[fmpq(0)] * width for width in self.network.hidden_widths]
        return [unit for unit, side in self._walk({}, result) if side == 0]

    def _walk(
        self, sides: Mapping[Unit, int], result: list[list[fmpq]]
    ) -> Iterator[tuple[Unit, int]]:
        """Fill in the slopes unit by unit; yields each unit's side, 0 at a kink without one."""
        negative = self.network.negative_slope
        for n, row in enumerate(self.run.pre_activations[:-1]):
            for k, z in enumerate(row):
                side = sign(z)
                if side == 0 and n >= self.first and negative != 1:
                    if self._is_idle((n, k), result):
                        continue
                    side = sides.get((n, k), 0)
                    if side == 0:
                        yield (n, k), 0
                        continue
                result[n][k] = fmpq(1) if side > 0 else negative
                yield (n, k), side or -1

    def gradient(self, slopes: Sequence[Sequence[fmpq]], unit: Unit | None = None) -> list[Number]:
        """∂Φ (or ∂z of a hidden unit) in the free parameters, with these slopes."""
        inputs = (self.x, *self.run.activations)
        top = unit or (self.network.depth - 1, 0)
        flat = back_propagate(self.network, self.parameters, inputs, slopes, top)
        return list(flat[self.free])

    def _is_idle(self, unit: Unit, slopes: Sequence[Sequence[fmpq]]) -> bool:
        if self.is_affine(unit):
            return not any(map(sign, self.gradient(slopes, unit)))
        n, k = unit
        layer = self.network.layers[n]
        return not layer.bias and not any(slopes[n - 1][j] for j, _ in layer.entries[k])
