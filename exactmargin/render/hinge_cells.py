"""Cells under the hinge loss: a point in each cell, and why there is no other."""

from collections.abc import Iterator
from typing import Any

from exactmargin.kernel.hinge_cells import LOSS, OUTPUT, Region, lift, split
from exactmargin.kernel.problem import Problem
from exactmargin.render.layout import table, vector
from exactmargin.render.numerals import coefficient_sum, join, number
from exactmargin.render.setting import Setting

__all__ = ["hinge_cells"]

_SHOWN = 40  # leaves of each kind; a tree may have thousands


def hinge_cells(setting: Setting, evidence: Any) -> list[str]:
    """The lifted coordinates, then the leaves of the tree: cells and empty regions."""
    problem = setting.problem
    deep = len(problem.layers) > 1
    bias = " and $c$ the bias of the output" if deep and problem.layers[-1].biases else ""
    coordinates = "$(P,c,t)$" if bias else "$(P,t)$"
    result = [
        "The signature of parameters lists the signs of the hidden pre-activations $z_{i,k}$ "
        "(example~$i$, unit~$k$) that are not always zero and of $\\ell_i=1-y_i\\,\\Phi(\\theta;"
        "x_i)$. A cell is the set of all parameters with one signature without zeros."
        if deep
        else "The signature of parameters lists the signs of $\\ell_i=1-y_i\\,\\Phi(\\theta;x_i)$. "
        "A cell is the set of all parameters with one signature without zeros. Let $P$ be the "
        "parameters: $\\ell_i$ is a linear form in $(P,t)$ at $t=1$."
    ]
    if deep:
        result.append(
            "Cells are open, so no output weight $v$ need be zero in them. Let $P$ be the "
            "parameters of the first layer, multiplied by the $|v|$ of the weight that reads "
            f"their units, $s$ the sign of $v${bias}. With the sides of all units and the signs "
            f"$s$ known, all $z_{{i,k}}$ and $\\ell_i$ are linear forms in {coordinates} at $t=1$."
        )
    leaves = list(_leaves(setting, evidence["tree"]))
    return result + _cells(setting, leaves) + _empty(setting, leaves)


def _leaves(setting: Setting, nodes: list[Any]) -> Iterator[tuple[Region, Any]]:
    """Each leaf with its region, recomputed."""
    lifted = lift(setting.problem)
    regions = [lifted.start]
    for node in nodes:
        region = regions.pop()
        if "cell" in node or "empty" in node:
            yield region, node
        else:
            regions += reversed(split(lifted, region, node, "evidence.tree"))


def _name(problem: Problem, key: tuple[int, int]) -> str:
    i, k = key
    if i == OUTPUT:
        return f"s_{{{k - problem.layers[-1].start + 1}}}"
    return f"\\ell_{{{i + 1}}}" if k == LOSS else f"z_{{{i + 1},{k + 1}}}"


def _signs(problem: Problem, region: Region) -> dict[tuple[int, int], int]:
    """The signs that were split, in that order."""
    return {key: s for key, s in region.signs.items() if len(problem.layers) > 1 or key[1] == LOSS}


def _known(problem: Problem, region: Region) -> str:
    known = _signs(problem, region).items()
    shown = (f"{_name(problem, key)}{'>' if s > 0 else '<'}0" for key, s in known)
    return ",\\allowbreak\\ ".join(shown)


def _cells(setting: Setting, leaves: list[tuple[Region, Any]]) -> list[str]:
    """One leaf of each signature."""
    found: dict[frozenset[Any], list[str]] = {}
    for region, node in leaves:
        if "cell" in node:
            signature = frozenset(kv for kv in region.signs.items() if kv[0][0] != OUTPUT)
            point = vector([number(x) for x in setting.numbers(node["cell"])])
            found.setdefault(signature, [_known(setting.problem, region), point])
    rows = list(found.values())
    some = f" The first {_SHOWN} of {len(rows)} are shown." if len(rows) > _SHOWN else ""
    head = ["\\text{signs}", "(P,c)" if setting.problem.layers[-1].biases else "P"]
    return [f"A point of each cell, at $t=1$:{some}", table(head, rows[:_SHOWN])]


def _empty(setting: Setting, leaves: list[tuple[Region, Any]]) -> list[str]:
    """The regions without points, and the combination that shows it."""
    rows = []
    for region, node in leaves:
        if "empty" in node:
            split_signs = _signs(setting.problem, region).items()
            forms = [(_name(setting.problem, key), s) for key, s in split_signs if key[0] != OUTPUT]
            weights = setting.numbers(node["empty"])
            terms = [
                (nu * s, f"\\,{name}")
                for nu, (name, s) in zip(weights, [("t", 1), *forms], strict=True)
            ]
            rows.append([_known(setting.problem, region), f"{join(coefficient_sum(terms))} = 0"])
    if not rows:
        return ["These are all combinations of signs."]
    some = f" The first {_SHOWN} of {len(rows)} are shown." if len(rows) > _SHOWN else ""
    return [
        "All other combinations of signs are empty: a combination of forms that would be positive "
        f"is identically zero.{some}",
        table(["\\text{signs}", "\\text{combination}"], rows[:_SHOWN]),
    ]
