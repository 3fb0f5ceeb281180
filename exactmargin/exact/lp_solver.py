"""Solving linear programs: which way is taken, and the way back to the stated form.

Nothing leaves this module that `verify_lp_result` did not pass.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from exactmargin.errors import InvalidInputError
from exactmargin.exact.dictionary import Dictionary, IntegerDictionary
from exactmargin.exact.fields import Field, Number
from exactmargin.exact.lp import LinearProgram, LPResult, LPStatus, Row
from exactmargin.exact.lp_check import Stated, check
from exactmargin.exact.lp_form import Form
from exactmargin.exact.lp_large import solve_large
from exactmargin.exact.rationals import Q
from exactmargin.exact.simplex import End, Representation, run_simplex
from exactmargin.exact.vectors import dot

__all__ = ["feasible_point", "solve_lp"]

Vector: TypeAlias = tuple[Number, ...]

_TINY: Final = 100
"""Products of rows and columns up to which exact pivots alone are fastest."""
_SMALL: Final = 300
"""The same where all numbers of the tables fit in a machine word."""
_WORD: Final = 62


def solve_lp(lp: LinearProgram) -> LPResult:
    """Solve a linear program exactly; the result has passed `verify_lp_result`."""
    stated = Stated(lp)
    form = Form(stated)
    held: Representation
    if lp.field is not Q:
        held = Dictionary(form)
        end = run_simplex(held)
    elif _is_small(form):
        held = IntegerDictionary(form)
        end = run_simplex(held)
    else:
        held, end = solve_large(form)
    result = _result(lp, held, end)
    check(stated, result)
    return result


def _is_small(form: Form) -> bool:
    """Whether exact pivots alone are fastest: in the other programs, floats propose a basis.

    The entries of the tables are minors, whose size is estimated from the sums of the rows.
    """
    size = form.n * form.m
    if size <= _TINY:
        return True
    if size > _SMALL or form.common is None:
        return False
    largest = max(map(abs, form.slacks([form.one] * form.n, -form.one)))
    return largest.bit_length() * min(form.n, form.m) <= _WORD


def feasible_point(
    field: Field,
    rows: Sequence[Row],
    senses: Sequence[str],
    rhs: Sequence[Number],
    free: Sequence[bool] | bool = False,
) -> LPResult:
    """A point that satisfies all rows (status OPTIMAL, in `x`), or `farkas` (INFEASIBLE).

    Arguments as for `LinearProgram`; without dense rows `free` must be a sequence.
    """
    if isinstance(free, bool) and not any(isinstance(row, Sequence) for row in rows):
        raise InvalidInputError("no rows; give `free` as a sequence, one flag per variable")
    n = len(free) if not isinstance(free, bool) else len(rows[0])
    return solve_lp(LinearProgram(field, [field.zero] * n, rows, senses, rhs, free))


def _result(lp: LinearProgram, held: Representation, end: End) -> LPResult:
    """The answer in terms of the stated program."""
    form = held.form
    if end.status is LPStatus.INFEASIBLE:
        return LPResult(LPStatus.INFEASIBLE, farkas=_farkas(held, end))
    x = tuple(held.point())
    if end.status is LPStatus.UNBOUNDED:
        return LPResult(LPStatus.UNBOUNDED, x=x, ray=_ray(held, end))
    dual = form.stated_multipliers(held.multipliers(), of_costs=True)
    value = dot(lp.objective, x)
    return LPResult(LPStatus.OPTIMAL, x=x, value=value, dual=dual)


def _farkas(held: Representation, end: End) -> Vector:
    """Multipliers from a basic variable b that has no way out.

    x_b - Σ t_q x_q = β holds for all x; times the direction in which x_b would have to move, the
    right side is negative, and no coefficient of a signed variable on the left is.
    """
    form = held.form
    row, scale = held.row(end.position)
    y = [form.field.zero] * form.m
    for v, t in ((held.basis[end.position], -scale), *zip(held.cobasis, row, strict=True)):
        if v >= form.n:
            y[v - form.n] = -end.direction * t + form.field.zero
    return form.stated_multipliers(y, of_costs=False)


def _ray(held: Representation, end: End) -> Vector:
    """The nonbasic variable moves in its direction, the basic ones follow."""
    form = held.form
    column, scale = held.column(end.position)
    ray = [form.field.zero] * form.n
    for v, t in ((held.cobasis[end.position], scale), *zip(held.basis, column, strict=True)):
        if v < form.n:
            ray[v] = end.direction * t + form.field.zero
    return tuple(ray)
