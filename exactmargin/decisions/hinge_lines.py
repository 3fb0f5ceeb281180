"""Directions in which a hinge loss may fall: minus its gradients in cells around θ (L eq. 9).

For any network with one output. Whether the loss falls along the line is decided by who asks.
"""

import random
from collections.abc import Iterator

from flint import fmpq

from exactmargin.cells import forward_along, germ_sign
from exactmargin.exact import Number, Polynomial
from exactmargin.networks import gradient
from exactmargin.problems import Problem

__all__ = ["descent_directions"]

CELLS = 12
"""Cells that are entered."""


def descent_directions(problem: Problem) -> Iterator[list[Number]]:
    """Minus the gradients of L in cells that are entered along lines drawn at random."""
    draw, seen = random.Random(0), set[tuple[Number, ...]]()
    theta = problem.point().flat()
    for _ in range(CELLS):
        steps = [problem.field.coerce(draw.randint(-99, 99)) for _ in theta]
        curve = [Polynomial(problem.field, pair) for pair in zip(theta, steps, strict=True)]
        found = tuple(_pull(problem, curve))
        if found not in seen and any(found):
            seen.add(found)
            yield list(found)


def _pull(problem: Problem, curve: list[Polynomial]) -> list[Number]:
    """Σ μ_i y_i ∇Φ_i over the terms that are positive, in the cell that a curve enters."""
    network, point = problem.network, problem.point()
    sides = {1: fmpq(1), 0: fmpq(0), -1: network.negative_slope}
    total: list[Number] = [problem.field.zero] * len(curve)
    data = zip(problem.data.inputs, problem.data.labels, problem.example_weights, strict=True)
    for x, y, weight in data:
        z = forward_along(problem.field, network, curve, x, lambda _n, _k, p: sides[germ_sign(p)])
        if germ_sign(1 - z[-1][0] * y) <= 0:
            continue
        slopes = tuple(tuple(sides[germ_sign(p)] for p in row) for row in z[:-1])
        found = gradient(network, point, x, slopes)
        total = [a + b * (weight * y) for a, b in zip(total, found, strict=True)]
    return total
