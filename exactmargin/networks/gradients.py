"""The exact gradient of one output, by back-propagation (V App. B; L §2).

A gradient is taken *for chosen slopes*: away from kinks the signs of the pre-activations choose
them, at a kink the caller does, by naming the side (+1 or -1) from which the cell is approached
(`slopes_from_sides`).  `gradient` itself never looks at a sign: it differentiates the multilinear
form that the slopes define.
"""

from collections.abc import Sequence

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number
from exactmargin.networks.architecture import Architecture
from exactmargin.networks.evaluation import Slopes, linear_forward
from exactmargin.networks.layer import Layer
from exactmargin.networks.parameters import Parameters

__all__ = ["gradient"]


def gradient(
    architecture: Architecture,
    parameters: Parameters,
    x: Sequence[Number],
    slopes: Slopes,
    output: int = 0,
) -> tuple[Number, ...]:
    """The flat gradient of output number `output` of the form that `slopes` define, at θ.

    Where no pre-activation is zero, with the slopes of the forward pass it is ∂Φ/∂θ (V App. B);
    at a kink, with the slopes of one adjacent cell, it is the limit of ∂Φ/∂θ from that cell.
    Raises `InvalidInputError` for wrong shapes and for an output that does not exist.
    """
    if not 0 <= output < architecture.output_dimension:
        raise InvalidInputError(
            f"there is no output {output}; the network has outputs "
            f"0..{architecture.output_dimension - 1}"
        )
    run = linear_forward(architecture, parameters, x, slopes)
    zero = x[0] - x[0]
    inputs = (tuple(x), *run.activations)
    delta: list[Number] = [zero] * architecture.output_dimension
    delta[output] = zero + 1
    blocks: list[list[Number]] = []
    for n in range(architecture.depth - 1, -1, -1):
        layer = architecture.layers[n]
        block = _layer_gradient(layer, inputs[n], delta, zero)
        blocks.append(block + delta if layer.bias else block)
        if n:
            delta = _pull_back(layer, parameters.weights[n], delta, slopes[n - 1], zero)
    return tuple(number for block in reversed(blocks) for number in block)


def _layer_gradient(
    layer: Layer, inputs: Sequence[Number], delta: Sequence[Number], zero: Number
) -> list[Number]:
    """∂/∂u_k = Σ over the places (i, j) of parameter k of delta_i h_j."""
    block: list[Number] = [zero] * layer.parameter_count
    for row, d in zip(layer.entries, delta, strict=True):
        for j, k in row:
            block[k] = block[k] + d * inputs[j]
    return block


def _pull_back(
    layer: Layer,
    weights: tuple[Number, ...],
    delta: Sequence[Number],
    slopes: tuple[fmpq, ...],
    zero: Number,
) -> list[Number]:
    """Λ Wᵀ delta: the derivatives with respect to the pre-activations of the layer below."""
    below: list[Number] = [zero] * layer.columns
    for row, d in zip(layer.entries, delta, strict=True):
        for j, k in row:
            below[j] = below[j] + weights[k] * d
    return [a * value for a, value in zip(slopes, below, strict=True)]
