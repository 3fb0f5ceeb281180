"""The hinge loss of one hidden layer by plain arithmetic, and searches for smaller values of it.

Independent of cells, decisions and kernel: fractions, and the definition. Nearby points are found
along curves with integer coefficients.
"""

import random
from collections.abc import Sequence
from fractions import Fraction

from exactmargin.problems import Problem


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
