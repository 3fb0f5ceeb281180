"""A conjecture of a test module is a test: what passes, what fails and how it says so."""

import pytest

from exactmargin import check_certificate

MODULE = """
from tests.campaigns.toys import FALSE, TRUE, VACUOUS, asked, first_input, problems
from exactmargin.conjectures import Condition, conjecture
from exactmargin.decisions import Verdict

LATER = Condition("later", lambda problem, _: Verdict.unknown("nobody knows"))

test_true = TRUE
test_false = FALSE
test_vacuous = VACUOUS
not_a_test = FALSE

@conjecture(problems, given=[LATER])
def test_undecided(problem):
    return True

@conjecture(problems)
def test_small(problem):
    "The input of a toy is small"
    return first_input(problem) < 100
"""


@pytest.fixture
def module(pytester: pytest.Pytester) -> None:
    """A test module with conjectures."""
    pytester.makepyfile(test_toys=MODULE)


def test_conjectures_are_items(pytester: pytest.Pytester, module) -> None:
    result = pytester.runpytest("-v", "-rP")
    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines(
        [
            "test_toys.py::test_true PASSED*",
            "test_toys.py::test_false FAILED*",
            "test_toys.py::test_vacuous FAILED*",
            "test_toys.py::test_undecided FAILED*",
            "test_toys.py::test_small PASSED*",
        ]
    )
    result.stdout.fnmatch_lines(
        ["true: * of 100 instances satisfied the hypotheses and the conclusion*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_counterexample_is_shown_and_kept(pytester: pytest.Pytester, module) -> None:
    result = pytester.runpytest("test_toys.py::test_false", "--exactmargin-certificates=kept")
    result.assert_outcomes(failed=1)
    path = pytester.path / "kept" / "test_toys" / "test_false.json"
    result.stdout.fnmatch_lines(["refuted: false toys are feasible", f"  certificate: {path}"])
    assert check_certificate(path.read_bytes()).accepted


def test_what_is_read_off_has_no_certificate(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("from tests.campaigns.toys import SEEN\ntest_seen = SEEN\n")
    result = pytester.runpytest("--exactmargin-certificates=kept")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["refuted: x is less than 5"])
    assert not (pytester.path / "kept").exists()


def test_nothing_that_was_tested_fails(pytester: pytest.Pytester, module) -> None:
    result = pytester.runpytest("test_toys.py::test_vacuous")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["nothing was tested: vacuous: 0 of 100 instances *"])


def test_what_is_undecided_fails_or_is_skipped(pytester: pytest.Pytester, module) -> None:
    one = "test_toys.py::test_undecided"
    result = pytester.runpytest(one)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*100 were undecided (*nobody knows)*"])
    pytester.runpytest(one, "--exactmargin-allow-unknown").assert_outcomes(skipped=1)


def test_profile_and_seed_choose_the_instances(pytester: pytest.Pytester, module) -> None:
    pytester.makeconftest(
        "from hypothesis import settings\nsettings.register_profile('few', max_examples=7)\n"
    )
    options = ["--exactmargin-profile=few", "--hypothesis-seed=5", "-rP"]
    done = pytester.runpytest_subprocess("test_toys.py::test_true", *options)
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["true: * of 7 instances *"])
    done = pytester.runpytest_subprocess(
        "test_toys.py::test_false", "--exactmargin-profile=few", "--hypothesis-seed=random"
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["--hypothesis-seed random: the seed of a conjecture is an integer"])


def test_conjectures_on_two_processes(pytester: pytest.Pytester, module) -> None:
    done = pytester.runpytest_subprocess("-n", "2", "--exactmargin-certificates=kept")
    done.assert_outcomes(passed=2, failed=3)
    assert [path.name for path in (pytester.path / "kept").rglob("*.json")] == ["test_false.json"]
