"""Networks as NumPy arrays: lists of (W, b), and ``.npz`` files of them.

A file names its arrays W1, b1, W2, b2, ... or weights_0, biases_0, weights_1, ... (also weight_0,
bias_0), W with one row per unit and one column per number that comes in; a bias may be missing.
The activation between them is that of ``negative_slope``, a number in the file or the caller's,
ReLU without either.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.formats.assembly import Trained, assembled, exact_slope
from exactmargin.formats.places import Place
from exactmargin.formats.sources import file_error
from exactmargin.formats.stages import Activation, Dense, Stage
from exactmargin.formats.tensors import Tensor

__all__ = ["alternating", "array_stages", "load_npz", "network_from_arrays"]

DATA_KEYS = ("inputs", "labels", "weights")
"""The names of the sample's arrays, which may lie in the same file."""

_NAME = re.compile(r"(W|weights?_?|b|bias(?:es)?_?)([0-9]{1,4})")


def network_from_arrays(layers: Iterable[Any], *, negative_slope: object = 0) -> Trained:
    """The network of a list of pairs (W, b), from the input to the output; b may be None.

    Each W is a matrix with one row per unit.  Floats are taken as the dyadic rationals that they
    are, `negative_slope` too.  Raises `InvalidInputError` for shapes that do not chain and for
    numbers that are not finite, with the place, ``layers[0].W[1][2]``.
    """
    dense = []
    for position, pair in enumerate(layers):
        place = Place("", f"layers[{position}]")
        if not isinstance(pair, Sequence) or len(pair) != 2:
            raise place.error(
                f"{shown(pair)} is not a pair; expected (W, b), b None without biases"
            )
        dense.append(Dense(place, _tensor(pair[0], place.key("W")), _bias(pair[1], place.key("b"))))
    slope = exact_slope(negative_slope, Place("", "negative_slope"))
    return assembled(alternating(dense, slope), Place(""))


def alternating(layers: Sequence[Stage], slope: fmpq) -> list[Stage]:
    """The layers with one activation between any two, for files that do not state theirs."""
    stages: list[Stage] = []
    for layer in layers:
        if stages:
            stages.append(Activation(layer.place, slope))
        stages.append(layer)
    return stages


def load_npz(name: str) -> dict[str, Any]:
    """The arrays of an ``.npz`` file by name; Python objects in it are refused, not unpickled.

    Raises `InvalidInputError` for what is not such a file.
    """
    place = Place(name)
    try:
        with open(name, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise place.error("not an .npz archive of named arrays; numpy.savez writes one")
        with np.load(name, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except InvalidInputError:
        raise
    except OSError as error:
        raise file_error(place, error, "read") from None
    except Exception as error:  # a damaged archive may fail in any way, and none is our error
        if "allow_pickle" in str(error):
            raise place.error(
                "holds Python objects, which are not read because to unpickle is to run code; "
                "save plain arrays of numbers"
            ) from None
        reason = f"{type(error).__name__}: {error}"
        raise place.error(f"a damaged .npz archive ({reason[:120]})") from None


def array_stages(arrays: Mapping[str, Any], place: Place, slope: fmpq | None) -> list[Stage]:
    """The stages of the arrays of an ``.npz`` file; `slope` is the caller's, None for the file's.

    Raises `InvalidInputError` for names that are not known and for layers that are missing.
    """
    weights: dict[int, Tensor] = {}
    biases: dict[int, Tensor] = {}
    for name, array in arrays.items():
        if name in DATA_KEYS or name == "negative_slope":
            continue
        match = _NAME.fullmatch(name)
        if match is None:
            raise place.key(name).error(
                "this array is not known; expected W1, b1, W2, ... or weights_0, biases_0, ..., "
                "negative_slope, inputs, labels, weights"
            )
        found = biases if match[1].startswith("b") else weights
        number = int(match[2])
        if number in found:
            raise place.key(name).error(f"a second array for layer {number}; keep one of them")
        found[number] = Tensor(array, place.key(name))
    if not weights:
        raise place.error("has no weights; expected arrays W1, b1, W2, ... or weights_0, ...")
    first = min(weights)
    for number in range(first, first + len(weights)):
        if number not in weights:
            raise place.error(
                f"has weights {sorted(weights)}, number {number} is missing; expected all layers"
            )
    if first > 1:
        raise place.error(f"the first weights have number {first}; expected 0 or 1")
    for number in biases:
        if number not in weights:
            raise biases[number].place.error("a bias without weights of the same number")
    if slope is None:
        slope = _file_slope(arrays, place)
    return alternating(
        [Dense(w.place, w, biases.get(number)) for number, w in sorted(weights.items())], slope
    )


def _file_slope(arrays: Mapping[str, Any], place: Place) -> fmpq:
    if "negative_slope" not in arrays:
        return fmpq(0)
    tensor = Tensor(np.asarray(arrays["negative_slope"]), place.key("negative_slope"))
    if tensor.array.size != 1:
        raise tensor.place.error(f"has shape {tensor.shape}; expected one number")
    return tensor.entries()[0]


def _tensor(value: object, place: Place) -> Tensor:
    try:
        return Tensor(np.asarray(value), place)
    except ValueError:
        raise place.error(f"{shown(value)} is ragged; expected rows of equal length") from None


def _bias(value: object, place: Place) -> Tensor | None:
    return None if value is None else _tensor(value, place)
