"""What is optimised: a network, a sample and an objective (V Problems 2 and 4)."""

from exactmargin.problems.objectives import LayerMaxMargin, MaxMargin, Objective
from exactmargin.problems.problem import Problem

__all__ = ["LayerMaxMargin", "MaxMargin", "Objective", "Problem"]
