"""Coq, called: the development is compiled once for each of its versions, then each certificate."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, final

from exactmargin.coq.document import Theorem, file_of, theorems
from exactmargin.errors import InvalidInputError

__all__ = ["CoqOutcome", "check_with_coq", "coq_is_installed", "development"]

FILES = (
    "Specification", "Machine", "Soundness", "Derivative", "Minima", "Curves", "Kkt", "NotKkt",
    "Text", "SpecificationR", "Real", "Hessian", "Lifting", "OneLayer", "Products",
)  # fmt: skip
"""The development, in the order of its imports."""

_INSTALL = "Coq is not installed (no coqc on the path); on Debian: apt-get install coq"
_SECONDS = 600
_CLOSED = "Closed under the global context"


@final
@dataclass(frozen=True, slots=True)
class CoqOutcome:
    """What Coq says of one claim: ``status`` is accepted, refused or unsupported.

    ``detail`` names the axioms of what is accepted, and is the reason else; ``coq`` is the version;
    ``sha256`` the digest of the development's sources.
    """

    name: str
    claim: str
    status: str
    detail: str
    coq: str
    sha256: str

    def line(self) -> str:
        """One line."""
        about = f"{self.name} ({self.claim})" if self.name != self.claim else self.claim
        said = self.detail
        if self.status == "accepted":
            said = f"{said or 'no axioms'}; read back equal"
        return f"COQ {self.status.upper()} {about}: {said} [Coq {self.coq}, {self.sha256[:16]}]"


def coq_is_installed() -> bool:
    """Whether ``coqc`` is on the path."""
    return shutil.which("coqc") is not None


@cache
def version() -> str:
    """Coq's version; raises `InvalidInputError` where it is not installed."""
    if not coq_is_installed():
        raise InvalidInputError(_INSTALL)
    text = subprocess.run(["coqc", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"version ([0-9][^\s]*)", text)
    return found.group(1) if found else "unknown"


@cache
def sources() -> Mapping[str, bytes]:
    """The files of the development."""
    folder = resources.files("exactmargin.coq")
    return {f"{name}.v": folder.joinpath(f"{name}.v").read_bytes() for name in FILES}


@cache
def digest() -> str:
    """The digest of the development: of its files, with their names, in order."""
    whole = hashlib.sha256()
    for name, data in sources().items():
        whole.update(f"{name} {len(data)}\n".encode() + data)
    return whole.hexdigest()


def development() -> Path:
    """The folder of the compiled development; compiles it where that has not been done.

    It lies in the user's cache folder (``XDG_CACHE_HOME``), under Coq's version and the digest.
    """
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    target = root / "exactmargin" / "coq" / f"{version()}-{digest()[:16]}"
    if (target / "done").exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name, "development")
        folder.mkdir()
        for file, data in sources().items():
            (folder / file).write_bytes(data)
            run = _coqc(folder, folder / file)
            if run.returncode:
                raise InvalidInputError(
                    f"Coq {version()} does not compile {file}: {run.stderr.strip()[:400]}"
                )
        (folder / "done").touch()
        try:
            folder.rename(target)
        except OSError:  # another process was faster
            if not (target / "done").exists():
                raise
    return target


def _coqc(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    command = ["coqc", "-q", "-Q", str(folder), "ExactMargin", str(file)]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS, cwd=file.parent
        )
    except subprocess.TimeoutExpired:
        raise InvalidInputError(f"Coq did not finish within {_SECONDS} seconds") from None


def check_with_coq(certificate: Mapping[str, Any]) -> list[CoqOutcome]:
    """Coq's word on each claim of a certificate that the kernel has accepted.

    Raises `InvalidInputError` where Coq is not installed or does not finish.
    """
    found = theorems(certificate)
    said = iter(check_theorems([theorem for theorem in found if theorem.text is not None]))
    outcomes = []
    for theorem in found:
        unsupported = ("unsupported", str(theorem.reason))
        status, detail = unsupported if theorem.text is None else next(said)
        outcomes.append(
            CoqOutcome(theorem.name, theorem.claim, status, detail, version(), digest())
        )
    return outcomes


def check_theorems(wanted: list[Theorem]) -> list[tuple[str, str]]:
    """Status and detail for each: by one run if Coq accepts all, else one by one."""
    if not wanted:
        return []
    run = run_coq(file_of([str(theorem.text) for theorem in wanted]))
    printed = _printed(run.stdout)
    if not run.returncode and len(printed) == len(wanted):
        return [_judged(*pair) for pair in zip(wanted, printed, strict=True)]
    if len(wanted) > 1:
        return [outcome for theorem in wanted for outcome in check_theorems([theorem])]
    return [("refused", _first_error(run.stderr))]


def _judged(theorem: Theorem, printed: tuple[str, tuple[int, ...]]) -> tuple[str, str]:
    """Status and detail, from the axioms and the numbers that Coq printed."""
    report, numbers = printed
    axioms = _axioms(report)
    if axioms is None or not axioms <= theorem.axioms:
        return "refused", f"it rests on axioms: {' '.join(report.split())[:200]}"
    if numbers != theorem.expected:
        return "refused", "what Coq holds is not the problem of the certificate"
    return "accepted", f"axioms {', '.join(sorted(axioms))}" if axioms else ""


def _axioms(report: str) -> frozenset[str] | None:
    """What `Print Assumptions` names; None where it says something else."""
    head, *rest = report.strip().splitlines() or [""]
    if head == _CLOSED and not rest:
        return frozenset()
    if head != "Axioms:":
        return None
    return frozenset(line.split()[0] for line in rest if not line.startswith(" "))


def run_coq(text: str) -> subprocess.CompletedProcess[str]:
    """``coqc`` on a file that may import the development."""
    folder = development()
    with tempfile.TemporaryDirectory(prefix="exactmargin-") as name:
        file = Path(name, "certificate.v")
        file.write_text(text, encoding="utf-8")
        return _coqc(folder, file)


def _first_error(text: str) -> str:
    if "while it is expected to have type" in text:
        return "the checker computes false"
    return " ".join(text.split())[:400] or "coqc failed without a word"


def _printed(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """For each theorem, what is said of its axioms, and the integers that ``Eval`` printed."""
    *parts, _ = re.split(r"^\s*= \[([^\]]*)\]\s*: list Number\.\w+", text, flags=re.MULTILINE)
    reports, lists = parts[::2], parts[1::2]
    return [
        (report, tuple(int(n) for n in re.findall(r"-?[0-9]+", entries)))
        for report, entries in zip(reports, lists, strict=True)
    ]
