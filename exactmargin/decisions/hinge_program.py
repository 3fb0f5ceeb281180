"""The linear program in λ of the dual rule: bounds, the balance, and cuts (THEORY §8.1).

g_k = 0 with ν ≥ 0 on a region says that Σ λ_i (rate of y_i Φ_i along d) ≤ 0 for all moves d of P_k
in it. The program holds such conditions for the moves that were found; where it has no solution,
Farkas's multipliers combine moves to a descent, if they lie in one region.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from exactmargin.decisions.hinge_view import HingeView, Move, Vector
from exactmargin.exact import LinearProgram, LPResult, LPStatus, Number, dot, sign, solve_lp

__all__ = ["Combination", "HingeProgram", "Multipliers"]


@final
@dataclass(frozen=True, slots=True)
class Multipliers:
    """λ, one for each example."""

    values: tuple[Number, ...]


@final
@dataclass(frozen=True, slots=True)
class Combination:
    """Moves and the change of c that together do not raise the loss, to first order.

    Everywhere (not near θ) they are, divided by `scale`, a point with a smaller loss.
    """

    moves: tuple[Move, ...]
    bias: Number
    scale: Number


@final
class HingeProgram:
    """The program of one region: variables are the λ_i that are not known."""

    def __init__(self, view: HingeView, cuts: Sequence[Move]) -> None:
        self.view, self.cuts = view, list(cuts)
        bounds = enumerate(zip(view.least, view.most, strict=True))
        self.free = [i for i, (low, high) in bounds if sign(high - low)]
        self.rates = [view.rates(cut) for cut in cuts]

    def add(self, moves: Sequence[Move]) -> None:
        """More cuts."""
        self.cuts += moves
        self.rates += [self.view.rates(move) for move in moves]

    def solve(self) -> Multipliers | Combination:
        """λ that meets all cuts, few of them positive at convex kinks; or why there is none."""
        costs = [self.view.field.zero] * len(self.view.labels)
        for k, neuron in self.view.neurons.items():
            for s in (1, -1) if not neuron.s else (neuron.s,):
                for i in self.view.convex(k, s):
                    costs[i] = costs[i] + 1
        result = self._result(costs)
        if result.status is LPStatus.INFEASIBLE:
            assert result.farkas is not None
            return self._combination(result.farkas)
        return self._multipliers(result)

    def lowest(self, move: Move) -> tuple[Multipliers, Combination | None]:
        """λ with the least Σ λ_i (rate along the move); the combination that shows it to be 0.

        The cut of the move is in the program, so that the least value is at most 0.
        """
        rates = self.view.rates(move)
        result = self._result(rates)
        found = self._multipliers(result)
        if sign(dot(rates, found.values)) < 0:
            return found, None
        assert result.dual is not None
        shown = self._combination(result.dual)
        return found, Combination((*shown.moves, move), shown.bias, shown.scale)

    def _result(self, costs: Sequence[Number]) -> LPResult:
        view, field = self.view, self.view.field
        rows = [[rates[i] for i in self.free] for rates in self.rates]
        right = [-dot(rates, view.least) for rates in self.rates]
        senses = ["<="] * len(rows)
        y = [field.coerce(label) for label in view.labels]
        if view.bias:
            rows.append([y[i] for i in self.free])
            right.append(-dot(y, view.least))
            senses.append("==")
        if not view.local:
            rows.append([field.one] * len(self.free))
            right.append(view.loss)
            senses.append(">=")
        for n, i in enumerate(self.free):
            rows.append([field.coerce(int(m == n)) for m in range(len(self.free))])
            right.append(view.most[i])
            senses.append("<=")
        objective = [costs[i] for i in self.free]
        return solve_lp(LinearProgram(field, objective, rows, senses, right))

    def _multipliers(self, result: LPResult) -> Multipliers:
        assert result.x is not None
        values = list(self.view.least)
        for i, value in zip(self.free, result.x, strict=True):
            values[i] = value
        return Multipliers(tuple(values))

    def _combination(self, y: Vector) -> Combination:
        size = len(self.cuts)
        pairs = zip(self.cuts, y[:size], strict=True)
        moves = tuple(
            Move(cut.k, cut.s, tuple(-a * b for b in cut.d)) for cut, a in pairs if sign(a)
        )
        rest = list(y[size:])
        zero = self.view.field.zero
        bias = -rest.pop(0) if self.view.bias else zero
        return Combination(moves, bias, zero if self.view.local else rest[0])
