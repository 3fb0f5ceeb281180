"""Points of the penalised loss of replicates (L eq. 13), with equal hidden layers or not."""

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.exact import Q
from exactmargin.networks import Parameters, RationalLike, fully_connected
from exactmargin.problems import Problem, replicated_problem
from exactmargin.strategies.arguments import Range, bounds, flag
from exactmargin.strategies.arguments import slopes as checked_slopes
from exactmargin.strategies.networks import SLOPES
from exactmargin.strategies.points import parameters
from exactmargin.strategies.samples import datasets

__all__ = ["replicated_points"]

GAMMAS = (fmpq(1), fmpq(2), fmpq(1, 3), fmpq(1, 10**6))


def replicated_points(
    agree: bool | None = None,
    *,
    classes: int = 2,
    dimension: Range = (1, 2),
    size: Range = (1, 3),
    width: Range = (1, 2),
    slopes: tuple[RationalLike, ...] = SLOPES,
) -> st.SearchStrategy[Problem]:
    """Replicates of dense networks with one hidden layer and biases, one for each class.

    `agree`: True draws equal hidden layers, as all critical points have them (L Theorem 7), False
    at least one that differs, None either.

    >>> replicated_points(True).example().penalty()  # doctest: +SKIP
    0

    Raises `InvalidInputError`.
    """
    flag(agree, "agree", optional=True)
    samples = datasets(bounds(dimension, "dimension"), bounds(size, "size"), classes=classes)
    return _points(agree, classes, samples, bounds(width, "width"), checked_slopes(slopes))


@st.composite
def _points(
    draw: st.DrawFn,
    agree: bool | None,
    classes: int,
    samples: st.SearchStrategy[Dataset],
    width: tuple[int, int],
    slopes: tuple[fmpq, ...],
) -> Problem:
    data = draw(samples)
    widths = [data.dimension, draw(st.integers(*width)), classes]
    network = fully_connected(widths, negative_slope=draw(st.sampled_from(slopes)), bias=True)
    kind = draw(st.sampled_from(("any", "kinks", "zero neurons")))
    point = draw(parameters(network, kind, inputs=data.inputs))
    points = [point] * classes
    same = draw(st.booleans()) if agree is None else agree
    if not same:
        flat = list(point.flat())
        flat[draw(st.integers(0, network.block_slice(0).stop - 1))] += draw(st.integers(1, 3))
        points[draw(st.integers(0, classes - 1))] = Parameters.from_flat(network, flat)
    gamma = draw(st.sampled_from(GAMMAS))
    name = "replicates, equal" if same else "replicates, not equal"
    return replicated_problem(name, Q, network, data, gamma, points)
