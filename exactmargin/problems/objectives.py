"""The objectives that this version reads: plain data, named as in a problem file.

The margin problems minimise half the squared l2 norm of the free coordinates under
y_i Φ(θ; x_i) ≥ 1 for every example; they differ only in which coordinates are free. The hinge
losses have no constraints; they differ in their terms (`exactmargin.cells.losses`).
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from flint import fmpq

from exactmargin.cells.losses import BINARY, MULTICLASS, ONE_VERSUS_ALL, PENALIZED
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.exact.scalars import shown
from exactmargin.networks import RationalLike

__all__ = [
    "LOSSES",
    "PLAIN_LOSSES",
    "Hinge",
    "LayerMaxMargin",
    "MaxMargin",
    "MulticlassHinge",
    "Objective",
    "OneVersusAllHinge",
    "PenalizedOneVersusAllHinge",
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


@dataclass(frozen=True, slots=True, init=False)
class PenalizedOneVersusAllHinge:
    """L eq. 13: min Σ_r L^(r)(θ_r) + γ R/(R-1) Σ_r |h_r - mean|², h_r the hidden layers of θ_r.

    The replicates θ_1, ..., θ_R stand side by side in one network (`networks.replicated`), of
    which `Problem` knows the loss Σ_r L^(r) as the one-versus-all loss. `gamma` may be given as
    anything that Q coerces. Raises `InvalidInputError` unless γ > 0, `FloatRefusedError` for a
    float.
    """

    gamma: fmpq
    kind: ClassVar[str] = PENALIZED

    def __init__(self, gamma: RationalLike) -> None:
        try:
            value = Q.coerce(gamma)
        except InvalidInputError as error:
            raise type(error)(error.message, place="gamma") from None
        if value <= 0:
            raise InvalidInputError(
                f"{shown(value)} is not positive; expected a rational γ > 0 (L eq. 13)",
                place="gamma",
            )
        object.__setattr__(self, "gamma", value)


PLAIN_LOSSES = (Hinge, MulticlassHinge, OneVersusAllHinge)
"""The losses that have nothing but their kind."""

LOSSES = (*PLAIN_LOSSES, PenalizedOneVersusAllHinge)
"""The objectives that are losses, without constraints."""

Objective: TypeAlias = (
    MaxMargin
    | LayerMaxMargin
    | Hinge
    | MulticlassHinge
    | OneVersusAllHinge
    | PenalizedOneVersusAllHinge
)
"""Any of the objectives above."""


def _check_layer(layer: object) -> None:
    if isinstance(layer, bool) or not isinstance(layer, int) or layer < 1:
        raise InvalidInputError(
            f"{shown(layer)} is not the number of a layer; expected 1, 2, 3, ...", place="layer"
        )
