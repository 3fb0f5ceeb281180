"""PDF files: the same bytes each time, and clear errors."""

from pathlib import Path
from typing import Any

import pytest

from exactmargin.errors import InvalidInputError
from exactmargin.render import compile_pdf, latex_document


def test_pdf_is_written_and_deterministic(
    tmp_path: Path, all_samples: dict[str, Any], latexmk: str
) -> None:
    tex = latex_document(all_samples["kkt"])
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    compile_pdf(tex, first)
    compile_pdf(tex, second)
    assert first.read_bytes().startswith(b"%PDF-")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.pdf", "second.pdf"]


def test_first_error_of_the_log(tmp_path: Path, latexmk: str) -> None:
    tex = "\\documentclass{article}\\begin{document}\n\\nonsense\n\\end{document}"
    with pytest.raises(InvalidInputError) as error:
        compile_pdf(tex, tmp_path / "x.pdf")
    assert str(error.value) == "LaTeX failed: Undefined control sequence. (l.2 \\nonsense)"
    assert not (tmp_path / "x.pdf").exists()


def test_missing_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidInputError) as error:
        compile_pdf("", tmp_path / "x.pdf")
    assert str(error.value) == (
        "latexmk is not installed; on Debian: "
        "apt-get install latexmk texlive-latex-recommended lmodern"
    )


def test_target_that_cannot_be_written(
    tmp_path: Path, all_samples: dict[str, Any], latexmk: str
) -> None:
    with pytest.raises(InvalidInputError, match=r"^cannot write "):
        compile_pdf(latex_document(all_samples["identity"]), tmp_path / "no" / "x.pdf")
