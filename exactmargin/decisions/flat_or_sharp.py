"""The two types of local minima of hinge losses: flat and sharp (L §1, type I and II; THEORY §8.3).

A cell is flat iff its polynomial is constant. With one hidden layer and no shared parameters that
is linear in the slopes and the signs of the terms: the coefficients of v_k (w_k, b_k) and of the
output bias are sums over the terms that are on. A region on which one linear functional of them is
positive on all cells has no flat cell (`LossTree`); a region where 0 is in the convex hull of the
cells found, none of them flat, is split. In other networks the sides of all kinks are tried.
"""

from collections.abc import Sequence
from itertools import count
from random import Random

from flint import fmpq

from exactmargin.cells import Unit, is_flat
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.loss_cells import Columns, Key, LossPoint, Path, Sides
from exactmargin.decisions.loss_tree import Doubt, Found, LossTree, Tree, empty_leaf, split_node
from exactmargin.decisions.loss_witness import Conflict, Witness, find
from exactmargin.decisions.replicates import sharp_by_replicates
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, sign, strictly_feasible_direction
from exactmargin.networks import Parameters, linear_forward
from exactmargin.problems import PenalizedOneVersusAllHinge, Problem

__all__ = ["local_minimum_type"]

Vector = tuple[Number, ...]

POINTS = 16
"""Points at which a polynomial that is not constant is tried before it is given up."""


class _Flat(Exception):  # noqa: N818 - the answer flat
    """A flat cell, and a path into it."""

    def __init__(self, path: Path):
        super().__init__(path)
        self.path = path


def local_minimum_type(
    problem: Problem, local_minimum: Verdict, budget: Budget | None = None
) -> Verdict:
    """FLAT or SHARP at a local minimum, NONE at a point that is none.

    `local_minimum` is the verdict on that, ``analyze(problem)["local_minimum"]``. Complete, given
    it, without a hidden layer, and with one whose parameters are not shared; elsewhere unknown
    where a flat cell could neither be entered nor excluded. Raises `BudgetSpent`.
    """
    if local_minimum.answer is Answer.UNKNOWN or local_minimum.certificate is None:
        return Verdict.unknown(f"whether it is a local minimum is unknown: {local_minimum.reason}")
    if local_minimum.answer is Answer.NO:
        return Verdict.proved(Answer.NONE, local_minimum.certificate)
    if isinstance(problem.objective, PenalizedOneVersusAllHinge):
        return sharp_by_replicates(problem, local_minimum)
    point, time = LossPoint(problem), budget or Budget()
    network = problem.network
    linear = network.depth <= 2 and network.is_no_share and network.output_dimension == 1
    evidence: dict[str, object] = {"minimum": local_minimum.certificate.evidence}
    try:
        evidence["tree"] = (_Linear(point, time) if linear else _Sides(point, time)).region({})
    except _Flat as flat:
        spell = problem.field.format
        evidence["path"] = [[spell(x) for x in step] for step in flat.path]
        return Verdict.proved(Answer.FLAT, Certificate.about(problem, "flat-minimum", evidence))
    except Doubt:
        return Verdict.unknown(
            "kinks in deeper layers, shared parameters or several outputs: a flat cell could "
            "neither be reached nor excluded"
        )
    return Verdict.proved(Answer.SHARP, Certificate.about(problem, "sharp-minimum", evidence))


class _Linear:
    """The coefficients of v_k (w_k, b_k) and of the output bias, as vectors of the cells."""

    def __init__(self, point: LossPoint, budget: Budget):
        self.point, self.budget, self.zero = point, budget, point.field.zero
        layers = point.network.layers
        first = layers[0]
        self.blocks = [
            [g for _, g in entries] + [first.parameter_count + k] * first.bias
            for k, entries in enumerate(first.entries)
        ]
        hidden = len(layers) == 2
        self.read = [k for k, _ in layers[1].entries[0]] if hidden else [0]
        self.size = first.parameter_count + first.bias_count
        self.bias = hidden and layers[1].bias

    def region(self, sides: dict[Key, int]) -> Tree:
        """The kernel's tree; raises `_Flat`."""
        found: list[tuple[Vector, dict[Key, int]]] = []
        u: Sequence[Number] = (self.zero,) * (self.size + 1)
        while True:
            search = LossTree(self.point, u, self.columns, self.budget)
            try:
                return search.prove(sides, {}, {"test": self._test(u)})
            except Found as cell:
                witness = cell.witness
            vector = self.point.vector(witness.sides, self.columns)
            if not any(map(sign, vector)):
                raise _Flat(witness.path)
            found.append((vector, dict(witness.sides)))
            separated = strictly_feasible_direction(
                self.point.field, [vector for vector, _ in found], self.size + 1
            )
            if separated.direction is not None:
                u = separated.direction
                continue
            key = _difference([cell for _, cell in found], sides)
            parts = {
                name: self.region(sides | {key: side})
                for name, side in (("plus", 1), ("minus", -1))
            }
            return split_node(self.point, key) | parts

    def columns(self, j: int, sides: Sides) -> Columns | Unit:
        """The coefficients of w_j (m_j - 1), and what the slopes of open units add."""
        term = self.point.terms[j]
        slopes, opened, _ = self.point.slopes(term.example, sides)
        factor = term.weight * term.factors[0]
        x = self.point.problem.data.inputs[term.example]
        first = self.point.network.layers[0]
        base = [self.zero] * (self.size + 1)
        base[-1] = self.zero + factor * self.bias
        pulls = {}
        for k in self.read:
            row = [self.zero] * (self.size + 1)
            inputs = [x[j] for j, _ in first.entries[k]] + [self.point.field.one] * first.bias
            for p, value in zip(self.blocks[k], inputs, strict=True):
                row[p] = factor * value
            if k in opened:
                pulls[k] = tuple(row)
                continue
            slope = slopes[0][k] if slopes else fmpq(1)
            base = [a + slope * b for a, b in zip(base, row, strict=True)]
        return Columns(tuple(base), pulls)

    def _test(self, u: Sequence[Number]) -> list[str]:
        """The point at which the polynomial of a cell, less its constant, is <u, coefficients>."""
        *_, top = self.point.network.layers
        flat = list(u[:-1])
        if self.point.network.depth == 2:
            flat += [self.point.field.one] * top.parameter_count
            flat += [u[-1]] * self.bias
        return [self.point.field.format(x) for x in flat]


class _Sides:
    """All sides of all kinks, one after the other."""

    def __init__(self, point: LossPoint, budget: Budget):
        self.point, self.budget, self.random = point, budget, Random(0)

    def region(self, sides: dict[Key, int]) -> Tree:
        """The kernel's tree; raises `_Flat`, `Doubt`."""
        self.budget.check()
        full = self.point.completed(sides)
        key = next((key for key in full if key not in sides), None)
        if key is not None:
            parts = {
                name: self.region(sides | {key: side})
                for name, side in (("plus", 1), ("minus", -1))
            }
            return split_node(self.point, key) | parts
        test = self._test(full)
        if test is not None:
            return {"test": [self.point.field.format(x) for x in test], "neurons": []}
        found = find(self.point, full)
        if isinstance(found, Conflict):
            return empty_leaf(self.point, found)
        if isinstance(found, Witness) and self._is_flat(found.sides):
            raise _Flat(found.path)
        raise Doubt(full)

    def _test(self, sides: Sides) -> list[Number] | None:
        """A point at which the polynomial of these sides, less its constant, is positive."""
        network, field = self.point.network, self.point.field
        for _ in range(POINTS):
            flat = [
                field.coerce(self.random.randint(-9, 9)) for _ in range(network.parameter_count)
            ]
            value = self._value(sides, flat)
            if sign(value) < 0:  # linear in the last layer
                start = network.block_slice(network.depth - 1).start
                flat = [*flat[:start], *(-x for x in flat[start:])]
            if sign(value):
                return flat
        return None

    def _value(self, sides: Sides, flat: Sequence[Number]) -> Number:
        parameters = Parameters.from_flat(self.point.network, flat)
        total = self.point.field.zero
        for j, side in enumerate(self.point.signs):
            if (side or sides[self.point.key_of_term(j)]) > 0:
                term = self.point.terms[j]
                slopes = tuple(map(tuple, self.point.slopes(term.example, sides)[0]))
                x = self.point.problem.data.inputs[term.example]
                run = linear_forward(self.point.network, parameters, x, slopes)
                for r, c in term.factors.items():
                    total = total + term.weight * c * run.output[r]
        return total

    def _is_flat(self, sides: Sides) -> bool:
        problem = self.point.problem
        here = problem.signatures(self.point.theta)
        last, terms = self.point.last + 1, count()  # in the order of the signature's loss entries
        signature = tuple(
            side or sides.get(key, 0)
            for side, key in (
                (side, ("term", next(terms), 0, 0) if n == last else ("kink", i, n, k))
                for side, (i, n, k) in zip(here, problem.signatures.entries, strict=True)
            )
        )
        return is_flat(problem.signatures, problem.example_weights, signature)


def _difference(cells: Sequence[Sides], sides: Sides) -> Key:
    """A form on which cells of a region have different sides."""
    first, *others = cells
    return next(
        key
        for key, side in first.items()
        if key not in sides and any(cell.get(key, side) != side for cell in others)
    )
