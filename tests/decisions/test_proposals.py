"""What floats propose: strictly feasible points, sound roundings, and no trust in bad numbers."""

import random
from itertools import product

import numpy as np
import pytest
from flint import fmpq

from exactmargin.decisions import Budget
from exactmargin.decisions.ball_program import BallProgram, Piece
from exactmargin.decisions.pieces import _bounded_least_squares, _shortest
from exactmargin.decisions.proposals import (
    nearby,
    rational_above,
    root_of,
    to_float,
    with_denominator,
)
from exactmargin.exact import RealNumberField, dot, sign, squared_norm

ROOT = RealNumberField("r", [-2, 0, 1], (1, 2))


# ---------------------------------------------------------------- roundings


@pytest.mark.parametrize(
    "value", [fmpq(2), fmpq(1, 10**60), fmpq(10**300, 7), ROOT.gen, ROOT.gen**9]
)
@pytest.mark.parametrize("k", [1, 2, 3, 6])
@pytest.mark.parametrize("bits", [3, 24, 200])
def test_roots_have_the_digits_asked_for(value, k, bits):
    root = root_of(value, k, bits)
    assert sign(root) > 0
    assert sign((root * (1 + fmpq(4, 2**bits))) ** k - value) > 0
    assert sign((root * (1 - fmpq(4, 2**bits))) ** k - value) < 0 or bits == 3


@pytest.mark.parametrize("value", [fmpq(2, 3), fmpq(10**400), fmpq(1, 10**400), ROOT.gen / 7])
def test_rational_above_is_above_and_close(value):
    above = rational_above(value, 20)
    assert sign(above - value) > 0
    assert sign(above - value - value / 2**16) < 0


def test_bad_floats_become_zero():
    for bad in (float("nan"), float("inf"), -float("inf")):
        assert nearby(bad, 10) == 0
        assert with_denominator(bad, 10) == 0
    assert nearby(0.3, 4) == fmpq(10, 32) or abs(nearby(0.3, 4) - fmpq(3, 10)) < fmpq(1, 30)
    assert with_denominator(0.3333, 16) == fmpq(1, 3)
    assert to_float(ROOT.gen) == 2**0.5
    assert to_float(fmpq(10) ** 400) == float("inf")
    assert to_float(-(fmpq(10) ** 400)) == -float("inf")


# ---------------------------------------------------------------- the dual program


def lone(rows, labels, slope=1.0, bias=False):
    """The program of one linear neuron."""
    x = np.array(rows, float).T * np.array(labels)
    piece = Piece(x, np.zeros_like(x), np.ones(len(labels), bool))
    return BallProgram([piece], labels, slope, bias)


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e5])
def test_the_least_norm_of_a_machine(scale):
    """max Σλ, ‖Σ λ_i x_i‖ ≤ 1 is the norm of β*: here β* = (1, 1)."""
    rows = [[scale, 0], [0, scale], [3 * scale, scale]]
    found = lone(rows, [1, 1, 1]).solve(Budget())
    assert found.value * scale == pytest.approx(2**0.5, rel=1e-7)
    assert found.points[0] * scale == pytest.approx([1, 1], rel=1e-5)
    g = found.multipliers @ np.array(rows)
    assert g @ g < 1
    assert (np.array(rows) @ found.points[0] > 1 - 1e-5).all()  # rounding depends on the processor


def test_an_output_bias_takes_part():
    """Φ = p x + c at x = ±1 with labels ±1: no bias; with one label, a bias only."""
    both = lone([[1.0], [-1.0]], [1, -1], bias=True).solve(Budget())
    assert both.value == pytest.approx(1, rel=1e-6)
    assert both.bias == pytest.approx(0, abs=1e-5)
    same = lone([[1.0], [-1.0]], [1, 1], bias=True).solve(Budget())
    assert same.value == pytest.approx(0.5, rel=1e-6)
    assert same.bias == pytest.approx(1, rel=1e-5)


def test_no_bound_ends_early():
    """x and -x with one label: nothing is feasible, and the value passes what is enough."""
    assert lone([[1.0], [-1.0]], [1, 1]).solve(Budget(), enough=50.0).value > 50


# ---------------------------------------------------------------- bounded least squares


@pytest.mark.parametrize("seed", range(40))
def test_bounded_least_squares_against_all_faces(seed):
    """The least of ‖start + Σ t_j a_j‖ over a box, against the minima on all its faces."""
    rng = random.Random(seed)
    d, n = rng.randint(1, 3), rng.randint(1, 4)
    a = np.array([[rng.randint(-2, 2) for _ in range(n)] for _ in range(d)], float)
    b = np.array([rng.randint(-3, 3) for _ in range(d)], float)
    high = np.array([rng.choice((1.0, 0.5, np.inf)) for _ in range(n)])
    t, free = _bounded_least_squares(a, b, high)
    assert ((t >= 0) & (t <= high)).all()
    assert all(0 < t[j] < high[j] for j in free)
    best = np.inf
    for faces in product((0, 1, 2), repeat=n):
        if any(face == 1 and np.isinf(high[j]) for j, face in enumerate(faces)):
            continue
        point = np.array([high[j] if face == 1 else 0.0 for j, face in enumerate(faces)])
        inner = [j for j, face in enumerate(faces) if face == 2]
        if inner:
            point[inner] = np.linalg.lstsq(a[:, inner], b - a @ point, rcond=None)[0]
        if ((point >= -1e-12) & (point <= high + 1e-12)).all():
            best = min(best, np.linalg.norm(b - a @ point))
    assert np.linalg.norm(b - a @ t) == pytest.approx(best, abs=1e-8)


def test_weights_on_the_boundary_are_exact():
    """(3/5, 9/5) and the column (0, -1): the least norm is 3/5; (1, 2): it is 1, exactly."""
    columns = [(fmpq(0), fmpq(-1))]
    for start in ((fmpq(3, 5), fmpq(9, 5)), (fmpq(1), fmpq(2, 7))):
        weights = _shortest(start, columns, [None])
        assert weights is not None
        total = [
            s + dot(weights, c) for s, c in zip(start, zip(*columns, strict=True), strict=True)
        ]
        assert squared_norm(total) <= 1
    assert _shortest((fmpq(8, 7), fmpq(2)), columns, [None]) is None
    assert _shortest((fmpq(0), fmpq(3)), columns, [fmpq(2)]) == [2]
    assert _shortest((fmpq(0), fmpq(3)), columns, [fmpq(1)]) is None
