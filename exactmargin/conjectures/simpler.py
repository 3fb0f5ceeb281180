"""Smaller instances than a strategy can draw: without a point, a neuron, a coordinate, a digit.

A candidate counts if the conjecture's own conditions say, exactly, that it is a violation too; so
what is tried here needs no argument.
"""

from collections.abc import Iterator, Sequence

from flint import fmpq

from exactmargin.conjectures.size import complexity
from exactmargin.conjectures.trial import Outcome, Testable, Trial
from exactmargin.data import Dataset
from exactmargin.exact import Number, Q, sign
from exactmargin.networks import Architecture, Parameters, from_pattern
from exactmargin.problems import Problem

__all__ = ["simplest"]


def simplest(conjecture: Testable, trial: Trial, budget: float | None = None) -> Trial:
    """The violation that is left when no step makes it smaller."""
    improved = True
    while improved:
        improved = False
        size = complexity(trial.problem)
        for problem in _steps(trial.problem):
            if complexity(problem) >= size:
                continue
            found = conjecture.check(problem, budget)
            if found.outcome is Outcome.VIOLATED:
                trial, improved = found, True
                break
    return trial


def _steps(problem: Problem) -> Iterator[Problem]:
    yield from _without_example(problem)
    yield from _without_neuron(problem)
    yield from _without_coordinate(problem)
    yield from _with_equal_weights(problem)
    yield from _rescaled(problem)
    yield from _with_simpler_number(problem)


def _rebuilt(problem: Problem, data: Dataset, flat: Sequence[Number] | None = None) -> Problem:
    point = problem.point() if flat is None else Parameters.from_flat(problem.network, flat)
    return Problem(problem.name, problem.field, problem.network, data, problem.objective, point)


def _without_example(problem: Problem) -> Iterator[Problem]:
    data = problem.data
    for i in range(data.size if data.size > 1 else 0):
        keep = [j for j in range(data.size) if j != i]
        weights = None
        if data.weights is not None:
            total = 1 - data.weights[i]
            weights = tuple(data.weights[j] / total for j in keep)
        inputs = tuple(data.inputs[j] for j in keep)
        yield _rebuilt(problem, Dataset(inputs, tuple(data.labels[j] for j in keep), weights))


def _without_neuron(problem: Problem) -> Iterator[Problem]:
    network = problem.network
    for n, width in enumerate(network.hidden_widths):
        for k in range(width if width > 1 else 0):
            yield _cut(problem, {n: k}, {n + 1: k})


def _without_coordinate(problem: Problem) -> Iterator[Problem]:
    data = problem.data
    for j in range(data.dimension if data.dimension > 1 else 0):
        inputs = tuple(tuple(v for c, v in enumerate(x) if c != j) for x in data.inputs)
        yield _cut(problem, {}, {0: j}, Dataset(inputs, data.labels, data.weights))


def _cut(
    problem: Problem, rows: dict[int, int], columns: dict[int, int], data: Dataset | None = None
) -> Problem:
    """Without these rows and columns of the layers' patterns, and their parameters."""
    patterns: list[list[list[int]]] = []
    flat: list[Number] = []
    numbers = problem.point().flat()
    for n, layer in enumerate(problem.network.layers):
        start = problem.network.block_slice(n).start
        kept = [k for k in range(layer.rows) if k != rows.get(n)]
        places = [[g for j, g in enumerate(layer.pattern[k]) if j != columns.get(n)] for k in kept]
        used = sorted({g for row in places for g in row if g})
        patterns.append([[used.index(g) + 1 if g else 0 for g in row] for row in places])
        flat += [numbers[start + g - 1] for g in used]
        flat += [numbers[start + layer.parameter_count + k] for k in kept if layer.bias]
    network = _network(problem.network, patterns)
    sample = data or problem.data
    point = Parameters.from_flat(network, flat)
    return Problem(problem.name, problem.field, network, sample, problem.objective, point)


def _network(network: Architecture, patterns: list[list[list[int]]]) -> Architecture:
    flags = [layer.bias for layer in network.layers]
    return from_pattern(patterns, flags, negative_slope=network.negative_slope)


def _with_equal_weights(problem: Problem) -> Iterator[Problem]:
    data = problem.data
    if data.weights is not None:
        yield _rebuilt(problem, Dataset(data.inputs, data.labels))


def _rescaled(problem: Problem) -> Iterator[Problem]:
    """Without biases Φ is homogeneous of degree m in θ and of degree one in x."""
    network, data = problem.network, problem.data
    if network.has_bias or problem.is_hinge:
        return
    for value in dict.fromkeys(x * sign(x) for x in problem.point().flat() if sign(x)):
        flat = [x / value for x in problem.point().flat()]
        factor = value**network.depth
        inputs = tuple(tuple(x * factor for x in row) for row in data.inputs)
        yield _rebuilt(problem, Dataset(inputs, data.labels), flat)


def _with_simpler_number(problem: Problem) -> Iterator[Problem]:
    data, flat = problem.data, problem.point().flat()
    for p, value in enumerate(flat):
        for other in _simpler(value):
            yield _rebuilt(problem, data, (*flat[:p], other, *flat[p + 1 :]))
    for i, x in enumerate(data.inputs):
        for j, value in enumerate(x):
            for other in _simpler(value):
                inputs = [list(row) for row in data.inputs]
                inputs[i][j] = other
                sample = Dataset(tuple(map(tuple, inputs)), data.labels, data.weights)
                yield _rebuilt(problem, sample)


def _simpler(value: Number) -> list[fmpq]:
    """Rational numbers that are easier to write, nearest to the simplest first."""
    if not isinstance(value, fmpq) or not value:
        return []
    whole = fmpq(int(value.floor()))
    tried = [fmpq(0), fmpq(1), fmpq(-1), fmpq(2), fmpq(-2), -value, whole, whole + 1]
    return [Q.coerce(other) for other in dict.fromkeys(tried) if other != value]
