"""Solving linear programs: from the stated form to the simplex tableau and back.

Nothing leaves this module that `verify_lp_result` did not pass.
"""

from collections.abc import Sequence
from typing import TypeAlias

from exactmargin.errors import InvalidInputError
from exactmargin.exact.fields import Field, Number, sign
from exactmargin.exact.lp import LinearProgram, LPResult, LPStatus, verify_lp_result
from exactmargin.exact.simplex import Tableau

__all__ = ["feasible_point", "solve_lp"]

Vector: TypeAlias = tuple[Number, ...]


def solve_lp(lp: LinearProgram) -> LPResult:
    """Solve a linear program exactly; the result has passed `verify_lp_result`."""
    result = _Standard(lp).solve()
    verify_lp_result(lp, result)
    return result


def feasible_point(
    field: Field,
    rows: Sequence[Sequence[Number]],
    senses: Sequence[str],
    rhs: Sequence[Number],
    free: Sequence[bool] | bool = False,
) -> LPResult:
    """A point that satisfies all rows (status OPTIMAL, in `x`), or `farkas` (INFEASIBLE).

    Arguments as for `LinearProgram`; without rows `free` must be a sequence.
    """
    if not rows and isinstance(free, bool):
        raise InvalidInputError("no rows; give `free` as a sequence, one flag per variable")
    n = len(free) if not isinstance(free, bool) else len(rows[0])
    return solve_lp(LinearProgram(field, [field.zero] * n, rows, senses, rhs, free))


class _Standard:
    """The program in standard form, min c·z, A z = b, z >= 0, b >= 0, with a unit start basis.

    Columns: the n variables; one shared negative part w, if any variable is free (then
    x_j = z_j - w for the free ones); a slack for each inequality; artificials.  A row is
    negated where its right-hand side is negative, and a ">=" row with rhs 0 too, so that its
    slack can start in the basis.  `marks[i]` is row i's start column, `flips[i]` its sign.
    """

    def __init__(self, lp: LinearProgram) -> None:
        self.lp, self.zero, self.one = lp, lp.field.zero, lp.field.one
        self.n, free = len(lp.objective), lp.free_flags
        self.shared = any(free)
        self.flips = [
            -1 if sign(b) < 0 or (sense == ">=" and not b) else 1
            for b, sense in zip(lp.rhs, lp.senses, strict=True)
        ]
        slack_sign = {"<=": 1, ">=": -1, "==": 0}
        slacks = [slack_sign[s] * f for s, f in zip(lp.senses, self.flips, strict=True)]
        first_slack = self.n + self.shared
        self.real = first_slack + sum(s != 0 for s in slacks)
        self.total = self.real + sum(s != 1 for s in slacks)
        self.marks: list[int] = []
        rows, slack, artificial = [], first_slack, self.real
        for row, b, flip, s in zip(lp.rows, lp.rhs, self.flips, slacks, strict=True):
            line = [self.zero] * (self.total + 1)
            line[: self.n] = row if flip > 0 else [-a for a in row]
            if self.shared:
                line[self.n] = -self._over_free(line[: self.n])
            line[self.total] = b if flip > 0 else -b
            if s:
                line[slack] = self.one if s > 0 else -self.one
            if s != 1:
                line[artificial] = self.one
            self.marks.append(slack if s == 1 else artificial)
            slack, artificial = slack + (s != 0), artificial + (s != 1)
            rows.append(line)
        self.tableau = Tableau(lp.field, rows, list(self.marks), self.total)

    def _over_free(self, values: Sequence[Number]) -> Number:
        flags = self.lp.free_flags
        return sum((v for v, free in zip(values, flags, strict=True) if free), self.zero)

    def solve(self) -> LPResult:
        """Two phases: the sum of the artificials to zero, then the objective."""
        tableau = self.tableau
        if self.total > self.real:
            first = [self.zero] * self.real + [self.one] * (self.total - self.real)
            tableau.set_costs(first)
            tableau.minimise(self.total)
            if tableau.costs[self.total]:
                return LPResult(LPStatus.INFEASIBLE, farkas=self._multipliers(first))
            self._drive_out()
        costs = [*self.lp.objective, *[self.zero] * (self.total - self.n)]
        if self.shared:
            costs[self.n] = -self._over_free(self.lp.objective)
        tableau.set_costs(costs)
        entering = tableau.minimise(self.real)
        x = self._original(tableau.point())
        if entering is not None:
            ray = self._original(tableau.direction(entering))
            return LPResult(LPStatus.UNBOUNDED, x=x, ray=ray)
        value = -tableau.costs[self.total]
        return LPResult(LPStatus.OPTIMAL, x=x, value=value, dual=self._multipliers(costs))

    def _drive_out(self) -> None:
        """Replace basic artificials, which are 0; a row without other entries is redundant."""
        for i, column in enumerate(self.tableau.basis):
            if column >= self.real:
                row = self.tableau.rows[i]
                entering = next((j for j in range(self.real) if row[j]), None)
                if entering is not None:
                    self.tableau.pivot(i, entering)

    def _multipliers(self, costs: Sequence[Number]) -> Vector:
        """y_i = c_j - (reduced cost of j) for row i's start column j, which was e_i."""
        pairs = zip(self.marks, self.flips, strict=True)
        values = [(costs[j] - self.tableau.costs[j], flip) for j, flip in pairs]
        return tuple(y if flip > 0 else -y for y, flip in values)

    def _original(self, z: Sequence[Number]) -> Vector:
        if not self.shared:
            return tuple(z[: self.n])
        w, flags = z[self.n], self.lp.free_flags
        return tuple(v - w if free else v for v, free in zip(z[: self.n], flags, strict=True))
