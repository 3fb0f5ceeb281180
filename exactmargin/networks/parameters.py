"""The parameters θ = [u^(1), ..., u^(m)] of a network, over one field (V §2).

A `Parameters` holds numbers and knows no architecture; the functions that need both take both,
and `Parameters.over` and `Parameters.check` compare their shapes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, check_field
from exactmargin.exact.scalars import shown
from exactmargin.networks.architecture import Architecture

__all__ = ["Parameters"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The weights u^(l) of each layer in the order of their numbers, and its biases or None.

    `weights` has one tuple per layer, `biases` one tuple or None per layer.  The constructor
    takes exact numbers as they are; `Parameters.over` coerces and validates.
    """

    weights: tuple[tuple[Number, ...], ...]
    biases: tuple[tuple[Number, ...] | None, ...]

    @classmethod
    def over(
        cls,
        field: Field,
        architecture: Architecture,
        weights: Sequence[Sequence[object]],
        biases: Sequence[Sequence[object] | None] | None = None,
    ) -> "Parameters":
        """The parameters with every number coerced into `field`, of the shape of `architecture`.

        `biases` None stands for no biases at all.  Raises `InvalidInputError` for a wrong shape
        or a number that the field does not take, `FloatRefusedError` for a float; the error has
        the place, ``weights[0][2]``.
        """
        check_field(field)
        parameters = cls(
            tuple(_block(field, block, f"weights[{n}]") for n, block in enumerate(weights)),
            (None,) * architecture.depth
            if biases is None
            else tuple(
                None if block is None else _block(field, block, f"biases[{n}]")
                for n, block in enumerate(biases)
            ),
        )
        parameters.check(architecture)
        return parameters

    @classmethod
    def from_flat(cls, architecture: Architecture, values: Iterable[Number]) -> "Parameters":
        """The inverse of `flat`: the parameters of `architecture` with these coordinates.

        Raises `InvalidInputError` when the number of values is not the number of parameters.
        """
        numbers = tuple(values)
        if len(numbers) != architecture.parameter_count:
            raise InvalidInputError(
                f"the flat vector has length {len(numbers)}; the network has parameter count "
                f"{architecture.parameter_count}"
            )
        weights: list[tuple[Number, ...]] = []
        biases: list[tuple[Number, ...] | None] = []
        start = 0
        for layer in architecture.layers:
            middle = start + layer.parameter_count
            end = middle + layer.bias_count
            weights.append(numbers[start:middle])
            biases.append(numbers[middle:end] if layer.bias else None)
            start = end
        return cls(tuple(weights), tuple(biases))

    @classmethod
    def zeros(cls, architecture: Architecture, field: Field) -> "Parameters":
        """All parameters zero."""
        return cls.from_flat(architecture, (field.zero,) * architecture.parameter_count)

    def flat(self) -> tuple[Number, ...]:
        """θ as one vector: layer by layer u^(l), then the biases of that layer if any (V §2)."""
        return tuple(
            number
            for block, bias in zip(self.weights, self.biases, strict=True)
            for number in (*block, *(bias or ()))
        )

    def block_slice(self, layer: int) -> slice:
        """The place of the block of layer `layer` (0-based) in `flat`, as the architecture's.

        Raises `InvalidInputError` when there is no such layer.
        """
        lengths = [len(u) + len(b or ()) for u, b in zip(self.weights, self.biases, strict=True)]
        if not 0 <= layer < len(lengths):
            raise InvalidInputError(
                f"there is no layer {layer}; the network has layers 0..{len(lengths) - 1}"
            )
        start = sum(lengths[:layer])
        return slice(start, start + lengths[layer])

    def check(self, architecture: Architecture) -> None:
        """Raise `InvalidInputError` unless the shape is that of `architecture`."""
        for name, blocks in (("weights", self.weights), ("biases", self.biases)):
            if len(blocks) != architecture.depth:
                raise InvalidInputError(
                    f"has length {len(blocks)}; the network has depth {architecture.depth}",
                    place=name,
                )
        for n, layer in enumerate(architecture.layers):
            if len(self.weights[n]) != layer.parameter_count:
                raise InvalidInputError(
                    f"has {_count(len(self.weights[n]), 'number')}; layer {n + 1} has "
                    f"{_count(layer.parameter_count, 'parameter')} ({layer.description})",
                    place=f"weights[{n}]",
                )
            _check_bias(self.biases[n], layer.bias_count, n)


def _check_bias(bias: tuple[Number, ...] | None, expected: int, n: int) -> None:
    place = f"biases[{n}]"
    if bias is None:
        if expected:
            raise InvalidInputError(
                f"is missing; layer {n + 1} has biases, one for each unit ({expected})",
                place=place,
            )
    elif not expected:
        raise InvalidInputError(
            f"has {_count(len(bias), 'number')}; layer {n + 1} has no biases (expected None, "
            "in a file null)",
            place=place,
        )
    elif len(bias) != expected:
        raise InvalidInputError(
            f"has {_count(len(bias), 'number')}; layer {n + 1} has one bias for each unit "
            f"({expected})",
            place=place,
        )


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def _block(field: Field, block: Sequence[object], place: str) -> tuple[Number, ...]:
    numbers: list[Number] = []
    for k, value in enumerate(block):
        if isinstance(value, list | tuple):  # a matrix, as other libraries have it
            raise InvalidInputError(
                f"{shown(value)} is no number; expected the parameters of the layer in one list, "
                "in the order of their numbers",
                place=f"{place}[{k}]",
            )
        try:
            numbers.append(field.coerce(value))
        except InvalidInputError as error:
            raise type(error)(error.message, place=f"{place}[{k}]") from None
    return tuple(numbers)
