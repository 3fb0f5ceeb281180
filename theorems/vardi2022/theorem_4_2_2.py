"""V Theorem 4.2, part 2 (proof C.5.2): non-zero neurons do not save ReLU networks.

Statement. Take the fully connected ReLU network with two inputs and four hidden neurons, and the
examples x_1 = (0, 1), x_2 = (1, 0), x_3 = (0, -1), x_4 = (-1, 0), with labels 1. Gradient flow
from w_i(0) = 2 x_i, v_i(0) = 2 converges to zero loss, and in direction to w_i = x_i, v_i = 1: a
KKT point of Problem 2 with non-zero neurons that is not a local optimum.

Covered: the perturbation for all 0 < ε < 1 (and beyond). Two inputs of every neuron are zero all
along the ray w_i = α x_i, v_i = α. It is a trajectory for every value of σ'(0), as the paper
computes, but not the only one from this start: see the erratum. Assumed: V Theorem 2.1, and that
this trajectory is meant.
"""

from exactmargin.data import Dataset
from exactmargin.exact import Field, Q, RealNumberField
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import MaxMargin, Problem
from exactmargin.registry import Part, Step
from theorems.steps import (
    FLOW,
    RAY,
    Objective,
    curve,
    evaluation,
    feasible,
    flow,
    identity,
    kkt,
    no_kinks,
    nonzero_neurons,
    part,
    positive,
    positive_between,
    start_at,
)

INPUTS = (("0", "1"), ("1", "0"), ("0", "-1"), ("-1", "0"))
START = ("0", "2", "2", "0", "0", "-2", "-2", "0", "2", "2", "2", "2")
LAYER_CURVE = (
    ("0", "1"),  # w_1' = (t, 1-t)
    ("1", "-1"),
    ("1", "-1"),  # w_2' = (1-t, -t)
    ("0", "-1"),
    ("0", "-1"),  # w_3' = (-t, -1+t)
    ("-1", "1"),
    ("-1", "1"),  # w_4' = (-1+t, t)
    ("0", "1"),
)
QUARTIC = RealNumberField("r", (-2, 0, 0, 0, 1), (1, 2))


def problem(field: Field, first: list[str], second: list[str]) -> Problem:
    """The data of the theorem at a point."""
    network = fully_connected((2, 4, 1))
    data = Dataset.over(field, INPUTS, [1, 1, 1, 1])
    point = Parameters.over(field, network, [first, second])
    return Problem("V Theorem 4.2, part 2", field, network, data, MaxMargin(), point)


def instance() -> Problem:
    """The data of the theorem and the limit point w_i = x_i, v_i = 1."""
    return problem(Q, [number for x in INPUTS for number in x], ["1"] * 4)


def trajectory() -> list[Step]:
    """C.5.2 up to the limit; X, Y is the standard basis and c = s'(0) is any number."""
    pulls = [
        ("w_1", "x_1", "a*(1*Y+c*X+0*(-Y)+c*(-X))", "a*Y"),
        ("w_2", "x_2", "a*(c*Y+1*X+c*(-Y)+0*(-X))", "a*X"),
        ("w_3", "x_3", "a*(0*Y+c*X+1*(-Y)+c*(-X))", "a*(-Y)"),
        ("w_4", "x_4", "a*(c*Y+0*X+c*(-Y)+1*(-X))", "a*(-X)"),
    ]
    return [
        *(
            evaluation(rf"$\Phi(\theta(0);x_{i})=4$, the loss is $4\ell(4)$", START, i, "4")
            for i in (1, 2, 3, 4)
        ),
        positive(r"$4e^{-4}<1$, because $e^4>1+4+\frac{4^2}2=13>4$", "1+4+1/2*4^2-4"),
        positive(
            r"$4\log(1+e^{-4})<\log2$, because $(1+e^{-4})^4<(\frac{14}{13})^4<2$", "2*13^4-14^4"
        ),
        *(
            identity(
                rf"On the ray, with $c=\sigma'(0)$: ${w}$ is pulled by $\alpha {x}$",
                left,
                right,
                "a c X Y",
            )
            for w, x, left, right in pulls
        ),
        identity(r"On the ray: $v_j$ is pulled by $\alpha$", "a*1+a*0+0*(-a)+a*0", "a", "a"),
        identity(
            r"On the ray: the margins are $v_iw_i^\top x_i=\alpha^2$", "a*a+a*0+a*0", "a^2", "a"
        ),
        identity(
            r"The ray solves the flow; by Theorem 2.1 a KKT point lies on it: $\tilde\alpha^2=1$",
            "1*1+1*0+1*0",
            "1",
            "",
            (FLOW, RAY),
        ),
    ]


def kink_slopes(slope: str) -> dict[int, dict[int, str]]:
    """The same slope at all zero inputs: two neurons for every example."""
    kinks = {1: (2, 4), 2: (1, 3), 3: (2, 4), 4: (1, 3)}
    return {i: dict.fromkeys(units, slope) for i, units in kinks.items()}


def multipliers(name: str, slope: str = "0", objective: Objective = None) -> Step:
    """The KKT conditions with λ_i = 1; the zero inputs of all neurons have the same slope σ'(0).

    All margins are equal on the ray, so the same sum is the flow's direction there: it is radial.
    Both sides are affine in the slope, so slopes 0 and 1 speak for every σ'(0).
    """
    return kkt(name, ["1"] * 4, kink_slopes(slope), objective)


def stationarity() -> list[Step]:
    """The two extreme values of σ'(0)."""
    return [
        multipliers(
            rf"$\tilde\theta$ is a KKT point with $\lambda=(1,1,1,1)$: "
            rf"$\sum_i\nabla\Phi(\tilde\theta;x_i)=\tilde\theta$ for $\sigma'(0)={slope}$, "
            r"radial as the flow",
            slope,
        )
        for slope in ("0", "1")
    ]


def perturbation_numbers() -> list[Step]:
    """C.5.2: the margins of θ', its distance and its norm; e is ε' = ε/(2√2)."""
    return [
        identity(r"$\Phi(\theta';x_i)=(1-\epsilon')+\epsilon'+0+0=1$", "1*(1-e)+1*e+0+0", "1", "e"),
        identity(
            r"$\|\theta'-\tilde\theta\|^2=4\cdot2{\epsilon'}^2=\epsilon^2$",
            "4*((e-0)^2+((1-e)-1)^2)+4*(1-1)^2",
            "8*e^2",
            "e",
        ),
        identity(r"$\|\tilde\theta\|^2=8$", "4*(0^2+1^2)+4*1^2", "8"),
        identity(
            r"$\|\theta'\|^2=8+8\epsilon'(\epsilon'-1)$",
            "4*(e^2+(1-e)^2)+4",
            "8+8*e*(e-1)",
            "e",
        ),
        *positive_between(r"$8+8\epsilon(\epsilon-1)<8$", "8-(8+8*e*(e-1))", "8*e*s", "1"),
    ]


def turned_limit() -> Problem:
    """The data at the KKT point w_j = 2^(-3/4) (x_j + x_(j+1)); r is the fourth root of 2."""
    first = [s + "1/2*r" for s in ("", "", "", "-", "-", "-", "-", "")]
    return problem(QUARTIC, first, ["1/2*r^3"] * 4)


def erratum() -> Part:
    """Turned by a small angle the start leads elsewhere, and the flow from it is not unique."""
    limit = turned_limit()
    move = flow(
        r"Gradient flow from $w_j(0)=2x_j+\frac1{100}x_{j+1}$, $v_j(0)=2$ goes to "
        r"$w_j=2^{-3/4}(x_j+x_{j+1})$",
        {"p": "increasing", "u": "increasing", "d": "constant"},
        ["p", "p+d", "p+d", "-p", "-p", "-p-d", "-p-d", "p", *["r^2*u"] * 4],
        [[1, 2, 3, 4]],
        [[["r^2*u", "r^2*p+1/2*r^2*d", "0"], None, None, None]],
        [("p", [1, 2, 3, 4], 1, "1/2*r")],
        start_at(["1/100", "r^2", "199/100"], ["4"] * 4),
        [(["1", "1", *["0"] * 6, "-1", *["0"] * 3], (1, 2))],
    )
    stationary = kkt(r"That is another KKT point, $\lambda_i=1/\sqrt2$", ["1/2*r^2"] * 4)
    inputs = no_kinks("There no input to a hidden neuron is zero")
    steps = [
        identity(
            r"Beside the ray, where $\langle w_1,x_2\rangle>0>\langle w_1,x_4\rangle$, $w_1$ is "
            r"pulled by $\alpha(x_1+x_2)$: it leaves the ray, also from $\theta(0)$ itself",
            "a*(1*Y+1*X+0*(-Y)+0*(-X))",
            "a*Y+a*X",
            "a X Y",
        ),
        positive(
            r"With any $p>0$ for $\frac1{100}$ the margins at the start, $2(2+p)$, are above 4",
            "2*(2+p)-4",
            "p",
        ),
        move,
        stationary,
        inputs,
        positive(r"Its $\|\theta\|^2=4\sqrt2<8$", "8-4*r^2"),
    ]
    return part(
        "Erratum to C.5.2: gradient flow from this start is not unique",
        limit,
        steps,
        [move, stationary, inputs],
    )


def prove() -> list[Part]:
    """The proof C.5.2, and its erratum."""
    ray = trajectory()
    stationary = stationarity()
    neurons = nonzero_neurons(r"$\tilde{w}_j\ne0$ for all $j$")
    perturbation = curve(
        r"The perturbation $\theta'(\epsilon)$, $t=\epsilon'=\frac\epsilon{2\sqrt2}$, "
        r"for all $0<t<1$",
        [*LAYER_CURVE, *[["1"]] * 4],
        ["1"],
    )
    steps = [
        *ray,
        feasible(r"$\tilde\theta$ is feasible"),
        *stationary,
        neurons,
        *perturbation_numbers(),
        perturbation,
    ]
    conclusion = [ray[-1], *stationary, neurons, perturbation]
    return [part("Proof C.5.2", instance(), steps, conclusion), erratum()]
