"""Samples: coercion, and every complaint in full."""

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import Q, RealNumberField


def test_a_sample_over_q() -> None:
    data = Dataset.over(Q, [[1, "1/4"], ["-0.5", 0]], [1, -1])
    assert data.inputs == ((fmpq(1), fmpq(1, 4)), (fmpq(-1, 2), fmpq(0)))
    assert (data.labels, data.weights) == ((1, -1), None)
    assert (data.size, data.dimension, data.is_binary) == (2, 2, True)


def test_a_sample_over_an_algebraic_field_has_rational_weights() -> None:
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    data = Dataset.over(field, [["r"], [2]], [0, 2], ["1/2", 1])
    assert data.inputs == ((field.gen,), (field.coerce(2),))
    assert data.weights == (fmpq(1, 2), fmpq(1))
    assert not data.is_binary


WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: Dataset.over(Q, [], []), "inputs: is empty; expected at least one input"),
    (lambda: Dataset.over(Q, [[]], [1]), "inputs[0]: is empty; expected at least one number"),
    (
        lambda: Dataset.over(Q, [[1, 2], [1]], [1, 1]),
        "inputs[1]: has length 1, but inputs[0] has length 2; all inputs have the same dimension",
    ),
    (
        lambda: Dataset.over(Q, [[1]], [1, 1]),
        "labels: has 2 entries for 1 input; expected one label per input",
    ),
    (
        lambda: Dataset.over(Q, [[1]], [True]),
        "labels[0]: True is not a label; expected 1 or -1, or a class number 0, 1, 2, ...",
    ),
    (
        lambda: Dataset.over(Q, [[1]], [-(10**5000)]),
        "labels[0]: a value of type int is not a label; expected 1 or -1, or a class number 0, 1, "
        "2, ...",
    ),
    (
        lambda: Dataset.over([[1]], [1], [1]),  # without the field before them
        "field: [[1]] is not a field; expected Q or a RealNumberField",
    ),
    (
        lambda: Dataset.over(Q, [[1], [1]], [-1, 2]),
        "labels[1]: 2 is a class number, but another label is -1; expected all labels 1 or -1, or "
        "all class numbers 0, 1, 2, ...",
    ),
    (
        lambda: Dataset.over(Q, [[1]], [1], [1, 1]),
        "weights: has 2 entries for 1 input; expected one weight per input",
    ),
    (
        lambda: Dataset.over(Q, [[1], [2]], [1, 1], [1, 0]),
        "weights[1]: 0 is not positive; the weight of an example is a positive rational",
    ),
]


def test_labels_may_be_integers_of_numpy() -> None:
    sample = Dataset.over(Q, numpy.array([[1, 2], [3, 4]]), numpy.array([1, -1]))
    assert sample == Dataset.over(Q, [[1, 2], [3, 4]], [1, -1])
    assert {type(label) for label in sample.labels} == {int}
    with pytest.raises(
        InvalidInputError, match=r"^labels\[0\]: np\.float64\(1\.0\) is not a label;"
    ):
        Dataset.over(Q, [[1]], numpy.array([1.0]))
    with pytest.raises(InvalidInputError, match=r"^labels\[0\]: True is not a label;"):
        Dataset.over(Q, [[1]], [True])


@pytest.mark.parametrize(("make", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_complaints(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        make()
    assert str(error.value) == message


def test_floats_are_refused_with_their_place() -> None:
    with pytest.raises(FloatRefusedError, match=r"^inputs\[1\]\[0\]: 0\.5 is a floating-point"):
        Dataset.over(Q, [[1], [0.5]], [1, 1])
    with pytest.raises(FloatRefusedError, match=r"^weights\[0\]: 0\.5 is a floating-point"):
        Dataset.over(Q, [[1]], [1], [0.5])


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ((5, [1]), "inputs: 5 is not a sequence; expected one list of numbers per example"),
        (([5], [1]), "inputs[0]: 5 is not a sequence; expected one number per entry"),
        (([[5]], 1), "labels: 1 is not a sequence; expected one per example"),
        (([[5]], [1], 3), "weights: 3 is not a sequence; expected one per example"),
    ],
)
def test_what_is_no_sequence(sample: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        Dataset.over(Q, *sample)
    assert str(error.value) == message
