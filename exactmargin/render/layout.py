"""Displays, tables and lists that fit on the line, whatever they hold.

A formula that fits is displayed; one that does not is broken between its terms; and where a term
alone is wider than the line, the formula is set as a ragged paragraph, in which TeX breaks it.
"""

import re
from collections.abc import Sequence
from math import ceil

from exactmargin.render.numerals import Sum
from exactmargin.render.widths import LINE, width

__all__ = [
    "chain",
    "displays",
    "items",
    "paragraph_formula",
    "relation",
    "system",
    "table",
    "vector",
]

_HEIGHT = 30  # lines of a table that is not split
_TALL = 8  # lines of a row that is not set as a list item
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
    starts = {sum(map(len, sides[:n])) for n, side in enumerate(sides) if n and len(side) > 3}
    whole = " ".join([left, *pieces])
    if width(whole) <= LINE:
        return f"\\[\n {whole}\n\\]"
    if max(map(width, [left, *pieces])) > LINE - 60.0:
        return paragraph_formula(whole)
    indent = width(left) if width(left) < LINE / 3 else 0.0
    lines, room = [""], LINE - indent
    for n, piece in enumerate(pieces):
        if n in starts or (lines[-1] and width(lines[-1] + piece) > room - 20.0):
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + piece
    first = f"{left} & {lines[0]}" if indent or not left else f"& {left} \\\\\n & {lines[0]}"
    rest = [f" & {line}" if line[0] in "=<>" else f" & \\quad {line}" for line in lines[1:]]
    body = " \\\\\n".join([f" {first}", *rest])
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def system(rows: Sequence[tuple[str, list[list[str]]]], last: str = ".") -> str:
    """Several chains: those that fit stand side by side, the others are broken."""
    result: list[str] = []
    short: list[str] = []
    for n, (left, sides) in enumerate(rows):
        whole = " ".join([left, *(piece for side in sides for piece in side)])
        end = last if n == len(rows) - 1 else ","
        if width(whole) <= LINE:
            short.append(whole)
            continue
        if short:
            result.append(displays(short, ","))
            short = []
        result.append(chain(left, *sides, end=end))
    if short:
        result.append(displays(short, last))
    return "\n".join(result)


def paragraph_formula(formula: str) -> str:
    """A formula wider than the line: a ragged paragraph."""
    return f"\\begin{{quote}}\\raggedright\\small\\hbadness=10000\n ${formula}$\n\\end{{quote}}"


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
    """A table of formulas (head and cells without dollar signs); long ones go on in pieces.

    A column without entries is left out.  Wide cells break; a table whose cells cannot break far
    enough is set as a list instead.
    """
    columns = [i for i in range(len(head)) if any(row[i] for row in rows)]
    lines = [[line[i] for i in columns] for line in [head, *rows]]
    formats = _formats(lines)
    heights = [_height(line, formats or []) for line in lines]
    if formats is None or max(heights) > _TALL:
        return items([_as_item(lines[0], line) for line in lines[1:]])
    top, *body = [_row(line, formats) for line in lines]
    pieces: list[list[str]] = [[]]
    room = _HEIGHT
    for row, height in zip(body, heights[1:], strict=True):
        if height > room:
            pieces.append([])
            room = _HEIGHT
        pieces[-1].append(row)
        room -= height
    return "\n".join(_tabular(formats, top, piece) for piece in pieces)


def _tabular(formats: Sequence[str], top: str, rows: Sequence[str]) -> str:
    return (
        "\\begin{center}\n\\begin{tabular}{@{}" + "".join(formats) + "@{}}\n\\toprule\n"
        f"{top}\n\\midrule\n" + "\n".join(rows) + "\n\\bottomrule\n\\end{tabular}\n\\end{center}"
    )


def _height(cells: Sequence[str], formats: Sequence[str]) -> int:
    """The lines that a row takes."""
    shares = [
        width(cell) / float(kind[2:-3]) if kind != "l" else 1.0
        for cell, kind in zip(cells, formats, strict=False)
    ]
    return max(ceil(1.2 * share) if share > 1 else 1 for share in [*shares, 1.0])


def _formats(lines: Sequence[Sequence[str]]) -> list[str] | None:
    """The columns' formats: narrow ones as they are, the others share the room that is left."""
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    least = [max(map(_unbreakable, column)) for column in zip(*lines, strict=True)]
    room = LINE - _GAP * len(widths)
    if sum(widths) <= room:
        return ["l"] * len(widths)
    if sum(least) > room:
        return None
    given = list(least)  # what is left over goes to the narrowest columns first
    spare = room - sum(least)
    for j in sorted(range(len(widths)), key=lambda j: widths[j]):
        more = min(spare, widths[j] - given[j])
        given[j], spare = given[j] + more, spare - more
    return [
        "l" if have >= full else f"p{{{have:.0f}pt}}"
        for have, full in zip(given, widths, strict=True)
    ]


def _unbreakable(cell: str) -> float:
    """The width of the widest piece in which TeX cannot break a formula."""
    return 10.0 + max(map(width, re.split(r"\\allowbreak| [+-] |\\ ", cell)))


def _as_item(head: Sequence[str], cells: Sequence[str]) -> str:
    shown = []
    for name, cell in zip(head, cells, strict=True):
        if cell and name.startswith("\\text"):
            shown.append(f"${name}$ ${cell}$")
        elif cell:
            shown.append(f"${name} {cell}$" if name.endswith("\\in") else f"${name} = {cell}$")
    return "\\raggedright " + ", ".join(shown)


def _row(cells: Sequence[str], formats: Sequence[str]) -> str:
    shown = [
        ("" if kind == "l" else "\\raggedright ") + (f"${cell}$" if cell else "")
        for cell, kind in zip(cells, formats, strict=True)
    ]
    return " & ".join(shown) + " \\tabularnewline"


def items(lines: Sequence[str]) -> str:
    """A list; nothing where it has no lines."""
    if not lines:
        return ""
    body = "\n".join(f"\\item {line}" for line in lines)
    return f"\\begin{{itemize}}\n{body}\n\\end{{itemize}}"


_DISPLAYS = ("\\[", "\\begin{align*}", "\\begin{gather*}", "\\begin{equation*}")
_BLOCKS = (*_DISPLAYS, "\\begin{center}", "\\begin{itemize}", "\\begin{quote}")


def paragraphs(blocks: Sequence[str]) -> str:
    """Texts and displays in order; a text that goes on after a display starts no paragraph."""
    result = ""
    for n, block in enumerate(blocks):
        if n:
            after = blocks[n - 1].startswith(_BLOCKS)
            goes_on = after and (block[:1].islower() or block[:1] == "$")
            result += "\n" if block.startswith(_BLOCKS) or goes_on else "\n\n"
        result += block
    return result
