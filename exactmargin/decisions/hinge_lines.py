"""Directions in which a hinge loss may fall: minus its gradients in cells around θ (L eq. 9).

Whether the loss falls along the line is decided by who asks.
"""

import random
from collections.abc import Iterator

from flint import fmpq

from exactmargin.cells import forward_along, germ_sign
from exactmargin.exact import Number, Polynomial
from exactmargin.networks import Slopes, gradient
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
    """Minus the loss's gradient in the cell that a curve enters."""
    network, point = problem.network, problem.point()
    sides = {1: fmpq(1), 0: fmpq(0), -1: network.negative_slope}
    total: list[Number] = [problem.field.zero] * len(curve)
    runs: list[tuple[list[list[Polynomial]], Slopes]] = []
    for x in problem.data.inputs:
        z = forward_along(problem.field, network, curve, x, lambda _n, _k, p: sides[germ_sign(p)])
        runs.append((z, tuple(tuple(sides[germ_sign(p)] for p in row) for row in z[:-1])))
    for term in problem.loss_terms:
        z, slopes = runs[term.example]
        inside = Polynomial(problem.field, [1])
        for r, c in term.factors.items():
            inside = inside + z[-1][r] * c
        for r, c in term.factors.items() if germ_sign(inside) > 0 else ():
            found = gradient(network, point, problem.data.inputs[term.example], slopes, r)
            total = [a - b * (term.weight * c) for a, b in zip(total, found, strict=True)]
    return total
