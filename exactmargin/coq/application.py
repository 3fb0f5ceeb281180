"""A checker of the Coq development, applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, final

from exactmargin.kernel.reading import read_number

__all__ = ["Application", "Unsupported", "numbers"]


class Unsupported(Exception):  # noqa: N818 - an outcome, not an error
    """There is no checker in Coq for this claim, or for this evidence; the text says why."""


@final
@dataclass(frozen=True, slots=True)
class Application:
    """A checker of the development with its arguments, and the theorem that it is sound.

    Where ``checker P theta arguments`` is true, ``theorem`` gives the statement. It may rest on
    ``axioms``. `definitions` come before the statement.
    """

    statement: str
    checker: str
    theorem: str
    arguments: tuple[str, ...]
    axioms: frozenset[str] = frozenset()
    definitions: str = ""

    def proof(self) -> str:
        """The tactics; the computation is done once, by Coq's kernel."""
        arguments = "\n  ".join(self.arguments)
        call = f"{self.theorem} P theta\n  {arguments}"
        return f"apply ({call}).\nvm_cast_no_check (eq_refl true)."

    def computation(self) -> str:
        """The boolean."""
        arguments = "\n  ".join(self.arguments)
        return f"({self.checker} P theta\n  {arguments})"


def numbers(values: Iterable[Any]) -> list[Any]:
    """Numbers of the evidence."""
    return [read_number(value, None, "evidence") for value in values]
