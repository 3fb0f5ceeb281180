"""Strict reading: JSON without floats, duplicate or unknown keys; numbers in one spelling.

A number of Q is ``-?digits[/digits]`` in lowest terms. One of Q(r) is a sum of rational multiples
of powers of r, highest first, each once, as in ``1/2*r^2-r+3``. The lenient spelling of a user's
file has JSON integers, decimals, fractions as they come, and sums of products in any order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from .numbers import DIGITS, Field, Number, Poly
from .outcome import Malformed, form

RATIONAL = r"[0-9]+(?:\.[0-9]+|/0*[1-9][0-9]*)?"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, entry in pairs:
        form(key not in found, "duplicate-key", "file", key)
        found[key] = entry
    return found


def _refuse(text: str) -> Any:
    raise Malformed("float", "file", (text,))


def read_json(data: bytes) -> Any:
    """The JSON value in ``data`` (UTF-8); raises Malformed, never another exception."""
    hooks: Any = {"object_pairs_hook": _object, "parse_float": _refuse, "parse_constant": _refuse}
    try:
        return json.loads(data.decode("utf-8"), **hooks)
    except (ValueError, RecursionError) as error:  # also integers above Python's digit limit
        raise Malformed("not-json", "file", (type(error).__name__, error)) from None


def keys(value: Any, place: str, names: Iterable[str], optional: Iterable[str] = ()) -> Any:
    """``value``, an object with exactly these keys (and perhaps the optional ones)."""
    form(isinstance(value, dict), "not-an-object", place, value)
    for name in names:
        form(name in value, "missing-key", place, name)
    for name in value:
        form(name in names or name in optional, "unknown-key", place, name)
    return value


def items(value: Any, place: str, length: int | None = None) -> list[Any]:
    """``value``, a list (of the given length)."""
    form(isinstance(value, list), "not-a-list", place, value)
    form(length is None or len(value) == length, "length", place, len(value), length)
    return list(value)


def table(
    value: Any, place: str, names: Iterable[str], optional: Iterable[str] = ()
) -> list[tuple[str, Any]]:
    """A list of objects with these keys, each with its place."""
    rows = [(f"{place}[{n}]", entry) for n, entry in enumerate(items(value, place))]
    return [(where, keys(entry, where, names, optional)) for where, entry in rows]


def integer(value: Any, place: str, low: int, high: int) -> int:
    """``value``, an integer with low <= value <= high; true and false are not integers."""
    form(isinstance(value, int) and not isinstance(value, bool), "not-an-integer", place, value)
    form(low <= value <= high, "out-of-range", place, value, low, high)
    return int(value)


def rising(values: Sequence[Any], place: str) -> None:
    """A list that refers to things names each once, in order."""
    form(list(values) == sorted(set(values)), "not-rising", place, *values)


def word(value: Any, place: str) -> str:
    """``value``, a text of moderate length."""
    form(isinstance(value, str), "not-a-text", place, value)
    form(len(value) <= DIGITS, "text-too-long", place, f"{len(value)} characters")
    return str(value)


def read_number(text: Any, field: Field | None, place: str, lenient: bool = False) -> Number:
    """A number from its one spelling; ``lenient`` (a user's file) also 0.25, 2/4 and integers."""
    if lenient and isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    text = word(text, place)
    if field is None or re.fullmatch(r"-?[0-9./]+", text):
        form(bool(re.fullmatch(f"-?{RATIONAL}", text)), "number-syntax", place, text)
        number = Fraction(text)
        form(lenient or str(number) == text, "number-spelling", place, text)
        return number
    return _field_number(text, field, place, lenient)


def _field_number(text: str, field: Field, place: str, lenient: bool) -> Poly:
    """A sum of products of rationals and powers of the generator."""
    factor = rf"(?:{RATIONAL}|{field.generator}(?:\^[0-9]{{1,3}})?)"
    term = rf"{factor}(?:\*{factor})*"
    syntax = re.fullmatch(rf"-?{term}(?:[+-]{term})*", text)
    form(syntax is not None, "field-number-syntax", place, text)
    root = Poly({}, field)
    for minus, product in re.findall(r"(-?)([^+-]+)", text):
        a, power = Fraction(-1 if minus else 1), 0
        for part in product.split("*"):
            if part[0].isdigit():
                a *= Fraction(part)
            else:
                power += int(part.partition("^")[2] or 1)
        root = root + Poly({(power,) if power else (): a}, field)
    form(lenient or len(root.powers()) < len(field.minpoly), "number-degree", place, text)
    form(lenient or str(root) == text, "field-number-spelling", place, text)
    return root


def numbered(
    value: Any, place: str, key: str, high: int, names: Iterable[str], optional: Iterable[str] = ()
) -> dict[int, tuple[str, Any]]:
    """A table about things that are counted from 1, each named once, in order; here from 0."""
    rows = table(value, place, (key, *names), optional)
    found = {integer(entry[key], where, 1, high) - 1: (where, entry) for where, entry in rows}
    rising([entry[key] for _, entry in rows], place)
    return found


def numbers(
    value: Any, place: str, field: Field | None, length: int | None = None, lenient: bool = False
) -> list[Number]:
    """A list of numbers."""
    rows = enumerate(items(value, place, length))
    return [read_number(x, field, f"{place}[{i}]", lenient) for i, x in rows]
