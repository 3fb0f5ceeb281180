r"""L Theorem 100 (appendix): deep linear networks, critical points and local minima.

Statement. Take the loss (110) of a linear network with L hidden layers and an output bias c, with
arbitrary data; put v-bar = (W^(L) ... W^(1))^T v. (i) A critical point (Clarke) with v-bar not 0 is
a global minimum. (ii) If both classes have the same weight, a local minimum with v-bar = 0 is one.

Covered: the proof of (i): the gradient by W^(1) for one to three hidden layers, v-bar ⊗ z = 0, and
the subgradient inequality; of (ii) that E(0, c) = 1 on [-1, 1]. The proof of (ii) then quotes a
theorem on deep linear networks with a differentiable loss (Laurent and von Brecht 2018), which is
not checked. Instances: critical points, also of data that no hyperplane separates, with λ_i between
0 and 1; with v-bar = 0 global minima, and points that are not local minima, down to all parameters
0, where the loss falls with t^(L+1). With the weights 3/8, 3/8, 1/4 there is a local minimum with
v-bar = 0 that is not global.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from exactmargin.networks import Architecture, from_pattern
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class import total
from theorems.laurent2018._two_class_deep import SHAPES, Deep
from theorems.laurent2018._two_class_steps import (
    NEURON,
    Path,
    affine_minimum,
    critical,
    descent,
    hinge,
    lifted_minimum,
)
from theorems.vardi2022._steps import better, identity, part, positive

LINE_DATA = ((("1",), ("-1",)), (1, -1))
POINTS = {
    (1,): ("1", "1", "0"),
    (1, 1): ("1", "1", "1", "0"),
    (2, 1, 2): ("1", "0", "1", "5", "1", "3", "1", "0", "0"),
}
"""Hidden widths, and W^(1), ..., W^(L), v, c with v-bar = 1 and c = 0."""

TWICE = ((("0",), ("0",), ("1",), ("-1",)), (1, -1, 1, -1))
"""Two examples at 0 with either label, and two that can be solved."""

BEYOND = ((("1",), ("-1",), ("2",)), (1, -1, -1), ("2/5", "2/5", "1/5"))
MIXED = ((("-1",), ("0",), ("1",)), (1, -1, 1), ("1/4", "1/2", "1/4"))
"""The mean of either class is 0: nothing is better than a constant."""


def network(widths: Sequence[int]) -> Architecture:
    """Hidden layers without biases, an output with one."""
    rows = [
        [tuple(range(1 + i * d, 1 + i * d + d)) for i in range(k)]
        for d, k in pairwise([*widths, 1])
    ]
    return from_pattern(rows, [False] * (len(widths) - 1) + [True], 1)


def convexity() -> list[Step]:
    """(111) and (112) make (v-bar, c) a minimum of E, by the subgradient inequality."""
    every = (1, 2)
    new = total(f"mu{i}*lambda{i}*(1-y{i}*(w*x{i}+d))" for i in every)
    old = total(f"mu{i}*lambda{i}*(1-y{i}*(u*x{i}+c))" for i in every)
    by_w = total(f"mu{i}*lambda{i}*y{i}*x{i}" for i in every)
    by_d = total(f"mu{i}*lambda{i}*y{i}" for i in every)
    names = " ".join(f"{name}{i}" for name in ("mu", "lambda", "y", "x") for i in every)
    return [
        identity(
            r"$\sum_i\mu_i\lambda_i(1-y_i(\langle w,x_i\rangle+d))$ changes by the sums of (111)",
            new,
            f"{old}-(w-u)*({by_w})-(d-c)*({by_d})",
            f"{names} u w c d",
        ),
        positive(
            r"$\sigma(s)\ge\lambda s$ for $s>0$, $\lambda=1-r<1$",
            "s-(1-r)*s",
            "s r",
        ),
        positive(r"$\sigma(s)\ge\lambda s$ for $s<0$, $\lambda>0$", "0-lambda*(-s)", "s lambda"),
    ]


def constant() -> list[Step]:
    """(ii): E(0, c) for c in [-1, 1]."""
    return [
        identity(r"$E(0,c)=\frac12(1-c)+\frac12(1+c)=1$", "1/2*(1-c)+1/2*(1+c)", "1", "c"),
        positive(r"$E(0,1+s)>1$", "1/2*(1+(1+s))-1", "s"),
        positive(r"$E(0,-1-s)>1$", "1/2*(1-(-1-s))-1", "s"),
    ]


def not_zero() -> list[Part]:
    """(i): critical points with v-bar = 1, each a global minimum."""
    parts = []
    for hidden, point in POINTS.items():
        net = network((1, *hidden))
        shown = ",".join(map(str, hidden))
        rest = ["0"] * (len(point) - 2)
        up, down, back = ["1", *rest, "0"], ["-1", *rest, "0"], ["0", *rest, "-1"]
        twice = hinge("L Theorem 100", net, *TWICE, point)
        ends = [
            critical(r"Critical, $\bar{v}=1$", [("1", [up])]),
            affine_minimum("A global minimum", ["1", "1", "0", "0"]),
        ]
        parts.append(part(f"Hidden widths {shown}, two examples at 0", twice, ends, ends))
        beyond = hinge("L Theorem 100", net, *BEYOND[:2], point, BEYOND[2])
        cells: list[tuple[str, Path]] = [("1/2", [back]), ("1/4", [down]), ("1/4", [up])]
        ends = [
            critical(r"Critical, $\lambda=(\frac34,\frac14,1)$", cells),
            affine_minimum("A global minimum", ["3/4", "1/4", "1"]),
        ]
        parts.append(part(f"Hidden widths {shown}, between cells", beyond, ends, ends))
    return parts


def zero() -> list[Part]:
    """(ii): with v-bar = 0 and equal weights, either a global minimum or no local one."""
    deep = network((1, 2, 2))
    flat = hinge("L Theorem 100", deep, *MIXED[:2], ("1", *["0"] * 8), MIXED[2])
    ends = [
        affine_minimum("A local minimum", ["1", "1", "1"], "local-minimum"),
        affine_minimum("A global minimum", ["1", "1", "1"]),
    ]
    parts = [part(r"$\bar{v}=0$, nothing is better than a constant", flat, ends, ends)]
    for depth in (1, 2, 3):
        net = network((1,) * (depth + 1))
        problem = hinge("L Theorem 100", net, *LINE_DATA, ["0"] * (depth + 2))
        motion = {p: ["1"] for p in range(1, depth + 2)}
        parts.append(falls(f"All parameters 0, $L={depth}$", problem, motion))
    edge = hinge("L Theorem 100", network((1, 1, 1)), *LINE_DATA, ("0", "1", "0", "1"))
    motion = {1: ["1"], 3: ["1"], 4: ["0", "-1"]}
    return [*parts, falls(r"$\bar{v}=0$ and $c=1$", edge, motion)]


def falls(name: str, problem: Problem, motion: Mapping[int, Sequence[str]]) -> Part:
    """Critical, v-bar = 0, and the loss falls along a curve."""
    still = ["0"] * len(problem.point().flat())
    inwards = [*still[:-1], "-1"]
    ends = [
        critical(r"Critical, $\bar{v}=0$", [("1", [inwards])]),
        descent("Not a local minimum", problem, motion, ["1/2"]),
    ]
    return part(name, problem, ends, ends)


def unequal() -> Part:
    """The weights 3/8, 3/8, 1/4; along the first axis class -1 is between the others."""
    inputs, weights = (("1", "0"), ("3", "0"), ("2", "1")), ("3/8", "3/8", "1/4")
    net, point = network((2, 1)), ("1", "0", "0", "1")
    problem = hinge("L Theorem 100, unequal weights", net, inputs, (1, 1, -1), point, weights)
    tree = {
        "neuron": 1,
        "positive": {"multipliers": ["2/3", "0", "1"], "neurons": [NEURON]},
        "negative": {"multipliers": ["1/6", "1/2", "1"], "neurons": [NEURON]},
    }
    ends = [
        lifted_minimum(r"A local minimum with $\bar{v}=0$ and $\mathcal{L}=\frac12$", tree),
        better("Not a global minimum", ("0", "-2", "1", "1")),
    ]
    return part("Unequal weights", problem, ends, ends)


def equations() -> Part:
    """The proof of (i) and the first half of the proof of (ii)."""
    deep = [Deep(widths) for widths in SHAPES]
    steps = [step for net in deep for step in (net.gradient(), net.dichotomy())]
    proof = [*steps, *convexity(), *constant()]
    return part("Proof of Theorem 100", None, proof, proof)


def prove() -> list[Part]:
    """The steps of the proof, both statements on instances, the hypothesis of (ii)."""
    return [equations(), *not_zero(), *zero(), unequal()]
