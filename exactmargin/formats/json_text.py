"""Strict JSON: the text of a file becomes plain objects, or one sentence that says why not.

Stricter than Python's reader: duplicate keys, NaN and Infinity, deep nesting and integers of
thousands of digits are refused with their place.  A JSON float is not refused here but kept as the
text it was written as (`JsonFloat`), because only its reader knows what should stand there; inside
``expect`` and ``x-...``, which this package does not interpret, it becomes a Python float.
"""

import json
from dataclasses import dataclass

from exactmargin.exact import MAX_TEXT
from exactmargin.formats.places import Place, json_shown

__all__ = ["JsonFloat", "is_free_key", "parse_json"]

DEEPEST = 50
"""The deepest nesting that is read; a problem file needs five levels."""


@dataclass(frozen=True, slots=True)
class JsonFloat:
    """A number that the file writes with a fraction or an exponent, as it is written there."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Pairs:
    items: list[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class _Refused:
    reason: str


def is_free_key(key: object) -> bool:
    """Whether a key may stand in any object without being interpreted: ``expect``, ``x-...``."""
    return isinstance(key, str) and (key == "expect" or key.startswith("x-"))


def parse_json(text: str, where: str) -> object:
    """The objects that a strict JSON text describes; floats stay `JsonFloat`.

    Raises `InvalidInputError` with the file `where` and the place in it.
    """
    place = Place(where)
    if not text.strip():
        raise place.error("the file is empty; expected a JSON object")
    try:
        raw: object = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_float=JsonFloat,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise place.error(_syntax(error)) from None
    except RecursionError:
        raise place.error(f"nested deeper than {DEEPEST} levels; expected a flat file") from None
    return _settled(raw, place, 1, free=False)


def _syntax(error: json.JSONDecodeError) -> str:
    spot = f"line {error.lineno}, column {error.colno}"
    text = error.doc
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"the JSON text ends too early ({spot}); the file is probably truncated"
    near = json_shown(text[error.pos : error.pos + 20].split("\n")[0])
    return (
        f"not JSON at {spot}, near {near}; expected strict JSON (one value, double quotes, "
        "no comments, no trailing commas)"
    )


def _integer(text: str) -> object:
    if len(text) > MAX_TEXT:
        return _Refused(f"an integer of {len(text)} digits; at most {MAX_TEXT} are read")
    return int(text)


def _constant(text: str) -> _Refused:
    return _Refused(f"{text} is not a number and not JSON; expected an exact finite number")


def _settled(value: object, place: Place, depth: int, *, free: bool) -> object:
    """`value` with pairs made dicts; raises at the first place where something is refused."""
    if depth > DEEPEST:
        raise place.error(f"nested deeper than {DEEPEST} levels; expected a flat file")
    if isinstance(value, _Refused):
        raise place.error(value.reason)
    if isinstance(value, JsonFloat):
        return float(value.text) if free else value
    if isinstance(value, list):
        return [
            _settled(entry, place.index(i), depth + 1, free=free) for i, entry in enumerate(value)
        ]
    if not isinstance(value, _Pairs):
        return value
    result: dict[str, object] = {}
    for key, entry in value.items:
        if key in result:
            raise place.key(key).error("this key stands twice in one object; keep one of them")
        result[key] = _settled(entry, place.key(key), depth + 1, free=free or is_free_key(key))
    return result
