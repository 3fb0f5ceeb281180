"""Split trees: regions of parameter space on which the slopes of hidden units are known.

**Regions.** The root is everything, or a neighbourhood of theta that is as small as need be
(``local``). A split {example, layer, unit, plus, minus} cuts a region where that pre-activation
z is >= 0 and where it is <= 0: two sets that cover it, whatever z is. A split of a unit whose
slope is known is refused.

**Slopes.** At each theta' of the region and each hidden unit some s in {1, negative slope} has
sigma(z) = s z. It is known in a layer that does not move, where z(theta) is not zero (``local``),
and by a split: the slope of the side, right also where z = 0. Everywhere else it is *open*: a
symbol of its own. So pre-activations and outputs are polynomials in theta' and in the open slopes,
and what does not contain an open slope holds whatever it is. That covers units that are zero on
the whole region, and those without influence: the symbol vanishes with z or with its weight.

**Listed slopes.** In Phi_i (not in a z that is weighted) an open unit may have any slope rho in
[negative slope, 1] if v = dPhi_i/dsigma(z), with the known and listed slopes above it, has
y_i v < 0: sigma(z) >= rho z, so this raises the margin of example i (near theta, if v moves). Done
unit by unit from the top, it keeps a feasible theta' feasible, and at theta nothing changes if
z(theta) = 0. (The bound must hold for more points than it has to.)

**Weights.** At a leaf: lambda_i >= 0 on the margins, mu_j > 0 on sides c_j z_j >= 0 taken by splits
(c_j = 1 or -1). Both rules that use this weigh lambda_i y_i Phi_i and mu_j c_j z_j.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .network import Trace, Unit, at, forward, unit_name
from .numbers import Number, as_poly, sign, symbol
from .outcome import need
from .problem import Problem
from .reading import integer, keys, numbers, read_number, rising, table

Kink = tuple[int, Unit]  # an example and a hidden unit
Force = tuple[int, Unit | None, Any]  # a weight on the unit's pre-activation, on Phi_i if None
UNIT = ("example", "layer", "unit")


@dataclass(frozen=True, slots=True)
class Region:
    """The known slopes, the sides that splits have taken, and a leaf's listed slopes."""

    problem: Problem
    slopes: dict[Kink, Any]
    sides: dict[Kink, int]
    listed: dict[Kink, Any]

    def split(self, kink: Kink, side: int) -> Region:
        """The part on one side."""
        slope = 1 if side > 0 else self.problem.slope
        return replace(self, slopes=self.slopes | {kink: slope}, sides=self.sides | {kink: side})

    def trace(self, theta: list[Any], i: int, unit: Unit | None) -> Trace:
        """Example i's forward pass for Phi_i (``unit`` None), or for a unit's pre-activation.

        Open slopes are s_2, s_3, ... (s_1 is left to the caller).

        Two examples have the same symbols for different slopes: their sums mean nothing.
        """
        starts = [0]
        for layer in self.problem.layers:
            starts.append(starts[-1] + len(layer.rows))

        def slope(unit: Unit, _: Any) -> Any:
            open_ = symbol(2 + starts[unit[0]] + unit[1])
            return known.get((i, unit), open_)

        known = self.slopes if unit else self.slopes | self.listed
        return forward(self.problem, theta, self.problem.inputs[i], slope)


def root(problem: Problem, local: bool) -> Region:
    """Everything, or a neighbourhood of theta."""
    theta = problem.theta if local else problem.with_free([Fraction(0)] * len(problem.block))
    known: dict[Kink, Any] = {}
    for i in range(len(problem.labels)):
        for l, row in enumerate(at(problem, theta, i).z[:-1]):
            for k, z in enumerate(row):
                if l < problem.first or problem.slope == 1 or (local and sign(z)):
                    known[i, (l, k)] = 1 if sign(z) > 0 else problem.slope
    return Region(problem, known, {}, {})


def leaves(region: Region, tree: Any, place: str) -> Iterator[tuple[Region, Any, str]]:
    """The leaves of a split tree: regions that together cover ``region``."""
    if not isinstance(tree, dict) or "plus" not in tree:
        yield region, tree, place
        return
    kink = _kink(region, keys(tree, place, (*UNIT, "plus", "minus")), place)
    _is_open(region, kink, place)
    yield from leaves(region.split(kink, 1), tree["plus"], f"{place}.plus")
    yield from leaves(region.split(kink, -1), tree["minus"], f"{place}.minus")


def forces(region: Region, leaf: Any, place: str) -> tuple[Region, list[Number], list[Force]]:
    """The leaf with its listed slopes, lambda, and the weights; unlisted sides have weight 0."""
    problem, listed = region.problem, dict[Kink, Any]()
    result: list[Force] = []
    for where, entry in table(leaf.get("slopes", []), f"{place}.slopes", (*UNIT, "slope")):
        kink = _kink(region, entry, where)
        _is_open(region, kink, where)
        slope = listed[kink] = read_number(entry["slope"], problem.field, where)
        inside = sign(slope - problem.slope) >= 0 and sign(slope - 1) <= 0
        need(inside, "listed-slope-outside", where, slope)
    rising(
        [tuple(entry[key] for key in UNIT) for entry in leaf.get("slopes", [])], f"{place}.slopes"
    )
    region = replace(region, listed=listed)
    for kink in listed:
        v = settled(pull(region, *kink), 0, f"{place}.slopes")
        concave = sign(v * problem.labels[kink[0]]) < 0
        need(concave, "listed-slope-not-concave", f"{place}.slopes, {_name(kink)}", v)
    where = f"{place}.multipliers"
    multipliers = numbers(leaf["multipliers"], where, problem.field, len(problem.labels))
    for i, weight in enumerate(multipliers):
        need(sign(weight) >= 0, "leaf-multiplier-negative", f"{where}[{i}]", weight)
        result += [(i, None, weight * problem.labels[i])] * bool(sign(weight))
    for where, entry in table(leaf.get("sides", []), f"{place}.sides", (*UNIT, "weight")):
        kink = i, unit = _kink(region, entry, where)
        need(kink in region.sides, "side-not-taken", where, _name(kink))
        weight = read_number(entry["weight"], problem.field, where)
        need(sign(weight) > 0, "side-weight-not-positive", where, weight)
        result.append((i, unit, weight * region.sides[kink]))
    rising([tuple(entry[key] for key in UNIT) for entry in leaf.get("sides", [])], f"{place}.sides")
    return region, multipliers, result


def pull(region: Region, i: int, unit: Unit) -> Any:
    """dPhi_i / dsigma(z) of a hidden unit at theta: backwards from the output."""
    theta, layers = list(region.problem.theta), region.problem.layers
    slopes = region.trace(theta, i, None).slopes
    delta: dict[int, Any] = {0: 1}
    for l in range(len(layers) - 1, unit[0], -1):
        above, delta = delta, {}
        for k, d in above.items():
            for p, j in layers[l].rows[k]:
                passed = 1 if l - 1 == unit[0] else slopes[l - 1, j]
                delta[j] = delta.get(j, 0) + d * theta[p] * passed
    return delta.get(unit[1], 0)


def settled(x: Any, power: int, place: str) -> Any:
    """The coefficient of s_1 ^ power (0 or 1), which must not contain an open slope."""
    parts = {e: a for e, a in as_poly(x).parts().items() if (e[0] if e else 0) == power}
    need(parts.keys() <= {(1,) * power}, "open-slope", place, x)
    return parts.get((1,) * power, Fraction(0))


def _kink(region: Region, value: Any, place: str) -> Kink:
    problem = region.problem
    i = integer(value["example"], place, 1, len(problem.labels)) - 1
    l = integer(value["layer"], place, 1, len(problem.layers) - 1) - 1
    return i, (l, integer(value["unit"], place, 1, len(problem.layers[l].rows)) - 1)


def _is_open(region: Region, kink: Kink, place: str) -> None:
    need(kink not in region.slopes, "side-known", place, _name(kink))


def _name(kink: Kink) -> str:
    return f"example {kink[0] + 1}, {unit_name(kink[1])}"
