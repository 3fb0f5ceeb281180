"""What an ordered field is: the one interface that all algorithms of this room are written over.

A field is an object that makes numbers (`coerce`, `parse`), writes them (`format`) and decides
their sign.  Rational numbers are FLINT's `fmpq` themselves; the numbers of every other field
are `Element`s, whose operators are defined here once.  Three fields exist, ordered by `level`:
Q (0), Q(r) (1) and germs over either (2).  A number of a lower level may stand wherever one of
a higher level may, if the fields fit together; nothing else mixes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from numbers import Number as PythonNumber
from numbers import Rational
from typing import ClassVar, Self, TypeAlias

from flint import fmpq, fmpz

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import exact_rational, shown

__all__ = ["Element", "Field", "Number", "check_field", "sign"]


class Field(ABC):
    """An ordered field with exact zero test and exact sign.

    Two fields are equal iff they have the same definition; equal fields have equal hashes.
    """

    level: ClassVar[int]
    archimedean: ClassVar[bool]

    @property
    @abstractmethod
    def zero(self) -> "Number":
        """The number 0 of this field."""

    @property
    @abstractmethod
    def one(self) -> "Number":
        """The number 1 of this field."""

    def coerce(self, value: object) -> "Number":
        """The number of this field that equals an exact value; the only way in.

        Takes int, fmpz, fmpq, Fraction, Decimal, text (see `parse`), numbers of this field and
        of the fields below it.  Raises FloatRefusedError for floats, InvalidInputError else.
        """
        if isinstance(value, Element):
            return self._from_element(value)
        if isinstance(value, str):
            return self.parse(value)
        return self._from_rational(exact_rational(value))

    def coerce_all(self, values: Iterable[object]) -> "tuple[Number, ...]":
        """`coerce` of each value."""
        return tuple(map(self.coerce, values))

    @abstractmethod
    def parse(self, text: str) -> "Number":
        """The number that a text spells; raises InvalidInputError with the text."""

    @abstractmethod
    def format(self, value: object) -> str:
        """The canonical spelling of a number of this field; equal numbers, equal texts."""

    @abstractmethod
    def contains(self, value: object) -> bool:
        """Whether the value is, as an object, a number of this field (no coercion)."""

    def sign(self, value: object) -> int:
        """The sign -1, 0 or +1 of a value that can be coerced into this field."""
        return sign(self.coerce(value))

    @abstractmethod
    def _from_rational(self, value: fmpq) -> "Number": ...

    def _from_element(self, value: "Element") -> "Number":
        if value.field == self:
            return value
        rational = value.rational()
        if rational is None:
            raise InvalidInputError(
                f"{shown(value)} belongs to {value.field!r}, not to {self!r}; "
                "state all numbers in one field"
            )
        return self._from_rational(rational)


class Element(ABC):
    """A number of a field other than Q: immutable, hashable, totally ordered.

    Subclasses give `field`, `sign`, `rational`, `_plus`, `_times`, `_inverse`, `__neg__`,
    `__hash__` and `_same`; the operators below take int, fmpz, fmpq, Fraction, Decimal and
    numbers of lower fields on either side.  A float operand raises FloatRefusedError; numbers
    of two fields that do not fit raise InvalidInputError; division by 0 ZeroDivisionError.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def field(self) -> Field:
        """The field that this number belongs to."""

    @abstractmethod
    def sign(self) -> int:
        """The exact sign: -1, 0 or +1."""

    @abstractmethod
    def rational(self) -> fmpq | None:
        """This number as a rational number, or None where it is irrational."""

    @abstractmethod
    def _plus(self, other: Self) -> Self: ...

    @abstractmethod
    def _times(self, other: Self) -> Self: ...

    @abstractmethod
    def _inverse(self) -> Self: ...

    @abstractmethod
    def _same(self, other: Self) -> bool: ...

    @abstractmethod
    def __neg__(self) -> Self: ...

    @abstractmethod
    def __hash__(self) -> int: ...

    def _operand(self, other: object) -> Self | None:
        """The other operand in this number's field; None leaves the operation to `other`."""
        if isinstance(other, Element):
            if other.field is self.field:
                return other  # type: ignore[return-value] # same class and field
            if other.field.level > self.field.level:
                return None
        elif not isinstance(other, (fmpq, fmpz, PythonNumber)):
            return None
        return self.field.coerce(other)  # type: ignore[return-value] # gives Self

    def __add__(self, other: object) -> Self:
        value = self._operand(other)
        return NotImplemented if value is None else self._plus(value)

    __radd__ = __add__

    def __sub__(self, other: object) -> Self:
        value = self._operand(other)
        return NotImplemented if value is None else self._plus(-value)

    def __rsub__(self, other: object) -> Self:
        value = self._operand(other)
        return NotImplemented if value is None else value._plus(-self)

    def __mul__(self, other: object) -> Self:
        value = self._operand(other)
        return NotImplemented if value is None else self._times(value)

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> Self:
        value = self._operand(other)
        return NotImplemented if value is None else self._times(value._inverse())

    def __rtruediv__(self, other: object) -> Self:
        value = self._operand(other)
        return NotImplemented if value is None else value._times(self._inverse())

    def __pow__(self, exponent: object) -> Self:
        if type(exponent) is not int:
            raise InvalidInputError(f"exponent {shown(exponent)}; an int is expected")
        base = self if exponent >= 0 else self._inverse()
        result: Self = self.field.one  # type: ignore[assignment] # one of a field is Self
        for bit in bin(abs(exponent))[2:]:
            result = result._times(result)
            if bit == "1":
                result = result._times(base)
        return result

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return -self if self.sign() < 0 else self

    def __bool__(self) -> bool:
        return self.sign() != 0

    def __eq__(self, other: object) -> bool:
        exact = isinstance(other, (Element, fmpq, fmpz, Rational)) and not isinstance(other, bool)
        if not exact:
            return NotImplemented  # hence unequal: no float or bool is a number of a field
        value = self._operand(other)
        return NotImplemented if value is None else self._same(value)

    def __lt__(self, other: object) -> bool:
        value = self._operand(other)
        return NotImplemented if value is None else self._plus(-value).sign() < 0

    def __le__(self, other: object) -> bool:
        value = self._operand(other)
        return NotImplemented if value is None else self._plus(-value).sign() <= 0

    def __gt__(self, other: object) -> bool:
        value = self._operand(other)
        return NotImplemented if value is None else self._plus(-value).sign() > 0

    def __ge__(self, other: object) -> bool:
        value = self._operand(other)
        return NotImplemented if value is None else self._plus(-value).sign() >= 0

    def __str__(self) -> str:
        return self.field.format(self)

    def __repr__(self) -> str:
        return f"<{self.field.format(self)} in {self.field!r}>"


Number: TypeAlias = fmpq | Element
"""A number of any of the fields: `fmpq` for Q, an `Algebraic` or a `Germ` else."""


def sign(value: object) -> int:
    """The exact sign -1, 0 or +1 of a number of any field, or of any exact Python scalar.

    Raises FloatRefusedError for floats and InvalidInputError for other types.
    """
    if isinstance(value, Element):
        return value.sign()
    numerator = (value if isinstance(value, fmpq) else exact_rational(value)).p
    return (numerator > 0) - (numerator < 0)


def common_field(values: Iterable[object], default: Field) -> Field:
    """The highest field among those of the values' numbers, or the default (Q) without any."""
    field = default
    for value in values:
        if isinstance(value, Element) and value.field.level > field.level:
            field = value.field
    return field


def check_field(value: object) -> None:
    """Raise `InvalidInputError` for what is not a field, such as data without one before them."""
    if not isinstance(value, Field):
        raise InvalidInputError(
            f"{shown(value)} is not a field; expected Q or a RealNumberField", place="field"
        )
