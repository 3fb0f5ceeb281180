"""The number of chambers: formulas, known sequences, and Zaslavsky's count."""

import numpy as np
import pytest

from exactmargin.cells import (
    Arrangement,
    chambers,
    characteristic_polynomial,
    count_bounded_chambers,
    count_chambers,
    whitney_numbers,
)
from exactmargin.exact import Q
from tests.cells.families import (
    BACKENDS,
    central,
    cube,
    general_position,
    needs_numba,
    randoms,
    rays,
    resonance,
    threshold,
    uniform,
)


@pytest.mark.parametrize(("n", "d"), [(1, 1), (7, 2), (10, 3), (15, 4), (20, 4), (20, 5), (30, 4)])
@pytest.mark.parametrize("backend", BACKENDS)
def test_general_position_has_the_number_of_the_formula(n, d, backend) -> None:
    found = rays(uniform(n, d), backend=backend)
    assert found.count == general_position(n, d)
    assert len(np.unique(found.packed)) == len(found.packed)


@needs_numba
def test_large_cases_in_general_position() -> None:
    assert rays(uniform(25, 6), backend="numba").count == general_position(25, 6) == 110910
    assert rays(uniform(30, 8), backend="numba").count == general_position(30, 8) == 4364792


@needs_numba
def test_random_integers_need_not_be_in_general_position() -> None:
    rows = uniform(60, 4)
    for backend in ("numpy", "numba"):
        assert rays(rows, backend=backend).count == 68444 != general_position(60, 4)
    assert count_chambers(central(rows)) == 68444


@pytest.mark.parametrize(("d", "count"), [(3, 32), (4, 370), (5, 11292)])
@pytest.mark.parametrize("backend", BACKENDS)
def test_resonance_arrangements(d, count, backend) -> None:
    assert rays(resonance(d), backend=backend).count == count


@needs_numba
def test_resonance_arrangement_of_dimension_6() -> None:
    found = rays(resonance(6), backend="numba")
    assert found.count == 1066044
    assert len(np.unique(found.packed)) == len(found.packed)


@needs_numba
@pytest.mark.parametrize(("d", "count"), [(4, 104), (5, 1882), (6, 94572)])
def test_threshold_arrangements(d, count) -> None:
    assert rays(threshold(d), backend="numba").count == count
    assert count_chambers(central(threshold(d))) == count


DEGENERATE = {
    **{f"resonance {d}": resonance(d) for d in (2, 3, 4, 5)},
    **{f"threshold {d}": threshold(d) for d in (3, 4, 5)},
    **{f"cube {d}": cube(d) for d in (1, 2, 3, 4)},
    **{f"braid {d}": [np.eye(d, dtype=int)[i] - np.eye(d, dtype=int)[j]
                      for i in range(d) for j in range(i)] for d in (2, 3, 4, 5, 6)},
    **{f"coordinates {d}": np.eye(d, dtype=int) for d in (1, 4, 7)},
    **{f"pencil {n}": [(1, k, 0) for k in range(n)] for n in (2, 9)},
    **{f"near pencil {n}": [(1, k, 0) for k in range(n)] + [(0, 0, 1)] for n in (3, 5, 9)},
    **{f"type B {d}": [v for v in cube(d) if 1 <= sum(map(abs, v)) <= 2] for d in (2, 3, 4)},
    **{f"repeated {n}": [*uniform(n, 3), *-uniform(n, 3)] for n in (2, 5, 8)},
    **{f"moment {d}, all through one line": [[k**e for e in range(d)] + [0] for k in range(8)]
       for d in (3, 4)},
    **{f"random {k}": rows for k, rows in enumerate(randoms(20, seed=9))},
}  # fmt: skip


@needs_numba
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_counts_are_zaslavskys(name) -> None:
    arrangement = central(DEGENERATE[name])
    expected = count_chambers(arrangement)
    for backend in ("numpy", "numba"):
        found = chambers(arrangement, backend=backend)
        assert found.count == expected
        assert len(np.unique(found.packed, axis=0)) == len(found.packed)


def test_there_are_enough_degenerate_arrangements() -> None:
    degenerate = [
        rows
        for rows in DEGENERATE.values()
        if count_chambers(central(rows)) != general_position(len(rows), len(rows[0]))
    ]
    assert len(degenerate) >= 30


@pytest.mark.parametrize("d", [2, 3, 4, 5, 6])
def test_the_braid_arrangement_has_a_chamber_for_every_permutation(d) -> None:
    arrangement = central(DEGENERATE[f"braid {d}"])
    # χ(t) = t(t-1)...(t-d+1)
    polynomial = np.poly1d([1])
    for k in range(d):
        polynomial *= np.poly1d([1, -k])
    assert characteristic_polynomial(arrangement) == tuple(map(int, polynomial.coeffs[::-1]))
    assert chambers(arrangement).count == np.prod(range(1, d + 1))


def test_whitney_numbers_of_three_planes_through_a_line() -> None:
    arrangement = central([(1, 0, 0), (0, 1, 0), (1, 1, 0)])
    assert whitney_numbers(arrangement) == (1, 3, 2)
    assert characteristic_polynomial(arrangement) == (0, 2, -3, 1)


def test_affine_lines_in_general_position() -> None:
    # n lines of the plane: 1 + n + C(n,2) chambers, C(n-1,2) of them bounded
    for n in range(1, 9):
        slopes = [(k, 1) for k in range(n)]
        arrangement = Arrangement.affine(Q, slopes, [k**2 for k in range(n)])
        assert chambers(arrangement).count == 1 + n + n * (n - 1) // 2
        assert count_chambers(arrangement) == 1 + n + n * (n - 1) // 2
        assert count_bounded_chambers(arrangement) == (n - 1) * (n - 2) // 2


def test_the_shi_arrangement() -> None:
    # x_i - x_j = 0, 1: (d+1)^(d-1) regions, (d-1)^(d-1) bounded ones modulo the diagonal
    for d, count in ((2, 3), (3, 16), (4, 125)):
        pairs = [np.eye(d, dtype=int)[i] - np.eye(d, dtype=int)[j]
                 for i in range(d) for j in range(i + 1, d)]  # fmt: skip
        arrangement = Arrangement.affine(Q, pairs * 2, [0] * len(pairs) + [-1] * len(pairs))
        assert chambers(arrangement).count == count_chambers(arrangement) == count
        assert count_bounded_chambers(arrangement) == 0
        reduced = Arrangement.affine(
            Q, [v[:-1] for v in pairs] * 2, [0] * len(pairs) + [-1] * len(pairs)
        )
        assert count_bounded_chambers(reduced) == (d - 1) ** (d - 1)


def test_affine_counts_are_zaslavskys() -> None:
    for rows in randoms(60, seed=4):
        arrangement = Arrangement.affine(Q, rows[:, :-1], rows[:, -1])
        assert chambers(arrangement).count == count_chambers(arrangement)
