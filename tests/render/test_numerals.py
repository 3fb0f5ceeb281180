"""Numbers and polynomials as a reader expects them."""

from fractions import Fraction
from typing import Any

import pytest

from exactmargin.kernel.numbers import Field, from_coefficients
from exactmargin.kernel.reading import read_number
from exactmargin.render.numerals import join, number, polynomial


def field(*minpoly: int, low: int = 1, high: int = 2) -> Field:
    return Field("r", tuple(map(Fraction, minpoly)), Fraction(low), Fraction(high))


ROOT_2 = field(-2, 0, 1)
CUBE_ROOT_2 = field(-2, 0, 0, 1)
FOURTH_ROOT_2 = field(-2, 0, 0, 0, 1)
ROOT_HALF = Field("r", (Fraction(-1, 2), Fraction(0), Fraction(1)), Fraction(0), Fraction(1))
MINUS_ROOT_2 = field(-2, 0, 1, low=-2, high=-1)
IMPURE = field(-2, -1, 0, 1)


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        ("0", None, "0"),
        ("1", None, "1"),
        ("-1", None, "-1"),
        ("7", None, "7"),
        ("1/4", None, "\\frac{1}{4}"),
        ("-3/4", None, "-\\frac{3}{4}"),
        ("0", ROOT_2, "0"),
        ("1", ROOT_2, "1"),
        ("r", ROOT_2, "\\sqrt{2}"),
        ("-r", ROOT_2, "-\\sqrt{2}"),
        ("1/2*r", ROOT_2, "\\frac{\\sqrt{2}}{2}"),
        ("-3/4*r", ROOT_2, "-\\frac{3\\sqrt{2}}{4}"),
        ("-2*r+3", ROOT_2, "3 - 2\\sqrt{2}"),
        ("r", CUBE_ROOT_2, "2^{1/3}"),
        ("r^2", CUBE_ROOT_2, "2^{2/3}"),
        ("1/2*r^2-r+3", CUBE_ROOT_2, "3 - 2^{1/3} + \\frac{2^{2/3}}{2}"),
        ("3*r", CUBE_ROOT_2, "3\\cdot 2^{1/3}"),
        ("r^2", FOURTH_ROOT_2, "\\sqrt{2}"),
        ("1/2*r^3", FOURTH_ROOT_2, "\\frac{2^{3/4}}{2}"),
        ("r", ROOT_HALF, "\\sqrt{\\frac{1}{2}}"),
        ("r", MINUS_ROOT_2, "r"),
        ("1/2*r^2-r+3", IMPURE, "\\frac{1}{2}r^{2} - r + 3"),
        ("1", IMPURE, "1"),
    ],
)
def test_numbers(text: str, of: Field | None, expected: str) -> None:
    assert number(read_number(text, of, "test")) == expected


def test_powers_are_reduced() -> None:
    r: Any = read_number("r", ROOT_2, "test")
    assert number(r * r) == "2"
    assert number(r * r - 2) == "0"
    s: Any = read_number("r", IMPURE, "test")
    assert number(s * s * s) == "r + 2"


def test_long_numbers_can_break() -> None:
    shown = number(Fraction(10**40 + 1, 3))
    assert "\\allowbreak" in shown
    assert "\\frac" not in shown
    assert shown.replace("\\allowbreak ", "") == f"{10**40 + 1}/3"


def test_numbers_beyond_the_limit_of_pythons_printer() -> None:
    assert number(Fraction(10**5000)).replace("\\allowbreak ", "") == "1" + "0" * 5000


def test_polynomials() -> None:
    r: Any = read_number("r", ROOT_2, "test")
    p = from_coefficients([Fraction(1), Fraction(0), Fraction(-1, 4), r])
    assert join(polynomial(p, ["t"])) == "1 - \\frac{1}{4}t^{2} + \\sqrt{2}t^{3}"
    assert join(polynomial(from_coefficients([]), ["t"])) == "0"
    two_terms = from_coefficients([Fraction(0), r + 1])
    assert join(polynomial(two_terms, ["t"])) == "\\bigl(1 + \\sqrt{2}\\bigr)t"
