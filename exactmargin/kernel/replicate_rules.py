"""The claims about replicates (``replicates``), mostly by claims about their binary problems.

Replicates share no parameter. So the sum of the L^(r) has, where they *agree* (h_1 = ... = h_R),
the product of the Clarke subdifferentials of the L^(r): gradients of the sum have independent
blocks, limits and convex hulls of products are products. The penalty is smooth, not negative, and
at such points 0 together with its gradient. Hence there

- E is critical (Clarke) exactly if every L^(r) is (L Theorem 7 (ii), and its converse);
- E has a local or global minimum if every L^(r) has.

Where they do not agree, E is not critical (L Theorem 7 (i), here shown otherwise). Let l be the
last hidden layer where they differ, and D = (d/dt at t = 0) of: in all replicates the weights and
biases of layer l times e^t, the weights of layer l + 1 times e^-t. That leaves all pre-activations
above layer l what they are, sigma being positively homogeneous, so every L^(r): its gradients have
the inner product 0 with D where there are any, and so have, D being continuous, all limits of
them. The penalty has the derivative 2 gamma R / (R - 1) sum_r <x_r - mean, x_r> = 2 gamma R /
(R - 1) sum_r |x_r - mean|^2 > 0, x_r the parameters of layer l: layer l + 1 adds
nothing, its replicates being equal, or not penalised as they are the outputs'.

A curve (``hinge_minima``) and a better point are of the network side by side; their loss is E.
On a cell E is gamma h^2 in each hidden parameter h, and the L^(r), multilinear in the layers'
blocks, add no square: E is constant on no cell, so each of its local minima is sharp. The cells
of E are the products of cells of the L^(r) (L eq. 126).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

from .clarke import clarke_critical, not_clarke_critical
from .hinge_cells import hinge_cells
from .hinge_minima import (
    hinge_global_minimum,
    hinge_local_minimum,
    hinge_not_global_minimum,
    hinge_not_local_minimum,
)
from .outcome import Rejected, need
from .reading import integer, items, keys, read_number
from .replicates import Replicated

Rule = Callable[[Any, Any], str]


def _of_replicate(problem: Replicated, r: int, rule: Rule, evidence: Any, place: str) -> str:
    try:
        return rule(problem.replicate(r), evidence)
    except Rejected as failure:
        failure.place = f"{place}, replicate {r}: {failure.place}"
        raise


def _all(problem: Replicated, rule: Rule, value: Any) -> str:
    """What the rule proves of the last replicate, as of all others."""
    place = "evidence.replicates"
    rows = enumerate(items(value, place, problem.outputs))
    return [_of_replicate(problem, r, rule, entry, place) for r, entry in rows][-1]


def _agreeing(rule: Rule, problem: Replicated, evidence: Any) -> str:
    """The replicates agree, and the rule's claim holds for each."""
    value = keys(evidence, "evidence", ("replicates",))["replicates"]
    need(problem.agree, "replicates-differ", "problem.parameters")
    return f"{_all(problem, rule, value)}, where all replicates agree"


def not_critical(problem: Replicated, evidence: Any) -> str:
    """The replicates do not agree, or one of them is no critical point."""
    told = "the parameters are not a critical point of the loss (Clarke)"
    if "replicate" in keys(evidence, "evidence", (), ("replicate", "evidence")):
        keys(evidence, "evidence", ("replicate", "evidence"))
        r = integer(evidence["replicate"], "evidence.replicate", 0, problem.outputs - 1)
        _of_replicate(problem, r, not_clarke_critical, evidence["evidence"], "evidence")
        return f"{told}: replicate {r} is none"
    keys(evidence, "evidence", ())
    need(not problem.agree, "replicates-agree", "problem.parameters")
    return f"{told}: the replicates differ"


def sharp_minimum(problem: Replicated, evidence: Any) -> str:
    """theta is a local minimum; no cell is flat."""
    minimum = keys(evidence, "evidence", ("minimum",))["minimum"]
    _agreeing(hinge_local_minimum, problem, minimum)
    return "the parameters are a sharp local minimum of the loss"


def cells(problem: Replicated, evidence: Any) -> str:
    """The number of cells is the product of those of the binary problems."""
    keys(evidence, "evidence", ("count", "replicates"))
    _all(problem, hinge_cells, evidence["replicates"])
    counts = (read_number(e["count"], None, "evidence") for e in evidence["replicates"])
    total: Any = prod(counts)
    count = read_number(evidence["count"], None, "evidence.count")
    need(count == total, "other-product-of-cells", "evidence.count", total)
    return f"the number of cells is {total}: the lists are complete"


REPLICATE_RULES: dict[str, Rule] = {
    "clarke-critical": partial(_agreeing, clarke_critical),
    "not-clarke-critical": not_critical,
    "local-minimum": partial(_agreeing, hinge_local_minimum),
    "not-local-minimum": hinge_not_local_minimum,
    "global-minimum": partial(_agreeing, hinge_global_minimum),
    "not-global-minimum": hinge_not_global_minimum,
    "sharp-minimum": sharp_minimum,
    "cells": cells,
}
