"""Exact linear algebra over any of the fields: matrices are sequences of rows.

Over Q elimination is FLINT's; over the other fields a plain Gauss-Jordan elimination serves.
The entries say which field is meant: the highest one that occurs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq_mat

from exactmargin.errors import InvalidInputError
from exactmargin.exact.fields import Field, Number, common_field, sign
from exactmargin.exact.rationals import Q
from exactmargin.exact.scalars import clipped
from exactmargin.exact.vectors import dot

__all__ = ["LDLT", "ldlt", "mat_vec", "nullspace", "rank", "solve"]

Vector: TypeAlias = tuple[Number, ...]
Rows: TypeAlias = list[list[Number]]


def _matrix(a: Sequence[Sequence[object]], columns: int | None = None) -> tuple[Field, Rows, int]:
    """(field, coerced rows, number of columns) of a rectangular matrix."""
    if columns is None:
        if not a:
            raise InvalidInputError("a matrix without rows; say how many columns it has")
        columns = len(a[0])
    for i, row in enumerate(a):
        if len(row) != columns:
            raise InvalidInputError(
                f"row {i} has {len(row)} entries, where {columns} are expected; "
                "give a rectangular matrix"
            )
    field = common_field((x for row in a for x in row), Q)
    return field, [[field.coerce(x) for x in row] for row in a], columns


def _reduced(field: Field, rows: Rows) -> tuple[Rows, list[int]]:
    """The nonzero rows of the reduced row echelon form, and their pivot columns."""
    if not rows or not rows[0]:
        return [], []
    if field is Q:
        echelon, number = fmpq_mat(rows).rref()  # type: ignore[arg-type] # over Q all are fmpq
        table: Rows = [list(row) for row in echelon.tolist()[:number]]
    else:
        table = _gauss_jordan(field, [list(row) for row in rows])
    return table, [next(j for j, x in enumerate(row) if x) for row in table]


def _gauss_jordan(field: Field, rows: Rows) -> Rows:
    done = 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        inverse = field.one / rows[done][column]
        top = rows[done] = [x * inverse if x else x for x in rows[done]]
        for i, row in enumerate(rows):
            factor = row[column]
            if i != done and factor:
                rows[i] = [x - factor * t if t else x for x, t in zip(row, top, strict=True)]
        done += 1
        if done == len(rows):
            break
    return rows[:done]


def solve(a: Sequence[Sequence[object]], b: Sequence[object]) -> Vector | None:
    """One solution x of A x = b (free variables 0), or None where there is none.

    A has m rows of n entries, b has m.  Raises InvalidInputError for shapes that disagree or
    a matrix without rows.
    """
    if len(a) != len(b):
        raise InvalidInputError(
            f"a matrix of {len(a)} rows and {len(b)} right-hand sides; the numbers must agree"
        )
    n = len(a[0]) if a else None
    field, rows, width = _matrix(
        [[*row, right] for row, right in zip(a, b, strict=True)], None if n is None else n + 1
    )
    table, pivots = _reduced(field, rows)
    if pivots and pivots[-1] == width - 1:
        return None
    x = [field.zero] * (width - 1)
    for row, pivot in zip(table, pivots, strict=True):
        x[pivot] = row[-1]
    return tuple(x)


def nullspace(a: Sequence[Sequence[object]], columns: int | None = None) -> tuple[Vector, ...]:
    """A basis of {x : A x = 0}, one vector for each free column (that entry 1).

    `columns` is needed for a matrix without rows only.  Raises InvalidInputError.
    """
    field, rows, width = _matrix(a, columns)
    table, pivots = _reduced(field, rows)
    basis = []
    for free in range(width):
        if free in pivots:
            continue
        x = [field.zero] * width
        x[free] = field.one
        for row, pivot in zip(table, pivots, strict=True):
            x[pivot] = -row[free]
        basis.append(tuple(x))
    return tuple(basis)


def rank(a: Sequence[Sequence[object]]) -> int:
    """The rank of a matrix; 0 for one without rows.  Raises InvalidInputError for its shape."""
    if not a:
        return 0
    field, rows, _ = _matrix(a)
    return len(_reduced(field, rows)[1])


def mat_vec(a: Sequence[Sequence[Number]], x: Sequence[Number]) -> Vector:
    """The product A x; raises InvalidInputError where a row's length is not that of x."""
    return tuple(dot(row, x) for row in a)


@dataclass(frozen=True, slots=True)
class LDLT:
    """A symmetric matrix A diagonalised by congruence: t_iᵀ A t_j = 0 for i≠j, d_i for i=j.

    `basis` holds the vectors t_i (a basis of F^n), `diagonal` the numbers d_i.  `lower` is the
    unit lower triangular L with A = L diag(d) Lᵀ where that exists without exchanging rows
    (always for semidefinite A), else None.  By Sylvester's law of inertia the signs of the d_i
    decide definiteness, and each t_i with d_i < 0 proves that A is not positive semidefinite.
    """

    basis: tuple[Vector, ...]
    diagonal: Vector
    lower: tuple[Vector, ...] | None

    @property
    def inertia(self) -> tuple[int, int, int]:
        """The numbers of positive, negative and zero d_i."""
        signs = [sign(d) for d in self.diagonal]
        return signs.count(1), signs.count(-1), signs.count(0)

    @property
    def is_positive_semidefinite(self) -> bool:
        """Whether dᵀ A d >= 0 for all d."""
        return self.inertia[1] == 0

    @property
    def is_positive_definite(self) -> bool:
        """Whether dᵀ A d > 0 for all d != 0."""
        return self.inertia[0] == len(self.diagonal)

    @property
    def negative_direction(self) -> Vector | None:
        """A vector d with dᵀ A d < 0, or None for a positive semidefinite A."""
        return self._direction(-1)

    @property
    def positive_direction(self) -> Vector | None:
        """A vector d with dᵀ A d > 0, or None for a negative semidefinite A."""
        return self._direction(1)

    def _direction(self, wanted: int) -> Vector | None:
        pairs = zip(self.basis, self.diagonal, strict=True)
        return next((t for t, d in pairs if sign(d) == wanted), None)


def ldlt(a: Sequence[Sequence[object]]) -> LDLT:
    """Diagonalise a symmetric matrix by congruence (Lagrange); it always succeeds.

    A zero pivot with a nonzero entry a_kj beside it is repaired by t_k := t_k ± t_j: one of the
    signs gives the pivot ±2 a_kj + a_jj != 0; only then is there no `lower`.  Raises
    InvalidInputError unless A is square and symmetric.
    """
    n = len(a)
    field, m, _ = _matrix(a, n)
    for i in range(n):
        for j in range(i):
            if m[i][j] != m[j][i]:
                texts = [clipped(field.format(x)) for x in (m[i][j], m[j][i])]
                raise InvalidInputError(
                    f"entries ({i},{j}) and ({j},{i}) differ: {texts[0]} and {texts[1]}; "
                    "give a symmetric matrix"
                )
    zero, one = field.zero, field.one
    basis = [[one if i == j else zero for j in range(n)] for i in range(n)]
    lower = [[one if i == j else zero for j in range(n)] for i in range(n)]
    repaired = False
    for k in range(n):
        if not m[k][k]:
            beside = next((j for j in range(k + 1, n) if m[k][j]), None)
            if beside is None:
                continue
            repaired = True
            factor = one if m[k][beside] * 2 + m[beside][beside] else -one
            _add_vector(m, basis, k, beside, factor)
        for i in range(k + 1, n):
            if m[i][k]:
                lower[i][k] = m[i][k] / m[k][k]
                _add_vector(m, basis, i, k, -lower[i][k])
    return LDLT(
        tuple(map(tuple, basis)),
        tuple(m[k][k] for k in range(n)),
        None if repaired else tuple(map(tuple, lower)),
    )


def _add_vector(m: Rows, basis: Rows, i: int, j: int, factor: Number) -> None:
    """t_i := t_i + factor·t_j, and the Gram matrix m with it, in place."""
    basis[i] = [x + factor * y for x, y in zip(basis[i], basis[j], strict=True)]
    m[i] = [x + factor * y for x, y in zip(m[i], m[j], strict=True)]
    for row in m:
        row[i] = row[i] + factor * row[j]
