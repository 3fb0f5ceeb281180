"""Critical points, and flat and sharp minima, against brute force on tiny problems.

Independent of cells, decisions and kernel: random curves theta + t d_1 + t^2 d_2 + ..., on each of
which parameters move at orders of their own, enter the cells around theta; gradients and values of
the polynomials come from the definition. The instances are degenerate on purpose: zero weights,
repeated points, points on kinks and on margins at once. A few curves find the cells of most
instances; where the answers differ many more are tried before the test fails.
"""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, analyze, decide_clarke_critical
from exactmargin.exact import Q, strictly_feasible_direction
from exactmargin.networks import Parameters, from_pattern
from exactmargin.problems import Hinge, Problem

ORDER = 8


def instance(seed: int, depth: int) -> Problem:
    """A small problem; often the last layer is scaled so that a margin is exactly 1."""
    draw = random.Random(seed)
    inputs, width, size = draw.choice((1, 1, 2)), draw.choice((1, 1, 2, 2, 3)), draw.randint(1, 4)
    xs = [[Q.coerce(draw.choice((0, 1, -1, 2, 1))) for _ in range(inputs)] for _ in range(size)]
    if size > 1 and draw.random() < 0.3:
        xs[1] = xs[0]
    ys = [draw.choice((1, -1)) for _ in range(size)]
    widths = {1: [inputs, 1], 2: [inputs, width, 1], 3: [inputs, width, 2, 1]}[depth]
    patterns = [
        tuple(tuple(r * n + c + 1 for c in range(n)) for r in range(m)) for n, m in pairwise(widths)
    ]
    biases = [draw.random() < 0.5 for _ in patterns]
    slope = draw.choice((fmpq(0), fmpq(0), fmpq(1, 2), fmpq(1)))
    network = from_pattern(patterns, biases, negative_slope=slope)
    values = (0, 0, 1, -1, 1, -1, 2, Fraction(1, 2))
    flat = [Q.coerce(draw.choice(values)) for _ in range(network.parameter_count)]
    parts = [draw.randint(1, 3) for _ in range(size)]
    weights = [fmpq(n, sum(parts)) for n in parts] if draw.random() < 0.3 else None

    def at(point: list[fmpq]) -> Problem:
        parameters = Parameters.from_flat(network, point)
        return Problem("tiny", Q, network, Dataset(xs, ys, weights), Hinge(), parameters)

    found = at(flat)
    margins = [abs(m) for m in found.margins() if m]
    if margins and draw.random() < 0.6:
        start, scale = network.block_slice(depth - 1).start, draw.choice(margins)
        found = at([x / scale if p >= start else x for p, x in enumerate(flat)])
    return found


def first_sign(series: list[fmpq]) -> int:
    """The sign for small t > 0."""
    return next((1 if x > 0 else -1 for x in series if x), 0)


def product(a: list[fmpq], b: list[fmpq]) -> list[fmpq]:
    """The product of two power series, to the order that matters."""
    result = [fmpq(0)] * min(len(a) + len(b) - 1, 4 * ORDER)
    for i, x in enumerate(a):
        if x:
            for j, y in enumerate(b[: len(result) - i]):
                result[i + j] += x * y
    return result


def total(a: list[fmpq], b: list[fmpq]) -> list[fmpq]:
    """The sum of two power series."""
    short, long = sorted((a, b), key=len)
    return [x + y for x, y in zip(long, short, strict=False)] + long[len(short) :]


def output(problem: Problem, curve: list[list[fmpq]], x: list[fmpq], sides=None):
    """Phi along a curve, and the signs of the units; or Phi with given signs."""
    network, h, start, signs = problem.network, [[v] for v in x], 0, []
    for n, layer in enumerate(network.layers):
        middle, row = start + layer.parameter_count, []
        for k, entries in enumerate(layer.entries):
            z = curve[middle + k] if layer.bias else [fmpq(0)]
            for j, g in entries:
                z = total(z, product(curve[start + g], h[j]))
            row.append(z)
        if n == network.depth - 1:
            return row[0], signs
        signs.append(sides[n] if sides else [first_sign(z) for z in row])
        slopes = [1 if s > 0 else network.negative_slope for s in signs[-1]]
        h = [[a * c for c in z] for a, z in zip(slopes, row, strict=True)]
        start += layer.block_length
    raise AssertionError


def cells(problem: Problem, draw: random.Random, curves: int) -> dict[str, list]:
    """The cells that random curves find: of the terms that are on, the factor, x and the signs."""
    found = {}
    for _ in range(curves):
        line, curve = draw.random() < 0.4, []
        for value in problem.point().flat():
            order = 1 if line else draw.randint(1, 3)
            steps = [fmpq(0)] * (order - 1) + [fmpq(draw.randint(-50, 50))]
            tail = [fmpq(0)] * (ORDER - 1 - len(steps)) + [fmpq(draw.randint(-9999, 9999))]
            curve.append([value, *steps, *tail])
        cell, smooth = [], True
        data = zip(problem.data.inputs, problem.data.labels, problem.example_weights, strict=True)
        for x, y, weight in data:
            phi, signs = output(problem, curve, list(x))
            side = first_sign(total([fmpq(1)], [-y * c for c in phi]))
            smooth = smooth and side != 0
            cell += [(-y * weight, list(x), signs)] * (side > 0)
        if smooth:
            found[str(cell)] = cell
    return found


def value(problem: Problem, cell: list, point: list[fmpq]) -> fmpq:
    """The polynomial of a cell, less its constant."""
    curve = [[x] for x in point]
    return sum((c * output(problem, curve, x, s)[0][0] for c, x, s in cell), fmpq(0))


def gradient(problem: Problem, cell: list) -> list[fmpq]:
    """At theta; every polynomial has degree one in each parameter."""
    theta = list(problem.point().flat())
    base = value(problem, cell, theta)
    moved = [[*theta[:p], x + 1, *theta[p + 1 :]] for p, x in enumerate(theta)]
    return [value(problem, cell, point) - base for point in moved]


def is_critical(problem: Problem, found: dict[str, list]) -> bool:
    """Whether 0 is in the convex hull of the gradients."""
    rows = [gradient(problem, cell) for cell in found.values()]
    size = problem.network.parameter_count
    return strictly_feasible_direction(Q, rows, size).direction is None


def has_flat_cell(problem: Problem, found: dict[str, list]) -> bool:
    """Whether the polynomial of some cell is constant."""
    draw, size = random.Random(1), problem.network.parameter_count
    points = [[fmpq(draw.randint(-99, 99)) for _ in range(size)] for _ in range(5)]
    return any(not any(value(problem, cell, p) for p in points) for cell in found.values())


@pytest.mark.parametrize(("depth", "seeds"), [(1, 60), (2, 240)])
def test_critical_points_and_types_of_minima(depth: int, seeds: int) -> None:
    seen = set()
    for seed in range(seeds):
        problem = instance(seed, depth)
        verdicts, draw = analyze(problem), random.Random(seed)
        assert all(v.answer is not Answer.UNKNOWN for v in verdicts.values() if depth == 2)
        critical, kind = verdicts["clarke_critical"].answer, verdicts["local_minimum_type"].answer
        assert critical is not Answer.UNKNOWN
        minimum = verdicts["local_minimum"].answer is Answer.YES
        assert minimum == (kind in (Answer.FLAT, Answer.SHARP))
        assert not minimum or critical is Answer.YES
        for curves in (60, 4000):
            found = cells(problem, draw, curves)
            agree = is_critical(problem, found) == (critical is Answer.YES)
            flat = has_flat_cell(problem, found)
            agree = agree and (not minimum or flat == (kind is Answer.FLAT))
            if agree:
                break
        assert agree, seed
        seen.add((critical, kind))
    assert {kind for _, kind in seen} >= {Answer.FLAT, Answer.SHARP, Answer.NONE}
    assert {critical for critical, _ in seen} == {Answer.YES, Answer.NO}


def test_deeper_networks_are_right_or_unknown() -> None:
    seen = set()
    for seed in range(40):
        problem = instance(seed, 3)
        critical, draw = decide_clarke_critical(problem).answer, random.Random(seed)
        if critical is not Answer.UNKNOWN:
            for curves in (60, 4000):
                agree = is_critical(problem, cells(problem, draw, curves)) == (
                    critical is Answer.YES
                )
                if agree:
                    break
            assert agree, seed
        seen.add(critical)
    assert {Answer.YES, Answer.NO} <= seen
