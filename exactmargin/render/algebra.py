"""Facts about polynomials: identities and positivity, as displays."""

from typing import Any

from exactmargin.kernel.numbers import Field
from exactmargin.render.expressions import expression
from exactmargin.render.layout import chain, relation
from exactmargin.render.numerals import join
from exactmargin.render.symbols import symbol_tex

__all__ = ["identity", "positive", "symbol_list"]


def symbol_list(names: list[str]) -> str:
    """Symbols in the running text."""
    return ", ".join(f"${symbol_tex(name)}$" for name in names)


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
