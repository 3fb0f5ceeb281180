"""The ledger of all installed papers as one document, set by LaTeX."""

import re
import subprocess

import pytest

from exactmargin.cli import main
from exactmargin.registry import Result, load_packs
from exactmargin.render.pdf import typeset

RESULTS = [result for pack in load_packs() for result in pack.results]

TABLES = {
    1: """
        Linear ReLU
        Fully-connected Global (Theorem 3.1) Not local (Theorem 3.2)
        Nno-share Not local (Theorem 4.1) Not local (Theorem 3.2)
        Nno-share assuming Global (Theorem 4.2, part 1) Not local (Theorem 4.2, part 2)
        non-zero weight vectors
        Nno-share assuming Global (Theorem 4.2, part 1) Local, Not global (Theorem 4.3)
        non-zero inputs to all neurons
        N assuming Not local (Theorem 4.4) Not local (Theorem 4.4)
        non-zero inputs to all neurons
        What is concluded
    """,
    2: """
        Linear ReLU
        Fully-connected Global (Theorem 3.1) Not local (Theorem 3.2)
        Nno-share assuming Not local (Theorem 5.1) Not local (Theorem 5.1)
        non-zero inputs to all neurons
        N - max margin for Global (Theorem 5.2) Not local (Theorem 5.3)
        each layer separately
        N - max margin for Global (Theorem 5.2) Local, Not global (Theorem 5.4)
        each layer separately assuming non-zero inputs to all neurons
    """,
}
"""Tables 1 and 2 of Vardi, Shamir and Srebro, as the lines of the page have them."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory, latexmk: str) -> tuple[bytes, str]:
    """The PDF and the log, from the command line's LaTeX."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.tex"
    assert main(["export", "--ledger", "--to", "latex", "-o", str(path)]) == 0
    return typeset(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def text(document: tuple[bytes, str], pdftotext: str) -> str:
    """The words of the PDF, blanks squeezed."""
    command = [pdftotext, "-layout", "-", "-"]
    done = subprocess.run(command, input=document[0], capture_output=True, check=True)
    return re.sub(r"[ \n]+", " ", done.stdout.decode().replace("\f", "\n"))


def test_it_compiles(document: tuple[bytes, str]) -> None:
    """No error, nothing undefined, nothing wider than the page by more than 10 points."""
    pdf, log = document
    wide = [float(w) for w in re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt", log)]
    assert [w for w in wide if w > 10] == []
    assert not re.search(r"^! |undefined|multiply defined|Missing character", log, re.MULTILINE)
    assert len(pdf) < 2_000_000, "a summary, not the proofs"


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.id)
def test_every_result_is_there(text: str, result: Result) -> None:
    """In the table of contents, as a heading, and before its statement."""
    head = f"{result.number}: "
    assert text.count(head) >= 2
    assert f" {result.number}. " in text


@pytest.mark.parametrize("number", TABLES)
def test_the_tables_look_like_those_of_the_paper(text: str, number: int) -> None:
    assert " ".join(TABLES[number].split()) in text
