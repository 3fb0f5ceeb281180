"""What the strategies take as arguments: misuse is said at the call, not at the first example."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from flint import fmpq
from hypothesis.strategies import SearchStrategy

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.exact.scalars import shown

__all__ = ["Range", "bounds", "chosen", "flag", "rational", "several", "slopes", "strategy"]

Range: TypeAlias = int | tuple[int, int]
"""A number, or a pair (least, most)."""


def bounds(value: object, place: str, least: int = 1) -> tuple[int, int]:
    """(least, most) of a `Range`; raises `InvalidInputError`."""
    pair = value if isinstance(value, tuple) else (value, value)
    whole = len(pair) == 2 and all(type(x) is int for x in pair)
    if not whole or not least <= pair[0] <= pair[1]:
        raise InvalidInputError(
            f"{shown(value)} is not a size; expected an integer from {least}, or a pair "
            "(least, most) of them",
            place=place,
        )
    return pair[0], pair[1]


def chosen(value: object, choices: Sequence[str], place: str) -> str:
    """The value, which is one of the choices; raises `InvalidInputError`."""
    if not isinstance(value, str) or value not in choices:
        names = ", ".join(map(repr, choices))
        raise InvalidInputError(f"{shown(value)} is unknown; expected one of {names}", place=place)
    return value


def several(values: object, choices: Sequence[str], place: str) -> tuple[str, ...]:
    """One or more of the choices; raises `InvalidInputError`."""
    if isinstance(values, str) or not isinstance(values, Sequence) or not values:
        raise InvalidInputError(
            f"{shown(values)} is not a sequence; expected one or more of "
            f"{', '.join(map(repr, choices))}",
            place=place,
        )
    return tuple(chosen(value, choices, f"{place}[{i}]") for i, value in enumerate(values))


def flag(value: object, place: str, optional: bool = False) -> Any:
    """True or False, or None where it may be left to the draw; raises `InvalidInputError`."""
    if not (isinstance(value, bool) or (optional and value is None)):
        wanted = "True, False or None" if optional else "True or False"
        raise InvalidInputError(f"{shown(value)} is not {wanted}", place=place)
    return value


def rational(value: object, place: str) -> fmpq:
    """The rational number; raises `InvalidInputError`, or `FloatRefusedError` for a float."""
    try:
        return Q.coerce(value)
    except InvalidInputError as error:
        raise type(error)(error.message, place=place) from None


def slopes(values: object) -> tuple[fmpq, ...]:
    """The negative slopes of hidden units to draw from, in [0, 1]; raises `InvalidInputError`."""
    if isinstance(values, str) or not isinstance(values, Sequence) or not values:
        raise InvalidInputError(
            f"{shown(values)} is not a sequence; expected one or more slopes from 0 to 1",
            place="slopes",
        )
    result = tuple(rational(value, f"slopes[{i}]") for i, value in enumerate(values))
    for i, value in enumerate(result):
        if not 0 <= value <= 1:
            raise InvalidInputError(
                f"{shown(values[i])} is not in [0, 1]; 0 is ReLU, 1 is linear", place=f"slopes[{i}]"
            )
    return result


def strategy(value: object, default: SearchStrategy[Any], place: str) -> SearchStrategy[Any]:
    """A strategy, or the default for None; raises `InvalidInputError`."""
    if value is None:
        return default
    if not isinstance(value, SearchStrategy):
        raise InvalidInputError(
            f"{shown(value)} is not a Hypothesis strategy; wrap a single value in "
            "hypothesis.strategies.just",
            place=place,
        )
    return value
