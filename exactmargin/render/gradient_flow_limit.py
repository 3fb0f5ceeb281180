"""Where gradient flow goes: region, order of the margins, velocities, limit cone, start."""

from fractions import Fraction
from math import prod
from typing import Any

from exactmargin.kernel.expressions import orthant_sign
from exactmargin.kernel.gradient_flow_limit import exponential_below
from exactmargin.kernel.network import gradient, margin
from exactmargin.kernel.numbers import Poly, as_poly, sign
from exactmargin.render.flow_data import FlowData
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain, displays, items, relation, system, vector
from exactmargin.render.numerals import coefficient_sum, fraction, join, number, polynomial
from exactmargin.render.point import layered_table
from exactmargin.render.setting import Setting, pre_activation_head

__all__ = ["gradient_flow_limit"]


def gradient_flow_limit(setting: Setting, evidence: Any) -> list[str]:
    """The argument of the kernel's rule, with its numbers."""
    flow = FlowData(setting, evidence)
    return [
        "Let $\\mathcal L=\\sum_i\\ell\\bigl(y_i\\Phi(\\theta;x_i)\\bigr)$ with the exponential or "
        "the logistic loss $\\ell$, and $\\mu_i=-\\ell'\\bigl(y_i\\Phi(\\theta;x_i)\\bigr)>0$. "
        "Gradient flow is $\\dot\\theta=\\sum_i\\mu_iy_i\\nabla\\Phi(\\theta;x_i)$.",
        *_region(flow),
        *_velocities(flow),
        *_balances(flow),
        *_start(flow),
        *_limit(flow),
    ]


def _names(flow: FlowData, motion: str) -> str:
    return ",".join(n for n, m in zip(flow.names, flow.motion.values(), strict=True) if m == motion)


def _poly(flow: FlowData, p: Any) -> str:
    return join(polynomial(p, flow.names))


def _region(flow: FlowData) -> list[str]:
    setting = flow.setting
    signs = []
    firm = ",".join(n for j, n in enumerate(flow.names, 1) if j in flow.positive)
    if firm:
        signs.append(f"${firm}>0$")
    if loose := _names(flow, "decreasing"):
        signs.append(f"${loose}\\ge0$")
    entries = [_poly(flow, row) for row in flow.region]
    result = ["\\textit{Invariant region.} All $\\theta$ of the form"]
    result.append(block_values(setting.naming.blocks, entries, end=","))
    result.append(f"with {' and '.join(signs)}. On it the pre-activations and margins are")
    rows = []
    for i, (trace, q) in enumerate(zip(flow.traces, flow.margins, strict=True), 1):
        hidden = [vector([_signed(flow, z) for z in row]) for row in trace.z[:-1]]
        rows.append([[str(i)], hidden, [_poly(flow, q)]])
    head = [["i"], pre_activation_head(setting), ["y_i\\,\\Phi(\\theta;x_i)"]]
    result.append(layered_table(head, rows))
    if setting.problem.slope != 1:
        result.append("Every hidden pre-activation keeps the sign that is written behind it.")
    return result


def _signed(flow: FlowData, z: Any) -> str:
    """A pre-activation with its sign on the region."""
    shown = _poly(flow, z)
    if flow.setting.problem.slope == 1 or shown == "0":
        return shown
    return shown + ("\\,{>}\\,0" if orthant_sign(as_poly(z), flow.positive) == 1 else "\\,{<}\\,0")


def _delta(flow: FlowData, c: int, n: int) -> str:
    return f"\\delta_{{{n}}}" if len(flow.evidence["chains"]) == 1 else f"\\delta_{{{c},{n}}}"


def _velocities(flow: FlowData) -> list[str]:
    """The order of the margins, and how the symbols move."""
    orders, meanings = [], []
    sums: list[list[tuple[str, Poly]]] = [[] for _ in flow.names]
    rows = zip(flow.evidence["chains"], flow.evidence["velocities"], strict=True)
    for c, (examples, speeds) in enumerate(rows, 1):
        before = ""
        for n, (i, speed) in enumerate(zip(examples, speeds, strict=True), 1):
            if n > 1:
                drop = flow.margins[examples[n - 2] - 1] - flow.margins[i - 1]
                orders.append(_order(flow, examples[n - 2], i, drop))
            if speed is None:
                continue
            delta = _delta(flow, c, n)
            meanings.append(f"{delta} = \\mu_{{{i}}}{before} \\ge 0")
            before = f" - \\mu_{{{i}}}"
            for column, text in zip(sums, speed, strict=True):
                column.append((delta, flow.read(text)))
    result = []
    if orders:
        result += ["\\textit{Order of the margins.} On the region", displays(orders)]
        result.append("Since $-\\ell'$ decreases, a larger margin has a smaller $\\mu_i$.")
    result += ["\\textit{Velocities.} With", displays(meanings, ",")]
    result += ["the flow stays in the region and moves its symbols by", system(_speeds(flow, sums))]
    return [*result, _motions(flow)]


def _order(flow: FlowData, i: int, k: int, drop: Poly) -> str:
    left = f"y_{{{i}}}\\Phi(\\theta;x_{{{i}}})-y_{{{k}}}\\Phi(\\theta;x_{{{k}}})"
    return f"{left} = {_poly(flow, drop)}" + (" \\ge 0" if drop.parts() else "")


def _speeds(
    flow: FlowData, sums: list[list[tuple[str, Poly]]]
) -> list[tuple[str, list[list[str]]]]:
    rows = []
    for name, column in zip(flow.names, sums, strict=True):
        terms = []
        for delta, p in column:
            parts = polynomial(p, flow.names)
            if len(parts) == 1:
                minus, body = parts[0]
                terms.append((minus, delta if body == "1" else f"{body}\\,{delta}"))
            elif parts:
                terms.append((False, f"\\bigl({join(parts)}\\bigr)\\,{delta}"))
        rows.append((f"\\dot {name}", [relation("=", terms)]))
    still = [name for name, sides in rows if sides == [["= 0"]]]
    moving = [row for row in rows if row[0] not in still]
    if still:
        moving.append((" = ".join(still), [["= 0"]]))
    return moving


def _motions(flow: FlowData) -> str:
    texts = []
    if grows := _names(flow, "increasing"):
        texts.append(f"${grows}$ never fall{'' if ',' in grows else 's'}")
    if constant := _names(flow, "constant"):
        texts.append(f"${constant}$ {'are' if ',' in constant else 'is'} constant")
    if falls := _names(flow, "decreasing"):
        many = "," in falls
        texts.append(
            f"${falls}$ never rise{'' if many else 's'} and stop{'' if many else 's'} at 0"
        )
    return f"So {'; '.join(texts)}."


def _balances(flow: FlowData) -> list[str]:
    if not flow.evidence["balances"]:
        return []
    result = ["\\textit{Conserved quantities.} Along the flow, the following do not change:"]
    rows, equal = [], []
    for entry in flow.evidence["balances"]:
        weights, factor = flow.balance(entry)
        naming = flow.setting.naming
        terms = coefficient_sum([(w, f"{_square(naming.entry_name(p))}") for w, p in weights])
        first, second = (flow.names[j - 1] for j in entry["symbols"])
        form = coefficient_sum([(factor, f"{_square(first)}"), (-1 * factor, f"{_square(second)}")])
        rows.append(join(terms))
        equal.append(
            f"in the unbounded symbols this is ${join(form)}$, so ${first}={second}$ "
            "in the limit direction"
        )
    result.append(displays(rows, ";"))
    return [*result, "; ".join(equal) + "."]


def _square(name: str) -> str:
    return f"{name}^2" if name[-1] != "]" else f"{name}^{{2}}"


def _limit(flow: FlowData) -> list[str]:
    setting = flow.setting
    scales = sorted(set(flow.scale.values()))
    cone = [flow.in_limit(row) for row in flow.region]
    shown = ",".join(flow.names[j - 1] for j in scales)
    result = [
        "\\textit{The limit.} By the assumption the norm tends to infinity and the direction to "
        "that of a KKT point. Bounded symbols vanish in the limit, so this KKT point lies in the "
        "cone"
    ]
    entries = [join(polynomial(row, flow.names)) for row in cone]
    result.append(block_values(setting.naming.blocks, entries, end=","))
    result.append(f"${shown}\\ge0$, where it is unique:")
    lines = []
    for entry, j in zip(flow.evidence["limit"], scales, strict=True):
        lines.append(_limit_line(flow, entry, j))
    return [*result, items(lines), "This is the point $\\theta$."]


def _limit_line(flow: FlowData, entry: Any, j: int) -> str:
    name, p = flow.names[j - 1], entry["parameter"] - 1
    (value,) = flow.setting.numbers([entry["value"]])
    margins = ", ".join(
        f"$y_{{{i}}}\\Phi(\\theta;x_{{{i}}})={_poly(flow, flow.in_limit(flow.margins[i - 1]))}$"
        for i in entry["examples"]
    )
    examples = ", ".join(str(i) for i in entry["examples"])
    many = len(entry["examples"]) > 1
    return (
        f"{margins} {'depend' if many else 'depends'} on ${name}$ alone and must be at least 1, so "
        f"${name}>0$. Only ${name}$ moves ${flow.setting.naming.entry_name(p)}$, and only "
        f"example{'s' if many else ''} {examples} pull{'' if many else 's'} on it: "
        + ("one of them is active" if many else "it is active")
        + f", the smallest of these margins is 1, and ${name}={number(value)}$."
    )


def _start(flow: FlowData) -> list[str]:
    start, problem = flow.evidence["start"], flow.setting.problem
    if "parameter" in start:
        p = start["parameter"] - 1
        pulls = []
        for i, (y, trace) in enumerate(zip(problem.labels, flow.traces, strict=True), 1):
            pull = as_poly(gradient(problem, flow.region, trace, trace.slopes)[p]) * y
            name = flow.setting.naming.entry_name(p)
            left = f"y_{{{i}}}\\,\\partial\\Phi(\\theta;x_{{{i}}})/\\partial {name}"
            pulls.append(f"{left} = {_poly(flow, pull)} > 0")
        text = (
            "\\textit{Start.} Every start in the region will do: the loss falls below the "
            "threshold, because along the flow these derivatives stay above a positive constant,"
        )
        return [text, displays(pulls)]
    values = dict(enumerate(flow.setting.numbers(start["values"]), 1))
    theta = [row.at(values) for row in flow.region]
    given = ",\\ ".join(f"{n}={number(values[j])}" for j, n in enumerate(flow.names, 1))
    result = [f"\\textit{{Start.}} At the start ${given}$ the margins are"]
    rows = []
    for i, bound in enumerate(flow.setting.numbers(start["bounds"])):
        q, low = number(margin(problem, theta, i)), number(bound)
        tail = "" if not sign(margin(problem, theta, i) - bound) else f" \\ge {low}"
        rows.append(f"y_{{{i + 1}}}\\Phi(\\theta(0);x_{{{i + 1}}}) = {q}{tail}")
    return [*result, displays(rows), *_losses(flow, start)]


def _losses(flow: FlowData, start: Any) -> list[str]:
    """Upper bounds of both losses, rounded up to a few decimals."""
    bounds = flow.setting.numbers(start["bounds"])
    small = [1 / exponential_below(b, start["terms"]) for b in bounds]
    loss, product = sum(small, Fraction(0)), prod((1 + x for x in small), start=Fraction(1))
    sums = relation("=", [(False, "\\sum_i e^{-y_i\\Phi(\\theta(0);x_i)}")])
    logs = relation("=", [(False, "\\log\\prod_i\\bigl(1+e^{-y_i\\Phi(\\theta(0);x_i)}\\bigr)")])
    return [
        f"From $e^q\\ge\\sum_{{k\\le{start['terms']}}}q^k/k!$ the exponential and the logistic "
        "loss at the start are below their values at margin 0:",
        chain("\\mathcal L", sums, [f"\\le {_rounded_up(loss, 1)}"], ["< 1 = \\ell(0)"], end=","),
        chain(
            "\\mathcal L",
            logs,
            [f"\\le \\log {_rounded_up(product, 2)}"],
            ["< \\log 2 = \\ell(0)"],
            end=".",
        ),
    ]


def _rounded_up(x: Fraction, limit: int) -> str:
    """A decimal number that is at least x and still below the limit."""
    for digits in range(4, 60):
        up = -((-x * 10**digits) // 1)
        if up < limit * 10**digits:
            whole, part = divmod(int(up), 10**digits)
            return f"{whole}.{part:0{digits}d}"
    return fraction(x)
