"""Exact numbers and polynomials: one ring, Q[r, s_1, s_2, ...], and signs.

A number is a Fraction, or a polynomial in r alone, r a real algebraic number: the only root of a
given polynomial in a given open interval. A polynomial in symbols s_j (a curve's t, the
region of a flow) has such numbers as coefficients. Nothing is divided by a number with r in it,
and sums and products are not reduced: where a sign is asked, that of c(r) is the sum of the signs
of c at the roots of r's polynomial in the interval, which Tarski's theorem counts, whether or not
that polynomial is irreducible.

The sign of a polynomial on an interval is a finite sum and no search: on [a, b] it lies between
its smallest and its largest Bernstein coefficient, and is > 0 inside if none of them is negative
and one is positive.

A short certificate can mean long work: a power of a power, an arrangement in many dimensions. So
what may take long is counted in steps (``spend``), about a microsecond each, and a check that would
take more than ``WORK`` of them, and 100 for each byte, ends. Their number depends on the
certificate alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from fractions import Fraction
from itertools import pairwise
from math import comb, inf
from typing import Any

from .outcome import form, need, show

DIGITS = 4000  # characters in one number; Python itself refuses integers above 4300 digits
WORK = 5 * 10**7  # steps in one check: a minute or two
_left: ContextVar[float] = ContextVar("left", default=inf)
Coefficients = tuple[Fraction, ...]


def limit_work(size: int) -> None:
    """From here on, in this context, there are ``WORK`` steps and 100 for each byte of a file."""
    _left.set(WORK + 100 * size)


def spend(steps: int, bits: int = 0) -> None:
    """Count steps of work on numbers of so many bits."""
    left = _left.get() - steps * (1 + (bits >> 10) ** 2)
    form(left >= 0, "too-much-work", "file", steps)
    _left.set(left)


def bits(values: Iterable[Any]) -> int:
    """The length of the longest number, numerator and denominator together."""
    return max((a.numerator.bit_length() + a.denominator.bit_length() for a in values), default=0)


def remainder(a: Sequence[Fraction], b: Coefficients) -> Coefficients:
    """a modulo b (from degree 0 up, b not zero), without zeros at the end."""
    r = list(a)
    spend(len(a) * len(b), 2 * bits((*a, *b)))
    while len(r) >= len(b) or (r and not r[-1]):
        q = r[-1] / b[-1] if len(r) >= len(b) else Fraction(0)
        for i in range(1, len(b) + 1 if q else 1):
            r[-i] -= q * b[-i]
        r.pop()
    return tuple(r)


def value(c: Sequence[Any], x: Any) -> Any:
    """The polynomial c at x."""
    total: Any = Fraction(0)
    for a in reversed(c):
        total = total * x + a
    return total


def signs_at_roots(p: Coefficients, c: Sequence[Fraction], lo: Fraction, hi: Fraction) -> int:
    """The sum of sign c(x) over the different roots x of p in (lo, hi); p is not 0 at the ends.

    By Tarski's theorem (Sturm's if c = 1): a difference of sign changes in the signed remainders
    of p and p' c.
    """
    product = [Fraction(0)] * (len(p) + len(c))
    for i, a in enumerate(p):
        for j, b in enumerate(c):
            product[i + j - 1] += i * a * b  # nothing at -1: there i = 0
    chain = [p, remainder(product, p)]
    while chain[-1]:
        rest = remainder(chain[-2], chain[-1])
        chain.append(tuple(-a / abs(rest[-1]) for a in rest))  # small numbers, the same signs

    def changes(x: Fraction) -> int:
        signs = [v > 0 for v in (value(q, x) for q in chain) if v]
        return sum(s != t for s, t in pairwise(signs))

    return changes(lo) - changes(hi)


class Field:
    """Q(r): the generator's name, its polynomial from degree 0 up, and lo < r < hi."""

    def __init__(self, generator: str, minpoly: Coefficients, lo: Fraction, hi: Fraction):
        self.generator, self.minpoly, self.interval = generator, minpoly, (lo, hi)
        place = "problem.field"
        form(bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", generator)), "generator", place, generator)
        form(len(minpoly) >= 2 and bool(minpoly[-1]), "minpoly", place)
        form(value(minpoly, lo) * value(minpoly, hi) < 0, "no-sign-change", place, lo, hi)
        form(signs_at_roots(minpoly, (Fraction(1),), lo, hi) == 1, "not-one-root", place, lo, hi)

    def __str__(self) -> str:
        lo, hi = self.interval
        return f"{self.generator} is the root of {self.number(self.minpoly)} in ({lo}, {hi})"

    def number(self, c: Sequence[Fraction]) -> Poly:
        """c(r)."""
        return Poly({(i,) if i else (): a for i, a in enumerate(c)}, self)


Exponents = tuple[int, ...]


class Poly:
    """A table from exponents (of r, s_1, s_2, ...; no zeros at the end) to Fractions."""

    __slots__ = ("field", "terms")

    def __init__(self, terms: Mapping[Exponents, Fraction], field: Field | None = None):
        self.terms = {e: a for e, a in terms.items() if a}
        spend(2 + len(terms))
        self.field = field

    def __add__(self, other: Any) -> Poly:
        terms = dict(self.terms)
        for e, a in as_poly(other).terms.items():
            terms[e] = terms.get(e, Fraction(0)) + a
        return Poly(terms, self.field or as_poly(other).field)

    def __mul__(self, other: Any) -> Poly:
        terms: dict[Exponents, Fraction] = {}
        others = as_poly(other).terms
        spend(4 * len(self.terms) * len(others), bits(self.terms.values()) + bits(others.values()))
        for e, a in self.terms.items():
            for f, b in others.items():
                short, long = sorted((e, f), key=len)
                g = (*map(int.__add__, short, long), *long[len(short) :])
                terms[g] = terms.get(g, Fraction(0)) + a * b
        return Poly(terms, self.field or as_poly(other).field)

    def __neg__(self) -> Poly:
        return self * -1

    def __sub__(self, other: Any) -> Poly:
        return self + as_poly(other) * -1

    def __rsub__(self, other: Any) -> Poly:
        return as_poly(other) + self * -1

    __radd__, __rmul__ = __add__, __mul__

    def __str__(self) -> str:
        names = [self.field.generator if self.field else "r", *(f"s{j}" for j in range(1, 99))]
        text = ""
        for e in sorted(self.terms, reverse=True):
            a = self.terms[e]
            powers = [n if k == 1 else f"{n}^{k}" for n, k in zip(names, e, strict=False) if k]
            size = [_digits(abs(a))] if abs(a) != 1 or not powers else []
            text += ("-" if a < 0 else "+") + "*".join(size + powers)
        return text.removeprefix("+") or "0"

    def powers(self) -> list[Fraction]:
        """Of a polynomial in r alone: its coefficients from degree 0 up, at least one."""
        degree = max((e[0] for e in self.terms if e), default=0)
        return [self.terms.get((i,) if i else (), Fraction(0)) for i in range(degree + 1)]

    def parts(self) -> dict[Exponents, Any]:
        """The numbers in front of each monomial in the symbols; those that are zero left out."""
        groups: dict[Exponents, dict[Exponents, Fraction]] = {}
        for e, a in self.terms.items():
            groups.setdefault(e[1:], {})[e[:1] if any(e[:1]) else ()] = a
        numbers = {e: g[()] if g.keys() == {()} else Poly(g, self.field) for e, g in groups.items()}
        return {e: a for e, a in numbers.items() if sign(a)}

    def coefficients(self) -> list[Any]:
        """Of a polynomial in s_1 alone: its coefficients from degree 0 up, at least one."""
        parts = {e[0] if e else 0: a for e, a in self.parts().items()}
        return [parts.get(i, Fraction(0)) for i in range(max(parts, default=0) + 1)]

    def at(self, values: Mapping[int, Any]) -> Any:
        """Put ``values[j]`` (numbers or polynomials) in the place of s_j; 0 where none is given."""
        total: Any = Fraction(0)
        for e, a in self.parts().items():
            for j, power in enumerate(e, 1):
                for _ in range(power):
                    a = as_poly(a) * values.get(j, 0)
            total = a + total
        return total


def _digits(a: Fraction) -> str:
    """The text of a number, also where Python refuses to print it (it cannot be read back)."""
    bits = max(a.numerator.bit_length(), a.denominator.bit_length())
    return str(a) if bits < 14000 else show(a)


Number = Fraction | Poly


def as_poly(x: Any) -> Poly:
    """A number as a polynomial."""
    return x if isinstance(x, Poly) else Poly({(): Fraction(x)})


def symbol(j: int) -> Poly:
    """The symbol s_j, j >= 1."""
    return Poly({(0,) * j + (1,): Fraction(1)})


def from_coefficients(coefficients: Sequence[Number]) -> Poly:
    """A polynomial in s_1 from its coefficients, degree 0 first."""
    return as_poly(value(coefficients, symbol(1)))


def sign(x: Any) -> int:
    """-1, 0 or 1: the sign of a number."""
    if not isinstance(x, Poly):
        return int(x > 0) - int(x < 0)
    c = x.powers()
    if not x.field or len(c) == 1:
        return sign(c[0])
    return signs_at_roots(x.field.minpoly, c, *x.field.interval)


def bernstein_sign(p: Any, a: Number, b: Number) -> int | None:
    """The sign of p inside (a, b), if the Bernstein coefficients on [a, b] show it; else None."""
    moved = as_poly(value(as_poly(p).coefficients(), symbol(1) * (b - a) + a))  # p(a + (b - a) s)
    q = moved.coefficients()
    n = len(q) - 1
    spend(n * n, n + bits(moved.terms.values()))
    signs = {
        sign(sum(q[j] * Fraction(comb(i, j), comb(n, j)) for j in range(i + 1)))
        for i in range(n + 1)
    }
    return None if {-1, 1} <= signs else max(signs, key=abs)


def pieces(points: Sequence[Number], place: str) -> list[tuple[Number, Number]]:
    """The pieces [0, t_1], [t_1, t_2], ... of an interval [0, t_m]; 0 < t_1 < t_2 < ..."""
    form(bool(points), "no-breakpoints", place)
    found = list(pairwise([Fraction(0), *points]))
    for i, (a, b) in enumerate(found):
        need(sign(b - a) > 0, "breakpoints-not-rising", f"{place}[{i}]", a, b)
    return found
