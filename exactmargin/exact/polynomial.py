"""Univariate polynomials over any of the fields: dense, immutable, coefficients from degree 0 up.

Products and remainders over Q go through FLINT's `fmpq_poly`; over the other fields plain
school-book arithmetic serves, because the degrees there are small (curves, perturbations).
"""

from collections.abc import Iterable, Sequence
from typing import final

from flint import fmpq_poly

from exactmargin.errors import InvalidInputError
from exactmargin.exact.fields import Element, Field, Number
from exactmargin.exact.rationals import Q
from exactmargin.exact.scalars import shown

__all__ = ["Polynomial"]


@final
class Polynomial:
    """p(x) = c_0 + c_1 x + ... + c_n x^n with coefficients in one field, c_n nonzero.

    `Polynomial(field, coefficients)` coerces the coefficients (degree 0 first) into the field
    and strips trailing zeros; it raises as `Field.coerce` does.  Scalars that the field can
    coerce may stand on either side of +, - and *.
    """

    __slots__ = ("_coefficients", "_field")

    _field: Field
    _coefficients: tuple[Number, ...]

    def __init__(self, field: Field, coefficients: Iterable[object]) -> None:
        self._field = field
        self._coefficients = _stripped([field.coerce(c) for c in coefficients])

    @classmethod
    def _of(cls, field: Field, numbers: Sequence[Number]) -> "Polynomial":
        """Coefficients that are already numbers of the field."""
        polynomial = cls.__new__(cls)
        polynomial._field, polynomial._coefficients = field, _stripped(numbers)
        return polynomial

    @property
    def field(self) -> Field:
        """The field of the coefficients."""
        return self._field

    @property
    def coefficients(self) -> tuple[Number, ...]:
        """The coefficients from degree 0 up; empty for the zero polynomial."""
        return self._coefficients

    def degree(self) -> int:
        """The degree; -1 for the zero polynomial."""
        return len(self._coefficients) - 1

    def __getitem__(self, index: int) -> Number:
        """The coefficient of x^index; 0 above the degree."""
        if index < 0:
            raise InvalidInputError(f"coefficient index {index}; give an index >= 0")
        return self._coefficients[index] if index <= self.degree() else self._field.zero

    def __bool__(self) -> bool:
        return bool(self._coefficients)

    def _operand(self, other: object) -> "Polynomial":
        if not isinstance(other, Polynomial):
            return Polynomial(self._field, [other])
        if other._field != self._field:
            raise InvalidInputError(
                f"polynomials over {self._field!r} and over {other._field!r} do not mix; "
                "state both over one field"
            )
        return other

    def __add__(self, other: object) -> "Polynomial":
        right = self._operand(other)
        length = max(len(self._coefficients), len(right._coefficients))
        return Polynomial._of(self._field, [self[i] + right[i] for i in range(length)])

    __radd__ = __add__

    def __neg__(self) -> "Polynomial":
        return Polynomial._of(self._field, [-c for c in self._coefficients])

    def __sub__(self, other: object) -> "Polynomial":
        return self + (-self._operand(other))

    def __rsub__(self, other: object) -> "Polynomial":
        return self._operand(other) - self

    def __mul__(self, other: object) -> "Polynomial":
        right = self._operand(other)
        if self._field is Q:
            return Polynomial._of(Q, (_flint(self) * _flint(right)).coeffs())
        product = [self._field.zero] * (len(self._coefficients) + len(right._coefficients))
        for i, a in enumerate(self._coefficients):
            for j, b in enumerate(right._coefficients):
                product[i + j] = product[i + j] + a * b
        return Polynomial._of(self._field, product)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> "Polynomial":
        if type(exponent) is not int or exponent < 0:
            raise InvalidInputError(f"exponent {shown(exponent)}; an int >= 0 is expected")
        result = Polynomial._of(self._field, [self._field.one])
        for bit in bin(exponent)[2:]:
            result = result * result
            if bit == "1":
                result = result * self
        return result

    def __divmod__(self, other: object) -> tuple["Polynomial", "Polynomial"]:
        """(q, r) with self = q·other + r and deg r < deg other; ZeroDivisionError for 0."""
        right = self._operand(other)
        if not right:
            raise ZeroDivisionError("polynomial division by zero")
        if self._field is Q:
            pair = divmod(_flint(self), _flint(right))
            return Polynomial._of(Q, pair[0].coeffs()), Polynomial._of(Q, pair[1].coeffs())
        rest, n = list(self._coefficients), right.degree()
        inverse = self._field.one / right._coefficients[-1]
        quotient = [self._field.zero] * max(0, len(rest) - n)
        for shift in reversed(range(len(quotient))):
            factor = quotient[shift] = rest[shift + n] * inverse
            if factor:
                for j, b in enumerate(right._coefficients):
                    rest[shift + j] = rest[shift + j] - factor * b
        return Polynomial._of(self._field, quotient), Polynomial._of(self._field, rest[:n])

    def __floordiv__(self, other: object) -> "Polynomial":
        return divmod(self, other)[0]

    def __mod__(self, other: object) -> "Polynomial":
        return divmod(self, other)[1]

    def gcd(self, other: "Polynomial") -> "Polynomial":
        """The monic greatest common divisor (Euclid); 0 for two zero polynomials."""
        a, b = self, self._operand(other)
        while b:
            a, b = b, a % b
        return a * (self._field.one / a[a.degree()]) if a else a

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Polynomial):
            return NotImplemented
        return self._field == other._field and self._coefficients == other._coefficients

    def __hash__(self) -> int:
        return hash((self._field, self._coefficients))

    def __call__(self, x: object) -> Number:
        """p(x) by Horner's rule; x is coerced into the field, or is a number of a higher one."""
        higher = isinstance(x, Element) and x.field.level > self._field.level
        point = x if isinstance(x, Element) and higher else self._field.coerce(x)
        value: Number = point * 0
        for c in reversed(self._coefficients):
            value = value * point + c
        return value

    def derivative(self) -> "Polynomial":
        """The derivative p'."""
        return Polynomial._of(self._field, [c * i for i, c in enumerate(self._coefficients)][1:])

    def compose_linear(self, a: object, b: object) -> "Polynomial":
        """The polynomial p(a + b·x) in x."""
        line = Polynomial(self._field, [a, b])
        value = Polynomial(self._field, [])
        for c in reversed(self._coefficients):
            value = value * line + c
        return value

    def format(self, variable: str = "x") -> str:
        """The text in descending degree, such as "1/2*x^2-(r+1)*x+3"; zero is "0"."""
        text = ""
        for i in reversed(range(len(self._coefficients))):
            if self._coefficients[i]:
                term = _term(self._field.format(self._coefficients[i]), variable, i)
                text += term if not text or term[0] == "-" else f"+{term}"
        return text or "0"

    def __repr__(self) -> str:
        return f"Polynomial({self._field!r}, {self.format()})"


def _stripped(numbers: Sequence[Number]) -> tuple[Number, ...]:
    length = len(numbers)
    while length and not numbers[length - 1]:
        length -= 1
    return tuple(numbers[:length])


def _flint(p: Polynomial) -> fmpq_poly:
    return fmpq_poly(list(p.coefficients))  # type: ignore[arg-type] # over Q all are fmpq


def _term(coefficient: str, variable: str, power: int) -> str:
    """One signed term; a coefficient that is itself a sum stands in parentheses."""
    if any(mark in coefficient[1:] for mark in "+-"):
        coefficient = f"({coefficient})"
    if power == 0:
        return coefficient
    name = variable if power == 1 else f"{variable}^{power}"
    if coefficient in ("1", "-1"):
        return coefficient[:-1] + name
    return f"{coefficient}*{name}"
