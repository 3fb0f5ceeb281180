"""V Theorem 4.2, part 1 (proof C.5.1): linear networks of depth 2 with non-zero neurons: global.

Statement. For a linear network of depth 2 without shared weights, let gradient flow converge in
direction to a KKT point of Problem 2 where every hidden neuron has non-zero incoming weights. Then
that point is a global optimum.

Covered: instances with diagonal, overlapping and full patterns, output weights of both signs,
equal neurons, repeated points, active points without a multiplier, inactive points, square roots;
where all multipliers are equal, gradient flow is checked to go there. Each is a KKT point of
Problem 8 in the lifted coordinates u_j = v_j w_j with the same λ, hence global. Then the last step
of C.5.1, for every network. Without non-zero neurons it is false: Theorem 4.1. The theorem for all
networks is not proved. Assumed: V Theorem 2.1.
"""

from collections.abc import Sequence

from exactmargin.exact import Field, Q
from exactmargin.networks import diagonal, from_pattern, fully_connected
from exactmargin.registry import Part, Step
from theorems.steps import (
    SQRT2,
    feasible,
    identity,
    kkt,
    lifted,
    no_kinks,
    nonzero_neurons,
    part,
    with_hypothesis,
)
from theorems.vardi2022._samples import (
    Sample,
    Vector,
    has_zero_inputs,
    is_radial,
    linear,
    radial_flow,
)

OVERLAPPING = from_pattern([[[1, 2, 0], [0, 3, 4]], [[1, 2]]], negative_slope=1)


def restricted(
    g: Vector, patterns: Sequence[Sequence[int]], v: Vector, field: Field = Q
) -> list[Vector]:
    """θ with w_j = v_j g^j, where g^j is g on neuron j's inputs (counted from 0), |g^j| = 1."""
    pull, outputs = field.coerce_all(g), field.coerce_all(v)
    w = [a * pull[i] for a, inputs in zip(outputs, patterns, strict=True) for i in inputs]
    return [w, list(outputs)]


def instances() -> list[Sample]:
    """Patterns and points of all kinds; the neurons' inputs are given to `restricted`."""
    three, mixed, angle = (1, -1, 1), ("3/5", "4/5", "-3/5"), ("5/13", "-12/13")
    roots = ("1/2*r", "1/2*r")
    overlap, both = [(0, 1), (1, 2)], [(0, 1), (0, 1)]
    return [
        linear(
            "diagonal, one example",
            diagonal(3, 2, negative_slope=1),
            restricted(three, [(0,), (1,), (2,)], (1, 2, "-1/2")),
            three,
            [((0, 0, 0), 1)],
        ),
        linear(
            "diagonal, an active point without a multiplier, inactive points",
            diagonal(3, 2, negative_slope=1),
            restricted(three, [(0,), (1,), (2,)], (-3, 1, 2)),
            three,
            [((1, 0, 0), "1/3"), ((0, 2, 1), "2/3"), ((1, 1, 1), 0)],
            [((4, 0, 1), "5/4"), ((0, 0, 0), 9)],
        ),
        linear(
            "overlapping patterns",
            OVERLAPPING,
            restricted(mixed, overlap, (1, -2)),
            mixed,
            [((1, 0, 0), "1/2"), ((0, 1, 0), "1/2")],
        ),
        linear(
            "overlapping patterns, repeated points",
            OVERLAPPING,
            restricted(mixed, overlap, ("1/3", 1)),
            mixed,
            [((0, 0, 0), "1/3"), ((0, 0, 0), "1/2"), ((2, 1, 0), "1/6")],
        ),
        linear(
            "fully connected, two equal neurons and an opposite one",
            fully_connected([2, 3, 1], negative_slope=1),
            restricted(angle, [*both, (0, 1)], (1, 1, -1)),
            angle,
            [((1, 0), 1)],
            [((1, 1), 2)],
        ),
        linear(
            "fully connected, square roots",
            fully_connected([2, 2, 1], negative_slope=1),
            restricted(roots, both, (1, "r"), SQRT2),
            roots,
            [((1, 0), "1/3"), ((0, 0), "2/3")],
            (),
            SQRT2,
        ),
    ]


def balance(instance: Sample) -> list[Step]:
    """Lemma C.4 on the instance: |w_j| = |v_j|."""
    problem, field = instance.problem, instance.problem.field
    w, v = ([field.format(a) for a in block] for block in instance.point.weights)
    steps = []
    for j, row in enumerate(problem.network.layers[0].pattern):
        own = [w[number - 1] for number in row if number]
        left = "+".join(f"({a})^2" for a in own)
        steps.append(
            identity(rf"$\|\tilde{{w}}_{j + 1}\|=|\tilde{{v}}_{j + 1}|$", left, f"({v[j]})^2")
        )
    return steps


def proof(instance: Sample) -> Part:
    """C.5.1 on an instance: Problem 8 is convex, so λ of the KKT point proves a global optimum."""
    moves = []
    if is_radial(instance):
        moves = [radial_flow(instance, r"Gradient flow from $2\tilde\theta$")]
    neurons = nonzero_neurons(r"Hypothesis: $\tilde{w}_j\ne0$ for all $j$")
    stationary = kkt(r"(7): $\tilde\theta$ is a KKT point", instance.multipliers)
    smallest = lifted(
        r"(9) holds with the same $\lambda$: $\tilde\theta$ is a global optimum",
        instance.multipliers,
        len(instance.point.weights[1]),
        "global-minimum",
    )
    steps = [
        *moves,
        neurons,
        feasible(r"$\tilde\theta$ is feasible"),
        stationary,
        *balance(instance),
        smallest,
    ]
    conclusion = [*moves, neurons, stationary, smallest]
    return part(f"Instance: {instance.problem.name}", instance.problem, steps, conclusion)


def with_nonzero_inputs() -> list[Part]:
    """The instances where moreover no input to a hidden neuron is zero, with that conclusion."""
    return [
        with_hypothesis(proof(instance), no_kinks("No input to a hidden neuron is zero"))
        for instance in instances()
        if not has_zero_inputs(instance)
    ]


def lifting() -> Part:
    """The displays of C.5.1 in the lifted coordinates, neuron by neuron; n is |w_j| or |w'_j|."""
    stationary = identity(
        r"(9) from (7): $\tilde{u}_j=\tilde{v}_j\cdot\tilde{v}_jg$ is $\|\tilde{u}_j\|g$, "
        r"as $\tilde{v}_j^2=\|\tilde{w}_j\|^2$",
        "v*(v*g)",
        "v^2*g",
        "v g",
    )
    means = identity(
        r"$\|u'_j\|=|v'_j|\|w'_j\|\le\frac12(|v'_j|^2+\|w'_j\|^2)$: the difference is a square",
        "1/2*(v^2+n^2)-v*n",
        "1/2*(v-n)^2",
        "v n",
    )
    return part("Proof C.5.1, the lifted problem", None, [stationary, means], [stationary, means])


def prove() -> list[Part]:
    """The instances, and the lifted problem."""
    return [*(proof(instance) for instance in instances()), lifting()]
