"""The network near a point without kinks: its multilinear forms and its Hessian."""

from typing import Any

from exactmargin.kernel.network import forward, slopes_at
from exactmargin.kernel.numbers import as_poly, symbol
from exactmargin.render.expressions import expression
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain, relation, system
from exactmargin.render.numerals import number, polynomial
from exactmargin.render.point import point_table
from exactmargin.render.setting import Setting
from exactmargin.render.symbols import symbol_tex

__all__ = ["indefinite_hessian", "multilinear_form", "zero_trace_hessian"]


def multilinear_form(setting: Setting, evidence: Any) -> list[str]:
    """The terms, each with its blocks."""
    i = evidence["example"]
    rows, names = [], []
    for n, term in enumerate(evidence["terms"]):
        index = int(term["blocks"][0][1:]) if n else 0
        blocks = ", ".join(symbol_tex(name) for name in term["blocks"])
        names.append(f"\\varphi_{{{index}}}({blocks})")
        rows.append((names[-1], [relation("=", expression(term["expression"], setting.field))]))
    whole = [f"= {names[0]}", *(f"+ {name}" for name in names[1:])]
    return [
        _smooth(i),
        point_table(setting, setting.problem.theta, [i - 1]),
        "Write $u_{l,k}$ for parameter $k$ of layer $l$ (the number that stands in its pattern) "
        "and $b_{l,k}$ for the bias of its unit $k$. Near $\\theta$ the network is",
        chain(f"\\Phi(\\cdot\\,;x_{{{i}}})", whole, end=","),
        "each term being homogeneous of degree one in each of its blocks:",
        system(rows),
    ]


def zero_trace_hessian(setting: Setting, evidence: Any) -> list[str]:
    """Why every second derivative in one parameter is zero."""
    i = evidence["example"]
    return [
        _smooth(i),
        point_table(setting, setting.problem.theta, [i - 1]),
        f"Near $\\theta$, $\\Phi(\\cdot\\,;x_{{{i}}})$ is therefore a polynomial, and no monomial "
        "of it has the square of a parameter: the diagonal of its Hessian is zero, and so is the "
        "trace.",
    ]


def indefinite_hessian(setting: Setting, evidence: Any) -> list[str]:
    """The two vectors, and the second derivatives along them."""
    i = evidence["example"]
    result = [_smooth(i), point_table(setting, setting.problem.theta, [i - 1])]
    result.append(
        f"Let $H$ be the Hessian of $\\Phi(\\cdot\\,;x_{{{i}}})$ at $\\theta$. The vectors $d^+$ "
        "and $d^-$, in the shape of $\\theta$, are given by"
    )
    for key, mark in (("positive", "+"), ("negative", "-")):
        entries = [number(x) for x in setting.numbers(evidence[key])]
        end = "," if key == "positive" else "."
        result.append(block_values(setting.naming.blocks, entries, "}", f"d^{mark}_{{", end))
    result.append("and")
    for key, mark, sign in (("positive", "+", "> 0"), ("negative", "-", "< 0")):
        bend = polynomial(_bend(setting, i - 1, setting.numbers(evidence[key])), [])
        end = "," if key == "positive" else "."
        left = f"(d^{mark})^\\top H\\,d^{mark}"
        result.append(chain(left, relation("=", bend), [sign], end=end))
    return result


def _smooth(i: int) -> str:
    return f"At example~{i} the network has no kink at $\\theta$:"


def _bend(setting: Setting, i: int, d: list[Any]) -> Any:
    """The second derivative along d: twice the coefficient of t^2."""
    problem = setting.problem
    slopes = slopes_at(problem, setting.trace(i), lambda unit: problem.slope)
    line = [symbol(1) * step + p for p, step in zip(problem.theta, d, strict=True)]
    output = forward(problem, line, problem.inputs[i], lambda unit, _: slopes[unit]).output
    return as_poly(output).coefficients()[2] * 2
