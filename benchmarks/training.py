"""Train a small homogeneous ReLU network far past separation, for `certify --claim kkt-exists`.

    python -m benchmarks.training iris -o iris.json
    python -m benchmarks.training iris-6-4 -o iris-6-4.json
    exactmargin certify iris.json --claim kkt-exists -o proof.json
    python -m benchmarks.training --into docs/training.md

Needs scikit-learn for the samples (the extra `examples`); the training itself is NumPy. On the
exponential loss gradient flow on a homogeneous network converges in direction to a KKT point of
the margin problem (V Thm 2.1), but only logarithmically in time. Descending |theta|^2 / 2 +
sum_i exp(-b (m_i - 1)) / b with growing b follows the same directions, with time for each norm:
at its critical points theta = sum_i lambda_i y_i grad Phi_i, where lambda_i = exp(-b (m_i - 1)), so
the active margins tend to 1.  The last command trains and certifies all samples, and writes the
table of the docs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import table, write_figures
from exactmargin import (
    Dataset,
    MaxMargin,
    Parameters,
    Problem,
    Q,
    fully_connected,
    write_problem,
)

Floats = NDArray[np.float64]

CLASSES = {"iris": (1, 2), "wine": (0, 1), "digits": (3, 8)}
# problem: sample, hidden widths, seed, steps for each b
RUNS = {
    "iris": ("iris", (6,), 0, 40_000),
    "wine": ("wine", (3,), 2, 12_000),
    "digits": ("digits", (3,), 0, 4_000),
    "iris-6-4": ("iris", (6, 4), 2, 20_000),
}
TITLES = {
    "iris": "iris, versicolor and virginica",
    "wine": "wine, cultivars 0 and 1",
    "digits": "digits, 3 and 8",
}
HEAD = (
    "sample, two classes|examples × inputs|hidden neurons|trained in|active|kinks|distance|"
    "local minimum|certified in"
)
TEMPERATURES = (3, 10, 30, 100, 300, 1000, 3000, 10_000)


def sample(name: str) -> tuple[Floats, Floats]:
    """Standardised inputs, as multiples of 1/1024 (so floats), and labels.

    Constant features are left out.
    """
    import sklearn.datasets

    bunch: Any = getattr(sklearn.datasets, f"load_{name}")()
    classes = CLASSES[name]
    kept = np.isin(bunch.target, classes)
    x = bunch.data[kept]
    x = x[:, x.std(0) > 0]
    y = np.where(bunch.target[kept] == classes[1], 1.0, -1.0)
    return np.round((x - x.mean(0)) / x.std(0) * 1024) / 1024, y


def start(sizes: list[int], seed: int) -> list[Floats]:
    """The weights of the layers. Behind several hidden layers no unit starts off: the weights
    between them are positive, and those of the output have either sign in turn."""
    rng = np.random.default_rng(seed)
    if len(sizes) == 3:
        W = rng.standard_normal((sizes[1], sizes[0])) * 0.1
        return [W, (np.sign(rng.standard_normal(sizes[1])) * np.linalg.norm(W, axis=1))[None, :]]
    weights = [rng.standard_normal((after, before)) * 0.3 for before, after in pairwise(sizes)]
    signs = np.where(np.arange(sizes[-2]) % 2, -1, 1)
    return [weights[0], *map(np.abs, weights[1:-1]), np.abs(weights[-1]) * signs]


def train(x: Floats, y: Floats, weights: list[Floats], steps: int) -> tuple[list[Floats], Floats]:
    """The weights after so many steps for each b, and the margins."""
    for b in TEMPERATURES:
        for _ in range(steps):
            h, phi = forward(x, weights)
            pulls = np.exp(np.minimum(-b * (y * phi - 1), 3))
            back, sizes = np.ones((len(y), 1)), np.zeros(len(y))
            moved: list[Floats] = []
            for W, below in zip(weights[::-1], h[::-1], strict=True):
                moved.insert(0, W - (back * (pulls * y)[:, None]).T @ below)
                sizes += (back**2).sum(1) * (below**2).sum(1)
                back = (back @ W) * (below > 0)
            step = 1 / (1 + b * (pulls * sizes).sum())
            weights = [W - step * d for W, d in zip(weights, moved, strict=True)]
    return weights, y * forward(x, weights)[1]


def forward(x: Floats, weights: list[Floats]) -> tuple[list[Floats], Floats]:
    """The inputs of all layers, and the outputs."""
    h = [x]
    for W in weights[:-1]:
        h.append(np.maximum(h[-1] @ W.T, 0))
    return h, (h[-1] @ weights[-1].T)[:, 0]


def write_trained(name: str, path: str | Path) -> tuple[float, Floats]:
    """Train, say how far it got, write the problem; the seconds and the inputs."""
    of, hidden, seed, steps = RUNS[name]
    x, y = sample(of)
    sizes, begin = [x.shape[1], *hidden, 1], time.perf_counter()
    weights, margins = train(x, y, start(sizes, seed), steps)
    seconds = time.perf_counter() - begin
    print(f"{name}: {seconds:.0f} s, least margin {margins.min():.6f}, {len(x)} examples")
    network = fully_connected(sizes)
    values = [Q.coerce(f"{a:.20f}") for W in weights for a in W.ravel()]
    inputs = [[str(Decimal(float(a))) for a in row] for row in x]
    data = Dataset.over(Q, inputs, [int(label) for label in y])
    point = Parameters.from_flat(network, values)
    write_problem(Problem(name, Q, network, data, MaxMargin(), point), path)
    return seconds, x


def row(name: str, folder: Path) -> list[str]:
    """Train and certify one sample: its row of the table."""
    problem, proof = folder / f"{name}.json", folder / f"{name}-proof.json"
    trained, x = write_trained(name, problem)
    words = ["certify", str(problem), "--claim", "kkt-exists", "-o", str(proof)]
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "exactmargin", *words], check=True)
    seconds = time.perf_counter() - start
    evidence = json.loads(proof.read_text())["evidence"]
    layers = evidence.get("layers") or [evidence["units"]]
    kinks = sum(len(unit["kinks"]) for units in layers for unit in units)
    hidden = ", ".join(map(str, RUNS[name][1]))
    distance = float(Fraction(evidence["distance"]))
    return [
        *(TITLES[RUNS[name][0]], f"{x.shape[0]} × {x.shape[1]}", hidden, f"{trained:.0f} s"),
        *(str(len(evidence["active"])), str(kinks), f"{distance:.3g}"),
        *(evidence["local_minimum"], f"{seconds:.1f} s"),
    ]


def main() -> None:
    """One problem, or the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sample", choices=RUNS, nargs="?")
    parser.add_argument("-o", dest="output")
    parser.add_argument("--into", type=Path)
    given = parser.parse_args()
    if bool(given.into) == bool(given.sample and given.output):
        parser.error("give a sample and -o, or --into")
    if given.sample:
        write_trained(given.sample, given.output)
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(name, Path(folder)) for name in RUNS]
    how = f"wall time, {os.cpu_count()} cores, start-up and the kernel's check included"
    write_figures(given.into, "training.py", how, table([HEAD.split("|"), *rows]))


if __name__ == "__main__":
    main()
