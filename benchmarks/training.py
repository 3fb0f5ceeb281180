"""Train a small homogeneous ReLU network far past separation, for `certify --claim kkt-exists`.

    python benchmarks/training.py iris -o iris.json
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

# sample: the two classes, hidden neurons, seed, steps for each b
RUNS = {
    "iris": ((1, 2), 6, 0, 40_000),
    "wine": ((0, 1), 3, 2, 12_000),
    "digits": ((3, 8), 3, 0, 4_000),
}
TEMPERATURES = (3, 10, 30, 100, 300, 1000, 3000, 10_000)


def sample(name: str) -> tuple[Floats, Floats]:
    """Standardised inputs, multiples of 1/1024 and so floats, and labels, without constant features."""
    import sklearn.datasets

    bunch: Any = getattr(sklearn.datasets, f"load_{name}")()
    classes = RUNS[name][0]
    kept = np.isin(bunch.target, classes)
    x = bunch.data[kept]
    x = x[:, x.std(0) > 0]
    y = np.where(bunch.target[kept] == classes[1], 1.0, -1.0)
    return np.round((x - x.mean(0)) / x.std(0) * 1024) / 1024, y


def train(x: Floats, y: Floats, width: int, seed: int, steps: int) -> tuple[Floats, Floats, Floats]:
    """W, v and the margins."""
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((width, x.shape[1])) * 0.1
    v = np.sign(rng.standard_normal(width)) * np.linalg.norm(W, axis=1)
    sizes = (x**2).sum(1)
    for b in TEMPERATURES:
        for _ in range(steps):
            z = x @ W.T
            on = z > 0
            h = np.where(on, z, 0)
            pulls = np.exp(np.minimum(-b * (y * (h @ v) - 1), 3))
            r = pulls * y
            dv, dW = v - h.T @ r, W - ((r[:, None] * v) * on).T @ x
            curvature = (pulls * ((h**2).sum(1) + ((on * v) ** 2).sum(1) * sizes)).sum()
            step = 1 / (1 + b * curvature)
            W, v = W - step * dW, v - step * dv
    return W, v, y * (np.maximum(x @ W.T, 0) @ v)


def main() -> None:
    """Train, say how far it got, write the problem."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sample", choices=RUNS)
    parser.add_argument("-o", dest="output", required=True)
    arguments = parser.parse_args()
    _, width, seed, steps = RUNS[arguments.sample]
    x, y = sample(arguments.sample)
    start = time.perf_counter()
    W, v, margins = train(x, y, width, seed, steps)
    print(
        f"{time.perf_counter() - start:.0f} s, least margin {margins.min():.6f}, {len(x)} examples"
    )
    network = fully_connected([x.shape[1], width, 1])
    values = [Q.coerce(str(Decimal(float(a)))) for a in (*W.ravel(), *v)]
    inputs = [[str(Decimal(repr(float(a)))) for a in row] for row in x]
    data = Dataset.over(Q, inputs, [int(label) for label in y])
    point = Parameters.from_flat(network, values)
    write_problem(Problem(arguments.sample, Q, network, data, MaxMargin(), point), arguments.output)


if __name__ == "__main__":
    main()
