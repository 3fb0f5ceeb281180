"""`assert_certified`: what it returns, and every explanation it gives, whole."""

from pathlib import Path

import pytest

from exactmargin import InvalidInputError, read_problem
from exactmargin.testing import Settings, assert_certified, configure

CASES = Path(__file__).parents[1] / "cases"
CASE = CASES / "vardi2022-theorem-3.2.json"


@pytest.fixture
def folder(tmp_path: Path):
    """A folder that keeps certificates while the test runs."""
    before = configure(Settings(folder=tmp_path / "kept"))
    yield tmp_path / "kept"
    configure(before)


def explained(*arguments, **options) -> str:
    """What the assertion says when it fails."""
    with pytest.raises(AssertionError) as caught:
        assert_certified(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize("claim", ["kkt", "not-local-minimum", "not-global-minimum", "separable"])
@pytest.mark.parametrize("source", [CASE, str(CASE), read_problem(CASE)], ids=["path", "", "read"])
def test_what_is_proved_passes(claim: str, source) -> None:
    certificate = assert_certified(source, claim)
    assert certificate.claim == claim
    assert certificate.outcome().accepted


def test_a_stronger_certificate_passes() -> None:
    """The certificate of ``not-kkt`` at an infeasible point is ``infeasible``."""
    problem = read_problem(CASE)
    network, point = problem.network, problem.parameters
    small = type(point).over(problem.field, network, [["0"] * 4, ["0"] * 2], [None, None])
    problem = type(problem)("", problem.field, network, problem.data, problem.objective, small)
    assert assert_certified(problem, "not-kkt").claim == "infeasible"


def test_the_opposite_is_explained_and_kept(folder: Path) -> None:
    text = explained(CASE, "local-minimum")
    (path,) = folder.iterdir()
    lines = text.splitlines()
    digest = path.stem.removeprefix("not-local-minimum-")
    assert lines[:3] == [
        f"{read_problem(CASE).name}: local-minimum is not certified",
        "  expected: local-minimum",
        "  got: not-local-minimum, certified",
    ]
    reason = "  reason: ACCEPTED not-local-minimum: the parameters are not a local minimum: "
    assert lines[3].startswith(reason)
    assert digest in lines[3]
    assert lines[4:] == [f"  certificate: {path}"]


def test_without_a_folder_it_says_how_to_keep_one() -> None:
    line = "  certificate: not kept; --exactmargin-certificates DIR keeps it"
    assert explained(CASE, "not-kkt").splitlines()[4:] == [line]


def test_unknown_is_explained() -> None:
    assert explained(CASE, "kkt", budget=0).splitlines()[1:] == [
        "  expected: kkt",
        "  got: unknown",
        "  reason: the budget of 0 seconds is spent",
    ]


@pytest.mark.parametrize(
    ("problem", "claim", "says"),
    [
        (CASE, "minimum", "'minimum' is not a claim that can be certified; known: feasible,"),
        (CASE, "clarke-critical", "the claim 'clarke-critical' is about hinge losses;"),
        (CASES / "none.json", "kkt", f"{CASES}/none.json: there is no such file"),
        (3, "kkt", "3 is not a Problem; read_problem reads one from a file"),
    ],
)
def test_misuse_is_no_failed_assertion(problem, claim: str, says: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        assert_certified(problem, claim)
    assert str(caught.value).startswith(says)


def test_the_report_begins_in_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "from exactmargin.testing import assert_certified\n"
        f"def test_paper():\n    assert_certified({str(CASE)!r}, 'not-kkt')\n"
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *AssertionError: *: not-kkt is not certified", "E *got: kkt*"])
    result.stdout.no_fnmatch_line("*testing.py*")
