"""ONNX models that are one chain of layers (extra ``onnx``).

Read are Gemm, MatMul, Add, Relu, LeakyRelu, Conv, Flatten, Reshape and Identity, and Constant where
a node takes its weights from one; any other node is refused by its operator and its name.  Each
node but the first must take the output of the one before, and its other inputs must be constants.
"""

from importlib import import_module
from pathlib import Path
from typing import Any, final

import numpy as np
from flint import fmpq

from exactmargin.formats.places import Place, json_shown
from exactmargin.formats.sources import file_error
from exactmargin.formats.stages import Activation, Convolution, Dense, Flatten, Stage, View
from exactmargin.formats.tensors import Tensor

__all__ = ["onnx_stages"]

_READ = ["Gemm", "MatMul", "Add", "Relu", "LeakyRelu", "Conv", "Flatten", "Reshape", "Identity"]

_ALPHA = float(np.float32(0.01))
"""The slope of a LeakyRelu that does not state one."""


def onnx_stages(name: str) -> tuple[list[Stage], tuple[int, ...] | None]:
    """The stages of an ``.onnx`` file, and the shape of one example where the file says it.

    Raises `InvalidInputError`, with the node, for what is not such a chain, and where the package
    ``onnx`` is not installed.
    """
    place = Place(name)
    try:
        onnx: Any = import_module("onnx")
    except ImportError:
        raise place.error(
            "an ONNX file needs the extra 'onnx'; install it with pip install 'exactmargin[onnx]'"
        ) from None
    try:
        model = onnx.load_model_from_string(Path(name).read_bytes())
        if not model.graph.node:
            raise ValueError("no nodes")
        onnx.checker.check_model(model)
    except OSError as error:
        raise file_error(place, error, "read") from None
    except Exception as error:  # the classes of protobuf's and the checker's errors vary
        reason = str(error).strip().split("\n")[0][:160]
        raise place.error(f"not a valid ONNX model ({reason})") from None
    chain = _Chain(onnx, model.graph, place)
    for node in model.graph.node:
        chain.add(node)
    if [value.name for value in model.graph.output] != [chain.current]:
        raise place.error(
            f"its output is not that of its last node, {json_shown(chain.current)}; expected one "
            "output behind one chain of nodes"
        )
    return chain.stages, chain.input_shape


@final
class _Chain:
    """The stages so far, the constants, and the name of the value that flows on."""

    def __init__(self, onnx: Any, graph: Any, place: Place) -> None:
        self.onnx = onnx
        self.place = place
        self.stages: list[Stage] = []
        self.used: dict[str, Place] = {}
        self.constants: dict[str, Tensor] = {}
        if graph.sparse_initializer:
            raise place.error("holds sparse weights, which are not read; store them densely")
        for tensor in graph.initializer:
            self.constants[tensor.name] = self._constant(tensor, place.key(tensor.name))
        inputs = [value for value in graph.input if value.name not in self.constants]
        if len(inputs) != 1:
            names = ", ".join(json_shown(value.name) for value in inputs)
            raise place.error(f"has {len(inputs)} inputs ({names}); expected one")
        self.current = inputs[0].name
        dims = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
        self.input_shape = tuple(dims[1:]) if len(dims) > 1 and all(dims[1:]) else None

    def add(self, node: Any) -> None:
        """Read one node."""
        name = f" {json_shown(node.name)}" if node.name else ""
        place = Place(self.place.where, f"node {node.op_type}{name}")
        if node.domain not in ("", "ai.onnx") or node.op_type not in (*_READ, "Constant"):
            operator = f"{node.domain}.{node.op_type}".lstrip(".")
            raise place.error(f"the operator {operator} is not read; expected {', '.join(_READ)}")
        attributes = {
            attribute.name: self.onnx.helper.get_attribute_value(attribute)
            for attribute in node.attribute
        }
        inputs = list(node.input)
        if node.op_type == "Constant" or (
            node.op_type == "Identity" and inputs[0] in self.constants
        ):
            self._define(node, attributes, place)
            return
        if inputs.count(self.current) != 1:
            raise place.error(
                f"does not take the output of the node before, {json_shown(self.current)}; "
                "expected one chain of nodes"
            )
        for value in inputs:
            if value and value != self.current and value not in self.constants:
                raise place.error(
                    f"takes {json_shown(value)} besides the output of the node before; expected "
                    "one chain of nodes"
                )
        getattr(self, f"_{node.op_type.lower()}")(inputs, attributes, place)
        self.current = node.output[0]

    def _define(self, node: Any, attributes: dict[str, Any], place: Place) -> None:
        if node.op_type == "Identity":
            self.constants[node.output[0]] = self.constants[node.input[0]]
        elif "value" in attributes:
            self.constants[node.output[0]] = self._constant(attributes["value"], place)
        elif "value_ints" in attributes:
            self.constants[node.output[0]] = Tensor(np.array(attributes["value_ints"]), place)
        else:
            raise place.error("a constant that is not a tensor; expected its attribute value")

    def _constant(self, tensor: Any, place: Place) -> Tensor:
        if tensor.data_location == self.onnx.TensorProto.EXTERNAL:
            raise place.error("lies outside the file (external data); save the model in one file")
        return Tensor(self.onnx.numpy_helper.to_array(tensor), place)

    def _taken(self, name: str, place: Place) -> Tensor:
        """A weight, which one node alone may take: class N shares within a layer only."""
        tensor = self.constants[name]
        key = str(tensor.place.path)
        if key in self.used:
            raise place.error(
                f"takes {json_shown(name)} as {self.used[key].path} does; class N shares weights "
                "within one layer only"
            )
        self.used[key] = place
        return tensor

    def _gemm(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        if inputs[0] != self.current:
            raise place.error("the weights stand on the left; expected them on the right")
        for key in ("alpha", "beta"):
            if attributes.get(key, 1.0) != 1.0:
                raise place.error(f"{key} is {attributes[key]}; expected 1")
        if attributes.get("transA", 0):
            raise place.error("transA is 1; expected 0, one row per example")
        weight = self._taken(inputs[1], place)
        if not attributes.get("transB", 0):
            weight = Tensor(weight.array.T, weight.place)
        bias = None
        if len(inputs) > 2 and inputs[2]:
            bias = _row(self._taken(inputs[2], place))
        self.stages.append(Dense(place, weight, bias))

    def _matmul(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        if inputs[0] != self.current:
            raise place.error("the weights stand on the left; expected them on the right")
        weight = self._taken(inputs[1], place)
        self.stages.append(Dense(place, Tensor(weight.array.T, weight.place), None))

    def _add(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        other = next(value for value in inputs if value != self.current)
        below = self.stages[-1] if self.stages else None
        if not isinstance(below, (Dense, Convolution)) or below.bias is not None:
            raise place.error(
                "adds to no layer without biases; expected it behind a MatMul or Conv"
            )
        tensor = self._taken(other, place)
        if isinstance(below, Dense):
            self.stages[-1] = Dense(below.place, below.weight, _row(tensor))
            return
        axes, shape = len(below.weight.shape) - 2, tensor.shape
        if len(shape) < axes + 1 or shape[len(shape) - axes :] != (1,) * axes:
            raise place.error(f"adds a tensor of shape {shape}; expected one number per filter")
        bias = _row(Tensor(tensor.array.reshape(shape[: len(shape) - axes]), tensor.place))
        self.stages[-1] = Convolution(
            below.place,
            below.weight,
            bias,
            below.strides,
            below.pads,
            below.dilations,
            below.groups,
        )

    def _relu(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        self.stages.append(Activation(place, fmpq(0)))

    def _leakyrelu(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        alpha = float(attributes.get("alpha", _ALPHA))
        if not np.isfinite(alpha):
            raise place.error(f"alpha is {alpha}, not a finite number")
        self.stages.append(Activation(place, fmpq(*alpha.as_integer_ratio())))

    def _conv(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        if inputs[0] != self.current:
            raise place.error("the input is not its first argument")
        weight = self._taken(inputs[1], place)
        axes = len(weight.shape) - 2
        if tuple(attributes.get("kernel_shape", weight.shape[2:])) != weight.shape[2:]:
            raise place.error(
                f"kernel_shape is {attributes['kernel_shape']}, but its weight has shape "
                f"{weight.shape}"
            )
        auto = attributes.get("auto_pad", b"NOTSET")
        if auto not in (b"NOTSET", b"VALID"):
            raise place.error(f"auto_pad is {auto.decode()}; expected explicit pads")
        pads = list(attributes.get("pads", [0] * 2 * axes))
        strides = tuple(attributes.get("strides", [1] * axes))
        dilations = tuple(attributes.get("dilations", [1] * axes))
        if len(pads) % 2:
            raise place.error(f"pads are {pads}; expected two for each axis")
        bias = self._taken(inputs[2], place) if len(inputs) > 2 and inputs[2] else None
        both = tuple(zip(pads[: len(pads) // 2], pads[len(pads) // 2 :], strict=True))
        self.stages.append(
            Convolution(place, weight, bias, strides, both, dilations, attributes.get("group", 1))
        )

    def _flatten(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        if attributes.get("axis", 1) != 1:
            raise place.error(f"axis is {attributes['axis']}; expected 1, all axes but the batch")
        self.stages.append(Flatten(place))

    def _reshape(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        if len(inputs) != 2 or inputs[0] != self.current:
            raise place.error("its shape is not a constant")
        shape = [int(n) for n in self.constants[inputs[1]].array.ravel()]
        if len(shape) < 2 or shape[0] not in (-1, 0, 1) or 0 in shape[1:]:
            raise place.error(
                f"the shape {shape}; expected -1, 0 or 1 for the batch, then the lengths of one "
                "example"
            )
        self.stages.append(View(place, tuple(shape[1:])))

    def _identity(self, inputs: list[str], attributes: dict[str, Any], place: Place) -> None:
        pass


def _row(tensor: Tensor) -> Tensor:
    """A vector that was given with leading axes of length 1."""
    while len(tensor.shape) > 1 and tensor.shape[0] == 1:
        tensor = Tensor(tensor.array[0], tensor.place)
    return tensor
