"""The exact support vector machine against all supports, and in Q(√2)."""

import random
from fractions import Fraction
from itertools import combinations

import pytest

from exactmargin.decisions import Budget, BudgetSpent
from exactmargin.decisions import svm as svm_module
from exactmargin.decisions.svm import nearest_point
from exactmargin.exact import Q, RealNumberField, dot, rank, sign, solve, squared_norm


def is_nearest(points, found):
    """x is the combination of the points with these weights, and <z, x> ≥ ‖x‖² for all z."""
    weights = found.weights
    assert all(sign(w) >= 0 for w in weights)
    assert sum(weights, Q.zero) == 1
    columns = zip(*points, strict=True)
    assert all(dot(weights, c) == x for c, x in zip(columns, found.point, strict=True))
    size = squared_norm(found.point)
    return all(sign(dot(z, found.point) - size) >= 0 for z in points)


def by_supports(points):
    """The least squared norm over all affinely independent supports (brute force)."""
    best = None
    for n in range(1, len(points[0]) + 2):
        for support in combinations(points, min(n, len(points))):
            gram = [[*(dot(a, b) for b in support), 1] for a in support]
            gram.append([*[1] * len(support), 0])
            if rank(gram) < len(gram):
                continue
            weights = solve(gram, [0] * len(support) + [1])[:-1]
            if all(w >= 0 for w in weights):
                x = [dot(weights, column) for column in zip(*support, strict=True)]
                size = squared_norm(x)
                best = size if best is None or size < best else best
    return best


@pytest.mark.parametrize("seed", range(60))
def test_small_machines_against_all_supports(seed):
    rng = random.Random(seed)
    d, n = rng.randint(1, 3), rng.randint(1, 6)
    shift = rng.choice((0, 2))
    points = [[Q.coerce(rng.randint(-2, 2) + shift) for _ in range(d)] for _ in range(n)]
    if rng.random() < 0.3:
        points.append(points[0])
    found = nearest_point(points, Budget())
    assert is_nearest(points, found)
    assert squared_norm(found.point) == by_supports(points)


@pytest.mark.parametrize("seed", range(8))
def test_floats_propose_and_exact_agrees(seed, monkeypatch):
    """With and without the float start the same point; the start is used on larger samples."""
    rng = random.Random(seed)
    points = [
        [Q.coerce(rng.randint(-9, 9)) + (6 if j == 0 else 0) for j in range(6)] for _ in range(40)
    ]
    started = svm_module._proposed(points)
    fast = nearest_point(points, Budget())
    monkeypatch.setattr(svm_module, "_proposed", lambda _: None)
    assert started is not None
    assert fast.point == nearest_point(points, Budget()).point
    assert is_nearest(points, fast)


def test_zero_in_the_hull_separates_nothing():
    points = [[Q.coerce(x)] for x in (2, -3)]
    found = nearest_point(points, Budget())
    assert found.point == (0,)
    assert found.weights == (Q.coerce(Fraction(3, 5)), Q.coerce(Fraction(2, 5)))


def test_in_an_algebraic_field():
    r = RealNumberField("r", [-2, 0, 1], (1, 2))
    points = [[r.gen, r.zero], [r.zero, r.gen], [r.gen, r.gen]]
    found = nearest_point(points, Budget())
    assert found.point == (r.gen / 2, r.gen / 2)
    assert is_nearest(points, found)


def test_the_budget_is_asked():
    with pytest.raises(BudgetSpent):
        nearest_point([[Q.one]], Budget(0))
