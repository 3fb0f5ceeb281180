"""L Figure 1 (section 1): cells, flat and sharp minima of a loss surface.

The figure is a drawing: a plane cut into four open cells and a closed set of boundaries, with flat
minima in the cell Ω_1 and sharp ones, of non-zero loss, between Ω_3 and Ω_4.

Covered: a network with the two parameters (w, v) that has such a loss. ReLU, the input 1 with the
labels 1 (weight 2/3) and -1 (weight 1/3): L = 2/3 σ(1 - vσ(w)) + 1/3 σ(1 + vσ(w)). The cells are
w < 0, which is Ω_1, and for w > 0 vw < -1, -1 < vw < 1 and vw > 1: exactly four. L is 1 on Ω_1;
where vw = 1 it is 2/3, its smallest value, which is not 0.
"""

from exactmargin.networks import fully_connected
from exactmargin.registry import Part, Step
from theorems.laurent2018._section_2 import CONSTANT, flat, found, instance, moved, rest
from theorems.steps import part

SHARP = instance(
    "Figure 1: a point with vw = 1",
    fully_connected([1, 1, 1]),
    [1, 1],
    [(1,), (1,)],
    [1, -1],
    ["2/3", "1/3"],
)
FLAT = moved(SHARP, "Figure 1: a point of the flat cell", [-1, 1])


def cells() -> Part:
    """The plane and its cells."""
    steps = [found("There are four cells", SHARP, "cells")]
    return part("The partition of the plane", SHARP, steps, steps)


def flat_minimum() -> Part:
    """Ω_1: type I, and not global."""
    steps = [
        flat(r"$(w,v)=(-1,1)$ is a flat local minimum", CONSTANT, rest(FLAT)),
        Step("The loss is smaller at $(1,1)$", "not-global-minimum", {"better": ["1", "1"]}),
    ]
    return part(r"The cell $\Omega_1$", FLAT, steps, steps)


def sharp_minimum() -> Part:
    """The boundary between -1 < vw < 1 and vw > 1: type II, with the loss 2/3 > 0.

    2/3 σ(m_1) + 1/3 σ(m_2) >= 1/3 m_1 + 1/3 m_2 = 2/3. At the test points (w, v) = (-3, 1) and (3,
    1), where vw = -3 and 3, the polynomials of the two cells, without constants, are positive.
    """
    leaf = {"multipliers": ["1/2", "1"], "neurons": [{"sides": [], "slopes": []}]}
    minimum = {"by": "hinge-lifting", "tree": leaf}
    tree = {
        "term": 1,
        "plus": {"neurons": [], "test": ["-3", "1"]},
        "minus": {"neurons": [], "test": ["3", "1"]},
    }
    steps = [
        Step(r"$vw=1$: a sharp local minimum", "sharp-minimum", {"minimum": minimum, "tree": tree}),
        found("It is a global minimum: the loss is nowhere 0", SHARP, "global-minimum"),
    ]
    return part(r"The boundary between $\Omega_3$ and $\Omega_4$", SHARP, steps, steps)


def prove() -> list[Part]:
    """The cells, and the two types of minima."""
    return [cells(), flat_minimum(), sharp_minimum()]
