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
from typing import Any, final

import numpy as np

from exactmargin.decisions.pattern import Array, Pattern, activation

__all__ = ["Places", "ReducedSystem"]

Places = Sequence[tuple[tuple[int, ...], int | None]]
"""For each neuron the flat indices of w_k and v_k (`own_places`)."""


@final
class ReducedSystem:
    """The system of a pattern; `inputs` are the x_ik of each live neuron, examples × inputs.

    `ratios` are those of each live neuron and its copies; all numbers of one kind, floats or balls.
    """

    def __init__(
        self,
        pattern: Pattern,
        inputs: Sequence[Array],
        labels: Sequence[int],
        slope: Any,
        output_bias: bool,
        ratios: Sequence[Sequence[Any]],
        places: Places,
    ):
        self.pattern, self.inputs, self.slope, self.places = pattern, inputs, slope, places
        self.has_output_bias, self.ratios = output_bias, ratios
        self.y = np.array(labels, dtype=object if inputs[0].dtype == object else float)
        self.zero = inputs[0].dtype.type(0) if inputs[0].dtype != object else slope * 0
        self.active, self.kinks = list(pattern.active), pattern.kinks
        self.start = len(self.active) + len(self.kinks)
        self.size = self.start + len(pattern.live)
        self.bias = self._full(self.start)
        self.bias[: len(self.active)] = self.y[self.active] * int(output_bias)
        squares = (sum((f * f for f in row), self.zero) for row in ratios)
        self.signs = [unit.sign * f for unit, f in zip(pattern.live, squares, strict=True)]
        self.pulls, self.crossed = [], []
        for n, (unit, x) in enumerate(zip(pattern.live, inputs, strict=True)):
            pull = self._full(self.start, x.shape[1])
            for j, i in enumerate(self.active):
                if unit.sides[i]:
                    pull[j] = x[i] * (self._slope(unit.sides[i]) * self.y[i] * unit.sign)
            for j, (m, i) in enumerate(self.kinks, len(self.active)):
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
        kinks = [self.inputs[n][i] @ g[n] for n, i in self.kinks]
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
        for row, (n, i) in enumerate(self.kinks, live):
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

    def multipliers(self, u: Array) -> Array:
        """The λ_i."""
        return u[: len(self.active)]

    def gaps(self, u: Array) -> list[tuple[Any, Any]]:
        """How far c_ik is above αλ_i and below λ_i."""
        wide = [u[self.active.index(i)] for _, i in self.kinks]
        pairs = zip(u[len(self.active) : self.start], wide, strict=True)
        return [(c - self.slope * a, a - c) for c, a in pairs]

    def sizes(self, u: Array) -> list[Any]:
        """The t_k."""
        return list(u[self.start :])

    def is_idle(self, n: int, i: int) -> bool:
        """Whether neuron n reads zeros only."""
        return not any(a != 0 for a in self.inputs[n][i])

    def outputs(self, u: Array) -> Array:
        """Φ_i of all examples."""
        found = self._full(len(self.y))
        found += self.output_bias(u)
        for n, z in enumerate(self.pre_activations(u)):
            t = u[self.start + n]
            found += activation(z, self.slope) * (t * t * self.signs[n])
        return found

    def convexity(self, _: Array) -> list[Any]:
        """y_i s_k."""
        return [self.y[i] * self.pattern.live[n].sign for n, i in self.kinks]

    def parameters(self, u: Array) -> Array:
        """w_k = t_k g_k and v_k = s_k t_k, times the ratio in copies, and the output bias."""
        count = sum(len(w) + (v is not None) for w, v in self.places)
        theta = self._full(count + int(self.has_output_bias))
        units = zip(self.pattern.live, self.directions(u), self.ratios, strict=True)
        for n, (unit, g, ratios) in enumerate(units):
            for k, ratio in zip(unit.members, ratios, strict=True):
                w, v = self.places[k]
                assert v is not None, "a live neuron has an output weight"
                t = u[self.start + n] * ratio
                theta[v] = t * unit.sign
                theta[list(w)] = g * t
        if self.has_output_bias:
            theta[-1] = self.output_bias(u)
        return theta
