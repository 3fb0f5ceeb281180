"""Local minima of V Problem 2 at depth 2 without shared weights: a complete decision (THEORY §4).

θ is a local minimum iff its neurons are balanced and, for every choice of sides at the zeros and
of signs at the zero neurons, the lifted problem has multipliers. One λ that serves all choices is
sought first: the linear program of `lifted_program` proposes λ, `neuron_trees` checks each neuron
on all of its regions, and what is violated goes into the program. Where no λ serves all, Farkas's
multipliers are moves of the neurons. Either they combine to a descent, and the point is no local
minimum; or two moves of one neuron lie on different sides of a convex kink, or have different
signs of v_k: then that is split, and each half has its own λ. It ends: there are finitely many
regions and splits. Only where zero neurons meet ‖g_k‖ = 1 in the limit may the cuts not end: such
a boundary case is said to be unknown, with the bound that is proved.
"""

import math
from collections.abc import Sequence
from typing import Any, final

from flint import fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.lifted_descent import (
    Descent,
    descent_certificate,
    merged,
    unbalanced_certificate,
)
from exactmargin.decisions.lifted_problem import LiftedProblem
from exactmargin.decisions.lifted_program import Block, Multipliers, Refutation, solve_multipliers
from exactmargin.decisions.nearby import floor_at, simplest_near
from exactmargin.decisions.neuron_trees import Known, Move, NeuronTree
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InternalError
from exactmargin.exact import Number, dot, sign
from exactmargin.problems import Problem

__all__ = ["lifted_local_minimum"]

MOVES_AT_ONCE = 8
"""Violated conditions that one neuron gives at most before λ is sought again."""

ROUNDS = 400
"""Linear programs in one region before its zero neurons count as a boundary case."""

NEARNESS = (48, 96, 192)
"""Where slack and violations are below 2^-bits for these bits, λ is compared with short numbers."""


def lifted_local_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether a feasible θ is a local minimum; the problem is one of `is_lifted`.

    Unknown only in boundary cases of zero neurons (the reason begins with "boundary").
    """
    unbalanced = unbalanced_certificate(problem)
    if unbalanced is not None:
        return Verdict.proved_briefly(Answer.NO, unbalanced)
    search = _Search(LiftedProblem.at(problem), budget)
    tree = search.run()
    if search.descent is not None:
        return Verdict.proved_briefly(Answer.NO, descent_certificate(search.lifted, search.descent))
    if search.boundary is not None:
        return Verdict.unknown(search.boundary)
    evidence = {"by": "lifting", "tree": tree}
    return Verdict.proved_briefly(Answer.YES, Certificate.about(problem, "local-minimum", evidence))


@final
class _Search:
    """The outer tree. `descent` ends it; `boundary` is the reason where a region is undecided."""

    def __init__(self, lifted: LiftedProblem, budget: Budget) -> None:
        self.lifted, self.budget = lifted, budget
        self.descent: Descent | None = None
        self.boundary: str | None = None
        self.excess = fmpq(0)
        self.programs = self.leaves = 0

    def run(self) -> Any:
        """The tree of the evidence; of no use where there is a descent or a boundary."""
        blocks = [self._first_block(k, {}) for k, n in enumerate(self.lifted.neurons) if n.s]
        return self._region({}, blocks, [])

    def _first_block(self, k: int, known: Known) -> Block:
        return Block(k, tuple((i, known.get((k, i), 1)) for i in self._convex_kinks(k)))

    def _convex_kinks(self, k: int) -> list[int]:
        s = self.lifted.neurons[k].s
        return [i for i in range(len(self.lifted.labels)) if self.lifted.is_convex(k, i, s)]

    def _region(self, known: Known, blocks: list[Block], cuts: list[Move]) -> Any:
        near = iter(NEARNESS)
        bits, last = next(near), None
        for _ in range(ROUNDS):
            self.budget.check()
            self.programs += 1
            self.budget.report(f"local_minimum: {self.programs} programs, {self.leaves} leaves")
            found = solve_multipliers(self.lifted, blocks, cuts)
            if isinstance(found, Refutation):
                return self._refuted(found, known, blocks, cuts)
            trees = self._trees(found, known, MOVES_AT_ONCE)
            moves = [move for tree in dict.fromkeys(trees) for move in tree.moves]
            if not moves:
                self.leaves += 1
                return self._leaf(found, trees)
            last = found
            if _is_boundary(found, trees, bits):
                tree = self._at_the_boundary(found, known, blocks, cuts, bits)
                if tree is not None:
                    return tree
                bits = next(near, 0)
                if not bits:
                    break
            for move in moves:
                if self.lifted.neurons[move.k].s:
                    self._add_block(blocks, move, known)
                else:
                    cuts.append(move)
        assert last is not None
        self._note_boundary(last, known)
        return None

    def _trees(self, found: Multipliers, known: Known, limit: int | None) -> list[NeuronTree]:
        """The neurons' trees; neurons of which the same is asked share theirs."""
        made: dict[object, NeuronTree] = {}
        trees = []
        for k, neuron in enumerate(self.lifted.neurons):
            decided = [(i, side) for (n, i), side in known.items() if n == k]
            what = (neuron.inputs, neuron.output is None, neuron.unit, neuron.s, frozenset(decided))
            if what not in made:
                made[what] = NeuronTree(self.lifted, k, found.values, known, self.budget, limit)
            trees.append(made[what])
        return trees

    def _leaf(self, found: Multipliers, trees: Sequence[NeuronTree]) -> Any:
        values = [self.lifted.field.zero] * self.lifted.problem.data.size
        for i, value in zip(self.lifted.examples, found.values, strict=True):
            values[i] = value
        spell = self.lifted.field.format
        return {"multipliers": [spell(v) for v in values], "neurons": [t.tree for t in trees]}

    def _add_block(self, blocks: list[Block], move: Move, known: Known) -> None:
        inputs = self.lifted.neurons[move.k].inputs
        sides = tuple(
            (i, known.get((move.k, i)) or sign(dot(inputs[i], move.d)) or 1)
            for i in self._convex_kinks(move.k)
        )
        block = Block(move.k, sides)
        if block not in blocks:  # several moves may lie in one region
            blocks.append(block)

    # ------------------------------------------------------------ no common λ

    def _refuted(
        self, found: Refutation, known: Known, blocks: list[Block], cuts: list[Move]
    ) -> Any:
        descent = merged(self.lifted, found.moves, found.bias)
        if descent is not None:
            self.descent = descent
            return None
        k, i = self._dividing(found.moves)
        names = ("positive", "negative") if i is None else ("plus", "minus")
        node: dict[str, Any] = {"neuron": k + 1}
        if i is not None:
            node["example"] = self.lifted.examples[i] + 1
        for name, side in zip(names, (1, -1), strict=True):
            node[name] = self._half(known, (k, i), side, blocks, cuts)
            if self.descent is not None:
                return None
        return node

    def _half(
        self,
        known: Known,
        split: tuple[int, int | None],
        side: int,
        blocks: list[Block],
        cuts: list[Move],
    ) -> Any:
        k, i = split
        more = {**known, split: side}
        inside = [b for b in blocks if b.k != k or dict(b.sides).get(i, side) == side]  # type: ignore[arg-type] # None is no key
        if self.lifted.neurons[k].s and all(b.k != k for b in inside):
            inside.append(self._first_block(k, more))
        kept = [m for m in cuts if m.k != k or self._side(m, i) * side >= 0]
        return self._region(more, inside, kept)

    def _side(self, move: Move, i: int | None) -> int:
        return move.s if i is None else sign(dot(self.lifted.neurons[move.k].inputs[i], move.d))

    def _dividing(self, moves: Sequence[Move]) -> tuple[int, int | None]:
        """A sign or a convex kink on whose two sides moves of one neuron lie.

        There is one: moves in one closed region add up, the rates being superadditive there.
        """
        for k in sorted({move.k for move in moves}):
            mine = [move for move in moves if move.k == k]
            s = mine[0].s
            convex = (i for i in range(len(self.lifted.labels)) if self.lifted.is_convex(k, i, s))
            for i in (None, *convex):
                if {1, -1} <= {self._side(move, i) for move in mine}:
                    return k, i
        raise InternalError("moves of one region that are no descent")

    # ------------------------------------------------------------ the boundary

    def _at_the_boundary(
        self, found: Multipliers, known: Known, blocks: list[Block], cuts: list[Move], bits: int
    ) -> Any:
        """The leaf with the limit of λ, where that is made of short rationals; else None.

        The cuts only approach a λ that has no slack: short numbers near by are tried, one by one,
        the other λ_i following from the equations. A violation is of second order in λ.
        """
        fixed: dict[int, Number] = {}
        for i in range(len(found.values)):
            self.budget.check()
            short = simplest_near(found.values[i], bits // 3)
            trial = {**fixed, i: self.lifted.field.coerce(short)}
            result = solve_multipliers(self.lifted, blocks, cuts, trial)
            if isinstance(result, Multipliers):
                fixed, found = trial, result
        trees = self._trees(found, known, 1)
        if any(tree.moves for tree in trees):
            return None
        self.leaves += 1
        return self._leaf(found, trees)

    def _note_boundary(self, found: Multipliers, known: Known) -> None:
        trees = self._trees(found, known, None)
        if any(tree.moves and tree.neuron.s for tree in trees):
            self.boundary = f"boundary: no multipliers were found in {ROUNDS} linear programs"
            return
        excess = floor_at(max(tree.worst for tree in trees) - 1, 200) + fmpq(1, 1 << 200)
        self.excess = max(self.excess, excess)
        size = f"1 + 2^{math.ceil(math.log2(float(self.excess)))}"
        self.boundary = (
            f"boundary: a zero neuron's |g|^2 is to be at most 1, and at most {size} is reached; "
            f"every feasible point near by has at least the squared norm of this one / ({size})"
        )


def _is_boundary(found: Multipliers, trees: Sequence[NeuronTree], bits: int) -> bool:
    """Whether both the slack of the cuts and all violations are below 2^-bits."""
    tiny = fmpq(1, 1 << bits)
    if found.slack is None or sign(found.slack - tiny) >= 0:
        return False
    return all(
        not tree.moves or (not tree.neuron.s and sign(tree.worst - 1 - tiny) < 0) for tree in trees
    )
