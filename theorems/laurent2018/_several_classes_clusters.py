r"""Data of three classes that are not separable from the rest, although any two of them are.

Classes {3}, {2, 1}, {-2} on a line, one hidden neuron with (w, b) = (1, 2), V = (2, 1/2, -1),
c = (-9, -1, 1): classes 1 and 3 are solved, class 2 cannot be.
"""

from exactmargin.data import Dataset
from exactmargin.decisions import decide_separable
from exactmargin.exact import Q
from exactmargin.networks import fully_connected
from exactmargin.problems import Hinge, Problem
from exactmargin.registry import Part
from theorems.laurent2018._several_classes_points import Classes, found, separable
from theorems.steps import part

CLUSTERS = Classes(
    "classes 3 | 2, 1 | -2 on a line",
    ((3,), (2,), (1,), (-2,)),
    (0, 1, 1, 2),
    ([[1]],),
    [(1,)],
    [(2,)],
    [(2, -9), ("1/2", -1), (-1, 1)],
    slope="1/2",
)


def two_of(r: int, s: int) -> Part:
    """Classes r and s alone are separable."""
    chosen = [i for i, label in enumerate(CLUSTERS.labels) if label in (r, s)]
    inputs = [CLUSTERS.inputs[i] for i in chosen]
    labels = [1 if CLUSTERS.labels[i] == r else -1 for i in chosen]
    name = f"classes {r + 1} and {s + 1} alone"
    data = Dataset.over(Q, inputs, labels)
    problem = Problem(name, Q, fully_connected([1, 1]), data, Hinge())
    step = separable(f"Classes {r + 1} and {s + 1} are linearly separable", problem)
    return part(f"{CLUSTERS.name}: {name}", problem, [step], [step])


def pairs() -> list[Part]:
    """Any two classes."""
    return [two_of(r, s) for r, s in ((0, 1), (0, 2), (1, 2))]


def not_from_the_rest(point: Classes) -> Part:
    """Class 2 is between the others."""
    problem = point.relation(1)
    verdict = decide_separable(problem)
    step = found("Class 2 is not separable from the rest", "not-separable", verdict)
    return part(f"{point.name}: class 2 against the rest", problem, [step], [step])
