"""The objectives that this version reads: plain data, named as in a problem file.

The margin problems minimise half the squared l2 norm of the free coordinates under
y_i Φ(θ; x_i) ≥ 1 for every example; they differ only in which coordinates are free. The hinge
loss has no constraints; of it only cells are computed.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown

__all__ = ["Hinge", "LayerMaxMargin", "MaxMargin", "Objective"]


@dataclass(frozen=True, slots=True)
class MaxMargin:
    """V Problem 2: min ½‖θ‖² subject to y_i Φ(θ; x_i) ≥ 1; every coordinate is free."""

    kind: ClassVar[str] = "max-margin"


@dataclass(frozen=True, slots=True)
class LayerMaxMargin:
    """V Problem 4: the same in the block of one layer alone, all other layers fixed.

    `layer` is 1-based, as in the paper and in files; the block is u^(layer) and, where the layer
    has biases, its biases.  Raises `InvalidInputError` unless it is a positive integer.
    """

    layer: int
    kind: ClassVar[str] = "layer-max-margin"

    def __post_init__(self) -> None:
        _check_layer(self.layer)


@dataclass(frozen=True, slots=True)
class Hinge:
    """L eq. 9 and 110: min Σ μ^(i) max(0, 1 - y_i Φ(θ; x_i)), the weights μ^(i) in the sample."""

    kind: ClassVar[str] = "hinge"


Objective: TypeAlias = MaxMargin | LayerMaxMargin | Hinge
"""Any of the objectives above."""


def _check_layer(layer: object) -> None:
    if isinstance(layer, bool) or not isinstance(layer, int) or layer < 1:
        raise InvalidInputError(
            f"{shown(layer)} is not the number of a layer; expected 1, 2, 3, ...", place="layer"
        )
