"""Exact KKT points near deep networks: found, proved, attacked, and refused where too far."""

import json
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given, settings

from exactmargin import (
    Answer,
    Dataset,
    MaxMargin,
    Parameters,
    Problem,
    Q,
    certify,
    fully_connected,
    read_problem,
)
from exactmargin.decisions import Budget, at_kkt_point, existence
from exactmargin.decisions.existence_form import balls
from exactmargin.decisions.full_system import FullSystem, Wiring
from exactmargin.decisions.pattern import Live, Pattern
from exactmargin.formats import problem_from_json, problem_to_json
from exactmargin.kernel import check
from exactmargin.kernel.balls import ball
from exactmargin.kernel.full_system import FullSystem as KernelSystem
from exactmargin.kernel.problem import read_problem as kernel_problem
from exactmargin.kernel.reduced import Live as KernelLive
from exactmargin.networks import from_pattern
from exactmargin.strategies import deep_kkt_points, kkt_points
from tests.decisions.test_existence import TRAINED, evidence_of
from tests.kernel.certificates import SAMPLES
from tests.laws.attacks import shorter_point


def sample_problem(name: str, slope: str = "0") -> Problem:
    """The problem of a sample of the kernel, with this negative slope."""
    about = SAMPLES[name]["problem"]
    about = about | {"network": about["network"] | {"negative_slope": slope}}
    return problem_from_json({"format": "exactmargin/problem@1", "name": "", **about})


def moved(problem: Problem, size: fmpq) -> Problem:
    """The same, its parameters moved."""
    flat = [value + size * ((n % 3) - 1) for n, value in enumerate(problem.point().flat())]
    return problem.with_parameters(Parameters.from_flat(problem.network, flat))


def number(text: str) -> fmpq:
    """A rational of the evidence."""
    return Q.coerce(text)


def attack(problem: Problem, rng: random.Random, tries: int) -> list[Any] | None:
    """A feasible point that is shorter than that at hand, which is known up to 2^-90, or None."""
    return shorter_point(problem, rng, tries, (6, 9, 12, 15, 18), fmpq(1, 2**70))


# ---------------- trained


@pytest.mark.timeout(120)
def test_a_trained_network_of_two_hidden_layers() -> None:
    """Kinks in both layers, two copies, and a local minimum."""
    problem = read_problem(TRAINED / "iris-6-4.json")
    verdict = certify(problem, "kkt-exists")
    assert verdict.answer is Answer.YES, verdict.reason
    assert verdict.certificate is not None
    evidence = verdict.certificate.evidence
    kinks = [sum(len(unit["kinks"]) for unit in row) for row in evidence["layers"]]
    copies = [sum(len(unit["copies"]) for unit in row) for row in evidence["layers"]]
    assert (kinks, copies) == ([7, 4], [0, 2])
    assert evidence["local_minimum"] == "yes"
    distance = number(evidence["distance"])
    assert distance < fmpq(1, 30)
    # the parameters moved by twice the distance: the same certificate is refused
    spoiled = json.loads(verdict.certificate.text())
    for layer, place in ((0, 5), (1, 7), (2, 2)):
        old = problem.point().weights[layer][place]
        spoiled["problem"]["parameters"]["weights"][layer][place] = Q.format(old + 2 * distance)
        outcome = check(json.dumps(spoiled))
        assert (outcome.status, outcome.code) == ("rejected", "exists-distance")
        spoiled["problem"]["parameters"]["weights"][layer][place] = Q.format(old)
    # nothing better is found around the point
    there = at_kkt_point(problem, evidence)
    assert min(there.margins(there.point())) > 1 - fmpq(1, 2**80)
    assert attack(there, random.Random("iris"), 60) is None
    # and from parameters a little elsewhere the same point is found
    again = evidence_of(moved(problem, fmpq(1, 2**12)))
    assert again["active"] == evidence["active"]
    assert [[unit["kinks"] for unit in row] for row in again["layers"]] == [
        [unit["kinks"] for unit in row] for row in evidence["layers"]
    ]
    # up to rotations of the copies, in the second layer
    for a, b in zip(
        at_kkt_point(problem, again).point().flat()[:24], there.point().flat(), strict=False
    ):
        assert abs(a - b) < fmpq(1, 2**85)


# ---------------- by hand


@pytest.mark.parametrize("size", [fmpq(0), fmpq(1, 10**8), fmpq(1, 10**4)])
@pytest.mark.parametrize("slope", ["0", "1/4"])
def test_kinks_in_two_layers(size: fmpq, slope: str) -> None:
    """Leaky or not, as the slopes at the kinks are 1/2 and 2/3."""
    problem = sample_problem("kkt-exists, deep", slope)
    found, hand = evidence_of(moved(problem, size)), SAMPLES["kkt-exists, deep"]["evidence"]
    assert found["layers"] == hand["layers"]
    assert found["local_minimum"] == "yes"
    for value, exact in zip(found["centre"], hand["centre"], strict=True):
        assert abs(number(value) - number(exact)) < fmpq(1, 2**90)
    assert attack(problem, random.Random(1), 300) is None


def chains(widths: list[int], scales: list[str], **more: Any) -> Problem:
    """Two chains side by side that read one input each."""
    pattern = [[1, 0], [0, 2]]
    network = from_pattern([*[pattern] * (len(widths) - 1), [[1, 2]]])
    theta = [Q.coerce(a) for _ in widths for a in scales]
    point = Parameters.from_flat(network, theta)
    data = Dataset.over(Q, [["1/2", "1/2"]], [1])
    return Problem("", Q, network, data, MaxMargin(), point)


def test_a_saddle_is_not_called_a_minimum() -> None:
    """Two chains of equal size: one alone is shorter. Its Hessian says so, which proves nothing."""
    problem = chains([2, 2, 2], ["1.001", "0.999"])
    found = evidence_of(problem)
    assert found["local_minimum"] == "unknown"
    there = at_kkt_point(problem, found)
    assert attack(there, random.Random(2), 300) is not None


def test_zero_units_leave_the_minimum_open() -> None:
    network = fully_connected([1, 2, 2, 1])
    theta = ["1.0001", "1e-9", "1", "-1e-9", "1e-9", "1e-9", "0.9999", "-1e-9"]
    values = [Q.coerce(f"{float(a):.12f}") for a in theta]
    point, data = Parameters.from_flat(network, values), Dataset.over(Q, [[1]], [1])
    found = evidence_of(Problem("", Q, network, data, MaxMargin(), point))
    assert [[unit["unit"] for unit in row] for row in found["layers"]] == [[1], [1]]
    assert found["local_minimum"] == "unknown"


def test_copies_in_two_layers() -> None:
    """Rank one: every unit of a layer is a multiple of one, and rotations keep all."""
    network = fully_connected([2, 2, 2, 1])
    first = ["0.48", "0.6401", "0.36", "0.4799"]
    second = ["0.48", "0.3601", "0.64", "0.48"]
    third = ["0.6", "0.8"]
    values = [Q.coerce(a) for a in (*first, *second, *third)]
    point = Parameters.from_flat(network, values)
    data = Dataset.over(Q, [["3/5", "4/5"]], [1])
    problem = Problem("", Q, network, data, MaxMargin(), point)
    found = evidence_of(problem)
    assert [[len(unit["copies"]) for unit in row] for row in found["layers"]] == [[1], [1]]
    assert found["local_minimum"] == "yes"
    assert attack(at_kkt_point(problem, found), random.Random(3), 300) is None


def test_a_network_without_hidden_layers() -> None:
    """The maximal margin of a line: no units at all."""
    network = fully_connected([2, 1])
    point = Parameters.from_flat(network, [Q.coerce("0.9"), Q.coerce("0.1")])
    data = Dataset.over(Q, [[1, 0], [2, 1], ["-2", "1/2"]], [1, 1, -1])
    found = evidence_of(Problem("", Q, network, data, MaxMargin(), point))
    assert found["layers"] == []
    assert found["local_minimum"] == "yes"


@pytest.mark.parametrize("reason", ["singular", "margin"])
def test_unknown_says_why(reason: str) -> None:
    network = fully_connected([1, 1, 1, 1])
    data = Dataset.over(Q, [[1], [1]], [1, 1] if reason == "singular" else [1, -1])
    point = Parameters.from_flat(network, [Q.coerce(1)] * 3)
    verdict = certify(Problem("", Q, network, data, MaxMargin(), point), "kkt-exists")
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason is not None
    assert reason in verdict.reason


def test_the_budget_is_asked() -> None:
    verdict = certify(chains([2, 2, 2], ["1", "1"]), "kkt-exists", Budget(0))
    assert verdict.reason == "the budget of 0 seconds is spent"


# ---------------- the systems


def drawn(bias: bool, rng: random.Random) -> tuple[Problem, Pattern]:
    """A network and a pattern with kinks, a copy in the first layer and a zero unit in each."""
    network = fully_connected([3, 4, 3, 1], bias=bias, negative_slope="1/4")
    inputs = [[rng.randint(-4, 4) for _ in range(3)] for _ in range(5)]
    values = [fmpq(rng.randint(-9, 9), 8) for _ in range(network.parameter_count)]
    point = Parameters.from_flat(network, values)
    problem = Problem(
        "", Q, network, Dataset.over(Q, inputs, [1, -1, 1, -1, 1]), MaxMargin(), point
    )
    live = tuple(
        Live(
            k, 0, tuple(rng.choice((1, -1, 0)) for _ in range(5)), {3: fmpq(3, 2)} if k == 0 else {}
        )
        for k in (0, 1, 4, 6)
    )
    return problem, Pattern((0, 2, 3), live)


def system_of(problem: Problem, pattern: Pattern, kind: str) -> FullSystem:
    """Its system in floats or balls."""
    if kind == "floats":
        system = existence.FULL.floats(problem, 1.0).system(pattern)
        assert isinstance(system, FullSystem)
        return system
    inputs = balls([[*row, fmpq(1)] for row in problem.data.inputs])
    return FullSystem(Wiring.of(problem), pattern, inputs, problem.data.labels, arb("0.25"))


@pytest.mark.parametrize("bias", [False, True])
def test_derivatives_are_those_of_the_values_in_engine_and_kernel(bias: bool) -> None:
    """By differences; floats, balls and the kernel agree."""
    rng = random.Random(f"system {bias}")
    problem, pattern = drawn(bias, rng)
    floats, exact = (system_of(problem, pattern, kind) for kind in ("floats", "balls"))
    u = np.array([rng.gauss(0, 1) for _ in range(floats.size)])
    jacobian, step = floats.derivatives(u), 1e-6
    for j, column in enumerate(jacobian.T):
        e = np.zeros(floats.size)
        e[j] = step
        difference = (floats.values(u + e) - floats.values(u - e)) / (2 * step)
        assert np.allclose(difference, column, atol=1e-6)
    there = np.array([arb(a) for a in u.tolist()], dtype=object)
    assert np.allclose(exact.values(there).astype(float), floats.values(u))
    assert np.allclose(exact.derivatives(there).astype(float), jacobian)
    live: list[list[KernelLive]] = [[], []]
    for n in pattern.live:
        sides = {i: n.sides[i] for i in pattern.active}
        copies = {m: Fraction(int(f.p), int(f.q)) for m, f in n.copies.items()}
        live[n.unit >= 4].append(KernelLive(n.unit - 4 * (n.unit >= 4), 0, sides, copies))
    about = kernel_problem(problem_to_json(problem), lenient=True)
    kernel, at = KernelSystem(about, [0, 2, 3], live), [ball(Fraction(a)) for a in u.tolist()]
    assert kernel.own == floats.own
    assert np.allclose([float(a.low) for a in kernel.values(at)], floats.values(u))
    assert np.allclose([[float(a.low) for a in row] for row in kernel.derivatives(at)], jacobian)


# ---------------- two systems, one point


def by_both(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The evidence with the reduced system and with the full one; None where it is unknown."""
    found = []
    for form in (existence.REDUCED, existence.FULL):
        monkeypatch.setattr(existence, "REDUCED", form)
        certificate = certify(problem, "kkt-exists").certificate
        found.append(None if certificate is None else certificate.evidence)
        monkeypatch.undo()
    return found


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("iris", "0"),
        ("kkt-exists, concave kink", "0"),
        ("kkt-exists, concave kink", "1/4"),
        ("kkt-exists, convex kink", "0"),
    ],
)
def test_both_systems_prove_the_same_point(
    name: str, slope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = name == "iris"
    problem = read_problem(TRAINED / "iris.json") if trained else sample_problem(name, slope)
    reduced, full = by_both(problem, monkeypatch)
    for key in ("scale", "active", "distance", "local_minimum"):
        assert reduced[key] == full[key] or (key == "distance" and not trained)
    strip = [{key: unit[key] for key in unit if key != "sign"} for unit in reduced["units"]]
    assert full["layers"] == [strip]
    for a, b in zip(
        *(at_kkt_point(problem, e).point().flat() for e in (reduced, full)), strict=True
    ):
        assert abs(a - b) < fmpq(1, 2**85)


@settings(max_examples=25, deadline=None)
@given(kkt_points(dimension=(2, 3), size=(2, 4), moving=(1, 2), zero=0))
def test_both_systems_on_constructed_points(problem: Problem) -> None:
    """What both prove is the same; they never contradict each other about the minimum."""
    with pytest.MonkeyPatch.context() as patch:
        reduced, full = by_both(moved(problem, fmpq(1, 10**8)), patch)
    if reduced is not None and full is not None and reduced["active"] == full["active"]:
        assert {reduced["local_minimum"], full["local_minimum"]} != {"yes", "no"}


@settings(max_examples=20, deadline=None)
@given(deep_kkt_points(["dense", "sparse", "diagonal"], depth=(3, 4)))
def test_constructed_points_of_deep_networks(problem: Problem) -> None:
    """Where the answer is yes, the kernel has checked it; minima withstand the attack, and exact
    proofs of the opposite."""
    if not problem.network.is_no_share:
        return
    verdict = certify(moved(problem, fmpq(1, 10**8)), "kkt-exists", Budget(20))
    if verdict.certificate is None:
        assert verdict.reason
        return
    evidence = verdict.certificate.evidence
    assert number(evidence["distance"]) < fmpq(1, 10**3)
    if evidence["local_minimum"] == "yes":
        assert attack(at_kkt_point(problem, evidence), random.Random(4), 40) is None
