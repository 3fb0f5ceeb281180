"""Linear programs over an ordered field: what they are, what an answer is, and its check.

An answer carries its exact certificate, and `verify_lp_result` recomputes every product from
the program as it was stated, with inner products and signs and nothing else.  How answers are
found is the business of `lp_solver`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, final

from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact.fields import Field, Number, sign
from exactmargin.exact.scalars import shown
from exactmargin.exact.vectors import dot

__all__ = ["LPResult", "LPStatus", "LinearProgram", "verify_lp_result"]

Vector: TypeAlias = tuple[Number, ...]

_SENSES = ("<=", ">=", "==")


class LPStatus(Enum):
    """What a linear program turned out to be; the value is the message."""

    OPTIMAL = "optimal: x and dual are feasible and have the same value"
    INFEASIBLE = "infeasible: the Farkas multipliers combine the rows to a contradiction"
    UNBOUNDED = "unbounded: from x the objective falls for ever along ray"


@final
@dataclass(frozen=True, slots=True)
class LinearProgram:
    """Minimise objective·x subject to rows_i·x (sense_i) rhs_i, and x_j >= 0 unless free_j.

    `objective` has n numbers, `rows` m rows of n, `senses` m of "<=", ">=", "==", `rhs` m;
    `free` is one bool for all variables or n of them.  All numbers are coerced into `field`.
    Raises InvalidInputError with the place of a wrong shape or sense.
    """

    field: Field
    objective: Sequence[Number]
    rows: Sequence[Sequence[Number]]
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
        lengths += [(f"rows[{i}]", r, n, "objective entries") for i, r in enumerate(self.rows)]
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
        put("rows", tuple(tuple(map(coerce, row)) for row in self.rows))
        put("rhs", tuple(map(coerce, self.rhs)))

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
    if result.status is LPStatus.INFEASIBLE:
        y = _given(result.farkas, len(lp.rows), "farkas")
        _require(sign(dot(y, lp.rhs)) > 0, "the Farkas multipliers give no contradiction")
        _check_multipliers(lp, y, [lp.field.zero] * len(lp.objective))
        return
    x = _given(result.x, len(lp.objective), "x")
    _check_feasible(lp, x, lp.rhs)
    if result.status is LPStatus.UNBOUNDED:
        ray = _given(result.ray, len(lp.objective), "ray")
        _check_feasible(lp, ray, [lp.field.zero] * len(lp.rows))
        _require(sign(dot(lp.objective, ray)) < 0, "the objective does not fall along the ray")
        return
    dual = _given(result.dual, len(lp.rows), "dual")
    _check_multipliers(lp, dual, lp.objective)
    value = dot(lp.objective, x)
    _require(value == result.value, "the value is not that of x")
    _require(value == dot(dual, lp.rhs), "primal and dual values differ")


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


def _check_feasible(lp: LinearProgram, x: Vector, rhs: Sequence[Number]) -> None:
    for i, (row, sense, b) in enumerate(zip(lp.rows, lp.senses, rhs, strict=True)):
        _require(_allowed(sense, dot(row, x) - b), f"row {i} is violated")
    for j, (value, free) in enumerate(zip(x, lp.free_flags, strict=True)):
        _require(free or sign(value) >= 0, f"variable {j} is negative")


def _check_multipliers(lp: LinearProgram, y: Vector, bounds: Sequence[Number]) -> None:
    for i, (value, sense) in enumerate(zip(y, lp.senses, strict=True)):
        _require(sense == "==" or _allowed(sense, value), f"multiplier {i} has the wrong sign")
    for j, (bound, free) in enumerate(zip(bounds, lp.free_flags, strict=True)):
        gap = sign(bound - dot([row[j] for row in lp.rows], y))
        _require(gap == 0 or (gap > 0 and not free), f"the dual condition of column {j} fails")
