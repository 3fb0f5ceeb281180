"""Exact KKT points near trained networks: found, proved, and refused where they are too far."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given, settings

from exactmargin import (
    Answer,
    Dataset,
    LayerMaxMargin,
    MaxMargin,
    Parameters,
    Problem,
    Q,
    certify,
    from_pattern,
    fully_connected,
    read_problem,
)
from exactmargin.decisions import Budget
from exactmargin.kernel import check
from exactmargin.strategies import kkt_points
from tests.kernel.certificates import SAMPLES

TRAINED = Path(__file__).resolve().parents[1] / "trained"


def evidence_of(problem: Problem) -> Any:
    """The evidence of a verdict yes."""
    verdict = certify(problem, "kkt-exists")
    assert verdict.answer is Answer.YES, verdict.reason
    assert verdict.certificate is not None
    return verdict.certificate.evidence


def make(weights: list[list[Any]], inputs: list[list[Any]], labels: list[int]) -> Problem:
    """Dense layers; weights row by row."""
    width = len(weights[1])
    network = fully_connected([len(inputs[0]), width, 1])
    point = Parameters.from_flat(network, [Q.coerce(v) for layer in weights for v in layer])
    return Problem("", Q, network, Dataset.over(Q, inputs, labels), MaxMargin(), point)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("name", "kinks"), [("iris", 10), ("wine", 5)])
def test_trained_networks_have_a_kkt_point_with_active_kinks_nearby(name: str, kinks: int) -> None:
    problem = read_problem(TRAINED / f"{name}.json")
    verdict = certify(problem, "kkt-exists")
    assert verdict.answer is Answer.YES, verdict.reason
    assert verdict.certificate is not None
    evidence = verdict.certificate.evidence
    assert sum(len(unit["kinks"]) for unit in evidence["units"]) == kinks
    assert evidence["local_minimum"] == "yes"
    assert fmpq(*map(int, evidence["distance"].split("/"))) < fmpq(1, 20)
    # the parameters moved by twice the distance: the same certificate is refused
    spoiled = json.loads(verdict.certificate.text())
    distance = fmpq(*map(int, evidence["distance"].split("/")))
    for layer, place in ((0, 0), (0, 5), (1, 2)):
        old = problem.point().weights[layer][place]
        for step in (2 * distance, -2 * distance):
            spoiled["problem"]["parameters"]["weights"][layer][place] = Q.format(old + step)
            outcome = check(json.dumps(spoiled))
            assert (outcome.status, outcome.code) == ("rejected", "exists-distance")
        spoiled["problem"]["parameters"]["weights"][layer][place] = Q.format(old)
    assert check(json.dumps(spoiled)).accepted


def test_other_parameters_of_the_same_sample_have_a_distance_of_their_own() -> None:
    problem = read_problem(TRAINED / "iris.json")
    moved = [value + fmpq(n % 3 - 1, 2**12) for n, value in enumerate(problem.point().flat())]
    there = problem.with_parameters(Parameters.from_flat(problem.network, moved))
    near, far = evidence_of(problem), evidence_of(there)
    assert [unit["kinks"] for unit in near["units"]] == [unit["kinks"] for unit in far["units"]]
    assert near["distance"] != far["distance"]


def test_a_kink_that_denies_the_local_minimum() -> None:
    """Close to a sample of the kernel, whose point is exact."""
    problem = make(
        [["1.001", "0.0002", "0.0001", "1"], ["1", "1.002"]], [[1, "-1/2"], [0, 1]], [1, 1]
    )
    found, hand = evidence_of(problem), SAMPLES["kkt-exists, convex kink"]["evidence"]
    assert found["units"] == hand["units"]
    assert found["local_minimum"] == "no"
    for value, exact in zip(found["centre"], hand["centre"], strict=True):
        assert abs(fmpq(*map(int, (value + "/1").split("/")[:2])) - Q.coerce(exact)) < fmpq(
            1, 2**90
        )


def test_a_concave_kink_keeps_the_local_minimum() -> None:
    from exactmargin.formats import problem_from_json

    about = SAMPLES["kkt-exists, concave kink"]["problem"]
    found = evidence_of(problem_from_json({"format": "exactmargin/problem@1", "name": "", **about}))
    assert found["local_minimum"] == "yes"
    assert sum(len(unit["kinks"]) for unit in found["units"]) == 1
    assert fmpq(*map(int, found["distance"].split("/"))) < fmpq(1, 10**9)


def test_neurons_in_one_direction_are_copies() -> None:
    """Rotations of one into the other keep Φ and the norm; the ratio is fixed, so one is proved."""
    problem = make([["0.8", "0.6001"], ["0.8001", "0.6"]], [[1], [2]], [1, 1])
    found = evidence_of(problem)
    assert [unit["unit"] for unit in found["units"]] == [1]
    assert [copy["unit"] for copy in found["units"][0]["copies"]] == [2]
    assert found["local_minimum"] == "yes"


def test_zero_neurons_leave_the_minimum_open() -> None:
    found = evidence_of(make([["1", "-1/1000000000"], ["1", "1/1000000000"]], [[1]], [1]))
    assert [unit["unit"] for unit in found["units"]] == [1]
    assert found["local_minimum"] == "unknown"


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (make([["1"], ["-1"]], [[1]], [1]), "an example has no positive margin, so no multiple is"),
        (make([["0"], ["0"]], [[1]], [1]), "an example has no positive margin, so no multiple is"),
        (
            # the same example twice: its multiplier may be shared in every way
            make([["1"], ["1"]], [[1], [1]], [1, 1]),
            "the system of active margins, kinks and stationarity is singular",
        ),
    ],
)
def test_unknown_says_why(problem: Problem, reason: str) -> None:
    verdict = certify(problem, "kkt-exists")
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason is not None
    assert verdict.reason.startswith(reason)


def test_other_problems_are_out_of_its_class() -> None:
    point = Parameters.from_flat(fully_connected([1, 1, 1]), [fmpq(1), fmpq(1)])
    data = Dataset.over(Q, [[1]], [1])
    problem = Problem("", Q, fully_connected([1, 1, 1]), data, LayerMaxMargin(1), point)
    verdict = certify(problem, "kkt-exists")
    assert verdict.reason == (
        "the existence of KKT points is proved for the objective max-margin over Q and no shared "
        "weights"
    )


def test_the_budget_is_asked() -> None:
    verdict = certify(make([["1"], ["1"]], [[1]], [1]), "kkt-exists", Budget(0))
    assert verdict.reason == "the budget of 0 seconds is spent"


@settings(max_examples=25, deadline=None)
@given(kkt_points(dimension=(2, 3), size=(2, 4), moving=(1, 2), zero=0))
def test_exact_kkt_points_are_found_again(problem: Problem) -> None:
    """Where the answer is yes, the kernel has checked it; an exact point is near itself, but for
    linear networks: there neurons with opposite signs may be one, the point is degenerate, and a
    point further off without one of them may be found."""
    moved = [value + fmpq(n % 3 - 1, 10**8) for n, value in enumerate(problem.point().flat())]
    there = problem.with_parameters(Parameters.from_flat(problem.network, moved))
    verdict = certify(there, "kkt-exists")
    if verdict.certificate is not None:
        scaled = fmpq(*map(int, verdict.certificate.evidence["distance"].split("/")))
        assert problem.network.is_linear or scaled < fmpq(1, 10**3)
        exact = certify(problem, "local-minimum").answer
        if exact is not Answer.UNKNOWN and verdict.certificate.evidence["local_minimum"] == "no":
            assert exact is Answer.NO
    else:
        assert verdict.reason


@pytest.mark.parametrize(
    ("second", "slope", "told"),
    [
        ("1/2", 0, "yes"),  # h(u) <= |u|/2
        ("2", 0, "no"),  # h(1) = 2
        ("1", 0, "unknown"),  # h(1) = |u|: the two neurons are copies in the limit
        ("-2", "1/4", "no"),  # h(-1) = 2
        ("1/2", 1, "yes"),
    ],
)
def test_zero_neurons(second: str, slope: Any, told: str) -> None:
    """Beside a live neuron with x = 1 and λ = 1 a zero one, which reads another coordinate."""
    network = from_pattern([[[1, 0], [0, 2]], [[1, 2]]], negative_slope=slope)
    point = Parameters.over(Q, network, [["1.001", 0], ["1", 0]])
    data = Dataset.over(Q, [[1, second]], [1])
    found = evidence_of(Problem("", Q, network, data, MaxMargin(), point))
    assert found["local_minimum"] == told
    assert ("zero_neurons" in found, "descent" in found) == (told == "yes", told == "no")


@pytest.mark.parametrize("slope", [0, "1/4"])
def test_zero_neurons_agree_with_local_minima(slope: Any) -> None:
    """Two live neurons, one for each example, λ = (1, 1), and a zero one with inputs of its own:
    what is proved beside the point is what the complete decision says at it."""
    rng, told = random.Random(0), []
    network = from_pattern(
        [[[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 3, 4]], [[1, 2, 3]]], negative_slope=slope
    )
    for _ in range(24):
        label = rng.choice((1, -1))
        own = [[fmpq(rng.randint(-4, 4), 4) for _ in range(2)] for _ in range(2)]
        inputs = [[1, 0, *own[0]], [0, 1, *own[1]]]
        exact = Parameters.over(Q, network, [[1, 1, 0, 0], [1, label, 0]])
        problem = Problem("", Q, network, Dataset.over(Q, inputs, [1, label]), MaxMargin(), exact)
        there = problem.with_parameters(
            Parameters.over(Q, network, [["1.001", 1, 0, 0], [1, label, 0]])
        )
        told.append(evidence_of(there)["local_minimum"])
        truth = certify(problem, "local-minimum").answer
        assert told[-1] == "unknown" or truth is Answer(told[-1])
    assert told.count("yes") > 5
    assert told.count("no") > 5
    assert told.count("unknown") < 5
