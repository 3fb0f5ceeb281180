"""``flat-minimum``, ``sharp-minimum``: the two types of local minima of a hinge loss (L section 1).

A cell is flat if L is constant on it: if the polynomial of the cell is. A local minimum is flat
(type I) if some cell around theta (``loss_cells``) is flat, otherwise sharp (type II). A path shows
a flat cell. No cell is flat if, on each, some functional that is 0 on constants is positive: the
value at a given point, without the constant.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .hinge import Term
from .hinge_minima import hinge_local_minimum
from .loss_cells import LossCells
from .network import Slopes, forward
from .numbers import as_poly, symbol
from .outcome import need
from .problem import Problem
from .reading import keys


def flat_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a local minimum, with a flat cell around it."""
    keys(evidence, "evidence", ("minimum", "path"))
    hinge_local_minimum(problem, evidence["minimum"])
    theta = [symbol(p + 1) for p in range(len(problem.theta))]
    total = as_poly(0)
    for term, slopes in LossCells(problem).entered(evidence["path"], "evidence.path"):
        total = total + _polynomial(problem, theta, term, slopes)
    need(not total.parts(), "cell-not-flat", "evidence.path", total)
    return "the parameters are a flat local minimum of the loss"


def sharp_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a local minimum, with no flat cell around it."""
    keys(evidence, "evidence", ("minimum", "tree"))
    hinge_local_minimum(problem, evidence["minimum"])
    LossCells(problem).check(evidence["tree"], {}, "evidence.tree", None)
    return "the parameters are a sharp local minimum of the loss"


def _polynomial(problem: Problem, theta: list[Any], term: Term, slopes: Slopes) -> Any:
    """w (m - 1) on the cell."""
    x = problem.inputs[term.example]
    run = forward(problem, theta, x, lambda unit, _: slopes[unit])
    return term.inside(run, Fraction(0)) * term.weight
