"""Minima of a hinge loss L, evidence ``by``: a method. And curves, points with a smaller loss.

No loss is negative, so L(theta) = 0 is a global minimum (``zero-loss``).

``constant``, for a local one: no hidden pre-activation is on its kink at theta, so near theta every
inside m_j is a polynomial. Let tau_j be 1 where m_j > 0 at theta and 0 elsewhere, but for some j,
which are listed, a polynomial in the parameters with 0 < tau_j < 1 at theta, and so near theta.
Then L >= sum_j w_j tau_j m_j near theta; and this polynomial is the constant L(theta).

The other two methods are for one output with labels 1 and -1. As
max(0, m) >= tau m for tau in [0, 1], with lambda_i = tau_i mu_i at all parameters

    L >= sum_i lambda_i (1 - y_i Phi_i).

``linear``, slope 1 or no hidden layer: Phi_i = <beta, x_i> + b, whatever beta and b are made of;
b = 0 without biases, and beta is 0 at inputs that no unit reads. If sum_i lambda_i y_i x_i = 0 at
the others, sum_i lambda_i y_i = 0 where there are biases, and sum_i lambda_i >= L(theta), then L >=
L(theta) everywhere.

``hinge-lifting``, one hidden layer, no shared weights: the trees and the vectors g_k are those of
``neurons``, and give

    L >= sum_i lambda_i - c sum_i lambda_i y_i - sum_k |v_k| <w_k, g_k>    on a region.

If sum_i lambda_i y_i = 0 where there is an output bias c, sum_i lambda_i >= L(theta), and for
each k either g_k = 0, or v_k = 0 at theta and <w_k, g_k> < 0 at theta, which stays so near theta
(in a proof of a local minimum only), then L >= L(theta) on the region.

A curve as in ``minima``, on each piece of which every term of L keeps its sign, so that L is a
quotient of polynomials there: it is smaller than L(theta) for all t in (0, t0).
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

from .expressions import read_expression
from .hinge import loss, terms
from .minima import Ends, along, better_point, descends
from .minimum import Method, by_method
from .multilinear import passes_near, symbols
from .network import inner
from .neurons import NeuronTrees
from .numbers import Number, Poly, as_poly, bernstein_sign, sign, symbol
from .outcome import need, show
from .problem import Problem
from .reading import keys, numbered, numbers
from .replicates import Replicated


def hinge_local_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a local minimum of the loss."""
    _prove(problem, evidence, local=True)
    return "the parameters are a local minimum"


def hinge_global_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a global minimum of the loss."""
    _prove(problem, evidence, local=False)
    return "the parameters are a global minimum"


def _prove(problem: Problem, evidence: Any, local: bool) -> None:
    method, rest = by_method(METHODS, evidence)
    fits = problem.loss == "hinge" or method in (zero_loss, constant)
    need(fits, "method-of-the-binary-loss", "problem.objective", problem.loss)
    method(problem, rest, loss(problem, problem.theta), local)


def zero_loss(_problem: Problem, evidence: Any, bound: Number, _local: bool) -> None:
    """L(theta) = 0."""
    keys(evidence, "evidence", ())
    need(not sign(bound), "loss-not-zero", "problem.parameters", bound)


def constant(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """sum_j w_j tau_j m_j is constant near theta."""
    place, field = "evidence.multipliers", problem.field
    listed = keys(evidence, "evidence", (), ("multipliers",)).get("multipliers", [])
    need(local, "constant-is-local", "evidence.by")
    theta = [symbol(p + 1) for p in range(len(problem.theta))]
    passes = [passes_near(problem, i)(theta) for i in range(len(problem.labels))]
    point, total = dict(enumerate(problem.theta, 1)), as_poly(bound * -1)
    given = numbered(listed, place, "term", len(terms(problem)), ("value",))
    for j, term in enumerate(terms(problem)):
        inside = as_poly(term.inside(passes[term.example]))
        tau = as_poly(int(sign(inside.at(point)) > 0))
        if j in given:
            where, row = given[j]
            tau = read_expression(row["value"], symbols(problem), field, where)
            here = tau.at(point)
            need(sign(here) > 0 > sign(here - 1), "varying-multiplier-outside", where, here)
        total = total + inside * tau * term.weight
    need(not total.parts(), "loss-not-constant", "problem.parameters", total)


def lambdas(problem: Problem, taus: list[Number], bound: Number, place: str) -> list[Number]:
    """tau_i mu_i with tau_i in [0, 1]; their sum is at least ``bound``, which is L(theta)."""
    for i, a in enumerate(taus):
        inside = sign(a) >= 0 and sign(a - 1) <= 0
        need(inside, "hinge-multiplier-outside", f"{place}.multipliers[{i}]", a)
    found = [a * b for a, b in zip(taus, problem.weights or (), strict=True)]
    proved = sum(found, Fraction(0))
    need(sign(proved - bound) >= 0, "hinge-bound", place, proved, bound)
    return found


def linear(problem: Problem, evidence: Any, bound: Number, _local: bool) -> None:
    """A convex problem's optimality."""
    keys(evidence, "evidence", ("multipliers",))
    affine = problem.slope == 1 or len(problem.layers) == 1
    need(affine, "hinge-linear-with-kinks", "problem.network", problem.slope)
    place, size = "evidence.multipliers", len(problem.labels)
    taus = numbers(evidence["multipliers"], place, problem.field, size)
    found = lambdas(problem, taus, bound, "evidence")
    pulls = [a * y for a, y in zip(found, problem.labels, strict=True)]
    read = {j for row in problem.layers[0].rows for _, j in row}
    columns: list[Any] = [[x[j] for x in problem.inputs] for j in read]
    columns += [[Fraction(1)] * size for layer in problem.layers if layer.biases]
    for column in columns:
        total = inner(pulls, column)
        need(not sign(total), "hinge-linear-stationarity", place, total)


def hinge_lifting(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """Trees for one hidden layer."""
    keys(evidence, "evidence", ("tree",))
    trees = HingeTrees(problem, bound, local)
    trees.check(evidence["tree"], trees.root(local), "evidence.tree")


class HingeTrees(NeuronTrees):
    """L >= L(theta), leaf by leaf."""

    def __init__(self, problem: Problem, bound: Number, local: bool):
        super().__init__(problem)
        self.bound, self.local = bound, local

    def weights(self, multipliers: list[Number], place: str) -> list[Number]:
        """lambda_i = tau_i mu_i."""
        found = lambdas(self.problem, multipliers, self.bound, place)
        total = inner(found, self.labels) * self.output_bias
        need(not sign(total), "hinge-unbalanced", place, total)
        return found

    def admit(self, k: int, g: list[Any], place: str) -> None:
        """g_k = 0, or the neuron is read with 0 and <w_k, g_k> < 0."""
        theta = self.problem.theta
        unread = self.local and k in self.v and not sign(theta[self.v[k]])
        inside = unread and sign(inner([theta[p] for p in self.w[k]], g)) < 0
        need(inside or not any(map(sign, g)), "hinge-stationarity", place, *g)


METHODS: dict[str, Method] = {
    "zero-loss": zero_loss,
    "constant": constant,
    "linear": linear,
    "hinge-lifting": hinge_lifting,
}


def hinge_not_global_minimum(problem: Problem, evidence: Any) -> str:
    """A point with a smaller loss; whatever theta is, it is not a global minimum."""
    better = better_point(problem, evidence)
    old, new = loss(problem, problem.theta), loss(problem, better)
    need(sign(old - new) > 0, "loss-not-smaller", "evidence.better", new, old)
    return f"the parameters are not a global minimum: loss {show(old)}, reachable {show(new)}"


def hinge_not_local_minimum(problem: Problem, evidence: Any) -> str:
    """A curve from theta of points with a smaller loss, for all t in (0, t0)."""
    return descends(problem, evidence, _loss_gap)


def _loss_gap(problem: Problem, theta: Any, d: Poly, ends: Ends, place: str) -> Poly:
    """d^depth times the decrease of the loss."""
    scale = prod([d] * len(problem.layers))
    gap = as_poly(scale * loss(problem, problem.theta))
    for term in terms(problem):
        where = f"{place}, {term.name}"
        value = term.inside(along(problem, theta, d, term.example, ends, where), scale)
        side = bernstein_sign(value, *ends)
        need(side is not None, "term-changes-sign", where, *ends)
        gap = gap - value * term.weight * int(side == 1)
    if isinstance(problem, Replicated):  # they have a hidden layer: the depth is 2 at least
        gap = gap - problem.penalty(theta) * prod([d] * (len(problem.layers) - 2))
    return gap
