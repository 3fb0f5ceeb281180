"""Points of the hinge loss where it is not smooth: on kinks, on margins, with v = 0 and c = ±1."""

from collections.abc import Sequence

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.exact import Number, Q
from exactmargin.networks import Architecture, Parameters, RationalLike, fully_connected
from exactmargin.problems import Hinge, Problem
from exactmargin.strategies.arguments import Range, bounds, chosen, flag
from exactmargin.strategies.arguments import slopes as checked_slopes
from exactmargin.strategies.networks import SLOPES
from exactmargin.strategies.points import parameters
from exactmargin.strategies.samples import datasets

__all__ = ["KINDS_OF_HINGE_POINTS", "hinge_points"]

KINDS_OF_HINGE_POINTS = ("any", "kinks", "margins", "constant", "zero neurons")
"""The kinds of points that `hinge_points` draws."""


def hinge_points(
    kind: str | None = None,
    *,
    dimension: Range = (1, 2),
    size: Range = (1, 3),
    width: Range = (1, 2),
    slopes: tuple[RationalLike, ...] = SLOPES,
    weighted: bool = False,
) -> st.SearchStrategy[Problem]:
    """Hinge losses (L eq. 9) of dense networks with one hidden layer and biases, with a point.

    ``"any"`` takes the numbers as they come; ``"kinks"``: a hidden pre-activation is zero;
    ``"margins"``: some example has margin exactly 1, where its loss has a kink; ``"constant"``:
    v = 0 and c = ±1, so that every example of one label is on its margin (L §4, Lemma 105);
    ``"zero neurons"``: all numbers of some hidden unit are zero.  None draws the kind.
    `weighted` adds the weights μ^(i).

    >>> hinge_points("constant").example().parameters  # doctest: +SKIP
    Parameters(weights=((0,), (0,)), biases=((0,), (1,)))

    Raises `InvalidInputError`.
    """
    kinds = (
        KINDS_OF_HINGE_POINTS if kind is None else (chosen(kind, KINDS_OF_HINGE_POINTS, "kind"),)
    )
    flag(weighted, "weighted")
    samples = datasets(bounds(dimension, "dimension"), bounds(size, "size"), weighted=weighted)
    shape = bounds(width, "width"), checked_slopes(slopes)
    return _hinge_points(kinds, samples, *shape)


@st.composite
def _hinge_points(
    draw: st.DrawFn,
    kinds: tuple[str, ...],
    samples: st.SearchStrategy[Dataset],
    width: tuple[int, int],
    slopes: tuple[fmpq, ...],
) -> Problem:
    kind, data = draw(st.sampled_from(kinds)), draw(samples)
    widths = [data.dimension, draw(st.integers(*width)), 1]
    network = fully_connected(widths, negative_slope=draw(st.sampled_from(slopes)), bias=True)
    points = kind if kind in ("kinks", "zero neurons") else "any"
    point = draw(parameters(network, points, inputs=data.inputs))
    if kind == "margins":
        i = draw(st.integers(0, data.size - 1))
        draft = Problem("draft", Q, network, data, Hinge(), point)
        gap = (1 - draft.margins()[i]) * data.labels[i]
        *v, c = point.flat()[network.block_slice(1)]
        point = _with_last(network, point, [*v, c + gap])
    if kind == "constant":
        sign = fmpq(draw(st.sampled_from((1, -1))))
        point = _with_last(network, point, [fmpq(0)] * widths[1] + [sign])
    return Problem(f"hinge, {kind}", Q, network, data, Hinge(), point)


def _with_last(network: Architecture, point: Parameters, last: Sequence[Number]) -> Parameters:
    """The point with other numbers (v, c) in the last layer."""
    flat = point.flat()[: network.block_slice(1).start]
    return Parameters.from_flat(network, (*flat, *last))
