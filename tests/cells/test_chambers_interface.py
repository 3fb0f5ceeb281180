"""The interface of the chambers: conventions, provenance, streams, tasks, witnesses, errors."""

import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from flint import fmpq

from exactmargin.cells import (
    Arrangement,
    Subtree,
    chambers,
    chambers_by_deletion,
    count_bounded_chambers,
    count_chambers,
    stream_chambers,
    subtrees,
)
from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import GermField, Q, RealNumberField
from tests.cells.families import BACKENDS, central, cube, needs_numba, rays, resonance, uniform

ROOT2 = RealNumberField("r", [-2, 0, 1], (1, 2))

# ---------------------------------------------------------------- conventions


@pytest.mark.parametrize(
    ("rows", "dimension", "signs"),
    [
        ([], 0, [()]),
        ([], 3, [()]),
        ([[], []], None, [(0, 0)]),
        ([[0, 0], [0, 0]], None, [(0, 0)]),
        ([[5]], None, [(1,), (-1,)]),
        ([[0], [-2], [3]], None, [(0, 1, -1), (0, -1, 1)]),
        ([[1, 1], [2, 2]], None, [(1, 1), (-1, -1)]),
    ],
)
def test_small_central_arrangements(rows, dimension, signs) -> None:
    arrangement = Arrangement.central(Q, rows, dimension=dimension)
    result = chambers(arrangement)
    assert sorted(result) == sorted(signs)
    assert len(result) == result.count == count_chambers(arrangement) == len(signs)
    assert result.signs().shape == (len(signs), len(rows))
    for i, found in enumerate(result):
        assert arrangement.signs_at(result.witness(i)) == found
        assert arrangement.signs_at([Q.coerce(int(x)) for x in result.witnesses()[i]]) == found
    assert sum(part.count for part in stream_chambers(arrangement)) == len(signs)
    assert sum(task.chambers().count for task in subtrees(arrangement)) == len(signs)


@pytest.mark.parametrize(
    ("normals", "offsets", "signs", "bounded"),
    [
        ([], [], [()], 0),
        ([[1]], [0], [(1,), (-1,)], 0),
        ([[1], [1]], [0, -1], [(-1, -1), (1, -1), (1, 1)], 1),
        ([[1], [-2], [0], [0], [0]], [-3, 6, 7, -7, 0], [(1, -1, 1, -1, 0), (-1, 1, 1, -1, 0)], 0),
    ],
)
def test_small_affine_arrangements(normals, offsets, signs, bounded) -> None:
    arrangement = Arrangement.affine(Q, normals, offsets, dimension=1)
    result = chambers(arrangement)
    assert sorted(result) == sorted(signs)
    assert count_chambers(arrangement) == len(signs)
    assert count_bounded_chambers(arrangement) == bounded
    for i, found in enumerate(result):
        assert arrangement.signs_at(result.witness(i)) == found


def test_an_affine_arrangement_in_dimension_0_is_a_point() -> None:
    arrangement = Arrangement.affine(Q, [[], []], [-1, 0])
    assert list(chambers(arrangement)) == [(-1, 0)]
    assert chambers(arrangement).witness(0) == ()
    assert count_chambers(arrangement) == count_bounded_chambers(arrangement) == 1


def test_provenance_and_zero_rows() -> None:
    arrangement = central([[2, 4], [0, 0], [-1, -2], [0, 3], [3, 6]])
    assert arrangement.normals == ((1, 2), (0, 1))
    assert arrangement.provenance == (((0, 1), (2, -1), (4, 1)), ((3, 1),))
    assert arrangement.zero_rows == (1,)
    assert (arrangement.size, arrangement.rank, arrangement.width) == (2, 2, 2)
    for signs in chambers(arrangement):
        assert signs[0] == -signs[2] == signs[4] != signs[1] == 0


def test_dependent_columns_are_dropped() -> None:
    arrangement = central([[1, 2, 0, 1], [2, 4, 1, 0], [3, 6, 1, 1]])
    assert arrangement.columns == (0, 2)
    assert arrangement.rank == 2
    result = chambers(arrangement)
    assert result.witnesses().shape == (6, 4)
    assert np.array_equal(
        np.sign(result.witnesses() @ [[1, 2, 3], [2, 4, 6], [0, 1, 1], [1, 0, 1]]), result.signs()
    )


def test_fractions_and_text_are_numbers() -> None:
    arrangement = Arrangement.central(Q, [["1/2", "1/3"], [fmpq(3, 7), 0]])
    assert arrangement.normals == ((3, 2), (1, 0))


# ---------------------------------------------------------------- lists, streams, tasks


def test_a_list_takes_eight_bytes_for_each_pair() -> None:
    result = rays(uniform(25, 6))
    assert result.packed.nbytes == 8 * result.count // 2
    assert result.packed.base is None


def test_more_than_64_hyperplanes() -> None:
    arrangement = central(uniform(70, 3))
    result = chambers(arrangement)
    assert result.packed.shape[1] == 2
    assert result.count == count_chambers(arrangement)
    assert len(np.unique(result.packed, axis=0)) == len(result.packed)
    words, _ = chambers_by_deletion(arrangement)
    assert {w.tobytes() for w in words} == {w.tobytes() for w in result.packed}


@pytest.mark.parametrize("rows", [uniform(18, 4), resonance(4), cube(3)], ids=["R", "r4", "c3"])
@pytest.mark.parametrize("backend", ["numpy", "auto"])
def test_streams_and_subtrees_give_every_chamber_once(rows, backend) -> None:
    arrangement = central(rows)
    expected = sorted(chambers(arrangement).packed[:, 0].tolist())
    for chunk in (1, 7, 100, 10**6):
        pieces = list(stream_chambers(arrangement, chunk, backend=backend))
        assert all(len(piece.packed) <= chunk for piece in pieces)
        streamed = [w for piece in pieces for w in piece.packed[:, 0].tolist()]
        assert sorted(streamed) == expected
        tasks = subtrees(arrangement, limit=chunk, backend=backend)
        done = [task.chambers() for task in tasks]
        assert sum(t.estimate for t in tasks) >= len(expected)
        assert sorted(w for d in done for w in d.packed[:, 0].tolist()) == expected


@needs_numba
def test_a_stream_holds_nothing() -> None:
    program = (
        "from exactmargin.cells import stream_chambers\n"
        "from tests.cells.families import central, uniform, general_position\n"
        "def peak():\n"
        "    lines = open('/proc/self/status').read().splitlines()\n"
        "    return next(int(line.split()[1]) for line in lines if line.startswith('VmHWM'))\n"
        "a = central(uniform(12, 4))\n"
        "sum(p.count for p in stream_chambers(a, backend='numba'))\n"
        "before = peak()\n"
        "a = central(uniform(32, 7))\n"
        "n = sum(p.count for p in stream_chambers(a, 2**14, backend='numba'))\n"
        "assert n == general_position(32, 7), n\n"
        "print(n, peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    count, kilobytes = map(int, done.stdout.split())
    assert 0 <= kilobytes * 1024 < count * 4 / 2  # a list would take 8 bytes for each pair


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_executors_change_nothing(kind) -> None:
    arrangement = central(uniform(26, 6))
    expected = chambers(arrangement)
    if kind == "threads":
        pool = ThreadPoolExecutor(2)
    else:
        pool = ProcessPoolExecutor(2, mp_context=get_context("forkserver"))
    with pool as executor:
        assert np.array_equal(chambers(arrangement, executor=executor).packed, expected.packed)
        tasks = subtrees(arrangement)
        parts = list(executor.map(Subtree.chambers, tasks))
    words = np.concatenate([part.packed for part in parts])
    assert np.array_equal(np.sort(words, axis=0), np.sort(expected.packed, axis=0))


def test_subtrees_can_be_pickled_over_a_number_field() -> None:
    r = ROOT2.gen
    arrangement = Arrangement.central(ROOT2, [(1, r, 0), (r, 1, 1), (0, 1, r), (1, 1, 1)])
    tasks = pickle.loads(pickle.dumps(subtrees(arrangement, limit=1)))
    assert sum(task.chambers().count for task in tasks) == chambers(arrangement).count == 14


# ---------------------------------------------------------------- witnesses


def as_signs(rows, points):
    return np.sign(points.astype(object) @ np.array(rows, dtype=object).T).astype(np.int8)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "rows", [uniform(16, 4), resonance(4), cube(3), uniform(60, 3)], ids=["u", "r4", "c3", "u60"]
)
def test_witnesses_are_inside(rows, backend) -> None:
    result = rays(rows, backend=backend)
    points = result.witnesses()
    assert points.dtype == np.int64
    assert np.array_equal(as_signs(rows, points), result.signs())


def test_witnesses_of_huge_numbers() -> None:
    rows = uniform(9, 3).astype(object) * 10**30 + np.random.default_rng(1).integers(-9, 9, (9, 3))
    result = rays(rows)
    assert np.array_equal(as_signs(rows, result.witnesses()), result.signs())


def test_witnesses_in_chambers_too_thin_for_doubles() -> None:
    thin = 10**17
    rows = [(1, 0, 0), (thin, 1, 0), (thin, 2, 1), (1, 1, 1), (thin + 1, 1, 0)]
    result = rays(rows, backend="auto")
    assert result.count == count_chambers(central(rows))
    assert np.array_equal(as_signs(rows, result.witnesses()), result.signs())


def test_witnesses_over_a_number_field_are_integers() -> None:
    r = ROOT2.gen
    rows = [(1, r), (r, 1), (1, 1), (3, 2 * r), (17, 12 * r)]
    arrangement = Arrangement.central(ROOT2, rows)
    result = chambers(arrangement)
    for signs, point in zip(result, result.witnesses().tolist(), strict=True):
        assert arrangement.signs_at([ROOT2.coerce(x) for x in point]) == signs


def test_affine_witnesses_are_homogeneous_points_of_the_finite_side() -> None:
    rows = uniform(8, 3)
    arrangement = Arrangement.affine(Q, rows[:, :2], rows[:, 2])
    result = chambers(arrangement)
    points = result.witnesses()
    assert points.shape == (result.count, 3)
    assert (points[:, 2] > 0).all()
    assert np.array_equal(as_signs(rows, points), result.signs())


def test_witnesses_of_a_piece() -> None:
    arrangement = central(uniform(12, 4))
    for piece in stream_chambers(arrangement, 50):
        assert np.array_equal(as_signs(arrangement.rows, piece.witnesses()), piece.signs())


def test_germs_have_chambers_too() -> None:
    field = GermField()
    t = field.eps
    arrangement = Arrangement.central(field, [(1, 0), (1, t), (1, -t)])
    result = chambers(arrangement)
    assert result.count == 6
    for i, signs in enumerate(result):
        assert arrangement.signs_at(result.witness(i)) == signs
    with pytest.raises(InvalidInputError, match=r"infinitesimals.*use witness\(i\)"):
        result.witnesses()


# ---------------------------------------------------------------- misuse


def test_misuse_is_refused() -> None:
    result = rays([[1, 0], [0, 1]])
    cases = [
        (lambda: rays([[1, 2], [3]]), "normals[1]: 1 numbers, where 2 are expected; "
         "give rows of one length"),
        (lambda: rays([]), "normals: an arrangement without rows; say in which space it lies by "
         "dimension="),
        (lambda: Arrangement.affine(Q, [[1]], [1, 2]), "offsets: 2 offsets for 1 normals; the "
         "numbers must agree"),
        (lambda: result.witness(4), "witness: chamber 4 of 4; count from 0 to 3"),
        (lambda: rays([[1]], backend="gpu"), "backend: 'gpu' is not a backend; use \"auto\", "
         '"numpy" or "numba"'),
        (lambda: next(stream_chambers(result.arrangement, 0)), "chunk: pieces of 0 chambers; at "
         "least 1"),
    ]  # fmt: skip
    for act, text in cases:
        with pytest.raises(InvalidInputError) as caught:
            act()
        assert str(caught.value) == text
    with pytest.raises(FloatRefusedError):
        rays(np.array([[0.5, 1.0]]))


def test_numba_that_is_missing_is_named(monkeypatch) -> None:
    monkeypatch.setattr("exactmargin.cells.sweeps.find_spec", lambda name: None)
    assert rays(uniform(40, 4), backend="auto").count == count_chambers(central(uniform(40, 4)))
    with pytest.raises(InvalidInputError, match=r"install exactmargin\[fast\]"):
        rays([[1]], backend="numba")


def test_numba_is_loaded_only_when_used() -> None:
    program = (
        "import sys, exactmargin.cells\n"
        "from exactmargin.exact import Q\n"
        "exactmargin.cells.chambers(exactmargin.cells.Arrangement.central(Q, [[1, 2], [3, 4]]))\n"
        "assert 'numba' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
