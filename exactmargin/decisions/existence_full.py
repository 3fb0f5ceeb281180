"""Existence of KKT points at any depth: proposals for the full system, its evidence, its minima."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from flint import arb, fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.existence_form import Form, balls, unit_evidence, unit_from
from exactmargin.decisions.full_system import FullSystem, Wiring
from exactmargin.decisions.pattern import Array, Live, Pattern, System
from exactmargin.decisions.proposals import nearby, to_float, to_floats
from exactmargin.exact import Q
from exactmargin.problems import Problem

__all__ = ["FULL", "FullFloats"]

_RATIO_BITS = 24
_CONGRUENCE_BITS = 40
_PENALTIES = tuple(fmpq(4) ** k for k in range(12))


@final
@dataclass(frozen=True, slots=True)
class FullFloats:
    """A problem without shared weights in floats, its point multiplied by `scale`."""

    wiring: Wiring
    inputs: Array
    labels: Array
    slope: float
    theta: Array

    @classmethod
    def of(cls, problem: Problem, scale: float) -> "FullFloats":
        """The problem."""
        x = np.array([to_floats([*row, fmpq(1)]) for row in problem.data.inputs])
        labels = np.array(problem.data.labels, dtype=float)
        slope = to_float(problem.network.negative_slope)
        theta = np.array(to_floats(problem.point().flat())) * scale
        return cls(Wiring.of(problem), x, labels, slope, theta)

    def system(self, pattern: Pattern) -> FullSystem:
        """The float system of a pattern."""
        labels = self.labels.astype(int).tolist()
        return FullSystem(self.wiring, pattern, self.inputs, labels, self.slope)

    def proposed(self, tolerance: float) -> Pattern | None:
        """The pattern that thresholds see; None where no unit is live."""
        w = self.wiring
        z, h = w.forward(self.theta, self.inputs, self.slope)
        active = np.flatnonzero(self.labels * z[:, w.output] <= 1 + tolerance).tolist()
        ends = [[self.theta[p] for p in w.neighbours(k)] for k in range(w.output)]
        sizes = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in ends]
        largest = max(sizes, default=0.0)
        live: list[Live] = []
        for k in sorted(range(w.output), key=lambda k: -sizes[k]):
            if sizes[k] <= tolerance * largest:
                continue
            leader = next((m for m, n in enumerate(live) if self._is_copy(n, k, tolerance)), None)
            if leader is not None:
                n = live[leader]
                a, b = (np.linalg.norm(ends[m][0]) for m in (k, n.unit))
                ratio = nearby(float(a / b), _RATIO_BITS)
                live[leader] = replace(n, copies=dict(sorted((n.copies | {k: ratio}).items())))
                continue
            into = w.neighbours(k)[0]
            lengths = np.linalg.norm(h[:, w.tail[into]], axis=1) * np.linalg.norm(ends[k][0])
            near = (np.abs(z[:, k]) <= tolerance * lengths) & (lengths > 0) & (self.slope != 1)
            sides = [
                0 if near[i] and i in active else 1 if z[i, k] > 0 else -1 for i in range(len(z))
            ]
            live.append(Live(k, 0, tuple(sides)))
        live.sort(key=lambda n: n.unit)
        return Pattern(tuple(active), tuple(live)) if live or not w.output else None

    def _is_copy(self, n: Live, k: int, tolerance: float) -> bool:
        """Whether unit k is a copy of the live unit n, up to an angle."""
        w = self.wiring
        if w.layers[n.unit] != w.layers[k] or w.kind(n.unit) != w.kind(k):
            return False
        for mine, its in zip(w.neighbours(k), w.neighbours(n.unit), strict=True):
            a, b = (self.theta[p] / np.linalg.norm(self.theta[p]) for p in (mine, its))
            if not np.linalg.norm(a - b) <= tolerance:
                return False
        return True

    def start(self, system: System) -> Array:
        """θ itself, and λ and ρ for which it is nearest to stationary, where ρ is near the middle
        of its interval."""
        assert isinstance(system, FullSystem)
        u, size, middle = np.ones(system.size), len(system.own), (1 + self.slope) / 2
        u[:size], u[system.stop :] = self.theta[system.own], middle
        pulls = -system.derivatives(u)[:size, size:]
        found = np.linalg.lstsq(pulls, u[:size], rcond=1e-10)[0]
        count = len(system.active)
        u[size : system.stop] = found[:count]
        for j, (_, i) in enumerate(system.kinks):
            weight = max(found[system.active.index(i)], 1e-9)
            moved = middle + found[count + j] / weight
            u[system.stop + j] = min(max(moved, self.slope), 1.0)
        return u

    def distance(self, system: System, u: Array) -> float:
        """The largest distance of a parameter."""
        return float(np.max(np.abs(system.parameters(u) - self.theta), initial=0.0))


def _balls(problem: Problem, pattern: Pattern) -> FullSystem:
    inputs = balls([[*row, fmpq(1)] for row in problem.data.inputs])
    slope = arb(problem.network.negative_slope)
    return FullSystem(Wiring.of(problem), pattern, inputs, problem.data.labels, slope)


def _firsts(problem: Problem) -> list[int]:
    """The number of the first unit of each hidden layer."""
    widths = problem.network.hidden_widths
    return [sum(widths[:l]) for l in range(len(widths))]


def _described(problem: Problem, pattern: Pattern) -> dict[str, Any]:
    ends = zip(_firsts(problem), problem.network.hidden_widths, strict=True)
    return {
        "layers": [
            [
                unit_evidence(n, n.unit - first, pattern.active)
                for n in pattern.live
                if first <= n.unit < first + width
            ]
            for first, width in ends
        ]
    }


def _pattern(problem: Problem, evidence: Mapping[str, Any]) -> Pattern:
    layers = zip(_firsts(problem), evidence["layers"], strict=True)
    live = [unit_from(entry, k, problem.data.size) for k, layer in layers for entry in layer]
    return Pattern(tuple(i - 1 for i in evidence["active"]), tuple(live))


# ---------------- local minima


def _minimum(problem: Problem, system: System, box: Array, _: Budget) -> dict[str, Any]:
    """A convex kink denies a local minimum; concave ones, no zero unit, and a Hessian that is
    positive definite where margins and kinks stay as they are, prove one."""
    assert isinstance(system, FullSystem)
    across = system.convexity(box)
    if any(b > 0 for b in across):
        return {"local_minimum": "no"}
    live = sum(len(unit.members) for unit in system.pattern.live)
    if live == sum(problem.network.hidden_widths) and all(b < 0 for b in across):
        found = _positive_definite(problem, system, box)
        if found is not None:
            return {"local_minimum": "yes", **found}
    return {"local_minimum": "unknown"}


def _positive_definite(problem: Problem, system: FullSystem, box: Array) -> dict[str, Any] | None:
    """A penalty and a congruence that make the Hessian strictly diagonally dominant."""
    apart, u = _apart(problem, system, box)
    jacobian, size = apart.derivatives(u), len(apart.own)
    theta = system.parameters(box)
    turns = [t[apart.own] for t in _tangents(system, theta)]
    hessian = jacobian[:size, :size]
    for t in turns:
        hessian = hessian + t[:, None] * t[None, :]
    rows = jacobian[size:, :size]
    gram = rows.T @ rows
    for penalty in _PENALTIES:
        matrix = hessian + gram * arb(penalty)
        c = _congruence(matrix)
        if c is None:
            continue
        C = balls(c)
        if _is_dominant(C @ matrix @ C.T):
            spelled = [[Q.format(a) for a in row] for row in c]
            return {"penalty": Q.format(penalty), "congruence": spelled}
    return None


def _congruence(matrix: Array) -> list[list[fmpq]] | None:
    """About the inverse of the Cholesky factor of the middle, or None."""
    middle = np.array([[float(a.mid()) for a in row] for row in matrix])
    try:
        factor = np.linalg.cholesky((middle + middle.T) / 2)
    except np.linalg.LinAlgError:
        return None
    inverse = np.tril(np.linalg.inv(factor))
    return [[nearby(a, _CONGRUENCE_BITS) for a in row] for row in inverse.tolist()]


def _is_dominant(matrix: Array) -> bool:
    sums = [
        sum((abs(a) for q, a in enumerate(row) if q != p), arb(0)) for p, row in enumerate(matrix)
    ]
    return all(matrix[p, p] > other for p, other in enumerate(sums))


def _apart(problem: Problem, system: FullSystem, u: Array) -> tuple[FullSystem, Array]:
    """The same solution where copies are units of their own."""
    live = [Live(m, 0, n.sides) for n in system.pattern.live for m in n.members]
    live.sort(key=lambda n: n.unit)
    apart = _balls(problem, Pattern(system.pattern.active, tuple(live)))
    theta = system.parameters(u)
    rho = {
        (m, i): u[system.stop + j]
        for j, (n, i) in enumerate(system.kinks)
        for m in system.pattern.live[n].members
    }
    slopes = [rho[live[n].unit, i] for n, i in apart.kinks]
    return apart, np.array([*theta[apart.own], *system.multipliers(u), *slopes], dtype=object)


def _tangents(system: FullSystem, theta: Array) -> Iterator[Array]:
    """Those of the rotations of each unit and its copies."""
    for n in system.pattern.live:
        for m in n.copies:
            t = theta * 0
            for mine, its in zip(*map(system.wiring.neighbours, (n.unit, m)), strict=True):
                t[mine], t[its] = -theta[its], theta[mine]
            yield t


FULL = Form(FullFloats.of, _balls, _described, _pattern, _minimum)
"""Any depth: all parameters are unknowns."""
