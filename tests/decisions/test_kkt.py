"""KKT at kinks: the traps, the boundary cases, and the conventions (THEORY §3)."""

from pathlib import Path

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions import (
    Answer,
    Certificate,
    Verdict,
    analyze,
    check_certificate,
    decide_kkt,
)
from exactmargin.errors import InternalError, InvalidInputError, UnknownVerdictTruthError
from exactmargin.exact import Q
from exactmargin.formats import read_expectations, read_problem
from exactmargin.networks import Parameters, from_pattern, fully_connected
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem

CASES = sorted((Path(__file__).parent.parent / "cases").glob("vardi*.json"))


def make(network, weights, inputs, labels, objective=None, biases=None):
    """A problem over Q from plain numbers."""
    point = Parameters.over(Q, network, weights, biases)
    data = Dataset.over(Q, inputs, labels)
    return Problem("test", Q, network, data, objective or MaxMargin(), point)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_papers_points(path):
    verdicts, expected = analyze(read_problem(path)), read_expectations(path)
    for name in ("feasible", "kkt"):
        assert verdicts[name].answer.value == expected[name]
    for name in ("local_minimum", "global_minimum"):
        assert verdicts[name].answer.value in (expected[name], "unknown")


def trap(v1, v2, w, share):
    """Phi = v1 σ(w x1) + v2 σ(-w x1) + v3 σ(u x2) at w = 0, with w shared by the units or not.

    -w is had by feeding the second unit with the input -x1; the third unit alone makes
    the margin 1. The function of w is v1 σ(w) + v2 σ(-w).
    """
    second = 1 if share else 3
    network = from_pattern([[(1, 0, 0), (0, second, 0), (0, 0, 2)], [(1, 2, 3)]])
    first = [w, 1] if share else [w, 1, 0]
    return make(network, [first, [v1, v2, 1]], [[1, -1, 1]], [1])


def test_shared_weight_trap():
    """v = (1,-1), w = 0: v1 σ(w) + v2 σ(-w) = w, so the Clarke set in w is {1}, w = λ·1 fails.

    The per-unit box would give ρ1 + ρ2 in [0, 2], which contains 0, and the rule σ'(0) = 0
    gives 0: both would call this a KKT point (but for the other coordinates, which the
    one-layer problem leaves out).
    """
    problem = trap(1, -1, 0, share=True)
    layer = Problem("t", Q, problem.network, problem.data, LayerMaxMargin(1), problem.parameters)
    verdict = decide_kkt(layer)
    assert verdict.answer is Answer.NO
    (split,) = verdict.certificate.evidence["splits"]
    assert '"empty"' in str(split).replace("'", '"')  # (+,+) and (-,-) are excluded by Gordan


def test_without_sharing_the_same_numbers_are_a_kkt_point():
    """With own weights the two units move freely: slope 0 at both kinks is in the Clarke set."""
    problem = trap(1, -1, 0, share=False)
    layer = Problem("t", Q, problem.network, problem.data, LayerMaxMargin(1), problem.parameters)
    verdict = decide_kkt(layer)
    assert verdict.answer is Answer.YES
    assert verdict.certificate.evidence["subgradients"][0]["slopes"] == [
        {"unit": 1, "slope": "0"},
        {"unit": 2, "slope": "0"},
    ]


def test_shared_kink_with_a_convex_combination():
    """v = (1, 1), shared w = 0: v1 σ(w) + v2 σ(-w) = |w|, Clarke set [-1, 1] contains 0."""
    problem = trap(1, 1, 0, share=True)
    layer = Problem("t", Q, problem.network, problem.data, LayerMaxMargin(1), problem.parameters)
    verdict = decide_kkt(layer)
    assert verdict.answer is Answer.YES
    (entry,) = verdict.certificate.evidence["subgradients"]
    assert sorted(cell["weight"] for cell in entry["cells"]) == ["1/2", "1/2"]


def dead_branch(w):
    """Depth 3 without biases: a live chain, and a branch whose first unit has weight w."""
    network = from_pattern([[(1,), (2,)], [(1, 0), (0, 2)], [(1, 2)]])
    return make(network, [[1, w], [1, 5], [1, 3]], [[1]], [1], LayerMaxMargin(3))


def test_dead_layer():
    """Where a first-layer unit is off, the pre-activation behind it vanishes on an open set: it
    is idle, not a kink, and Phi is smooth there."""
    network = from_pattern([[(1,), (2,)], [(1, 0), (0, 2)], [(1, 2)]])
    balanced = make(network, [[1, -1], [1, 0], [1, 0]], [[1]], [1])
    verdict = decide_kkt(balanced)
    assert verdict.answer is Answer.NO  # the dead unit's own weight -1 is not a gradient
    zero = make(network, [[1, 0], [1, 0], [1, 0]], [[1]], [1])
    assert decide_kkt(zero).answer is Answer.YES
    behind = make(network, [[1, -1], [1, 5], [1, 0]], [[1]], [1], LayerMaxMargin(3))
    assert decide_kkt(behind).answer is Answer.YES
    middle = make(network, [[1, -1], [1, 5], [1, 3]], [[1]], [1], LayerMaxMargin(2))
    found = decide_kkt(middle)  # u^(2) = (1, 5): the 5 pulls on nothing
    assert found.answer is Answer.NO
    assert found.certificate.evidence["splits"] == []


def test_deep_kink_with_propagation():
    """A first-layer kink feeds a deeper unit whose weight is positive: its pre-activation can be
    positive or (off) zero, never negative; the excluded side is proved by propagation."""
    network = from_pattern([[(1,), (2,)], [(1, 0), (0, 2)], [(1, 2)]])
    problem = make(network, [[1, 0], [1, 5], [1, -1]], [[1]], [1])
    verdict = decide_kkt(problem)
    assert verdict.answer is Answer.NO
    assert "empty" in str(verdict.certificate.evidence["splits"])


@pytest.mark.parametrize(
    ("inputs", "labels", "weights", "answer"),
    [
        ([[0, 0]], [1], [[1, 0], [1]], Answer.NO),  # zero input: infeasible
        ([[1, 0], [1, 0]], [1, 1], [[1, 0], [1]], Answer.YES),  # repeated point
        ([[1, 0]], [1], [[2, 0], ["1/2"]], Answer.NO),  # active, not balanced
        ([[1, 0]], [1], [[1, 1], [1]], Answer.NO),  # a useless coordinate
        ([[2, 0]], [1], [[1, 0], [1]], Answer.NO),  # nothing active: only θ = 0 would do
        ([[1, 0], [0, 0]], [1, -1], [[1, 0], [1]], Answer.NO),  # a zero input among others
    ],
)
def test_one_neuron(inputs, labels, weights, answer):
    assert decide_kkt(make(fully_connected([2, 1, 1]), weights, inputs, labels)).answer is answer


def test_infeasible_is_no_everywhere_with_its_own_certificate():
    verdicts = analyze(make(fully_connected([1, 1, 1]), [[1], ["1/2"]], [[1]], [1]))
    assert {v.answer for v in verdicts.values()} == {Answer.NO}
    assert {v.certificate.claim for v in verdicts.values()} == {"infeasible"}


def test_not_kkt_gives_a_descent_curve_and_a_better_point():
    verdicts = analyze(make(fully_connected([2, 1, 1]), [[1, 1], [1]], [[1, 0]], [1]))
    assert verdicts["local_minimum"].certificate.claim == "not-local-minimum"
    assert verdicts["global_minimum"].certificate.claim == "not-global-minimum"


def test_too_many_cells_is_unknown_with_its_reason():
    patches = 6
    rows = [tuple(int(j == k) for j in range(patches + 1)) for k in range(patches)]
    network = from_pattern([[*rows, (0,) * patches + (2,)], [tuple(range(1, patches + 2))]])
    problem = make(network, [[0, 1], [1] * (patches + 1)], [[1] * (patches + 1)], [1])
    assert decide_kkt(problem).answer is not Answer.UNKNOWN
    verdict = decide_kkt(problem, cell_limit=1)
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason == "an example has more than 1 cells around the point"


def test_an_answer_has_no_truth_value_either():
    for answer in Answer:
        with pytest.raises(UnknownVerdictTruthError, match=f"the answer {answer.value} has no"):
            bool(answer)


def test_a_verdict_and_its_certificate_are_shown_in_words():
    verdict = decide_kkt(make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1]))
    assert verdict.why == verdict.certificate.statement == "the parameters are a KKT point"
    assert repr(verdict) == "<Verdict yes: the parameters are a KKT point>"
    assert repr(verdict.certificate) == "<Certificate kkt: the parameters are a KKT point>"
    assert repr(Verdict.unknown("no time")) == "<Verdict unknown: no time>"
    unasked = Certificate("kkt", verdict.certificate.problem, verdict.certificate.evidence)
    assert repr(unasked) == "<Certificate kkt>"
    assert unasked == verdict.certificate
    assert unasked.statement == "the parameters are a KKT point"
    false = Certificate("not-kkt", unasked.problem, unasked.evidence)
    with pytest.raises(InternalError, match="MALFORMED"):
        _ = false.statement


def test_truth_value_is_refused():
    verdict = decide_kkt(make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1]))
    with pytest.raises(UnknownVerdictTruthError, match="has no truth value"):
        bool(verdict)


def test_a_problem_without_point_is_misuse():
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1]).with_parameters(None)
    with pytest.raises(InvalidInputError, match="no point"):
        analyze(problem)


def test_budget_zero_decides_nothing():
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1])
    verdicts = analyze(problem, budget=0)
    assert {v.answer for v in verdicts.values()} == {Answer.UNKNOWN}
    assert verdicts["kkt"].reason == "the budget of 0 seconds is spent"


def test_misuse_of_the_doors_is_said_in_a_sentence():
    """Swapped arguments, a path for a problem, a negative budget: no raw Python error."""
    network, data = fully_connected([1, 1, 1]), Dataset.over(Q, [[1]], [1])
    with pytest.raises(InvalidInputError, match=r"^field: .* is of type Architecture; expected "):
        Problem("x", network, Q, data, MaxMargin())
    with pytest.raises(InvalidInputError, match=r"^data: \[\[1\]\] is of type list; expected "):
        Problem("x", Q, network, [[1]], MaxMargin())
    with pytest.raises(InvalidInputError, match=r"^name: None is of type NoneType; expected str"):
        Problem(None, Q, network, data, MaxMargin())
    with pytest.raises(InvalidInputError, match="is not a Problem; read_problem reads one"):
        analyze("kink.json")
    with pytest.raises(InvalidInputError, match="a budget of -1 seconds; expected 0 or more"):
        analyze(make(network, [[1], [1]], [[1]], [1]), budget=-1)


@pytest.mark.parametrize("value", [None, {}, fully_connected([2, 1])])
def test_only_texts_are_checked(value):
    with pytest.raises(InvalidInputError, match=r"^certificate: .* is not the text of a file; "):
        check_certificate(value)
    with pytest.raises(InvalidInputError, match=r"^problem_file: .* is not the text of a file; "):
        check_certificate("{}", value or 5)
