"""From the stages of a trained network to a network of class N and its point, exactly.

Class N has affine layers with one activation max(z,0) + slope*min(z,0) between any two of them and
none at the output (V §2), and a bias of its own for each unit (L eq. 1).  What is not of this form
is refused by name: to compose or to split layers would change the parameters, and with them the
problem.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq

from exactmargin.exact import Q
from exactmargin.formats.convolutions import unrolled
from exactmargin.formats.places import Place, inside
from exactmargin.formats.stages import Activation, Convolution, Dense, Flatten, Stage, View
from exactmargin.formats.tensors import Tensor
from exactmargin.networks import Architecture, Layer, Parameters

__all__ = ["Trained", "assembled", "exact_slope", "with_slope"]


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained network: its architecture and its point."""

    network: Architecture
    parameters: Parameters


def assembled(
    stages: Sequence[Stage],
    place: Place,
    *,
    input_shape: tuple[int, ...] | None = None,
    untie_biases: bool = False,
) -> Trained:
    """The network that the stages describe, every float as the rational that it is.

    `input_shape` is that of one example, needed where the first stage is a convolution.
    `untie_biases` gives each unit of a convolution a bias of its own with the filter's value.
    `place` is that of the whole file.  Raises `InvalidInputError` for what is not of class N.
    """
    if not any(isinstance(stage, (Dense, Convolution)) for stage in stages):
        raise place.error("has no layer with weights; expected at least one")
    builder = _Builder(input_shape, untie_biases)
    for stage in stages:
        builder.add(stage)
    slope = builder.slope()
    with inside(place):
        network = Architecture(tuple(builder.layers), slope)
    parameters = Parameters(tuple(builder.weights), tuple(builder.biases))
    parameters.check(network)
    return Trained(network, parameters)


class _Builder:
    """The layers so far, and the shape of one example behind them (None: not yet known)."""

    def __init__(self, shape: tuple[int, ...] | None, untie_biases: bool) -> None:
        self.shape = shape
        self.untie_biases = untie_biases
        self.layers: list[Layer] = []
        self.weights: list[tuple[fmpq, ...]] = []
        self.biases: list[tuple[fmpq, ...] | None] = []
        self.affine: list[Place] = []
        self.activations: list[Activation | None] = []
        """Behind each layer, the activation or None; the last is the output's."""

    def add(self, stage: Stage) -> None:
        """Put one stage behind the others."""
        match stage:
            case Dense():
                self._dense(stage)
            case Convolution():
                self._convolution(stage)
            case Activation():
                self._activation(stage)
            case Flatten():
                self.shape = None if self.shape is None else (math.prod(self.shape),)
            case View():
                self._view(stage)

    def slope(self) -> fmpq:
        """The one slope of all hidden layers; 1 where there is no activation at all."""
        last = self.activations[-1]
        if last is not None:
            raise last.place.error(
                "an activation behind the last layer; a network of class N has none at its output, "
                "so leave it out of the model"
            )
        between = self.activations[:-1]
        stated = [activation for activation in between if activation is not None]
        for upper, activation in zip(self.affine[1:], between, strict=True):
            if activation is None and stated:
                raise upper.error(
                    "no activation between this layer and the one below, but others have one; "
                    "all hidden layers have the same, so multiply the two layers out first"
                )
        for activation in stated:
            if activation.slope != stated[0].slope:
                raise activation.place.error(
                    f"negative slope {_short(activation.slope)}, but the first activation has "
                    f"{_short(stated[0].slope)}; all hidden layers have the same"
                )
        if not between:
            return fmpq(0)
        return stated[0].slope if stated else fmpq(1)

    def _dense(self, stage: Dense) -> None:
        weight = stage.weight
        if len(weight.shape) != 2 or 0 in weight.shape:
            raise weight.place.error(
                f"has shape {weight.shape}; expected a matrix with one row per unit"
            )
        rows, columns = weight.shape
        if self.shape is not None and len(self.shape) != 1:
            raise stage.place.error(
                f"a dense layer on tensors of shape {self.shape}; put a Flatten in front of it"
            )
        if self.shape is not None and self.shape[0] != columns:
            below = f"layer {len(self.layers)} has {self.shape[0]} units"
            if not self.layers:
                below = f"an input has {self.shape[0]} numbers"
            raise weight.place.error(
                f"has {columns} columns, but {below}; expected one row per unit and one column "
                "per number that comes in"
            )
        pattern = tuple(tuple(range(i * columns + 1, (i + 1) * columns + 1)) for i in range(rows))
        self._layer(stage, pattern, _bias(stage.bias, rows))
        self.shape = (rows,)

    def _convolution(self, stage: Convolution) -> None:
        if self.shape is None:
            raise stage.place.error(
                "a convolution on inputs of unknown shape; give it with --input-shape, such as "
                "1,28,28"
            )
        result = unrolled(stage, self.shape)
        bias = _bias(stage.bias, stage.weight.shape[0])
        if bias is not None:
            positions = math.prod(result.shape[1:])
            if positions > 1 and not self.untie_biases:
                raise stage.place.error(
                    "its biases are shared by the positions of a filter, which class N cannot say; "
                    "--untie-biases gives each unit its own (the same outputs, more parameters)"
                )
            bias = tuple(value for value in bias for _ in range(positions))
        self._layer(stage, result.pattern, bias)
        self.shape = result.shape

    def _layer(
        self,
        stage: Dense | Convolution,
        pattern: tuple[tuple[int, ...], ...],
        bias: tuple[fmpq, ...] | None,
    ) -> None:
        self.layers.append(Layer(pattern, bias is not None))
        self.weights.append(tuple(stage.weight.entries()))
        self.biases.append(bias)
        self.affine.append(stage.place)
        self.activations.append(None)

    def _activation(self, stage: Activation) -> None:
        if not self.layers:
            raise stage.place.error("an activation in front of the first layer; class N has none")
        if self.activations[-1] is not None:
            raise stage.place.error("two activations behind one layer; keep one of them")
        if not 0 <= stage.slope <= 1:
            raise stage.place.error(
                f"negative slope {_short(stage.slope)} is not in [0, 1]; expected 0 (ReLU), "
                "1 (linear) or a leaky slope between them"
            )
        self.activations[-1] = stage

    def _view(self, stage: View) -> None:
        if self.shape is None:
            raise stage.place.error(
                f"reshapes inputs of unknown shape to {stage.shape}; give theirs with --input-shape"
            )
        size, known = math.prod(self.shape), math.prod(n for n in stage.shape if n != -1)
        fits = size == known if -1 not in stage.shape else known > 0 and size % known == 0
        if stage.shape.count(-1) > 1 or not fits:
            raise stage.place.error(f"{self.shape} cannot be reshaped to {stage.shape}")
        self.shape = tuple(size // known if n == -1 else n for n in stage.shape)


def _bias(tensor: Tensor | None, rows: int) -> tuple[fmpq, ...] | None:
    if tensor is None:
        return None
    if tensor.shape != (rows,):
        raise tensor.place.error(f"has shape {tensor.shape}; expected {(rows,)}, one bias per unit")
    return tuple(tensor.entries())


def _short(value: fmpq) -> str:
    text = Q.format(value)
    return text if len(text) <= 12 else f"{int(value.p) / int(value.q):.9g}"


def exact_slope(given: object, place: Place) -> fmpq:
    """A slope from a caller, exactly: as Q takes it, as its text says, or as the float it is.

    Raises `InvalidInputError` for what is no number.
    """
    with inside(place):
        if isinstance(given, float) and math.isfinite(given):
            return fmpq(*given.as_integer_ratio())
        return Q.parse(given) if isinstance(given, str) else Q.coerce(given)


def with_slope(stages: Sequence[Stage], given: fmpq) -> list[Stage]:
    """The stages with `given` for the slope of every activation.

    A file states a slope as a float: `given` may be the number that was meant, such as 1/100,
    where that float is the one nearest to it.  Raises `InvalidInputError` for any other.
    """
    nearest = int(given.p) / int(given.q)
    floats = (fmpq(*value.as_integer_ratio()) for value in (nearest, float(np.float32(nearest))))
    allowed = {given, *floats}
    result: list[Stage] = []
    for stage in stages:
        if isinstance(stage, Activation):
            if stage.slope not in allowed:
                raise stage.place.error(
                    f"negative slope {_short(stage.slope)}, which --negative-slope "
                    f"{_short(given)} contradicts; leave it out, or give the number meant"
                )
            stage = Activation(stage.place, given)
        result.append(stage)
    return result
