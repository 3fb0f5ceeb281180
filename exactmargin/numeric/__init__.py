"""The fast path: floats with rigorous bounds. It may propose, never decide.

Networks and samples whose numbers are floats, as they were trained: signatures in which every sign
within its rounding bound is recomputed exactly, margins, back-propagated gradients, their Gram
matrix, and the KKT residual, each enclosed. NumPy, or any library of the array API standard.
"""

from exactmargin.numeric.arrays import Array
from exactmargin.numeric.balls import Ball
from exactmargin.numeric.exact_pass import ExactNetwork, ExactPass
from exactmargin.numeric.forward import FloatPass, Signatures, forward_pass, signatures
from exactmargin.numeric.network import FloatNetwork, float_inputs
from exactmargin.numeric.watch import UNWATCHED, Watch

__all__ = [
    "UNWATCHED",
    "Array",
    "Ball",
    "ExactNetwork",
    "ExactPass",
    "FloatNetwork",
    "FloatPass",
    "Signatures",
    "Watch",
    "float_inputs",
    "forward_pass",
    "signatures",
]
