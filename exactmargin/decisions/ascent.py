"""Better points of any network by a float search: random starts near θ, then local ascent.

Where Φ is homogeneous of degree m a point with all margins positive is scaled to a feasible one;
its squared norm is then ‖θ'‖² (min margin)^(-2/m). With biases in layer l scaled by the l-th power
the same holds but for the norm. The search lowers this, smoothed, by gradient steps; what it
finds is made rational, scaled exactly, and compared exactly.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from exactmargin.decisions.better import smaller_point
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.proposals import SHORT_FIRST, nearby, root_of, to_float, to_floats
from exactmargin.exact import Number, sign, squared_norm
from exactmargin.problems import Problem

__all__ = ["better_by_ascent"]

_STARTS = 12
_STEPS = 400


def better_by_ascent(problem: Problem, budget: Budget, starts: int = _STARTS) -> Certificate | None:
    """The certificate `not-global-minimum` of a point that the search finds, or None.

    All parameters are free. The search is the same on every run.
    """
    floats = _Floats(problem)
    theta = np.array(to_floats(problem.free_parameters()))
    norm = to_float(squared_norm(problem.free_parameters()))
    if not np.isfinite(norm) or not np.isfinite(theta).all():
        return None
    random = np.random.default_rng(0)
    spread = np.linalg.norm(theta) / max(1, theta.size) ** 0.5
    for start in range(starts):
        budget.check()
        size = (0.05, 0.3, 1.0)[start % 3]
        point = floats.ascend(theta + size * spread * random.standard_normal(theta.size))
        if floats.norm(point) < norm * (1 - 1e-9):
            for bits in SHORT_FIRST:
                scaled = _scaled(problem, [nearby(value, bits) for value in point.tolist()], bits)
                better = None if scaled is None else smaller_point(problem, scaled)
                if better is not None:
                    return better
    return None


def _scaled(problem: Problem, flat: Sequence[Number], bits: int) -> list[Number] | None:
    """The point with layer l multiplied by c, its biases by c^l, and all margins just above 1."""
    least = min(problem.margins(problem.with_free(flat)), key=to_float)
    if sign(least) <= 0:
        return None
    m = problem.network.depth
    factor = root_of(1 / least, m, bits)
    while sign(factor**m * least - 1) < 0:
        factor += factor / 2 ** (bits - 1)
    zero, powers = problem.field.zero, _powers(problem)
    return [value * factor**power + zero for value, power in zip(flat, powers, strict=True)]


def _powers(problem: Problem) -> list[int]:
    """The power of c that each parameter is scaled with."""
    powers: list[int] = []
    for n, layer in enumerate(problem.network.layers, start=1):
        powers += [1] * layer.parameter_count + [n] * layer.bias_count
    return powers


class _Floats:
    """The network in floats: margins, their gradients, and the norm after scaling."""

    def __init__(self, problem: Problem) -> None:
        network = problem.network
        self.m, self.slope = network.depth, to_float(network.negative_slope)
        self.x = np.array([to_floats(x) for x in problem.data.inputs])
        self.y = np.array(problem.data.labels, float)
        self.powers = np.array(_powers(problem))
        self.layers: list[tuple[Any, Any, Any, slice]] = []
        for n, layer in enumerate(network.layers):
            start = network.block_slice(n).start
            cells = [(k, j, start + g) for k, row in enumerate(layer.entries) for j, g in row]
            rows, columns, places = np.array(cells, int).reshape(-1, 3).T
            middle = start + layer.parameter_count
            shape = np.zeros((layer.rows, layer.columns))
            bias = slice(middle, middle + layer.bias_count)
            self.layers.append((shape, (rows, columns), places, bias))

    def norm(self, theta: Any) -> float:
        """The squared norm after scaling to margin 1."""
        least = float(self.margins(theta)[0].min())
        if least <= 0:
            return np.inf
        scaled = theta * least ** (-self.powers / self.m)
        return float(scaled @ scaled)

    def margins(self, theta: Any) -> tuple[Any, list[Any], list[Any]]:
        """The margins, and the activations and slopes of each layer."""
        below, kept, slopes = self.x, [], []
        for n, (shape, cells, places, bias) in enumerate(self.layers):
            weights = shape.copy()
            weights[cells] = theta[places]
            kept.append((below, weights))
            z = below @ weights.T + (theta[bias] if bias.stop > bias.start else 0.0)
            last = n == self.m - 1
            slopes.append(np.where((z > 0) | last, 1.0, self.slope))
            below = z * slopes[-1]
        return below[:, 0] * self.y, kept, slopes

    def ascend(self, theta: Any) -> Any:
        """Gradient steps on log of the soft least margin minus (m/2) log ‖θ‖²."""
        theta = theta / np.linalg.norm(theta)
        best, worth, step = theta, -np.inf, 0.1
        for n in range(_STEPS):
            sharp = 4.0 * 1.03 ** min(n, 250)
            margins, kept, slopes = self.margins(theta)
            least = float(margins.min())
            if least > worth:
                best, worth = theta, least
            scale = max(abs(least), 1e-3 * float(np.abs(margins).max()), 1e-12)
            weight = np.exp(-sharp * (margins - least) / scale)
            weight /= weight.sum()
            gradient = self._pull(weight * self.y, kept, slopes) / scale
            gradient -= (gradient @ theta) * theta
            theta = theta + step * gradient / (1 + np.linalg.norm(gradient))
            theta /= np.linalg.norm(theta)
            step = max(step * 0.985, 1e-4)
        return best

    def _pull(self, weight: Any, kept: list[Any], slopes: list[Any]) -> Any:
        """Σ weight_i ∇Φ_i, backwards through the layers."""
        size = max(bias.stop for *_, bias in self.layers)
        gradient = np.zeros(size)
        back = weight[:, None]
        for (below, weights), slope, (_, cells, places, bias) in zip(
            reversed(kept), reversed(slopes), reversed(self.layers), strict=True
        ):
            back = back * slope
            product = back.T @ below
            np.add.at(gradient, places, product[cells])
            if bias.stop > bias.start:
                gradient[bias] = back.sum(0)
            back = back @ weights
        return gradient
