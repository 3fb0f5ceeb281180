"""The plugin inside a run of pytest of its own: what is collected, what fails and how."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[1] / "cases"
UNKNOWN = "no method proves global minima of networks"
SHARED: dict[str, Any] = {  # a shared weight at its best
    "network": {
        "negative_slope": "0",
        "layers": [
            {"pattern": [[1, 0], [0, 1]], "bias": False},
            {"pattern": [[1, 2]], "bias": False},
        ],
    },
    "data": {"inputs": [["3/5", "4/5"]], "labels": [1]},
    "parameters": {"weights": [["1"], ["3/5", "4/5"]], "biases": [None, None]},
}


def test_an_expectation_is_an_item(pytester: pytest.Pytester, problem) -> None:
    expect = {"feasible": "yes", "kkt": "yes", "global_minimum": "unknown"}
    problem(**SHARED, expect=expect)
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["case.exactmargin.json::kkt PASSED*"])


def test_one_item_can_be_chosen(pytester: pytest.Pytester, problem) -> None:
    problem()
    pytester.runpytest("case.exactmargin.json::kkt").assert_outcomes(passed=1)


def test_a_wrong_expectation_fails_with_what_the_kernel_says(
    pytester: pytest.Pytester, problem
) -> None:
    problem(expect={"kkt": "no", "feasible": "unknown"})
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "kkt: yes, expected no",
            "  reason: ACCEPTED kkt: the parameters are a KKT point [[]sha256 *[]]",
            "  certificate: not kept; --exactmargin-certificates DIR keeps it",
        ],
        consecutive=True,
    )
    line = "  reason: ACCEPTED feasible: *"
    result.stdout.fnmatch_lines(["feasible: yes, expected unknown", line])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_unknown_is_not_what_was_expected(pytester: pytest.Pytester, problem) -> None:
    problem(**SHARED, expect={"global_minimum": "no"})
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["global_minimum: unknown, expected no", f"  reason: {UNKNOWN}*"])


def test_unknown_can_be_allowed_and_is_then_a_skip(pytester: pytest.Pytester, problem) -> None:
    problem(**SHARED, expect={"global_minimum": "no", "kkt": "no"})
    result = pytester.runpytest("--exactmargin-allow-unknown", "-rs")
    result.assert_outcomes(skipped=1, failed=1)
    result.stdout.fnmatch_lines([f"*global_minimum: unknown, expected no: {UNKNOWN}*"])


@pytest.mark.parametrize(
    ("expected", "outcome"), [("flat", {"passed": 1}), ("sharp", {"failed": 1})]
)
def test_the_type_of_a_minimum_is_flat_or_sharp(
    pytester: pytest.Pytester, problem, expected: str, outcome: dict[str, int]
) -> None:
    hinge = json.loads((CASES / "laurent2018-figure-1-flat.json").read_text(encoding="utf-8"))
    problem(**hinge | {"expect": {"local_minimum_type": expected}})
    result = pytester.runpytest()
    result.assert_outcomes(**outcome)
    if "failed" in outcome:
        result.stdout.fnmatch_lines(["local_minimum_type: flat, expected sharp"])


def test_a_question_about_the_sample_needs_no_point(pytester: pytest.Pytester, problem) -> None:
    problem(parameters=None, expect={"separable": "yes", "kkt": "yes"})
    result = pytester.runpytest("-rA")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["PASSED *::separable", "FAILED *::kkt*"])


def test_a_question_that_is_not_decided_is_unknown(pytester: pytest.Pytester, problem) -> None:
    problem(expect={"clarke_critical": "yes"})
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  reason: this version does not decide it *"])
    pytester.runpytest("--exactmargin-allow-unknown").assert_outcomes(skipped=1)


@pytest.mark.parametrize("expected", [True, 3, "maybe", None, ["yes"]], ids=str)
def test_an_expectation_that_is_no_verdict_fails(pytester, problem, expected: object) -> None:
    problem(expect={"kkt": expected})
    result = pytester.runpytest("--exactmargin-allow-unknown")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["kkt: *is expected; write yes, no or unknown"])


def test_a_file_without_expectations_fails(pytester: pytest.Pytester, problem) -> None:
    """It would be a test that asserts nothing; so would be a certificate under that name."""
    problem(expect={})
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['*: there is nothing to test; add "expect": *'])


def test_a_file_that_cannot_be_read_fails_and_stops_nothing(pytester: pytest.Pytester) -> None:
    (pytester.path / "case.exactmargin.json").write_text('{"format": ')
    pytester.makepyfile("def test_other(): pass")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*case.exactmargin.json: the JSON text ends too early*"])


def test_a_problem_that_is_invalid_fails_in_a_sentence(pytester: pytest.Pytester, problem) -> None:
    problem(data={"inputs": [], "labels": []})
    result = pytester.runpytest()
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["*case.exactmargin.json: data.inputs: is empty*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_broken_engine_is_not_hidden(pytester: pytest.Pytester, problem, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("0/0")

    monkeypatch.setattr("exactmargin.decisions.questions", broken)
    problem(expect={"kkt": "yes"})
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: 0/0*"])


# ---------------------------------------------------------------- certificates


def test_a_certificate_is_an_item(pytester: pytest.Pytester, certificate: Path) -> None:
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["kkt.certificate.json::kernel PASSED*"])


def test_a_certificate_that_the_kernel_rejects_fails(pytester, certificate: Path) -> None:
    obj = json.loads(certificate.read_text())
    obj["evidence"]["multipliers"][0] = "3"
    certificate.write_text(json.dumps(obj))
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["REJECTED * at *"])


def test_a_certificate_that_is_malformed_fails(
    pytester: pytest.Pytester, certificate: Path
) -> None:
    certificate.write_text("{}")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["MALFORMED missing-key at file*"])


def test_other_json_files_are_left_alone(pytester: pytest.Pytester) -> None:
    for name in ("exactmargin.json", "certificate.json", "a.json", "b.exactmargin.jsonl"):
        (pytester.path / name).write_text("{")
    assert pytester.runpytest().ret == pytest.ExitCode.NO_TESTS_COLLECTED


# ---------------------------------------------------------------- weight


def test_a_run_without_such_files_loads_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\n"
        "def test_light():\n"
        "    heavy = {'flint', 'sympy', 'mpmath', 'numpy', 'networkx', 'hypothesis', 'theorems'}\n"
        "    rooms = {name for name in sys.modules if name.partition('.')[0] == 'exactmargin'}\n"
        "    light = {'errors', 'pytest_plugin', 'testing'}\n"
        "    assert rooms == {'exactmargin', *('exactmargin.' + name for name in light)}\n"
        "    assert heavy & set(sys.modules) == set()\n"
    )
    options = ["-p", "no:hypothesispytest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(pytester.path)],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_certificates_do_without_the_engine(pytester: pytest.Pytester, certificate: Path) -> None:
    pytester.makeconftest(
        "import sys\n"
        "def pytest_sessionfinish(session):\n"
        "    assert session.testscollected == 1\n"
        "    assert 'exactmargin.kernel' in sys.modules\n"
        "    assert {'flint', 'sympy'} & set(sys.modules) == set()\n"
    )
    assert pytester.runpytest_subprocess().ret == 0
