"""V Theorem 4.4 (proof C.7): one filter on two disjoint patches, linear or ReLU.

Statement. For Φ(θ; x) = v_1 σ(⟨w, x^(1)⟩) + v_2 σ(⟨w, x^(2)⟩), x = (4, 1/√2, -4, 1/√2) and y = 1,
gradient flow from w(0) = (0, 1), v(0) = (1/√2, 1/√2) converges to zero loss, and in direction to
this same point: a KKT point of Problem 2 that is not a local optimum, with ⟨w, x^(j)⟩ ≠ 0.

Covered: both activations, the perturbation for all 0 < ε < 1/2; beyond √ε = 3 - 2√2 the second ReLU
is off, which the printed value of Φ(θ'; x) forgets. Over Q(√2). Assumed: V Theorem 2.1.
"""

from exactmargin.data import Dataset
from exactmargin.networks import Parameters, disjoint_patches
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
    no_kinks,
    part,
    positive,
    positive_between,
    start_at,
)

POINT = ("0", "1", "1/2*r", "1/2*r")
QUARTER = ("1/2", "3/4", "1/2*r+1/4", "1/2*r-1/4")
"""θ' at ε = 1/4."""


def instance(slope: int) -> Problem:
    """The data of the theorem and the limit point; slope 1 is linear, 0 is ReLU."""
    network = disjoint_patches(2, 2, negative_slope=slope)
    field, half = SQRT2, SQRT2.gen / 2
    data = Dataset.over(field, [(4, half, -4, half)], [1])
    point = Parameters.over(field, network, [(0, 1), (half, half)])
    return Problem("V Theorem 4.4", field, network, data, MaxMargin(), point)


def limit_of_flow() -> Step:
    """C.7: the flow stays on the ray and converges in direction to its start."""
    return flow(
        r"Gradient flow from $w(0)=(0,1)$, $v(0)=(\frac1{\sqrt2},\frac1{\sqrt2})$",
        {"a": "increasing"},
        ["0", "a", "1/2*r*a", "1/2*r*a"],
        [[1]],
        [[["a"]]],
        [("a", [1], 2, "1")],
        start_at(["1"], ["1"]),
    )


def trajectory() -> list[Step]:
    """C.7 up to the limit: w = a (0, 1), v = a/√2 (1, 1); z = a/√2 there."""
    return [
        evaluation(r"$\Phi(\theta(0);x)=1$, the loss is $\ell(1)<\ell(0)$", POINT, 1, "1"),
        identity(r"$x^{(1)}+x^{(2)}=(0,\sqrt2)$, first entry", "4+(-4)", "0"),
        identity(r"$x^{(1)}+x^{(2)}=(0,\sqrt2)$, second entry", "1/2*r+1/2*r", "r"),
        identity(r"$\|w\|^2-\|v\|^2=0$ at the start, and kept", "0^2+1^2-(1/2*r)^2-(1/2*r)^2", "0"),
        limit_of_flow(),
        identity(r"$2z^2=\tilde{w}_2^2$", "2*(1/2*r*a)^2", "a^2", "a"),
        identity(r"$z\tilde{w}_2\sqrt2=\tilde{w}_2^2$, and this is 1", "1/2*r*a*a*r", "a^2", "a"),
    ]


def norms() -> list[Step]:
    """C.7: norm and distance of θ'; t = √ε, and in the last steps e is ε'."""
    return [
        identity(
            r"$\|\theta'\|^2=2-\frac\epsilon2+\epsilon^2$, $t=\sqrt\epsilon$",
            "t^2+(1-t^2)^2+(1/2*r+1/2*t)^2+(1/2*r-1/2*t)^2",
            "2-1/2*t^2+t^4",
            "t",
        ),
        *positive_between(
            r"$2-\frac\epsilon2+\epsilon^2<2-\frac\epsilon2+\frac\epsilon2$",
            "2-(2-1/2*e+e^2)",
            "e*s",
            "1/2",
        ),
        identity(r"$\|\tilde\theta\|^2=2$", "0^2+1^2+(1/2*r)^2+(1/2*r)^2", "2"),
        identity(
            r"$\|\theta'-\tilde\theta\|^2=\epsilon^2+\frac{3\epsilon}2$, $t=\sqrt\epsilon$",
            "t^2+(1-t^2-1)^2+(1/2*t)^2+(1/2*t)^2",
            "(t^2)^2+3/2*t^2",
            "t",
        ),
        identity(
            r"$\epsilon^2+\frac{3\epsilon}2=\frac{{\epsilon'}^4}4+\frac{3{\epsilon'}^2}4$ for "
            r"$\epsilon={\epsilon'}^2/2$",
            "(1/2*e^2)^2+3/2*(1/2*e^2)",
            "1/4*e^4+3/4*e^2",
            "e",
        ),
        *positive_between(
            r"$\frac{\epsilon^4}4+\frac{3\epsilon^2}4<\epsilon^2$",
            "e^2-(1/4*e^4+3/4*e^2)",
            "1/4*e^2*s*(1+e)",
            "1",
        ),
    ]


def margin(slope: int) -> list[Step]:
    """C.7, last display: an equality for the linear network; for ReLU while both patches are on."""
    equal = identity(
        r"$\Phi(\theta';x)=1+3\epsilon$ where both pre-activations have slope 1, $t=\sqrt\epsilon$",
        "(1/2*r+1/2*t)*(4*t+1/2*r*(1-t^2))+(1/2*r-1/2*t)*(-4*t+1/2*r*(1-t^2))",
        "1+3*t^2",
        "t",
    )
    if slope:
        value = evaluation(r"At $\epsilon=\frac14$: $\Phi(\theta';x)=\frac74$", QUARTER, 1, "7/4")
        return [equal, value]
    return [
        equal,
        positive(r"Erratum: at $\epsilon=\frac14$ the second ReLU is off", "4*1/2-1/2*r*3/4"),
        evaluation(
            r"Erratum: at $\epsilon=\frac14$, $\Phi(\theta';x)=\frac78+\frac{35\sqrt2}{32}$",
            QUARTER,
            1,
            "35/32*r+7/8",
        ),
        positive(
            r"Erratum: this is not the printed $1+3\epsilon=\frac74$, but more",
            "(35/32*r+7/8)-(1+3*1/4)",
        ),
        identity(
            r"The second ReLU turns off at $\sqrt\epsilon=3-2\sqrt2$",
            "-4*(3-2*r)+1/2*r*(1-(3-2*r)^2)",
            "0",
        ),
    ]


def proof(name: str, slope: int) -> Part:
    """The proof for one activation; the curve shows that the margin is at least 1 throughout."""
    moves = trajectory()
    stationary = kkt(r"$\tilde\theta$ is a KKT point with $\lambda=1$", ["1"])
    inputs = no_kinks(r"$\langle\tilde{w},x^{(j)}\rangle\ne0$ for $j=1,2$")
    perturbation = curve(
        r"The perturbation $\theta'(\epsilon)$, $t=\sqrt\epsilon$, for all $0<\epsilon<\frac12$",
        [["0", "1"], ["1", "0", "-1"], ["1/2*r", "1/2"], ["1/2*r", "-1/2"]],
        ["-2*r+3", "1/2*r"],
    )
    steps = [
        *moves,
        feasible(r"$\tilde\theta=[(0,1),(\frac1{\sqrt2},\frac1{\sqrt2})]$ is feasible"),
        stationary,
        inputs,
        *norms(),
        *margin(slope),
        perturbation,
    ]
    (move,) = (step for step in moves if step.claim == "gradient-flow-limit")
    conclusion = [move, stationary, inputs, perturbation]
    return part(f"Proof C.7, {name} network", instance(slope), steps, conclusion)


def prove() -> list[Part]:
    """The proof C.7 for linear and for ReLU networks."""
    return [proof(name, slope) for name, slope in ACTIVATIONS]
