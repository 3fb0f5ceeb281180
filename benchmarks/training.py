"""Train a small homogeneous ReLU network far past separation, for `certify --claim kkt-exists`.

    python benchmarks/training.py iris -o iris.json
    python benchmarks/training.py iris --hidden 6 4 -o iris-6-4.json
    exactmargin certify iris.json --claim kkt-exists -o proof.json

Needs scikit-learn for the samples (the extra `examples`); the training itself is NumPy. On the
exponential loss gradient flow on a homogeneous network converges in direction to a KKT point of
the margin problem (V Thm 2.1), but only logarithmically in time. Descending |theta|^2 / 2 +
sum_i exp(-b (m_i - 1)) / b with growing b follows the same directions, with time for each norm:
at its critical points theta = sum_i lambda_i y_i grad Phi_i, where lambda_i = exp(-b (m_i - 1)), so
the active margins tend to 1.
"""

import argparse
import time
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
# sample and hidden widths: seed, steps for each b; the first of a sample is its default
RUNS = {
    ("iris", 6): (0, 40_000),
    ("wine", 3): (2, 12_000),
    ("digits", 3): (0, 4_000),
    ("iris", 6, 4): (2, 20_000),
}
TEMPERATURES = (3, 10, 30, 100, 300, 1000, 3000, 10_000)


def sample(name: str) -> tuple[Floats, Floats]:
    """Standardised inputs with three decimals, and labels; constant features are left out."""
    import sklearn.datasets

    bunch: Any = getattr(sklearn.datasets, f"load_{name}")()
    classes = CLASSES[name]
    kept = np.isin(bunch.target, classes)
    x = bunch.data[kept]
    x = x[:, x.std(0) > 0]
    y = np.where(bunch.target[kept] == classes[1], 1.0, -1.0)
    return np.round((x - x.mean(0)) / x.std(0), 3), y


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


def main() -> None:
    """Train, say how far it got, write the problem."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sample", choices=CLASSES)
    parser.add_argument("--hidden", type=int, nargs="+", help="the hidden widths")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--steps", type=int, help="for each b")
    parser.add_argument("-o", dest="output", required=True)
    arguments = parser.parse_args()
    name = arguments.sample
    hidden = arguments.hidden or next(list(run[1:]) for run in RUNS if run[0] == name)
    seed, steps = RUNS.get((name, *hidden), (0, 20_000))
    seed = seed if arguments.seed is None else arguments.seed
    steps = arguments.steps or steps
    x, y = sample(name)
    sizes, begin = [x.shape[1], *hidden, 1], time.perf_counter()
    weights, margins = train(x, y, start(sizes, seed), steps)
    print(
        f"{time.perf_counter() - begin:.0f} s, least margin {margins.min():.6f}, {len(x)} examples"
    )
    network = fully_connected(sizes)
    values = [Q.coerce(f"{a:.20f}") for W in weights for a in W.ravel()]
    inputs = [[str(Decimal(repr(float(a)))) for a in row] for row in x]
    data = Dataset.over(Q, inputs, [int(label) for label in y])
    point = Parameters.from_flat(network, values)
    write_problem(Problem(name, Q, network, data, MaxMargin(), point), arguments.output)


if __name__ == "__main__":
    main()
