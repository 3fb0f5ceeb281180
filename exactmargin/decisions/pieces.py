"""One neuron under given multipliers: its pieces, and the tree that bounds it on all of them.

For multipliers λ a neuron with inputs x_i and output sign s can gain at most
h = max over ‖p‖ ≤ 1 of s Σ λ_i y_i σ(<p, x_i>). Examples with y_i s = -1 are concave in it and
never need a side; the others are linear on each chamber of their hyperplanes. On a chamber with
sides z the maximum is the least ‖g‖ over the weights μ and slopes ρ of the kernel's rule
(`exactmargin.kernel.lifting`), a least squares problem with bounds: floats propose which bounds
hold, the rest is solved exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import comb
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from exactmargin.cells import Arrangement, chambers
from exactmargin.decisions.ball_program import Piece
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.lifted_network import Lifted, Vector
from exactmargin.decisions.proposals import nearby, to_float, to_floats
from exactmargin.exact import Number, dot, sign, solve, squared_norm, strictly_feasible_direction

__all__ = ["Kind", "NotSearchable", "Sides"]

Sides: TypeAlias = dict[int, int]
"""The side ±1 of <p, x_i> ≥ 0 or ≤ 0 for some examples i."""

Tree: TypeAlias = dict[str, Any]


class NotSearchable(Exception):  # noqa: N818 - not an error: the answer is unknown
    """A neuron has more chambers than can be looked at, or numbers are beyond floats."""


@dataclass(slots=True)
class Kind:
    """All neurons with the same inputs; `members` are their numbers."""

    lifted: Lifted
    members: tuple[int, ...]
    limit: int = 1000
    _chambers: dict[int, list[Sides]] = field(default_factory=dict)
    _floats: Any = None

    @property
    def inputs(self) -> tuple[Vector, ...]:
        """The x_i of these neurons."""
        return self.lifted.neurons[self.members[0]].inputs

    @property
    def floats(self) -> Any:
        """The x_i as a float matrix, one row for each example."""
        if self._floats is None:
            rows = [to_floats(x) for x in self.inputs]
            self._floats = np.array(rows, float).reshape(len(rows), len(self.inputs[0]))
            size = np.abs(self._floats[self._floats != 0])
            if size.size and not 1e-100 < size.min() <= size.max() < 1e100:
                raise NotSearchable("an input is beyond the range that floats can search")
        return self._floats

    def convex(self, s: int) -> list[int]:
        """The examples whose side matters to a neuron with output sign s."""
        if self.lifted.slope == 1:
            return []
        pairs = enumerate(zip(self.lifted.labels, self.inputs, strict=True))
        return [i for i, (y, x) in pairs if y == s and any(x)]

    def chambers(self, s: int) -> list[Sides]:
        """The sides of all chambers of the convex examples; raises `NotSearchable`."""
        if s not in self._chambers:
            convex = self.convex(s)
            rows = [self.inputs[i] for i in convex]
            if rows:
                arrangement = Arrangement.central(self.lifted.problem.field, rows)
                most = 2 * sum(comb(arrangement.size - 1, k) for k in range(arrangement.rank))
                if most > self.limit:
                    raise NotSearchable(
                        f"a neuron has up to {most} pieces for one sign; at most {self.limit} are "
                        "searched"
                    )
                found = chambers(arrangement)
                every = [dict(zip(convex, signs, strict=True)) for signs in found]
            else:
                every = [{}]
            self._chambers[s] = every
        return self._chambers[s]

    def piece(self, s: int, sides: Sides) -> Piece:
        """The piece of the dual program for output sign s and the sides of its convex examples."""
        x, n = self.floats.T, len(self.inputs)
        slope = to_float(self.lifted.slope)
        gain, local = np.zeros(n), np.zeros(n)
        for i, y in enumerate(self.lifted.labels):
            if slope == 1:
                gain[i] = y * s
            elif i in sides:
                gain[i], local[i] = (1.0 if sides[i] > 0 else slope), sides[i]
            elif y != s:
                local[i] = -1.0
        relaxed = np.array([i not in sides for i in range(n)])
        return Piece(x * gain, x * local, relaxed)

    def within(self, s: int, known: Mapping[int, int]) -> list[Sides]:
        """The chambers on these sides."""
        agree = known.items()
        return [c for c in self.chambers(s) if all(c.get(i, z) == z for i, z in agree)]

    def tree(
        self, multipliers: Sequence[Number], s: int | None, known: Sides, budget: Budget
    ) -> Tree | None:
        """The kernel's tree for these neurons from what is known; None where no bound was found."""
        if s is None:
            plus = self.tree(multipliers, 1, known, budget)
            minus = None if plus is None else self.tree(multipliers, -1, known, budget)
            return None if minus is None else {"positive": plus, "negative": minus}
        wanted = [i for i in self.convex(s) if multipliers[i] and i not in known]
        return self._split(multipliers, s, known, wanted, self.within(s, known), budget)

    def _split(
        self,
        multipliers: Sequence[Number],
        s: int,
        known: Sides,
        wanted: list[int],
        cells: list[Sides],
        budget: Budget,
    ) -> Tree | None:
        budget.check()
        if not cells:
            return self.nothing_inside(known)
        if not wanted:
            return self._leaf(multipliers, s, known)
        balance = {i: abs(sum(cell[i] for cell in cells)) for i in wanted}
        i = min(wanted, key=balance.__getitem__)
        rest = [j for j in wanted if j != i]
        tree: Tree = {"example": i + 1}
        for name, z in (("plus", 1), ("minus", -1)):
            half = [cell for cell in cells if cell[i] == z]
            branch = self._split(multipliers, s, known | {i: z}, rest, half, budget)
            if branch is None:
                return None
            tree[name] = branch
        return tree

    def nothing_inside(self, known: Sides) -> Tree | None:
        """The leaf for sides that leave no interior: z_i x_i ≥ 0 weighted to zero (Gordan)."""
        field = self.lifted.problem.field
        listed = sorted(i for i in known if any(self.inputs[i]))
        rows = [[known[i] * value for value in self.inputs[i]] for i in listed]
        if not rows:
            return None
        found = strictly_feasible_direction(field, rows, len(rows[0])).multipliers
        if found is None:
            return None
        pairs = zip(listed, found, strict=True)
        weights = [{"example": i + 1, "weight": field.format(a)} for i, a in pairs if a]
        return {"empty": weights}

    def _leaf(self, multipliers: Sequence[Number], s: int, known: Sides) -> Tree | None:
        """Sides and slopes with ‖g‖ ≤ 1, or None."""
        slope, labels, inputs = self.lifted.slope, self.lifted.labels, self.inputs
        width = len(inputs[0])
        g: list[Number] = [self.lifted.problem.field.zero] * width
        columns: list[tuple[int, Vector, Number | None]] = []  # example, column, upper bound
        for i, (value, y, x) in enumerate(zip(multipliers, labels, inputs, strict=True)):
            relaxed = bool(value) and i not in known and slope != 1 and any(x)
            a = slope if relaxed or (known.get(i) == -1 and slope != 1) else fmpq(1)
            g = [b + value * a * (y * s) * v for b, v in zip(g, x, strict=True)]
            if relaxed:
                columns.append((i, tuple(-value * v for v in x), 1 - slope))
            elif known.get(i) and any(x):
                columns.append((i, tuple(known[i] * v for v in x), None))
        weights = _shortest(g, [c for _, c, _ in columns], [u for _, _, u in columns])
        if weights is None:
            return None
        spell = self.lifted.problem.field.format
        tree: Tree = {"sides": [], "slopes": []}
        for (i, _, bound), weight in zip(columns, weights, strict=True):
            if bound is not None:
                tree["slopes"].append({"example": i + 1, "slope": spell(slope + weight)})
            elif weight:
                tree["sides"].append({"example": i + 1, "weight": spell(weight)})
        return tree


def _shortest(
    start: Sequence[Number], columns: Sequence[Vector], bounds: Sequence[Number | None]
) -> list[Number] | None:
    """Weights t_j in [0, bounds_j] with ‖start + Σ t_j columns_j‖ ≤ 1 exactly, or None."""
    if not columns:
        return [] if sign(squared_norm(start) - 1) <= 0 else None
    a = np.array([to_floats(column) for column in columns]).T
    high = np.array([np.inf if u is None else to_floats([u])[0] for u in bounds])
    guess, free = _bounded_least_squares(a, -np.array(to_floats(start)), high)

    def fits(t: Sequence[Number]) -> bool:
        total = [b + dot(t, row) for b, row in zip(start, zip(*columns, strict=True), strict=True)]
        return sign(squared_norm(total) - 1) <= 0

    def clipped(value: Number, bound: Number | None) -> Number:
        if sign(value) < 0:
            return fmpq(0)
        return bound if bound is not None and sign(value - bound) > 0 else value

    ends = [
        fmpq(0) if u is None or value < h / 2 else u
        for value, u, h in zip(guess, bounds, high, strict=True)
    ]
    for bits in (8, 20):
        t = [
            clipped(nearby(value, bits), u) if j in free else end
            for j, (value, u, end) in enumerate(zip(guess, bounds, ends, strict=True))
        ]
        if fits(t):
            return t
    exact = _least_squares(start, columns, ends, sorted(free))
    t = [clipped(value, u) for value, u in zip(exact, bounds, strict=True)]
    return t if fits(t) else None


def _least_squares(
    start: Sequence[Number], columns: Sequence[Vector], ends: Sequence[Number], free: list[int]
) -> list[Number]:
    """The exact minimum of ‖start + Σ t_j columns_j‖ with t_j fixed at `ends` but for the free."""
    t = [fmpq(0) if j in free else end for j, end in enumerate(ends)]
    fixed = [b + dot(t, row) for b, row in zip(start, zip(*columns, strict=True), strict=True)]
    if free:
        gram = [[dot(columns[j], columns[k]) for k in free] for j in free]
        found = solve(gram, [-dot(columns[j], fixed) for j in free])
        assert found is not None, "normal equations always have a solution"
        for j, value in zip(free, found, strict=True):
            t[j] = value
    return t


def _bounded_least_squares(a: Any, b: Any, high: Any) -> tuple[Any, set[int]]:
    """Near argmin ‖a t - b‖ over 0 ≤ t ≤ high, and the indices strictly inside (Stark, Parker)."""
    n = a.shape[1]
    t = np.zeros(n)
    free: set[int] = set()
    scale = max(1e-300, float(np.abs(a).max())) * max(1.0, float(np.linalg.norm(b)))
    for _ in range(10 * n + 20):
        slope = a.T @ (b - a @ t)
        can = [
            (slope[j] if t[j] <= 0 else -slope[j], j)
            for j in range(n)
            if j not in free and high[j] > 0
        ]
        gain, j = max(can, default=(0.0, -1))
        if gain <= 1e-12 * scale:
            break
        free.add(j)
        while free:
            inside = sorted(free)
            rest = b - a @ np.where(np.isin(np.arange(n), inside), 0, t)
            target = np.linalg.lstsq(a[:, inside], rest, rcond=None)[0]
            old = t[inside]
            below, above = target <= 0, target >= high[inside]
            if not (below | above).any():
                t[inside] = target
                break
            step = np.where(below, old / np.maximum(old - target, 1e-300), 1.0)
            room = high[inside] - old
            step = np.where(above, room / np.maximum(target - old, 1e-300), step)
            size = float(np.clip(step.min(), 0, 1))
            new = old + size * (target - old)
            for k in np.flatnonzero((below | above) & (step <= size + 1e-15)):
                new[k] = 0.0 if below[k] else high[inside][k]
                free.discard(inside[k])
            t[inside] = new
    return t, free
