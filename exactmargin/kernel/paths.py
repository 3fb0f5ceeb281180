"""Paths through a network where the pattern is known: Phi_i as a sum over paths, and derivatives.

A pattern says which examples are active and which hidden units are live, with their sides at active
examples and their copies (``reduced``; a copy has the sources and the targets of its unit). All
other hidden units are zero: their weights and biases are 0, on both sides. P_i is Phi_i where every
unit has the slope of its side, a kink one of its own: a sum over paths of products of weights and
such slopes, linear in each of them. So the derivative by an edge is the value at its tail times the
derivative by its head, and the second one, by an edge and one further on, is the value at the first
tail times the derivative of the second tail by the first head times that by the second head.

The unknowns here are the parameters between live units, inputs and the output, layer by layer, unit
by unit, source by source, the bias last, and one slope per kink. A weight between copies, of ratios
f and g, is f g times the unknown between their units; the slopes at their kinks are the same. A
unit is *off* at an example where its output is 0 whatever its own weights are: all its sources are
(an input 0, a zero unit, an off unit), and it has no bias; or it has side -1 and the slope is 0.
Paths through it have no part in P_i and its derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .balls import Ball, ball
from .neurons import needs_own_parameters
from .problem import Problem
from .reduced import ONE, ZERO, Balls, Live, rational

Kink = tuple[int, int, int]  # example, layer, unit
Shares = dict[Any, tuple[Any, Fraction]]  # unit (None: the 1 of a bias): whose copy it is, ratio
Passes = tuple[Balls, list[dict[int, Ball]]]


@dataclass(frozen=True, slots=True)
class Edge:
    """From node to node: ``factor`` times the unknown ``column``, or ``factor``; the weight of a
    live unit itself has the equation ``row``."""

    tail: int
    head: int
    factor: Ball
    column: int | None
    row: int | None


class Graph:
    """P_i: nodes are the inputs, a 1, and pre-activation and output of each unit; edges by head."""

    def __init__(self, start: Balls):
        self.start, self.edges, self.size = start, list[Edge](), len(start)

    def passes(self, u: Balls) -> Passes:
        """The values of the nodes, and the derivatives of all later ones by each."""
        values = self.start + [ZERO] * (self.size - len(self.start))
        reach = [{a: ONE} for a in range(self.size)]
        weights = [e.factor if e.column is None else e.factor * u[e.column] for e in self.edges]
        for e, w in zip(self.edges, weights, strict=True):
            values[e.head] += w * values[e.tail]
        for e, w in zip(reversed(self.edges), reversed(weights), strict=True):
            for node, value in reach[e.head].items():
                reach[e.tail][node] = reach[e.tail].get(node, ZERO) + w * value
        return values, reach


class Paths:
    """The paths of a pattern: ``own``, the parameter of each unknown; ``weights``, for parameters
    that are not zero their unknown and factor; ``kinks``, ``graphs`` and ``nodes`` by example."""

    def __init__(self, problem: Problem, active: list[int], live: list[list[Live]], before: int):
        """``before`` is the number of other unknowns between parameters and slopes."""
        needs_own_parameters(problem)
        self.problem, self.active, self.live = problem, active, live
        self.shares: list[Shares] = [
            {j: (j, Fraction(1)) for j in range(len(problem.inputs[0]))},
            *({m: (n.unit, f) for n in row for m, f in n.members.items()} for row in live),
            {0: (0, Fraction(1))},
        ]
        self.weights, self.own = dict[int, tuple[int, Ball]](), list[int]()
        for l in range(len(problem.layers)):
            self._share(l, self.shares[l] | {None: (None, Fraction(1))}, self.shares[l + 1])
        rows = [(l, n) for l, row in enumerate(live) for n in row]
        self.kinks: list[Kink] = [(i, l, n.unit) for i in active for l, n in rows if not n.sides[i]]
        self.start = len(self.own) + before
        self.sides = {(i, l, m): n.sides[i] for i in active for l, n in rows for m in n.members}
        self.nodes = dict[Kink, tuple[int, list[int]]]()
        self.graphs = {i: self._graph(i) for i in active}

    def _ends(self, l: int, k: int) -> list[tuple[int, int | None]]:
        layer = self.problem.layers[l]
        return [*layer.rows[k], *((p, None) for p in layer.biases[k : k + 1])]

    def _share(self, l: int, below: Shares, above: Shares) -> None:
        """The unknowns of a layer, and what its parameters are."""
        columns = dict[Any, int]()
        for k in (k for k, (unit, _) in above.items() if k == unit):
            for p, j in self._ends(l, k):
                if j in below and below[j][0] == j:
                    columns[k, j] = len(self.own)
                    self.own.append(p)
        for k, (unit, f) in above.items():
            for p, j in self._ends(l, k):
                if j in below:
                    self.weights[p] = columns[unit, below[j][0]], ball(f * below[j][1])

    def _graph(self, i: int) -> Graph:
        """P_i; ``nodes``: the pre-activation of a unit, its output is the next one; its tails."""
        x = self.problem.inputs[i]
        graph = Graph([*(ball(rational(a)) for a in x), ONE])
        on: dict[int | None, int] = {j: j for j, a in enumerate(x) if rational(a)}
        for l, above in enumerate(self.shares[1:]):
            below, on = on | {None: len(x)}, {}
            for k, (unit, _) in above.items():
                z, ends = graph.size, [(p, below[j]) for p, j in self._ends(l, k) if j in below]
                graph.size += 2
                self.nodes[i, l, k] = z, [tail for _, tail in ends]
                for p, tail in ends:
                    column, factor = self.weights[p]
                    row = column if self.own[column] == p else None
                    graph.edges.append(Edge(tail, z, factor, column, row))
                side = self.sides.get((i, l, k), 1)
                a = rational(self.problem.slope) if side < 0 else Fraction(1)
                if not side or (ends and a):
                    kink = None if side else self.start + self.kinks.index((i, l, unit))
                    graph.edges.append(Edge(z, z + 1, ball(a), kink, None))
                    on[k] = z + 1
        return graph
