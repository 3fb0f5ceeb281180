"""Local minima of deep networks and shared weights: KKT points by construction, decided, attacked.

A proof of *yes* holds for all points near θ; here points at distances 2^-10 to 2^-18 are tried in
many directions, each scaled until it is feasible (Φ is homogeneous). At depth 2 the answers
are compared with the complete method, which proves in another way.
"""

import random
from collections import Counter
from itertools import islice

import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, decide_kkt
from exactmargin.decisions.lifting import lifted_local_minimum
from exactmargin.decisions.second_order import second_order_local_minimum
from exactmargin.exact import Q
from exactmargin.networks import Parameters, diagonal
from exactmargin.problems import MaxMargin, Problem
from tests.laws.attacks import shorter_point
from tests.laws.points import deep_points, small_kkt_points

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN

FLOORS = {
    "diagonal": (20, 5, 0),
    "tree": (20, 4, 4),
    "sparse": (20, 1, 4),
    "dense": (12, 8, 6),
    "linear": (27, 0, 2),
    "convolutional": (13, 8, 5),
    "shared": (25, 0, 2),
    "biased": (5, 1, 4),
}
"""Of 30 points (biased: 10) at least so many yes and no, at most so many unknown."""


@pytest.mark.parametrize("family", FLOORS)
def test_constructed_points(family):
    """Most are decided, as far as the family allows, and yes withstands the attack."""
    number = 10 if family == "biased" else 30
    seen, found = Counter(), 0
    for n, problem in enumerate(islice(deep_points(family), number)):
        verdict = second_order_local_minimum(problem, Budget(None))
        seen[verdict.answer] += 1
        rng = random.Random(f"attack {family} {n}")
        if verdict.answer is YES:
            assert shorter_point(problem, rng, 60) is None
        elif verdict.answer is NO:
            found += shorter_point(problem, rng, 60) is not None
    yes, no, unknown = FLOORS[family]
    assert seen[YES] >= yes, seen
    assert seen[NO] >= no, seen
    assert seen[UNKNOWN] <= unknown, seen
    sham = family in {"diagonal", "tree", "sparse", "convolutional"} and not found
    assert not sham, seen


@pytest.mark.parametrize("family", FLOORS)
def test_constructed_points_are_kkt_points(family):
    for problem in islice(deep_points(family), 6):
        assert decide_kkt(problem).answer is not NO


@pytest.mark.parametrize("degenerate", [False, True], ids=["random", "degenerate"])
def test_depth_two(degenerate):
    """The complete method never says the opposite."""
    seen = Counter()
    for problem in islice(small_kkt_points(degenerate, 1), 60):
        complete = lifted_local_minimum(problem, Budget(None)).answer
        seen[complete, second_order_local_minimum(problem, Budget(None)).answer] += 1
    assert not seen[YES, NO] + seen[NO, YES], seen
    assert seen[YES, YES] >= (10 if degenerate else 40), seen
    assert seen[NO, NO] >= (8 if degenerate else 1), seen


@pytest.mark.parametrize("slope", [0, fmpq(1, 3), 1])
@pytest.mark.parametrize("depth", [3, 4, 5])
def test_a_lone_coordinate_is_a_local_minimum(depth, slope):
    """Diagonal, depth ≥ 3, one chain of equal weights and margin 1: whatever the other inputs."""
    rng = random.Random(depth)
    for _ in range(5):
        d = rng.randint(1, 3)
        network = diagonal(d, depth, negative_slope=slope)
        size = fmpq(rng.randint(1, 3), rng.randint(1, 3))
        flat = [size if p % d == 0 else fmpq(0) for p in range(network.parameter_count)]
        x = [[1 / size**depth, *(fmpq(rng.randint(-9, 9)) for _ in range(d - 1))] for _ in (0, 1)]
        point = Parameters.from_flat(network, flat)
        problem = Problem("lone", Q, network, Dataset(x, [1, 1]), MaxMargin(), point)
        assert second_order_local_minimum(problem, Budget(None)).answer is YES
