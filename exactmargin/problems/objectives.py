"""The objectives that this version reads: plain data, named as in a problem file.

The margin problems minimise half the squared l2 norm of the free coordinates under
y_i Φ(θ; x_i) ≥ 1 for every example; they differ only in which coordinates are free. The hinge
losses have no constraints; they differ in their terms (`exactmargin.cells.losses`).
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from exactmargin.cells.losses import BINARY, MULTICLASS, ONE_VERSUS_ALL
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown

__all__ = [
    "LOSSES",
    "Hinge",
    "LayerMaxMargin",
    "MaxMargin",
    "MulticlassHinge",
    "Objective",
    "OneVersusAllHinge",
]


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

    kind: ClassVar[str] = BINARY


@dataclass(frozen=True, slots=True)
class MulticlassHinge:
    """L eq. 5: min Σ μ^(i) Σ_{r ≠ y_i} max(0, 1 + Φ_r - Φ_{y_i}); y_i numbers an output."""

    kind: ClassVar[str] = MULTICLASS


@dataclass(frozen=True, slots=True)
class OneVersusAllHinge:
    """L eq. 15: min Σ μ^(i) Σ_r max(0, 1 ∓ Φ_r), minus for r = y_i and plus for the others."""

    kind: ClassVar[str] = ONE_VERSUS_ALL


LOSSES = (Hinge, MulticlassHinge, OneVersusAllHinge)
"""The objectives that are losses, without constraints."""

Objective: TypeAlias = MaxMargin | LayerMaxMargin | Hinge | MulticlassHinge | OneVersusAllHinge
"""Any of the objectives above."""


def _check_layer(layer: object) -> None:
    if isinstance(layer, bool) or not isinstance(layer, int) or layer < 1:
        raise InvalidInputError(
            f"{shown(layer)} is not the number of a layer; expected 1, 2, 3, ...", place="layer"
        )
