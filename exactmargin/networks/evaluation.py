"""The exact forward pass (V §2; L §2).

Theory of operation.  A forward pass records every pre-activation; its zeros are the kinks at which
θ lies on the boundary between cells.  On one cell every activation is multiplication by a fixed
slope, 1 or a, and Φ is a multilinear form: linear in each layer's block.  `forward` reads the
slopes off the signs; `linear_forward` is told the slopes, looks at no sign, and therefore works
over any commutative ring that contains the rationals.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number, dot, sign
from exactmargin.networks.architecture import Architecture
from exactmargin.networks.layer import Layer
from exactmargin.networks.parameters import Parameters

__all__ = ["ForwardPass", "Slopes", "forward", "linear_forward"]

Slopes = tuple[tuple[fmpq, ...], ...]
"""The slope of every hidden unit, layer by layer: what makes Φ a multilinear form."""


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """All that one input makes of a network: h_l and h'_l of V §2.

    `pre_activations` has one tuple per layer, the output layer included; `activations` one per
    hidden layer; `negative_slope` is the architecture's.
    """

    pre_activations: tuple[tuple[Number, ...], ...]
    activations: tuple[tuple[Number, ...], ...]
    negative_slope: fmpq

    @property
    def output(self) -> tuple[Number, ...]:
        """The outputs, one per row of the last layer."""
        return self.pre_activations[-1]


def forward(architecture: Architecture, parameters: Parameters, x: Sequence[Number]) -> ForwardPass:
    """The forward pass of one input `x` (V §2).

    Raises `InvalidInputError` when `x` does not have the network's input dimension, or when the
    parameters do not have its shape.
    """
    slope = architecture.negative_slope
    return _run(architecture, parameters, x, lambda _, zs: tuple(_activation(z, slope) for z in zs))


def linear_forward(
    architecture: Architecture, parameters: Parameters, x: Sequence[Number], slopes: Slopes
) -> ForwardPass:
    """The forward pass of the multilinear form that `slopes` define; no sign is looked at.

    Raises `InvalidInputError` for wrong shapes, those of the slopes included.
    """
    _check_slopes(architecture, slopes)
    return _run(
        architecture,
        parameters,
        x,
        lambda n, zs: tuple(a * z for a, z in zip(slopes[n], zs, strict=True)),
    )


def _check_slopes(architecture: Architecture, slopes: Slopes) -> None:
    """Raise `InvalidInputError` unless `slopes` has one number per hidden unit."""
    shape = tuple(len(row) for row in slopes)
    if shape != architecture.hidden_widths:
        raise InvalidInputError(
            f"the slopes have shape {shape}; the network has hidden widths "
            f"{architecture.hidden_widths}"
        )


def _activation(z: Number, slope: fmpq) -> Number:
    """σ(z) = max(z,0) + slope*min(z,0); a linear network needs no sign."""
    return z if slope == 1 or sign(z) >= 0 else slope * z


def _run(
    architecture: Architecture,
    parameters: Parameters,
    x: Sequence[Number],
    activate: Callable[[int, tuple[Number, ...]], tuple[Number, ...]],
) -> ForwardPass:
    parameters.check(architecture)
    if len(x) != architecture.input_dimension:
        raise InvalidInputError(
            f"the input has length {len(x)}; the network has input dimension "
            f"{architecture.input_dimension}"
        )
    below, zero = tuple(x), x[0] - x[0]
    pre_activations: list[tuple[Number, ...]] = []
    activations: list[tuple[Number, ...]] = []
    for n, layer in enumerate(architecture.layers):
        if n:
            below = activate(n - 1, pre_activations[-1])
            activations.append(below)
        pre_activations.append(
            _affine(layer, parameters.weights[n], parameters.biases[n], below, zero)
        )
    return ForwardPass(tuple(pre_activations), tuple(activations), architecture.negative_slope)


def _affine(
    layer: Layer,
    weights: tuple[Number, ...],
    bias: tuple[Number, ...] | None,
    below: tuple[Number, ...],
    zero: Number,
) -> tuple[Number, ...]:
    """W h + b, walking over the weights that exist."""
    return tuple(
        start + dot([weights[k] for _, k in row], [below[j] for j, _ in row])
        for row, start in zip(layer.entries, bias or (zero,) * layer.rows, strict=True)
    )
