"""Two implementations, two backends, brute force: the same chambers."""

from functools import lru_cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmargin.cells import Arrangement, chambers, chambers_by_deletion, count_chambers
from exactmargin.cells.flag import first_stage
from exactmargin.cells.flag_tables import Arithmetic
from exactmargin.exact import Q, RealNumberField, sign, strictly_feasible_direction
from tests.cells.families import central, general_position, needs_numba, randoms, resonance, uniform

ROOT2 = RealNumberField("r", [-2, 0, 1], (1, 2))


def sorted_words(words):
    return words[np.lexsort(words.T)]


def test_the_two_implementations_agree_on_1000_random_arrangements() -> None:
    degenerate = 0
    for rows in randoms(1000):
        arrangement = central(rows)
        if not arrangement.size:
            continue
        found = chambers(arrangement, backend="numpy")
        words, points = chambers_by_deletion(arrangement)
        assert np.array_equal(sorted_words(found.packed), sorted_words(words))
        normals = np.array(arrangement.normals, dtype=object)
        assert np.array_equal(points.astype(object) @ normals.T > 0, bits(words, arrangement.size))
        degenerate += found.count != general_position(*rows.shape)
    assert degenerate >= 600


def bits(words, size):
    return np.array([[word[k // 64] >> k % 64 & 1 for k in range(size)] for word in words.tolist()])


@needs_numba
def test_the_backends_agree_word_for_word() -> None:
    cases = [*randoms(200, seed=1), resonance(4), uniform(20, 5), uniform(40, 3)]
    for rows in cases:
        arrangement = central(rows)
        one, other = (chambers(arrangement, backend=b) for b in ("numpy", "numba"))
        assert np.array_equal(one.packed, other.packed)


@pytest.mark.parametrize("scale", [10**3, 10**6, 10**12, 10**40, 10**400])
def test_big_integers_change_nothing(scale) -> None:
    """The same arrangement with rows that are far from small: every arithmetic has its turn."""
    draw = np.random.default_rng(3)
    small = draw.integers(-3, 4, (9, 4))
    change = draw.integers(-scale if scale < 2**62 else -9, 10, (4, 4)).astype(object)
    change = change * scale + np.identity(4, dtype=object)
    arrangement = central(small.astype(object) @ change)
    expected = central(small)
    assert Arithmetic(first_stage(expected)).dtype == np.int64
    assert Arithmetic(first_stage(arrangement)).dtype == object
    count = count_chambers(expected)
    assert count_chambers(arrangement) == count
    wanted = {tuple(s) for s in chambers(expected).signs().tolist()}
    assert {tuple(s) for s in chambers(arrangement).signs().tolist()} == wanted
    assert len(wanted) == count


def test_a_rounding_error_cannot_pass() -> None:
    """Determinants that doubles cannot tell from 0 are recomputed exactly, both ways."""
    big = 2**29
    for last in (-1, 0, 1):
        rows = [(big, big + 1, 0), (big - 1, big, 0), (big, 0, 1), (2 * big - 1, 2 * big + 1, last)]
        rows += [(1, 1, 1), (0, 1, 5), (3, -1, 2)]
        arrangement = central(rows)
        words, _ = chambers_by_deletion(arrangement)
        assert len(words) * 2 == count_chambers(arrangement)
        for backend in ("numpy", "auto"):
            found = chambers(arrangement, backend=backend)
            assert np.array_equal(sorted_words(found.packed), sorted_words(words))


def brute_force(field, rows, d):
    """The sign vectors that an exact linear program confirms, zero vectors at 0."""
    rows = [[field.coerce(x) for x in row] for row in rows]
    full = [i for i, row in enumerate(rows) if any(sign(x) for x in row)]
    found = set()
    for choice in product((1, -1), repeat=len(full)):
        strict = [[x * s for x in rows[i]] for i, s in zip(full, choice, strict=True)]
        if strictly_feasible_direction(field, strict, d).direction is not None:
            signs = [0] * len(rows)
            for i, s in zip(full, choice, strict=True):
                signs[i] = s
            found.add(tuple(signs))
    return found


def test_brute_force_over_the_rationals() -> None:
    for rows in randoms(25, seed=2):
        rows = rows[:6]
        found = list(chambers(central(rows)))
        assert len(found) == len(set(found))
        assert set(found) == brute_force(Q, rows.tolist(), rows.shape[1])


def test_brute_force_over_a_number_field() -> None:
    draw = np.random.default_rng(6)
    for d in (1, 2, 3) * 4:
        rows = [
            [ROOT2.element(list(map(int, draw.integers(-1, 2, 2)))) for _ in range(d)]
            for _ in range(5)
        ]
        arrangement = Arrangement.central(ROOT2, rows)
        result = chambers(arrangement)
        found = list(result)
        assert len(found) == len(set(found)) == count_chambers(arrangement)
        assert set(found) == brute_force(ROOT2, rows, d)
        if arrangement.size:
            words, _ = chambers_by_deletion(arrangement)
            assert np.array_equal(sorted_words(words), sorted_words(result.packed))


def test_degeneracy_that_only_the_number_field_sees() -> None:
    r = ROOT2.gen
    # rows 0, 1, 2 are dependent since r² = 2; over Q they would not be if r were rational
    rows = [(1, r, 0), (r, 2, 1), (0, 0, 3), (r, 2, 0)]
    arrangement = Arrangement.central(ROOT2, rows)
    assert arrangement.provenance == (((0, 1), (3, 1)), ((1, 1),), ((2, 1),))
    assert chambers(arrangement).count == count_chambers(arrangement) == 6


def test_brute_force_of_affine_arrangements() -> None:
    for rows in randoms(20, seed=12):
        rows = rows[:5]
        arrangement = Arrangement.affine(Q, rows[:, :-1], rows[:, -1])
        infinity = [0] * (rows.shape[1] - 1) + [1]
        cone = brute_force(Q, [*rows.tolist(), infinity], rows.shape[1])
        found = list(chambers(arrangement))
        assert len(found) == len(set(found))
        assert set(found) == {signs[:-1] for signs in cone if signs[-1] > 0}


@settings(max_examples=60)
@given(st.integers(1, 4).flatmap(
    lambda d: st.lists(st.lists(st.integers(-2, 2), min_size=d, max_size=d), min_size=1,
                       max_size=8)))  # fmt: skip
def test_any_small_arrangement(rows) -> None:
    arrangement = central(rows)
    result = chambers(arrangement)
    assert result.count == count_chambers(arrangement)
    for signs, point in zip(result, result.witnesses().tolist(), strict=True):
        assert arrangement.signs_at([Q.coerce(x) for x in point]) == signs


def test_a_pruned_search_keeps_what_it_is_asked_to() -> None:
    arrangement = central(uniform(14, 4))
    everything, _ = chambers_by_deletion(arrangement)
    seen = []

    def keep(signs):
        seen.append(signs.shape)
        return (signs < 0).sum(axis=1) <= 3

    words, points = chambers_by_deletion(arrangement, keep)
    wanted = [word for word in everything.tolist() if 14 - word[0].bit_count() <= 3]
    assert sorted(words.tolist()) == sorted(wanted)
    assert len(points) == len(words)
    assert [i for _, i in seen] == list(range(2, 15))
    assert max(n for n, _ in seen) < len(everything)


@needs_numba
def test_the_compiled_path_near_its_limit_and_beyond_it() -> None:
    """Minors just below 2^62 are compiled, larger ones are not; the answer is the same."""
    from exactmargin.cells.flag_sweep_numba import supports

    draw = np.random.default_rng(8)
    small = draw.integers(-2, 3, (12, 4))
    wanted = {tuple(s) for s in chambers(central(small)).signs().tolist()}
    compiled = []
    for size in (2**5, 2**9, 2**12, 2**13, 2**14, 2**20):
        rows = small.astype(object) @ draw.integers(-size, size, (4, 4)).astype(object)
        arrangement = central(rows)
        stage = first_stage(arrangement)
        assert supports(stage) == (stage.bound < 2**62)
        compiled.append(stage.bound.bit_length() if supports(stage) else 0)
        one, other = (chambers(arrangement, backend=b) for b in ("numpy", "numba"))
        assert np.array_equal(one.packed, other.packed)
        assert {tuple(s) for s in one.signs().tolist()} == wanted
    assert max(compiled) > 55
    assert compiled[-1] == 0


@needs_numba
@given(st.tuples(*[st.integers(-(2**62) + 1, 2**62 - 1)] * 4))
def test_determinants_of_words_have_exact_signs(numbers) -> None:
    from exactmargin.cells.flag_tables_numba import det_sign

    a, b, c, d = numbers
    for row in ((a, b, c, d), (a, b, a, b), (a, b, b, a), (a, b, a, b - 1), (c, d, d, c)):
        value = row[0] * row[1] - row[2] * row[3]
        assert _det_sign(det_sign)(*row) == (value > 0) - (value < 0)


@lru_cache
def _det_sign(det_sign):
    from numba import njit

    return njit(lambda a, b, c, d: det_sign(a, b, c, d))
