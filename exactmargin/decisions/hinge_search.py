"""The tree of the dual rule for a hinge loss, or what refutes it: a complete search (THEORY §8.1).

One λ that serves a whole region is sought first: the program of `hinge_program` proposes λ,
`hinge_trees` checks each neuron on all of its regions, and the moves that λ does not stand become
cuts. Where no λ serves all, moves combine to a descent, if they lie in one region; or two moves of
one neuron lie on different sides of a convex kink, or have different signs of v_k: then that is
split, and each half has its own λ. It ends: there are finitely many moves (basic solutions),
regions and splits.

Where v_k = 0 and w_k ≠ 0 near θ, P_k stays in a thin cone around w_k. Once the sign of v_k is
decided there need only be ⟨w_k, g_k⟩ < 0. If no λ has that, a combination of moves with w_k itself
shows it, and becomes a stage: then g_k = 0 is needed, and later moves follow in its wake.
"""

from collections.abc import Sequence
from typing import Any, final

from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.hinge_curves import loss_curve, pulled_back, scaled_point, shortened
from exactmargin.decisions.hinge_program import Combination, HingeProgram, Multipliers
from exactmargin.decisions.hinge_trees import NOTHING, NeuronTree
from exactmargin.decisions.hinge_view import HingeView, Known, Move, loss_at
from exactmargin.errors import InternalError
from exactmargin.exact import Number, dot, sign

__all__ = ["HingeSearch"]

PROGRAMS = 20_000
"""Linear programs in λ after which a search gives up, whatever its budget."""


@final
class HingeSearch:
    """The outer tree of a view: `run` gives the tree, or sets `descent` or `better`.

    It raises `BudgetSpent` where the budget is spent, or that for `PROGRAMS`.

    `descent` is a certificate of a curve (near θ), `better` a point with a smaller loss.
    """

    def __init__(self, view: HingeView, budget: Budget) -> None:
        self.view, self.budget = view, budget
        self.descent: Certificate | None = None
        self.better: list[Number] | None = None
        self.programs = self.leaves = 0

    @property
    def refuted(self) -> bool:
        """Whether there is no tree."""
        return self.descent is not None or self.better is not None

    def run(self) -> Any:
        """The tree of the evidence; of no use where the claim is refuted."""
        cuts: list[Move] = []
        for k, neuron in self.view.neurons.items():
            for s in (neuron.s,) if neuron.s else (1, -1):
                cuts += self._axes(k, s)
        return self._region({}, cuts)

    def _axes(self, k: int, s: int) -> list[Move]:
        """Moves along the axes: without kinks they are all that is needed."""
        field, size = self.view.field, len(self.view.neurons[k].weights)
        axes = [[field.coerce(int(m == n)) for m in range(size)] for n in range(size)]
        return [Move(k, s, tuple(a * t for a in axis)) for axis in axes for t in (1, -1)]

    def _region(self, known: Known, cuts: list[Move]) -> Any:
        """The tree of a region; `cuts` are moves in it."""
        leads = {k for k, n in self.view.neurons.items() if n.lead and (k, None) in known}
        stages: list[Combination] = []
        cuts = [move for move in cuts if move.k not in leads]
        cuts += [Move(k, known[k, None], self.view.neurons[k].lead) for k in sorted(leads)]
        program = HingeProgram(self.view, cuts)
        while True:
            self.budget.check()
            if self.programs == PROGRAMS:
                raise BudgetSpent(f"no answer after {PROGRAMS} linear programs")
            self.programs += 1
            self.budget.report(f"{self.programs} programs, {self.leaves} leaves")
            found = program.solve()
            if isinstance(found, Combination):
                return self._refuted([*stages, found], known, program.cuts)
            values, weak = self._strict(program, found, leads, known)
            if weak is not None:
                k, stage = weak
                leads.remove(k)
                stages.append(stage)
                program.add([m for m in self._axes(k, known[k, None]) if self._inside(m, known)])
                continue
            trees = {
                k: NeuronTree(self.view, k, values, known, k in leads, self.budget)
                for k in self.view.neurons
            }
            moves = [move for tree in trees.values() for move in tree.moves]
            if not moves:
                self.leaves += 1
                return self._leaf(values, trees)
            program.add(moves)

    def _strict(
        self, program: HingeProgram, found: Multipliers, leads: set[int], known: Known
    ) -> tuple[tuple[Number, ...], tuple[int, Combination] | None]:
        """λ with ⟨w_k, g_k⟩ < 0 for all leads, or one for which there is none, and why."""
        values = found.values
        for k in sorted(leads):
            move = Move(k, known[k, None], self.view.neurons[k].lead)
            if sign(dot(self.view.rates(move), values)) < 0:
                continue
            lowest, stage = program.lowest(move)
            if stage is not None:
                return values, (k, stage)
            values = tuple((a + b) / 2 for a, b in zip(values, lowest.values, strict=True))
        return values, None

    def _leaf(self, values: Sequence[Number], trees: dict[int, NeuronTree]) -> Any:
        spell, problem = self.view.field.format, self.view.problem
        taus = [spell(a / w) for a, w in zip(values, problem.example_weights, strict=True)]
        width = problem.network.layers[0].rows
        neurons = [trees[k].tree if k in trees else NOTHING for k in range(width)]
        return {"multipliers": taus, "neurons": neurons}

    # ------------------------------------------------------------ no common λ

    def _refuted(self, stages: list[Combination], known: Known, cuts: list[Move]) -> Any:
        if self._lowers(stages):
            return None
        k, i = self._dividing([move for stage in stages for move in stage.moves], known)
        names = ("positive", "negative") if i is None else ("plus", "minus")
        node: dict[str, Any] = {"neuron": k + 1}
        if i is not None:
            node["example"] = i + 1
        for name, side in zip(names, (1, -1), strict=True):
            more = {**known, (k, i): side}
            node[name] = self._region(more, [move for move in cuts if self._inside(move, more)])
            if self.refuted:
                return None
        return node

    def _lowers(self, stages: list[Combination]) -> bool:
        """Whether the moves together lower the loss; then that is kept."""
        view = self.view
        if view.local:
            for bits in (4, 8, 16, None):
                *before, last = stages  # those before must stay as they are, or the loss may rise
                found = last if bits is None else shortened(view, last, bits)
                curve = pulled_back(view, [*before, found])
                if curve is not None:
                    self.descent = loss_curve(view.problem, curve)
                if self.descent is not None:
                    return True
            return False
        point = scaled_point(view, stages[-1])
        if sign(view.loss - loss_at(view.problem, point)) > 0:
            self.better = point
        return self.better is not None

    def _inside(self, move: Move, known: Known) -> bool:
        if known.get((move.k, None), move.s) != move.s:
            return False
        mine = ((i, z) for (k, i), z in known.items() if k == move.k and i is not None)
        return all(self._side(move, i) * z >= 0 for i, z in mine)

    def _side(self, move: Move, i: int) -> int:
        return sign(dot(self.view.neurons[move.k].inputs[i], move.d))

    def _dividing(self, moves: Sequence[Move], known: Known) -> tuple[int, int | None]:
        """A sign, or a convex kink on whose two sides moves of one neuron lie.

        There is one: moves in one closed region add up, the rates being superadditive there.
        """
        for k in sorted({move.k for move in moves}):
            mine = [move for move in moves if move.k == k]
            neuron, signs = self.view.neurons[k], {move.s for move in mine}
            if (len(signs) > 1 or neuron.lead) and (k, None) not in known:
                return k, None
            for i in self.view.convex(k, mine[0].s):
                if {1, -1} <= {self._side(move, i) for move in mine}:
                    return k, i
        raise InternalError("moves of one region that do not lower the loss")
