"""Tables of results, read off a certificate: each part belongs to one entry.

A pack names the parts of a table ``ROW, COLUMN: ENTRY (SOURCE). PROOF``. Rows and columns stand
in the order in which they first occur. The entry is the author's word; below the table stands,
entry by entry, what the kernel concluded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from exactmargin.render.acceptance import Accepted
from exactmargin.render.escape import escape
from exactmargin.render.layout import items
from exactmargin.render.parts import counted

__all__ = ["Table", "read_table", "table_tex"]

_NAME = re.compile(r"(.+), ([^,:]+): ([^:()]+) \(([^()]+)\)\. ")


@final
@dataclass(frozen=True, slots=True)
class Table:
    """The parts by row, column, entry and source, in the order of the certificate."""

    cells: Mapping[tuple[str, str, str, str], list[Any]]

    @property
    def rows(self) -> list[str]:
        """The names of the rows."""
        return list(dict.fromkeys(row for row, *_ in self.cells))

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(dict.fromkeys(column for _, column, *_ in self.cells))


def read_table(accepted: Accepted) -> Table | None:
    """The table that the names of the parts make; None where one part has no such name."""
    cells: dict[tuple[str, str, str, str], list[Any]] = {}
    for part in accepted.parts:
        found = _NAME.match(part["name"])
        if found is None:
            return None
        row, column, entry, source = found.groups()
        cells.setdefault((row, column, entry, source), []).append(part)
    return Table(cells)


def table_tex(table: Table, links: Mapping[str, str]) -> list[str]:
    """The table as LaTeX, and below it what is concluded for each entry.

    `links` maps the ids of results to LaTeX; an entry's source becomes the link to the result of
    that number.
    """
    shown: dict[tuple[str, str], list[str]] = {}
    below = []
    for (row, column, entry, source), parts in table.cells.items():
        texts = "; ".join(counted(parts))
        shown.setdefault((row, column), []).append(f"{escape(entry)} ({_linked(source, links)})")
        below.append(f"\\raggedright {escape(row)}, {escape(column)}: {texts}.")
    lines = [
        " & ".join(["", *map(escape, table.columns)]) + " \\tabularnewline\n\\midrule",
        *(
            " & ".join(
                ["\\raggedright " + escape(row)]
                + [
                    "\\raggedright " + "\\newline ".join(shown.get((row, column), []))
                    for column in table.columns
                ]
            )
            + " \\tabularnewline"
            for row in table.rows
        ),
    ]
    formats = "p{3.2cm}" + f"p{{{10.8 / len(table.columns):.2f}cm}}" * len(table.columns)
    return [
        "\\begin{center}\\small\n\\begin{tabular}{@{}"
        + formats
        + "@{}}\n\\toprule\n"
        + "\n".join(lines)
        + "\n\\bottomrule\n\\end{tabular}\n\\end{center}",
        "What is concluded for each entry, over its proofs:",
        items(below),
    ]


def _linked(source: str, links: Mapping[str, str]) -> str:
    """A source such as "Theorem 3.2", as the link to the result of that number."""
    wanted = escape(source)
    return next((link for link in links.values() if link.endswith(f"{{{wanted}}}")), wanted)
