"""Expressions become formulas with their structure kept."""

import re
from fractions import Fraction

import pytest

from exactmargin.kernel.numbers import Field
from exactmargin.render.expressions import expression
from exactmargin.render.numerals import join
from exactmargin.render.symbols import symbol_tex

ROOT_2 = Field("r", (Fraction(-2), Fraction(0), Fraction(1)), Fraction(1), Fraction(2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", "0"),
        ("-x", "-x"),
        ("x+y", "x + y"),
        ("-(x+y)", "-x - y"),
        ("x-(y-z)", "x - y + z"),
        ("1/2*x", "\\frac{1}{2}x"),
        ("2*x*3", "6x"),
        ("2*3^4", "2\\cdot 3^{4}"),
        ("1*3^4", "3^{4}"),
        ("(1/2)^3", "\\Bigl(\\frac{1}{2}\\Bigr)^{3}"),
        ("1/2^3", "\\bigl(\\frac{1}{2}\\bigr)^{3}"),
        ("0*x+y", "0\\,x + y"),
        ("(x+y)^2-1/2*x", "(x + y)^{2} - \\frac{1}{2}x"),
        ("2*((z+d)^3+z^3)^2", "2\\bigl((z + d)^{3} + z^{3}\\bigr)^{2}"),
        ("(x^2)^3", "\\bigl(x^{2}\\bigr)^{3}"),
        ("w1*v_2*eps", "w_{1} v_{2} \\varepsilon"),
        ("1/2*r*a", "\\frac{\\sqrt{2}}{2}a"),
        ("r^2*a", "2a"),
        ("-1/2*c+1/2*d", "-\\frac{1}{2}c + \\frac{1}{2}d"),
    ],
)
def test_expressions(text: str, expected: str) -> None:
    assert join(expression(text, ROOT_2)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", "a"),
        ("w12", "w_{12}"),
        ("w1_2", "w_{1,2}"),
        ("lambda3", "\\lambda_{3}"),
        ("speed", "\\mathit{speed}"),
        ("a_b_c", "\\mathit{a\\_b\\_c}"),
    ],
)
def test_symbols(name: str, expected: str) -> None:
    assert symbol_tex(name) == expected
    assert not re.search(r"(?<!\\)_(?!\{)", symbol_tex(name))
