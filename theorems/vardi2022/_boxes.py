"""Polynomials that are positive on a whole box of their variables.

With v = lo·v0 + hi·v1, v0 + v1 = 1, v0, v1 > 0 for every variable, and with missing powers of
v0 + v1 put in (which is 1), a polynomial that is positive on a small box has positive coefficients
only (Bernstein's, up to binomials); that is a claim of the kernel.
"""

import re
from collections.abc import Mapping

import sympy

from exactmargin.registry import Step
from theorems.steps import identity, positive

Box = Mapping[str, tuple[str, str]]


def inside(name: str, expression: str, box: Box) -> list[Step]:
    """`expression` > 0 where every variable lies strictly between its two bounds.

    Two steps: what it is in v0 and v1, and that this is positive. All its symbols are in the box.
    """
    used = [v for v in box if re.search(rf"\b{v}\b", expression)]
    mixed = _homogeneous(expression, used, box)
    left, right = expression, mixed
    for v in used:
        lo, hi = box[v]
        left = re.sub(rf"\b{v}\b", f"(({lo})*(1-{v}1)+({hi})*{v}1)", left)
        right = re.sub(rf"\b{v}0\b", f"(1-{v}1)", right)
    ends = [f"{v}{k}" for v in used for k in (0, 1)]
    return [
        identity(f"{name}, rewritten with weights on the ends", left, right, " ".join(ends[1::2])),
        positive(f"{name}, for all data in the box", mixed, " ".join(ends)),
    ]


def _homogeneous(expression: str, used: list[str], box: Box) -> str:
    variables = [sympy.Symbol(v) for v in used]
    local = {v.name: v for v in variables}
    parsed = sympy.sympify(expression.replace("^", "**"), locals=local, rational=True)
    poly = sympy.Poly(parsed, *variables)
    degrees = [poly.degree(v) for v in variables]
    terms = []
    for powers, coefficient in poly.terms():
        factors = [f"({coefficient})"]
        for v, k, degree in zip(used, powers, degrees, strict=True):
            lo, hi = box[v]
            factors += [_power(f"(({lo})*{v}0+({hi})*{v}1)", k), _power(f"({v}0+{v}1)", degree - k)]
        terms.append("*".join(filter(None, factors)))
    return "+".join(terms)


def _power(base: str, k: int) -> str:
    return base if k == 1 else f"{base}^{k}" if k else ""
