"""The field Q of rational numbers, whose elements are FLINT's `fmpq` themselves."""

from collections.abc import Iterable
from fractions import Fraction
from typing import ClassVar, Final, final

from flint import fmpq

from exactmargin.exact.fields import Field
from exactmargin.exact.scalars import exact_rational, format_rational, parse_rational

__all__ = ["Q", "RationalField"]

_ZERO: Final = fmpq(0)
_ONE: Final = fmpq(1)

_MET: Final[dict[tuple[int, int], fmpq]] = {}
"""Fractions met so far, converted: programs repeat small numbers, and a look-up costs half."""
_MOST_MET: Final = 4096


@final
class RationalField(Field):
    """The rational numbers; its only instance is `Q`."""

    level: ClassVar[int] = 0
    archimedean: ClassVar[bool] = True

    def __new__(cls) -> "RationalField":
        return globals().get("Q") or super().__new__(cls)

    @property
    def zero(self) -> fmpq:
        """The number 0."""
        return _ZERO

    @property
    def one(self) -> fmpq:
        """The number 1."""
        return _ONE

    def coerce(self, value: object) -> fmpq:
        """The rational number that equals an exact value; see `Field.coerce`."""
        if type(value) is fmpq:
            return value
        if type(value) is int:
            return fmpq(value)
        if type(value) is Fraction:
            return fmpq(*value.as_integer_ratio())
        result = super().coerce(value)
        assert isinstance(result, fmpq)
        return result

    def coerce_all(self, values: Iterable[object]) -> tuple[fmpq, ...]:
        """See `Field.coerce_all`; written out for `Fraction`, since programs are large."""
        return tuple(
            [
                value
                if type(value) is fmpq
                else self.coerce(value)
                if type(value) is not Fraction
                else found
                if (found := _MET.get(pair := value.as_integer_ratio())) is not None
                else _converted(pair)
                for value in values
            ]
        )

    def parse(self, text: str) -> fmpq:
        """The number spelled "3", "-1/4" or "0.25"; raises InvalidInputError."""
        return parse_rational(text)

    def format(self, value: object) -> str:
        """The canonical spelling "p" or "p/q" in lowest terms."""
        return format_rational(self.coerce(value))

    def contains(self, value: object) -> bool:
        """Whether the value is an `fmpq`."""
        return isinstance(value, fmpq)

    def _from_rational(self, value: fmpq) -> fmpq:
        return exact_rational(value)

    def __reduce__(self) -> str:
        return "Q"

    def __repr__(self) -> str:
        return "Q"


def _converted(pair: tuple[int, int]) -> fmpq:
    value = fmpq(*pair)
    if len(_MET) < _MOST_MET:
        _MET[pair] = value
    return value


Q: Final = RationalField()
"""The field of rational numbers."""
