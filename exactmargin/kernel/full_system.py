"""The KKT conditions of a network of any depth as a square system, where the pattern is known.

The pattern, P_i and the paths are those of ``paths``. No parameter stands at two places, and all
are free. The unknowns are

    theta_p of the parameters between live units, inputs and the output; lambda_i (active);
    the slopes rho_ik of the kinks, example by example;

and the equations, as many as there are unknowns,

    theta_p = sum_i lambda_i y_i dP_i / dtheta_p,   y_i P_i = 1,   z_ik = 0 (kinks).

With them the first one holds for all parameters. Those of a copy: its inputs and what it pulls are
f times those of its unit. Those of a zero unit: each path has another weight of this unit.

*The slopes rho are in the Clarke subdifferential* of Phi_i. Some source of each kink is not 0 at
theta*: otherwise all its sources that are not off are kinks, as the sides of others are strict, and
then the gradient of its z is a combination of theirs, and the zero is not regular. So its z moves
with the weight of this source, or with its bias, which moves no unit below or next to it. Layer by
layer an arbitrarily small change of theta* thus brings all kinks to any sides that we like, and
leaves the strict sides. On this open set Phi_i is, where it is differentiable, a P_i with slopes 1
or ``slope`` at the kinks, plus paths through units that are zero or have only zero sources at
theta*: two edges of such a path are zero there, and its gradient is. All those gradients at theta*
are thus in the subdifferential, and that with slopes rho is a convex combination of them, because
it is affine in each rho_ik.
"""

from __future__ import annotations

from collections.abc import Iterator

from .balls import Ball, activation, ball, total
from .network import unit_name
from .paths import Edge, Kink, Passes, Paths
from .problem import Problem
from .reduced import ONE, ZERO, Balls, Live, rational


class FullSystem:
    """The equations of a pattern, their derivatives, and what the unknowns mean."""

    def __init__(self, problem: Problem, active: list[int], live: list[list[Live]]):
        self.problem, self.active, self.live = problem, active, live
        self.paths = Paths(problem, active, live, len(active))
        self.own, self.kinks, self.start = self.paths.own, self.paths.kinks, self.paths.start
        self.size = self.start + len(self.kinks)

    @property
    def work(self) -> int:
        """About the steps that the Jacobian takes."""
        return sum(len(graph.edges) ** 2 for graph in self.paths.graphs.values())

    def _examples(self, u: Balls) -> Iterator[tuple[int, Ball, int, Passes]]:
        """Active examples: number, label, the node of the output, the passes of the paths."""
        for i in self.active:
            out, _ = self.paths.nodes[i, len(self.live), 0]
            yield i, ball(self.problem.labels[i]), out, self.paths.graphs[i].passes(u)

    def multipliers(self, u: Balls) -> Balls:
        """The lambda_i of the active examples."""
        return u[len(self.own) : self.start]

    def values(self, u: Balls) -> Balls:
        """Left minus right sides: stationarity, margins, kinks."""
        rest, margins, kinks = u[: len(self.own)], list[Ball](), list[Ball]()
        for (i, y, out, (values, reach)), weight in zip(
            self._examples(u), self.multipliers(u), strict=True
        ):
            for e in self.paths.graphs[i].edges:
                if e.row is not None and out in reach[e.head]:
                    rest[e.row] -= y * weight * values[e.tail] * reach[e.head][out]
            margins.append(y * values[out] - ONE)
            kinks += [values[self.paths.nodes[kink][0]] for _, kink in self._kinks(i)]
        return [*rest, *margins, *kinks]

    def derivatives(self, u: Balls) -> list[Balls]:
        """The Jacobian, row by row."""
        size = range(self.size)
        rows = [[ONE if p == q < len(self.own) else ZERO for q in size] for p in size]
        for n, (i, y, out, (values, reach)) in enumerate(self._examples(u), len(self.own)):
            places = {self.paths.nodes[kink][0]: j for j, kink in self._kinks(i)}
            edges = [(e, e.column) for e in self.paths.graphs[i].edges if e.column is not None]
            leaving: dict[int, list[tuple[Edge, int]]] = {}
            for e, column in edges:
                leaving.setdefault(e.tail, []).append((e, column))
            for e, column in edges:
                tail, there = values[e.tail], reach[e.head]
                first, pull = y * tail * there.get(out, ZERO), y * u[n] * tail
                rows[n][column] += e.factor * first
                if e.row is not None:
                    rows[e.row][n] -= first
                for node, value in there.items():
                    if node in places:
                        rows[places[node]][column] += e.factor * tail * value
                    for f, other in leaving.get(node, ()):
                        second = pull * value * reach[f.head].get(out, ZERO)
                        if e.row is not None:
                            rows[e.row][other] -= f.factor * second
                        if f.row is not None:
                            rows[f.row][column] -= e.factor * second
        return rows

    def _kinks(self, i: int) -> list[tuple[int, Kink]]:
        """Those of an example, and their unknowns."""
        return [(j, kink) for j, kink in enumerate(self.kinks, self.start) if kink[0] == i]

    def parameters(self, u: Balls) -> Balls:
        """All parameters, a flat list of balls."""
        theta = [ZERO] * len(self.problem.theta)
        for p, (column, factor) in self.paths.weights.items():
            theta[p] = factor * u[column]
        return theta

    def slopes(self, u: Balls) -> Iterator[tuple[str, Ball, Ball]]:
        """For each kink how far the slope is above the least one, and below 1."""
        for j, kink in enumerate(self.kinks, self.start):
            yield _place(*kink), u[j] - ball(self.problem.slope), ONE - u[j]

    def strict_sides(self, u: Balls) -> Iterator[tuple[str, Ball]]:
        """Pre-activations times their sides, but for kinks and where all sources are off."""
        for i, _, _, (values, _) in self._examples(u):
            for l, row in enumerate(self.live):
                for unit in row:
                    z, tails = self.paths.nodes[i, l, unit.unit]
                    if unit.sides[i] and tails:
                        yield _place(i, l, unit.unit), values[z] * ball(unit.sides[i])

    def other_margins(self, u: Balls) -> Iterator[tuple[int, Ball]]:
        """The margins of the examples that are not active."""
        theta = self.parameters(u)
        for i, x in enumerate(self.problem.inputs):
            h = [ball(rational(a)) for a in x]
            for l, layer in enumerate(self.problem.layers):
                h = [activation(z, self.problem.slope) for z in h] if l else h
                biases = [theta[p] for p in layer.biases] or [ZERO] * len(layer.rows)
                h = [
                    total([theta[p] for p, _ in row], [h[j] for _, j in row]) + bias
                    for row, bias in zip(layer.rows, biases, strict=True)
                ]
            if i not in self.active:
                yield i, ball(self.problem.labels[i]) * h[0]

    def convexity(self, u: Balls) -> Iterator[tuple[int, Ball]]:
        """The example and b_ik = y_i dP_i / dh_ik of each kink, h_ik its output."""
        for i, y, out, (_, reach) in self._examples(u):
            for _, kink in self._kinks(i):
                yield i, y * reach[self.paths.nodes[kink][0] + 1].get(out, ZERO)


def _place(i: int, l: int, k: int) -> str:
    return f"example {i + 1}, {unit_name((l, k))}"
