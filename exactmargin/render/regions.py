"""Split trees: the regions, and on each the dual bound of one layer, or second derivatives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exactmargin.kernel.network import inner
from exactmargin.kernel.numbers import sign
from exactmargin.kernel.one_layer import affine
from exactmargin.kernel.reading import read_number
from exactmargin.kernel.regions import Kink, Region, forces, leaves, root
from exactmargin.kernel.second_order import hessian
from exactmargin.render.layout import chain, displays, table, vector
from exactmargin.render.naming import matrix
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["layer", "second_order"]

_SHOWN = 40  # leaves; a tree may have thousands
_HEADS = [f"\\text{{{head}}}" for head in ("region", "where", "multipliers", "weights", "slopes")]
_WIDE = 12  # parameters; larger matrices stand in the certificate alone


def layer(setting: Setting, evidence: Any, bound: Any, local: bool) -> list[str]:
    """The affine functions of every region, and the bounds that they give."""
    del bound
    found = _leaves(setting, evidence, local)
    rows = []
    for n, leaf in enumerate(found[:_SHOWN], 1):
        region, multipliers, weights = forces(leaf.region, leaf.evidence, leaf.place)
        b, g = affine(region, multipliers, weights, leaf.place)
        shown = vector([number(g[p]) for p in setting.free_order()])
        rows.append([*_cells(setting, found, n, leaf), shown, number(2 * b - inner(g, g))])
    return [
        "Let $u$ be the vector of the free parameters, its entries in the order "
        f"{setting.order_text()}. Pre-activations and outputs are affine in $u$ once the slopes "
        f"are known. {_cover(setting, found, local)} {_on(found)} the function",
        chain(
            "L(u)",
            ["= \\sum_i\\lambda_i\\bigl(1-y_i\\Phi(u;x_i)\\bigr)", f"- {_sides(setting)}"],
            ["= b-\\langle g,u\\rangle"],
        ),
        "is at most zero at every feasible $u$, so that",
        chain(
            "\\|u\\|^2",
            ["\\ge \\|u\\|^2+2L(u)"],
            ["= \\|u-g\\|^2+2b-\\|g\\|^2"],
            ["\\ge 2b-\\|g\\|^2"],
            ["\\ge B"],
            end=".",
        ),
        _legend(setting, found),
        table([*_HEADS, "g", "2b-\\|g\\|^2"], rows),
    ]


def second_order(setting: Setting, evidence: Any, bound: Any, local: bool) -> list[str]:
    """The function whose smallest value near theta is at theta, and its second derivatives."""
    del bound
    found = _leaves(setting, evidence, local)
    field = setting.field
    rows = [
        [
            *_cells(setting, found, n, leaf),
            number(read_number(leaf.evidence["penalty"], field, leaf.place)),
        ]
        for n, leaf in enumerate(found[:_SHOWN], 1)
    ]
    s, t = "y_i\\Phi(\\theta';x_i)-1", f"\\zeta_{{i,k}}{_z(setting)}"
    result = [
        f"Once the slopes are known, outputs and pre-activations are polynomials in $\\theta'$. "
        f"{_cover(setting, found, local)} With $s_i={s}$ and $t_{{i,k}}={t}$ put there",
        chain(
            "F(\\theta')",
            ["= \\tfrac12\\|\\theta'\\|^2"],
            ["- \\sum_i\\bigl(\\lambda_is_i-\\tfrac{\\kappa}{2}s_i^2\\bigr)"],
            ["- \\sum_{i,k}\\bigl(\\mu_{i,k}t_{i,k}-\\tfrac{\\kappa}{2}t_{i,k}^2\\bigr)"],
            end=",",
        ),
        "the sums over positive weights alone. At $\\theta$ these $s_i$ and $t_{i,k}$ are zero, "
        "$\\nabla F=0$, and $M=\\nabla^2F$ is positive definite, so $F\\ge\\tfrac12B$ near "
        "$\\theta$. A feasible $\\theta'$ of the region near it has small $s_i,t_{i,k}\\ge0$, "
        "so $\\tfrac12\\|\\theta'\\|^2\\ge F(\\theta')$.",
        _legend(setting, found),
        table([*_HEADS, "\\kappa"], rows),
        *_rotations(found),
        "$M$ is positive definite because in $CMC^\\top$ every diagonal entry is larger than the "
        "sum of the absolute values of the others in its row. Rows and columns are in the order "
        f"{setting.order_text()}.",
    ]
    for n, leaf in enumerate(found[:_SHOWN], 1):
        result += _matrices(setting, leaf, f"On region {n}" if len(found) > 1 else "Here")
    return result


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf: the region, its evidence, its place in the certificate."""

    region: Region
    evidence: Any
    place: str


def _leaves(setting: Setting, evidence: Any, local: bool) -> list[_Leaf]:
    start = root(setting.problem, local)
    return [_Leaf(*leaf) for leaf in leaves(start, evidence["tree"], "evidence.tree")]


def _indices(setting: Setting, kink: Kink) -> str:
    i, (l, k) = kink
    upper = f"^{{({l + 1})}}" if len(setting.problem.layers) > 2 else ""
    return f"{upper}_{{{i + 1},{k + 1}}}"


def _z(setting: Setting) -> str:
    """The pre-activations in general."""
    upper = "^{(l)}" if len(setting.problem.layers) > 2 else ""
    return f"z{upper}_{{i,k}}"


def _sides(setting: Setting) -> str:
    return f"\\sum_{{i,k}}\\mu_{{i,k}}\\zeta_{{i,k}}{_z(setting)}(u)"


def _cover(setting: Setting, found: Sequence[_Leaf], local: bool) -> str:
    """What the regions cover, and what is known on them."""
    deep = " of layer~$l$" if len(setting.problem.layers) > 2 else ""
    name = f"${_z(setting)}$ is the pre-activation of unit~$k${deep} at example~$i$"
    known = (
        "Near $\\theta$ those that are not zero at $\\theta$ keep their signs. " if local else ""
    )
    what = "a neighbourhood of $\\theta$" if local else "all values of the free parameters"
    many = f"{len(found)} regions cover"
    cover = f"There is one region, {what}." if len(found) == 1 else f"{many} {what}."
    return cover if len(setting.problem.layers) == 1 else f"Here {name}. {known}{cover}"


def _on(found: Sequence[_Leaf]) -> str:
    return "On it" if len(found) == 1 else "On each of them"


def _legend(setting: Setting, found: Sequence[_Leaf]) -> str:
    """What the columns of the table are."""
    text = "The multipliers $\\lambda_i\\ge0$ that are not shown are zero"
    if any(leaf.evidence.get("sides") for leaf in found):
        text += (
            ", as are the weights $\\mu_{i,k}\\ge0$ of sides $\\zeta_{i,k}z_{i,k}\\ge0$, "
            "$\\zeta_{i,k}=\\pm1$"
        )
    if any(leaf.evidence.get("slopes") for leaf in found):
        text += (
            ". A slope $\\rho_{i,k}$ may be any number from "
            f"${number(setting.problem.slope)}$ to $1$ where the derivative of $\\Phi(u;x_i)$ by "
            "$\\sigma(z_{i,k})$, with the slopes above unit~$k$, has the sign of $-y_i$: "
            "$\\sigma(z)\\ge\\rho z$, so it makes the margin larger"
        )
    rest = f"; the first {_SHOWN} of {len(found)} regions" if len(found) > _SHOWN else ""
    return f"{text}{rest}:"


def _cells(setting: Setting, found: Sequence[_Leaf], n: int, leaf: _Leaf) -> list[str]:
    """The number of the region, its sides, multipliers, weights and slopes."""
    relations = {1: "\\ge 0", -1: "\\le 0"}
    sides = [f"z{_indices(setting, k)} {relations[s]}" for k, s in leaf.region.sides.items()]
    values = enumerate(setting.numbers(leaf.evidence["multipliers"]), 1)
    multipliers = [f"\\lambda_{{{i}}}={number(x)}" for i, x in values if sign(x)]
    lists = [sides, multipliers or ["\\text{none}"]]
    for name, key, value in (("\\mu", "sides", "weight"), ("\\rho", "slopes", "slope")):
        rows = leaf.evidence.get(key, [])
        numbers = setting.numbers([row[value] for row in rows])
        kinks = [(row["example"] - 1, (row["layer"] - 1, row["unit"] - 1)) for row in rows]
        pairs = zip(kinks, numbers, strict=True)
        lists.append([f"{name}{_indices(setting, kink)}={number(x)}" for kink, x in pairs])
    joined = [",\\allowbreak\\ ".join(shown) for shown in lists]
    return [str(n) if len(found) > 1 else "", *joined]


def _rotations(found: Sequence[_Leaf]) -> list[str]:
    """The units that are rotated into each other, and why that is harmless."""
    texts = []
    for n, leaf in enumerate(found[:_SHOWN], 1):
        pairs = [
            f"{row['unit']} and {row['with']} of layer {row['layer']}"
            for row in leaf.evidence.get("rotations", [])
        ]
        if pairs:
            where = f"on region {n}" if len(found) > 1 else "here"
            texts.append(f"{where}: units {'; '.join(pairs)}")
    if not texts:
        return []
    return [
        "Some pairs of units have the same sources and targets, no shared weights, and the same "
        "slopes in all that is weighed. To rotate one into the other changes neither $F$ nor the "
        "norm; let $X$ be the derivative of the rotation. Among the points into which "
        "$\\theta'$ can be rotated let $\\theta''$ be the closest to $\\theta$: "
        "$\\theta''-\\theta$ is orthogonal to every $X\\theta$. So it is enough that "
        "$\\nabla^2F+\\sum(X\\theta)(X\\theta)^\\top$ is positive definite, and this sum is $M$ "
        f"({', '.join(texts)})."
    ]


def _matrices(setting: Setting, leaf: _Leaf, where: str) -> list[str]:
    """M, C and C M C^T."""
    order = setting.free_order()
    if len(order) > _WIDE:
        return []
    region, _, weights = forces(leaf.region, leaf.evidence, leaf.place)
    m = hessian(region, weights, leaf.evidence, leaf.place)
    c = [setting.numbers(row) for row in leaf.evidence["congruence"]]
    half = [[inner(row, column) for column in m] for row in c]
    product = [[inner(row, other) for other in c] for row in half]
    shown = []
    for name, values, rows in (
        ("M", m, order),
        ("C", c, range(len(c))),
        ("CMC^\\top", product, range(len(c))),
    ):
        columns = range(len(c)) if name == "CMC^\\top" else order
        entries = [[number(values[p][q]) for q in columns] for p in rows]
        shown.append(f"{name} = {matrix(entries)}")
    return [where, displays(shown)]
