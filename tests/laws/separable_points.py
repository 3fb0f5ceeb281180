"""Points of L eq. 9 with separable data, for seeds of their own.

One hidden layer, fully connected. An affine function with small integers gives the labels. The
points are degenerate on purpose: output weights that are 0, c = 1 or -1, units that are off at
every example. `exactmargin.strategies.hinge_points` draws more kinds, for Hypothesis.
"""

import random
from collections import Counter
from fractions import Fraction

from exactmargin.data import Dataset
from exactmargin.exact import Q
from exactmargin.networks import Parameters, from_pattern
from exactmargin.problems import Hinge, Problem

SMALL = (0, 0, 1, -1, 1, -1, 2, -2, Fraction(1, 2))


def separable(draw: random.Random) -> tuple[list[list[Fraction]], list[int]]:
    """Points in one or two dimensions and the side of a line on which they are; never on it."""
    d = draw.choice((1, 1, 2))
    normal = [Fraction(draw.choice((1, -1, 2))) for _ in range(d)]
    offset = Fraction(draw.choice((-1, 1, 3)), 2)
    inputs, labels = [], []
    for _ in range(draw.randint(2, 4)):
        x = [Fraction(draw.randint(-2, 2)) for _ in range(d)]
        side = sum((a * b for a, b in zip(normal, x, strict=True)), offset)
        if side:
            inputs.append(x)
            labels.append(1 if side > 0 else -1)
    return inputs, labels


def weights(draw: random.Random, labels: list[int], equal: bool) -> list[Fraction]:
    """Positive weights with the sum 1; both classes have the sum 1/2 if `equal`."""
    parts = [Fraction(draw.randint(1, 3)) for _ in labels]
    if equal and len(set(labels)) == 2:
        sums = Counter({1: Fraction(0), -1: Fraction(0)})
        for y, part in zip(labels, parts, strict=True):
            sums[y] += part
        return [part / sums[y] / 2 for y, part in zip(labels, parts, strict=True)]
    return [part / sum(parts) for part in parts]


def instance(seed: int, slope: Fraction, *, equal: bool = False, bias: bool = True) -> Problem:
    """A problem with separable data and a point at which something is on its kink, mostly."""
    draw = random.Random(f"{seed} {slope} {equal} {bias}")
    inputs, labels = separable(draw)
    while not inputs or (equal and len(set(labels)) < 2):
        inputs, labels = separable(draw)
    units, d = draw.choice((1, 1, 2)), len(inputs[0])
    rows = [tuple(range(1 + k * d, 1 + k * d + d)) for k in range(units)]
    patterns = [rows, [tuple(range(1, units + 1))]]
    network = from_pattern(patterns, [bias, True], negative_slope=slope)
    hidden = [[Fraction(draw.choice(SMALL)) for _ in range(d)] for _ in range(units)]
    offsets = [Fraction(draw.choice(SMALL)) for _ in range(units)]
    for k in range(units):  # off at every example
        if bias and draw.random() < 0.4:
            offsets[k] = -max(sum(a * b for a, b in zip(hidden[k], x, strict=True)) for x in inputs)
            offsets[k] -= draw.choice((0, 1))
    kind = draw.choice(("zero", "zero", "any", "any", "solved"))
    output = [Fraction(0 if kind == "zero" else draw.choice(SMALL)) for _ in range(units)]
    middle = Fraction(draw.choice((1, -1, 1, -1, 0, Fraction(1, 2))))
    scale = Fraction(draw.choice((4, 8)) if kind == "solved" else 1)
    flat = [x for row in hidden for x in row] + (offsets if bias else [])
    flat += [x * scale for x in output] + [middle]
    point = Parameters.from_flat(network, [Q.coerce(x) for x in flat])
    data = Dataset(inputs, labels, weights(draw, labels, equal))
    return Problem(f"separable {seed}", Q, network, data, Hinge(), point)
