"""Near a point without kinks, the network or the loss: multilinear forms and Hessian."""

from typing import Any

from exactmargin.kernel.multilinear import near
from exactmargin.kernel.numbers import symbol
from exactmargin.render.expressions import expression
from exactmargin.render.hinge_minima import loss_table
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain, relation, system
from exactmargin.render.numerals import number, polynomial
from exactmargin.render.point import point_table
from exactmargin.render.setting import Setting
from exactmargin.render.symbols import symbol_tex

__all__ = ["indefinite_hessian", "multilinear_form", "zero_trace_hessian"]


def multilinear_form(setting: Setting, evidence: Any) -> list[str]:
    """The terms, each with its blocks."""
    rows, names = [], []
    for n, term in enumerate(evidence["terms"]):
        index = _index(setting, n, term["blocks"])
        blocks = ", ".join(symbol_tex(name) for name in term["blocks"])
        names.append(f"\\varphi_{{{index}}}" + (f"({blocks})" if blocks else ""))
        rows.append((names[-1], [relation("=", expression(term["expression"], setting.field))]))
    whole = [f"= {names[0]}", *(f"+ {name}" for name in names[1:])]
    what, name = ("the loss", "L") if "example" not in evidence else ("the network", _phi(evidence))
    return [
        *_smooth(setting, evidence),
        "Write $u_{l,k}$ for parameter $k$ of layer $l$ (the number that stands in its pattern) "
        f"and $b_{{l,k}}$ for the bias of its unit $k$. Near $\\theta$ {what} is",
        chain(name, whole, end=","),
        "each term being homogeneous of degree one in each of its blocks:",
        system(rows),
    ]


def _index(setting: Setting, n: int, blocks: list[str]) -> int:
    """L's number of a term: 0 for the weights, l for the biases of layer l, the constant last."""
    if not blocks:
        return len(setting.problem.layers) + 1
    return int(blocks[0][1:]) if n else 0


def zero_trace_hessian(setting: Setting, evidence: Any) -> list[str]:
    """Why every second derivative in one parameter is zero."""
    name = "L" if "example" not in evidence else _phi(evidence)
    return [
        *_smooth(setting, evidence),
        f"Near $\\theta$, ${name}$ is therefore a polynomial, and no monomial of it has the square "
        "of a parameter: the diagonal of its Hessian is zero, and so is the trace.",
    ]


def indefinite_hessian(setting: Setting, evidence: Any) -> list[str]:
    """The two vectors, and the second derivatives along them."""
    name = "L" if "example" not in evidence else _phi(evidence)
    result = _smooth(setting, evidence)
    result.append(
        f"Let $H$ be the Hessian of ${name}$ at $\\theta$. The vectors $d^+$ "
        "and $d^-$, in the shape of $\\theta$, are given by"
    )
    for key, mark in (("positive", "+"), ("negative", "-")):
        entries = [number(x) for x in setting.numbers(evidence[key])]
        end = "," if key == "positive" else "."
        result.append(block_values(setting.naming.blocks, entries, "}", f"d^{mark}_{{", end))
    result.append("and")
    for key, mark, sign in (("positive", "+", "> 0"), ("negative", "-", "< 0")):
        bend = polynomial(_bend(setting, evidence, setting.numbers(evidence[key])), [])
        end = "," if key == "positive" else "."
        left = f"(d^{mark})^\\top H\\,d^{mark}"
        result.append(chain(left, relation("=", bend), [sign], end=end))
    return result


def _phi(evidence: Any) -> str:
    return f"\\Phi(\\cdot\\,;x_{{{evidence['example']}}})"


def _smooth(setting: Setting, evidence: Any) -> list[str]:
    if "example" not in evidence:
        return [
            "No hidden pre-activation is on a kink at $\\theta$, and no term of the loss is zero:",
            *loss_table(setting, setting.problem.theta),
        ]
    i = evidence["example"]
    return [
        f"At example~{i} the network has no kink at $\\theta$:",
        point_table(setting, setting.problem.theta, [i - 1]),
    ]


def _bend(setting: Setting, evidence: Any, d: list[Any]) -> Any:
    """The second derivative along d: twice the coefficient of t^2."""
    problem = setting.problem
    line = [symbol(1) * step + p for p, step in zip(problem.theta, d, strict=True)]
    return near(problem, evidence)[1](line).coefficients()[2] * 2
