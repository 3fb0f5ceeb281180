"""The architecture of a network: its layers and its activation, without its parameters (V §2).

An `Architecture` says everything about a network that training does not change.  It also fixes
the one order in which all parameters are written as a flat vector (V §2, "the vector obtained by
concatenating"): layer by layer, the parameters of the layer in the order of their numbers, then
its biases row by row if it has any.  Layers and units are counted from 0 in Python; only files
and messages count layers from 1, as the papers do.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.exact.scalars import shown
from exactmargin.networks.layer import Layer

__all__ = ["Architecture", "RationalLike"]

RationalLike: TypeAlias = int | str | Fraction | fmpq
"""What a rational argument may be given as; Q coerces it."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network of class N, with optional biases (V §2; L eq. 1).

    `layers` run from the input to the output; the columns of each are the rows of the one below.
    `negative_slope` is the slope a of the activation max(z,0) + a*min(z,0) of every hidden unit,
    a rational in [0, 1]: 0 is ReLU, 1 is a linear network.  The output has no activation.  The
    slope may be given as anything that Q coerces (``0``, ``"1/10"``).

    Raises `InvalidInputError` when there is no layer, when widths do not chain, or when the slope
    lies outside [0, 1]; `FloatRefusedError` for a slope that is a float.
    """

    layers: tuple[Layer, ...]
    negative_slope: fmpq = fmpq(0)  # noqa: RUF009 - fmpq is immutable

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        if not self.layers:
            raise InvalidInputError("is empty; expected at least one layer", place="layers")
        for number, layer in enumerate(self.layers[1:], start=2):
            below = self.layers[number - 2]
            if layer.columns != below.rows:
                raise InvalidInputError(
                    f"has {layer.columns} columns, but the width of layer {number - 1} is "
                    f"{below.rows}; the two must be equal",
                    place=f"layers[{number - 1}].pattern",
                )
        object.__setattr__(self, "negative_slope", _checked_slope(self.negative_slope))

    @property
    def depth(self) -> int:
        """m, the number of layers with parameters."""
        return len(self.layers)

    @property
    def widths(self) -> tuple[int, ...]:
        """(d_0, ..., d_m): the input dimension, then the number of units of each layer."""
        return (self.input_dimension, *(layer.rows for layer in self.layers))

    @property
    def input_dimension(self) -> int:
        """d_0, the length of an input."""
        return self.layers[0].columns

    @property
    def output_dimension(self) -> int:
        """d_m, the number of outputs."""
        return self.layers[-1].rows

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """(d_1, ..., d_(m-1)): the number of hidden units, layer by layer."""
        return tuple(layer.rows for layer in self.layers[:-1])

    @property
    def parameter_counts(self) -> tuple[int, ...]:
        """The number of parameters of each layer, biases included: the lengths of the blocks."""
        return tuple(layer.block_length for layer in self.layers)

    @property
    def parameter_count(self) -> int:
        """The length of the flat parameter vector."""
        return sum(self.parameter_counts)

    @property
    def has_bias(self) -> bool:
        """Whether some layer has biases; without any, Φ is homogeneous of degree `depth`."""
        return any(layer.bias for layer in self.layers)

    @property
    def is_linear(self) -> bool:
        """Whether the slope is 1, so that the network computes an affine function."""
        return bool(self.negative_slope == 1)

    @property
    def is_no_share(self) -> bool:
        """Whether the network is in N_no-share: no layer has a shared weight (V §2)."""
        return not any(layer.is_shared for layer in self.layers)

    def is_shared(self, layer: int) -> bool:
        """Whether layer `layer` (0-based) has a shared weight.

        Raises `InvalidInputError` when there is no such layer.
        """
        return self.layers[self._checked_layer(layer)].is_shared

    def block_slice(self, layer: int) -> slice:
        """The place of the block of layer `layer` (0-based) in the flat parameter vector.

        The block is u^(l), then the layer's biases if any.  Raises `InvalidInputError` when
        there is no such layer.
        """
        self._checked_layer(layer)
        counts = self.parameter_counts
        start = sum(counts[:layer])
        return slice(start, start + counts[layer])

    def _checked_layer(self, layer: int) -> int:
        if not 0 <= layer < self.depth:
            raise InvalidInputError(
                f"there is no layer {layer}; the network has layers 0..{self.depth - 1}"
            )
        return layer


def _checked_slope(slope: object) -> fmpq:
    try:
        value = Q.coerce(slope)
    except InvalidInputError as error:
        raise type(error)(error.message, place="negative_slope") from None
    if not 0 <= value <= 1:
        raise InvalidInputError(
            f"{shown(value)} is not in [0, 1]; expected 0 (ReLU), 1 (linear) or a leaky "
            'slope between them such as "1/10"',
            place="negative_slope",
        )
    return value
