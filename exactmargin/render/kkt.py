"""KKT points: margins, multipliers, chosen slopes, and the stationarity equation written out."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from exactmargin.kernel.network import Slopes, Trace, Unit, forward, free_gradient, inner, slopes_at
from exactmargin.kernel.numbers import as_poly, from_coefficients, sign
from exactmargin.render.layout import items, relation, system, vector
from exactmargin.render.naming import Block
from exactmargin.render.numerals import Sum, coefficient_sum, number
from exactmargin.render.point import point_table
from exactmargin.render.setting import Setting
from exactmargin.render.widths import LINE, width

__all__ = ["approximate_kkt", "kkt"]


def kkt(setting: Setting, evidence: Any) -> list[str]:
    """The table of the examples and one equation per block."""
    start = (
        "The constraints hold, and the multipliers $\\lambda_i\\ge0$ vanish off the active ones:"
    )
    return [start, *_points(setting, evidence), *_stationarity(setting, _pulls(setting, evidence))]


def approximate_kkt(setting: Setting, evidence: Any) -> list[str]:
    """The table of the examples at the scaled point, and the squared norm of the residual."""
    names = ("scale", "epsilon", "delta")
    scale, epsilon, delta = setting.numbers([evidence[name] for name in names])
    problem, mark, result = setting.problem, "", []
    if scale != 1:
        mark = "'"
        free = problem.with_free([a * scale for a in problem.free])
        setting = replace(setting, problem=replace(problem, theta=tuple(free)))
        result.append(f"At $\\theta'$, the free parameters multiplied by ${number(scale)}$:")
    problem = setting.problem
    result.append(
        "The constraints hold, and the multipliers $\\lambda_i\\ge0$ have "
        f"$\\lambda_i(y_i\\Phi(\\theta{mark};x_i)-1)\\le\\delta={number(delta)}$:"
    )
    result += _points(setting, evidence, mark)
    rest = problem.free
    for pull in _pulls(setting, evidence).values():
        rest = [a - pull.coefficient * b for a, b in zip(rest, pull.gradient, strict=True)]
    square = number(inner(rest, rest))
    norm = f"\\|\\theta{mark}-\\sum_i\\lambda_iy_ig_i\\|^2"
    shown = f"{norm}={square}" if width(square) <= LINE / 2 else norm
    result.append(
        "The residual of stationarity, in the free parameters and with $g_i$ in the Clarke "
        f"subdifferential of $\\Phi(\\cdot\\,;x_i)$ at $\\theta{mark}$, has "
        f"${shown}\\le\\varepsilon^2$ with $\\varepsilon={number(epsilon)}$."
    )
    return result


def _points(setting: Setting, evidence: Any, mark: str = "") -> list[str]:
    """The table of all examples, and what their subgradients are at kinks."""
    problem, given, box = setting.problem, _given(evidence), _box(setting, evidence)
    multipliers = setting.numbers(evidence["multipliers"])
    slope_column = [_slope_cell(i, box.get(i, {})) for i in range(len(problem.labels))]
    columns = [("\\lambda_i", [number(x) for x in multipliers])]
    columns.append(("\\text{chosen slopes}", slope_column))
    examples = range(len(problem.labels))
    result = [point_table(setting, problem.theta, examples, columns, mark)]
    if any(slope_column):
        low = number(problem.slope)
        result.append(
            "Here $\\rho_{ik}$ is the slope of $\\sigma$ at unit $k$ and example $i$; at a zero "
            f"pre-activation it may be chosen in $[{low},1]$ (Clarke subdifferential)."
        )
    for i, entry in given.items():
        if "cells" in entry:
            result += _cells(setting, i, entry["cells"])
    return result


def _pulls(setting: Setting, evidence: Any) -> "dict[int, _Pull]":
    """What each example with a multiplier adds."""
    given, box = _given(evidence), _box(setting, evidence)
    return {
        i: _pull(setting, i, x * setting.problem.labels[i], given.get(i, {}), box.get(i, {}))
        for i, x in enumerate(setting.numbers(evidence["multipliers"]))
        if sign(x)
    }


def _given(evidence: Any) -> dict[int, Any]:
    return {entry["example"] - 1: entry for entry in evidence["subgradients"]}


def _box(setting: Setting, evidence: Any) -> dict[int, dict[Unit, Any]]:
    entries = _given(evidence).items()
    return {i: _slopes(setting, entry) for i, entry in entries if "slopes" in entry}


@dataclass(frozen=True, slots=True)
class _Pull:
    """What example i adds: lambda_i y_i, g_i in the free parameters, the slopes if g_i has them."""

    coefficient: Any
    gradient: list[Any]
    slopes: Slopes | None


def _slopes(setting: Setting, entry: Any) -> dict[Unit, Any]:
    rows = entry["slopes"]
    values = setting.numbers([row["slope"] for row in rows])
    return {(0, row["unit"] - 1): x for row, x in zip(rows, values, strict=True)}


def _slope_cell(example: int, slopes: dict[Unit, Any]) -> str:
    shown = (f"\\rho_{{{example + 1},{k + 1}}} = {number(x)}" for (_, k), x in slopes.items())
    return ",\\allowbreak\\ ".join(shown)


def _pull(setting: Setting, i: int, coefficient: Any, entry: Any, box: dict[Unit, Any]) -> _Pull:
    problem, trace = setting.problem, setting.trace(i)
    if "cells" not in entry:
        slopes = slopes_at(problem, trace, lambda unit: box[unit])
        return _Pull(coefficient, free_gradient(problem, trace, slopes), slopes)
    total: list[Any] = [Fraction(0)] * len(problem.block)
    for cell in entry["cells"]:
        (weight,) = setting.numbers([cell["weight"]])
        g = _cell_gradient(setting, i, trace, cell["path"])
        total = [a + weight * b for a, b in zip(total, g, strict=True)]
    return _Pull(coefficient, total, None)


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
    slopes = slopes_at(problem, trace, lambda unit: entered[unit])
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


def _stationarity(setting: Setting, pulls: dict[int, _Pull]) -> list[str]:
    """theta = sum lambda_i y_i g_i, block by block."""
    problem = setting.problem
    by_neuron = setting.naming.by_neuron and not problem.layers[0].biases
    by_neuron = by_neuron and all(pull.slopes is not None for pull in pulls.values())
    equations: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for block in setting.naming.free_blocks():
        if by_neuron and block.layer == 0:
            terms = _neuron(setting, block.indices[0], pulls)
        else:
            terms = _block(setting, block, pulls)
        value = block.value([number(x) for x in problem.theta])
        sides = [tuple(relation("=", terms))]
        if terms:
            sides.append((f"= {value}",))
        equations.setdefault(tuple(sides), []).append(block.name)
    rows = []
    for right, (first, *others) in equations.items():
        same = [[f"= {name}"] for name in others]
        rows.append((first, [*same, *map(list, right)]))
    return [_stationarity_text(setting, by_neuron), system(rows)]


def _stationarity_text(setting: Setting, by_neuron: bool) -> str:
    if not by_neuron:
        known = "$g_i$ the subgradient of $\\Phi(\\cdot\\,;x_i)$ at $\\theta$"
        return f"Stationarity, $\\theta=\\sum_i\\lambda_iy_ig_i$ with {known}, reads"
    linear = setting.problem.slope == 1
    first = "$w_k=\\sum_i\\lambda_iy_iv_k\\rho_{ik}x_i$"
    second = "$v_k=\\sum_i\\lambda_iy_i\\sigma(w_k^\\top x_i)$"
    if linear:
        first = first.replace("\\rho_{ik}", "")
        second = second.replace("\\sigma(w_k^\\top x_i)", "w_k^\\top x_i")
    shown = {None: f"{first} and {second}", 0: first, 1: second}[setting.problem.layer]
    tail = (
        "" if linear or setting.problem.layer == 1 else " with $\\rho_{ik}=\\sigma'(w_k^\\top x_i)$"
    )
    return f"Stationarity, {shown}{tail}, reads"


def _neuron(setting: Setting, weight: int, pulls: dict[int, _Pull]) -> Sum:
    """The right-hand side of the neuron that has this weight: multiples of the inputs."""
    problem = setting.problem
    rows = problem.layers[0].rows
    k = next(k for k, row in enumerate(rows) if weight in [p for p, _ in row])
    v = next(problem.theta[p] for p, j in problem.layers[1].rows[0] if j == k)
    pairs = []
    for i, pull in pulls.items():
        assert pull.slopes is not None
        x = vector([number(c) for c in problem.inputs[i]])
        pairs.append((pull.coefficient * v * pull.slopes[0, k], f"\\,{x}"))
    return coefficient_sum(pairs)


def _block(setting: Setting, block: Block, pulls: dict[int, _Pull]) -> Sum:
    """The right-hand side of a block: multiples of its gradients."""
    start, pairs = setting.problem.block.start, []
    for pull in pulls.values():
        own = [pull.gradient[p - start] for p in block.indices]
        if len(own) == 1:
            pairs.append((pull.coefficient * own[0], ""))
        elif any(map(sign, own)):
            shown = block.value(setting.free_entries([number(x) for x in pull.gradient]))
            pairs.append((pull.coefficient, f"\\,{shown}"))
    return coefficient_sum(pairs)
