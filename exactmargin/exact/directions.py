"""Strict linear inequalities: a point or direction that satisfies them, or why there is none.

Both are one linear program, in which the least of the strict gaps is maximised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from flint import fmpq

from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact.fields import Field, Number, sign
from exactmargin.exact.lp import LinearProgram, LPStatus, Row
from exactmargin.exact.lp_solver import solve_lp

__all__ = ["Direction", "StrictPoint", "strictly_feasible_direction", "strictly_feasible_point"]

Vector: TypeAlias = tuple[Number, ...]


@final
@dataclass(frozen=True, slots=True)
class Direction:
    """The answer to "is there d with <a,d> > 0 for all strict rows a?": exactly one side is set.

    `direction` is such a d, with <e,d> = 0 for the equalities and <w,d> >= 0 for the weak rows.
    Otherwise `multipliers` (>= 0, sum 1, one for each strict row), `equality_multipliers` (any
    sign) and `weak_multipliers` (>= 0) combine all rows to zero: there is no such d (Gordan;
    Motzkin).
    """

    direction: Vector | None = None
    multipliers: Vector | None = None
    equality_multipliers: Vector | None = None
    weak_multipliers: Vector | None = None


def strictly_feasible_direction(
    field: Field,
    strict_rows: Sequence[Row],
    n: int,
    equalities: Sequence[Row] = (),
    weak_rows: Sequence[Row] = (),
) -> Direction:
    """Find d in F^n with <a,d> > 0 (strict), <e,d> = 0, <w,d> >= 0 (weak), or refute it.

    It maximises t <= 1 subject to <a,d> >= t: the optimum is 1 (then <a,d> >= 1) or 0, whose
    dual is the certificate.  Rows are as for `LinearProgram`, of n entries or mappings.  Raises
    InvalidInputError for rows that have not n entries.
    """
    zero, one = field.zero, field.one
    lines = [_extended(row, n, -one) for row in strict_rows]
    lines += [_extended(row, n, zero) for group in (equalities, weak_rows) for row in group]
    lines.append({n: one})
    k, e, w = len(strict_rows), len(equalities), len(weak_rows)
    senses = [">="] * k + ["=="] * e + [">="] * w + ["<="]
    rhs = [*[zero] * (len(lines) - 1), one]
    free = [True] * n + [False]
    result = solve_lp(LinearProgram(field, [zero] * n + [-one], lines, senses, rhs, free))
    if result.x is None or result.dual is None or result.value not in (fmpq(0), fmpq(-1)):
        raise InternalError("a direction program without an optimum of 0 or 1")
    if result.value:
        return Direction(direction=result.x[:n])
    y = result.dual
    return Direction(None, y[:k], y[k : k + e], y[k + e : k + e + w])


@final
@dataclass(frozen=True, slots=True)
class StrictPoint:
    """The answer to "does some x satisfy all rows, the strict ones strictly?": one side is set.

    `farkas` y has y_i >= 0 for ">" and ">=", y_i <= 0 for "<" and "<=", (yᵀA)_j <= 0 (= 0 where
    x_j is free) and y·rhs >= 0; and y·rhs > 0, or y_i != 0 in a strict row (Motzkin).
    """

    x: Vector | None = None
    farkas: Vector | None = None


_WEAK = {"<": "<=", ">": ">="}


def strictly_feasible_point(
    field: Field,
    rows: Sequence[Row],
    senses: Sequence[str],
    rhs: Sequence[Number],
    free: Sequence[bool],
) -> StrictPoint:
    """Find x with A_i x (sense_i) rhs_i and x_j >= 0 unless free_j, or refute it.

    Arguments as for `LinearProgram`, with the senses "<" and ">" besides, and one flag for each
    variable.  Raises InvalidInputError for shapes, indices and senses.
    """
    n, zero, one = len(free), field.zero, field.one
    if len(senses) != len(rows):
        raise InvalidInputError(
            f"{len(senses)} senses for {len(rows)} rows; the numbers must agree", place="senses"
        )
    gap = {"<": one, ">": -one}
    lines = [
        _extended(row, n, gap.get(sense, zero)) for row, sense in zip(rows, senses, strict=True)
    ]
    lines.append({n: one})
    weak = [*(_WEAK.get(sense, sense) for sense in senses), "<="]
    costs = [*[zero] * n, -one]
    result = solve_lp(LinearProgram(field, costs, lines, weak, [*rhs, one], [*free, False]))
    if result.status is LPStatus.INFEASIBLE:
        assert result.farkas is not None
        return StrictPoint(farkas=result.farkas[:-1])
    if result.x is None or result.dual is None:
        raise InternalError("a program for a strict point without an optimum")
    if not any(sense in _WEAK for sense in senses) or sign(result.x[n]):
        return StrictPoint(x=result.x[:n])
    return StrictPoint(farkas=result.dual[:-1])


def _extended(row: Row, n: int, last: Number) -> Row:
    """The row with one more entry, at index n."""
    return {**row, n: last} if isinstance(row, Mapping) else [*row, last]
