"""Times the fast path: the figures of docs/numeric.md.

    python -m benchmarks.numeric [--points 100000] [--sizes 125 250 500 1000] [--steps 200]
                                 [--into docs/numeric.md]

`forward`: a network of ACAS-Xu's shape (5-50-50-50-50-50-50-5, biases), one exact forward pass, and
the certified signatures of random points, some of them of small integers, so that many
pre-activations are exactly zero. `kinks`: three layers of small integers and the cells at their
kinks. `residual`: two layers, n neurons and n examples of 784 inputs (synthetic: normal, with the
signs of a random linear function), trained from a small start by some steps of normalised gradient
descent on the exponential loss; then `enclose_kkt` over all examples whose margin is at most twice
the least. Peak memory is that of the process. `files`: the command line on such networks.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import table, write_figures
from exactmargin.numeric import ExactNetwork, FloatNetwork, enclose_kkt, signatures

DIMENSION = 784
GROWTH = [
    "Two layers, n neurons and n synthetic examples of 784 inputs; all examples with at most twice",
    "the least margin are candidates. Seconds and peak memory of `enclose_kkt`:",
]
Row = list[str]


def timed(function: Any, *arguments: Any, **options: Any) -> tuple[float, Any]:
    """Seconds and the result."""
    start = time.perf_counter()
    result = function(*arguments, **options)
    return time.perf_counter() - start, result


def peak() -> float:
    """Of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def command(*words: str | Path) -> tuple[float, float]:
    """Seconds and GiB of one call of exactmargin."""
    start = time.perf_counter()
    call = [sys.executable, "-m", "exactmargin", *map(str, words)]
    child = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(call)} ended with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 2**20


def random_network(rng: np.random.Generator, widths: list[int], bias: bool) -> FloatNetwork:
    """Normal weights of the usual scale."""
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    weights = [rng.standard_normal(shape) / np.sqrt(shape[1]) for shape in shapes]
    return FloatNetwork.dense(
        weights, [rng.standard_normal(rows) / 10 for rows, _ in shapes] if bias else None
    )


def forward(points: int) -> list[Row]:
    """Exact passes and signatures of an ACAS-Xu-sized network."""
    rng = np.random.default_rng(0)
    network = random_network(rng, [5, *[50] * 6, 5], bias=True)
    inputs = rng.standard_normal((points, 5))
    weights = sum(W.size for W in network.weights)
    exact = ExactNetwork(network)
    first, *passes = (1000 * timed(exact.forward, x)[0] for x in inputs[:200])
    seconds, found = timed(signatures, network, inputs)
    grid = np.round(inputs[: points // 10])
    coarse = FloatNetwork.dense([np.round(4 * W) for W in network.weights])
    slow, zeros = timed(signatures, coarse, grid)
    return [
        [
            f"ACAS-Xu's shape, 5-50-50-50-50-50-50-5, {weights} weights: one exact forward pass",
            f"{np.median(passes):.1f} ms; the first, which makes the integers, {first:.0f} ms",
        ],
        [
            f"certified signatures of {points} points",
            f"{seconds:.1f} s, {found.recomputed} recomputed",
        ],
        [
            f"{len(grid)} points of a network of small integers, many with a zero by cancellation",
            f"{slow:.1f} s, {zeros.recomputed} recomputed exactly, "
            f"{sum(int(np.sum(s == 0)) for s in zeros.signs)} zeros",
        ],
    ]


def kinks() -> list[Row]:
    """Two hidden layers, kinks in both."""
    rng, rows = np.random.default_rng(2), []
    for width in (10, 20, 40):
        shapes = [(width, width // 2), (width, width), (1, width)]
        network = FloatNetwork.dense([rng.integers(-1, 2, shape) for shape in shapes])
        inputs = rng.integers(-1, 2, (20, width // 2)).astype(np.float64)
        exact = ExactNetwork(network)
        labels = np.array([np.sign(float(exact.forward(x).output[0])) for x in inputs])
        keep = labels != 0
        seconds, found = timed(enclose_kkt, network, inputs[keep], labels[keep], slack=100.0)
        rows.append(
            [
                f"{width // 2}-{width}-{width}-1, weights -1, 0, 1: the cells at {found.kinks} "
                f"zeros of {found.candidates} examples",
                f"{seconds:.1f} s, {len(found.clarke.cells)} cells in use",
            ]
        )
    return rows


def trained(
    rng: np.random.Generator, n: int, dimension: int, steps: int
) -> tuple[FloatNetwork, Any, Any]:
    """Two layers, and n examples of the signs of a linear function."""
    inputs = rng.standard_normal((n, dimension))
    labels = np.where(inputs @ rng.standard_normal(dimension) > 0, 1, -1)
    W = 0.01 * rng.standard_normal((n, dimension)) / 28
    v = np.sign(rng.standard_normal(n)) * np.linalg.norm(W, axis=1)
    for step in range(steps):
        z = inputs @ W.T
        h = np.maximum(z, 0)
        margins = labels * (h @ v)
        pull = np.exp(np.min(margins) - margins) * labels
        pull /= np.sum(np.abs(pull))
        dv = h.T @ pull
        dW = ((pull[:, None] * v) * (z > 0)).T @ inputs
        size = np.sqrt((np.sum(W * W) + np.sum(v * v)) / (np.sum(dW * dW) + np.sum(dv * dv)))
        rate = 0.1 / (1 + step / 100) * size
        W, v = W + rate * dW, v + rate * dv
    return FloatNetwork.dense([W, v[None, :]]), inputs, labels


def residual(sizes: list[int], steps: int) -> list[Row]:
    """The growth table."""
    rng = np.random.default_rng(1)
    head = "neurons, examples|parameters|candidates|λ > 0|ε/‖θ‖|width of ε|s|GiB"
    rows = [head.split("|")]
    for n in sizes:
        network, inputs, labels = trained(rng, n, DIMENSION, steps)
        seconds, found = timed(enclose_kkt, network, inputs, labels)
        assert found.plain is not None, found.reason
        low, high = found.plain.epsilon
        used = int(np.sum(found.plain.multipliers > 0))
        cells: list[object] = [n, n * (DIMENSION + 1), found.candidates, used]
        cells += [f"{high / found.norm.low:.4f}", f"{high - low:.1e}"]
        rows.append([*map(str, cells), f"{seconds:.1f}", f"{peak():.2f}"])
        print(*rows[-1], sep="  ", flush=True)
    return rows


def files(size: int, steps: int) -> list[Row]:
    """The command line, from arrays to enclosures and to a certificate."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n, dimension, act in (
            (size, DIMENSION, ["analyze", folder / "p.json", "--numeric", "--slack", "1000"]),
            (100, 100, ["certify", folder / "p.json", "--claim", "approximate-kkt"]),
        ):
            network, inputs, labels = trained(np.random.default_rng(3), n, dimension, steps)
            W, v = network.weights
            model = folder / "model.npz"
            np.savez(model, W1=W, W2=v, inputs=inputs, labels=labels)
            converted = command("convert", model, "-o", folder / "p.json")
            done = command(*act)
            megabytes = (folder / "p.json").stat().st_size / 1e6
            rows += [
                [
                    f"`convert` of {n} neurons, {dimension} inputs, {n} examples",
                    f"{converted[0]:.0f} s, {converted[1]:.2f} GiB, {megabytes:.0f} MB",
                ],
                [
                    f"`{' '.join(map(str, [act[0], *act[2:]]))}` on it",
                    f"{done[0]:.0f} s, {done[1]:.2f} GiB",
                ],
            ]
    return rows


def main() -> None:
    """Take all figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--points", type=int, default=100_000)
    options.add_argument("--sizes", type=int, nargs="+", default=[125, 250, 500, 1000])
    options.add_argument("--steps", type=int, default=200)
    options.add_argument("--into", type=Path)
    given = options.parse_args()
    sections: list[Callable[[], list[Row]]] = [
        lambda: forward(given.points),
        kinks,
        lambda: files(max(given.sizes), given.steps),
    ]
    facts = [["", ""]]
    for section in sections:
        rows = section()
        print(*(": ".join(row) for row in rows), sep="\n", flush=True)
        facts += rows
    growth = residual(given.sizes, given.steps)
    if given.into:
        lines = [*table(facts), "", *GROWTH, "", *table(growth)]
        write_figures(given.into, "numeric.py", f"wall time, {os.cpu_count()} cores", lines)


if __name__ == "__main__":
    main()
