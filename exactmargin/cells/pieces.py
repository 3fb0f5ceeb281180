"""The margin y_iΦ_i as a function of one layer's block u, the other layers fixed (THEORY §6).

The pre-activations of the free layer are affine in u. Where the sides of the hidden units from
there on are known, all later ones are affine too, and so is the margin. A `Piece` holds what is
known of these sides on some region, and says for each unit, and for the margin, its affine
function there, or which units' sides are missing.

A missing side does not matter where nothing that counts reads the unit (weights zero or missing,
readers switched off), and where the unit is *idle*: its affine function is zero. Sides are asked
for from below: only units that are affine already are named as missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

from flint import fmpq

from exactmargin.cells.kinks import Unit
from exactmargin.exact import Field, Number, dot, sign
from exactmargin.networks import Architecture, Parameters, forward

__all__ = ["Affine", "FreeLayer", "Piece"]


@final
@dataclass(frozen=True, slots=True)
class Affine:
    """The function u ↦ constant + <gradient, u> on the free block."""

    constant: Number
    gradient: tuple[Number, ...]

    @property
    def is_zero(self) -> bool:
        """Whether it is the function 0."""
        return not (self.constant or any(self.gradient))

    def times(self, factor: Number | int) -> "Affine":
        """This function, multiplied by a number."""
        return Affine(self.constant * factor, tuple(a * factor for a in self.gradient))

    def at(self, u: Sequence[Number]) -> Number:
        """The value at u."""
        return self.constant + dot(self.gradient, u)


@final
class FreeLayer:
    """One example's margin with one free layer, `first` (0-based); all others are fixed.

    Raises `InvalidInputError` where `x` or the parameters do not fit the network.
    """

    def __init__(
        self,
        field: Field,
        network: Architecture,
        parameters: Parameters,
        x: Sequence[Number],
        label: int,
        first: int,
    ) -> None:
        self.field, self.network, self.parameters, self.first = field, network, parameters, first
        self.label = label
        self.output: Unit = (network.depth - 1, 0)
        run = forward(network, parameters, x)
        self.inputs: Sequence[Number] = run.activations[first - 1] if first else x
        self._free = network.layers[first]

    def sources(self, unit: Unit) -> list[tuple[int, Number]]:
        """The units of the layer below that the unit reads, with the weights, none of them zero."""
        n, k = unit
        weights = self.parameters.weights[n]
        return [(j, weights[p]) for j, p in self.network.layers[n].entries[k] if weights[p]]

    def bias(self, unit: Unit) -> Number:
        """The fixed bias of a unit above the free layer."""
        biases = self.parameters.biases[unit[0]]
        return self.field.zero if biases is None else biases[unit[1]]

    def signs(self, u: Sequence[Number]) -> dict[Unit, int]:
        """The signs of all hidden pre-activations at u, from the free layer on."""
        return {unit: sign(z) for unit, z in self._run(u).items() if unit != self.output}

    def margin(self, u: Sequence[Number]) -> Number:
        """y_iΦ_i at u."""
        return self._run(u)[self.output] * self.label

    def derivative(self, signs: Mapping[Unit, int], d: Sequence[Number]) -> Number:
        """The one-sided derivative of the margin along d, at a point with these signs."""
        return self._run(d, signs)[self.output] * self.label

    def _run(
        self, u: Sequence[Number], signs: Mapping[Unit, int] | None = None
    ) -> dict[Unit, Number]:
        """All pre-activations at u; with `signs`, all their derivatives along u."""
        layer, a = self._free, self.network.negative_slope
        result: dict[Unit, Number] = {}
        below: list[Number] = []
        for n in range(self.first, self.network.depth):
            row: list[Number] = []
            for k in range(self.network.layers[n].rows):
                if n == self.first:
                    entries = layer.entries[k]
                    z = dot([u[p] for _, p in entries], [self.inputs[j] for j, _ in entries])
                    z = z + u[layer.parameter_count + k] if layer.bias else z
                else:
                    read = [(w, below[j]) for j, w in self.sources((n, k))]
                    z = dot([w for w, _ in read], [h for _, h in read])
                    z = z + self.bias((n, k)) if signs is None else z
                result[n, k] = z
                side = (signs or {}).get((n, k)) or sign(z)
                row.append(z if side >= 0 else a * z)
            below = row
        return result

    def gradient(self, delta: Mapping[int, Number]) -> tuple[Number, ...]:
        """Σ_k delta_k ∂z_k/∂u over units k of the free layer."""
        layer = self._free
        block = [self.field.zero] * layer.block_length
        for k, factor in delta.items():
            for j, p in layer.entries[k]:
                block[p] = block[p] + factor * self.inputs[j]
            if layer.bias:
                block[layer.parameter_count + k] = factor
        return tuple(block)


@final
class Piece:
    """What is known of one example's sides on a region: +1 or -1 for some hidden units."""

    def __init__(self, layer: FreeLayer, sides: Mapping[Unit, int]) -> None:
        self.layer, self.sides = layer, dict(sides)
        self._seen: dict[Unit, tuple[list[Unit], Affine | None]] = {}

    def split(self, unit: Unit, side: int) -> "Piece":
        """The same with one more side."""
        piece = Piece(self.layer, {**self.sides, unit: side})
        # What is affine without the new side stays as it is.
        piece._seen = {key: pair for key, pair in self._seen.items() if pair[1] is not None}
        return piece

    def missing(self, unit: Unit) -> list[Unit]:
        """The units that must get a side, now, before the unit's function is affine."""
        return self._look(unit)[0]

    def form(self, unit: Unit) -> Affine:
        """The affine function of a unit's pre-activation; nothing must be missing."""
        form = self._look(unit)[1]
        assert form is not None
        return form

    @cached_property
    def wanted(self) -> tuple[Unit, ...]:
        """The units that must get a side, now, before the margin has an affine upper bound."""
        missing, open_ = self._open
        concave = {unit for unit, _ in self.concave}
        return (*missing, *(unit for unit in open_ if unit not in concave))

    @cached_property
    def concave(self) -> tuple[tuple[Unit, Affine], ...]:
        """Units of the last hidden layer that need no side, each with y·w·(its function).

        Their weight in the margin, y·w, is negative: y·w·σ(z) ≤ y·w·ρz for every ρ in [slope, 1].
        """
        last = self.layer.output[0] - 1
        weights = dict(self.layer.sources(self.layer.output))
        pulls = {(last, j): w * self.layer.label for j, w in weights.items()}
        found = [unit for unit in self._open[1] if sign(pulls.get(unit, 0)) < 0]
        return tuple((unit, self.form(unit).times(pulls[unit])) for unit in found)

    def margin(self, slopes: Mapping[Unit, Number]) -> Affine:
        """The affine function that bounds the margin from above, with these slopes at the concave
        units; nothing must be wanted."""
        return self._affine(self.layer.output, slopes).times(self.layer.label)

    @cached_property
    def _open(self) -> tuple[list[Unit], list[Unit]]:
        return self._live(self.layer.output)

    def _look(self, unit: Unit) -> tuple[list[Unit], Affine | None]:
        if unit not in self._seen:
            missing, open_ = self._live(unit)
            wanted = [*missing, *open_]
            self._seen[unit] = wanted, None if wanted else self._affine(unit, {})
        return self._seen[unit]

    def _live(self, top: Unit) -> tuple[list[Unit], list[Unit]]:
        """Of the units without side that `top` depends on: the sides missing below them, and
        those among them that are affine."""
        missing: dict[Unit, None] = {}
        open_: list[Unit] = []
        live = [top]
        for n in range(top[0] - 1, self.layer.first - 1, -1):
            read = sorted({j for unit in live for j, _ in self.layer.sources(unit)})
            live = []
            for unit in ((n, j) for j in read):
                slope = self._slope(unit)
                if slope is None:
                    wanted = self.missing(unit)
                    missing |= dict.fromkeys(wanted)
                    if not wanted and not self.form(unit).is_zero:
                        open_.append(unit)
                elif slope:
                    live.append(unit)
        return list(missing), open_

    def _slope(self, unit: Unit) -> fmpq | None:
        low = self.layer.network.negative_slope
        if low == 1 or self.sides.get(unit) == 1:
            return fmpq(1)
        return low if unit in self.sides else None

    def _affine(self, top: Unit, slopes: Mapping[Unit, Number]) -> Affine:
        """By propagation from `top` down; a unit without any slope is idle."""
        layer, constant = self.layer, self.layer.field.zero
        delta: dict[int, Number] = {top[1]: layer.field.one}
        for n in range(top[0], layer.first, -1):
            below: dict[int, Number] = {}
            for k, factor in delta.items():
                constant = constant + factor * layer.bias((n, k))
                for j, weight in layer.sources((n, k)):
                    slope = slopes.get((n - 1, j), self._slope((n - 1, j)))
                    if slope:
                        below[j] = below.get(j, layer.field.zero) + factor * weight * slope
            delta = below
        return Affine(constant, layer.gradient(delta))
