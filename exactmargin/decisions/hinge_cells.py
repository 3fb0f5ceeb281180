"""The cells of a hinge problem with at most one hidden layer: a split tree (THEORY §2.3).

All signs are split one after the other, hidden ones first, then those of output weights and of
losses, in the coordinates of `Lift`.  Of the two sides of a split one holds the point at hand; on
the other an exact linear program finds a point, or Gordan's multipliers, which are the evidence.
This enumeration shares the coordinates with `enumerate_cells`, not the way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from exactmargin.cells import Lift
from exactmargin.decisions.budget import Budget
from exactmargin.exact import Number, dot, sign, strictly_feasible_direction
from exactmargin.problems import Problem

__all__ = ["hinge_tree"]

Row: TypeAlias = tuple[Number, ...]
Key: TypeAlias = tuple[str, int, int]
"""What is split: ("hidden", example, unit), ("output", parameter, 0) or ("loss", example, 0)."""


@final
@dataclass(frozen=True, slots=True)
class _Region:
    """Signs that are known, rows that are positive, and a point inside or the reason for none."""

    signs: dict[Key, int]
    rows: tuple[Row, ...]
    point: Row | None
    multipliers: Row | None = None


def hinge_tree(problem: Problem, budget: Budget) -> tuple[list[dict[str, object]], int]:
    """The nodes of the tree in preorder, as the kernel reads them, and the number of cells.

    For a problem whose signature map `is_liftable`.  Raises `BudgetSpent`.
    """
    search = _Search(problem)
    regions, nodes = [search.start], list[dict[str, object]]()
    signatures: set[tuple[int, ...]] = set()
    while regions:
        budget.check()
        region = regions.pop()
        if region.multipliers is not None:
            nodes.append({"empty": search.spelled(region.multipliers)})
            continue
        key = search.next_split(region)
        if key is not None:
            nodes.append(_node(key))
            regions += search.sides(region, key)
            continue
        assert region.point is not None  # a region without multipliers has a point
        nodes.append({"cell": search.spelled([x / region.point[-1] for x in region.point[:-1]])})
        signatures.add(tuple(region.signs[key] for key in search.entries))
        budget.report(f"proving: {len(signatures)} cells ...")
    return nodes, len(signatures)


def _node(key: Key) -> dict[str, object]:
    kind, n, k = key
    if kind == "hidden":
        return {"example": n + 1, "unit": k + 1}
    return {"output" if kind == "output" else "example": n + 1}


@final
class _Search:
    """The forms of one problem in the coordinates (P, c, t)."""

    def __init__(self, problem: Problem) -> None:
        self.field, self.slope = problem.field, problem.network.negative_slope
        self.lift = lift = Lift(problem.signatures)
        examples = range(len(lift.rows))
        self.hidden: list[Key] = []
        if lift.hidden:
            units = [("hidden", i, k) for i in examples for k in range(lift.units)]
            self.hidden = [key for key in units if any(lift.rows[key[1]][key[2]])]
        self.losses: list[Key] = [("loss", i, 0) for i in examples]
        self.entries = (*self.hidden, *self.losses)
        self.start = _Region({}, (lift.positive,), lift.positive)

    def spelled(self, values: Sequence[Number]) -> list[str]:
        """Numbers as texts."""
        return [self.field.format(x) for x in values]

    def next_split(self, region: _Region) -> Key | None:
        """The first sign that is open; an output weight that no active unit reads stays open."""
        return next((key for key in self._wanted(region.signs) if key not in region.signs), None)

    def _wanted(self, signs: dict[Key, int]) -> Iterator[Key]:
        yield from self.hidden
        for _, i, k in self.hidden:
            if k in self.lift.reads and (self.slope or signs["hidden", i, k] > 0):
                yield "output", self.lift.reads[k], 0
        yield from self.losses

    def sides(self, region: _Region, key: Key) -> tuple[_Region, _Region]:
        """The parts where the sign is -1, and where it is +1."""
        kind, n, k = key
        minus, plus = ({**region.signs, key: s} for s in (-1, 1))
        if kind == "output":
            parts = (_Region(signs, region.rows, region.point) for signs in (minus, plus))
            return next(parts), next(parts)
        row = self.lift.rows[n][k] if kind == "hidden" else self._loss(n, region.signs)
        opposite = tuple(-x for x in row)
        return self._part(region, minus, opposite), self._part(region, plus, row)

    def _loss(self, i: int, signs: dict[Key, int]) -> Row:
        sides = tuple(signs.get(("hidden", i, k), 0) for k in range(self.lift.units))
        outputs = tuple(signs.get(("output", g, 0), 1) for g in range(self.lift.sign_count))
        return self.lift.loss_row(i, sides, outputs)

    def _part(self, region: _Region, signs: dict[Key, int], row: Row) -> _Region:
        rows = (*region.rows, row)
        assert region.point is not None
        if sign(dot(row, region.point)) > 0:
            return _Region(signs, rows, region.point)
        found = strictly_feasible_direction(self.field, rows, len(row))
        return _Region(signs, rows, found.direction, found.multipliers)
