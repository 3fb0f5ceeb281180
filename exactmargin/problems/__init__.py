"""What is optimised: a network, a sample and an objective (V Problems 2 and 4; L eq. 9)."""

from exactmargin.problems.objectives import Hinge, LayerMaxMargin, MaxMargin, Objective
from exactmargin.problems.problem import Problem

__all__ = ["Hinge", "LayerMaxMargin", "MaxMargin", "Objective", "Problem"]
