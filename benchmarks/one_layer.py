"""Times decisions where one layer moves (V Problem 4): local minima at kinks, global minima.

    python benchmarks/one_layer.py [--seconds 30]

Local: KKT points by construction, `units` wide, with `kinks` zero pre-activations on active
margins, in networks of several depths whose first layer is free; inputs are unit vectors
(the free layer is sparse) or rows of a Hadamard matrix (dense); and V Theorem 5.3, larger.
Global: small fully connected networks, at the last point of a chain of better ones; where the
time ends, how near the lower bound came. The figures are CPU seconds.
"""

import argparse
import random
import time
from fractions import Fraction

from exactmargin.data import Dataset
from exactmargin.decisions import Budget, BudgetSpent
from exactmargin.decisions.layer_bound import Better, GlobalSearch
from exactmargin.decisions.one_layer import layer_local_minimum
from exactmargin.exact import Q
from exactmargin.networks import Parameters, from_pattern, fully_connected
from exactmargin.problems import LayerMaxMargin, Problem

LOCAL = (
    # units, points, depth, kinks, dense
    (10, 10, 2, 5, False),
    (50, 50, 2, 20, False),
    (50, 50, 2, 1000, False),
    (50, 50, 3, 20, False),
    (50, 50, 4, 20, False),
    (50, 50, 4, 300, False),
    (16, 16, 2, 16, True),
    (50, 50, 2, 50, True),
)
DIAGONAL = (20, 50)
GLOBAL = (
    # units, inputs, points
    (2, 2, 4),
    (2, 2, 6),
    (3, 2, 6),
    (3, 3, 8),
    (4, 3, 8),
    (5, 3, 10),
)


def local_instance(units, points, depth, kinks, dense, seed=0):
    """A KKT point of the first layer: unit k of example i has z = λ c where its pull c > 0, and a
    kink where c < 0. Of the pairs with c < 0 all but `kinks` have no weight in the first layer.
    """
    rng = random.Random(seed)
    upper = [
        [[rng.choice([0, 0, 0, 0, 1, 1, 2]) for _ in range(units)] for _ in range(units)]
        for _ in range(depth - 2)
    ]
    signs = [1] * units
    for k in range(1 if dense else units // 2):
        signs[k] = -1
    for first in [*upper, [[rng.randint(1, 3) for _ in range(units)]]][:1]:
        for row in first:
            row[:] = [a * s for a, s in zip(row, signs, strict=True)]
    last = [[rng.randint(1, 3) for _ in range(units)]]
    if depth == 2:
        last = [[a * s for a, s in zip(last[0], signs, strict=True)]]
    layers = [*upper, last]
    z, pull = fixed_point(layers, units)
    negative = [(k, i) for k in range(units) for i in range(points) if pull[k] < 0]
    rng.shuffle(negative)
    missing = set() if dense else set(negative[kinks:])
    scale = 1 / output(layers, z)
    inputs, first = first_layer([scale * value for value in z], units, points, dense)
    pattern, weights = [], []
    for k in range(units):
        row = []
        for j in range(len(inputs[0])):
            if not dense and (k, j) in missing:
                row.append(0)
                continue
            weights.append(first[k][j])
            row.append(len(weights))
        pattern.append(row)
    return problem(pattern, weights, layers, inputs)


def fixed_point(layers, units):
    """(z, pull) of the first layer for one example: z = max(pull, 0), slopes as z makes them."""
    pull = [1] * units
    for _ in range(100):
        z = [max(c, 0) for c in pull]
        slopes = [[1 if c > 0 else 0 for c in pull]]
        h = z
        for rows in layers[:-1]:
            h = [max(sum(a * b for a, b in zip(row, h, strict=True)), 0) for row in rows]
            slopes.append([1 if value > 0 else 0 for value in h])
        delta = [1]
        for n in range(len(layers) - 1, -1, -1):
            delta = [
                sum(d * row[j] for d, row in zip(delta, layers[n], strict=True))
                for j in range(units)
            ]
            if n:
                delta = [d * s for d, s in zip(delta, slopes[n], strict=True)]
        if delta == pull:
            return z, pull
        pull = delta
    raise SystemExit("no fixed point: take another seed")


def output(layers, h):
    """The output of the upper layers."""
    for rows in layers[:-1]:
        h = [max(sum(a * b for a, b in zip(row, h, strict=True)), 0) for row in rows]
    return Fraction(sum(a * b for a, b in zip(layers[-1][0], h, strict=True)))


def first_layer(z, units, points, dense):
    """Inputs that are orthogonal, and the weights that give every example the same z."""
    if not dense:
        unit = [[int(i == j) for j in range(points)] for i in range(points)]
        return unit, [[z[k]] * points for k in range(units)]
    rows = [[1]]
    while len(rows) < points:
        rows = [a + a for a in rows] + [a + [-b for b in a] for a in rows]
    size = len(rows)
    weights = [
        [z[k] * sum(rows[i][j] for i in range(points)) / size for j in range(size)]
        for k in range(units)
    ]
    return rows[:points], weights


def problem(pattern, weights, layers, inputs):
    """The problem of the first layer; weights 0 of the upper layers are left out."""
    patterns, blocks = [pattern], [weights]
    for rows in layers:
        block = [a for row in rows for a in row if a]
        numbers = iter(range(1, len(block) + 1))
        patterns.append([[next(numbers) if a else 0 for a in row] for row in rows])
        blocks.append(block)
    network = from_pattern(patterns)
    point = Parameters.over(Q, network, blocks)
    data = Dataset.over(Q, inputs, [1] * len(inputs))
    return Problem("local", Q, network, data, LayerMaxMargin(1), point)


def diagonal_instance(units):
    """V Theorem 5.3, larger: unit k is on at example k, and at its kink at all others, where it
    would help: not a local minimum."""
    rows = [[int(i == k) for i in range(units)] for k in range(units)]
    pattern = [[units * k + i + 1 for i in range(units)] for k in range(units)]
    return problem(pattern, [a for row in rows for a in row], [[[1] * units]], rows)


def global_instance(units, dimension, points, seed=0):
    """The shortest point that a chain of better points leads to from a random one."""
    rng = random.Random(seed)
    network = fully_connected([dimension, units, 1])
    flat = [Q.coerce(rng.choice([-3, -2, -1, 1, 2, 3])) for _ in range(network.parameter_count)]
    inputs = [[rng.randint(-5, 5) for _ in range(dimension)] for _ in range(points)]
    point = Parameters.from_flat(network, flat)
    draft = Problem(
        "global", Q, network, Dataset.over(Q, inputs, [1] * points), LayerMaxMargin(1), point
    )
    values = draft.margins()
    labels = [1 if value > 0 else -1 for value in values]
    least = min(abs(value) for value in values)
    if not least:
        return global_instance(units, dimension, points, seed + 1)
    free = [value / least for value in draft.free_parameters()]
    found = Problem("global", Q, network, Dataset.over(Q, inputs, labels), LayerMaxMargin(1), point)
    return found.with_parameters(found.with_free(free))


def improved(instance, seconds):
    """The last search of a chain of better points, and whether it proved that there is none."""
    while True:
        search = GlobalSearch(instance, Budget(seconds))
        try:
            found = search.run()
        except BudgetSpent:
            return search, "unknown"
        if not isinstance(found, Better):
            return search, "yes"
        instance = instance.with_parameters(instance.with_free(found.point))


def timed(decide, instance, seconds):
    """The verdict and its CPU seconds."""
    start = time.process_time()
    verdict = decide(instance, Budget(seconds))
    return verdict, time.process_time() - start


def main():
    """Print one line for each instance."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30, help="the time for one decision")
    seconds = parser.parse_args().seconds
    for row in LOCAL:
        verdict, used = timed(layer_local_minimum, local_instance(*row), seconds)
        print("local  units {} points {} depth {} kinks {} dense {}:".format(*row), end=" ")
        print(f"{verdict.answer.value}, {used:.2f} s", flush=True)
    for units in DIAGONAL:
        verdict, used = timed(layer_local_minimum, diagonal_instance(units), seconds)
        print(f"local  units {units} points {units} depth 2 kinks {units * (units - 1)} that help:")
        print(f"       {verdict.answer.value}, {used:.2f} s", flush=True)
    for row in GLOBAL:
        start = time.process_time()
        search, answer = improved(global_instance(*row), seconds)
        ratio = float(search.lower_bound / search.target)
        print("global units {} inputs {} points {}:".format(*row), end=" ")
        print(f"{answer}, lower bound {ratio:.2f} of it, {time.process_time() - start:.2f} s")


if __name__ == "__main__":
    main()
