"""Critical points and types of minima of hinge losses: what must not multiply, and unknowns."""

import json
from pathlib import Path

import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.decisions import (
    Answer,
    Budget,
    BudgetSpent,
    Verdict,
    analyze,
    certify,
    decide_clarke_critical,
    local_minimum_type,
)
from exactmargin.exact import Q
from exactmargin.formats import read_problem
from exactmargin.networks import Parameters, from_pattern, fully_connected
from exactmargin.problems import Hinge, Problem

CASES = sorted((Path(__file__).parents[1] / "cases").glob("laurent2018-*.json"))


def hinge(network, flat, inputs, labels, weights=None) -> Problem:
    """A problem from rationals."""
    point = Parameters.from_flat(network, [Q.coerce(x) for x in flat])
    return Problem("test", Q, network, Dataset(inputs, labels, weights), Hinge(), point)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_figures(case: Path) -> None:
    expected = json.loads(case.read_text(encoding="utf-8"))["expect"]
    problem = read_problem(case)
    verdicts = analyze(problem)
    if "separable" in expected:  # a claim about the sample, not one of the questions
        verdicts["separable"] = certify(problem, "separable")
    assert {name: verdict.answer.value for name, verdict in verdicts.items()} == expected


@pytest.mark.parametrize("kinks", [6, 16])
def test_kinks_of_different_units_do_not_multiply(kinks: int) -> None:
    """2^16 cells around the point; the tree has one leaf, and few cells are met."""
    network = fully_connected((2, kinks, 1), negative_slope=fmpq(1, 2))
    inputs = [[1, 0], [0, 1], [1, 1]]
    flat = [*[0, 1] * kinks, *[1] * kinks]  # every unit has the first example on its kink
    verdict = decide_clarke_critical(hinge(network, flat, inputs, [1, -1, -1]))
    assert verdict.answer is Answer.NO
    assert verdict.certificate is not None
    assert verdict.certificate.evidence["tree"] == {"neurons": []}


def test_an_output_weight_of_zero_on_many_margins() -> None:
    """v = 0, all margins of one class exactly 1: criticality is a matter of the weights."""
    inputs = [[n, n * n % 5] for n in range(6)]
    network = fully_connected((2, 4, 1), bias=True)
    flat = [1, 0, 0, 1, 1, 1, -1, 2, *[0] * 4, *[0] * 4, 1]
    answers = []
    for share in (fmpq(2, 3), fmpq(1, 3)):
        weights = [share / 6] * 6 + [(1 - share) / 6] * 6
        problem = hinge(network, flat, inputs * 2, [1] * 6 + [-1] * 6, weights)
        answers.append(decide_clarke_critical(problem).answer)
    assert answers == [Answer.YES, Answer.NO]


def test_shared_parameters_are_right_or_unknown() -> None:
    network = from_pattern([((1, 0), (0, 1)), ((1, 2),)], (False, False))
    problem = hinge(network, [0, 1, 1], [[1, -1], [-1, 1]], [1, 1])
    assert decide_clarke_critical(problem).answer is Answer.YES
    problem = hinge(network, [0, 1, 1], [[1, -1], [-1, -1]], [1, -1])
    assert decide_clarke_critical(problem).answer in (Answer.NO, Answer.YES)


def test_the_type_follows_the_verdict_on_the_minimum() -> None:
    problem = hinge(fully_connected((1, 1, 1)), [1, fmpq(1, 2)], [[1]], [1])
    unknown = local_minimum_type(problem, Verdict.unknown("no time"))
    assert unknown.answer is Answer.UNKNOWN
    assert unknown.reason == "whether it is a local minimum is unknown: no time"
    none = analyze(problem)["local_minimum_type"]
    assert none.answer is Answer.NONE
    assert none.certificate is not None
    assert none.certificate.claim == "not-local-minimum"


def test_the_budget_is_asked() -> None:
    problem = hinge(fully_connected((1, 1, 1)), [1, fmpq(1, 2)], [[1]], [1])
    with pytest.raises(BudgetSpent):
        decide_clarke_critical(problem, Budget(0))
