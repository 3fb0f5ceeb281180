"""How near to a KKT point: (ε, δ)-approximate KKT points (Lyu and Li, ICLR 2020, Def. C.4).

The point is first multiplied by a rational s, so that its least margin is 1 or just above: a
trained network is meant up to scale. Multipliers and the weights of the gradients around kinks
come from non-negative least squares in floats; then they are rounded, and ε and δ of the rounded
ones are computed exactly and rounded up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np
from flint import fmpq

from exactmargin.cells import Kinks, TooManyCells, cells_around
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.congruence import Floats
from exactmargin.decisions.feasible import infeasible_certificate
from exactmargin.decisions.kkt import box, is_boxed
from exactmargin.decisions.nearby import norm_above
from exactmargin.decisions.proposals import nearby, rational_above, root_of, to_float, to_floats
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number, sign
from exactmargin.numeric import nonnegative_least_squares
from exactmargin.problems import LayerMaxMargin, Problem

__all__ = ["MOST_NUMBERS", "decide_approximate_kkt"]

MOST_NUMBERS = 2_000_000
"""Entries of all gradients together: the kernel computes as many, in about half a minute."""

SLACK = 1
"""Examples with a scaled margin above 1 + SLACK get no multiplier."""

TIE = 2.0**-20
"""The weight of Σ λ_i (y_iΦ_i - 1) beside ½ε²."""

CELLS = 256
"""Around the point, for one example."""

ROUNDS = 60

SCALE_BITS = 24
"""Binary digits of the scale: δ grows by about 2^-SCALE_BITS Σ λ_i, and all numbers by as many."""

_PRECISIONS = (12, 40)
"""Binary digits of multipliers: short ones first, which are often the exact ones."""


def decide_approximate_kkt(problem: Problem, budget: Budget) -> Verdict:
    """A proof that a multiple of θ is an (ε, δ)-approximate KKT point; its evidence states both.

    The answer is no, with the certificate `infeasible`, where no multiple of θ is feasible, or
    where biases are in the way of multiples; unknown where the problem is too large for the exact
    check, or where the cells around a kink are too many. Raises `InvalidInputError` for a hinge
    loss and where there is no point, `BudgetSpent` with the budget.
    """
    if problem.is_hinge:
        raise InvalidInputError(
            f"objective kind '{problem.objective.kind}' has no constraints, so no KKT points; "
            "expected max-margin or layer-max-margin"
        )
    least = min(problem.margins(), key=_Ordered)
    scale = _scale(problem, least)
    if scale is None:
        infeasible = infeasible_certificate(problem)
        assert infeasible is not None, "a margin is below 1"
        return Verdict.proved(Answer.NO, infeasible)
    scaled = problem.with_free([value * scale for value in problem.free_parameters()])
    there = problem.with_parameters(scaled)
    margins = there.margins()
    chosen = [i for i, margin in enumerate(margins) if sign(margin - 1 - SLACK) <= 0]
    size = len(there.free_parameters())
    if len(chosen) * size > MOST_NUMBERS:
        return Verdict.unknown(
            f"{len(chosen)} gradients of {size} numbers are too many for an exact proof (at most "
            f"{MOST_NUMBERS} numbers); analyze --numeric encloses ε and δ with rounding bounds"
        )
    try:
        around = [_around(there, i, budget) for i in chosen]
    except TooManyCells:
        return Verdict.unknown(f"an example has more than {CELLS} cells around the point")
    columns = _Columns(around, to_float(1 - problem.network.negative_slope))
    theta = np.array(to_floats(there.free_parameters()))
    columns.solve(theta, [to_float(margins[i] - 1) for i in chosen], budget)
    proofs = [_Proof.of(there, columns, bits, budget) for bits in _PRECISIONS]
    best = min(proofs, key=lambda proof: to_float(proof.epsilon))
    evidence = best.evidence(there, scale, margins)
    return Verdict.proved_briefly(
        Answer.YES, Certificate.about(problem, "approximate-kkt", evidence)
    )


class _Ordered:
    """An order key for exact numbers of one field."""

    __slots__ = ("value",)

    def __init__(self, value: Number) -> None:
        self.value = value

    def __lt__(self, other: "_Ordered") -> bool:
        return sign(self.value - other.value) < 0


def _scale(problem: Problem, least: Number) -> fmpq | None:
    """s with s^p · least ≥ 1, p the degree of Φ in the free parameters; None where there is none
    that is known."""
    if least == 1:
        return fmpq(1)
    above, p = problem.network.layers, problem.network.depth
    if isinstance(problem.objective, LayerMaxMargin):
        above, p = above[problem.objective.layer :], 1
    if any(layer.bias for layer in above):
        return fmpq(1) if sign(least - 1) >= 0 else None
    if sign(least) <= 0:
        return None
    exact = 1 / root_of(least, p, _PRECISIONS[0])
    if exact**p * least == 1:
        return exact
    s = rational_above(1 / root_of(least, p, 60), SCALE_BITS)  # dyadic: products stay short
    while sign(s**p * least - 1) < 0:
        s += s / (1 << SCALE_BITS)
    return s


@final
@dataclass(frozen=True, slots=True)
class _Around:
    """The Clarke subdifferential of one Φ_i, times y_i: a box, or the convex hull of cells.

    Of a box `gradients` has the corner with the negative slope at every kink, and `raises` what
    one more unit of slope adds at each. Otherwise `gradients` are those of the cells that `paths`
    enter.
    """

    example: int
    gradients: list[Sequence[Number]]
    paths: list[Any]
    raises: dict[int, Sequence[Number]] = field(default_factory=dict)


def _around(problem: Problem, i: int, budget: Budget) -> _Around:
    budget.check()
    free, x = problem.free_slice, problem.data.inputs[i]
    kinks = Kinks.at(problem.field, problem.network, problem.point(), x, free)
    y = problem.data.labels[i]

    def signed(gradient: Sequence[Number]) -> Sequence[Number]:
        return gradient if y > 0 else [-value for value in gradient]

    if is_boxed(problem):
        low, raises = box(kinks)
        return _Around(i, [signed(low)], [()], {k: signed(row) for k, row in raises.items()})
    cells = [cell for cell in cells_around(kinks, CELLS).cells if cell.path is not None]
    return _Around(i, [signed(cell.gradient) for cell in cells], [cell.path for cell in cells])


@final
@dataclass(slots=True)
class _Columns:
    """Corners of boxes, and cells, each with its weight: a float proposal.

    `owners` number the entries of `around`; a corner is a cell's number and the raised units.
    """

    around: list[_Around]
    width: float
    owners: list[int] = field(default_factory=list)
    corners: list[tuple[int, frozenset[int]]] = field(default_factory=list)
    rows: list[Floats] = field(default_factory=list)
    weights: Floats = field(default_factory=lambda: np.zeros(0))

    def add(self, n: int, cell: int, raised: frozenset[int]) -> bool:
        """One more column, unless it is there."""
        if (n, (cell, raised)) in zip(self.owners, self.corners, strict=True):
            return False
        around = self.around[n]
        row = np.array(to_floats(around.gradients[cell]))
        for k in raised:
            row = row + self.width * np.array(to_floats(around.raises[k]))
        self.owners.append(n)
        self.corners.append((cell, raised))
        self.rows.append(row)
        return True

    def solve(self, theta: Floats, costs: Sequence[float], budget: Budget) -> None:
        """Weights of least ½‖θ - Σ weight · column‖² + TIE Σ weight · cost, round by round."""
        for n, around in enumerate(self.around):
            for cell in range(len(around.gradients)):
                self.add(n, cell, frozenset())
        boxes = [n for n, around in enumerate(self.around) if around.raises]
        for round_ in range(ROUNDS):
            budget.check()
            budget.report(f"multipliers: {len(self.rows)} gradients, round {round_ + 1}")
            J = np.array(self.rows).reshape(len(self.rows), len(theta))
            tilt = TIE * np.array([costs[n] for n in self.owners])
            self.weights = nonnegative_least_squares(J @ J.T, J @ theta - tilt, budget)
            rest = theta - self.weights @ J
            if not sum(self._better(n, rest) for n in boxes):
                return

    def _better(self, n: int, rest: Floats) -> bool:
        """Add the corner that the residual asks for, if it is new."""
        raises = self.around[n].raises.items()
        pulls = {k: float(np.dot(to_floats(row), rest)) for k, row in raises}
        if not sum(abs(pull) for pull in pulls.values()) > 1e-9 * float(np.dot(rest, rest)):
            return False
        return self.add(n, 0, frozenset(k for k, pull in pulls.items() if pull > 0))


@final
@dataclass(frozen=True, slots=True)
class _Proof:
    """Rational multipliers and subgradients, and ε from them."""

    multipliers: dict[int, fmpq]
    subgradients: list[dict[str, Any]]
    epsilon: fmpq

    @classmethod
    def of(cls, problem: Problem, columns: _Columns, bits: int, budget: Budget) -> "_Proof":
        """The proposal rounded to so many binary digits; ε is computed exactly, and rounded up."""
        multipliers, subgradients = {}, []
        rest: list[Number] = list(problem.free_parameters())
        largest = float(np.max(columns.weights, initial=0.0))
        for n, around in enumerate(columns.around):
            budget.check()
            own = [
                (weight, *corner)
                for weight, owner, corner in zip(
                    columns.weights.tolist(), columns.owners, columns.corners, strict=True
                )
                if owner == n and weight > 1e-14 * largest
            ]
            if not own:
                continue
            total, g, entry = _rounded(problem, around, own, bits)
            multipliers[around.example] = total
            rest = [a - total * b for a, b in zip(rest, g, strict=True)]
            if entry is not None:
                subgradients.append({"example": around.example + 1, **entry})
        return cls(multipliers, subgradients, norm_above(rest, 24))

    def evidence(self, problem: Problem, scale: fmpq, margins: Sequence[Number]) -> dict[str, Any]:
        """The evidence of the claim, with the least δ up to rounding."""
        spell, delta = problem.field.format, problem.field.zero
        for i, value in self.multipliers.items():
            gap = value * (margins[i] - 1)
            if sign(gap - delta) > 0:
                short = isinstance(gap, fmpq) and int(gap.q).bit_length() <= 24
                delta = gap if short else rational_above(gap, 24)
        multipliers = [self.multipliers.get(i, fmpq(0)) for i in range(problem.data.size)]
        return {
            "scale": spell(scale),
            "epsilon": spell(self.epsilon),
            "delta": spell(delta),
            "multipliers": [spell(value) for value in multipliers],
            "subgradients": self.subgradients,
        }


def _rounded(
    problem: Problem, around: _Around, own: list[tuple[float, int, frozenset[int]]], bits: int
) -> tuple[fmpq, list[Number], dict[str, Any] | None]:
    """λ_i, y_i g_i, and how the evidence says g_i (None without kinks)."""
    spell = problem.field.format
    if around.raises:
        low, total = problem.network.negative_slope, sum(weight for weight, _, _ in own)
        g, slopes = list(around.gradients[0]), []
        for k, row in around.raises.items():
            share = sum(weight for weight, _, raised in own if k in raised) / total
            more = min(nearby(share, bits), fmpq(1)) * (1 - low)
            g = [a + more * b for a, b in zip(g, row, strict=True)]
            slopes.append({"unit": k + 1, "slope": spell(low + more)})
        return nearby(total, bits), g, {"slopes": slopes}
    parts = [(nearby(weight, bits), cell) for weight, cell, _ in own]
    whole = sum((weight for weight, _ in parts), fmpq(0))
    columns = zip(*(around.gradients[cell] for _, cell in parts), strict=True)
    shares = [weight / whole for weight, _ in parts]
    g = [sum((a * b for a, b in zip(shares, row, strict=True)), fmpq(0)) for row in columns]
    if not around.paths[0]:
        return whole, g, None
    rows = [
        {"weight": spell(share), "path": [[spell(v) for v in step] for step in around.paths[cell]]}
        for share, (_, cell) in zip(shares, parts, strict=True)
    ]
    return whole, g, {"cells": rows}
