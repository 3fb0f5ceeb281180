"""The proofs as a reader gets them: every theorem by LaTeX and as a page, with its ledger entry."""

import dataclasses
import re

import pytest

from exactmargin.registry import Pack, Result, prove
from exactmargin.render import latex_document
from exactmargin.render.pdf import typeset
from tests.render.test_html import assert_same

PACKS = [Pack.read(key, f"theorems.{key}") for key in ("laurent2018", "vardi2022")]
VERIFIED = [
    pytest.param(pack, result, id=result.id)
    for pack in PACKS
    for result in pack.results
    if result.status == "verified"
]


def document(pack: Pack, result: Result) -> str:
    """The LaTeX of a theorem."""
    entry = {k: v for k, v in dataclasses.asdict(result).items() if v}
    wanted = ("number", "title", "statement", "place", "coverage", "erratum", "paper")
    notes = {key: entry[key] for key in wanted if key in entry}
    return latex_document(prove(pack, result).to_json(), notes)


@pytest.mark.parametrize(("pack", "result"), VERIFIED)
def test_every_theorem_is_a_page(pack, result):
    """With the formulas, the headings and the tables of the LaTeX."""
    assert_same(document(pack, result))


@pytest.mark.parametrize(("pack", "result"), VERIFIED)
def test_every_theorem_compiles(pack, result, latexmk):
    """No error, nothing undefined, nothing wider than the page by more than 10 points."""
    pdf, log = typeset(document(pack, result))
    assert pdf
    wide = [float(w) for w in re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt", log)]
    assert [w for w in wide if w > 10] == []
    assert not re.search(r"^! |undefined|multiply defined|Missing character", log, re.MULTILINE)
