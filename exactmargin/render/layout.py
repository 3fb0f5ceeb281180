"""Displays, tables and lists that fit on the line, whatever they hold.

A formula that fits is displayed; one that does not is broken between its terms; and where a term
alone is wider than the line, the formula is set as a ragged paragraph, in which TeX breaks it.
"""

from collections.abc import Sequence

from exactmargin.render.numerals import Sum
from exactmargin.render.widths import LINE, width

__all__ = ["chain", "displays", "items", "paragraph_formula", "relation", "system", "table", "vector"]

_ROWS = 28
_GAP = 12.0


def vector(entries: Sequence[str]) -> str:
    """A column vector written in a line."""
    if len(entries) == 1:
        return entries[0]
    inside = ",\\allowbreak ".join(e.replace("\\frac", "\\tfrac") for e in entries)
    return f"({inside})^\\top"


def relation(sign: str, terms: Sum) -> list[str]:
    """``= a``, ``+ b``, ``- c``: the pieces of one side, for `chain`."""
    if not terms:
        return [f"{sign} 0"]
    first = f"{sign} {'-' if terms[0][0] else ''}{terms[0][1]}"
    return [first, *(("- " if minus else "+ ") + body for minus, body in terms[1:])]


def chain(left: str, *sides: list[str], end: str = "") -> str:
    """A chain of (in)equalities as one display, broken where it is too wide."""
    pieces = [piece for side in sides for piece in side]
    pieces[-1] += end
    whole = " ".join([left, *pieces])
    if width(whole) <= LINE:
        return f"\\[\n {whole}\n\\]"
    if max(map(width, [left, *pieces])) > LINE - 60.0:
        return paragraph_formula(whole)
    indent = width(left) if width(left) < LINE / 3 else 0.0
    lines, room = [""], LINE - indent
    for piece in pieces:
        if lines[-1] and width(lines[-1] + piece) > room - 20.0:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + piece
    first = f"{left} & {lines[0]}" if indent else f"& {left} \\\\\n & {lines[0]}"
    rest = [f" & {line}" if line[0] in "=<>" else f" & \\quad {line}" for line in lines[1:]]
    body = " \\\\\n".join([f" {first}", *rest])
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def system(rows: Sequence[tuple[str, list[list[str]]]]) -> str:
    """Several chains: those that fit stand side by side, the others are broken."""
    result: list[str] = []
    short: list[str] = []
    for n, (left, sides) in enumerate(rows):
        whole = " ".join([left, *(piece for side in sides for piece in side)])
        end = "." if n == len(rows) - 1 else ","
        if width(whole) <= LINE:
            short.append(whole)
            continue
        if short:
            result.append(displays(short, ","))
            short = []
        result.append(chain(left, *sides, end=end))
    if short:
        result.append(displays(short))
    return "\n".join(result)


def paragraph_formula(formula: str) -> str:
    """A formula wider than the line: a ragged paragraph."""
    return (
        "\\begin{quote}\\raggedright\\small\\hbadness=10000\n"
        f" ${formula}$\n\\end{{quote}}"
    )


def displays(formulas: Sequence[str], end: str = ".") -> str:
    """Short formulas side by side in displays; what is too wide stands alone."""
    result: list[str] = []
    lines: list[str] = []

    def flush() -> None:
        if lines:
            body = " \\\\\n ".join(lines)
            result.append(f"\\begin{{gather*}}\n {body}\n\\end{{gather*}}")
            lines.clear()

    marked = [f + ("," if i < len(formulas) - 1 else end) for i, f in enumerate(formulas)]
    for formula in marked:
        if width(formula) > LINE:
            flush()
            result.append(paragraph_formula(formula))
        elif lines and width(lines[-1] + formula) + 20.0 <= LINE:
            lines[-1] += f" \\qquad {formula}"
        else:
            lines.append(formula)
    flush()
    return "\n".join(result)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of formulas (head and cells without dollar signs); long ones go on in pieces."""
    columns = [i for i in range(len(head)) if any(row[i] for row in rows)]
    widths = [max(width(line[i]) for line in [head, *rows]) for i in columns]
    budget = LINE - _GAP * len(columns)
    formats = ["l"] * len(columns)
    if sum(widths) > budget:
        narrow = sorted(range(len(columns)), key=lambda j: widths[j])
        room, wide = budget, len(columns)
        for j in narrow:  # narrow columns keep their width; the others share what is left
            if widths[j] <= room / wide:
                room, wide = room - widths[j], wide - 1
            else:
                formats[j] = f"p{{{room / wide:.0f}pt}}"
    pieces = []
    for start in range(0, len(rows), _ROWS):
        body = [_row([row[i] for i in columns], formats) for row in rows[start : start + _ROWS]]
        top = _row([head[i] for i in columns], formats)
        pieces.append(
            "\\begin{center}\n\\begin{tabular}{@{}" + "".join(formats) + "@{}}\n\\toprule\n"
            f"{top}\n\\midrule\n" + "\n".join(body) + "\n\\bottomrule\n\\end{tabular}\n\\end{center}"
        )
    return "\n".join(pieces)


def _row(cells: Sequence[str], formats: Sequence[str]) -> str:
    shown = [
        ("" if kind == "l" else "\\raggedright ") + (f"${cell}$" if cell else "")
        for cell, kind in zip(cells, formats, strict=True)
    ]
    return " & ".join(shown) + " \\tabularnewline"


def items(lines: Sequence[str]) -> str:
    """A list; deeper than LaTeX allows, it goes on flat."""
    body = "\n".join(f"\\item {line}" for line in lines)
    return f"\\begin{{itemize}}\n{body}\n\\end{{itemize}}"


