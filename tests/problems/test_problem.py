"""Margin problems: constraints, free coordinates, the points they take, and every complaint."""

from collections.abc import Callable

import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, RealNumberField
from exactmargin.networks import Architecture, Parameters, disjoint_patches, fully_connected
from exactmargin.problems import (
    Hinge,
    LayerMaxMargin,
    MaxMargin,
    MulticlassHinge,
    Objective,
    OneVersusAllHinge,
    Problem,
)

NET = fully_connected((2, 2, 1))
DATA = Dataset.over(Q, [[1, "1/4"], [-1, "1/4"], [0, -1]], [1, 1, 1])
POINT = Parameters.over(Q, NET, [[0, 2, 0, -1], [2, 1]])
"""V Lemma C.6: a local, not a global optimum, all three examples active."""


def problem(objective: Objective = MaxMargin(), parameters: Parameters | None = POINT) -> Problem:  # noqa: B008 - the objective is immutable
    """V Lemma C.6, or Problem 4 on it."""
    return Problem("V Lemma C.6", Q, NET, DATA, objective, parameters)


def test_the_worked_numbers_of_v_lemma_c_6() -> None:
    it = problem()
    assert it.margins() == (1, 1, 1)
    assert it.constraint_values() == (0, 0, 0)
    assert it.is_feasible()
    assert it.violated_examples() == ()
    assert it.active_examples() == (0, 1, 2)
    assert it.free_slice == slice(0, 6)
    assert it.free_parameters() == POINT.flat()
    assert it.objective_value() == 5


def test_one_layer_of_it() -> None:
    it = problem(LayerMaxMargin(2))
    assert it.free_slice == slice(4, 6)
    assert it.free_parameters() == (2, 1)
    assert it.objective_value() == fmpq(5, 2)
    moved = it.with_free((fmpq(3), fmpq(0)))
    assert moved.flat() == (0, 2, 0, -1, 3, 0)
    assert it.margins(moved) == (fmpq(3, 2), fmpq(3, 2), 0)
    assert it.violated_examples(moved) == (2,)
    assert it.active_examples(moved) == ()
    assert not it.is_feasible(moved)
    assert it.objective_value(moved) == fmpq(9, 2)


def test_a_negative_label_turns_the_margin() -> None:
    data = Dataset.over(Q, [[1, "1/4"], [-1, "1/4"], [0, -1]], [1, -1, 1])
    assert Problem("", Q, NET, data, MaxMargin(), POINT).margins() == (1, -1, 1)


def test_without_a_point() -> None:
    it = problem(parameters=None)
    assert it.margins(POINT) == (1, 1, 1)
    assert it.with_free(POINT.flat()) == POINT
    assert it.with_parameters(POINT) == problem()
    assert problem(LayerMaxMargin(1)).with_free(POINT.flat()[:4]) == POINT
    with pytest.raises(InvalidInputError) as error:
        it.margins()
    assert str(error.value) == (
        'the problem has no point; give "parameters", which only questions about cells, about the '
        "sample and about the least norm do without"
    )
    with pytest.raises(InvalidInputError, match=r"^the problem has no point"):
        problem(LayerMaxMargin(2), None).with_free(POINT.flat()[4:])


def test_numbers_are_coerced_into_the_field() -> None:
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    net = disjoint_patches(2, 2)
    rational = Parameters.over(Q, net, [[0, 1], [1, 1]])
    it = Problem("", field, net, Dataset.over(Q, [[4, 1, -4, 1]], [1]), MaxMargin(), rational)
    assert all(field.contains(value) for value in it.data.inputs[0])
    assert it.parameters is not None
    assert all(field.contains(value) for value in it.parameters.flat())
    assert field.contains(it.objective_value())
    assert field.contains(it.margins()[0])


def build(
    network: Architecture = NET,
    data: Dataset = DATA,
    objective: Objective = MaxMargin(),  # noqa: B008 - the objective is immutable
    parameters: Parameters | None = None,
) -> Problem:
    """A problem over Q from its parts."""
    return Problem("", Q, network, data, objective, parameters)


FIELD = RealNumberField("r", [-2, 0, 1], (1, 2))

WRONG: list[tuple[Callable[[], object], str]] = [
    (
        lambda: build(fully_connected((2, 3))),
        "network.layers[0].pattern: has 3 rows, so the network has as many outputs; the margin "
        "problems need one output (V §2)",
    ),
    (
        lambda: build(fully_connected((2, 3)), objective=Hinge()),
        "network.layers[0].pattern: has 3 rows, so the network has as many outputs; the binary "
        "hinge loss needs one output (L eq. 9)",
    ),
    (
        lambda: build(fully_connected((2, 1)), objective=OneVersusAllHinge()),
        "network.layers[0].pattern: has one row, so the network has one output; the objective "
        "one-vs-all-hinge needs one for each of several classes (L eq. 5); for two classes and one "
        "output, use the objective hinge and labels 1 and -1",
    ),
    (
        lambda: build(
            fully_connected((2, 3)),
            data=Dataset.over(Q, [[1, 1], [2, 2]], [0, 3]),
            objective=MulticlassHinge(),
        ),
        "data.labels[1]: 3 is not the number of an output; expected 0..2",
    ),
    (
        lambda: build(
            fully_connected((2, 3)),
            data=Dataset.over(Q, [[1, 1], [2, 2]], [1, -1]),
            objective=MulticlassHinge(),
        ),
        "data.labels[1]: -1 is not the number of an output; expected 0..2",
    ),
    (
        lambda: build(
            fully_connected((2, 3)),
            data=Dataset.over(Q, [[1, 1]], [2]),
            objective=MulticlassHinge(),
            parameters=Parameters.zeros(fully_connected((2, 3)), Q),
        ).margins(),
        "the network has 3 outputs; margins are those of one output (V §2)",
    ),
    (
        lambda: build(fully_connected((3, 1))),
        "data.inputs[0]: has length 2; the network has input dimension 3 (the columns of its "
        "first pattern)",
    ),
    (
        lambda: build(data=Dataset.over(Q, [[1, 1], [2, 2]], [1, 0])),
        "data.labels[1]: 0 is not 1 or -1; labels 0 and 1 probably stand for -1 and 1, so write "
        "-1 for each 0",
    ),
    (
        lambda: build(data=Dataset.over(Q, [[1, 1], [2, 2]], [0, 2])),
        "data.labels[0]: 0 is a class number; the margin problems need labels 1 and -1",
    ),
    (
        lambda: build(data=Dataset.over(Q, [[1, 1]], [1], [1])),
        "data.weights: only hinge losses weight their examples; leave the weights out of a margin "
        "problem",
    ),
    (
        lambda: build(objective=LayerMaxMargin(3)),
        "objective.layer: there is no layer 3; the network has layers 1..2",
    ),
    (
        lambda: LayerMaxMargin(0),
        "layer: 0 is not the number of a layer; expected 1, 2, 3, ...",
    ),
    (
        lambda: LayerMaxMargin(True),
        "layer: True is not the number of a layer; expected 1, 2, 3, ...",
    ),
    (
        lambda: build(objective="max-margin"),  # type: ignore[arg-type] # that is the point
        "objective: 'max-margin' is not an objective; expected MaxMargin(), "
        "LayerMaxMargin(layer), Hinge(), MulticlassHinge(), OneVersusAllHinge() or "
        "PenalizedOneVersusAllHinge(gamma)",
    ),
    (
        lambda: build(parameters=Parameters.zeros(fully_connected((2, 1, 1)), Q)),
        "parameters.weights[0]: has 2 numbers; layer 1 has 4 parameters (pattern 2x2, entries "
        "1..4)",
    ),
    (
        lambda: build(data=Dataset.over(FIELD, [[1, "r"]], [1])),
        f"data.inputs[0][1]: {FIELD.gen!r} belongs to {FIELD!r}, not to Q; state all numbers in "
        "one field",
    ),
    (
        lambda: build().with_free((Q.one,)),
        "the vector has length 1; the number of free coordinates is 6",
    ),
    (
        lambda: build().margins(Parameters.zeros(fully_connected((2, 2, 2)), Q)),
        "weights[1]: has 4 numbers; layer 2 has 2 parameters (pattern 1x2, entries 1..2)",
    ),
]


@pytest.mark.parametrize(("make", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_complaints(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        make()
    assert str(error.value) == message
