"""A convolution as a pattern of shared weights (V §2): one row per filter and position.

Entry (row, column) is the number of the tap that joins the two, 0 where none does; padding is
columns that are not there.  Parameters are numbered as the weight tensor runs.
"""

import math
from dataclasses import dataclass

import numpy as np

from exactmargin.formats.stages import Convolution

__all__ = ["Unrolled", "unrolled"]

MOST_ENTRIES = 20_000_000
"""The greatest size of a pattern that is written out: its file would have about 100 MB."""


@dataclass(frozen=True, slots=True)
class Unrolled:
    """The pattern of a convolution and the shape (filters, positions ...) of its output."""

    pattern: tuple[tuple[int, ...], ...]
    shape: tuple[int, ...]


def unrolled(stage: Convolution, shape: tuple[int, ...]) -> Unrolled:
    """The pattern of `stage` on inputs of `shape` (channels, lengths ...).

    Raises `InvalidInputError`, with the stage's place, for shapes that do not fit, for a tap that
    touches padding alone (it would be a parameter of no weight), and for a pattern of more than
    20 million entries.
    """
    _check(stage, shape)
    filters, group_channels, *taps = stage.weight.shape
    outs = tuple(
        (n + sum(pad) - dilation * (k - 1) - 1) // stride + 1
        for n, pad, dilation, k, stride in zip(
            shape[1:], stage.pads, stage.dilations, taps, stage.strides, strict=True
        )
    )
    if min(outs) < 1:
        raise stage.place.error(
            f"the kernel {_by(taps)} does not fit into an input of shape {_by(shape)}"
        )
    rows, columns = filters * math.prod(outs), math.prod(shape)
    if rows * columns > MOST_ENTRIES:
        raise stage.place.error(
            f"its pattern would have {rows}x{columns} entries; at most {MOST_ENTRIES} are written"
        )
    numbers = np.arange(1, math.prod(stage.weight.shape) + 1).reshape(stage.weight.shape)
    pattern = np.zeros((filters, *outs, *shape), dtype=np.int64)
    per_group = filters // stage.groups
    for f in range(filters):
        first = (f // per_group) * group_channels
        for position in np.ndindex(*outs):
            for tap in np.ndindex(*taps):
                at = tuple(
                    p * stride - pad[0] + t * dilation
                    for p, stride, pad, t, dilation in zip(
                        position, stage.strides, stage.pads, tap, stage.dilations, strict=True
                    )
                )
                if all(0 <= a < n for a, n in zip(at, shape[1:], strict=True)):
                    here = (f, *position, slice(first, first + group_channels), *at)
                    pattern[here] = numbers[(f, slice(None), *tap)]
    missing = np.setdiff1d(numbers, pattern)
    if missing.size:
        index = np.argwhere(numbers == missing[0])[0].tolist()
        raise stage.place.error(
            f"the weight at {index} touches nothing but padding, so that no output depends on it"
        )
    return Unrolled(tuple(map(tuple, pattern.reshape(rows, columns).tolist())), (filters, *outs))


def _check(stage: Convolution, shape: tuple[int, ...]) -> None:
    axes = len(stage.weight.shape) - 2
    if axes < 1 or {len(stage.strides), len(stage.pads), len(stage.dilations)} != {axes}:
        raise stage.place.error(
            "strides, padding and dilations do not fit the weight of shape "
            f"{_by(stage.weight.shape)}"
        )
    filters, group_channels, *taps = stage.weight.shape
    if len(shape) != len(taps) + 1:
        raise stage.place.error(
            f"acts on tensors of shape {_by(shape)}; expected channels and {len(taps)} lengths"
        )
    if stage.groups < 1 or filters % stage.groups:
        raise stage.place.error(f"{filters} filters do not fall into {stage.groups} equal groups")
    if shape[0] != group_channels * stage.groups:
        raise stage.place.error(
            f"its input has {shape[0]} channels; the weight of shape {_by(stage.weight.shape)} "
            f"expects {group_channels * stage.groups}"
        )
    for name, numbers, least in (
        ("stride", stage.strides, 1),
        ("dilation", stage.dilations, 1),
        ("padding", [n for pad in stage.pads for n in pad], 0),
    ):
        for number in numbers:
            if number < least:
                raise stage.place.error(f"the {name} {number} is less than {least}")
    if min((*taps, filters, group_channels)) < 1:
        raise stage.place.error(f"the weight of shape {_by(stage.weight.shape)} is empty")


def _by(lengths: tuple[int, ...] | list[int]) -> str:
    return "x".join(map(str, lengths)) or "no axis"
