"""What a network is: architecture, parameters, exact forward pass and gradient (V §2).

An `Architecture` is a tuple of layers, each a pattern of present, missing and shared weights, and
the slope of the hidden activation.  `Parameters` are numbers of one field in the architecture's
flat order.  `forward` and `gradient` are exact; nothing here ever rounds.
"""

from exactmargin.networks.architecture import Architecture, RationalLike
from exactmargin.networks.constructors import (
    convolutional,
    diagonal,
    disjoint_patches,
    from_pattern,
    fully_connected,
)
from exactmargin.networks.evaluation import ForwardPass, Slopes, forward, linear_forward
from exactmargin.networks.gradients import back_propagate, gradient
from exactmargin.networks.layer import Layer
from exactmargin.networks.parameters import Parameters
from exactmargin.networks.side_by_side import (
    coordinates_of_copy,
    copies,
    replicated,
    with_output,
)
from exactmargin.networks.sides import slopes_from_sides, zero_pre_activations

__all__ = [
    "Architecture",
    "ForwardPass",
    "Layer",
    "Parameters",
    "RationalLike",
    "Slopes",
    "back_propagate",
    "convolutional",
    "coordinates_of_copy",
    "copies",
    "diagonal",
    "disjoint_patches",
    "forward",
    "from_pattern",
    "fully_connected",
    "gradient",
    "linear_forward",
    "replicated",
    "slopes_from_sides",
    "with_output",
    "zero_pre_activations",
]
