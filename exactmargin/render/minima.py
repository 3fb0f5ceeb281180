"""Descent curves and better points: the parameters, the margins and the norms."""

from math import prod
from typing import Any

from exactmargin.kernel.network import Unit, forward, inner
from exactmargin.kernel.numbers import (
    Number,
    Poly,
    as_poly,
    bernstein_sign,
    from_coefficients,
    pieces,
)
from exactmargin.render.bernstein import bernstein, bernstein_cell
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain, relation, table
from exactmargin.render.numerals import join, number, polynomial
from exactmargin.render.point import point_table
from exactmargin.render.setting import Setting

__all__ = ["norm_mark", "norm_note", "not_global_minimum", "not_local_minimum"]


def norm_mark(setting: Setting) -> str:
    """The index of the norm of the free parameters: empty where all are free."""
    return "" if setting.problem.layer is None else f"_{{({setting.problem.layer + 1})}}"


def norm_note(setting: Setting) -> str:
    """What that index means, with a blank in front; empty where there is none."""
    layer = setting.problem.layer
    if layer is None:
        return ""
    return f" ($\\|\\cdot\\|_{{({layer + 1})}}$ is the norm of the parameters of layer~{layer + 1})"


def not_global_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The better point, its margins and both norms."""
    problem = setting.problem
    better = setting.numbers(evidence["better"])
    theta = problem.with_free(better)
    old, new = inner(problem.free, problem.free), inner(better, better)
    free = "" if problem.layer is None else f" (layer~{problem.layer + 1} alone has moved)"
    entries = setting.free_entries([number(x) for x in better])
    n = norm_mark(setting)
    return [
        f"The point $\\theta'$ given by{free}",
        block_values(setting.naming.free_blocks(), entries, "'"),
        "satisfies all constraints; its pre-activations and margins are",
        point_table(setting, theta, range(len(problem.labels)), mark="'"),
        f"Its norm is smaller{norm_note(setting)}:",
        chain(
            f"\\|\\theta'\\|{n}^2",
            relation("=", polynomial(new, [])),
            relation("<", polynomial(old, [])),
            relation("=", [(False, f"\\|\\theta\\|{n}^2")]),
            end=".",
        ),
    ]


def not_local_minimum(setting: Setting, evidence: Any) -> list[str]:
    """The curve, its margins piece by piece, and the norm along it."""
    problem = setting.problem
    points = setting.numbers(evidence["breakpoints"])
    curve = [from_coefficients(setting.numbers(row)) for row in evidence["numerators"]]
    d = from_coefficients(setting.numbers(evidence["denominator"]))
    plain = not (d - 1).parts()
    interval = f"0<t<{number(points[-1])}".replace("\\frac", "\\tfrac")
    entries = setting.free_entries([join(polynomial(p, ["t"])) for p in curve])
    scale = "" if plain else "d(t)\\,"
    let = "Consider the curve"
    if not plain:
        let = f"Let $d(t)={join(polynomial(d, ['t']))}$ and consider the curve"
    blocks = setting.naming.free_blocks()
    result = [let, block_values(blocks, entries, "(t)", scale, ",")]
    fixed = "" if problem.layer is None else ", all other parameters fixed"
    result.append(
        f"which starts at $\\theta(0)=\\theta${fixed}. " + _margin_text(setting, plain, interval)
    )
    result.append(_margin_table(setting, curve, d, points))
    n = norm_mark(setting)
    gap = inner(curve, curve) - d * d * inner(problem.free, problem.free)
    difference = f"\\|\\theta(t)\\|{n}^2-\\|\\theta\\|{n}^2"
    left = difference if plain else f"d(t)^2\\,\\bigl({difference}\\bigr)"
    sides = [relation("=", polynomial(gap, ["t"])), ["< 0"], [f"\\quad ({interval})"]]
    result += [f"The norm is smaller{norm_note(setting)}:", chain(left, *sides, end=".")]
    result += _signs(setting, curve, d, points, gap)
    result.append("So feasible points of smaller norm lie in every neighbourhood of $\\theta$.")
    return result


def _margin_text(setting: Setting, plain: bool, interval: str) -> str:
    signs = "" if setting.problem.slope == 1 else ", with the signs of the hidden pre-activations"
    if plain:
        return f"Along it the margins are at least 1 for all ${interval}${signs}:"
    scaled = f"d(t)^{{{len(setting.problem.layers)}}}"
    return (
        f"There $d(t)>0$, and the margins exceed 1 by these non-negative amounts (times "
        f"${scaled}$) for all ${interval}${signs}:"
    )


def _margin_table(setting: Setting, curve: list[Poly], d: Poly, points: list[Number]) -> str:
    """One row per piece and example, piece by piece."""
    problem, rows = setting.problem, []
    plain = not (d - 1).parts()
    depth = len(problem.layers)
    for ends in pieces(points, "evidence.breakpoints"):
        interval = f"({number(ends[0])},{number(ends[1])})" if len(points) > 1 else ""
        for i, y in enumerate(problem.labels):
            signs, output = _along(setting, curve, d, i, ends)
            margin = as_poly(output * y)
            margin = margin if plain else margin - prod([d] * depth)
            rows.append([interval, str(i + 1), signs, join(polynomial(margin, ["t"]))])
    phi = "y_i\\,\\Phi(\\theta(t);x_i)"
    head = phi if plain else f"d(t)^{{{depth}}}\\bigl({phi}-1\\bigr)"
    return table(["t\\in", "i", "\\text{signs}", head], rows)


def _signs(
    setting: Setting, curve: list[Poly], d: Poly, points: list[Number], gap: Poly
) -> list[str]:
    """The Bernstein coefficients that show the signs, piece by piece."""
    problem, rows = setting.problem, []
    one = prod([d] * len(problem.layers))
    for ends in pieces(points, "evidence.breakpoints"):
        interval = f"[{number(ends[0])},{number(ends[1])}]" if len(points) > 1 else ""
        for i, y in enumerate(problem.labels):
            above = _along(setting, curve, d, i, ends)[1] * y - one
            rows.append([interval, str(i + 1), bernstein_cell(bernstein(above, *ends))])
        rows.append([interval, "\\text{norm}", bernstein_cell(bernstein(-gap, *ends))])
    what = "the margins minus 1, and the decrease of the squared norm"
    if (d - 1).parts():
        what += ", multiplied with powers of $d(t)$ as above"
    on = "on each piece" if len(points) > 1 else f"on $[0,{number(points[0])}]$"
    text = (
        f"The signs are those of Bernstein coefficients {on}, none negative; they are, of {what}:"
    )
    return [text, table(["t\\in", "i", "\\text{coefficients}"], rows)]


def _along(
    setting: Setting, curve: list[Poly], d: Poly, i: int, ends: tuple[Number, Number]
) -> tuple[str, Any]:
    """The signs of the hidden pre-activations on a piece, and d^depth times the output."""
    problem, power = setting.problem, as_poly(1)
    found: dict[Unit, str] = {}
    theta = problem.with_free(list(curve))
    theta = [x if p in problem.block else d * x for p, x in enumerate(theta)]
    for layer in problem.layers:
        for p in layer.biases:
            theta[p] = theta[p] * power
        power = power * d

    def side(unit: Unit, z: Any) -> Any:
        positive = bernstein_sign(z, *ends)
        found[unit] = {1: "+", 0: "0", -1: "-"}[positive or 0]
        return 1 if positive == 1 else problem.slope

    output = forward(problem, theta, problem.inputs[i], side).output
    hidden = range(len(problem.layers) - 1)
    rows = [",\\allowbreak ".join(s for (l, _), s in found.items() if l == at) for at in hidden]
    shown = "\\ ".join(f"({row})" for row in rows)
    return ("" if problem.slope == 1 else shown), output
