"""Networks of class N (V §2): dense, sparse, diagonal, shared weights, convolutional."""

from collections.abc import Sequence

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.errors import InvalidInputError
from exactmargin.networks import (
    Architecture,
    RationalLike,
    convolutional,
    diagonal,
    from_pattern,
    fully_connected,
)
from exactmargin.strategies.arguments import Range, bounds, flag, several
from exactmargin.strategies.arguments import slopes as checked_slopes

__all__ = ["KINDS_OF_ARCHITECTURES", "SLOPES", "architectures"]

KINDS_OF_ARCHITECTURES = ("dense", "sparse", "diagonal", "shared", "convolutional")
"""The kinds of architectures that `architectures` draws."""

SLOPES = (0, 1, "1/4")
"""ReLU, linear, leaky."""

Pattern = list[list[int]]


def architectures(
    *,
    dimension: Range = (1, 3),
    depth: Range = (1, 3),
    width: Range = (1, 3),
    kinds: Sequence[str] = KINDS_OF_ARCHITECTURES,
    slopes: Sequence[RationalLike] = SLOPES,
    biases: bool | None = None,
) -> st.SearchStrategy[Architecture]:
    """Networks with one output; `dimension` and `width` are those of inputs and hidden layers.

    `kinds` are drawn from: ``"dense"``; ``"sparse"`` has a missing weight; ``"diagonal"`` (all
    hidden layers as wide as the input, whatever `width` says); ``"shared"`` has a weight that
    stands at two places, and others may be missing; ``"convolutional"`` is one hidden layer, a
    filter or two that slide over the input (its width follows from that).  `biases` is for every
    layer (True), none (False), or drawn layer by layer (None).

    >>> architectures(kinds=["shared"], slopes=[0]).example()  # doctest: +SKIP
    Architecture(layers=(Layer(pattern=((1, 1),), bias=False),), negative_slope=0)

    Examples shrink towards one layer with one weight and slope 0, that is towards the first of
    `kinds` and of `slopes`.  Kinds that fit no such shape are refused if they were asked for
    alone, and passed over otherwise.  Raises `InvalidInputError`.
    """
    shape = (bounds(dimension, "dimension"), bounds(depth, "depth"), bounds(width, "width"))
    wanted = several(kinds, KINDS_OF_ARCHITECTURES, "kinds")
    possible = [kind for kind in wanted if _fits(kind, *shape)]
    if not possible:
        raise InvalidInputError(
            f"no architecture of the kind {' or '.join(wanted)} has dimension {dimension}, depth "
            f"{depth} and width {width}; convolutional networks have depth 2, and a weight is "
            "shared in a layer with two weights or more",
            place="kinds",
        )
    flag(biases, "biases", optional=True)
    return _architectures(possible, shape, checked_slopes(slopes), biases)


Bounds = tuple[int, int]


def _fits(kind: str, dimension: Bounds, depth: Bounds, width: Bounds) -> bool:
    if kind == "convolutional":
        return depth[0] <= 2 <= depth[1]
    return kind != "shared" or dimension[1] > 1 or (depth[1] > 1 and width[1] > 1)


@st.composite
def _architectures(
    draw: st.DrawFn,
    kinds: Sequence[str],
    shape: tuple[Bounds, Bounds, Bounds],
    slopes: Sequence[fmpq],
    biases: bool | None,
) -> Architecture:
    kind = draw(st.sampled_from(kinds))
    patterns = draw(_convolution(shape[0]) if kind == "convolutional" else _layered(kind, *shape))
    if biases is None:
        flags = [draw(st.integers(0, 3)) == 3 for _ in patterns]
    else:
        flags = [biases] * len(patterns)
    return from_pattern(patterns, flags, negative_slope=draw(st.sampled_from(slopes)))


def _patterns(network: Architecture) -> list[Pattern]:
    return [[list(row) for row in layer.pattern] for layer in network.layers]


@st.composite
def _convolution(draw: st.DrawFn, dimension: Bounds) -> list[Pattern]:
    length = draw(st.integers(*dimension))
    kernel = draw(st.integers(1, length))
    strides = [s for s in range(1, length - kernel + 1) if (length - kernel) % s == 0] or [1]
    stride, filters = draw(st.sampled_from(strides)), draw(st.integers(1, 2))
    return _patterns(convolutional(length, kernel, stride=stride, filters=filters))


@st.composite
def _layered(
    draw: st.DrawFn, kind: str, dimension: Bounds, depth: Bounds, width: Bounds
) -> list[Pattern]:
    m, d = draw(st.integers(*depth)), draw(st.integers(*dimension))
    if kind == "diagonal":
        return _patterns(diagonal(d, m))
    hidden = [draw(st.integers(*width)) for _ in range(m - 1)]
    if kind == "shared" and max(d, *hidden, 1) == 1:  # room for two weights in one layer
        if dimension[1] > 1:
            d = 2
        else:
            hidden = [2] * (m - 1) or [2]
    patterns = _patterns(fully_connected([d, *hidden, 1]))
    if kind == "dense":
        return patterns
    # The layer that keeps the promise of its kind; where it is shared, one with two weights.
    fit = [n for n, rows in enumerate(patterns) if kind == "sparse" or len(rows) * len(rows[0]) > 1]
    forced = draw(st.sampled_from(fit))
    return [
        draw(_thinned(len(rows), len(rows[0]), kind, n == forced))
        for n, rows in enumerate(patterns)
    ]


@st.composite
def _thinned(draw: st.DrawFn, rows: int, columns: int, kind: str, forced: bool) -> Pattern:
    """A pattern with missing weights, or with shared and missing ones: surely, if forced."""
    last = rows * columns - 1
    place = draw(st.integers(0 if kind == "sparse" else 1, last)) if forced else None
    cells: list[int] = []
    for n in range(rows * columns):
        used = max(cells, default=0)
        choice = "new" if n == 0 and place else draw(st.sampled_from(_CHOICES[kind]))
        if n == place:
            choice = "missing" if kind == "sparse" else "shared"
        if choice == "shared" and used:
            cells.append(draw(st.integers(1, used)))
        else:
            cells.append(0 if choice == "missing" else used + 1)
    return [cells[n : n + columns] for n in range(0, last + 1, columns)]


_CHOICES = {
    "sparse": ("new", "new", "missing"),
    "shared": ("new", "new", "shared", "shared", "missing"),
}
