"""Problems of every objective with a point: margins met exactly where scaling can do it."""

from collections.abc import Sequence

from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.exact import Q, sign
from exactmargin.networks import Architecture, Parameters
from exactmargin.problems import Hinge, LayerMaxMargin, MaxMargin, Problem
from exactmargin.strategies.arguments import Range, bounds, chosen, flag, several, strategy
from exactmargin.strategies.networks import architectures
from exactmargin.strategies.points import KINDS_OF_PARAMETERS, parameters
from exactmargin.strategies.samples import datasets

__all__ = ["OBJECTIVES", "problems"]

OBJECTIVES = (MaxMargin.kind, LayerMaxMargin.kind, Hinge.kind)
"""The objectives that `problems` draws."""


def problems(
    objectives: Sequence[str] = OBJECTIVES,
    *,
    networks: st.SearchStrategy[Architecture] | None = None,
    size: Range = (1, 3),
    points: str | None = None,
    scaled: bool = True,
) -> st.SearchStrategy[Problem]:
    """Problems over Q with a point, for `networks` (default `architectures()`) with one output.

    `points` is a kind of `parameters`; None mixes ``"any"`` with ``"kinks"`` and ``"zero
    neurons"`` where the network has hidden units.  With `scaled` the labels are the signs of Φ,
    and where the network has no biases every input with Φ ≠ 0 is divided by |Φ|: every such
    margin is then positive, and exactly 1 without biases.  KKT points are rare among these;
    `kkt_points` constructs them.

    >>> problems(["max-margin"], networks=architectures(depth=2)).example()  # doctest: +SKIP
    Problem(name='drawn', field=Q, ...)

    Raises `InvalidInputError`.
    """
    several(objectives, OBJECTIVES, "objectives")
    flag(scaled, "scaled")
    if points is not None:
        chosen(points, KINDS_OF_PARAMETERS, "points")
    drawn = strategy(networks, architectures(), "networks")
    return _problems(tuple(objectives), drawn, bounds(size, "size"), points, scaled)


@st.composite
def _problems(
    draw: st.DrawFn,
    objectives: tuple[str, ...],
    networks: st.SearchStrategy[Architecture],
    size: tuple[int, int],
    points: str | None,
    scaled: bool,
) -> Problem:
    network, kind = draw(networks), draw(st.sampled_from(objectives))
    data = draw(datasets(network.input_dimension, size))
    usual = ("any", "any", "kinks", "zero neurons") if network.depth > 1 else ("any",)
    kind_of_point = points or draw(st.sampled_from(usual))
    point = draw(parameters(network, kind_of_point, inputs=data.inputs))
    objective: MaxMargin | LayerMaxMargin | Hinge = MaxMargin()
    if kind == LayerMaxMargin.kind:
        objective = LayerMaxMargin(draw(st.integers(1, network.depth)))
    elif kind == Hinge.kind:
        objective = Hinge()
    problem = Problem("drawn", Q, network, data, objective, point)
    return _scaled(problem, point) if scaled else problem


def _scaled(problem: Problem, point: Parameters) -> Problem:
    """The same with the labels of Φ, and without biases with inputs on the margin."""
    network, data = problem.network, problem.data
    outputs = [y * z for y, z in zip(data.labels, problem.margins(), strict=True)]
    inputs = data.inputs
    if not network.has_bias:
        inputs = tuple(
            tuple(value / (z * sign(z)) for value in x) if z else x
            for x, z in zip(inputs, outputs, strict=True)
        )
    labels = tuple(sign(z) or y for y, z in zip(data.labels, outputs, strict=True))
    return Problem(problem.name, Q, network, Dataset(inputs, labels), problem.objective, point)
