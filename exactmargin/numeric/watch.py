"""Time and progress inside long computations: what this room asks of a budget."""

from typing import Protocol, final

__all__ = ["UNWATCHED", "Watch"]


class Watch(Protocol):
    """`exactmargin.decisions.Budget` is one: `check` raises where the time is over, `report` takes
    a short text at each stage."""

    def check(self) -> None:
        """Raise where the time is over."""

    def report(self, text: str, /) -> None:
        """Show how far the work has come."""


@final
class _Unwatched:
    """No bound on time, and nobody who listens."""

    def check(self) -> None:
        """Nothing."""

    def report(self, text: str, /) -> None:
        """Nothing."""


UNWATCHED: Watch = _Unwatched()
"""The watch of a computation that has all the time."""
