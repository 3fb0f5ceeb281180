"""``analyze`` and ``certify``: verdicts, certificates, exit statuses, and the papers' cases."""

import io
import json
import signal
import time
from pathlib import Path

import pytest

from exactmargin import decisions
from exactmargin.decisions import Budget
from exactmargin.decisions.minima import _Method
from exactmargin.kernel import check

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"))
QUESTIONS = ["feasible", "kkt", "local_minimum", "global_minimum"]
OF_HINGE = ["clarke_critical", "local_minimum", "global_minimum", "local_minimum_type"]
CLAIMS = ["feasible", "infeasible", "kkt", "not-kkt"]
MINIMA = ["local-minimum", "not-local-minimum", "global-minimum", "not-global-minimum"]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_cases_of_the_papers(run, case: Path) -> None:
    file = json.loads(case.read_text(encoding="utf-8"))
    ran = run("analyze", case, "--json")
    assert (ran.status, ran.err) == (0, "")
    verdicts = {name: entry["verdict"] for name, entry in ran.json["verdicts"].items()}
    asked = OF_HINGE if file["objective"]["kind"].endswith("hinge") else QUESTIONS
    assert list(verdicts) == asked
    assert verdicts == {name: file["expect"][name] for name in asked}


@pytest.mark.parametrize(
    ("case", "claim", "status"),
    [
        ("1-flat", "flat-minimum", 0),
        ("1-flat", "sharp-minimum", 1),
        ("1-sharp", "sharp-minimum", 0),
        ("1-sharp", "flat-minimum", 1),
        ("3", "clarke-critical", 0),
        ("3", "not-clarke-critical", 1),
    ],
)
def test_types_of_minima_are_certified(run, case: str, claim: str, status: int) -> None:
    [file] = [path for path in CASES if path.stem == f"laurent2018-figure-{case}"]
    ran = run("certify", file, "--claim", claim)
    assert ran.status == status
    assert check(ran.out.encode()).accepted


def test_analyze_is_a_table(run, problem) -> None:
    ran = run("analyze", problem)
    assert (ran.status, ran.err) == (0, "")
    rows = [line.split(maxsplit=2) for line in ran.out.splitlines()]
    assert [row[0] for row in rows] == QUESTIONS
    assert rows[1] == ["kkt", "yes", "the parameters are a KKT point"]
    assert rows[3][2] == "the parameters are not a global minimum: squared norm 8, reachable " + (
        "161161/32768"
    )


def test_the_table_says_where_the_certificates_are(run, problem, tmp_path) -> None:
    rows = run("analyze", problem, "--certificates", tmp_path).out.splitlines()
    where = f"the parameters are a KKT point; certificate in {tmp_path / 'kkt.json'}"
    assert rows[1].split(maxsplit=2)[2] == where


def test_analyze_as_json_has_exactly_the_keys_of_the_format(run, problem) -> None:
    answer = run("analyze", problem, "--json").json
    assert set(answer) == {"format", "verdicts"}
    assert answer["format"] == "exactmargin/verdicts@1"
    assert answer["verdicts"]["kkt"] == {"verdict": "yes", "certificate": None, "reason": None}
    for entry in answer["verdicts"].values():
        assert set(entry) == {"verdict", "certificate", "reason"}
        assert (entry["verdict"] == "unknown") == (entry["reason"] is not None)


def test_analyze_writes_a_certificate_for_every_answer(run, problem, tmp_path) -> None:
    folder = tmp_path / "new" / "folder"
    ran = run("analyze", problem, "--certificates", folder, "--json")
    assert ran.status == 0
    for name, entry in ran.json["verdicts"].items():
        if entry["verdict"] == "unknown":
            assert entry["certificate"] is None
        else:
            assert entry["certificate"] == str(folder / f"{name}.json")
            assert check(Path(entry["certificate"]).read_bytes(), problem.read_bytes()).accepted


def test_an_infeasible_point_is_nothing(run, problem, good) -> None:
    good["parameters"]["weights"] = [["0", "0", "0", "0"], ["0", "0"]]
    problem.write_text(json.dumps(good))
    verdicts = run("analyze", problem, "--json").json["verdicts"]
    assert {entry["verdict"] for entry in verdicts.values()} == {"no"}
    ran = run("analyze", problem)
    row = "the parameters are infeasible: the margin of example 1 is below 1"
    assert f"kkt             no  {row}\n" in ran.out
    assert ran.complaint == f"{problem}: the least margin is 0, of example 1"


SCALED = "; some multiple of the free parameters is feasible"
MARGINS = [
    ({"weights": [["0", "2", "0", "0"], ["1", "0"]]}, f"1/2, of example 1{SCALED}"),
    ({"weights": [["0", "2", "0", "0"], ["-1", "0"]]}, "-1/2, of example 1"),
    (
        {"weights": [["1/8", "2", "0", "0"], ["3/2", "0"]]},
        f"9/16, of example 2{SCALED}",
    ),
    (
        {"weights": [["0", "2", "0", "0"], [f"{'1' + '9' * 40}/1{'0' * 40}", "0"]]},
        f"0.999999999999..., of example 1{SCALED}",
    ),
]


@pytest.mark.parametrize(("point", "said"), MARGINS, ids=[said[:6] for _, said in MARGINS])
def test_how_infeasible_a_point_is(run, problem, good, point, said) -> None:
    good["parameters"] |= point
    problem.write_text(json.dumps(good))
    assert run("analyze", problem).complaint == f"{problem}: the least margin is {said}"
    assert run("analyze", problem, "--json").err == ""


def test_biases_are_not_scaled(run, problem, good) -> None:
    good["network"]["layers"][0]["bias"] = True
    good["parameters"] = {
        "weights": [["0", "2", "0", "0"], ["1", "0"]],
        "biases": [["0", "0"], None],
    }
    problem.write_text(json.dumps(good))
    assert run("analyze", problem).complaint.endswith(": the least margin is 1/2, of example 1")


def test_analyze_from_stdin(run, problem, monkeypatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(problem.read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert run("analyze", "-", "--json").json["verdicts"]["feasible"]["verdict"] == "yes"


# ---------------------------------------------------------------- the budget


def test_no_budget_at_all(run, problem) -> None:
    ran = run("analyze", problem, "--budget", 0, "--json")
    assert (ran.status, ran.err) == (4, "")
    for entry in ran.json["verdicts"].values():
        assert entry["verdict"] == "unknown"
        assert entry["reason"] == "the budget of 0 seconds is spent"


def test_a_budget_that_is_enough(run, problem) -> None:
    enough, unlimited = run("analyze", problem, "--budget", 60), run("analyze", problem)
    assert enough == unlimited


def test_a_question_that_takes_too_long_is_broken_off(run, problem, monkeypatch) -> None:
    def endless(_problem: object) -> None:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr("exactmargin.decisions.analysis.decide_kkt", endless)
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0] > 0
    ran = run("analyze", problem, "--budget", "0.3", "--json")
    after = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert (ran.status, ran.err) == (4, "")
    assert before == after
    verdicts = ran.json["verdicts"]
    assert [verdicts[name]["verdict"] for name in QUESTIONS] == ["yes", *["unknown"] * 3]
    assert verdicts["kkt"]["reason"] == "the budget of 0.3 seconds is spent"


def test_certify_within_a_budget(run, problem, monkeypatch) -> None:
    claim = ("--claim", "local-minimum", "--budget")
    assert run("certify", problem, *claim, 60) == run("certify", problem, *claim[:2])
    ran = run("certify", problem, *claim, 0)
    assert (ran.status, ran.out) == (4, "")
    assert ran.complaint == "unknown: the budget of 0 seconds is spent"

    def endless(_problem: object, budget: Budget) -> None:
        while True:
            budget.check()

    methods = (_Method(lambda _problem: True, endless, None),)
    monkeypatch.setattr("exactmargin.decisions.minima._METHODS", methods)
    ran = run("certify", problem, *claim, "0.2")
    assert (ran.status, ran.out) == (4, "")
    assert ran.complaint == "unknown: the budget of 0.2 seconds is spent"


# ---------------------------------------------------------------- certify


@pytest.mark.parametrize("claim", CLAIMS)
def test_certify_proves_the_claim_or_its_opposite(run, problem, tmp_path, claim: str) -> None:
    path = tmp_path / "certificate.json"
    ran = run("certify", problem, "--claim", claim, "-o", path)
    assert check(path.read_bytes(), problem.read_bytes()).accepted
    outcome = check(path.read_bytes())
    assert ran.out == f"{path}: {outcome.line()}\n"
    holds = claim in ("feasible", "kkt")
    assert ran.status == (0 if holds else 1)
    proved = claim if holds else {"infeasible": "feasible", "not-kkt": "kkt"}[claim]
    assert outcome.claim == proved
    if holds:
        assert ran.err == ""
    else:
        assert ran.complaint == f"the opposite of {claim} is proved: {proved}"


@pytest.mark.parametrize("claim", [*CLAIMS, *MINIMA])
def test_certify_denials_at_an_infeasible_point(run, problem, good, claim: str) -> None:
    good["parameters"]["weights"] = [["0", "0", "0", "0"], ["0", "0"]]
    problem.write_text(json.dumps(good))
    ran = run("certify", problem, "--claim", claim)
    assert ran.status == (0 if claim.startswith(("not-", "infeasible")) else 1)
    assert ran.json["claim"] == "infeasible"


@pytest.mark.parametrize("claim", MINIMA)
def test_certify_denials_where_first_order_decides(run, problem, good, claim: str) -> None:
    good["parameters"]["weights"] = [["0", "4", "1", "1"], ["2", "3"]]
    problem.write_text(json.dumps(good))
    ran = run("certify", problem, "--claim", claim)
    assert ran.status == (0 if claim.startswith("not-") else 1)
    assert ran.json["claim"] == f"not-{claim.removeprefix('not-')}"


def test_certify_prints_the_certificate_alone(run, problem, tmp_path) -> None:
    path = tmp_path / "kkt.json"
    run("certify", problem, "--claim", "kkt", "-o", path)
    ran = run("certify", problem, "--claim", "kkt")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == path.read_text()
    assert run("certify", problem, "--claim", "kkt", "-o", "-").out == ran.out


@pytest.mark.parametrize("claim", MINIMA[2:])
def test_certify_what_is_unknown(run, problem, good, tmp_path, claim: str) -> None:
    """A shared weight at its best, which no method proves."""
    layers = [{"pattern": p, "bias": False} for p in ([[1, 0], [0, 1]], [[1, 2]])]
    good["network"] = {"negative_slope": "0", "layers": layers}
    good["data"] = {"inputs": [["3/5", "4/5"]], "labels": [1]}
    good["parameters"]["weights"] = [["1"], ["3/5", "4/5"]]
    problem.write_text(json.dumps(good))
    path = tmp_path / "certificate.json"
    ran = run("certify", problem, "--claim", claim, "-o", path)
    assert (ran.status, ran.out) == (3, "")
    assert ran.complaint.startswith("unknown: ")
    assert not path.exists()


def test_certify_a_norm_bound(run, problem, tmp_path) -> None:
    path = tmp_path / "bound.json"
    ran = run("certify", problem, "--claim", "norm-bound", "-o", path)
    assert ran.status == 0
    assert "every feasible point has squared norm at least" in ran.out
    assert run("verify", path, "--problem", problem).status == 0


# ---------------------------------------------------------------- the output at one example

FORM_CLAIMS = ["multilinear-form", "zero-trace-hessian", "indefinite-hessian"]


@pytest.mark.parametrize("claim", FORM_CLAIMS)
def test_certify_forms_of_one_output(run, problem, good, claim: str) -> None:
    good["parameters"]["weights"] = [["0", "2", "1", "1"], ["2", "1"]]
    problem.write_text(json.dumps(good))
    ran = run("certify", problem, "--claim", claim, "--example", 1)
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out)["evidence"]["example"] == 1
    assert json.loads(ran.out)["claim"] == claim
    assert check(ran.out.encode()).accepted


@pytest.mark.parametrize("claim", FORM_CLAIMS[:2])
def test_certify_forms_of_a_loss(run, claim: str) -> None:
    [file] = [path for path in CASES if path.stem == "laurent2018-figure-1-flat"]
    ran = run("certify", file, "--claim", claim)
    assert (ran.status, ran.err) == (0, "")
    assert "example" not in json.loads(ran.out)["evidence"]
    assert check(ran.out.encode()).accepted


def test_certify_no_form(run, problem) -> None:
    """At a kink, and where the Hessian is zero, the hypothesis is not met."""
    ran = run("certify", problem, "--claim", "zero-trace-hessian", "--example", 2)
    assert (ran.status, ran.out) == (3, "")
    assert ran.complaint == (
        "unknown: data.inputs[1]: the pre-activation of (layer, unit) = (0, 1) is zero, so the "
        "point lies on the boundary of cells"
    )
    [file] = [path for path in CASES if path.stem == "laurent2018-figure-1-flat"]
    ran = run("certify", file, "--claim", "indefinite-hessian")
    assert (ran.status, ran.out) == (3, "")
    assert ran.complaint.startswith("unknown: the Hessian of the loss is zero at the point")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--claim", "kkt", "--example", "1"], "the claim 'kkt' is about no single example; "),
        (["--claim", FORM_CLAIMS[0], "--example", "3"], "there is no example 3; the sample has "),
        (["--claim", FORM_CLAIMS[0]], f"the claim {FORM_CLAIMS[0]!r} is about the output at an "),
    ],
)
def test_certify_about_the_wrong_example(run, problem, words: list[str], complaint: str) -> None:
    ran = run("certify", problem, *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint.startswith(f"{problem}: {complaint}")


def test_the_help_lists_every_claim(run) -> None:
    """From the tables, so that a new claim is told."""
    words = run("certify", "--help").out.replace(",", " ").split()
    assert set(decisions.CLAIMS) <= set(words)
    hinge = run("analyze", "--help").out.replace(",", " ").replace(".", " ").split()
    assert {*QUESTIONS, *OF_HINGE} <= set(hinge)
