"""Expressions of a certificate (``(x+y)^2-1/2*x``) as formulas, structure kept.

The kernel has read the expression before, so only its grammar is met here.  Numeric factors of a
product are gathered in front; nothing is expanded.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from exactmargin.kernel.numbers import Field, Poly
from exactmargin.render.numerals import Sum, coefficient_sum, fraction, join, power, pure_root
from exactmargin.render.symbols import symbol_tex

__all__ = ["expression"]


def expression(text: str, field: Field | None) -> Sum:
    """The expression as a sum of signed terms."""
    tokens = re.findall(r"[0-9./]+|[A-Za-z][A-Za-z0-9_]*|.", text)
    return _Parser(tokens[::-1], field).total()


@dataclass(frozen=True, slots=True)
class _Factor:
    """One factor of a product: a rational, a power of the generator, or a formula."""

    number: Fraction | None = None
    degree: int = 0
    tex: str = ""
    terms: tuple[tuple[bool, str], ...] = ()


class _Parser:
    """One method per rule of the grammar, as in the kernel."""

    def __init__(self, tokens: list[str], field: Field | None):
        self.tokens, self.field = tokens, field

    def _take(self, *wanted: str) -> str:
        return self.tokens.pop() if self.tokens and self.tokens[-1] in wanted else ""

    def total(self) -> Sum:
        """term + term - term; a leading minus."""
        minus = bool(self._take("-"))
        result = self._product(minus)
        while operator := self._take("+", "-"):
            result += self._product(operator == "-")
        return result

    def _product(self, minus: bool) -> Sum:
        factors = [self._power()]
        while self._take("*"):
            factors.append(self._power())
        if len(factors) == 1 and factors[0].terms:  # a sum in brackets, alone
            return [(m != minus, body) for m, body in factors[0].terms]
        value, degree = Fraction(1), 0
        for factor in factors:
            value *= 1 if factor.number is None else factor.number
            degree += factor.degree
        shown = [_bracketed(f) for f in factors if f.tex or f.terms]
        rest = " ".join(f"\\cdot {t}" if i and t[0].isdigit() else t for i, t in enumerate(shown))
        if not value:
            return [(minus, f"0\\,{rest}" if rest else "0")]
        return [(minus, self._scaled(value, degree, rest))]

    def _scaled(self, value: Fraction, degree: int, rest: str) -> str:
        if not degree or self.field is None:
            return fraction(value, rest)
        if pure_root(self.field) is not None:
            coefficient = Poly({(degree,): value}, self.field)
            return join(coefficient_sum([(coefficient, rest)]))
        return fraction(value, f"{power(self.field, degree)[0]} {rest}".strip())

    def _power(self) -> _Factor:
        base = self._atom()
        if not self._take("^"):
            return base
        exponent = int(self.tokens.pop())
        if base.number is not None:
            return _Factor(tex=f"{_plain(base.number)}^{{{exponent}}}")
        if base.degree:
            return _Factor(degree=exponent)
        return _Factor(tex=f"{_bracketed(base)}^{{{exponent}}}")

    def _atom(self) -> _Factor:
        token = self.tokens.pop()
        if token == "(":
            inside = self.total()
            self._take(")")
            return _Factor(terms=tuple(inside))
        if token[0].isdigit():
            return _Factor(number=Fraction(token))
        if self.field is not None and token == self.field.generator:
            return _Factor(degree=1)
        return _Factor(tex=symbol_tex(token))


def _plain(value: Fraction) -> str:
    return fraction(value) if value.denominator == 1 else f"\\bigl({fraction(value)}\\bigr)"


def _bracketed(factor: _Factor) -> str:
    """The factor, in brackets if it is a sum; larger ones around fractions, powers, brackets."""
    if not factor.terms:
        return factor.tex
    inside = join(list(factor.terms))
    if "\\frac" in inside:
        return f"\\Bigl({inside}\\Bigr)"
    large = any(sign in inside for sign in "^(")
    return f"\\bigl({inside}\\bigr)" if large else f"({inside})"
