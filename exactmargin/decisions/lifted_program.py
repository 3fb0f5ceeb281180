"""The linear program in λ of the dual rule: exact conditions, and cuts (THEORY §4).

The conditions of a non-zero neuron on one region are g_k = w_k/|v_k|, with μ ≥ 0 on the region's
sides and slopes in boxes at the concave kinks: rows of the program (a `Block`). A zero neuron's
are ‖g_k‖ ≤ 1 on all its regions, that is Σ λ_i (rate of y_i Φ_i along d) ≤ ‖d‖ for all d: of them
the program holds those that were found violated (moves), and finds λ with the greatest slack in
them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from exactmargin.decisions.lifted_problem import LiftedProblem, Vector
from exactmargin.decisions.neuron_trees import Move
from exactmargin.exact import LinearProgram, LPStatus, Number, dot, sign, solve_lp

__all__ = ["Block", "Multipliers", "Refutation", "solve_multipliers"]


@final
@dataclass(frozen=True, slots=True)
class Block:
    """A region of the non-zero neuron k: a side for each of its convex kinks."""

    k: int
    sides: tuple[tuple[int, int], ...]


@final
@dataclass(frozen=True, slots=True)
class Multipliers:
    """λ on the active examples, and the slack of the cuts in units of ‖d‖ (None without cuts)."""

    values: tuple[Number, ...]
    slack: Number | None


@final
@dataclass(frozen=True, slots=True)
class Refutation:
    """No λ: moves whose rates combine to ≥ 0 for every example, at a total cost below 0."""

    moves: list[Move]
    bias: Number


def solve_multipliers(
    lifted: LiftedProblem,
    blocks: Sequence[Block],
    cuts: Sequence[Move],
    fixed: Mapping[int, Number] = MappingProxyType({}),
) -> Multipliers | Refutation:
    """λ that meets all blocks and cuts, or why there is none; `fixed` values of some λ_i.

    Without cuts it takes λ_i = 0 at the convex kinks where it can: they need no split then.
    """
    program = _Program(lifted)
    for block in blocks:
        program.add_block(block)
    if lifted.bias is not None:
        labels = {i: lifted.field.coerce(y) for i, y in enumerate(lifted.labels)}
        program.add(labels, "==", lifted.bias)
    first = len(program.rows)
    slack = program.column() if cuts else None
    for cut in cuts:
        assert slack is not None
        row = dict(enumerate(lifted.rates(cut.k, cut.s, cut.d)))
        program.add({**row, slack: cut.cost}, "<=", cut.cost)
    field = lifted.field
    costs = [field.zero] * program.width
    free = [False] * program.width
    if slack is None:
        for i in range(len(lifted.labels)):
            if any(lifted.is_convex(k, i, n.s) for k, n in enumerate(lifted.neurons) if n.s):
                costs[i] = field.one
    else:
        program.add({slack: field.one}, "<=", field.one)
        costs[slack], free[slack] = -field.one, True
    for i, value in fixed.items():
        program.add({i: field.one}, "==", value)
    result = solve_lp(LinearProgram(field, costs, program.rows, program.senses, program.rhs, free))
    if result.status is LPStatus.INFEASIBLE:
        assert result.farkas is not None
        return program.refutation(result.farkas, cuts, first)
    assert result.x is not None
    assert result.dual is not None
    assert result.value is not None
    if slack is not None and sign(result.value) > 0:
        return program.refutation(result.dual, cuts, first)
    return Multipliers(result.x[: len(lifted.labels)], None if slack is None else -result.value)


@final
class _Program:
    """Rows over λ, then the unknowns of the blocks, then the slack."""

    def __init__(self, lifted: LiftedProblem) -> None:
        self.lifted, self.width = lifted, len(lifted.labels)
        self.rows: list[dict[int, Number]] = []
        self.senses: list[str] = []
        self.rhs: list[Number] = []
        self.spans: list[tuple[Block, int]] = []

    def column(self) -> int:
        """The index of one more unknown."""
        self.width += 1
        return self.width - 1

    def add(self, row: dict[int, Number], sense: str, right: Number) -> None:
        """One more row."""
        self.rows.append(row)
        self.senses.append(sense)
        self.rhs.append(right)

    def add_block(self, block: Block) -> None:
        """g_k = w_k/|v_k| on a region, one row for each coordinate."""
        lifted, neuron, sides = self.lifted, self.lifted.neurons[block.k], dict(block.sides)
        width = lifted.field.one - lifted.slope(-1)
        columns: dict[int, Vector] = {}
        for i, (y, x) in enumerate(zip(lifted.labels, neuron.inputs, strict=True)):
            pull = y * neuron.s
            open_ = neuron.kinks[i] and i not in sides
            slope = lifted.slope(-1 if open_ else neuron.sides[i] or sides.get(i, 1))
            columns[i] = [b * slope * pull for b in x]
            if open_:  # concave: the slope lies anywhere between
                extra = self.column()
                columns[extra] = [-b for b in x]
                self.add({extra: lifted.field.one, i: -width}, "<=", lifted.field.zero)
            elif i in sides:
                columns[self.column()] = [b * sides[i] for b in x]
        self.spans.append((block, len(self.rows)))
        for j, value in enumerate(neuron.unit):
            self.add({n: column[j] for n, column in columns.items()}, "==", value)

    def refutation(self, y: Vector, cuts: Sequence[Move], first: int) -> Refutation:
        """The moves that Farkas multipliers stand for; `first` is the row of the first cut."""
        moves = []
        for block, start in self.spans:
            neuron = self.lifted.neurons[block.k]
            d = tuple(-value for value in y[start : start + len(neuron.unit)])
            if any(map(sign, d)):
                moves.append(Move(block.k, neuron.s, d, dot(neuron.unit, d)))
        for cut, value in zip(cuts, y[first : first + len(cuts)], strict=True):
            if sign(value):
                moves.append(cut.times(-value))
        bias = self.lifted.field.zero if self.lifted.bias is None else -y[first - 1]
        return Refutation(moves, bias)
