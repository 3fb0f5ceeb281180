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
    names = list(evidence["symbols"])
    text = f"For all values of {symbol_list(names)}:" if names else "By calculation:"
    if len(left) == 1:
        return [text, chain(join(left), relation("=", right), end=".")]
    return [text, chain("", relation("", left), relation("=", right), end=".")]


def positive(field: Field | None, evidence: Any) -> list[str]:
    """expression > 0."""
    names = list(evidence["symbols"])
    terms = expression(evidence["expression"], field)
    shown = chain("", relation("", terms), ["> 0"], end=".")
    if not names:
        return ["By calculation:", shown]
    text = f"Whenever {symbol_list(names)} {'are' if len(names) > 1 else 'is'} positive:"
    return [text, shown, "Expanded, no coefficient is negative, and one is positive."]
