"""Certificates of cells as the engine makes them: complete, canonical, the kernel's numbers."""

import random
from math import comb

import pytest
from hypothesis import HealthCheck, given, settings

from exactmargin.cells import Lift, enumerate_cells
from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, cells_certificate, certify, decide_cells
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, RealNumberField
from exactmargin.networks import (
    diagonal,
    disjoint_patches,
    from_pattern,
    fully_connected,
)
from exactmargin.problems import Hinge, MaxMargin, Problem
from exactmargin.strategies import architectures, problems
from tests.cells.test_hinge_cells import CASES, by_brute_force, family


def about(network, inputs, field=Q, labels=None):
    """A problem without a point; under the hinge loss where there are labels."""
    data = Dataset.over(field, inputs, labels or [1] * len(inputs))
    return Problem("cells", field, network, data, Hinge() if labels else MaxMargin())


def drawn(n, d, seed=0):
    """Random integers."""
    draw = random.Random(seed)
    return [[draw.randint(-50, 50) for _ in range(d)] for _ in range(n)]


def test_a_fully_connected_network_has_one_list():
    certificate = cells_certificate(about(fully_connected([4, 3, 1]), drawn(12, 4)))
    number = 2 * sum(comb(11, k) for k in range(4))
    assert certificate.evidence["count"] == str(number**3)
    [listed] = certificate.evidence["witnesses"]
    assert len(listed) == number // 2
    statement = f"the number of cells is {number**3}: the list is complete"
    assert certificate.outcome().statement == statement
    assert "parameters" not in certificate.problem


def test_the_number_alone():
    problem = about(fully_connected([4, 3, 1]), drawn(12, 4))
    bare = cells_certificate(problem, listed=False)
    assert bare.evidence["count"] == cells_certificate(problem).evidence["count"]
    assert bare.evidence["witnesses"] == [None]
    assert bare.outcome().statement == f"the number of cells is {bare.evidence['count']}"


def test_biases_shared_weights_and_missing_ones():
    biased = cells_certificate(about(fully_connected([2, 2, 1], bias=True), drawn(5, 2)))
    assert biased.evidence["count"] == str((2 * (1 + 4 + 6)) ** 2)
    patches = cells_certificate(about(disjoint_patches(2, 2), drawn(3, 4)))
    assert patches.evidence["count"] == "12"  # six lines of the one filter
    pattern = (((1, 0, 2), (0, 3, 0), (2, 4, 0), (0, 0, 0)), ((1, 2, 3, 4),))
    mixed = cells_certificate(about(from_pattern(pattern), [[0, 0, 0], [1, 1, 1], [2, 0, -1]]))
    assert len(mixed.evidence["witnesses"]) == 2


def test_over_a_field():
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    inputs = [["1", "r"], ["r", "2"], ["1", "1"], ["r", "r"], ["0", "r"], ["0", "0"]]
    certificate = cells_certificate(about(fully_connected([2, 2, 1]), inputs, field))
    assert certificate.evidence["count"] == "36"


def test_the_same_bytes_again():
    problem = about(fully_connected([3, 2, 1], bias=True), drawn(6, 3))
    assert cells_certificate(problem).text() == cells_certificate(problem).text()


def test_deep_networks_are_refused():
    deep = about(diagonal(2, 3), [[1, 1]])
    with pytest.raises(InvalidInputError, match="has 2 hidden layers; cells are certified for one"):
        cells_certificate(deep)
    assert decide_cells(deep).reason.startswith("the network has 2 hidden layers")


def test_without_a_hidden_layer_there_is_one_cell():
    certificate = cells_certificate(about(fully_connected([2, 1]), [[1, 1], [2, 0]]))
    assert certificate.evidence == {"count": "1", "witnesses": []}


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(problems(["max-margin"], networks=architectures(depth=(1, 2))))
def test_random_networks(problem):
    """Both ways of counting and the kernel agree, with missing and shared weights, and biases."""
    if problem.network.depth == 2:
        listed, bare = cells_certificate(problem), cells_certificate(problem, listed=False)
        assert listed.evidence["count"] == bare.evidence["count"]


# ---------------------------------------------------------------- the hinge loss


@pytest.mark.parametrize(("kind", "n", "units", "d"), CASES)
def test_the_tree_the_walk_and_brute_force_agree(kind, n, units, d):
    """For each slope, with biases and without, weights or not: signatures, not only numbers."""
    inputs, labels = family(kind, n, d)
    slope, bias = ("1/3", 0, 1)[(n + d) % 3], (n + units) % 3 == 0
    network = fully_connected([d, units, 1], negative_slope=slope, bias=bias)
    problem = about(network, inputs, labels=labels)
    certificate = cells_certificate(problem)
    cells = enumerate_cells(problem.signatures)
    assert certificate.evidence["count"] == str(cells.count)
    if n < 4 or units == 1:
        assert cells.count == len(by_brute_force(problem.signatures))
    assert met(problem, certificate) == set(cells)


def met(problem, certificate):
    """The signatures at the points of the tree, of which those above it choose s: the engine's."""
    lift, found = Lift(problem.signatures), set()
    nodes, signs = iter(certificate.evidence["tree"]), {}

    def visit():
        node = next(nodes)
        if "cell" in node:
            point = [problem.field.coerce(x) for x in node["cell"]] + [problem.field.one]
            s = tuple(signs.get(g, 1) for g in range(lift.sign_count))
            found.add(problem.signatures(lift.parameters(tuple(point), s)))
        elif "empty" not in node:
            for side in (1, -1):
                if "output" in node:
                    signs[node["output"] - 1] = side
                visit()
            signs.pop(node.get("output", 0) - 1, None)

    visit()
    return found


@pytest.mark.parametrize(
    ("network", "inputs", "labels"),
    [
        (fully_connected([1, 1], bias=True), [[1], [2]], [1, -1]),
        (fully_connected([2, 1]), [[1, 1], [1, 1]], [1, -1]),
        (from_pattern([[(1,), (2,)], [(1, 0)]]), [[1], [-2]], [1, -1]),
        (from_pattern([[(1,), (2,)], [(1, 1)]]), [[1]], [1]),
        (from_pattern([[(1, 0), (0, 1)], [(1, 1)]]), [[1, 2], [1, -1]], [1, -1]),
        (from_pattern([[(0,), (1,)], [(1, 2)]], [True, True]), [[0], [1]], [-1, 1]),
        (from_pattern([[(1,)], [(0,)]], [False, True]), [[0], [1]], [-1, 1]),
        (from_pattern([[(1,)], [(0,)]]), [[0], [1]], [-1, 1]),
    ],
)
def test_missing_and_shared_weights_under_the_hinge_loss(network, inputs, labels):
    problem = about(network, inputs, labels=labels)
    certificate, cells = cells_certificate(problem), enumerate_cells(problem.signatures)
    assert certificate.evidence["count"] == str(cells.count)
    assert met(problem, certificate) == set(cells)


def test_the_hinge_loss_over_a_field():
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    network = fully_connected([1, 2, 1], bias=True)
    problem = about(network, [["r"], ["-1"]], field, [1, -1])
    certificate = cells_certificate(problem)
    assert certificate.evidence["count"] == str(enumerate_cells(problem.signatures).count)
    assert certificate.outcome().accepted


def test_one_filter_read_twice_is_unknown():
    problem = about(disjoint_patches(2, 2), [[1, 2, 0, 1], [2, -1, 1, 1]], labels=[1, -1])
    verdict = decide_cells(problem)
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason.startswith("units that share parameters are read by different output")


def test_the_number_alone_is_no_proof_under_the_hinge_loss():
    problem = about(fully_connected([1, 1, 1]), [[1]], labels=[1])
    with pytest.raises(InvalidInputError, match="the list of the cells is the proof"):
        decide_cells(problem, listed=False)
    with pytest.raises(InvalidInputError, match="the claim 'kkt' has no number"):
        certify(problem, "kkt", number_only=True)
    assert certify(problem, "cells").certificate.evidence["count"] == "3"


def test_a_budget_that_is_spent():
    inputs, labels = family("random", 4, 2)
    problem = about(fully_connected([2, 2, 1]), inputs, labels=labels)
    verdict = decide_cells(problem, budget=Budget(0.05))
    assert verdict.reason == "the budget of 0.05 seconds is spent"
