"""Cells of a hinge loss around a point: critical points, and the two types of local minima."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from exactmargin.kernel.clarke import derivative, gradient
from exactmargin.kernel.loss_cells import Functional, LossCells
from exactmargin.render.hinge_minima import local_minimum
from exactmargin.render.instance import block_values
from exactmargin.render.layout import items, table, vector
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["clarke_critical", "flat_minimum", "not_clarke_critical", "sharp_minimum"]

_SHOWN = 40  # leaves of each kind; a tree may have hundreds


def clarke_critical(setting: Setting, evidence: Any) -> list[str]:
    """The cells, their weights and gradients."""
    cells, lines = LossCells(setting.problem), []
    for entry in evidence["cells"]:
        (weight,) = setting.numbers([entry["weight"]])
        g = gradient(cells, entry["path"], "evidence")
        lines.append(
            f"weight ${number(weight)}$: along ${_path(setting, entry['path'])}$, gradient "
            f"${_ordered(setting, g)}$"
        )
    return [
        _cells(setting),
        "The gradients of the loss in the cells that these paths enter for small $t>0$ tend to the "
        f"following ones at $\\theta$. Entries are in the order {setting.order_text()}.",
        items(lines),
        "With these weights, which sum to one, they combine to zero.",
    ]


def not_clarke_critical(setting: Setting, evidence: Any) -> list[str]:
    """The separating vector, and a bound of its products on every leaf."""
    u = setting.numbers(evidence["separator"])
    entries = [number(x) for x in u]
    leaves = list(_leaves(setting, evidence["tree"], {}))
    functional = derivative(setting.problem, u)
    return [
        _cells(setting),
        "The separating vector $q$, in the shape of $\\theta$, is",
        block_values(setting.naming.free_blocks(), entries, "}", "q_{"),
        "Its inner product with the gradient, at $\\theta$, of the polynomial of each cell around "
        "$\\theta$ is positive, so zero is not in the convex hull of these gradients.",
        *_bounds(setting, leaves, functional),
        *_null_sets(setting, leaves),
    ]


def flat_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The local minimum, and a path into a flat cell."""
    path = _path(setting, evidence["path"])
    return [
        *local_minimum(setting, evidence["minimum"]),
        _cells(setting),
        f"For small $t>0$ the path ${path}$ is in one cell around $\\theta$ (entries are in the "
        f"order {setting.order_text()}). There the terms with $m_j>0$ add up to a constant.",
    ]


def sharp_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The local minimum, and points at which the polynomials of all cells are not constant."""
    leaves = list(_leaves(setting, evidence["tree"], {}))
    return [
        *local_minimum(setting, evidence["minimum"]),
        _cells(setting),
        "On no cell around $\\theta$ is the loss constant: its polynomial there, less the constant "
        "term, is positive at another point $\\vartheta$.",
        *_bounds(setting, leaves, None),
        *_null_sets(setting, leaves),
    ]


def _cells(setting: Setting) -> str:
    inside = "$m_j$ is what the term $j$ of the loss is the positive part of"
    if setting.problem.loss == "hinge":
        inside = "$m_j=1-y_j\\,\\Phi(\\theta;x_j)$"
    return (
        "A cell is an open set of parameters on which no hidden pre-activation and no $m_j$ is "
        "zero, except for what is always zero there; the loss is a polynomial on it. Here "
        f"{inside}, and $z_{{i,k}}$ is the input of unit~$k$ at example~$i$."
    )


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf of the tree, and the sides that lead there."""

    sides: dict[Any, int]
    node: Any


def _leaves(setting: Setting, tree: Any, sides: dict[Any, int]) -> Iterator[_Leaf]:
    if "plus" not in tree:
        yield _Leaf(sides, tree)
        return
    key = LossCells(setting.problem).key(tree, "evidence.tree", ("plus", "minus"))
    yield from _leaves(setting, tree["plus"], {**sides, key: 1})
    yield from _leaves(setting, tree["minus"], {**sides, key: -1})


def _bounds(setting: Setting, leaves: list[_Leaf], functional: Functional | None) -> list[str]:
    cells, rows = LossCells(setting.problem), []
    bounded = [leaf for leaf in leaves if "neurons" in leaf.node]
    tests = [] if functional else ["\\vartheta"]
    for leaf in bounded[:_SHOWN]:
        value = cells.bound(leaf.node, leaf.sides, "evidence.tree", functional)
        test = [_ordered(setting, setting.numbers(leaf.node["test"]))] if tests else []
        rows.append([_region(setting, leaf), *test, f"\\ge {number(value)}"])
    if not rows:
        return []
    some = f" The first {_SHOWN} of {len(bounded)} are shown." if len(bounded) > _SHOWN else ""
    own = any(leaf.node["neurons"] for leaf in bounded)
    each = (
        " Of some units the sides are told apart for this unit alone; the least value counts."
        if own
        else ""
    )
    return [
        "In each region, with the worst sides of all else that is zero at $\\theta$, the value is "
        f"at least:{each}{some}",
        table(["\\text{region}", *tests, "\\text{value}"], rows),
    ]


def _null_sets(setting: Setting, leaves: list[_Leaf]) -> list[str]:
    rows = []
    for leaf in leaves:
        if "empty" in leaf.node:
            cells = LossCells(setting.problem)
            forms = [
                (cells.key(entry, "evidence", ("weight",)), *setting.numbers([entry["weight"]]))
                for entry in leaf.node["empty"]
            ]
            shown = (f"{_name(setting, key)}\\colon {number(weight)}" for key, weight in forms)
            rows.append([_region(setting, leaf), ",\\allowbreak\\ ".join(shown)])
    if not rows:
        return []
    some = f" The first {_SHOWN} of {len(rows)} are shown." if len(rows) > _SHOWN else ""
    return [
        "Other regions are null sets near $\\theta$. With these weights, their forms, taken "
        "to their sides (pre-activations times the absolute output weight, where there are "
        f"$m_j$), have a sum that is not positive, so they are zero.{some}",
        table(["\\text{region}", "\\text{weights}"], rows[:_SHOWN]),
    ]


def _region(setting: Setting, leaf: _Leaf) -> str:
    relations = {1: "\\ge 0", -1: "\\le 0"}
    shown = (f"{_name(setting, key)} {relations[s]}" for key, s in leaf.sides.items())
    return ",\\allowbreak\\ ".join(shown) or "\\text{all}"


def _name(setting: Setting, key: Any) -> str:
    if key[0] == "term":
        return f"m_{{{key[1] + 1}}}"
    if key[0] == "output":
        return f"v_{{{key[1] - setting.problem.layers[-1].start + 1}}}"
    i, (l, k) = key
    deep = f"^{{({l + 1})}}" if len(setting.problem.layers) > 2 else ""
    return f"z{deep}_{{{i + 1},{k + 1}}}"


def _ordered(setting: Setting, values: list[Any]) -> str:
    return vector([number(values[p]) for p in setting.free_order()])


def _path(setting: Setting, path: Any) -> str:
    steps = (_ordered(setting, setting.numbers(step)) for step in path)
    powers = (f" + t{f'^{{{n}}}' if n > 1 else ''}\\,{step}" for n, step in enumerate(steps, 1))
    return "\\theta" + "".join(powers)
