"""The KKT conditions at depth 2 without shared weights as a small square system (THEORY §10).

At a KKT point every neuron is balanced, ‖w_k‖ = |v_k|, so it is t_k (g_k, s_k) with a unit vector
g_k, s_k = sign v_k and t_k ≥ 0. Stationarity says g_k = s_k Σ_i y_i a_ik x_ik, linear in λ. Given
the pattern (which examples are active, which neurons are live, on which sides of their kinks the
active examples lie) the unknowns are λ_i, c_ik = λ_i ρ_ik on the kinks, and t_k; the equations are
‖g_k‖² = 1, ⟨g_k, x_ik⟩ = 0 on the kinks, and y_i Φ_i = 1, as many as there are unknowns. Rotations
and scalings of the parameters, which keep Φ, have no room here: g is given by λ.

The arrays hold floats, which propose, or balls (`flint.arb`, with dtype object), which prove.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

__all__ = ["Array", "Live", "Pattern", "ReducedSystem"]

Array: TypeAlias = NDArray[Any]
"""Floats, or balls as objects."""


@final
@dataclass(frozen=True, slots=True)
class Live:
    """A live neuron: its number, s_k, and the side of each example (0: on the kink).

    `copies` are further neurons whose parameters are those of this one times a ratio.
    """

    unit: int
    sign: int
    sides: tuple[int, ...]
    copies: dict[int, fmpq] = field(default_factory=dict)


@final
@dataclass(frozen=True, slots=True)
class Pattern:
    """The active examples, and the live neurons; only active examples are on kinks."""

    active: tuple[int, ...]
    live: tuple[Live, ...]

    @property
    def kinks(self) -> list[tuple[int, int]]:
        """(position of the neuron in `live`, example)."""
        return [
            (n, i) for n, unit in enumerate(self.live) for i in self.active if not unit.sides[i]
        ]

    def key(self) -> object:
        """The same for equal patterns."""
        return self.active, tuple((n.unit, n.sides, tuple(n.copies)) for n in self.live)


@final
class ReducedSystem:
    """The system of a pattern; `inputs` are the x_ik of each live neuron, examples × inputs.

    `copied` are the 1 + Σ ratio² of the copies; all numbers of one kind, floats or balls.
    """

    def __init__(
        self,
        pattern: Pattern,
        inputs: Sequence[Array],
        labels: Sequence[int],
        slope: Any,
        output_bias: bool,
        copied: Sequence[Any],
    ):
        self.pattern, self.inputs, self.slope = pattern, inputs, slope
        self.y = np.array(labels, dtype=object if inputs[0].dtype == object else float)
        self.zero = inputs[0].dtype.type(0) if inputs[0].dtype != object else slope * 0
        self.active, kinks = list(pattern.active), pattern.kinks
        self.start = len(self.active) + len(kinks)
        self.size = self.start + len(pattern.live)
        self.bias = self._full(self.start)
        self.bias[: len(self.active)] = self.y[self.active] * int(output_bias)
        self.signs = [unit.sign * f for unit, f in zip(pattern.live, copied, strict=True)]
        self.pulls, self.crossed = [], []
        for n, (unit, x) in enumerate(zip(pattern.live, inputs, strict=True)):
            pull = self._full(self.start, x.shape[1])
            for j, i in enumerate(self.active):
                if unit.sides[i]:
                    pull[j] = x[i] * (self._slope(unit.sides[i]) * self.y[i] * unit.sign)
            for j, (m, i) in enumerate(kinks, len(self.active)):
                if m == n:
                    pull[j] = x[i] * (self.y[i] * unit.sign)
            self.pulls.append(pull)
            self.crossed.append(x[self.active] @ pull.T)  # ⟨x_ik, ∂g_k/∂u_j⟩

    def _full(self, *shape: int) -> Array:
        found = np.empty(shape, dtype=self.y.dtype)
        found.fill(self.zero)
        return found

    def _slope(self, side: int) -> Any:
        return self.zero + 1 if side > 0 else self.slope

    def directions(self, u: Array) -> list[Array]:
        """The g_k."""
        return [u[: self.start] @ pull for pull in self.pulls]

    def output_bias(self, u: Array) -> Any:
        """c = Σ λ_i y_i, or 0 without output bias."""
        return u[: self.start] @ self.bias

    def _slopes(self, n: int) -> Array:
        """σ' at the active examples; 0 on the kink, where σ vanishes."""
        sides = self.pattern.live[n].sides
        found = self._full(len(self.active))
        for j, i in enumerate(self.active):
            if sides[i]:
                found[j] = self._slope(sides[i])
        return found

    def values(self, u: Array) -> Array:
        """Left minus right sides: norms, kinks, active margins."""
        g, y = self.directions(u), self.y[self.active]
        norms = [row @ row - 1 for row in g]
        kinks = [self.inputs[n][i] @ g[n] for n, i in self.pattern.kinks]
        outputs = self._full(len(self.active)) + self.output_bias(u)
        for n, x in enumerate(self.inputs):
            t = u[self.start + n]
            outputs = outputs + self._slopes(n) * (x[self.active] @ g[n]) * (t * t * self.signs[n])
        return np.array([*norms, *kinks, *(y * outputs - 1)], dtype=self.y.dtype)

    def derivatives(self, u: Array) -> Array:
        """The Jacobian of `values`."""
        g, y, live = self.directions(u), self.y[self.active], len(self.inputs)
        found = self._full(self.size, self.size)
        for n, pull in enumerate(self.pulls):
            found[n, : self.start] = (pull @ g[n]) * 2
        for row, (n, i) in enumerate(self.pattern.kinks, live):
            found[row, : self.start] = self.pulls[n] @ self.inputs[n][i]
        margins = found[self.size - len(self.active) :]
        margins[:, : self.start] = y[:, None] * self.bias[None, :]
        for n, x in enumerate(self.inputs):
            t, slopes = u[self.start + n], self._slopes(n) * y * self.signs[n]
            margins[:, : self.start] += (slopes * (t * t))[:, None] * self.crossed[n]
            margins[:, self.start + n] = slopes * (x[self.active] @ g[n]) * (t * 2)
        return found

    def pre_activations(self, u: Array) -> list[Array]:
        """⟨g_k, x_ik⟩ for all examples, neuron by neuron."""
        return [x @ g for x, g in zip(self.inputs, self.directions(u), strict=True)]
