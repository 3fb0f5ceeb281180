"""``flat-minimum``, ``sharp-minimum``: the two types of local minima of a hinge loss (L section 1).

A cell is flat if L is constant on it: if the polynomial of the cell is. A local minimum is flat
(type I) if some cell around theta (``loss_cells``) is flat, otherwise sharp (type II). A path shows
a flat cell. No cell is flat if, on each, some functional that is 0 on constants is positive: the
value at a given point, without the constant.
"""

from __future__ import annotations

from typing import Any

from .hinge_minima import hinge_local_minimum
from .loss_cells import LossCells
from .outcome import need
from .problem import Problem
from .reading import keys


def flat_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a local minimum, with a flat cell around it."""
    keys(evidence, "evidence", ("minimum", "path"))
    hinge_local_minimum(problem, evidence["minimum"])
    total = LossCells(problem).polynomial(evidence["path"], "evidence.path")
    need(not total.parts(), "cell-not-flat", "evidence.path", total)
    return "the parameters are a flat local minimum of the loss"


def sharp_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a local minimum, with no flat cell around it."""
    keys(evidence, "evidence", ("minimum", "tree"))
    hinge_local_minimum(problem, evidence["minimum"])
    LossCells(problem).check(evidence["tree"], {}, "evidence.tree", None)
    return "the parameters are a sharp local minimum of the loss"
