"""Curves along which a hinge loss falls, and the way back from lifted moves to parameters.

A lifted direction of descent is pulled back to an explicit polynomial curve: a neuron with v_k ≠ 0
keeps v_k and moves w_k by δP_k/|v_k|; a zero neuron takes v_k = s t and w_k = δP_k/t, so that all
else moves with u = t² (otherwise u = t); one with v_k = 0 and w_k ≠ 0 takes v_k = s α u^j where
α w_k is the first part of its moves, and turns w_k by what comes later. Moves of several stages
are followed as u, u², ...: each stage is negligible against those before it.
"""

from collections.abc import Sequence

from flint import fmpq

from exactmargin.cells import forward_along, germ_sign
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import curve_certificate, shown_end
from exactmargin.decisions.hinge_program import Combination
from exactmargin.decisions.hinge_view import HingeView, Move, Neuron, Vector, loss_at
from exactmargin.decisions.nearby import rounded, simplest_near
from exactmargin.exact import Number, Polynomial, sign
from exactmargin.problems import PenalizedOneVersusAllHinge, Problem, spread

__all__ = [
    "better_certificate",
    "loss_curve",
    "pulled_back",
    "scaled_point",
    "shortened",
]


def loss_curve(problem: Problem, curve: Sequence[Polynomial]) -> Certificate | None:
    """The certificate `not-local-minimum` of a curve from θ; None where the loss does not fall."""
    polynomials = _signs_that_matter(problem, curve)
    if polynomials is None:
        return None
    return curve_certificate(problem, curve, shown_end(polynomials))


def better_certificate(problem: Problem, better: Vector) -> Certificate:
    """The certificate `not-global-minimum` of a point with a smaller loss, or of a shorter one."""
    spell, coerce = problem.field.format, problem.field.coerce
    for bits in (1, 4, 8, 16):
        short = [coerce(simplest_near(value, bits)) for value in better]
        if sign(problem.objective_value() - loss_at(problem, short)) > 0:
            better = short
            break
    evidence = {"better": [spell(coerce(value)) for value in better]}
    return Certificate.about(problem, "not-global-minimum", evidence)


def _signs_that_matter(problem: Problem, curve: Sequence[Polynomial]) -> list[Polynomial] | None:
    field, network = problem.field, problem.network
    slopes = {1: fmpq(1), 0: fmpq(0), -1: network.negative_slope}
    gap = Polynomial(field, [problem.objective_value()])
    if isinstance(problem.objective, PenalizedOneVersusAllHinge):
        gap = gap - spread(network, curve, Polynomial(field, [])) * problem.objective.gamma
    found: list[Polynomial] = []
    outputs: list[list[Polynomial]] = []
    for x in problem.data.inputs:
        z = forward_along(field, network, curve, x, lambda _n, _k, p: slopes[germ_sign(p)])
        outputs.append(z[-1])
        found += [p for row in z[:-1] for p in row]
    for term in problem.loss_terms:
        inside = Polynomial(field, [1])
        for r, c in term.factors.items():
            inside = inside + outputs[term.example][r] * c
        if germ_sign(inside) > 0:
            gap = gap - inside * term.weight
        found.append(inside)
    return [*found, gap] if germ_sign(gap) > 0 else None


def scaled_point(view: HingeView, found: Combination) -> list[Number]:
    """The point that moves of the view everywhere stand for: v_k = ±1 where P_k ≠ 0."""
    field = view.field
    point = [field.zero] * view.problem.network.parameter_count
    for k, (s, d) in _sums(found).items():
        neuron = view.neurons[k]
        point[neuron.output] = field.coerce(s)
        for p, value in zip(neuron.weights, d, strict=True):
            point[p] = value / found.scale
    if view.bias:
        point[-1] = found.bias / found.scale
    return point


def pulled_back(view: HingeView, stages: Sequence[Combination]) -> list[Polynomial] | None:
    """The curve of the stages' moves; None where they do not fit together.

    They do not where two signs of one v_k move, or P_k leaves the thin cone around w_k.
    """
    field, theta = view.field, view.problem.point().flat()
    curve = [Polynomial(field, [value]) for value in theta]
    parts = [_sums(stage) for stage in stages]
    moved = {k for part in parts for k in part}
    signs = {k: {part[k][0] for part in parts if k in part} for k in moved}
    if any(len(found) > 1 for found in signs.values()) or None in map(_single, stages):
        return None
    zeros = [k for k in moved if not view.neurons[k].s and not view.neurons[k].lead]
    power = 2 if zeros else 1
    for k in moved:
        neuron, (s,) = view.neurons[k], signs[k]
        steps = [part[k][1] if k in part else () for part in parts]
        if neuron.lead:
            if not _turned(view, curve, neuron, s, steps, power):
                return None
            continue
        drop = 1 if k in zeros else 0
        size = field.one if k in zeros else theta[neuron.output] * s
        if k in zeros:
            curve[neuron.output] = Polynomial(field, [0, s])
        for n, p in enumerate(neuron.weights):
            for j, d in enumerate(steps, 1):
                if d:
                    curve[p] = curve[p] + _monomial(view, power * j - drop, d[n] / size)
    for j, stage in enumerate(stages, 1):
        if view.bias:
            curve[-1] = curve[-1] + _monomial(view, power * j, stage.bias)
    return curve


def shortened(view: HingeView, stage: Combination, bits: int) -> Combination:
    """A multiple of the moves with entries of about so many bits."""
    flat = [x for move in stage.moves for x in move.d]
    short = iter(map(view.field.coerce, rounded([*flat, stage.bias], bits)))
    moves = tuple(Move(m.k, m.s, tuple(next(short) for _ in m.d)) for m in stage.moves)
    return Combination(moves, next(short), stage.scale)


def _monomial(view: HingeView, degree: int, value: Number) -> Polynomial:
    return Polynomial(view.field, [view.field.zero] * degree + [value])


def _single(stage: Combination) -> bool | None:
    """None where one neuron moves with both signs of v_k."""
    pairs = {(move.k, move.s) for move in stage.moves}
    return True if len(pairs) == len({k for k, _ in pairs}) else None


def _sums(stage: Combination) -> dict[int, tuple[int, list[Number]]]:
    sums: dict[int, tuple[int, list[Number]]] = {}
    for move in stage.moves:
        _, d = sums.get(move.k, (move.s, [move.d[0] * 0] * len(move.d)))
        sums[move.k] = move.s, [a + b for a, b in zip(d, move.d, strict=True)]
    return sums


def _turned(
    view: HingeView,
    curve: list[Polynomial],
    neuron: Neuron,
    s: int,
    steps: Sequence[Vector],
    power: int,
) -> bool:
    """v_k grows with the first step, which is α w_k with α > 0; the later ones turn w_k."""
    first = next(j for j, d in enumerate(steps) if d)
    alpha = _multiple(steps[first], neuron.lead)
    if alpha is None or sign(alpha) <= 0:
        return False
    curve[neuron.output] = _monomial(view, power * (first + 1), alpha * s)
    for n, p in enumerate(neuron.weights):
        for j, d in enumerate(steps[first + 1 :], 1):
            if d:
                curve[p] = curve[p] + _monomial(view, power * j, d[n] / alpha)
    return True


def _multiple(d: Vector, w: Vector) -> Number | None:
    """α with d = α w, where there is one."""
    n = next(n for n, value in enumerate(w) if sign(value))
    alpha = d[n] / w[n]
    return alpha if not any(sign(a - alpha * b) for a, b in zip(d, w, strict=True)) else None
