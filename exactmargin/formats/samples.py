"""Samples from arrays and files: ``.npz`` with inputs, labels and perhaps weights, and ``.csv``.

Floats of an ``.npz`` are the dyadic rationals that they are.  The text of a ``.csv`` is an exact
decimal or fraction already (0.1 is 1/10): where training saw the floats nearest to them, keep the
sample as an ``.npz``.
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.exact import Q
from exactmargin.exact.scalars import shown
from exactmargin.formats.array_models import load_npz
from exactmargin.formats.decimals import decimal_number
from exactmargin.formats.places import Place, inside
from exactmargin.formats.sources import read_text
from exactmargin.formats.tensors import Tensor

__all__ = ["dataset_from_arrays", "read_dataset", "sample_of_arrays"]


def read_dataset(path: str | Path) -> Dataset:
    """The sample in a ``.npz`` or ``.csv`` file, exactly.

    In a ``.csv`` each line holds the numbers of one input, then its label; a first line without
    any number is a header.  Inputs of more than one axis are flattened, the last axis running
    fastest.  Raises `InvalidInputError`, with the place, for what is not such a file.
    """
    name = str(path)
    if name.lower().endswith(".npz"):
        return sample_of_arrays(load_npz(name), Place(name))
    if name.lower().endswith(".csv"):
        return _csv(name)
    raise Place(name).error("the data are neither .npz nor .csv; expected one of them")


def dataset_from_arrays(inputs: Any, labels: Any, weights: Any = None) -> Dataset:
    """The sample of arrays, one row for each input; of more axes the last runs fastest.

    Floats are taken as the dyadic rationals that they are.  Raises `InvalidInputError`, with the
    place, ``inputs[0][1]``, for shapes that do not fit and numbers that are not finite.
    """
    arrays = {"inputs": inputs, "labels": labels, "weights": weights}
    given = {name: np.asarray(array) for name, array in arrays.items() if array is not None}
    return sample_of_arrays(given, Place(""))


def sample_of_arrays(arrays: Mapping[str, Any], place: Place) -> Dataset:
    """The sample in the arrays ``inputs``, ``labels`` and perhaps ``weights``.

    Raises as `read_dataset` does.
    """
    for key in ("inputs", "labels"):
        if key not in arrays:
            raise place.error(f'the array "{key}" is missing; expected inputs and labels')
    inputs = Tensor(arrays["inputs"], place.key("inputs"))
    if len(inputs.shape) < 2 or 0 in inputs.shape:
        raise inputs.place.error(f"has shape {inputs.shape}; expected one row per example")
    flat = inputs.entries()
    width = len(flat) // inputs.shape[0]
    rows = [tuple(flat[i : i + width]) for i in range(0, len(flat), width)]
    labels = Tensor(np.atleast_1d(arrays["labels"]), place.key("labels"))
    numbers = [_label(value, labels.place.index(i)) for i, value in enumerate(labels.entries())]
    weights = None
    if "weights" in arrays:
        weights = Tensor(np.atleast_1d(arrays["weights"]), place.key("weights")).entries()
    with inside(place):
        return Dataset.over(Q, rows, numbers, weights)


def _csv(name: str) -> Dataset:
    place = Place(name)
    rows: list[tuple[fmpq, ...]] = []
    labels: list[int] = []
    lines = csv.reader(read_text(name).splitlines())
    for number, fields in enumerate(lines, start=1):
        fields = [field.strip() for field in fields]
        if not any(fields) or (number == 1 and not any(map(_starts_as_number, fields))):
            continue
        if len(fields) < 2:
            raise place.error(
                f"line {number}: {shown(fields[0])} alone; expected the numbers of one input, then "
                "its label, separated by commas"
            )
        if rows and len(fields) != len(rows[0]) + 1:
            raise place.error(
                f"line {number}: {len(fields)} entries, but {len(rows[0]) + 1} in the lines before"
            )
        values = [
            decimal_number(field, Place(name, f"line {number}, entry {j}"))
            for j, field in enumerate(fields, start=1)
        ]
        rows.append(tuple(values[:-1]))
        labels.append(_label(values[-1], Place(name, f"line {number}, entry {len(fields)}")))
    with inside(place):
        return Dataset.over(Q, rows, labels)


def _starts_as_number(field: str) -> bool:
    return re.match(r"[-+]?\.?[0-9]", field) is not None


def _label(value: fmpq, place: Place) -> int:
    if value.q != 1:
        raise place.error(
            f"{Q.format(value)} is not a label; expected 1 or -1, or a class number 0, 1, 2, ..."
        )
    return int(value.p)
