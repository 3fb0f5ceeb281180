"""Remark 3.2 at random data of its boxes, by the engine; and where a box is too large, no proof."""

from fractions import Fraction
from random import Random

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, Certificate, decide_kkt, decide_local_minimum
from exactmargin.exact import Q
from exactmargin.networks import Parameters, diagonal, fully_connected
from exactmargin.problems import MaxMargin, Problem
from exactmargin.registry import Step
from theorems.vardi2022._boxes import inside
from theorems.vardi2022._robust import PAIR, TRIPLE, corner

RELU = fully_connected([2, 2, 1])
SEEDS = range(12)


def drawn(seed: int) -> dict[str, Fraction]:
    """Data in the box of three examples, ends included now and then."""
    random = Random(seed)
    found = {}
    for name, (lo, hi) in TRIPLE.items():
        low, high = Fraction(lo), Fraction(hi)
        found[name] = low + (high - low) * Fraction(random.randint(1, 99), 100)
    return found


def code(step: Step) -> str:
    """Why the kernel refuses a step; empty where it does not."""
    return Certificate(step.claim, None, step.evidence).outcome().code


@pytest.mark.parametrize("seed", SEEDS)
def test_theorem_3_2_at_random_data(seed: int) -> None:
    """In the normal form the point is KKT, and not a local optimum."""
    data = drawn(seed)
    x, y = ((str(data[a]), str(data[b])) for a, b in ("pq", "rs"))
    part = corner(x, y)
    evidence = {"theorem": "vardi2022/instance", "parts": [part.to_json()]}
    assert Certificate("theorem", None, evidence).outcome().accepted


@pytest.mark.parametrize("seed", SEEDS)
def test_the_point_of_the_original_data_has_the_norm_that_is_said(seed: int) -> None:
    """4.3: |θ̃|² = 2(|d|/D + 1/|x_3|) is above 7.8; θ' is feasible for the data and below it."""
    data = drawn(seed)
    p, q, r, s, t, u = (data[name] for name in "pqrstu")
    det = p * s - r * q
    d2 = (p - r) ** 2 + (q - s) ** 2
    assert d2 / det**2 > 3**2
    assert 1 / (t**2 + u**2) > Fraction(9, 10) ** 2
    values = [("25/24", "0", "-33/32", "-33/40"), ("1", "4/3")]
    point = Parameters.over(Q, RELU, values)
    rows = [(str(a), str(b)) for a, b in ((p, q), (r, s), (t, u))]
    problem = Problem("4.3", Q, RELU, Dataset.over(Q, rows, [1, 1, 1]), MaxMargin(), point)
    assert all(margin >= 1 for margin in problem.margins(point))
    norm = sum(Fraction(z) ** 2 for layer in values for z in layer)
    assert norm < 2 * (3 + Fraction(9, 10))


@pytest.mark.parametrize(("x", "answer"), [((4, 4), Answer.NO), (("3/2", "3/2"), Answer.YES)])
def test_the_angle_matters(x: tuple[object, object], answer: Answer) -> None:
    """x = (±a, 1) with a > √3 has an angle above 120°; below, the same point is a local optimum."""
    a, b = x
    data = Dataset.over(Q, [(a, 1), (f"-{b}", 1)], [1, 1])
    point = Parameters.over(Q, RELU, [(0, 1, 0, 0), (1, 0)])
    problem = Problem("normal form", Q, RELU, data, MaxMargin(), point)
    stationary = decide_kkt(problem)
    assert stationary.answer is Answer.YES
    assert decide_local_minimum(problem, stationary, Budget(60)).answer is answer


@pytest.mark.parametrize("slope", [0, 1])
@pytest.mark.parametrize(("k", "answer"), [("5/4", Answer.NO), ("3/4", Answer.YES)])
def test_theorem_4_1_needs_the_larger_second_coordinate(slope: int, k: str, answer: Answer) -> None:
    network = diagonal(2, 2, negative_slope=slope)
    data = Dataset.over(Q, [(1, k)], [1])
    point = Parameters.over(Q, network, [(1, 0), (1, 0)])
    problem = Problem("4.1", Q, network, data, MaxMargin(), point)
    found = decide_local_minimum(problem, decide_kkt(problem), Budget(60))
    assert found.answer is answer


def test_a_box_that_is_too_large() -> None:
    """The smaller of the two margins need not rise there."""
    expression = "p*(p+r)+q*(q+s)"
    assert [code(step) for step in inside("S", expression, PAIR)] == ["", ""]
    wide = PAIR | {"p": ("9/10", "11/10"), "r": ("-11/10", "-9/10")}
    assert [code(step) for step in inside("S", expression, wide)] == ["", "not-positive"]


def test_inside_knows_degrees_and_ends() -> None:
    box = {"x": ("-1", "2"), "y": ("0", "1")}
    for expression in ("x+1", "2-x", "y", "1-y", "(x+1)*(2-x)*y", "(x+1)^2*y-(x+1)^2*y^2"):
        assert [code(step) for step in inside("f", expression, box)] == ["", ""], expression
    for expression in ("x", "y-1", "x*y", "x^2-x-2"):
        assert code(inside("f", expression, box)[1]) == "not-positive", expression
