"""Networks in the text format ``.nnet`` (Stanford Intelligent Systems Laboratory, ACAS-Xu).

Comment lines begin with ``//``.  Then, separated by commas: the number of layers, of inputs, of
outputs and the greatest width; the widths; a flag that nothing uses; least and greatest inputs;
means and ranges of the inputs and of the outputs; layer by layer the rows of W, then the biases,
one a line.  ReLU stands between the layers.  The decimal text is taken exactly.

The normalisation is no part of a network of class N.  A file whose means are not 0 or whose ranges
are not 1 is read only where the caller takes the network between normalised coordinates: the
inputs of the sample are then (x - mean) / range, and outputs are before mean and range.
"""

from collections.abc import Iterator

import numpy as np
from flint import fmpq

from exactmargin.formats.array_models import alternating
from exactmargin.formats.decimals import decimal_number
from exactmargin.formats.places import Place
from exactmargin.formats.sources import read_text
from exactmargin.formats.stages import Dense, Stage
from exactmargin.formats.tensors import Tensor

__all__ = ["nnet_stages"]

WIDEST = 1_000_000
"""The greatest number of layers and of units of a layer that is believed."""


def nnet_stages(name: str, *, normalised: bool = False) -> list[Stage]:
    """The stages of a ``.nnet`` file; with `normalised` between normalised coordinates.

    Raises `InvalidInputError`, with the line, for text that is not of this format.
    """
    lines = _lines(name)
    depth, inputs, outputs, _ = _counts(*_next(lines, name), 4)
    place, fields = _next(lines, name)
    widths = _counts(place, fields, depth + 1)
    if (widths[0], widths[-1]) != (inputs, outputs):
        raise place.error(
            f"widths from {widths[0]} to {widths[-1]}, but the first line says {inputs} inputs and "
            f"{outputs} outputs"
        )
    _next(lines, name)  # the flag
    _next(lines, name)  # least inputs: where the network was trained, not what it computes
    _next(lines, name)  # greatest inputs
    for expected, word in ((0, "mean"), (1, "range")):
        place, fields = _next(lines, name)
        values = _numbers(place, fields, inputs + 1)
        for value in values:
            if value != expected and not normalised:
                raise place.error(
                    f"the {word} {fields[values.index(value)]} normalises the network, whose "
                    f"coordinates have {word} {expected} in a problem; --normalised takes the "
                    "network and the data in its normalised coordinates"
                )
    layers = [_layer(lines, name, *shape) for shape in zip(widths[1:], widths, strict=False)]
    for place, _ in lines:
        raise place.error("text behind the last bias; the widths are probably wrong")
    return alternating(layers, fmpq(0))


def _layer(lines: Iterator[tuple[Place, list[str]]], name: str, rows: int, columns: int) -> Dense:
    place, fields = _next(lines, name)
    first = place
    weight = [_numbers(place, fields, columns)]
    for _ in range(rows - 1):
        weight.append(_numbers(*_next(lines, name), columns))
    bias = [_numbers(*_next(lines, name), 1)[0] for _ in range(rows)]
    return Dense(
        first, Tensor(np.array(weight, dtype=object), first), Tensor(np.array(bias, object), first)
    )


def _lines(name: str) -> Iterator[tuple[Place, list[str]]]:
    """The lines that are not empty and no comments, each with its place and its fields."""
    for number, line in enumerate(read_text(name).splitlines(), start=1):
        text = line.strip()
        if text and not text.startswith("//"):
            yield Place(name, f"line {number}"), [f.strip() for f in text.rstrip(",").split(",")]


def _next(lines: Iterator[tuple[Place, list[str]]], name: str) -> tuple[Place, list[str]]:
    for found in lines:
        return found
    raise Place(name).error("the text ends too early; the file is probably truncated")


def _numbers(place: Place, fields: list[str], count: int) -> list[fmpq]:
    if len(fields) != count:
        raise place.error(f"{len(fields)} numbers; expected {count}")
    return [decimal_number(field, place) for field in fields]


def _counts(place: Place, fields: list[str], count: int) -> list[int]:
    values = _numbers(place, fields, count)
    for value in values:
        if value.q != 1 or not 1 <= value <= WIDEST:
            raise place.error(
                f"{fields[values.index(value)]} is not a number of layers or units, 1..{WIDEST}"
            )
    return [int(value.p) for value in values]
