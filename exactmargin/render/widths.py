"""How wide a formula is, roughly: enough to decide where it must break.

Widths are points at the size of ten points.  They are estimates that err on the wide side; nothing
but the layout rests on them.
"""

import re

__all__ = ["LINE", "width"]

LINE = 325.0
"""The widest line that is set without a break (the text of an unadorned article has 345)."""

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_SCRIPT = 0.75
_FLAT = {
    **dict.fromkeys(("\\,", "\\;", "\\:", "\\!", " ", "\\ "), 2.8),
    **dict.fromkeys(
        (
            "\\allowbreak",
            "\\displaystyle",
            "\\bigl",
            "\\bigr",
            "\\Bigl",
            "\\Bigr",
            "\\left",
            "\\right",
        ),
        0,
    ),
    **dict.fromkeys("=+-<>", 12.5),
    **dict.fromkeys(("\\le", "\\ge", "\\cdot", "\\to", "\\in"), 12.5),
    **dict.fromkeys("()[]|/", 4.5),
    **dict.fromkeys((",", "\\|", "\\{", "\\}"), 5.0),
    **dict.fromkeys(("\\max", "\\min", "\\exp"), 20.0),
    **dict.fromkeys(("\\sum", "\\prod"), 16.0),
    "\\quad": 10.0,
    "\\qquad": 20.0,
    "\\dots": 13.0,
}
_LETTERS = frozenset(("\\text", "\\mathrm", "\\mathit", "\\texttt", "\\textbf"))
_OVER = frozenset(("\\dot", "\\tilde", "\\bar", "\\hat", "\\mathbf", "\\mathbb", "\\mathcal"))


def width(tex: str) -> float:
    """An estimate of the width of a formula, in points at ten-point size."""
    tokens = [t for t in _TOKEN.findall(tex) if not t.isspace()][::-1]
    total = 0.0
    while tokens:
        total += _atom(tokens)
    return total


def _atom(tokens: list[str]) -> float:
    token = tokens.pop()
    if token == "{":
        return _group(tokens)
    if token in ("^", "_"):
        return _SCRIPT * _argument(tokens)
    if token in ("\\frac", "\\tfrac"):
        return max(_argument(tokens), _argument(tokens)) + 3.0
    if token == "\\sqrt":
        return _argument(tokens) + 9.0
    if token in _LETTERS or token in _OVER:
        return _argument(tokens)
    if token == "\\begin":
        _argument(tokens)
        return _matrix(tokens)
    return _FLAT.get(token, 6.5 if token.startswith("\\") or token.isalpha() else 5.2)


def _argument(tokens: list[str]) -> float:
    return _atom(tokens) if tokens else 0.0


def _group(tokens: list[str]) -> float:
    total = 0.0
    while tokens and tokens[-1] != "}":
        total += _atom(tokens)
    if tokens:
        tokens.pop()
    return total


def _matrix(tokens: list[str]) -> float:
    """The columns' widths, up to the end of the environment."""
    columns: dict[int, float] = {}
    column, cell = 0, 0.0
    while tokens:
        if tokens[-1] in ("&", "\\\\", "\\end"):
            columns[column] = max(columns.get(column, 0.0), cell)
            column, cell = (column + 1 if tokens[-1] == "&" else 0), 0.0
            if tokens.pop() == "\\end":
                _argument(tokens)
                break
        else:
            cell += _atom(tokens)
    return sum(columns.values()) + 10.0 * len(columns) + 6.0
