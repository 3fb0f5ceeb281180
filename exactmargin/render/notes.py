"""What the ledger says of a theorem: number, statement, coverage, errata."""

from collections.abc import Mapping, Sequence
from typing import Any

from exactmargin.errors import InvalidInputError
from exactmargin.render.escape import escape, tame
from exactmargin.render.layout import items

__all__ = ["COVERAGE", "coverage", "errata", "heading", "source", "statement"]

COVERAGE = {
    "existential": "The theorem asserts that an example exists; the exact instance below is one.",
    "parametric": "What follows holds for all values of the symbols that it names.",
    "identity": "What follows is an identity, for the shape shown and all values of its symbols.",
    "sampled": "What follows is exact on each instance shown. It is evidence for the theorem on "
    "these instances, not a proof of the theorem.",
}
"""Per kind of coverage, the sentence that says what the certificate shows of the theorem."""

Notes = Mapping[str, Any]


def _text(notes: Notes, key: str) -> str:
    value = notes.get(key) or ""
    if not isinstance(value, str):
        raise InvalidInputError(f"{value!r} is not a text", place=f"notes: {key}")
    return value


def heading(notes: Notes, otherwise: str) -> str:
    """The title, as LaTeX; without a number in the ledger it begins with the other text."""
    number, title = _text(notes, "number") or otherwise, _text(notes, "title")
    return escape(number) + (f": {escape(title)}" if title else "")


def source(notes: Notes) -> str:
    """The paper and the place in it, as LaTeX; empty where the ledger names none."""
    paper = notes.get("paper") or {}
    if not isinstance(paper, Mapping):
        raise InvalidInputError(f"{paper!r} is not a mapping", place="notes: paper")
    authors = paper.get("authors") or ""
    if isinstance(authors, Sequence) and not isinstance(authors, str):
        authors = ", ".join(str(author) for author in authors)
    title, year = str(paper.get("title") or ""), str(paper.get("year") or "")
    parts = [escape(str(authors)), f"\\emph{{{escape(title)}}}" if title else "", escape(year)]
    place = _text(notes, "place")
    return ", ".join(part for part in [*parts, escape(place)] if part)


def coverage(notes: Notes) -> str:
    """The sentence on what is covered; empty where the ledger does not say."""
    kind = notes.get("coverage")
    if kind is None:
        return ""
    if kind not in COVERAGE:
        known = ", ".join(COVERAGE)
        raise InvalidInputError(
            f"{kind!r} is not a kind of coverage ({known})", place="notes: coverage"
        )
    return f"\\textit{{Coverage: {kind}.}} {COVERAGE[kind]}"


def statement(notes: Notes) -> list[str]:
    """The theorem as stated, set like a theorem."""
    text = _text(notes, "statement")
    if not text:
        return []
    number = escape(_text(notes, "number")) or "Statement"
    return [
        "\\begin{trivlist}\n\\item[\\hskip\\labelsep\\textbf{" + number + ".}]\\itshape\n"
        f"{tame(text)}\n\\end{{trivlist}}"
    ]


def errata(notes: Notes) -> str:
    """The list of what is printed wrongly, why, and what is proved instead; or nothing."""
    found = notes.get("erratum") or []
    if isinstance(found, Mapping):
        found = [found]
    lines = []
    for n, entry in enumerate(found, 1):
        if not isinstance(entry, Mapping):
            raise InvalidInputError(f"{entry!r} is not a mapping", place=f"notes: erratum {n}")
        shown = [
            f"\\textit{{{label}:}} {tame(str(entry[key]))}"
            for key, label in (
                ("printed", "Printed"),
                ("counterexample", "Counterexample"),
                ("corrected", "Corrected"),
            )
            if entry.get(key)
        ]
        place = f"\\textbf{{{escape(str(entry['place']))}.}}" if entry.get("place") else ""
        lines.append("\\\\ ".join([place, *shown]) if place else "\\\\ ".join(shown))
    return items(lines)
