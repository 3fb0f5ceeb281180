"""KKT points: margins, multipliers, chosen slopes, and the stationarity equation written out."""

from fractions import Fraction
from typing import Any

from exactmargin.kernel.network import Slopes, Trace, Unit, forward, free_gradient, slopes_at
from exactmargin.kernel.numbers import as_poly, from_coefficients, sign
from exactmargin.render.layout import chain, items, relation, vector
from exactmargin.render.numerals import Sum, coefficient_sum, number
from exactmargin.render.point import point_table
from exactmargin.render.setting import Setting

__all__ = ["kkt"]


def kkt(setting: Setting, evidence: Any) -> list[str]:
    """The table of the examples and one equation per block."""
    problem = setting.problem
    multipliers = setting.numbers(evidence["multipliers"])
    given = {entry["example"] - 1: entry for entry in evidence["subgradients"]}
    box = {i: _slopes(setting, entry) for i, entry in given.items() if "slopes" in entry}
    slope_column = [_slope_cell(i, box.get(i, {})) for i in range(len(problem.labels))]
    columns = [("\\lambda_i", [number(x) for x in multipliers])]
    columns.append(("\\text{chosen slopes}", slope_column))
    examples = range(len(problem.labels))
    result = ["The constraints hold, and the multipliers $\\lambda_i\\ge0$ vanish off the active ones:"]
    result.append(point_table(setting, problem.theta, examples, columns))
    if any(slope_column):
        low = number(problem.slope)
        result.append(
            "Here $\\rho_{ik}$ is the slope of $\\sigma$ at unit $k$ and example $i$; at a zero "
            f"pre-activation it may be chosen in $[{low},1]$ (Clarke subdifferential)."
        )
    for i, entry in given.items():
        if "cells" in entry:
            result += _cells(setting, i, entry["cells"])
    pulls: dict[int, tuple[Any, list[Any]]] = {}
    for i, multiplier in enumerate(multipliers):
        if sign(multiplier):
            pulls[i] = multiplier, _subgradient(setting, i, given.get(i, {}), box.get(i, {}))
    return result + _stationarity(setting, pulls, box)


def _slopes(setting: Setting, entry: Any) -> dict[Unit, Any]:
    rows = entry["slopes"]
    values = setting.numbers([row["slope"] for row in rows])
    return {(0, row["unit"] - 1): x for row, x in zip(rows, values, strict=True)}


def _slope_cell(example: int, slopes: dict[Unit, Any]) -> str:
    shown = (f"\\rho_{{{example + 1},{k + 1}}} = {number(x)}" for (_, k), x in slopes.items())
    return ",\\allowbreak\\ ".join(shown)


def _subgradient(setting: Setting, i: int, entry: Any, box: dict[Unit, Any]) -> list[Any]:
    """The subgradient of example i that the evidence describes, in the free parameters."""
    problem, trace = setting.problem, setting.trace(i)
    if "cells" not in entry:
        slopes, _ = slopes_at(problem, trace, lambda unit: box[unit])
        return free_gradient(problem, trace, slopes)
    total: list[Any] = [Fraction(0)] * len(problem.block)
    for cell in entry["cells"]:
        (weight,) = setting.numbers([cell["weight"]])
        g = _cell_gradient(setting, i, trace, cell["path"])
        total = [a + weight * b for a, b in zip(total, g, strict=True)]
    return total


def _cell_gradient(setting: Setting, i: int, trace: Trace, path: Any) -> list[Any]:
    """The limit of the gradients in the cell that the path enters."""
    problem = setting.problem
    steps = [setting.numbers(d) for d in path]
    free = [from_coefficients(c) for c in zip(problem.free, *steps, strict=True)]
    entered: Slopes = {}

    def side(unit: Unit, z: Any) -> Any:
        first = next((s for s in map(sign, as_poly(z).coefficients()) if s), 0)
        entered[unit] = 1 if first > 0 else problem.slope
        return entered[unit]

    forward(problem, problem.with_free(free), problem.inputs[i], side)
    slopes, _ = slopes_at(problem, trace, lambda unit: entered[unit])
    return free_gradient(problem, trace, slopes)


def _cells(setting: Setting, i: int, cells: Any) -> list[str]:
    """The convex combination of cell gradients of one example."""
    trace, lines = setting.trace(i), []
    for cell in cells:
        (weight,) = setting.numbers([cell["weight"]])
        directions = [vector([number(x) for x in setting.numbers(d)]) for d in cell["path"]]
        path = "".join(
            f" + t{f'^{{{n}}}' if n > 1 else ''}\\,{d}" for n, d in enumerate(directions, 1)
        )
        g = vector([number(x) for x in _cell_gradient(setting, i, trace, cell["path"])])
        lines.append(f"weight ${number(weight)}$: along $\\theta{path}$, limit ${g}$")
    text = (
        f"At example~{i + 1} the network has kinks; its Clarke subgradient $g_{{{i + 1}}}$ is this "
        "convex combination of limits of gradients (free parameters in order), each from the cell "
        "that the path enters for small $t>0$:"
    )
    return [text, items(lines)]


def _stationarity(
    setting: Setting, pulls: dict[int, tuple[Any, list[Any]]], box: dict[int, dict[Unit, Any]]
) -> list[str]:
    problem, neurons = setting.problem, setting.naming.by_neuron
    cells = [i for i in pulls if i not in box and setting.kinks(i)]
    detailed = neurons and not cells and not problem.layers[0].biases
    if detailed:
        text = (
            "Stationarity, $w_k=\\sum_i\\lambda_iy_iv_k\\rho_{ik}x_i$"
            + (" and $v_k=\\sum_i\\lambda_iy_i\\sigma(w_k^\\top x_i)$" if problem.layer is None else "")
            + ", reads"
        )
        if problem.slope == 1:
            text = text.replace("\\rho_{ik}", "").replace("\\sigma(w_k^\\top x_i)", "w_k^\\top x_i")
        if problem.layer == 1:
            text = "Stationarity, $v_k=\\sum_i\\lambda_iy_i\\sigma(w_k^\\top x_i)$, reads"
    else:
        text = "Stationarity, $\\theta=\\sum_i\\lambda_iy_ig_i$ in the free parameters, reads"
    result = [text]
    for block in setting.naming.free_blocks():
        own = [p - problem.block.start for p in block.indices]
        if detailed and block.layer == 0:
            terms = _neuron(setting, int(block.name[3:-1]) - 1, pulls, box)
        else:
            terms = _block(setting, own, pulls)
        value = block.value([number(x) for x in problem.theta])
        left = block.name
        if not terms:
            result.append(chain(left, relation("=", []), end="."))
        else:
            sides = [relation("=", terms), relation("=", [(False, value)])]
            result.append(chain(left, *sides, end="."))
    return _joined(result)


def _neuron(
    setting: Setting,
    k: int,
    pulls: dict[int, tuple[Any, list[Any]]],
    box: dict[int, dict[Unit, Any]],
) -> Sum:
    """The right-hand side of neuron k: multiples of the inputs."""
    problem = setting.problem
    v = next(problem.theta[p] for p, j in problem.layers[1].rows[0] if j == k)
    pairs = []
    for i, (multiplier, _) in pulls.items():
        slopes, _ = slopes_at(problem, setting.trace(i), lambda unit, i=i: box[i][unit])  # type: ignore[misc]
        x = vector([number(c) for c in problem.inputs[i]])
        pairs.append((multiplier * problem.labels[i] * v * slopes[0, k], "\\," + x))
    return coefficient_sum(pairs)


def _block(setting: Setting, own: list[int], pulls: dict[int, tuple[Any, list[Any]]]) -> Sum:
    """The right-hand side of a block: multiples of its gradients."""
    pairs = []
    for i, (multiplier, g) in pulls.items():
        part = [g[p] for p in own]
        if any(map(sign, part)):
            factor = vector([number(x) for x in part])
            if len(part) == 1:
                pairs.append((multiplier * setting.problem.labels[i] * part[0], ""))
            else:
                pairs.append((multiplier * setting.problem.labels[i], "\\," + factor))
    return coefficient_sum(pairs)


def _joined(lines: list[str]) -> list[str]:
    return lines
