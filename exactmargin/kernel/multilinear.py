"""``multilinear-form``, ``zero-trace-hessian``, ``indefinite-hessian``: Phi_i away from its kinks.

If Phi_i has no kink at theta, each hidden unit has one slope on a neighbourhood of theta (an idle
unit is zero there, whatever its slope), so Phi_i is one polynomial near theta: the forward pass
over symbols, with these slopes. All parameters move here, whatever the objective. In a linear
network nothing is a kink.

The blocks are those of L Theorem 1: the weights u^(l) and the biases b^(l) of each layer apart
(omega^(l), V; b^(l), c in L), with symbols u{l}_{k} and b{l}_{k}. A form in some blocks is
homogeneous of degree one in each of them and free of the others. The terms are, in L's order,
phi_0(u1, ..., um), and phi_l(b_l, u_(l+1), ..., u_m) for each layer l with biases. No two have
the same blocks, so if the terms are forms and their sum is Phi_i, each of them is L's.

The Hessian is over all parameters. Along theta + t d the polynomial is one in t, and its
coefficient of t^2 is half of d^T H d.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from .expressions import read_expression
from .network import Slopes, Trace, Unit, at, forward, slopes_at, unit_name
from .numbers import as_poly, sign, symbol
from .outcome import need
from .problem import Problem
from .reading import integer, items, keys, numbers, table, word


def multilinear_form(problem: Problem, evidence: Any) -> str:
    """Near theta, Phi_i is the sum of the given forms (L Theorem 1)."""
    keys(evidence, "evidence", ("example", "terms"))
    i, _ = _smooth(problem, evidence)
    blocks, place = _blocks(problem), "evidence.terms"
    names = symbols(problem)
    rows = table(evidence["terms"], place, ("blocks", "expression"))
    given = [[word(name, where) for name in items(term["blocks"], where)] for where, term in rows]
    wanted = _shapes(problem)
    need(given == wanted, "term-blocks", place, *wanted)
    rest = as_poly(near(problem, i).output)
    for (where, term), inside in zip(rows, given, strict=True):
        phi = read_expression(term["expression"], names, problem.field, where)
        for e in phi.parts():
            degrees = {name: sum(e[span.start : span.stop]) for name, span in blocks.items()}
            linear = all(degree == (name in inside) for name, degree in degrees.items())
            need(linear, "term-not-multilinear", where, phi)
        rest = rest - phi
    need(not rest.parts(), "other-form", f"example {i + 1}", rest)
    return f"near the parameters the output at example {i + 1} is the sum of the given forms"


def zero_trace_hessian(problem: Problem, evidence: Any) -> str:
    """Near theta every second derivative of Phi_i in one parameter is 0 (L Corollary 2)."""
    keys(evidence, "evidence", ("example",))
    i, _ = _smooth(problem, evidence)
    phi = as_poly(near(problem, i).output)
    highest = max((power for e in phi.parts() for power in e), default=0)
    need(highest < 2, "second-derivative", f"example {i + 1}", phi)
    return (
        f"near the parameters the Hessian of the output at example {i + 1} has a zero diagonal, "
        "so its trace is 0"
    )


def indefinite_hessian(problem: Problem, evidence: Any) -> str:
    """The Hessian H of Phi_i at theta: d^T H d > 0 for one given d, < 0 for the other."""
    keys(evidence, "evidence", ("example", "positive", "negative"))
    i, slopes = _smooth(problem, evidence)
    size = len(problem.theta)
    for key, wanted in (("positive", 1), ("negative", -1)):
        place = f"evidence.{key}"
        d = numbers(evidence[key], place, problem.field, size)
        line = [symbol(1) * step + p for p, step in zip(problem.theta, d, strict=True)]
        output = forward(problem, line, problem.inputs[i], lambda unit, _: slopes[unit]).output
        bend = [*as_poly(output).coefficients(), Fraction(0), Fraction(0)][2] * 2
        need(sign(bend) == wanted, "curvature", place, bend)
    return f"the Hessian of the output at example {i + 1} is indefinite at the parameters"


def _smooth(problem: Problem, evidence: Any) -> tuple[int, Slopes]:
    """The example, and the slopes of all hidden units near theta."""
    i = integer(evidence["example"], "evidence.example", 1, len(problem.labels)) - 1
    return i, _slopes(problem, i)


def _slopes(problem: Problem, i: int) -> Slopes:
    def decide(unit: Unit) -> Any:
        need(False, "form-on-a-kink", f"example {i + 1}", unit_name(unit))
        return 0

    trace = at(problem, problem.theta, i)
    return slopes_at(replace(problem, layer=None), trace, decide)


def near(problem: Problem, i: int) -> Trace:
    """The forward pass near theta in symbols, s_(p+1) for the flat parameter p; no kink there."""
    theta, slopes = [symbol(p + 1) for p in range(len(problem.theta))], _slopes(problem, i)
    return forward(problem, theta, problem.inputs[i], lambda unit, _: slopes[unit])


def symbols(problem: Problem) -> list[str]:
    """The names of all parameters, flat."""
    blocks = _blocks(problem).items()
    return [f"{name}_{k}" for name, span in blocks for k in range(1, len(span) + 1)]


def _blocks(problem: Problem) -> dict[str, range]:
    """The flat parameters of each block, in flat order."""
    blocks: dict[str, range] = {}
    for l, layer in enumerate(problem.layers, 1):
        middle = layer.stop - len(layer.biases)
        blocks |= {f"u{l}": range(layer.start, middle), f"b{l}": range(middle, layer.stop)}
    return blocks


def _shapes(problem: Problem) -> list[list[str]]:
    """The blocks of each term."""
    weights = [f"u{l}" for l in range(1, len(problem.layers) + 1)]
    biased = [l for l, layer in enumerate(problem.layers, 1) if layer.biases]
    return [weights, *([f"b{l}", *weights[l:]] for l in biased)]
