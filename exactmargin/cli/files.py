"""Bytes in and text out, for all commands; no number library is loaded for it.

(`exactmargin.formats` reads problem files; to import it is to load FLINT, and ``verify`` does
without.)
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exactmargin.errors import InvalidInputError

__all__ = ["about", "check_stdin", "made_folder", "read_bytes", "shown_name", "write_text"]


def shown_name(name: str) -> str:
    """The name of a source in messages."""
    return "<stdin>" if name == "-" else name


def check_stdin(name: str) -> None:
    """Raise `InvalidInputError` where stdin is meant and the shell has closed it (``<&-``)."""
    if name == "-" and sys.stdin is None:
        raise InvalidInputError("is closed", place=shown_name(name))


def read_bytes(name: str) -> bytes:
    """The bytes of a file, ``-`` for stdin; raises `InvalidInputError` where it cannot."""
    check_stdin(name)
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise _failed(name, "read", error) from None


def write_text(text: str, path: str | Path) -> None:
    """Write a text to a file as UTF-8; raises `InvalidInputError` where it cannot."""
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise _failed(str(path), "written", error) from None


def made_folder(path: Path) -> Path:
    """The folder, made if it is not there; raises `InvalidInputError` where it cannot."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InvalidInputError("a file; expected a folder", place=str(path)) from None
    except (OSError, ValueError) as error:
        raise _failed(str(path), "made", error) from None
    return path


def _failed(name: str, verb: str, error: OSError | ValueError) -> InvalidInputError:
    place = shown_name(name)
    if isinstance(error, FileNotFoundError):
        reason = "there is no such file" if verb == "read" else "there is no such folder"
    elif isinstance(error, IsADirectoryError):
        reason = "a directory; expected a file"
    else:
        words = error.strerror if isinstance(error, OSError) else None
        reason = f"cannot be {verb} ({words or error})"
    return InvalidInputError(reason, place=place)


@contextmanager
def about(name: str) -> Iterator[None]:
    """Errors of the block name the problem's file."""
    try:
        yield
    except InvalidInputError as error:
        place = ": ".join(filter(None, (shown_name(name), error.place)))
        raise InvalidInputError(error.message, place=place) from None
