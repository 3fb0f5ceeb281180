# ruff: noqa: N999 - named as the paper names the lemma
"""V Lemma C.6 (inside the proof C.6 of Theorem 4.3): no zero inputs, yet not a global optimum.

Statement. Take the fully connected ReLU network with two inputs and two hidden neurons, and the
examples x_1 = (1, 1/4), x_2 = (-1, 1/4), x_3 = (0, -1), with labels 1. Gradient flow from
w_1(0) = (0, 3), v_1(0) = 3, w_2(0) = (0, -2), v_2(0) = 2 converges to zero loss, and in direction
to a KKT point of Problem 2 where no input to a hidden neuron is zero, and which is not a global
optimum. (By Theorem 4.3 it is a local one; that is checked, too.)

The paper leaves α ≥ 2 and β ≥ 1 open; the KKT point is unique, so α = 2 and β = 1. The better point
needs ‖x_1‖ = √17/4, so the field is Q(√17). Assumed: V Theorem 2.1.
"""

from exactmargin.data import Dataset
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import MaxMargin, Problem
from exactmargin.registry import Part, Step
from theorems.steps import (
    SQRT17,
    better,
    evaluation,
    feasible,
    flow,
    identity,
    kkt,
    lifted,
    no_kinks,
    part,
    positive,
    start_at,
)

BETTER_LAYER = ("2/17*r", "1/34*r", "-5/4", "-1")
"""w_1' = x_1/(2‖x_1‖) and w_2' = (-5/4, -1): only the first layer changes."""


def instance() -> Problem:
    """The data of the lemma and the limit point; r is the square root of 17."""
    network = fully_connected((2, 2, 1))
    data = Dataset.over(SQRT17, [("1", "1/4"), ("-1", "1/4"), ("0", "-1")], [1, 1, 1])
    point = Parameters.over(SQRT17, network, [("0", "2", "0", "-1"), ("2", "1")])
    return Problem("V Lemma C.6", SQRT17, network, data, MaxMargin(), point)


def trajectory() -> list[Step]:
    """The start, its loss, and the flow w_1 = a(0,1), w_2 = b(0,-1), v = (a,b)."""
    start = ["0", "3", "0", "-2", "3", "2"]
    return [
        evaluation(r"$\Phi(\theta(0);x_1)=9/4$", start, 1, "9/4"),
        evaluation(r"$\Phi(\theta(0);x_2)=9/4$", start, 2, "9/4"),
        evaluation(r"$\Phi(\theta(0);x_3)=4$", start, 3, "4"),
        identity(r"$\|w_1\|^2-v_1^2=\|w_2\|^2-v_2^2=0$ at the start", "3^2-3^2", "2^2-2^2"),
        flow(
            r"Gradient flow from this start, where the loss is $2\ell(\frac94)+\ell(4)<\ell(0)$: "
            r"$\tilde\alpha=2$, $\tilde\beta=1$",
            {"a": "increasing", "b": "increasing"},
            ["0", "a", "0", "-b", "a", "b"],
            [[1, 2], [3]],
            [[["1/2*a", "0"], None], [["0", "b"]]],
            [("a", [1, 2], 2, "2"), ("b", [3], 4, "1")],
            start_at(["3", "2"], ["9/4", "9/4", "4"]),
        ),
    ]


def multipliers(name: str = r"$\tilde\theta$ is a KKT point with $\lambda=(2,2,1)$") -> Step:
    """The KKT conditions; there is no kink."""
    return kkt(name, ["2", "2", "1"])


def local_optimum() -> Step:
    """By Theorem 4.3: λ solves the dual of Problem 11."""
    return lifted(r"$\tilde\theta$ is a local optimum", ["2", "2", "1"], 2)


def better_point() -> list[Step]:
    """The margins of θ', whose rows of the first layer are x_1/(2‖x_1‖) and (-5/4, -1)."""
    point = [*BETTER_LAYER, "2", "1"]
    return [
        identity(r"$\|x_1\|=\sqrt{17}/4$", "1^2+(1/4)^2", "(1/4*r)^2"),
        identity(r"$w_1'[1]$: $2\|x_1\|\,w_1'[1]=1$", "2*1/4*r*(2/17*r)", "1"),
        identity(r"$w_1'[2]$: $2\|x_1\|\,w_1'[2]=\frac14$", "2*1/4*r*(1/34*r)", "1/4"),
        evaluation(r"$\Phi(\theta';x_1)=\sqrt{17}/4$", point, 1, "1/4*r"),
        positive(r"$\sqrt{17}/4>1$", "1/4*r-1"),
        evaluation(r"$\Phi(\theta';x_2)=1$", point, 2, "1"),
        evaluation(r"$\Phi(\theta';x_3)=1$", point, 3, "1"),
    ]


def norms() -> list[Step]:
    """The chain of inequalities at the end of the proof, at α = 2 and β = 1."""
    return [
        identity(
            r"$\|\theta'\|^2=\frac1{\tilde\alpha^2}+\tilde\alpha^2+\frac1{\tilde\beta^2}"
            r"(\frac{25}{16}+1)+\tilde\beta^2$",
            "(2/17*r)^2+(1/34*r)^2+(5/4)^2+1^2+2^2+1^2",
            "1/4+2^2+(25/16+1)+1^2",
        ),
        positive(
            r"$\dots<\frac14+\tilde\alpha^2+1\cdot3+\tilde\beta^2$",
            "(1/4+2^2+3+1^2)-(1/4+2^2+(25/16+1)+1^2)",
        ),
        positive(
            r"$\dots<\tilde\beta^2+\tilde\alpha^2+\tilde\alpha^2+\tilde\beta^2$",
            "(1^2+2^2+2^2+1^2)-(1/4+2^2+3+1^2)",
        ),
        identity(r"$\|\tilde\theta\|^2=10$", "2^2+1^2+2^2+1^2", "10"),
    ]


def prove() -> list[Part]:
    """The proof of the lemma."""
    flows = trajectory()
    stationary = multipliers()
    inputs = no_kinks(r"$\langle\tilde{w}_j,x_i\rangle\ne0$ for all $i$, $j$")
    nearby = local_optimum()
    smaller = better(
        r"$\theta'$ is feasible and smaller: $\tilde\theta$ is not a global optimum",
        [*BETTER_LAYER, "2", "1"],
    )
    steps = [
        *flows,
        feasible(r"$\tilde\theta=[(0,2),(0,-1),(2,1)]$ is feasible"),
        stationary,
        inputs,
        nearby,
        *better_point(),
        smaller,
        *norms(),
    ]
    conclusion = [flows[-1], stationary, inputs, nearby, smaller]
    return [part("Proof of Lemma C.6", instance(), steps, conclusion)]
