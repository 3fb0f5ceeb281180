"""The signature of a point θ of parameter space (L eq. 6; V without its last layer).

S(θ) lists, example by example, the signs of all hidden pre-activations, layer by layer and unit
by unit, and under the hinge loss the sign of 1 - y_i Φ(θ; x_i), the active entry of L eq. 6 (the
true class's own entry is always +1 and is left out).

A *cell* is a set S⁻¹(u) with inner points. L takes u without zeros; here an entry may be 0 where
it vanishes on the whole cell: an input of zeros without bias, a unit whose sources are all
switched off. Such an entry is a *structural zero*. For networks without them the two agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, sign
from exactmargin.networks import Architecture, Parameters, forward

__all__ = ["Entry", "Signature", "SignatureMap"]

Signature: TypeAlias = tuple[int, ...]
"""Signs -1, 0, +1 in the order of `SignatureMap.entries`."""

Entry: TypeAlias = tuple[int, int, int]
"""(example, layer, unit), 0-based; the loss entry of an example is (example, depth - 1, 0)."""


@final
@dataclass(frozen=True, slots=True)
class SignatureMap:
    """S: the map from parameters to signatures, for one network and N inputs.

    `labels` are N numbers ±1 where the hinge loss has its entries (L eq. 9), else None.  Inputs
    are numbers of `field`, N rows of the network's input dimension.  Raises `InvalidInputError`
    for other shapes, for other labels, and for a loss of a network with several outputs.
    """

    field: Field
    network: Architecture
    inputs: tuple[tuple[Number, ...], ...]
    labels: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        coerce = self.field.coerce
        object.__setattr__(self, "inputs", tuple(tuple(map(coerce, x)) for x in self.inputs))
        for i, x in enumerate(self.inputs):
            if len(x) != self.network.input_dimension:
                raise InvalidInputError(
                    f"has length {len(x)}; the network has input dimension "
                    f"{self.network.input_dimension}",
                    place=f"inputs[{i}]",
                )
        if self.labels is None:
            return
        object.__setattr__(self, "labels", tuple(self.labels))
        if len(self.labels) != len(self.inputs) or set(self.labels) - {1, -1}:
            raise InvalidInputError(
                f"{len(self.labels)} labels for {len(self.inputs)} inputs; expected 1 or -1 for "
                "each input",
                place="labels",
            )
        if self.network.output_dimension != 1:
            raise InvalidInputError(
                f"the network has {self.network.output_dimension} outputs; the binary hinge loss "
                "needs one (L eq. 9)",
                place="labels",
            )

    @property
    def hidden_entries(self) -> tuple[Entry, ...]:
        """The entries of hidden units, in the order of the signature."""
        return tuple(e for e in self.entries if e[1] < self.network.depth - 1)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What each place of a signature stands for."""
        widths = self.network.hidden_widths + ((1,) if self.labels is not None else ())
        return tuple(
            (i, n, k)
            for i in range(len(self.inputs))
            for n, width in enumerate(widths)
            for k in range(width)
        )

    def values(self, parameters: Parameters) -> tuple[Number, ...]:
        """The pre-activations, and 1 - y_i Φ_i under the loss, whose signs are the signature.

        Raises `InvalidInputError` where the parameters do not fit the network.
        """
        result: list[Number] = []
        for i, x in enumerate(self.inputs):
            run = forward(self.network, parameters, x)
            for row in run.pre_activations[:-1]:
                result.extend(row)
            if self.labels is not None:
                result.append(1 - run.output[0] if self.labels[i] > 0 else 1 + run.output[0])
        return tuple(result)

    def __call__(self, parameters: Parameters) -> Signature:
        """S(θ); raises as `values` does."""
        return tuple(map(sign, self.values(parameters)))

    def first_layer_row(self, example: int, unit: int) -> tuple[Number, ...]:
        """The pre-activation of a first-layer unit as a linear form in the layer's block."""
        layer, x = self.network.layers[0], self.inputs[example]
        row = [self.field.zero] * layer.block_length
        for j, k in layer.entries[unit]:
            row[k] = row[k] + x[j]
        if layer.bias:
            row[layer.parameter_count + unit] = self.field.one
        return tuple(row)

    def describe(self, entries: Sequence[Entry]) -> str:
        """Entries in words, 1-based: ``"example 1, layer 1, unit 2"``, joined by semicolons."""
        last = self.network.depth - 1
        return "; ".join(
            f"example {i + 1}, "
            + ("loss" if self.labels is not None and n == last else f"layer {n + 1}, unit {k + 1}")
            for i, n, k in entries
        )
