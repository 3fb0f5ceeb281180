"""Where the network is one multilinear form: the cells around one point θ, and the forms."""

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.curvature import has_zero_diagonal, indefinite_directions
from exactmargin.cells.expansion import blocks, symbol_names
from exactmargin.cells.form import CellForm, FormTerm, MultilinearForm
from exactmargin.cells.hinge_form import HingeForm, hinge_form
from exactmargin.cells.kinks import Kinks, Unit
from exactmargin.cells.local import LocalCell, Neighbourhood, TooManyCells, cells_around

__all__ = [
    "CellForm",
    "FormTerm",
    "HingeForm",
    "Kinks",
    "LocalCell",
    "MultilinearForm",
    "Neighbourhood",
    "TooManyCells",
    "Unit",
    "blocks",
    "cells_around",
    "forward_along",
    "germ_sign",
    "has_zero_diagonal",
    "hinge_form",
    "indefinite_directions",
    "symbol_names",
]
