"""L Figure 2 (section 1): flat minima are optimal, sharp ones are not.

The figure is a drawing of what Theorems 2 and 3 say of fully connected leaky networks with generic
data, if the loss 0 can be reached.

Covered: such a network with both kinds of minima. Slope 1/2, two hidden units, the inputs 1 and -1
with the label 1 (weights 3/8), 0 with the label -1 (weight 1/4); the sample is generic. Where both
units are on at all inputs and their output weights are 0, c = 1, the loss is 1/2: a sharp local
minimum, not a global one. Where the units read x and -x the loss 0 is reached: a flat minimum.
"""

from exactmargin.registry import Part
from theorems.laurent2018 import theorem_2
from theorems.laurent2018._section_2 import (
    MIXED,
    OPTIMUM,
    ZERO_LOSS,
    better,
    flat,
    found,
    zero_loss,
)
from theorems.steps import part


def sharp() -> Part:
    """A sharp minimum is suboptimal."""
    steps = [
        found("The sample is generic", MIXED, "generic"),
        found("A sharp local minimum", MIXED, "sharp-minimum"),
        better("It is not optimal", MIXED, OPTIMUM.point().flat()),
    ]
    return part(MIXED.name, MIXED, steps, steps)


def optimal() -> Part:
    """A flat minimum is optimal."""
    steps = [
        flat("A flat local minimum", ZERO_LOSS, theorem_2.path(OPTIMUM)),
        zero_loss(r"$\mathcal{L}(\omega)=0$: it is optimal"),
    ]
    return part(OPTIMUM.name, OPTIMUM, steps, steps)


def prove() -> list[Part]:
    """Both kinds of minima."""
    return [sharp(), optimal()]
