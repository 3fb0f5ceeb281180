"""Trained networks in: no number is rounded, and the exact network is the one that was trained.

Two independent ways to each network: the exact forward pass of what was read, and float64
arithmetic by NumPy, by the ONNX reference evaluator or by PyTorch, which agree within rounding.
"""

import itertools
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper
from onnx.reference import ReferenceEvaluator

from exactmargin import (
    InvalidInputError,
    MaxMargin,
    Q,
    Reading,
    Trained,
    convert,
    dataset_from_arrays,
    network_from_arrays,
    network_from_torch,
    read_dataset,
    read_network,
    read_problem,
    write_problem,
)
from exactmargin.formats.places import Place
from exactmargin.formats.tensors import exact_entries
from exactmargin.networks import forward

RNG = np.random.default_rng(7)


def outputs(trained: Trained, inputs: Any) -> Any:
    """The exact outputs at float inputs, rounded at the very end."""
    rows = [exact_entries(np.asarray(x).ravel(), Place("")) for x in inputs]
    return np.array(
        [
            [
                float(Fraction(int(z.p), int(z.q)))
                for z in forward(trained.network, trained.parameters, row).output
            ]
            for row in rows
        ]
    )


def plain(layers: Sequence[Any], inputs: Any, slope: float) -> Any:
    """The same in float64."""
    z = np.asarray(inputs, dtype=np.float64)
    for position, (w, b) in enumerate(layers):
        if position:
            z = np.where(z > 0, z, slope * z)
        z = z @ np.asarray(w, dtype=np.float64).T + (0 if b is None else b)
    return z


def dense_layers(widths: Sequence[int], dtype: Any = np.float32) -> list[Any]:
    """Random dense layers; every second has no bias."""
    return [
        (
            RNG.normal(size=(n, m)).astype(dtype),
            RNG.normal(size=n).astype(dtype) if l % 2 == 0 else None,
        )
        for l, (m, n) in enumerate(itertools.pairwise(widths))
    ]


# ---------------------------------------------------------------- numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_float64_is_taken_without_loss(values: list[float]) -> None:
    exact = exact_entries(np.array(values), Place(""))
    assert [Fraction(int(z.p), int(z.q)) for z in exact] == [Fraction(v) for v in values]


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_float32_is_taken_without_loss(values: list[float]) -> None:
    exact = exact_entries(np.array(values, dtype=np.float32), Place(""))
    assert [Fraction(int(z.p), int(z.q)) for z in exact] == [Fraction(v) for v in values]


def test_denormals_and_the_greatest_floats_are_dyadic_rationals() -> None:
    array = np.array([5e-324, -1.7976931348623157e308, 0.1])
    least, greatest, tenth = exact_entries(array, Place(""))
    assert least == fmpq(1, 2**1074)
    assert greatest == -((2**53 - 1) * 2**971)
    assert tenth == fmpq(3602879701896397, 2**55) != fmpq(1, 10)


# ---------------------------------------------------------------- arrays


@pytest.mark.parametrize("widths", [(2, 1), (3, 4, 1), (4, 5, 3, 1), (1, 1, 1, 1, 1)])
@pytest.mark.parametrize("slope", [0, 0.1, 1])
def test_arrays_compute_what_numpy_computes(widths: tuple[int, ...], slope: float) -> None:
    layers = dense_layers(widths)
    trained = network_from_arrays(layers, negative_slope=slope)
    inputs = RNG.normal(size=(5, widths[0]))
    np.testing.assert_allclose(
        outputs(trained, inputs), plain(layers, inputs, slope), rtol=1e-12, atol=1e-12
    )
    assert trained.network.widths == widths
    assert [layer.bias for layer in trained.network.layers] == [b is not None for _, b in layers]


def test_npz_files_have_two_ways_to_name_their_arrays(npz: Callable[..., str]) -> None:
    (w1, b1), (w2, _) = layers = dense_layers((2, 3, 1))
    wanted = network_from_arrays(layers)
    assert read_network(npz(W1=w1, b1=b1, W2=w2)) == wanted
    assert read_network(npz(weights_0=w1, biases_0=b1, weights_1=w2)) == wanted
    leaky = npz(W1=w1, b1=b1, W2=w2, negative_slope=0.25)
    assert read_network(leaky).network.negative_slope == fmpq(1, 4)
    assert read_network(leaky, Reading(negative_slope="1/5")).network.negative_slope == fmpq(1, 5)


def test_rational_arrays_are_taken_as_they_are() -> None:
    trained = network_from_arrays([([[Fraction(1, 3), 2]], [fmpq(1, 7)])])
    assert trained.parameters.weights == ((fmpq(1, 3), fmpq(2)),)
    assert trained.parameters.biases == ((fmpq(1, 7),),)


# ---------------------------------------------------------------- PyTorch


@pytest.mark.parametrize("file", ["mlp_state_dict.pt", "mlp_model.pt", "mlp.onnx"])
def test_files_of_pytorch_hold_its_weights(
    file: str, models: Path, expected: dict[str, Any]
) -> None:
    trained = read_network(models / file, Reading(negative_slope="1/10"))
    wanted = [[Fraction(float.fromhex(v)) for v in block] for block in expected["mlp"].values()]
    blocks = zip(trained.parameters.weights, trained.parameters.biases, strict=True)
    found = [block for pair in blocks for block in pair]
    assert [[Fraction(int(z.p), int(z.q)) for z in block or ()] for block in found] == wanted
    inputs = [[float.fromhex(v) for v in row] for row in expected["mlp_inputs"]]
    np.testing.assert_allclose(
        outputs(trained, inputs)[:, 0],
        [float.fromhex(v) for v in expected["mlp_outputs"]],
        rtol=1e-12,
    )


def test_bfloat16_is_taken_without_loss(models: Path, expected: dict[str, Any]) -> None:
    trained = read_network(models / "bfloat16_state_dict.pt")
    wanted = [Fraction(float.fromhex(v)) for v in expected["bfloat16"]["0.weight"]]
    assert [Fraction(int(z.p), int(z.q)) for z in trained.parameters.weights[0]] == wanted


@pytest.mark.parametrize(
    ("file", "key", "shape"), [("cnn_model.pt", "cnn", (1, 4, 4)), ("cnn.onnx", "cnn32", None)]
)
def test_convolutions_compute_what_pytorch_computes(
    file: str, key: str, shape: Any, models: Path, expected: dict[str, Any]
) -> None:
    trained = read_network(models / file, Reading(input_shape=shape))
    assert trained.network.widths == (16, 18, 1)
    assert trained.network.layers[0].parameter_count == 8
    assert trained.network.is_shared(0)
    inputs = [[float.fromhex(v) for v in row] for row in expected["cnn_inputs"]]
    wanted = [float.fromhex(v) for v in expected[f"{key}_outputs"]]
    np.testing.assert_allclose(outputs(trained, inputs)[:, 0], wanted, rtol=1e-12)


def module(kind: str, **attributes: Any) -> Any:
    """An object with the class name and the attributes of a live PyTorch module."""
    home, _, name = f"torch.nn.modules.{kind}".rpartition(".")
    made = type(name, (SimpleNamespace,), {"__module__": home})
    return made(**{"_modules": {}, "_parameters": {}, **attributes})


def sequential(*children: Any) -> Any:
    """A live `nn.Sequential`, as far as an importer sees it."""
    return module("container.Sequential", _modules={str(i): c for i, c in enumerate(children)})


class LiveTensor:
    """A tensor that wants to be detached, brought to the CPU and made an array."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array)
        self.dtype = "torch.float64"

    def data_ptr(self) -> int:
        return id(self.array)

    def detach(self) -> "LiveTensor":
        return self

    def cpu(self) -> "LiveTensor":
        return self

    def numpy(self) -> Any:
        return self.array.copy()  # as from another device


def test_live_modules_and_state_dicts_are_read_by_their_attributes() -> None:
    (w1, b1), (w2, _) = layers = dense_layers((2, 3, 1))
    model = sequential(
        module("flatten.Flatten", start_dim=1, end_dim=-1),
        sequential(module("linear.Linear", weight=LiveTensor(w1), bias=LiveTensor(b1))),
        module("activation.ReLU"),
        module("linear.Identity"),
        module("linear.Linear", weight=LiveTensor(w2), bias=None),
    )
    assert network_from_torch(model) == network_from_arrays(layers)
    state = {"a.weight": LiveTensor(w1), "a.bias": LiveTensor(b1), "b.weight": LiveTensor(w2)}
    assert network_from_torch(state) == network_from_arrays(layers)


def test_tied_tensors_of_another_device_are_refused() -> None:
    tied = LiveTensor(np.ones((2, 2)))
    layers = [module("linear.Linear", weight=tied, bias=None) for _ in range(2)]
    with pytest.raises(InvalidInputError) as caught:
        network_from_torch(sequential(layers[0], module("activation.ReLU"), layers[1]))
    assert str(caught.value) == (
        "model.2.weight: shares its numbers with model.0.weight; class N shares weights within "
        "one layer only"
    )


@pytest.mark.parametrize(("padding", "wanted"), [("same", 4), ("valid", 3), ((1,), 5)])
def test_paddings_of_pytorch(padding: Any, wanted: int) -> None:
    convolution = module(
        "conv.Conv1d",
        weight=LiveTensor([[[1.0, 2.0]]]),
        bias=None,
        padding=padding,
        padding_mode="zeros",
        stride=(1,),
        dilation=(1,),
        groups=1,
    )
    dense = module("linear.Linear", weight=LiveTensor(np.ones((1, wanted))), bias=None)
    model = sequential(
        convolution,
        module("activation.ReLU"),
        module("flatten.Flatten", start_dim=1, end_dim=-1),
        dense,
    )
    assert network_from_torch(model, Reading(input_shape=(1, 4))).network.widths == (4, wanted, 1)


# ---------------------------------------------------------------- ONNX


def test_every_node_that_is_read_computes_what_onnx_says(chain: Callable[..., str]) -> None:
    f32 = np.float32
    constants = {
        "W": RNG.normal(size=(4, 1, 2, 2)).astype(f32),
        "flat": np.array([-1, 24], dtype=np.int64),
        "G": RNG.normal(size=(24, 3)).astype(f32),
        "g": RNG.normal(size=(1, 3)).astype(f32),
        "M": RNG.normal(size=(3, 2)).astype(f32),
        "m": RNG.normal(size=2).astype(f32),
        "image": np.array([0, 2, 3, 3], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Identity", ["x"], ["i"]),
        helper.make_node("Reshape", ["i", "image"], ["p"]),
        helper.make_node("Conv", ["p", "W"], ["c"], group=2, strides=[2, 1], pads=[1, 0, 0, 1]),
        helper.make_node("LeakyRelu", ["c"], ["r"], alpha=0.25),
        helper.make_node("Reshape", ["r", "flat"], ["f"]),
        helper.make_node("Gemm", ["f", "G", "g"], ["h"]),
        helper.make_node("LeakyRelu", ["h"], ["s"], alpha=0.25),
        helper.make_node("Identity", ["M"], ["M2"]),
        helper.make_node("MatMul", ["s", "M2"], ["k"]),
        helper.make_node("Add", ["m", "k"], ["y"]),
    ]
    path = chain(nodes, constants, ["N", 18])
    inputs = RNG.normal(size=(3, 18)).astype(f32)
    (wanted,) = ReferenceEvaluator(onnx.load(path)).run(None, {"x": inputs})
    np.testing.assert_allclose(outputs(read_network(path), inputs), wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("behind", [True, False])
def test_biases_of_a_convolution_are_untied_on_request(
    behind: bool, chain: Callable[..., str]
) -> None:
    constants = {
        "W": RNG.normal(size=(2, 1, 3)).astype(np.float32),
        "b": np.array([1, -2], dtype=np.float32).reshape((1, 2, 1) if behind else (2,)),
    }
    nodes = [
        helper.make_node("Conv", ["x", "W"] + ["b"] * (not behind), ["c"]),
        *([helper.make_node("Add", ["c", "b"], ["d"])] if behind else []),
        helper.make_node("Flatten", ["d" if behind else "c"], ["y"]),
    ]
    path = chain(nodes, constants, ["N", 1, 5])
    trained = read_network(path, Reading(untie_biases=True))
    assert trained.parameters.biases == ((fmpq(1),) * 3 + (fmpq(-2),) * 3,)
    inputs = RNG.normal(size=(2, 1, 5)).astype(np.float32)
    (wanted,) = ReferenceEvaluator(onnx.load(path)).run(None, {"x": inputs})
    np.testing.assert_allclose(outputs(trained, inputs), wanted, rtol=1e-5, atol=1e-5)


def test_a_constant_node_is_a_constant(chain: Callable[..., str]) -> None:
    value = onnx.numpy_helper.from_array(np.array([[1.0], [2.0]], dtype=np.float32))
    nodes = [
        helper.make_node("Constant", [], ["W"], value=value),
        helper.make_node("MatMul", ["x", "W"], ["y"]),
    ]
    assert read_network(chain(nodes, {})) == network_from_arrays([([[1, 2]], None)])


def test_a_linear_network_has_slope_one(chain: Callable[..., str]) -> None:
    nodes = [
        helper.make_node("MatMul", ["x", "A"], ["h"]),
        helper.make_node("MatMul", ["h", "B"], ["y"]),
    ]
    ones = np.ones((2, 2), dtype=np.float32)
    assert read_network(chain(nodes, {"A": ones, "B": ones})).network.is_linear


# ---------------------------------------------------------------- .nnet

NNET = """// a comment
2, 2, 1, 2,
2, 2, 1,
0
-1.0,-1.0,
1.0,1.0,
{means}
{ranges}
0.1,-2e-1,
1.5e+00,0,
0.5,
-0.25,
1,-1,
3,
"""


def test_nnet_text_is_taken_exactly(tmp_path: Path) -> None:
    path = tmp_path / "model.nnet"
    path.write_text(NNET.format(means="0,0,0,", ranges="1,1,1,"), encoding="ascii")
    trained = read_network(path)
    tenth = fmpq(1, 10)
    assert trained.parameters.weights == (
        (tenth, -2 * tenth, fmpq(3, 2), fmpq(0)),
        (fmpq(1), fmpq(-1)),
    )
    assert trained.parameters.biases == ((fmpq(1, 2), fmpq(-1, 4)), (fmpq(3),))
    path.write_text(NNET.format(means="0,0.5,7,", ranges="1,2,1,"), encoding="ascii")
    assert read_network(path, Reading(normalised=True)) == trained


# ---------------------------------------------------------------- samples and problems


def test_samples_of_csv_and_npz(tmp_path: Path, npz: Callable[..., str]) -> None:
    path = tmp_path / "sample.csv"
    path.write_text("a,b,label\n0.1,-1e-1,1\n1/3, 2,-1\n\n", encoding="utf-8")
    sample = read_dataset(str(path))
    assert sample.inputs == ((fmpq(1, 10), fmpq(-1, 10)), (fmpq(1, 3), fmpq(2)))
    assert sample.labels == (1, -1)
    path.write_text("0.1,1\n", encoding="utf-8")
    assert read_dataset(str(path)).inputs == ((fmpq(1, 10),),)
    images = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)
    sample = read_dataset(npz(inputs=images, labels=np.array([1.0, -1.0]), weights=[0.5, 0.5]))
    assert sample.inputs == (tuple(map(fmpq, range(4))), tuple(map(fmpq, range(4, 8))))
    assert (sample.labels, sample.weights) == ((1, -1), (fmpq(1, 2),) * 2)


def test_a_sample_of_arrays_is_that_of_their_file(npz: Callable[..., str]) -> None:
    inputs, labels = RNG.normal(size=(3, 2, 2)).astype(np.float32), np.array([1, -1, 1])
    sample = dataset_from_arrays(inputs, labels)
    assert sample == read_dataset(Path(npz(inputs=inputs, labels=labels)))
    assert dataset_from_arrays([[1, 0.5]], [1], [2]).inputs == ((fmpq(1), fmpq(1, 2)),)
    with pytest.raises(InvalidInputError, match=r"^inputs\[0\]\[1\]: nan is not a finite number$"):
        dataset_from_arrays([[1, np.nan]], [1])


def test_a_path_is_as_good_as_its_text(npz: Callable[..., str]) -> None:
    model = npz(W1=np.ones((1, 2)), inputs=np.ones((1, 2)), labels=[1])
    assert convert(Path(model)) == convert(model, model, MaxMargin())


def test_a_converted_problem_round_trips(tmp_path: Path, npz: Callable[..., str]) -> None:
    (w1, b1), (w2, _) = layers = dense_layers((2, 3, 1), np.float64)
    inputs = RNG.normal(size=(4, 2))
    model = npz(W1=w1, b1=b1, W2=w2, inputs=inputs, labels=[1, -1, 1, -1])
    problem = convert(model, None, MaxMargin(), name="trained")
    write_problem(problem, tmp_path / "problem.json")
    assert read_problem(tmp_path / "problem.json") == problem
    margins = [float(Fraction(int(z.p), int(z.q))) for z in problem.margins()]
    wanted = plain(layers, inputs, 0)[:, 0] * [1, -1, 1, -1]
    np.testing.assert_allclose(margins, wanted, rtol=1e-12, atol=1e-12)
    assert problem.field == Q


def test_thirteen_thousand_weights_take_less_than_two_seconds(
    tmp_path: Path, npz: Callable[..., str]
) -> None:
    layers = dense_layers((5, 50, 50, 50, 50, 50, 50, 1))
    arrays = {f"W{i}": w for i, (w, _) in enumerate(layers, 1)}
    biases = {f"b{i}": b for i, (_, b) in enumerate(layers, 1) if b is not None}
    model = npz(**arrays, **biases, inputs=RNG.normal(size=(10, 5)), labels=[1, -1] * 5)
    start = time.process_time()
    write_problem(convert(model, None, MaxMargin()), tmp_path / "problem.json")
    assert time.process_time() - start < 2
    assert sum(w.size for w in arrays.values()) == 12800
