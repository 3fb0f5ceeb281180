"""What no problem file can say, and what is not a model: refused with one whole sentence."""

import os
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from exactmargin import (
    InvalidInputError,
    MaxMargin,
    Reading,
    convert,
    network_from_arrays,
    network_from_torch,
    read_dataset,
    read_network,
)

ONE = np.ones((2, 2), dtype=np.float32)
ROW = np.ones((1, 2), dtype=np.float32)


def refusal(call: Callable[..., object], *arguments: object) -> str:
    """The message of a call that must fail, without the folder of its file."""
    with pytest.raises(InvalidInputError) as caught:
        call(*arguments)
    text = str(caught.value)
    path = next((str(a) for a in arguments if isinstance(a, (str, Path))), "")
    return text.replace(path, Path(path).name) if path else text


# ---------------------------------------------------------------- arrays

ARRAYS: list[tuple[str, dict[str, Any], str]] = [
    ("NaN", {"W1": [[1.0, np.nan]]}, "model.npz: W1[0][1]: nan is not a finite number"),
    ("infinity", {"W1": ROW, "b1": [-np.inf]}, "model.npz: b1[0]: -inf is not a finite number"),
    (
        "complex",
        {"W1": [[1j]]},
        "model.npz: W1: holds complex128; expected float16, float32, float64 or integers, "
        "which are exact rationals",
    ),
    (
        "text",
        {"W1": [["a"]]},
        "model.npz: W1: holds <U1; expected float16, float32, float64 or integers, which "
        "are exact rationals",
    ),
    (
        "truth values",
        {"W1": [[True]]},
        "model.npz: W1: holds bool; expected float16, float32, float64 or integers, which "
        "are exact rationals",
    ),
    (
        "wide floats",
        {"W1": np.ones((1, 1), dtype=np.longdouble)},
        "model.npz: W1: holds float128; expected float16, float32, float64 or integers, "
        "which are exact rationals",
    ),
    (
        "a vector",
        {"W1": [1.0, 2.0]},
        "model.npz: W1: has shape (2,); expected a matrix with one row per unit",
    ),
    (
        "no rows",
        {"W1": np.ones((0, 2))},
        "model.npz: W1: has shape (0, 2); expected a matrix with one row per unit",
    ),
    (
        "widths",
        {"W1": ONE, "W2": np.ones((1, 3))},
        "model.npz: W2: has 3 columns, but layer 1 has 2 units; expected one row per unit "
        "and one column per number that comes in",
    ),
    (
        "transposed",
        {"W1": np.ones((2, 3)), "W2": np.ones((3, 1))},
        "model.npz: W2: has 1 columns, but layer 1 has 2 units; expected one row per unit "
        "and one column per number that comes in",
    ),
    (
        "a wrong bias",
        {"W1": ROW, "b1": [1.0, 2.0]},
        "model.npz: b1: has shape (2,); expected (1,), one bias per unit",
    ),
    (
        "an unknown name",
        {"W1": ROW, "gamma": [1.0]},
        "model.npz: gamma: this array is not known; expected W1, b1, W2, ... or weights_0, "
        "biases_0, ..., negative_slope, inputs, labels, weights",
    ),
    (
        "a gap",
        {"W1": ONE, "W3": ROW},
        "model.npz: has weights [1, 3], number 2 is missing; expected all layers",
    ),
    ("a late start", {"W2": ROW}, "model.npz: the first weights have number 2; expected 0 or 1"),
    (
        "twice",
        {"W1": ROW, "weights_1": ROW},
        "model.npz: weights_1: a second array for layer 1; keep one of them",
    ),
    (
        "a lone bias",
        {"W1": ROW, "b2": [1.0]},
        "model.npz: b2: a bias without weights of the same number",
    ),
    ("nothing", {}, "model.npz: has no weights; expected arrays W1, b1, W2, ... or weights_0, ..."),
    (
        "a negative slope",
        {"W1": ONE, "W2": ROW, "negative_slope": -1},
        "model.npz: W2: negative slope -1 is not in [0, 1]; expected 0 (ReLU), 1 (linear) "
        "or a leaky slope between them",
    ),
    (
        "two slopes",
        {"W1": ONE, "W2": ROW, "negative_slope": [0, 1]},
        "model.npz: negative_slope: has shape (2,); expected one number",
    ),
    (
        "objects",
        {"W1": np.array([None, {}])},
        "model.npz: holds Python objects, which are not read because to unpickle is to run "
        "code; save plain arrays of numbers",
    ),
]


@pytest.mark.parametrize(("arrays", "message"), [c[1:] for c in ARRAYS], ids=[c[0] for c in ARRAYS])
def test_arrays_are_refused(arrays: Any, message: str, npz: Callable[..., str]) -> None:
    assert refusal(read_network, npz(**arrays)) == message


LISTS: list[tuple[str, Any, str]] = [
    ("no layer", [], "has no layer with weights; expected at least one"),
    (
        "no pair",
        [ROW],
        "layers[0]: array([[1., 1.]], dtype=float32) is not a pair; expected (W, b), b "
        "None without biases",
    ),
    (
        "ragged",
        [([[1], [2, 3]], None)],
        "layers[0].W: [[1], [2, 3]] is ragged; expected rows of equal length",
    ),
    (
        "NaN",
        [(ONE, None), ([[1.0, np.nan]], None)],
        "layers[1].W[0][1]: nan is not a finite number",
    ),
    (
        "a float in an object",
        [(np.array([[0.5]], dtype=object), None)],
        "layers[0].W[0][0]: 0.5 is a floating-point number (float), where an exact number "
        'is expected; write it as a string such as "1/4" or "0.25", or as a Fraction',
    ),
]


@pytest.mark.parametrize(("layers", "message"), [c[1:] for c in LISTS], ids=[c[0] for c in LISTS])
def test_lists_are_refused(layers: Any, message: str) -> None:
    assert refusal(network_from_arrays, layers) == message


# ---------------------------------------------------------------- files

FILES: list[tuple[str, str, bytes | None, str]] = [
    ("no file", "a.npz", None, "a.npz: there is no such file"),
    ("no file", "a.pt", None, "a.pt: there is no such file"),
    ("no file", "a.onnx", None, "a.onnx: there is no such file"),
    ("no file", "a.nnet", None, "a.nnet: there is no such file"),
    (
        "another suffix",
        "a.h5",
        b"",
        "a.h5: the suffix '.h5' is not known; expected .npz, .pt, .pth, .onnx or .nnet",
    ),
    (
        "no npz",
        "a.npz",
        b"hello",
        "a.npz: not an .npz archive of named arrays; numpy.savez writes one",
    ),
    ("empty", "a.npz", b"", "a.npz: not an .npz archive of named arrays; numpy.savez writes one"),
    (
        "no zip",
        "a.pt",
        b"\x80\x02.",
        "a.pt: not a zip archive; save it again with torch.save of PyTorch 1.6 or later",
    ),
    (
        "no onnx",
        "a.onnx",
        b"hello",
        "a.onnx: not a valid ONNX model (Error parsing message with type "
        "'onnx.ModelProto': Wire format was corrupt)",
    ),
    ("empty onnx", "a.onnx", b"", "a.onnx: not a valid ONNX model (no nodes)"),
]


@pytest.mark.parametrize(
    ("name", "content", "message"), [c[1:] for c in FILES], ids=[f"{c[0]}: {c[1]}" for c in FILES]
)
def test_files_are_refused(name: str, content: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert refusal(read_network, path) == message


def test_a_single_array_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.npz").open("wb") as file:
        np.save(file, ROW)
    assert (
        refusal(read_network, tmp_path / "a.npz")
        == "a.npz: not an .npz archive of named arrays; numpy.savez writes one"
    )


# ---------------------------------------------------------------- .pt


class Evil:
    """An object whose pickle runs a command when it is loaded."""

    def __reduce__(self) -> Any:
        return os.system, ("exit 1",)


def test_no_code_of_a_pt_file_runs(archive: Callable[..., str]) -> None:
    assert refusal(read_network, archive(Evil())) == (
        "model.pt: names posix.system, which is not read, because to unpickle it is to run "
        "code; save model.state_dict() alone, or export the model to ONNX"
    )


def test_no_pickle_alters_the_reader(archive: Callable[..., str]) -> None:
    for name in (b"torch._utils\n_rebuild_tensor_v2", b"torch\nFloatStorage"):
        alter = pickled(b"c" + name + b"\n}X\x04\x00\x00\x00nameX\x01\x00\x00\x00ysb")
        assert refusal(read_network, archive(alter)).startswith("model.pt: a damaged PyTorch file")
        alter = pickled(b"c" + name + b"\nN}X\x04\x00\x00\x00nameX\x01\x00\x00\x00ys\x86b")
        assert refusal(read_network, archive(alter)).startswith("model.pt: a damaged PyTorch file")


def pickled(*parts: bytes) -> bytes:
    """A pickle of these opcodes."""
    return b"\x80\x02" + b"".join(parts) + b"."


def tensor(kind: bytes, key: bytes, numel: int, size: int, stride: int) -> bytes:
    """The opcodes of {"0.weight": a tensor of shape (1, size)}."""
    integers = b"".join(b"J" + struct.pack("<i", n) for n in (numel,))
    pid = b"(X\x07\x00\x00\x00storagectorch\n" + kind + b"\n" + b"X\x01\x00\x00\x00" + key
    pid += b"X\x03\x00\x00\x00cpu" + integers + b"tQ"
    shape = b"K\x01J" + struct.pack("<i", size) + b"\x86"
    strides = b"K\x01J" + struct.pack("<i", stride) + b"\x86"
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + pid + b"K\x00" + shape + strides
    rebuilt += b"\x89}tR"
    return pickled(b"}X\x08\x00\x00\x000.weight", rebuilt, b"s")


def test_the_opcodes_of_these_tests_are_good(archive: Callable[..., str]) -> None:
    path = archive(tensor(b"FloatStorage", b"0", 2, 2, 1), **{"data/0": struct.pack("<2f", 0.5, 3)})
    assert read_network(path) == network_from_arrays([([[0.5, 3.0]], None)])


FOUR = {"data/0": bytes(8)}
ARCHIVES: list[tuple[str, Any, dict[str, Any], str]] = [
    (
        "a list",
        [1],
        {},
        "model.pt: an object of type list; expected an nn.Sequential or a state dict of "
        "dense layers",
    ),
    ("empty", {}, {}, "model.pt: an empty state dict; expected NAME.weight and NAME.bias"),
    (
        "other things",
        {"epoch": 3},
        {},
        "model.pt: the entry 'epoch' is not the weight or the bias of a layer; expected a "
        "state dict of dense layers, NAME.weight and NAME.bias",
    ),
    (
        "truncated",
        pickled(b"}X\x08")[:-1],
        {},
        "model.pt: a damaged PyTorch file (ValueError: not enough data in stream to read uint4)",
    ),
    (
        "an endless stack",
        pickled(b"t"),
        {},
        "model.pt: a damaged PyTorch file (UnpicklingError: could not find MARK)",
    ),
    (
        "a memo of four billion",
        pickled(b"}r\xff\xff\xff\xff"),
        {},
        "model.pt: a damaged PyTorch file (ValueError: the memo 4294967295 in a pickle of 9 bytes)",
    ),
    (
        "a storage that is missing",
        tensor(b"FloatStorage", b"1", 2, 2, 1),
        FOUR,
        'model.pt: a damaged PyTorch file (KeyError: "There is no item named '
        "'archive/data/1' in the archive\")",
    ),
    (
        "a storage that is too short",
        tensor(b"FloatStorage", b"0", 9, 2, 1),
        FOUR,
        "model.pt: a damaged PyTorch file (ValueError: buffer is smaller than requested size)",
    ),
    (
        "a tensor outside",
        tensor(b"FloatStorage", b"0", 2, 2, 5),
        FOUR,
        "model.pt: a damaged PyTorch file (ValueError: a tensor of shape (1, 2) outside "
        "its storage of 2 numbers)",
    ),
    (
        "a negative stride",
        tensor(b"FloatStorage", b"0", 2, 2, -1),
        FOUR,
        "model.pt: a damaged PyTorch file (ValueError: a tensor of shape (1, 2) outside "
        "its storage of 2 numbers)",
    ),
    (
        "a tensor of a billion",
        tensor(b"FloatStorage", b"0", 2, 10**9, 0),
        FOUR,
        "model.pt: a damaged PyTorch file (ValueError: a tensor of shape (1, 1000000000) "
        "outside its storage of 2 numbers)",
    ),
    (
        "an unknown storage",
        tensor(b"QInt8Storage", b"0", 2, 2, 1),
        FOUR,
        "model.pt: names torch.QInt8Storage, which is not read, because to unpickle it is "
        "to run code; save model.state_dict() alone, or export the model to ONNX",
    ),
    (
        "NaN",
        tensor(b"FloatStorage", b"0", 2, 2, 1),
        {"data/0": b"\xff" * 8},
        'model.pt: ["0.weight"][0][0]: nan is not a finite number',
    ),
    (
        "compressed",
        {},
        {"compression": zipfile.ZIP_DEFLATED},
        "model.pt: its member data.pkl is compressed; torch.save stores it plainly",
    ),
    (
        "big-endian",
        {},
        {"byteorder": b"big"},
        "model.pt: a big-endian file; save it on a little-endian machine",
    ),
]


@pytest.mark.parametrize(
    ("obj", "members", "message"), [c[1:] for c in ARCHIVES], ids=[c[0] for c in ARCHIVES]
)
def test_archives_are_refused(
    obj: Any, members: Any, message: str, archive: Callable[..., str]
) -> None:
    assert refusal(read_network, archive(obj, **members)) == message


def test_a_zip_of_other_things_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as file:
        file.writestr("hello", b"")
    assert (
        refusal(read_network, tmp_path / "a.pt")
        == "a.pt: a zip archive without a data.pkl; expected a file of torch.save"
    )


PYTORCH: list[tuple[str, Reading | None, str]] = [
    (
        "checkpoint.pt",
        None,
        "checkpoint.pt: the entry 'model' is not the weight or the bias of a layer; "
        "expected a state dict of dense layers, NAME.weight and NAME.bias",
    ),
    (
        "cnn_model.pt",
        None,
        "cnn_model.pt: 0: a convolution on inputs of unknown shape; give it with "
        "--input-shape, such as 1,28,28",
    ),
    (
        "mlp_model.pt",
        Reading(negative_slope="1/5"),
        "mlp_model.pt: 1: negative slope 0.1, which --negative-slope 1/5 contradicts; "
        "leave it out, or give the number meant",
    ),
    (
        "mlp_model.pt",
        Reading(negative_slope="x"),
        'negative slope: \'x\' is not a rational number; write "3", "-1/4" or "0.25", '
        "without spaces or exponents",
    ),
    (
        "mlp_model.pt",
        Reading(negative_slope=float("nan")),
        "negative slope: nan is a floating-point number (float), where an exact number is "
        'expected; write it as a string such as "1/4" or "0.25", or as a Fraction',
    ),
]


@pytest.mark.parametrize(("name", "reading", "message"), PYTORCH)
def test_files_of_pytorch_are_refused(
    name: str, reading: Reading | None, message: str, models: Path
) -> None:
    assert refusal(read_network, models / name, reading) == message


# ---------------------------------------------------------------- live modules


def module(kind: str, **attributes: Any) -> Any:
    """An object with the class name and the attributes of a live PyTorch module."""
    home, _, name = kind.rpartition(".")
    made = type(name, (SimpleNamespace,), {"__module__": f"torch.nn.modules.{home}"})
    return made(**{"_modules": {}, "_parameters": {}, **attributes})


def sequential(*children: Any) -> Any:
    """A live `nn.Sequential`, as far as an importer sees it."""
    return module("container.Sequential", _modules={str(i): c for i, c in enumerate(children)})


def linear(weight: Any, bias: Any = None) -> Any:
    """A live dense layer."""
    return module("linear.Linear", weight=np.array(weight), bias=bias)


def convolution(weight: Any, **attributes: Any) -> Any:
    """A live convolution."""
    usual = {
        "bias": None,
        "padding": (0, 0),
        "padding_mode": "zeros",
        "stride": (1, 1),
        "dilation": (1, 1),
        "groups": 1,
    }
    return module("conv.Conv2d", weight=np.asarray(weight), **{**usual, **attributes})


RELU = module("activation.ReLU")
LEAKY = module("activation.LeakyReLU", negative_slope=0.01)
FLAT = module("flatten.Flatten", start_dim=1, end_dim=-1)
TIED = linear(ONE)
KERNEL = np.ones((1, 1, 2, 2))
IMAGE = Reading(input_shape=(1, 3, 3))
LIVE: list[tuple[str, Any, Reading | None, str]] = [
    (
        "a number",
        3,
        None,
        "model: an object of type int; expected an nn.Sequential or a state dict of dense layers",
    ),
    (
        "softmax",
        sequential(linear(ROW), module("activation.Softmax")),
        None,
        "model.1: a module of class torch.nn.modules.activation.Softmax, which is not "
        "read; expected Linear, Conv1d, Conv2d, Conv3d, ReLU, LeakyReLU, Flatten, Identity",
    ),
    (
        "one's own class",
        sequential(module("linear.Linear2")),
        None,
        "model.0: a module of class torch.nn.modules.linear.Linear2, which is not read; "
        "expected Linear, Conv1d, Conv2d, Conv3d, ReLU, LeakyReLU, Flatten, Identity",
    ),
    (
        "hooks",
        sequential(module("linear.Identity", _forward_hooks={1: print})),
        None,
        "model.0: a module with hooks (torch.nn.modules.linear.Identity); remove them first",
    ),
    (
        "no attributes",
        sequential(module("linear.Linear")),
        None,
        "model: a model that is not as PyTorch makes it ('Linear' object has no attribute 'bias')",
    ),
    (
        "an activation at the output",
        sequential(linear(ROW), RELU),
        None,
        "model.1: an activation behind the last layer; a network of class N has none at "
        "its output, so leave it out of the model",
    ),
    (
        "an activation at the input",
        sequential(RELU, linear(ROW)),
        None,
        "model.0: an activation in front of the first layer; class N has none",
    ),
    (
        "two activations",
        sequential(linear(ONE), RELU, RELU, linear(ROW)),
        None,
        "model.2: two activations behind one layer; keep one of them",
    ),
    (
        "two slopes",
        sequential(linear(ONE), RELU, linear(ONE), LEAKY, linear(ROW)),
        None,
        "model.3: negative slope 0.01, but the first activation has 0; all hidden layers "
        "have the same",
    ),
    (
        "a missing activation",
        sequential(linear(ONE), linear(ONE), RELU, linear(ROW)),
        None,
        "model.1: no activation between this layer and the one below, but others have one; "
        "all hidden layers have the same, so multiply the two layers out first",
    ),
    ("no layer", sequential(FLAT), None, "model: has no layer with weights; expected at least one"),
    (
        "a tied layer",
        sequential(TIED, RELU, TIED),
        None,
        "model.2.weight: shares its numbers with model.0.weight; class N shares weights "
        "within one layer only",
    ),
    (
        "a slope above 1",
        sequential(linear(ONE), module("activation.LeakyReLU", negative_slope=2.0), linear(ROW)),
        None,
        "model.1: negative slope 2 is not in [0, 1]; expected 0 (ReLU), 1 (linear) or a "
        "leaky slope between them",
    ),
    (
        "half a flatten",
        sequential(module("flatten.Flatten", start_dim=2, end_dim=-1), linear(ROW)),
        None,
        "model.0: flattens the axes 2 to -1; expected 1 to -1, all but the batch",
    ),
    (
        "an unknown shape",
        sequential(convolution(KERNEL)),
        None,
        "model.0: a convolution on inputs of unknown shape; give it with --input-shape, "
        "such as 1,28,28",
    ),
    (
        "reflection",
        sequential(convolution(KERNEL, padding_mode="reflect")),
        IMAGE,
        "model.0: padding mode 'reflect'; expected 'zeros'",
    ),
    (
        "tied biases",
        sequential(convolution(KERNEL, bias=np.ones(1)), FLAT),
        IMAGE,
        "model.0: its biases are shared by the positions of a filter, which class N cannot "
        "say; --untie-biases gives each unit its own (the same outputs, more parameters)",
    ),
    (
        "no flatten",
        sequential(convolution(KERNEL), RELU, linear(ROW)),
        IMAGE,
        "model.2: a dense layer on tensors of shape (1, 2, 2); put a Flatten in front of it",
    ),
    (
        "strides of another convolution",
        sequential(convolution(KERNEL, stride=(1,))),
        IMAGE,
        "model.0: strides, padding and dilations do not fit the weight of shape 1x1x2x2",
    ),
    (
        "a stride that is no number",
        sequential(convolution(KERNEL, stride=("a", 1))),
        IMAGE,
        "model: a model that is not as PyTorch makes it (invalid literal for int() with base 10: "
        "'a')",
    ),
    (
        "channels",
        sequential(convolution(np.ones((1, 2, 2, 2)))),
        IMAGE,
        "model.0: its input has 1 channels; the weight of shape 1x2x2x2 expects 2",
    ),
    (
        "a large kernel",
        sequential(convolution(np.ones((1, 1, 4, 4)))),
        IMAGE,
        "model.0: the kernel 4x4 does not fit into an input of shape 1x3x3",
    ),
    (
        "groups",
        sequential(convolution(KERNEL, groups=2)),
        IMAGE,
        "model.0: 1 filters do not fall into 2 equal groups",
    ),
    (
        "a stride of 0",
        sequential(convolution(KERNEL, stride=(0, 1))),
        IMAGE,
        "model.0: the stride 0 is less than 1",
    ),
    (
        "a flat input",
        sequential(convolution(KERNEL)),
        Reading(input_shape=(9,)),
        "model.0: acts on tensors of shape 9; expected channels and 2 lengths",
    ),
    (
        "a tap on padding",
        sequential(convolution(np.ones((1, 1, 3, 3)), padding=(1, 1))),
        Reading(input_shape=(1, 1, 1)),
        "model.0: the weight at [0, 0, 0, 0] touches nothing but padding, so that no "
        "output depends on it",
    ),
    (
        "a huge pattern",
        sequential(convolution(KERNEL)),
        Reading(input_shape=(1, 1000, 1000)),
        "model.0: its pattern would have 998001x1000000 entries; at most 20000000 are written",
    ),
    (
        "a convolution in a state dict",
        {"0.weight": KERNEL},
        None,
        'model["0.weight"]: has shape (1, 1, 2, 2), a convolution, whose stride and '
        "padding a state dict does not say; save the whole nn.Sequential, or export to ONNX",
    ),
    (
        "a running mean",
        {"0.running_mean": ROW},
        None,
        "model: the entry '0.running_mean' is not the weight or the bias of a layer; "
        "expected a state dict of dense layers, NAME.weight and NAME.bias",
    ),
    (
        "a bias alone",
        {"0.bias": ROW},
        None,
        'model["0.bias"]: a bias without a weight of the same name',
    ),
]


@pytest.mark.parametrize(
    ("model", "reading", "message"), [c[1:] for c in LIVE], ids=[c[0] for c in LIVE]
)
def test_models_are_refused(model: Any, reading: Reading | None, message: str) -> None:
    assert refusal(network_from_torch, model, reading) == message


# ---------------------------------------------------------------- ONNX


def node(kind: str, inputs: str, output: str = "y", **attributes: Any) -> Any:
    """A node, its inputs separated by spaces."""
    return helper.make_node(kind, inputs.split(), [output], name="n1", **attributes)


W2 = {"W": ONE}
CONV = {"K": np.ones((1, 1, 2, 2), dtype=np.float32)}
CHAINS: list[tuple[str, list[Any], dict[str, Any], dict[str, Any], str]] = [
    (
        "sigmoid",
        [node("Sigmoid", "x")],
        {},
        {},
        'model.onnx: node Sigmoid "n1": the operator Sigmoid is not read; expected Gemm, '
        "MatMul, Add, Relu, LeakyRelu, Conv, Flatten, Reshape, Identity",
    ),
    (
        "a custom node",
        [node("Relu", "x", domain="custom")],
        {},
        {},
        'model.onnx: node Relu "n1": the operator custom.Relu is not read; expected Gemm, '
        "MatMul, Add, Relu, LeakyRelu, Conv, Flatten, Reshape, Identity",
    ),
    (
        "a branch",
        [node("Relu", "x", "h"), node("Add", "h x")],
        {},
        {},
        'model.onnx: node Add "n1": takes "x" besides the output of the node before; '
        "expected one chain of nodes",
    ),
    (
        "a second look",
        [node("Relu", "x", "h"), node("Relu", "x")],
        {},
        {},
        'model.onnx: node Relu "n1": does not take the output of the node before, "h"; '
        "expected one chain of nodes",
    ),
    (
        "an early output",
        [node("Relu", "x"), node("Relu", "y", "z")],
        {},
        {},
        'model.onnx: its output is not that of its last node, "z"; expected one output '
        "behind one chain of nodes",
    ),
    (
        "two inputs",
        [node("Relu", "x")],
        {},
        {"inputs": ("x", "z")},
        'model.onnx: has 2 inputs ("x", "z"); expected one',
    ),
    (
        "alpha",
        [node("Gemm", "x W", alpha=2.0)],
        W2,
        {},
        'model.onnx: node Gemm "n1": alpha is 2.0; expected 1',
    ),
    (
        "beta",
        [node("Gemm", "x W", beta=2.0)],
        W2,
        {},
        'model.onnx: node Gemm "n1": beta is 2.0; expected 1',
    ),
    (
        "transA",
        [node("Gemm", "x W", transA=1)],
        W2,
        {},
        'model.onnx: node Gemm "n1": transA is 1; expected 0, one row per example',
    ),
    (
        "weights on the left",
        [node("MatMul", "W x")],
        W2,
        {},
        'model.onnx: node MatMul "n1": the weights stand on the left; expected them on the right',
    ),
    (
        "one number for all axes",
        [node("Conv", "x K", pads=[1])],
        CONV,
        {"shape": (1, 1, 3, 3)},
        'model.onnx: node Conv "n1": pads are [1]; expected two for each axis',
    ),
    (
        "a tied weight",
        [node("MatMul", "x W", "h"), node("MatMul", "h W")],
        W2,
        {},
        'model.onnx: node MatMul "n1": takes "W" as node MatMul "n1" does; class N shares '
        "weights within one layer only",
    ),
    (
        "a sum at the input",
        [node("Add", "x W")],
        W2,
        {},
        'model.onnx: node Add "n1": adds to no layer without biases; expected it behind a '
        "MatMul or Conv",
    ),
    (
        "a wide sum",
        [node("MatMul", "x W", "h"), node("Add", "h B")],
        {**W2, "B": ONE},
        {},
        "model.onnx: B: has shape (2, 2); expected (2,), one bias per unit",
    ),
    (
        "an infinite alpha",
        [node("LeakyRelu", "x", alpha=np.inf)],
        {},
        {},
        'model.onnx: node LeakyRelu "n1": alpha is inf, not a finite number',
    ),
    (
        "the other axis",
        [node("Flatten", "x", axis=0)],
        {},
        {},
        'model.onnx: node Flatten "n1": axis is 0; expected 1, all axes but the batch',
    ),
    (
        "a shape of one axis",
        [node("Reshape", "x s")],
        {"s": np.array([-1])},
        {},
        'model.onnx: node Reshape "n1": the shape [-1]; expected -1, 0 or 1 for the batch, '
        "then the lengths of one example",
    ),
    (
        "a wrong shape",
        [node("Reshape", "x s", "h"), node("MatMul", "h W")],
        {**W2, "s": np.array([-1, 3])},
        {},
        'model.onnx: node Reshape "n1": (2,) cannot be reshaped to (3,)',
    ),
    (
        "auto_pad",
        [node("Conv", "x K", auto_pad="SAME_UPPER")],
        CONV,
        {},
        'model.onnx: node Conv "n1": auto_pad is SAME_UPPER; expected explicit pads',
    ),
    (
        "kernel_shape",
        [node("Conv", "x K", kernel_shape=[3, 3])],
        CONV,
        {},
        'model.onnx: node Conv "n1": kernel_shape is [3, 3], but its weight has shape (1, 1, 2, 2)',
    ),
    (
        "pads",
        [node("Conv", "x K", pads=[1, 1])],
        CONV,
        {"shape": (1, 1, 3, 3)},
        'model.onnx: node Conv "n1": strides, padding and dilations do not fit the weight '
        "of shape 1x1x2x2",
    ),
    (
        "negative pads",
        [node("Conv", "x K", pads=[-1, 0, 0, 0])],
        CONV,
        {"shape": (1, 1, 3, 3)},
        'model.onnx: node Conv "n1": the padding -1 is less than 0',
    ),
    (
        "text",
        [node("MatMul", "x W")],
        {"W": np.array([["a"], ["b"]], dtype=object)},
        {},
        "model.onnx: W[0][0]: 'a' is text; expected a number",
    ),
]


@pytest.mark.parametrize(
    ("nodes", "constants", "options", "message"),
    [c[1:] for c in CHAINS],
    ids=[c[0] for c in CHAINS],
)
def test_chains_are_refused(
    nodes: Any, constants: Any, options: Any, message: str, chain: Callable[..., str]
) -> None:
    assert refusal(read_network, chain(nodes, constants, **options)) == message


def test_external_data_are_refused(
    chain: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_bytes(bytes(4))
    value = helper.make_tensor("v", TensorProto.FLOAT, [1, 1], [1.0])
    value.ClearField("float_data")
    value.data_location = TensorProto.EXTERNAL
    entry = value.external_data.add()
    entry.key, entry.value = "location", "secret"
    nodes = [
        helper.make_node("Constant", [], ["W"], value=value),
        helper.make_node("MatMul", ["x", "W"], ["y"]),
    ]
    assert refusal(read_network, chain(nodes, {})) == (
        "model.onnx: node Constant: lies outside the file (external data); save the model "
        "in one file"
    )


def test_an_input_shape_that_contradicts_the_file_is_refused(chain: Callable[..., str]) -> None:
    path = chain([node("MatMul", "x W")], W2)
    assert (
        refusal(read_network, path, Reading(input_shape=(3,)))
        == "model.onnx: its inputs have shape (2,), not (3,)"
    )


def test_without_the_extra_there_is_one_sentence(
    chain: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = chain([node("MatMul", "x W")], W2)
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert refusal(read_network, path) == (
        "model.onnx: an ONNX file needs the extra 'onnx'; install it with pip install "
        "'exactmargin[onnx]'"
    )


# ---------------------------------------------------------------- .nnet

NNET = "1,2,1,2\n2,1\n0\n-1,-1\n1,1\n0,0,0\n1,1,1\n1,2\n3\n"
TEXTS: list[tuple[str, str, str, str]] = [
    (
        "a mean",
        "0,0,0\n",
        "0,0.5,0\n",
        "a.nnet: line 6: the mean 0.5 normalises the network, whose coordinates have mean "
        "0 in a problem; --normalised takes the network and the data in its normalised "
        "coordinates",
    ),
    (
        "a range",
        "1,1,1\n",
        "1,1,2\n",
        "a.nnet: line 7: the range 2 normalises the network, whose coordinates have range "
        "1 in a problem; --normalised takes the network and the data in its normalised "
        "coordinates",
    ),
    ("too few means", "0,0,0\n", "0,0\n", "a.nnet: line 6: 2 numbers; expected 3"),
    (
        "no number",
        "1,2\n3\n",
        "1,x\n3\n",
        "a.nnet: line 8: 'x' is not a finite number such as 3, -0.25 or 1.5e-05",
    ),
    (
        "NaN",
        "1,2\n3\n",
        "1,nan\n3\n",
        "a.nnet: line 8: 'nan' is not a finite number such as 3, -0.25 or 1.5e-05",
    ),
    ("too many weights", "1,2\n3\n", "1,2,3\n3\n", "a.nnet: line 8: 3 numbers; expected 2"),
    (
        "no bias",
        "1,2\n3\n",
        "1,2\n",
        "a.nnet: the text ends too early; the file is probably truncated",
    ),
    (
        "text behind",
        "1,2\n3\n",
        "1,2\n3\n4\n",
        "a.nnet: line 10: text behind the last bias; the widths are probably wrong",
    ),
    (
        "other widths",
        "2,1\n0",
        "2,3\n0",
        "a.nnet: line 2: widths from 2 to 3, but the first line says 2 inputs and 1 outputs",
    ),
    (
        "half a layer",
        "1,2,1,2\n",
        "0.5,2,1,2\n",
        "a.nnet: line 1: 0.5 is not a number of layers or units, 1..1000000",
    ),
    ("empty", NNET, "", "a.nnet: the text ends too early; the file is probably truncated"),
]


@pytest.mark.parametrize(
    ("old", "new", "message"), [c[1:] for c in TEXTS], ids=[c[0] for c in TEXTS]
)
def test_nnet_text_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.nnet"
    path.write_text(NNET, encoding="ascii")
    assert read_network(path) == network_from_arrays([([[1, 2]], [3])])
    path.write_text(NNET.replace(old, new, 1), encoding="ascii")
    assert refusal(read_network, path) == message


# ---------------------------------------------------------------- samples

CSV: list[tuple[str, str, str]] = [
    ("empty", "", "a.csv: inputs: is empty; expected at least one input"),
    ("ragged", "1,2,1\n1,1\n", "a.csv: line 2: 2 entries, but 3 in the lines before"),
    (
        "no label",
        "1\n",
        "a.csv: line 1: '1' alone; expected the numbers of one input, then its label, "
        "separated by commas",
    ),
    (
        "no number",
        "1,2,1\n1,b,1\n",
        "a.csv: line 2, entry 2: 'b' is not a finite number such as 3, -0.25 or 1.5e-05",
    ),
    (
        "half a label",
        "1,2,0.5\n",
        "a.csv: line 1, entry 3: 1/2 is not a label; expected 1 or -1, or a class number "
        "0, 1, 2, ...",
    ),
    (
        "zero denominator",
        "1/0,1\n",
        "a.csv: line 1, entry 1: '1/0' divides by zero; give another denominator",
    ),
]


@pytest.mark.parametrize(("text", "message"), [c[1:] for c in CSV], ids=[c[0] for c in CSV])
def test_csv_samples_are_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="ascii")
    assert refusal(read_dataset, str(path)) == message


SAMPLES: list[tuple[str, dict[str, Any], str]] = [
    (
        "no labels",
        {"inputs": ROW},
        'model.npz: the array "labels" is missing; expected inputs and labels',
    ),
    (
        "a vector",
        {"inputs": [1.0], "labels": [1]},
        "model.npz: inputs: has shape (1,); expected one row per example",
    ),
    (
        "NaN",
        {"inputs": [[np.nan]], "labels": [1]},
        "model.npz: inputs[0][0]: nan is not a finite number",
    ),
    (
        "too many labels",
        {"inputs": ROW, "labels": [1, 1]},
        "model.npz: labels: has 2 entries for 1 input; expected one label per input",
    ),
    (
        "half a label",
        {"inputs": ROW, "labels": [0.5]},
        "model.npz: labels[0]: 1/2 is not a label; expected 1 or -1, or a class number 0, "
        "1, 2, ...",
    ),
]


@pytest.mark.parametrize(
    ("arrays", "message"), [c[1:] for c in SAMPLES], ids=[c[0] for c in SAMPLES]
)
def test_npz_samples_are_refused(arrays: Any, message: str, npz: Callable[..., str]) -> None:
    assert refusal(read_dataset, npz(**arrays)) == message


PROBLEMS: list[tuple[str, dict[str, Any], str]] = [
    ("no sample", {"W1": ROW}, "model.npz: a problem needs a sample; give its file with --data"),
    (
        "another dimension",
        {"W1": ROW, "inputs": [[1.0]], "labels": [1]},
        "model.npz: an input has 1 numbers; the network takes 2",
    ),
    (
        "two outputs",
        {"W1": ONE, "inputs": ROW, "labels": [1]},
        "model.npz: network.layers[0].pattern: has 2 rows, so the network has as many "
        "outputs; the margin problems need one output (V §2)",
    ),
    (
        "labels 0 and 1",
        {"W1": ROW, "inputs": ONE, "labels": [0, 1]},
        "model.npz: data.labels[0]: 0 is not 1 or -1; labels 0 and 1 probably stand for -1 "
        "and 1, so write -1 for each 0",
    ),
]


@pytest.mark.parametrize(
    ("arrays", "message"), [c[1:] for c in PROBLEMS], ids=[c[0] for c in PROBLEMS]
)
def test_problems_are_refused(arrays: Any, message: str, npz: Callable[..., str]) -> None:
    assert refusal(convert, npz(**arrays), None, MaxMargin()) == message


def test_data_of_another_kind_are_refused() -> None:
    assert (
        refusal(read_dataset, "a.json")
        == "a.json: the data are neither .npz nor .csv; expected one of them"
    )


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize(
    "name", ["mlp_state_dict.pt", "mlp_model.pt", "cnn_model.pt", "mlp.onnx", "cnn.onnx"]
)
def test_a_damaged_file_is_read_or_refused(name: str, models: Path, tmp_path: Path) -> None:
    """Every error is ours: 200 files with a few wrong bytes, or an end that is missing."""
    rng = np.random.default_rng(3)
    whole = (models / name).read_bytes()
    path = tmp_path / name
    refused = 0
    for attempt in range(200):
        data = bytearray(whole)
        for place in rng.integers(len(data), size=1 + attempt % 4):
            data[place] = rng.integers(256)
        path.write_bytes(data[: rng.integers(len(data))] if attempt % 10 == 0 else data)
        try:
            read_network(path, Reading(input_shape=(1, 4, 4) if "cnn" in name else None))
        except InvalidInputError:
            refused += 1
    assert 20 < refused < 200
