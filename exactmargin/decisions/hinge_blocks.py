"""The best a hinge loss can be in one layer's parameters alone, where it is convex in them.

Φ is affine in the last layer of any network, and in every layer of a linear one: then the least
loss over this block, all else fixed, is one linear program, and the loss falls along the line to
it.
"""

import random
from collections.abc import Iterator

from exactmargin.decisions.budget import Budget
from exactmargin.exact import LinearProgram, Number, sign, solve_lp
from exactmargin.networks import (
    Parameters,
    forward,
    gradient,
    slopes_from_sides,
    zero_pre_activations,
)
from exactmargin.problems import Problem

__all__ = ["better_in_a_block", "lower_in_a_block"]

POINTS = 8
"""Points drawn at random whose blocks are tried for a smaller loss."""


def lower_in_a_block(problem: Problem, budget: Budget) -> list[Number] | None:
    """A point with a smaller loss that differs from θ in one such block."""
    loss = problem.objective_value()
    for layer in _layers(problem):
        budget.check()
        point, value = _block_minimum(problem, problem.point(), layer)
        if sign(loss - value) > 0:
            return point
    return None


def better_in_a_block(problem: Problem, budget: Budget) -> list[Number] | None:
    """A point with a smaller loss, best in one block, all else drawn at random."""
    loss = problem.objective_value()
    for start in _points(problem):
        for layer in _layers(problem):
            budget.check()
            point, value = _block_minimum(problem, start, layer)
            if sign(loss - value) > 0:
                return point
    return None


def _layers(problem: Problem) -> range:
    depth = problem.network.depth
    return range(0 if problem.network.is_linear else depth - 1, depth)


def _points(problem: Problem) -> Iterator[Parameters]:
    draw, network = random.Random(0), problem.network
    for _ in range(POINTS):
        values = [problem.field.coerce(draw.randint(-3, 3)) for _ in range(network.parameter_count)]
        yield Parameters.from_flat(network, values)


def _block_minimum(problem: Problem, start: Parameters, layer: int) -> tuple[list[Number], Number]:
    """The point of the least loss over the block of a layer (0-based), and that loss."""
    field, network, size = problem.field, problem.network, problem.data.size
    block = network.block_slice(layer)
    width = block.stop - block.start
    rows: list[dict[int, Number]] = []
    right: list[Number] = []
    for i, (x, y) in enumerate(zip(problem.data.inputs, problem.data.labels, strict=True)):
        run = forward(network, start, x)
        slopes = slopes_from_sides(run, dict.fromkeys(zero_pre_activations(run), 1))
        pull = gradient(network, start, x, slopes)[block]
        rows.append({i: field.one} | {size + n: a * y for n, a in enumerate(pull)})
        right.append(1 - run.output[0] * y)
    costs = [*map(field.coerce, problem.example_weights), *[field.zero] * width]
    free = [False] * size + [True] * width
    result = solve_lp(LinearProgram(field, costs, rows, [">="] * size, right, free))
    assert result.x is not None
    assert result.value is not None
    point = list(start.flat())
    for n, move in enumerate(result.x[size:]):
        point[block.start + n] = point[block.start + n] + move
    return point, result.value
