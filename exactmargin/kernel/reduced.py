"""The KKT conditions of one hidden layer as a small square system, where the pattern is known.

The neurons, and the inputs x_ik that they read, are those of ``neurons``. A pattern says which
examples are active; which neurons are live, with s_k = sign v_k; for each live neuron which active
examples lie on its positive side, which on its kink and, the others, on its negative side. All
other neurons are zero. A live neuron may have copies: neurons that read the same inputs, with the
same s_k, and with all their parameters those of neuron k times a ratio f > 0. F_k is 1 + the sum of
the f^2.

Unknowns are lambda_i of the active examples, c_ik of the kinks, and t_k > 0. Put

    g_k = s_k sum_i y_i a_ik x_ik,  a_ik = lambda_i, c_ik or slope lambda_i on the positive side,
                                    on the kink, on the negative side,
    w_k = t_k g_k,  v_k = s_k t_k,  c = sum_i lambda_i y_i if there is an output bias.

The equations are

    |g_k|^2 = 1                     for each live neuron,
    <g_k, x_ik> = 0                 for each kink,
    y_i Phi_i = 1                   for each active example,

as many as there are unknowns, and with Phi_i = sum_k s_k F_k t_k^2 sigma(<g_k, x_ik>) + c. At a
solution v_k = sum_i y_i a_ik <w_k, x_ik>, since s_k times this is t_k |g_k|^2: all parameters of a
live neuron, and of its copies, are what stationarity says, with slopes c_ik / lambda_i at kinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .balls import Ball, activation, ball, total
from .neurons import Neurons

Balls = list[Ball]
ZERO, ONE = ball(0), ball(1)


def rational(x: Any) -> Fraction:
    """A number of a problem over Q, as what it is."""
    return Fraction(x)


@dataclass(frozen=True, slots=True)
class Live:
    """A live unit k, s_k (0 if not told), its sides (1, 0, -1 for each active example), its copies'
    ratios."""

    unit: int
    sign: int
    sides: dict[int, int]
    copies: dict[int, Fraction]

    @property
    def members(self) -> dict[int, Fraction]:
        """The unit and its copies, with their ratios."""
        return {self.unit: Fraction(1), **self.copies}

    @property
    def copied(self) -> Fraction:
        """F_k."""
        return sum((f * f for f in self.copies.values()), Fraction(1))


class System:
    """The equations of a pattern, their derivatives, and what the unknowns mean."""

    def __init__(self, neurons: Neurons, active: list[int], live: list[Live]):
        self.neurons, self.active, self.output_bias = neurons, active, neurons.output_bias
        self.units, self.live = live, [live]
        self.labels, self.slope = neurons.labels, neurons.problem.slope
        self.x = [[[ball(rational(a)) for a in x] for x in neurons.x[n.unit]] for n in live]
        self.kinks = [(n, i) for n, unit in enumerate(live) for i in active if not unit.sides[i]]
        self.start = len(active) + len(self.kinks)
        self.size = self.start + len(live)
        self.weights = [ball(unit.sign * unit.copied) for unit in live]
        # per live neuron the derivative of g_k by each lambda_i and c_ik: sparse
        self.pulls = [dict(self._pulls(n)) for n in range(len(live))]

    @property
    def work(self) -> int:
        """About the steps that the Jacobian takes."""
        return self.size**2 * sum(len(x[0]) for x in self.x)

    def _pulls(self, n: int) -> Iterator[tuple[int, Balls]]:
        for column, i in enumerate(self.active):
            unit, a = self.units[n], Fraction(1)
            if not unit.sides[i]:
                column = len(self.active) + self.kinks.index((n, i))
            elif unit.sides[i] < 0:
                a = self.slope
            scale = ball(a * self.labels[i] * unit.sign)
            yield column, [scale * value for value in self.x[n][i]]

    def directions(self, u: Balls) -> list[Balls]:
        """g_k of the live neurons."""
        found = []
        for pulls in self.pulls:
            columns = zip(*pulls.values(), strict=True)
            found.append([total([u[j] for j in pulls], column) for column in columns])
        return found

    def bias(self, u: Balls) -> Ball:
        """c, or 0."""
        labels = [ball(self.labels[i] * self.output_bias) for i in self.active]
        return total(u[: len(self.active)], labels)

    def output(self, u: Balls, g: list[Balls], i: int) -> Ball:
        """Phi_i, for any example."""
        result = self.bias(u)
        for n, unit in enumerate(self.units):
            z, t = total(g[n], self.x[n][i]), u[self.start + n]
            result += self.weights[n] * t * t * self._sigma(z, unit.sides.get(i))
        return result

    def _sigma(self, z: Ball, side: int | None) -> Ball:
        if side is not None:
            return ball(max(side, 0) - min(side, 0) * self.slope) * z
        return activation(z, self.slope)

    def values(self, u: Balls) -> Balls:
        """Left minus right sides: norms, kinks, margins."""
        g = self.directions(u)
        norms = [total(row, row) - ONE for row in g]
        kinks = [total(g[n], self.x[n][i]) for n, i in self.kinks]
        outputs = ((i, self.output(u, g, i)) for i in self.active)
        return [*norms, *kinks, *(ball(self.labels[i]) * phi - ONE for i, phi in outputs)]

    def derivatives(self, u: Balls) -> list[Balls]:
        """The Jacobian, row by row."""
        g, rows = self.directions(u), []
        for n, pulls in enumerate(self.pulls):
            doubled = [a + a for a in g[n]]
            rows.append(self._row({j: total(doubled, pull) for j, pull in pulls.items()}))
        for n, i in self.kinks:
            x = self.x[n][i]
            rows.append(self._row({j: total(pull, x) for j, pull in self.pulls[n].items()}))
        rows += [self._row(self._gradient(u, g, i)) for i in self.active]
        return rows

    def _row(self, entries: dict[int, Ball]) -> Balls:
        return [entries.get(j, ZERO) for j in range(self.size)]

    def _gradient(self, u: Balls, g: list[Balls], i: int) -> dict[int, Ball]:
        """The gradient of y_i Phi_i."""
        y, bias = self.labels[i], self.labels[i] * self.output_bias
        row = {j: ball(bias * self.labels[other]) for j, other in enumerate(self.active)}
        for n, unit in enumerate(self.units):
            t, factor = u[self.start + n], ball(y) * self.weights[n]
            z = total(g[n], self.x[n][i])
            row[self.start + n] = factor * (t + t) * self._sigma(z, unit.sides[i])
            for j, pull in self.pulls[n].items():
                slope = self._sigma(total(pull, self.x[n][i]), unit.sides[i])
                row[j] = row.get(j, ZERO) + factor * t * t * slope
        return row

    def parameters(self, u: Balls) -> Balls:
        """All parameters, a flat list of balls."""
        neurons, theta = self.neurons, [ZERO] * len(self.neurons.problem.theta)
        for n, (unit, g) in enumerate(zip(self.units, self.directions(u), strict=True)):
            for k, ratio in unit.members.items():
                t = ball(ratio) * u[self.start + n]
                theta[neurons.v[k]] = ball(unit.sign) * t
                for p, value in zip(neurons.w[k], g, strict=True):
                    theta[p] = t * value
        for p in neurons.problem.layers[1].biases:
            theta[p] = self.bias(u)
        return theta

    def multipliers(self, u: Balls) -> Balls:
        """The lambda_i of the active examples."""
        return u[: len(self.active)]

    def slopes(self, u: Balls) -> Iterator[tuple[str, Ball, Ball]]:
        """For each kink how far c_ik is above slope lambda_i, and below lambda_i."""
        multiplier = dict(zip(self.active, u, strict=False))
        for j, (n, i) in enumerate(self.kinks, len(self.active)):
            low, high = u[j] - ball(self.slope) * multiplier[i], multiplier[i] - u[j]
            yield f"example {i + 1}, unit {self.units[n].unit + 1}", low, high

    def strict_sides(self, u: Balls) -> Iterator[tuple[str, Ball]]:
        """Pre-activations times their sides, but for kinks and where all inputs are 0."""
        for n, (unit, g) in enumerate(zip(self.units, self.directions(u), strict=True)):
            for i, side in unit.sides.items():
                if side and any(a.size for a in self.x[n][i]):
                    z = total(g, self.x[n][i]) * ball(side)
                    yield f"example {i + 1}, unit {unit.unit + 1}", z

    def other_margins(self, u: Balls) -> Iterator[tuple[int, Ball]]:
        """The margins of the examples that are not active."""
        g = self.directions(u)
        for i, y in enumerate(self.labels):
            if i not in self.active:
                yield i, ball(y) * self.output(u, g, i)

    def norms(self, u: Balls) -> Iterator[tuple[str, Ball]]:
        """The t_k."""
        for unit, t in zip(self.units, u[self.start :], strict=True):
            yield f"unit {unit.unit + 1}", t

    def convexity(self, _: Balls) -> Iterator[tuple[int, Ball]]:
        """The example and y_i s_k of each kink."""
        for n, i in self.kinks:
            yield i, ball(self.labels[i] * self.units[n].sign)
