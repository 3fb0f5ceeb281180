"""``cells``: counts, bounds, graphs, budgets, and what is refused."""

import json
import sys
import time
from pathlib import Path

import networkx
import pytest

from exactmargin.decisions import decide_cells
from exactmargin.formats import read_problem
from exactmargin.kernel import Outcome, check

CASES = Path(__file__).parents[1] / "cases"
KEYS = {"format", "cell_count", "complete", "certificate"}
KEYS |= {"cells_with_zeros", "structural_zeros"}


def put(path, good, **changes):
    path.write_text(json.dumps(good | changes), encoding="utf-8")
    return path


def layers(*patterns):
    return {
        "negative_slope": "0",
        "layers": [{"pattern": pattern, "bias": False} for pattern in patterns],
    }


def dense(rows, columns):
    return [[r * columns + c + 1 for c in range(columns)] for r in range(rows)]


def test_a_margin_problem(run, problem):
    ran = run("cells", problem)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "cells     16\ncomplete  yes\n"


def test_json(run, problem):
    ran = run("cells", problem, "--json")
    assert (ran.status, ran.err) == (0, "")
    assert set(ran.json) == KEYS
    assert ran.json["format"] == "exactmargin/cells@1"
    assert (ran.json["cell_count"], ran.json["complete"]) == (16, True)


@pytest.mark.parametrize(("name", "count"), [("4b", 170), ("4c", 15)])
def test_figures_of_the_second_paper(run, name, count):
    case = CASES / f"laurent2018-figure-{name}.json"
    assert run("cells", case, "--json").json["cell_count"] == count


def test_no_point_is_needed(run, tmp_path, good):
    del good["parameters"]
    assert run("cells", put(tmp_path / "p.json", good)).status == 0


def test_hinge_problems_have_weights_and_no_constraints(run, tmp_path, good):
    path = put(tmp_path / "p.json", good, objective={"kind": "hinge"})
    good["data"]["weights"] = ["1/3", "2/3"]
    weighted = put(tmp_path / "w.json", good, objective={"kind": "hinge"})
    assert run("cells", path, "--json").json == run("cells", weighted, "--json").json
    assert run("certify", path, "--claim", "local-minimum").status in (0, 1)
    ran = run("certify", path, "--claim", "kkt")
    assert ran.status == 2
    assert ran.complaint == (
        f"{path}: the claim 'kkt' is about problems with constraints; the objective's kind is "
        "'hinge'"
    )


# ---------------------------------------------------------------- the proof


@pytest.mark.parametrize("case", ["vardi2022-theorem-3.2", "laurent2018-figure-4c"])
@pytest.mark.parametrize("command", ["cells", "certify"])
def test_certificate(run, tmp_path, case, command):
    path, file = CASES / f"{case}.json", tmp_path / "new" / "cells.json"
    if command == "cells":
        ran = run("cells", path, "--certificates", file.parent, "--json")
        assert ran.json["certificate"] == str(file)
        assert f"certificate  {file}\n" in run("cells", path, "--certificates", file.parent).out
    else:
        file.parent.mkdir()
        ran = run("certify", path, "--claim", "cells", "-o", file)
    assert (ran.status, ran.err) == (0, "")
    outcome = check(file.read_bytes(), path.read_bytes())
    assert outcome.accepted
    assert ": the list is complete" in outcome.statement


def test_the_number_alone(run, problem, tmp_path):
    file = tmp_path / "cells.json"
    assert run("cells", problem, "--certificates", tmp_path, "--number-only").status == 0
    assert check(file.read_bytes()).statement == "the number of cells is 16"
    assert run("certify", problem, "--claim", "cells", "--number-only", "-o", file).status == 0
    assert check(file.read_bytes()).statement == "the number of cells is 16"


def test_where_there_is_no_number_alone(run, problem, tmp_path, good):
    case = CASES / "laurent2018-figure-4c.json"
    for words in (
        ["cells", case, "--certificates", tmp_path / "new"],
        ["certify", case, "--claim", "cells"],
    ):
        ran = run(*words, "--number-only")
        assert ran.status == 2
        assert ran.complaint == (
            f"{case}: objective: under the hinge loss the list of the cells is the proof of their "
            "number; the number alone is not certified"
        )
    assert not (tmp_path / "new").exists()
    ran = run("cells", problem, "--number-only")
    assert ran.complaint == (
        "cells: --number-only is about the certificate; give --certificates DIR"
    )
    ran = run("certify", problem, "--claim", "kkt", "--number-only")
    assert ran.complaint == f"{problem}: the claim 'kkt' has no number; only 'cells' has one"


def test_bounds_that_meet_without_a_certificate(run, tmp_path):
    case = CASES / "vardi2022-theorem-5.1-m3-relu.json"
    ran = run("cells", case, "--certificates", tmp_path / "new", "--json")
    assert ran.status == 3
    assert (ran.json["complete"], ran.json["certificate"]) == (False, None)
    assert ran.json["lower_bound"] == ran.json["upper_bound"] == 9
    assert ran.json["reason"] == (
        "the bounds meet, without a certificate: the network has 2 hidden layers; cells are "
        "certified for one hidden layer at most"
    )
    assert list((tmp_path / "new").iterdir()) == []
    ran = run("certify", case, "--claim", "cells")
    assert (ran.status, ran.out) == (3, "")


def test_nothing_is_complete_before_the_kernel_has_accepted(run, problem, monkeypatch):
    refused = Outcome("rejected", "cells", "", "other-count", "evidence", "", "0" * 64)
    monkeypatch.setattr("exactmargin.decisions.certificate.check", lambda _: refused)
    ran = run("cells", problem)
    assert (ran.status, ran.out) == (5, "")
    assert "the kernel refuses the engine's evidence" in ran.complaint


def test_two_numbers_that_differ(run, problem, monkeypatch):
    other = decide_cells(read_problem(CASES / "laurent2018-figure-4c.json"))
    monkeypatch.setattr("exactmargin.cli.cells.decide_cells", lambda *_, **__: other)
    ran = run("cells", problem)
    assert (ran.status, ran.out) == (5, "")
    assert "16 cells were found, 15 are proved" in ran.complaint


def test_no_time_for_the_proof(run, problem, monkeypatch):
    def endless(*_, **__):
        while True:
            time.sleep(0.01)

    monkeypatch.setattr("exactmargin.cli.cells.decide_cells", endless)
    ran = run("cells", problem, "--budget", "0.5", "--json")
    assert (ran.status, ran.json["complete"]) == (4, False)
    assert ran.json["lower_bound"] == ran.json["upper_bound"] == 16
    assert ran.json["reason"] == "the budget is spent before the number is proved"


def test_zeros_are_reported(run, tmp_path, good):
    good["data"]["inputs"][1] = ["0", "0"]
    path = put(tmp_path / "p.json", good)
    assert run("cells", path).out == (
        "cells            4\n"
        "complete         yes\n"
        "with zeros       4, where an entry vanishes on the whole cell\n"
        "zero everywhere  example 2, layer 1, unit 1; example 2, layer 1, unit 2\n"
    )
    assert run("cells", path, "--json").json["structural_zeros"] == [
        {"example": 2, "layer": 1, "unit": 1},
        {"example": 2, "layer": 1, "unit": 2},
    ]


def test_large_counts_are_texts(run, tmp_path, good):
    good["network"] = layers(dense(40, 2), dense(1, 40))
    del good["parameters"]
    answer = run("cells", put(tmp_path / "p.json", good), "--json").json
    assert answer["cell_count"] == str(4**40)


def test_bounds(run, tmp_path, good):
    good["network"] = layers([[1]], [[1]], [[1]], [[1]])
    good["data"] = {"inputs": [["1"], ["2"]], "labels": [1, 1]}
    del good["parameters"]
    path = put(tmp_path / "p.json", good)
    ran = run("cells", path, "--json")
    assert ran.status == 3
    assert set(ran.json) == KEYS | {"lower_bound", "upper_bound", "reason"}
    assert ran.json["complete"] is False
    assert [ran.json[k] for k in ("cell_count", "lower_bound", "upper_bound")] == [4, 4, 6]
    assert "cells       at least 4, at most 6\n" in run("cells", path).out


def test_oracle(run, tmp_path, good):
    pytest.importorskip("z3")
    good["network"] = layers([[1]], [[1]], [[1]], [[1]])
    good["data"] = {"inputs": [["1"], ["2"]], "labels": [1, 1]}
    del good["parameters"]
    path = put(tmp_path / "p.json", good)
    ran = run("cells", path, "--json", "--oracle", "z3", "--graph", tmp_path / "g.json")
    assert (ran.status, ran.err) == (3, "")
    assert set(ran.json) == KEYS | {"lower_bound", "upper_bound", "reason", "upper_bound_by"}
    assert [ran.json[k] for k in ("cell_count", "lower_bound", "upper_bound")] == [4, 4, 4]
    assert (ran.json["complete"], ran.json["certificate"]) == (False, None)
    assert ran.json["reason"] == "the bounds meet on the word of z3 alone"
    assert ran.json["upper_bound_by"] == "z3"
    assert json.loads((tmp_path / "g.json").read_text())["upper_bound_by"] == "z3"
    ran = run("cells", path, "--oracle", "z3", "--graph", tmp_path / "g.graphml")
    assert ran.out.startswith(
        "cells        at least 4, at most 4\n"
        "complete     no: the bounds meet on the word of z3 alone\n"
        "upper bound  by oracle: the word of z3, without a certificate\n"
    )
    assert networkx.read_graphml(tmp_path / "g.graphml").graph["upper_bound_by"] == "z3"


def test_oracle_that_is_not_needed(run, problem):
    pytest.importorskip("z3")
    assert set(run("cells", problem, "--json", "--oracle", "z3").json) == KEYS


def test_oracle_that_is_not_there(run, problem, monkeypatch):
    ran = run("cells", problem, "--oracle", "delphi")
    assert ran.status == 2
    assert "'delphi' is not known; expected z3" in ran.complaint
    monkeypatch.setitem(sys.modules, "z3", None)
    ran = run("cells", problem, "--oracle", "z3")
    assert ran.status == 2
    assert ran.complaint == (
        "the oracle 'z3' is not installed; install it with pip install 'exactmargin[z3]' "
        "(the package z3-solver), or leave out the oracle"
    )
    assert run("cells", problem).status == 0


@pytest.mark.parametrize("name", ["g.graphml", "g.json"])
def test_graph(run, problem, tmp_path, name):
    path = tmp_path / name
    ran = run("cells", problem, "--graph", path)
    assert (ran.status, ran.err) == (0, "")
    if name == "g.json":
        assert len(json.loads(path.read_text())["nodes"]) == 16
        return
    graph = networkx.read_graphml(path)
    assert (len(graph), networkx.is_connected(graph)) == (16, True)


def test_forms(run, problem, tmp_path):
    path = tmp_path / "g.json"
    assert run("cells", problem, "--graph", path, "--forms").status == 0
    nodes = {node["id"]: node["form"] for node in json.loads(path.read_text())["nodes"]}
    assert nodes["+---"] == ["u1_1*u2_1+1/4*u1_2*u2_1", "0"]
    ran = run("cells", problem, "--forms")
    assert ran.status == 2
    assert ran.complaint == "cells: --forms goes into the graph; give --graph FILE"


@pytest.mark.parametrize("name", ["g.png", "g.GML", "g.v2"])
def test_a_graph_is_graphml_or_json(run, problem, tmp_path, name: str) -> None:
    path = tmp_path / name
    ran = run("cells", problem, "--graph", path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint.startswith(
        f"cells: argument --graph: {str(path)!r} ends in {path.suffix.lower()}; a graph is written "
        "as GraphML (.graphml, .xml) or as node-link JSON (.json); "
    )
    assert not path.exists()
    assert run("cells", problem, "--graph", tmp_path / "g.XML").status == 0
    assert (tmp_path / "g.XML").read_text().startswith("<graphml ")


def test_a_graph_that_is_too_large(run, tmp_path, good):
    good["network"] = layers(dense(40, 2), dense(1, 40))
    del good["parameters"]
    path = put(tmp_path / "p.json", good)
    ran = run("cells", path, "--graph", tmp_path / "g.graphml")
    assert ran.status == 2
    assert ran.complaint.startswith(f"{path}: a graph of {4**40} cells; at most 1000000 are")


def test_budget(run, tmp_path, good):
    good["data"] = {
        "inputs": [[str(n), str(n * n % 7), "1"] for n in range(1, 9)],
        "labels": [1, -1] * 4,
    }
    good["network"] = layers(dense(3, 3), dense(1, 3))
    del good["parameters"]
    path = put(tmp_path / "p.json", good, objective={"kind": "hinge"})
    start = time.monotonic()
    ran = run("cells", path, "--budget", "1", "--jobs", "1", "--json", "--graph", tmp_path / "g")
    assert time.monotonic() - start < 10
    assert ran.status == 4
    assert ran.json["complete"] is False
    assert ran.json["lower_bound"] < ran.json["upper_bound"]
    assert ran.err.splitlines() == [
        "exactmargin: the budget of 1 seconds is spent",
        f"exactmargin: {tmp_path / 'g'}: not written",
    ]


def test_jobs_change_nothing(run, tmp_path, good):
    good["data"] = {"inputs": [["1"], ["2"], ["-1"], ["-3"]], "labels": [1, -1, 1, -1]}
    good["network"] = layers(dense(2, 1), dense(1, 2))
    del good["parameters"]
    path = put(tmp_path / "p.json", good, objective={"kind": "hinge"})
    one, two = (run("cells", path, "--jobs", n, "--graph", tmp_path / f"{n}") for n in (1, 2))
    assert one == two
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
