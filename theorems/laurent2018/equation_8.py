r"""L Equation (8) (section 3): critical points, and that every local minimum is one.

Statement. ω is a critical point of f in the Clarke sense if 0 is in the Clarke subdifferential.
This holds at every local minimum.

(8) is the claim `clarke-critical`. Checked is the second sentence, on the local minima of this
pack's section 3: smooth ones and sharp ones, global or not, of all slopes. And that the converse
fails: saddles, also without any kink, are critical.
"""

from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018 import figure_3, figure_4, theorem_5
from theorems.laurent2018._two_class_steps import (
    Path,
    affine_minimum,
    critical,
    descent,
    hinge,
    one_hidden_layer,
)
from theorems.steps import part

Cells = list[tuple[str, Path]]


def minima() -> list[Part]:
    """Local minima, each with the combination of gradients that is 0."""
    corner: Cells = [(a, [d]) for a, d in zip(figure_3.SHARES[2], figure_3.CORNERS, strict=True)]
    sharp: Cells = [("2/3", [["0", "0", "0", "1", "0"]]), ("1/3", [["0", "0", "0", "-1", "0"]])]
    inside: Cells = [("1", [["0"] * 6])]
    rows: list[tuple[str, Problem, Step, Cells]] = [
        (
            "A sharp global minimum, four cells",
            figure_3.instance(),
            affine_minimum("A local minimum", ["1/2", "1", "1/2", "1"], "local-minimum"),
            corner,
        ),
        *(
            (f"Figure 4, panel {panel.name}", panel.problem(), panel.local(), inside)
            for panel in (figure_4.A, figure_4.B, figure_4.C)
        ),
        *(
            (rf"A sharp local minimum, $\alpha={slope}$", *theorem_5.sharp(slope), sharp)
            for slope in ("1/2", "1")
        ),
    ]
    return [_pair(name, problem, local, cells) for name, problem, local, cells in rows]


def _pair(name: str, problem: Problem, local: Step, cells: Cells) -> Part:
    steps = [local, critical("A critical point", cells)]
    return part(name, problem, steps, steps)


def saddles() -> list[Part]:
    """Critical points from which the loss falls: inside a cell, and with all parameters 0."""
    points: dict[str, tuple[tuple[str, ...], Path]] = {
        "Inside a cell": (("0", "1", "0", "1/2"), [["0"] * 4]),
        "All pre-activations are 0": (("0", "0", "0", "0"), [["0", "1", "0", "0"]]),
    }
    parts = []
    for name, (point, path) in points.items():
        network = one_hidden_layer(1, 1, "1/2")
        problem = hinge("L equation 8", network, (("1",), ("-1",)), (1, -1), point)
        falls = descent("Not a local minimum", problem, {1: ["1"], 3: ["1"]}, ["1/4"])
        parts.append(_pair(f"A saddle. {name}", problem, falls, [("1", path)]))
    return parts


def prove() -> list[Part]:
    """Local minima are critical; not every critical point is one."""
    return [*minima(), *saddles()]
