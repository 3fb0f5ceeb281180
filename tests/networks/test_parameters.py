"""The flat order, its inverse, the blocks, and every wrong shape."""

from collections.abc import Callable

import pytest

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import Q
from exactmargin.networks import Parameters, from_pattern, fully_connected

BIASED = from_pattern([[[1, 2], [2, 1]], [[1, 2]]], [True, False])
"""Two shared weights and two biases, then two weights."""

PLAIN = fully_connected((2, 2, 1))


def test_the_flat_order_is_weights_then_biases_layer_by_layer() -> None:
    parameters = Parameters.over(Q, BIASED, [[1, 2], [5, 6]], [[3, "4"], None])
    assert parameters.flat() == tuple(Q.coerce(k) for k in range(1, 7))
    assert Parameters.from_flat(BIASED, parameters.flat()) == parameters
    for layer in range(2):
        assert parameters.block_slice(layer) == BIASED.block_slice(layer)
    assert parameters.flat()[parameters.block_slice(0)] == (1, 2, 3, 4)


def test_zeros() -> None:
    parameters = Parameters.zeros(BIASED, Q)
    assert parameters == Parameters.over(Q, BIASED, [[0, 0], [0, 0]], [[0, 0], None])


WRONG: list[tuple[Callable[[], object], str]] = [
    (
        lambda: Parameters.over(PLAIN, [[1, 2, 3, 4], [1, 2]], None),  # type: ignore[arg-type] # the point
        "field: Architecture(layers=(Layer(pattern=((1, 2), (3, 4)), bias... is not a field; "
        "expected Q or a RealNumberField",
    ),
    (
        lambda: Parameters.over(Q, PLAIN, [[[1, 2], [3, 4]], [1, 2]]),
        "weights[0][0]: [1, 2] is no number; expected the parameters of the layer in one list, "
        "in the order of their numbers",
    ),
    (
        lambda: Parameters.over(Q, PLAIN, [[1, 2, 3], [1, 2]]),
        "weights[0]: has 3 numbers; layer 1 has 4 parameters (pattern 2x2, entries 1..4)",
    ),
    (
        lambda: Parameters.over(Q, PLAIN, [[1, 2, 3, 4]]),
        "weights: has length 1; the network has depth 2",
    ),
    (
        lambda: Parameters.over(Q, PLAIN, [[1, 2, 3, 4], [1, 2]], [None]),
        "biases: has length 1; the network has depth 2",
    ),
    (
        lambda: Parameters.over(Q, BIASED, [[1, 2], [1, 2]]),
        "biases[0]: is missing; layer 1 has biases, one for each unit (2)",
    ),
    (
        lambda: Parameters.over(Q, BIASED, [[1, 2], [1, 2]], [[1], None]),
        "biases[0]: has 1 number; layer 1 has one bias for each unit (2)",
    ),
    (
        lambda: Parameters.over(Q, BIASED, [[1, 2], [1, 2]], [[1, 2], []]),
        "biases[1]: has 0 numbers; layer 2 has no biases (expected None, in a file null)",
    ),
    (
        lambda: Parameters.from_flat(PLAIN, [Q.zero]),
        "the flat vector has length 1; the network has parameter count 6",
    ),
    (
        lambda: Parameters.zeros(PLAIN, Q).block_slice(2),
        "there is no layer 2; the network has layers 0..1",
    ),
]


@pytest.mark.parametrize(("make", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_complaints(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        make()
    assert str(error.value) == message


def test_a_float_is_refused_with_its_place() -> None:
    with pytest.raises(FloatRefusedError, match=r"^weights\[1\]\[0\]: 0\.5 is a floating-point"):
        Parameters.over(Q, PLAIN, [[1, 2, 3, 4], [0.5, 2]])
