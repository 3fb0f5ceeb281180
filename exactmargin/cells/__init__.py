"""Where the network is one multilinear form: for now, the cells around one point θ."""

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.kinks import Kinks, Unit
from exactmargin.cells.local import LocalCell, Neighbourhood, TooManyCells, cells_around

__all__ = [
    "Kinks",
    "LocalCell",
    "Neighbourhood",
    "TooManyCells",
    "Unit",
    "cells_around",
    "forward_along",
    "germ_sign",
]
