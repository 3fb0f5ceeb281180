"""Options, from the command line and the configuration file, in one process and in several."""

from pathlib import Path

import pytest

from exactmargin import check_certificate
from exactmargin.testing import current_settings

ASSERTS = """
import pytest
from exactmargin.testing import assert_certified

@pytest.mark.parametrize("n", range(6))
def test_kkt(n):
    assert_certified("case.exactmargin.json", "kkt")
"""


def kept(folder: Path) -> list[str]:
    """What a folder holds, after the kernel has accepted each file."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        assert check_certificate(path.read_bytes()).accepted, path
    return sorted(str(path.relative_to(folder)) for path in files)


def configuration(pytester: pytest.Pytester, **options: str) -> None:
    """Write ``pytest.ini`` with the plugin's options."""
    lines = [f"exactmargin_{name} = {value}" for name, value in options.items()]
    pytester.makefile(".ini", pytest="\n".join(["[pytest]", *lines]))


# ---------------------------------------------------------------- certificates


def test_certificates_are_kept_by_item(pytester: pytest.Pytester, problem) -> None:
    folder = pytester.mkdir("paper")
    problem(expect={"feasible": "yes", "local_minimum": "yes"}).rename(
        folder / "a b.exactmargin.json"
    )
    result = pytester.runpytest("--exactmargin-certificates", "kept/here")
    result.assert_outcomes(passed=1, failed=1)
    path = pytester.path / "kept" / "here" / "paper" / "a_b" / "local_minimum.json"
    result.stdout.fnmatch_lines([f"  certificate: {path}"])
    assert kept(pytester.path / "kept") == [
        "here/paper/a_b/feasible.json",
        "here/paper/a_b/local_minimum.json",
    ]


def test_the_configured_folder_is_relative_to_the_configuration(pytester, problem) -> None:
    configuration(pytester, certificates="kept")
    below = pytester.mkdir("below")
    problem(expect={"kkt": "yes"}).rename(below / "case.exactmargin.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(below)
        pytester.runpytest("--rootdir", str(pytester.path)).assert_outcomes(passed=1)
    assert kept(pytester.path / "kept") == ["below/case/kkt.json"]


def test_a_kept_certificate_follows_its_problem(pytester: pytest.Pytester, problem) -> None:
    path = pytester.path / "kept" / "case" / "feasible.json"
    texts = []
    for x in ("1", "2"):
        inputs = [[x, "1/4"], ["-1", "1/4"]]
        problem(data={"inputs": inputs, "labels": [1, 1]}, expect={"feasible": "yes"})
        pytester.runpytest("--exactmargin-certificates", "kept").assert_outcomes(passed=1)
        texts.append(path.read_text())
    assert texts[0] != texts[1]
    assert kept(pytester.path / "kept") == ["case/feasible.json"]


def test_a_folder_that_cannot_be_made_fails_in_a_sentence(pytester, problem) -> None:
    problem(expect={"kkt": "yes"})
    (pytester.path / "kept").write_text("a file")
    result = pytester.runpytest("--exactmargin-certificates", "kept")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*kept/case/kkt.json: cannot be written: Not a directory"])


def test_workers_keep_each_certificate_once(pytester: pytest.Pytester, problem) -> None:
    """Six tests on two processes prove the same claim; four items of one file go to both."""
    problem()
    pytester.makepyfile(ASSERTS)
    result = pytester.runpytest_subprocess("-n", "2", "--exactmargin-certificates", "kept")
    result.assert_outcomes(passed=10)
    found = kept(pytester.path / "kept")
    assert found[:4] == [
        f"case/{question}.json"
        for question in ("feasible", "global_minimum", "kkt", "local_minimum")
    ]
    (name,) = found[4:]
    digest = check_certificate((pytester.path / "kept" / name).read_bytes()).sha256
    assert name == f"kkt-{digest[:16]}.json"


# ---------------------------------------------------------------- budget


@pytest.mark.parametrize("where", ["typed", "configured"])
def test_a_budget_makes_unknown_what_takes_longer(pytester, problem, where: str) -> None:
    problem(expect={"kkt": "yes"})
    pytester.makepyfile(
        "from exactmargin.testing import assert_certified\n"
        "def test_sample(): assert_certified('case.exactmargin.json', 'local-minimum')\n"
    )
    typed = ["--exactmargin-budget", "0"] if where == "typed" else []
    if where == "configured":
        configuration(pytester, budget="0")
    result = pytester.runpytest(*typed)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["kkt: unknown, expected yes", "  reason: the budget of 0 seconds is spent"]
    )


def test_the_budget_is_for_each_expectation(pytester, problem, monkeypatch) -> None:
    """The second question is not charged for the time of the first."""
    now = [0.0]
    monkeypatch.setattr("exactmargin.decisions.budget.monotonic", lambda: now[0])

    def slow(asked, budget):
        def answer():
            from exactmargin.decisions import decide_feasible

            budget.check()
            now[0] += 6
            return decide_feasible(asked)

        yield "feasible", answer
        yield "kkt", answer

    monkeypatch.setattr("exactmargin.decisions.questions", slow)
    problem(expect={"feasible": "yes", "kkt": "yes"})
    pytester.runpytest_inprocess("--exactmargin-budget", "5").assert_outcomes(passed=2)


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
def test_a_budget_that_is_no_time_is_refused(pytester: pytest.Pytester, text: str) -> None:
    result = pytester.runpytest(f"--exactmargin-budget={text}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    line = f"ERROR: exactmargin budget: '{text}' is not a number of seconds 0..10^8"
    result.stderr.fnmatch_lines([line])


def test_a_run_inside_a_test_leaves_the_settings(pytester: pytest.Pytester) -> None:
    before = current_settings()
    pytester.makepyfile(
        "from exactmargin.testing import current_settings\n"
        "def test_inside(): assert current_settings().budget == 7\n"
    )
    pytester.runpytest_inprocess("--exactmargin-budget=7").assert_outcomes(passed=1)
    assert current_settings() == before


# ---------------------------------------------------------------- profile

SETTINGS = """
from hypothesis import settings

def test_settings():
    assert (settings().max_examples, settings().derandomize) == ({}, {})
    assert settings().deadline is None
"""


@pytest.mark.parametrize(
    ("profile", "examples", "derandomized"),
    [("exactmargin-ci", 100, True), ("exactmargin-thorough", 10_000, False)],
)
def test_a_profile_holds(pytester: pytest.Pytester, profile, examples, derandomized) -> None:
    pytester.makepyfile(SETTINGS.format(examples, derandomized))
    done = pytester.runpytest_subprocess("--exactmargin-profile", profile)
    done.assert_outcomes(passed=1)
    configuration(pytester, profile=profile)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_hypothesis_own_option_overrules_the_configuration(pytester: pytest.Pytester) -> None:
    configuration(pytester, profile="exactmargin-thorough")
    pytester.makepyfile(SETTINGS.format(100, True))
    done = pytester.runpytest_subprocess("--hypothesis-profile", "exactmargin-ci")
    done.assert_outcomes(passed=1)


def test_two_profiles_are_refused(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_subprocess("--hypothesis-profile=a", "--exactmargin-profile=b")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    line = "ERROR: --exactmargin-profile b and --hypothesis-profile a: give one of them"
    done.stderr.fnmatch_lines([line])


def test_a_profile_that_is_not_known_is_refused(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_subprocess("--exactmargin-profile", "nonesuch")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: exactmargin profile: Profile 'nonesuch' is not registered"])
