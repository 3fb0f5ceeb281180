"""Points of smaller hinge loss: the best ones in some hidden patterns, by linear programs.

Where the sides of all pre-activations and the signs of all output weights are fixed, the loss is
convex and piecewise linear in the lifted coordinates (THEORY §2.3). The patterns that are tried
are that of θ and some drawn at random.
"""

import random
from collections.abc import Iterator

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.hinge_view import HingeView, Neuron
from exactmargin.exact import LinearProgram, Number, dot, sign, solve_lp
from exactmargin.problems import Problem

__all__ = ["better_in_a_pattern"]

PATTERNS = 6
"""Patterns that are tried besides that of θ."""

Draw = dict[int, tuple[int, list[Number]]]
"""For each neuron the sign of v_k and a w_k whose sides are taken."""


def better_in_a_pattern(problem: Problem, budget: Budget) -> list[Number] | None:
    """A point whose loss is smaller than that of θ, if the patterns that are tried have one."""
    view = HingeView.of(problem, local=False)
    for draw in _patterns(view):
        budget.check()
        point, loss = _best(view, draw)
        if sign(view.loss - loss) > 0:
            return point
    return None


def _patterns(view: HingeView) -> Iterator[Draw]:
    theta, field = view.problem.point().flat(), view.field
    yield {
        k: (sign(theta[n.output]) or 1, [theta[p] for p in n.weights])
        for k, n in view.neurons.items()
    }
    source = random.Random(0)
    for _ in range(PATTERNS):
        yield {
            k: (source.choice((1, -1)), [field.coerce(source.randint(-9, 9)) for _ in n.weights])
            for k, n in view.neurons.items()
        }


def _best(view: HingeView, draw: Draw) -> tuple[list[Number], Number]:
    """The point of the smallest loss in a pattern, and that loss: v_k = ±1."""
    field, size = view.field, len(view.labels)
    starts: dict[int, int] = {}
    width = size
    for k, neuron in view.neurons.items():
        starts[k] = width
        width += len(neuron.weights)
    gaps: list[dict[int, Number]] = [{i: field.one} for i in range(size)]
    rows: list[dict[int, Number]] = []
    for k, (s, w) in draw.items():
        for i, (side, x) in enumerate(_sides(view.neurons[k], w)):
            places = range(starts[k], starts[k] + len(x))
            pull = view.slope(side) * (view.labels[i] * s)
            gaps[i] |= {p: a * pull for p, a in zip(places, x, strict=True)}
            if view.neurons[k].kinks[i]:
                rows.append({p: a * side for p, a in zip(places, x, strict=True)})
    if view.bias:
        for i, y in enumerate(view.labels):
            gaps[i][width] = field.coerce(y)
        width += 1
    costs = [*view.most, *[field.zero] * (width - size)]
    right = [field.one] * size + [field.zero] * len(rows)
    free = [False] * size + [True] * (width - size)
    senses = [">="] * len(right)
    result = solve_lp(LinearProgram(field, costs, [*gaps, *rows], senses, right, free))
    assert result.x is not None
    assert result.value is not None
    point = [field.zero] * view.problem.network.parameter_count
    for k, (s, _) in draw.items():
        neuron = view.neurons[k]
        point[neuron.output] = field.coerce(s)
        for n, p in enumerate(neuron.weights):
            point[p] = result.x[starts[k] + n]
    if view.bias:
        point[-1] = result.x[-1]
    return point, result.value


def _sides(neuron: Neuron, w: list[Number]) -> Iterator[tuple[int, tuple[Number, ...]]]:
    for x in neuron.inputs:
        yield sign(dot(w, x)) or 1, x
