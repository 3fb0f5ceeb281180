"""What is optimised: a network, a sample and an objective (V Problems 2 and 4; L eq. 9)."""

from exactmargin.problems.objectives import (
    LOSSES,
    Hinge,
    LayerMaxMargin,
    MaxMargin,
    MulticlassHinge,
    Objective,
    OneVersusAllHinge,
)
from exactmargin.problems.problem import LossTerm, Problem

__all__ = [
    "LOSSES",
    "Hinge",
    "LayerMaxMargin",
    "LossTerm",
    "MaxMargin",
    "MulticlassHinge",
    "Objective",
    "OneVersusAllHinge",
    "Problem",
]
