"""Arrays of a trained network to exact numbers: a binary float is the dyadic rational that it is.

Every finite float16, float32 and float64 equals an integer times a power of two; it is taken as
that number and never passes through decimal text.  NaN and infinities are refused with their place.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq

from exactmargin.exact import Q
from exactmargin.exact.scalars import shown
from exactmargin.formats.places import Place, inside

__all__ = ["Tensor", "exact_entries"]


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """An array of a file and its place there, for messages; the array may hold `fmpq` objects.

    `address` is where its numbers lay before they were copied here, None where that is not known.
    """

    array: Any
    place: Place
    address: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of its axes."""
        return tuple(int(n) for n in self.array.shape)

    def entries(self) -> list[fmpq]:
        """Its numbers, exactly, the last axis running fastest; raises as `exact_entries` does."""
        return exact_entries(self.array, self.place)


def exact_entries(array: Any, place: Place) -> list[fmpq]:
    """The numbers of an array as rationals without loss, the last axis running fastest.

    Takes floats of at most 64 bits, integers, and objects that Q takes.  Raises
    `InvalidInputError`, with the index, for NaN and infinities, and for any other type.
    """
    kind = array.dtype.kind
    if kind in "iu":
        return [fmpq(value) for value in array.ravel().tolist()]
    if kind == "O":
        return [_coerced(value, index, place) for index, value in np.ndenumerate(array)]
    if kind != "f" or array.dtype.itemsize > 8:
        raise place.error(
            f"holds {array.dtype}; expected float16, float32, float64 or integers, which are exact "
            "rationals"
        )
    if not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise _at(place, index).error(f"{array[index]} is not a finite number")
    return [fmpq(*value.as_integer_ratio()) for value in array.ravel().tolist()]


def _coerced(value: object, index: tuple[int, ...], place: Place) -> fmpq:
    at = _at(place, index)
    if isinstance(value, str):
        raise at.error(f"{shown(value)} is text; expected a number")
    with inside(at):
        return Q.coerce(value)


def _at(place: Place, index: tuple[int, ...]) -> Place:
    for position in index:
        place = place.index(position)
    return place
