"""The fields Q(r), r a real algebraic number: arithmetic modulo its minimal polynomial.

A number is a polynomial in r of degree below that of the minimal polynomial, kept as one FLINT
`fmpq_poly`.  It is zero iff that polynomial is zero, because the minimal polynomial is
irreducible; so the zero test is algebraic, and only then is the sign of a nonzero number read
off a ball (arb) that excludes zero, at a precision that doubles until it does.  Comparing by
leading coefficients would make √2 - 2 "positive"; here order is always that of the reals.
"""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, final

from flint import arb, ctx, fmpq, fmpq_poly

from exactmargin.errors import InvalidInputError
from exactmargin.exact.fields import Element, Field, Number
from exactmargin.exact.intervals import roots_in
from exactmargin.exact.polynomial import Polynomial
from exactmargin.exact.rationals import Q
from exactmargin.exact.root_balls import FIRST_PRECISION, RootBalls, irreducible, isolating
from exactmargin.exact.scalars import (
    RATIONAL_PATTERN,
    check_text,
    format_rational,
    shown,
    unsigned_rational,
)

__all__ = ["Algebraic", "RealNumberField"]


@final
class RealNumberField(Field):
    """Q(r): r is the one root of an irreducible polynomial in an open rational interval.

    `generator` is the name of r (a letter, then letters, digits or underscores); `minpoly` the
    coefficients from degree 0 up, of any nonzero scale; `interval` the pair (lo, hi).  Raises
    InvalidInputError, each for its own reason: bad name, degree below 1, reducible over Q,
    lo >= hi, an end that is a root, no root or several roots inside.
    """

    level: ClassVar[int] = 1
    archimedean: ClassVar[bool] = True

    def __init__(
        self, generator: str, minpoly: Sequence[object], interval: tuple[object, object]
    ) -> None:
        generator = _checked_name(generator)
        polynomial = irreducible(minpoly)
        low, high = isolating(polynomial, interval)
        self._generator = generator
        self._modulus = fmpq_poly([Q.coerce(c) for c in polynomial.coefficients])
        self._interval = (low, high)
        self._root = RootBalls(self._modulus, low, high)
        self._term = re.compile(
            rf"([+-])(?:({RATIONAL_PATTERN})(?:\*({re.escape(generator)})(?:\^([0-9]{{1,3}}))?)?"
            rf"|({re.escape(generator)})(?:\^([0-9]{{1,3}}))?)(?=[+-]|\Z)"
        )
        self._zero = Algebraic._make(self, fmpq_poly([0]))
        self._one = Algebraic._make(self, fmpq_poly([1]))

    @property
    def generator(self) -> str:
        """The name of r."""
        return self._generator

    @property
    def minpoly(self) -> tuple[fmpq, ...]:
        """The coefficients of the monic minimal polynomial of r, from degree 0 up."""
        return tuple(self._modulus.coeffs())

    @property
    def interval(self) -> tuple[fmpq, fmpq]:
        """The open interval (lo, hi) that singles out r, as it was given."""
        return self._interval

    @property
    def degree(self) -> int:
        """The degree of the field over Q."""
        return self._modulus.degree()

    @property
    def gen(self) -> "Algebraic":
        """The number r."""
        return self.element([0, 1])

    @property
    def zero(self) -> "Algebraic":
        """The number 0."""
        return self._zero

    @property
    def one(self) -> "Algebraic":
        """The number 1."""
        return self._one

    def element(self, coefficients: Sequence[object]) -> "Algebraic":
        """The number c_0 + c_1 r + c_2 r² + ...; raises as `Field.coerce` does."""
        poly = fmpq_poly([Q.coerce(c) for c in coefficients])
        return Algebraic._make(self, poly % self._modulus)

    def coerce(self, value: object) -> "Algebraic":
        """The number of this field that equals an exact value; see `Field.coerce`."""
        result = super().coerce(value)
        assert isinstance(result, Algebraic)
        return result

    def parse(self, text: str) -> "Algebraic":
        """The number spelled as a sum of rationals and rational multiples of powers of r.

        "3", "-1/4", "0.25", "r", "1/2*r^2-r+3"; powers up to 999 are reduced.  No spaces, no
        parentheses.  Raises InvalidInputError with the text.
        """
        text = check_text(text)
        signed = text if text[0] == "-" else f"+{text}"
        coefficients: dict[int, fmpq] = {}
        position = 0
        while position < len(signed):
            match = self._term.match(signed, position)
            if match is None:
                raise InvalidInputError(self._complaint(text))
            value = unsigned_rational(match[2]) if match[2] else fmpq(1)
            named = match[3] or match[5]
            power = int(match[4] or match[6] or 1) if named else 0
            value = -value if match[1] == "-" else value
            coefficients[power] = coefficients.get(power, fmpq(0)) + value
            position = match.end()
        return self.element([coefficients.get(i, 0) for i in range(max(coefficients) + 1)])

    def _complaint(self, text: str) -> str:
        return (
            f"{shown(text)} is not a number of {self!r}; write rationals and powers of "
            f'{self._generator} such as "1/2*{self._generator}^2-{self._generator}+3", '
            "without spaces"
        )

    def format(self, value: object) -> str:
        """The canonical spelling: terms in descending degree, "1/2*r^2-r+3"; zero is "0"."""
        terms = Polynomial(Q, self.coerce(value).coefficients)
        return terms.format(self._generator)

    def contains(self, value: object) -> bool:
        """Whether the value is an `Algebraic` of this field or of an equal one."""
        return isinstance(value, Algebraic) and value.field == self

    def _from_rational(self, value: fmpq) -> "Algebraic":
        return Algebraic._make(self, fmpq_poly([value]))

    def _from_element(self, value: Element) -> Number:
        if isinstance(value, Algebraic) and value.field == self:
            return Algebraic._make(self, value._poly)  # one field object, for fast arithmetic
        return super()._from_element(value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RealNumberField):
            return NotImplemented
        if self is other:
            return True
        if self._generator != other._generator or self._modulus != other._modulus:
            return False
        if self._interval == other._interval:
            return True
        low = max(self._interval[0], other._interval[0])
        high = min(self._interval[1], other._interval[1])
        # A root common to both intervals is the only one in each.
        return low < high and roots_in(Polynomial(Q, self._modulus.coeffs()), low, high) == 1

    def __hash__(self) -> int:
        return hash((self._generator, self.minpoly))

    def __reduce__(self) -> tuple[object, ...]:
        return RealNumberField, (self._generator, self.minpoly, self._interval)

    def __repr__(self) -> str:
        poly = Polynomial(Q, self.minpoly).format(self._generator)
        low, high = map(format_rational, self._interval)
        return f"Q({self._generator} | {poly}=0, {low}<{self._generator}<{high})"


def _checked_name(generator: object) -> str:
    if not isinstance(generator, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", generator):
        raise InvalidInputError(
            f"{shown(generator)} cannot name the generator; "
            "use a letter followed by letters, digits or underscores",
            place="generator",
        )
    return generator


@final
class Algebraic(Element):
    """A number of Q(r); make one by `RealNumberField.coerce`, `parse`, `element` or `gen`."""

    __slots__ = ("_field", "_poly")

    _field: RealNumberField
    _poly: fmpq_poly

    @classmethod
    def _make(cls, field: RealNumberField, poly: fmpq_poly) -> "Algebraic":
        number = cls.__new__(cls)
        number._field, number._poly = field, poly
        return number

    @property
    def field(self) -> RealNumberField:
        """The field Q(r) that this number belongs to."""
        return self._field

    @property
    def coefficients(self) -> tuple[fmpq, ...]:
        """The rational coefficients of 1, r, r², ..., trailing zeros stripped."""
        return tuple(self._poly.coeffs())

    def rational(self) -> fmpq | None:
        """This number as a rational number, or None where it is irrational."""
        return self._poly[0] if self._poly.degree() <= 0 else None

    def sign(self) -> int:
        """The exact sign; it ends because a nonzero residue modulo minpoly is nonzero at r."""
        degree = self._poly.degree()
        if degree <= 0:
            value = self._poly[0]
            return (value > 0) - (value < 0)
        numerators = self._poly.numer().coeffs()
        precision = FIRST_PRECISION
        while True:
            powers = self._field._root.powers(precision)
            with ctx.workprec(precision + 32):
                ball = arb(numerators[0])
                for c, power in zip(numerators[1:], powers[1:], strict=False):
                    ball += power * c
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            precision *= 2

    def _plus(self, other: "Algebraic") -> "Algebraic":
        return Algebraic._make(self._field, self._poly + other._poly)

    def _times(self, other: "Algebraic") -> "Algebraic":
        product = self._poly * other._poly
        modulus = self._field._modulus
        if product.degree() >= modulus.degree():
            product = product % modulus
        return Algebraic._make(self._field, product)

    def _inverse(self) -> "Algebraic":
        if not self._poly:
            raise ZeroDivisionError(f"division by zero in {self._field!r}")
        _, inverse, _ = self._poly.xgcd(self._field._modulus)  # the gcd is 1: irreducible
        return Algebraic._make(self._field, inverse % self._field._modulus)

    def _same(self, other: "Algebraic") -> bool:
        return self._poly == other._poly

    def __neg__(self) -> "Algebraic":
        return Algebraic._make(self._field, -self._poly)

    def __bool__(self) -> bool:
        return bool(self._poly)

    def __hash__(self) -> int:
        rational = self.rational()
        return hash(self.coefficients) if rational is None else hash(rational)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._field.element, (self.coefficients,)


def sum_of_products(u: Sequence[Algebraic], v: Sequence[Algebraic]) -> Algebraic:
    """Σ u_i v_i of equally long nonempty vectors over one field, reduced only once."""
    field, total = u[0].field, fmpq_poly([0])
    for x, y in zip(u, v, strict=True):
        total += x._poly * y._poly
    return Algebraic._make(field, total % field._modulus)
