"""The margin y_iΦ_i as a function of one layer's block u, the other layers fixed (THEORY §6).

The pre-activations of the free layer are affine in u. Where the sides of the hidden units from
there on are known, all later ones are affine too, and so is the margin. A `Piece` holds what is
known of these sides on some region, and says for each unit, and for the margin, its affine
function there, or which units' sides are missing.

A missing side does not matter where nothing that counts reads the unit (weights zero or missing,
readers switched off), where the unit is *idle*: its affine function is zero, and where its pull
on the margin is negative (see `Piece`). Sides are asked for from below: only units that are
affine already are named as wanted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, final

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

    def at(self, u: Sequence[Number]) -> Number:
        """The value at u."""
        return self.constant + dot(self.gradient, u)

    def times(self, factor: int) -> "Affine":
        """This function, multiplied by a number."""
        return Affine(self.constant * factor, tuple(a * factor for a in self.gradient))


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
        return {unit: sign(z) for unit, z in self.run(u).items() if unit != self.output}

    def margin(self, u: Sequence[Number], sides: Mapping[Unit, int] | None = None) -> Number:
        """y_iΦ_i at u; with `sides`, σ is linear where one is given, whatever the sign."""
        return self.run(u, sides)[self.output] * self.label

    def derivative(self, signs: Mapping[Unit, int], d: Sequence[Number]) -> Number:
        """The one-sided derivative of the margin along d, at a point with these signs."""
        return self.run(d, signs, homogeneous=True)[self.output] * self.label

    def run(
        self,
        u: Sequence[Number],
        sides: Mapping[Unit, int] | None = None,
        homogeneous: bool = False,
    ) -> dict[Unit, Number]:
        """All pre-activations from the free layer on; `sides` as for `margin` (0: not given).

        Fixed biases are left out if `homogeneous`.
        """
        known = sides or {}
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
                    read = self.sources((n, k))
                    z = dot([w for _, w in read], [below[j] for j, _ in read])
                    z = z if homogeneous else z + self.bias((n, k))
                result[n, k] = z
                row.append(z if (known.get((n, k)) or sign(z)) >= 0 else a * z)
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
    """What is known of one example's sides on a region: +1 or -1 for some hidden units.

    Where no side is `wanted`, the margin is bounded from above by the affine functions
    `margin(slopes)`, one slope in [negative slope, 1] for each unit of `concave`; at each u one
    of these is the margin. Proof: replace σ(z) by ρz at one open unit after the other, from the
    top. What is above has slopes already, so the unit has a constant pull on the margin; this
    is not positive, so ρz ≤ σ(z) makes the bound larger, and for ρ on the side of z it is exact.
    """

    def __init__(self, layer: FreeLayer, sides: Mapping[Unit, int]) -> None:
        self.layer, self.sides = layer, dict(sides)
        self._seen: dict[Unit, tuple[list[Unit], Affine | None]] = {}

    def split(self, unit: Unit, side: int) -> "Piece":
        """The same with one more side."""
        piece = Piece(self.layer, {**self.sides, unit: side})
        # What is affine without the new side stays as it is.
        piece._seen = {key: pair for key, pair in self._seen.items() if pair[1] is not None}
        return piece

    def form(self, unit: Unit) -> Affine:
        """The affine function of a unit's pre-activation, all sides below it being known."""
        form = self._look(unit)[1]
        assert form is not None
        return form

    @property
    def wanted(self) -> tuple[Unit, ...]:
        """The units that must get a side before the margin has an affine upper bound."""
        return self._open[0]

    @property
    def concave(self) -> tuple[Unit, ...]:
        """The units without a side that need none, the higher layers first."""
        return self._open[1]

    def margin(self, slopes: Mapping[Unit, Number]) -> tuple[Affine, dict[Unit, Number]]:
        """An upper bound of the margin, by slopes at the concave units, and its derivatives by
        their activations (≤ 0); nothing must be wanted."""
        return self._affine(self.layer.output, slopes, self.layer.label)

    def pull(self, unit: Unit, slopes: Mapping[Unit, Number]) -> tuple[Affine, dict[Unit, Number]]:
        """The same of minus the pre-activation of a concave unit."""
        return self._affine(unit, slopes, -1)

    def bound(self, u: Sequence[Number]) -> Number:
        """The least of the upper bounds of the margin at u; nothing must be wanted."""
        return self.layer.margin(u, self.sides)

    def slopes_at(self, u: Sequence[Number]) -> dict[Unit, Number]:
        """The slopes at the concave units that give the least bound at u."""
        low, run = self.layer.network.negative_slope, self.layer.run(u, self.sides)
        return {unit: low if sign(run[unit]) < 0 else fmpq(1) for unit in self.concave}

    @cached_property
    def _open(self) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
        """(wanted, concave), by the interval of each unit's pull on the margin.

        None instead of an interval: the pull goes through a unit that lacks a side.
        """
        low, label = self.layer.network.negative_slope, self.layer.field.one * self.layer.label
        wanted: dict[Unit, None] = {}
        concave: list[Unit] = []
        live: dict[Unit, _Interval] = {self.layer.output: (label, label)}
        for _ in range(self.layer.output[0] - self.layer.first):
            read = self._read(live)
            live = {}
            for unit, pull in sorted(read.items()):
                slope = self._slope(unit)
                if slope is not None:
                    if slope:
                        live[unit] = pull and (pull[0] * slope, pull[1] * slope)
                    continue
                missing, form = self._look(unit)
                if form is not None and form.is_zero:
                    continue
                if pull is None:
                    live[unit] = None
                elif sign(pull[1]) > 0:
                    wanted |= dict.fromkeys(missing or [unit])
                    live[unit] = None
                elif sign(pull[0]) < 0:
                    concave.append(unit)
                    live[unit] = pull[0], pull[1] * low
        return tuple(wanted), tuple(concave)

    def _read(self, live: "Mapping[Unit, _Interval]") -> "dict[Unit, _Interval]":
        """The pulls on what the live units of one layer read."""
        zero = self.layer.field.zero
        read: dict[Unit, _Interval] = {}
        for unit, pull in live.items():
            for j, weight in self.layer.sources(unit):
                source = unit[0] - 1, j
                before = read.get(source, (zero, zero))
                if pull is None or before is None:
                    read[source] = None
                    continue
                ends = sorted((pull[0] * weight, pull[1] * weight))
                read[source] = before[0] + ends[0], before[1] + ends[1]
        return read

    def _look(self, unit: Unit) -> tuple[list[Unit], Affine | None]:
        """The units that must get a side before this one is affine, and its function if none."""
        if unit not in self._seen:
            missing = self._missing(unit)
            self._seen[unit] = missing, None if missing else self._affine(unit, {}, 1)[0]
        return self._seen[unit]

    def _missing(self, top: Unit) -> list[Unit]:
        missing: dict[Unit, None] = {}
        live = [top]
        for n in range(top[0] - 1, self.layer.first - 1, -1):
            read = sorted({j for unit in live for j, _ in self.layer.sources(unit)})
            live = []
            for unit in ((n, j) for j in read):
                slope = self._slope(unit)
                if slope is None:
                    wanted, form = self._look(unit)
                    if form is None or not form.is_zero:
                        missing |= dict.fromkeys(wanted or [unit])
                elif slope:
                    live.append(unit)
        return list(missing)

    def _slope(self, unit: Unit) -> fmpq | None:
        low = self.layer.network.negative_slope
        if low == 1 or self.sides.get(unit) == 1:
            return fmpq(1)
        return low if unit in self.sides else None

    def _affine(
        self, top: Unit, slopes: Mapping[Unit, Number], factor: int
    ) -> tuple[Affine, dict[Unit, Number]]:
        """factor·z_top and its derivatives by the activations of the units in `slopes`, by
        propagation from the top down; a unit without any slope is idle."""
        layer, constant = self.layer, self.layer.field.zero
        delta: dict[int, Number] = {top[1]: layer.field.one * factor}
        pulls: dict[Unit, Number] = {}
        for n in range(top[0], layer.first, -1):
            read: dict[int, Number] = {}
            for k, pull in delta.items():
                constant = constant + pull * layer.bias((n, k))
                for j, weight in layer.sources((n, k)):
                    read[j] = read.get(j, layer.field.zero) + pull * weight
            delta = {}
            for j, pull in read.items():
                unit = n - 1, j
                slope = slopes.get(unit)
                if slope is None:
                    slope = self._slope(unit)
                else:
                    pulls[unit] = pull
                if slope and pull:
                    delta[j] = pull * slope
        return Affine(constant, layer.gradient(delta)), pulls


_Interval: TypeAlias = tuple[Number, Number] | None
