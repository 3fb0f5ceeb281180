"""Places in a file, for messages: ``problem.json: network.layers[0].pattern[1][0]``.

A `Place` is carried along while a JSON text is read, so that every message can say where it
happened.  Rooms below know only their own part of the path; `inside` puts the rest in front.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exactmargin.errors import InvalidInputError

__all__ = ["Place", "inside", "json_shown"]

LONGEST = 60
"""The number of characters of a value that a message shows."""

LONGEST_MESSAGE = 400
"""The number of characters of a lower room's message that is passed on."""


def json_shown(value: object) -> str:
    """A value as JSON spells it, in ASCII, shortened to about 60 characters."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, str):
        return _shortened(json.dumps(value[: 2 * LONGEST]))
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    try:
        return _shortened(str(value))
    except ValueError:  # an int above Python's limit for decimal conversion
        return "a huge number"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


@dataclass(frozen=True, slots=True)
class Place:
    """A file (`where`, may be empty) and a path inside it, such as ``data.inputs[0]``."""

    where: str
    path: str = ""

    def key(self, name: str) -> "Place":
        """The place of the value under a key of an object."""
        plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
        if not plain or len(name) > LONGEST:
            return Place(self.where, f"{self.path}[{json_shown(name)}]")
        return Place(self.where, f"{self.path}.{name}" if self.path else name)

    def index(self, position: int) -> "Place":
        """The place of one entry (0-based) of a list."""
        return Place(self.where, f"{self.path}[{position}]")

    def text(self) -> str | None:
        """The place in words, ``"file: path"``; None for no place at all."""
        return ": ".join(part for part in (self.where, self.path) if part) or None

    def error(self, message: str) -> InvalidInputError:
        """The error that says `message` about this place."""
        return InvalidInputError(message, place=self.text())

    def joined(self, inner: str | None) -> "Place":
        """This place with a path that a lower room gave, ``"weights[0]"``, put behind it."""
        if not inner:
            return self
        dot = "." if self.path and not inner.startswith("[") else ""
        return Place(self.where, f"{self.path}{dot}{inner}")


@contextmanager
def inside(place: Place) -> Iterator[None]:
    """Let errors of the rooms below speak of this place: their own path is put behind it."""
    try:
        yield
    except InvalidInputError as error:
        message = error.message
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[: LONGEST_MESSAGE - 3]}..."
        raise type(error)(message, place=place.joined(error.place).text()) from None
