"""V Remark 3.1: the norm of the KKT point, over that of a global optimum, has no bound.

Statement. In the setting of Theorem 3.2, as the angle between x_1 and x_2 tends to π, the ratio of
‖θ̃‖ to the norm of a global optimum is unbounded; likewise in Theorems 4.1, 4.3, 4.4 and 5.4.

The paper gives no proof. Here are families of data, one parameter B each, in which θ̃ is as in the
theorem and an explicit feasible θ' has ‖θ̃‖² = c B² ‖θ'‖²; a global optimum is not larger than θ'.
Covered: for every B the margins and norms of both points and the KKT conditions, as identities; at
B = 2, 10 and 1000 everything about θ̃ and θ', with the gradient flow (for Theorem 3.2 from every
start). Assumed: V Theorem 2.1.
"""

from collections.abc import Sequence

from exactmargin.exact import Q
from exactmargin.networks import diagonal, disjoint_patches, fully_connected
from exactmargin.registry import Part, Step
from theorems.steps import (
    ACTIVATIONS,
    SQRT2,
    better,
    feasible,
    flow,
    identity,
    kkt,
    no_kinks,
    one_layer,
    part,
    start_at,
)
from theorems.vardi2022 import theorem_3_2
from theorems.vardi2022._samples import Sample, radial_flow, sample

SIZES = (2, 10, 1000)


def ratio(name: str, large: str, small: str, numerator: int, denominator: int = 1) -> Step:
    """‖θ̃‖² is a multiple of ‖θ'‖²."""
    factor = Q.format(Q.coerce(numerator) / denominator)
    return identity(name, large, f"{factor}*({small})")


def compared(
    instance: Sample,
    before: Sequence[Step],
    stationary: Step,
    smaller: Sequence[Step],
    norms: Step,
) -> Part:
    """A KKT point, better points, and the ratio."""
    steps = [*before, feasible(r"$\tilde\theta$ is feasible"), stationary, *smaller, norms]
    conclusion = [*before, stationary, *smaller, norms]
    return part(f"Instance: {instance.problem.name}", instance.problem, steps, conclusion)


# ---------------------------------------------------------------- Theorem 3.2


def of_theorem_3_2(size: int) -> Part:
    """x = (±B², 1): θ̃ has w_1 = (0, 1), v_1 = 1; in θ' each example has a neuron of its own."""
    k = size**2
    instance = sample(
        f"Theorem 3.2 with x = (+-{k}, 1)",
        fully_connected([2, 2, 1]),
        [(0, 1, 0, 0), (1, 0)],
        [(k, 1), (-k, 1)],
        [1, 1],
        ["1/2", "1/2"],
    )
    right = every_start("a", [1, 2], k, r"Gradient flow from every start with $w_1[1](0)\ge0$")
    left = every_start("-a", [2, 1], k, r"Gradient flow from every start with $w_1[1](0)\le0$")
    stationary = kkt(
        r"$\tilde\theta=[(0,1),(0,0),1,0]$ is a KKT point, $\lambda=(\frac12,\frac12)$",
        instance.multipliers,
        {1: {2: "0"}, 2: {2: "0"}},
    )
    c = f"1/{size}"
    smaller = better(
        r"$\theta'=[(\frac1B,0),(-\frac1B,0),\frac1B,\frac1B]$ is feasible and smaller",
        [c, "0", f"-{c}", "0", c, c],
    )
    norms = ratio(r"$\|\tilde\theta\|^2=\frac{B^2}2\|\theta'\|^2$", "2", f"4*({c})^2", k, 2)
    return compared(instance, [right, left], stationary, [smaller], norms)


def every_start(first: str, chain: list[int], k: int, name: str) -> Step:
    """C.3 with x = (±k, 1): w_1 = (a, k a + b) with b = <w_1, x_2>, w_2 by c and d as there."""
    return flow(
        name,
        theorem_3_2.MOTIONS,
        [first, f"{k}*a+b", f"1/{2 * k}*(d-c)", "-1/2*(c+d)", "u", "e-f"],
        [chain],
        [
            [
                ["0", "2*u", f"{2 * k}*a+2*b", "0", "0", "0", "0"],
                [f"-{k}*u", f"{k**2 + 1}*u", "b", "0", "0", "0", "0"],
            ]
        ],
        [("b", [1, 2], 2, "1")],
        {"parameter": 2},
        [(["1", "1", "0", "0", "-1", "0"], (2, 3))],
    )


def every_size_3_2() -> Part:
    """The same for every B; c stands for 1/B where it is written so."""
    steps = [
        identity(
            r"The angle tends to $\pi$: its cosine is $\frac{1-B^4}{1+B^4}$, numerator",
            "B^2*(-B^2)+1*1",
            "1-B^4",
            "B",
        ),
        identity(
            r"The angle tends to $\pi$, denominator $\|x_1\|\|x_2\|=\|x_1\|^2$",
            "(B^2)^2+1^2",
            "1+B^4",
            "B",
        ),
        identity(r"$\Phi(\tilde\theta;x_1)=1$", "1*(0*B^2+1*1)", "1", "B"),
        identity(r"$\Phi(\tilde\theta;x_2)=1$", "1*(0*(-B^2)+1*1)", "1", "B"),
        identity(
            r"$\sum_i\lambda_i\tilde{v}_1x_i=(0,1)$, first entry", "1/2*B^2+1/2*(-B^2)", "0", "B"
        ),
        identity(r"$\sum_i\lambda_i\tilde{v}_1x_i=(0,1)$, second entry", "1/2*1+1/2*1", "1", "B"),
        identity(
            r"$\Phi(\theta';x_i)=(cB)^2$, which is 1 for $c=\frac1B$", "c*(c*B^2)", "(c*B)^2", "B c"
        ),
        identity(
            r"$B^2\|\theta'\|^2=4(cB)^2$, which is $2\|\tilde\theta\|^2$ for $c=\frac1B$",
            "B^2*(c^2+c^2+c^2+c^2)",
            "4*(c*B)^2",
            "B c",
        ),
    ]
    return part("Theorem 3.2 for every size of the data", None, steps, steps)


# ---------------------------------------------------------------- Theorem 4.1


def of_theorem_4_1(size: int, name: str, slope: int) -> Part:
    """x = (1, B²): θ̃ uses the first coordinate, θ' the second one."""
    k, c = size**2, f"1/{size}"
    instance = sample(
        f"Theorem 4.1 with x = (1, {k}), {name}",
        diagonal(2, 2, negative_slope=slope),
        [(1, 0), (1, 0)],
        [(1, k)],
        [1],
        ["1"],
    )
    move = flow(
        r"Gradient flow from $2\tilde\theta$",
        {"a": "increasing"},
        ["a", "0", "a", "0"],
        [[1]],
        [[["a"]]],
        [("a", [1], 1, "1")],
        start_at(["2"], ["4"]),
    )
    stationary = kkt(
        r"$\tilde\theta=[(1,0),(1,0)]$ is a KKT point with $\lambda=1$",
        ["1"],
        {} if slope else {1: {2: "0"}},
    )
    smaller = better(
        r"$\theta'=[(0,\frac1B),(0,\frac1B)]$ is feasible and smaller", ["0", c, "0", c]
    )
    norms = ratio(r"$\|\tilde\theta\|^2=B^2\|\theta'\|^2$", "2", f"2*({c})^2", k)
    return compared(instance, [move], stationary, [smaller], norms)


# ---------------------------------------------------------------- Theorems 4.3 and 5.4


def of_theorem_4_3(size: int) -> Part:
    """x = (±(B²+1), 1) and (0, -B²): in θ' the second neuron takes x_2 and x_3."""
    k, c = size**2, f"1/{size}"
    instance = sample(
        f"Theorems 4.3 and 5.4 with x = (+-{k + 1}, 1), (0, -{k})",
        fully_connected([2, 2, 1]),
        [(0, 1, 0, f"-{c}"), (1, c)],
        [(k + 1, 1), (-k - 1, 1), (0, -k)],
        [1, 1, 1],
        ["1/2", "1/2", f"1/{k}"],
    )
    move = flow(
        r"Gradient flow from $4[(0,1),(0,-1),1,1]$",
        {"a": "increasing", "b": "increasing"},
        ["0", "a", "0", "-b", "a", "b"],
        [[1, 2], [3]],
        [[["2*a", "0"], None], [["0", f"{k}*b"]]],
        [("a", [1, 2], 2, "1"), ("b", [3], 4, c)],
        start_at(["4", "4"], ["4", "4", "4"]),
    )
    stationary = kkt(
        r"$\tilde\theta=[(0,1),(0,-\frac1B),1,\frac1B]$ is a KKT point", instance.multipliers
    )
    inputs = no_kinks("No input to a hidden neuron is zero")
    smaller = [
        better(
            r"$\theta'=[(\frac1B,0),(-\frac1B,-\frac1B),\frac1B,\frac1B]$ is feasible and smaller",
            [c, "0", f"-{c}", f"-{c}", c, c],
        ),
        better(
            r"Of layer 1 alone: $(\frac1{B^2},0),(-\frac1B,-\frac1B)$ is feasible and smaller",
            [f"1/{k}", "0", f"-{c}", f"-{c}"],
            one_layer(1),
        ),
    ]
    norms = ratio(
        r"$\|\tilde\theta\|^2=\frac{2B^2+2}5\|\theta'\|^2$",
        f"2+2*({c})^2",
        f"5*({c})^2",
        2 * k + 2,
        5,
    )
    layer = ratio(
        r"Of layer 1: $1+\frac1{B^2}=\frac{B^4+B^2}{2B^2+1}(\frac2{B^2}+\frac1{B^4})$",
        f"1+({c})^2",
        f"2*({c})^2+({c})^4",
        k**2 + k,
        2 * k + 1,
    )
    return compared(instance, [move, inputs], stationary, [*smaller, layer], norms)


# ---------------------------------------------------------------- Theorem 4.4


def of_theorem_4_4(size: int, name: str, slope: int) -> Part:
    """x = (B², 1/√2, -B², 1/√2): θ' looks at the first patch alone."""
    k, c = size**2, f"1/{size}"
    z = "1/2*r"
    instance = sample(
        f"Theorem 4.4 with x = ({k}, z, -{k}, z), z^2 = 1/2, {name}",
        disjoint_patches(2, 2, negative_slope=slope),
        [(0, 1), (z, z)],
        [(k, z, -k, z)],
        [1],
        ["1"],
        SQRT2,
    )
    move = radial_flow(instance, r"Gradient flow from $2\tilde\theta$")
    stationary = kkt(r"$\tilde\theta$ is a KKT point with $\lambda=1$", ["1"])
    smaller = better(
        r"$w'=(\frac1B,0)$, $v'=(\frac1B,0)$ is feasible and smaller", [c, "0", c, "0"]
    )
    norms = ratio(r"$\|\tilde\theta\|^2=B^2\|\theta'\|^2$", "2", f"2*({c})^2", k)
    return compared(instance, [move], stationary, [smaller], norms)


def every_size_of_others() -> Part:
    """The same for Theorems 4.1, 4.3, 5.4 and 4.4; c stands for 1/B."""
    steps = [
        identity(r"4.1: $\Phi(\theta';x)=(cB)^2$", "c*(c*B^2)", "(c*B)^2", "B c"),
        identity(r"4.1: $B^2\|\theta'\|^2=2(cB)^2$", "B^2*(2*c^2)", "2*(c*B)^2", "B c"),
        identity(r"4.3: $\Phi(\theta';x_1)=(cB)^2+c^2$", "c*(c*(B^2+1))", "(c*B)^2+c^2", "B c"),
        identity(r"4.3: $\Phi(\theta';x_2)=(cB)^2$", "c*(-c*(-(B^2+1))-c*1)", "(c*B)^2", "B c"),
        identity(r"4.3: $\Phi(\theta';x_3)=(cB)^2$", "c*(-c*0-c*(-B^2))", "(c*B)^2", "B c"),
        identity(r"4.3: $B^2\|\theta'\|^2=5(cB)^2$", "B^2*(3*c^2+2*c^2)", "5*(c*B)^2", "B c"),
        identity(r"4.3: $\Phi(\tilde\theta;x_3)=(cB)^2$", "c*(-c*(-B^2))", "(c*B)^2", "B c"),
        identity(
            r"4.3: $\lambda_3x_3\tilde{v}_2=-(cB)^2c$ for $\lambda_3=c^2$",
            "c^2*c*(-B^2)",
            "-(c*B)^2*c",
            "B c",
        ),
        identity(r"5.4: $h_1(u')=(cB)^2+c^2$", "1*(c^2*(B^2+1))", "(c*B)^2+c^2", "B c"),
        identity(
            r"5.4: $B^2\|u'\|^2=2(cB)^2+(cB)^2c^2$",
            "B^2*(c^4+2*c^2)",
            "2*(c*B)^2+(c*B)^2*c^2",
            "B c",
        ),
        identity(
            r"4.4: $\Phi(\theta';x)=(cB)^2$ plus a term that is off or multiplied by 0",
            "c*(c*B^2)+0*(-c*B^2)",
            "(c*B)^2",
            "B c",
        ),
    ]
    return part("Theorems 4.1, 4.3, 5.4 and 4.4 for every size of the data", None, steps, steps)


def prove() -> list[Part]:
    """All families, at every size and at three sizes."""
    return [
        every_size_3_2(),
        *(of_theorem_3_2(size) for size in SIZES),
        every_size_of_others(),
        *(of_theorem_4_1(size, name, slope) for size in SIZES for name, slope in ACTIVATIONS),
        *(of_theorem_4_3(size) for size in SIZES),
        *(of_theorem_4_4(size, name, slope) for size in SIZES for name, slope in ACTIVATIONS),
    ]
