"""``multilinear-form``, ``zero-trace-hessian``, ``indefinite-hessian``: away from all kinks.

The claims are about Phi_i, if the evidence names an example, else about the loss L of a problem
with a hinge loss.

If Phi_i has no kink at theta, each hidden unit has one slope on a neighbourhood of theta (an idle
unit is zero there, whatever its slope), so Phi_i is one polynomial near theta: the forward pass
over symbols, with these slopes. All parameters move here, whatever the objective. In a linear
network nothing is a kink. If moreover no term m_j of L is zero, those that are positive at theta
add up to L near theta (``loss_cells``, whose path stays at theta): the polynomial of the cell.

The blocks are those of L Theorem 1: the weights u^(l) and the biases b^(l) of each layer apart
(omega^(l), V; b^(l), c in L), with symbols u{l}_{k} and b{l}_{k}. A form in some blocks is
homogeneous of degree one in each of them and free of the others. The terms are, in L's order,
phi_0(u1, ..., um), phi_l(b_l, u_(l+1), ..., u_m) for each layer l with biases and, for the loss, a
constant. No two have the same blocks, so if the terms are forms with the right sum, they are L's.

The Hessian is over all parameters. Along theta + t d the polynomial is one in t, and its
coefficient of t^2 is half of d^T H d.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from .expressions import read_expression
from .loss_cells import LossCells, on_the_cell
from .network import Trace, Unit, at, forward, slopes_at, unit_name
from .numbers import Poly, as_poly, sign, symbol
from .outcome import form, need
from .problem import Problem
from .reading import integer, items, keys, numbers, table, word

Near = Callable[[list[Any]], Poly]


def multilinear_form(problem: Problem, evidence: Any) -> str:
    """Near theta, Phi_i or the loss is the sum of the given forms (L Theorem 1)."""
    keys(evidence, "evidence", ("terms",), ("example",))
    what, value = near(problem, evidence)
    blocks, place = _blocks(problem), "evidence.terms"
    names = symbols(problem)
    rows = table(evidence["terms"], place, ("blocks", "expression"))
    given = [[word(name, where) for name in items(term["blocks"], where)] for where, term in rows]
    wanted = [*_shapes(problem), *[[]] * ("example" not in evidence)]
    need(given == wanted, "term-blocks", place, *wanted)
    rest = _polynomial(problem, value)
    for (where, term), inside in zip(rows, given, strict=True):
        phi = read_expression(term["expression"], names, problem.field, where)
        for e in phi.parts():
            degrees = {name: sum(e[span.start : span.stop]) for name, span in blocks.items()}
            linear = all(degree == (name in inside) for name, degree in degrees.items())
            need(linear, "term-not-multilinear", where, phi)
        rest = rest - phi
    need(not rest.parts(), "other-form", what, rest)
    return f"near the parameters {what} is the sum of the given forms"


def zero_trace_hessian(problem: Problem, evidence: Any) -> str:
    """Near theta every second derivative in one parameter is 0 (L Corollary 2)."""
    keys(evidence, "evidence", (), ("example",))
    what, value = near(problem, evidence)
    phi = _polynomial(problem, value)
    highest = max((power for e in phi.parts() for power in e), default=0)
    need(highest < 2, "second-derivative", what, phi)
    return f"near the parameters the Hessian of {what} has a zero diagonal, so its trace is 0"


def indefinite_hessian(problem: Problem, evidence: Any) -> str:
    """The Hessian H at theta: d^T H d > 0 for one given d, < 0 for the other."""
    keys(evidence, "evidence", ("positive", "negative"), ("example",))
    what, value = near(problem, evidence)
    size = len(problem.theta)
    for key, wanted in (("positive", 1), ("negative", -1)):
        place = f"evidence.{key}"
        d = numbers(evidence[key], place, problem.field, size)
        line = [symbol(1) * step + p for p, step in zip(problem.theta, d, strict=True)]
        bend = [*value(line).coefficients(), Fraction(0), Fraction(0)][2] * 2
        need(sign(bend) == wanted, "curvature", place, bend)
    return f"the Hessian of {what} is indefinite at the parameters"


def near(problem: Problem, evidence: Any) -> tuple[str, Near]:
    """What a claim is about, and its polynomial near theta, as a function of the parameters."""
    if "example" not in evidence:
        form(problem.loss is not None, "form-without-example", "evidence", *evidence)
        cell = LossCells(problem).entered([], "problem.parameters")

        def loss(theta: list[Any]) -> Poly:
            one = Fraction(1)
            return sum((on_the_cell(problem, theta, *on, one) for on in cell), as_poly(0))

        return "the loss", loss
    need(problem.outputs == 1, "form-of-several-outputs", "problem.network", problem.outputs)
    i = integer(evidence["example"], "evidence.example", 1, len(problem.labels)) - 1
    run = passes_near(problem, i)
    return f"the output at example {i + 1}", lambda theta: as_poly(run(theta).output)


def passes_near(problem: Problem, i: int) -> Callable[[list[Any]], Trace]:
    """The forward pass at example i with the slopes of the units near theta; no kink there."""

    def decide(unit: Unit) -> Any:
        need(False, "form-on-a-kink", f"example {i + 1}", unit_name(unit))
        return 0

    trace = at(problem, problem.theta, i)
    slopes = slopes_at(replace(problem, layer=None), trace, decide)
    return lambda theta: forward(problem, theta, problem.inputs[i], lambda unit, _: slopes[unit])


def _polynomial(problem: Problem, value: Near) -> Poly:
    """In symbols, s_(p+1) for the flat parameter p."""
    return value([symbol(p + 1) for p in range(len(problem.theta))])


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
