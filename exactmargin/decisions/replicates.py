"""Replicates with a penalty (L eq. 13): decided by the binary problem of each (L Theorem 7).

The replicates have no parameter in common. Where their hidden layers agree the penalty is 0, with
its gradient: the point is critical exactly if it is for each replicate, and a minimum if it is one
for each. Where they do not agree it is not critical, and the penalty falls along a line on
which the loss does not change to first order. The weights of all hidden layers may shrink while
those of the outputs grow, and no output changes: so the penalty can be made as small as need be,
and a global minimum is one for each replicate. A local minimum need not be: what one replicate
gains on a curve may cost more than it brings.
"""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from flint import fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import line_from
from exactmargin.decisions.hinge_curves import better_certificate, loss_curve
from exactmargin.decisions.hinge_view import loss_at
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, Polynomial, sign
from exactmargin.networks import coordinates_of_copy
from exactmargin.problems import Problem, replicates, replicates_agree, shared_problem
from exactmargin.problems.penalty import hidden_places

__all__ = [
    "cells_of_replicates",
    "critical_by_replicates",
    "global_by_replicates",
    "local_by_replicates",
    "sharp_by_replicates",
]

Decide = Callable[[Problem], Verdict]
Curve = Sequence[Polynomial]

TRADES = (1, 2**6, 2**20)
"""Factors by which output weights that are 0 grow faster, and hidden weights move less."""


def critical_by_replicates(problem: Problem, decide: Decide) -> Verdict:
    """Whether θ is a critical point (Clarke); `decide` says so of a binary problem."""
    if not replicates_agree(problem):
        certificate = Certificate.about(problem, "not-clarke-critical", {})
        return Verdict.proved(Answer.NO, certificate)
    verdicts = []
    for r, replicate in enumerate(replicates(problem)):
        verdicts.append(verdict := decide(replicate))
        if verdict.answer is Answer.NO:
            evidence = {"replicate": r, "evidence": _evidence(verdict)}
            certificate = Certificate.about(problem, "not-clarke-critical", evidence)
            return Verdict.proved(Answer.NO, certificate)
    return _all_of(problem, "clarke-critical", verdicts)


def local_by_replicates(problem: Problem, decide: Decide, budget: Budget) -> Verdict:
    """Whether θ is a local minimum; `decide` says so of problems without a penalty.

    Unknown also where a replicate alone, or all with the same hidden layers, can do better,
    but no curve was found on which this pays for the penalty.
    """
    if not replicates_agree(problem):
        certificate = loss_curve(problem, line_from(problem, _contraction(problem)))
        assert certificate is not None  # the head of this file
        return Verdict.proved(Answer.NO, certificate)
    verdicts = [decide(replicate) for replicate in replicates(problem)]
    for r, verdict in enumerate(verdicts):
        for curve in _curves_of(problem, r, verdict):
            budget.check()
            certificate = loss_curve(problem, curve)
            if certificate is not None:
                return Verdict.proved(Answer.NO, certificate)
    if any(verdict.answer is not Answer.YES for verdict in verdicts):
        shared = decide(shared_problem(problem))
        if shared.answer is Answer.NO:
            certificate = loss_curve(problem, _in_all(problem, _curve_of(shared, problem)))
            assert certificate is not None  # the penalty is 0 on it
            return Verdict.proved(Answer.NO, certificate)
    if any(verdict.answer is Answer.NO for verdict in verdicts):
        return Verdict.unknown(
            "a replicate alone has a smaller loss nearby, but no curve was found on which that "
            "pays for the penalty"
        )
    return _all_of(problem, "local-minimum", verdicts)


def global_by_replicates(problem: Problem, decide: Decide, budget: Budget) -> Verdict:
    """Whether θ is a global minimum; `decide` says so of a binary problem."""
    point = list(problem.point().flat())
    if not replicates_agree(problem):
        return _better(problem, point, budget)
    verdicts = []
    for r, replicate in enumerate(replicates(problem)):
        verdicts.append(verdict := decide(replicate))
        if verdict.answer is Answer.NO:
            better = map(problem.field.parse, _evidence(verdict)["better"])
            for p, x in zip(coordinates_of_copy(problem.network, r), better, strict=True):
                point[p] = x
            return _better(problem, point, budget)
    return _all_of(problem, "global-minimum", verdicts)


def sharp_by_replicates(problem: Problem, local_minimum: Verdict) -> Verdict:
    """SHARP, at a local minimum: no cell is flat, the penalty being a sum of squares."""
    evidence = {"minimum": _evidence(local_minimum)}
    return Verdict.proved(Answer.SHARP, Certificate.about(problem, "sharp-minimum", evidence))


def cells_of_replicates(problem: Problem, certify: Callable[[Problem], Certificate]) -> Certificate:
    """The certificate `cells`: the cells are the products of the replicates' (L eq. 126)."""
    found = [certify(replicate).evidence for replicate in replicates(problem)]
    count = prod(int(evidence["count"]) for evidence in found)
    evidence = {"count": str(count), "replicates": found}
    return Certificate.about(problem, "cells", evidence).verified()


def _all_of(problem: Problem, claim: str, verdicts: Sequence[Verdict]) -> Verdict:
    """Yes, if that is so of each replicate."""
    for r, verdict in enumerate(verdicts):
        if verdict.answer is Answer.UNKNOWN:
            return Verdict.unknown(f"replicate {r}: {verdict.reason}")
    evidence = {"replicates": [_evidence(verdict) for verdict in verdicts]}
    return Verdict.proved(Answer.YES, Certificate.about(problem, claim, evidence))


def _evidence(verdict: Verdict) -> Any:
    assert verdict.certificate is not None
    return verdict.certificate.evidence


def _contraction(problem: Problem) -> list[Number]:
    """Layer l, the last hidden one where replicates differ, shrinks; the weights above it grow."""
    network, flat = problem.network, problem.point().flat()
    differ = max(
        p for first, *more in hidden_places(network) for p in more if sign(flat[p] - flat[first])
    )
    l = next(n for n in range(network.depth) if differ < network.block_slice(n).stop)
    below, above = network.block_slice(l), network.block_slice(l + 1)
    weights = range(above.start, above.start + network.layers[l + 1].parameter_count)
    signs = dict.fromkeys(range(below.start, below.stop), -1) | dict.fromkeys(weights, 1)
    return [x * signs.get(p, 0) for p, x in enumerate(flat)]


def _curve_of(verdict: Verdict, problem: Problem) -> list[Polynomial]:
    """The curve of a proof that a point is no local minimum; those of losses have denominator 1."""
    field = problem.field
    return [
        Polynomial(field, [field.parse(text) for text in row])
        for row in _evidence(verdict)["numerators"]
    ]


def _curves_of(problem: Problem, r: int, verdict: Verdict) -> Iterator[Curve]:
    """The curve of one replicate, all others at rest; also with hidden weights that move less."""
    if verdict.answer is not Answer.NO:
        return
    network, field, flat = problem.network, problem.field, problem.point().flat()
    places, top = coordinates_of_copy(network, r), network.block_slice(network.depth - 1).start
    found = _curve_of(verdict, problem)
    for factor in TRADES:
        curve = [Polynomial(field, [x]) for x in flat]
        for p, moved in zip(places, found, strict=True):
            grows = fmpq(1, factor) if p < top else fmpq(1 if sign(flat[p]) else factor)
            curve[p] = curve[p] + (moved - flat[p]) * grows
        yield curve


def _in_all(problem: Problem, shared: Curve) -> Curve:
    """The curve of the network with common hidden layers, in all replicates."""
    curve = [Polynomial(problem.field, [x]) for x in problem.point().flat()]
    top = problem.network.block_slice(problem.network.depth - 1)
    places = list(hidden_places(problem.network))
    for row, moved in zip(places, shared[: len(places)], strict=True):
        for p in row:
            curve[p] = moved
    curve[top] = shared[len(places) :]
    return curve


def _better(problem: Problem, point: list[Number], budget: Budget) -> Verdict:
    """No: with hidden layers small enough the point is better than θ."""
    loss = problem.objective_value()
    while sign(loss - loss_at(problem, point)) <= 0:
        budget.check()
        point = _shrunk(problem, point)
    return Verdict.proved(Answer.NO, better_certificate(problem, point))


def _shrunk(problem: Problem, point: Sequence[Number]) -> list[Number]:
    """Half of all hidden weights, with the same outputs."""
    network, half, found = problem.network, fmpq(1, 2), list(point)
    for n, layer in enumerate(network.layers):
        block = network.block_slice(n)
        last = n == network.depth - 1
        for p in range(block.start, block.start + layer.parameter_count):
            found[p] = found[p] * (2**n if last else half)
        for p in range(block.start + layer.parameter_count, block.stop):
            found[p] = found[p] * (1 if last else half ** (n + 1))
    return found
