"""Where the network is one multilinear form: chambers, the cells around one point θ, the forms.

Chambers are enumerated by the flag sweep (`chambers`, `stream_chambers`, `subtrees`) and, on
their own, by deletion and restriction (`chambers_by_deletion`); `count_chambers` counts them by
Zaslavsky's theorem without enumerating any.  Numba is imported only when it is used.
"""

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.arrangement import Arrangement, Provenance
from exactmargin.cells.chambers import Chambers, Subtree, chambers, stream_chambers, subtrees
from exactmargin.cells.curvature import has_zero_diagonal, indefinite_directions
from exactmargin.cells.deletion_restriction import chambers_by_deletion
from exactmargin.cells.expansion import blocks, symbol_names
from exactmargin.cells.form import CellForm, FormTerm, MultilinearForm
from exactmargin.cells.hinge_form import HingeForm, hinge_form
from exactmargin.cells.kinks import Kinks, Unit
from exactmargin.cells.local import LocalCell, Neighbourhood, TooManyCells, cells_around
from exactmargin.cells.zaslavsky import (
    characteristic_polynomial,
    count_bounded_chambers,
    count_chambers,
    whitney_numbers,
)

__all__ = [
    "Arrangement",
    "CellForm",
    "Chambers",
    "FormTerm",
    "HingeForm",
    "Kinks",
    "LocalCell",
    "MultilinearForm",
    "Neighbourhood",
    "Provenance",
    "Subtree",
    "TooManyCells",
    "Unit",
    "blocks",
    "cells_around",
    "chambers",
    "chambers_by_deletion",
    "characteristic_polynomial",
    "count_bounded_chambers",
    "count_chambers",
    "forward_along",
    "germ_sign",
    "has_zero_diagonal",
    "hinge_form",
    "indefinite_directions",
    "stream_chambers",
    "subtrees",
    "symbol_names",
    "whitney_numbers",
]
