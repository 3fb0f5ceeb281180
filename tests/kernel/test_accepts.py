"""What the kernel accepts, what it then says, how it is run, and that it never raises."""

import copy
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactmargin.kernel
from exactmargin.kernel import ASSUMPTIONS, CLAIMS, Outcome, check
from exactmargin.kernel.__main__ import main
from tests.kernel.certificates import (
    FLOW,
    SAMPLES,
    SQRT2,
    TOGETHER,
    V32,
    V44,
    V54,
    better,
    certificate,
    chain,
    encode,
    not_kkt,
    problem_file,
    shared,
)

STATEMENTS = {
    "feasible": "the parameters are feasible",
    "infeasible": "the parameters are infeasible: the margin of example 1 is below 1",
    "kkt": "the parameters are a KKT point",
    "not-kkt": "the parameters are feasible and not a KKT point",
    "local-minimum": "the parameters are a local minimum",
    "global-minimum": "the parameters are a global minimum",
    "nonzero-neurons": "no hidden neuron has zero weights",
    "no-kinks": "no hidden pre-activation is zero",
    "multilinear-form": "near the parameters the output at example 1 is the sum of the given forms",
    "zero-trace-hessian": "near the parameters the Hessian of the output at example 1 has a zero "
    "diagonal, so its trace is 0",
    "indefinite-hessian": "the Hessian of the output at example 1 is indefinite at the parameters",
    "separable": "the classes of the sample are linearly separable, each from the rest",
    "not-separable": "the sample is not linearly separable: class 1 is not separable from the rest",
    "rare": "the sample is rare",
    "generic": "the sample is generic",
    "gradient-flow-limit": "gradient flow from the given start converges in direction to the "
    f"parameters; assuming {FLOW}",
}
DESCENDS = "the parameters are not a local minimum: a curve descends for all t in (0, "
CRITICAL = "the parameters are a critical point of the loss (Clarke)"
NOT_CRITICAL = "the parameters are not a critical point of the loss (Clarke)"
FLAT = "the parameters are a flat local minimum of the loss"
SHARP = "the parameters are a sharp local minimum of the loss"
NOT_GLOBAL_LOSS = "the parameters are not a global minimum: loss "
NOT_GLOBAL = "the parameters are not a global minimum: squared norm "
BOUND = "every feasible point has squared norm at least "
COMPLETE = ": the list is complete"
NEAR = "an approximate KKT point: epsilon = "
NEARBY = "of the parameters, in each of them"


def exists(kinks: int, copies: int, zeros: int, rest: str) -> str:
    """The statement of kkt-exists."""
    found = f"kinks: {kinks}, copies: {copies}, zero neurons: {zeros}"
    return f"there is a KKT point ({found}){rest} {NEARBY}"


SPECIAL = {
    "kkt-exists": exists(0, 0, 0, ", a local minimum, within 1/4"),
    "kkt-exists, harmless zero neuron": exists(0, 0, 1, ", a local minimum, within 1/8"),
    "kkt-exists, zero neuron that grows": exists(0, 0, 1, ", not a local minimum, within 1/8"),
    "kkt-exists, convex kink": exists(1, 0, 0, ", not a local minimum, within 1/8"),
    "kkt-exists, concave kink": exists(1, 0, 0, ", a local minimum, within 1/8"),
    "kkt-exists, copies": exists(0, 1, 0, ", a local minimum, within 1/8"),
    "kkt-exists, deep": exists(2, 0, 0, ", a local minimum, within 1/8"),
    "kkt-exists, full, convex kink": exists(1, 0, 0, ", not a local minimum, within 1/8"),
    "kkt-exists, full, copies": exists(0, 1, 0, ", a local minimum, within 1/8"),
    "kkt-exists, deep, zero unit": exists(0, 0, 2, " within 1/8"),
    "kkt-exists, leaky, output bias, zero neuron": exists(0, 0, 1, " within 1/8").replace(
        "the param", "2 times the param"
    ),
    "approximate-kkt": f"the parameters are {NEAR}2, delta = 0",
    "approximate-kkt, not active": f"the parameters are {NEAR}0, delta = 1/2",
    "approximate-kkt, scale, slopes": f"2 times the free parameters are {NEAR}1/10, delta = 0",
    "approximate-kkt, layer, cells, Q(sqrt2)": (
        f"r times the free parameters are {NEAR}1, delta = r-1"
    ),
    "no-kinks, layer": "no hidden pre-activation is zero from layer 2 on",
    **{
        f"multilinear-form, loss{which}": "near the parameters the loss is the sum of the given "
        "forms"
        for which in ("", " of three classes", ", idle unit, biases, nothing on")
    },
    "zero-trace-hessian, loss": "near the parameters the Hessian of the loss has a zero diagonal, "
    "so its trace is 0",
    "indefinite-hessian, loss": "the Hessian of the loss is indefinite at the parameters",
    "evaluation": "the output at example 1 and the given parameters is 6",
    "evaluation, a unit": "the pre-activation of layer 1, unit 2 at example 1 and the given "
    "parameters is -1",
    "evaluation, Q(sqrt2)": "the output at example 1 and the given parameters is 9/2*r",
    "not-local-minimum": DESCENDS + "1)",
    "not-local-minimum, Q(sqrt2), two pieces": DESCENDS + "1/2*r)",
    "not-local-minimum, layer": DESCENDS + "1)",
    "not-local-minimum, denominator": DESCENDS + "1)",
    "not-local-minimum, denominator, biases": DESCENDS + "1/2)",
    "not-local-minimum, leaky, negative": DESCENDS + "1/2)",
    "not-local-minimum, layer, denominator": DESCENDS + "1)",
    "not-global-minimum": NOT_GLOBAL + "10, reachable 34977/6800",
    "not-global-minimum, layer": NOT_GLOBAL + "5, reachable 761/272",
    "not-local-minimum, hinge": DESCENDS + "1/2)",
    "not-local-minimum, hinge, Q(sqrt2), denominator, biases, kink": DESCENDS + "1/8)",
    "not-global-minimum, hinge": NOT_GLOBAL_LOSS + "1/2, reachable 0",
    "not-global-minimum, hinge, figure": NOT_GLOBAL_LOSS + "1, reachable 0",
    "not-local-minimum, one-vs-all": DESCENDS + "1)",
    "not-global-minimum, one-vs-all": NOT_GLOBAL_LOSS + "2, reachable 0",
    "not-global-minimum, multiclass, three": NOT_GLOBAL_LOSS + "2, reachable 4/3",
    "not-separable, three classes": "the sample is not linearly separable: class 2 is not "
    "separable from the rest",
    "not-local-minimum, replicates": DESCENDS + "1/2)",
    "not-local-minimum, replicates, deep, denominator": DESCENDS + "1)",
    "not-global-minimum, replicates": NOT_GLOBAL_LOSS + "2, reachable 0",
    **dict.fromkeys((name for name in SAMPLES if name.startswith("clarke-critical")), CRITICAL),
    **dict.fromkeys(
        (name for name in SAMPLES if name.startswith("not-clarke-critical")), NOT_CRITICAL
    ),
    "clarke-critical, replicates": f"{CRITICAL}, where all replicates agree",
    "not-clarke-critical, replicates": f"{NOT_CRITICAL}: the replicates differ",
    "not-clarke-critical, replicates, one of them": f"{NOT_CRITICAL}: replicate 0 is none",
    "local-minimum, replicates": "the parameters are a local minimum, where all replicates agree",
    "global-minimum, replicates": "the parameters are a global minimum, where all replicates agree",
    **dict.fromkeys((name for name in SAMPLES if name.startswith("flat-minimum")), FLAT),
    **dict.fromkeys((name for name in SAMPLES if name.startswith("sharp-minimum")), SHARP),
    "norm-bound": BOUND + "3",
    "norm-bound, layer, biases, Q(sqrt2)": BOUND + "1/3",
    "norm-bound, one layer, no point": BOUND + "1/2",
    "norm-bound, one layer": BOUND + "1/25",
    "norm-bound, lifting": BOUND + "2",
    "norm-bound, lifting, empty": "every feasible point has squared norm at least 3/2",
    "norm-bound, lifting, empty region": "every feasible point has squared norm at least 3/2",
    "norm-bound, product, unseen input": "every feasible point has squared norm at least 2",
    "norm-bound, vertices": BOUND + "14/5",
    "flow, every start": "gradient flow from all of the region converges in direction to the "
    f"parameters; assuming {FLOW}",
    "not-separable, margin, the same input": "the sample is not linearly separable: class -1 is "
    "not separable from the rest",
    "cells": f"the number of cells is 36{COMPLETE}",
    "cells, only the number": "the number of cells is 32",
    "cells, degenerate": f"the number of cells is 8{COMPLETE}",
    "cells, nothing": f"the number of cells is 1{COMPLETE}",
    "cells, biases": f"the number of cells is 6{COMPLETE}",
    "cells, shared": "the number of cells is 72",
    "cells, Q(sqrt2), shared, at a point": f"the number of cells is 4{COMPLETE}",
    "cells, Q(sqrt2), parallel": f"the number of cells is 4{COMPLETE}",
    "cells, replicates": "the number of cells is 9: the lists are complete",
    "cells, hinge": f"the number of cells is 3{COMPLETE}",
    "cells, hinge, Q(sqrt2), leaky": f"the number of cells is 4{COMPLETE}",
    "cells, hinge, no hidden layer, weights": f"the number of cells is 3{COMPLETE}",
    "cells, hinge, zero input, bias": f"the number of cells is 2{COMPLETE}",
    "cells, hinge, shared": f"the number of cells is 4{COMPLETE}",
    "identity": "(x+y)^2 = x^2+2*x*y+y^2 for all x, y",
    "identity, Q(sqrt2)": "(x+r)*(x-r) = x^2-2 for all x",
    "positive": "2*((z+d)^3+z^3)^2-((z+d)^2+z^2)^3 > 0 for all positive z, d",
    "positive, Q(sqrt2)": "(3-2*r)*x+x^2 > 0 for all positive x",
    "theorem": f"vardi2022/theorem-3.2: 1 gradient-flow-limit, 1 kkt; 2 parts; assuming {FLOW}",
    "theorem, a fact": "notes/a.1: 1 identity; 1 parts",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_accepted(name: str) -> None:
    data = encode(SAMPLES[name])
    outcome = check(data)
    claim = SAMPLES[name]["claim"]
    assert outcome.accepted, outcome.line()
    assert (outcome.status, outcome.claim) == ("accepted", claim)
    assert (outcome.code, outcome.place, outcome.detail) == ("", "", "")
    assert outcome.sha256 == hashlib.sha256(data).hexdigest()
    field = (SAMPLES[name]["problem"] or {}).get("field")
    statement = outcome.statement
    if field:  # whatever r is called, the line says what it is
        statement, root, *rest = statement.split("; ")
        low, high = field["interval"]
        assert root.startswith(f"{field['generator']} is the root of ")
        assert root.endswith(f" in ({low}, {high})")
        statement = "; ".join([statement, *rest])
    if name != "not-global-minimum, Q(sqrt2)":  # its numbers have more than one spelling
        assert statement == SPECIAL.get(name, STATEMENTS.get(claim))
    line = f"ACCEPTED {claim}: {outcome.statement} [sha256 {outcome.sha256}]"
    assert outcome.line() == line


def test_the_samples_cover_every_claim_and_assumption_that_a_rule_needs() -> None:
    claims = [sample["claim"] for sample in SAMPLES.values()]
    assert set(claims) == set(CLAIMS)
    assert all(claims.count(claim) >= 2 for claim in CLAIMS)
    assert FLOW in ASSUMPTIONS


def test_checking_leaves_nothing_behind() -> None:
    first = [check(encode(sample)) for sample in SAMPLES.values()]
    assert [check(encode(sample)) for sample in SAMPLES.values()] == first


# ---------------------------------------------------------------- traps


def test_shared_weights_at_a_kink_follow_the_clarke_set_and_no_box() -> None:
    """sigma(w) - sigma(-w) = w: the Clarke set is {1}; slopes chosen one by one give [0, 2]."""
    trap = shared("1", "-1")
    assert check(encode(SAMPLES["not-kkt, layer, shared, tree"])).accepted
    for rho in ("0", "1/2", "1"):
        rows = [{"unit": 1, "slope": rho}, {"unit": 2, "slope": rho}]
        evidence = {"multipliers": ["1"], "subgradients": [{"example": 1, "slopes": rows}]}
        outcome = check(encode(certificate("kkt", trap, evidence)))
        assert outcome.code == "slopes-need-unshared-parameters"
    outcome = check(encode(not_kkt(trap, ["-1", "1"])))  # without the tree: too coarse
    assert (outcome.status, outcome.code) == ("rejected", "farkas")


def test_units_behind_a_dead_layer_are_no_kinks() -> None:
    """Their pre-activation is zero on an open set; a slope for them would be a lie."""
    dead = SAMPLES["kkt, depth 3, dead layers"]
    assert check(encode(dead)).accepted
    assert check(encode(certificate("no-kinks", dead["problem"], {}))).code == "kink"
    path = {"example": 1, "cells": [{"weight": "1", "path": [["0"] * 6]}]}
    dead = copy.deepcopy(dead)
    dead["evidence"]["subgradients"] = [path]  # not needed, and allowed: no kink is on the path
    assert check(encode(dead)).accepted


def test_a_tree_may_split_a_unit_that_is_idle_but_not_close_a_leaf_with_it() -> None:
    idle = SAMPLES["not-kkt, depth 3, dead layer"]
    tree = {"layer": 2, "unit": 2, "plus": "bound", "minus": "bound"}
    separator = idle["evidence"]["separator"]
    assert check(encode(not_kkt(idle["problem"], separator, example_1=tree))).accepted
    tree = tree | {"minus": {"empty": [{"layer": 2, "unit": 2, "weight": "1"}]}}
    outcome = check(encode(not_kkt(idle["problem"], separator, example_1=tree)))
    assert outcome.code == "empty-without-live-source"


def test_deep_kinks_cannot_be_bounded_without_their_tree() -> None:
    separator = SAMPLES["not-kkt, depth 3, tree"]["evidence"]["separator"]
    tree: Any = {"layer": 1, "unit": 2, "plus": "bound", "minus": "bound"}
    outcome = check(encode(not_kkt(TOGETHER, separator, example_1=tree)))
    assert (outcome.status, outcome.code) == ("rejected", "farkas")


def test_a_layer_problem_counts_the_norm_of_that_layer_only() -> None:
    point = better(V54, ["8/17", "2/17", "-5/4", "-1"])
    whole = copy.deepcopy(point)
    whole["problem"]["objective"] = {"kind": "max-margin"}
    assert check(encode(point)).accepted
    assert check(encode(whole)).code == "length"


# ---------------------------------------------------------------- against the user's file


def respelled(problem: dict[str, Any]) -> dict[str, Any]:
    """The same problem as a user may write it."""
    user: dict[str, Any] = copy.deepcopy(problem)
    user |= {"format": "exactmargin/problem@1", "name": "mine", "expect": {"kkt": "yes"}}
    user["network"]["x-note"] = "hidden layers first"
    user["data"]["inputs"] = [[loose(x) for x in row] for row in user["data"]["inputs"]]
    points = user.get("parameters", [])
    for point in points if isinstance(points, list) else [points]:
        point["weights"] = [[loose(w) for w in row] for row in point["weights"]]
    if "gamma" in user["objective"]:
        user["objective"]["gamma"] = loose(user["objective"]["gamma"])
    return user


def loose(text: str) -> Any:
    """Another spelling of the same number."""
    if text.lstrip("-").isdigit():
        return int(text)
    return {"1/4": "0.25", "1/2": "2/4", "1/2*r": "r*1/2"}.get(text, text)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_users_file_may_be_spelled_differently(name: str) -> None:
    sample = SAMPLES[name]
    if sample["claim"] in ("identity", "positive", "theorem"):
        return
    user = json.dumps(respelled(sample["problem"]), indent=1).encode()
    assert check(encode(sample), user).accepted


def test_loose_spelling_is_for_the_users_file_only() -> None:
    for base in (V32, V44):
        outcome = check(encode(certificate("feasible", respelled(base), {})))
        assert outcome.status == "malformed"


def test_one_of_a_theorems_problems_must_be_the_users() -> None:
    sample = SAMPLES["theorem"]
    for part in sample["evidence"]["parts"]:
        assert check(encode(sample), problem_file(part["problem"])).accepted
    assert check(encode(sample), problem_file(V44)).code == "other-field"
    assert check(encode(sample), problem_file(V54)).code == "other-labels"


def test_only_what_is_proved_of_the_users_problem_counts() -> None:
    """Conclusions about another point, or with another objective, are not about the file."""
    layer = {"kind": "layer-max-margin", "layer": 2}
    here = {"name": "s", "claim": "feasible", "evidence": {}}
    there = {"name": "s", "claim": "feasible", "evidence": {}, "objective": layer}
    other = copy.deepcopy(V32) | {"data": {"inputs": [["1", "0"]], "labels": [1]}}
    other["parameters"] = {"weights": [["1", "0", "0", "0"], ["1", "0"]], "biases": [None, None]}
    infeasible = {
        "name": "s",
        "claim": "kkt",
        "evidence": {
            "multipliers": ["1"],
            "subgradients": [{"example": 1, "slopes": [{"unit": 2, "slope": "0"}]}],
        },
    }

    def line(*parts: tuple[dict[str, Any], dict[str, Any]]) -> tuple[str, str]:
        evidence = {
            "theorem": "me/x",
            "parts": [
                {"name": "p", "problem": problem, "steps": [step], "conclusion": ["s"]}
                for problem, step in parts
            ],
        }
        outcome = check(encode(certificate("theorem", None, evidence)), problem_file(V32))
        return outcome.code, outcome.statement.partition("; of the given problem: ")[2]

    assert line((V32, here)) == ("", "feasible")
    assert line((V32, here), (other, infeasible)) == ("", "feasible")
    assert line((V32, there)) == ("other-objective", "")


def test_what_is_wrong_with_the_users_file_is_said_of_that_file() -> None:
    good = encode(SAMPLES["feasible"])
    for data, code in ((b"{", "not-json"), (b"", "not-json"), (b"[]", "not-an-object")):
        outcome = check(good, data)
        assert (outcome.status, outcome.code) == ("malformed", code)
        assert outcome.place == "the problem file: file"


def test_text_is_as_good_as_bytes() -> None:
    data = encode(SAMPLES["feasible"])
    assert check(data.decode()) == check(data)
    assert check("\ud800").status == "malformed"


def test_the_users_interval_may_be_another_one_around_the_same_root() -> None:
    user = copy.deepcopy(V44)
    user["field"]["interval"] = ["0", "1.5"]
    assert check(encode(SAMPLES["kkt, Q(sqrt2), shared"]), problem_file(user)).accepted


# ---------------------------------------------------------------- running it


def run(arguments: list[str], cwd: Path | None = None) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with one file of each kind and the kernel alone."""
    folder = Path(exactmargin.kernel.__file__).parent
    shutil.copytree(folder, tmp_path / "alone", ignore=shutil.ignore_patterns("__pycache__"))
    sample = SAMPLES["kkt, Q(sqrt2), shared"]
    (tmp_path / "good.json").write_bytes(encode(sample))
    wrong = copy.deepcopy(sample)
    wrong["evidence"]["multipliers"] = ["2"]
    (tmp_path / "wrong.json").write_bytes(encode(wrong))
    (tmp_path / "broken.json").write_bytes(encode({"\nx: ACCEPTED \ud800\u03c3": 1}))
    (tmp_path / "user.json").write_bytes(encode(respelled(V44)))
    (tmp_path / "other.json").write_bytes(problem_file(V32))
    return tmp_path


def test_alone_and_inside_the_kernel_says_the_same(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["good.json", "wrong.json", "broken.json"]
    alone = run(["-I", "-S", "alone", *names], files)
    root = str(Path(exactmargin.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", root)
    inside = run(["-m", "exactmargin.kernel", *names], files)
    assert alone == inside
    status, out, err = alone
    assert (status, err) == (2, "")
    lines = out.splitlines()
    assert [line.split(": ")[0] for line in lines] == names
    assert [line.split()[1] for line in lines] == ["ACCEPTED", "REJECTED", "MALFORMED"]
    assert out.isascii()


def test_the_name_of_a_file_cannot_look_like_an_outcome(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by a line break nor by bytes that no terminal can print."""
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    monkeypatch.setenv("PYTHONPATH", str(Path(exactmargin.__file__).parents[1]))
    name = "x\nACCEPTED kkt: \udcff"
    (files / name).write_bytes(b"{")
    status, out, err = run(["-m", "exactmargin.kernel", name, name + "2"], files)
    assert (status, out.count("\n"), err.count("\n")) == (2, 1, 1)
    assert out.startswith("x\\nACCEPTED kkt: \\udcff: MALFORMED not-json")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["good.json"], 0),
        (["good.json", "good.json"], 0),
        (["good.json", "wrong.json"], 1),
        (["wrong.json", "broken.json", "good.json"], 2),
        (["good.json", "missing.json"], 2),
        (["good.json", "--problem", "user.json"], 0),
        (["--problem", "user.json", "good.json"], 0),
        (["good.json", "--problem", "other.json"], 1),
        (["good.json", "--problem", "broken.json"], 2),
        (["good.json", "--problem", "missing.json"], 2),
        (["good.json", "--problem"], 2),
        (["--problem", "user.json"], 2),
        (["--version"], 2),
        ([], 2),
    ],
)
def test_exit_status(
    arguments: list[str],
    status: int,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(files)
    assert main(arguments) == status
    out, err = capsys.readouterr()
    assert bool(err) == (status == 2 and "broken.json" not in arguments)
    assert all(" [sha256 " in line for line in out.splitlines())


def test_the_kernel_is_alone(files: Path) -> None:
    """In isolation from site packages, in a folder of another name, from anywhere."""
    folder = (files / "alone").rename(files / "ker.nel-1.0")
    for name in ("fractions", "hashlib", "json"):  # beside the folder, not in it: not trusted
        (files / f"{name}.py").write_text("raise SystemExit('hijacked')")
    status, out, err = run(["-I", "-S", str(folder), str(files / "good.json")])
    assert (status, err) == (0, "")
    assert "ACCEPTED kkt: the parameters are a KKT point" in out


# ---------------------------------------------------------------- never raises

BIG = "9" * 3000


def big(base: dict[str, Any], *weights: list[str]) -> dict[str, Any]:
    """The problem with other weights."""
    return base | {"parameters": base["parameters"] | {"weights": list(weights)}}


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        "kkt",
        [],
        {},
        10**4000,
        certificate("feasible", big(chain("1", "1"), [BIG], [f"-{BIG}"]), {}),
        certificate("feasible", big(V44, ["0", f"-{BIG}*r"], [f"1/{BIG}*r", "1"]), {}),
        certificate("feasible", big(chain("1", "1", field=SQRT2), [f"{BIG}^99"], ["r"]), {}),
        better(big(chain("1", "1"), [BIG], [BIG]), ["1", "1"]),
        better(big(chain("1", "1", field=SQRT2), [f"{BIG}*r"], [BIG]), ["1", "1"]),
        certificate("infeasible", chain("1", "1"), {"example": 10**4000}),
        certificate("identity", None, {"symbols": [], "left": f"{BIG}^9", "right": "0"}),
    ],
    ids=range(13),
)
def test_odd_and_huge_values_never_raise(value: Any) -> None:
    outcome = check(encode(value))
    assert outcome.status in ("accepted", "rejected", "malformed")
    assert len(outcome.line()) < 1000


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    assert isinstance(check(data), Outcome)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from(sorted(SAMPLES)),
    st.data(),
)
def test_nothing_in_the_place_of_any_value_raises(value: Any, name: str, data: Any) -> None:
    sample = copy.deepcopy(SAMPLES[name])
    inner: Any = sample
    while True:
        keys = sorted(inner) if isinstance(inner, dict) else range(len(inner))
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(inner[key], (dict, list)) or not inner[key] or data.draw(st.booleans()):
            break
        inner = inner[key]
    inner[key] = value
    outcome = check(encode(sample))
    assert outcome.status in ("accepted", "rejected", "malformed")
    assert "\n" not in outcome.line()
