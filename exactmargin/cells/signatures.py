"""The signature of a point θ of parameter space (L eq. 6; V without its last layer).

S(θ) lists, example by example, the signs of all hidden pre-activations, layer by layer and unit
by unit, and under a hinge loss the signs of its terms at the example (`losses`), the active entries
of L eq. 6 (the true class's own entry is always +1 and is left out).

A *cell* is a set S⁻¹(u) with inner points. L takes u without zeros; here an entry may be 0 where
it vanishes on the whole cell: an input of zeros without bias, a unit whose sources are all
switched off. Such an entry is a *structural zero*. For networks without them the two agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from exactmargin.cells.losses import BINARY, check_labels, loss_entries
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, sign
from exactmargin.exact.scalars import shown
from exactmargin.networks import Architecture, Parameters, forward

__all__ = ["Entry", "Signature", "SignatureMap", "check_signatures"]

Signature: TypeAlias = tuple[int, ...]
"""Signs -1, 0, +1 in the order of `SignatureMap.entries`."""

Entry: TypeAlias = tuple[int, int, int]
"""(example, layer, unit), 0-based; the loss entries of an example are (example, depth - 1, r), with
the output r that names the term (`losses`)."""


@final
@dataclass(frozen=True, slots=True)
class SignatureMap:
    """S: the map from parameters to signatures, for one network and N inputs.

    `labels` are N labels where a hinge loss of the kind `loss` has its entries, else None.  Inputs
    are numbers of `field`, N rows of the network's input dimension.  Raises `InvalidInputError`
    for other shapes, for other labels, and for the binary loss of a network with several outputs.
    """

    field: Field
    network: Architecture
    inputs: tuple[tuple[Number, ...], ...]
    labels: tuple[int, ...] | None = None
    loss: str = BINARY

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
        if len(self.labels) != len(self.inputs):
            raise InvalidInputError(
                f"{len(self.labels)} labels for {len(self.inputs)} inputs; expected one for each",
                place="labels",
            )
        check_labels(self.loss, self.labels, self.network.output_dimension)
        if (self.loss == BINARY) != (self.network.output_dimension == 1):
            raise InvalidInputError(
                f"the network has output dimension {self.network.output_dimension}; the binary "
                "hinge loss needs one output (L eq. 9), the losses of classes need more (L eq. 5)",
                place="labels",
            )

    @property
    def hidden_entries(self) -> tuple[Entry, ...]:
        """The entries of hidden units, in the order of the signature."""
        return tuple(e for e in self.entries if e[1] < self.network.depth - 1)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What each place of a signature stands for."""
        widths, last = self.network.hidden_widths, self.network.depth - 1
        return tuple(
            entry
            for i in range(len(self.inputs))
            for entry in (
                *((i, n, k) for n, width in enumerate(widths) for k in range(width)),
                *((i, last, r) for r in self.loss_factors(i)),
            )
        )

    def loss_factors(self, example: int) -> Mapping[int, Mapping[int, int]]:
        """The factors of the outputs in the loss entries of an example; none without a loss."""
        if self.labels is None:
            return {}
        return loss_entries(self.loss, self.labels[example], self.network.output_dimension)

    @property
    def loss_count(self) -> int:
        """The number of loss entries."""
        return sum(len(self.loss_factors(i)) for i in range(len(self.inputs)))

    def values(self, parameters: Parameters) -> tuple[Number, ...]:
        """The pre-activations, and the insides of the loss's terms, whose signs are the signature.

        Raises `InvalidInputError` where the parameters do not fit the network.
        """
        result: list[Number] = []
        for i, x in enumerate(self.inputs):
            run = forward(self.network, parameters, x)
            for row in run.pre_activations[:-1]:
                result.extend(row)
            for factors in self.loss_factors(i).values():
                inside = (run.output[r] * c for r, c in factors.items())
                result.append(sum(inside, self.field.one))
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
        loss = "loss" if self.loss == BINARY else "loss of class {}"
        return "; ".join(
            f"example {i + 1}, "
            + (
                loss.format(k)
                if self.labels is not None and n == last
                else f"layer {n + 1}, unit {k + 1}"
            )
            for i, n, k in entries
        )


def check_signatures(value: object) -> None:
    """Raise `InvalidInputError` for what is no `SignatureMap`, above all for a whole problem."""
    if not isinstance(value, SignatureMap):
        raise InvalidInputError(
            f"{shown(value)} is not a SignatureMap; a problem's is problem.signatures"
        )
