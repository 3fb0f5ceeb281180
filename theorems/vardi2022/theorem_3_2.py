"""V Theorem 3.2 (proof C.3): gradient flow on a ReLU network may miss every local optimum.

Statement. Φ(θ; x) = v_1 σ(⟨w_1, x⟩) + v_2 σ(⟨w_2, x⟩), σ the ReLU, x in R^2; the examples are
x_1 = (1, 1/4) and x_2 = (-1, 1/4), with labels 1. If ⟨w_1(0), x_i⟩ > 0 > ⟨w_2(0), x_i⟩ for i = 1, 2
and v_1(0) > 0, then gradient flow converges to zero loss, and in direction to w_1 = (0, 2),
w_2 = (0, 0), v = (2, 0): a KKT point of Problem 2 that is not a local optimum.

Covered: all these initialisations (two regions, w_1[1](0) ≥ 0 and ≤ 0), and the perturbation for
all 0 < ε < 1/2. Assumed: V Theorem 2.1.
"""

from exactmargin.data import Dataset
from exactmargin.exact import Q
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import MaxMargin, Problem
from exactmargin.registry import Part, Step
from theorems.steps import (
    curve,
    evaluation,
    feasible,
    flow,
    identity,
    kkt,
    part,
    positive,
    positive_between,
)

MOTIONS = {
    "a": "decreasing",  # |w_1[1]|
    "b": "increasing",  # 4 <w_1, x_2>, or 4 <w_1, x_1> in the mirrored region
    "u": "increasing",  # v_1
    "c": "constant",  # -<w_2, x_1>
    "d": "constant",  # -<w_2, x_2>
    "e": "constant",  # v_2 = e - f, of any sign
    "f": "constant",
}


def instance() -> Problem:
    """The data of the theorem and the limit point."""
    network = fully_connected((2, 2, 1))
    data = Dataset.over(Q, [("1", "1/4"), ("-1", "1/4")], [1, 1])
    point = Parameters.over(Q, network, [("0", "2", "0", "0"), ("2", "0")])
    return Problem("V Theorem 3.2", Q, network, data, MaxMargin(), point)


def hypotheses() -> list[Step]:
    """The initialisations of the theorem: there are some, and all lie in one of two regions."""
    return [
        positive(r"Satisfiable: $w_1(0)=(1,5)$ has $\langle w_1,x_1\rangle=9/4>0$", "1*1+1/4*5"),
        positive(r"Satisfiable: $w_1(0)=(1,5)$ has $\langle w_1,x_2\rangle=1/4>0$", "-1*1+1/4*5"),
        positive(r"Satisfiable: $w_2(0)=(0,-1)$ has $-\langle w_2,x_i\rangle=1/4>0$", "-1/4*(-1)"),
        identity(
            r"Every $w_1=(p,q)$ reads $(a,4a+b)$ with $a=p$, $b=4\langle w_1,x_2\rangle$",
            "4*p+4*(-1*p+1/4*q)",
            "q",
            "p q",
        ),
        identity(
            r"Every $w_2=(p,q)$: its first entry from $c=-\langle w_2,x_1\rangle$, $d$ likewise",
            "-1/2*(-(p+1/4*q))+1/2*(-(-1*p+1/4*q))",
            "p",
            "p q",
        ),
        identity(
            r"Every $w_2=(p,q)$: its second entry from $c$ and $d=-\langle w_2,x_2\rangle$",
            "-2*(-(p+1/4*q))-2*(-(-1*p+1/4*q))",
            "q",
            "p q",
        ),
    ]


def trajectory(first: str, chain: list[int], name: str) -> Step:
    """C.3 up to the limit: w_2, v_2 stay; |w_1[1]| falls; w_1[2], v_1 grow; v_1²-‖w_1‖² stays."""
    return flow(
        name,
        MOTIONS,
        [first, "4*a+b", "-1/2*c+1/2*d", "-2*c-2*d", "u", "e-f"],
        [chain],
        [
            [
                ["0", "1/2*u", "2*a+1/2*b", "0", "0", "0", "0"],
                ["-u", "17/4*u", "1/4*b", "0", "0", "0", "0"],
            ]
        ],
        [("b", [1, 2], 2, "2")],
        {"parameter": 2},  # every start: both examples pull w_1[2] with v_1/4 >= v_1(0)/4
        [(["1", "1", "0", "0", "-1", "0"], (2, 3))],
    )


def limit() -> list[Step]:
    """C.3: the loss gets below the threshold; the direction of the limit, and α = 2."""
    return [
        positive(r"$2\ell(1)<\ell(0)$, exponential loss, because $e>1+1+\frac12>2$", "1+1+1/2-2"),
        positive(
            r"$2\ell(1)<\ell(0)$, logistic loss, because $e>\frac{65}{24}$ and "
            r"$(1+e^{-1})^2<(\frac{89}{65})^2<2$",
            "2*65^2-89^2",
        ),
        identity(
            r"$\|w_1\|^2-v_1^2$ is conserved: each example adds $2\langle w_1,v_1x\rangle-2v_1"
            r"\langle w_1,x\rangle=0$",
            "2*(p*v*x+q*v*y)-2*v*(p*x+q*y)",
            "0",
            "p q v x y",
        ),
        identity(
            r"$y_i\Phi(\alpha\cdot(0,1),0,\alpha,0)=\alpha^2/4$",
            "a*(0*1+a*1/4)+0",
            "1/4*a^2",
            "a",
        ),
        identity(r"$\alpha=2$: $\alpha^2/4=1$", "1/4*2^2", "1"),
        identity(
            r"$\bar{w}_1[2]=\bar{v}_1=1/\sqrt2$: $2^2=\frac12\|\tilde\theta\|^2$", "2^2", "1/2*8"
        ),
        identity(r"$\|\tilde\theta\|^2=8$", "0^2+2^2+0^2+0^2+2^2+0^2", "8"),
    ]


def margins() -> list[Step]:
    """C.3: the perturbation has both margins equal to 1 (t² = 2ε)."""
    point = ["1/16", "7/4", "-1/2", "0", "2", "1/2"]
    return [
        identity(
            r"$\Phi(\theta';x_1)=2(\frac\epsilon2+\frac12-\frac\epsilon2)=1$",
            "2*(1/2*e+1/4*(2-2*e))",
            "1",
            "e",
        ),
        identity(
            r"$2\sigma(-\frac\epsilon2+\frac12-\frac\epsilon2)=1-2\epsilon$",
            "2*(-1/2*e+1/4*(2-2*e))",
            "1-2*e",
            "e",
        ),
        identity(r"$\Phi(\theta';x_2)=1-2\epsilon+2\epsilon=1$", "1-2*e+2*e", "1", "e"),
        evaluation(r"At $\epsilon=1/8$: $\Phi(\theta';x_1)=1$", point, 1, "1"),
        evaluation(r"At $\epsilon=1/8$: $\Phi(\theta';x_2)=1$", point, 2, "1"),
    ]


def norms() -> list[Step]:
    """C.3, last two displays: θ' is near, and has a smaller norm."""
    return [
        identity(
            r"$\|\theta'-\tilde\theta\|^2=\frac{17}4\epsilon^2+4\epsilon$",
            "(1/2*e)^2+(2-2*e-2)^2+2*e+0^2+0^2+2*e",
            "17/4*e^2+4*e",
            "e",
        ),
        *positive_between(
            r"$\|\theta'-\tilde\theta\|^2<9\epsilon={\epsilon'}^2$",
            "9*e-(17/4*e^2+4*e)",
            "e*(10*(e+s)-17/4*e)",
            "1/2",
        ),
        identity(
            r"$\|\theta'\|^2=8-4\epsilon+\frac{17}4\epsilon^2$",
            "(1/2*e)^2+(2-2*e)^2+2*e+0^2+2^2+2*e",
            "8-4*e+17/4*e^2",
            "e",
        ),
        *positive_between(
            r"$8-4\epsilon+\frac{17}4\epsilon^2<8-4\epsilon+\frac{17}8\epsilon$",
            "(8-4*e+17/8*e)-(8-4*e+17/4*e^2)",
            "17/4*e*s",
            "1/2",
        ),
        positive(r"$8-4\epsilon+\frac{17}8\epsilon<8=\|\tilde\theta\|^2$", "8-(8-4*e+17/8*e)", "e"),
    ]


def erratum() -> Part:
    """C.3 prints <w_1,x_1> > <w_1,x_2> > 0 for w_1[2] >= 0 and 0 <= w_1[1] <= w_1[1](0)."""
    steps = [
        identity(
            r"Refuted: $w_1=(1,0)$, allowed from $w_1(0)=(1,5)$, has $\langle w_1,x_2\rangle=-1$",
            "-1*1+1/4*0",
            "-1",
        ),
        identity(
            r"Refuted: $w_1=(0,1)$ has $\langle w_1,x_1\rangle=\langle w_1,x_2\rangle$",
            "1*0+1/4*1",
            "-1*0+1/4*1",
        ),
        identity(
            r"Corrected: $w_1=(a,4a+b)$ has $\langle w_1,x_2\rangle=b/4$, $>0$ as $b$ is",
            "-1*a+1/4*(4*a+b)",
            "1/4*b",
            "a b",
        ),
        identity(
            r"Corrected: $\langle w_1,x_1\rangle-\langle w_1,x_2\rangle=2a\ge0$",
            "(1*a+1/4*(4*a+b))-(-1*a+1/4*(4*a+b))",
            "2*a",
            "a b",
        ),
    ]
    return part(r"Erratum to C.3: the cone $w_1[2]>4w_1[1]$ is needed", None, steps, steps)


def prove() -> list[Part]:
    """The proof C.3, and its erratum."""
    right = trajectory("a", [1, 2], r"Gradient flow from every start with $w_1[1](0)\ge0$")
    left = trajectory("-a", [2, 1], r"Gradient flow from every start with $w_1[1](0)\le0$")
    stationary = kkt(
        r"$\tilde\theta$ is a KKT point with $\lambda=(2,2)$",
        ["2", "2"],
        {1: {2: "0"}, 2: {2: "0"}},
    )
    perturbation = curve(
        r"The perturbation $\theta'(\epsilon)$, $t=\sqrt{2\epsilon}$, for all $0<\epsilon<\frac12$",
        [["0", "0", "1/4"], ["2", "0", "-1"], ["0", "-1"], [], ["2"], ["0", "1"]],
        ["1"],
    )
    steps = [
        *hypotheses(),
        right,
        left,
        *limit(),
        feasible(r"$\tilde\theta=[(0,2),(0,0),2,0]$ is feasible"),
        stationary,
        *margins(),
        perturbation,
        *norms(),
    ]
    conclusion = [right, left, stationary, perturbation]
    return [part("Proof C.3", instance(), steps, conclusion), erratum()]
