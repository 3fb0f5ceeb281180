"""Which KKT point is near: floats propose its pattern and solve for it; nothing is decided here.

Thresholds on margins, angles and sizes propose which examples are active, which neurons are zero,
which are copies of another, and which pre-activations are on the kink. Newton's method solves the
system of the pattern; where its solution contradicts the pattern (a negative multiplier, a slope
outside its interval, a wrong sign, a violated constraint), the pattern is mended, one place at a
time, and solved again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.lifted_problem import own_places
from exactmargin.decisions.proposals import nearby, to_float, to_floats
from exactmargin.decisions.reduced_system import Array, Live, Pattern, ReducedSystem
from exactmargin.problems import Problem

__all__ = ["FloatProblem", "Snapped", "snap"]

TOLERANCES = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1)
"""Of margins, angles and relative sizes."""

REPAIRS = 200
_STEPS = 40
_CLOSE = 1e-10
_SLACK = 1e-9
_RATIO_BITS = 24


@final
@dataclass(frozen=True, slots=True)
class FloatProblem:
    """A problem at depth 2 without shared weights in floats, its point multiplied by `scale`."""

    inputs: list[Array]
    labels: Array
    slope: float
    output_bias: bool
    w: list[Array]
    v: list[float]
    theta: Array

    @classmethod
    def of(cls, problem: Problem, scale: float) -> "FloatProblem":
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
        )

    def system(self, pattern: Pattern) -> ReducedSystem:
        """The float system of a pattern."""
        copied = [1 + sum(to_float(f) ** 2 for f in n.copies.values()) for n in pattern.live]
        inputs = [self.inputs[n.unit] for n in pattern.live]
        return ReducedSystem(
            pattern, inputs, self.labels.astype(int).tolist(), self.slope, self.output_bias, copied
        )

    def sigma(self, z: Array) -> Array:
        """The activation."""
        return np.where(z > 0, z, self.slope * z)

    def margins(self) -> Array:
        """y_i Φ_i at the point."""
        outputs = sum(
            (v * self.sigma(x @ w) for v, w, x in zip(self.v, self.w, self.inputs, strict=True)),
            np.zeros(len(self.labels)) + (self.theta[-1] if self.output_bias else 0.0),
        )
        return np.asarray(self.labels * outputs)


@final
@dataclass(frozen=True, slots=True)
class Snapped:
    """A pattern and a float solution of its system that agrees with it."""

    pattern: Pattern
    solution: Array


def snap(problem: FloatProblem, budget: Budget) -> list[Snapped]:
    """KKT points near the point, in floats, nearest first; perhaps none."""
    found: dict[object, tuple[float, Snapped]] = {}
    for tolerance in TOLERANCES:
        budget.check()
        budget.report(f"active examples and kinks up to {tolerance:g}")
        pattern = _proposed(problem, tolerance)
        snapped = None if pattern is None else _mended(problem, pattern, budget)
        if snapped is not None:
            found[snapped.pattern.key()] = _distance(problem, snapped), snapped
    return [snapped for _, snapped in sorted(found.values(), key=lambda entry: entry[0])]


def _proposed(problem: FloatProblem, tolerance: float) -> Pattern | None:
    """The pattern that thresholds see; None where no neuron is live."""
    sizes = [abs(v) * float(np.linalg.norm(w)) for v, w in zip(problem.v, problem.w, strict=True)]
    largest = max(sizes, default=0.0)
    units = [k for k, size in enumerate(sizes) if size > tolerance * largest]
    live: list[Live] = []
    active = np.flatnonzero(problem.margins() <= 1 + tolerance).tolist()
    for k in sorted(units, key=lambda k: -sizes[k]):
        w = problem.w[k] / np.linalg.norm(problem.w[k])
        x, s = problem.inputs[k], 1 if problem.v[k] > 0 else -1
        leader = next(
            (m for m, n in enumerate(live) if _is_copy(problem, n, k, s, tolerance)), None
        )
        if leader is not None:
            n = live[leader]
            ratio = nearby(abs(problem.v[k] / problem.v[n.unit]), _RATIO_BITS)
            live[leader] = replace(n, copies=dict(sorted((n.copies | {k: ratio}).items())))
            continue
        z, lengths = x @ w, np.linalg.norm(x, axis=1)
        on_kink = (np.abs(z) <= tolerance * lengths) & (lengths > 0) & (problem.slope != 1)
        sides = [0 if on_kink[i] and i in active else 1 if z[i] > 0 else -1 for i in range(len(z))]
        live.append(Live(k, s, tuple(sides)))
    live.sort(key=lambda n: n.unit)
    return Pattern(tuple(active), tuple(live)) if live else None


def _is_copy(problem: FloatProblem, n: Live, k: int, s: int, tolerance: float) -> bool:
    """Whether neuron k is a copy of the live neuron n, up to an angle."""
    x, w = problem.inputs, problem.w
    if n.sign != s or x[n.unit].shape != x[k].shape or not np.array_equal(x[n.unit], x[k]):
        return False
    a, b = (w[m] / np.linalg.norm(w[m]) for m in (n.unit, k))
    return float(np.linalg.norm(a - b)) <= tolerance


def _mended(problem: FloatProblem, pattern: Pattern, budget: Budget) -> Snapped | None:
    """A solution that agrees with its pattern, repair by repair."""
    seen: set[object] = set()
    u: Array | None = None
    while pattern.key() not in seen and len(seen) < REPAIRS and pattern.live and pattern.active:
        budget.check()
        seen.add(pattern.key())
        system = problem.system(pattern)
        u = _newton(system, _start(problem, system))
        if u is None:
            return None
        repaired = next(_repairs(problem, system, u), None)
        if repaired is None:
            return Snapped(pattern, u)
        pattern = repaired
    return None


def _start(problem: FloatProblem, system: ReducedSystem) -> Array:
    """λ and c for which the g_k are nearest to the directions of the w_k; t_k from their sizes."""
    u = np.ones(system.size)
    targets = []
    for n, unit in enumerate(system.pattern.live):
        w = problem.w[unit.unit]
        targets.append(w / np.linalg.norm(w))
        u[system.start + n] = np.sqrt(abs(problem.v[unit.unit]) * np.linalg.norm(w))
    rows = np.hstack(system.pulls).T
    u[: system.start] = np.linalg.lstsq(rows, np.concatenate(targets), rcond=1e-10)[0]
    return u


def _newton(system: ReducedSystem, u: Array) -> Array | None:
    """A zero of the system, by damped Newton steps of least norm."""
    values = system.values(u)
    for _ in range(_STEPS):
        size = float(np.linalg.norm(values))
        if size <= _CLOSE:
            return u
        if not np.isfinite(size):
            return None
        step = np.linalg.lstsq(system.derivatives(u), -values, rcond=1e-13)[0]
        for halvings in range(12):
            new = u + step / 2**halvings
            values = system.values(new)
            if np.linalg.norm(values) < size:
                break
        else:
            return None
        u = new
    return None


def _repairs(problem: FloatProblem, system: ReducedSystem, u: Array) -> Iterator[Pattern]:
    """Changes of the pattern that the solution asks for, the most urgent one first."""
    pattern, active = system.pattern, list(system.pattern.active)
    multipliers, sizes = u[: len(active)], u[system.start :]
    z = system.pre_activations(u)
    if min(sizes) <= _SLACK:
        n = int(np.argmin(sizes))
        yield replace(pattern, live=pattern.live[:n] + pattern.live[n + 1 :])
    if min(multipliers) <= _SLACK:
        gone = active[int(np.argmin(multipliers))]
        left = tuple(i for i in active if i != gone)
        yield Pattern(
            left, tuple(_put(n, gone, -1) if not n.sides[gone] else n for n in pattern.live)
        )
    outside = []
    for j, (n, i) in enumerate(pattern.kinks, len(active)):
        wide = multipliers[active.index(i)]
        above, below = u[j] - wide, problem.slope * wide - u[j]
        outside.append((max(above, below), n, i, 1 if above > below else -1))
    if outside and max(outside)[0] > _SLACK:
        _, n, i, side = max(outside)
        yield _with_side(pattern, n, i, side)
    wrong = [
        (-unit.sides[i] * z[n][i], n, i)
        for n, unit in enumerate(pattern.live)
        for i in active
        if problem.slope != 1
    ]
    if wrong and max(wrong)[0] > _SLACK:
        _, n, i = max(wrong)
        yield _with_side(pattern, n, i, 0)
    outputs = np.full(len(problem.labels), system.output_bias(u))
    for n, row in enumerate(z):
        outputs += system.signs[n] * u[system.start + n] ** 2 * problem.sigma(row)
    margins = problem.labels * outputs
    margins[active] = 1.0
    if min(margins) < 1 - _SLACK:
        new = int(np.argmin(margins))
        live = tuple(_put(n, new, 1 if z[m][new] > 0 else -1) for m, n in enumerate(pattern.live))
        yield Pattern(tuple(sorted((*active, new))), live)


def _put(unit: Live, i: int, side: int) -> Live:
    return replace(unit, sides=(*unit.sides[:i], side, *unit.sides[i + 1 :]))


def _with_side(pattern: Pattern, n: int, i: int, side: int) -> Pattern:
    live: Sequence[Live] = pattern.live
    changed = (_put(unit, i, side) if m == n else unit for m, unit in enumerate(live))
    return replace(pattern, live=tuple(changed))


def _distance(problem: FloatProblem, snapped: Snapped) -> float:
    """The largest distance of a product |v_k| w_k, up to copies."""
    system, u = problem.system(snapped.pattern), snapped.solution
    left = {k: abs(v) * w for k, (v, w) in enumerate(zip(problem.v, problem.w, strict=True))}
    for n, (unit, g) in enumerate(zip(snapped.pattern.live, system.directions(u), strict=True)):
        for k, ratio in {unit.unit: nearby(1.0, 1), **unit.copies}.items():
            left[k] = left[k] - (to_float(ratio) * u[system.start + n]) ** 2 * g
    return max(float(np.max(np.abs(value), initial=0.0)) for value in left.values())
