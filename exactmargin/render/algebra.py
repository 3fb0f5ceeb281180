"""Facts about polynomials: identities and positivity, in the running text and as displays."""

from typing import Any

from exactmargin.kernel.numbers import Field
from exactmargin.render.expressions import expression
from exactmargin.render.layout import chain, relation
from exactmargin.render.numerals import join
from exactmargin.render.symbols import symbol_tex

__all__ = ["formula", "identity", "positive", "quantifier", "symbol_list"]


def symbol_list(names: list[str]) -> str:
    """Symbols in the running text."""
    return ", ".join(f"${symbol_tex(name)}$" for name in names)


def quantifier(claim: str, evidence: Any) -> str:
    """For which values it holds, with a blank in front; empty where there are no symbols."""
    names = symbol_list(evidence["symbols"])
    values = "positive values" if claim == "positive" else "values"
    return f" for all {values} of {names}" if names else ""


def formula(claim: str, field: Field | None, evidence: Any) -> str:
    """What holds, as a formula in the running text."""
    keys = ("expression",) if claim == "positive" else ("left", "right")
    sides = [join(expression(evidence[key], field)) for key in keys]
    return f"${' = '.join(sides)}{' > 0' if claim == 'positive' else ''}$"


def identity(field: Field | None, evidence: Any) -> list[str]:
    """left = right."""
    left = expression(evidence["left"], field)
    right = expression(evidence["right"], field)
    if len(left) == 1:
        return [chain(join(left), relation("=", right), end=".")]
    return [chain("", relation("", left), relation("=", right), end=".")]


def positive(field: Field | None, evidence: Any) -> list[str]:
    """expression > 0."""
    terms = expression(evidence["expression"], field)
    shown = chain("", relation("", terms), ["> 0"], end=".")
    if not evidence["symbols"]:
        return [shown]
    return [shown, "Expanded, the left side has no negative coefficient, and a positive one."]
