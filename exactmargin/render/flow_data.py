"""The polynomials behind a gradient flow certificate, recomputed for display.

The kernel has checked them; here they are only evaluated again, with the kernel's own arithmetic.
Symbols are counted from 1, as the s_j of a polynomial.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from exactmargin.kernel.expressions import only, orthant_sign, read_expression
from exactmargin.kernel.network import Trace, forward, inner
from exactmargin.kernel.numbers import Poly, as_poly, sign, symbol
from exactmargin.render.setting import Setting
from exactmargin.render.symbols import symbol_tex

__all__ = ["FlowData"]


@dataclass(frozen=True)
class FlowData:
    """A setting and the evidence of a ``gradient-flow-limit``."""

    setting: Setting
    evidence: Any

    @cached_property
    def names(self) -> list[str]:
        """The symbols as formulas."""
        return [symbol_tex(entry["name"]) for entry in self.evidence["symbols"]]

    @cached_property
    def motion(self) -> dict[int, str]:
        """How every symbol moves."""
        return {j: entry["motion"] for j, entry in enumerate(self.evidence["symbols"], 1)}

    @property
    def growing(self) -> set[int]:
        """The symbols that may be unbounded."""
        return {j for j, motion in self.motion.items() if motion == "increasing"}

    @property
    def positive(self) -> set[int]:
        """The symbols that are > 0; the decreasing ones may be 0."""
        return {j for j, motion in self.motion.items() if motion != "decreasing"}

    def read(self, text: str) -> Poly:
        """An expression in the symbols."""
        names = [entry["name"] for entry in self.evidence["symbols"]]
        return read_expression(text, names, self.setting.field, "evidence")

    @cached_property
    def region(self) -> list[Poly]:
        """Every parameter as a linear form in the symbols."""
        return [self.read(text) for text in self.evidence["region"]]

    @cached_property
    def traces(self) -> list[Trace]:
        """The forward passes on the region."""
        problem = self.setting.problem

        def side(unit: Any, z: Any) -> Any:
            found = orthant_sign(as_poly(z), self.positive)
            return 1 if found == 1 or problem.slope == 1 else problem.slope

        return [forward(problem, self.region, x, side) for x in problem.inputs]

    @cached_property
    def margins(self) -> list[Poly]:
        """The margins on the region."""
        labels = self.setting.problem.labels
        return [as_poly(t.output) * y for t, y in zip(self.traces, labels, strict=True)]

    @cached_property
    def scale(self) -> dict[int, int]:
        """For every growing symbol the one that it equals in the limit."""
        merged = {j: j for j in self.growing}
        for entry in self.evidence["balances"]:
            j, k = entry["symbols"]
            c = merged[k]
            merged = {m: merged[j] if old == c else old for m, old in merged.items()}
        return merged

    def in_limit(self, p: Poly) -> Poly:
        """A polynomial on the limit cone: bounded symbols gone, equal ones merged."""
        into = {j: symbol(k) for j, k in self.scale.items()}
        return as_poly(only(p, self.growing).at(into))

    def balance(self, entry: Any) -> tuple[list[tuple[Any, int]], Any]:
        """The weights of a conserved form with their parameters, and its factor c."""
        weights = self.setting.numbers(entry["weights"])
        rows = [only(row, self.growing) for row in self.region]
        square = as_poly(inner([w * a for w, a in zip(weights, rows, strict=True)], rows))
        factor = square.at({entry["symbols"][0]: 1})
        return [(w, p) for p, w in enumerate(weights) if sign(w)], factor
