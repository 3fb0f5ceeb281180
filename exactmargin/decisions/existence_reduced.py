"""Existence of KKT points with one hidden layer: proposals for the reduced system, its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from flint import arb, fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.existence_form import (
    Form,
    balls,
    rational,
    unit_evidence,
    unit_from,
)
from exactmargin.decisions.lifted_problem import own_places
from exactmargin.decisions.pattern import Array, Live, Pattern, System
from exactmargin.decisions.proposals import nearby, to_float, to_floats
from exactmargin.decisions.reduced_system import Places, ReducedSystem
from exactmargin.decisions.zero_neurons import zero_neurons
from exactmargin.problems import Problem

__all__ = ["REDUCED", "ReducedFloats"]

_RATIO_BITS = 24


@final
@dataclass(frozen=True, slots=True)
class ReducedFloats:
    """A problem at depth 2 without shared weights in floats, its point multiplied by `scale`."""

    inputs: list[Array]
    labels: Array
    slope: float
    output_bias: bool
    w: list[Array]
    v: list[float]
    theta: Array
    places: Places

    @classmethod
    def of(cls, problem: Problem, scale: float) -> "ReducedFloats":
        """The problem; neurons without output weight have v = 0."""
        theta = np.array(to_floats(problem.point().flat())) * scale
        x = np.array([to_floats(row) for row in problem.data.inputs])
        hidden, output = problem.network.layers
        one = np.ones((len(x), int(hidden.bias)))
        inputs = [np.hstack([x[:, [j for j, _ in row]], one]) for row in hidden.entries]
        places = own_places(problem)
        return cls(
            inputs,
            np.array(problem.data.labels, dtype=float),
            to_float(problem.network.negative_slope),
            output.bias,
            [theta[list(w)] for w, _ in places],
            [0.0 if v is None else float(theta[v]) for _, v in places],
            theta,
            places,
        )

    def system(self, pattern: Pattern) -> ReducedSystem:
        """The float system of a pattern."""
        ratios = [to_floats(n.members.values()) for n in pattern.live]
        inputs = [self.inputs[n.unit] for n in pattern.live]
        labels = self.labels.astype(int).tolist()
        return ReducedSystem(
            pattern, inputs, labels, self.slope, self.output_bias, ratios, self.places
        )

    def margins(self) -> Array:
        """y_i Φ_i at the point."""
        z = [x @ w for w, x in zip(self.w, self.inputs, strict=True)]
        outputs = sum(
            (
                v * np.where(row > 0, row, self.slope * row)
                for v, row in zip(self.v, z, strict=True)
            ),
            np.zeros(len(self.labels)) + (self.theta[-1] if self.output_bias else 0.0),
        )
        return np.asarray(self.labels * outputs)

    def proposed(self, tolerance: float) -> Pattern | None:
        """The pattern that thresholds see; None where no neuron is live."""
        sizes = [abs(v) * float(np.linalg.norm(w)) for v, w in zip(self.v, self.w, strict=True)]
        largest = max(sizes, default=0.0)
        units = [k for k, size in enumerate(sizes) if size > tolerance * largest]
        live: list[Live] = []
        active = np.flatnonzero(self.margins() <= 1 + tolerance).tolist()
        for k in sorted(units, key=lambda k: -sizes[k]):
            w = self.w[k] / np.linalg.norm(self.w[k])
            x, s = self.inputs[k], 1 if self.v[k] > 0 else -1
            leader = next(
                (m for m, n in enumerate(live) if self._is_copy(n, k, s, tolerance)), None
            )
            if leader is not None:
                n = live[leader]
                ratio = nearby(abs(self.v[k] / self.v[n.unit]), _RATIO_BITS)
                live[leader] = replace(n, copies=dict(sorted((n.copies | {k: ratio}).items())))
                continue
            z, lengths = x @ w, np.linalg.norm(x, axis=1)
            on_kink = (np.abs(z) <= tolerance * lengths) & (lengths > 0) & (self.slope != 1)
            sides = [
                0 if on_kink[i] and i in active else 1 if z[i] > 0 else -1 for i in range(len(z))
            ]
            live.append(Live(k, s, tuple(sides)))
        live.sort(key=lambda n: n.unit)
        return Pattern(tuple(active), tuple(live)) if live else None

    def _is_copy(self, n: Live, k: int, s: int, tolerance: float) -> bool:
        """Whether neuron k is a copy of the live neuron n, up to an angle."""
        x, w = self.inputs, self.w
        if n.sign != s or x[n.unit].shape != x[k].shape or not np.array_equal(x[n.unit], x[k]):
            return False
        a, b = (w[m] / np.linalg.norm(w[m]) for m in (n.unit, k))
        return float(np.linalg.norm(a - b)) <= tolerance

    def start(self, system: System) -> Array:
        """λ and c for which the g_k are nearest to the directions of the w_k; t_k from their
        sizes."""
        assert isinstance(system, ReducedSystem)
        u = np.ones(system.size)
        targets = []
        for n, unit in enumerate(system.pattern.live):
            w = self.w[unit.unit]
            targets.append(w / np.linalg.norm(w))
            u[system.start + n] = np.sqrt(abs(self.v[unit.unit]) * np.linalg.norm(w))
        rows = np.hstack(system.pulls).T
        u[: system.start] = np.linalg.lstsq(rows, np.concatenate(targets), rcond=1e-10)[0]
        return u

    def distance(self, system: System, u: Array) -> float:
        """The largest distance of a product |v_k| w_k."""
        theta, largest = system.parameters(u), 0.0
        for (w, v), old, size in zip(self.places, self.w, self.v, strict=True):
            new = 0.0 if v is None else abs(theta[v]) * theta[list(w)]
            largest = max(largest, float(np.max(np.abs(abs(size) * old - new), initial=0.0)))
        return largest


def _balls(problem: Problem, pattern: Pattern) -> ReducedSystem:
    hidden, output = problem.network.layers
    one = [fmpq(1)] * int(hidden.bias)
    inputs = [
        balls([[*(x[j] for j, _ in hidden.entries[n.unit]), *one] for x in problem.data.inputs])
        for n in pattern.live
    ]
    ratios = [[arb(f) for f in n.members.values()] for n in pattern.live]
    slope, places = arb(problem.network.negative_slope), own_places(problem)
    return ReducedSystem(pattern, inputs, problem.data.labels, slope, output.bias, ratios, places)


def _described(_: Problem, pattern: Pattern) -> dict[str, Any]:
    live, active = pattern.live, pattern.active
    return {"units": [{**unit_evidence(n, n.unit, active), "sign": n.sign} for n in live]}


def _pattern(problem: Problem, evidence: Mapping[str, Any]) -> Pattern:
    live = tuple(unit_from(entry, 0, problem.data.size) for entry in evidence["units"])
    return Pattern(tuple(i - 1 for i in evidence["active"]), live)


def _minimum(problem: Problem, system: System, box: Array, budget: Budget) -> dict[str, Any]:
    """What is told, and its evidence (THEORY §4): a convex kink denies a local minimum, concave
    ones are harmless; zero neurons are looked at one by one."""
    if any(b > 0 for b in system.convexity(box)):
        return {"local_minimum": "no"}
    live = {k for unit in system.pattern.live for k in unit.members}
    zeros = [k for k in range(problem.network.hidden_widths[0]) if k not in live]
    if not zeros:
        return {"local_minimum": "yes"}
    known = system.multipliers(box)
    middles, radius = [rational(a) for a in known], max(rational(a.rad()) for a in known)
    told, evidence = zero_neurons(problem, zeros, system.pattern.active, middles, radius, budget)
    return {"local_minimum": told, **evidence}


REDUCED = Form(ReducedFloats.of, _balls, _described, _pattern, _minimum)
"""One hidden layer: neurons by their directions, which λ gives."""
