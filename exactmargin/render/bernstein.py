"""Bernstein coefficients: why a polynomial keeps its sign on an interval."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cmp_to_key
from math import comb
from typing import Any

from exactmargin.kernel.numbers import Number, as_poly, sign, symbol
from exactmargin.render.numerals import number
from exactmargin.render.widths import width

__all__ = ["bernstein", "bernstein_cell"]

_SHOWN, _WIDEST = 12, 400.0


def bernstein(p: Any, a: Number, b: Number) -> list[Any]:
    """The coefficients of a polynomial on [a, b], as the kernel's rule takes them."""
    moved = as_poly(as_poly(p).at({1: symbol(1) * (b - a) + a})).coefficients()
    n = len(moved) - 1
    return [
        sum(moved[j] * Fraction(comb(i, j), comb(n, j)) for j in range(i + 1)) for i in range(n + 1)
    ]


def bernstein_cell(coefficients: Sequence[Any]) -> str:
    """All coefficients, if they are few and short; else how many, and the smallest."""
    shown = [number(c) for c in coefficients[: _SHOWN + 1]]
    if len(shown) <= _SHOWN and width("".join(shown)) <= _WIDEST:
        return ",\\allowbreak\\ ".join(shown).replace("\\frac", "\\tfrac")
    least = min(coefficients, key=cmp_to_key(_compare))
    return f"{len(coefficients)}\\text{{ in all, the smallest }}\\allowbreak {number(least)}"


def _compare(x: Any, y: Any) -> int:
    return sign(x - y)
