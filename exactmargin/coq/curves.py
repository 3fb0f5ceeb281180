"""A descent curve near its start, in the form in which Coq sees its signs.

The kernel knows signs on (0, t_1) from Bernstein coefficients; Coq wants prefix sums of
coefficients of integer polynomials on (0, 1] (``Machine.v``). With t -> t_1 t / 2^k, for k large
enough, all of them have the sign of their lowest coefficient.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

from exactmargin.coq.numerals import denominator_of, integers
from exactmargin.kernel.network import Unit, forward, inner
from exactmargin.kernel.numbers import as_poly, from_coefficients
from exactmargin.kernel.problem import Problem

__all__ = ["first_piece"]

Piece = tuple[list[list[int]], list[int]]
_HALVINGS = 64


class _Unseen(Exception):  # noqa: N818 - a wish for a shorter piece, not an error
    """A sign is not seen in the prefix sums."""


def first_piece(
    problem: Problem, numerators: Sequence[Sequence[Any]], denominator: Sequence[Any], end: Any
) -> Piece | None:
    """The longest (0, end / 2^k] on which the signs are seen; None where there is none."""
    unit = Fraction(end)
    for _ in range(_HALVINGS):
        rows, d = piece(problem, numerators, denominator, unit)
        if _is_seen(problem, rows, d):
            return rows, d
        unit /= 2
    return None


def piece(
    problem: Problem,
    numerators: Sequence[Sequence[Any]],
    denominator: Sequence[Any],
    unit: Fraction,
) -> Piece:
    """All parameters' numerators and the denominator at unit t, as integer polynomials."""
    d = _padded(denominator)
    fixed = [[value * c for c in d] for value in problem.theta]
    block = problem.block
    rows = [*fixed[: block.start], *map(_padded, numerators), *fixed[block.stop :]]
    stretched = [[c * unit**j for j, c in enumerate(row)] for row in (*rows, d)]
    common = denominator_of([c for row in stretched for c in row])
    *scaled, below = [integers(row, common) for row in stretched]
    return scaled, below


def _padded(row: Sequence[Any]) -> list[Any]:
    return list(row) or [Fraction(0)]


def _is_seen(problem: Problem, rows: Sequence[Sequence[Any]], below: Sequence[Any]) -> bool:
    """Whether prefix sums show all that ``descent`` of ``Machine.v`` asks for."""
    d = from_coefficients(below)
    theta = [from_coefficients(row) for row in rows]
    powers = [as_poly(1)]
    for _ in problem.layers:
        powers.append(powers[-1] * d)
    for l, layer in enumerate(problem.layers):
        for p in layer.biases:
            theta[p] = theta[p] * powers[l]
    try:
        if min(accumulate(below)) <= 0:
            return False
        for label, x in zip(problem.labels, problem.inputs, strict=True):
            run = forward(problem, theta, x, lambda unit, z: _slope(problem, unit, z))
            if _side(run.output * label - powers[-1]) < 0:
                return False
    except _Unseen:
        return False
    free = [from_coefficients(rows[p]) for p in problem.block]
    gap = as_poly(d * d * inner(problem.free, problem.free) - inner(free, free))
    sums = list(accumulate(gap.coefficients()))
    return bool(sums) and min(sums) >= 0 and sums[-1] > 0


def _slope(problem: Problem, unit: Unit, z: Any) -> Any:
    return Fraction(1) if _side(z) >= 0 else problem.slope


def _side(z: Any) -> int:
    """1 or -1 where the prefix sums show the sign; 1 for zero."""
    sums = list(accumulate(as_poly(z).coefficients()))
    if all(s >= 0 for s in sums):
        return 1
    if all(s <= 0 for s in sums):
        return -1
    raise _Unseen
