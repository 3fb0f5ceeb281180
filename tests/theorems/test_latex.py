"""The proofs as a reader gets them: every theorem is set by LaTeX, with its ledger entry."""

import dataclasses
import re

import pytest

from exactmargin.registry import Pack, prove
from exactmargin.render import latex_document
from exactmargin.render.pdf import typeset

PACKS = [Pack.read(key, f"theorems.{key}") for key in ("laurent2018", "vardi2022")]
VERIFIED = [
    pytest.param(pack, result, id=result.id)
    for pack in PACKS
    for result in pack.results
    if result.status == "verified"
]


@pytest.mark.parametrize(("pack", "result"), VERIFIED)
def test_every_theorem_compiles(pack, result, latexmk):
    """No error, nothing undefined, nothing wider than the page by more than 10 points."""
    entry = {k: v for k, v in dataclasses.asdict(result).items() if v}
    wanted = ("number", "title", "statement", "place", "coverage", "erratum", "paper")
    notes = {key: entry[key] for key in wanted if key in entry}
    pdf, log = typeset(latex_document(prove(pack, result).to_json(), notes))
    assert pdf
    wide = [float(w) for w in re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt", log)]
    assert [w for w in wide if w > 10] == []
    assert not re.search(r"^! |undefined|multiply defined|Missing character", log, re.MULTILINE)
