"""What the display of a step has at hand: the problem, its names, and recomputed numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exactmargin.kernel.network import Trace, at, slopes_at
from exactmargin.kernel.numbers import Field, sign
from exactmargin.kernel.problem import Problem
from exactmargin.kernel.reading import read_number
from exactmargin.render.layout import vector
from exactmargin.render.naming import Naming
from exactmargin.render.numerals import number

__all__ = ["Setting", "pre_activation_head"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A problem and the names of its parameters."""

    problem: Problem
    naming: Naming

    @property
    def field(self) -> Field | None:
        """The field of all numbers."""
        return self.problem.field

    def numbers(self, texts: Sequence[str]) -> list[Any]:
        """The numbers that these texts of the certificate spell."""
        return [read_number(text, self.problem.field, "evidence") for text in texts]

    def free_entries(self, values: Sequence[str]) -> list[str]:
        """Entries for all parameters: these at the free ones, nothing at the others."""
        block = self.problem.block
        size = len(self.problem.theta)
        return [*[""] * block.start, *values, *[""] * (size - block.stop)]

    def free_order(self) -> list[int]:
        """The places, in the free list, of the entries of a vector that is written as one."""
        start = self.problem.block.start
        return [p - start for block in self.naming.free_blocks() for p in block.indices]

    def order_text(self) -> str:
        """The order of such entries, by the names of the blocks."""
        blocks = self.naming.free_blocks()
        rows = ", matrices row by row" if any(block.columns for block in blocks) else ""
        return ", ".join(f"${block.name}$" for block in blocks) + rows

    def trace(self, example: int) -> Trace:
        """The forward pass at the parameters of the problem."""
        return at(self.problem, self.problem.theta, example)

    def hidden(self, trace: Trace) -> list[str]:
        """The hidden pre-activations, one vector per layer."""
        return [vector([number(z) for z in row]) for row in trace.z[:-1]]

    def kinks(self, example: int) -> list[tuple[int, int]]:
        """The hidden units at whose kink the example lies (those outside of every cell's rule)."""
        found: list[tuple[int, int]] = []

        def decide(unit: tuple[int, int]) -> Any:
            found.append(unit)
            return self.problem.slope

        slopes_at(self.problem, self.trace(example), decide)
        return found

    def active(self) -> list[int]:
        """The examples whose margin is 1."""
        labels = enumerate(self.problem.labels)
        return [i for i, y in labels if not sign(self.trace(i).output * y - 1)]


def pre_activation_head(setting: Setting, mark: str = "") -> list[str]:
    """The heads of the columns with pre-activations; ``mark`` is a prime or nothing."""
    hidden = len(setting.problem.layers) - 1
    if setting.naming.by_neuron and not setting.problem.layers[0].biases:
        return [f"(w_k^{{{mark}\\top}} x_i)_k"]
    return [f"z^{{({l + 1}){mark}}}" for l in range(hidden)]
