r"""L Corollary 4 (section 4): several classes, one hidden layer of ReLU.

Statement. Let α = 0, γ > 0, R ≥ 2, and let each class be linearly separable from the rest. At a
critical point of E_γ every example with a positive loss in L^(r) has
(v_r)_k max(0, <w_k, x^(i)> + b_k) = 0 for all k.

Covered: instances: critical points with unsolved examples, at each of which every neuron is off, on
its kink, or not read by the class; one of them is a local minimum that is not global. And points at
which an unsolved example is active, which are not critical.

Erratum: "linearly separable" must mean each class from the rest, as in Corollary 3: with two
classes apart at a time a critical point may have active unsolved examples.
"""

from exactmargin.exact import Q
from exactmargin.networks import forward
from exactmargin.registry import Part, Step
from theorems.laurent2018._several_classes import total
from theorems.laurent2018._several_classes_clusters import CLUSTERS, not_from_the_rest, pairs
from theorems.laurent2018._several_classes_points import (
    Classes,
    critical,
    not_critical,
    searched,
    separable,
)
from theorems.vardi2022._steps import identity, part, positive

BLIND = Classes(
    "two classes on the blind side",
    ((3, 0), (0, 1), (0, -1)),
    (0, 1, 2),
    ([[1, 2]],),
    [(1, 0)],
    [(-1,)],
    [(1, -1), (-1, 0), (-1, "1/2")],
)
INSTANCES = (
    BLIND,
    BLIND._replace(name="two classes on the kink", biases=[(0,)]),
    BLIND._replace(
        name="two classes on the active side of a neuron that they do not read",
        patterns=([[1, 2], [3, 4]],),
        hidden=[(1, 0, 1, 0)],
        biases=[(-1, 5)],
        rows=[("4/3", "1/3", "-8/3"), (-1, 0, 0), (-1, 0, "1/2")],
    ),
    BLIND._replace(
        name="nothing is active",
        hidden=[(0, 0)],
        biases=[(-1,)],
        rows=[(5, -1), (-2, -1), (0, -1)],
    ),
)
ACTIVE = (
    BLIND._replace(name="an unsolved class is active", biases=[(1,)]),
    BLIND._replace(name="the solved class no longer", rows=[("1/2", -1), (-1, 0), (-1, "1/2")]),
)


def unsolved(point: Classes) -> list[tuple[int, int]]:
    """Classes and the examples that they do not solve, counted from 0."""
    margins = {r: point.relation(r).margins() for r in point.classes}
    return [(r, i) for r, row in margins.items() for i, margin in enumerate(row) if margin < 1]


def blind(point: Classes, r: int, i: int) -> list[Step]:
    """Every neuron is not read, off, or on its kink; so the output is c_r, and unsolved."""
    about = rf"Class {r + 1} does not solve example {i + 1}"
    x, v, c = point.inputs[i], point.v(r), point.rows[r][-1]
    y = 1 if point.labels[i] == r else -1
    passed = forward(point.network(1), point.point([point.rows[r]]), Q.coerce_all(x))
    (matrix,), (biases,) = point.layers(), point.biases or ((),)
    steps = []
    for k, z in enumerate(passed.pre_activations[0]):
        pairs_of_k = zip(matrix[k], x, strict=True)
        text = total([*(f"({w})*({a})" for w, a in pairs_of_k), f"({biases[k]})"])
        if not v[k]:
            steps.append(identity(f"{about}: neuron {k + 1} is not read", str(v[k]), "0"))
        elif not z:
            steps.append(identity(f"{about}: neuron {k + 1} is on its kink", text, "0"))
        else:
            steps.append(positive(f"{about}: neuron {k + 1} is off", f"-({text})"))
    steps.append(positive(f"{about}: the output is $c_{{{r + 1}}}$", f"1-({y})*({c})"))
    return steps


def instance(point: Classes) -> Part:
    """Critical; no unsolved example is active."""
    problem = point.penalized("1/2")
    steps = [
        separable("Each class is separable from the rest", problem),
        critical(r"A critical point of $\mathcal{E}_\gamma$", problem),
        *(step for r, i in unsolved(point) for step in blind(point, r, i)),
    ]
    if point is BLIND:
        steps += [
            searched(r"A local minimum of $\mathcal{E}_\gamma$", "local-minimum", problem),
            searched(r"It is not a global one", "not-global-minimum", problem),
        ]
    return part(f"Instance: {point.name}", problem, steps, steps)


def active(point: Classes) -> Part:
    """An unsolved example is active: not critical."""
    problem = point.penalized("1/2")
    steps = [
        separable("Each class is separable from the rest", problem),
        not_critical(r"No critical point of $\mathcal{E}_\gamma$", problem),
    ]
    return part(f"Instance: {point.name}", problem, steps, steps)


def only_pairwise() -> list[Part]:
    """Erratum: critical, any two classes separable, and an unsolved example is active."""
    point = CLUSTERS._replace(slope=0, name=f"{CLUSTERS.name}, ReLU")
    problem = point.penalized()
    steps = [
        critical(r"A critical point of $\mathcal{E}_\gamma$", problem),
        positive(r"Example 1 is active, and class 2 reads the neuron", "1/2*(1*3+2)"),
        positive(r"Class 2 does not solve example 1: its loss is $1+\hat{y}_2>0$", "1+1/2*5-1"),
    ]
    refuted = part(f"Erratum: {point.name}", problem, steps, steps)
    return [*pairs(), not_from_the_rest(point), refuted]


def prove() -> list[Part]:
    """Critical points, points that are not critical, the erratum."""
    return [*map(instance, INSTANCES), *map(active, ACTIVE), *only_pairwise()]
