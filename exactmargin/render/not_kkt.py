"""Points that are not KKT: the Farkas vector, and every cell around every active example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactmargin.kernel.network import Slopes, Unit, free_gradient, inner, is_affine, slopes_at
from exactmargin.kernel.numbers import sign
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain, items, relation, table, vector
from exactmargin.render.numerals import coefficient_sum, join, number, polynomial
from exactmargin.render.point import point_table
from exactmargin.render.setting import Setting

__all__ = ["not_kkt"]

Sides = Mapping[Unit, int]


def not_kkt(setting: Setting, evidence: Any) -> list[str]:
    """The separating vector q and why no combination of subgradients is theta."""
    problem = setting.problem
    u = setting.numbers(evidence["separator"])
    trees = {entry["example"] - 1: entry["tree"] for entry in evidence["splits"]}
    active = setting.active()
    entries = setting.free_entries([number(x) for x in u])
    result = [
        "The constraints hold:",
        point_table(setting, problem.theta, range(len(problem.labels))),
    ]
    result += ["The separating vector $q$, in the shape of $\\theta$, is"]
    result += [block_values(setting.naming.free_blocks(), entries, "}", "q_{")]
    product = relation("=", polynomial(inner(u, problem.free), []))
    result.append(chain("\\langle q,\\theta\\rangle", product, ["> 0"], end="."))
    if not active:
        result.append("No constraint is active, so a KKT point would be $0$, and $\\theta\\ne0$.")
        return result
    result.append(
        "If $\\theta=\\sum_i\\lambda_iy_ig_i$ with $\\lambda_i\\ge0$ and $g_i$ in the Clarke "
        "subdifferential of $\\Phi(\\cdot\\,;x_i)$, the sum being over the active examples, then "
        "$0<\\langle q,\\theta\\rangle=\\sum_i\\lambda_iy_i\\langle q,g_i\\rangle$. But every such "
        "product is at most zero. The subdifferential lies in the convex hull of the gradients "
        "that belong to the cells around $\\theta$; cells that are null sets do not count. "
        f"{_order(setting)}"
    )
    leaves = [leaf for i in active for leaf in _leaves(setting, i, trees.get(i, "bound"), {})]
    return result + _bounds(leaves, u) + _null_sets(leaves)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf of one example's tree: the sides on its path, and what the kernel recomputes there.

    `empty` holds the rows of the evidence if the cell is a null set, else None.
    """

    setting: Setting
    example: int
    sides: Sides
    empty: Any

    def slopes(self, opened: Slopes, below: int | None = None) -> Slopes:
        """The slopes of the cell, those of kinks that are left open as given, else 0 and noted."""
        problem = self.setting.problem

        def decide(unit: Unit) -> Any:
            if unit in self.sides:
                return 1 if self.sides[unit] > 0 else problem.slope
            return opened.setdefault(unit, 0)

        return slopes_at(problem, self.setting.trace(self.example), decide, below)

    def gradient(self, slopes: Slopes, unit: Unit | None = None) -> list[Any]:
        """The gradient of the network, or of one unit's pre-activation, in the free parameters."""
        problem = self.setting.problem
        return free_gradient(problem, self.setting.trace(self.example), slopes, unit)

    def worst(self, u: list[Any]) -> Slopes:
        """The open slopes of the last hidden layer at which y <u, g> is largest."""
        problem = self.setting.problem
        opened: Slopes = {}
        slopes = self.slopes(opened)
        outputs = {j: problem.theta[p] for p, j in problem.layers[-1].rows[0]}
        for unit in opened:
            pull = inner(u, self.gradient(slopes, unit)) * outputs.get(unit[1], 0)
            grows = sign(pull * problem.labels[self.example]) > 0
            opened[unit] = Fraction(1) if grows else problem.slope
        return opened

    def cell(self) -> str:
        """The sides as conditions on pre-activations."""
        relations = {1: "\\ge 0", -1: "\\le 0"}
        shown = (f"{_z(self.setting, unit)} {relations[s]}" for unit, s in self.sides.items())
        return ",\\allowbreak\\ ".join(shown)


def _leaves(setting: Setting, i: int, tree: Any, sides: Sides) -> Iterator[_Leaf]:
    """The leaves of a tree, those on the side z >= 0 first."""
    if tree == "bound":
        yield _Leaf(setting, i, sides, None)
    elif "empty" in tree:
        yield _Leaf(setting, i, sides, tree["empty"])
    else:
        unit = (tree["layer"] - 1, tree["unit"] - 1)
        yield from _leaves(setting, i, tree["plus"], {**sides, unit: 1})
        yield from _leaves(setting, i, tree["minus"], {**sides, unit: -1})


def _z(setting: Setting, unit: Unit) -> str:
    """The pre-activation of a unit, as a formula."""
    l, k = unit
    return f"z_{{{k + 1}}}" if len(setting.problem.layers) == 2 else f"z^{{({l + 1})}}_{{{k + 1}}}"


def _order(setting: Setting) -> str:
    """In which order the entries of a gradient are written."""
    blocks = setting.naming.free_blocks()
    if len(blocks) == 1 and not blocks[0].columns:
        return f"A gradient in ${blocks[0].name}$ is written like $q$."
    return f"A gradient is written as one vector, its entries in the order {setting.order_text()}."


def _vector(setting: Setting, g: list[Any]) -> str:
    return vector([number(g[n]) for n in setting.free_order()])


def _bounds(leaves: list[_Leaf], u: list[Any]) -> list[str]:
    """One row per cell that is bounded: its sides, the open slopes, the gradient, the product."""
    rows = []
    for leaf in leaves:
        if leaf.empty is None:
            i, opened = leaf.example, leaf.worst(u)
            g = leaf.gradient(leaf.slopes(opened))
            slopes = (f"\\rho_{{{k + 1}}}={number(x)}" for (_, k), x in opened.items())
            shown = ",\\allowbreak\\ ".join(slopes)
            product = leaf.setting.problem.labels[i] * inner(u, g)
            rows.append([str(i + 1), leaf.cell(), shown, _vector(leaf.setting, g), number(product)])
    if not rows:
        return []
    problem, text = leaves[0].setting.problem, ""
    if any(row[1] for row in rows):
        deep = len(problem.layers) > 2
        name = "$z^{(l)}_k$ that of unit~$k$ of layer~$l$" if deep else "$z_k$ that of unit~$k$"
        text = f"The cells are given by signs of pre-activations, {name}. "
    if any(row[2] for row in rows):
        kinks = "other kinks" if text else "the kinks"
        text += (
            f"At {kinks} the slope $\\rho_k\\in[{number(problem.slope)},1]$ of unit~$k$ of the "
            "last hidden layer is left open: the product is affine in it, and the slope shown "
            "makes it largest. "
        )
    text += "The gradients and the products:"
    head = ["i", "\\text{cell}", "\\text{slopes}", "g", "y_i\\,\\langle q,g\\rangle"]
    return [text, table(head, rows)]


def _null_sets(leaves: list[_Leaf]) -> list[str]:
    """The cells that are null sets, each with the combination that shows it."""
    found = [leaf for leaf in leaves if leaf.empty is not None]
    if not found:
        return []
    return [
        "The cells that remain are null sets:",
        items([f"\\raggedright {_null_set(leaf)}" for leaf in found]),
    ]


def _null_set(leaf: _Leaf) -> str:
    setting, problem = leaf.setting, leaf.setting.problem
    weights = setting.numbers([row["weight"] for row in leaf.empty])
    units = [(row["layer"] - 1, row["unit"] - 1) for row in leaf.empty]
    nu = {unit: x * leaf.sides[unit] for unit, x in zip(units, weights, strict=True)}
    where = f"Example~{leaf.example + 1}, ${leaf.cell()}$: "
    if all(is_affine(problem, unit) for unit in nu):
        return where + _gordan(leaf, nu)
    return where + _propagation(leaf, nu)


def _gordan(leaf: _Leaf, nu: Slopes) -> str:
    """The gradients of pre-activations cancel."""
    setting, normals = leaf.setting, {}
    for unit in nu:
        slopes = leaf.slopes({}, unit[0])
        normals[unit] = _vector(setting, leaf.gradient(slopes, unit))
    names = [(x, f"\\nabla {_z(setting, unit)}") for unit, x in nu.items()]
    values = [(x, f"\\,{normals[unit]}") for unit, x in nu.items()]
    shown = f"{join(coefficient_sum(names))} = {join(coefficient_sum(values))} = 0"
    signed = [[(Fraction(sign(x)), _z(setting, unit))] for unit, x in nu.items()]
    listed = ", ".join(f"${join(coefficient_sum(pair))}$" for pair in signed)
    return f"${shown}$, so {listed}, none of them negative there, vanish: part of a hyperplane."


def _propagation(leaf: _Leaf, nu: Slopes) -> str:
    """The units feed on units at zero, whose weights have the wrong signs."""
    setting, problem = leaf.setting, leaf.setting.problem
    l = max(nu)[0]
    slopes = leaf.slopes({}, l)
    pulls: dict[int, Any] = {}
    for unit, x in nu.items():
        for p, j in problem.layers[l].rows[unit[1]]:
            if slopes[l - 1, j]:
                pulls[j] = x * problem.theta[p] + pulls.get(j, 0)
    left = join(coefficient_sum([(x, _z(setting, unit)) for unit, x in nu.items()]))
    sources = {j: f"\\sigma({_z(setting, (l - 1, j))})" for j in pulls}
    right = join(coefficient_sum([(x, sources[j]) for j, x in pulls.items()]))
    listed = ", ".join(f"${_z(setting, (l - 1, j))}$" for j in pulls)
    return (
        f"at $\\theta$ the weights give ${left} = {right}$. The left side is $\\ge0$ there and "
        f"every term on the right is $\\le0$, also for weights near these, so {listed} must be $0$."
    )
