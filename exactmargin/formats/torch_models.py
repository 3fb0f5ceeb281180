"""PyTorch models: `nn.Sequential` objects, and state dicts.

PyTorch itself is never imported: a module is known by the full name of its class and read by its
attributes, so that a live model and one from `exactmargin.formats.pt_reader` are the same here.

A state dict holds weights and neither activations nor strides: it is taken as dense layers in its
own order with one activation between any two, and convolutions in it are refused.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from flint import fmpq

from exactmargin.exact.scalars import shown
from exactmargin.formats.array_models import alternating
from exactmargin.formats.assembly import exact_slope
from exactmargin.formats.places import Place
from exactmargin.formats.stages import Activation, Convolution, Dense, Flatten, Stage
from exactmargin.formats.tensors import Tensor

__all__ = ["is_module", "sequential_stages", "state_dict_stages"]


def is_module(model: object) -> bool:
    """Whether the object is a PyTorch module, live or read from a file."""
    return hasattr(model, "_modules") and hasattr(model, "_parameters")


def sequential_stages(model: Any, place: Place) -> list[Stage]:
    """The stages of an `nn.Sequential`, nested ones included, or of a single known module.

    Raises `InvalidInputError`, with the module, for one that is not known or has hooks.
    """
    stages = list(_stages(model, place))
    _check_tied(stages)
    return stages


def state_dict_stages(state: Mapping[Any, Any], place: Place, slope: fmpq) -> list[Stage]:
    """The stages of a state dict, whose keys are ``NAME.weight`` and ``NAME.bias``.

    Raises `InvalidInputError`, with the key, for any other.
    """
    layers: dict[str, dict[str, Tensor]] = {}
    for key, value in state.items():
        name, _, kind = str(key).rpartition(".")
        if kind not in ("weight", "bias") or not _is_tensor(value):
            raise place.error(
                f"the entry {shown(key)} is not the weight or the bias of a layer; expected a "
                "state dict of dense layers, NAME.weight and NAME.bias"
            )
        layers.setdefault(name, {})[kind] = _tensor(value, place.key(str(key)))
    if not layers:
        raise place.error("an empty state dict; expected NAME.weight and NAME.bias")
    stages: list[Stage] = []
    for name, found in layers.items():
        at = place.key(name) if name else place
        if "weight" not in found:
            raise found["bias"].place.error("a bias without a weight of the same name")
        weight = found["weight"]
        if len(weight.shape) > 2:
            raise weight.place.error(
                f"has shape {weight.shape}, a convolution, whose stride and padding a state dict "
                "does not say; save the whole nn.Sequential, or export to ONNX"
            )
        stages.append(Dense(at, weight, found.get("bias")))
    _check_tied(stages)
    return alternating(stages, slope)


def _stages(module: Any, place: Place) -> Iterator[Stage]:
    kind = f"{type(module).__module__}.{type(module).__name__}"
    for hooks in ("_forward_hooks", "_forward_pre_hooks"):
        if getattr(module, hooks, None):
            raise place.error(f"a module with hooks ({kind}); remove them first")
    if kind == "torch.nn.modules.container.Sequential":
        for name, child in module._modules.items():
            yield from _stages(child, place.key(str(name)))
        return
    if kind not in _READERS:
        known = ", ".join(name.rpartition(".")[2] for name in _READERS)
        raise place.error(f"a module of class {kind}, which is not read; expected {known}")
    stage = _READERS[kind](module, place)
    if stage is not None:
        yield stage


def _linear(module: Any, place: Place) -> Stage:
    return Dense(place, *_weight_and_bias(module, place))


def _convolution(module: Any, place: Place) -> Stage:
    weight, bias = _weight_and_bias(module, place)
    axes = len(weight.shape) - 2
    if module.padding_mode != "zeros":
        raise place.error(f"padding mode {shown(module.padding_mode)}; expected 'zeros'")
    dilations = tuple(map(int, module.dilation))
    pads: tuple[tuple[int, int], ...]
    if module.padding == "valid":
        pads = ((0, 0),) * axes
    elif module.padding == "same":
        totals = [d * (k - 1) for d, k in zip(dilations, weight.shape[2:], strict=False)]
        pads = tuple((total // 2, total - total // 2) for total in totals)
    else:
        pads = tuple((int(n), int(n)) for n in module.padding)
    strides = tuple(map(int, module.stride))
    return Convolution(place, weight, bias, strides, pads, dilations, int(module.groups))


def _leaky_relu(module: Any, place: Place) -> Stage:
    return Activation(place, exact_slope(module.negative_slope, place.key("negative_slope")))


def _flatten(module: Any, place: Place) -> Stage:
    if (module.start_dim, module.end_dim) != (1, -1):
        raise place.error(
            f"flattens the axes {module.start_dim} to {module.end_dim}; expected 1 to -1, all but "
            "the batch"
        )
    return Flatten(place)


_READERS: dict[str, Callable[[Any, Place], Stage | None]] = {
    "torch.nn.modules.linear.Linear": _linear,
    "torch.nn.modules.conv.Conv1d": _convolution,
    "torch.nn.modules.conv.Conv2d": _convolution,
    "torch.nn.modules.conv.Conv3d": _convolution,
    "torch.nn.modules.activation.ReLU": lambda module, place: Activation(place, fmpq(0)),
    "torch.nn.modules.activation.LeakyReLU": _leaky_relu,
    "torch.nn.modules.flatten.Flatten": _flatten,
    "torch.nn.modules.linear.Identity": lambda module, place: None,
}


def _weight_and_bias(module: Any, place: Place) -> tuple[Tensor, Tensor | None]:
    bias = None if module.bias is None else _tensor(module.bias, place.key("bias"))
    return _tensor(module.weight, place.key("weight")), bias


def _is_tensor(value: object) -> bool:
    return isinstance(value, np.ndarray) or hasattr(value, "detach")


def _tensor(value: Any, place: Place) -> Tensor:
    address = None
    if not isinstance(value, np.ndarray):
        address = value.data_ptr()
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":  # NumPy has none; float32 holds it exactly
            value = value.float()
        value = value.numpy()
    return Tensor(value, place, address)


def _check_tied(stages: list[Stage]) -> None:
    """Refuse weights that two layers share: class N shares within one layer only."""
    seen: list[Tensor] = []
    for stage in stages:
        if not isinstance(stage, (Dense, Convolution)):
            continue
        for tensor in (stage.weight, stage.bias):
            if tensor is None:
                continue
            for other in seen:
                same = tensor.address is not None and tensor.address == other.address
                if same or np.may_share_memory(tensor.array, other.array):
                    raise tensor.place.error(
                        f"shares its numbers with {other.place.path}; class N shares weights "
                        "within one layer only"
                    )
            seen.append(tensor)
