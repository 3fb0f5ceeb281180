"""Times local minima of the binary hinge loss at points with many kinks (THEORY §8.1).

    python benchmarks/hinge.py

One hidden layer with biases, N examples in pairs with opposite labels, which makes the point
stationary; some units go through as many pairs as their parameters allow (d of them, so d convex
kinks and d concave ones each); one pair is on its margin. With one label changed the point is no
minimum. Figures are seconds for the decision with the kernel's check, and for that check alone.
"""

import random
from time import perf_counter

from exactmargin.data import Dataset
from exactmargin.decisions import Budget, certify
from exactmargin.exact import Q, nullspace
from exactmargin.networks import Parameters, forward, fully_connected
from exactmargin.problems import Hinge, Problem

SIZES = ((5, 10, 3, 6), (20, 50, 5, 20), (20, 50, 5, 40), (40, 100, 5, 40))
"""(K, N, d, kinks)."""


def instance(units: int, size: int, d: int, kinks: int, changed: bool) -> Problem:
    """A point with that many kinks, spread over kinks / 2d units."""
    draw = random.Random(0)
    inputs = [[draw.randint(-9, 9) for _ in range(d)] for _ in range(size // 2)]
    rows = []
    for k in range(units):
        if k < kinks // (2 * d):
            chosen = draw.sample(inputs, d)
            (row,) = nullspace([[*map(Q.coerce, x), Q.one] for x in chosen])
        else:
            row = [Q.coerce(draw.randint(-9, 9)) for _ in range(d + 1)]
        rows.append(row)
    network = fully_connected([d, units, 1], bias=True)
    hidden = [a for row in rows for a in row[:-1]] + [row[-1] for row in rows]
    signs = [Q.coerce(draw.choice((-1, 1))) for _ in range(units)]
    point = Parameters.from_flat(network, [*hidden, *signs, Q.zero])
    largest = max(abs(forward(network, point, [*map(Q.coerce, x)]).output[0]) for x in inputs)
    point = Parameters.from_flat(network, [*hidden, *(s / largest for s in signs), Q.zero])
    labels = [1, -1] * len(inputs)
    if changed:
        labels[-1] = 1
    data = Dataset([x for x in inputs for _ in (1, -1)], labels)
    return Problem("benchmark", Q, network, data, Hinge(), point)


def main() -> None:
    """Print a line for each size and each of the two points."""
    for size in SIZES:
        for changed in (False, True):
            problem = instance(*size, changed)
            started = perf_counter()
            verdict = certify(problem, "local-minimum", Budget(300))
            decided = perf_counter() - started
            started = perf_counter()
            assert verdict.certificate is not None
            assert verdict.certificate.outcome().accepted
            checked = perf_counter() - started
            text = f"{verdict.answer.value:3} {decided:7.2f} s, check {checked:6.2f} s"
            print(f"K, N, d, kinks = {size}: {text}", flush=True)


if __name__ == "__main__":
    main()
