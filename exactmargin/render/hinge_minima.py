"""Minima of a hinge loss: the loss at the point, and the proof; curves and points that lower it."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from exactmargin.kernel.hinge import Term, loss, terms
from exactmargin.kernel.hinge_minima import HingeTrees
from exactmargin.kernel.minima import Ends, along
from exactmargin.kernel.network import at, inner
from exactmargin.kernel.numbers import (
    Poly,
    as_poly,
    bernstein_sign,
    from_coefficients,
    pieces,
    sign,
)
from exactmargin.kernel.replicates import Replicated
from exactmargin.render.bernstein import bernstein, bernstein_cell
from exactmargin.render.expressions import expression
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain, table, vector
from exactmargin.render.lifting import Column, setting_text, tables
from exactmargin.render.numerals import join, number, polynomial
from exactmargin.render.point import layered_table
from exactmargin.render.setting import Setting, pre_activation_head

__all__ = [
    "global_minimum",
    "local_minimum",
    "loss_table",
    "not_global_minimum",
    "not_local_minimum",
]


def local_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The loss, and why no point near theta has a smaller one."""
    return _minimum(setting, evidence, local=True)


def global_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The loss, and why no point has a smaller one."""
    return _minimum(setting, evidence, local=False)


def _minimum(setting: Setting, evidence: Any, local: bool) -> list[str]:
    shown = loss_table(setting, setting.problem.theta)
    return ["The terms of the loss:", *shown, *METHODS[evidence["by"]](setting, evidence, local)]


def class_of(term: Term) -> str:
    """The class that names a term, if there are several outputs."""
    return term.name.partition("class ")[2]


def inside_name(setting: Setting, theta: str) -> str:
    """What a term of the loss is the positive part of."""
    if setting.problem.loss == "hinge":
        return f"1-y_i\\,\\Phi({theta};x_i)"
    return f"m_{{ir}}({theta})"


def loss_table(setting: Setting, theta: Sequence[Any], mark: str = "") -> list[str]:
    """A table of the terms at numbers, and their sum."""
    problem, rows = setting.problem, []
    for term in terms(problem):
        trace = at(problem, theta, term.example)
        cells = [class_of(term), number(term.inside(trace)), number(term.weight)]
        rows.append([[str(term.example + 1)], setting.hidden(trace), cells])
    inside = inside_name(setting, f"\\theta{mark}")
    heads = [["i"], pre_activation_head(setting, mark), ["r", inside, "\\mu_i"]]
    sums = "\\sum_i\\mu_i" if problem.loss == "hinge" else "\\sum_{i,r}\\mu_i"
    total = [f"= {sums}\\max(0,{inside})"]
    if isinstance(problem, Replicated):
        total[0] += f"+{number(problem.penalty(theta))}"
    value = [f"= {number(loss(problem, theta))}"]
    return [layered_table(heads, rows, mark), chain(f"L(\\theta{mark})", total, value, end=".")]


def _zero_loss(_setting: Setting, _evidence: Any, _local: bool) -> list[str]:
    return ["No loss is negative."]


def _constant(setting: Setting, evidence: Any, _local: bool) -> list[str]:
    first = (
        "No hidden pre-activation is on its kink, so near $\\theta$ every term is the positive "
        "part of a polynomial. "
    )
    constant = "and all coefficients of that polynomial but the constant one are 0."
    listed = evidence.get("multipliers")
    if not listed:
        return [
            f"{first}The terms that are positive at $\\theta$ add up to a lower bound, {constant}"
        ]
    rows, all_terms = [], terms(setting.problem)
    for entry in listed:
        term = all_terms[entry["term"] - 1]
        value = join(expression(entry["value"], setting.problem.field))
        rows.append([str(term.example + 1), class_of(term), value])
    return [
        f"{first}It is at least $\\tau$ times the polynomial where $0\\le\\tau\\le1$. Let "
        "$\\tau=1$ for the terms that are positive at $\\theta$, $\\tau=0$ for all others but",
        table(["i", "r", "\\tau_{ir}"], rows),
        "with $u_{l,k}$ for parameter $k$ of layer $l$ (the number that stands in its pattern) and "
        "$b_{l,k}$ for the bias of its unit $k$. These are between 0 and 1 at $\\theta$, and so "
        "near $\\theta$. The terms, times weight and $\\tau$, add up to a lower bound of the loss, "
        f"{constant}",
    ]


def _linear(setting: Setting, evidence: Any, _local: bool) -> list[str]:
    problem = setting.problem
    taus = setting.numbers(evidence["multipliers"])
    lambdas = [a * b for a, b in zip(taus, problem.weights or (), strict=True)]
    bias = any(layer.biases for layer in problem.layers)
    balance = " and $\\sum_i\\lambda_iy_i=0$" if bias else ""
    return [
        "Whatever the parameters are, $\\Phi(\\theta';x)$ is an affine function "
        f"$\\langle\\beta,x\\rangle+b${'' if bias else ' with $b=0$'} of the inputs that some "
        "unit reads. With",
        chain("\\lambda", [f"= {vector([number(x) for x in lambdas])}"], end=","),
        f"$0\\le\\lambda_i\\le\\mu_i$, there is $\\sum_i\\lambda_iy_ix_i=0$ at these "
        f"inputs{balance}, so",
        _bound(sum(lambdas, Fraction(0)), "\\sum_i\\lambda_i"),
    ]


def _bound(total: Any, last: str) -> str:
    first = ["\\ge \\sum_i\\lambda_i\\bigl(1-y_i\\,\\Phi(\\theta';x_i)\\bigr)"]
    sides = [first, [f"\\ge {last}"], [f"= {number(total)}"], ["\\ge L(\\theta)"]]
    return chain("L(\\theta')", *sides, end=".")


def _lifting(setting: Setting, evidence: Any, local: bool) -> list[str]:
    problem = setting.problem
    trees = HingeTrees(problem, loss(problem, problem.theta), local)

    def product(k: int, g: list[Any]) -> str:
        w = [problem.theta[p] for p in trees.w[k]]
        return number(inner(w, g)) if any(map(sign, g)) else ""

    total = Column("\\sum_i\\lambda_i", lambda found: sum(found, Fraction(0)))
    turned = (
        "or $v_k=0$ at $\\theta$ and $\\langle w_k,g_k\\rangle<0$ there, and so near $\\theta$; "
        if local
        else ""
    )
    balance = ", $\\sum_i\\lambda_iy_i=0$" if trees.output_bias else ""
    sides = [
        ["\\ge \\sum_i\\lambda_i\\bigl(1-y_i\\,\\Phi(\\theta';x_i)\\bigr)"],
        ["\\ge \\sum_i\\lambda_i", "- \\sum_k|v'_k|\\langle w'_k,g_k\\rangle"],
        ["\\ge L(\\theta)"],
    ]
    return [
        *setting_text(setting, trees, local),
        f"All $\\lambda_i\\le\\mu_i${balance}, and all $g_k=0$, {turned}so there",
        chain("L(\\theta')", *sides, end="."),
        *tables(setting, trees, evidence, local, total, Column("w_k^\\top g_k", product)),
    ]


METHODS: dict[str, Callable[[Setting, Any, bool], list[str]]] = {
    "zero-loss": _zero_loss,
    "constant": _constant,
    "linear": _linear,
    "hinge-lifting": _lifting,
}
"""How the evidence of each of the kernel's methods is shown: setting, evidence, local."""


def not_global_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The better point and both losses."""
    better = setting.numbers(evidence["better"])
    return [
        "The point $\\theta'$ given by",
        block_values(setting.naming.blocks, [number(x) for x in better], "'"),
        "has a smaller loss:",
        *loss_table(setting, better, "'"),
        "The loss at $\\theta$ is",
        *loss_table(setting, setting.problem.theta)[1:],
    ]


def not_local_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The curve, the terms of the loss along it, and its decrease."""
    problem = setting.problem
    points = setting.numbers(evidence["breakpoints"])
    curve = [from_coefficients(setting.numbers(row)) for row in evidence["numerators"]]
    d = from_coefficients(setting.numbers(evidence["denominator"]))
    plain, depth = not (d - 1).parts(), len(problem.layers)
    scale = "" if plain else f"d(t)^{{{depth}}}"
    let = "Consider the curve"
    if not plain:
        let = f"Let $d(t)={join(polynomial(d, ['t']))}>0$ and consider the curve"
    entries = [join(polynomial(p, ["t"])) for p in curve]
    shown = block_values(setting.naming.blocks, entries, "(t)", "" if plain else "d(t)\\,", ",")
    rows, gaps = [], []
    for ends in pieces(points, "evidence.breakpoints"):
        interval = f"({number(ends[0])},{number(ends[1])})"
        found, gap = _piece(setting, curve, d, ends)
        rows += [[interval, *row] for row in found]
        cell = bernstein_cell(bernstein(gap, *ends))
        gaps.append([interval, join(polynomial(gap, ["t"])), cell])
    inside = scale + "\\bigl(" + inside_name(setting, "\\theta(t)") + "\\bigr)"
    fall = f"{scale}\\bigl(L(\\theta)-L(\\theta(t))\\bigr)"
    return [
        let,
        shown,
        "which starts at $\\theta(0)=\\theta$. The hidden pre-activations and the terms of the "
        "loss keep their signs on each piece, by Bernstein coefficients:",
        table(
            ["t\\in", "i", "r", "\\text{signs}", inside, "\\text{sign}", "\\text{coefficients}"],
            rows,
        ),
        "The loss is smaller for all $t$ in these open intervals and between them:",
        table(["t\\in", fall, "\\text{coefficients}"], gaps),
        "So points with a smaller loss lie in every neighbourhood of $\\theta$; at $\\theta$:",
        *loss_table(setting, problem.theta),
    ]


def _piece(
    setting: Setting, curve: list[Poly], d: Poly, ends: Ends
) -> tuple[list[list[str]], Poly]:
    """The terms on a piece, and the decrease of the loss times a power of d."""
    problem, rows = setting.problem, []
    scale = prod([d] * len(problem.layers))
    gap = as_poly(scale * loss(problem, problem.theta))
    marks = {1: "+", 0: "0", -1: "-", None: ""}
    for term in terms(problem):
        trace = along(problem, curve, d, term.example, ends, "")
        value = term.inside(trace, scale)
        side = bernstein_sign(value, *ends)
        signs = [[marks[bernstein_sign(z, *ends)] for z in row] for row in trace.z[:-1]]
        shown = "\\ ".join(f"({row})" for row in map(",\\allowbreak ".join, signs))
        formula = join(polynomial(as_poly(value), ["t"]))
        cell = bernstein_cell(bernstein(value, *ends))
        rows.append([str(term.example + 1), class_of(term), shown, formula, marks[side], cell])
        gap = gap - value * term.weight * int(side == 1)
    if isinstance(problem, Replicated):
        gap = gap - problem.penalty(curve) * prod([d] * (len(problem.layers) - 2))
    return rows, gap
