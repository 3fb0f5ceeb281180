"""Strict homogeneous linear inequalities: a direction that satisfies them, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from flint import fmpq

from exactmargin.errors import InternalError
from exactmargin.exact.fields import Field, Number
from exactmargin.exact.lp import LinearProgram
from exactmargin.exact.lp_solver import solve_lp

__all__ = ["Direction", "strictly_feasible_direction"]

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
    strict_rows: Sequence[Sequence[Number]],
    n: int,
    equalities: Sequence[Sequence[Number]] = (),
    weak_rows: Sequence[Sequence[Number]] = (),
) -> Direction:
    """Find d in F^n with <a,d> > 0 (strict), <e,d> = 0, <w,d> >= 0 (weak), or refute it.

    It maximises t <= 1 subject to <a,d> >= t: the optimum is 1 (then <a,d> >= 1) or 0, whose
    dual is the certificate.  Raises InvalidInputError for rows that have not n entries.
    """
    zero, one = field.zero, field.one
    lines = [[*row, -one] for row in strict_rows]
    lines += [[*row, zero] for group in (equalities, weak_rows) for row in group]
    lines.append([zero] * n + [one])
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
