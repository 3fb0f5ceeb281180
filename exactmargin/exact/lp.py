"""Linear programs over an ordered field: what they are, and what an answer is.

An answer carries its exact certificate, which `lp_check` checks.  How answers are found is the
business of `lp_solver`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, final

from exactmargin.errors import InvalidInputError
from exactmargin.exact.fields import Field, Number
from exactmargin.exact.scalars import shown

__all__ = ["LPResult", "LPStatus", "LinearProgram", "SparseRow", "terms"]

Vector: TypeAlias = tuple[Number, ...]
Row: TypeAlias = Sequence[Number] | Mapping[int, Number]

_SENSES = ("<=", ">=", "==")


@final
class SparseRow(Mapping[int, Number]):
    """A row of a linear program by its nonzero entries, in the order of their indices."""

    __slots__ = ("indices", "values_")

    def __init__(self, entries: Mapping[int, Number]) -> None:
        self.indices = tuple(sorted([j for j, value in entries.items() if value]))
        self.values_ = tuple([entries[j] for j in self.indices])

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

        coerce_all, n, m = self.field.coerce_all, len(self.objective), len(self.rows)
        put("objective", coerce_all(self.objective))
        put("free", (self.free,) * n if isinstance(self.free, bool) else tuple(self.free))
        put("senses", tuple(self.senses))
        _require_length("free", self.free_flags, n, "objective entries")
        _require_length("senses", self.senses, m, "rows")
        _require_length("rhs", self.rhs, m, "rows")
        for i, sense in enumerate(self.senses):
            if sense not in _SENSES:
                raise InvalidInputError(
                    f'{shown(sense)} is not a sense; use "<=", ">=" or "=="', place=f"senses[{i}]"
                )
        put("rows", tuple(self._row(i, row, n) for i, row in enumerate(self.rows)))
        put("rhs", coerce_all(self.rhs))

    def _row(self, i: int, row: Row, n: int) -> Row:
        if isinstance(row, list | tuple) or not isinstance(row, Mapping):
            if len(row) != n:
                _require_length(f"rows[{i}]", row, n, "objective entries")
            return self.field.coerce_all(row)
        for j in row:
            if type(j) is not int or not 0 <= j < n:
                raise InvalidInputError(
                    f"index {shown(j)}, where an int from 0 to {n - 1} is expected",
                    place=f"rows[{i}]",
                )
        return SparseRow(dict(zip(row, self.field.coerce_all(row.values()), strict=True)))

    @property
    def free_flags(self) -> tuple[bool, ...]:
        """`free`, one flag for each variable."""
        return self.free  # type: ignore[return-value] # coerced to a tuple on entry


def _require_length(place: str, value: Sequence[object], wanted: int, what: str) -> None:
    if len(value) != wanted:
        raise InvalidInputError(
            f"{len(value)} entries for {wanted} {what}; the numbers must agree", place=place
        )


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
