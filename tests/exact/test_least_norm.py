"""Least-norm points of polyhedra: optimality and contradictions, each by its definition."""

import random
from itertools import combinations

import pytest

from exactmargin.exact import (
    Contradiction,
    HalfSpace,
    LeastNorm,
    Q,
    RealNumberField,
    dot,
    sign,
    solve,
)

SQRT2 = RealNumberField("r", [-2, 0, 1], (1, 2))


def half_space(name, normal, bound, field=Q):
    return HalfSpace(name, tuple(map(field.coerce, normal)), field.coerce(bound))


def least(rows, n, field=Q):
    """The method, rows taken in their order; every intermediate state is checked."""
    state = LeastNorm.of(field, n)
    while True:
        row = next((row for row in rows if sign(row.gap(state.point)) < 0), None)
        if row is None:
            return state
        after = state.enforce(row)
        if isinstance(after, Contradiction):
            check_contradiction(after, n)
            return after
        check_state(after, n)
        assert sign(after.squared_norm - state.squared_norm) > 0
        state = after


def combination(rows, weights, n, zero):
    return [
        sum((w * r.normal[p] for r, w in zip(rows, weights, strict=True)), zero) for p in range(n)
    ]


def check_state(state, n):
    """point = Σ λ_r a_r with λ ≥ 0 and all rows tight: the least-norm point under these rows."""
    assert list(state.point) == combination(state.rows, state.multipliers, n, state.field.zero)
    assert all(sign(value) >= 0 for value in state.multipliers)
    assert all(row.gap(state.point) == 0 for row in state.rows)
    assert [list(line) for line in state.gram] == [
        [dot(a.normal, b.normal) for b in state.rows] for a in state.rows
    ]


def check_contradiction(found, n):
    """Farkas: ray ≥ 0, Σ ray_r a_r = 0, Σ ray_r b_r > 0."""
    assert all(sign(value) >= 0 for value in found.ray)
    assert not any(combination(found.rows, found.ray, n, found.ray[0] * 0))
    assert sign(found.value) > 0


def best_by_enumeration(rows, n):
    """The least norm among the feasible points where a set of rows is tight and the norm least."""
    best = None
    for size in range(min(n, len(rows)) + 1):
        for chosen in combinations(rows, size):
            gram = [[dot(a.normal, b.normal) for b in chosen] for a in chosen]
            weights = solve(gram, [row.bound for row in chosen]) if chosen else ()
            if weights is None:
                continue
            point = combination(chosen, weights, n, Q.zero)
            if all(sign(row.gap(point)) >= 0 for row in rows):
                size_ = dot(point, point)
                best = size_ if best is None else min(best, size_)
    return best


def test_random_polyhedra():
    """Zero rows, repeated and dependent rows, empty polyhedra among them."""
    kinds = {True: 0, False: 0}
    for seed in range(300):
        rng = random.Random(seed)
        n = rng.randint(1, 3)
        rows = [
            half_space(i, [rng.randint(-2, 2) for _ in range(n)], rng.randint(-2, 2))
            for i in range(rng.randint(0, 6))
        ]
        rows += rows[: rng.randint(0, 1)]
        found = least(rows, n)
        best = best_by_enumeration(rows, n)
        assert (best is None) == isinstance(found, Contradiction)
        assert best is None or found.squared_norm == best
        kinds[best is None] += 1
    assert min(kinds.values()) > 30


def test_over_an_algebraic_field():
    r = SQRT2.gen
    rows = [half_space(0, [1, r], 3, SQRT2), half_space(1, [1, 0], 2, SQRT2)]
    found = least(rows, 2, SQRT2)
    assert found.point == (SQRT2.coerce(2), r / 2)  # √2 u_2 ≥ 1 is left to the second coordinate
    assert isinstance(least([*rows, half_space(2, [-1, 0], -1, SQRT2)], 2, SQRT2), Contradiction)


@pytest.mark.parametrize("bound", [1, 0, -1])
def test_a_row_of_zeros(bound):
    found = least([half_space(0, [0, 0], bound)], 2)
    assert isinstance(found, Contradiction) == (bound > 0)
