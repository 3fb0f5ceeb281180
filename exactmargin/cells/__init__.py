"""Where the network is one multilinear form: cells, their graph, and the cells around a point.

Chambers of arrangements are enumerated by the flag sweep (`chambers`, `stream_chambers`,
`subtrees`) and, on their own, by deletion and restriction (`chambers_by_deletion`);
`count_chambers` counts them by Zaslavsky's theorem without enumerating any.  The cells of
networks (`enumerate_cells`) rest on them; `signature_graph` joins them, `incidence` finds those
around a point.  `MultilinearForm` and `HingeForm` are what lives on a cell.  Numba, NetworkX
and z3 are imported only when they are used.
"""

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.arrangement import Arrangement, Provenance
from exactmargin.cells.chambers import Chambers, Subtree, chambers, stream_chambers, subtrees
from exactmargin.cells.curvature import has_zero_diagonal, indefinite_directions
from exactmargin.cells.deletion_restriction import chambers_by_deletion
from exactmargin.cells.expansion import blocks, symbol_names
from exactmargin.cells.facets import adjacent_cells, walk_cells
from exactmargin.cells.form import CellForm, FormTerm, MultilinearForm
from exactmargin.cells.hinge_form import HingeForm, hinge_form
from exactmargin.cells.incidence import Incidence, incidence
from exactmargin.cells.kinks import Kinks, Unit
from exactmargin.cells.lift import Lift, is_liftable
from exactmargin.cells.local import LocalCell, Neighbourhood, TooManyCells, cells_around
from exactmargin.cells.network_cells import Cells, enumerate_cells
from exactmargin.cells.pieces import Affine, FreeLayer, Piece
from exactmargin.cells.search import BudgetSpent, Clock
from exactmargin.cells.signature_graph import graph_to_graphml, graph_to_json, signature_graph
from exactmargin.cells.signatures import Entry, Signature, SignatureMap
from exactmargin.cells.slopes import is_flat
from exactmargin.cells.walking import Step
from exactmargin.cells.z3_queries import check_oracle
from exactmargin.cells.zaslavsky import (
    characteristic_polynomial,
    count_bounded_chambers,
    count_chambers,
    whitney_numbers,
)

__all__ = [
    "Affine",
    "Arrangement",
    "BudgetSpent",
    "CellForm",
    "Cells",
    "Chambers",
    "Clock",
    "Entry",
    "FormTerm",
    "FreeLayer",
    "HingeForm",
    "Incidence",
    "Kinks",
    "Lift",
    "LocalCell",
    "MultilinearForm",
    "Neighbourhood",
    "Piece",
    "Provenance",
    "Signature",
    "SignatureMap",
    "Step",
    "Subtree",
    "TooManyCells",
    "Unit",
    "adjacent_cells",
    "blocks",
    "cells_around",
    "chambers",
    "chambers_by_deletion",
    "characteristic_polynomial",
    "check_oracle",
    "count_bounded_chambers",
    "count_chambers",
    "enumerate_cells",
    "forward_along",
    "germ_sign",
    "graph_to_graphml",
    "graph_to_json",
    "has_zero_diagonal",
    "hinge_form",
    "incidence",
    "indefinite_directions",
    "is_flat",
    "is_liftable",
    "signature_graph",
    "stream_chambers",
    "subtrees",
    "symbol_names",
    "walk_cells",
    "whitney_numbers",
]
