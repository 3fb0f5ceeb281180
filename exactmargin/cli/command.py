"""A command as it is typed, and the arguments that several commands have."""

import os
from argparse import ArgumentParser
from collections.abc import Callable
from typing import NamedTuple

from exactmargin.cli import values

__all__ = ["Command", "certificates", "number_only", "problem", "processes"]


class Command(NamedTuple):
    """A command: its name, the module and the function that run it (loaded when it is run), its
    help, an example, and `declare`, which adds its arguments to a parser.

    `more` is a function where the help must load what it tells.
    """

    name: str
    runs: tuple[str, str]
    summary: str
    more: str | Callable[[], str]
    example: str
    declare: Callable[[ArgumentParser], None]


def problem(parser: ArgumentParser) -> None:
    """The problem, from a file or from standard input."""
    parser.add_argument("problem", metavar="PROBLEM", help="a problem file, - is stdin")


def processes(parser: ArgumentParser) -> None:
    """How many processes to use."""
    parser.add_argument(
        "--jobs",
        type=values.jobs,
        default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
        metavar="N",
        help="processes to use (default: one per available processor, here %(default)s)",
    )


def certificates(parser: ArgumentParser, text: str) -> None:
    """The folder of certificates; `text` says what is written there."""
    parser.add_argument("--certificates", metavar="DIR", help=text)


def number_only(parser: ArgumentParser) -> None:
    """The number of cells without a list."""
    parser.add_argument(
        "--number-only",
        action="store_true",
        help="certify the number of cells without a list of them (margin problems)",
    )
