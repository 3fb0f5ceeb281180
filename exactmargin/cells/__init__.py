"""Where the network is one multilinear form: all cells, the cells around a point, their graph."""

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.facets import adjacent_cells, walk_cells
from exactmargin.cells.incidence import Incidence, incidence
from exactmargin.cells.kinks import Kinks, Unit
from exactmargin.cells.local import LocalCell, Neighbourhood, TooManyCells, cells_around
from exactmargin.cells.network_cells import Cells, enumerate_cells
from exactmargin.cells.search import BudgetSpent
from exactmargin.cells.signature_graph import graph_to_graphml, graph_to_json, signature_graph
from exactmargin.cells.signatures import Entry, Signature, SignatureMap
from exactmargin.cells.slopes import is_flat
from exactmargin.cells.walking import Step

__all__ = [
    "BudgetSpent",
    "Cells",
    "Entry",
    "Incidence",
    "Kinks",
    "LocalCell",
    "Neighbourhood",
    "Signature",
    "SignatureMap",
    "Step",
    "TooManyCells",
    "Unit",
    "adjacent_cells",
    "cells_around",
    "enumerate_cells",
    "forward_along",
    "germ_sign",
    "graph_to_graphml",
    "graph_to_json",
    "incidence",
    "is_flat",
    "signature_graph",
    "walk_cells",
]
