"""Minima of hinge losses: points whose answer is known by thought (THEORY §8.1; L Figure 4)."""

from itertools import product

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, analyze, certify, hinge_search
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, RealNumberField
from exactmargin.networks import Architecture, Parameters, from_pattern, fully_connected
from exactmargin.problems import Hinge, Problem

SQRT2 = RealNumberField("r", ["-2", "0", "1"], ("1", "2"))


def make(network: Architecture, weights, inputs, labels, biases=None, field=Q, mu=None) -> Problem:
    """A hinge problem from plain numbers."""
    point = Parameters.over(field, network, weights, biases)
    return Problem("t", field, network, Dataset.over(field, inputs, labels, mu), Hinge(), point)


def answers(problem: Problem) -> tuple[str, str]:
    """Local, global; what the other two questions say must fit."""
    found = {name: verdict.answer.value for name, verdict in analyze(problem).items()}
    local, best = found["local_minimum"], found["global_minimum"]
    assert best != "yes" or local == "yes"
    assert local != "yes" or found["clarke_critical"] in ("yes", "unknown")
    assert (found["local_minimum_type"] == "none") == (local == "no")
    return local, best


def by(problem: Problem, claim: str) -> str:
    """The method of the certificate."""
    verdict = certify(problem, claim)
    assert verdict.certificate is not None
    return verdict.certificate.evidence["by"]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("slope", [0, "1/2", 1])
def test_contradicting_labels_have_a_minimum_in_the_middle(slope, bias) -> None:
    network = fully_connected([2, 2, 1], negative_slope=slope, bias=bias)
    hidden, output = ([0, 0], [0]) if bias else (None, None)
    for w, v in product(([1, 0, 0, 1], [0, 0, 0, 0]), ([1, -1], [0, 0], [0, 1])):
        small = [[a / 8 for a in map(Q.coerce, w)], v]
        problem = make(network, small, [[1, 2], [1, 2]], [1, -1], [hidden, output])
        assert answers(problem) == ("yes", "yes")
        uneven = make(
            network, small, [[1, 2], [1, 2]], [1, -1], [hidden, output], mu=["2/3", "1/3"]
        )
        assert answers(uneven) == ("no", "no")


def test_the_methods_by_name() -> None:
    deep = fully_connected([1, 2, 2, 1], negative_slope=1)
    linear = make(deep, [[0] * 2, [0] * 4, [0] * 2], [[1], [1]], [1, -1])
    assert {by(linear, claim) for claim in ("local-minimum", "global-minimum")} == {"linear"}
    relu = fully_connected([1, 1, 1])
    assert by(make(relu, [[1], [1]], [[1]], [1]), "local-minimum") == "zero-loss"
    assert by(make(relu, [[0], [0]], [[1], [1]], [1, -1]), "global-minimum") == "hinge-lifting"
    single = make(from_pattern([[(1, 0)]], [True]), [[0]], [[1, 5], [1, 3]], [1, -1], [[0]])
    assert by(single, "global-minimum") == "linear"  # the second input is not read


def test_an_output_weight_of_zero_needs_multipliers_for_each_of_its_signs() -> None:
    network = from_pattern([[(1, 2)], [(1,)]], [False, True])
    problem = make(network, [[1, 0], [0]], [[2, 1], [1, 0], [0, 0]], [1, -1, 1], [None, [1]])
    verdict = certify(problem, "local-minimum")
    assert verdict.answer is Answer.YES
    assert set(verdict.certificate.evidence["tree"]) == {"neuron", "positive", "negative"}


def test_a_thin_cone_is_turned_in_stages() -> None:
    """v = 0, and w lies on the side of no example that would lower the loss: it turns first."""
    network = from_pattern([[(1, 2)], [(1,)]])
    problem = make(network, [[1, 0], [0]], [[0, 1]], [1])
    verdict = certify(problem, "local-minimum")
    assert verdict.answer is Answer.NO
    rows = verdict.certificate.evidence["numerators"]
    assert (rows[0], len(rows[1]) > 1, len(rows[2]) > 1) == (["1"], True, True)


def test_irrational_points() -> None:
    network = fully_connected([1, 1, 1], bias=True)
    flat = make(network, [["-r"], ["r"]], [["r"], [1]], [1, -1], [["-r"], [0]], SQRT2)
    assert answers(flat) == ("yes", "no")
    sharp = make(network, [["r"], ["1/2*r"]], [["r"], ["r"]], [1, -1], [[0], [-2]], SQRT2)
    assert answers(sharp) == ("yes", "yes")
    off = make(network, [["r"], ["1/2*r"]], [["r"], ["r"]], [1, -1], [[0], ["r"]], SQRT2)
    assert answers(off) == ("no", "no")


def test_deep_and_shared_networks_fall_along_lines() -> None:
    deep = fully_connected([1, 2, 2, 1])
    point = [[1, 1], [1, 0, 0, 1], [1, 1]]
    assert answers(make(deep, point, [[1], [2]], [1, -1])) == ("no", "no")
    saddle = make(deep, [[0] * 2, [0] * 4, [0] * 2], [[1], [2]], [1, -1])
    assert answers(saddle) == ("unknown", "no")
    shared = from_pattern([[(1, 0), (0, 1)], [(1, 2)]])
    assert answers(make(shared, [["1/4"], [1, 1]], [[1, 1]], [1])) == ("no", "no")


def test_what_is_not_decided_says_why() -> None:
    deep = fully_connected([1, 1, 1, 1])
    found = analyze(make(deep, [[0], [0], [0]], [[1], [1]], [1, -1]))
    for name, verdict in found.items():
        assert verdict.answer is Answer.UNKNOWN
        about = "kinks in deeper layers" if name == "clarke_critical" else "one hidden layer"
        assert about in verdict.reason, name


def test_claims_about_constraints_are_refused() -> None:
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1])
    with pytest.raises(InvalidInputError, match=r"^the claim 'kkt' is about problems with constr"):
        certify(problem, "kkt")


def test_a_budget_ends_the_search() -> None:
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[2], [2]], [1, -1])
    assert certify(problem, "local-minimum", Budget(0)).answer is Answer.UNKNOWN
    for verdict in analyze(problem, budget=0).values():
        assert verdict.reason == "the budget of 0 seconds is spent"


def test_a_search_ends_without_a_budget(monkeypatch) -> None:
    monkeypatch.setattr(hinge_search, "PROGRAMS", 0)
    problem = make(
        fully_connected([1, 2, 1]), [[0, 0], [1, -1]], [[1], [1]], [1, -1], mu=["2/3", "1/3"]
    )
    found = analyze(problem)
    assert found["local_minimum"].reason == "no answer after 0 linear programs"
