"""V Theorem 4.1 (proof C.4): a depth-2 diagonal network, linear or ReLU, with a zero neuron.

Statement. For x = (1, 2), y = 1 and w_1(0) = w_2(0) = (1, 0), gradient flow on the diagonal network
⟨w_2, σ(w_1 ∘ x)⟩ converges to zero loss, and in direction to w_1 = w_2 = (1, 0): a KKT point of
Problem 2 that is not a local optimum.

Covered: both activations, the perturbation for all 0 < ε < 1. It has square roots, so the curve is
rational in t with ε = 4t²/(1+t²)², over Q(√2). Assumed: V Theorem 2.1.
"""

from exactmargin.data import Dataset
from exactmargin.networks import Parameters, diagonal
from exactmargin.problems import MaxMargin, Problem
from exactmargin.registry import Part, Step
from theorems.steps import (
    ACTIVATIONS,
    SQRT2,
    curve,
    evaluation,
    feasible,
    flow,
    identity,
    kkt,
    part,
    positive,
    start_at,
)


def instance(slope: int) -> Problem:
    """The data of the theorem and the limit point; slope 1 is linear, 0 is ReLU."""
    network = diagonal(2, 2, negative_slope=slope)
    data = Dataset.over(SQRT2, [("1", "2")], [1])
    point = Parameters.over(SQRT2, network, [("1", "0"), ("1", "0")])
    return Problem("V Theorem 4.1", SQRT2, network, data, MaxMargin(), point)


def trajectory() -> Step:
    """C.4: the second neuron stays zero, w_1[1] = w_2[1] = a grows."""
    return flow(
        r"Gradient flow from $w_1(0)=w_2(0)=(1,0)$, where the loss is $\ell(1)<\ell(0)$",
        {"a": "increasing"},
        ["a", "0", "a", "0"],
        [[1]],
        [[["a"]]],
        [("a", [1], 1, "1")],
        start_at(["1"], ["1"]),
    )


def limit() -> list[Step]:
    """C.4: the loss at the start, the balance, and the margin of every KKT point."""
    return [
        evaluation(r"$\Phi(\theta(0);x)=1$", ["1", "0", "1", "0"], 1, "1"),
        identity(
            r"$w_1[1]^2-w_2[1]^2$ is conserved (Lemma C.3)",
            "2*p*(q*x)-2*q*(p*x)",
            "0",
            "p q x",
        ),
        identity(
            r"The margin $a^2$ of $[(a,0),(a,0)]$ is exactly 1 at every KKT point, so $a=1$",
            "a*(a*1)+0*(0*2)",
            "a^2",
            "a",
        ),
    ]


def perturbation_numbers() -> list[Step]:
    """C.4: w_1' = w_2' = (√(1-ε), √(ε/2)) in t, its margin and its norm."""
    return [
        identity(
            r"$\sqrt{1-\epsilon}=\frac{1-t^2}{1+t^2}$ for $\epsilon=\frac{4t^2}{(1+t^2)^2}$",
            "(1-t^2)^2",
            "(1+t^2)^2-4*t^2",
            "t",
        ),
        identity(
            r"$\sqrt{\epsilon/2}=\frac{\sqrt2\,t}{1+t^2}$ for this $\epsilon$",
            "(r*t)^2",
            "1/2*(4*t^2)",
            "t",
        ),
        positive(r"$\epsilon>0$ for $t>0$, and $\epsilon=0$ at $t=0$", "4*t^2", "t"),
        identity(r"$\epsilon=1$ at $t=1$: every $0<\epsilon<1$ is reached", "4*1^2", "(1+1^2)^2"),
        identity(
            r"$y\Phi(\theta';x)=1-\epsilon+2\cdot\frac\epsilon2=1$", "(1-e)+2*(1/2*e)", "1", "e"
        ),
        identity(r"$\|\tilde\theta\|^2=2$", "1^2+0^2+1^2+0^2", "2"),
        identity(
            r"$\|\theta'\|^2=2(1-\epsilon+\frac\epsilon2)=2-\epsilon$",
            "2*((1-e)+1/2*e)",
            "2-e",
            "e",
        ),
        positive(r"$2-\epsilon<2$", "2-(2-e)", "e"),
    ]


def proof(name: str, slope: int) -> Part:
    """The proof for one activation; for ReLU the zero neuron has a kink, with any slope there."""
    move = trajectory()
    stationary = kkt(
        r"$\tilde\theta$ is a KKT point with $\lambda=1$",
        ["1"],
        {} if slope else {1: {2: "0"}},
    )
    w = [["1", "0", "-1"], ["0", "r"]]
    perturbation = curve(
        r"The perturbation $\theta'(\epsilon)$, $\epsilon=\frac{4t^2}{(1+t^2)^2}$, "
        r"for all $0<\epsilon<1$",
        [*w, *w],
        ["1"],
        ["1", "0", "1"],
    )
    steps = [
        move,
        *limit(),
        feasible(r"$\tilde\theta=[(1,0),(1,0)]$ is feasible"),
        stationary,
        *perturbation_numbers(),
        perturbation,
    ]
    conclusion = [move, stationary, perturbation]
    return part(f"Proof C.4, {name} network", instance(slope), steps, conclusion)


def prove() -> list[Part]:
    """The proof C.4 for linear and for ReLU networks."""
    return [proof(name, slope) for name, slope in ACTIVATIONS]
