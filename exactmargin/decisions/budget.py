"""Time budgets and progress inside long decisions.

A decision takes a `Budget` and asks it in every loop that can be long. When the time is over the
decision stops where it stands: the verdict is unknown, and what was found so far is not lost
where a weaker answer can be given.
"""

from collections.abc import Callable
from time import monotonic
from typing import final

__all__ = ["Budget", "BudgetSpent"]


@final
class BudgetSpent(Exception):  # noqa: N818 - not an error: the answer is unknown
    """The time that was given is over; the message is the reason of the unknown verdict."""


@final
class Budget:
    """A deadline `seconds` from now (None: none), and where progress is reported.

    `report` is called with a short text at each stage of a long decision.
    """

    def __init__(
        self, seconds: float | None = None, report: Callable[[str], None] = lambda _: None
    ):
        self.seconds, self.report = seconds, report
        self.restart()

    def restart(self) -> None:
        """Begin the time anew, for the next of several decisions that share the budget."""
        self._end = None if self.seconds is None else monotonic() + self.seconds

    @property
    def spent(self) -> bool:
        """Whether the time is over."""
        return self._end is not None and monotonic() >= self._end

    def check(self) -> None:
        """Raise `BudgetSpent` where the time is over."""
        if self.spent:
            raise BudgetSpent(f"the budget of {self.seconds:g} seconds is spent")
