"""The claims of the paper that are not in a problem file."""

import pytest

from exactmargin import Dataset, MaxMargin, Parameters, Problem, Q, certify, fully_connected
from exactmargin.conjectures import Counterexample, asked, conjecture
from exactmargin.strategies import kkt_points
from exactmargin.testing import assert_certified


@pytest.mark.parametrize("size", [2, 3, 10])
def test_theorem_3_2_for_other_samples(size):
    """Its point is a KKT point and no local minimum, however close the inputs are to a line."""
    network = fully_connected([2, 2, 1])
    height = f"1/{size**2}"
    data = Dataset.over(Q, [[1, height], [-1, height]], [1, 1])
    point = Parameters.over(Q, network, [[0, size, 0, 0], [size, 0]])
    problem = Problem("V Theorem 3.2", Q, network, data, MaxMargin(), point)
    assert_certified(problem, "kkt")
    assert_certified(problem, "not-local-minimum")


KKT = asked("kkt", "a KKT point")


@conjecture(kkt_points(slopes=[1], biases=False, zero=0), given=[KKT], source="V Theorem 4.2")
def test_theorem_4_2(problem):
    """KKT points of linear networks of depth 2 without zero neurons are global minima"""
    return certify(problem, "global-minimum")


@conjecture(kkt_points(slopes=[0], biases=False), given=[KKT])
def every_kkt_point_is_local(problem):
    """KKT points of ReLU networks of depth 2 are local minima"""
    return certify(problem, "local-minimum")


def test_zero_neurons_are_needed():
    """Without the hypothesis on zero neurons the statement is false, on two points."""
    found = every_kkt_point_is_local.run(examples=1000)
    assert isinstance(found, Counterexample)
    assert found.size.points <= 2
