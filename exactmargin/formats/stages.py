"""A trained network as its file tells it: stages from the input to the output.

Every importer turns its file into a list of these; `exactmargin.formats.assembly` turns the list
into a network of class N.  A stage has its place, so that a message can name the node or tensor.
"""

from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq

from exactmargin.formats.places import Place
from exactmargin.formats.tensors import Tensor

__all__ = ["Activation", "Convolution", "Dense", "Flatten", "Stage", "View"]


@dataclass(frozen=True, slots=True)
class Dense:
    """x ↦ W x + b on vectors; `weight` is W, one row per unit, `bias` b or None."""

    place: Place
    weight: Tensor
    bias: Tensor | None


@dataclass(frozen=True, slots=True)
class Convolution:
    """A cross-correlation in k dimensions, as PyTorch and ONNX define it.

    `weight` has the axes (filter, channel of its group, k taps), `bias` one entry per filter;
    `strides` and `dilations` have k entries, `pads` k pairs (before, after) of zeros.
    """

    place: Place
    weight: Tensor
    bias: Tensor | None
    strides: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    dilations: tuple[int, ...]
    groups: int


@dataclass(frozen=True, slots=True)
class Activation:
    """max(z, 0) + slope * min(z, 0) in every entry."""

    place: Place
    slope: fmpq


@dataclass(frozen=True, slots=True)
class Flatten:
    """All axes of one example become one, the last running fastest."""

    place: Place


@dataclass(frozen=True, slots=True)
class View:
    """The entries of one example, in their order, under another shape; one length may be -1."""

    place: Place
    shape: tuple[int, ...]


Stage: TypeAlias = Dense | Convolution | Activation | Flatten | View
"""Any of the stages above."""
