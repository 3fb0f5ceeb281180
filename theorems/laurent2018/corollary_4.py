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

from exactmargin.exact import Number, Q
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
from theorems.steps import identity, part, positive

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
    (BLIND._replace(name="an unsolved class is active", biases=[(1,)]), 0, 1),
    (
        BLIND._replace(name="the solved class no longer", rows=[("1/2", -1), (-1, 0), (-1, "1/2")]),
        0,
        0,
    ),
)
"""Points with a class and an example that it does not solve, although neuron 1 is on."""


def unsolved(point: Classes) -> list[tuple[int, int]]:
    """Classes and the examples that they do not solve, counted from 0."""
    margins = {r: point.relation(r).margins() for r in point.classes}
    return [(r, i) for r, row in margins.items() for i, margin in enumerate(row) if margin < 1]


def neurons(point: Classes, i: int) -> list[tuple[str, Number]]:
    """The inputs <w_k, x_i> + b_k of all neurons, as texts and as numbers."""
    x = point.inputs[i]
    passed = forward(point.network(1), point.point(point.rows[:1]), Q.coerce_all(x))
    (matrix,), (biases,) = point.layers(), point.biases or ((),)
    texts = [
        total([*(f"({w})*({a})" for w, a in zip(row, x, strict=True)), f"({b})"])
        for row, b in zip(matrix, biases, strict=True)
    ]
    return list(zip(texts, passed.pre_activations[0], strict=True))


def about(r: int, i: int) -> str:
    """Of which class and example a step is."""
    return f"Class {r + 1}, example {i + 1}"


def loss(point: Classes, r: int, i: int) -> Step:
    """The example is unsolved; the output is read off the neurons that are on."""
    on = zip(point.v(r), neurons(point, i), strict=True)
    terms = [f"({v})*({text})" for v, (text, z) in on if z > 0]
    y = 1 if point.labels[i] == r else -1
    inside = f"1-({y})*({total([*terms, f'({point.rows[r][-1]})'])})"
    return positive(f"{about(r, i)}: unsolved", inside)


def blind(point: Classes, r: int, i: int) -> list[Step]:
    """Unsolved, and every neuron is not read, off, or on its kink."""
    steps = [loss(point, r, i)]
    for k, (v, (text, z)) in enumerate(zip(point.v(r), neurons(point, i), strict=True), 1):
        if not v:
            steps.append(identity(f"{about(r, i)}: neuron {k} is not read", str(v), "0"))
        elif not z:
            steps.append(identity(f"{about(r, i)}: neuron {k} is on its kink", text, "0"))
        else:
            steps.append(positive(f"{about(r, i)}: neuron {k} is off", f"-({text})"))
    return steps


def seen(point: Classes, r: int, i: int) -> list[Step]:
    """Unsolved, and neuron 1 is on and read."""
    (text, _), *_ = neurons(point, i)
    return [
        loss(point, r, i),
        positive(f"{about(r, i)}: neuron 1 is on", text),
        positive(f"{about(r, i)}: neuron 1 is read", f"({point.v(r)[0]})^2"),
    ]


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


def active(point: Classes, r: int, i: int) -> Part:
    """An unsolved example is active: not critical."""
    problem = point.penalized("1/2")
    steps = [
        separable("Each class is separable from the rest", problem),
        *seen(point, r, i),
        not_critical(r"No critical point of $\mathcal{E}_\gamma$", problem),
    ]
    return part(f"Instance: {point.name}", problem, steps, steps)


def only_pairwise() -> list[Part]:
    """Erratum: critical, any two classes separable, and an unsolved example is active."""
    point = CLUSTERS._replace(slope=0, name=f"{CLUSTERS.name}, ReLU")
    problem = point.penalized()
    steps = [critical(r"A critical point of $\mathcal{E}_\gamma$", problem), *seen(point, 1, 0)]
    refuted = part(f"Erratum: {point.name}", problem, steps, steps)
    return [*pairs(), not_from_the_rest(point), refuted]


def prove() -> list[Part]:
    """Critical points, points that are not critical, the erratum."""
    unlike = [active(point, r, i) for point, r, i in ACTIVE]
    return [*map(instance, INSTANCES), *unlike, *only_pairwise()]
