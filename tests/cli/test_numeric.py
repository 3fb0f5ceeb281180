"""``analyze --numeric`` and ``certify --claim approximate-kkt``."""

import json
from pathlib import Path

import pytest

from exactmargin.kernel import check

CASES = Path(__file__).parent.parent / "cases"
V32 = CASES / "vardi2022-theorem-3.2.json"

CHAINS = {
    "format": "exactmargin/problem@1",
    "name": "chains",
    "network": {
        "layers": [
            {"pattern": [[1, 2], [3, 4]], "bias": False},
            {"pattern": [[1, 0], [0, 2]], "bias": False},
            {"pattern": [[1, 2]], "bias": False},
        ],
        "negative_slope": "0",
    },
    "data": {"inputs": [["1", "-1/2"], ["0", "1"]], "labels": [1, 1]},
    "objective": {"kind": "max-margin"},
    "parameters": {"weights": [["1", "0", "0", "1"], ["1", "1"], ["1", "1"]], "biases": [None] * 3},
}


def test_a_table_of_enclosures(run) -> None:
    ran = run("analyze", V32, "--numeric")
    assert (ran.status, ran.err) == (0, "")
    rows = dict(line.split("  ", 1) for line in ran.out.splitlines())
    assert rows["examples"].strip() == "2, 0 recomputed exactly"
    assert [name for name in rows if "epsilon" in name or "delta" in name] == [
        "epsilon, slope at 0 fixed",
        "delta, slope at 0 fixed",
        "epsilon, Clarke",
        "delta, Clarke",
    ]
    low, high = (float(text) for text in rows["norm"].strip(" []").split(","))
    assert low <= 8**0.5 <= high < low + 1e-6


def test_enclosures_as_json(run) -> None:
    answer = run("analyze", V32, "--numeric", "--json").json
    assert answer["format"] == "exactmargin/enclosures@1"
    found = answer["enclosures"]
    assert found["kinks"] == 2
    assert found["plain"]["multipliers"] == pytest.approx([2, 2])
    assert found["plain"]["epsilon"][0] <= found["plain"]["epsilon"][1] < 1e-12


def test_the_next_act_near_a_kkt_point(run) -> None:
    ran = run("analyze", V32, "--numeric")
    assert [line.split("  ", 1)[1].strip() for line in ran.out.splitlines()[-2:]] == [
        f"exactmargin snap {V32}",
        f"exactmargin certify {V32} --claim kkt-exists",
    ]


def test_the_next_act_beside_kinks(run) -> None:
    """ε is large, as kinks are near and not met, but eleven margins are about the least one."""
    path = CASES.parent / "trained" / "iris.json"
    answer = run("analyze", path, "--numeric", "--json").json
    enclosed = answer["enclosures"]
    assert enclosed["plain"]["epsilon"][0] > 0.1 * enclosed["norm"][1]
    assert enclosed["nearly_active"] == 11
    assert answer["next"][1] == f"exactmargin certify {path} --claim kkt-exists"


def test_no_next_act_far_from_kkt_points(run, tmp_path) -> None:
    """w_1 = (1, 9) is not between the inputs, nor balanced with v_1 = 2."""
    problem = json.loads(V32.read_text())
    problem["parameters"]["weights"] = [["1", "9", "-1", "0"], ["2", "3"]]
    path = tmp_path / "far.json"
    path.write_text(json.dumps(problem))
    answer = run("analyze", path, "--numeric", "--json").json
    assert answer["enclosures"]["plain"]["epsilon"][0] > 0.1 * answer["enclosures"]["norm"][1]
    assert answer["next"] == []


def test_cells_and_the_next_act_of_a_deep_network(run, tmp_path) -> None:
    """Two chains of two hidden units, an input on both kinks of the first: half of one cell."""
    path = tmp_path / "chains.json"
    path.write_text(json.dumps(CHAINS))
    answer = run("analyze", path, "--numeric", "--json").json
    clarke = answer["enclosures"]["clarke"]
    assert clarke["epsilon"][1] < 1e-6
    assert [cell["example"] for cell in clarke["cells"]] == [2, 2]
    assert sum(cell["weight"] for cell in clarke["cells"]) == clarke["multipliers"][1]
    assert sorted(cell["direction"][1] > 0 for cell in clarke["cells"]) == [False, True]
    assert answer["next"] == [
        f"exactmargin snap {path}",
        f"exactmargin certify {path} --claim kkt-exists",
    ]


def test_examples_outside_the_slack_have_no_multipliers(run, tmp_path) -> None:
    problem = json.loads(V32.read_text())
    problem["data"]["inputs"].append(["1", "1"])  # its margin is 4
    problem["data"]["labels"].append(1)
    path = tmp_path / "more.json"
    path.write_text(json.dumps(problem))
    assert run("analyze", path, "--numeric", "--json").json["enclosures"]["candidates"] == 2
    wide = run("analyze", path, "--numeric", "--slack", 3, "--json").json
    assert wide["enclosures"]["candidates"] == 3


@pytest.mark.parametrize(
    ("case", "words", "message"),
    [
        (
            "vardi2022-theorem-4.4-relu",
            [],
            "{path}: data.inputs[0][0]: <4 in Q(r | r^2-2=0, 1<r<2)> is not a float64; float "
            "arithmetic with rigorous bounds works on networks and samples whose numbers are "
            "floats",
        ),
        (
            "laurent2018-figure-3",
            [],
            "{path}: objective kind 'hinge' has no constraints, so no KKT residual; expected "
            "max-margin or layer-max-margin",
        ),
        (
            "vardi2022-theorem-3.2",
            ["--certificates", "x"],
            "analyze: --numeric encloses and writes no certificates; leave --certificates out, or "
            "prove with certify --claim approximate-kkt",
        ),
        (
            "vardi2022-theorem-3.2",
            ["--slack", "-1"],
            "analyze: argument --slack: '-1' is not a number from 0 up; 'exactmargin analyze "
            "--help' says more",
        ),
    ],
)
def test_what_is_not_enclosed(run, case, words, message) -> None:
    path = CASES / f"{case}.json"
    ran = run("analyze", path, "--numeric", *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"exactmargin: {message.format(path=path)}\n"


def test_slack_goes_with_numeric(run) -> None:
    ran = run("analyze", V32, "--slack", "1")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "exactmargin: analyze: --slack goes with --numeric only\n"


def test_a_budget_of_nothing(run) -> None:
    ran = run("analyze", V32, "--numeric", "--budget", "0")
    assert (ran.status, ran.out) == (4, "")
    assert ran.err == "exactmargin: the budget of 0 seconds is spent; nothing is enclosed\n"


def test_approximate_kkt_is_certified(run) -> None:
    ran = run("certify", V32, "--claim", "approximate-kkt")
    assert (ran.status, ran.err) == (0, "")
    outcome = check(ran.out)
    assert outcome.accepted
    assert outcome.statement == (
        "the parameters are an approximate KKT point: epsilon = 0, delta = 0"
    )
