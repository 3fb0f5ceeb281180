r"""L Figure 3 (section 3): four cells meet in a critical point.

Statement. f: R^2 -> R has a global minimum at which it is not differentiable; it is a critical
point, because of the gradients of the four cells around it a convex combination is 0, for instance
½∇f_1 + ½∇f_3. Gradient descent accumulates such combinations, with the share of the time that it
spends in each cell.

The paper draws f. Here it is a hinge loss: no hidden layer, x = (1, 0) and (0, 1), each with both
labels, which have the weights 1/3 and 1/6; the corner is at w = (1, 1), and the gradients are
(±1/6, ±1/6). Descent with step 1 from (13/12, 13/12) goes to and fro between the cells 1 and 3.
"""

from collections.abc import Sequence

from exactmargin.networks import fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class_steps import affine_minimum, critical, hinge
from theorems.steps import identity, part, positive

INPUTS = (("1", "0"), ("1", "0"), ("0", "1"), ("0", "1"))
LABELS = (1, -1, 1, -1)
WEIGHTS = ("1/3", "1/6", "1/3", "1/6")
CORNERS = (("1", "1"), ("-1", "1"), ("-1", "-1"), ("1", "-1"))
"""Directions into the cells 1 to 4, counterclockwise."""

GRADIENTS = (("1/6", "1/6"), ("-1/6", "1/6"), ("-1/6", "-1/6"), ("1/6", "-1/6"))
SHARES = (("1/2", "0", "1/2", "0"), ("0", "1/2", "0", "1/2"), ("1/3", "1/6", "1/3", "1/6"))


def instance(point: Sequence[str] = ("1", "1")) -> Problem:
    """The loss at a point."""
    network = fully_connected((2, 1))
    return hinge("L Figure 3", network, INPUTS, LABELS, point, WEIGHTS)


def cell(n: int) -> list[Step]:
    """f in cell n at the distances s, t > 0 of the two lines: which terms are on, the gradient."""
    sides, gradient = CORNERS[n - 1], GRADIENTS[n - 1]
    point = [f"(1+({side})*{name})" for side, name in zip(sides, "st", strict=True)]
    terms = []
    for w, side in zip(point, sides, strict=True):
        on = [f"1/6*(1+{w})"] + ([f"1/3*(1-{w})"] if side == "-1" else [])
        terms += on
    moves = [f"({a})*({b})*{c}" for a, b, c in zip(gradient, sides, "st", strict=True)]
    shown = f"({gradient[0]},{gradient[1]})"
    return [
        identity(
            rf"$f_{n}(1,1)+\langle\nabla f_{n},w-(1,1)\rangle$ with $\nabla f_{n}={shown}$",
            "+".join(terms),
            "+".join(["2/3", *moves]),
            "s t",
        )
    ]


def combination(shares: Sequence[str]) -> list[Step]:
    """Σ θ_k ∇f_k = 0, as numbers and as a critical point."""
    shown = r",\,".join(shares)
    zero = [
        identity(
            rf"$\sum_k\theta_k\nabla f_k=0$ for $\theta=({shown})$, entry {j + 1}",
            "+".join(f"({a})*({g[j]})" for a, g in zip(shares, GRADIENTS, strict=True)),
            "0",
        )
        for j in range(2)
    ]
    cells = [(a, [d]) for a, d in zip(shares, CORNERS, strict=True) if a != "0"]
    return [*zero, critical(rf"The corner is critical, with $\theta=({shown})$", cells)]


def descent() -> list[Step]:
    """w - ∇f(w) from (13/12, 13/12): cell 1, cell 3, cell 1 again."""
    return [
        positive("Gradient descent starts in cell 1", "13/12-1"),
        identity(r"$w^{(1)}=w^{(0)}-\nabla f_1$, both entries", "13/12-1/6", "11/12"),
        positive(r"$w^{(1)}$ is in cell 3", "1-11/12"),
        identity(r"$w^{(2)}=w^{(1)}-\nabla f_3=w^{(0)}$, both entries", "11/12-(-1/6)", "13/12"),
        identity(
            r"After $2n$ steps: $w^{(0)}-w^{(2n)}=2n(\frac12\nabla f_1+\frac12\nabla f_3)$",
            "13/12-(13/12-n*1/6-n*(-1/6))",
            "2*n*(1/2*(1/6)+1/2*(-1/6))",
            "n",
        ),
    ]


def sharp() -> Step:
    """The loss is constant on no cell around the corner: a second point has another value."""
    branches = {
        side: {"neurons": [], "test": [first, "0"]}
        for side, first in (("plus", "-6"), ("minus", "6"))
    }
    minimum = {"by": "linear", "multipliers": ["1/2", "1", "1/2", "1"]}
    evidence = {"minimum": minimum, "tree": {"term": 1, **branches}}
    return Step("The minimum is sharp", "sharp-minimum", evidence)


def prove() -> list[Part]:
    """The four cells, three combinations, the minimum, the descent."""
    corner = [step for shares in SHARES for step in combination(shares)]
    minimum = affine_minimum("The corner is a global minimum", ["1/2", "1", "1/2", "1"])
    ends = [minimum, sharp(), *(step for step in corner if step.claim == "clarke-critical")]
    steps = [*(s for n in range(1, 5) for s in cell(n)), *corner, minimum, ends[1], *descent()]
    return [part("A corner of four cells", instance(), steps, ends)]
