"""Exact multipliers λ near those that floats propose.

With room to spare (the bound is above the target) the proposal, a little smaller, is rounded. Where
the bound must equal the target, complementary slackness with an optimal point says that λ lives
on its active examples, and that ‖g‖ = 1 is reached at each of its lifted neurons, g = p/‖p‖. These
are linear equations; a linear program finds their solution next to the proposal. The optimal
point is θ, or where the region does not hold θ, another one that must be guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, product
from math import hypot

from flint import fmpq

from exactmargin.decisions.lifted_network import Lifted, Vector
from exactmargin.decisions.pieces import Kind, Sides
from exactmargin.decisions.proposals import nearby, with_denominator
from exactmargin.exact import (
    LinearProgram,
    LPStatus,
    Number,
    dot,
    sign,
    solve_lp,
    squared_norm,
)

__all__ = ["Touched", "roomy_multipliers", "tight_multipliers"]

_ORDERS = 5000
"""How many orders of θ's neurons are tried."""


def roomy_multipliers(values: Sequence[float], factor: float) -> Iterator[list[Number]]:
    """Roundings of factor·λ; what is nearly zero becomes zero."""
    largest = max(values)
    kept = [value * factor if value > 1e-7 * largest else 0.0 for value in values]
    for bits in (8, 16, 32):
        yield [nearby(value, bits) for value in kept]


@dataclass(frozen=True, slots=True)
class Touched:
    """A lifted neuron that the relaxation uses: neuron k, output sign s, p in floats."""

    k: int
    s: int
    point: Sequence[float]


def tight_multipliers(
    lifted: Lifted,
    kinds: Mapping[int, Kind],
    signs: Mapping[int, int],
    sides: Mapping[int, Sides],
    values: Sequence[float],
    touched: Sequence[Touched],
) -> Iterator[list[Number]]:
    """Multipliers that satisfy what optimality on a region forces, nearest first to `values`.

    `kinds` gives the kind of each neuron with an output weight, `signs` and `sides` what is known
    of each on the region. Where θ lies in it, in some order of its neurons, θ says what is tight;
    else directions of `touched` that are rational do.
    """
    pairs = _placements(lifted, kinds, signs, sides)
    pieces, bias = lifted.lift()
    if pairs is not None:
        program = _Equations(lifted, list(lifted.problem.active_examples()))
        for k, j in pairs:
            unit = lifted.unit(j)
            if unit is not None:
                program.add_neuron(kinds[k], pieces[j][0], unit, sides[k])
        if lifted.bias is not None:
            program.add_bias(bias)
    else:
        program = _Equations(lifted, [i for i, a in enumerate(values) if a > 1e-6 * max(values)])
        for piece in touched:
            unit = _direction(piece.point)
            if unit is not None:
                program.add_neuron(kinds[piece.k], piece.s, unit, sides[piece.k])
    for k, kind in kinds.items():
        if len(kind.inputs[0]) == 1:
            for s in (signs[k],) if k in signs else (1, -1):
                for cell in kind.within(s, sides[k]):
                    program.add_bounds(kind, s, cell)
    for largest in (16, 1000, 10**6, 10**10):
        found = program.nearest([with_denominator(value, largest) for value in values])
        if found is None:
            return
        yield found


def _placements(
    lifted: Lifted,
    kinds: Mapping[int, Kind],
    signs: Mapping[int, int],
    sides: Mapping[int, Sides],
) -> set[tuple[int, int]] | None:
    """All (k, j) such that θ, its neuron j in the place of neuron k, lies in the closed region.

    Neurons of θ are exchanged with neurons of the same inputs; those that are zero fit anywhere.
    None where θ does not lie in the region.
    """
    pieces, _ = lifted.lift()

    def fits(k: int, j: int) -> bool:
        s, p = pieces[j]
        if j not in kinds[k].members or signs.get(k, s) != s:
            return False
        return all(sign(dot(p, kinds[k].inputs[i])) != -z for i, z in sides[k].items())

    options = {j: [k for k in kinds if fits(k, j)] for j in pieces}
    orders = islice(product(*options.values()), _ORDERS)
    placed = [zip(order, options, strict=True) for order in orders if len({*order}) == len(order)]
    return set(chain.from_iterable(placed)) if placed else None


def _direction(point: Sequence[float]) -> Vector | None:
    """p/‖p‖, where that looks rational with small denominators."""
    size = hypot(*point)
    if size:
        for largest in (16, 1000):
            unit = tuple(with_denominator(value / size, largest) for value in point)
            if squared_norm(unit) == 1:
                return unit
    return None


@dataclass(slots=True)
class _Equations:
    """Linear constraints on λ at `active` examples (others are 0) and local unknowns t ≥ 0."""

    lifted: Lifted
    active: list[int]
    rows: list[dict[int, Number]] = field(default_factory=list)
    senses: list[str] = field(default_factory=list)
    rhs: list[Number] = field(default_factory=list)
    unknowns: int = 0
    seen: set[object] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.unknowns = 3 * len(self.lifted.labels)  # λ, then its differences up and down

    def add(self, row: dict[int, Number], sense: str, value: Number) -> None:
        """One row."""
        self.rows.append(row)
        self.senses.append(sense)
        self.rhs.append(value)

    def add_bias(self, bias: Number) -> None:
        """Σ y_i λ_i is the output bias of the optimal point."""
        self.add({i: fmpq(self.lifted.labels[i]) for i in self.active}, "==", bias)

    def add_neuron(self, kind: Kind, s: int, unit: Vector, known: Sides) -> None:
        """g = unit on every piece whose closure holds that direction."""
        pre = [sign(dot(unit, x)) for x in kind.inputs]
        for cell in kind.within(s, known):
            mark = (kind.members, unit, s, tuple(sorted(cell.items())))
            if mark not in self.seen and all(pre[i] != -z for i, z in cell.items()):
                self.seen.add(mark)
                for row, value in zip(self._gradient(kind, s, cell, pre), unit, strict=True):
                    self.add(row, "==", value)

    def add_bounds(self, kind: Kind, s: int, cell: Sides) -> None:
        """-1 ≤ g ≤ 1 on a piece of a neuron with a single input."""
        mark = (kind.members, s, tuple(sorted(cell.items())))
        if mark not in self.seen:
            self.seen.add(mark)
            (row,) = self._gradient(kind, s, cell, [0] * len(kind.inputs))
            self.add(row, "<=", fmpq(1))
            self.add(row, ">=", fmpq(-1))

    def _gradient(
        self, kind: Kind, s: int, cell: Sides, pre: Sequence[int]
    ) -> list[dict[int, Number]]:
        """The rows of g in λ and new local unknowns; `pre` are the signs at the point."""
        slope, labels = self.lifted.slope, self.lifted.labels
        rows: list[dict[int, Number]] = [{} for _ in kind.inputs[0]]

        def enter(unknown: int, factor: Number, x: Vector) -> None:
            for row, value in zip(rows, x, strict=True):
                row[unknown] = row.get(unknown, fmpq(0)) + factor * value

        for i, x in enumerate(kind.inputs):
            side = cell.get(i, pre[i])
            if i in self.active:
                low = slope if side < 0 or (not side and slope != 1) else fmpq(1)
                enter(i, low * (labels[i] * s), x)
            if i in cell and not pre[i]:
                enter(self._unknown(), fmpq(cell[i]), x)
            elif i not in cell and not pre[i] and slope != 1 and i in self.active and any(x):
                extra = self._unknown()  # λ_i (ρ_i - slope), up to (1 - slope) λ_i
                enter(extra, fmpq(labels[i] * s), x)
                self.add({extra: fmpq(1), i: slope - 1}, "<=", fmpq(0))
        return rows

    def _unknown(self) -> int:
        self.unknowns += 1
        return self.unknowns - 1

    def nearest(self, values: Sequence[Number]) -> list[Number] | None:
        """The solution with the least Σ |λ_i - values_i|, or None where there is none."""
        n, field = len(values), self.lifted.problem.field
        rows = [*self.rows]
        senses, rhs = [*self.senses], [*self.rhs]
        for i, value in enumerate(values):
            if i in self.active:
                rows.append({i: fmpq(1), n + i: fmpq(-1), 2 * n + i: fmpq(1)})
            else:
                rows.append({i: fmpq(1)})
            senses.append("==")
            rhs.append(value if i in self.active else fmpq(0))
        cost = [fmpq(n <= j < 3 * n) for j in range(self.unknowns)]
        found = solve_lp(LinearProgram(field, cost, rows, senses, rhs, False))
        return list(found.x[:n]) if found.status is LPStatus.OPTIMAL and found.x else None
