"""Times the decision "global minimum" as problems grow, and counts what stays unknown.

    python -m benchmarks.global_minima [--limit SECONDS] [--seeds N] [--linear]

Run it where the folders `benchmarks` and `tests` are. ReLU networks with one hidden layer at KKT
points that are constructed (tests/laws/kkt_points.py; many are global minima) and at random
feasible points (hardly any are): answers, mean and greatest seconds, mean certificate size, and
the kernel's share of the time. `--linear`: the support vector machine and the vertices instead.
"""

import argparse
import random
from collections import Counter
from fractions import Fraction
from time import perf_counter

from exactmargin.data import Dataset
from exactmargin.decisions import Budget
from exactmargin.decisions.global_minimum import global_minimum
from exactmargin.exact import Q, sign
from exactmargin.networks import Parameters, diagonal, fully_connected
from exactmargin.problems import MaxMargin, Problem
from tests.laws.kkt_points import kkt_point

SHAPES = [(1, 1, 3), (2, 2, 3), (2, 2, 6), (3, 3, 6), (3, 4, 8), (4, 4, 8), (4, 6, 10), (5, 8, 12)]


def constructed(seed, d, neurons, n):
    """A KKT point with up to this many neurons, or None."""
    rng = random.Random(seed)
    moving = rng.randint(1, neurons)
    return kkt_point(rng, d=d, moving=moving, zero=neurons - moving, n=n, kinks=0.2)


def scattered(seed, d, neurons, n):
    """A random point, scaled until it is feasible; labels are those that it gives, or None."""
    rng = random.Random(seed)
    network = fully_connected([d, neurons, 1])
    flat = [Q.coerce(rng.randint(-3, 3)) for _ in range(network.parameter_count)]
    inputs = [[rng.randint(-5, 5) for _ in range(d)] for _ in range(n)]
    point, data = Parameters.from_flat(network, flat), Dataset.over(Q, inputs, [1] * n)
    margins = Problem("draft", Q, network, data, MaxMargin(), point).margins()
    kept = [i for i in range(n) if margins[i]]
    if not kept:
        return None
    factor = max(1, *(1 / abs(margins[i]) for i in kept))
    flat[: network.layers[0].block_length] = [
        value * factor for value in flat[: network.layers[0].block_length]
    ]
    data = Dataset.over(Q, [inputs[i] for i in kept], [sign(margins[i]) for i in kept])
    return Problem("scattered", Q, network, data, MaxMargin(), Parameters.from_flat(network, flat))


def timed(problem, limit):
    """The verdict, its seconds, and those of the kernel among them."""
    start = perf_counter()
    verdict = global_minimum(problem, Budget(limit))
    seconds = perf_counter() - start
    if verdict.certificate is None:
        return verdict, seconds, 0.0
    start = perf_counter()
    verdict.certificate.outcome()
    return verdict, seconds, perf_counter() - start


def time_searches(seeds, limit, shown):
    """One line for each shape and kind of point."""
    print(
        f"{'points':11} {'d':>2} {'K':>2} {'n':>3}  yes  no unknown {'mean s':>7} {'max s':>7}",
        end="",
    )
    print(f" {'kernel s':>8} {'kB':>7}")
    for shape in SHAPES:
        for make in (constructed, scattered):
            answers, times, kernel, sizes = Counter(), [], [], []
            for seed in range(seeds):
                problem = make(seed, *shape)
                if problem is None:
                    continue
                verdict, seconds, checked = timed(problem, limit)
                answers[verdict.answer.value] += 1
                times.append(seconds)
                kernel.append(checked)
                if verdict.certificate is not None:
                    sizes.append(len(verdict.certificate.text()) / 1000)
                elif shown:
                    print(f"  seed {seed}: {verdict.reason}")
            if times:
                counts = "".join(f"{answers[a]:5}" for a in ("yes", "no", "unknown"))
                means = f"{sum(times) / len(times):7.2f} {max(times):7.2f} {max(kernel):8.2f}"
                size = sum(sizes) / max(1, len(sizes))
                name = make.__name__
                sizes_of = f"{shape[0]:2} {shape[1]:2} {shape[2]:3}"
                print(f"{name:11} {sizes_of} {counts}    {means} {size:7.1f}")


def time_linear(limit):
    """Fully connected linear networks of growing data, then diagonal ones."""
    print(f"{'network':22} {'n':>4} {'d':>3} {'answer':>8} {'s':>8}")
    for n, d in ((10, 5), (50, 10), (100, 20), (200, 20), (200, 50)):
        rng = random.Random(n)
        inputs = [[rng.randint(1, 9) + 5 * (j == 0) for j in range(d)] for _ in range(n)]
        network = fully_connected([d, 2, 1], negative_slope=1)
        point = Parameters.over(Q, network, [[1] + [0] * (2 * d - 1), [1, 0]])
        problem = Problem("t", Q, network, Dataset.over(Q, inputs, [1] * n), MaxMargin(), point)
        verdict, seconds, _ = timed(problem, limit)
        print(f"{'fully connected, m = 2':22} {n:4} {d:3} {verdict.answer.value:>8} {seconds:8.2f}")
    for n, d in ((3, 3), (5, 5), (8, 6), (10, 7)):
        rng = random.Random(n)
        inputs = [[Fraction(rng.randint(1, 9), 4) for _ in range(d)] for _ in range(n)]
        network = diagonal(d, 3, negative_slope=1)
        point = Parameters.over(Q, network, [[1] * d, [1] * d, [4] * d])
        problem = Problem("t", Q, network, Dataset.over(Q, inputs, [1] * n), MaxMargin(), point)
        verdict, seconds, _ = timed(problem, limit)
        print(f"{'diagonal, m = 3':22} {n:4} {d:3} {verdict.answer.value:>8} {seconds:8.2f}")


def main():
    """Read the options and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=20, help="seconds for one decision")
    parser.add_argument("--seeds", type=int, default=20, help="problems of each shape")
    parser.add_argument("--linear", action="store_true", help="linear networks instead")
    parser.add_argument("--reasons", action="store_true", help="print why answers are unknown")
    arguments = parser.parse_args()
    if arguments.linear:
        time_linear(arguments.limit)
    else:
        time_searches(arguments.seeds, arguments.limit, arguments.reasons)


if __name__ == "__main__":
    main()
