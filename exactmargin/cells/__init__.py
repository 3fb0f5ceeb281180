"""Where the network is one multilinear form: chambers of arrangements, and the cells around θ.

Chambers are enumerated by the flag sweep (`chambers`, `stream_chambers`, `subtrees`) and, on
their own, by deletion and restriction (`chambers_by_deletion`); `count_chambers` counts them by
Zaslavsky's theorem without enumerating any.  Numba is imported only when it is used.
"""

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.arrangement import Arrangement, Provenance
from exactmargin.cells.chambers import Chambers, Subtree, chambers, stream_chambers, subtrees
from exactmargin.cells.deletion_restriction import chambers_by_deletion
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
    "Chambers",
    "Kinks",
    "LocalCell",
    "Neighbourhood",
    "Provenance",
    "Subtree",
    "TooManyCells",
    "Unit",
    "cells_around",
    "chambers",
    "chambers_by_deletion",
    "characteristic_polynomial",
    "count_bounded_chambers",
    "count_chambers",
    "forward_along",
    "germ_sign",
    "stream_chambers",
    "subtrees",
    "whitney_numbers",
]
