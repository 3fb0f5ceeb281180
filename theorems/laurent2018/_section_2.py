"""Instances for L section 2: problems with a hinge loss, and steps about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from exactmargin.cells import enumerate_cells
from exactmargin.data import Dataset
from exactmargin.decisions import certify
from exactmargin.errors import InternalError
from exactmargin.exact import Q, sign
from exactmargin.networks import (
    Architecture,
    Parameters,
    convolutional,
    from_pattern,
    fully_connected,
)
from exactmargin.problems import Hinge, MulticlassHinge, Problem
from exactmargin.registry import Part, Step
from theorems.steps import part

Numbers = Sequence[object]


def instance(
    name: str,
    network: Architecture,
    flat: Numbers,
    inputs: Sequence[Numbers],
    labels: Sequence[int],
    weights: Numbers | None = None,
) -> Problem:
    """A sample and a point θ, layer by layer: weights, then biases; the multiclass loss (L eq. 5)
    for several outputs."""
    point = Parameters.from_flat(network, Q.coerce_all(flat))
    data = Dataset.over(Q, inputs, labels, weights)
    objective = Hinge() if network.output_dimension == 1 else MulticlassHinge()
    return Problem(name, Q, network, data, objective, point)


def moved(problem: Problem, name: str, flat: Numbers) -> Problem:
    """The same problem at another point."""
    point = Parameters.from_flat(problem.network, Q.coerce_all(flat))
    return Problem(name, Q, problem.network, problem.data, problem.objective, point)


def found(name: str, problem: Problem, claim: str) -> Step:
    """A claim with the evidence that the finder gives; `InternalError` if it proves another."""
    verdict = certify(problem, claim)
    certificate = verdict.certificate
    if certificate is None or certificate.claim != claim:
        said = verdict.reason if certificate is None else certificate.claim
        raise InternalError(f"{problem.name}: {claim} is not what is found, but: {said}")
    return Step(name, claim, certificate.evidence)


ZERO_LOSS: Mapping[str, Any] = {"by": "zero-loss"}
CONSTANT: Mapping[str, Any] = {"by": "constant"}


def zero_loss(name: str) -> Step:
    """L(θ) = 0: θ is a global minimum."""
    return Step(name, "global-minimum", ZERO_LOSS)


def flat(name: str, minimum: Mapping[str, Any], path: Sequence[Sequence[str]]) -> Step:
    """θ is of type I: θ + t d_1 + t² d_2 + ... enters a cell on which the loss is constant."""
    evidence = {"minimum": minimum, "path": [list(d) for d in path]}
    return Step(name, "flat-minimum", evidence)


def rest(problem: Problem) -> list[list[str]]:
    """The path that stays at θ, for a point in a cell."""
    return [["0"] * problem.network.parameter_count]


def better(name: str, problem: Problem, flat_point: Numbers) -> Step:
    """A point with a smaller loss: θ is not a global minimum."""
    values = [Q.format(x) for x in Q.coerce_all(flat_point)]
    if len(values) != problem.network.parameter_count:
        count = problem.network.parameter_count
        raise InternalError(f"{problem.name} has {count} parameters; this point has {len(values)}")
    return Step(name, "not-global-minimum", {"better": values})


def every_cell(problem: Problem, hypothesis: Step) -> list[Part]:
    """All cells; on each either the loss is 0, or a curve lowers it, so that it is not constant."""
    listed = [hypothesis, found("The complete list of the cells", problem, "cells")]
    cells = enumerate_cells(problem.signatures)
    parts = [part(f"Every cell: {problem.name}", problem, listed, listed)]
    for number, signature in enumerate(cells, 1):
        inside = moved(problem, f"cell {number}", cells.witness(signature).flat())
        step = zero_loss(r"$\mathcal{L}=0$ on the cell")
        if sign(inside.objective_value()):
            name = r"$\mathcal{L}$ is positive and not constant on the cell: a curve"
            step = found(name, inside, "not-local-minimum")
        name = f"Cell {number} of {cells.count}: {problem.name}"
        parts.append(part(name, inside, [step], [step]))
    return parts


CURVED = (
    instance(
        "ReLU, one unit off at each example",
        fully_connected([2, 2, 1], bias=True),
        [1, 2, -1, 1, 0, "1/2", 1, 1, "1/3"],
        [(1, 0), (-3, 1), (-1, 0)],
        [1, -1, 1],
        ["1/2", "1/4", "1/4"],
    ),
    instance(
        "leaky, two hidden layers",
        fully_connected([1, 2, 2, 1], negative_slope="1/2", bias=True),
        [1, -1, "1/2", 0, 1, 2, -1, 1, "-1/3", "1/4", 1, -2, "1/5"],
        [(1,), (-2,)],
        [-1, 1],
    ),
    instance(
        "linear, three hidden layers, no biases",
        fully_connected([1, 1, 2, 1, 1], negative_slope=1),
        [2, 1, -1, 1, 3, "1/2"],
        [(1,), (-2,)],
        [1, -1],
    ),
    instance(
        "a convolution without biases, ReLU",
        convolutional(3, 2),
        [1, -1, 2, "1/2"],
        [(1, 0, 2), (-1, 1, 0)],
        [1, -1],
    ),
    instance(
        "leaky, three classes, three terms of six on",
        fully_connected([1, 2, 3], negative_slope="1/2", bias=True),
        [1, -2, "1/2", 1, 1, 0, "1/3", 2, -1, 1, -1, "1/4", 0],
        [(1,), (2,), (-1,)],
        [0, 2, 1],
        ["1/6", "1/3", "1/2"],
    ),
)
"""Points of cells, nothing on its kink; the Hessian of the loss is not zero."""

STRAIGHT = (
    instance(
        "all units of the first layer off, one shared weight",
        from_pattern([[[1], [2]], [[1, 2], [2, 3]], [[1, 2]]], [True, True, True]),
        [-1, -2, 0, 0, 1, 1, 1, -1, -1, 3, 4, "1/2"],
        [(1,), (2,)],
        [1, -1],
    ),
    instance(
        "linear, without biases, the input 0",
        fully_connected([1, 1, 1], negative_slope=1),
        [1, 1],
        [(0,)],
        [1],
    ),
    instance(
        "three classes, the unit is off, two shared weights in V",
        from_pattern([[[1]], [[1], [2], [1]]], [False, True]),
        [-1, 1, 2, 0, "1/2", "1/3"],
        [(1,), (3,)],
        [0, 1],
    ),
)
"""Points of cells where the Hessian of the loss is zero."""

SMOOTH = (*CURVED, *STRAIGHT)
"""Points where nothing is on its kink."""


def choice(example: int, exponent: int, classes: Sequence[int]) -> dict[str, object]:
    """λ = α^exponent, and the classes r with ε_r = 1, at one example (L Definition 1)."""
    return {"example": example, "exponent": exponent, "classes": list(classes)}


FLAT_AND_RARE = (
    (
        instance(
            "leaky, one input with both labels, a third solved",
            fully_connected([1, 2, 1], negative_slope="1/2", bias=True),
            [1, -1, 0, "1/2", "1/2", "-1/4", 0],
            [(1,), (1,), (3,)],
            [1, -1, 1],
            ["1/4", "1/4", "1/2"],
        ),
        [choice(1, 0, [-1]), choice(2, 0, [1])],
    ),
    (
        instance(
            "leaky, three classes at one input",
            fully_connected([2, 1, 3], negative_slope="1/3", bias=True),
            [-1, -1, "1/2", "1/4", "1/2", 0, 0, "1/4", "-1/4"],
            [(1, 2), (1, 2), (1, 2)],
            [0, 1, 2],
        ),
        [choice(1, 1, [1, 2]), choice(2, 1, [0, 2]), choice(3, 1, [0, 1])],
    ),
    (
        instance(
            "leaky, two hidden layers, two weighted points against their mean",
            fully_connected([1, 1, 1, 1], negative_slope="1/4", bias=True),
            [1, 5, -1, 2, "1/9", 0],
            [(-1,), (1,), (0,)],
            [1, 1, -1],
            ["1/4", "1/4", "1/2"],
        ),
        [choice(1, 1, [-1]), choice(2, 1, [-1]), choice(3, 1, [1])],
    ),
)
"""Cells on which the loss is constant and positive, with the solution of L eq. 109 on them."""

MIXED = instance(
    "leaky, a point between two others, loss 1/2",
    fully_connected([1, 2, 1], negative_slope="1/2", bias=True),
    [1, 1, 3, 3, 0, 0, 1],
    [(1,), (-1,), (0,)],
    [1, 1, -1],
    ["3/8", "3/8", "1/4"],
)
"""Generic data; all units are on and not read: a sharp local minimum with the loss 1/2."""

OPTIMUM = moved(MIXED, "leaky, a point between two others, loss 0", [1, -1, 0, 0, 4, 4, -1])
"""The same network and data, at a flat minimum."""
