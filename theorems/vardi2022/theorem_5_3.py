"""V Theorem 5.3 (proof C.10): in a ReLU network not even one layer need be locally optimal.

Statement. On the data and from the start of Theorem 4.2, part 2, gradient flow converges to zero
loss, and in direction to a KKT point of Problem 2 whose first layer is not a local optimum of
Problem 4.

Covered: the perturbation of C.5.2, which moves the first layer only, for all 0 < ε < 1 (and
beyond). For the flow see `theorem_4_2_2`, also its erratum. Assumed: V Theorem 2.1.
"""

from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.steps import LAYER_1, curve, feasible, identity, part, positive_between
from theorems.vardi2022 import theorem_4_2_2


def instance() -> Problem:
    """The data and the limit point of Theorem 4.2, part 2."""
    return theorem_4_2_2.instance()


def norms() -> list[Step]:
    """The layer's norm at θ' and at θ."""
    return [
        identity(r"The layer's $\|\tilde{u}^{(1)}\|^2=4$", "4*(0^2+1^2)", "4"),
        identity(
            r"The layer's $\|{u'}^{(1)}\|^2=4+8\epsilon'(\epsilon'-1)$",
            "4*(e^2+(1-e)^2)",
            "4+8*e*(e-1)",
            "e",
        ),
        *positive_between(r"$4+8\epsilon(\epsilon-1)<4$", "4-(4+8*e*(e-1))", "8*e*s", "1"),
    ]


def prove() -> list[Part]:
    """The proof C.10: a KKT point of both problems, and the perturbation of C.5.2."""
    ray = theorem_4_2_2.trajectory()
    stationary = theorem_4_2_2.stationarity()
    layer = theorem_4_2_2.multipliers(
        r"$\tilde{u}^{(1)}$ is a KKT point of Problem 4 with the same $\lambda$", objective=LAYER_1
    )
    perturbation = curve(
        r"The perturbation of C.5.2, $v'=\tilde{v}$, $t=\epsilon'=\frac\epsilon{2\sqrt2}$, "
        r"for all $0<t<1$: not a local optimum of Problem 4",
        theorem_4_2_2.LAYER_CURVE,
        ["1"],
        objective=LAYER_1,
    )
    steps = [
        *ray,
        feasible(r"$\tilde\theta$ is feasible"),
        *stationary,
        layer,
        *norms(),
        perturbation,
    ]
    conclusion = [ray[-1], *stationary, layer, perturbation]
    return [part("Proof C.10", instance(), steps, conclusion)]
