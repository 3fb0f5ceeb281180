"""What a paper's tests call: `assert_certified` fails with an explanation, as pytest's own do.

::

    from exactmargin.testing import assert_certified

    def test_theorem_3_2():
        assert_certified("theorem-3.2.json", "kkt")
        assert_certified("theorem-3.2.json", "not-local-minimum")

It works in any test runner. Under pytest, ``exactmargin.pytest_plugin`` sets the budget and the
folder that keeps certificates from its options. Importing this module loads no other room.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from exactmargin.decisions import Certificate, Verdict
    from exactmargin.problems import Problem

__all__ = [
    "NOWHERE",
    "Settings",
    "assert_certified",
    "configure",
    "current_settings",
    "explanation",
    "keep",
]

NOWHERE = "not kept; --exactmargin-certificates DIR keeps it"
"""What is said in place of the path of a certificate where there is no folder."""


@final
@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all assertions: seconds for one decision, where certificates are kept."""

    budget: float | None = None
    folder: Path | None = None


_settings = Settings()


def current_settings() -> Settings:
    """The settings that hold now."""
    return _settings


def configure(settings: Settings) -> Settings:
    """Let these settings hold from now on; those that held before."""
    global _settings
    before, _settings = _settings, settings
    return before


def assert_certified(
    problem: "Problem | str | Path", claim: str, *, budget: float | None = None
) -> "Certificate":
    """Assert that the claim about a problem is proved; the certificate, accepted by the kernel.

    `problem` is a `Problem` or the path of a problem file, `claim` one of those that
    `exactmargin.certify` takes ("kkt", "not-local-minimum", "separable"), `budget` seconds
    (default: that of the settings). The certificate is kept in the settings' folder as
    ``CLAIM-DIGEST.json``, with the claim and the first 16 digits of the digest it has.

    Raises `AssertionError`, which says what was expected, what came of it, why, and where the
    certificate of the opposite is, where the claim is refuted or unknown; `InvalidInputError` for
    a file that cannot be read, a claim that is not known or a problem without what it needs.
    """
    __tracebackhide__ = True
    from exactmargin.decisions import Budget, certify, proves
    from exactmargin.formats import read_problem

    if isinstance(problem, str | Path):
        problem = read_problem(problem)
    seconds = current_settings().budget if budget is None else budget
    verdict = certify(problem, claim, Budget(seconds))
    path = None
    if verdict.certificate is not None:
        digest = verdict.certificate.sha256[:16]
        path = keep(verdict.certificate, f"{verdict.certificate.claim}-{digest}")
        if proves(verdict, claim):
            return verdict.certificate
    got = "unknown" if verdict.certificate is None else f"{verdict.certificate.claim}, certified"
    lines = [f"{problem.name or 'the problem'}: {claim} is not certified", f"expected: {claim}"]
    raise AssertionError("\n  ".join([*lines, f"got: {got}", *explanation(verdict, path)]))


def explanation(verdict: "Verdict", path: Path | None) -> list[str]:
    """Why the verdict is what it is, and where its certificate was kept."""
    if verdict.certificate is None:
        return [f"reason: {verdict.reason}"]
    reason = verdict.certificate.outcome().line()
    return [f"reason: {reason}", f"certificate: {path or NOWHERE}"]


def keep(certificate: "Certificate", name: str) -> Path | None:
    """Keep a certificate as ``NAME.json`` in the settings' folder; the path, None without one.

    `name` may have folders; what is neither a letter nor a digit nor one of ``._-`` becomes
    ``_``. Processes that keep the same certificate at the same time leave one whole file. Raises
    `InvalidInputError` where nothing can be written there.
    """
    from exactmargin.formats import replace_text

    folder = current_settings().folder
    if folder is None:
        return None
    path = folder.joinpath(*(re.sub(r"[^\w.-]", "_", part) for part in f"{name}.json".split("/")))
    text = certificate.text()
    if not path.is_file() or path.read_bytes() != text.encode():
        replace_text(text, path)
    return path
