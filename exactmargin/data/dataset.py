"""A labelled sample over one field (V §2: {(x_i, y_i)}; L §2: with weights μ^(i)).

A `Dataset` knows nothing of networks and objectives: whether a label means a sign or a class, and
whether weights are used at all, is for the problem to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, Q, check_field
from exactmargin.exact.scalars import entries, plain_integer, shown

__all__ = ["Dataset"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """N ≥ 1 inputs of the same dimension d ≥ 1, their labels and perhaps their weights.

    `labels` are all in {-1, 1} or all class numbers 0, 1, 2, ...; `weights` are the positive
    rationals μ^(i) of L, for hinge losses only, None for 1/N each.  The constructor takes exact
    numbers as they are; `Dataset.over` coerces them.

    Raises `InvalidInputError`, with the place, for an empty sample, an empty or ragged input, a
    label that is neither, lengths that differ, and a weight that is not positive.
    """

    inputs: tuple[tuple[Number, ...], ...]
    labels: tuple[int, ...]
    weights: tuple[fmpq, ...] | None = None

    def __post_init__(self) -> None:
        _check_inputs(self.inputs)
        _check_labels(self.labels, len(self.inputs))
        if self.weights is not None:
            _check_weights(self.weights, len(self.inputs))

    @classmethod
    def over(
        cls,
        field: Field,
        inputs: Sequence[Sequence[object]],
        labels: Sequence[int],
        weights: Sequence[object] | None = None,
    ) -> "Dataset":
        """The sample with every input coerced into `field` and every weight into Q; labels may be
        integers of other libraries (numpy.int64).

        Raises as the class does, and `FloatRefusedError` for a float.
        """
        check_field(field)
        return cls(
            tuple(
                tuple(
                    _coerced(field, value, f"inputs[{i}][{j}]")
                    for j, value in enumerate(entries(x, f"inputs[{i}]", "one number per entry"))
                )
                for i, x in enumerate(entries(inputs, "inputs", "one list of numbers per example"))
            ),
            tuple(map(plain_integer, entries(labels, "labels", "one per example"))),
            None
            if weights is None
            else tuple(
                _weight(value, f"weights[{i}]")
                for i, value in enumerate(entries(weights, "weights", "one per example"))
            ),
        )

    @property
    def size(self) -> int:
        """N, the number of examples."""
        return len(self.inputs)

    @property
    def dimension(self) -> int:
        """d, the length of every input."""
        return len(self.inputs[0])

    @property
    def is_binary(self) -> bool:
        """Whether every label is -1 or 1."""
        return all(label in (-1, 1) for label in self.labels)


def _check_inputs(inputs: Sequence[Sequence[object]]) -> None:
    if not inputs:
        raise InvalidInputError("is empty; expected at least one input", place="inputs")
    for i, x in enumerate(inputs):
        if not x:
            raise InvalidInputError("is empty; expected at least one number", place=f"inputs[{i}]")
        if len(x) != len(inputs[0]):
            raise InvalidInputError(
                f"has length {len(x)}, but inputs[0] has length {len(inputs[0])}; all inputs have "
                "the same dimension",
                place=f"inputs[{i}]",
            )


def _check_labels(labels: Sequence[object], size: int) -> None:
    if len(labels) != size:
        raise InvalidInputError(
            f"has {_count(len(labels), 'entry')} for {_count(size, 'input')}; expected one label "
            "per input",
            place="labels",
        )
    for i, label in enumerate(labels):
        if isinstance(label, bool) or not isinstance(label, int) or label < -1:
            raise InvalidInputError(
                f"{shown(label)} is not a label; expected 1 or -1, or a class number 0, 1, 2, ...",
                place=f"labels[{i}]",
            )
    if -1 in labels and not all(label in (-1, 1) for label in labels):
        i = next(i for i, label in enumerate(labels) if label not in (-1, 1))
        raise InvalidInputError(
            f"{shown(labels[i])} is a class number, but another label is -1; expected all labels "
            "1 or -1, or all class numbers 0, 1, 2, ...",
            place=f"labels[{i}]",
        )


def _check_weights(weights: Sequence[fmpq], size: int) -> None:
    if len(weights) != size:
        raise InvalidInputError(
            f"has {_count(len(weights), 'entry')} for {_count(size, 'input')}; expected one "
            "weight per input",
            place="weights",
        )
    for i, weight in enumerate(weights):
        if weight <= 0:
            raise InvalidInputError(
                f"{shown(weight)} is not positive; the weight of an example is a positive rational",
                place=f"weights[{i}]",
            )


def _count(number: int, noun: str) -> str:
    plural = "entries" if noun == "entry" else f"{noun}s"
    return f"1 {noun}" if number == 1 else f"{number} {plural}"


def _coerced(field: Field, value: object, place: str) -> Number:
    try:
        return field.coerce(value)
    except InvalidInputError as error:
        raise type(error)(error.message, place=place) from None


def _weight(value: object, place: str) -> fmpq:
    try:
        return Q.coerce(value)
    except InvalidInputError as error:
        raise type(error)(error.message, place=place) from None
