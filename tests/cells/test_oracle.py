"""The oracle: cells that walking leaves open, and its agreement with complete enumerations."""

import subprocess
import sys

import pytest

from exactmargin.cells import BudgetSpent, SignatureMap, enumerate_cells, signature_graph
from exactmargin.cells import z3_queries as queries_module
from exactmargin.cells.first_layer import FirstLayer
from exactmargin.cells.oracle import OracleSearch
from exactmargin.cells.search import Clock
from exactmargin.cells.z3_queries import Answer, Queries
from exactmargin.errors import InvalidInputError
from exactmargin.exact import GermField, Q, RealNumberField
from exactmargin.networks import from_pattern, fully_connected

pytest.importorskip("z3")

FIELD = RealNumberField("r", [-2, 0, 1], (1, 2))
OPEN = SignatureMap(Q, fully_connected([1, 1, 1, 1, 1]), [[1], [2]])
TINY = {
    "no loss": SignatureMap(Q, fully_connected([2, 1, 1]), [[1, 2], [2, -1], [-1, 3]]),
    "number field": SignatureMap(FIELD, fully_connected([2, 1, 1]), [["r", 1], [2, "r"]]),
    "hinge": SignatureMap(Q, fully_connected([1, 2, 1], bias=True), [[2], [-1]], [1, -1]),
    "hinge, number field": SignatureMap(
        FIELD, fully_connected([2, 1, 1]), [["r", 1], [2, "r"], ["r", -1]], [1, -1, 1]
    ),
    "hinge, shared": SignatureMap(
        Q, from_pattern([[(1, 2), (2, 1)], [(1, 2)]]), [[1, 2], [2, -1]], [1, -1]
    ),
    "hinge, a zero input": SignatureMap(Q, fully_connected([1, 1, 1]), [[0], [1]], [1, -1]),
    "deep": SignatureMap(Q, fully_connected([1, 1, 1, 1], negative_slope="1/2"), [[1]]),
    "deep, structural zeros": SignatureMap(Q, fully_connected([2, 2, 1, 1]), [[1, 2], [2, -1]]),
}


def searched(signatures, known=(), clock=None):
    first = FirstLayer(signatures)
    return OracleSearch(signatures, first, known, Queries(signatures), clock)


@pytest.mark.parametrize("signatures", TINY.values(), ids=TINY)
def test_agrees_with_the_complete_enumeration(signatures):
    cells = enumerate_cells(signatures)
    assert cells.complete
    search = searched(signatures)
    found = dict(search)
    assert set(found) == set(cells)
    assert (search.open_count, search.undecided) == (0, 0)
    for signature, point in found.items():
        assert signatures(point) == signature
    again = searched(signatures, tuple(cells))
    assert list(again) == []
    assert again.open_count == 0


def test_bounds_that_do_not_meet_are_decided():
    cells = enumerate_cells(OPEN, oracle="z3")
    assert (cells.count, cells.complete, cells.oracle) == (4, True, "z3")
    assert set(cells) == set(enumerate_cells(OPEN))
    assert signature_graph(cells).graph["upper_bound_by"] == "z3"


def test_an_oracle_that_is_not_needed_is_not_named():
    cells = enumerate_cells(TINY["deep"], oracle="z3")
    assert (cells.complete, cells.oracle) == (True, None)


def test_what_walking_missed_is_found():
    known = list(enumerate_cells(OPEN))
    (found,) = searched(OPEN, known[1:])
    assert found[0] == known[0]


def test_what_is_not_decided_stays_in_the_upper_bound(monkeypatch):
    monkeypatch.setattr(Queries, "ask", lambda *_: Answer(False))
    cells = enumerate_cells(OPEN, oracle="z3")
    assert (cells.lower, cells.upper, cells.oracle) == (4, 6, None)
    assert cells.reason.startswith("z3 left ")
    assert not cells.spent


def test_a_point_that_is_none_is_not_believed(monkeypatch):
    known = dict.fromkeys(enumerate_cells(OPEN))
    wrong = enumerate_cells(OPEN).witness(next(iter(known)))
    monkeypatch.setattr(Queries, "ask", lambda *_: Answer(False, [wrong]))
    search = searched(OPEN, known)
    assert list(search) == []
    assert search.undecided > 0
    assert search.empty == 0


def test_algebraic_models_are_approached_by_rational_points():
    signatures = SignatureMap(Q, fully_connected([1, 1, 1]), [[1]])
    queries = Queries(signatures)
    x = queries._variables[0]
    answer = queries.ask([x * x == 2, x > 0])
    assert not answer.empty
    firsts = [point.flat()[0] for point in answer.points]
    assert len(firsts) == len(queries_module.DIGITS)
    for digits, value in zip(queries_module.DIGITS, firsts, strict=True):
        assert abs(value * value - 2) < 4 * Q.parse(f"1/{10**digits}")
    assert queries.ask([x * x == -2]).empty


def test_budget():
    with pytest.raises(BudgetSpent):
        list(searched(OPEN, (), Clock(0)))
    cells = enumerate_cells(OPEN, oracle="z3", budget=0)
    assert (cells.spent, cells.oracle) == (True, None)


def test_a_query_has_its_time_limit(monkeypatch):
    monkeypatch.setattr(queries_module, "QUERY_SECONDS", 0.05)
    queries = Queries(SignatureMap(Q, fully_connected([3, 3, 1]), [[1, 2, 3]]))
    x = queries._variables
    hard = [
        sum(a**5 * b**3 for a, b in zip(x, x[k:], strict=False)) * x[k] ** 3 > x[k + 1] ** 7 + k
        for k in range(1, 11)
    ]
    answer = queries.ask([*hard, sum(a**4 for a in x) < x[0] * x[1] * x[2]])
    assert (answer.empty, list(answer.points)) == (False, [])


def test_misuse(monkeypatch):
    with pytest.raises(InvalidInputError, match="'delphi' is no oracle; expected 'z3', or None"):
        enumerate_cells(OPEN, oracle="delphi")
    germs = SignatureMap(GermField(Q), OPEN.network, OPEN.inputs)
    with pytest.raises(InvalidInputError, match="z3 has no numbers of"):
        enumerate_cells(germs, oracle="z3")
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(InvalidInputError, match="'z3' is not installed; install it with pip"):
        enumerate_cells(OPEN, oracle="z3")


def test_z3_is_loaded_for_the_oracle_only():
    program = "import sys, exactmargin, exactmargin.cells; print('z3' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
