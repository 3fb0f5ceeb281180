"""A random search for feasible points of small norm, in floating point, many at a time.

Any point whose margins are positive becomes feasible when it is scaled: all weights by t, the
biases of layer l by t^l, which multiplies every margin by t^m. So the search runs over all points,
and the squared norm of the scaled point is what it makes small. In a problem about one layer the
block is scaled, if no layer above has biases; otherwise a point counts if it is feasible itself.
"""

from typing import Any

import numpy as np

CHAINS, STEPS = 48, 300


class Search:
    """The network of a problem; ``theta`` may be missing, then it is zero."""

    def __init__(self, problem: Any, theta: Any, inputs: Any, first: int, free: range):
        layers = problem["network"]["layers"]
        self.slope = float(eval(problem["network"]["negative_slope"], {"__builtins__": {}}))
        self.patterns = [np.array(layer["pattern"]) for layer in layers]
        self.biases = [layer["bias"] for layer in layers]
        self.theta, self.free = np.array(theta, dtype=float), np.array(free)
        self.inputs = np.array(inputs, dtype=float)
        self.labels = np.array(problem["data"]["labels"], dtype=float)
        self.layer = first if "layer" in problem["objective"] else None
        powers = []
        for l, pattern in enumerate(self.patterns, 1):
            powers += [1] * int(pattern.max()) + [l] * (len(pattern) if self.biases[l - 1] else 0)
        self.powers = np.array(powers)

    def margins(self, theta: Any) -> Any:
        """Of every point (a row) and example."""
        h = np.broadcast_to(self.inputs, (len(theta), *self.inputs.shape))
        start = 0
        for l, pattern in enumerate(self.patterns):
            weights = theta[:, start + np.maximum(pattern, 1) - 1] if pattern.max() else 0.0
            z = np.einsum("brc,bnc->bnr", weights * (pattern > 0) + np.zeros((len(theta), 1, 1)), h)
            start += int(pattern.max())
            if self.biases[l]:
                z = z + theta[:, None, start : start + len(pattern)]
                start += len(pattern)
            h = np.maximum(z, 0) + self.slope * np.minimum(z, 0)
        return z[:, :, 0] * self.labels

    def norms(self, theta: Any) -> Any:
        """The squared norm of the free parameters of every point, scaled; infinite where it cannot
        be made feasible."""
        least = self.margins(theta).min(axis=1)
        free, powers = theta[:, self.free], self.powers[self.free]
        if self.layer is None:
            degree = float(len(self.patterns))
        elif any(self.biases[self.layer + 1 :]):
            return np.where(least >= 1, (free**2).sum(axis=1), np.inf)
        else:
            degree, powers = 1.0, np.ones_like(powers)
        scale = np.maximum(least, 1e-12)[:, None] ** (-powers / degree)
        return np.where(least > 1e-9, ((free * scale) ** 2).sum(axis=1), np.inf)

    def smallest(self, radius: float | None) -> float:
        """The smallest squared norm that is found: near theta, or anywhere (radius None)."""
        draw = np.random.default_rng(11)
        points = np.repeat(self.theta[None], CHAINS, axis=0)
        if radius is None:
            shape = (CHAINS * 3 // 4, len(self.free))
            points[: shape[0], self.free] = draw.normal(size=shape)
        steps = np.full(CHAINS, 0.5 if radius is None else radius)
        best = self.norms(points)
        for _ in range(STEPS):
            move = draw.normal(size=(CHAINS, len(self.free))) * steps[:, None]
            move *= draw.random(move.shape) < draw.choice([0.3, 1.0], size=(CHAINS, 1))
            there = points.copy()
            there[:, self.free] += move
            if radius is not None:
                there = np.clip(there, self.theta - radius, self.theta + radius)
            found = self.norms(there)
            better = found < best
            points[better], best[better] = there[better], found[better]
            steps *= np.where(better, 1.6, 0.85)
            steps = np.where(steps < 1e-7, 0.05 if radius is None else radius, steps)
        return float(best.min())
