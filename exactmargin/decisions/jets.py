"""First and second derivatives at θ of outputs and pre-activations, on one region around θ.

A region decides sides of zero pre-activations (kinks). With the slopes of all hidden units chosen,
Φ_i and the pre-activations are affine in each layer's parameters, so differences of gradients are
derivatives: the row p of the Hessian is ∇f(θ + e_p) - ∇f(θ). Where a slope is open, it *matters* to
f if the gradient or the Hessian depends on it: f is affine in each slope, so it is compared at
two values, the other open slopes having values in general position (the kernel compares with
symbols).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, final

from flint import fmpq

from exactmargin.cells import Unit
from exactmargin.decisions.rotations import Rotation, rotations_of
from exactmargin.exact import Field, Number, sign
from exactmargin.networks import Parameters, back_propagate, linear_forward
from exactmargin.problems import Problem

__all__ = ["Jet", "Jets", "Kink", "Sides", "Vector"]

Vector: TypeAlias = Sequence[Number]
Kink: TypeAlias = tuple[int, Unit]
"""An example and a hidden unit, 0-based."""
Sides: TypeAlias = Mapping[Kink, int]
"""The kinks that a region has decided, in the order of its splits."""

_SCATTER = 1_000_003


@final
@dataclass(frozen=True, slots=True)
class Jet:
    """Gradient and Hessian at θ in the free parameters."""

    gradient: tuple[Number, ...]
    hessian: tuple[tuple[Number, ...], ...]

    def times(self, factor: int) -> "Jet":
        """The jet of a multiple."""
        rows = tuple(tuple(factor * x for x in row) for row in self.hessian)
        return Jet(tuple(factor * x for x in self.gradient), rows)

    def minus(self, other: "Jet") -> "Jet":
        """The jet of a difference."""
        rows = zip(self.hessian, other.hessian, strict=True)
        return Jet(
            _difference(self.gradient, other.gradient), tuple(_difference(a, b) for a, b in rows)
        )

    def second(self, d: Vector) -> Number:
        """dᵀHd."""
        total = d[0] - d[0]
        for x, row in zip(d, self.hessian, strict=True):
            if x:
                total = total + x * sum((a * y for a, y in zip(row, d, strict=True) if y), fmpq(0))
        return total


def _difference(a: Vector, b: Vector) -> tuple[Number, ...]:
    return tuple(x - y for x, y in zip(a, b, strict=True))


@final
@dataclass(slots=True)
class Jets:
    """The derivatives at the problem's point; asked for again, they are not computed again."""

    problem: Problem
    active: tuple[int, ...] = ()
    zeros: dict[int, tuple[Unit, ...]] = field(default_factory=dict)
    """For each active example the hidden units with pre-activation zero that can move."""
    rotations: list[Rotation] = field(default_factory=list)
    _rows: dict[int, list[list[fmpq]]] = field(default_factory=dict)
    _made: dict[object, Jet] = field(default_factory=dict)
    _points: list[Parameters] = field(default_factory=list)

    @classmethod
    def at(cls, problem: Problem) -> "Jets":
        """The derivatives at the problem's own point."""
        self = cls(problem, problem.active_examples(), rotations=rotations_of(problem))
        network, point, free = problem.network, problem.point(), problem.free_slice
        whole = free == slice(0, network.parameter_count)
        blocks = [network.block_slice(n) for n in range(network.depth)]
        first = 0 if whole else blocks.index(free)
        low = network.negative_slope
        sides = dict(zip(problem.signatures.entries, problem.signatures(point), strict=True))
        for i in self.active:
            rows = [[low] * width for width in network.hidden_widths]
            open_: list[Unit] = []
            for n, row in enumerate(rows):
                for k in range(len(row)):
                    side = sides[i, n, k]
                    row[k] = fmpq(1) if side > 0 else low
                    if not side and n >= first and not network.is_linear:
                        open_.append((n, k))
            self._rows[i], self.zeros[i] = rows, tuple(open_)
        flat = point.flat()
        self._points = [point]
        for p in range(free.start, free.stop):
            moved = (*flat[:p], flat[p] + 1, *flat[p + 1 :])
            self._points.append(Parameters.from_flat(network, moved))
        return self

    @property
    def field(self) -> Field:
        """The field of all numbers."""
        return self.problem.field

    def output(self, i: int, sides: Sides, slopes: Mapping[Unit, fmpq]) -> Jet:
        """Of y_i Φ_i; `slopes` of open units, those that are not named have the lower one."""
        found = self._jet(i, None, self._chosen(i, sides, slopes))
        return found if self.problem.data.labels[i] > 0 else found.times(-1)

    def side(self, kink: Kink, sides: Sides) -> Jet:
        """Of c z, the pre-activation of a kink that is decided, with the sign of its side."""
        i, unit = kink
        found = self._jet(i, unit, self._chosen(i, sides, {}))
        return found if sides[kink] > 0 else found.times(-1)

    def mattering(self, i: int, sides: Sides, unit: Unit | None = None) -> list[Unit]:
        """The open units below `unit` (None: all) that matter to its pre-activation, or to Φ_i."""
        top = self.problem.network.depth - 1 if unit is None else unit[0]
        open_ = [u for u in self.zeros[i] if u[0] < top and (i, u) not in sides]
        general = {
            (n, k): fmpq(_SCATTER * (n + 2) ** 3 % 997 + 1, (k + 2) ** 5 % 991 + 3)
            for n, k in open_
        }
        result = []
        for u in open_:
            values = [
                self._jet(i, unit, self._chosen(i, sides, general | {u: fmpq(a)})) for a in (0, 1)
            ]
            if values[0] != values[1]:
                result.append(u)
        return result

    def slope(self, i: int, unit: Unit, sides: Sides) -> fmpq | None:
        """The slope of a hidden unit, None where it is open."""
        n, k = unit
        if unit not in self.zeros[i]:
            return self._rows[i][n][k]
        side = sides.get((i, unit))
        return None if side is None else self._chosen(i, sides, {})[n][k]

    def is_concave(self, i: int, unit: Unit) -> bool:
        """Whether y_i Φ_i is concave in this unit's pre-activation, with no slope above it."""
        network, point = self.problem.network, self.problem.point()
        if unit[0] != network.depth - 2:
            return False
        weights = {j: point.weights[-1][g] for j, g in network.layers[-1].entries[0]}
        return unit[1] in weights and sign(weights[unit[1]]) == -self.problem.data.labels[i]

    def _chosen(
        self, i: int, sides: Sides, slopes: Mapping[Unit, fmpq]
    ) -> tuple[tuple[fmpq, ...], ...]:
        rows = [list(row) for row in self._rows[i]]
        low = self.problem.network.negative_slope
        for n, k in self.zeros[i]:
            side = sides.get((i, (n, k)))
            given = slopes.get((n, k), low)
            rows[n][k] = given if side is None else fmpq(1) if side > 0 else low
        return tuple(map(tuple, rows))

    def _jet(self, i: int, unit: Unit | None, slopes: tuple[tuple[fmpq, ...], ...]) -> Jet:
        network = self.problem.network
        top = unit or (network.depth - 1, 0)
        key = i, unit, slopes[: top[0]]
        if key not in self._made:
            free, x = self.problem.free_slice, self.problem.data.inputs[i]
            gradients = []
            for point in self._points:
                run = linear_forward(network, point, x, slopes)
                inputs = (x, *run.activations)
                gradients.append(back_propagate(network, point, inputs, slopes, top)[free])
            base = gradients[0]
            self._made[key] = Jet(base, tuple(_difference(g, base) for g in gradients[1:]))
        return self._made[key]
