"""V Theorem 5.4 (proof C.11): one ReLU layer: a local, perhaps not a global optimum.

Statement. For a ReLU network with sparse or shared weights, of any depth, let gradient flow
converge in direction to a KKT point of Problem 2 where all inputs to neurons in layers ≥ l are
non-zero. Its layer l is a local optimum of Problem 4 (first half), but perhaps not a global one
(second half).

Covered: the second half, by the data of Lemma C.6 and layer 1. The first half on instances: all
layers of Lemma C.6, of Theorem 4.4 (shared weights) and of Theorem 5.1 (depth 3 to 5), with their
gradient flow; and layers above zero inputs: layer 2 of Theorems 3.2 and 4.2, part 2 (whose layer 1
is no local optimum, Theorem 5.3), and layers 2 and 3 of a network with a zero neuron in layer 1.
Near such a layer the constraints are affine, so the λ of the KKT point prove it. The first half for
all networks is not proved. Assumed: V Theorem 2.1.
"""

from collections.abc import Mapping, Sequence

from exactmargin.networks import fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.steps import (
    LAYER_1,
    better,
    feasible,
    identity,
    kkt,
    no_kinks,
    of_layer,
    one_layer,
    part,
    positive,
)
from theorems.vardi2022 import (
    lemma_C_6,
    theorem_3_2,
    theorem_4_2_2,
    theorem_4_4,
    theorem_5_1,
)
from theorems.vardi2022._samples import sample


def norms() -> list[Step]:
    """The norms of the layer at θ' and at θ."""
    return [
        identity(
            r"The layer's $\|{u'}^{(1)}\|^2=\frac14+\frac{41}{16}=\frac{45}{16}$",
            "(2/17*r)^2+(1/34*r)^2+(5/4)^2+1^2",
            "45/16",
        ),
        identity(r"The layer's $\|\tilde{u}^{(1)}\|^2=5$", "0^2+2^2+0^2+(-1)^2", "5"),
        positive(r"$\frac{45}{16}<5$", "5-45/16"),
    ]


def local(
    problem: Problem,
    multipliers: Sequence[str],
    above: int = 1,
    moves: Sequence[Step] = (),
    slopes: Mapping[int, Mapping[int, str]] | None = None,
    directions: Mapping[int, Sequence[str]] | None = None,
) -> Part:
    """C.11, first half, on an instance: all layers >= `above`; the kinks below as in `kkt`."""
    layers = range(above, problem.network.depth + 1)
    whole = kkt(
        r"$\tilde\theta$ is a KKT point of Problem 2", multipliers, slopes, None, directions
    )
    inputs = [
        no_kinks(
            rf"Hypothesis for $l={l}$: inputs to neurons in layers $\ge l$ are non-zero",
            one_layer(l),
        )
        for l in layers
    ]
    nearby = [
        of_layer(
            rf"$\tilde{{u}}^{{({l})}}$ is a local optimum of Problem 4, with the same $\lambda$",
            multipliers,
            l,
            "local-minimum",
        )
        for l in layers
    ]
    steps = [*moves, feasible(r"$\tilde\theta$ is feasible"), whole, *inputs, *nearby]
    conclusion = [*moves, whole, *inputs, *nearby]
    name = f"First half, layers from {above} on: {problem.name}"
    return part(name, problem, steps, conclusion)


def first_half() -> list[Part]:
    """The instances: without kinks, then with kinks in layer 1 only."""
    deep = [
        local(
            theorem_5_1.instance(m, 0),
            [theorem_5_1.multiplier(m)],
            moves=theorem_5_1.trajectory(m)[-1:],
        )
        for m in (3, 4, 5)
    ]
    dead = sample(
        "depth 3, a zero neuron in layer 1",
        fully_connected([2, 2, 1, 1]),
        [(1, 0, 0, 0), (1, 0), (1,)],
        [(1, 0)],
        [1],
        [1],
    )
    aside = ["0", "0", "-1", *["0"] * 4]  # the zero neuron becomes (-1, 0): off at x
    return [
        local(lemma_C_6.instance(), ["2", "2", "1"], moves=lemma_C_6.trajectory()[-1:]),
        local(theorem_4_4.instance(0), ["1"], moves=[theorem_4_4.limit_of_flow()]),
        *deep,
        local(theorem_3_2.instance(), ["2", "2"], 2, (), {1: {2: "0"}, 2: {2: "0"}}),
        local(theorem_4_2_2.instance(), ["1"] * 4, 2, (), theorem_4_2_2.kink_slopes("0")),
        local(dead.problem, dead.multipliers, 2, (), None, {1: aside}),
    ]


def second_half() -> Part:
    """C.11 on the instance of Lemma C.6: the KKT point of Problem 2, then Problem 4 of layer 1."""
    flows = lemma_C_6.trajectory()
    stationary = lemma_C_6.multipliers(
        r"$\tilde\theta$ is a KKT point of Problem 2 with $\lambda=(2,2,1)$"
    )
    layer = kkt(
        r"$\tilde{u}^{(1)}$ is a KKT point of Problem 4 with the same $\lambda$",
        ["2", "2", "1"],
        objective=LAYER_1,
    )
    inputs = no_kinks(r"All inputs to neurons in layers $\ge1$ are non-zero", LAYER_1)
    bound = identity(
        r"Near $\tilde{u}^{(1)}$: $\frac12\|u\|^2-\frac12\|\tilde{u}^{(1)}\|^2"
        r"-\sum_i\lambda_i(y_ih_i(u)-1)$ is a sum of squares",
        "1/2*(a^2+b^2+c^2+d^2)-5/2-(2*(2*(a+1/4*b)-1)+2*(2*(-a+1/4*b)-1)+(-d-1))",
        "1/2*(a^2+(b-2)^2+c^2+(d+1)^2)",
        "a b c d",
    )
    smaller = better(
        r"$\theta'$ of Lemma C.6, of which only layer 1 differs: not a global optimum of Problem 4",
        lemma_C_6.BETTER_LAYER,
        LAYER_1,
    )
    steps = [
        *flows,
        feasible(r"$\tilde\theta$ is feasible"),
        stationary,
        inputs,
        layer,
        bound,
        *lemma_C_6.better_point(),
        smaller,
        *norms(),
    ]
    conclusion = [flows[-1], stationary, inputs, layer, bound, smaller]
    return part("Proof C.11 on the data of Lemma C.6", lemma_C_6.instance(), steps, conclusion)


def prove() -> list[Part]:
    """The second half, and the first half on instances."""
    return [second_half(), *first_half()]
