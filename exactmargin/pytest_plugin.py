"""Problem files, certificates, theorems and conjectures as tests; pytest loads this by itself.

* ``NAME.exactmargin.json``: a problem file with ``expect``. One item per expectation: it fails
  unless the verdict is the expected one. A verdict that is unknown where another is expected
  fails too, with the reason; ``--exactmargin-allow-unknown`` makes that a skip, never a pass.
* ``NAME.certificate.json``: one item; it fails unless the kernel accepts the certificate.
* ``test_NAME``, a global name of a test module that is a `Conjecture`: one item. It fails where a
  counterexample is found, where an instance is undecided, and where no instance satisfies the
  hypotheses. The number of instances is the ``max_examples`` of the Hypothesis profile.
* ``paper.toml`` of an installed theorem pack: one item per result that has a check. They run with
  ``pytest --pyargs PACKAGE``.

Options, in the configuration file or on the command line: ``exactmargin_budget``,
``exactmargin_certificates``, ``exactmargin_profile`` (docs/pytest.md).

Loading this module loads nothing heavy: the rooms are imported when an item needs them.
"""

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import pytest

from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.testing import NOWHERE, Settings, configure, current_settings, explanation, keep

if TYPE_CHECKING:
    from exactmargin.conjectures import Conjecture
    from exactmargin.decisions import Budget, Verdict
    from exactmargin.registry import Pack, Result

__all__ = [
    "CertificateFile",
    "LedgerFile",
    "ProblemFile",
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_configure",
    "pytest_pycollect_makeitem",
    "pytest_unconfigure",
]

ALLOW_UNKNOWN = "--exactmargin-allow-unknown"
OPTIONS = {
    "budget": ("S", "seconds for one decision; what is not decided then is unknown"),
    "certificates": ("DIR", "keep the certificates of all tests there"),
    "profile": ("NAME", "Hypothesis profile: exactmargin, exactmargin-ci or one of yours"),
}
"""What may stand in the configuration as ``exactmargin_NAME`` or be typed."""

_BEFORE = pytest.StashKey[Settings]()


# ---------------------------------------------------------------- options


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each also as a line of the configuration file but the first."""
    group = parser.getgroup("exactmargin")
    group.addoption(
        ALLOW_UNKNOWN,
        action="store_true",
        help="skip, do not fail, where a verdict is unknown and an .exactmargin.json file expects "
        "another",
    )
    for name, (value, text) in OPTIONS.items():
        group.addoption(f"--exactmargin-{name}", metavar=value, help=text)
        parser.addini(f"exactmargin_{name}", text)


def pytest_configure(config: pytest.Config) -> None:
    """Let the options hold; raises `pytest.UsageError` for a value that makes no sense.

    The folder becomes absolute here, once: the workers of pytest-xdist are given the options as
    they stand afterwards.
    """
    budget = _option(config, "budget")
    folder = config.option.exactmargin_certificates
    if folder is not None:
        folder = config.invocation_params.dir / folder
    elif config.getini("exactmargin_certificates"):
        folder = config.rootpath / config.getini("exactmargin_certificates")
    if folder is not None:
        config.option.exactmargin_certificates = str(folder)
    settings = Settings(None if budget is None else _seconds(budget), folder)
    config.stash[_BEFORE] = configure(settings)
    profile = _option(config, "profile")
    if profile is not None:
        _load_profile(config, profile)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Put back what held before: a run of pytest inside a test changes nothing outside."""
    if _BEFORE in config.stash:
        configure(config.stash[_BEFORE])


def _option(config: pytest.Config, name: str) -> str | None:
    """What was typed, else what stands in the configuration file, None without either."""
    typed: str | None = config.getoption(f"--exactmargin-{name}")
    return typed if typed is not None else config.getini(f"exactmargin_{name}") or None


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1e8:
        raise pytest.UsageError(f"exactmargin budget: {text!r} is not a number of seconds 0..10^8")
    return value


def _load_profile(config: pytest.Config, name: str) -> None:
    other = config.getoption("--hypothesis-profile", None)
    if other is not None:
        if config.option.exactmargin_profile is None:
            return  # what is typed is stronger than the configuration file
        raise pytest.UsageError(
            f"--exactmargin-profile {name} and --hypothesis-profile {other}: give one of them"
        )
    try:
        from hypothesis import errors, settings
    except ModuleNotFoundError:
        raise pytest.UsageError(
            f"exactmargin profile {name}: Hypothesis is not installed; "
            "pip install 'exactmargin[fuzz]'"
        ) from None
    try:
        settings.load_profile(name)
    except errors.InvalidArgument as error:
        raise pytest.UsageError(f"exactmargin profile: {error}") from None


# ---------------------------------------------------------------- items


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the three kinds of files by their names."""
    if file_path.name.endswith(".exactmargin.json"):
        return ProblemFile.from_parent(parent, path=file_path)
    if file_path.name.endswith(".certificate.json"):
        return CertificateFile.from_parent(parent, path=file_path)
    if file_path.name == "paper.toml":
        return LedgerFile.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Item | None:
    """Collect conjectures among the global names of a module that begin as tests do."""
    room = sys.modules.get("exactmargin.conjectures")
    if room is None or not isinstance(obj, room.Conjecture) or not collector.funcnamefilter(name):
        return None
    return ConjectureItem.from_parent(collector, name=name, conjecture=obj)


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

    def stem(self) -> str:
        """The file from the root of the tests, without the end of its name."""
        root = self.config.rootpath
        path = self.path.relative_to(root) if self.path.is_relative_to(root) else self.path.name
        return str(path).removesuffix(".exactmargin.json").removesuffix(".py")


@final
class BrokenItem(_Item):
    """A file that cannot be tested: it fails, so that a green suite means something."""

    def __init__(self, *, complaint: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.complaint = complaint

    def runtest(self) -> None:
        """Fail with the reason."""
        raise _Differs(self.complaint)


# ---------------------------------------------------------------- problem files


@final
class ProblemFile(pytest.File):
    """A problem file; what several of its questions need is decided once in a process."""

    _asked: "tuple[Budget, dict[str, Callable[[], Verdict]]] | None" = None

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

    def verdict(self, question: str) -> "Verdict":
        """The verdict on one question; raises `InvalidInputError` for a problem without a point."""
        from exactmargin.decisions import (
            CLAIMS,
            WITHOUT_POINT,
            Budget,
            BudgetSpent,
            Verdict,
            certify,
            questions,
        )
        from exactmargin.formats import read_problem

        for claim in WITHOUT_POINT:
            if CLAIMS[claim] == question:
                return certify(read_problem(self.path), claim, Budget(current_settings().budget))
        if self._asked is None:
            budget = Budget(current_settings().budget)
            self._asked = budget, dict(questions(read_problem(self.path), budget))
        budget, answers = self._asked
        if question not in answers:
            return Verdict.unknown(
                "this version does not decide it for this problem; it decides "
                + ", ".join([*answers, *dict.fromkeys(CLAIMS[claim] for claim in WITHOUT_POINT)])
            )
        budget.restart()
        try:
            budget.check()
            return answers[question]()
        except BudgetSpent as spent:
            return Verdict.unknown(str(spent))


@final
class VerdictItem(_Item):
    """One question with the verdict that the file expects."""

    def __init__(self, *, expected: object, **rest: Any) -> None:
        super().__init__(**rest)
        self.expected = expected

    def runtest(self) -> None:
        """Compare the verdict with the expectation."""
        allowed = "yes, no or unknown"
        if self.name == "local_minimum_type":
            allowed = "flat, sharp, none or unknown"
        if self.expected not in allowed.replace(" or", ",").split(", "):
            raise _Differs(f"{self.name}: {self.expected!r} is expected; write {allowed}")
        assert isinstance(self.parent, ProblemFile)
        verdict = self.parent.verdict(self.name)
        path = None
        if verdict.certificate is not None:
            path = keep(verdict.certificate, f"{self.stem()}/{self.name}")
        answer = verdict.answer.value
        if answer == self.expected:
            return
        lines = [f"{self.name}: {answer}, expected {self.expected}", *explanation(verdict, path)]
        if answer == "unknown" and self.config.getoption(ALLOW_UNKNOWN):
            pytest.skip(f"{lines[0]}: {verdict.reason}")
        raise _Differs("\n  ".join(lines))


# ---------------------------------------------------------------- certificates and theorems


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


@final
class LedgerFile(pytest.File):
    """The ledger of a theorem pack; a ``paper.toml`` that belongs to none has no items."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item per result that has a check."""
        from importlib import resources

        from exactmargin.registry import load_packs

        try:
            packs = load_packs()
        except InvalidInputError as error:
            yield BrokenItem.from_parent(self, name="ledger", complaint=str(error))
            return
        for pack in packs:
            ledger = Path(str(resources.files(pack.package) / "paper.toml"))
            if ledger.resolve() == self.path.resolve():
                for result in pack.results:
                    if result.status == "verified":
                        name = result.id.partition("/")[2]
                        yield TheoremItem.from_parent(self, name=name, pack=pack, result=result)


@final
class TheoremItem(_Item):
    """The module of a result must make a certificate that the kernel accepts."""

    def __init__(self, *, pack: "Pack", result: "Result", **rest: Any) -> None:
        super().__init__(**rest)
        self.pack, self.result = pack, result

    def runtest(self) -> None:
        """Prove the result."""
        from exactmargin.registry import prove

        try:
            certificate = prove(self.pack, self.result)
        except InternalError as error:
            raise _Differs(f"{self.result.id}: {error}") from None
        keep(certificate, self.result.id)


# ---------------------------------------------------------------- conjectures


@final
class ConjectureItem(_Item):
    """A conjecture must have no counterexample among the first instances of a seed.

    The seed is that of ``--hypothesis-seed``, else 0.
    """

    def __init__(self, *, conjecture: "Conjecture", **rest: Any) -> None:
        super().__init__(**rest)
        self.conjecture = conjecture

    def runtest(self) -> None:
        """Check as many instances as the Hypothesis profile says."""
        from hypothesis import settings

        from exactmargin.conjectures import Counterexample

        seed = self.config.getoption("--hypothesis-seed", None) or "0"
        if not seed.removeprefix("-").isdecimal():
            raise _Differs(f"--hypothesis-seed {seed}: the seed of a conjecture is an integer")
        found = self.conjecture.run(
            examples=settings().max_examples, seed=int(seed), budget=current_settings().budget
        )
        if isinstance(found, Counterexample):
            certificate = found.certificate()
            if certificate is None:  # all is read off the problem
                raise _Differs(str(found))
            path = keep(certificate, f"{self.stem()}/{self.name}")
            raise _Differs(f"{found}\n  certificate: {path or NOWHERE}")
        self.add_report_section("call", "exactmargin", str(found))
        if found.undecided:
            if self.config.getoption(ALLOW_UNKNOWN):
                pytest.skip(str(found))
            raise _Differs(str(found))
        if not found.satisfied:
            raise _Differs(f"nothing was tested: {found}")
