"""Points of small hinge problems, degenerate on purpose, and their loss by plain arithmetic.

Zero neurons, output weights that are 0, repeated points and zero inputs, sparse patterns, points on
kinks and on margins at once. Nearby points are found along curves with integer coefficients.
"""

import random
from collections.abc import Sequence
from fractions import Fraction

from exactmargin.data import Dataset
from exactmargin.exact import Q
from exactmargin.networks import Parameters, from_pattern
from exactmargin.problems import Hinge, Problem

SLOPES = [Fraction(0), Fraction(0), Fraction(1, 2), Fraction(1)]


def drawn(seed: int, examples: int = 4, neurons: int = 2, inputs: int = 2) -> Problem:
    """A problem with one hidden layer, N ≤ `examples`, K ≤ `neurons`, d ≤ `inputs`."""
    draw = random.Random(seed)
    d, k, n = draw.randint(1, inputs), draw.randint(1, neurons), draw.randint(1, examples)
    hidden, used = [], 0
    for _ in range(k):
        row = []
        for _ in range(d):
            used += (present := draw.random() < 0.85)
            row.append(used if present else 0)
        hidden.append(tuple(row))
    ends, count = [], 0
    for _ in range(k):
        count += (present := draw.random() < 0.9)
        ends.append(count if present else 0)
    biases = [draw.random() < 0.5, draw.random() < 0.5]
    network = from_pattern([hidden, (tuple(ends),)], biases, negative_slope=draw.choice(SLOPES))
    rows = [[Fraction(draw.choice((-1, 0, 1, 1, 2))) for _ in range(d)] for _ in range(n)]
    if n > 1 and draw.random() < 0.4:
        rows[-1] = rows[0]
    labels = [draw.choice((1, -1)) for _ in range(n)]
    weights = None
    if draw.random() < 0.5:
        parts = [draw.choice((1, 1, 2, 3)) for _ in range(n)]
        weights = [Fraction(part, sum(parts)) for part in parts]
    size = network.parameter_count
    choices = draw.choice([(0, 1, -1), (0, 0, 1, -1), (1, -1, 2), (0, 0, 0, 1)])
    flat = [Fraction(draw.choice(choices)) for _ in range(size)]
    if draw.random() < 0.3:  # a zero neuron
        zero = draw.randrange(k)
        for g in hidden[zero]:
            if g:
                flat[g - 1] = Fraction(0)
        if biases[0]:
            flat[used + zero] = Fraction(0)
    if draw.random() < 0.4:  # output weights of 0: all margins are those of the bias
        start = used + k * biases[0]
        for g in ends:
            if g and draw.random() < 0.8:
                flat[start + g - 1] = Fraction(0)
    if biases[1] and draw.random() < 0.8:
        flat[-1] = Fraction(draw.choice((0, 1, 1, -1, -1)))
    coerced = [Q.coerce(value) for value in flat]
    point = Parameters.from_flat(network, coerced)
    return Problem(f"hinge {seed}", Q, network, Dataset(rows, labels, weights), Hinge(), point)


class Loss:
    """L of a problem with one hidden layer, in fractions, by its definition."""

    def __init__(self, problem: Problem):
        network = problem.network
        hidden, output = network.layers
        self.hidden, self.output = hidden.pattern, output.pattern[0]
        self.hidden_bias, self.output_bias = hidden.bias, output.bias
        self.middle = max((g for row in self.hidden for g in row), default=0)
        self.slope = _fraction(network.negative_slope)
        self.data = [[_fraction(x) for x in row] for row in problem.data.inputs]
        self.labels = problem.data.labels
        self.weights = [_fraction(w) for w in problem.example_weights]
        self.theta = [_fraction(x) for x in problem.point().flat()]

    def __call__(self, theta: Sequence[Fraction]) -> Fraction:
        width, total = len(self.hidden), Fraction(0)
        start = self.middle + width * self.hidden_bias
        for x, y, weight in zip(self.data, self.labels, self.weights, strict=True):
            value = theta[-1] if self.output_bias else Fraction(0)
            for k, row in enumerate(self.hidden):
                z = theta[self.middle + k] if self.hidden_bias else Fraction(0)
                z += sum((theta[g - 1] * a for g, a in zip(row, x, strict=True) if g), Fraction(0))
                if self.output[k]:
                    value += theta[start + self.output[k] - 1] * (z if z > 0 else z * self.slope)
            total += weight * max(Fraction(0), 1 - y * value)
        return total

    def smallest_near(self, count: int, seed: int) -> Fraction:
        """The smallest loss on `count` curves θ + t a + t² b + t³ c, at a small t."""
        draw, best = random.Random(seed), self(self.theta)
        for _ in range(count):
            t = Fraction(1, draw.choice((50, 1000, 10**6)))
            sparse = draw.choice((0.3, 0.6, 1.0))
            point = list(self.theta)
            for power in range(1, draw.choice((1, 2, 3)) + 1):
                for p in range(len(point)):
                    if draw.random() < sparse:
                        point[p] += draw.choice((-2, -1, 1, 1, -1, 2)) * t**power
            best = min(best, self(point))
        return best

    def smallest_anywhere(self, count: int, seed: int) -> Fraction:
        """The smallest loss at `count` points."""
        draw, best = random.Random(seed), self(self.theta)
        for _ in range(count):
            size = draw.choice((1, 3, 8))
            point = [Fraction(draw.randint(-2 * size, 2 * size), 2) for _ in self.theta]
            best = min(best, self(point))
        return best


def _fraction(x: object) -> Fraction:
    return Fraction(str(x))
