"""Exact numbers and polynomials as a reader expects them: fractions as fractions, roots as roots.

In a field Q(r) whose generator is the positive root of x^n - a, the generator never shows:
r^k is written as a root or a broken power of a.  In another field the letter r stands for itself.
A *sum* here is a list of signed terms, so that a layout can break it between them.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exactmargin.kernel.numbers import Field, Poly, as_poly, remainder, sign
from exactmargin.render.symbols import symbol_tex

__all__ = [
    "Sum",
    "coefficient_sum",
    "fraction",
    "join",
    "number",
    "polynomial",
    "power",
    "pure_root",
    "scaled",
]

Sum = list[tuple[bool, str]]
"""Terms, each with whether it is subtracted."""

_LONG, _GROUP = 24, 8


def fraction(x: Fraction, factor: str = "") -> str:
    """A positive rational, in front of a factor that is written without a sign."""
    if x == 1:
        return factor.removeprefix("\\,") or "1"
    above, below = _digits(x.numerator), _digits(x.denominator)
    if factor[:1].isdigit():
        factor = f"\\cdot {factor}"
    if x.denominator == 1:
        return above + factor
    if max(x.numerator, x.denominator) >= 10**_LONG:
        return (
            f"({above}/\\allowbreak {below}){factor}" if factor else f"{above}/\\allowbreak {below}"
        )
    return f"\\frac{{{above}}}{{{below}}}{factor}"


def _digits(n: int) -> str:
    text = _decimal(n)
    if len(text) <= _LONG:
        return text
    return "\\allowbreak ".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))


def _decimal(n: int) -> str:
    """The digits of n; a product of long numbers may pass the limit of Python's own printer."""
    if n < 10**1000:
        return str(n)
    head, tail = divmod(n, 10**1000)
    return _decimal(head) + str(tail).zfill(1000)


def power(field: Field, k: int) -> tuple[str, bool]:
    """r^k, k >= 1, and whether it is written with a root or power of a rational."""
    root = pure_root(field)
    if root is None:
        name = symbol_tex(field.generator)
        return (name if k == 1 else f"{name}^{{{k}}}"), False
    a, n = root
    exponent = Fraction(k, n)
    if exponent == Fraction(1, 2):
        return f"\\sqrt{{{fraction(a)}}}", True
    base = fraction(a) if a.denominator == 1 else f"\\bigl({fraction(a)}\\bigr)"
    shown = f"{exponent.numerator}/{exponent.denominator}"
    return f"{base}^{{{shown if exponent.denominator > 1 else exponent.numerator}}}", True


def pure_root(field: Field) -> tuple[Fraction, int] | None:
    """(a, n) if the generator is the positive n-th root of a > 0, n >= 2."""
    low, *middle, top = field.minpoly
    if len(middle) == 0 or any(middle) or low / top >= 0 or field.interval[1] <= 0:
        return None
    if sign(Poly({(1,): Fraction(1)}, field)) < 0:
        return None
    return -low / top, len(middle) + 1


def _terms(x: Any, factor: str = "") -> Sum:
    """A number, reduced, as a sum; each term in front of the factor."""
    if not sign(x):
        return []
    if not isinstance(x, Poly) or x.field is None:
        value = x if not isinstance(x, Poly) else next(iter(x.terms.values()))
        return [(value < 0, fraction(abs(Fraction(value)), factor))]
    size = max((e[0] for e in x.terms if e), default=0) + 1
    c = remainder(
        [x.terms.get((k,) if k else (), Fraction(0)) for k in range(size)], x.field.minpoly
    )
    result: Sum = []
    for k, a in enumerate(c):
        if a and k == 0:
            result.append((a < 0, fraction(abs(a), factor)))
        elif a:
            result.append((a < 0, _surd(abs(a), x.field, k, factor)))
    return result if pure_root(x.field) else result[::-1]


def _surd(a: Fraction, field: Field, k: int, factor: str) -> str:
    """a r^k in front of the factor; the root stands above the fraction bar."""
    root, numeric = power(field, k)
    if not numeric:
        return fraction(a, root + factor)
    if factor[:1].isdigit():
        factor = f"\\cdot {factor}"
    above = root if a.numerator == 1 else _digits(a.numerator) + _times(root) + root
    if max(a.numerator, a.denominator) >= 10**_LONG:
        return f"({fraction(a)})\\,{root}{factor}"
    return (
        f"\\frac{{{above}}}{{{_digits(a.denominator)}}}" if a.denominator > 1 else above
    ) + factor


def _times(following: str) -> str:
    return "" if following.startswith("\\") else "\\cdot "


def join(terms: Sum) -> str:
    """A sum in one line."""
    if not terms:
        return "0"
    text = ("-" if terms[0][0] else "") + terms[0][1]
    return text + "".join((" - " if minus else " + ") + body for minus, body in terms[1:])


def number(x: Any) -> str:
    """An exact number: a Fraction, or an element of Q(r)."""
    return join(_terms(x))


def scaled(x: Any, factor: str) -> tuple[bool, str]:
    """The term x times a factor (not empty), x not zero: brackets where x has several terms."""
    terms = _terms(x, factor)
    if len(terms) == 1:
        return terms[0]
    return False, f"\\bigl({number(x)}\\bigr){factor}"


def coefficient_sum(pairs: Sequence[tuple[Any, str]]) -> Sum:
    """The sum of coefficients times factors; an empty factor is a term by itself."""
    result: Sum = []
    for x, factor in pairs:
        if sign(x):
            result += [scaled(x, factor)] if factor else _terms(x)
    return result


def polynomial(p: Any, names: Sequence[str]) -> Sum:
    """A polynomial in symbols with these names (LaTeX), low degrees first."""
    parts = as_poly(p).parts()
    order = sorted(parts, key=lambda e: (sum(e), tuple(-k for k in e)))
    return coefficient_sum([(parts[e], _monomial(e, names)) for e in order])


def _monomial(exponents: Sequence[int], names: Sequence[str]) -> str:
    used = [(n, k) for n, k in zip(names, exponents, strict=False) if k]
    return " ".join(n if k == 1 else f"{n}^{{{k}}}" for n, k in used)
