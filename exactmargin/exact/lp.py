"""Linear programs over an ordered field: what they are, what an answer is, and its check.

An answer carries its exact certificate, and `verify_lp_result` recomputes every product from
the program as it was stated, with inner products and signs and nothing else.  How answers are
found is the business of `lp_solver`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, final

from flint import fmpq, fmpq_mat

from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact.fields import Field, Number, sign
from exactmargin.exact.rationals import Q
from exactmargin.exact.scalars import shown
from exactmargin.exact.vectors import dot

__all__ = ["LPResult", "LPStatus", "LinearProgram", "SparseRow", "terms", "verify_lp_result"]

Vector: TypeAlias = tuple[Number, ...]
Row: TypeAlias = Sequence[Number] | Mapping[int, Number]

_SENSES = ("<=", ">=", "==")


@final
class SparseRow(Mapping[int, Number]):
    """A row of a linear program by its nonzero entries, in the order of their indices."""

    __slots__ = ("indices", "values_")

    def __init__(self, entries: Mapping[int, Number]) -> None:
        self.indices = tuple(sorted(j for j, value in entries.items() if value))
        self.values_ = tuple(entries[j] for j in self.indices)

    def __getitem__(self, index: int) -> Number:
        try:
            return self.values_[self.indices.index(index)]
        except ValueError:
            raise KeyError(index) from None

    def __iter__(self) -> Iterator[int]:
        return iter(self.indices)

    def __len__(self) -> int:
        return len(self.indices)

    def __hash__(self) -> int:
        return hash((self.indices, self.values_))

    def __repr__(self) -> str:
        return repr(dict(self))


def terms(row: Row) -> tuple[Sequence[int], Sequence[Number]]:
    """Indices and entries of a row that a `LinearProgram` holds; zeros may be among them."""
    if isinstance(row, SparseRow):
        return row.indices, row.values_
    assert isinstance(row, tuple)
    return range(len(row)), row


class LPStatus(Enum):
    """What a linear program turned out to be; the value is the message."""

    OPTIMAL = "optimal: x and dual are feasible and have the same value"
    INFEASIBLE = "infeasible: the Farkas multipliers combine the rows to a contradiction"
    UNBOUNDED = "unbounded: from x the objective falls for ever along ray"


@final
@dataclass(frozen=True, slots=True)
class LinearProgram:
    """Minimise objective·x subject to rows_i·x (sense_i) rhs_i, and x_j >= 0 unless free_j.

    `objective` has n numbers, `rows` m rows, `senses` m of "<=", ">=", "==", `rhs` m; `free` is
    one bool for all variables or n of them.  A row is a sequence of n numbers or a mapping
    {index: number} of its nonzero entries.  All numbers are coerced into `field`.  Raises
    InvalidInputError with the place of a wrong shape, index or sense.
    """

    field: Field
    objective: Sequence[Number]
    rows: Sequence[Row]
    senses: Sequence[str]
    rhs: Sequence[Number]
    free: Sequence[bool] | bool = False

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        coerce, n, m = self.field.coerce, len(self.objective), len(self.rows)
        put("objective", tuple(map(coerce, self.objective)))
        put("free", (self.free,) * n if isinstance(self.free, bool) else tuple(self.free))
        put("senses", tuple(self.senses))
        lengths: list[tuple[str, Sequence[object], int, str]]
        lengths = [("free", self.free_flags, n, "objective entries")]
        lengths += [("senses", self.senses, m, "rows"), ("rhs", self.rhs, m, "rows")]
        lengths += [
            (f"rows[{i}]", row, n, "objective entries")
            for i, row in enumerate(self.rows)
            if not isinstance(row, Mapping)
        ]
        for place, value, wanted, what in lengths:
            if len(value) != wanted:
                raise InvalidInputError(
                    f"{len(value)} entries for {wanted} {what}; the numbers must agree",
                    place=place,
                )
        for i, sense in enumerate(self.senses):
            if sense not in _SENSES:
                raise InvalidInputError(
                    f'{shown(sense)} is not a sense; use "<=", ">=" or "=="', place=f"senses[{i}]"
                )
        put("rows", tuple(self._row(i, row, n) for i, row in enumerate(self.rows)))
        put("rhs", tuple(map(coerce, self.rhs)))

    def _row(self, i: int, row: Row, n: int) -> Row:
        coerce = self.field.coerce
        if not isinstance(row, Mapping):
            return tuple(map(coerce, row))
        for j in row:
            if type(j) is not int or not 0 <= j < n:
                raise InvalidInputError(
                    f"index {shown(j)}, where an int from 0 to {n - 1} is expected",
                    place=f"rows[{i}]",
                )
        return SparseRow({j: coerce(value) for j, value in row.items()})

    @property
    def free_flags(self) -> tuple[bool, ...]:
        """`free`, one flag for each variable."""
        return self.free  # type: ignore[return-value] # coerced to a tuple on entry


@final
@dataclass(frozen=True, slots=True)
class LPResult:
    """The answer to a linear program min c·x; fields without meaning for the status are None.

    OPTIMAL: `x`, `value` = c·x, and `dual` y, one multiplier for each row, with y_i >= 0 for
    ">=", y_i <= 0 for "<=", any sign for "==", (yᵀA)_j <= c_j (= c_j where x_j is free), and
    y·rhs = c·x.  INFEASIBLE: `farkas` y with the same signs, (yᵀA)_j <= 0 (= 0 where free), and
    y·rhs > 0.  UNBOUNDED: a feasible `x`, and a `ray` d with c·d < 0 along which all
    constraints stay satisfied.
    """

    status: LPStatus
    x: Vector | None = None
    value: Number | None = None
    dual: Vector | None = None
    farkas: Vector | None = None
    ray: Vector | None = None


def verify_lp_result(lp: LinearProgram, result: LPResult) -> None:
    """Check every condition that `LPResult` states; raises InternalError at the first failure.

    It uses nothing but the program and the result: inner products and signs.
    """
    stated = _Stated(lp)
    if result.status is LPStatus.INFEASIBLE:
        y = _given(result.farkas, len(lp.rows), "farkas")
        _require(sign(_dot(y, lp.rhs)) > 0, "the Farkas multipliers give no contradiction")
        _check_multipliers(stated, y, [lp.field.zero] * len(lp.objective))
        return
    x = _given(result.x, len(lp.objective), "x")
    _check_feasible(stated, x, lp.rhs)
    if result.status is LPStatus.UNBOUNDED:
        ray = _given(result.ray, len(lp.objective), "ray")
        _check_feasible(stated, ray, [lp.field.zero] * len(lp.rows))
        _require(sign(_dot(lp.objective, ray)) < 0, "the objective does not fall along the ray")
        return
    dual = _given(result.dual, len(lp.rows), "dual")
    _check_multipliers(stated, dual, lp.objective)
    value = _dot(lp.objective, x)
    _require(value == result.value, "the value is not that of x")
    _require(value == _dot(dual, lp.rhs), "primal and dual values differ")


class _Stated:
    """The rows as they were stated, and their products with vectors.

    Dense rational rows become one FLINT matrix (300 times as fast as a loop on 1500 x 500
    entries, where the vectors have 8000 bits); else the products are added up one by one.
    """

    def __init__(self, lp: LinearProgram) -> None:
        self.lp = lp
        dense = lp.field is Q and bool(lp.rows) and all(isinstance(r, tuple) for r in lp.rows)
        rows: Any = lp.rows
        self.matrix = fmpq_mat(rows) if dense and lp.objective else None

    def times(self, x: Vector) -> Sequence[Number]:
        """The m products of the rows with x."""
        if self.matrix is not None:
            return (self.matrix * _matrix(len(x), 1, x)).entries()
        if all(isinstance(row, tuple) for row in self.lp.rows):
            return [dot(row, x) for row in self.lp.rows]  # type: ignore[arg-type] # dense rows
        rows = map(terms, self.lp.rows)
        return [dot(values, [x[j] for j in indices]) for indices, values in rows]

    def times_transposed(self, y: Vector) -> Sequence[Number]:
        """The n products of the columns with y."""
        if self.matrix is not None:
            return (_matrix(1, len(y), y) * self.matrix).entries()
        n = len(self.lp.objective)
        columns: list[tuple[list[Number], list[Number]]] = [([], []) for _ in range(n)]
        for row, factor in zip(self.lp.rows, y, strict=True):
            if factor:
                for j, value in zip(*terms(row), strict=True):
                    if value:
                        columns[j][0].append(value)
                        columns[j][1].append(factor)
        return [dot(*pair) for pair in columns]


def _dot(u: Sequence[Number], v: Sequence[Number]) -> Number:
    """`dot`, by FLINT where both are rational and long (in u and v of 8000 bits)."""
    if len(u) > 3 and all(type(x) is fmpq for x in u) and all(type(x) is fmpq for x in v):
        return (_matrix(1, len(u), u) * _matrix(len(v), 1, v))[0, 0]
    return dot(u, v)


def _matrix(rows: int, columns: int, rationals: Sequence[Any]) -> fmpq_mat:
    return fmpq_mat(rows, columns, rationals)


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise InternalError(f"linear program: {complaint}")


def _given(vector: Vector | None, length: int, name: str) -> Vector:
    if vector is None or len(vector) != length:
        raise InternalError(f"linear program: {name} is missing or has the wrong length")
    return vector


def _allowed(sense: str, value: Number) -> bool:
    s = sign(value)
    return s == 0 or (s > 0 and sense == ">=") or (s < 0 and sense == "<=")


def _check_feasible(stated: _Stated, x: Vector, rhs: Sequence[Number]) -> None:
    lp = stated.lp
    for i, (value, sense, b) in enumerate(zip(stated.times(x), lp.senses, rhs, strict=True)):
        _require(_allowed(sense, value - b), f"row {i} is violated")
    for j, (value, free) in enumerate(zip(x, lp.free_flags, strict=True)):
        _require(free or sign(value) >= 0, f"variable {j} is negative")


def _check_multipliers(stated: _Stated, y: Vector, bounds: Sequence[Number]) -> None:
    lp = stated.lp
    for i, (value, sense) in enumerate(zip(y, lp.senses, strict=True)):
        _require(sense == "==" or _allowed(sense, value), f"multiplier {i} has the wrong sign")
    triples = zip(bounds, stated.times_transposed(y), lp.free_flags, strict=True)
    for j, (bound, product, free) in enumerate(triples):
        gap = sign(bound - product)
        _require(gap == 0 or (gap > 0 and not free), f"the dual condition of column {j} fails")
