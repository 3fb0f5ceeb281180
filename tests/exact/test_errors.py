"""The exceptions: their text, their families, their survival between processes."""

import pickle

import pytest

from exactmargin.errors import (
    ExactMarginError,
    FloatRefusedError,
    InternalError,
    InvalidInputError,
    UnknownVerdictTruthError,
)


def test_a_place_stands_before_the_message():
    error = InvalidInputError("3 numbers; 4 are expected", place="weights[0]")
    assert str(error) == "weights[0]: 3 numbers; 4 are expected"
    assert (error.place, error.message) == ("weights[0]", "3 numbers; 4 are expected")
    assert str(InvalidInputError("no place")) == "no place"
    assert InvalidInputError("no place").place is None


@pytest.mark.parametrize(
    ("kind", "parents"),
    [
        (InvalidInputError, (ExactMarginError, ValueError)),
        (FloatRefusedError, (InvalidInputError,)),
        (UnknownVerdictTruthError, (ExactMarginError, TypeError)),
        (InternalError, (ExactMarginError,)),
    ],
)
def test_families(kind, parents):
    assert all(issubclass(kind, parent) for parent in parents)


def test_pickling_keeps_the_place():
    copy = pickle.loads(pickle.dumps(FloatRefusedError("0.5 is a float", place="x[1]")))
    assert type(copy) is FloatRefusedError
    assert (str(copy), copy.place) == ("x[1]: 0.5 is a float", "x[1]")
