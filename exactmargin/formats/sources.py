"""From a source (a path, ``"-"`` for stdin, an open file) to its text and its name in messages."""

import secrets
import sys
from pathlib import Path
from typing import TextIO

from exactmargin.errors import InvalidInputError
from exactmargin.formats.places import Place

__all__ = ["Source", "file_error", "read_text", "replace_text", "source_name", "write_text"]

Source = str | Path | TextIO
"""Where a problem is read from: a path, ``"-"`` for stdin, or an open text file."""


def source_name(source: Source) -> str:
    """The name of the source in messages: the path as it was given, or ``<stdin>``."""
    if source == "-":
        return "<stdin>"
    if isinstance(source, (str, Path)):
        name = str(source)
    else:
        name = str(getattr(source, "name", "<stream>"))
    return name if len(name) <= 200 else f"...{name[-197:]}"


def read_text(source: Source) -> str:
    """The whole text of the source, which must be UTF-8; a byte order mark is dropped.

    Raises `InvalidInputError`, with the source's name, for a file that does not exist or cannot
    be read, for a directory, and for bytes that are not UTF-8.
    """
    place = Place(source_name(source))
    try:
        data = _read(source)
        return data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise place.error(
            f"not UTF-8 text: byte 0x{error.object[error.start]:02x} at offset {error.start}; "
            "save the file as UTF-8"
        ) from None
    except (OSError, ValueError) as error:
        raise file_error(place, error, "read") from None


def write_text(text: str, path: str | Path) -> None:
    """Write ASCII text with newlines as they are; raises `InvalidInputError` where it cannot."""
    try:
        Path(path).write_text(text, encoding="ascii", newline="\n")
    except (OSError, ValueError) as error:
        raise file_error(Place(source_name(path)), error, "written") from None


def replace_text(text: str, path: Path) -> None:
    """Put a text at a path in one step: a reader sees the old file or the new one, whole.

    Makes the folder where there is none; raises `InvalidInputError` where it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
        try:
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise file_error(Place(source_name(path)), error, "written") from None


def _read(source: Source) -> bytes | str:
    if source == "-":
        source = getattr(sys.stdin, "buffer", sys.stdin)
    if isinstance(source, (str, Path)):
        return Path(source).read_bytes()
    return source.read()


def file_error(place: Place, error: Exception, verb: str) -> InvalidInputError:
    """The error that says why a file cannot be ``"read"`` or ``"written"`` (the verb)."""
    if isinstance(error, FileNotFoundError):
        return place.error("there is no such file" if verb == "read" else "no such folder")
    if isinstance(error, IsADirectoryError):
        return place.error("a directory; expected a file")
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return place.error(f"cannot be {verb}: {reason}")
