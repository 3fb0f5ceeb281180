"""Lifted coordinates for one hidden layer under the hinge loss (THEORY §2.3; L eq. 9).

Where the output weight v of a unit is not 0, put s = sign v and P = |v| (w, b). Then
v σ_a(<w,x> + b) = s σ_a(<P, x̂>), and on a hidden pattern the output is linear in (P, c). With one
more coordinate t > 0 for constants, a cell is not empty iff for some signs s a strict homogeneous
system in (P, c, t) is feasible: cells are open, so no v needs to be 0 in them.

Units may share parameters as long as |v| is one number for each group of units that share: a
first-layer group may be read by one output parameter at most (units without an output weight do
not mind any scale). Without a hidden layer P is the block of the only layer, and there is no s.
"""

from dataclasses import dataclass
from itertools import product
from typing import TypeAlias, final

from flint import fmpq

from exactmargin.cells.first_layer import first_layer_groups
from exactmargin.cells.search import Clock, Row, signs_on_cone
from exactmargin.cells.signatures import Signature, SignatureMap
from exactmargin.exact import Number
from exactmargin.networks import Parameters

__all__ = ["Lift", "LiftedCell", "OutputSigns", "is_liftable", "lifted_cells"]

OutputSigns: TypeAlias = tuple[int, ...]
"""s: the sign of every parameter of the output layer, biases not counted."""


def is_liftable(signatures: SignatureMap) -> bool:
    """Whether all cells are those of `Lift`: one hidden layer at most, and scales agree."""
    network = signatures.network
    if signatures.labels is None or network.depth > 2 or network.output_dimension > 1:
        return False
    if network.depth == 1:
        return True
    reads = dict(network.layers[1].entries[0])
    groups = first_layer_groups(signatures)
    return all(len({reads[k] for k in group.units if k in reads}) <= 1 for group in groups)


@final
class Lift:
    """The linear system of each cell in the coordinates (P, c, t); `width` is their number.

    P are the coordinates of layer 1, c is the output bias where there is one.
    """

    def __init__(self, signatures: SignatureMap) -> None:
        self.signatures = signatures
        network = signatures.network
        self.hidden = network.depth == 2
        self.first = network.parameter_counts[0]
        top = network.layers[-1]
        self.bias = self.hidden and top.bias
        self.width = self.first + self.bias + 1
        self.units = network.layers[0].rows
        self.reads = dict(top.entries[0]) if self.hidden else {0: 0}
        self.sign_count = top.parameter_count if self.hidden else 0
        zero = signatures.field.zero
        self.rows = [
            [
                (*signatures.first_layer_row(i, k), *[zero] * (self.width - self.first))
                for k in range(self.units)
            ]
            for i in range(len(signatures.inputs))
        ]

    @property
    def positive(self) -> Row:
        """The row of t > 0."""
        zero, one = self.signatures.field.zero, self.signatures.field.one
        return (*[zero] * (self.width - 1), one)

    def output_signs(self) -> list[OutputSigns]:
        """All choices of s."""
        return list(product((1, -1), repeat=self.sign_count))

    def hidden_rows(self, pattern: Signature) -> list[Row]:
        """Rows that are positive exactly where the hidden signs are these; zeros have none."""
        if not self.hidden:
            return []
        flat = [row for rows in self.rows for row in rows]
        return [
            row if side > 0 else tuple(-x for x in row)
            for row, side in zip(flat, pattern, strict=True)
            if side
        ]

    def loss_rows(self, pattern: Signature, s: OutputSigns) -> tuple[Row, ...]:
        """1 - y_i Φ_i for every example on this hidden pattern, as rows in (P, c, t)."""
        return tuple(
            self.loss_row(i, pattern[i * self.units : (i + 1) * self.units], s)
            for i in range(len(self.rows))
        )

    def loss_row(self, i: int, sides: Signature, s: OutputSigns) -> Row:
        """1 - y_i Φ_i, where the units have these signs at example i."""
        field, slope = self.signatures.field, self.signatures.network.negative_slope
        assert self.signatures.labels is not None
        y = self.signatures.labels[i]
        row: list[Number] = list(self.positive)
        for k, g in self.reads.items():
            factor = fmpq(1) if not self.hidden or sides[k] > 0 else slope
            factor = factor * (s[g] if self.hidden else 1) * y
            if factor:
                row = [x - factor * z for x, z in zip(row, self.rows[i][k], strict=True)]
        if self.bias:
            row[self.first] = field.coerce(-y)
        return tuple(row)

    def start(self, block: Row) -> Row:
        """A point with t = 1 and c = 0 over a point of layer 1's block."""
        zero, one = self.signatures.field.zero, self.signatures.field.one
        return (*block, *[zero] * (self.width - self.first - 1), one)

    def parameters(self, point: Row, s: OutputSigns) -> Parameters:
        """Parameters with these lifted coordinates (t > 0): v = s, w = P / t, c / t."""
        t = point[-1]
        scaled = [x / t for x in point[:-1]]
        signs = [self.signatures.field.coerce(x) for x in s]
        flat = [*scaled[: self.first], *signs, *scaled[self.first :]]
        return Parameters.from_flat(self.signatures.network, flat)

    def joined(self, pattern: Signature, losses: Signature) -> Signature:
        """The signature with these hidden and loss signs."""
        if not self.hidden:
            return losses
        result: list[int] = []
        for i, loss in enumerate(losses):
            result += [*pattern[i * self.units : (i + 1) * self.units], loss]
        return tuple(result)

    def parted(self, signature: Signature) -> tuple[Signature, Signature]:
        """The inverse of `joined`: hidden signs, loss signs."""
        if not self.hidden:
            return (), signature
        step = self.units + 1
        hidden = tuple(side for n, side in enumerate(signature) if n % step != self.units)
        return hidden, signature[self.units :: step]


@final
@dataclass(frozen=True, slots=True)
class LiftedCell:
    """A cell, the choices of s for which it is met, and a point in it for the first of them."""

    signature: Signature
    output_signs: tuple[OutputSigns, ...]
    point: Row


def lifted_cells(
    signatures: SignatureMap, pattern: Signature, block: Row, seconds: float | None = None
) -> list[LiftedCell]:
    """All cells with a hidden pattern, of which `block` is a point; for `is_liftable` maps.

    Raises `BudgetSpent` after so many seconds.
    """
    lift, clock = Lift(signatures), Clock(seconds)
    fixed = [*lift.hidden_rows(pattern), lift.positive]
    alike: dict[tuple[Row, ...], list[OutputSigns]] = {}
    for s in lift.output_signs():
        alike.setdefault(lift.loss_rows(pattern, s), []).append(s)
    found: dict[Signature, tuple[list[OutputSigns], Row]] = {}
    inside = lift.start(block)
    for rows, choices in alike.items():
        for losses, point in signs_on_cone(signatures.field, fixed, rows, inside, clock):
            known, _ = found.setdefault(losses, ([], point))
            known.extend(choices)
    return [
        LiftedCell(lift.joined(pattern, losses), tuple(choices), point)
        for losses, (choices, point) in sorted(found.items())
    ]
