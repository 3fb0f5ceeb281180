"""What is optimised: a network, a sample and an objective (V Problems 2 and 4; L eq. 9)."""

from exactmargin.problems.objectives import (
    LOSSES,
    PLAIN_LOSSES,
    Hinge,
    LayerMaxMargin,
    MaxMargin,
    MulticlassHinge,
    Objective,
    OneVersusAllHinge,
    PenalizedOneVersusAllHinge,
)
from exactmargin.problems.penalty import spread, spread_gradient
from exactmargin.problems.problem import LossTerm, Problem
from exactmargin.problems.replicates import (
    replicate_points,
    replicated_problem,
    replicates,
    replicates_agree,
    shared_network,
    shared_problem,
)

__all__ = [
    "LOSSES",
    "PLAIN_LOSSES",
    "Hinge",
    "LayerMaxMargin",
    "LossTerm",
    "MaxMargin",
    "MulticlassHinge",
    "Objective",
    "OneVersusAllHinge",
    "PenalizedOneVersusAllHinge",
    "Problem",
    "replicate_points",
    "replicated_problem",
    "replicates",
    "replicates_agree",
    "shared_network",
    "shared_problem",
    "spread",
    "spread_gradient",
]
