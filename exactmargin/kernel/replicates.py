"""``penalized-one-vs-all-hinge`` (L eq. 13): a copy of the network for each class, and a penalty.

The network of the file has R outputs, one for each class, and its ``parameters`` are R objects. Of
the r-th the output r alone is used: the parameters that only other outputs read are left out. With
theta_r for the others, the *replicate* r, and L^(r) for the binary hinge loss (L eq. 12) of output
r with the labels 1 for class r and -1 for all other classes, the objective is

    E = sum_r L^(r)(theta_r) + gamma / (R - 1) sum_(r < s) |h_r - h_s|^2,    gamma > 0,

h_r the parameters of the hidden layers of replicate r: the same as gamma R / (R - 1) sum_r
|h_r - mean|^2. There must be some; else nothing is penalised.

Here the replicates are one network, *side by side*: layer by layer the copies one after the other,
each unit reading units of its own copy. The sum of the L^(r) is the one-versus-all loss of that
network. A flat list of its parameters has, layer by layer, the weights of replicate 0, 1, ...,
then the biases of replicate 0, 1, ....
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from .numbers import sign
from .outcome import form
from .problem import Layer, Problem, read_parameters, without_notes
from .problem import read_problem as read_plain
from .reading import items, keys, read_number

KIND = "penalized-one-vs-all-hinge"
EDGES = 10**6  # of all copies: a short file with shared weights could ask for any number


@dataclass(frozen=True, slots=True)
class Replicated(Problem):
    """The replicates side by side.

    ``copy`` are the layers of the file's network; ``sources`` has for each flat parameter its
    replicate, and its flat index in the file's network.
    """

    gamma: Fraction
    copy: tuple[Layer, ...]
    sources: tuple[tuple[int, int], ...]

    def penalty(self, theta: Sequence[Any]) -> Any:
        """gamma / (R - 1) sum_(r < s) |h_r - h_s|^2 at these parameters."""
        squares: Any = Fraction(0)
        for values in self._hidden(theta):
            for n, x in enumerate(values):
                for y in values[:n]:
                    squares = squares + (x - y) * (x - y)
        return squares * (self.gamma / (self.outputs - 1))

    @property
    def agree(self) -> bool:
        """Whether all replicates have the same parameters of hidden layers."""
        return all(not sign(x - row[0]) for row in self._hidden(self.theta) for x in row)

    def _hidden(self, theta: Sequence[Any]) -> list[list[Any]]:
        """The parameters of hidden layers, those of one place in the network together."""
        found: dict[int, list[Any]] = {}
        for (_, p), x in zip(self.sources, theta, strict=True):
            if p < self.copy[-1].start:
                found.setdefault(p, []).append(x)
        return list(found.values())

    def replicate(self, r: int) -> Problem:
        """The binary problem of replicate r."""
        layers = side_by_side(self.copy, [r])[0]
        labels = tuple(1 if y == r else -1 for y in self.labels)
        own = (x for (s, _), x in zip(self.sources, self.theta, strict=False) if s == r)
        about = (self.field, self.slope, layers, self.inputs, labels, None, "hinge", self.weights)
        return Problem(*about, tuple(own), self.has_point)


def side_by_side(
    network: tuple[Layer, ...], outputs: Sequence[int]
) -> tuple[tuple[Layer, ...], list[tuple[int, int]]]:
    """A copy of a network for each of these outputs, which is its own; and the flat ``sources``."""
    layers: list[Layer] = []
    sources: list[tuple[int, int]] = []
    below = 0
    for layer in network:
        top, start = layer is network[-1], len(sources)
        rows = [(r, k) for r in outputs for k in ([r] if top else range(len(layer.rows)))]
        used = {(r, p) for r, k in rows for p, _ in layer.rows[k]}
        biases = [(r, layer.biases[k]) for r, k in rows if layer.biases]
        sources += [*sorted(used, key=lambda s: (outputs.index(s[0]), s[1])), *biases]
        place = {source: n for n, source in enumerate(sources)}
        shifted = tuple(
            tuple((place[r, p], j + below * outputs.index(r)) for p, j in layer.rows[k])
            for r, k in rows
        )
        layers.append(Layer(shifted, tuple(place[b] for b in biases), start, len(sources)))
        below = len(layer.rows)
    return tuple(layers), sources


def read_problem(value: Any, lenient: bool = False) -> Problem:
    """A problem with any objective; ``lenient`` as in ``problem``."""
    if lenient:
        value = without_notes(value)
    objective = value.get("objective") if isinstance(value, dict) else None
    if not isinstance(objective, dict) or objective.get("kind") != KIND:
        return read_plain(value, lenient)
    place = "problem.objective"
    text = keys(objective, place, ("kind", "gamma"))["gamma"]
    gamma: Any = read_number(text, None, f"{place}.gamma", lenient)
    form(gamma > 0, "gamma-not-positive", place, gamma)
    rest = {key: x for key, x in value.items() if key != "parameters"}
    network = read_plain({**rest, "objective": {"kind": "one-vs-all-hinge"}}, lenient)
    form(network.layers[-1].start > 0, "nothing-to-penalize", "problem.network")
    edges = network.outputs * sum(len(row) for layer in network.layers for row in layer.rows)
    form(edges <= EDGES, "too-many-replicates", "problem.network", edges, EDGES)
    layers, sources = side_by_side(network.layers, network.classes)
    theta, has_point = tuple[Any, ...](), "parameters" in value
    if has_point:
        rows = items(value["parameters"], "problem.parameters", network.outputs)
        about = (network.layers, network.field, lenient)
        points = [read_parameters(row, *about) for row in rows]
        theta = tuple(points[r][p] for r, p in sources)
    given = {f.name: getattr(network, f.name) for f in fields(network)}
    given |= {"layers": layers, "loss": KIND, "theta": theta, "has_point": has_point}
    return Replicated(**given, gamma=gamma, copy=network.layers, sources=tuple(sources))
