r"""L Theorem 100 (appendix): deep linear networks, critical points and local minima.

Statement. Take the loss (110) of a linear network with L hidden layers and an output bias c, with
arbitrary data; put v-bar = (W^(L) ... W^(1))^T v. (i) A critical point (Clarke) with v-bar not 0 is
a global minimum. (ii) If both classes have the same weight, a local minimum with v-bar = 0 is one.

Covered: the proof of (i): the gradient by W^(1) for one to three hidden layers, v-bar ⊗ z = 0, and
the subgradient inequality. For (ii) the paper quotes a theorem on deep linear networks with a
differentiable loss (Laurent and von Brecht 2018); the module does without: where v-bar = 0 and c is
inside of [-1, 1], L = 1 - ⟨v-bar, z⟩ near the point, with z = Σ μ_i y_i x_i. If z = 0 this is the
minimum of E; otherwise `away` moves a smallest set of blocks so that L = 1 - t^n. At c = 1 or -1
that goes together with c inwards.

Instances: critical points with v-bar = 1, also of data that no hyperplane separates, with λ_i
between 0 and 1; points with v-bar not 0 that are not global, hence not critical; all cases of (ii),
down to all parameters 0, where the loss falls with t^(L+1). With the weights 3/8, 3/8, 1/4 there is
a local minimum with v-bar = 0 that is not global.

Erratum: the "unit interval" in which c lies at a local minimum with v-bar = 0 is [-1, 1].
"""

from collections.abc import Sequence
from itertools import pairwise

from exactmargin.errors import InternalError
from exactmargin.exact import Number, dot, sign
from exactmargin.networks import Architecture, from_pattern
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class import free, total
from theorems.laurent2018._two_class_deep import SHAPES, Deep
from theorems.laurent2018._two_class_deep_moves import against, away
from theorems.laurent2018._two_class_steps import (
    NEURON,
    Path,
    affine_minimum,
    critical,
    descent,
    hinge,
    lifted_minimum,
    not_critical,
)
from theorems.steps import better, part, positive

Data = tuple[Sequence[Sequence[str]], Sequence[int]]

LINE_DATA: Data = ((("1",), ("-1",)), (1, -1))
POINTS = {
    (1,): ("1", "1", "0"),
    (1, 1): ("1", "1", "1", "0"),
    (2, 1, 2): ("1", "0", "1", "5", "1", "3", "1", "0", "0"),
}
"""Hidden widths, and W^(1), ..., W^(L), v, c with v-bar = 1 and c = 0."""

TWICE: Data = ((("0",), ("0",), ("1",), ("-1",)), (1, -1, 1, -1))
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
    return [
        free(
            r"$\sum_i\mu_i\lambda_i(1-y_i(\langle w,x_i\rangle+d))$ changes by the sums of (111)",
            new,
            f"{old}-(w-u)*({by_w})-(d-c)*({by_d})",
        ),
        positive(
            r"$\sigma(s)\ge\lambda s$ for $s>0$, $\lambda=1-r<1$",
            "s-(1-r)*s",
            "s r",
        ),
        positive(r"$\sigma(s)\ge\lambda s$ for $s<0$, $\lambda>0$", "0-lambda*(-s)", "s lambda"),
    ]


def constant() -> list[Step]:
    """(ii): E(0, c) for c in [-1, 1]; E near such a point; E is at least 1 if z = 0."""
    z = "(m*x1+(1/2-m)*x2-1/2*x3)"
    return [
        free(
            r"$\mathcal{L}=1-\langle\bar{v},z\rangle$ where all terms are on; the weights "
            r"$m$ and $\frac12-m$ of class 1, $\frac12$ of class $-1$",
            "m*(1-(u*x1+c))+(1/2-m)*(1-(u*x2+c))+1/2*(1+(u*x3+c))",
            f"1-u*{z}",
        ),
        free(r"$E(0,c)=\frac12(1-c)+\frac12(1+c)=1$", "1/2*(1-c)+1/2*(1+c)", "1"),
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


def not_global() -> list[Part]:
    """(i): v-bar is not 0 and E has a better point, so in every cell the loss has a slope."""
    line, wide = network((1, 1, 1)), network((1, 2, 1))
    rows: list[tuple[str, Problem, tuple[str, ...], str]] = [
        (
            "Two examples at 0, the others inside their margins",
            hinge("L Theorem 100", line, *TWICE, ("1/2", "1", "1", "0")),
            *(("1",), "0"),
        ),
        (
            "A term of the loss is 0, $c$ is wrong",
            hinge("L Theorem 100", wide, *LINE_DATA, ("1", "-1", "1", "2", "-1", "2")),
            *(("1",), "0"),
        ),
        (
            "On the wrong side",
            hinge("L Theorem 100", wide, *LINE_DATA, ("0", "1", "1", "2", "-1", "1")),
            *(("1",), "0"),
        ),
    ]
    parts = []
    for name, problem, w, d in rows:
        end = not_critical("Not critical: a better point of $E$ is ahead", against(problem, w, d))
        parts.append(part(f"Not global. {name}", problem, [end], [end]))
    return parts


def zero() -> list[Part]:
    """(ii): v-bar = 0 and equal weights; z is 0 once, and |c| > 1 once."""
    rows: list[tuple[str, tuple[int, ...], Data, Sequence[str]]] = [
        *(
            (f"All parameters 0, $L={n}$", (1,) * (n + 1), LINE_DATA, ["0"] * (n + 2))
            for n in (1, 2, 3)
        ),
        ("Two of three blocks are 0, $c=1$", (1, 1, 1), LINE_DATA, ("0", "1", "0", "1")),
        ("One block is 0, $c=-1$", (1, 2, 2), LINE_DATA, ("1", "2", *["0"] * 4, "1", "3", "-1")),
        ("No block is 0", (1, 2), LINE_DATA, ("1", "1", "1", "-1", "1/2")),
        ("$c=2$", (1, 1), LINE_DATA, ("1", "0", "2")),
    ]
    parts = [
        escape(rf"$\bar{{v}}=0$. {name}", hinge("L Theorem 100", network(widths), *data, point))
        for name, widths, data, point in rows
    ]
    flat = hinge(
        "L Theorem 100", network((1, 2, 2)), *MIXED[:2], ("1", *["0"] * 7, "-1/2"), MIXED[2]
    )
    ends = [
        affine_minimum("A local minimum", ["1", "1", "1"], "local-minimum"),
        affine_minimum("A global minimum", ["1", "1", "1"]),
    ]
    return [
        *parts,
        part(r"$\bar{v}=0$. Both classes have the mean 0, $c=-\frac12$", flat, ends, ends),
    ]


def escape(name: str, problem: Problem) -> Part:
    """The loss falls along the curve of `away`, or with c alone."""
    c, size = problem.point().flat()[-1], problem.network.parameter_count
    inwards = {size: ["-1" if c > 0 else "1"]}
    motion = away(problem, pull_of_the_sample(problem)) if sign(c * c - 1) <= 0 else inwards
    if motion is None:
        raise InternalError(f"{name}: z = 0, so there is no curve")
    end = descent("Not a local minimum", problem, motion, ["1/64"])
    return part(name, problem, [end], [end])


def pull_of_the_sample(problem: Problem) -> list[Number]:
    """z = Σ μ_i y_i x_i."""
    data = problem.data
    pulls = [mu * y for mu, y in zip(problem.example_weights, data.labels, strict=True)]
    return [dot(pulls, column) for column in zip(*data.inputs, strict=True)]


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
    """The proof of (i), and of (ii) up to the curve."""
    deep = [Deep(widths) for widths in SHAPES]
    gradients = [step for net in deep for step in (net.gradient(), net.dichotomy())]
    ends = [*convexity(), *constant()]
    return part("Proof of Theorem 100", None, [*gradients, *ends], ends)


def prove() -> list[Part]:
    """The steps of the proof, both statements on instances, the hypothesis of (ii)."""
    return [equations(), *not_zero(), *not_global(), *zero(), unequal()]
