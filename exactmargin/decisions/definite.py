"""The second-order form M(x) of multipliers x on a region, and the leaf that it gives.

The form is to be positive where the gradients of all that is weighed vanish, and across the
rotations that change nothing (`rotations`); then a penalty makes it positive definite.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from flint import fmpq

from exactmargin.cells import Unit
from exactmargin.decisions.congruence import Floats, congruence, float_reader, null_basis
from exactmargin.decisions.jets import Jet, Jets, Kink, Sides, Vector
from exactmargin.decisions.rotations import Rotation
from exactmargin.exact import Number, sign

__all__ = ["FLAT", "Column", "Form", "margin_of"]

FLAT = 1e-6
"""Eigenvalues that count as zero, in proposals and reasons."""


@final
@dataclass(frozen=True, slots=True)
class Column:
    """A constraint f ≥ 0: y_iΦ_i - 1 (`unit` None), a decided side, or an open `slope`.

    The last is the difference that the slope of `unit` makes; x is at most that of its example.
    """

    example: int
    unit: Unit | None
    slope: bool
    jet: Jet
    gradient: Floats
    hessian: Floats


def margin_of(columns: Sequence[Column], example: int) -> int:
    """The index of an example's own column."""
    return next(j for j, c in enumerate(columns) if c.example == example and c.unit is None)


@final
class Form:
    """M(x) in floats, exact gradients of what is weighed, and the rotations that are used."""

    def __init__(self, jets: Jets, sides: Sides, columns: Sequence[Column], x: Vector) -> None:
        self.jets, self.sides, self.columns, self.x = jets, sides, columns, x
        self.read = float_reader(jets.field)
        self.matrix = np.eye(len(jets.problem.free_parameters()))
        for value, c in zip(x, columns, strict=True):
            self.matrix = self.matrix - self.read(value) * c.hessian
        self.slopes = self._listed()
        self.normals = self._normals()
        self.rotations: list[Rotation] = []

    def spectrum(self) -> tuple[Floats, Floats]:
        """Eigenvalues, rising, and eigenvectors (columns) where normals and rotations vanish."""
        rows = self._floats([*self.normals, *(r.tangent for r in self.rotations)])
        kernel = null_basis(rows)
        if not kernel.shape[1]:
            return np.zeros(0), kernel
        values, vectors = np.linalg.eigh(kernel.T @ self.matrix @ kernel)
        return values, kernel @ vectors

    def rotate(self) -> None:
        """Use all rotations that change nothing that is weighed."""
        weighed = [
            (c.example, c.unit)
            for value, c in zip(self.x, self.columns, strict=True)
            if sign(value) and not c.slope
        ]
        self.rotations = [r for r in self.jets.rotations if r.fits(weighed, self._slope)]

    def leaf(self) -> dict[str, Any] | None:
        """The leaf in the form of the evidence; None where no proof is found."""
        push = self._square(self.normals)
        base = self.matrix + self._square([r.tangent for r in self.rotations])
        raised = [base + self.read(penalty) * push for penalty in self._penalties()]
        least = [float(np.linalg.eigvalsh(near)[0]) for near in raised]
        n = next((n for n, value in enumerate(least) if value >= max(least) / 2), None)
        if n is None:
            return None
        penalty = self._penalties()[n]
        proof = congruence(self._exact(penalty), raised[n])
        return None if proof is None else self._evidence(penalty, proof)

    def _penalties(self) -> list[fmpq]:
        """Zero, and powers of 4 from what makes the smallest normal count on."""
        norms = np.linalg.norm(self._floats(self.normals), axis=1)
        start = -round(math.log2(float(min(norms)))) if min(norms, default=0.0) else 0
        return [fmpq(0), *(fmpq(4) ** (start + k) for k in range(-1, 13))]

    def _floats(self, rows: Sequence[Vector]) -> Floats:
        found = np.array([[self.read(value) for value in row] for row in rows])
        return found.reshape(len(rows), len(self.matrix))

    def _square(self, rows: Sequence[Vector]) -> Floats:
        floats = self._floats(rows)
        return np.asarray(floats.T @ floats)

    def _listed(self) -> dict[Kink, Number]:
        """The slopes that are listed."""
        low = self.jets.problem.network.negative_slope
        result: dict[Kink, Number] = {}
        for value, c in zip(self.x, self.columns, strict=True):
            above = self.x[margin_of(self.columns, c.example)] if c.slope else None
            if c.unit is not None and above is not None and sign(above):
                result[c.example, c.unit] = low + (1 - low) * value / above
        return result

    def _slope(self, i: int, unit: Unit) -> Number | None:
        listed = self.slopes.get((i, unit))
        return self.jets.slope(i, unit, self.sides) if listed is None else listed

    def _normals(self) -> list[Vector]:
        """The gradients of what is weighed: margins with their listed slopes, and sides."""
        result: dict[int, list[Number]] = {}
        for j, (value, c) in enumerate(zip(self.x, self.columns, strict=True)):
            if not c.slope and sign(value):
                result[j] = list(c.jet.gradient)
        for value, c in zip(self.x, self.columns, strict=True):
            if c.slope and sign(value):
                j = margin_of(self.columns, c.example)
                part = value / self.x[j]
                result[j] = [a + part * b for a, b in zip(result[j], c.jet.gradient, strict=True)]
        return list(result.values())

    def _exact(self, penalty: fmpq) -> list[list[Number]]:
        numbers, size = self.jets.field, range(len(self.matrix))
        total = [[numbers.one if p == q else numbers.zero for q in size] for p in size]
        for value, c in zip(self.x, self.columns, strict=True):
            for row, bends in zip(total, c.jet.hessian, strict=True):
                for q, bend in enumerate(bends):
                    if value and bend:
                        row[q] = row[q] - value * bend
        squares = [(penalty, g) for g in self.normals]
        squares += [(fmpq(1), r.tangent) for r in self.rotations]
        for factor, g in squares:
            for row, a in zip(total, g, strict=True):
                for q, b in enumerate(g):
                    if a and b:
                        row[q] = row[q] + factor * a * b
        return total

    def _evidence(self, penalty: fmpq, proof: Sequence[Sequence[fmpq]]) -> dict[str, Any]:
        spell, coerce = self.jets.field.format, self.jets.field.coerce
        multipliers: list[Number] = [self.jets.field.zero] * self.jets.problem.data.size
        sides = {}
        for value, c in zip(self.x, self.columns, strict=True):
            if c.unit is None:
                multipliers[c.example] = value
            elif not c.slope and sign(value):
                sides[c.example, c.unit] = value
        leaf: dict[str, Any] = {
            "multipliers": [spell(value) for value in multipliers],
            "penalty": spell(coerce(penalty)),
            "congruence": [[str(entry) for entry in row] for row in proof],
        }
        for name, key, found in (("sides", "weight", sides), ("slopes", "slope", self.slopes)):
            if found:
                leaf[name] = [
                    {"example": i + 1, "layer": n + 1, "unit": k + 1, key: spell(coerce(value))}
                    for (i, (n, k)), value in sorted(found.items())
                ]
        if self.rotations:
            leaf["rotations"] = [
                {"layer": r.layer + 1, "unit": r.first + 1, "with": r.second + 1}
                for r in self.rotations
            ]
        return leaf
