"""Replicates with a penalty (L eq. 13): what is said of each, and what follows for all together."""

from collections.abc import Callable
from typing import Any

from exactmargin.kernel.problem import Problem
from exactmargin.kernel.replicates import Replicated
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain
from exactmargin.render.naming import Naming
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["OF_REPLICATES"]

Show = Callable[[str, Problem, Any], list[str]]

_GRADIENTS = (
    "The replicates share no parameter, so the gradients of the sum of their losses near $\\theta$ "
    "are all combinations of those of the single losses; the penalty is 0 at $\\theta$, with its "
    "gradient."
)
_MINIMA = (
    "The penalty is 0 at $\\theta$ and nowhere negative, so the sum is least where each of the "
    "replicates' losses is."
)


def _apart(problem: Replicated, r: int, claim: str, evidence: Any, show: Show) -> list[str]:
    """One replicate, and what is proved of it."""
    one = problem.replicate(r)
    head = (
        f"\\textit{{Replicate {r}}} by itself is a problem with the labels $1$ for class {r} and "
        "$-1$ for all others"
    )
    lines = [f"{head}."]
    if one.has_point:
        values = block_values(Naming(one).blocks, [number(x) for x in one.theta])
        lines = [f"{head}, at the point", values]
    return [*lines, *show(claim, one, evidence)]


def _all(problem: Replicated, claim: str, evidence: Any, show: Show) -> list[str]:
    pairs = enumerate(evidence["replicates"])
    return [line for r, own in pairs for line in _apart(problem, r, claim, own, show)]


def _agree(problem: Replicated, reason: str) -> list[str]:
    heads = [[f"= h_{{{r}}}"] for r in range(1, problem.outputs)]
    return [
        "The parameters $h_r$ of the hidden layers are the same in all replicates,",
        chain("h_0", *heads, end="."),
        reason,
    ]


def _critical(setting: Setting, evidence: Any, claim: str, show: Show) -> list[str]:
    problem = setting.problem
    assert isinstance(problem, Replicated)
    return [*_agree(problem, _GRADIENTS), *_all(problem, claim, evidence, show)]


def _minimum(setting: Setting, evidence: Any, claim: str, show: Show) -> list[str]:
    problem = setting.problem
    assert isinstance(problem, Replicated)
    return [*_agree(problem, _MINIMA), *_all(problem, claim, evidence, show)]


def _not_critical(setting: Setting, evidence: Any, claim: str, show: Show) -> list[str]:
    problem = setting.problem
    assert isinstance(problem, Replicated)
    if evidence:
        r = evidence["replicate"]
        return [
            "The replicates share no parameter; where the penalty's gradient is 0, the point is "
            "critical only if it is so for each replicate's loss, and where it is not, never (L "
            "Theorem 7).",
            *_apart(problem, r, claim, evidence["evidence"], show),
        ]
    return [
        "The parameters of the hidden layers differ between replicates. Let $l$ be the last "
        "hidden layer where they do, and let $D$ be the velocity at $t=0$ if the weights and "
        "biases of layer~$l$ are multiplied by $e^t$ and the weights of the layer above by "
        "$e^{-t}$, in all replicates. No output changes, as $\\sigma$ is positively homogeneous: "
        "all limits of gradients of the sum of the losses have the inner product 0 with $D$. The "
        "penalty grows: with $x_r$ the parameters of layer~$l$ of replicate~$r$ and $\\bar x$ "
        "their mean, its derivative along $D$ is",
        chain(
            "\\tfrac{2\\gamma R}{R-1}\\sum_r\\langle x_r-\\bar x,x_r\\rangle",
            ["= \\tfrac{2\\gamma R}{R-1}\\sum_r\\|x_r-\\bar x\\|^2"],
            ["> 0"],
            end=".",
        ),
        "So zero is not in the convex hull of the limits of gradients.",
    ]


def _sharp(setting: Setting, evidence: Any, _claim: str, show: Show) -> list[str]:
    return [
        "On each cell the loss without the penalty is multilinear in the layers' parameters; the "
        "penalty adds $\\gamma h^2$ in each parameter $h$ of the hidden layers. So the loss is "
        "constant on no cell. The point is a local minimum:",
        *_minimum(setting, evidence["minimum"], "local-minimum", show),
    ]


def _cells(setting: Setting, evidence: Any, claim: str, show: Show) -> list[str]:
    problem = setting.problem
    assert isinstance(problem, Replicated)
    counts = " \\cdot ".join(own["count"] for own in evidence["replicates"])
    return [
        "The replicates share no parameter: the cells are the products of cells of each, and "
        f"their number is ${counts} = {evidence['count']}$.",
        *_all(problem, claim, evidence, show),
    ]


OF_REPLICATES: dict[str, Callable[[Setting, Any, str, Show], list[str]]] = {
    "clarke-critical": _critical,
    "not-clarke-critical": _not_critical,
    "local-minimum": _minimum,
    "global-minimum": _minimum,
    "sharp-minimum": _sharp,
    "cells": _cells,
}
"""The claims whose evidence is about single replicates: setting, evidence, claim, ``show``."""
