"""Trained networks from files and from Python, and the problems that are made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.exact.scalars import shown
from exactmargin.formats.array_models import array_stages, load_npz
from exactmargin.formats.assembly import Trained, assembled, exact_slope, with_slope
from exactmargin.formats.nnet_reader import nnet_stages
from exactmargin.formats.onnx_reader import onnx_stages
from exactmargin.formats.places import Place, inside
from exactmargin.formats.pt_reader import load_pt
from exactmargin.formats.samples import read_dataset, sample_of_arrays
from exactmargin.formats.stages import Stage
from exactmargin.formats.torch_models import is_module, sequential_stages, state_dict_stages
from exactmargin.problems import MaxMargin, Objective, Problem

__all__ = ["Reading", "convert", "network_from_torch", "read_network"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a model is to be read where its file does not say it, or says it otherwise.

    `negative_slope` is that of the activation, as a text, an exact number or a float; None is the
    file's, or ReLU.  `input_shape` is that of one example, for convolutions.  `untie_biases` lets
    each unit of a convolution have its own bias.  `normalised` takes a ``.nnet`` network between
    its normalised coordinates.
    """

    negative_slope: object = None
    input_shape: tuple[int, ...] | None = None
    untie_biases: bool = False
    normalised: bool = False


def read_network(path: str | Path, reading: Reading | None = None) -> Trained:
    """The network in a ``.npz``, ``.pt``, ``.pth``, ``.onnx`` or ``.nnet`` file, exactly.

    Every float is taken as the dyadic rational that it is.  Raises `InvalidInputError`, with the
    file, the place in it, the value and what is expected, for what is not of class N (V §2).
    """
    reading = reading or Reading()
    name, place = str(path), Place(str(path))
    slope = _slope(reading)
    shape: tuple[int, ...] | None = None
    match Path(name).suffix.lower():
        case ".npz":
            stages = array_stages(load_npz(name), place, slope)
        case ".pt" | ".pth":
            stages = _torch_stages(load_pt(name), place, slope)
        case ".onnx":
            stages, shape = onnx_stages(name)
        case ".nnet":
            stages = nnet_stages(name, normalised=reading.normalised)
        case suffix:
            raise place.error(
                f"the suffix {shown(suffix)} is not known; expected .npz, .pt, .pth, .onnx or .nnet"
            )
    if shape is not None and reading.input_shape not in (None, shape):
        raise place.error(f"its inputs have shape {shape}, not {reading.input_shape}")
    return _network(stages, place, reading, shape)


def network_from_torch(model: Any, reading: Reading | None = None) -> Trained:
    """The network of a live `nn.Sequential`, or of a state dict of dense layers, exactly.

    Raises as `read_network` does.
    """
    reading = reading or Reading()
    place = Place("", "model")
    return _network(_torch_stages(model, place, _slope(reading)), place, reading, None)


def convert(
    model: str | Path,
    data: str | Path | None = None,
    objective: Objective | None = None,
    *,
    name: str = "",
    reading: Reading | None = None,
) -> Problem:
    """The problem of the network in the file `model` with the sample in the file `data`.

    Without `data` the sample lies in the model's ``.npz``; without `objective` it is V Problem 2.
    Raises `InvalidInputError`, with the place, for files that cannot be read and for a problem
    that there is not, such as a margin problem with several outputs.
    """
    trained, model = read_network(model, reading), str(model)
    if data is not None:
        sample, where = read_dataset(data), str(data)
    elif model.lower().endswith(".npz") and "inputs" in (arrays := load_npz(model)):
        sample, where = sample_of_arrays(arrays, Place(model)), model
    else:
        raise Place(model).error("a problem needs a sample; give its file with --data")
    if sample.dimension != trained.network.input_dimension:
        raise Place(where).error(
            f"an input has {sample.dimension} numbers; the network takes "
            f"{trained.network.input_dimension}"
        )
    with inside(Place(model)):
        aim = MaxMargin() if objective is None else objective
        return Problem(name, Q, trained.network, sample, aim, trained.parameters)


def _torch_stages(model: Any, place: Place, slope: fmpq | None) -> list[Stage]:
    try:
        if is_module(model):
            return sequential_stages(model, place)
        if isinstance(model, Mapping):
            return state_dict_stages(model, place, fmpq(0) if slope is None else slope)
    except InvalidInputError:
        raise
    except (
        AttributeError,
        TypeError,
        ValueError,
        RecursionError,
    ) as error:  # a file holds anything
        raise place.error(f"a model that is not as PyTorch makes it ({error})") from None
    raise place.error(
        f"an object of type {type(model).__name__}; expected an nn.Sequential or a state dict "
        "of dense layers"
    )


def _network(
    stages: list[Stage], place: Place, reading: Reading, shape: tuple[int, ...] | None
) -> Trained:
    slope = _slope(reading)
    return assembled(
        stages if slope is None else with_slope(stages, slope),
        place,
        input_shape=reading.input_shape or shape,
        untie_biases=reading.untie_biases,
    )


def _slope(reading: Reading) -> fmpq | None:
    if reading.negative_slope is None:
        return None
    return exact_slope(reading.negative_slope, Place("", "negative slope"))
