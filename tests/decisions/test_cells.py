"""Certificates of cells as the engine makes them: complete, canonical, the kernel's numbers."""

import random
from math import comb

import pytest
from hypothesis import HealthCheck, given, settings

from exactmargin.data import Dataset
from exactmargin.decisions import cells_certificate
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, RealNumberField
from exactmargin.networks import (
    diagonal,
    disjoint_patches,
    from_pattern,
    fully_connected,
)
from exactmargin.problems import MaxMargin, Problem
from tests.laws.instances import problems


def about(network, inputs, field=Q):
    """A problem without a point."""
    data = Dataset.over(field, inputs, [1] * len(inputs))
    return Problem("cells", field, network, data, MaxMargin())


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
    with pytest.raises(InvalidInputError, match="has 2 hidden layers; cells are certified for one"):
        cells_certificate(about(diagonal(2, 3), [[1, 1]]))


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(problems(max_depth=2))
def test_random_networks(problem):
    """Both ways of counting and the kernel agree, with missing and shared weights, and biases."""
    if problem.network.depth == 2:
        listed, bare = cells_certificate(problem), cells_certificate(problem, listed=False)
        assert listed.evidence["count"] == bare.evidence["count"]
