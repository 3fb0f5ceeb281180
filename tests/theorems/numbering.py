"""Which numbers a paper gives: its headings, its references to them, the tags of its equations.

    python tests/theorems/numbering.py PAPER.txt > tests/theorems/numbering-PAPER.txt

made the two lists beside this file, from the text of each paper (arXiv:2110.02732, version with
appendices; arXiv:1712.10132). The lists are what the tests compare the ledgers with: they are the
paper's own numbering, read by this program and by nobody's eye, one number to a line.
"""

import re
import sys
from pathlib import Path

KINDS = {
    "Algorithm": "Algorithms?",
    "Assumption": "Assumptions?",
    "Claim": "Claims?",
    "Conjecture": "Conjectures?",
    "Corollary": "Corollar(?:y|ies)",
    "Definition": "Definitions?",
    "Equation": r"Equations?|Eqs?\.?",
    "Example": "Examples?",
    "Figure": r"Figures?|Figs?\.?",
    "Lemma": "Lemmas?|Lemmata",
    "Problem": "Problems?",
    "Proposition": "Propositions?",
    "Remark": "Remarks?",
    "Table": "Tables?",
    "Theorem": r"Theorems?|Thms?\.?",
}
"""Kinds of numbered things, with how a text may spell them."""

NUMBER = r"\(?[A-Z]?\.?[0-9]+(?:\.[0-9]+)*\)?"
LIST = rf"{NUMBER}(?:\s*(?:,|and|or|–|-|, and)\s*{NUMBER})*(?![\w$\\])"
TAG = re.compile(r"(?:\\tag\s?\{\(?|\()([0-9]+)(?:\)?\}|\))\s*(?:\$\$)?\s*$", re.MULTILINE)
"""The number at the end of a displayed equation's line."""


def numbers(text: str) -> list[str]:
    """What has a number in the text, "Theorem 3.2", sorted by kind and number.

    A number in parentheses is that of an equation, whatever the text calls it: "problem (12)".
    """
    found = {("Equation", number) for number in TAG.findall(text)}
    for kind, spelling in KINDS.items():
        for listed in re.findall(rf"\b(?i:{spelling})[\s~]*({LIST})", text):
            found |= {
                ("Equation" if opened else kind, number)
                for opened, number in re.findall(r"(\(?)([A-Z]?\.?[0-9][0-9.]*)", listed)
            }
    cleaned = {(kind, number.strip(".")) for kind, number in found}
    return [f"{kind} {number}" for kind, number in sorted(cleaned, key=_order)]


def _order(item: tuple[str, str]) -> tuple[str, bool, list[tuple[str, int]]]:
    kind, number = item
    parts = [(p, 0) if p.isalpha() else ("", int(p)) for p in number.split(".")]
    return kind, number[0].isalpha(), parts


if __name__ == "__main__":
    print("\n".join(numbers(Path(sys.argv[1]).read_text(encoding="utf-8"))))
