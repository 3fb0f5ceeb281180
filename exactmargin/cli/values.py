"""The values of options, from the text that was typed.

Each raises `argparse.ArgumentTypeError`, with the text and what is expected.
"""

import argparse
import math
import sys
from pathlib import Path

__all__ = [
    "TARGETS",
    "checker",
    "count",
    "example",
    "fraction",
    "graph",
    "jobs",
    "oracle",
    "seconds",
    "seed",
    "shape",
    "target",
]

TARGETS = {".tex": "latex", ".pdf": "pdf", ".v": "coq", ".html": "html"}
"""The forms of an exported certificate, by the suffix of their files."""


def jobs(text: str) -> int:
    """A number of processes."""
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 5 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes 1..9999")
    return int(text)


def count(text: str) -> int:
    """A number of examples."""
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of examples, 1 or more")
    return int(text)


def example(text: str) -> int:
    """The number of an example, from 1."""
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of an example, 1 or more")
    return int(text)


def seed(text: str) -> int:
    """The seed of a campaign, any integer."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 40):
        raise argparse.ArgumentTypeError(f"{text!r} is not an integer of less than 40 digits")
    return int(text)


def shape(text: str) -> tuple[int, ...]:
    """The shape of one input: lengths with commas between."""
    lengths = text.split(",")
    if not all(n.isascii() and n.isdecimal() and 0 < len(n) < 8 and int(n) for n in lengths):
        raise argparse.ArgumentTypeError(f"{text!r} is not a shape such as 784 or 1,28,28")
    return tuple(map(int, lengths))


def seconds(text: str) -> float:
    """A number of seconds."""
    return _between(text, 1e8, "a number of seconds 0..10^8")


def graph(text: str) -> str:
    """The file of a graph: GraphML, or JSON by its suffix."""
    suffix = Path(text).suffix.lower()
    if suffix not in ("", ".graphml", ".xml", ".json"):
        raise argparse.ArgumentTypeError(
            f"{text!r} ends in {suffix}; a graph is written as GraphML (.graphml, .xml) or as "
            "node-link JSON (.json)"
        )
    return text


def fraction(text: str) -> float:
    """A number that is not negative."""
    return _between(text, sys.float_info.max, "a number from 0 up")


def _between(text: str, most: float, expected: str) -> float:
    """A number from 0 to the largest."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not {expected}")
    return value


def checker(text: str) -> str:
    """What checks certificates."""
    return _offered(text, ("kernel", "coq"))


def oracle(text: str) -> str:
    """What is asked for missing cells."""
    return _offered(text, ("z3",))


def target(text: str) -> str:
    """The form of an exported certificate."""
    return _offered(text, tuple(TARGETS.values()))


def _offered(text: str, offered: tuple[str, ...]) -> str:
    if text not in offered:
        raise argparse.ArgumentTypeError(f"{text!r} is not known; expected {' or '.join(offered)}")
    return text
