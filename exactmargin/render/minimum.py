"""Minima and lower bounds of the norm: the point, the bound, and the proof by its method."""

from collections.abc import Callable
from typing import Any

from exactmargin.kernel.network import inner
from exactmargin.render.layout import chain
from exactmargin.render.lifting import lifting
from exactmargin.render.minima import norm_mark, norm_note
from exactmargin.render.numerals import number
from exactmargin.render.point import point_table
from exactmargin.render.products import product, vertices
from exactmargin.render.regions import layer, second_order
from exactmargin.render.setting import Setting

__all__ = ["METHODS", "global_minimum", "local_minimum", "norm_bound"]

METHODS: dict[str, Callable[[Setting, Any, Any, bool], list[str]]] = {
    "lifting": lifting,
    "product": product,
    "vertices": vertices,
    "layer": layer,
    "second-order": second_order,
}
"""How the evidence of each of the kernel's methods is shown: setting, evidence, B, local."""


def local_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The point, and why no feasible point near it has a smaller norm."""
    return _minimum(setting, evidence, local=True)


def global_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The point, and why no feasible point has a smaller norm."""
    return _minimum(setting, evidence, local=False)


def norm_bound(setting: Setting, evidence: Any) -> list[str]:
    """Why no feasible point has a smaller norm."""
    (bound,) = setting.numbers([evidence["squared_norm"]])
    text = (
        f"Put $B={number(bound)}$; to be shown is $\\|\\theta'\\|^2\\ge B$ for feasible $\\theta'$."
    )
    return [text, *METHODS[evidence["by"]](setting, evidence, bound, False)]


def _minimum(setting: Setting, evidence: Any, local: bool) -> list[str]:
    problem, n = setting.problem, norm_mark(setting)
    bound = inner(problem.free, problem.free)
    near = " near $\\theta$" if local else ""
    return [
        "The constraints hold:",
        point_table(setting, problem.theta, range(len(problem.labels))),
        f"The squared norm is{norm_note(setting)}",
        chain("B", [f"= \\|\\theta\\|{n}^2"], [f"= {number(bound)}"], end="."),
        f"To be shown is $\\|\\theta'\\|{n}^2\\ge B$ for every feasible $\\theta'${near}.",
        *METHODS[evidence["by"]](setting, evidence, bound, local),
    ]
