"""Which KKT point is near: floats propose its pattern and solve for it; nothing is decided here.

Thresholds on margins, angles and sizes propose which examples are active, which neurons are zero,
which are copies of another, and which pre-activations are on the kink. Newton's method solves the
system of the pattern; where its solution contradicts the pattern (a negative multiplier, a slope
outside its interval, a wrong sign, a violated constraint), the pattern is mended, one place at a
time, and solved again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, final

import numpy as np

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.pattern import Array, Live, Pattern, System

__all__ = ["Floats", "Snapped", "snap"]

TOLERANCES = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1)
"""Of margins, angles and relative sizes."""

REPAIRS = 200
_STEPS = 40
_CLOSE = 1e-10
_SLACK = 1e-9


class Floats(Protocol):
    """A problem in floats, with a point, as one of the systems sees it."""

    @property
    def labels(self) -> Array:
        """1 and -1."""

    @property
    def slope(self) -> float:
        """Of the activation, below 0."""

    def proposed(self, tolerance: float) -> Pattern | None:
        """The pattern that thresholds see; None where no neuron is live."""

    def system(self, pattern: Pattern) -> System:
        """The float system of a pattern."""

    def start(self, system: System) -> Array:
        """Values of the unknowns for which the system is about at the point."""

    def distance(self, system: System, u: Array) -> float:
        """How far what the unknowns mean is from the point."""


@final
@dataclass(frozen=True, slots=True)
class Snapped:
    """A pattern and a float solution of its system that agrees with it."""

    pattern: Pattern
    solution: Array


def snap(problem: Floats, budget: Budget) -> list[Snapped]:
    """KKT points near the point, in floats, nearest first; perhaps none."""
    found: dict[object, tuple[float, Snapped]] = {}
    for tolerance in TOLERANCES:
        budget.check()
        budget.report(f"active examples and kinks up to {tolerance:g}")
        pattern = problem.proposed(tolerance)
        snapped = None if pattern is None else _mended(problem, pattern, budget)
        if snapped is not None:
            system = problem.system(snapped.pattern)
            found[snapped.pattern.key()] = problem.distance(system, snapped.solution), snapped
    return [snapped for _, snapped in sorted(found.values(), key=lambda entry: entry[0])]


def _mended(problem: Floats, pattern: Pattern, budget: Budget) -> Snapped | None:
    """A solution that agrees with its pattern, repair by repair."""
    seen: set[object] = set()
    while pattern.key() not in seen and len(seen) < REPAIRS and pattern.active:
        budget.check()
        seen.add(pattern.key())
        system = problem.system(pattern)
        u = _newton(system, problem.start(system))
        if u is None:
            return None
        repaired = next(_repairs(problem, system, u), None)
        if repaired is None:
            return Snapped(pattern, u)
        if pattern.live and not repaired.live:
            return None  # all neurons zero
        pattern = repaired
    return None


def _newton(system: System, u: Array) -> Array | None:
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


def _repairs(problem: Floats, system: System, u: Array) -> Iterator[Pattern]:
    """Changes of the pattern that the solution asks for, the most urgent one first."""
    pattern, active = system.pattern, list(system.pattern.active)
    multipliers, sizes = system.multipliers(u), system.sizes(u)
    z = system.pre_activations(u)
    if sizes and min(sizes) <= _SLACK:
        n = int(np.argmin(sizes))
        yield replace(pattern, live=pattern.live[:n] + pattern.live[n + 1 :])
    if min(multipliers) <= _SLACK:
        gone = active[int(np.argmin(multipliers))]
        left = tuple(i for i in active if i != gone)
        yield Pattern(
            left, tuple(_put(n, gone, -1) if not n.sides[gone] else n for n in pattern.live)
        )
    outside = [
        (max(-above, -below), n, i, 1 if below < above else -1)
        for (n, i), (above, below) in zip(system.kinks, system.gaps(u), strict=True)
    ]
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
    margins = problem.labels * system.outputs(u)
    margins[active] = 1.0
    if min(margins) < 1 - _SLACK:
        new = int(np.argmin(margins))
        live = tuple(_put(n, new, 1 if z[m][new] > 0 else -1) for m, n in enumerate(pattern.live))
        yield Pattern(tuple(sorted((*active, new))), live)


def _put(unit: Live, i: int, side: int) -> Live:
    return replace(unit, sides=(*unit.sides[:i], side, *unit.sides[i + 1 :]))


def _with_side(pattern: Pattern, n: int, i: int, side: int) -> Pattern:
    changed = (_put(unit, i, side) if m == n else unit for m, unit in enumerate(pattern.live))
    return replace(pattern, live=tuple(changed))
