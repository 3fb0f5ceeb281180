"""Linear algebra: solutions solve, null vectors vanish, inertia against principal minors."""

from itertools import combinations

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import dot, ldlt, mat_vec, nullspace, rank, sign, solve

laws = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def matrices(numbers, rows, columns):
    entries = st.one_of(numbers, st.integers(-1, 1).map(fmpq))
    row = st.lists(entries, min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


@laws
@given(data=st.data())
def test_solutions_and_null_vectors(instance, data):
    m, n = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    a = data.draw(matrices(instance.numbers, m, n))
    if data.draw(st.booleans()):
        a[-1] = [2 * x for x in a[0]]  # rank deficient
    kernel = nullspace(a)
    assert len(kernel) + rank(a) == n
    assert all(not any(mat_vec(a, v)) for v in kernel)
    assert not kernel or rank(kernel) == len(kernel)
    assert rank(a) == rank(list(zip(*a, strict=True)))
    image = mat_vec(a, data.draw(matrices(instance.numbers, 1, n))[0])
    x = solve(a, image)
    assert x is not None
    assert mat_vec(a, x) == image
    b = data.draw(matrices(instance.numbers, 1, m))[0]
    x = solve(a, b)
    if x is None:
        assert rank([[*row, y] for row, y in zip(a, b, strict=True)]) == rank(a) + 1
        left = nullspace(list(zip(*a, strict=True)))
        assert any(dot(y, b) for y in left)  # Fredholm
    else:
        assert mat_vec(a, x) == tuple(b)


@laws
@given(data=st.data())
def test_congruence_laws(instance, data):
    n = data.draw(st.integers(1, 3))
    half = data.draw(matrices(instance.numbers, n, n))
    a = [[half[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
    result = ldlt(a)
    for i, t in enumerate(result.basis):
        for j, s in enumerate(result.basis):
            assert dot(s, mat_vec(a, t)) == (result.diagonal[i] if i == j else 0)
    assert rank(result.basis) == n
    assert sum(result.inertia) == n
    assert result.inertia[2] == n - rank(a)
    d = result.negative_direction
    assert (d is None) == result.is_positive_semidefinite
    assert d is None or sign(dot(d, mat_vec(a, d))) == -1
    d = result.positive_direction
    assert (d is None) == (result.inertia[0] == 0)
    assert d is None or sign(dot(d, mat_vec(a, d))) == 1
    if result.is_positive_semidefinite:
        assert result.lower is not None
    if result.lower is not None:
        pairs = list(zip(result.lower, result.diagonal, strict=True))
        columns = list(zip(*result.lower, strict=True))
        assert len(pairs) == len(columns)
        for i in range(n):
            for j in range(n):
                products = (
                    result.lower[i][k] * result.diagonal[k] * result.lower[j][k] for k in range(n)
                )
                assert sum(products, fmpq(0)) == a[i][j]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 4), st.data())
def test_definiteness_is_that_of_the_principal_minors(n, data):
    small = st.integers(-2, 2)
    flat = data.draw(st.lists(small, min_size=n * n, max_size=n * n))
    half = [flat[i * n : (i + 1) * n] for i in range(n)]
    if data.draw(st.booleans()):  # semidefinite, often singular
        a = [[sum(x * y for x, y in zip(u, v, strict=True)) for v in half] for u in half]
        if data.draw(st.booleans()):
            a[0][0] -= 1
    else:
        a = [[half[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]

    def minor(rows):
        return fmpq_mat([[a[i][j] for j in rows] for i in rows]).det()

    subsets = [s for k in range(1, n + 1) for s in combinations(range(n), k)]
    result = ldlt(a)
    assert result.is_positive_semidefinite == all(minor(s) >= 0 for s in subsets)
    assert result.is_positive_definite == all(minor(range(k)) > 0 for k in range(1, n + 1))


def test_a_zero_diagonal_is_indefinite():
    result = ldlt([[0, 1], [1, 0]])
    assert result.inertia == (1, 1, 0)
    assert result.lower is None
    result = ldlt([[0, 1], [1, -2]])  # t_1 + t_2 would have the pivot 2 - 2 = 0
    assert result.inertia == (1, 1, 0)
    assert ldlt([]).is_positive_definite


def test_order_decides_over_number_fields(sqrt2):
    r = sqrt2.gen
    assert ldlt([[r, 1], [1, 1]]).is_positive_definite
    d = ldlt([[1, r], [r, "19/10"]]).negative_direction
    assert d is not None
    singular = ldlt([[1, r], [r, 2]])
    assert singular.is_positive_semidefinite
    assert not singular.is_positive_definite
    assert solve([[r, 1], [2, r]], [1, 2]) is None
    assert solve([[r, 1], [2, r]], [r, 2]) == (1, 0)


def test_edges():
    assert rank([]) == 0
    assert nullspace([], 2) == ((1, 0), (0, 1))
    assert rank([[0, 0]]) == 0
    assert nullspace([[0, 0]]) == ((1, 0), (0, 1))
    assert mat_vec([], [fmpq(1)]) == ()
    assert solve([[]], [0]) == ()
    assert solve([[]], [1]) is None


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: nullspace([]), "a matrix without rows; say how many columns it has"),
        (lambda: solve([], []), "a matrix without rows; say how many columns it has"),
        (lambda: rank([[1, 2], [3]]), "row 1 has 1 entries, where 2 are expected; "
         "give a rectangular matrix"),
        (lambda: solve([[1]], [1, 2]), "a matrix of 1 rows and 2 right-hand sides; "
         "the numbers must agree"),
        (lambda: ldlt([[1, 2], [3, 4]]), "entries (1,0) and (0,1) differ: 3 and 2; "
         "give a symmetric matrix"),
        (lambda: ldlt([[1, 2]]), "row 0 has 2 entries, where 1 are expected; "
         "give a rectangular matrix"),
    ],
)  # fmt: skip
def test_misuse(act, message):
    with pytest.raises(InvalidInputError) as e:
        act()
    assert str(e.value) == message


def test_floats_are_refused():
    for act in (lambda: solve([[0.5]], [1]), lambda: solve([[1]], [0.5]), lambda: rank([[0.5]]),
                lambda: nullspace([[0.5]]), lambda: ldlt([[0.5]])):  # fmt: skip
        with pytest.raises(FloatRefusedError):
            act()
