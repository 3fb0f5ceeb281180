"""Germs F(ε): rational functions in a positive infinitesimal ε, ordered by their germ at 0+.

A germ is positive iff it is positive for all small enough ε > 0, that is, iff the lowest-order
coefficients of numerator and denominator agree in sign.  "For all small enough ε" so becomes
exact arithmetic in an ordered field that is not archimedean.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias, final

from flint import fmpq, fmpq_poly

from exactmargin.errors import InvalidInputError
from exactmargin.exact.fields import Element, Field, Number, sign
from exactmargin.exact.polynomial import Polynomial
from exactmargin.exact.rationals import Q

__all__ = ["Germ", "GermField"]

_Poly: TypeAlias = Any
"""`fmpq_poly` over Q, for speed, and `Polynomial` else: both have +, -, *, //, gcd, [i], degree."""


@final
class GermField(Field):
    """The field F(ε) over a base F (Q or Q(r)), ε positive and below every positive number of F.

    Raises InvalidInputError for a base that is itself a field of germs.
    """

    level: ClassVar[int] = 2
    archimedean: ClassVar[bool] = False

    def __init__(self, base: Field = Q) -> None:
        self._base = _checked_base(base)
        one = self._poly([1])
        self._zero = Germ._make(self, self._poly([0]), one)
        self._one = Germ._make(self, one, one)

    def _poly(self, coefficients: list[Any]) -> _Poly:
        if self._base is Q:
            return fmpq_poly(coefficients)
        return Polynomial(self._base, coefficients)

    @property
    def base(self) -> Field:
        """The field F of the coefficients."""
        return self._base

    @property
    def eps(self) -> "Germ":
        """The positive infinitesimal ε."""
        return Germ._make(self, self._poly([0, 1]), self._one._den)

    @property
    def zero(self) -> "Germ":
        """The number 0."""
        return self._zero

    @property
    def one(self) -> "Germ":
        """The number 1."""
        return self._one

    def coerce(self, value: object) -> "Germ":
        """The germ that equals an exact value or a number of the base; see `Field.coerce`."""
        result = super().coerce(value)
        assert isinstance(result, Germ)
        return result

    def parse(self, text: str) -> "Germ":
        """The constant germ whose value the base parses; germs proper have no text form."""
        return self._constant(self._base.parse(text))

    def format(self, value: object) -> str:
        """The reduced fraction, such as "(eps^2+1)/(2*eps+1)", or its numerator alone."""
        germ = self.coerce(value)
        top, bottom = (
            Polynomial(self._base, _coefficients(p)).format("eps") for p in (germ._num, germ._den)
        )
        return top if bottom == "1" else f"({top})/({bottom})"

    def contains(self, value: object) -> bool:
        """Whether the value is a `Germ` over the same base."""
        return isinstance(value, Germ) and value.field == self

    def _constant(self, value: Number) -> "Germ":
        return Germ._make(self, self._poly([value]), self._one._den)

    def _from_rational(self, value: fmpq) -> "Germ":
        return self._constant(value)

    def _from_element(self, value: Element) -> Number:
        if isinstance(value, Germ):
            if value.field == self:
                return Germ._make(self, value._num, value._den)
            return super()._from_element(value)
        return self._constant(self._base.coerce(value))

    def _quotient(self, num: _Poly, den: _Poly) -> "Germ":
        """The canonical fraction: lowest terms, lowest-order coefficient of `den` equal to 1."""
        if den.degree() > 0:
            common = num.gcd(den)
            if common.degree() > 0:
                num, den = num // common, den // common
        unit = 1 / _lowest(den)
        return Germ._make(self, num * unit, den * unit)

    def _rebuild(self, num: list[Number], den: list[Number]) -> "Germ":
        return self._quotient(self._poly(num), self._poly(den))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GermField):
            return NotImplemented
        return self._base == other._base

    def __hash__(self) -> int:
        return hash((GermField, self._base))

    def __reduce__(self) -> tuple[object, ...]:
        return GermField, (self._base,)

    def __repr__(self) -> str:
        return f"{self._base!r}(eps)"


def _checked_base(base: object) -> Field:
    if not isinstance(base, Field) or base.level >= GermField.level:
        raise InvalidInputError(f"germs over {base!r}; the base must be Q or a field Q(r)")
    return base


def _coefficients(p: _Poly) -> list[Number]:
    return [p[i] for i in range(p.degree() + 1)]


def _lowest(p: _Poly) -> Number:
    """The lowest nonzero coefficient of a nonzero polynomial."""
    return next(c for c in _coefficients(p) if c)


@final
class Germ(Element):
    """A rational function of ε; make one from `GermField.eps` and `GermField.coerce`."""

    __slots__ = ("_den", "_field", "_num")

    _field: GermField
    _num: _Poly
    _den: _Poly

    @classmethod
    def _make(cls, field: GermField, num: _Poly, den: _Poly) -> "Germ":
        germ = cls.__new__(cls)
        germ._field, germ._num, germ._den = field, num, den
        return germ

    @property
    def field(self) -> GermField:
        """The field F(ε) that this germ belongs to."""
        return self._field

    @property
    def numerator(self) -> Polynomial:
        """The numerator in ε, in lowest terms."""
        return Polynomial(self._field.base, _coefficients(self._num))

    @property
    def denominator(self) -> Polynomial:
        """The denominator in ε; its lowest nonzero coefficient is 1."""
        return Polynomial(self._field.base, _coefficients(self._den))

    def rational(self) -> fmpq | None:
        """This germ as a rational number, or None where it is none."""
        if self._den.degree() > 0 or self._num.degree() > 0:
            return None
        value: Number = self._num[0]
        return value.rational() if isinstance(value, Element) else value

    def sign(self) -> int:
        """The sign for all small enough ε > 0: that of the numerator's lowest coefficient."""
        return sign(_lowest(self._num)) if self._num else 0

    def _plus(self, other: "Germ") -> "Germ":
        if self._den == other._den:
            num, den = self._num + other._num, self._den
            if den.degree() == 0:
                return Germ._make(self._field, num, den)
            return self._field._quotient(num, den)
        num = self._num * other._den + other._num * self._den
        return self._field._quotient(num, self._den * other._den)

    def _times(self, other: "Germ") -> "Germ":
        num, den = self._num * other._num, self._den * other._den
        if den.degree() == 0:
            return Germ._make(self._field, num, den)
        return self._field._quotient(num, den)

    def _inverse(self) -> "Germ":
        if not self._num:
            raise ZeroDivisionError(f"division by zero in {self._field!r}")
        return self._field._quotient(self._den, self._num)

    def _same(self, other: "Germ") -> bool:
        return bool(self._num == other._num and self._den == other._den)

    def __neg__(self) -> "Germ":
        return Germ._make(self._field, -self._num, self._den)

    def __bool__(self) -> bool:
        return bool(self._num)

    def __hash__(self) -> int:
        if self._den.degree() == 0 and self._num.degree() <= 0:
            return hash(self._num[0])
        return hash((tuple(_coefficients(self._num)), tuple(_coefficients(self._den))))

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._field._rebuild, (_coefficients(self._num), _coefficients(self._den))
