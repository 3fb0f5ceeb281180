"""Polynomials from text, and their signs where the symbols are positive: for the theorem rules.

An orthant is where some symbols are > 0 and the others >= 0. A polynomial without a negative
coefficient is >= 0 there, and it is > 0 if besides one of its terms uses symbols that are > 0 only:
a finite test, no search.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

from .numbers import Field, Poly, as_poly, sign, symbol
from .outcome import form
from .reading import read_number, word


def read_expression(text: Any, symbols: Sequence[str], field: Field | None, place: str) -> Poly:
    """A polynomial from text with + - * ^ and brackets, e.g. ``(x+y)^2-1/2*x``.

    Symbols are those listed (s_1, s_2, ...) and the field's generator. No division but in
    numbers, no implicit product, no blanks.
    """
    for name in symbols:
        form(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) is not None, "symbol", place, name)
    names = {name: symbol(j) for j, name in enumerate(symbols, 1)}
    if field is not None:
        form(field.generator not in names, "symbol-is-the-generator", place, field.generator)
        names[field.generator] = Poly({(1,): Fraction(1)}, field)
    tokens = re.findall(r"[0-9./]+|[A-Za-z][A-Za-z0-9_]*|.", word(text, place), re.DOTALL)
    tokens = [*reversed(tokens)]

    def take(*wanted: str) -> str:
        return tokens.pop() if tokens and tokens[-1] in wanted else ""

    def total() -> Poly:
        result = product() * -1 if take("-") else product()
        while operator := take("+", "-"):
            result = result + product() * (1 if operator == "+" else -1)
        return result

    def product() -> Poly:
        result = power()
        while take("*"):
            result = result * power()
        return result

    def power() -> Poly:
        fraction = "/" in "".join(tokens[-1:])
        base = result = atom()
        if take("^"):
            form(not fraction, "power-of-a-fraction", place, text)  # 3/2^2: (3/2)^2 or 3/(2^2)?
            exponent = tokens.pop() if tokens else ""
            form(bool(re.fullmatch(r"[2-9]|[1-9][0-9]", exponent)), "exponent", place, exponent)
            for _ in range(int(exponent) - 1):
                result = result * base
        return result

    def atom() -> Poly:
        token = tokens.pop() if tokens else ""
        if token == "(":
            inside = total()
            form(bool(take(")")), "bracket", place, text)
            return inside
        return names[token] if token in names else as_poly(read_number(token, None, place))

    result = total()
    form(not tokens, "expression-tail", place, text)
    return result


def only(p: Poly, symbols: Collection[int]) -> Poly:
    """The terms that use no other symbols: all others are set to zero."""
    used = ((e, [j for j, power in enumerate(e[1:], 1) if power]) for e in p.terms)
    return Poly({e: p.terms[e] for e, own in used if set(own) <= set(symbols)}, p.field)


def nonnegative(p: Poly) -> bool:
    """Whether no coefficient is negative."""
    return all(sign(a) >= 0 for a in p.parts().values())


def orthant_sign(p: Poly, strict: Collection[int]) -> int | None:
    """The sign where the symbols in ``strict`` are > 0 and the others >= 0; None: unknown."""
    signs = {sign(a) for a in p.parts().values()}
    if not signs:
        return 0
    return signs.pop() if len(signs) == 1 and only(p, strict).parts() else None
