"""V Theorem 5.4 (proof C.11): one ReLU layer: a local, perhaps not a global optimum.

Statement. For a ReLU network with sparse or shared weights, of any depth, let gradient flow
converge in direction to a KKT point of Problem 2 where all inputs to neurons in layers ≥ l are
non-zero. Its layer l is a local optimum of Problem 4 (first half), but perhaps not a global one
(second half).

Covered: the second half, by the data of Lemma C.6 and layer 1; and on this instance the last step
of the first half, an identity that bounds the layer's norm near the point. The first half for
all networks is not covered. Assumed: V Theorem 2.1.
"""

from exactmargin.registry import Part, Step
from theorems.vardi2022 import lemma_C_6
from theorems.vardi2022._steps import (
    LAYER_1,
    better,
    feasible,
    identity,
    kkt,
    no_kinks,
    part,
    positive,
)


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


def prove() -> list[Part]:
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
    return [part("Proof C.11 on the data of Lemma C.6", lemma_C_6.instance(), steps, conclusion)]
