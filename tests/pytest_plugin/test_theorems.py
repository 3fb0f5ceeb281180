"""The ledger of an installed pack as items, by its path or by ``--pyargs``."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from exactmargin import check_certificate, registry
from tests.cli.conftest import LEDGER, SQUARE


@pytest.fixture
def pack(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ledger of a pack of toy theorems: two hold, one is false, one breaks off."""
    folder = pytester.mkpydir("toys_of_the_plugin")
    (folder / "paper.toml").write_text(LEDGER, encoding="utf-8")
    (folder / "theorem_1.py").write_text(SQUARE % "a^2+2*a+1")
    (folder / "theorem_2.py").write_text(SQUARE % "a^2+2*a+1")
    (folder / "theorem_2_1.py").write_text(SQUARE % "a^2+1")
    (folder / "lemma_3.py").write_text("def prove():\n    raise ZeroDivisionError('no toy')\n")
    monkeypatch.syspath_prepend(pytester.path)
    point = EntryPoint("toys", "toys_of_the_plugin", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    yield folder / "paper.toml"
    for name in [name for name in sys.modules if name.startswith("toys_of_the_plugin")]:
        del sys.modules[name]


@pytest.mark.parametrize("words", [["--pyargs", "toys_of_the_plugin"], ["toys_of_the_plugin"]])
def test_results_with_a_check_are_items(pytester: pytest.Pytester, pack: Path, words) -> None:
    result = pytester.runpytest_inprocess(*words, "-v", "--exactmargin-certificates", "kept")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "toys_of_the_plugin/paper.toml::theorem-1 PASSED*",
            "toys_of_the_plugin/paper.toml::theorem-2 PASSED*",
            "toys_of_the_plugin/paper.toml::theorem-2.1 FAILED*",
            "toys_of_the_plugin/paper.toml::lemma-3 FAILED*",
            "toys/theorem-2.1: the kernel refuses the engine's evidence: REJECTED *",
            "E *ZeroDivisionError: no toy",
        ]
    )
    kept = sorted((pytester.path / "kept").rglob("*.json"))
    assert [str(path.relative_to(pytester.path)) for path in kept] == [
        "kept/toys/theorem-1.json",
        "kept/toys/theorem-2.json",
    ]
    assert all(check_certificate(path.read_bytes()).accepted for path in kept)


def test_one_result_can_be_chosen(pytester: pytest.Pytester, pack: Path) -> None:
    pytester.runpytest_inprocess(f"{pack}::theorem-1").assert_outcomes(passed=1)


def test_another_paper_toml_is_left_alone(pytester: pytest.Pytester, pack: Path) -> None:
    (pytester.mkdir("other") / "paper.toml").write_text(LEDGER)
    assert pytester.runpytest_inprocess("other").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_ledger_that_is_spoiled_fails_in_a_sentence(pytester: pytest.Pytester, pack) -> None:
    pack.write_text("?")
    result = pytester.runpytest_inprocess(str(pack))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*paper.toml: the ledger cannot be read (*"])
