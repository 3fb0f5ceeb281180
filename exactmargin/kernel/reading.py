"""Strict reading: JSON without floats, duplicate or unknown keys; numbers in one spelling."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from .numbers import DIGITS, Field, Number, Poly, as_poly, symbol
from .outcome import Malformed, form


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for i, (key, _) in enumerate(pairs):
        form(key not in {k for k, _ in pairs[:i]}, "duplicate-key", "file", key)
    return dict(pairs)


def _refuse(text: str) -> Any:
    raise Malformed("float", "file", (text,))


def read_json(data: bytes) -> Any:
    """The JSON value in ``data`` (UTF-8); raises Malformed, never another exception."""
    hooks: Any = {"parse_float": _refuse, "parse_constant": _refuse}
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            **hooks,
        )
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
        plain = re.fullmatch(r"-?[0-9]+(\.[0-9]+|/[0-9]*[1-9][0-9]*)?", text)
        form(plain is not None, "number-syntax", place, text)
        number = Fraction(text)
        form(lenient or str(number) == text, "number-spelling", place, text)
        return number
    root = read_expression(text, (), field, place)
    degree = max((e[0] for e in root.terms if e), default=0)
    form(lenient or degree < len(field.minpoly) - 1, "number-degree", place, text)
    form(lenient or str(root) == text, "field-number-spelling", place, text)
    return root


def numbers(
    value: Any, place: str, field: Field | None, length: int | None = None, lenient: bool = False
) -> list[Number]:
    """A list of numbers."""
    rows = enumerate(items(value, place, length))
    return [read_number(x, field, f"{place}[{i}]", lenient) for i, x in rows]


def read_expression(text: Any, symbols: Sequence[str], field: Field | None, place: str) -> Poly:
    """A polynomial from text with + - * ^ and brackets, e.g. ``(x+y)^2-1/2*x``.

    Symbols are those listed (s_1, s_2, ...) and the field's generator. No division but in
    numbers, no implicit product, no blanks.
    """
    for name in symbols:
        form(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) is not None, "symbol", place, name)
    names = {name: symbol(j) for j, name in enumerate(symbols, 1)}
    if field is not None:
        form(field.generator not in names, "symbol-is-the-generator", place, field.generator)
        names[field.generator] = Poly({(1,): Fraction(1)}, field)
    tokens = re.findall(r"[0-9./]+|[A-Za-z][A-Za-z0-9_]*|.", word(text, place), re.DOTALL)
    tokens = [*reversed(tokens)]

    def take(*wanted: str) -> str:
        return tokens.pop() if tokens and tokens[-1] in wanted else ""

    def total() -> Poly:
        result = product() * -1 if take("-") else product()
        while operator := take("+", "-"):
            result = result + product() * (1 if operator == "+" else -1)
        return result

    def times(a: Poly, b: Poly) -> Poly:
        small = len(a.terms) * len(b.terms) <= 10**6  # a short text can mean a long polynomial
        form(small, "expression-too-large", place, text)
        return a * b

    def product() -> Poly:
        result = power()
        while take("*"):
            result = times(result, power())
        return result

    def power() -> Poly:
        fraction = "/" in "".join(tokens[-1:])
        base = result = atom()
        if take("^"):
            form(not fraction, "power-of-a-fraction", place, text)  # 3/2^2: (3/2)^2 or 3/(2^2)?
            exponent = tokens.pop() if tokens else ""
            form(bool(re.fullmatch(r"[2-9]|[1-9][0-9]", exponent)), "exponent", place, exponent)
            for _ in range(int(exponent) - 1):
                result = times(result, base)
        return result

    def atom() -> Poly:
        token = tokens.pop() if tokens else ""
        if token == "(":
            inside = total()
            form(bool(take(")")), "bracket", place, text)
            return inside
        return names[token] if token in names else as_poly(read_number(token, None, place))

    result = total()
    form(not tokens, "expression-tail", place, text)
    return result
