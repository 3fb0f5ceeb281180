"""Replicates of a network, one for each class (L §4, eq. 13): what a problem says of each.

A problem with the objective `PenalizedOneVersusAllHinge` has the replicates side by side in one
network. `replicated_problem` puts them there; `replicates` and `shared_problem` take them out.
"""

from collections.abc import Sequence
from dataclasses import replace

from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, sign
from exactmargin.networks import (
    Architecture,
    Parameters,
    RationalLike,
    coordinates_of_copy,
    copies,
    replicated,
)
from exactmargin.problems.objectives import Hinge, OneVersusAllHinge, PenalizedOneVersusAllHinge
from exactmargin.problems.penalty import hidden_places
from exactmargin.problems.problem import Problem

__all__ = [
    "replicate_points",
    "replicated_problem",
    "replicates",
    "replicates_agree",
    "shared_network",
    "shared_problem",
]


def replicated_problem(
    name: str,
    field: Field,
    network: Architecture,
    data: Dataset,
    gamma: RationalLike,
    points: Sequence[Parameters] | None = None,
) -> Problem:
    """The penalised problem of L eq. 13 of a network with R outputs, as in a problem file.

    `points` are R parameters of this network, or None for no point; of the r-th only what output
    r reads is used. Raises `InvalidInputError` where the shapes do not fit, and as `Problem` does.
    """
    objective = PenalizedOneVersusAllHinge(gamma)
    together = replicated(network)
    problem = Problem(name, field, together, data, objective)
    if points is None:
        return problem
    outputs = network.output_dimension
    if len(points) != outputs:
        raise InvalidInputError(
            f"has length {len(points)}; the network has {outputs} outputs, and one replicate for "
            "each",
            place="parameters",
        )
    values: list[Number] = [field.zero] * together.parameter_count
    for r, point in enumerate(points):
        try:
            point.check(network)
        except InvalidInputError as error:
            raise type(error)(error.message, place=f"parameters[{r}].{error.place}") from None
        flat, own = point.flat(), coordinates_of_copy(together, r)
        for p, q in zip(own, _places_read_by(network, r), strict=True):
            values[p] = flat[q]
    return problem.with_parameters(Parameters.from_flat(together, values))


def replicates(problem: Problem) -> tuple[Problem, ...]:
    """The binary problem of each replicate (L eq. 12), at its point if there is one.

    Raises `InvalidInputError` for another objective.
    """
    _check(problem)
    networks, found = copies(problem.network), []
    for r, network in enumerate(networks):
        labels = tuple(1 if y == r else -1 for y in problem.data.labels)
        data = Dataset(problem.data.inputs, labels, problem.data.weights)
        point = None
        if problem.parameters is not None:
            flat = problem.parameters.flat()
            own = (flat[p] for p in coordinates_of_copy(problem.network, r))
            point = Parameters.from_flat(network, own)
        found.append(
            replace(problem, network=network, data=data, objective=Hinge(), parameters=point)
        )
    return tuple(found)


def replicate_points(problem: Problem) -> tuple[Parameters, ...]:
    """The points of the replicates as parameters of `shared_network`, 0 where r reads nothing.

    As `replicated_problem` takes them. Raises `InvalidInputError` for another objective, and where
    the problem has no point.
    """
    network, flat = shared_network(problem), problem.point().flat()
    points = []
    for r in range(network.output_dimension):
        values = [problem.field.zero] * network.parameter_count
        own = coordinates_of_copy(problem.network, r)
        for p, q in zip(_places_read_by(network, r), own, strict=True):
            values[p] = flat[q]
        points.append(Parameters.from_flat(network, values))
    return tuple(points)


def replicates_agree(problem: Problem) -> bool:
    """Whether all replicates have the same parameters of hidden layers, so that R = 0.

    Raises `InvalidInputError` for another objective, and where the problem has no point.
    """
    _check(problem)
    flat = problem.point().flat()
    return not any(
        sign(flat[p] - flat[first]) for first, *more in hidden_places(problem.network) for p in more
    )


def shared_network(problem: Problem) -> Architecture:
    """The network with R outputs whose copies are the replicates; its outputs share no weight.

    Raises `InvalidInputError` for another objective.
    """
    _check(problem)
    network = problem.network
    first, *_ = found = copies(network)
    pattern: list[tuple[int, ...]] = []
    count = 0
    for copy in found:
        top = copy.layers[-1]
        pattern.append(tuple(k + count if k else 0 for k in top.pattern[0]))
        count += top.parameter_count
    last = replace(first.layers[-1], pattern=tuple(pattern))
    return Architecture((*first.layers[:-1], last), network.negative_slope)


def shared_problem(problem: Problem) -> Problem:
    """The one-versus-all problem with the mean of the replicates' hidden layers (L Lemma 109).

    Where the replicates agree it has the loss of the penalised problem. Raises
    `InvalidInputError` for another objective.
    """
    network, point = shared_network(problem), None
    if problem.parameters is not None:
        flat, outputs = problem.parameters.flat(), problem.network.output_dimension
        places = hidden_places(problem.network)
        values = [
            sum((flat[p] for p in row), problem.field.zero) * fmpq(1, outputs) for row in places
        ]
        top = problem.network.block_slice(problem.network.depth - 1)
        point = Parameters.from_flat(network, [*values, *flat[top]])
    objective = OneVersusAllHinge()
    return replace(problem, network=network, objective=objective, parameters=point)


def _places_read_by(network: Architecture, r: int) -> list[int]:
    """The flat places of the parameters that a network with its output r alone has."""
    start, layer = network.block_slice(network.depth - 1).start, network.layers[-1]
    used = sorted({g for _, g in layer.entries[r]})
    bias = [layer.parameter_count + r] if layer.bias else []
    return [*range(start), *(start + g for g in [*used, *bias])]


def _check(problem: Problem) -> None:
    if not isinstance(problem.objective, PenalizedOneVersusAllHinge):
        raise InvalidInputError(
            f"objective kind {problem.objective.kind!r} has no replicates; expected "
            f"{PenalizedOneVersusAllHinge.kind!r} (L eq. 13)",
            place="objective",
        )
