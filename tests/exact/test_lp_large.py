"""Linear programs with the help of floats: no answer depends on them, right or wrong."""

import logging
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import highspy
import pytest
from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import (
    GermField,
    LinearProgram,
    LPStatus,
    Q,
    SparseRow,
    feasible_point,
    lp_float,
    lp_large,
    lp_solver,
    solve_lp,
    strictly_feasible_direction,
    strictly_feasible_point,
)
from exactmargin.exact.lp_basis import Basis
from exactmargin.exact.lp_check import Stated
from exactmargin.exact.lp_float import FloatModel, Proposal
from exactmargin.exact.lp_form import Form
from tests.exact.lp_cases import HAIR, dense, exact, hilbert, klee_minty, random_program, recheck


@pytest.fixture
def with_floats(monkeypatch):
    """Every rational program takes the way of the large ones."""
    monkeypatch.setattr(lp_solver, "_is_small", lambda form: False)


def answers(monkeypatch, lp):
    """The answer with floats and by exact pivots alone, both rechecked."""
    results = []
    for small in (False, True):
        monkeypatch.setattr(lp_solver, "_is_small", lambda form, small=small: small)
        results.append(solve_lp(lp))
        recheck(lp, results[-1])
    assert results[0].status is results[1].status
    assert results[0].value == results[1].value
    return results[0]


# ------------------------------------------------------------------ 5000 random programs


@pytest.mark.parametrize("block", range(16))
def test_random_small_programs(block, monkeypatch):
    rnd = random.Random(block)
    seen = [
        answers(monkeypatch, random_program(rnd, rnd.randint(1, 7), rnd.randint(1, 7))).status
        for _ in range(275)
    ]
    assert all(seen.count(status) >= 15 for status in LPStatus)


@pytest.mark.parametrize("block", range(10))
def test_random_programs_of_middle_size(block, monkeypatch):
    rnd = random.Random(1000 + block)
    for _ in range(50):
        answers(monkeypatch, random_program(rnd, rnd.randint(8, 16), rnd.randint(8, 16)))


@pytest.mark.parametrize("block", range(5))
def test_random_programs_of_larger_size(block, with_floats):
    rnd = random.Random(2000 + block)
    for _ in range(20):
        lp = random_program(rnd, rnd.randint(20, 40), rnd.randint(20, 40))
        recheck(lp, solve_lp(lp))


# ------------------------------------------------------------------ hard for floats


@pytest.mark.parametrize("n", [2, 8, 30, 80])
def test_klee_minty(n, with_floats):
    result = solve_lp(klee_minty(n))
    recheck(klee_minty(n), result)
    assert result.value == -(fmpq(5) ** n)


@pytest.mark.parametrize("n", [3, 10, 20, 40])
def test_hilbert(n, with_floats):
    lp = hilbert(n)
    result = solve_lp(lp)
    recheck(lp, result)
    assert result.x == (1,) * n


def test_one_hair_decides(with_floats):
    """The same 60 x 25 rows, feasible or not by 10^-30."""
    lp = dense(random.Random(3), 25, 60, infeasible=True)
    below = solve_lp(lp)
    recheck(lp, below)
    assert below.status is LPStatus.INFEASIBLE
    lp = replace(lp, rhs=[*lp.rhs[:-1], lp.rhs[-1] - fmpq(1, 10**30)])
    above = solve_lp(lp)
    recheck(lp, above)
    assert above.status is LPStatus.OPTIMAL


def test_hairs_in_the_costs_and_the_matrix(with_floats):
    base = [[1, 1], [-1, 0], [0, -1]]
    lp = LinearProgram(Q, [-1, -1 - HAIR], base, ["<=", "<=", "<="], [1, 0, 0])
    assert solve_lp(lp).x == (0, 1)
    lp = replace(lp, objective=[-1 - HAIR, -1])
    assert solve_lp(lp).x == (1, 0)
    for slope, status in ((1 + HAIR, LPStatus.OPTIMAL), (1 - HAIR, LPStatus.INFEASIBLE)):
        lp = LinearProgram(Q, [1, 0], [[-1, slope], [1, -1]], [">=", ">="], [0, 1], False)
        result = solve_lp(lp)
        recheck(lp, result)
        assert result.status is status
    lp = LinearProgram(Q, [-HAIR], [], [], [])
    assert solve_lp(lp).status is LPStatus.UNBOUNDED


def test_huge_and_tiny_numbers(with_floats):
    big = fmpq(10) ** 400  # no double holds it
    rows = [[big, 1 / big], [1 / big, -big], [1, 1]]
    lp = LinearProgram(Q, [1, big], rows, [">=", ">=", "<="], [big, -big, big**2])
    recheck(lp, solve_lp(lp))
    assert solve_lp(lp).status is LPStatus.OPTIMAL


def test_edges(with_floats):
    assert solve_lp(LinearProgram(Q, [], [], [], [])).value == 0
    assert solve_lp(LinearProgram(Q, [1], [], [], [])).x == (0,)
    assert solve_lp(LinearProgram(Q, [1], [], [], [], True)).status is LPStatus.UNBOUNDED
    assert solve_lp(LinearProgram(Q, [], [[]], ["=="], [1])).farkas == (1,)
    assert solve_lp(LinearProgram(Q, [0, 0], [[0, 0]], ["<="], [-1])).farkas == (-1,)


EDGES = {
    "no rows, free": ([0, 0], [], [], [], True, LPStatus.OPTIMAL, 0),
    "empty row, true": ([1], [[0]], [">="], [-HAIR], False, LPStatus.OPTIMAL, 0),
    "empty row, false by a hair": ([1], [[0]], [">="], [HAIR], False, LPStatus.INFEASIBLE, None),
    "empty equality, false by a hair": ([1], [[0]], ["=="], [-HAIR], True,
                                        LPStatus.INFEASIBLE, None),
    "zero column, no cost": ([0, 1], [[0, 1]], [">="], [2], False, LPStatus.OPTIMAL, 2),
    "zero column that falls": ([-HAIR, 1], [[0, 1]], [">="], [2], False, LPStatus.UNBOUNDED, None),
    "free zero column with a cost": ([HAIR, 1], [[0, 1]], [">="], [2], [True, False],
                                     LPStatus.UNBOUNDED, None),
    "equalities only": ([1, 1], [[1, 2], [3, -1]], ["=="] * 2, [4, 5], True, LPStatus.OPTIMAL, 3),
    "equalities a hair apart": ([0, 0], [[1, 2], [2, 4]], ["=="] * 2, [4, 8 + HAIR], True,
                                LPStatus.INFEASIBLE, None),
    "equalities without x >= 0, by a hair": ([0, 0], [[1, 1], [1, -1]], ["=="] * 2, [1, 1 + HAIR],
                                             False, LPStatus.INFEASIBLE, None),
    "one point, degenerate": ([1, 1], [[1, 0], [1, 1], [0, 1], [1, 2]], ["<=", ">=", "<=", ">="],
                              [1, 2, 1, 3], False, LPStatus.OPTIMAL, 2),
    "one point less a hair": ([1, 1], [[1, 0], [1, 1], [0, 1]], ["<=", ">=", "<="],
                              [1, 2 + HAIR, 1], False, LPStatus.INFEASIBLE, None),
    "free variables, unbounded": ([1, 1 + HAIR], [[1, 1]], [">="], [0], True,
                                  LPStatus.UNBOUNDED, None),
    "free variables, a strip": ([0, 1], [[1, 1], [-1, 1]], [">="] * 2, [0, 2], True,
                                LPStatus.OPTIMAL, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("copies", [1, 12])
def test_edge_programs(name, copies, monkeypatch):
    """Alone, and as the blocks of a larger program."""
    costs, rows, senses, rhs, free, status, value = EDGES[name]
    n = len(costs)
    blocks = [[*[0] * (k * n), *row, *[0] * ((copies - 1 - k) * n)]
              for k in range(copies) for row in rows]  # fmt: skip
    flags = [free] * n if isinstance(free, bool) else free
    lp = LinearProgram(Q, costs * copies, blocks, senses * copies, rhs * copies, flags * copies)
    result = answers(monkeypatch, lp)
    assert result.status is status
    assert result.value == (None if value is None else copies * value)


def test_denominators_without_a_small_common_multiple():
    primes = [p for p in range(2, 3000) if all(p % d for d in range(2, int(p**0.5) + 1))]
    rnd = random.Random(31)
    rows = [[fmpq(rnd.randint(1, 9), rnd.choice(primes)) for _ in range(8)] for _ in range(14)]
    lp = LinearProgram(Q, [1] * 8, rows, [">="] * 13 + ["<="], [*[1] * 13, 10**6])
    assert Form(Stated(lp)).common is None
    result = solve_lp(lp)
    recheck(lp, result)
    assert result.status is LPStatus.OPTIMAL
    halves = replace(lp, rows=[[fmpq(1, 2)] * 8] * 14)
    assert Form(Stated(halves)).common == 2


# ------------------------------------------------------------------ floats do save the work


def test_proposals_do_not_depend_on_what_was_asked_before(monkeypatch):
    programs = [dense(random.Random(seed), 8, 20, seed % 2 == 1) for seed in range(6)]
    first = [FloatModel(Form(Stated(lp))).propose() for lp in programs]
    assert [FloatModel(Form(Stated(lp))).propose() for lp in reversed(programs)] == first[::-1]
    with monkeypatch.context() as patch:  # what fails leaves nothing behind
        patch.setattr(highspy.Highs, "run", failing)
        with pytest.raises(RuntimeError):
            FloatModel(Form(Stated(programs[0]))).propose()
    with ThreadPoolExecutor(3) as threads:
        models = [FloatModel(Form(Stated(lp))) for lp in programs]
        assert list(threads.map(FloatModel.propose, models)) == first
    with get_context("fork").Pool(1) as processes:
        assert [a.x for a in processes.map(solve_lp, programs)] == [solve_lp(a).x for a in programs]


@pytest.mark.parametrize("infeasible", [False, True])
def test_a_good_proposal_needs_no_pivots(infeasible, with_floats, monkeypatch, caplog):
    def never(held):
        raise AssertionError("exact pivots")

    monkeypatch.setattr(lp_large, "run_simplex", never)
    lp = dense(random.Random(8), 25, 60, infeasible)
    recheck(lp, solve_lp(lp))
    falling = LinearProgram(Q, [-1, -1, 0], [[1, -1, 0], [0, 1, 3]], ["<=", ">="], [4, 1])
    recheck(falling, solve_lp(falling))
    assert not caplog.records


def test_floats_stay_away_until_a_large_program_comes():
    code = (
        "import sys; from exactmargin.exact import *; "
        "lp = LinearProgram(Q, [1], [[1]], ['>='], [2]); assert solve_lp(lp).value == 2; "
        "assert not {'numpy', 'highspy'} & {*sys.modules}, 'imported'; "
        "n = 40; rows = [{i: 1} for i in range(n)]; "
        "lp = LinearProgram(Q, [1] * n, rows, ['>='] * n, [2] * n); "
        "assert solve_lp(lp).value == 80; assert 'highspy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ------------------------------------------------------------------ HiGHS lies

PROGRAMS = [random_program(random.Random(seed), 9, 9) for seed in range(60)]
PROGRAMS += [dense(random.Random(4), 8, 20), dense(random.Random(5), 8, 20, infeasible=True)]
PROGRAMS += [klee_minty(8), hilbert(8)]
EXPECTED = [(result.status, result.value) for result in map(solve_lp, PROGRAMS)]


def check_all(caplog=None):
    for lp, expected in zip(PROGRAMS, EXPECTED, strict=True):
        result = solve_lp(lp)
        recheck(lp, result)
        assert (result.status, result.value) == expected


def failing(*_):
    raise RuntimeError("HiGHS fell over")


def random_lie(rnd, form):
    columns = [j for j in range(form.n) if rnd.random() < 0.5]
    rows = [i for i in range(form.m) if rnd.random() < 0.5]
    hint = rnd.choice([None, rnd.randrange(form.n + form.m)])
    return Proposal(columns, rows, rnd.random() < 0.5, hint)


LIES = {
    "no basis": lambda rnd, form: None,
    "an error": failing,
    "the empty basis": lambda rnd, form: Proposal([], [], True),
    "everything": lambda rnd, form: Proposal([*range(form.n)], [*range(form.m)], True),
    "no indices": lambda rnd, form: Proposal([-1, 10**9, "x"], [None, 2.5], False, -7),
    "any basis": random_lie,
}


@pytest.mark.parametrize("name", LIES)
@pytest.mark.parametrize("methods", [("propose",), ("zoom",), ("propose", "zoom")])
def test_wrong_proposals(name, methods, with_floats, monkeypatch):
    rnd = random.Random(1)
    for method in methods:
        monkeypatch.setattr(FloatModel, method, lambda self, *_: LIES[name](rnd, self.form))
    check_all()


@pytest.mark.parametrize(
    "status", ["kOptimal", "kInfeasible", "kUnbounded", "kUnknown", "kTimeLimit"]
)
def test_wrong_statuses(status, with_floats, monkeypatch):
    said = getattr(highspy.HighsModelStatus, status)
    monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda self: said)
    check_all()


def test_wrong_rays(with_floats, monkeypatch):
    for name in ("getDualRay", "getPrimalRay"):
        monkeypatch.setattr(highspy.Highs, name, lambda self: (None, True, [float("nan")]))
    check_all()


@pytest.mark.parametrize("name", ["run", "passModel", "getBasicVariables", "setBasis"])
def test_calls_that_fail_or_do_nothing(name, with_floats, monkeypatch):
    monkeypatch.setattr(highspy.Highs, name, failing)
    check_all()
    monkeypatch.setattr(highspy.Highs, name, lambda self, *_: None)
    check_all()


def test_a_model_that_fails_is_reported_and_costs_only_time(with_floats, monkeypatch, caplog):
    monkeypatch.setattr(lp_float, "_balance", failing)
    with caplog.at_level(logging.WARNING):
        check_all()
    assert caplog.records[0].message == "the float solver failed; exact pivots take over"
    assert "HiGHS fell over" in caplog.text


def test_no_highspy(with_floats, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "highspy", None)
    monkeypatch.delitem(sys.modules, "exactmargin.exact.lp_float")
    monkeypatch.delattr("exactmargin.exact.lp_float")
    with caplog.at_level(logging.WARNING):
        check_all()
    assert caplog.records[0].message.startswith("linear programs are solved without floats, slowly")


# ------------------------------------------------------------------ bases


def test_every_proposal_becomes_a_basis():
    rnd = random.Random(2)
    for _ in range(100):
        lp = random_program(rnd, 6, 6)
        form = Form(Stated(lp))
        lie = random_lie(rnd, form)
        held = Basis(form, lie.columns, lie.rows)
        assert sorted([*held.basis, *held.cobasis]) == list(range(12))
        assert len(held.basis) == 6
        row_values = [exact(fmpq(v)) for v in held.point()]
        assert all(not row_values[v] for v in held.cobasis if v < 6)


# ------------------------------------------------------------------ sparse rows


def test_sparse_and_dense_rows_are_the_same_program(monkeypatch):
    rnd = random.Random(6)
    for _ in range(60):
        lp = random_program(rnd, 6, 6)
        rows = [{j: a for j, a in enumerate(row) if a or rnd.random() < 0.3} for row in lp.rows]
        mixed = [s if rnd.random() < 0.7 else d for s, d in zip(rows, lp.rows, strict=True)]
        wanted = answers(monkeypatch, lp)
        for variant in (rows, mixed):
            result = answers(monkeypatch, replace(lp, rows=variant))
            assert (result.status, result.value) == (wanted.status, wanted.value)


def test_sparse_rows_over_germs():
    field = GermField(Q)
    lp = LinearProgram(field, [1, 0], [{0: 1, 1: field.eps}, {1: -1}], [">="] * 2, [1, -1])
    assert solve_lp(lp).value == 1 - field.eps


def test_a_large_sparse_program(with_floats):
    n = 300  # x_0 = 1, x_j = 2 x_(j-1) + 1 or at least so much
    rows = [{0: 1}, *({j: 1, j - 1: -2} for j in range(1, n))]
    lp = LinearProgram(Q, [1] * n, rows, ["==", *[">="] * (n - 1)], [1] * n)
    assert solve_lp(lp).x[-1] == 2**n - 1


def test_a_sparse_row_is_a_mapping():
    lp = LinearProgram(Q, [1, 1, 1], [{2: "1/2", 0: 3, 1: 0}], ["<="], [1])
    row = lp.rows[0]
    assert isinstance(row, SparseRow)
    assert dict(row) == {0: 3, 2: fmpq(1, 2)}
    assert (row[2], len(row), 1 in row, repr(row)) == (fmpq(1, 2), 2, False, "{0: 3, 2: 1/2}")
    assert hash(lp) == hash(replace(lp))
    assert replace(lp) == lp


@pytest.mark.parametrize("index", [-1, 2, True, "0"])
def test_wrong_indices(index):
    with pytest.raises(InvalidInputError) as e:
        LinearProgram(Q, [1, 1], [{index: 1}], ["<="], [1])
    assert str(e.value) == f"rows[0]: index {index!r}, where an int from 0 to 1 is expected"


def test_sparse_rows_alone_do_not_say_how_many_variables_there_are():
    with pytest.raises(InvalidInputError, match="give `free` as a sequence"):
        feasible_point(Q, [{0: 1}], ["<="], [1])
    assert feasible_point(Q, [{1: 1}], [">="], [1], [False, False]).x == (0, 1)


# ------------------------------------------------------------------ strict inequalities


def check_strict(rows, senses, rhs, free, found):
    weak = {"<": "<=", ">": ">="}
    if found.x is not None:
        for row, sense, b in zip(rows, senses, rhs, strict=True):
            left = sum((a * x for a, x in zip(row, found.x, strict=True)), fmpq(0))
            assert left < b if sense == "<" else left > b if sense == ">" else True
            assert left <= b if sense == "<=" else left >= b if sense == ">=" else True
            assert left == b if sense == "==" else True
        assert all(f or x >= 0 for x, f in zip(found.x, free, strict=True))
        assert found.farkas is None
        return
    y = found.farkas
    for v, sense in zip(y, senses, strict=True):
        assert sense == "==" or (v >= 0 if weak.get(sense, sense) == ">=" else v <= 0)
    for j, f in enumerate(free):
        total = sum((v * row[j] for v, row in zip(y, rows, strict=True)), fmpq(0))
        assert total == 0 if f else total <= 0
    gain = sum((v * b for v, b in zip(y, rhs, strict=True)), fmpq(0))
    assert gain > 0 or (gain == 0 and any(v and s in weak for v, s in zip(y, senses, strict=True)))


@pytest.mark.parametrize("floats", [False, True])
def test_strict_points(floats, monkeypatch):
    monkeypatch.setattr(lp_solver, "_is_small", lambda form: not floats)
    rnd = random.Random(9)
    kinds = []
    for _ in range(300):
        lp = random_program(rnd, rnd.randint(1, 5), rnd.randint(1, 6))
        strict = {"<=": "<", ">=": ">", "==": "=="}
        senses = [strict[s] if rnd.random() < 0.6 else s for s in lp.senses]
        found = strictly_feasible_point(Q, lp.rows, senses, lp.rhs, lp.free)
        check_strict(lp.rows, senses, lp.rhs, lp.free, found)
        kinds.append(found.x is None)
    assert 50 < sum(kinds) < 250


def test_strict_points_by_hand(sqrt2):
    r = sqrt2.gen
    found = strictly_feasible_point(sqrt2, [[1], [1]], [">", "<"], [r, r * r], [True])
    assert r < found.x[0] < 2
    assert strictly_feasible_point(Q, [{0: 1}, {0: 1}], [">", "<="], [1, 1], [True]).farkas == (
        1,
        -1,
    )
    assert strictly_feasible_point(Q, [], [], [], [False]).x == (0,)
    hair = strictly_feasible_point(Q, [{0: 1}, {0: 1}], [">", "<"], [1, 1 + HAIR], [True])
    assert 1 < exact(hair.x[0]) < 1 + HAIR
    with pytest.raises(InvalidInputError) as e:
        strictly_feasible_point(Q, [[1]], [], [1], [True])
    assert str(e.value) == "senses: 0 senses for 1 rows; the numbers must agree"
    with pytest.raises(InvalidInputError, match="'=' is not a sense"):
        strictly_feasible_point(Q, [[1]], ["="], [1], [True])


def test_a_large_strict_direction(with_floats):
    rnd = random.Random(12)
    rows = [[rnd.randint(-9, 9) for _ in range(15)] for _ in range(25)]
    found = strictly_feasible_direction(Q, rows, 15)
    assert all(sum(a * d for a, d in zip(row, found.direction, strict=True)) > 0 for row in rows)
    rows.append([-sum(column) for column in zip(*rows, strict=True)])
    weights = strictly_feasible_direction(Q, rows, 15).multipliers
    assert sum(weights, fmpq(0)) == 1
    assert all(w >= 0 for w in weights)
    for column in zip(*rows, strict=True):
        assert sum((w * a for w, a in zip(weights, column, strict=True)), fmpq(0)) == 0
