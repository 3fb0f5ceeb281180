"""How far from the least norm: certified on both sides (V Remark 3.1)."""

from fractions import Fraction
from pathlib import Path

import pytest

from exactmargin import Suboptimality, read_problem, suboptimality
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, squared_norm
from exactmargin.networks import diagonal, from_pattern, fully_connected
from exactmargin.problems import LayerMaxMargin
from tests.decisions.test_kkt import make

CASES = Path(__file__).parent.parent / "cases"


def accepted(found: Suboptimality) -> None:
    """Both certificates are accepted, and say what stands behind the numbers."""
    assert found.better.outcome().accepted
    assert found.bound is None or found.bound.outcome().accepted
    assert (found.upper is None) == (found.bound is None)
    assert found.lower == 1 or found.better.claim == "not-global-minimum"
    assert found.upper is None or 1 <= found.lower <= found.upper


@pytest.mark.parametrize(
    ("name", "ratio"),
    [
        ("vardi2022-theorem-3.1", 1),
        ("vardi2022-theorem-4.1-linear", 2**0.5),
        ("vardi2022-theorem-4.1-relu", 2**0.5),
        ("vardi2022-theorem-4.2.2", 2**0.25),
        ("vardi2022-theorem-5.1-m3-linear", 2 ** (1 / 6)),
        ("vardi2022-theorem-5.1-m4-linear", 2**0.25),
    ],
)
def test_the_papers_ratios(name, ratio):
    """The bounds enclose the ratio, and differ by a thousandth at most."""
    found = suboptimality(read_problem(CASES / f"{name}.json"))
    accepted(found)
    assert float(found.lower) <= ratio + 1e-9
    assert ratio - 1e-9 <= float(found.upper)
    assert found.upper / found.lower < Q.coerce("1.001")


def test_the_numbers_follow_from_the_certificates():
    """lower² ≤ ‖θ‖²/‖better‖², and upper² ≥ ‖θ‖²/B."""
    problem = read_problem(CASES / "vardi2022-theorem-3.2.json")
    found = suboptimality(problem, tolerance="1/100")
    better = [Q.parse(x) for x in found.better.evidence["better"]]
    norm = squared_norm(problem.free_parameters())
    assert found.lower**2 <= norm / squared_norm(better)
    assert found.upper**2 >= norm / Q.parse(found.bound.evidence["squared_norm"])
    assert "parameters" not in found.bound.problem


def test_a_global_minimum_has_the_ratio_one():
    problem = make(fully_connected([1, 2, 1]), [[1, -1], [1, 1]], [[1], [-1]], [1, 1])
    found = suboptimality(problem)
    accepted(found)
    assert (found.lower, found.better.claim) == (1, "feasible")
    assert found.upper < Q.coerce("1.001")


def test_deep_relu_has_the_bound_of_one_example():
    problem = make(fully_connected([1, 1, 1, 1]), [[2], [1], [1]], [[1]], [1])
    found = suboptimality(problem)
    accepted(found)
    assert found.bound.evidence["by"] == "product"
    assert 1.2 < float(found.lower) <= 2**0.5 <= float(found.upper) < 1.4143


def test_shared_weights_have_no_upper_bound_here():
    found = suboptimality(
        make(from_pattern([[(1, 0), (0, 1)], [(1, 2)]]), [[1], [1, 1]], [[1, 1]], [1])
    )
    accepted(found)
    assert found.upper is None


def test_the_budget_bounds_the_search():
    found = suboptimality(read_problem(CASES / "vardi2022-theorem-3.2.json"), budget=0)
    accepted(found)
    assert (found.lower, found.upper) == (1, None)


def test_many_chains_keep_the_product_bound():
    network = diagonal(12, 3, negative_slope=1)
    inputs = [[int(i == j) + 1 for j in range(12)] for i in range(12)]
    found = suboptimality(make(network, [[1] * 12] * 3, inputs, [1] * 12))
    accepted(found)
    assert found.bound.evidence["by"] == "product"


def test_it_is_shown_in_round_numbers():
    found = suboptimality(read_problem(CASES / "vardi2022-theorem-4.2.2.json"))
    assert repr(found).startswith("<Suboptimality 1.189")
    assert repr(found).endswith(", rounded>")
    alone = suboptimality(read_problem(CASES / "vardi2022-theorem-3.2.json"), budget=0)
    assert repr(alone) == "<Suboptimality 1 <= |theta|/|theta*|, rounded>"


def test_misuse():
    network = fully_connected([1, 1, 1])
    with pytest.raises(InvalidInputError, match="is about all parameters"):
        suboptimality(make(network, [[1], [1]], [[1]], [1], LayerMaxMargin(1)))
    with pytest.raises(InvalidInputError, match="margin of example 1 is below 1"):
        suboptimality(make(network, [[Fraction(1, 2)], [1]], [[1]], [1]))
