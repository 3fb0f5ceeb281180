"""Layers, architectures and their families, with the whole text of every complaint."""

from collections.abc import Callable

import numpy
import pytest
from flint import fmpq

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import Q
from exactmargin.networks import (
    Architecture,
    Layer,
    Parameters,
    convolutional,
    diagonal,
    disjoint_patches,
    forward,
    from_pattern,
    fully_connected,
)


def test_a_fully_connected_network() -> None:
    net = fully_connected((3, 2, 1), negative_slope="1/10", bias=True)
    assert [layer.pattern for layer in net.layers] == [((1, 2, 3), (4, 5, 6)), ((1, 2),)]
    assert (net.depth, net.widths, net.hidden_widths) == (2, (3, 2, 1), (2,))
    assert (net.input_dimension, net.output_dimension) == (3, 1)
    assert (net.parameter_counts, net.parameter_count) == ((8, 3), 11)
    assert net.negative_slope == fmpq(1, 10)
    assert (net.has_bias, net.is_linear, net.is_no_share) == (True, False, True)
    assert (net.block_slice(0), net.block_slice(1)) == (slice(0, 8), slice(8, 11))


def test_a_diagonal_network() -> None:
    net = diagonal(2, 3, negative_slope=1)
    assert [layer.pattern for layer in net.layers] == [((1, 0), (0, 2))] * 2 + [((1, 2),)]
    assert (net.is_linear, net.is_no_share, net.has_bias) == (True, True, False)
    assert diagonal(3, 1).widths == (3, 1)


def test_the_network_of_v_theorem_4_4() -> None:
    net = disjoint_patches(2, 2)
    assert [layer.pattern for layer in net.layers] == [((1, 2, 0, 0), (0, 0, 1, 2)), ((1, 2),)]
    assert (net.is_shared(0), net.is_shared(1), net.is_no_share) == (True, False, False)


def test_a_convolution_with_stride_channels_and_filters() -> None:
    net = convolutional(4, 2, stride=2, channels=2, filters=2)
    assert net.layers[0].pattern == (
        (1, 2, 0, 0, 3, 4, 0, 0),
        (0, 0, 1, 2, 0, 0, 3, 4),
        (5, 6, 0, 0, 7, 8, 0, 0),
        (0, 0, 5, 6, 0, 0, 7, 8),
    )
    assert net.widths == (8, 4, 1)
    assert convolutional(4, 3).layers[0].pattern == ((1, 2, 3, 0), (0, 1, 2, 3))
    assert convolutional(3, 3).is_no_share


def test_a_convolution_is_a_sliding_inner_product() -> None:
    net = convolutional(5, 3, filters=2, negative_slope=1)
    kernels = [[1, 2, 3], [-1, 0, 5]]
    x = [2, -1, 3, 0, 7]
    parameters = Parameters.over(Q, net, [[*kernels[0], *kernels[1]], [0] * 6])
    hidden = forward(net, parameters, [Q.coerce(v) for v in x]).pre_activations[0]
    assert list(hidden) == [
        sum(kernel[t] * x[step + t] for t in range(3)) for kernel in kernels for step in range(3)
    ]


def test_equality_and_hash_are_by_value() -> None:
    assert fully_connected((2, 1), negative_slope="0.5") == fully_connected(
        (2, 1), negative_slope=fmpq(1, 2)
    )
    assert len({diagonal(2, 2), diagonal(2, 2), diagonal(2, 3)}) == 2
    assert Layer([[1, 2]]) == Layer(((1, 2),))  # type: ignore[arg-type] # that is the point


def test_a_layer_may_have_missing_rows() -> None:
    layer = Layer(((0, 0), (1, 1)), bias=True)
    assert layer.entries == ((), ((0, 0), (1, 0)))
    assert (layer.parameter_count, layer.bias_count, layer.block_length) == (1, 2, 3)
    assert layer.description == "pattern 2x2, entries 1..1"
    assert Layer(((0,),)).description == "pattern 1x1, no weight"


NETS: list[tuple[Callable[[], object], str]] = [
    (lambda: Layer(()), "pattern: is empty; expected one row per unit of the layer"),
    (
        lambda: Layer(((),)),
        "pattern[0]: is empty; expected one entry per unit of the layer below",
    ),
    (
        lambda: Layer(((1, 2), (3,))),
        "pattern[1]: has length 1, but row 0 has length 2; all rows of a pattern have the same "
        "length",
    ),
    (
        lambda: Layer(((True,),)),
        "pattern[0][0]: True is not an integer; expected 0 (no weight) or the number of a "
        "parameter, 1, 2, 3, ...",
    ),
    (
        lambda: Layer(((1, -1),)),
        "pattern[0][1]: -1 is negative; expected 0 (no weight) or the number of a parameter, "
        "1, 2, 3, ...",
    ),
    (
        lambda: Layer(((1, 3),)),
        "pattern: parameter 2 occurs nowhere, but the largest number is 3; the numbers of a "
        "layer's parameters are 1..p without gaps",
    ),
    (lambda: Layer(((1,),), 1), "bias: 1 is not True or False"),  # type: ignore[arg-type] # the point
    (lambda: Architecture(()), "layers: is empty; expected at least one layer"),
    (
        lambda: from_pattern([[[1, 2]], [[1, 2]]]),
        "layers[1].pattern: has 2 columns, but the width of layer 1 is 1; the two must be equal",
    ),
    (lambda: from_pattern([[[1]], [[2]]]), "layers[1].pattern: parameter 1 occurs nowhere, but "
     "the largest number is 2; the numbers of a layer's parameters are 1..p without gaps"),
    (lambda: from_pattern([[1, 2]]), "layers[0].pattern: 1 is not a row; expected a list of "  # type: ignore[list-item] # the point
     "patterns, each a list of rows"),
    (
        lambda: from_pattern([[[1]]], [True, True]),
        "biases: has length 2, but patterns has length 1",
    ),
    (
        lambda: fully_connected((1, 1), negative_slope=2),
        'negative_slope: 2 is not in [0, 1]; expected 0 (ReLU), 1 (linear) or a leaky slope '
        'between them such as "1/10"',
    ),
    (lambda: fully_connected(2), "widths: 2 is not a sequence; expected the input dimension and "
     "the width of each layer"),
    (lambda: fully_connected((1,)), "widths: has length 1; expected the input dimension and at "
     "least one layer"),
    (lambda: fully_connected((1, 0)), "widths[1]: 0 is not a positive integer"),
    (lambda: fully_connected((10**5000, True)), "widths[1]: True is not a positive integer"),
    (lambda: fully_connected((-(10**5000), 1)), "widths[0]: a value of type int is not a positive "
     "integer"),
    (lambda: diagonal(2, 0), "depth: 0 is not a positive integer"),
    (lambda: disjoint_patches(0, 1), "patches: 0 is not a positive integer"),
    (
        lambda: convolutional(4, 3, stride=2),
        "kernel_size: 3 with stride 2 does not cover an input of length 4; expected input_length "
        "= kernel_size + n*stride, n = 0, 1, 2, ...",
    ),
    (
        lambda: convolutional(2, 3),
        "kernel_size: 3 with stride 1 does not cover an input of length 2; expected input_length "
        "= kernel_size + n*stride, n = 0, 1, 2, ...",
    ),
    (lambda: diagonal(1, 2).is_shared(2), "there is no layer 2; the network has layers 0..1"),
    (lambda: diagonal(1, 2).block_slice(-1), "there is no layer -1; the network has layers 0..1"),
]  # fmt: skip


def test_patterns_may_be_arrays() -> None:
    assert from_pattern([numpy.array([[1, 0], [2, 1]]), [[1, 2]]]) == from_pattern(
        [[[1, 0], [2, 1]], [[1, 2]]]
    )


@pytest.mark.parametrize(("make", "message"), NETS, ids=[message[:40] for _, message in NETS])
def test_complaints(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        make()
    assert str(error.value) == message


def test_a_float_slope_is_refused() -> None:
    with pytest.raises(FloatRefusedError, match=r"^negative_slope: 0\.5 is a floating-point"):
        fully_connected((1, 1), negative_slope=0.5)  # type: ignore[arg-type] # that is the point


def test_one_repeated_number_is_sharing() -> None:
    assert Layer(((1, 1),)).is_shared
    assert not Layer(((1, 2),)).is_shared
