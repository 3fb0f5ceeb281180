"""Two layers, no shared weight: the least norm of all feasible points (THEORY §5).

**Relaxation.** On a region every neuron may split into one lifted neuron for each of its pieces.
That is a convex program; its dual gives the multipliers of a leaf of the kernel's tree. At the
root it is the bound for networks of every width.
**Branching.** Where the relaxation is not better than θ the region is a leaf. Where it uses no
more pieces than there are neurons it is a network: a better point. Else a neuron that
was split gets its output sign, or a side, decided; the region with the smallest bound comes first.
Floats propose multipliers and points; each is made rational and checked exactly.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from exactmargin.decisions.ascent import better_by_ascent
from exactmargin.decisions.ball_program import BallProgram, Proposal
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.lifted_network import Lifted
from exactmargin.decisions.pieces import Kind, Sides
from exactmargin.decisions.proposals import SHORT_FIRST, to_float
from exactmargin.decisions.tight_multipliers import (
    Touched,
    roomy_multipliers,
    tight_multipliers,
)
from exactmargin.exact import Number, dot, sign

__all__ = ["Found", "root_bound", "search"]

_Owned: TypeAlias = tuple[int, int, Sides]
_USED = 1e-6
_NEAR = 1e-7
_CLOSE = 1e-3


@dataclass(slots=True)
class _Region:
    """What is known of each neuron: output sign or None, and sides; then what became of it."""

    signs: dict[int, int]
    sides: dict[int, Sides]
    bound: float = 0.0
    proposal: Proposal | None = None
    pieces: list[_Owned] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    split: tuple[int, int | None] | None = None
    parts: "list[_Region]" = field(default_factory=list)
    leaf: Any = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the search ended with: a better point, the tree of the proof, or why neither.

    `about` is the least bound on ‖θ'‖² of the open regions, in floats.
    """

    better: Certificate | None = None
    tree: Any = None
    reason: str = ""
    about: float = 0.0


def search(
    lifted: Lifted,
    target: Number,
    budget: Budget,
    *,
    work: int | None,
    precisions: Sequence[int] = SHORT_FIRST,
) -> Found:
    """Prove ‖θ'‖² ≥ target for all feasible θ', or find a point better than the problem's own.

    The point has the first of these numbers of binary digits that is enough. Regions with about
    `work` pieces in all are looked at, or as many as the budget allows. Raises `NotSearchable`
    where neurons have too many pieces.
    """
    return _Search(lifted, target, budget, precisions).run(work)


def root_bound(lifted: Lifted, budget: Budget) -> tuple[Number, Any] | None:
    """A bound on ‖θ'‖² of all feasible points for any number of neurons, with its tree.

    None where no multipliers stand the exact check. Raises `NotSearchable` and `BudgetSpent`.
    """
    return _Search(lifted, None, budget).bound_at_root()


class _Search:
    def __init__(
        self,
        lifted: Lifted,
        target: Number | None,
        budget: Budget,
        precisions: Sequence[int] = SHORT_FIRST,
    ):
        self.lifted, self.target, self.budget = lifted, target, budget
        self.precisions = precisions
        self.goal = np.inf if target is None else to_float(target) / 2
        self.kinds = [Kind(lifted, tuple(members)) for members in lifted.kinds().values()]
        self.kind = {k: kind for kind in self.kinds for k in kind.members}
        self.both = (1,) if lifted.slope == 1 else (1, -1)

    def run(self, limit: int | None) -> Found:
        """Best first, until no region is open, a better point is found or `limit` is reached."""
        root = self._everything()
        heap: list[tuple[float, int, _Region]] = []
        bound, looked, work = 0.0, 0, 0
        try:
            better = self._look(root) or self._walk(root)
            heap.append((root.bound, looked, root))
            while heap and better is None:
                bound, _, region = heap[0]
                if not self._close(region):
                    full = limit is not None and work >= limit
                    if full or not self._branch(region):
                        left = f"{len(heap)} region{'s' * (len(heap) > 1)} open"
                        reason = left if full else "boundary"
                        return Found(reason=reason, about=2 * bound)
                heapq.heappop(heap)
                for part in region.parts:
                    better = better or self._look(part, bound)
                    looked, work = looked + 1, work + len(part.pieces)
                    heapq.heappush(heap, (part.bound, looked, part))
                self.budget.report(f"{len(heap)} regions open, squared norm at least {2 * bound:g}")
        except BudgetSpent as spent:
            return Found(reason=str(spent), about=2 * bound)
        return Found(better=better) if better is not None else Found(tree=_tree(root))

    def bound_at_root(self) -> tuple[Number, Any] | None:
        """The bound of the root alone."""
        root = self._everything()
        root.pieces = list(self._pieces(root))
        values = self._solve(root.pieces).multipliers.tolist()
        for bits in (20, 10, 4):
            for multipliers in roomy_multipliers(values, 1 - 2.0**-bits):
                bound = self._proved(multipliers)
                if sign(bound) > 0 and self._leaf(root, multipliers):
                    return bound, root.leaf
        return None

    def _everything(self) -> _Region:
        return _Region({}, {k: {} for k in self.kind})

    # ---- one region

    def _look(self, region: _Region, least: float = 0.0) -> Certificate | None:
        """Solve the relaxation; a better point where it is a network or gives one by rounding."""
        region.pieces = list(self._pieces(region))
        if any(not self.kind[k].within(s, region.sides[k]) for k, s in region.signs.items()):
            region.bound = np.inf
            return None
        region.proposal = self._solve(region.pieces)
        region.bound = max(least, region.proposal.value)
        region.used = _used(region.proposal)
        if region.bound >= self.goal * (1 + _NEAR):
            return None
        chosen = self._assigned(region)
        points = {k: region.proposal.points[p] for k, p in chosen.items()}
        found = self._offer(region, chosen, points, region.proposal.bias)
        if found is not None or len(chosen) == len(region.used):
            return found
        kept = {k: region.pieces[p] for k, p in chosen.items()}
        rounded = self._solve([(k, s, cell) for k, (_, s, cell) in kept.items()])
        if rounded.value >= self.goal:
            return None
        points = dict(zip(kept, rounded.points, strict=True))
        return self._offer(region, chosen, points, rounded.bias)

    def _offer(
        self, region: _Region, chosen: dict[int, int], points: Mapping[int, Any], bias: float
    ) -> Certificate | None:
        """The certificate that the network of these lifted neurons is better, if it is."""
        signs = {k: region.pieces[p][1] for k, p in chosen.items()}
        pieces = {k: (signs[k], points[k].tolist()) for k in chosen}
        return self.lifted.better(pieces, bias, self.precisions)

    def _solve(self, pieces: list[_Owned]) -> Proposal:
        slope, labels = to_float(self.lifted.slope), self.lifted.labels
        made = [self.kind[k].piece(s, cell) for k, s, cell in pieces]
        program = BallProgram(made, labels, slope, self.lifted.bias is not None)
        return program.solve(self.budget, enough=self.goal)

    def _pieces(self, region: _Region) -> Iterator[_Owned]:
        """(first neuron, s, sides) of each piece; neurons that are known alike share theirs."""
        seen: set[Any] = set()
        for k, kind in self.kind.items():
            known = region.sides[k]
            mark = (kind.members, region.signs.get(k), frozenset(known.items()))
            if mark not in seen:
                seen.add(mark)
                for s in (region.signs[k],) if k in region.signs else self.both:
                    yield from ((k, s, cell) for cell in kind.within(s, known))

    def _alike(self, region: _Region, k: int) -> list[int]:
        known = region.signs.get(k), region.sides[k]
        members = self.kind[k].members
        return [j for j in members if (region.signs.get(j), region.sides[j]) == known]

    def _assigned(self, region: _Region) -> dict[int, int]:
        """A piece for each neuron, the heaviest first, as long as there are neurons for them."""
        chosen: dict[int, int] = {}
        for p in region.used:
            alike = self._alike(region, region.pieces[p][0])
            k = next((j for j in alike if j not in chosen), None)
            if k is not None:
                chosen[k] = p
        return chosen

    def _walk(self, root: _Region) -> Certificate | None:
        """Where the relaxation is no network, a few walks from θ may find a better one at once."""
        if root.bound >= self.goal * (1 - _CLOSE):
            return None
        return better_by_ascent(self.lifted.problem, self.budget, starts=3)

    # ---- leaves and branches

    def _close(self, region: _Region) -> bool:
        """Try to make the region a leaf."""
        for k, s in region.signs.items():
            if not self.kind[k].within(s, region.sides[k]):
                empty = self.kind[k].nothing_inside(region.sides[k])
                if empty is not None:
                    region.leaf = {"neuron": k + 1, **empty}
                    return True
        if region.proposal is None or region.bound < self.goal * (1 - _NEAR):
            return False
        assert self.target is not None, "only searches close regions"
        values = region.proposal.multipliers.tolist()
        candidates: list[Iterator[list[Number]]] = []
        if region.proposal.value > self.goal * (1 + _NEAR):
            factor = (1 + self.goal / region.proposal.value) / 2
            candidates.append(roomy_multipliers(values, factor))
        known = region.signs, region.sides
        points = region.proposal.points
        touched = [Touched(*region.pieces[p][:2], points[p].tolist()) for p in region.used]
        candidates.append(tight_multipliers(self.lifted, self.kind, *known, values, touched))
        for multipliers in chain.from_iterable(candidates):
            enough = sign(self._proved(multipliers) - self.target) >= 0
            if enough and self._leaf(region, multipliers):
                return True
        return False

    def _proved(self, multipliers: list[Number]) -> Number:
        """The bound on ‖θ'‖² that these multipliers give."""
        t = dot(multipliers, [fmpq(y) for y in self.lifted.labels])
        return 2 * sum(multipliers, fmpq(0)) - (t * t if self.lifted.bias is not None else fmpq(0))

    def _leaf(self, region: _Region, multipliers: list[Number]) -> bool:
        """Give the region its leaf with these multipliers, where every neuron has its tree."""
        trees: dict[Any, Any] = {}
        neurons: list[Any] = []
        for k in range(len(self.lifted.neurons)):
            if k not in self.kind:
                neurons.append({"sides": [], "slopes": []})
                continue
            kind, s, known = self.kind[k], region.signs.get(k), region.sides[k]
            mark = (kind.members, s, frozenset(known.items()))
            if mark not in trees:
                trees[mark] = kind.tree(multipliers, s, known, self.budget)
            if trees[mark] is None:
                return False
            neurons.append(trees[mark])
        spell = self.lifted.problem.field.format
        region.leaf = {"multipliers": [spell(a) for a in multipliers], "neurons": neurons}
        return True

    def _branch(self, region: _Region) -> bool:
        """Split a neuron of which more pieces are used than there are neurons like it."""
        by_owner: dict[int, list[int]] = {}
        for p in region.used:
            by_owner.setdefault(region.pieces[p][0], []).append(p)
        for k, used in by_owner.items():
            if len(used) <= len(self._alike(region, k)):
                continue
            if k not in region.signs:
                region.split = k, None
                for s in (1, -1):
                    region.parts.append(_Region(region.signs | {k: s}, region.sides))
                return True
            i = self._example(region, used)
            region.split = k, i
            for z in (1, -1):
                sides = region.sides | {k: region.sides[k] | {i: z}}
                region.parts.append(_Region(region.signs, sides))
            return True
        return False

    def _example(self, region: _Region, used: list[int]) -> int:
        """The example whose sides divide the weight of the pieces most evenly."""
        assert region.proposal is not None
        weight = {p: float(np.linalg.norm(region.proposal.points[p])) for p in used}
        cells = {p: region.pieces[p][2] for p in used}
        differ = [i for i in cells[used[0]] if len({cell[i] for cell in cells.values()}) == 2]
        return min(differ, key=lambda i: abs(sum(weight[p] * cells[p][i] for p in used)))


def _used(proposal: Proposal) -> list[int]:
    """The pieces that the relaxation uses, the heaviest first."""
    weights = [float(np.linalg.norm(p)) for p in proposal.points]
    heavy = [p for p, weight in enumerate(weights) if weight > _USED * sum(weights)]
    return sorted(heavy, key=lambda p: -weights[p])


def _tree(region: _Region) -> Any:
    """The kernel's tree of a region all of whose parts are leaves."""
    if region.split is None:
        return region.leaf
    k, i = region.split
    names = ("positive", "negative") if i is None else ("plus", "minus")
    tree: dict[str, Any] = {"neuron": k + 1} | ({} if i is None else {"example": i + 1})
    return tree | {n: _tree(part) for n, part in zip(names, region.parts, strict=True)}
