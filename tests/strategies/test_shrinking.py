"""What shrinking leaves is fit for a paper: the least examples are the ones a person would write.

Some are compared whole; where a search may end in several least ones, their sizes are bounded.
"""

import pytest
from flint import fmpq
from hypothesis import find, settings

from exactmargin.decisions import Answer, certify, decide_kkt
from exactmargin.exact import Q
from exactmargin.networks import fully_connected
from exactmargin.problems import Problem
from exactmargin.strategies import (
    architectures,
    corrupted_certificates,
    datasets,
    hinge_points,
    kkt_points,
    parameters,
    problems,
    rationals,
)

SETTINGS = settings(max_examples=2000, derandomize=True, database=None)


def least(strategy, condition=lambda _: True):
    """The shrunk example with the condition."""
    return find(strategy, condition, settings=SETTINGS)


def numbers(problem: Problem):
    """All numbers that a reader of the problem sees."""
    return [*problem.point().flat(), *(v for x in problem.data.inputs for v in x)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (lambda x: True, 0),
        (lambda x: x > 0, 1),
        (lambda x: x < 0, -1),
        (lambda x: x > 1, 2),
        (lambda x: x.q > 1, fmpq(1, 2)),
    ],
)
def test_rationals(condition, expected):
    assert least(rationals(), condition) == expected


def test_nonzero_rationals():
    assert least(rationals(nonzero=True)) == 1
    assert least(rationals("1/3", "1/2", max_denominator=3)) == fmpq(1, 2)


@pytest.mark.parametrize(
    ("wish", "inputs", "labels"),
    [
        ({}, [[0]], [1]),
        ({"separable": True}, [[1]], [1]),
        ({"separable": False}, [[0]], [1]),
        ({"separable": False, "affine": True}, [[0], [0]], [-1, 1]),
        ({"position": "general"}, [[1]], [1]),
        ({"position": "special"}, [[0]], [1]),
        ({"position": "special", "separable": True}, [[1], [1]], [1, 1]),
        ({"classes": 3}, [[0]], [0]),
    ],
)
def test_datasets(wish, inputs, labels):
    data = least(datasets(**wish))
    assert [list(x) for x in data.inputs] == inputs
    assert list(data.labels) == labels


def test_datasets_with_both_labels_are_small():
    data = least(datasets(separable=True), lambda data: set(data.labels) == {1, -1})
    assert (data.dimension, data.size) == (1, 2)
    assert {abs(v) for x in data.inputs for v in x} == {1}


@pytest.mark.parametrize(
    ("kind", "patterns"),
    [
        ("dense", [[[1]]]),
        ("sparse", [[[0]]]),
        ("diagonal", [[[1]]]),
        ("shared", [[[1, 1]]]),
        ("convolutional", [[[1]], [[1]]]),
    ],
)
def test_architectures(kind, patterns):
    network = least(architectures(kinds=[kind]))
    assert [[list(row) for row in layer.pattern] for layer in network.layers] == patterns
    assert network.negative_slope == 0
    assert not network.has_bias


@pytest.mark.parametrize(
    ("kind", "flat"),
    [
        ("any", [0, 0, 0]),
        ("generic", [1, 1, 1]),
        ("kinks", [0, 0, 0]),
        ("zero neurons", [0, 0, 0]),
        ("balanced", [1, 0, 1]),
    ],
)
def test_parameters(kind, flat):
    point = least(parameters(fully_connected([2, 1, 1]), kind, inputs=[[1, 0]]))
    assert list(point.flat()) == flat


def test_a_live_point_on_a_kink():
    point = least(
        parameters(fully_connected([2, 1, 1]), "kinks", inputs=[[1, 1]]),
        lambda point: all(point.flat()),
    )
    assert point.flat() == (-1, 1, 1)


def test_the_least_kkt_point():
    problem = least(kkt_points())
    assert problem.data.inputs == ((1,),)
    assert problem.data.labels == (1,)
    assert problem.point().flat() == (1, 1)
    assert problem.network == fully_connected([1, 1, 1])


def test_a_kkt_point_that_is_no_local_minimum_is_small():
    """V Theorem 4.2 (2) and 4.1 in small: what the shrinker finds has few, small numbers."""
    problem = least(
        kkt_points(moving=(1, 2), zero=(0, 1), size=(1, 3), dimension=(1, 2)),
        lambda problem: certify(problem, "local-minimum").answer is Answer.NO,
    )
    assert decide_kkt(problem).answer is Answer.YES
    assert problem.data.size <= 2
    assert problem.network.hidden_widths[0] <= 2
    assert all(max(abs(x.p), x.q) <= 4 for x in map(Q.coerce, numbers(problem))), problem


def test_hinge_points_and_problems():
    assert least(hinge_points("constant")).point().flat() == (0, 0, 0, 1)
    assert least(hinge_points("margins")).point().flat() == (0, 0, 0, 1)
    problem = least(problems())
    assert numbers(problem) == [0, 0]
    assert problem.objective.kind == "max-margin"


def test_corrupted_certificates_shrink_to_the_first_change():
    certificate = decide_kkt(least(kkt_points())).certificate
    assert least(corrupted_certificates(certificate)).what.startswith("assumptions")
    found = least(
        corrupted_certificates(certificate), lambda found: found.what.startswith("evidence.m")
    )
    assert found.what == "evidence.multipliers: shorter"
