"""Whether a linear functional is positive on all cells around θ: a split tree, or a cell where not.

Branch and bound. On a region, given by sides, the functional is bounded from below with the worst
slopes and signs for all that is open. If the bound is not positive, the worst choice is either a
cell, or its sides contradict each other, and a few of them say why: the region is split at one of
these. What contradicts itself within one unit of the last hidden layer is split in a tree of this
unit alone, as the minimum of a sum is at least the sum of minima; so the trees do not multiply.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.loss_cells import Columns, Key, LossPoint, Sides, Vectors
from exactmargin.decisions.loss_witness import Conflict, Witness, find
from exactmargin.exact import Number, dot, sign

__all__ = ["Doubt", "Found", "LossTree", "Tree", "empty_leaf", "split_node"]

Tree: TypeAlias = Any
Trees: TypeAlias = dict[int, Tree]
"""Of units k: "bound", a split {"example", "plus", "minus"}, or {"empty": weights}."""


@final
class Found(Exception):  # noqa: N818 - the answer no
    """A cell on which the functional is not positive."""

    def __init__(self, witness: Witness):
        super().__init__(witness)
        self.witness = witness


@final
class Doubt(Exception):  # noqa: N818 - neither yes nor no
    """Sides where the functional is not positive; whether they belong to a cell is unknown."""

    def __init__(self, sides: dict[Key, int]):
        super().__init__(sides)
        self.sides = sides


@final
@dataclass(frozen=True, slots=True)
class _Bound:
    """A lower bound, the sides where it is attained, and the leaf of each unit's tree there."""

    value: Number
    sides: dict[Key, int]
    leaves: dict[int, tuple[tuple[int, int], ...]]


class LossTree:
    """The functional `u` on vectors that `vectors` gives for each term that is on."""

    def __init__(self, point: LossPoint, u: Sequence[Number], vectors: Vectors, budget: Budget):
        self.point, self.u, self.vectors, self.budget = point, u, vectors, budget

    def prove(self, sides: dict[Key, int], trees: Trees, extra: Mapping[str, Any]) -> Tree:
        """The kernel's tree of this region; its leaves hold `extra`. Raises `Found`, `Doubt`."""
        while True:
            self.budget.check()
            bound = self._bound(sides, trees)
            if isinstance(bound, tuple):
                return self._split(bound, sides, trees, extra)
            if sign(bound.value) > 0:
                kept = [
                    {"unit": k + 1, "tree": t} for k, t in sorted(trees.items()) if t != "bound"
                ]
                return {"neurons": kept, **extra}
            found = find(self.point, bound.sides)
            if isinstance(found, Witness):
                raise Found(found)
            if found is None:
                raise Doubt(self.point.completed(bound.sides))
            key = next((key for key in found.needed if key not in sides), None)
            if key is None:
                return empty_leaf(self.point, found)
            if (split := self._shared(found, sides)) is not None:
                return self._split(split, sides, trees, extra)
            leaf = bound.leaves.get(key[3], ())
            refined = self._refined(trees.get(key[3], "bound"), leaf, found, sides)
            trees = trees | {key[3]: refined}

    def _shared(self, conflict: Conflict, sides: Sides) -> Key | None:
        """What to split for a conflict that is not one of a single unit of the last layer: there
        terms that are open come first, as their units' slopes do not belong to the units' sums."""
        last, needed = self.point.last, [key for key in conflict.needed if key not in sides]
        units = {key[2:] if key[0] == "kink" else key[:2] for key in conflict.needed}
        if len(units) > 1 or any(key[0] != "kink" or key[2] != last for key in needed):
            return needed[0]
        examples = {key[1] for key in needed}
        return next(
            (
                key
                for key in self.point.zero_terms
                if key not in sides and self.point.terms[key[1]].example in examples
            ),
            None,
        )

    def _split(
        self, key: Key, sides: dict[Key, int], trees: Trees, extra: Mapping[str, Any]
    ) -> Tree:
        """Both sides of a form."""
        parts = {}
        for name, side in (("plus", 1), ("minus", -1)):
            more = sides | {key: side}
            left = {k: _restricted(t, more, self.point.last, k) for k, t in trees.items()}
            parts[name] = self.prove(more, left, extra)
        return split_node(self.point, key) | parts

    def _bound(self, sides: Sides, trees: Trees) -> _Bound | Key:
        """The bound; or a kink below the last hidden layer that needs a side first."""
        point, last = self.point, self.point.last
        slope = point.network.negative_slope
        value, full = point.field.zero, dict(sides)
        rows: dict[int, dict[int, Number]] = {}
        for j, term in enumerate(point.terms):
            key, i = point.key_of_term(j), term.example
            side = point.signs[j] or sides.get(key, 0)
            if point.signs[j] < 0:
                continue
            columns = self.vectors(j, sides)
            if not isinstance(columns, Columns):
                return ("kink", i, *columns)
            if side < 0:  # where m_j has a side, its units have one, too
                for k in columns.pulls:
                    full.setdefault(("kink", i, last, k), -1)
                continue
            base = dot(self.u, columns.base)
            pulls = {k: dot(self.u, pull) for k, pull in columns.pulls.items()}
            if side > 0:
                value = value + base
                for k, p in pulls.items():
                    row = rows.setdefault(k, {})
                    row[i] = row.get(i, point.field.zero) + p
                continue
            worst = base + sum((p if sign(p) < 0 else slope * p for p in pulls.values()), 0 * base)
            full[key] = 1 if sign(worst) < 0 else -1
            value = value + worst if sign(worst) < 0 else value
            for k, p in pulls.items():
                full.setdefault(("kink", i, last, k), 1 if sign(p) < 0 else -1)
        leaves: dict[int, tuple[tuple[int, int], ...]] = {}
        for k in {*rows, *trees}:
            row = rows.get(k, {})
            best = self._best(trees.get(k, "bound"), row, ())
            if best is None:  # the unit's own sides contradict each other
                own = {
                    key: s for key, s in sides.items() if key[0] == "kink" and key[2:] == (last, k)
                }
                return _Bound(point.field.zero, own, {})
            value, leaves[k] = value + best[0], best[1]
            for i, side in best[1]:
                full["kink", i, last, k] = side
            for i, p in row.items():
                full.setdefault(("kink", i, last, k), 1 if sign(p) < 0 else -1)
        return _Bound(value, full, leaves)

    def _best(
        self,
        tree: Tree,
        row: Mapping[int, Number],
        path: tuple[tuple[int, int], ...],
    ) -> tuple[Number, tuple[tuple[int, int], ...]] | None:
        """The smallest sum over the leaves, and the leaf; None if all of them are empty."""
        if tree == "bound":
            slope, known = self.point.network.negative_slope, dict(path)
            total = self.point.field.zero
            for i, p in row.items():
                on = known.get(i, 1 if sign(p) < 0 else -1) > 0
                total = total + (p if on else slope * p)
            return total, path
        if "empty" in tree:
            return None
        i = tree["example"] - 1
        found = [
            self._best(tree[name], row, (*path, (i, side)))
            for name, side in (("plus", 1), ("minus", -1))
        ]
        real = [pair for pair in found if pair is not None]
        if len(real) == 2:
            return real[0] if sign(real[0][0] - real[1][0]) <= 0 else real[1]
        return real[0] if real else None

    def _refined(
        self,
        tree: Tree,
        leaf: Sequence[tuple[int, int]],
        conflict: Conflict,
        sides: dict[Key, int],
    ) -> Tree:
        """A unit's tree, the leaf split at a kink of the conflict, or closed by it."""
        if leaf:
            (i, side), *rest = leaf
            name = "plus" if side > 0 else "minus"
            return tree | {
                name: self._refined(tree[name], rest, conflict, {**sides, _any(i): side})
            }
        for key in conflict.needed:
            if key not in sides and _any(key[1]) not in sides:
                return {"example": key[1] + 1, "plus": "bound", "minus": "bound"}
        spell = self.point.field.format
        rows = sorted((key[1], weight) for key, weight in conflict.weights.items())
        return {"empty": [{"example": i + 1, "weight": spell(x)} for i, x in rows]}


def empty_leaf(point: LossPoint, conflict: Conflict) -> Tree:
    """A leaf of sides that contradict each other."""
    spell, weights = point.field.format, conflict.weights
    order = sorted(weights, key=lambda key: (key[0] == "term", key))
    return {"empty": [split_node(point, key) | {"weight": spell(weights[key])} for key in order]}


def split_node(point: LossPoint, key: Key) -> dict[str, Any]:
    """The form in the kernel's words."""
    kind, n, layer, k = key
    if kind == "kink":
        return {"example": n + 1, "layer": layer + 1, "unit": k + 1}
    return {kind: n + 1}


def _any(example: int) -> Key:
    """A side within the tree of the unit at hand."""
    return ("own", example, 0, 0)


def _restricted(tree: Tree, sides: Sides, last: int, k: int) -> Tree:
    """What is left of a unit's tree where some of its kinks have sides."""
    if tree == "bound" or "empty" in tree:
        return tree
    side = sides.get(("kink", tree["example"] - 1, last, k))
    parts = {name: _restricted(tree[name], sides, last, k) for name in ("plus", "minus")}
    return tree | parts if side is None else parts["plus" if side > 0 else "minus"]
