"""Problem files and certificates as test items; loaded by pytest where exactmargin is installed.

* ``NAME.exactmargin.json``: a problem file with ``expect``. One item per expectation: it fails
  unless the verdict is the expected one. A verdict that is unknown where yes or no is expected
  fails too, with the reason; ``--exactmargin-allow-unknown`` makes that a skip, never a pass.
* ``NAME.certificate.json``: one item; it fails unless the kernel accepts the certificate.

Loading this module loads nothing heavy: the rooms are imported when an item needs them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import pytest

from exactmargin.errors import InvalidInputError

if TYPE_CHECKING:
    from exactmargin.decisions import Verdict

__all__ = ["CertificateFile", "ProblemFile", "pytest_addoption", "pytest_collect_file"]

ALLOW_UNKNOWN = "--exactmargin-allow-unknown"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that lets unknown verdicts be skips."""
    parser.getgroup("exactmargin").addoption(
        ALLOW_UNKNOWN,
        action="store_true",
        help="skip, do not fail, where a verdict is unknown and an .exactmargin.json file expects "
        "yes or no",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the two kinds of files by the ends of their names."""
    if file_path.name.endswith(".exactmargin.json"):
        return ProblemFile.from_parent(parent, path=file_path)
    if file_path.name.endswith(".certificate.json"):
        return CertificateFile.from_parent(parent, path=file_path)
    return None


class _Differs(Exception):  # noqa: N818 - a test's failure, not an error
    """What a failing item says, and nothing more."""


class _Item(pytest.Item):
    """An item that says its failures in a sentence, without a traceback through this plugin."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """The sentence; for other exceptions what pytest shows."""
        if isinstance(excinfo.value, _Differs | InvalidInputError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The file and the name of the item."""
        return self.path, None, f"{self.path.name}: {self.name}"


@final
class ProblemFile(pytest.File):
    """A problem file; its problem is analyzed once, by the first item that runs."""

    _verdicts: "dict[str, Verdict] | None" = None

    def collect(self) -> Iterator[pytest.Item]:
        """One item per expectation; one that fails where there is none, or no readable file."""
        from exactmargin.formats import read_expectations

        try:
            expectations = read_expectations(self.path)
        except InvalidInputError as error:
            yield BrokenItem.from_parent(self, name="file", complaint=str(error))
            return
        if not expectations:
            complaint = (
                f'{self.path.name}: there is nothing to test; add "expect": {{"kkt": "yes"}}'
            )
            yield BrokenItem.from_parent(self, name="expect", complaint=complaint)
        for question, expected in expectations.items():
            yield VerdictItem.from_parent(self, name=question, expected=expected)

    def verdicts(self) -> "dict[str, Verdict]":
        """All verdicts on the problem; raises `InvalidInputError`."""
        if self._verdicts is None:
            from exactmargin.decisions import analyze
            from exactmargin.formats import read_problem

            self._verdicts = analyze(read_problem(self.path))
        return self._verdicts


@final
class BrokenItem(_Item):
    """A file that cannot be tested: it fails, so that a green suite means something."""

    def __init__(self, *, complaint: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.complaint = complaint

    def runtest(self) -> None:
        """Fail with the reason."""
        raise _Differs(self.complaint)


@final
class VerdictItem(_Item):
    """One question with the verdict that the file expects."""

    def __init__(self, *, expected: object, **rest: Any) -> None:
        super().__init__(**rest)
        self.expected = expected

    def runtest(self) -> None:
        """Compare the verdict with the expectation."""
        if self.expected not in ("yes", "no", "unknown"):
            raise _Differs(f"{self.name}: {self.expected!r} is expected; write yes, no or unknown")
        assert isinstance(self.parent, ProblemFile)
        verdicts = self.parent.verdicts()
        verdict = verdicts.get(self.name)
        answer = "unknown" if verdict is None else verdict.answer.value
        if answer == self.expected:
            return
        if verdict is None:
            known = ", ".join(verdicts)
            why = f"this version does not decide it for this problem; it decides {known}"
        elif verdict.certificate is None:
            why = str(verdict.reason)
        else:
            why = verdict.certificate.outcome().line()
        text = f"{self.name}: {answer}, expected {self.expected}: {why}"
        if answer == "unknown" and self.config.getoption(ALLOW_UNKNOWN):
            pytest.skip(text)
        raise _Differs(text)


@final
class CertificateFile(pytest.File):
    """A certificate; its only item asks the kernel."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item."""
        yield CertificateItem.from_parent(self, name="kernel")


@final
class CertificateItem(_Item):
    """The kernel must accept the file."""

    def runtest(self) -> None:
        """Check the certificate."""
        from exactmargin.kernel import check

        outcome = check(self.path.read_bytes())
        if not outcome.accepted:
            raise _Differs(outcome.line())
