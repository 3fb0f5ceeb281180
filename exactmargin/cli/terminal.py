"""What is printed, and where: results to stdout, messages to stderr, progress to a terminal only.

Nothing is coloured, so there is nothing for NO_COLOR to switch off.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import final

from exactmargin.errors import InvalidInputError

__all__ = ["Progress", "columns", "complain", "emit", "emit_json", "emit_verdicts", "one_line"]
__all__ += ["silence"]

VERDICTS_FORMAT = "exactmargin/verdicts@1"


def emit(text: str) -> None:
    """Print lines of a result to stdout, at once; raises `InvalidInputError` where it cannot."""
    if sys.stdout is None:  # the shell closed it: >&-
        raise InvalidInputError("is closed", place="standard output")
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        raise InvalidInputError(
            f"cannot be written ({error.strerror})", place="standard output"
        ) from None


def emit_json(value: object) -> None:
    """Print one JSON object."""
    emit(json.dumps(value, indent=1, ensure_ascii=True))


def emit_verdicts(verdicts: Mapping[str, object]) -> None:
    """Print verdicts by name, ``exactmargin/verdicts@1``."""
    emit_json({"format": VERDICTS_FORMAT, "verdicts": verdicts})


def complain(text: str) -> None:
    """Print one line to stderr, with the program's name in front."""
    if sys.stderr is not None:  # the shell closed it: 2>&-
        print(f"exactmargin: {one_line(text)}", file=sys.stderr)


def silence() -> None:
    """Let what is still buffered for a broken stdout go nowhere, quietly."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # a stdout that is no file, as in tests
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def one_line(text: str) -> str:
    """The text with everything that is not printable escaped, line ends above all."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of texts as lines with aligned columns; the last column is not padded."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


@final
class Progress:
    """One line on stderr that is written over and over, if stderr is a terminal; else nothing."""

    def __init__(self) -> None:
        stderr = sys.stderr
        self._shown = stderr is not None and stderr.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, text: str) -> None:
        """Replace the line."""
        self._write(f"\r\x1b[K{one_line(text)[:76]}")

    def clear(self) -> None:
        """Remove the line."""
        self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(text)
            sys.stderr.flush()
