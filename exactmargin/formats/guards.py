"""Guards: each takes a JSON value and its place, and returns it typed or says what was expected.

Values may come from `parse_json` or from a caller's own Python objects, so tuples count as lists,
and both `JsonFloat` and `float` are floats.
"""

import difflib
from collections.abc import Iterable
from fractions import Fraction

from exactmargin.errors import FloatRefusedError
from exactmargin.exact import Field, Number
from exactmargin.formats.json_text import JsonFloat, is_free_key
from exactmargin.formats.places import Place, inside, json_shown

__all__ = ["as_bool", "as_integer", "as_list", "as_number", "as_object", "as_text", "check_keys"]


def as_object(value: object, place: Place, expected: str) -> dict[object, object]:
    """The value as an object; `expected` says in words what it should hold."""
    if not isinstance(value, dict):
        raise place.error(f"{json_shown(value)} is not an object; expected {expected}")
    return value


def check_keys(
    value: dict[object, object], place: Place, required: Iterable[str], optional: Iterable[str] = ()
) -> None:
    """Refuse unknown keys, except ``expect`` and ``x-...``, and missing ones."""
    required = tuple(required)
    known = sorted((*required, *optional))
    for key in value:
        if key not in known and not is_free_key(key):
            near = difflib.get_close_matches(str(key)[:60], known, n=1)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            raise place.error(
                f"unknown key {json_shown(key)}{hint}; expected {_listed(known)}, "
                'or a key that begins with "x-"'
            )
    for key in required:
        if key not in value:
            raise place.error(f'the key "{key}" is missing')


def as_list(value: object, place: Place, expected: str) -> list[object]:
    """The value as a list; `expected` says in words what it should hold."""
    if not isinstance(value, (list, tuple)):
        raise place.error(f"{json_shown(value)} is not a list; expected {expected}")
    return list(value)


def as_integer(value: object, place: Place, expected: str) -> int:
    """The value as an integer; true and false are not integers, nor is 1.0."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise place.error(f"{json_shown(value)} is not an integer; expected {expected}")
    return value


def as_bool(value: object, place: Place) -> bool:
    """The value as true or false; 0 and 1 are neither."""
    if not isinstance(value, bool):
        raise place.error(f"{json_shown(value)} is not true or false")
    return value


def as_text(value: object, place: Place, expected: str) -> str:
    """The value as a string; `expected` says in words what it should be."""
    if not isinstance(value, str):
        raise place.error(f"{json_shown(value)} is not a string; expected {expected}")
    return value


def as_number(value: object, field: Field, place: Place) -> Number:
    """The number of `field` that a string spells or an integer is; floats are refused."""
    if isinstance(value, (float, JsonFloat)):
        raise FloatRefusedError(
            f"{json_shown(value)} is a JSON float, which would be rounded; {_remedy(value)}",
            place=place.text(),
        )
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise place.error(
            f'{json_shown(value)} is not a number; expected a string such as "3", "-1/4" or "0.25"'
        )
    with inside(place):
        return field.parse(value) if isinstance(value, str) else field.coerce(value)


def _remedy(value: float | JsonFloat) -> str:
    """What to write instead, with the value itself where it is a short decimal."""
    text = str(value)
    digits = text.removeprefix("-").replace(".", "", 1)
    if not (digits.isdecimal() and len(text) <= 20):
        return 'write it as an exact string such as "0.5" or "1/2"'
    return f'write "{text}" or "{Fraction(text)}"'


def _listed(names: list[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
