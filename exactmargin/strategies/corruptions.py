"""Every way in which one value of a certificate is spoiled, one at a time."""

import copy
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from exactmargin.kernel import CLAIMS

__all__ = ["alterations", "corruptions", "places", "put", "spoiled"]

Path: TypeAlias = tuple[Any, ...]
"""The keys and indices that lead to a value."""

TYPES: tuple[Any, ...] = (None, True, 0, "x", [], {})


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value inside, with the way to it."""
    if path:
        yield path, value
    if isinstance(value, (dict, list)):
        for key in sorted(value) if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def put(sample: Any, path: Path, new: Any) -> Any:
    """The same with another value at the path; what does not change is shared, not copied."""
    if not path:
        return new
    found = copy.copy(sample)
    found[path[0]] = put(found[path[0]], path[1:], new)
    return found


def spoiled_text(text: str) -> Iterator[tuple[str, Any]]:
    """A number: its last digit, its sign, its double; an expression; a word."""
    try:
        x = Fraction(text)
    except ValueError:
        if text in CLAIMS:
            yield from ((f"claim {claim}", claim) for claim in CLAIMS if claim != text)
            return
        yield from (("more", f"{text}+1"), ("less", f"{text}-1"), ("opposite", f"-({text})"))
        negated = text.removeprefix("-") if text.startswith("-") else f"-{text}"
        yield from (("negated", negated), ("word", f"{text}x"))
        if text.startswith("1/2*"):
            yield "doubled", text.removeprefix("1/2*")
        return
    step = Fraction(1, x.denominator)
    yield from (("up", str(x + step)), ("down", str(x - step)))
    yield from (("negated", str(-x)), ("doubled", str(2 * x)))


def spoiled(value: Any) -> Iterator[tuple[str, Any]]:
    """Other values for one value, each with the name of what was done."""
    if isinstance(value, str):
        yield from spoiled_text(value)
    elif isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, int):
        yield from (("up", value + 1), ("down", value - 1), ("negated", -value))
    elif value is None:
        yield "present", ["0"]
    elif isinstance(value, list):
        if value:
            yield from (("shorter", value[:-1]), ("without first", value[1:]))
            yield "longer", [*value, copy.deepcopy(value[-1])]
        for i, (a, b) in enumerate(pairwise(value)):
            if a != b:
                yield f"swapped {i}", [*value[:i], b, a, *value[i + 2 :]]
    elif isinstance(value, dict):
        yield "with a key", value | {"note": "0"}
        for key in sorted(value):
            yield f"without {key}", {k: v for k, v in value.items() if k != key}


def alterations(sample: Any) -> Iterator[tuple[str, Path, Any]]:
    """Each spoiling of one value: its name, the way to the value, and the new value.

    The types are exchanged in turn, not all at every place.
    """
    for n, (path, value) in enumerate(places(sample)):
        name = ".".join(map(str, path))
        for what, new in spoiled(value):
            if new != value:
                yield f"{name}: {what}", path, new
        other = TYPES[n % len(TYPES)]
        if type(other) is not type(value):
            yield f"{name}: {other!r}", path, other


def corruptions(sample: Any) -> Iterator[tuple[str, Any]]:
    """Spoiled certificates, each with the name of what was done; they share what is not spoiled
    with the sample, so neither is to be changed."""
    for name, path, new in alterations(sample):
        yield name, put(sample, path, new)
