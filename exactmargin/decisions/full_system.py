"""The KKT conditions of a network of any depth without shared weights as a square system.

Unknowns are the parameters between live units, λ of the active examples and a slope ρ for each
kink, example by example; the equations are θ = Σ λ_i y_i ∇Φ_i with these slopes, y_i Φ_i = 1, and
z = 0 at the kinks. Copies are units of a layer with one direction: their parameters are those of
the first of them times a ratio, on both sides; zero units have no parameters here.

The arrays hold floats, which propose, or balls (`flint.arb`, with dtype object), which prove. With
R[a, t] = ∂z_t/∂z_a and G[a, t] = ∂z_t/∂h_a of units a, t (the output is the last unit) every
derivative by the weight of an edge is the value at its tail times R at its head, and every second
one is a product of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from exactmargin.decisions.pattern import Array, Pattern, activation
from exactmargin.decisions.proposals import to_float
from exactmargin.problems import Problem

__all__ = ["FullSystem", "Wiring"]


@final
@dataclass(frozen=True, slots=True)
class Wiring:
    """The edges of a network, one per parameter: unit `head`, and `tail`, an input, a 1 or a unit.

    Hidden units are numbered through all layers, the output comes last; `first` of the tails is
    unit 0, before it are the inputs and the 1. `order` lists parameters by layer, unit and source,
    biases last; `layers` has the layer of each unit.
    """

    head: Array
    tail: Array
    first: int
    order: list[int]
    layers: list[int]

    @classmethod
    def of(cls, problem: Problem) -> "Wiring":
        """The wiring of a network without shared weights."""
        network = problem.network
        one = network.input_dimension
        layers = [l for l, width in enumerate(network.widths[1:]) for _ in range(width)]
        head = np.zeros(network.parameter_count, dtype=int)
        tail, order = head.copy(), []
        start = unit = below = 0
        for layer in network.layers:
            for k, row in enumerate(layer.entries):
                ends = [(start + g, below + j) for j, g in row]
                if layer.bias:
                    ends.append((start + layer.parameter_count + k, one))
                for p, source in ends:
                    head[p], tail[p] = unit + k, source
                    order.append(p)
            below, start, unit = one + 1 + unit, start + layer.block_length, unit + layer.rows
        return cls(head, tail, one + 1, order, layers)

    @property
    def output(self) -> int:
        """The number of the output."""
        return len(self.layers) - 1

    def neighbours(self, unit: int) -> tuple[list[int], list[int]]:
        """The parameters into a unit and out of it, by the other end."""
        into = sorted(np.flatnonzero(self.head == unit).tolist(), key=lambda p: self.tail[p])
        out = np.flatnonzero(self.tail == self.first + unit).tolist()
        return into, sorted(out, key=lambda p: self.head[p])

    def kind(self, unit: int) -> tuple[list[int], list[int]]:
        """What the unit reads, and which units read it."""
        into, out = self.neighbours(unit)
        return self.tail[into].tolist(), self.head[out].tolist()

    def forward(
        self, theta: Array, x: Array, slope: Any, slopes: Array | None = None
    ) -> tuple[Array, Array]:
        """Pre-activations of the units at the inputs, and the values of inputs, 1 and units.

        Units have the `slopes`, examples × units, or those of their sides.
        """
        units = len(self.layers)
        zeros = np.empty((len(x), units), dtype=x.dtype)
        zeros[...] = slope * 0
        z, h = zeros, np.concatenate([x, zeros], axis=1)
        for k in range(units):
            into = np.flatnonzero(self.head == k)
            if len(into):
                z[:, k] = h[:, self.tail[into]] @ theta[into]
            on = activation(z[:, k], slope) if slopes is None else z[:, k] * slopes[:, k]
            h[:, self.first + k] = on
        return z, h


@final
class FullSystem:
    """The system of a pattern, whose units are numbered as in the wiring; `inputs`, with a last
    column of 1, and all other numbers are of one kind, floats or balls."""

    def __init__(
        self, wiring: Wiring, pattern: Pattern, inputs: Array, labels: Sequence[int], slope: Any
    ):
        self.wiring, self.pattern, self.inputs, self.slope = wiring, pattern, inputs, slope
        self.is_float = inputs.dtype != object
        self.zero = 0.0 if self.is_float else slope * 0
        self.y = self._array(labels)
        self.active = list(pattern.active)
        self.leader: dict[int, tuple[int, Any]] = {wiring.output: (wiring.output, self.zero + 1)}
        for n in pattern.live:
            self.leader |= {m: (n.unit, self._number(f)) for m, f in n.members.items()}
        self._share()
        self.kinks = sorted(pattern.kinks, key=lambda kink: kink[::-1])
        self.stop = len(self.own) + len(self.active)
        self.size = self.stop + len(self.kinks)

    def _number(self, value: Any) -> Any:
        return to_float(value) if self.is_float else self.zero + value

    def _array(self, values: Any) -> Array:
        found = np.empty(np.shape(values), dtype=self.inputs.dtype)
        found[...] = values
        return found + self.zero

    def _share(self) -> None:
        """The unknown and the factor of each parameter (0: of a zero unit)."""
        w, columns = self.wiring, dict[tuple[int, int], int]()
        self.own = list[int]()
        self.column, self.factor = np.zeros(len(w.head), dtype=int), self._array(w.head * 0)

        def ends(p: int) -> list[tuple[int, Any] | None]:
            source = w.tail[p] - w.first
            below = self.leader.get(source) if source >= 0 else (source, self.zero + 1)
            return [self.leader.get(w.head[p]), below]

        for p in w.order:
            above, below = ends(p)
            if above and below and above[0] == w.head[p] and below[0] == w.tail[p] - w.first:
                columns[above[0], below[0]] = len(self.own)
                self.own.append(p)
        for p in w.order:
            above, below = ends(p)
            if above and below:
                self.column[p], self.factor[p] = columns[above[0], below[0]], above[1] * below[1]

    # ---------------- what the unknowns mean

    def multipliers(self, u: Array) -> Array:
        """λ of the active examples."""
        return u[len(self.own) : self.stop]

    def parameters(self, u: Array) -> Array:
        """All parameters."""
        return self.factor * u[self.column]

    def gaps(self, u: Array) -> list[tuple[Any, Any]]:
        """For each kink how far ρ is above the least slope, and below 1."""
        return [(rho - self.slope, 1 - rho) for rho in u[self.stop :]]

    def sizes(self, u: Array) -> list[Any]:
        """The squared norms of the weights into the live units."""
        theta, head = self.parameters(u), self.wiring.head
        squares = theta * theta  # a power of a ball around 0 would be no number
        return [sum(squares[head == n.unit], self.zero) for n in self.pattern.live]

    def pre_activations(self, u: Array) -> list[Array]:
        """Those of the live units at all examples, unit by unit."""
        z = self.wiring.forward(self.parameters(u), self.inputs, self.slope)[0]
        return [z[:, n.unit] for n in self.pattern.live]

    def outputs(self, u: Array) -> Array:
        """Φ_i of all examples."""
        z = self.wiring.forward(self.parameters(u), self.inputs, self.slope)[0]
        return z[:, self.wiring.output]

    def convexity(self, u: Array) -> list[Any]:
        """y_i ∂Φ_i/∂h of each kink, h the output of its unit."""
        _, _, _, pulls, _ = self._passes(u)
        out = self.wiring.output
        return [self.y[i] * pulls[self.active.index(i), k, out] for k, i in self._places()]

    def is_idle(self, n: int, i: int) -> bool:
        """Whether all sources of unit n are 0 at active example i: inputs, zero units, units that
        are off or idle themselves."""
        return self._is_off(self.pattern.live[n].unit, i)

    def _is_off(self, unit: int, i: int) -> bool:
        live = {m: (n, each) for n, each in enumerate(self.pattern.live) for m in each.members}
        for tail in self.wiring.tail[self.wiring.head == unit]:
            source = tail - self.wiring.first
            if source < 0:
                if self.inputs[i, tail] != 0:
                    return False
            elif source in live:
                side = live[source][1].sides[i]
                closed = side < 0 and self.slope == 0
                if not side or not (closed or self._is_off(source, i)):
                    return False
        return True

    def _places(self) -> list[tuple[int, int]]:
        """(unit, example) of the kinks."""
        return [(self.pattern.live[n].unit, i) for n, i in self.kinks]

    # ---------------- the equations

    def values(self, u: Array) -> Array:
        """Left minus right sides: stationarity, margins, kinks."""
        z, tails, reach, _, _ = self._passes(u)
        y = self.y[self.active]
        pulls = tails * reach[:, self.wiring.head, self.wiring.output]
        rest = self.parameters(u) - (self.multipliers(u) * y) @ pulls
        kinks = [z[self.active.index(i), k] for k, i in self._places()]
        margins = y * z[:, self.wiring.output] - 1
        return np.array([*rest[self.own], *margins, *kinks], dtype=u.dtype)

    def derivatives(self, u: Array) -> Array:
        """The Jacobian of `values`."""
        passes, w, size = self._passes(u), self.wiring, len(self.own)
        z, tails, reach, pulls, slopes = passes
        found = self._array(np.zeros((self.size, len(w.head) + self.size - size)))
        hessian, rest = found[:size, : len(w.head)], found[:, len(w.head) :]
        for row, p in enumerate(self.own):
            hessian[row, p] = hessian[row, p] + 1
        inner = w.tail >= w.first
        source = np.where(inner, w.tail - w.first, 0)
        for n, (i, weight) in enumerate(zip(self.active, self.multipliers(u), strict=True)):
            y, out = self.y[i], reach[n][w.head, w.output]
            first = tails[n] * out
            # the output of the tail of f, by the pre-activation of the head of e
            between = (reach[n] * slopes[n])[w.head][:, source] * inner
            second = tails[n][:, None] * between * out
            hessian -= (second[self.own] + second.T[self.own]) * (weight * y)
            rest[:size, n] -= first[self.own] * y
            found[size + n, : len(w.head)] += first * y
            kinks = [(j, k) for j, (k, at) in enumerate(self._places()) if at == i]
            for j, k in kinks:
                found[self.stop + j, : len(w.head)] += tails[n] * reach[n][w.head, k]
                for m in self._members(k):
                    past = (pulls[n][m] * slopes[n])[source] * inner
                    past = past + (w.tail == w.first + m)
                    bent = tails[n] * reach[n][w.head, m] * pulls[n][m, w.output]
                    bent = bent + past * out * z[n, m]
                    rest[:size, len(self.active) + j] -= bent[self.own] * (weight * y)
                    rest[size + n, len(self.active) + j] += z[n, m] * pulls[n][m, w.output] * y
                    for other, t in kinks:
                        rest[self.stop + other, len(self.active) + j] += z[n, m] * pulls[n][m, t]
        whole = self._array(np.zeros((self.size, self.size)))
        for p, (column, factor) in enumerate(zip(self.column, self.factor, strict=True)):
            whole[:, column] += found[:, p] * factor
        whole[:, size:] = rest
        return whole

    def _members(self, k: int) -> list[int]:
        return [m for m, (leader, _) in self.leader.items() if leader == k]

    def _passes(self, u: Array) -> tuple[Array, Array, Array, Array, Array]:
        """At active examples: z, the values at the tails of the edges, R, G and the slopes."""
        w, theta, units = self.wiring, self.parameters(u), len(self.wiring.layers)
        slopes = self._array(np.zeros((len(self.active), units)))
        rho = dict(zip(self._places(), u[self.stop :], strict=True))
        for n in self.pattern.live:
            for row, i in zip(slopes, self.active, strict=True):
                value = rho.get((n.unit, i), self.slope if n.sides[i] < 0 else self.zero + 1)
                for m in n.members:
                    row[m] = value
        z, h = w.forward(theta, self.inputs[self.active], self.slope, slopes)
        pulls = self._array(np.zeros((len(self.active), units, units)))
        reach = pulls.copy()
        for k in range(units - 1, -1, -1):
            out = np.flatnonzero(w.tail == w.first + k)
            moved = theta[out][None, :, None] * reach[:, w.head[out], :]
            pulls[:, k] = moved.sum(axis=1) + self.zero
            reach[:, k] = slopes[:, k, None] * pulls[:, k]
            reach[:, k, k] = reach[:, k, k] + 1
        return z, h[:, w.tail], reach, pulls, slopes
