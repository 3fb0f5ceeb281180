"""The cells of a hinge loss around θ: forms that are zero at θ, and cells that paths enter (L §3).

A *form* is named by a key: ("kink", i, n, k), the pre-activation of unit k of layer n at example
i; ("term", j, 0, 0), the inside m_j of a term of the loss; ("output", p, 0, 0), parameter p of the
output layer (all from 0). `sides` maps keys to 1 or -1. A cell around θ is entered by a path
θ + t d_1 + t² d_2 + …; its gradient is the limit of the loss's gradient along the path.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from flint import fmpq

from exactmargin.cells import Kinks, Unit, forward_along, germ_sign
from exactmargin.exact import Number, Polynomial, dot, sign
from exactmargin.problems import Problem

__all__ = ["Columns", "Key", "LossPoint", "Path", "Sides", "Term", "Vectors"]

Key: TypeAlias = tuple[str, int, int, int]
Sides: TypeAlias = Mapping[Key, int]
Vector: TypeAlias = tuple[Number, ...]
Path: TypeAlias = list[list[Number]]


@final
@dataclass(frozen=True, slots=True)
class Term:
    """w max(0, m), m = 1 + Σ_r c_r Φ_r at one example: the weight, and the factors c_r."""

    example: int
    weight: fmpq
    factors: Mapping[int, int]


@final
@dataclass(frozen=True, slots=True)
class Columns:
    """What a term adds to a vector of the cell: `base` + Σ_k a_k `pulls`[k].

    a_k are the slopes of the open units of the last hidden layer.
    """

    base: Vector
    pulls: Mapping[int, Vector]


Vectors: TypeAlias = Callable[[int, Sides], Columns | Unit]
"""What each term adds to a vector of the cell; see `LossPoint.columns`."""


class LossPoint:
    """A problem with a hinge loss at its point θ."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.field, self.network = problem, problem.field, problem.network
        self.theta = problem.point()
        self.last = self.network.depth - 2
        whole = slice(0, self.network.parameter_count)
        self.kinks = [
            Kinks.at(self.field, self.network, self.theta, x, whole) for x in problem.data.inputs
        ]
        pairs = zip(problem.example_weights, problem.data.labels, strict=True)
        self.terms = [Term(i, weight, {0: -y}) for i, (weight, y) in enumerate(pairs)]
        self.signs = [sign(self._inside(term)) for term in self.terms]
        self.zero_terms: list[Key] = [
            ("term", j, 0, 0) for j, side in enumerate(self.signs) if not side
        ]
        self._gradients: dict[object, Columns | Unit] = {}

    def _inside(self, term: Term) -> Number:
        outputs = self.kinks[term.example].run.output
        return sum((outputs[r] * c for r, c in term.factors.items()), self.field.one)

    def slopes(self, i: int, sides: Sides) -> tuple[list[list[fmpq]], list[int], Unit | None]:
        """The slopes at example i, the open units of the last hidden layer, and the first kink
        below that has no side; open units have slope 0, and above that kink nothing is known."""
        kinks, last = self.kinks[i], self.last
        own = {(n, k): side for (kind, e, n, k), side in sides.items() if kind == "kink" and e == i}
        opened: list[int] = []
        slopes, unit = kinks.slopes(own)
        while unit is not None and unit[0] == last:
            opened.append(unit[1])
            own[unit] = -1
            slopes, unit = kinks.slopes(own)
        for k in opened:
            slopes[last][k] = fmpq(0)
        return slopes, opened, unit

    def columns(self, j: int, sides: Sides) -> Columns | Unit:
        """The gradient of w_j m_j at θ on these sides; or the kink below the last hidden layer
        that needs a side first."""
        term = self.terms[j]
        own = [item for item in sides.items() if item[0][:2] == ("kink", term.example)]
        key = (j, *sorted(own))
        if key not in self._gradients:
            self._gradients[key] = self._gradient(term, dict(own))
        return self._gradients[key]

    def _gradient(self, term: Term, sides: Sides) -> Columns | Unit:
        slopes, opened, unit = self.slopes(term.example, sides)
        if unit is not None:
            return unit
        kinks, top = self.kinks[term.example], self.network.depth - 1
        rows = [
            (c * term.weight, kinks.gradient(slopes, (top, r))) for r, c in term.factors.items()
        ]
        pulls = {}
        for k in opened:
            factor = term.weight * sum(
                (
                    self.theta.weights[top][g] * c
                    for r, c in term.factors.items()
                    for source, g in self.network.layers[top].entries[r]
                    if source == k
                ),
                self.field.zero,
            )
            pulls[k] = tuple(factor * x for x in kinks.gradient(slopes, (self.last, k)))
        return Columns(_combined(rows), pulls)

    def vector(self, sides: Sides, vectors: Vectors | None = None) -> Vector:
        """The gradient of the loss at θ on a cell, all of whose forms have sides.

        With other `vectors` of the terms that are on, their sum.
        """
        rows: list[Vector] = []
        for j, side in enumerate(self.signs):
            columns = (vectors or self.columns)(j, sides)
            assert isinstance(columns, Columns)  # all sides are known
            factor = fmpq(1) if (side or sides[self.key_of_term(j)]) > 0 else fmpq(0)
            rows.append(tuple(factor * x for x in columns.base))
        return tuple(sum(column, self.field.zero) for column in zip(*rows, strict=True))

    @staticmethod
    def key_of_term(j: int) -> Key:
        """The key of term j."""
        return ("term", j, 0, 0)

    def completed(self, sides: Sides) -> dict[Key, int]:
        """These sides and, where there is none, the side 1; without kinks that are idle there."""
        result = {key: side for key, side in sides.items() if key[0] != "kink"}
        for i, kinks in enumerate(self.kinks):
            own: dict[Unit, int] = {}
            _, unit = kinks.slopes(own) if self.around(i) else (None, None)
            while unit is not None:
                key: Key = ("kink", i, *unit)
                own[unit] = result[key] = sides.get(key, 1)
                _, unit = kinks.slopes(own)
        return dict.fromkeys(self.zero_terms, 1) | result

    def around(self, i: int) -> bool:
        """Whether something at example i may be on its kink at θ."""
        rows = self.kinks[i].run.pre_activations[:-1]
        zero = any(not sign(z) for row in rows for z in row) and self.network.negative_slope != 1
        return zero or any(self.terms[j].example == i for _, j, _, _ in self.zero_terms)

    def entered(self, path: Path) -> dict[Key, int] | None:
        """The sides of all forms in the cell that the path enters; None where a form stays 0."""
        flat = self.theta.flat()
        curve = [Polynomial(self.field, [x, *steps]) for x, *steps in zip(flat, *path, strict=True)]
        found: dict[Key, int] = {}
        for i, x in enumerate(self.problem.data.inputs):
            if self.around(i) and not self._follow(i, x, curve, found):
                return None
        return found

    def _follow(
        self, i: int, x: Sequence[Number], curve: list[Polynomial], found: dict[Key, int]
    ) -> bool:
        slope = self.network.negative_slope

        def on(_n: int, _k: int, z: Polynomial) -> fmpq:
            return fmpq(1) if germ_sign(z) > 0 else slope

        z = forward_along(self.field, self.network, curve, x, on)
        sides: dict[Unit, int] = {}
        _, unit = self.kinks[i].slopes(sides)
        while unit is not None:
            sides[unit] = germ_sign(z[unit[0]][unit[1]])
            if not sides[unit]:
                return False
            found["kink", i, unit[0], unit[1]] = sides[unit]
            _, unit = self.kinks[i].slopes(sides)
        for key in self.zero_terms:
            term = self.terms[key[1]]
            if term.example == i:
                inside = Polynomial(self.field, [1])
                for r, c in term.factors.items():
                    inside = inside + z[-1][r] * c
                found[key] = germ_sign(inside)
                if not found[key]:
                    return False
        return True


def _combined(rows: Sequence[tuple[Number, Sequence[Number]]]) -> Vector:
    factors = [c for c, _ in rows]
    return tuple(dot(factors, column) for column in zip(*(g for _, g in rows), strict=True))
