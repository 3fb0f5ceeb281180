"""From LaTeX to PDF, with latexmk and pdflatex in a folder of their own."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from exactmargin.errors import InvalidInputError

__all__ = ["compile_pdf", "typeset"]

_INSTALL = "on Debian: apt-get install latexmk texlive-latex-recommended lmodern"
_SECONDS = 180


def compile_pdf(tex: str, target: Path) -> None:
    """Write the document `tex` as a PDF file; the same document gives the same bytes.

    Raises `InvalidInputError` where latexmk or pdflatex is missing, and with the first error of
    the log where LaTeX fails.
    """
    pdf, _ = typeset(tex)
    try:
        Path(target).write_bytes(pdf)
    except OSError as error:
        raise InvalidInputError(f"cannot write {target}: {error.strerror}") from None


def typeset(tex: str) -> tuple[bytes, str]:
    """The PDF and the log of a document; errors as for `compile_pdf`."""
    for tool in ("latexmk", "pdflatex"):
        if shutil.which(tool) is None:
            raise InvalidInputError(f"{tool} is not installed; {_INSTALL}")
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "1000",
        "openin_any": "p",
        "openout_any": "p",
    }
    options = ["-norc", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    with tempfile.TemporaryDirectory(prefix="exactmargin-") as folder:
        Path(folder, "certificate.tex").write_text(tex, encoding="utf-8", errors="replace")
        command = ["latexmk", *options, "certificate.tex"]
        try:
            run = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise InvalidInputError(f"LaTeX did not finish within {_SECONDS} seconds") from None
        path = Path(folder, "certificate.log")
        log = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        result = Path(folder, "certificate.pdf")
        if run.returncode or not result.exists():
            raise InvalidInputError(f"LaTeX failed: {_first_error(log)}")
        return result.read_bytes(), log


def _first_error(log: str) -> str:
    """The first error of a log with the line that it names."""
    found = re.search(r"^! (.*)$", log, re.MULTILINE)
    if found is None:
        return "no error in its log; is the installation complete? " + _INSTALL
    line = re.search(r"^l\.\d+.*$", log[found.end() :], re.MULTILINE)
    return found.group(1) + (f" ({line.group(0).strip()})" if line else "")
