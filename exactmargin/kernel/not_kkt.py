"""``not-kkt``: a Farkas vector u with <u, theta> > 0 and y_i <u, g> <= 0 for every g in the Clarke
subdifferential of every active Phi_i. Then theta = sum lambda_i y_i g_i is impossible.

To bound the Clarke set, take every side of every kink: a superset. In the last hidden layer
the gradient is linear in the slopes, so the maximum over them is a closed form. Where that
is too coarse (shared weights, deeper kinks) the evidence splits: a tree whose inner nodes
take both sides of one kink, in closed half-spaces, so that it covers a neighbourhood by
construction. A leaf is bounded, or shown to be a null set (Clarke subdifferentials do
not see null sets):

* affine pre-activations: sum nu_k s_k grad z_k = 0 with nu > 0 and some grad z_k not 0, so
  s_k z_k >= 0 holds only on a hyperplane;
* a deeper layer without shared weights, fed only by units that are zero at theta and whose signs
  are decided: sum_k nu_k s_k w_kj has the sign opposite to source j for every live source j,
  strictly and hence near theta, so s_k z_k >= 0 forces the live sources to be zero.
"""

from __future__ import annotations

from typing import Any

from .feasible import margins_at_least_one
from .network import Slopes, Trace, Unit, at, free_gradient, inner, is_affine, slopes_at, unit_name
from .numbers import Number, sign
from .outcome import form, need
from .problem import Problem
from .reading import integer, keys, numbered, numbers, read_number, rising, table


def not_kkt(problem: Problem, evidence: Any) -> str:
    """theta is feasible and not a KKT point (Clarke) of V Problem 2 or 4."""
    keys(evidence, "evidence", ("separator", "splits"))
    size = len(problem.block)
    u = numbers(evidence["separator"], "evidence.separator", problem.field, size)
    examples, splits = len(problem.labels), evidence["splits"]
    rows = numbered(splits, "evidence.splits", "example", examples, ("tree",)).items()
    trees = {i: entry["tree"] for i, (_, entry) in rows}
    product = inner(u, problem.free)
    need(sign(product) > 0, "separator-not-positive", "evidence.separator", product)
    margins = margins_at_least_one(problem, problem.theta, "not-kkt-infeasible")
    for i, value in enumerate(margins):
        if not sign(value - 1):
            trace = at(problem, problem.theta, i)
            bounds = _Bounds(problem, trace, u, problem.labels[i], f"example {i + 1}")
            bounds.check(trees.pop(i, "bound"), {})
    need(not trees, "split-of-inactive-example", "evidence.splits", *(i + 1 for i in trees))
    return "the parameters are feasible and not a KKT point"


class _Bounds:
    """The bound y_i <u, g> <= 0 over the cells around theta of one example."""

    def __init__(self, problem: Problem, trace: Trace, u: list[Number], label: int, place: str):
        self.problem, self.trace, self.u = problem, trace, u
        self.label, self.place, self.last = label, place, len(problem.layers) - 2

    def check(self, tree: Any, sides: dict[Unit, int]) -> None:
        """Every cell on the given sides, by the tree."""
        if tree == "bound":
            self._bound(sides)
        elif isinstance(tree, dict) and "empty" in tree:
            self._empty(keys(tree, self.place, ("empty",))["empty"], sides)
        else:
            unit = self._unit(keys(tree, self.place, ("layer", "unit", "plus", "minus")))
            kinks = unit[0] >= self.problem.first and self.problem.slope != 1
            zero = kinks and not sign(self.trace.z[unit[0]][unit[1]])
            need(zero, "split-not-at-zero", self.place, unit_name(unit))
            need(unit not in sides, "split-twice", self.place, unit_name(unit))
            self.check(tree["plus"], sides | {unit: 1})
            self.check(tree["minus"], sides | {unit: -1})

    def _unit(self, value: Any) -> Unit:
        l = integer(value["layer"], self.place, 1, self.last + 1) - 1
        return l, integer(value["unit"], self.place, 1, len(self.trace.z[l])) - 1

    def _slopes(self, sides: dict[Unit, int], below: int | None, open_: list[Unit]) -> Slopes:
        def decide(unit: Unit) -> Any:
            if unit in sides:
                return 1 if sides[unit] > 0 else self.problem.slope
            need(below is None and unit[0] == self.last, "undecided", self.place, unit_name(unit))
            open_.append(unit)
            return 0

        return slopes_at(self.problem, self.trace, decide, below)

    def _bound(self, sides: dict[Unit, int]) -> None:
        open_: list[Unit] = []
        slopes = self._slopes(sides, None, open_)
        bound = self.label * inner(self.u, free_gradient(self.problem, self.trace, slopes))
        outputs = {j: self.problem.theta[p] for p, j in self.problem.layers[-1].rows[0]}
        for unit in open_:
            pull = free_gradient(self.problem, self.trace, slopes, unit)
            value = self.label * inner(self.u, pull) * outputs.get(unit[1], 0)
            bound = bound + value * (1 if sign(value) > 0 else self.problem.slope)
        need(sign(bound) <= 0, "farkas", self.place, bound)

    def _empty(self, value: Any, sides: dict[Unit, int]) -> None:
        nu: dict[Unit, Any] = {}
        for place, entry in table(value, self.place, ("layer", "unit", "weight")):
            unit = self._unit(entry)
            need(unit in sides, "empty-undecided-unit", place, unit_name(unit))
            nu[unit] = read_number(entry["weight"], self.problem.field, place)
            need(sign(nu[unit]) > 0, "empty-weight", place, nu[unit])
        rising([(entry["layer"], entry["unit"]) for entry in value], self.place)
        form(bool(nu), "empty-without-units", self.place)
        if all(is_affine(self.problem, unit) for unit in nu):
            self._gordan(nu, sides)
        else:
            self._propagation(nu, sides)

    def _gordan(self, nu: dict[Unit, Any], sides: dict[Unit, int]) -> None:
        problem, trace = self.problem, self.trace
        normals = [free_gradient(problem, trace, self._slopes(sides, u[0], []), u) for u in nu]
        cancel([weight * sides[unit] for unit, weight in nu.items()], normals, self.place)

    def _propagation(self, nu: dict[Unit, Any], sides: dict[Unit, int]) -> None:
        problem, (l, _) = self.problem, max(nu)
        need(all(unit[0] == l for unit in nu), "empty-two-layers", self.place)
        need(not problem.layers[l].biases, "empty-with-bias", self.place)
        edges = [p for layer in problem.layers for row in layer.rows for p, _ in row]
        need(len(edges) == len(set(edges)), "empty-with-shared-weights", self.place)
        slopes = self._slopes(sides, l, [])
        pull: dict[int, Any] = {}
        for unit, weight in nu.items():
            for p, j in problem.layers[l].rows[unit[1]]:
                if slopes[l - 1, j]:  # a source that is off is zero near theta
                    pull[j] = weight * sides[unit] * problem.theta[p] + pull.get(j, 0)
        need(bool(pull), "empty-without-live-source", self.place)
        for j, value in pull.items():
            need((l - 1, j) in sides, "empty-source-not-zero", self.place, unit_name((l - 1, j)))
            need(sign(value) == -sides[l - 1, j], "propagation", self.place, value)


def cancel(weights: list[Any], normals: list[list[Any]], place: str) -> None:
    """The normals are not all zero; with these weights their sum is."""
    need(any(sign(x) for normal in normals for x in normal), "empty-of-idle-units", place)
    total = [inner(weights, column) for column in zip(*normals, strict=True)]
    need(not any(map(sign, total)), "gordan", place, *total)
