"""Numbers of cells: known ones, and those that linear programs find on small arrangements."""

import random
from fractions import Fraction
from itertools import product
from math import comb
from time import perf_counter
from typing import Any

import pytest

from exactmargin.exact import Q, RealNumberField, strictly_feasible_direction
from exactmargin.kernel import check
from exactmargin.kernel.cells import arrangements, chambers
from exactmargin.kernel.hinge_rules import FREE_OF_OBJECTIVES
from exactmargin.kernel.problem import read_problem
from tests.kernel.certificates import (
    GENERAL,
    GENERAL_LIST,
    HINGE,
    SAMPLES,
    SQRT2,
    V44,
    case,
    count,
    encode,
    hinge,
    neurons,
    part,
    problem_file,
    step,
    theorem,
)
from tests.rejections.near_misses import without_point


def unit(rows: Any, **more: Any) -> Any:
    """One unit that sees all numbers of these rows."""
    texts = [" ".join(map(str, row)) for row in rows]
    return neurons([list(range(1, len(rows[0]) + 1))], texts, **more)


def number(problem: Any) -> int:
    """The number of chambers of the first arrangement."""
    read = read_problem(problem)
    return chambers(arrangements(read)[0].planes, read.field)


def drawn(n: int, d: int, size: int = 50) -> list[list[int]]:
    """Random integers."""
    draw = random.Random(100 * n + d)
    return [[draw.randint(-size, size) for _ in range(d)] for _ in range(n)]


# ---------------------------------------------------------------- numbers that are known


@pytest.mark.parametrize(
    ("n", "d"),
    [(1, 1), (2, 2), (5, 2), (3, 3), (10, 3), (15, 4), (20, 5), (7, 6), (12, 11), (9, 30)],
)
def test_general_position(n: int, d: int) -> None:
    assert number(unit(drawn(n, d))) == 2 * sum(comb(n - 1, k) for k in range(d))


def test_general_position_with_biases() -> None:
    """Cover: N points of R^d have 2 sum_(k <= d) C(N-1, k) affine dichotomies."""
    more = unit(drawn(9, 3), biases={0: [], 1: []})
    assert number(more) == 2 * sum(comb(8, k) for k in range(4))


@pytest.mark.parametrize(("d", "wanted"), [(2, 6), (3, 32), (4, 370), (5, 11292)])
def test_resonance_arrangements(d: int, wanted: int) -> None:
    assert number(unit([v for v in product((0, 1), repeat=d) if any(v)])) == wanted


@pytest.mark.parametrize(("d", "wanted"), [(2, 4), (3, 14), (4, 104), (5, 1882)])
def test_threshold_functions(d: int, wanted: int) -> None:
    """The linear threshold functions of d - 1 bits."""
    assert number(unit([(1, *v) for v in product((0, 1), repeat=d - 1)])) == wanted


def test_the_box() -> None:
    assert number(unit([v for v in product((-1, 0, 1), repeat=3) if any(v)])) == 96


def test_what_changes_nothing() -> None:
    rows = drawn(6, 3)
    more = [*rows, [0, 0, 0], rows[0], [-2 * x for x in rows[1]], [Fraction(x, 7) for x in rows[2]]]
    wide = [[*row, row[0] + row[1], row[2]] for row in more]  # columns that depend on the others
    assert number(unit(rows)) == number(unit(more)) == number(unit(wide)) == 32


def test_over_a_field_what_is_parallel_is_seen_without_division() -> None:
    over = {"field": SQRT2}
    rows = [
        ["1", "r", "0"],
        ["r", "2", "0"],
        ["0", "1", "1"],
        ["0", "-r-1", "-r-1"],
        ["r", "0", "1"],
    ]
    assert number(unit(rows, **over)) == 8
    assert number(unit([*rows, ["1", "r-1", "-1"]], **over)) == 12  # the first minus the third
    assert number(unit([*rows, ["1", "r-1", "1"]], **over)) == 14  # in general position
    reducible = {"generator": "r", "minpoly": ["0", "-2", "0", "1"], "interval": ["1", "2"]}
    assert number(unit([["1", "r"], ["r", "2"], ["r^2", "2*r"]], field=reducible)) == 2


# ---------------------------------------------------------------- against linear programs


def by_programs(field: Any, rows: list[list[Any]]) -> int:
    """The sign vectors that an exact linear program finds feasible, of the rows without zeros."""
    rows = [row for row in rows if any(row)]
    return sum(
        strictly_feasible_direction(
            field,
            [[x * s for x in row] for row, s in zip(rows, signs, strict=True)],
            len(rows[0]),
        ).direction
        is not None
        for signs in product((1, -1), repeat=len(rows))
    )


@pytest.mark.parametrize("seed", range(60))
def test_as_many_as_linear_programs_find(seed: int) -> None:
    draw = random.Random(seed)
    n, d = draw.randint(1, 6), draw.randint(1, 4)
    rows = [[draw.randint(-1, 1) for _ in range(d)] for _ in range(n)] + [[1] * d]
    exact = [[Q.coerce(x) for x in row] for row in rows]
    assert number(unit(rows)) == by_programs(Q, exact)


@pytest.mark.parametrize("seed", range(15))
def test_as_many_as_linear_programs_find_over_a_field(seed: int) -> None:
    draw = random.Random(seed)
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    choice = ["0", "1", "-1", "r", "r+1", "-r", "2"]
    rows = [[draw.choice(choice) for _ in range(3)] for _ in range(4)] + [["1"] * 3]
    exact = [[field.parse(x) for x in row] for row in rows]
    assert number(unit(rows, field=SQRT2)) == by_programs(field, exact)


@pytest.mark.parametrize("seed", range(30))
def test_shared_parameters_as_linear_programs_find(seed: int) -> None:
    """All units in one space: nothing is known there of groups and products."""
    draw = random.Random(seed)
    pattern = [[draw.randint(0, 4) for _ in range(2)] for _ in range(3)] + [[1, 2], [3, 4]]
    inputs = [[draw.randint(-1, 1) for _ in range(2)], [1, draw.randint(-2, 2)]]
    forms = []
    for row in pattern:
        for x in inputs:
            form = [Q.zero] * 4
            for g, value in zip(row, x, strict=True):
                if g:
                    form[g - 1] += value
            forms.append(form)
    lines = {tuple(x / next(filter(None, form)) for x in form) for form in forms if any(form)}
    total = by_programs(Q, [list(line) for line in lines])
    problem = neurons(pattern, [" ".join(map(str, x)) for x in inputs])
    lists = [None] * len(arrangements(read_problem(problem)))
    assert check(encode(count(problem, total, *lists))).accepted


# ---------------------------------------------------------------- lists


def fan(n: int) -> tuple[Any, list[str]]:
    """n lines of the plane in order, and points between them."""
    return unit([(k, 1) for k in range(n)]), ["1 1", *(f"2 {-2 * k - 1}" for k in range(n - 1))]


def test_the_order_the_size_and_the_side_of_witnesses_do_not_matter() -> None:
    problem, points = fan(9)
    assert check(encode(count(problem, 18, points))).accepted
    others = [f"{Fraction(x) * -5 / 7} {Fraction(y) * -5 / 7}" for x, y in map(str.split, points)]
    assert check(encode(count(problem, 18, others[::-1]))).accepted


def test_witnesses_are_rational_in_a_field_too() -> None:
    sample = SAMPLES["cells, Q(sqrt2), parallel"]
    outcome = check(encode(count(sample["problem"], 4, ["1 0", "-r 1"])))
    assert (outcome.status, outcome.code) == ("malformed", "number-syntax")


@pytest.mark.parametrize("lists", [[], [GENERAL_LIST] * 2, [[["1", "1"]]]])
def test_one_list_for_each_arrangement(lists: Any) -> None:
    certificate = count(GENERAL, 36)
    certificate["evidence"]["witnesses"] = lists
    assert not check(encode(certificate)).accepted


def test_a_list_of_thousands() -> None:
    """3000 chambers of 1500 lines; benchmarks/kernel_cells.py has 110910 of 25 hyperplanes."""
    problem, points = fan(1500)
    start = perf_counter()
    assert check(encode(count(problem, 3000, points))).accepted
    assert perf_counter() - start < 60
    assert check(encode(count(problem, 3000, points[:-1]))).code == "chambers-missing"


# ---------------------------------------------------------------- without a point


def test_the_users_file_may_have_parameters_or_none() -> None:
    bare = count(without_point(V44), 4, None)
    full = count(V44, 4, None)
    assert check(encode(bare), problem_file(V44)).accepted
    assert check(encode(bare), problem_file(without_point(V44))).accepted
    assert check(encode(full), problem_file(V44)).accepted
    assert check(encode(full), problem_file(without_point(V44))).code == "other-parameters"
    assert check(encode(bare), problem_file(case("vardi2022-theorem-3.2"))).code == "other-field"


def test_the_weights_of_a_hinge_loss_are_one_over_n_or_as_given() -> None:
    certificate = SAMPLES["cells, hinge"]
    for weights in (["1"], [1], ["1.0"]):
        assert check(encode(certificate), problem_file(hinge(HINGE, weights=weights))).accepted
    weighted = SAMPLES["cells, hinge, no hidden layer, weights"]
    user = weighted["problem"]
    assert check(encode(weighted), problem_file(user)).accepted
    for data in ({"weights": ["2/3", "1/3"]}, {"weights": ["1/2", "1/2"]}):
        outcome = check(encode(weighted), problem_file(hinge(user, **data)))
        assert outcome.code == "other-objective"


def test_what_does_not_depend_on_the_objective_is_proved_of_a_hinge_problem_too() -> None:
    for name, claim in ((name, sample["claim"]) for name, sample in SAMPLES.items()):
        about = SAMPLES[name]["problem"]
        if about and about["objective"] == {"kind": "max-margin"}:
            hinged = about | {"objective": {"kind": "hinge"}}
            outcome = check(encode(SAMPLES[name] | {"problem": hinged}))
            if claim in FREE_OF_OBJECTIVES:
                assert outcome.accepted, name
            elif claim != "cells":
                assert not outcome.accepted, name


def test_a_step_about_cells() -> None:
    evidence = SAMPLES["cells"]["evidence"]
    good = theorem("a/b", part("p", GENERAL, [step("c", "cells", evidence)], "c"))
    assert check(encode(good)).accepted
    steps = [step("c", "cells", evidence), step("f", "feasible", {})]
    assert check(encode(theorem("a/b", part("p", GENERAL, steps, "c")))).code == "no-point"
