"""V Theorem 5.1 (proof C.8): diagonal networks of depth m ≥ 3, linear or ReLU.

Statement. Let m ≥ 3, x = (1, 1), y = 1, and w_j(0) = (1, 1) for all j. Gradient flow on the
diagonal network of depth m converges to zero loss, and in direction to w_j = (2^(-1/m), 2^(-1/m)):
a KKT point of Problem 2 that is not a local optimum, where all inputs to neurons are positive.

Covered: m = 3, ..., 8, both activations, over Q(2^(1/m)), with the paper's perturbation for all
0 < ε < 1 and without calculus; for every m only its argument by the second derivative.
Assumed: V Theorem 2.1, and the power rule for the second derivative.
"""

import sympy

from exactmargin.data import Dataset
from exactmargin.errors import InternalError
from exactmargin.exact import RealNumberField
from exactmargin.networks import Parameters, diagonal
from exactmargin.problems import MaxMargin, Problem
from exactmargin.registry import Part, Step
from theorems.steps import (
    ACTIVATIONS,
    POWER_RULE,
    curve,
    evaluation,
    feasible,
    flow,
    identity,
    kkt,
    no_kinks,
    part,
    positive,
    start_at,
)

DEPTHS = range(3, 9)


def instance(m: int, slope: int) -> Problem:
    """The data of the theorem and the limit point; r is the m-th root of 2."""
    field = RealNumberField("r", [-2, *[0] * (m - 1), 1], (1, 2))
    z = field.gen ** (m - 1) / 2
    network = diagonal(2, m, negative_slope=slope)
    data = Dataset.over(field, [(1, 1)], [1])
    point = Parameters.over(field, network, [(z, z)] * m)
    return Problem(f"V Theorem 5.1, depth {m}", field, network, data, MaxMargin(), point)


def trajectory(m: int) -> list[Step]:
    """C.8 up to the limit: w_j = (a, a) for all j."""
    return [
        evaluation(r"$\Phi(\theta(0);x)=2$, the loss is $\ell(2)<\ell(0)$", ["1"] * 2 * m, 1, "2"),
        flow(
            r"Gradient flow from $w_j(0)=(1,1)$",
            {"a": "increasing"},
            ["a"] * 2 * m,
            [[1]],
            [[[f"a^{m - 1}"]]],
            [("a", [1], 1, f"1/2*r^{m - 1}")],
            start_at(["1"], ["2"]),
        ),
    ]


def multiplier(m: int) -> str:
    """λ = 2^((m-2)/m)."""
    return f"r^{m - 2}" if m > 3 else "r"


def perturbation_numbers(m: int) -> list[Step]:
    """C.8: w_j' = (x, z) with x^m = (1+ε)/2 and z^m = (1-ε)/2, so x = z+d with z, d > 0."""
    return [
        identity(
            r"$y\Phi(\theta';x)=\frac{1+\epsilon}2+\frac{1-\epsilon}2=1$",
            "1/2*(1+e)+1/2*(1-e)",
            "1",
            "e",
        ),
        positive(
            rf"$(x^2+z^2)^{m}<2^{{{m - 2}}}(x^{m}+z^{m})^2=2^{{{m - 2}}}$: the perturbation, "
            r"$\|\theta'\|^2=m(x^2+z^2)<2m\,2^{-2/m}$, for all $0<\epsilon<1$",
            f"{2 ** (m - 2)}*((z+d)^{m}+z^{m})^2-((z+d)^2+z^2)^{m}",
            "z d",
        ),
        identity(
            rf"$2m\,2^{{-2/m}}=\|\tilde\theta\|^2$ and $(2\cdot2^{{-2/m}})^{m}=2^{{{m - 2}}}$",
            f"(2*(1/2*r^{m - 1})^2)^{m}",
            f"{2 ** (m - 2)}",
        ),
    ]


def descent(m: int) -> Step:
    """A polynomial curve: every w_j(t) = (1 - 3/4 t^2) 2^(-1/m) (1+t, 1-t)."""
    z, k = f"1/2*r^{m - 1}", f"3/8*r^{m - 1}"
    rising = [z, z, f"-{k}", f"-{k}"]
    falling = [z, f"-{z}", f"-{k}", k]
    return curve(
        r"A polynomial curve $w_j(t)=(1-\frac34t^2)\,2^{-1/m}(1+t,1-t)$, for all $0<t<\frac14$",
        [rising, falling] * m,
        ["1/4"],
    )


def proof(m: int, name: str, slope: int) -> Part:
    """The proof for one depth and activation."""
    moves = trajectory(m)
    stationary = kkt(
        r"$\tilde\theta$ is a KKT point with $\lambda=2^{(m-2)/m}$, and its margin is 1",
        [multiplier(m)],
    )
    inputs = no_kinks(r"All inputs to neurons are non-zero")
    numbers, down = perturbation_numbers(m), descent(m)
    steps = [
        *moves,
        feasible(r"$\tilde{w}_j=(2^{-1/m},2^{-1/m})$ is feasible"),
        stationary,
        *numbers,
        down,
        inputs,
    ]
    conclusion = [moves[-1], stationary, numbers[1], down, inputs]
    return part(f"Proof C.8, depth {m}, {name} network", instance(m, slope), steps, conclusion)


def derivatives() -> None:
    """Check g(0), g' and g'' of g(s) = (1+s)^p + (1-s)^p as printed; there p is 2/m."""
    s, p = sympy.symbols("s p")
    g = (1 + s) ** p + (1 - s) ** p
    first = p * (1 + s) ** (p - 1) - p * (1 - s) ** (p - 1)
    second = p * (p - 1) * ((1 + s) ** (p - 2) + (1 - s) ** (p - 2))
    differences = {
        "g(0)-2": g.subs(s, 0) - 2,
        "g'": g.diff(s) - first,
        "g'(0)": first.subs(s, 0),
        "g''": first.diff(s) - second,
        "g''(0)": second.subs(s, 0) - 2 * p * (p - 1),
    }
    for name, difference in differences.items():
        if sympy.powsimp(sympy.expand(difference)) != 0:
            raise InternalError(f"V C.8: {name} is not as printed: {difference}")


def every_depth() -> Part:
    """C.8, the function g(s) = (1+s)^(2/m) + (1-s)^(2/m), for every m >= 3."""
    derivatives()
    concave = positive(
        r"$m^2g''(0)=-4(m-2)<0$, $m=3+n$, so $0$ is a local maximum of $g$",
        "4*(1+n)",
        "n",
        (POWER_RULE,),
    )
    boundary = positive(r"The same at $m=3$: $9g''(0)=-4<0$", "4*(3-2)", "", (POWER_RULE,))
    steps = [
        identity(
            r"$\|\tilde\theta\|^2-\|\theta'\|^2=m\,2^{-2/m}(2-g(\epsilon))$, $h=2^{-2/m}$",
            "2*m*h-(m*h*A+m*h*B)",
            "m*h*(2-(A+B))",
            "m h A B",
        ),
        identity(
            r"$g''(0)=2p(p-1)$, $p=\frac2m$, and $m^2\cdot2p(p-1)=2(mp)(mp-m)$",
            "m^2*(2*p*(p-1))",
            "2*(m*p)*(m*p-m)",
            "m p",
        ),
        identity(r"This is $-4(1+n)$ for $mp=2$, $m=3+n$", "2*2*(2-(3+n))", "-4*(1+n)", "n"),
        boundary,
        concave,
    ]
    return part("Proof C.8, the norm for every depth", None, steps, [boundary, concave])


def prove() -> list[Part]:
    """The proof C.8 for m = 3, ..., 8 and both activations, and the norm for every m."""
    parts = [proof(m, name, slope) for m in DEPTHS for name, slope in ACTIVATIONS]
    return [*parts, every_depth()]
