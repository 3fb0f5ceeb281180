"""Linear networks: one product of norms, or the vertices of a diagonal network."""

from fractions import Fraction
from functools import reduce
from math import prod
from typing import Any

from exactmargin.kernel.network import inner
from exactmargin.kernel.numbers import sign
from exactmargin.kernel.products import read_pulls
from exactmargin.render.layout import chain, table, vector
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["product", "vertices"]

_SHOWN = 40  # vertices; there may be thousands


def product(setting: Setting, evidence: Any, bound: Any, local: bool) -> list[str]:
    """The multipliers, the vector that they combine, and both sides of the inequality."""
    del local
    problem, m = setting.problem, len(setting.problem.layers)
    multipliers = setting.numbers(evidence["multipliers"])
    weights = [a * y for a, y in zip(multipliers, problem.labels, strict=True)]
    pulls = read_pulls(problem, weights)
    g = reduce(lambda a, b: b if sign(inner(b, b) - inner(a, a)) > 0 else a, pulls)
    total = sum(multipliers, Fraction(0))
    power = inner(g, g) * prod([bound * Fraction(1, m)] * m, start=Fraction(1))
    extended = ", the inputs extended by a 1 for the bias" if problem.layers[0].biases else ""
    longest = ", on what that unit of the first layer reads for which it is longest"
    longest = longest if len(pulls) > 1 else ""
    if not longest and len(g) - bool(problem.layers[0].biases) < len(problem.inputs[0]):
        extended += ", inputs without a weight left out"
    linear = problem.slope == 1 or m == 1
    kind = "linear" if linear else "such that $|\\sigma(z)|\\le|z|$, and one multiplier is positive"
    powered = f"\\bigl(B/{m}\\bigr)^{{{m}}}" if m > 1 else "B"
    norms = "\\,".join(f"\\|W'^{{({l})}}\\|" for l in range(m, 0, -1))
    norms = norms if m <= 3 else f"\\|W'^{{({m})}}\\|\\cdots\\|W'^{{(1)}}\\|"
    mean = f"\\bigl(\\|\\theta'\\|/\\sqrt{{{m}}}\\,\\bigr)^{{{m}}}" if m > 1 else "\\|\\theta'\\|"
    return [
        f"The network is {kind}{extended}. With the multipliers",
        chain("\\lambda", [f"= {vector([number(x) for x in multipliers])}"], end=","),
        f"put $S=\\sum_i\\lambda_i$ and $g=\\sum_i\\lambda_iy_ix_i${longest}, so that",
        chain("S", [f"= {number(total)}"], end=","),
        chain("g", [f"= {vector([number(x) for x in g])}"], end="."),
        "A feasible $\\theta'$ has, by Cauchy--Schwarz and the inequality of the means,",
        chain(
            "S",
            ["\\le \\sum_i\\lambda_iy_i\\,\\Phi(\\theta';x_i)"],
            [f"\\le \\|g\\|\\,{norms}"],
            [f"\\le \\|g\\|\\,{mean}"],
            end=".",
        ),
        "And so $\\|\\theta'\\|^2\\ge B$, since",
        chain(
            f"\\|g\\|^2\\,{powered}",
            [f"= {number(power)}"],
            [f"\\le {number(total * total)}"],
            ["= S^2"],
            end=".",
        ),
    ]


def vertices(setting: Setting, evidence: Any, bound: Any, local: bool) -> list[str]:
    """The vertices, each with lower bounds of the roots."""
    del bound, local
    m, rows = len(setting.problem.layers), []
    listed = evidence["vertices"]
    for entry in listed[:_SHOWN]:
        roots = setting.numbers(entry["roots"])
        cells = [vector([number(Fraction(x)) for x in entry["point"]])]
        cells += [vector([number(x) for x in roots]), number(m * sum(roots, Fraction(0)))]
        rows.append(cells)
    exponent = "" if m == 2 else f"^{{2/{m}}}"
    result = [
        "The network is diagonal: $\\Phi(\\theta;x)=\\sum_j\\beta_jx_j$ over the inputs $j$ with a "
        "complete chain of weights to the output, $\\beta_j$ being their product. By the "
        "inequality of the means",
        chain("\\|\\theta'\\|^2", [f"\\ge {m}\\sum_j|\\beta'_j|{exponent}"], end="."),
        "The feasible $\\beta'$ of one orthant are a polyhedron without lines, on which the right "
        "side is concave and bounded below, so that it is smallest at a vertex. A vertex is the "
        "only solution of as many equations $\\beta_j=0$ and $y_i\\langle x_i,\\beta\\rangle=1$ as "
        "there are chains.",
    ]
    if not rows:
        return [*result, "No such solution satisfies all constraints: no point is feasible."]
    text = f"All of them, with numbers such that $r_j^{{{m}}}\\le\\beta_j^2$"
    if len(listed) > _SHOWN:
        text += f" (the first {_SHOWN} of {len(listed)} here, all in the certificate)"
    head = ["\\beta", "r", f"{m}\\sum_jr_j"]
    return [*result, f"{text}:", table(head, rows)]
