"""V Theorem 5.2 (proof C.9): linear networks, one layer at a time: a global optimum.

Statement. On a linear network with sparse or shared weights, of any depth, let gradient flow come
below the threshold. Then it converges in direction to a KKT point of Problem 2, each layer of which
is a global optimum of Problem 4.

Covered: every layer of the points of Theorems 4.1, 4.4 and 5.1 (linear, with their gradient flow;
none of them is a local optimum of Problem 2), and of convolutional, weight-sharing and sparse
instances with several examples, zero weights, zero neurons, repeated points, active points without
a multiplier and inactive points; where all multipliers are equal, gradient flow is checked to go
there. In one layer Problem 4 is a convex quadratic program, so the λ of the KKT point prove it. The
theorem for all networks is not proved. Assumed: V Theorem 2.1.
"""

from exactmargin.networks import convolutional, diagonal, from_pattern
from exactmargin.registry import Part, Step
from theorems.steps import (
    feasible,
    kkt,
    no_kinks,
    of_layer,
    one_layer,
    part,
    with_hypothesis,
)
from theorems.vardi2022 import theorem_4_1, theorem_4_4, theorem_5_1
from theorems.vardi2022._samples import Sample, has_zero_inputs, is_radial, linear, radial_flow

SCALED = from_pattern([[[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1, 2]]], negative_slope=1)
"""Two layers that multiply by one shared weight each, then a full row."""


def of_other_theorems() -> list[tuple[Sample, Step]]:
    """The linear instances of the negative results, with the gradient flow of their proofs."""
    diagonal_3 = theorem_5_1.instance(3, 1)
    found = [
        (theorem_4_1.instance(1), "1", theorem_4_1.trajectory()),
        (theorem_4_4.instance(1), "1", theorem_4_4.limit_of_flow()),
        (diagonal_3, "r", theorem_5_1.trajectory(3)[-1]),
    ]
    return [(Sample.of(problem, [weight]), move) for problem, weight, move in found]


def instances() -> list[Sample]:
    """Shared and sparse weights; all points θ = ∇_θ Φ(θ; g)."""
    slide = convolutional(3, 2, negative_slope=1)
    return [
        linear(
            "a filter that slides",
            slide,
            [("3/5", "4/5"), ("4/5", "3/5")],
            (0, 1, 0),
            [((1, 0, 0), "1/2"), ((0, 0, 1), "1/2")],
        ),
        linear(
            "a filter that slides, zero weights, repeated points",
            slide,
            [(1, 0), (1, 0)],
            (1, 0, 2),
            [((0, 0, 0), "1/4"), ((0, 0, 0), "1/4"), ((0, 1, 1), "1/2")],
        ),
        linear(
            "depth 3, shared weights in two layers, inactive points",
            SCALED,
            [("1/2",), ("1/2",), ("3/10", "2/5")],
            ("6/5", "8/5"),
            [((1, 0), "2/3"), ((0, 0), "1/3"), ((0, 1), 0)],
            [((1, 0), "3/2")],
        ),
        linear(
            "depth 4, a zero neuron in every layer",
            diagonal(2, 4, negative_slope=1),
            [(1, 0)] * 4,
            (1, 7),
            [((0, 1), 1)],
        ),
    ]


def proof(instance: Sample, moves: list[Step]) -> Part:
    """C.9: the same λ for Problem 2 and, layer by layer, for Problem 4."""
    whole = kkt(r"$\tilde\theta$ is a KKT point of Problem 2", instance.multipliers)
    layers = range(1, instance.problem.network.depth + 1)
    stationary = [
        kkt(
            rf"$\tilde{{u}}^{{({l})}}$ is a KKT point of Problem 4 with the same $\lambda$",
            instance.multipliers,
            objective=one_layer(l),
        )
        for l in layers
    ]
    smallest = [
        of_layer(
            rf"$\tilde{{u}}^{{({l})}}$ is a global optimum of Problem 4",
            instance.multipliers,
            l,
            "global-minimum",
        )
        for l in layers
    ]
    steps = [*moves, feasible(r"$\tilde\theta$ is feasible"), whole, *stationary, *smallest]
    conclusion = [*moves, whole, *smallest]
    return part(f"Instance: {instance.problem.name}", instance.problem, steps, conclusion)


def proofs() -> list[tuple[Sample, Part]]:
    """Every instance with its proof."""
    found = [(instance, proof(instance, [move])) for instance, move in of_other_theorems()]
    for instance in instances():
        radial = is_radial(instance)
        moves = [radial_flow(instance, r"Gradient flow from $2\tilde\theta$")] if radial else []
        found.append((instance, proof(instance, moves)))
    return found


def with_nonzero_inputs() -> list[Part]:
    """The instances where moreover no input to a hidden neuron is zero, with that conclusion."""
    return [
        with_hypothesis(shown, no_kinks("No input to a hidden neuron is zero"))
        for instance, shown in proofs()
        if not has_zero_inputs(instance)
    ]


def prove() -> list[Part]:
    """Every layer of every instance."""
    return [shown for _, shown in proofs()]
