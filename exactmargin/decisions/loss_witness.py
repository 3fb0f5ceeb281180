"""A path into the cell with given sides, or the weights that show that these sides are a null set.

One hidden layer, one output, no shared parameters: in lifted coordinates (THEORY §2.3, §2.5) all
forms are linear, and one linear program decides. The block of a unit whose output weight v is not 0
moves freely, as does a block (v, w, b) = 0; where v = 0 and q = (w, b) ≠ 0 the lifted block is in
the thin cone of the q + ε f_r, ε a positive infinitesimal, f_r the corners of a simplex around 0.
No hidden layer: all forms are linear. Elsewhere first order is tried: a direction on which all
forms grow to their sides, verified; or affine forms of the first layer that exclude each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import final

from flint import fmpq

from exactmargin.decisions.loss_cells import Columns, Key, LossPoint, Path, Sides
from exactmargin.exact import (
    Field,
    Germ,
    GermField,
    Number,
    dot,
    sign,
    strictly_feasible_direction,
)

__all__ = ["Conflict", "Witness", "find"]

Row = dict[int, Number]
SHAKES = 8
"""How many nearby directions are tried where a form stays on its kink."""


@final
@dataclass(frozen=True, slots=True)
class Witness:
    """A path, and the sides of all forms in the cell that it enters."""

    path: Path
    sides: Mapping[Key, int]


@final
@dataclass(frozen=True, slots=True)
class Conflict:
    """Weights of forms whose sides are a null set, and the keys that this rests on, in order."""

    weights: Mapping[Key, Number]
    needed: Sequence[Key]


def find(point: LossPoint, sides: Sides) -> Witness | Conflict | None:
    """A witness or a conflict of these sides; None where neither is found.

    One of them is found for networks without a hidden layer, and for one hidden layer without
    shared parameters. A conflict rests on a part of `sides`, and on output weights' signs, 1 where
    `sides` has none.
    """
    full = point.completed(sides)
    if point.network.depth != 2 or not point.network.is_no_share:
        return _first_order(point, full) or _affine(point, full)
    lifted = _Lifted(point, sides)
    quick = _first_order(point, full) if lifted.thin else None  # spares a program over germs
    return quick or lifted.find()


def _verified(point: LossPoint, sides: Sides, path: Path) -> Witness | None:
    entered = point.entered(path)
    if entered is None:
        return None
    matches = all(entered.get(key, side) == side for key, side in sides.items())
    return Witness(path, entered) if matches else None


def _shaken(point: LossPoint, path: Path) -> list[Path]:
    """The path, and others near it in general position."""
    size = point.network.parameter_count
    found = [path]
    for n in range(1, SHAKES):
        small = fmpq(1, 1000**n)
        first = [
            small * ((7919 * (p + 1) * n + 31 * p * p) % 101 - 50) + path[0][p] for p in range(size)
        ]
        found.append([first, *path[1:]])
    return found


def _first_order(point: LossPoint, sides: Sides) -> Witness | None:
    """A direction on which all forms grow to their sides, or one near it."""
    rows = [row for _, row in _rows(point, sides)]
    found = strictly_feasible_direction(point.field, rows, point.network.parameter_count)
    if found.direction is None:
        return None
    tried = (_verified(point, sides, path) for path in _shaken(point, [list(found.direction)]))
    return next((witness for witness in tried if witness is not None), None)


def _affine(point: LossPoint, sides: Sides) -> Conflict | None:
    """Affine forms that exclude each other."""
    rows = _rows(point, sides)
    affine = [(k, row) for k, row in rows if (k[0] == "kink" and k[2] == 0) or point.last < 0]
    size = point.network.parameter_count
    found = strictly_feasible_direction(point.field, [row for _, row in affine], size)
    if found.multipliers is None:
        return None
    pairs = zip(affine, found.multipliers, strict=True)
    weights = {key: weight for (key, _), weight in pairs if sign(weight)}
    return Conflict(weights, list(weights))


def _rows(point: LossPoint, sides: Sides) -> list[tuple[Key, Row]]:
    """The gradients of the forms at θ, taken to their sides."""
    pairs = [(key, side, _normal(point, key, sides)) for key, side in sides.items()]
    return [
        (key, {p: side * x for p, x in enumerate(normal) if sign(x)})
        for key, side, normal in pairs
        if normal is not None
    ]


def _normal(point: LossPoint, key: Key, sides: Sides) -> Sequence[Number] | None:
    """The gradient of a form at θ on these sides; None where that has no meaning."""
    kind, n, layer, k = key
    if kind == "kink":
        return point.kinks[n].gradient(point.slopes(n, sides)[0], (layer, k))
    if kind == "output":
        return None
    columns = point.columns(n, sides)
    return columns.base if isinstance(columns, Columns) else None


@final
class _Lifted:
    """The program of one hidden layer without shared parameters."""

    def __init__(self, point: LossPoint, sides: Sides) -> None:
        self.point, self.sides = point, sides
        first, top = point.network.layers
        counts = point.network.parameter_counts
        self.units = range(first.rows)
        self.blocks = [
            [g for _, g in entries] + [first.parameter_count + k] * first.bias
            for k, entries in enumerate(first.entries)
        ]
        flat = point.theta.flat()
        self.read = dict(top.entries[0])  # unit: parameter of the output layer
        self.output = {k: counts[0] + g for k, g in self.read.items()}
        self.v = {k: flat[p] for k, p in self.output.items()}
        self.q = [[flat[p] for p in block] for block in self.blocks]
        self.bias = counts[0] + top.parameter_count if top.bias else None
        self.terms = [key for key in sides if key[0] == "term"]
        self.still = [k for k in self.units if k in self.v and not sign(self.v[k])]
        self.thin = [k for k in self.still if self.terms and any(map(sign, self.q[k]))]
        self.s = {
            k: sign(v) or sides.get(("output", self.read[k], 0, 0), 1) for k, v in self.v.items()
        }
        self.field: Field = GermField(point.field) if self.thin else point.field
        self.place: dict[object, int] = {}
        self._lay()

    def _lay(self) -> None:
        """Columns: one per free coordinate, or one per corner of a thin cone."""
        for k in self.units:
            corners = len(self.blocks[k]) + (k in self.thin)
            for r in range(corners):
                self.place[k, r] = len(self.place)
        if self.bias is not None:
            self.place["bias"] = len(self.place)

    def find(self) -> Witness | Conflict | None:
        """A witness or a conflict."""
        forms = [key for key in self.sides if key[0] != "output"]
        rows = [self._row(key) for key in forms]
        one = self.field.one
        weak = [{self.place[k, r]: one} for k in self.thin for r in range(len(self.blocks[k]) + 1)]
        size = len(self.place)
        found = strictly_feasible_direction(self.field, rows, size, (), weak)
        if found.direction is not None:
            return self._witness(found.direction)
        assert found.multipliers is not None
        pairs = zip(forms, found.multipliers, strict=True)
        return self._conflict({key: weight for key, weight in pairs if sign(weight)})

    def _inputs(self, i: int, k: int) -> list[Number]:
        first = self.point.network.layers[0]
        x = self.point.problem.data.inputs[i]
        return [x[j] for j, _ in first.entries[k]] + [self.point.field.one] * first.bias

    def _pull(self, key: Key) -> dict[int, list[Number]]:
        """The form as Σ_k <P_k, pull_k>, P_k = s_k v_k q_k; the side is taken in."""
        kind, n, _, k = key
        side = self.sides[key]
        if kind == "kink":
            return {k: [side * x for x in self._inputs(n, k)]}
        term = self.point.terms[n]
        slopes = self.point.slopes(term.example, self.sides)[0]
        return {
            k: [
                side * term.factors[0] * self.s[k] * slopes[0][k] * x
                for x in self._inputs(term.example, k)
            ]
            for k in self.read
        }

    def _row(self, key: Key) -> Row:
        row: Row = {}
        for k, pull in self._pull(key).items():
            if k not in self.thin:
                row |= {self.place[k, r]: self.field.coerce(x) for r, x in enumerate(pull)}
                continue
            eps = self.field.eps if isinstance(self.field, GermField) else self.field.one
            along = dot(self.q[k], pull)
            last = -sum(pull, self.point.field.zero)
            for r, x in enumerate([*pull, last]):
                row[self.place[k, r]] = eps * x + along
        if key[0] == "term" and self.bias is not None:
            factor = self.point.terms[key[1]].factors[0]
            row[self.place["bias"]] = self.field.coerce(self.sides[key] * factor)
        return {p: x for p, x in row.items() if sign(x)}

    def _conflict(self, weights: dict[Key, Number]) -> Conflict:
        terms = [key for key in weights if key[0] == "term"]
        if not terms:  # every unit's part is a conflict of its own
            k = next(iter(weights))[3]
            weights = {key: weight for key, weight in weights.items() if key[3] == k}
            return Conflict(_constant(weights), list(weights))
        exact = self._small(weights) if self.thin else weights
        examples = {self.point.terms[key[1]].example for key in terms}
        needed = [
            key
            for key in self.sides
            if key in weights or (key[0] == "kink" and key[1] in examples and key[3] in self.v)
        ]
        signs = [("output", self.read[k], 0, 0) for k in self.still if self._pulled(exact, k)]
        return Conflict(exact, [*needed, *signs])

    def _pulled(self, weights: Mapping[Key, Number], k: int) -> bool:
        """Whether the sign of v_k matters."""
        kinks = any(key[0] == "kink" and key[3] == k for key in weights)
        return kinks or any(map(sign, self._total(weights, k)))

    def _total(self, weights: Mapping[Key, Number], k: int) -> list[Number]:
        """s_k T_k of the kernel's rule."""
        total = [self.point.field.zero] * len(self.blocks[k])
        for key, weight in weights.items():
            pull = self._pull(key).get(k)
            if pull is not None:
                total = [a + weight * x for a, x in zip(total, pull, strict=True)]
        return total

    def _small(self, weights: Mapping[Key, Number]) -> dict[Key, Number]:
        """The weights at a small ε, where they still are what they must be."""
        for n in count(1):
            at = fmpq(1, 4**n)
            values = {key: _value(weight, at) for key, weight in weights.items()}
            if all(x is not None and sign(x) > 0 for x in values.values()):
                exact = {key: x for key, x in values.items() if x is not None}
                totals = {k: self._total(exact, k) for k in self.thin}
                if all(
                    not any(map(sign, total)) or sign(dot(self.q[k], total)) < 0
                    for k, total in totals.items()
                ):
                    return exact
        raise AssertionError  # a germ keeps its sign from some ε on

    def _witness(self, direction: Sequence[Number]) -> Witness | None:
        for order in (1, 2, 4, 8, 16, 32):
            path = self._path(direction, order)
            for other in _shaken(self.point, path) if order in (1, 32) else [path]:
                witness = _verified(self.point, self.sides, other)
                if witness is not None:
                    return witness
        return None

    def _path(self, direction: Sequence[Number], order: int) -> Path:
        """v q of a unit runs like τ times its lifted direction: τ = t, or t² where v = 0."""
        point, zero = self.point, self.point.field.zero
        power = 2 if self.terms and self.still else 1
        shift = -min((_valuation(x) for x in direction), default=0)
        shift = max(shift, 0)
        steps = [[zero] * point.network.parameter_count for _ in range(order + shift + 3)]

        def add(p: int, value: Number, start: int, by: int = shift) -> None:
            for n, x in enumerate(_series(value, order + by + 1, -by)):
                if sign(x) and 0 < n + start <= len(steps):
                    steps[n + start - 1][p] = steps[n + start - 1][p] + x

        for k in self.units:
            own = [
                direction[self.place[k, r]] for r in range(len(self.blocks[k]) + (k in self.thin))
            ]
            if k in self.thin:
                size = sum(own, self.field.zero)
                if sign(size):
                    add(self.output[k], size * self.s[k], 2)
                    for p, x in zip(self.blocks[k], own, strict=False):
                        add(p, (x - own[-1]) / size, 1, 0)
            elif k in self.still and power == 2:
                add(self.output[k], self.field.one * self.s[k], 1, 0)
                for p, x in zip(self.blocks[k], own, strict=True):
                    add(p, x, 1)
            else:
                scale = self.v[k] * self.s[k] if sign(self.v.get(k, 0)) else 1
                for p, x in zip(self.blocks[k], own, strict=True):
                    add(p, x / scale, power)
        if self.bias is not None:
            add(self.bias, direction[self.place["bias"]], power)
        while len(steps) > 1 and not any(map(sign, steps[-1])):
            steps.pop()
        return steps


def _constant(weights: Mapping[Key, Number]) -> dict[Key, Number]:
    """Weights of one unit's forms alone, without ε: at the lowest power all of them are right."""
    lowest = min(map(_valuation, weights.values()))
    found = {key: _series(x, 1, lowest)[0] for key, x in weights.items()}
    return {key: x for key, x in found.items() if sign(x)}


def _valuation(x: Number) -> int:
    """The lowest power of ε in a germ; 0 for other numbers."""
    if not isinstance(x, Germ) or not sign(x):
        return 0
    lowest = [
        next(n for n, c in enumerate(p.coefficients) if sign(c))
        for p in (x.numerator, x.denominator)
    ]
    return lowest[0] - lowest[1]


def _value(x: Number, at: fmpq) -> Number | None:
    """The germ at a number; None at a pole."""
    if not isinstance(x, Germ):
        return x
    below = x.denominator(at)
    return x.numerator(at) / below if sign(below) else None


def _series(x: Number, count_: int, start: int) -> list[Number]:
    """The coefficients of ε^start, ε^(start+1), … of a germ of at least this valuation."""
    if not isinstance(x, Germ):
        return [*([x * 0] * -start), x][:count_] if start <= 0 else []
    over, under = list(x.numerator.coefficients), list(x.denominator.coefficients)
    pole = next(n for n, c in enumerate(under) if sign(c))
    under = under[pole:]
    zero = under[0] * 0
    result: list[Number] = []
    for n in range(count_ + max(0, pole + start)):
        value = over[n] if n < len(over) else zero
        for m in range(1, min(n, len(under) - 1) + 1):
            value = value - under[m] * result[n - m]
        result.append(value / under[0])
    lead = -pole - start  # the first coefficient belongs to ε^-pole
    return ([zero] * lead + result if lead > 0 else result[-lead:])[:count_]
