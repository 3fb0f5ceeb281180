"""Duality for one hidden layer: the regions with their multipliers, and the neurons' vectors."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from exactmargin.kernel.lifting import Duality
from exactmargin.kernel.network import inner
from exactmargin.kernel.neurons import Known, NeuronTrees
from exactmargin.render.layout import chain, table, vector
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["Column", "lifting", "setting_text", "tables"]

_SHOWN = 40  # rows of a table; a tree may have thousands of leaves


class _Leaf(NamedTuple):
    """A leaf of a tree, and what is known there."""

    leaf: Any
    known: Known


def lifting(setting: Setting, evidence: Any, bound: Any, local: bool) -> list[str]:
    """The inequalities, a table of the regions and one of the neurons' vectors."""
    duality = Duality(setting.problem, bound)

    def proved(multipliers: list[Any]) -> Any:
        t = inner(multipliers, duality.labels)
        return 2 * sum(multipliers, Fraction(0)) - t * t * duality.output_bias

    size = Column("\\|g_k\\|^2", lambda _, g: number(inner(g, g)))
    return [
        *_argument(setting, duality, local),
        *tables(setting, duality, evidence, local, Column(_total(duality), proved), size),
    ]


class Column(NamedTuple):
    """A column's head, and the entry of a region from lambda or of a neuron from k and g_k."""

    head: str
    entry: Callable[..., Any]


def tables(
    setting: Setting, trees: NeuronTrees, evidence: Any, local: bool, total: Column, size: Column
) -> list[str]:
    """The regions with their multipliers, and the neurons' vectors; with a column each of these."""
    root = trees.root(local)
    leaves = [*_leaves(trees, evidence["tree"], root, None)]
    regions = [leaf for leaf in leaves if "empty" not in leaf.leaf]
    nowhere = [_nowhere(setting, "", root, leaf, None) for leaf in leaves if "empty" in leaf.leaf]
    rows, cases = [], []
    for n, region in enumerate(regions, 1):
        name = str(n) if len(regions) > 1 else ""
        listed = setting.numbers(region.leaf["multipliers"])
        multipliers = trees.weights(listed, "")
        shown = vector([number(x) for x in multipliers])
        rows.append([name, _where(root, region.known), shown, number(total.entry(multipliers))])
        for k, tree in enumerate(region.leaf["neurons"]):
            for case in _leaves(trees, tree, region.known, k):
                if "empty" in case.leaf:
                    nowhere.append(_nowhere(setting, name, region.known, case, k))
                    continue
                cells = _case(setting, trees, region, case, k, multipliers, size)
                cases.append([name, str(k + 1), *cells])
    heads = ["\\text{region}", "\\text{where}", "\\lambda", total.head]
    neurons = ["\\text{region}", "k", "\\text{case}", "\\text{slopes}", "\\text{weights}"]
    return [
        f"The multipliers, in {_count(regions, 'region')}:",
        table(heads, rows[:_SHOWN]),
        f"The vectors of the neurons, in {_count(cases, 'case')}:",
        table([*neurons, "g_k", size.head], cases[:_SHOWN]),
        *_empty(nowhere),
    ]


def _leaves(trees: NeuronTrees, tree: Any, known: Known, k: int | None) -> Iterator[_Leaf]:
    """The leaves of a tree, of all parameters or of neuron k."""
    if {"multipliers", "sides", "empty"} & tree.keys():
        yield _Leaf(tree, known)
        return
    for branch, more, _ in trees.split(tree, known, "", k):
        yield from _leaves(trees, branch, more, k)


def _nowhere(setting: Setting, name: str, before: Known, leaf: _Leaf, k: int | None) -> list[str]:
    """A row about sides that leave no interior: region, neuron, conditions and weights."""
    k = leaf.leaf["neuron"] - 1 if k is None else k
    weights = _named(setting, leaf.leaf["empty"], "weight", "\\nu", k)
    return [name, str(k + 1), _where(before, leaf.known), weights]


def _empty(rows: list[list[str]]) -> list[str]:
    """The cases without interior, and why they need no proof."""
    if not rows:
        return []
    heads = ["\\text{region}", "k", "\\text{case}", "\\text{weights}"]
    return [
        f"Sides that leave no interior, in {_count(rows, 'case')}: "
        "$\\sum_i\\nu_{i,k}\\zeta_{i,k}x_{i,k}=0$ with $\\nu_{i,k}>0$ makes these $z_{i,k}$ zero. "
        "All points are limits of points outside of such null sets, and what is shown there are "
        "weak inequalities:",
        table(heads, rows[:_SHOWN]),
    ]


def _where(before: Known, known: Known) -> str:
    """What has been decided since then, as conditions."""
    relations = {1: "\\ge 0", -1: "\\le 0"}
    shown = (
        f"{f'v_{{{k + 1}}}' if i is None else f'z_{{{i + 1},{k + 1}}}'} {relations[s]}"
        for (k, i), s in known.items()
        if (k, i) not in before
    )
    return ",\\allowbreak\\ ".join(shown)


def _case(
    setting: Setting,
    trees: NeuronTrees,
    region: _Leaf,
    case: _Leaf,
    k: int,
    multipliers: list[Any],
    size: Column,
) -> list[str]:
    """The side conditions, the listed slopes and weights, the vector and its last column."""
    listed = [
        _named(setting, case.leaf["slopes"], "slope", "a", k),
        _named(setting, case.leaf["sides"], "weight", "\\mu", k),
    ]
    g = trees.vector(case.leaf, k, multipliers, case.known, "")
    shown = vector([number(x) for x in g]) if g else "0"
    return [_where(region.known, case.known), *listed, shown, size.entry(k, g)]


def _named(setting: Setting, rows: Any, key: str, name: str, k: int) -> str:
    """Numbers for some examples, with their names."""
    values = setting.numbers([row[key] for row in rows])
    pairs = zip((row["example"] for row in rows), values, strict=True)
    return ",\\allowbreak\\ ".join(f"{name}_{{{i},{k + 1}}}={number(x)}" for i, x in pairs)


def _count(rows: list[Any], word: str) -> str:
    many = f"{len(rows)} {word}{'s' * (len(rows) != 1)}"
    return f"{many}, the first {_SHOWN} here" if len(rows) > _SHOWN else many


def _total(duality: Duality) -> str:
    squared = "-\\bigl(\\sum_i\\lambda_iy_i\\bigr)^2" if duality.output_bias else ""
    return f"2\\sum_i\\lambda_i{squared}"


def _argument(setting: Setting, duality: Duality, local: bool) -> list[str]:
    """Why the tables prove the bound."""
    c, phi = "", "\\,\\Phi(\\theta';x_i)"
    if duality.output_bias:
        c, phi = " + c'^2", "\\bigl(\\Phi(\\theta';x_i)-c'\\bigr)"
    return [
        *setting_text(setting, duality, local),
        "All $\\|g_k\\|\\le1$, so a feasible $\\theta'$ has there",
        chain(
            "\\|\\theta'\\|^2",
            [f"\\ge 2\\sum_k|v'_k|\\,\\|w'_k\\|{c}"],
            [f"\\ge 2\\sum_k s_kv'_k\\langle w'_k,g_k\\rangle{c}"],
            [f"\\ge 2\\sum_i\\lambda_iy_i{phi}{c}"],
            [f"\\ge {_total(duality)}"],
            ["\\ge B"],
            end=".",
        ),
    ]


def setting_text(setting: Setting, trees: NeuronTrees, local: bool) -> list[str]:
    """What the regions are, and the vectors g_k."""
    own, inputs = "", ""
    if setting.problem.layers[0].biases:
        own, inputs = " and its bias", " (1 for the bias)"
    near = (
        "Near $\\theta$ those $v_k$ and $z_{i,k}$ that are not zero keep their signs. The regions "
        "below cover a neighbourhood of $\\theta$"
        if local
        else "The regions below cover all parameters"
    )
    return [
        "Write $v_k$ for the output weight of neuron~$k$ (0 if it has none), $w_k$ for the vector "
        f"of its own weights{own}, $x_{{i,k}}$ for their inputs at example~$i${inputs}"
        f"{', $c$ for the bias of the output' if trees.output_bias else ''}, and "
        f"$z_{{i,k}}=\\langle w_k,x_{{i,k}}\\rangle$. {near}. A region has multipliers "
        "$\\lambda_i\\ge0$ for all neurons, and each neuron has cases that cover the region. There "
        "$s_kv_k=|v_k|$; put",
        chain(
            "g_k",
            ["= \\sum_i\\lambda_iy_is_ka_{i,k}x_{i,k}", "+ \\sum_i\\mu_{i,k}\\zeta_{i,k}x_{i,k},"],
        ),
        f"where $\\zeta_{{i,k}}z_{{i,k}}\\ge0$ with $\\zeta_{{i,k}}=\\pm1$, the weights "
        f"$\\mu_{{i,k}}$ are positive where they are shown and else 0, and {_slopes(setting)}.",
    ]


def _slopes(setting: Setting) -> str:
    slope = setting.problem.slope
    if slope == 1:
        return "$a_{i,k}=1$"
    return (
        "$a_{i,k}$ is the slope of $\\sigma$ on that side, or, where none is known and "
        f"$y_is_k=-1$, the number in $[{number(slope)},1]$ that is shown: "
        "$\\sigma(z)\\ge a_{i,k}z$ for all $z$"
    )
