"""Cells: the hyperplanes of the hidden units, a witness for each pair of chambers, the product."""

from fractions import Fraction
from operator import mul
from typing import Any

from exactmargin.kernel.cells import Arrangement, arrangements, chambers
from exactmargin.kernel.numbers import sign
from exactmargin.render.hinge_cells import hinge_cells
from exactmargin.render.layout import chain, table, vector
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["cells"]

_SHOWN = 60  # witnesses of one arrangement; a list may have 100000


def cells(setting: Setting, evidence: Any) -> list[str]:
    """The arrangements, one after the other, and the number of cells; or a hinge loss's tree."""
    if setting.problem.weights is not None:
        return hinge_cells(setting, evidence)
    result = [
        "A cell is a largest connected set of parameters on which no hidden pre-activation changes "
        "its sign. Every pre-activation that is not always zero is a linear form $h^\\top u$ in "
        "the first layer's parameters $u$ of its unit, and of the units with which it shares some. "
        "So the cells are the products of the chambers of these arrangements of hyperplanes "
        "$h^\\top u=0$, whose number is computed by deletion and restriction."
    ]
    found = arrangements(setting.problem)
    factors = []
    for arrangement, listed in zip(found, evidence["witnesses"], strict=True):
        total, power = chambers(arrangement.planes, setting.field), len(arrangement.groups)
        factors.append(f"{total}^{{{power}}}" if power > 1 else str(total))
        result += _arrangement(arrangement, listed, total)
    if not factors:
        return [*result, "No pre-activation depends on the parameters: there is one cell."]
    product = [f"= {factors[0]}", *(f"\\cdot {factor}" for factor in factors[1:])]
    count = [f"= {evidence['count']}"]
    sides = [product] if product == count else [product, count]
    return [*result, "The number of cells is", chain("N", *sides, end=".")]


def _arrangement(arrangement: Arrangement, listed: Any, total: int) -> list[str]:
    planes = arrangement.planes
    rows = [[str(n), vector([number(a) for a in h])] for n, h in enumerate(planes, 1)]
    many = f"are {len(planes)} hyperplanes" if len(planes) > 1 else "is one hyperplane"
    head = f"\\textit{{{_units(arrangement)}.}} There {many}"
    result = [f"{head}, given by", table(["", "h"], rows)]
    if listed is None:
        return [*result, f"with {total} chambers."]
    text = f"with {total} chambers, in pairs $C$, $-C$. One point of each pair"
    if len(listed) > _SHOWN:
        text += f" stands in the certificate; the first {_SHOWN} of {len(listed)} are"
    return [*result, f"{text}:", table(["u", "\\text{signs}"], _points(planes, listed[:_SHOWN]))]


def _points(planes: list[tuple[Any, ...]], listed: list[list[str]]) -> list[list[str]]:
    rows = []
    for witness in listed:
        point = [Fraction(x) for x in witness]
        signs = [sign(sum(map(mul, h, point))) for h in planes]
        shown = ",\\allowbreak ".join("+" if s > 0 else "-" for s in signs)
        rows.append([vector([number(x) for x in point]), f"({shown})"])
    return rows


def _units(arrangement: Arrangement) -> str:
    """The units: those that share parameters stand together."""
    groups = [", ".join(str(k + 1) for k in units) for units in arrangement.groups]
    if max(map(len, arrangement.groups)) == 1:
        return f"Unit{'s' * (len(groups) > 1)} {', '.join(groups)}"
    return "Units " + "; ".join(groups)
