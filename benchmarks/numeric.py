"""Times the fast path, and compares it with PyTorch where that is installed.

    python benchmarks/numeric.py [--points 100000] [--sizes 125 250 500 1000] [--steps 200]

`forward`: a network of ACAS-Xu's shape (5-50-50-50-50-50-50-5, biases), one exact forward pass, and
the certified signatures of random points. `residual`: two layers, n neurons and n examples of 784
inputs (synthetic: normal, with the signs of a random linear function), trained from a small start
by some steps of normalised gradient descent on the exponential loss; then `enclose_kkt` over all
examples whose margin is at most twice the least. Peak memory is that of the process. `kinks`: small
integers, so that many pre-activations are exactly zero. `torch`: gradients of random networks
against autograd, and what it says at kinks.
"""

import argparse
import resource
import time
from typing import Any

import numpy as np

from exactmargin.numeric import (
    ExactNetwork,
    FloatNetwork,
    back_propagate,
    enclose_kkt,
    forward_pass,
    signatures,
)

DIMENSION = 784


def timed(function: Any, *arguments: Any, **options: Any) -> tuple[float, Any]:
    """Seconds and the result."""
    start = time.perf_counter()
    result = function(*arguments, **options)
    return time.perf_counter() - start, result


def peak() -> float:
    """Of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def random_network(rng: np.random.Generator, widths: list[int], bias: bool) -> FloatNetwork:
    """Normal weights of the usual scale."""
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    weights = [rng.standard_normal(shape) / np.sqrt(shape[1]) for shape in shapes]
    return FloatNetwork.dense(
        weights, [rng.standard_normal(rows) / 10 for rows, _ in shapes] if bias else None
    )


def forward(points: int) -> None:
    """Exact passes and signatures of an ACAS-Xu-sized network."""
    rng = np.random.default_rng(0)
    network = random_network(rng, [5, *[50] * 6, 5], bias=True)
    inputs = rng.standard_normal((points, 5))
    weights = sum(W.size for W in network.weights)
    exact = ExactNetwork(network)
    first, *passes = (1000 * timed(exact.forward, x)[0] for x in inputs[:200])
    print(f"ACAS-Xu shape, {weights} weights: exact forward pass {np.median(passes):.2f} ms,")
    print(f"  worst {max(passes):.2f}; the first, which makes the integers, {first:.1f} ms")
    seconds, found = timed(signatures, network, inputs)
    print(f"signatures of {points} points: {seconds:.1f} s, {found.recomputed} recomputed exactly")
    grid = np.round(inputs[: points // 10])
    coarse = FloatNetwork.dense([np.round(4 * W) for W in network.weights])
    seconds, found = timed(signatures, coarse, grid)
    print(
        f"signatures of {len(grid)} points, small integers, no biases: {seconds:.1f} s, "
        f"{found.recomputed} recomputed exactly, {sum(int(np.sum(s == 0)) for s in found.signs)} "
        "zeros"
    )


def trained(rng: np.random.Generator, n: int, steps: int) -> tuple[FloatNetwork, Any, Any]:
    """Two layers, and n examples of the signs of a linear function."""
    inputs = rng.standard_normal((n, DIMENSION))
    labels = np.where(inputs @ rng.standard_normal(DIMENSION) > 0, 1, -1)
    W = 0.01 * rng.standard_normal((n, DIMENSION)) / 28
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


def residual(sizes: list[int], steps: int) -> None:
    """The growth table."""
    rng = np.random.default_rng(1)
    print(
        "| neurons = examples | parameters | candidates | λ > 0 | ε / ‖θ‖ | width of ε | s | GiB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for n in sizes:
        network, inputs, labels = trained(rng, n, steps)
        seconds, found = timed(enclose_kkt, network, inputs, labels)
        assert found.plain is not None, found.reason
        low, high = found.plain.epsilon
        print(
            f"| {n} | {n * (DIMENSION + 1)} | {found.candidates} | "
            f"{int(np.sum(found.plain.multipliers > 0))} | {high / found.norm.low:.4f} | "
            f"{high - low:.1e} | {seconds:.1f} | {peak():.2f} |"
        )


def kinks() -> None:
    """Residuals with the kinks' freedom and without."""
    rng = np.random.default_rng(2)
    for n in (10, 30, 100):
        W, v = rng.integers(-3, 4, (n, 20)), rng.integers(1, 4, (1, n))
        inputs = rng.integers(-2, 3, (n, 20)).astype(np.float64)
        labels = np.sign(np.maximum(inputs @ W.T, 0) @ v.T)[:, 0]
        network = FloatNetwork.dense([W, v])
        keep = labels != 0
        seconds, found = timed(enclose_kkt, network, inputs[keep], labels[keep], slack=100.0)
        assert found.plain is not None
        assert found.clarke is not None
        fixed, free = found.plain.epsilon.high, found.clarke.epsilon.high
        print(
            f"{n} neurons, {int(np.sum(keep))} examples, {found.kinks} kinks: ε {fixed:.6f} with "
            f"slope 0 at kinks, {free:.6f} with their freedom, {seconds:.1f} s"
        )


def with_torch() -> None:
    """Autograd's numbers away from kinks, and at one."""
    try:
        import torch
    except ImportError:
        print("torch is not installed: nothing compared")
        return
    rng = np.random.default_rng(3)
    worst = outside = 0.0
    for _ in range(200):
        widths = [int(w) for w in rng.integers(2, 30, int(rng.integers(2, 6)))]
        network = random_network(rng, [*widths, 1], bias=bool(rng.integers(2)))
        inputs = rng.standard_normal((4, widths[0]))
        ours = back_propagate(network, forward_pass(network, inputs))
        theirs = autograd(torch, network, inputs)
        for l, gradient in enumerate(theirs):
            mine = ours.deltas[l][:, :, None] * ours.inputs[l][:, None, :]
            distance = np.abs(mine.middle - gradient)
            worst = max(worst, float(np.max(distance / (1e-300 + np.max(np.abs(gradient))))))
            slip = 1e-13 * np.max(np.abs(gradient))  # autograd has no bounds of its own
            outside = max(outside, float(np.max(distance - mine.radii - slip)))
    print(f"torch {torch.__version__}, 200 networks: gradients differ by {worst:.1e} relatively,")
    print(f"  and lie outside of our enclosures by {max(outside, 0.0):.1e} beyond 1e-13")
    at_a_kink(torch)
    tensors = torch.tensor(inputs), torch.ones(4)
    same = signatures(network, tensors[0])
    print(f"  signatures of a tensor: {all_equal(same, signatures(network, inputs))}")


def all_equal(a: Any, b: Any) -> bool:
    """Whether two signatures are the same."""
    return all(bool(np.all(x == y)) for x, y in zip(a.signs, b.signs, strict=True))


def autograd(torch: Any, network: FloatNetwork, inputs: Any) -> list[Any]:
    """∂Φ/∂W_l for each input, (N, d_l, d_(l-1))."""
    weights = [torch.tensor(W, requires_grad=True) for W in network.weights]
    result: list[list[Any]] = [[] for _ in weights]
    for x in inputs:
        h = torch.tensor(x)
        for l, W in enumerate(weights):
            bias = network.biases[l]
            h = W @ (torch.relu(h) if l else h)
            h = h if bias is None else h + torch.tensor(bias)
        for part, gradient in zip(result, torch.autograd.grad(h[0], weights), strict=True):
            part.append(gradient.numpy())
    return [np.array(part) for part in result]


def at_a_kink(torch: Any) -> None:
    """docs/numeric.md: what autograd says of |w| - like functions at 0, and of a KKT point."""
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.relu(w) - torch.relu(-w), w)
    print(f"  d/dw (relu(w) - relu(-w)) at 0: autograd {slope.item():g}, truth 1")
    network = FloatNetwork.dense([[[1, 0], [0, 1]], [[1, 1]]])
    inputs, labels = np.array([[1.0, -0.5], [0.0, 1.0]]), np.array([1, 1])
    columns = [
        np.concatenate([part[i].reshape(-1) for part in autograd(torch, network, inputs)])
        for i in range(2)
    ]
    theta = np.concatenate([W.reshape(-1) for W in network.weights])
    best = min(
        float(np.linalg.norm(theta - a * columns[0] - b * columns[1]))
        for a in np.linspace(0, 2, 201)
        for b in np.linspace(0, 2, 201)
    )
    found = enclose_kkt(network, inputs, labels)
    assert found.clarke is not None
    print(
        f"  a KKT point on a kink: residual of autograd's gradients {best:.4f}, with the kink's "
        f"freedom at most {found.clarke.epsilon.high:.1e}"
    )


def main() -> None:
    """Print all figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--points", type=int, default=100_000)
    options.add_argument("--sizes", type=int, nargs="*", default=[125, 250, 500, 1000])
    options.add_argument("--steps", type=int, default=200)
    given = options.parse_args()
    forward(given.points)
    residual(given.sizes, given.steps)
    kinks()
    with_torch()


if __name__ == "__main__":
    main()
