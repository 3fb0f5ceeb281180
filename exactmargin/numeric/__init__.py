"""The fast path: floats with rigorous bounds. It may propose, never decide.

Networks and samples whose numbers are floats, as they were trained: signatures in which every sign
within its rounding bound is recomputed exactly, margins, back-propagated gradients, their Gram
matrix, and the KKT residual, each enclosed. NumPy, or any library of the array API standard.
"""

from exactmargin.numeric.arrays import Array
from exactmargin.numeric.balls import Ball
from exactmargin.numeric.exact_pass import ExactNetwork, ExactPass
from exactmargin.numeric.forward import FloatPass, Signatures, forward_pass, signatures
from exactmargin.numeric.gradients import Gradients, back_propagate, gram
from exactmargin.numeric.kkt import KKTEnclosure, enclose_kkt, enclose_problem, margins
from exactmargin.numeric.network import FloatNetwork, float_inputs
from exactmargin.numeric.nnls import nonnegative_least_squares
from exactmargin.numeric.stationarity import Bounds, CellShare, Stationarity
from exactmargin.numeric.watch import UNWATCHED, Watch

__all__ = [
    "UNWATCHED",
    "Array",
    "Ball",
    "Bounds",
    "CellShare",
    "ExactNetwork",
    "ExactPass",
    "FloatNetwork",
    "FloatPass",
    "Gradients",
    "KKTEnclosure",
    "Signatures",
    "Stationarity",
    "Watch",
    "back_propagate",
    "enclose_kkt",
    "enclose_problem",
    "float_inputs",
    "forward_pass",
    "gram",
    "margins",
    "nonnegative_least_squares",
    "signatures",
]
