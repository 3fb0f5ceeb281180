"""Local minima by first and second order: the papers' cases, the kinds of leaves, and the parts."""

import json
import random
from collections import Counter
from itertools import cycle, islice, product
from pathlib import Path

import numpy as np
import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, decide_kkt, second_order
from exactmargin.decisions.budget import BudgetSpent
from exactmargin.decisions.congruence import congruence, float_reader
from exactmargin.decisions.jets import Jets
from exactmargin.decisions.minima import decide_local_minimum
from exactmargin.decisions.rotations import rotations_of
from exactmargin.decisions.second_order import second_order_local_minimum
from exactmargin.exact import Q, RealNumberField, dot, sign
from exactmargin.formats import read_problem
from exactmargin.networks import Parameters, diagonal, from_pattern, fully_connected, linear_forward
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem
from tests.laws.points import deep_points, small_kkt_points

CASES = Path(__file__).parents[1] / "cases"
ROOT = RealNumberField("r", [-2, 0, 1], (1, 2))


def decided(problem):
    """The verdict of this method alone, without a time limit."""
    return second_order_local_minimum(problem, Budget(None))


def at(network, weights, inputs, labels, objective=None):
    """A problem over Q."""
    point = Parameters.from_flat(network, [fmpq(w) for w in weights])
    return Problem("made", Q, network, Dataset(inputs, labels), objective or MaxMargin(), point)


# ---------------------------------------------------------------- cases


@pytest.mark.parametrize(
    "name",
    [f"theorem-4.4-{kind}" for kind in ("linear", "relu")]
    + [f"theorem-5.1-m{m}-{kind}" for m in (3, 4, 5, 6) for kind in ("linear", "relu")],
)
def test_curves_at_second_order(name):
    """V Theorems 4.4 and 5.1: KKT points; the curve is found, a parabola at least."""
    problem = read_problem(CASES / f"vardi2022-{name}.json")
    kkt = decide_kkt(problem)
    verdict = decide_local_minimum(problem, kkt, Budget(60))
    assert (kkt.answer, verdict.answer) == (Answer.YES, Answer.NO)
    assert verdict.certificate.claim == "not-local-minimum"
    assert max(len(row) for row in verdict.certificate.evidence["numerators"]) == 3


@pytest.mark.parametrize(
    "name", ["3.2", "4.1-linear", "4.1-relu", "4.2.2", "5.3", "5.4-yes", "3.1-yes"]
)
def test_other_theorems(name):
    """What other methods decide, too."""
    problem = read_problem(CASES / f"vardi2022-theorem-{name.removesuffix('-yes')}.json")
    assert decided(problem).answer is (Answer.YES if name.endswith("yes") else Answer.NO)


def test_a_product_of_linear_layers():
    """Flat directions by rotations; but the point is global (V Theorem 3.1)."""
    network = fully_connected([2, 2, 2, 1], negative_slope=1)
    problem = at(network, [1, 0, 0, 0, 1, 0, 0, 0, 1, 0], [(1, 0), (2, 5)], [1, 1])
    evidence = decided(problem).certificate.evidence
    assert evidence == {"by": "product", "multipliers": ["1", "0"]}


def test_no_product_with_late_biases():
    network = from_pattern([[[1]], [[1]]], [False, True], 1)
    problem = at(network, [1, 1, 0], [(1,)], [1])
    assert decided(problem).answer is Answer.NO  # the bias can help


# ---------------------------------------------------------------- leaves


def leaves(tree):
    """The leaves of a split tree."""
    if "plus" not in tree:
        return [tree]
    return leaves(tree["plus"]) + leaves(tree["minus"])


def test_all_kinds_of_leaves():
    """Concave kinks need a slope only, convex ones two sides, and sides may be weighed."""
    trees, convolutions = deep_points("tree"), deep_points("convolutional")
    kinds, sources = Counter(), cycle((trees, small_kkt_points(True, 0), trees, convolutions))
    for source in islice(sources, 180):
        verdict = decided(next(source))
        if verdict.answer is Answer.YES:
            tree = verdict.certificate.evidence.get("tree", {})
            kinds["split"] += "plus" in tree
            for key in ("slopes", "sides"):
                kinds[key] += any(key in leaf for leaf in leaves(tree))
    assert min(kinds[kind] for kind in ("split", "slopes", "sides")) >= 3, kinds


def test_one_layer():
    """In one layer's block the form is 1: first order decides on each region."""
    network = from_pattern([[[1, 2]], [[1]]])
    for w, answer in (((1, 0), Answer.YES), ((1, 1), Answer.NO)):
        problem = at(network, [*w, 1], [(1, 0)], [1], LayerMaxMargin(1))
        assert decided(problem).answer is answer


@pytest.mark.parametrize("slope", [0, fmpq(1, 2)])
def test_not_a_kkt_point(slope):
    """First order alone: the weight on the second input is of no use."""
    network = diagonal(2, 3, negative_slope=slope)
    problem = at(network, [1, 1, 1, 1, 1, 1], [(1, 0)], [1])
    curve = decided(problem).certificate.evidence["numerators"]
    assert max(map(len, curve)) == 2


# ---------------------------------------------------------------- rotations


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_zero_units_that_can_be_rotated(depth):
    """One chain of a fully connected ReLU network carries all, the other units are zero."""
    network = fully_connected([1] + [2] * (depth - 1) + [1])
    flat = [fmpq(0)] * network.parameter_count
    for n in range(depth):
        flat[network.block_slice(n).start] = fmpq(1)
    evidence = decided(at(network, flat, [(1,)], [1])).certificate.evidence
    assert "rotations" in str(evidence)


def test_rotations_need_twins():
    """Units with other sources, or with shared weights, are none; nor are two zero units."""

    def pairs(patterns, weights, **more):
        problem = at(from_pattern(patterns, **more), weights, [(1,) * len(patterns[0][0])], [1])
        return [(r.layer, r.first, r.second) for r in rotations_of(problem)]

    assert pairs([[[1], [2]], [[1, 2]]], [1, 0, 1, 0]) == [(0, 0, 1)]
    assert pairs([[[1], [2]], [[1, 2]]], [0, 0, 0, 0]) == []
    assert pairs([[[1], [1]], [[1, 2]]], [1, 1, 0]) == []
    assert pairs([[[1, 0], [2, 3]], [[1, 2]]], [1, 0, 0, 1, 0]) == []
    assert pairs([[[1], [2]], [[1, 0]]], [1, 0, 1]) == []
    assert pairs([[[1], [2]], [[1, 1]]], [1, 0, 1]) == []
    bias = from_pattern([[[1], [2]], [[1, 2]]], [True, False])
    (found,) = rotations_of(at(bias, [1, 2, 3, 4, 5, 6], [(1,)], [1]))
    assert found.tangent == (-2, 1, -4, 3, -6, 5)
    layer = at(bias, [1, 2, 3, 4, 5, 6], [(1,)], [1], LayerMaxMargin(1))
    assert rotations_of(layer) == []


# ---------------------------------------------------------------- unknown


def flat_problem():
    """Two weights of the first layer that do the same: an l1 tie above a common third layer."""
    network = from_pattern([[[1, 0], [0, 2]], [[1, 2]], [[1]]])
    half = [fmpq(24, 25), fmpq(32, 25), fmpq(24, 25), fmpq(32, 25), fmpq(8, 5)]
    scale = 1 / (half[4] * (half[0] ** 2 + half[1] ** 2))
    return at(network, half, [(scale, scale)], [1])


def test_a_flat_direction_is_unknown():
    reason = decided(flat_problem()).reason
    assert reason.startswith("undecided: the second-order form has a kernel of dimension 1")


def test_budget_and_limits(monkeypatch):
    problem = flat_problem()
    with pytest.raises(BudgetSpent, match="budget"):
        second_order_local_minimum(problem, Budget(0))
    told = []
    second_order_local_minimum(problem, Budget(None, told.append))
    assert told == ["local_minimum: 1 regions around the point"]
    split = next(
        p
        for p in islice(deep_points("convolutional"), 999)
        if '"plus"' in json.dumps(getattr(decided(p).certificate, "evidence", None))
    )
    needed = str(decided(split).certificate.evidence).count("plus") * 2 + 1
    for limit in range(1, needed + 2):
        monkeypatch.setattr(second_order, "REGIONS", limit)
        enough = None if limit >= needed else f"more than {limit} regions around the point"
        assert decided(split).reason == enough


@pytest.mark.parametrize("power", [-400, -100, -10, 10, 50, 100, 400])
def test_sizes(power):
    """A lone coordinate of any size; beyond what floats hold it is unknown."""
    size = fmpq(10) ** power
    flat = [size, 0, size, 0, size, 0]
    verdict = decided(at(diagonal(2, 3), flat, [(1 / size**3, 1)], [1]))
    if -50 < power < 60:
        assert verdict.answer is Answer.YES
    else:
        assert "too large for floats" in verdict.reason


def test_long_numbers_are_said():
    """A descent of which the certificate would be too long."""
    size = fmpq(10**1500 + 7, 10**1500 + 9)
    network = from_pattern([[[1]], [[1]]], None, 1)
    problem = at(network, [2 * size, 1 / size], [(1,)], [1])
    verdict = decided(problem)
    assert verdict.answer is Answer.NO or "characters" in verdict.reason


# ---------------------------------------------------------------- derivatives


def moved(problem, moves):
    """θ with some free coordinates moved."""
    flat = list(problem.point().flat())
    for p, step in moves:
        flat[problem.free_slice.start + p] += step
    return Parameters.from_flat(problem.network, flat)


@pytest.mark.parametrize("family", ["sparse", "dense", "shared", "convolutional", "biased"])
def test_derivatives_are_differences(family):
    """f is affine in each parameter, apart from products within a path: differences are exact."""
    for n, problem in enumerate(islice(deep_points(family), 4)):
        jets, network = Jets.at(problem), problem.network
        sides = {
            (i, u): random.Random(n).choice((1, -1)) for i in jets.active for u in jets.zeros[i]
        }
        for i in jets.active:
            jet, y = jets.output(i, sides, {}), problem.data.labels[i]
            slopes = jets._chosen(i, sides, {})

            def f(*moves, i=i, y=y, slopes=slopes, problem=problem, network=network):
                x = problem.data.inputs[i]
                run = linear_forward(network, moved(problem, moves), x, slopes)
                return y * run.output[0]

            size = len(jet.gradient)
            assert jet.gradient == tuple((f((p, 1)) - f((p, -1))) / 2 for p in range(size))
            for p, q in product(range(size), repeat=2):
                corners = [(a * b, f((p, a), (q, b))) for a in (1, -1) for b in (1, -1)]
                assert jet.hessian[p][q] == sum(s * value for s, value in corners) / 4
            d = [fmpq(k % 3 - 1) for k in range(size)]
            assert jet.second(d) == dot(d, [dot(row, d) for row in jet.hessian])


def test_what_matters():
    """At all corners of the slopes: an open slope that changes a derivative matters."""
    both = set()
    for problem in (p for f in ("dense", "diagonal") for p in islice(deep_points(f), 30)):
        jets = Jets.at(problem)
        for i in jets.active:
            zeros, mattering = jets.zeros[i], jets.mattering(i, {})
            for unit in zeros[:4]:
                others = [u for u in zeros if u != unit]
                changes = False
                for corner in product((0, 1), repeat=len(others)):
                    slopes = dict(zip(others, map(fmpq, corner), strict=True))
                    low, high = (jets.output(i, {}, {**slopes, unit: fmpq(a)}) for a in (0, 1))
                    changes = changes or low != high
                assert changes == (unit in mattering)
                both.add(changes)
    assert both == {True, False}


# ---------------------------------------------------------------- congruences


@pytest.mark.parametrize("field", [Q, ROOT], ids=["Q", "Q(r)"])
def test_congruences(field):
    """C M Cᵀ is dominant, exactly; none where M is not positive definite."""
    rng, read = random.Random(1), float_reader(field)
    step = field.one if field is Q else field.gen
    for n in range(12):
        size = rng.randint(1, 5)
        b = [
            [step * rng.randint(-3, 3) + rng.randint(-3, 3) for _ in range(size)]
            for _ in range(size)
        ]
        shift = fmpq(-1 if n % 3 == 2 else 1, 100)
        m = [[dot(p, q) + shift * (i == j) for j, q in enumerate(b)] for i, p in enumerate(b)]
        if n % 3 == 2:
            m[0][0] = m[0][0] * 0 - 1
        c = congruence(m, np.array([[read(x) for x in row] for row in m]))
        assert (c is None) == (n % 3 == 2)
        if c is not None:
            half = [[dot(row, column) for column in m] for row in c]
            for p, row in enumerate(half):
                line = [dot(row, other) for other in c]
                rest = sum((abs(x) for q, x in enumerate(line) if q != p), fmpq(0))
                assert sign(line[p] - rest) > 0


def test_floats_that_mislead_prove_nothing():
    """The proposal is positive definite, the matrix is not."""
    assert congruence([[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]], np.eye(2)) is None
