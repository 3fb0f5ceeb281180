"""Points that are not KKT: the Farkas vector, and the bound for every active example."""

from typing import Any

from exactmargin.kernel.network import Slopes, Trace, Unit, free_gradient, inner, slopes_at
from exactmargin.kernel.numbers import sign
from exactmargin.render.instance import block_values, unit_tex
from exactmargin.render.layout import chain, items, relation
from exactmargin.render.numerals import number, polynomial
from exactmargin.render.point import point_table
from exactmargin.render.setting import Setting

__all__ = ["not_kkt"]


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
    product = inner(u, problem.free)
    result.append(
        chain(
            "\\langle q,\\theta\\rangle", relation("=", polynomial(product, [])), ["> 0"], end="."
        )
    )
    if not active:
        result.append("No constraint is active, so a KKT point would be $0$, and $\\theta\\ne0$.")
        return result
    result.append(
        "If $\\theta=\\sum_i\\lambda_iy_ig_i$ with $\\lambda_i\\ge0$ and $g_i$ in the Clarke "
        "subdifferential of $\\Phi(\\cdot\\,;x_i)$, the sum being over the active examples, then "
        "$0<\\langle q,\\theta\\rangle=\\sum_i\\lambda_iy_i\\langle q,g_i\\rangle$. But every such "
        "product is at most zero:"
    )
    lines = []
    for i in active:
        leaf = _Leaves(setting, i, u)
        lines.append(f"Example~{i + 1}: {leaf.tree(trees.get(i, 'bound'), {})}")
    result.append(items(lines))
    return result


class _Leaves:
    """The texts of one example's tree; sides of units as in the kernel's rule."""

    def __init__(self, setting: Setting, example: int, u: list[Any]):
        self.setting, self.problem, self.u = setting, setting.problem, u
        self.trace: Trace = setting.trace(example)
        self.example, self.last = example, len(setting.problem.layers) - 2

    def tree(self, tree: Any, sides: dict[Unit, int]) -> str:
        """A tree as nested lists; below the third level the cases follow each other."""
        if tree == "bound":
            bound, i = self._bound(sides), self.example + 1
            value = f"{number(bound)} < 0" if sign(bound) else "0"
            return f"$y_{{{i}}}\\langle q,g\\rangle\\le {value}$."
        if "empty" in tree:
            return self._empty(tree["empty"])
        unit = (tree["layer"] - 1, tree["unit"] - 1)
        name = unit_tex(self.problem, unit)
        cases = []
        for text, key, side in (("\\ge", "plus", 1), ("\\le", "minus", -1)):
            inside = self.tree(tree[key], sides | {unit: side})
            cases.append(f"where the pre-activation of {name} is ${text} 0$: {inside}")
        if len(sides) >= 2:
            return "; ".join(case.rstrip(".") for case in cases) + "."
        return f"two cases for {name}.\n" + items(cases)

    def _bound(self, sides: dict[Unit, int]) -> Any:
        """The largest y <u, g>, the open slopes of the last hidden layer at their worst."""
        problem, label = self.problem, self.problem.labels[self.example]
        open_: list[Unit] = []

        def decide(unit: Unit) -> Any:
            if unit in sides:
                return 1 if sides[unit] > 0 else problem.slope
            open_.append(unit)
            return 0

        slopes: Slopes = slopes_at(problem, self.trace, decide)[0]
        bound = label * inner(self.u, free_gradient(problem, self.trace, slopes))
        outputs = {j: problem.theta[p] for p, j in problem.layers[-1].rows[0]}
        for unit in open_:
            pull = free_gradient(problem, self.trace, slopes, unit)
            value = label * inner(self.u, pull) * outputs.get(unit[1], 0)
            bound = bound + value * (1 if sign(value) > 0 else problem.slope)
        return bound

    def _empty(self, rows: Any) -> str:
        weights = self.setting.numbers([row["weight"] for row in rows])
        units = [unit_tex(self.problem, (row["layer"] - 1, row["unit"] - 1)) for row in rows]
        shown = ", ".join(
            f"{unit} with weight ${number(x)}$" for unit, x in zip(units, weights, strict=True)
        )
        return f"no cell has these signs (combine {shown}: the sides exclude each other)."
