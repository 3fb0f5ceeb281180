r"""The loss (110) of a deep linear network on a cell as texts, everything in it a symbol.

w{l}_{i}_{j} is an entry of W^(l), for l = 1, ..., L; v, c, and of each example μ_i, y_i, x_ij and
the state ε_i of its loss.
"""

from collections.abc import Sequence

from exactmargin.registry import Step
from theorems.laurent2018._two_class import brackets, free, total

SHAPES: tuple[tuple[int, ...], ...] = ((2, 1), (2, 2), (1, 2, 1), (2, 1, 2), (1, 2, 1, 2))
"""Widths d_0, ..., d_L: one to three hidden layers."""


class Deep:
    """The loss on a cell with given widths, two examples."""

    examples = (1, 2)

    def __init__(self, widths: Sequence[int]):
        self.widths, self.depth = widths, len(widths) - 1
        self.inputs = range(1, widths[0] + 1)
        self.shape = f"$L={self.depth}$, widths ${','.join(map(str, widths))}$"

    def pull(self, level: int, first: str = "") -> list[str]:
        """(W^(L) ... W^(level+1))^T v; v-bar at level 0; `first` is added to W^(1)_11."""
        if level == self.depth:
            return [f"v{i}" for i in range(1, self.widths[-1] + 1)]
        above, l = self.pull(level + 1), level + 1
        found = []
        for j in range(1, self.widths[level] + 1):
            entries = [f"w{l}_{i}_{j}" for i in range(1, self.widths[l] + 1)]
            if first and l == j == 1:
                entries[0] = f"({entries[0]}+{first})"
            found.append(total(f"{w}*{brackets(p)}" for w, p in zip(entries, above, strict=True)))
        return found

    def loss(self, first: str = "") -> str:
        """Σ μ ε (1 - y(⟨v-bar, x⟩ + c))."""
        bar = self.pull(0, first)
        return total(f"mu{i}*eps{i}*(1-y{i}*({self._output(i, bar)}+c))" for i in self.examples)

    def _output(self, i: int, bar: Sequence[str]) -> str:
        return total(f"{brackets(a)}*x{i}_{j}" for j, a in enumerate(bar, 1))

    def z(self, j: int) -> str:
        """Entry j of z, with ε in the place of λ."""
        return total(f"mu{i}*eps{i}*y{i}*x{i}_{j}" for i in self.examples)

    def gradient(self) -> Step:
        """∂L/∂W^(1)_11 = -((W^(L) ... W^(2))^T v)_1 z_1; the other entries by relabelling."""
        return free(
            rf"{self.shape}: $-\partial\mathcal{{L}}/\partial W^{{(1)}}_{{1,1}}=p_1z_1$ with "
            r"$p=(W^{(L)}\cdots W^{(2)})^Tv$",
            self.loss("t"),
            f"{self.loss()}-t*{brackets(self.pull(1)[0])}*({self.z(1)})",
        )

    def dichotomy(self) -> Step:
        """(W^(1))^T times the gradient is v-bar ⊗ z: entry (1, 1)."""
        column = self.pull(1)
        left = total(f"w1_{i}_1*({brackets(p)}*z)" for i, p in enumerate(column, 1))
        return free(
            rf"{self.shape}: $(W^{{(1)}})^Tpz^T=\bar{{v}}z^T$",
            left,
            f"{brackets(self.pull(0)[0])}*z",
        )
