"""Rare and generic data (L Definition 1, read with r other than the class of the example).

The data are rare if Σ_i λ_i μ_i Σ_r ε_ir (e_c(i) - e_r) ⊗ (x_i, 1) = 0 for some λ_i in {1, α, ...,
α^L} and ε_ir in {0, 1}, r ≠ c(i), not all zero. Branch and bound decides it: where some pairs
(i, r) and some exponents are fixed, the values of the left side lie in a polytope. If it misses 0
(for no pair on: the cone of the open pairs is pointed), a linear functional proves it, and this is
a leaf. Otherwise 0 is a combination of choices, and one that is no choice itself is split. Fixed
choices are a point, so the search ends; it may be long, and asks `check` at each node.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

from exactmargin.data.dataset import Dataset
from exactmargin.exact import (
    Field,
    LinearProgram,
    Number,
    sign,
    solve_lp,
    strictly_feasible_direction,
)

__all__ = ["Choice", "ExponentSplit", "Functional", "PairSplit", "Tree", "rarity"]

Vector: TypeAlias = tuple[Number, ...]
Pair: TypeAlias = tuple[int, int]


@final
@dataclass(frozen=True, slots=True)
class Functional:
    """A leaf: one vector for each class, of which the equations have a positive combination."""

    vectors: tuple[Vector, ...]


@final
@dataclass(frozen=True, slots=True)
class PairSplit:
    """ε of the pair (example, class) is 1, or 0."""

    pair: Pair
    on: "Tree"
    off: "Tree"


@final
@dataclass(frozen=True, slots=True)
class ExponentSplit:
    """The λ of an example is α^0, ..., α^L."""

    example: int
    branches: tuple["Tree", ...]


Tree: TypeAlias = Functional | PairSplit | ExponentSplit


@final
@dataclass(frozen=True, slots=True)
class Choice:
    """A solution: the exponent of λ_i and the classes r with ε_ir = 1, for each i with some."""

    entries: dict[int, tuple[int, tuple[int, ...]]]


def rarity(
    field: Field,
    data: Dataset,
    weights: tuple[Number, ...],
    classes: tuple[int, ...],
    powers: tuple[Number, ...],
    check: Callable[[], None] = lambda: None,
) -> Choice | Tree:
    """A choice that makes the data rare, or the tree that proves that they are generic.

    `weights` are the μ_i, `classes` all labels that an example can have, `powers` the numbers 1, α,
    ..., α^L with 0 < α ≤ 1. `check` is called often and may raise.
    """
    try:
        return _Search(field, data, weights, classes, powers, check).tree({}, {})
    except _Found as end:
        return end.choice


@final
class _Found(Exception):  # noqa: N818 - not an error: the search ends
    """The data are rare."""

    def __init__(self, choice: Choice):
        self.choice = choice


@final
class _Search:
    def __init__(
        self,
        field: Field,
        data: Dataset,
        weights: tuple[Number, ...],
        classes: tuple[int, ...],
        powers: tuple[Number, ...],
        check: Callable[[], None],
    ):
        self.field, self.data, self.classes, self.powers = field, data, classes, powers
        self.check = check
        self.size = len(classes) * (data.dimension + 1)
        self.pulls: dict[Pair, dict[int, Number]] = {}
        for i, (x, y) in enumerate(zip(data.inputs, data.labels, strict=True)):
            for r in classes:
                if r != y:
                    self.pulls[i, r] = self._pull([*x, field.one], weights[i], y, r)

    def _pull(self, hat: list[Number], weight: Number, y: int, r: int) -> dict[int, Number]:
        """μ (e_y - e_r) ⊗ (x, 1)."""
        row: dict[int, Number] = {}
        for label, s in ((y, weight), (r, -weight)):
            start = self.classes.index(label) * len(hat)
            row |= {start + j: s * a for j, a in enumerate(hat) if a}
        return row

    def tree(self, pairs: dict[Pair, bool], exponents: dict[int, int]) -> Tree:
        """The tree below a node; raises `_Found` where there is none."""
        self.check()
        answer = self._cone(pairs) if True not in pairs.values() else self._hull(pairs, exponents)
        if isinstance(answer, Functional):
            return answer
        if isinstance(answer, Choice):
            raise _Found(answer)
        if isinstance(answer, int):
            cases = [exponents | {answer: n} for n in range(len(self.powers))]
            return ExponentSplit(answer, tuple(self.tree(pairs, case) for case in cases))
        on = self.tree(pairs | {answer: True}, exponents)
        return PairSplit(answer, on, self.tree(pairs | {answer: False}, exponents))

    def _cone(self, pairs: dict[Pair, bool]) -> Functional | Pair:
        """No pair is on: a functional positive on all open pairs, or a pair to split."""
        open_ = [pair for pair in self.pulls if pair not in pairs]
        answer = strictly_feasible_direction(
            self.field, [self.pulls[pair] for pair in open_], self.size
        )
        if answer.direction is not None:
            return self._functional(answer.direction)
        assert answer.multipliers is not None
        largest, chosen = self.field.zero, open_[0]
        for a, pair in zip(answer.multipliers, open_, strict=True):
            if sign(a - largest) > 0:
                largest, chosen = a, pair
        return chosen

    def _hull(
        self, pairs: dict[Pair, bool], exponents: dict[int, int]
    ) -> Functional | Choice | Pair | int:
        """Some pair is on: a functional positive on the hull of all choices, or 0 is in the hull.

        Then a choice, if 0 is one, or an open pair or an example (its exponent) to split. The
        variables are λ_i ε_ir for the open pairs, and λ_i where it is open and a pair is on.
        """
        lp = _Hull(self, pairs, exponents)
        result = solve_lp(lp.program())
        if result.x is None:
            assert result.farkas is not None
            return self._functional(tuple(-y for y in result.farkas[: self.size]))
        values = dict(zip(lp.variables, result.x, strict=True))
        entries: dict[int, tuple[int, tuple[int, ...]]] = {}
        for i in range(self.data.size):
            on = [r for r in self.classes if pairs.get((i, r))]
            half = [r for r in self.classes if (i, r) in values and sign(values[i, r])]
            if not on and not half:
                continue
            scale = values.get((i, None), self.powers[exponents.get(i, 0)])
            if not on and i not in exponents:
                scale = values[i, half[0]]
            open_ = [r for r in half if values[i, r] != scale]
            if open_:
                return i, open_[0]
            if scale not in self.powers:
                return (i, half[0]) if half else i
            entries[i] = self.powers.index(scale), tuple(sorted([*on, *half]))
        return Choice(entries)

    def _functional(self, flat: Vector) -> Functional:
        width = self.data.dimension + 1
        return Functional(tuple(flat[n : n + width] for n in range(0, self.size, width)))


@final
class _Hull:
    """The linear program for a combination of choices that is 0."""

    def __init__(self, search: _Search, pairs: dict[Pair, bool], exponents: dict[int, int]):
        self.search, zero = search, search.field.zero
        on = [pair for pair, value in pairs.items() if value]
        scaled = sorted({i for i, _ in on if i not in exponents})
        self.variables: list[tuple[int, int | None]] = [
            *((i, None) for i in scaled),
            *(pair for pair in search.pulls if pair not in pairs),
        ]
        place = {key: n for n, key in enumerate(self.variables)}
        self.rows: list[dict[int, Number]] = [{} for _ in range(search.size)]
        self.rhs: list[Number] = [zero] * search.size
        self.senses = ["=="] * search.size
        for pair in on:
            i = pair[0]
            for e, a in search.pulls[pair].items():
                if i in exponents:
                    self.rhs[e] = self.rhs[e] - a * search.powers[exponents[i]]
                else:
                    self.rows[e][place[i, None]] = self.rows[e].get(place[i, None], zero) + a
        for (i, r), n in place.items():
            if r is None:
                self._bound({n: search.field.one}, "<=", search.powers[0])
                self._bound({n: search.field.one}, ">=", search.powers[-1])
                continue
            for e, a in search.pulls[i, r].items():
                self.rows[e][n] = a
            if (i, None) in place:
                self._bound({n: search.field.one, place[i, None]: -search.field.one}, "<=", zero)
            else:
                self._bound({n: search.field.one}, "<=", search.powers[exponents.get(i, 0)])

    def _bound(self, row: dict[int, Number], sense: str, value: Number) -> None:
        self.rows.append(row)
        self.senses.append(sense)
        self.rhs.append(value)

    def program(self) -> LinearProgram:
        """Any point will do."""
        zero = self.search.field.zero
        costs = [zero] * len(self.variables)
        return LinearProgram(self.search.field, costs, self.rows, self.senses, self.rhs)
