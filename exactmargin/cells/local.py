"""The cells around θ of one function Φ_i: reached by paths, and bounded by a split tree.

For one free hidden layer, and for one free layer at any depth, pre-activations are affine within
a cell: the chambers around θ are found one kink at a time by exact linear programs, each with a
direction into it or with Gordan multipliers that exclude it, so the list is complete. In deeper
networks the signs of later layers are not linear: *inner* cells are reached along verified
polynomial paths, *outer* cells are those that no certificate excludes. `exact` says whether the
two lists agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, final

from flint import fmpq

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.kinks import Kinks, Unit
from exactmargin.exact import (
    Number,
    Polynomial,
    dot,
    feasible_point,
    sign,
    strictly_feasible_direction,
)

__all__ = ["LocalCell", "Neighbourhood", "TooManyCells", "cells_around"]

Path = tuple[tuple[Number, ...], ...]
Tree = Any
"""A split tree in the certificate's form: "bound", a split, or an empty leaf."""


class TooManyCells(Exception):  # noqa: N818 - a budget that is spent, not an error
    """More cells than the budget allows."""


@final
@dataclass(frozen=True, slots=True)
class LocalCell:
    """One cell: the gradient of Φ on it at θ (free parameters), and a path into it or None.

    The path d_1, d_2, ... stands for θ + t d_1 + t² d_2 + ...; it is empty where Φ has no kink.
    """

    sides: Mapping[Unit, int]
    gradient: tuple[Number, ...]
    path: Path | None


@final
@dataclass(slots=True)
class Neighbourhood:
    """The cells around θ; `tree` covers them in the form of the kernel's rule `not-kkt`."""

    cells: list[LocalCell] = dataclass_field(default_factory=list)
    tree: Tree = "bound"

    @property
    def exact(self) -> bool:
        """Whether every cell was reached, so that the Clarke subdifferential is known."""
        return all(cell.path is not None for cell in self.cells)


def cells_around(kinks: Kinks, limit: int = 4096) -> Neighbourhood:
    """All cells around θ of one function; raises `TooManyCells` beyond `limit` leaves."""
    result = Neighbourhood()
    size = len(kinks.parameters.flat()[kinks.free])
    search = _Search(kinks, result, limit, size)
    result.tree = search.explore({}, [], (kinks.field.zero,) * size, [])
    return result


@dataclass(slots=True)
class _Search:
    kinks: Kinks
    result: Neighbourhood
    limit: int
    size: int

    def explore(
        self,
        sides: dict[Unit, int],
        rows: list[tuple[Unit, list[Number]]],
        direction: Sequence[Number],
        soft: list[Unit],
    ) -> Tree:
        """The subtree on these sides; `rows` are the strict inequalities that `direction` meets.

        `soft` lists units of deeper layers whose side is not visible at first order.
        """
        slopes, unit = self.kinks.slopes(sides)
        if unit is None:
            if len(self.result.cells) >= self.limit:
                raise TooManyCells
            path = self._path(sides, rows, direction, soft)
            gradient = tuple(self.kinks.gradient(slopes))
            self.result.cells.append(LocalCell(dict(sides), gradient, path))
            return "bound"
        normal = self.kinks.gradient(slopes, unit)
        children = {
            side: self._child(sides | {unit: side}, unit, normal, rows, direction, soft)
            for side in (1, -1)
        }
        n, k = unit
        return {"layer": n + 1, "unit": k + 1, "plus": children[1], "minus": children[-1]}

    def _child(
        self,
        sides: dict[Unit, int],
        unit: Unit,
        normal: list[Number],
        rows: list[tuple[Unit, list[Number]]],
        direction: Sequence[Number],
        soft: list[Unit],
    ) -> Tree:
        row = [value if sides[unit] > 0 else -value for value in normal]
        if sign(dot(row, direction)) > 0:
            return self.explore(sides, [*rows, (unit, row)], direction, soft)
        found = strictly_feasible_direction(
            self.kinks.field, [*(r for _, r in rows), row], self.size
        )
        if found.direction is not None:
            return self.explore(sides, [*rows, (unit, row)], found.direction, soft)
        if self.kinks.is_affine(unit):
            assert found.multipliers is not None
            units = [*(u for u, _ in rows), unit]
            return self._empty(dict(zip(units, found.multipliers, strict=True)))
        excluded = self._propagation(sides, unit)
        if excluded is not None:
            return self._empty(excluded)
        return self.explore(sides, rows, direction, [*soft, unit])

    def _empty(self, weights: Mapping[Unit, Number]) -> Tree:
        spell = self.kinks.field.format
        return {
            "empty": [
                {"layer": n + 1, "unit": k + 1, "weight": spell(weight)}
                for (n, k), weight in sorted(weights.items(), key=lambda item: item[0])
                if sign(weight)
            ]
        }

    def _propagation(self, sides: Mapping[Unit, int], unit: Unit) -> dict[Unit, Number] | None:
        """Multipliers ν with Σ ν_k s_k w_kj opposite in sign to every live source j; or None."""
        kinks, n = self.kinks, unit[0]
        layer, slopes = kinks.network.layers[n], kinks.slopes(sides)[0]
        if layer.bias or not kinks.network.is_no_share:
            return None
        weights = kinks.parameters.weights[n]
        units: list[Unit] = []
        for k, entries in enumerate(layer.entries):
            live = [j for j, _ in entries if slopes[n - 1][j]]
            if (n, k) in sides and live and all((n - 1, j) in sides for j in live):
                units.append((n, k))
        sources = sorted({j for _, k in units for j, _ in layer.entries[k] if slopes[n - 1][j]})
        zero, one = kinks.field.zero, kinks.field.one
        rows = []
        for j in sources:
            pull = {k: weights[g] for _, k in units for i, g in layer.entries[k] if i == j}
            rows.append([pull.get(k, zero) * sides[n, k] * sides[n - 1, j] for _, k in units])
        if not rows:
            return None
        found = feasible_point(kinks.field, rows, ["<="] * len(rows), [-one] * len(rows))
        return None if found.x is None else dict(zip(units, found.x, strict=True))

    def _path(
        self,
        sides: Mapping[Unit, int],
        rows: list[tuple[Unit, list[Number]]],
        direction: Sequence[Number],
        soft: list[Unit],
    ) -> Path | None:
        if not sides:
            return ()
        candidates = [tuple(direction)]
        if soft:
            candidates = self._second_order(sides, rows, soft)
        candidates += [self._shaken(d, round_) for d in candidates for round_ in range(1, 4)]
        return next(((d,) for d in candidates if self._enters((d,), sides)), None)

    def _second_order(
        self, sides: Mapping[Unit, int], rows: list[tuple[Unit, list[Number]]], soft: list[Unit]
    ) -> list[tuple[Number, ...]]:
        """Directions on which the soft units vanish at first order, bent by their own weights."""
        kinks = self.kinks
        slopes, _ = kinks.slopes(sides)
        flat = [kinks.gradient(slopes, unit) for unit in soft]
        strict = [row for unit, row in rows if unit[0] == 0]
        found = strictly_feasible_direction(kinks.field, strict, self.size, equalities=flat)
        if found.direction is None:
            return []
        bent = list(found.direction)
        for n, k in soft:
            start = kinks.network.block_slice(n).start
            for j, g in kinks.network.layers[n].entries[k]:
                slope = slopes[n - 1][j]
                change = dot(kinks.gradient(slopes, (n - 1, j)), found.direction) * slope
                bent[start + g] = change * sides[n, k]
        return [tuple(bent)]

    def _shaken(self, direction: Sequence[Number], round_: int) -> tuple[Number, ...]:
        """A nearby direction in general position; only exact verification makes it count."""
        scale = dot(direction, direction) + 1
        small = scale * fmpq(1, 1000**round_)
        return tuple(
            value + small * ((7919 * (p + 1) * round_) % 101 - 50)
            for p, value in enumerate(direction)
        )

    def _enters(self, path: Path, sides: Mapping[Unit, int]) -> bool:
        """Whether θ + t d_1 + ... lies, for all small t > 0, strictly on these sides."""
        kinks = self.kinks
        slopes, _ = kinks.slopes(sides)
        flat = [[value] for value in kinks.parameters.flat()]
        for coefficients, *steps in zip(flat[kinks.free], *path, strict=True):
            coefficients.extend(steps)
        curve = [Polynomial(kinks.field, c) for c in flat]
        z = forward_along(kinks.field, kinks.network, curve, kinks.x, lambda n, k, _: slopes[n][k])
        return all(germ_sign(z[n][k]) == side for (n, k), side in sides.items())
