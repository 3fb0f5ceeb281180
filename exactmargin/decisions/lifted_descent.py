"""Descent in lifted coordinates, and back: explicit curves of feasible points (THEORY §4).

* A neuron with ‖w_k‖ ≠ |v_k| is rescaled: w_k (1 ± t), v_k / (1 ± t) keeps Φ; where one of the two
  is zero, or has no counterpart in the network, the other one shrinks.
* A direction in lifted coordinates that keeps the active margins to first order keeps them for
  good, because they are linear along it: non-zero neuron v_k, w_k + τ² d_k/|v_k|; zero neuron
  v_k = s_k τ r_k, w_k = τ d_k/r_k with a rational r_k near √‖d_k‖; output bias c + τ² γ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from flint import fmpq

from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import curve_certificate, end_of_descent
from exactmargin.decisions.lifted_problem import LiftedProblem, own_places
from exactmargin.decisions.nearby import norm_above, root_near, rounded, simplest_near
from exactmargin.decisions.neuron_trees import Move
from exactmargin.errors import InternalError
from exactmargin.exact import Number, Polynomial, dot, sign, squared_norm
from exactmargin.problems import Problem

__all__ = ["Descent", "descent_certificate", "merged", "unbalanced_certificate"]


def unbalanced_certificate(problem: Problem) -> Certificate | None:
    """A descent curve that rescales one neuron; None where ‖w_k‖ = |v_k| for all of them."""
    field, theta = problem.field, problem.point().flat()
    for weights, output in own_places(problem):
        v = field.zero if output is None else theta[output]
        surplus = sign(squared_norm([theta[p] for p in weights]) - v * v)
        if surplus:
            break
    else:
        return None
    one = Polynomial(field, [1])
    shrink = Polynomial(field, [1, -1])
    if output is not None and sign(v) and any(sign(theta[p]) for p in weights):
        below = Polynomial(field, [1, -surplus])  # what w_k is multiplied by, and v_k divided
        moves = {p: below * below * theta[p] for p in weights} | {output: one * v}
    else:
        below = one
        moves = {p: shrink * theta[p] for p in (*weights, *([] if output is None else [output]))}
    numerators = [moves.get(p, below * value) for p, value in enumerate(theta)]
    return _proved(problem, numerators, below)


@final
@dataclass(frozen=True, slots=True)
class Descent:
    """A direction that descends: for neuron k the sign of v_k and the move of p_k; that of c."""

    moves: dict[int, tuple[int, list[Number]]]
    bias: Number


def merged(lifted: LiftedProblem, moves: Sequence[Move], bias: Number) -> Descent | None:
    """All moves at once, if that is a descent: one sign per neuron, no active margin falls.

    The moves are those of a combination of violated conditions on λ: their costs and γ c sum to
    a negative number. Conditions from different regions need not add up to a descent.
    """
    sums: dict[int, tuple[int, list[Number]]] = {}
    cost = bias * (0 if lifted.bias is None else lifted.bias)
    for move in moves:
        cost = cost + move.cost
        s, d = sums.get(move.k, (move.s, [lifted.field.zero] * len(move.d)))
        if s != move.s:
            return None
        sums[move.k] = s, [a + b for a, b in zip(d, move.d, strict=True)]
    descent = Descent(sums, bias)
    if sign(cost) >= 0 or not _keeps_margins(lifted, descent):
        return None
    return _shortened(lifted, descent)


def _keeps_margins(lifted: LiftedProblem, descent: Descent) -> bool:
    rates = [descent.bias * y for y in lifted.labels]
    for k, (s, d) in descent.moves.items():
        more = lifted.rates(k, s, d)
        rates = [a + b for a, b in zip(rates, more, strict=True)]
    return all(sign(rate) >= 0 for rate in rates)


def _costs(lifted: LiftedProblem, descent: Descent) -> tuple[Number, dict[int, list[Number]]]:
    """What ½‖θ‖² gains to first order without the zero neurons, and the moves of these."""
    cost, zeros = lifted.field.zero if lifted.bias is None else lifted.bias * descent.bias, {}
    for k, (_, d) in descent.moves.items():
        neuron = lifted.neurons[k]
        if neuron.s:
            cost = cost + dot(neuron.unit, d)
        else:
            zeros[k] = d
    return cost, zeros


def _shortened(lifted: LiftedProblem, descent: Descent) -> Descent:
    """A descent with short numbers: rounded, with a little of θ itself, which lifts all margins."""
    field = lifted.field
    point = lifted.lifted_point
    bias = lifted.bias if lifted.bias is not None else field.zero
    places = [(k, j) for k, p in enumerate(point) for j in range(len(p))]
    along = [descent.moves.get(k, (0, [field.zero] * len(p)))[1] for k, p in enumerate(point)]
    flat = [*(along[k][j] for k, j in places), descent.bias]
    base = [*(point[k][j] for k, j in places), bias]
    sizes = [_greatest(values) for values in (flat, base)]
    for bits in (6, 12, 24, 48):
        share = sizes[0] / sizes[1] / (1 << (bits // 2))
        short = rounded([a + share * b for a, b in zip(flat, base, strict=True)], bits)
        moves: dict[int, tuple[int, list[Number]]] = {}
        for (k, _), value in zip(places, short, strict=False):
            s = descent.moves[k][0] if k in descent.moves else lifted.neurons[k].s
            moves.setdefault(k, (s, []))[1].append(field.coerce(value))
        found = Descent(
            {k: move for k, move in moves.items() if any(map(sign, move[1]))},
            field.coerce(short[-1]) if lifted.bias is not None else field.zero,
        )
        cost, zeros = _costs(lifted, found)
        cost = sum(map(norm_above, zeros.values()), cost)
        if sign(cost) < 0 and _keeps_margins(lifted, found):
            return found
    return descent


def _greatest(values: Sequence[Number]) -> Number:
    return max(value if sign(value) >= 0 else -value for value in values)


def descent_certificate(lifted: LiftedProblem, descent: Descent) -> Certificate:
    """The curve of a descent, with its end t0."""
    field, theta = lifted.field, lifted.theta
    curve = [Polynomial(field, [value]) for value in theta]
    roots = _roots(lifted, descent)
    if lifted.bias is not None:
        curve[-1] = Polynomial(field, [lifted.bias, 0, descent.bias])
    for k, (s, d) in descent.moves.items():
        neuron = lifted.neurons[k]
        assert neuron.output is not None
        if neuron.s:
            size = theta[neuron.output] * neuron.s
            for p, value in zip(neuron.weights, d, strict=True):
                curve[p] = Polynomial(field, [theta[p], 0, value / size])
        else:
            curve[neuron.output] = Polynomial(field, [0, roots[k] * s])
            for p, value in zip(neuron.weights, d, strict=True):
                curve[p] = Polynomial(field, [0, value / roots[k]])
    return _proved(lifted.problem, curve, Polynomial(field, [1]))


def _roots(lifted: LiftedProblem, descent: Descent) -> dict[int, fmpq]:
    """For each zero neuron that moves a rational near √‖d_k‖, as short as the descent allows."""
    rest, zeros = _costs(lifted, descent)
    bits = 2
    while True:
        norms = {k: norm_above(d, 2 * bits) for k, d in zeros.items()}
        roots = {k: simplest_near(root_near(q, 2 * bits), bits) for k, q in norms.items()}
        if all(roots.values()):
            squares = [(roots[k] * roots[k], squared_norm(d)) for k, d in zeros.items()]
            if sign(sum(((r + norm / r) / 2 for r, norm in squares), rest)) < 0:
                return roots
        bits *= 2


def _proved(
    problem: Problem, numerators: Sequence[Polynomial], denominator: Polynomial
) -> Certificate:
    end = end_of_descent(problem, numerators, denominator)
    if end is None:
        raise InternalError("a descent in lifted coordinates is none in the parameters")
    return curve_certificate(problem, numerators, end, denominator)
