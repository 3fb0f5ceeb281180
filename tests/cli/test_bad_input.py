"""Every kind of bad input: exit status 2, nothing on stdout, one sentence on stderr."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactmargin.cli import main

SQRT2 = {"generator": "r", "minpoly": ["-2", "0", "1"], "interval": ["1", "2"]}


def put(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    """Set the value at a path of the good file."""

    def change(obj: dict[str, Any]) -> None:
        at: Any = obj
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


def two_outputs(obj: dict[str, Any]) -> None:
    """Let the last layer have two rows, with the parameters that it then needs."""
    obj["network"]["layers"][1]["pattern"] = [[1, 2], [3, 4]]
    obj["parameters"]["weights"][1] = ["1", "2", "3", "4"]


PROBLEMS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    (
        "a float",
        put("data", "inputs", 0, 1, value=0.25),
        'data.inputs[0][1]: 0.25 is a JSON float, which would be rounded; write "0.25" or "1/4"',
    ),
    (
        "a wrong shape",
        put("parameters", "weights", 0, value=["1", "2", "3"]),
        "parameters.weights[0]: has 3 numbers; layer 1 has 4 parameters "
        "(pattern 2x2, entries 1..4)",
    ),
    (
        "a ragged sample",
        put("data", "inputs", 0, value=["1"]),
        "data.inputs[0]: has length 1; the network has",
    ),
    (
        "an input of the wrong dimension",
        put("data", "inputs", value=[["1"], ["2"]]),
        "data.inputs[0]: has length 1; the network has input dimension 2",
    ),
    ("a misspelt key", put("netwrok", value={}), 'unknown key "netwrok" (did you mean "network"?)'),
    (
        "a reducible minimal polynomial",
        put("field", value={**SQRT2, "minpoly": ["-1", "0", "1"]}),
        "field.minpoly: ",
    ),
    (
        "two roots in the interval",
        put("field", value={**SQRT2, "interval": ["-2", "2"]}),
        "field.interval: ",
    ),
    ("labels 0 and 1", put("data", "labels", value=[0, 1]), "data.labels[0]: 0 is not 1 or -1;"),
    ("a label too few", put("data", "labels", value=[1]), "data.labels: has 1 entry for 2 inputs"),
    ("slope 2", put("network", "negative_slope", value="2"), "network.negative_slope: 2 is not in"),
    ("empty data", put("data", "inputs", value=[]), "data.inputs: is empty"),
    (
        "penalised replicates without a factor",
        put("objective", "kind", value="penalized-one-vs-all-hinge"),
        'objective: the key "gamma" is missing',
    ),
    ("no such objective", put("objective", "kind", value="max"), 'objective.kind: "max" is not'),
    (
        "no such layer",
        put("objective", value={"kind": "layer-max-margin", "layer": 3}),
        "objective.layer: there is no layer 3",
    ),
    ("no parameters", lambda obj: obj.pop("parameters"), "the problem has no point; give"),
    ("no format", lambda obj: obj.pop("format"), 'the key "format" is missing'),
    ("another format", put("format", value="exactmargin/problem@9"), "format: "),
    ("a gap in the pattern", put("network", "layers", 0, "pattern", 0, 0, value=9), "network.lay"),
    ("division by zero", put("data", "inputs", 0, 0, value="1/0"), "data.inputs[0][0]: "),
    ("a word for a number", put("data", "inputs", 0, 0, value="one"), "data.inputs[0][0]: "),
    ("an irrational in Q", put("data", "inputs", 0, 0, value="r"), "data.inputs[0][0]: "),
    ("two outputs", two_outputs, "network.layers[1].pattern: has 2 rows"),
    ("weights of examples", put("data", "weights", value=["1/2", "1/2"]), "data.weights: only"),
]

TEXTS: list[tuple[str, bytes, str]] = [
    ("an empty file", b"", "the file is empty; expected a JSON object"),
    ("a truncated file", b'{"format": "exactmargin/prob', "the JSON text ends too early"),
    ("not JSON", b"network = 1", "not JSON at line 1, column 1"),
    ("a list", b"[]", "a list is not an object"),
    ("not UTF-8", b'{"name": "\xff"}', "not UTF-8 text: byte 0xff at offset 10"),
    ("a key twice", b'{"name": "a", "name": "b"}', "name: this key stands twice"),
    ("NaN", b'{"name": NaN}', "name: NaN is not a number"),
    ("a deep nest", b"[" * 10**5, "nested deeper than 50 levels"),
    ("NUL bytes", b"\0" * 100, "not JSON at line 1, column 1"),
]


@pytest.mark.parametrize("command", [["analyze"], ["certify", "--claim", "kkt"]], ids=" ".join)
@pytest.mark.parametrize(
    ("change", "says"), [c[1:] for c in PROBLEMS], ids=[c[0] for c in PROBLEMS]
)
def test_bad_problem(run, problem: Path, good, change, says: str, command: list[str]) -> None:
    change(good)
    problem.write_text(json.dumps(good))
    ran = run(*command, problem)
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint.startswith(f"{problem}: {says}")


@pytest.mark.parametrize(("data", "says"), [c[1:] for c in TEXTS], ids=[c[0] for c in TEXTS])
def test_bad_text(run, problem: Path, data: bytes, says: str) -> None:
    problem.write_bytes(data)
    ran = run("analyze", problem, "--json")
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint.startswith(f"{problem}: {says}")


MORE = {
    "": "the following arguments are required: COMMAND;",
    "cells": "cells: the following arguments are required: PROBLEM;",
    "cells P --budget x": "cells: argument --budget: 'x' is not a number of seconds",
    "fuzz nonesuch": "'nonesuch' is not the id of a conjecture; known: kkt-implies-local, ",
    "fuzz nonesuch:x": "'nonesuch:x' cannot be found (No module named 'nonesuch'); a conjecture is",
    "fuzz json:dumps": "'json:dumps' is a function, not a Conjecture",
    "fuzz kkt-implies-local kkt-implies-local": "conjectures: kkt-implies-local stands twice",
    "fuzz --examples 0": "fuzz: argument --examples: '0' is not a number of examples, 1 or more",
    "fuzz --examples 1.5": "fuzz: argument --examples: '1.5' is not a number of examples, 1 or m",
    "fuzz --time soon": "fuzz: argument --time: 'soon' is not a number of seconds",
    "fuzz --seed x": "fuzz: argument --seed: 'x' is not an integer of less than 40 digits",
    "fuzz --budget -1": "fuzz: argument --budget: '-1' is not a number of seconds",
    "fuzz --jobs 0": "fuzz: argument --jobs: '0' is not a number of processes",
    "fuzz --jobs 1 --examples 1 --out P": "P: a file; expected a folder",
    "fuzz --jobs 1 --examples 1 --out P/x": "P/x: cannot be written (Not a directory)",
    "convert model.npz": "convert: the following arguments are required: -o",
    "analyze": "analyze: the following arguments are required: PROBLEM; 'exactmargin analyze --h",
    "analyze P --nonesuch": "unrecognized arguments: --nonesuch",
    "analyze P --js": "unrecognized arguments: --js",
    "analyze P --budget soon": "analyze: argument --budget: 'soon' is not a number of seconds",
    "analyze P --budget -1": "analyze: argument --budget: '-1' is not a number of seconds",
    "analyze P --budget nan": "analyze: argument --budget: 'nan' is not a number of seconds",
    "analyze none.json": "none.json: there is no such file",
    "analyze .": ".: a directory; expected a file",
    "analyze P --certificates P": "P: a file; expected a folder",
    "analyze P --certificates P/x": "P/x: cannot be made (Not a directory)",
    "certify P": "certify: the following arguments are required: --claim",
    "certify P --claim Local_Minimum": "'Local_Minimum' is not a claim that can be certified; "
    "known: feasible, infeasible, kkt, not-kkt, approximate-kkt, kkt-exists, local-minimum, "
    "not-local-minimum, global-minimum, not-global-minimum, clarke-critical, not-clarke-critical, "
    "flat-minimum, sharp-minimum, norm-bound, cells, separable, not-separable, rare, generic, "
    "multilinear-form, zero-trace-hessian, indefinite-hessian; did you mean 'local-minimum'?",
    "certify P --claim kkt --example 0": "certify: argument --example: '0' is not the number of an",
    "certify P --claim minimum": "'minimum' is not a claim that can be certified; known: feasible",
    "certify none.json --claim kkt": "none.json: there is no such file",
    "certify P --claim kkt -o none/c.json": "none/c.json: there is no such folder",
    "certify P --claim kkt -o .": ".: a directory; expected a file",
    "check --jobs 0": "check: argument --jobs: '0' is not a number of processes",
    "check --jobs many": "check: argument --jobs: 'many' is not a number of processes",
    "check nonesuch": "no result is called 'nonesuch'",
    "check --paper nonesuch": "'nonesuch' is no installed paper",
    "list --json --markdown": "list: argument --markdown: not allowed with argument --json",
    "list vardi2022": "unrecognized arguments: vardi2022",
    "verify": "verify: the following arguments are required: CERT",
    "verify none.json": "none.json: there is no such file",
    "verify .": ".: a directory; expected a file",
    "verify C --problem none.json": "none.json: there is no such file",
    "verify C --with me": "verify: argument --with: 'me' is not known; expected kernel or coq",
    "export C": "export: the name of stdout does not say which form to write; give --to latex or",
    "export C --to coq --fragment": (
        "export: --fragment goes with a certificate and --to latex only"
    ),
    "export --ledger --to coq": "export: --to coq goes with a certificate only",
    "export C --to svg": "export: argument --to: 'svg' is not known; expected latex or pdf or coq",
    "export C --to word": "export: argument --to: 'word' is not known; expected latex or p",
    "export C --to pdf": "export: a PDF needs a file to go to; give -o FILE",
    "export C --to pdf --fragment -o c.pdf": (
        "export: --fragment goes with a certificate and --to latex only"
    ),
    "export none.json --to latex": "none.json: there is no such file",
    "export C --to latex -o none/c.tex": "none/c.tex: there is no such folder",
    "export P --to latex": "P: not exported: MALFORMED ",
}


@pytest.mark.parametrize("line", MORE, ids=lambda line: line or "nothing")
def test_bad_usage(run, kkt: Path, problem: Path, monkeypatch, line: str) -> None:
    monkeypatch.chdir(problem.parent)
    problem.rename("P")
    kkt.rename("C")
    ran = run(*line.split())
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint.startswith(MORE[line])
    assert sorted(os.listdir()) == ["C", "P"]


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "a\udcffb"], ids=["line", "escape", "byte"])
def test_a_name_cannot_break_the_line(run, tmp_path: Path, name: str) -> None:
    ran = run("analyze", tmp_path / name)
    assert ran.status == 2
    assert ran.complaint.isprintable()


def test_a_name_with_nul(run) -> None:
    for command in (["analyze"], ["verify"], ["export", "--to", "latex"]):
        assert run(*command, "a\0b").status == 2


def test_a_file_without_permission(run, problem: Path, monkeypatch) -> None:
    """As the system says it to anyone but root, who may read everything."""

    def refuse(self: Path, *_: object, **__: object) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    ran = run("analyze", problem)
    assert ran.status == 2
    assert "Permission denied" in ran.complaint


def test_internal_errors_say_so(run, problem: Path, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("0/0")

    monkeypatch.setattr("exactmargin.cli.problems.certify", broken)
    monkeypatch.delenv("EXACTMARGIN_TRACEBACK", raising=False)
    ran = run("certify", problem, "--claim", "kkt")
    assert (ran.status, ran.out) == (5, "")
    assert ran.complaint == (
        "internal error: ZeroDivisionError: 0/0; please report it "
        "(EXACTMARGIN_TRACEBACK=1 shows where it happened)"
    )
    monkeypatch.setenv("EXACTMARGIN_TRACEBACK", "1")
    ran = run("certify", problem, "--claim", "kkt")
    assert ran.status == 5
    assert "Traceback" in ran.err


def test_a_verdict_that_the_kernel_refuses_is_an_internal_error(run, problem, monkeypatch) -> None:
    monkeypatch.setattr(
        "exactmargin.decisions.feasible.infeasible_certificate",
        lambda problem: __import__("exactmargin").Certificate.about(
            problem, "infeasible", {"example": 1}
        ),
    )
    ran = run("analyze", problem)
    assert (ran.status, ran.out) == (5, "")
    assert "the kernel refuses the engine's evidence: REJECTED" in ran.complaint


def test_main_never_raises_for_arguments_of_the_process(monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["exactmargin", "nonesuch"])
    assert main() == 2
    assert capsys.readouterr().err.startswith("exactmargin: argument COMMAND: invalid choice")
