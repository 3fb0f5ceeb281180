"""The simplex method over an ordered field, for any way to hold the data of a basis.

A basis splits the n + m variables of a `Form` into basic and nonbasic ones; the basic ones are
affine functions x_b = β_b + Σ_q t_bq x_q of the nonbasic ones, all of which stand at 0, and the
cost is a constant + Σ_q d_q x_q.  `Representation` says what is asked of the holder of such
data; `Dictionary` holds all t_bq, `lp_basis.Basis` solves for what is asked.

From any basis: the dual simplex method until no basic variable violates its kind, for costs
that were raised where the true ones are not dual feasible; then the primal simplex method.
Why it ends.  A fixed variable that leaves never enters, a free one that entered never leaves,
and both go first; so from some step on none of them moves.  Other steps choose the largest
violation or the steepest cost; after more steps without progress than there are basic variables
they choose the least index (Bland 1977) until a step makes progress.  Progress cannot repeat,
and least-index steps without progress cannot cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, final

from flint import fmpq, fmpz

from exactmargin.exact.fields import Number
from exactmargin.exact.lp import LPStatus
from exactmargin.exact.lp_form import Form, Kind

__all__ = [
    "End", "Representation", "blocking", "conclusive", "descents", "run_simplex", "violations",
]  # fmt: skip

_FREE, _SIGNED, _FIXED = Kind.FREE, Kind.SIGNED, Kind.FIXED

Scaled: TypeAlias = Sequence[Any]
"""Numbers up to one positive factor that is common to all of them."""


class Representation(Protocol):
    """The data of one basis.  Positions count within `basis` and `cobasis`; costs are the form's.

    `values` and `reduced` may be scaled by a positive factor each; `row` and `column` say by
    which they are.
    """

    form: Form
    basis: list[int]
    cobasis: list[int]

    def values(self) -> Scaled:
        """β_b for all basic variables, in the order of `basis`."""

    def reduced(self) -> Scaled:
        """d_q for all nonbasic variables, in the order of `cobasis`."""

    def row(self, r: int) -> tuple[Scaled, Any]:
        """s t_bq for the basic variable at position r, in the order of `cobasis`; s > 0."""

    def column(self, q: int) -> tuple[Scaled, Any]:
        """s t_bq for the nonbasic variable at position q, in the order of `basis`; s > 0."""

    def pivot(self, r: int, q: int) -> None:
        """Exchange the variables at these positions; t_bq != 0."""

    def set_costs(self, costs: Scaled) -> None:
        """Install other costs, of all n + m variables."""

    def point(self) -> Sequence[Number]:
        """The n program variables, unscaled."""

    def multipliers(self) -> Sequence[Number]:
        """d_q of the m slacks (0 for basic ones), unscaled."""


@final
@dataclass(frozen=True, slots=True)
class End:
    """Where the method ended, and why.

    INFEASIBLE: the basic variable at `position` violates its kind, and no admissible change of
    the nonbasic ones moves it in the `direction` (±1) it would have to take.  UNBOUNDED: the
    nonbasic variable at `position` may go in that direction for ever, and the cost falls.
    """

    status: LPStatus
    position: int = -1
    direction: int = 1


def sign(value: Any) -> int:
    """The sign of a number of a field or of an `fmpz`; nothing else occurs here."""
    if type(value) is fmpz or type(value) is fmpq:
        return (value > 0) - (value < 0)
    return value.sign()  # type: ignore[no-any-return] # every field element has sign()


def run_simplex(held: Representation) -> End:
    """Bring any basis to an end; see above."""
    if any(violations(held, held.values())):
        _enter_free(held)
        raised = _raised(held)
        if raised is not None:
            held.set_costs(raised)
        end = _make_feasible(held)
        if end is not None:
            return end
        if raised is not None:
            held.set_costs([*held.form.c, *[held.form.zero] * held.form.m])
    return _make_optimal(held)


def violations(held: Representation, values: Scaled) -> list[int]:
    """The direction (±1) in which each basic variable must move to be of its kind; 0: it is."""
    kinds = held.form.kinds
    return [
        0 if not x or kinds[v] is _FREE else 1 if x < 0 else -1 if kinds[v] is _FIXED else 0
        for v, x in zip(held.basis, values, strict=True)
    ]


def descents(held: Representation, reduced: Scaled) -> list[int]:
    """The direction (±1) in which each nonbasic variable lowers the cost; 0: in none it may go."""
    kinds = held.form.kinds
    return [
        0 if not d or kinds[v] is _FIXED else 1 if d < 0 else -1 if kinds[v] is _FREE else 0
        for v, d in zip(held.cobasis, reduced, strict=True)
    ]


def conclusive(held: Representation, direction: int, row: Scaled) -> bool:
    """Whether a row leaves a basic variable no way into this direction."""
    kinds = held.form.kinds
    return not any(
        kinds[v] is not _FIXED and t and (kinds[v] is _FREE or sign(t) == direction)
        for v, t in zip(held.cobasis, row, strict=True)
    )


def blocking(held: Representation, direction: int, column: Scaled) -> list[int]:
    """The positions of the basic variables that this change of a nonbasic one moves amiss."""
    kinds, forwards = held.form.kinds, direction > 0
    return [
        r
        for r, (v, t) in enumerate(zip(held.basis, column, strict=True))
        if t and (kinds[v] is _FIXED or (kinds[v] is _SIGNED and (t > 0) is not forwards))
    ]


def _is_stuck(held: Representation, stalled: int) -> bool:
    """Whether it is time for least indices, after so many steps without progress."""
    return stalled > len(held.basis)


def _enter_free(held: Representation) -> None:
    """Make free variables basic, as far as others can leave: fixed, else the most violated."""
    kinds = held.form.kinds
    tried: set[int] = set()
    while True:
        waiting = (v for v in held.cobasis if kinds[v] is _FREE and v not in tried)
        entering = next(waiting, None)
        if entering is None:
            return
        tried.add(entering)
        q = held.cobasis.index(entering)
        column, values = held.column(q)[0], held.values()
        moves = violations(held, values)
        ranks = [
            (kinds[v] is _FIXED, abs(x) if moves[r] else -abs(x), -v, r)
            for r, (v, x, t) in enumerate(zip(held.basis, values, column, strict=True))
            if t and kinds[v] is not _FREE
        ]
        if ranks:
            held.pivot(max(ranks)[-1], q)


def _raised(held: Representation) -> list[Any] | None:
    """Costs that are dual feasible at this basis: the true ones where they are positive.

    Elsewhere they are scattered, since equal ones make ties, on which the method stalls.

    None where the true ones are dual feasible, unless all of them are zero.
    """
    reduced, kinds = held.reduced(), held.form.kinds
    pairs = list(zip(held.cobasis, reduced, strict=True))
    wrong = any(d and (kinds[v] is _FREE or (kinds[v] and sign(d) < 0)) for v, d in pairs)
    raised = [held.form.zero] * len(kinds)
    for v, d in pairs:
        if kinds[v] is _SIGNED:
            raised[v] = d if sign(d) > 0 else held.form.one * (1 + v * 7919 % 997)
    return raised if wrong or not any(reduced) else None


def _make_feasible(held: Representation) -> End | None:
    """The dual simplex method; None once no basic variable violates its kind."""
    kinds, stalled = held.form.kinds, 0
    while True:
        values = held.values()
        moves = violations(held, values)
        candidates = [r for r, move in enumerate(moves) if move]
        if not candidates:
            return None
        fixed = [r for r in candidates if kinds[held.basis[r]] is _FIXED]
        if fixed or not _is_stuck(held, stalled):
            r = max(fixed or candidates, key=lambda i: abs(values[i]))
        else:
            r = min(candidates, key=held.basis.__getitem__)
        (row, _), reduced = held.row(r), held.reduced()
        q = _dual_ratio(held, moves[r], row, reduced)
        if q is None:
            return End(LPStatus.INFEASIBLE, r, moves[r])
        stalled = 0 if reduced[q] else stalled + 1
        held.pivot(r, q)


def _dual_ratio(held: Representation, move: int, row: Scaled, reduced: Scaled) -> int | None:
    """The position that enters: a free one, else least d_q / |t_q|; ties: the least index."""
    kinds = held.form.kinds
    best: int | None = None
    for q, (v, t, d) in enumerate(zip(held.cobasis, row, reduced, strict=True)):
        if not t or kinds[v] is _FIXED:
            continue
        if kinds[v] is _FREE:
            return q
        if sign(t) != move:
            continue
        order = -1 if best is None else sign(d * abs(row[best]) - reduced[best] * abs(t))
        if order < 0 or (order == 0 and best is not None and v < held.cobasis[best]):
            best = q
    return best


def _make_optimal(held: Representation) -> End:
    """The primal simplex method from a basis at which no basic variable violates its kind."""
    stalled = 0
    while True:
        reduced = held.reduced()
        q = _entering(held, reduced, _is_stuck(held, stalled))
        if q is None:
            return End(LPStatus.OPTIMAL)
        direction = -sign(reduced[q])
        values, (column, _) = held.values(), held.column(q)
        r = _primal_ratio(held, values, column, blocking(held, direction, column))
        if r is None:
            return End(LPStatus.UNBOUNDED, q, direction)
        stalled = 0 if values[r] else stalled + 1
        held.pivot(r, q)


def _entering(held: Representation, reduced: Scaled, bland: bool) -> int | None:
    kinds = held.form.kinds
    best: int | None = None
    for q, (v, d) in enumerate(zip(held.cobasis, reduced, strict=True)):
        if kinds[v] is _FREE and d:
            return q
        if kinds[v] is not _SIGNED or d >= 0:
            continue
        if best is None or (v < held.cobasis[best] if bland else d < reduced[best]):
            best = q
    return best


def _primal_ratio(
    held: Representation, values: Scaled, column: Scaled, candidates: list[int]
) -> int | None:
    """The position that leaves: a fixed one, else least β_b / |t_b|; ties: the least index."""
    best: int | None = None
    for r in candidates:
        if held.form.kinds[held.basis[r]] is _FIXED:
            return r
        product = values[r] * abs(column[best or 0])
        order = -1 if best is None else sign(product - values[best] * abs(column[r]))
        if order < 0 or (order == 0 and best is not None and held.basis[r] < held.basis[best]):
            best = r
    return best
