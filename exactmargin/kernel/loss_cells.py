"""The cells of a hinge loss around theta: entered by paths, and bounded over a split tree.

**Cells.** Let z be the hidden pre-activations and L = sum_j w_j max(0, m_j) (``hinge``). A cell is
an open set on which no m_j is zero, and no z but those that are zero on all of it. There the slopes
a of the units and eps_j = [m_j > 0] are constant, and L is the polynomial sum_j eps_j w_j m_j. A
cell is *around* theta if theta is in its closure. There are finitely many; with a null set they
fill a neighbourhood, and near theta z and m_j keep the signs on them that they have at theta, if
these are not zero. (m_j is zero on no open set: it is 1 where the last layer is zero.)

**Entered.** A path theta + t d_1 + t^2 d_2 + ... on which for all small t > 0 nothing is on its
kink runs in one cell around theta.

**Trees.** A split takes the closed halves where a pre-activation, the inside m_j of a term, or an
output weight is >= 0 and <= 0. Whatever cell is around theta, an open part of it with theta in
its closure is in some leaf: z and m_j have one sign on it, or are zero and without influence. So
this leaf is not one that is *empty*, a null set near theta (``empty_leaves``).

**Bounds.** The other leaves bound a linear functional of P = sum_j eps_j w_j (m_j - 1): its
derivative at theta along u, or its value at a given point. Slopes below the last hidden layer must
be known; the functional of Phi at example i is then b_i + sum_k a_ik p_ik in the open slopes of
the last one. Take the terms that are on together: for each unit k, sum_i a_ik p_ik is at least the
smallest sum, over the leaves of a tree of its own, with the worst slope at each example that is
open there. A term with m_j = 0 and no known side adds at least min(0, w_j (b + sum_k a_k p_k)),
with the worst a_k. As the minimum of a sum is at least the sum of minima, all this may be added.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from .empty_leaves import EmptyLeaves, Sides
from .hinge import Term
from .kkt import curve, enter, germ
from .network import Slopes, Unit, forward
from .numbers import Poly, as_poly, sign, symbol
from .outcome import need
from .problem import Problem
from .reading import keys, numbered, numbers, table

Row = dict[int, Any]
HALVES = ("plus", "minus")


class Functional:
    """Of the terms: the coefficient of s_1 ^ power of their polynomials on the curve."""

    def __init__(self, curve: list[Any], power: int):
        self.curve, self.power = curve, power
        self.known: dict[Any, tuple[Any, Row]] = {}


class LossCells(EmptyLeaves):
    """The cells around theta of a problem."""

    def entered(self, path: Any, place: str) -> list[tuple[Term, Slopes]]:
        """The terms that are on in the cell that the path enters, each with the units' slopes."""
        theta, found = curve(self.problem, path, place), list[tuple[Term, Slopes]]()
        for i, trace in enumerate(self.traces):
            own = [(t, s) for t, s in zip(self.terms, self.signs, strict=True) if t.example == i]
            slopes, run = trace.slopes, trace
            if not all(s for _, s in own) or not all(sign(z) for row in trace.z[:-1] for z in row):
                slopes, run = enter(self.problem, trace, i, theta, place)
            for term, s in own:
                side = s or germ(term.inside(run))
                need(bool(side), "path-on-a-term", place, term.name)
                found += [(term, slopes)] * (side > 0)
        return found

    def polynomial(self, path: Any, place: str) -> Poly:
        """L in symbols, s_(p+1) for the flat parameter p, in the cell that the path enters; without
        the weights of the terms that are on, which are a part of its constant."""
        theta, total = [symbol(p + 1) for p in range(len(self.problem.theta))], as_poly(0)
        for term, slopes in self.entered(path, place):
            total = total + on_the_cell(self.problem, theta, term, slopes, Fraction(0))
        return total

    def check(self, tree: Any, sides: Sides, place: str, functional: Functional | None) -> None:
        """The functional, or the value at a point that a leaf gives, is positive on every cell."""
        if isinstance(tree, dict) and "empty" in tree:
            self.empty(keys(tree, place, ("empty",))["empty"], sides, place)
        elif isinstance(tree, dict) and "neurons" in tree:
            total = self.bound(tree, sides, place, functional)
            need(sign(total) > 0, "cell-bound", place, total)
        else:
            key = self.key(tree, place, HALVES)
            self.check(tree["plus"], sides | {key: 1}, f"{place}.plus", functional)
            self.check(tree["minus"], sides | {key: -1}, f"{place}.minus", functional)

    def bound(self, leaf: Any, sides: Sides, place: str, functional: Functional | None) -> Any:
        """What the functional is at least, on the cells in this leaf."""
        problem, rows = self.problem, dict[int, Row]()
        keys(leaf, place, ("neurons", *["test"] * (functional is None)))
        if functional is None:
            point = numbers(leaf["test"], f"{place}.test", problem.field, len(problem.theta))
            functional = Functional([*point], 0)
        total: Any = Fraction(0)
        for j, (term, s) in enumerate(zip(self.terms, self.signs, strict=True)):
            side = s or sides.get(("term", j), 0)
            if side >= 0:
                base, pulls = self._values(j, sides, functional)
                worst = base + sum(p * self._worst(p) for p in pulls.values())
                total = total + (base if side else worst if sign(worst) < 0 else 0)
                for k, p in pulls.items() if side else ():
                    row = rows.setdefault(k, {})
                    row[term.example] = p + row.get(term.example, 0)
        width = len(problem.layers[self.last].rows) if self.last >= 0 else 0
        given = numbered(leaf["neurons"], f"{place}.neurons", "unit", width, ("tree",))
        for k in {**given, **rows}:
            where, entry = given.get(k, (place, {"tree": "bound"}))
            found = self._neuron(entry["tree"], k, rows.get(k, {}), sides, where)
            total = total + reduce(lambda a, b: a if sign(a - b) < 0 else b, found or [0])
        return total

    def _values(self, j: int, sides: Sides, functional: Functional) -> tuple[Any, Row]:
        """Of w_j (m_j - 1): the number b, and p_k for the open units of the last hidden layer."""
        term, open_ = self.terms[j], list[Unit]()
        here = (j, *((key, s) for key, s in sides.items() if key[0] == term.example))
        if here not in functional.known:
            slopes = self.slopes(term.example, sides, open_)

            def slope(unit: Unit, _: Any) -> Any:
                return symbol(2 + unit[1]) if unit in open_ else slopes[unit]

            run = forward(self.problem, functional.curve, self.problem.inputs[term.example], slope)
            parts = as_poly(term.inside(run, Fraction(0)) * term.weight).parts().items()
            own = {e: a for e, a in parts if (e[0] if e else 0) == functional.power}
            pulls = {len(e) - 2: a for e, a in own.items() if len(e) > 1}
            base = own.get((functional.power,) * functional.power, Fraction(0))
            functional.known[here] = base, pulls
        return functional.known[here]

    def _worst(self, p: Any) -> Any:
        """The slope that makes slope * p smallest."""
        return 1 if sign(p) < 0 else self.problem.slope

    def _neuron(self, tree: Any, k: int, row: Row, sides: Sides, place: str) -> list[Any]:
        """sum_i a_ik p_ik at the leaves of unit k's tree."""
        if tree == "bound":
            known = {1: Fraction(1), -1: self.problem.slope}
            unit = self.last, k
            slopes = (known.get(sides.get((i, unit), 0), self._worst(p)) for i, p in row.items())
            return [sum((a * p for a, p in zip(slopes, row.values(), strict=True)), Fraction(0))]
        own = {"layer": self.last + 1, "unit": k + 1}
        if isinstance(tree, dict) and "empty" in tree:
            rows = table(keys(tree, place, ("empty",))["empty"], place, ("example", "weight"))
            self.empty([{**entry, **own} for _, entry in rows], sides, place)
            return []
        key = self.key({**keys(tree, place, ("example", "plus", "minus")), **own}, place, HALVES)
        plus = self._neuron(tree["plus"], k, row, sides | {key: 1}, f"{place}.plus")
        return plus + self._neuron(tree["minus"], k, row, sides | {key: -1}, f"{place}.minus")


def on_the_cell(
    problem: Problem, theta: list[Any], term: Term, slopes: Slopes, one: Fraction
) -> Poly:
    """w m with these slopes, if ``one`` is 1; w (m - 1), if it is 0."""
    x = problem.inputs[term.example]
    run = forward(problem, theta, x, lambda unit, _: slopes[unit])
    return as_poly(term.inside(run, one) * term.weight)
