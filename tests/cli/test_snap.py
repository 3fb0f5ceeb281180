"""snap: what it says of a trained network, and the point that it writes."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.kernel.certificates import SAMPLES

TRAINED = Path(__file__).resolve().parents[1] / "trained"


def test_a_trained_network(run: Any, tmp_path: Path) -> None:
    point, proof = tmp_path / "point.json", tmp_path / "proof.json"
    done = run("snap", TRAINED / "wine.json", "-o", point, "--certificate", proof)
    lines = done.out.splitlines()
    assert done.status == 0
    assert lines[0] == (
        "An exact KKT point is within 0.00337 of 0.999977 times the parameters, in each of them."
    )
    assert lines[1].endswith("kinks at active examples: 5.")
    assert "It is a local minimum." in lines
    assert run("verify", proof, "--problem", TRAINED / "wine.json").status == 0
    # the point that it wrote is next to the KKT point: snapped again, it hardly moves
    again = tmp_path / "again.json"
    assert run("snap", point, "--certificate", again).status == 0
    evidence = json.loads(again.read_text())["evidence"]
    assert Fraction(evidence["distance"]) < Fraction(1, 10**12)


def test_a_network_of_two_hidden_layers(run: Any) -> None:
    done = run("snap", TRAINED / "concave-kinks.json")
    lines = done.out.splitlines()
    assert done.status == 0
    assert lines[1] == (
        "Active examples: 4; neurons that are not zero: 6; kinks at active examples: 7."
    )
    assert any(line.startswith("Layer 2, unit 1: kinks at examples ") for line in lines)
    assert lines[-1] == "It is a local minimum."


def test_unknown_says_why(run: Any, tmp_path: Path) -> None:
    problem = json.loads((TRAINED / "iris.json").read_text())
    weights = problem["parameters"]["weights"]
    problem["parameters"]["weights"] = [["0"] * len(weights[0]), weights[1]]
    path = tmp_path / "zero.json"
    path.write_text(json.dumps(problem))
    done = run("snap", path)
    assert done.status == 3
    assert "an example has no positive margin" in done.err


def test_a_zero_neuron_that_would_grow(run: Any, tmp_path: Path) -> None:
    """The zero neuron reads 2 where the live one reads 1."""
    path = tmp_path / "zero.json"
    about = SAMPLES["kkt-exists, zero neuron that grows"]["problem"]
    path.write_text(json.dumps({"format": "exactmargin/problem@1", "name": "", **about}))
    done = run("snap", path)
    assert done.status == 0
    assert done.out.splitlines()[-1] == (
        "It is not a local minimum: unit 2 is zero, and the norm decreases as it grows."
    )
