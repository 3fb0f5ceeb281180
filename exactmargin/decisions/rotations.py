"""Rotations of two hidden units into each other (kernel/second_order.py).

Units of one layer with the same sources and targets, none of their weights shared: a rotation
turns their incoming and outgoing weights, and biases, in pairs. It changes no output as long as
both have the same slope at every example that counts, and no norm: directions X θ along which the
second-order form is flat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import final

from exactmargin.cells import Unit
from exactmargin.exact import Number
from exactmargin.problems import MaxMargin, Problem

__all__ = ["Rotation", "rotations_of"]


@final
@dataclass(frozen=True, slots=True)
class Rotation:
    """Units `first` < `second` of a layer, and X θ (not zero)."""

    layer: int
    first: int
    second: int
    tangent: tuple[Number, ...]

    def fits(
        self,
        weighed: Sequence[tuple[int, Unit | None]],
        slope: Callable[[int, Unit], Number | None],
    ) -> bool:
        """Whether outputs and sides that are weighed keep their values.

        `slope` gives what is known of a unit at an example. Below the layer nothing changes.
        """
        mine = (self.layer, self.first), (self.layer, self.second)
        for i, unit in weighed:
            if unit is not None and unit[0] <= self.layer:
                if unit in mine:
                    return False
            elif slope(i, mine[0]) is None or slope(i, mine[0]) != slope(i, mine[1]):
                return False
        return True


def rotations_of(problem: Problem) -> list[Rotation]:
    """All pairs of units of V Problem 2 that can be rotated and are not both zero."""
    if not isinstance(problem.objective, MaxMargin):
        return []
    network, theta = problem.network, problem.point().flat()
    uses: dict[int, int] = {}
    for n, layer in enumerate(network.layers):
        for row in layer.entries:
            for _, g in row:
                p = network.block_slice(n).start + g
                uses[p] = uses.get(p, 0) + 1
    found = []
    for n in range(network.depth - 1):
        ends = [_ends(problem, n, k) for k in range(network.layers[n].rows)]
        for a, b in combinations(range(len(ends)), 2):
            pairs = [(p, ends[b].get(place)) for place, p in ends[a].items()]
            turned = [(p, q) for p, q in pairs if q is not None]
            shared = any(uses.get(p, 1) > 1 for pair in turned for p in pair)
            if len(turned) < max(len(ends[a]), len(ends[b])) or shared:
                continue
            tangent = [problem.field.zero] * len(theta)
            for p, q in turned:
                tangent[p], tangent[q] = -theta[q], theta[p]
            if any(tangent):
                found.append(Rotation(n, a, b, tuple(tangent)))
    return found


def _ends(problem: Problem, n: int, k: int) -> dict[tuple[str, int], int]:
    """The parameters of a unit by what they join it to: sources, targets, its bias."""
    network = problem.network
    layer, start = network.layers[n], network.block_slice(n).start
    result = {("source", j): start + g for j, g in layer.entries[k]}
    if layer.bias:
        result["bias", 0] = start + layer.parameter_count + k
    above = network.block_slice(n + 1).start
    for row, entries in enumerate(network.layers[n + 1].entries):
        for j, g in entries:
            if j == k:
                result["target", row] = above + g
    return result
