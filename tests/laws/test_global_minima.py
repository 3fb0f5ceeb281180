"""Laws of global minima: two ways to the same answer, on random and on constructed points."""

import random
from collections import Counter
from itertools import combinations

import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, decide_kkt
from exactmargin.decisions.global_minimum import global_minimum
from exactmargin.decisions.lifted_network import Lifted
from exactmargin.decisions.proposals import to_float
from exactmargin.decisions.vertices import vertices_bound
from exactmargin.decisions.width_search import root_bound
from exactmargin.exact import Q, dot, rank, solve
from exactmargin.networks import Parameters, diagonal, fully_connected
from exactmargin.problems import MaxMargin, Problem
from exactmargin.strategies import architectures, instance, kkt_points, problems
from tests.laws.exhaustive import least_half_norm

NEAR = 1e-5


def least_norm(problem):
    """The least squared norm by brute force, in floats."""
    lifted = Lifted.of(problem)
    inputs = [[[to_float(v) for v in x] for x in neuron.inputs] for neuron in lifted.neurons]
    used = [neuron.output is not None for neuron in lifted.neurons]
    slope = to_float(lifted.slope)
    bias = int(lifted.bias is not None)
    return 2 * least_half_norm(inputs, problem.data.labels, slope, used, bias)


SHAPE = {"dimension": (1, 2), "depth": 2, "width": (1, 2), "kinds": ["dense", "sparse"]}
TINY = (
    problems(["max-margin"], networks=architectures(**SHAPE)),
    problems(["max-margin"], networks=architectures(**SHAPE, biases=False), points="balanced"),
)
"""Points with the labels of their outputs: any, and some that may be minima."""

CONSTRUCTED = {
    1: kkt_points(dimension=(1, 2), size=(1, 3), moving=1, zero=(0, 1)),
    2: kkt_points(dimension=(1, 2), size=(1, 3), moving=2, zero=0),
}
"""KKT points, many of them global minima, by the number of neurons that are not zero."""


def tiny(n):
    """A feasible point of a network with at most two inputs and neurons, or None."""
    problem = instance(TINY[n % 2], 0, n)
    return problem if problem.is_feasible() else None


def constructed(n):
    """A KKT point of a tiny network, often a global minimum."""
    return instance(CONSTRUCTED[1 + (n % 3 == 0)], 0, n)


def agrees(problem, seen):
    """The verdict is the brute force's, its certificate is accepted, and no bound is too high."""
    verdict = global_minimum(problem, Budget())
    least, norm = least_norm(problem), 2 * to_float(problem.objective_value())
    seen[verdict.answer] += 1
    if verdict.answer is Answer.YES:
        assert norm <= least * (1 + NEAR)
    elif verdict.answer is Answer.NO:
        assert norm > least * (1 - NEAR)
    assert verdict.certificate is None or verdict.certificate.outcome().accepted
    bound = root_bound(Lifted.of(problem), Budget())
    assert bound is None or to_float(bound[0]) <= least * (1 + NEAR)


@pytest.mark.parametrize(("draw", "count"), [(tiny, 150), (constructed, 110)])
def test_search_against_all_patterns(draw, count):
    seen = Counter()
    for n in range(count):
        problem = draw(n)
        if problem is not None:
            agrees(problem, seen)
    assert seen[Answer.UNKNOWN] == 0
    assert seen[Answer.NO] >= 4
    assert seen[Answer.YES] >= 4


# ---------------------------------------------------------------- z3


def z3_says(z3, problem):
    """Whether some feasible point has a smaller norm: z3's answer over the real numbers."""
    network, solver = problem.network, z3.Solver()
    solver.set("timeout", 3000)
    theta = [z3.Real(f"t{g}") for g in range(network.parameter_count)]
    for x, y in zip(problem.data.inputs, problem.data.labels, strict=True):
        below, start = [z3.Q(int(v.p), int(v.q)) for v in x], 0
        for n, layer in enumerate(network.layers):
            biases = [start + layer.parameter_count + k for k in range(layer.bias_count)]
            z = [
                sum((theta[start + g] * below[j] for j, g in row), z3.RealVal(0))
                + (theta[biases[k]] if biases else 0)
                for k, row in enumerate(layer.entries)
            ]
            start += layer.block_length
            slope = z3.Q(int(network.negative_slope.p), int(network.negative_slope.q))
            below = z if n == network.depth - 1 else [z3.If(a >= 0, a, slope * a) for a in z]
        solver.add(below[0] * y >= 1)
    norm = 2 * problem.objective_value()
    solver.add(sum((t * t for t in theta), z3.RealVal(0)) < z3.Q(int(norm.p), int(norm.q)))
    return str(solver.check())


def test_search_against_z3():
    """On networks with one input and one neuron nothing better exists exactly where it says yes."""
    z3 = pytest.importorskip("z3")
    seen = Counter()
    for seed in range(60):
        problem = tiny(seed) if seed % 2 else constructed(seed)
        if problem is None or problem.network.parameter_count > 4:
            continue
        found, answer = z3_says(z3, problem), global_minimum(problem, Budget()).answer
        assert found == "unknown" or (found == "sat") == (answer is Answer.NO)
        seen[found] += 1
    assert min(seen["sat"], seen["unsat"]) >= 3, seen


# ---------------------------------------------------------------- linear networks


def triple(rng):
    """A rational unit vector of the plane."""
    a, b = rng.randint(-4, 4), rng.randint(1, 4)
    return [fmpq(2 * a * b, a * a + b * b), fmpq(b * b - a * a, a * a + b * b)]


def aligned(rng, depth):
    """A feasible point of a fully connected linear network: rank one and aligned, β rational.

    It is a KKT point if the layers have one norm and the foot of β lies in the hull of the data.
    """
    width, unit, inner = 2, triple(rng), triple(rng)
    sizes = [fmpq(rng.choice((1, 2)), rng.choice((1, 1, 3)))] * depth
    if rng.random() < 0.3:
        sizes[rng.randrange(depth)] *= 2
    weights = [[sizes[0] * a * b for a in inner for b in unit]]
    weights += [[s * a * b for a in inner for b in inner] for s in sizes[1:-1]]
    weights.append([sizes[-1] * a for a in inner])
    scale = fmpq(1)
    for s in sizes:
        scale *= s
    across = [-unit[1], unit[0]]
    shifts = [rng.randint(-2, 2) for _ in range(rng.randint(1, 3))]
    up = [rng.choice((1, 1, 2)) for _ in shifts]
    labels = [rng.choice((1, -1)) for _ in shifts]
    inputs = [
        [y * (h * a / scale + t * b) for a, b in zip(unit, across, strict=True)]
        for t, h, y in zip(shifts, up, labels, strict=True)
    ]
    network = fully_connected([2, *[width] * (depth - 1), 1], negative_slope=1)
    data = Dataset.over(Q, inputs, labels)
    return Problem("t", Q, network, data, MaxMargin(), Parameters.over(Q, network, weights))


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_kkt_is_global_in_fully_connected_linear_networks(depth):
    """V Theorem 3.1, and its converse."""
    seen = Counter()
    for seed in range(60):
        problem = aligned(random.Random(seed), depth)
        assert problem.is_feasible()
        kkt, verdict = decide_kkt(problem), global_minimum(problem, Budget())
        assert kkt.answer is verdict.answer
        seen[kkt.answer] += 1
    assert min(seen[Answer.YES], seen[Answer.NO]) >= 10


def vertices_by_supports(rows, size):
    """All vertices of {β : <row, β> ≥ 1} cut with the coordinate planes."""
    for n in range(1, size + 1):
        for support in combinations(range(size), n):
            for tight in combinations(rows, n):
                square = [[row[j] for j in support] for row in tight]
                if rank(square) == n:
                    values = dict(zip(support, solve(square, [1] * n), strict=True))
                    beta = [values.get(j, fmpq(0)) for j in range(size)]
                    if all(dot(row, beta) >= 1 for row in rows):
                        yield beta


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_diagonal_networks_against_all_vertices(depth):
    """The least norm is the least of m Σ |β_j|^(2/m) over the vertices."""
    seen = Counter()
    for seed in range(40):
        rng = random.Random(seed)
        d, n = rng.randint(1, 3), rng.randint(1, 3)
        inputs = [[fmpq(rng.randint(-3, 3)) for _ in range(d)] for _ in range(n)]
        labels = [rng.choice((1, -1)) for _ in range(n)]
        rows = [[y * v for v in x] for x, y in zip(inputs, labels, strict=True)]
        found = list(vertices_by_supports(rows, d))
        if not found:
            continue
        beta = rng.choice(found)
        if rng.random() < 0.5:
            beta = min(found, key=lambda b: sum(abs(float(x)) ** (2 / depth) for x in b))
        network = diagonal(d, depth, negative_slope=1)
        weights = [[fmpq(1)] * d for _ in range(depth - 1)] + [beta]
        data = Dataset.over(Q, inputs, labels)
        point = Parameters.over(Q, network, weights)
        problem = Problem("t", Q, network, data, MaxMargin(), point)
        least = min(depth * sum(abs(float(x)) ** (2 / depth) for x in b) for b in found)
        norm = 2 * float(problem.objective_value())
        verdict = global_minimum(problem, Budget())
        assert verdict.answer is (Answer.YES if norm <= least * (1 + 1e-9) else Answer.NO)
        seen[verdict.answer] += 1
        bound, _ = vertices_bound(problem, Budget(), 40)
        assert least * (1 - 1e-9) <= float(bound) <= least * (1 + 1e-12)
    assert seen[Answer.NO] >= 10
    assert seen[Answer.YES] >= 1
