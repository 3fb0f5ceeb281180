"""Labelled samples: separable or not, in general or special position, all by construction."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, count

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, dot, nullspace, rank, sign
from exactmargin.strategies.arguments import Range, bounds, chosen, flag, strategy
from exactmargin.strategies.numbers import rationals

__all__ = ["POSITIONS", "datasets"]

POSITIONS = ("any", "general", "special")
"""The positions of inputs that `datasets` draws."""

Vector = list[fmpq]


def datasets(
    dimension: Range = (1, 3),
    size: Range = (1, 4),
    *,
    separable: bool | None = None,
    affine: bool = False,
    position: str = "any",
    classes: int | None = None,
    weighted: bool = False,
    numbers: st.SearchStrategy[fmpq] | None = None,
) -> st.SearchStrategy[Dataset]:
    """Samples of rational inputs with labels 1 and -1, or with class numbers.

    Write x̂ for x, or for (x, 1) if `affine` (L separates with a bias, V without).

    `separable`: True draws only samples for which some u has y_i⟨u, x̂_i⟩ > 0 for all i, False
    only samples for which none has, None draws labels freely.  `position`: ``"general"`` is that
    any min(N, dim x̂) of the x̂ are linearly independent; ``"special"`` that an input is zero, or a
    multiple of another (1 and -1 are likely), or linearly dependent on two others where d ≥ 3;
    ``"any"`` mixes.  `classes` is R for the labels 0..R-1 instead of 1 and -1.  `weighted` adds
    positive weights of sum 1.  `numbers` draws the coordinates.

    >>> datasets(2, 2, separable=False).example()  # doctest: +SKIP
    Dataset(inputs=((0, 0), (0, 0)), labels=(1, 1), weights=None)

    Examples shrink towards few inputs of low dimension with small integers.  Raises
    `InvalidInputError`, also where no such sample exists.
    """
    flag(separable, "separable", optional=True)
    flag(affine, "affine")
    flag(weighted, "weighted")
    chosen(position, POSITIONS, "position")
    if classes is not None:
        bounds(classes, "classes", least=2)
        if separable is not None:
            raise InvalidInputError(
                f"{separable} with {classes} classes; only labels 1 and -1 are drawn separable or "
                "not, so leave one of the two out",
                place="separable",
            )
    wish = _Wish(separable, affine, position, classes, weighted)
    dims, sizes = wish.fit(bounds(dimension, "dimension"), bounds(size, "size"))
    return _datasets(dims, sizes, wish, strategy(numbers, rationals(), "numbers"))


@dataclass(frozen=True, slots=True)
class _Wish:
    separable: bool | None
    affine: bool
    position: str
    classes: int | None
    weighted: bool

    def least_size(self, dimension: int) -> int:
        """The least number of inputs for which a sample as wished exists."""
        if self.separable is False and self.position == "general":
            return dimension + self.affine + 1  # fewer are linearly independent
        if self.separable is False and self.affine:
            return 2
        if self.separable and not self.affine and self.position == "special":
            return 2  # a zero input is not separable
        return 1

    def fit(
        self, dimension: tuple[int, int], size: tuple[int, int]
    ) -> tuple[list[int], tuple[int, int]]:
        """The dimensions that leave room; raises where there are none."""
        fit = [d for d in range(dimension[0], dimension[1] + 1) if self.least_size(d) <= size[1]]
        if not fit:
            kind = {True: "separable ", False: "inseparable ", None: ""}[self.separable]
            raise InvalidInputError(
                f"at most {size[1]} inputs; a{'n' if kind[:1] == 'i' else ''} {kind}sample of "
                f"dimension {dimension[0]} in {self.position} position has at least "
                f"{self.least_size(dimension[0])}",
                place="size",
            )
        return fit, size

    def hat(self, x: Sequence[fmpq]) -> Vector:
        return [*x, fmpq(1)] if self.affine else list(x)


@st.composite
def _datasets(
    draw: st.DrawFn,
    dimensions: list[int],
    size: tuple[int, int],
    wish: _Wish,
    numbers: st.SearchStrategy[fmpq],
) -> Dataset:
    d = draw(st.sampled_from(dimensions))
    n = draw(st.integers(max(size[0], wish.least_size(d)), size[1]))
    nonzero = bool(wish.separable and not wish.affine)
    inputs: list[Vector] = []
    forced = draw(st.integers(int(nonzero), n - 1)) if wish.position == "special" else None
    for i in range(n):
        free = [draw(numbers) for _ in range(d)]
        if wish.position == "general":
            inputs.append(_independent(free, inputs, wish))
            continue
        degenerate = i == forced or draw(st.integers(0, 3)) == 3
        x = draw(_special(free, inputs, not nonzero)) if degenerate else free
        inputs.append(x if any(x) or not nonzero else [fmpq(1)] * d)
    if wish.separable:
        labels = _separated(inputs, [draw(numbers) for _ in range(d + wish.affine)], wish)
    elif wish.separable is False:
        inputs, labels = draw(_inseparable(inputs, wish))
    else:
        values = (1, -1) if wish.classes is None else range(wish.classes)
        labels = [draw(st.sampled_from(values)) for _ in inputs]
    weights = None
    if wish.weighted:
        parts = [draw(st.integers(1, 4)) for _ in inputs]
        weights = tuple(fmpq(part, sum(parts)) for part in parts)
    return Dataset(tuple(map(tuple, inputs)), tuple(labels), weights)


def _moved(x: Vector, t: int, width: int) -> Vector:
    """x + t (1, t, t², ...): in a given hyperplane through 0 for finitely many t only, where
    some of the first `width` numbers of its normal are not 0."""
    return [value + fmpq(t) ** (j + 1) if j < width else value for j, value in enumerate(x)]


def _independent(x: Vector, others: list[Vector], wish: _Wish) -> Vector:
    """The first moved x whose x̂ is in no span of fewer than dim x̂ of the others."""
    hats = [wish.hat(other) for other in others]
    few = min(len(x) + wish.affine - 1, len(hats))
    for t in count():
        moved = _moved(x, t, len(x))
        new = wish.hat(moved)
        if all(rank([*some, new]) == few + 1 for some in combinations(hats, few)):
            return moved
    raise AssertionError  # count() does not end


@st.composite
def _special(draw: st.DrawFn, x: Vector, others: list[Vector], zero: bool) -> Vector:
    """Zero, a multiple of another input, or a combination of two."""
    ways = [*(["zero"] if zero or not others else []), *(["multiple"] * 2 if others else [])]
    if len(x) >= 3 and len(others) >= 2:
        ways.append("combination")
    way = draw(st.sampled_from(ways))
    if way == "zero":
        return [fmpq(0)] * len(x)
    first = draw(st.sampled_from(others))
    factor = draw(st.one_of(st.sampled_from((1, -1)), rationals(-2, 2, max_denominator=2)))
    if way == "multiple":
        return [value * (factor or 1) for value in first]
    second = draw(st.sampled_from(others))
    found = [a + factor * b for a, b in zip(first, second, strict=True)]
    return found if any(found) else first


def _separated(inputs: list[Vector], u: Vector, wish: _Wish) -> list[int]:
    """The labels sign ⟨u, x̂⟩, once u is moved out of all hyperplanes ⟨u, x̂⟩ = 0."""
    hats = [wish.hat(x) for x in inputs]
    for t in count():
        signs = [sign(dot(_moved(u, t, len(u)), x)) for x in hats]
        if all(signs):
            return signs
    raise AssertionError  # count() does not end


@st.composite
def _inseparable(
    draw: st.DrawFn, inputs: list[Vector], wish: _Wish
) -> tuple[list[Vector], list[int]]:
    """Labels from a dependency Σ c_i x̂_i = 0, c ≠ 0: with y_i = sign c_i it forbids u (Gordan)."""
    basis = _dependencies(inputs, wish)
    if not basis:  # never in general position, whose size is large enough
        inputs = [*inputs[:-1], draw(_dependent(inputs[:-1], len(inputs[0]), wish))]
        basis = _dependencies(inputs, wish)
    c, other = (draw(st.sampled_from(basis)) for _ in range(2))
    mixed = [a + b for a, b in zip(c, other, strict=True)]
    turn = draw(st.sampled_from((1, -1)))
    labels = [turn * sign(value) or draw(st.sampled_from((1, -1))) for value in mixed]
    return inputs, labels


def _dependencies(inputs: list[Vector], wish: _Wish) -> list[Vector]:
    columns = zip(*map(wish.hat, inputs), strict=True)
    return [list(map(Q.coerce, c)) for c in nullspace(list(columns))]


@st.composite
def _dependent(draw: st.DrawFn, others: list[Vector], d: int, wish: _Wish) -> Vector:
    """An input on the line through two others, or a repeated one, or 0 if there are none."""
    if not others:
        return [fmpq(0)] * d
    a, b = draw(st.sampled_from(others)), draw(st.sampled_from(others))
    steps = [fmpq(0)] if wish.position == "special" else [fmpq(0), fmpq(1, 2), fmpq(-1)]
    step = draw(st.sampled_from(steps))
    return [x + step * (y - x) for x, y in zip(a, b, strict=True)]
