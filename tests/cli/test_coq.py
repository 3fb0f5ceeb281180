"""``verify --with coq`` and ``export --to coq``: lines, exit statuses, a missing Coq."""

import json
from pathlib import Path
from typing import Any

import pytest

from exactmargin.coq import CoqOutcome, prover
from tests.kernel.certificates import SAMPLES


@pytest.fixture
def sample(tmp_path: Path) -> Any:
    """A function that writes a certificate of `SAMPLES` and returns its path."""

    def write(name: str) -> Path:
        path = tmp_path / "certificate.json"
        path.write_text(json.dumps(SAMPLES[name]))
        return path

    return write


@pytest.mark.parametrize(("status", "exit_"), [("accepted", 0), ("refused", 1), ("unsupported", 3)])
def test_statuses(
    run: Any, sample: Any, monkeypatch: pytest.MonkeyPatch, status: str, exit_: int
) -> None:
    outcome = CoqOutcome("claim", "kkt", status, "the reason", "8.16.1", "0" * 64)
    monkeypatch.setattr("exactmargin.coq.check_with_coq", lambda _: [outcome])
    done = run("verify", sample("kkt"), "--with", "coq")
    assert done.status == exit_
    assert "ACCEPTED kkt" in done.out.splitlines()[0]
    assert f"COQ {status.upper()} claim (kkt): " in done.out.splitlines()[1]


def test_without_coq(run: Any, sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    prover.version.cache_clear()
    monkeypatch.setattr("shutil.which", lambda _: None)
    done = run("verify", sample("kkt"), "--with", "coq")
    prover.version.cache_clear()
    assert done.status == 2
    assert "Coq is not installed (no coqc on the path); on Debian: apt-get install coq" in done.err
    assert "Traceback" not in done.err


def test_export(run: Any, sample: Any) -> None:
    done = run("export", sample("kkt"), "--to", "coq")
    assert (done.status, done.err) == (0, "")
    assert "Theorem claim : kkt P theta." in done.out


def test_what_coq_does_not_know_is_not_exported(run: Any, sample: Any) -> None:
    done = run("export", sample("identity"), "--to", "coq")
    assert (done.status, done.out) == (3, "")
    assert "not exported: identity: Coq has checkers for the claims " in done.err
