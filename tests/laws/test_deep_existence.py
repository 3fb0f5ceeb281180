"""What `kkt-exists` says about local minima of deep networks, against explicit feasible points.

Two small trained networks (`tests/trained`, ReLU, two hidden layers): one has its kinks where
margins are concave, and no point around it is shorter; the other has a convex kink, and on either
side of it there are shorter feasible points, found by following the constraints in floats and then
checked in exact arithmetic.
"""

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from exactmargin import Parameters, Problem, Q, certify, read_problem
from exactmargin.decisions import at_kkt_point
from exactmargin.decisions.existence import FULL
from exactmargin.decisions.full_system import FullSystem
from exactmargin.exact import squared_norm
from tests.laws.attacks import shorter_point

TRAINED = Path(__file__).resolve().parents[1] / "trained"


def snapped(name: str) -> tuple[Problem, Any]:
    """The problem at the KKT point, up to 2^-90, and the evidence for this point."""
    problem = read_problem(TRAINED / f"{name}.json")
    certificate = certify(problem, "kkt-exists").certificate
    assert certificate is not None
    return at_kkt_point(problem, certificate.evidence), certificate.evidence


def away(problem: Problem, evidence: Any, kink: int, side: int) -> tuple[list[float], float]:
    """A direction along which the pre-activation of one kink changes at the rate `side`, all others
    and the active margins stay, seen from that side; and the rate of half the squared norm."""
    system = FULL.floats(problem, 1.0).system(FULL.pattern(problem, evidence))
    assert isinstance(system, FullSystem)
    size, u = len(system.own), np.array([float(Fraction(text)) for text in evidence["centre"]])
    row = system.stop + kink
    there = u.copy()
    there[row] = 1.0 if side > 0 else system.slope  # the slope of this kink on this side
    rows = system.derivatives(there)[size:, :size]
    rates = np.zeros(len(rows))
    rates[row - size] = side
    step = np.linalg.lstsq(rows, rates, rcond=None)[0]
    direction = system.parameters(np.concatenate([step, u[size:]]))
    return direction.tolist(), float(system.parameters(u) @ direction)


@pytest.mark.parametrize("side", [1, -1])
def test_a_convex_kink_has_shorter_points_on_both_sides(side: int) -> None:
    problem, evidence = snapped("convex-kink")
    assert evidence["local_minimum"] == "no"
    system = FULL.floats(problem, 1.0).system(FULL.pattern(problem, evidence))
    across = system.convexity(np.array([float(Fraction(text)) for text in evidence["centre"]]))
    [kink] = [j for j, b in enumerate(across) if b > 0]
    direction, rate = away(problem, evidence, kink, side)
    assert rate < 0
    flat, m = problem.point().flat(), problem.network.depth
    norm = squared_norm(flat)
    for bits in (10, 14, 18):
        step = fmpq(1, 2**bits)
        moved = [a + step * Q.coerce(Fraction(d)) for a, d in zip(flat, direction, strict=True)]
        least = min(problem.margins(Parameters.from_flat(problem.network, moved)))
        assert least > 0
        # scaled until it is feasible, it is shorter
        assert squared_norm(moved) ** m < least**2 * norm**m


def test_concave_kinks_have_no_shorter_point_around() -> None:
    """Nor has any of the directions that leave a single kink on one side."""
    problem, evidence = snapped("concave-kinks")
    assert evidence["local_minimum"] == "yes"
    kinks = [sum(len(unit["kinks"]) for unit in row) for row in evidence["layers"]]
    assert kinks == [3, 4]
    slack = fmpq(1, 2**70)
    assert shorter_point(problem, random.Random(5), 600, (6, 9, 12, 15, 18), slack) is None
    for kink in range(sum(kinks)):
        for side in (1, -1):
            _, rate = away(problem, evidence, kink, side)
            assert rate > 0
