"""``convert``: a trained network in, a problem file out that the other commands take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from exactmargin import LayerMaxMargin, read_problem

MODELS = Path(__file__).resolve().parents[1] / "formats" / "models"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The point of V Theorem 3.2 as a trained network, its sample in the same file."""
    path = tmp_path / "model.npz"
    np.savez(
        path,
        W1=np.array([[0, 2], [0, 0]], dtype=np.float32),
        W2=np.array([[2, 0]], dtype=np.float32),
        inputs=np.array([[1, 0.25], [-1, 0.25]]),
        labels=np.array([1, 1]),
    )
    return path


def test_a_trained_network_is_analyzed(
    run: Callable[..., Any], model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "problem.json"
    done = run("convert", model, "-o", path)
    assert (done.status, done.err) == (0, "")
    assert done.out == f"{path}: widths 2-2-1, 6 parameters, 2 examples, exact\n"
    assert read_problem(path).name == "model.npz"
    verdicts = run("analyze", path, "--json").json["verdicts"]
    assert {name: verdict["verdict"] for name, verdict in verdicts.items()} == {
        "feasible": "yes",
        "kkt": "yes",
        "local_minimum": "no",
        "global_minimum": "no",
    }


def test_stdout_takes_the_file_itself(run: Callable[..., Any], model: Path, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    run("convert", model, "-o", path, "--name", "n")
    done = run("convert", model, "-o", "-", "--name", "n")
    assert (done.status, done.out) == (0, path.read_text(encoding="ascii"))


def test_options_reach_the_problem(run: Callable[..., Any], tmp_path: Path) -> None:
    sample, path = tmp_path / "sample.csv", tmp_path / "problem.json"
    sample.write_text("0.1,0,1,1\n-1,2,0,-1\n", encoding="ascii")
    words = ("convert", MODELS / "mlp.onnx", "--data", sample, "-o", path)
    layer = ("--objective", "layer-max-margin", "--layer", 2)
    assert run(*words, *layer, "--negative-slope", "1/10").status == 0
    problem = read_problem(path)
    assert problem.objective == LayerMaxMargin(2)
    assert problem.network.negative_slope == fmpq(1, 10)
    assert problem.data.inputs[0] == (fmpq(1, 10), fmpq(0), fmpq(1))
    assert run(*words).status == 0
    assert read_problem(path).network.negative_slope == fmpq(13421773, 2**27)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "convert: the following arguments are required: -o; 'exactmargin convert --help'"),
        (["-o", "p", "--objective", "x"], 'convert: objective.kind: "x" is not known; supported'),
        (
            ["-o", "p", "--objective", "layer-max-margin"],
            'convert: objective: the key "layer" is missing\n',
        ),
        (
            ["-o", "p", "--layer", "1"],
            'convert: objective: unknown key "layer"; expected "kind", or a key that begins',
        ),
        (
            ["-o", "p", "--input-shape", "1,0"],
            "convert: argument --input-shape: '1,0' is not a shape such as 784 or 1,28,28;",
        ),
        (
            ["-o", "p", "--negative-slope", "1e-2"],
            "negative slope: '1e-2' is not a rational number; write",
        ),
        (
            ["-o", "p", "--negative-slope", "0.2", "--data", "missing.csv"],
            "missing.csv: there is no such file\n",
        ),
        (["-o", "missing/p"], "missing/p: no such folder\n"),
    ],
)
def test_misuse_is_one_sentence(
    words: list[str], complaint: str, run: Callable[..., Any], model: Path
) -> None:
    done = run("convert", model, *words)
    assert (done.status, done.out) == (2, "")
    assert f"{done.complaint}\n".startswith(complaint)


def test_a_model_that_is_refused_has_status_two(run: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, W1=[[np.inf]], inputs=[[1.0]], labels=[1])
    done = run("convert", path, "-o", tmp_path / "problem.json")
    assert (done.status, done.out) == (2, "")
    assert done.complaint == f"{path}: W1[0][0]: inf is not a finite number"
    assert not (tmp_path / "problem.json").exists()
