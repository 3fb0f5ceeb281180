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

__all__ = ["back_propagate", "gradient"]


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
    inputs = (tuple(x), *run.activations)
    return back_propagate(
        architecture, parameters, inputs, slopes, (architecture.depth - 1, output)
    )


def back_propagate(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Sequence[Sequence[Number]],
    slopes: Sequence[Sequence[fmpq]],
    unit: tuple[int, int],
) -> tuple[Number, ...]:
    """The flat gradient of the pre-activation of `unit` = (layer, row), both 0-based.

    `inputs[n]` is what layer n reads (x, then the activations h'), as a forward pass gives it;
    `slopes` belong to the hidden units below `unit`. No shape is checked: this is the inner
    loop of everything that walks over cells.
    """
    top, row = unit
    zero = inputs[0][0] - inputs[0][0]
    delta: list[Number] = [zero] * architecture.layers[top].rows
    delta[row] = zero + 1
    after = sum(architecture.parameter_counts[top + 1 :])
    blocks: list[list[Number]] = [[zero] * after]
    for n in range(top, -1, -1):
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
        for j, k in row if d else ():
            block[k] = block[k] + d * inputs[j]
    return block


def _pull_back(
    layer: Layer,
    weights: tuple[Number, ...],
    delta: Sequence[Number],
    slopes: Sequence[fmpq],
    zero: Number,
) -> list[Number]:
    """Λ Wᵀ delta: the derivatives with respect to the pre-activations of the layer below."""
    below: list[Number] = [zero] * layer.columns
    for row, d in zip(layer.entries, delta, strict=True):
        for j, k in row if d else ():
            below[j] = below[j] + weights[k] * d
    return [a * value for a, value in zip(slopes, below, strict=True)]
