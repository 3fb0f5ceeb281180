"""Exit statuses: one table, from which ``--help`` is written."""

from enum import IntEnum
from typing import final

__all__ = ["MEANINGS", "Exit"]


@final
class Exit(IntEnum):
    """How a command ends; `MEANINGS` says it in words."""

    HOLDS = 0
    FAILED = 1
    INVALID = 2
    UNKNOWN = 3
    SPENT = 4
    INTERNAL = 5
    INTERRUPTED = 130
    PIPE_CLOSED = 141


MEANINGS = {
    Exit.HOLDS: "all that was asked holds (analyze, convert: answered)",
    Exit.FAILED: "refuted, rejected, or a theorem failed",
    Exit.INVALID: "wrong usage or invalid input",
    Exit.UNKNOWN: "something is unknown, or cannot be checked",
    Exit.SPENT: "the budget was spent",
    Exit.INTERNAL: "an internal error: please report it",
    Exit.INTERRUPTED: "interrupted from the keyboard",
    Exit.PIPE_CLOSED: "the reader of the output went away",
}
"""What each status means, in a few words."""
