"""Linear programs: every certificate checked by code of its own, answers against enumeration."""

import random
from dataclasses import replace
from itertools import combinations

import pytest
from flint import fmpq, fmpz

from exactmargin.errors import FloatRefusedError, InternalError, InvalidInputError
from exactmargin.exact import (
    GermField,
    LinearProgram,
    LPResult,
    LPStatus,
    Q,
    feasible_point,
    lp_check,
    simplex,
    solve,
    solve_lp,
    strictly_feasible_direction,
    verify_lp_result,
)
from exactmargin.exact.dictionary import Dictionary, IntegerDictionary
from exactmargin.exact.lp_basis import Basis
from exactmargin.exact.lp_check import Stated
from exactmargin.exact.lp_form import Form


def product(u, v):
    total = 0
    for a, b in zip(u, v, strict=True):
        total = a * b + total
    return total


def satisfies(left, sense, right):
    return {"<=": left <= right, ">=": left >= right, "==": left == right}[sense]


def recheck(lp, result):
    """The three certificates as the docstring of LPResult states them."""
    n, columns = len(lp.objective), [[row[j] for row in lp.rows] for j in range(len(lp.objective))]

    def is_feasible(x, rhs):
        rows = zip(lp.rows, lp.senses, rhs, strict=True)
        return all(satisfies(product(a, x), s, b) for a, s, b in rows) and all(
            lp.free[j] or x[j] >= 0 for j in range(n)
        )

    def has_dual_signs(y, bounds):
        signs = all(
            satisfies(0, {"<=": ">=", ">=": "<="}.get(s, "=="), v) or s == "=="
            for v, s in zip(y, lp.senses, strict=True)
        )
        gaps = [bounds[j] - product(columns[j], y) for j in range(n)]
        return signs and all(g == 0 if lp.free[j] else g >= 0 for j, g in enumerate(gaps))

    if result.status is LPStatus.OPTIMAL:
        assert is_feasible(result.x, lp.rhs)
        assert has_dual_signs(result.dual, lp.objective)
        assert product(lp.objective, result.x) == product(result.dual, lp.rhs) == result.value
        assert result.farkas is None
        assert result.ray is None
    elif result.status is LPStatus.INFEASIBLE:
        assert has_dual_signs(result.farkas, [0] * n)
        assert product(result.farkas, lp.rhs) > 0
        assert result.x is None
        assert result.dual is None
    else:
        assert is_feasible(result.x, lp.rhs)
        assert is_feasible(result.ray, [0] * len(lp.rows))
        assert product(lp.objective, result.ray) < 0
        assert result.dual is None


def random_lp(rnd, field=Q, size=5, number=None):
    number = number or (lambda: fmpq(rnd.randint(-4, 4), rnd.choice([1, 1, 1, 2, 3])))
    n, m = rnd.randint(1, size), rnd.randint(0, size + 2)
    rows = [[number() if rnd.random() < 0.7 else fmpq(0) for _ in range(n)] for _ in range(m)]
    if m > 1 and rnd.random() < 0.4:  # dependent rows
        rows[-1] = [a + b for a, b in zip(rows[0], rows[-2], strict=True)]
    kind = rnd.random()
    if kind < 0.4:  # degenerate
        rhs = [fmpq(rnd.choice([0, 0, 0, 1])) for _ in range(m)]
    elif kind < 0.8:  # feasible at a known point
        point = [abs(number()) for _ in range(n)]
        rhs = [product(row, point) + fmpq(0) for row in rows]
    else:
        rhs = [number() for _ in range(m)]
    senses = [rnd.choice(["<=", "<=", ">=", "=="]) for _ in range(m)]
    free = [rnd.random() < 0.4 for _ in range(n)]
    return LinearProgram(field, [number() for _ in range(n)], rows, senses, rhs, free)


@pytest.mark.parametrize("block", range(10))
def test_random_programs(block):
    rnd = random.Random(block)
    seen = set()
    for _ in range(100):
        lp = random_lp(rnd)
        result = solve_lp(lp)
        recheck(lp, result)
        seen.add(result.status)
    assert seen == set(LPStatus)


def enumerate_vertices(lp):
    """The least value at a vertex of a program whose variables are all >= 0; None if empty."""
    n = len(lp.objective)
    unit = [[fmpq(i == j) for j in range(n)] for i in range(n)]
    faces = [*zip(lp.rows, lp.rhs, strict=True), *((u, fmpq(0)) for u in unit)]
    best = None
    for chosen in combinations(faces, n):
        x = solve([a for a, _ in chosen], [b for _, b in chosen])
        if x is None or min(x) < 0:
            continue
        rows = zip(lp.rows, lp.senses, lp.rhs, strict=True)
        if all(satisfies(product(a, x), s, b) for a, s, b in rows):
            value = product(lp.objective, x)
            best = value if best is None else min(best, value)
    return best


def test_agreement_with_vertex_enumeration():
    rnd = random.Random(77)
    statuses = []
    for _ in range(150):
        lp = random_lp(rnd, size=3)
        lp = replace(lp, free=False)
        result = solve_lp(lp)
        statuses.append(result.status)
        best = enumerate_vertices(lp)
        assert (best is None) == (result.status is LPStatus.INFEASIBLE)
        if result.status is LPStatus.OPTIMAL:
            assert result.value == best
    assert len(set(statuses)) == 3


@pytest.mark.parametrize("n", [2, 5, 8])
def test_klee_minty(n):
    rows = [[fmpq(2) ** (i - j + 1) if j < i else fmpq(i == j) for j in range(n)] for i in range(n)]
    cost = [-(fmpq(2) ** (n - 1 - j)) for j in range(n)]
    rhs = [fmpq(5) ** (i + 1) for i in range(n)]
    lp = LinearProgram(Q, cost, rows, ["<="] * n, rhs)
    result = solve_lp(lp)
    recheck(lp, result)
    assert result.value == -(5**n)
    assert result.x == (*[0] * (n - 1), 5**n)


def unscaled(held):
    """All that is asked of the holder of a basis, in plain numbers, and by variable."""
    n, m = held.form.n, held.form.m
    rows = [held.row(held.basis.index(v)) for v in sorted(held.basis)]
    columns = [held.column(held.cobasis.index(v)) for v in sorted(held.cobasis)]
    by_cobasis = sorted(range(n), key=held.cobasis.__getitem__)
    by_basis = sorted(range(m), key=held.basis.__getitem__)
    return (
        [[fmpq(1) * row[q] / scale for q in by_cobasis] for row, scale in rows],
        [[fmpq(1) * column[r] / scale for r in by_basis] for column, scale in columns],
        directed([held.values()[r] for r in by_basis]),
        directed([held.reduced()[q] for q in by_cobasis]),
        held.point(),
        held.multipliers(),
    )


def directed(numbers):
    """The numbers up to a positive factor."""
    largest = max(map(abs, numbers), default=0)
    return [fmpq(1) * v / largest for v in numbers] if largest else list(numbers)


def test_all_holders_of_a_basis_agree():
    rnd = random.Random(21)
    pivots = 0
    for _ in range(60):
        form = Form(Stated(random_lp(rnd)))
        holders = [Dictionary(form), IntegerDictionary(form), Basis(form)]
        for step in range(8):
            first, *others = map(unscaled, holders)
            assert all(other == first for other in others)
            present = [(r, q) for r in range(form.m) for q in range(form.n)
                       if holders[0].row(r)[0][q]]  # fmt: skip
            if not present:
                break
            r, q = rnd.choice(present)
            leaving, entering = holders[0].basis[r], holders[0].cobasis[q]
            pivots += 1
            for held in holders:
                held.pivot(held.basis.index(leaving), held.cobasis.index(entering))
            if step == 4:
                costs = [fmpz(rnd.randint(-3, 3)) for _ in range(form.n + form.m)]
                for held in holders:
                    held.set_costs(costs)
    assert pivots > 300


def test_beale_does_not_cycle():
    rows = [["1/4", -60, "-1/25", 9], ["1/2", -90, "-1/50", 3], [0, 0, 1, 0]]
    lp = LinearProgram(Q, ["-3/4", 150, "-1/50", 6], rows, ["<="] * 3, [0, 0, 1])
    result = solve_lp(lp)
    recheck(lp, result)
    assert result.value == fmpq(-1, 20)


def test_blands_rule_alone_gives_the_same_values(monkeypatch):
    programs = [random_lp(random.Random(seed)) for seed in range(100)]
    expected = [solve_lp(lp) for lp in programs]
    monkeypatch.setattr(simplex, "_is_stuck", lambda held, stalled: True)
    for lp, before in zip(programs, expected, strict=True):
        after = solve_lp(lp)
        recheck(lp, after)
        assert (after.status, after.value) == (before.status, before.value)


def test_programs_that_are_degenerate_everywhere():
    rnd = random.Random(5)
    for _ in range(20):
        n, m = 6, 10
        rows = [[fmpq(rnd.randint(-1, 1)) for _ in range(n)] for _ in range(m)]
        lp = LinearProgram(
            Q, [fmpq(rnd.randint(-1, 1)) for _ in range(n)], rows, ["<="] * m, [fmpq(0)] * m
        )
        result = solve_lp(lp)
        recheck(lp, result)
        assert result.status is not LPStatus.INFEASIBLE


def test_programs_over_the_other_fields(sqrt2):
    for field, unit in (
        (sqrt2, sqrt2.gen),
        (GermField(Q), GermField(Q).eps),
        (GermField(sqrt2), GermField(sqrt2).eps + sqrt2.gen),
    ):
        rnd = random.Random(3)

        def number(rnd=rnd, unit=unit):
            return rnd.randint(-2, 2) + unit * rnd.randint(-2, 2)

        for _ in range(25):
            lp = random_lp(rnd, field, size=3, number=number)
            result = solve_lp(lp)
            recheck(lp, result)


def test_irrational_and_infinitesimal_answers(sqrt2):
    r = sqrt2.gen
    lp = LinearProgram(sqrt2, [1, 1], [[r, 1], [1, r]], [">=", ">="], [2, 2])
    assert solve_lp(lp).value == 4 / (r + 1)
    assert feasible_point(sqrt2, [[r], [2]], ["<=", ">="], [2, 2 * r]).x == (r,)
    field = GermField(Q)
    eps = field.eps
    lp = LinearProgram(field, [1], [[1], [eps]], [">=", ">="], [eps, 1])
    assert solve_lp(lp).value == 1 / eps
    assert feasible_point(field, [[1], [1]], [">=", "<="], [eps, eps**2]).status is (
        LPStatus.INFEASIBLE
    )


def test_edges():
    assert solve_lp(LinearProgram(Q, [], [], [], [])).value == 0
    assert solve_lp(LinearProgram(Q, [1], [], [], [])).x == (0,)
    assert solve_lp(LinearProgram(Q, [1], [], [], [], True)).status is LPStatus.UNBOUNDED
    assert solve_lp(LinearProgram(Q, [0], [], [], [], True)).value == 0
    assert solve_lp(LinearProgram(Q, [], [[]], ["=="], [1])).farkas == (1,)
    redundant = LinearProgram(Q, [1, 1], [[1, 2], [2, 4]], ["==", "=="], [1, 2])
    assert solve_lp(redundant).value == fmpq(1, 2)
    assert feasible_point(Q, [], [], [], [True, False]).x == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [[1, 2]], ["<="], [0]), "rows[0]: 2 entries for 1 objective entries; "
         "the numbers must agree"),
        (([1], [[1]], ["<=", "<="], [0]), "senses: 2 entries for 1 rows; the numbers must agree"),
        (([1], [[1]], ["<="], []), "rhs: 0 entries for 1 rows; the numbers must agree"),
        (([1], [[1]], ["<"], [0]), "senses[0]: '<' is not a sense; use \"<=\", \">=\" or \"==\""),
        (([1], [], [], [], [True, True]), "free: 2 entries for 1 objective entries; "
         "the numbers must agree"),
    ],
)  # fmt: skip
def test_malformed_programs(arguments, message):
    with pytest.raises(InvalidInputError) as e:
        LinearProgram(Q, *arguments)
    assert str(e.value) == message


def test_more_misuse():
    row = [1], [[1]], ["<="], [0.5]
    for arguments in (([0.5], [], [], []), ([1], [[0.5]], ["<="], [0]), row):
        with pytest.raises(FloatRefusedError):
            LinearProgram(Q, *arguments)
    with pytest.raises(InvalidInputError, match="no rows; give `free` as a sequence"):
        feasible_point(Q, [], [], [])
    with pytest.raises(InvalidInputError, match=r"rows\[0\]: 3 entries for 4"):
        strictly_feasible_direction(Q, [[1, 1]], 3)


# ------------------------------------------------------------------ the checker rejects


BOUNDED = LinearProgram(Q, [1, 2], [[1, 1], [1, -1]], [">=", "=="], [2, 0], [False, True])
EMPTY = LinearProgram(Q, [0, 0], [[1, 1], [1, 0]], ["<=", ">="], [1, 2])
CEILING = LinearProgram(Q, [-1], [[1]], ["<="], [1])
FALLING = LinearProgram(Q, [-1, 0], [[1, -1]], ["<="], [0])


@pytest.mark.parametrize("table", [True, False])
@pytest.mark.parametrize(
    ("lp", "change", "complaint"),
    [
        (BOUNDED, {"x": (fmpq(0), fmpq(0))}, "row 0 is violated"),
        (BOUNDED, {"x": (fmpq(3), fmpq(2))}, "row 1 is violated"),
        (BOUNDED, {"x": (fmpq(2), fmpq(2))}, "the value is not that of x"),
        (BOUNDED, {"x": (fmpq(2), fmpq(2)), "value": fmpq(6)}, "primal and dual values differ"),
        (BOUNDED, {"value": fmpq(4)}, "the value is not that of x"),
        (BOUNDED, {"dual": (fmpq(-1), fmpq(0))}, "multiplier 0 has the wrong sign"),
        (BOUNDED, {"dual": (fmpq(9), fmpq(0))}, "the dual condition of column 0 fails"),
        (BOUNDED, {"dual": (fmpq(1), fmpq(0))}, "the dual condition of column 1 fails"),
        (BOUNDED, {"dual": None}, "dual is missing or has the wrong length"),
        (BOUNDED, {"x": (fmpq(1),)}, "x is missing or has the wrong length"),
        (EMPTY, {"farkas": (fmpq(0), fmpq(0))}, "the Farkas multipliers give no contradiction"),
        (EMPTY, {"farkas": (fmpq(1), fmpq(1))}, "multiplier 0 has the wrong sign"),
        (EMPTY, {"farkas": (fmpq(0), fmpq(1))}, "the dual condition of column 0 fails"),
        (EMPTY, {"farkas": None}, "farkas is missing or has the wrong length"),
        (FALLING, {"ray": (fmpq(0), fmpq(1))}, "the objective does not fall along the ray"),
        (FALLING, {"ray": (fmpq(1), fmpq(0))}, "row 0 is violated"),
        (FALLING, {"ray": (fmpq(-1), fmpq(0))}, "variable 0 is negative"),
        (FALLING, {"ray": None}, "ray is missing or has the wrong length"),
        (FALLING, {"x": (fmpq(0), fmpq(-1))}, "row 0 is violated"),
        (CEILING, {"x": (fmpq(2),), "value": fmpq(-2)}, "row 0 is violated"),
        (CEILING, {"dual": (fmpq(1),)}, "multiplier 0 has the wrong sign"),
        (CEILING, {"dual": (fmpq(0),)}, "the dual condition of column 0 fails"),
        (CEILING, {"dual": (fmpq(-2),)}, "primal and dual values differ"),
    ],
)
def test_altered_answers_are_rejected(lp, change, complaint, table, monkeypatch):
    if not table:  # as for large sparse programs
        monkeypatch.setattr(lp_check, "_SMALL", -1)
        monkeypatch.setattr(lp_check, "_SPARSE", 0)
    assert (Stated(lp).table is not None) == table
    result = solve_lp(lp)
    verify_lp_result(lp, result)
    with pytest.raises(InternalError) as e:
        verify_lp_result(lp, replace(result, **change))
    assert str(e.value) == f"linear program: {complaint}"


def test_messages_of_the_statuses():
    assert [s.name for s in LPStatus] == ["OPTIMAL", "INFEASIBLE", "UNBOUNDED"]
    assert solve_lp(BOUNDED).status is LPStatus.OPTIMAL
    assert solve_lp(EMPTY) == LPResult(LPStatus.INFEASIBLE, farkas=solve_lp(EMPTY).farkas)
    assert solve_lp(FALLING).status.value.startswith("unbounded")


# ------------------------------------------------------------------ strict directions


def check_direction(result, strict, n, equalities, weak):
    if result.direction is not None:
        d = result.direction
        assert len(d) == n
        assert all(product(a, d) > 0 for a in strict)
        assert all(product(a, d) == 0 for a in equalities)
        assert all(product(a, d) >= 0 for a in weak)
        assert result.multipliers is None
    else:
        parts = (result.multipliers, result.equality_multipliers, result.weak_multipliers)
        assert all(v >= 0 for v in (*parts[0], *parts[2]))
        assert sum(parts[0], fmpq(0)) == 1
        pairs = [p for y, a in zip(parts, (strict, equalities, weak), strict=True)
                 for p in zip(y, a, strict=True)]  # fmt: skip
        for j in range(n):
            assert sum((y * row[j] for y, row in pairs), fmpq(0)) == 0


def test_strict_directions_or_gordan_certificates(instance):
    rnd = random.Random(11)
    kinds = set()
    for _ in range(40 if instance.field is Q else 8):
        n = rnd.randint(1, 3)

        def rows(most, n=n):
            count = rnd.randint(0, most)
            return [[instance.field.coerce(rnd.randint(-2, 2)) for _ in range(n)]
                    for _ in range(count)]  # fmt: skip

        strict, equalities, weak = rows(4), rows(1), rows(2)
        result = strictly_feasible_direction(instance.field, strict, n, equalities, weak)
        check_direction(result, strict, n, equalities, weak)
        kinds.add(result.direction is None)
    assert kinds == {True, False}


def test_directions_by_hand(sqrt2):
    r = sqrt2.gen
    assert strictly_feasible_direction(Q, [], 2).direction == (0, 0)
    assert strictly_feasible_direction(Q, [[1], [-2]], 1).multipliers == (fmpq(2, 3), fmpq(1, 3))
    assert strictly_feasible_direction(Q, [[0, 0]], 2).multipliers == (1,)
    tight = strictly_feasible_direction(sqrt2, [[1, -r], [-r, 2]], 2)  # parallel, opposite
    assert tight.direction is None
    eps = GermField(Q).eps
    thin = [[1, 0], [-1, eps]]
    assert strictly_feasible_direction(GermField(Q), thin, 2).direction is not None
    closed = strictly_feasible_direction(Q, [[1, 0], [-1, 1]], 2, equalities=[[0, 1]])
    assert closed.equality_multipliers == (fmpq(-1, 2),)
