"""What `existence` asks of a square system, and how its units stand in the evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from flint import arb, fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.pattern import Array, Live, Pattern, System
from exactmargin.decisions.snap import Floats
from exactmargin.exact import Q
from exactmargin.problems import Problem

__all__ = ["Form", "balls", "rational", "unit_evidence", "unit_from"]

Evidence = dict[str, Any]


@final
@dataclass(frozen=True, slots=True)
class Form:
    """One of the two systems.

    `floats(problem, scale)` proposes, `balls(problem, pattern)` proves; `described` is the pattern
    as evidence and `pattern` reads it back; `minimum(problem, system, box, budget)` is what the
    evidence says about a local minimum.
    """

    floats: Callable[[Problem, float], Floats]
    balls: Callable[[Problem, Pattern], System]
    described: Callable[[Problem, Pattern], Evidence]
    pattern: Callable[[Problem, Mapping[str, Any]], Pattern]
    minimum: Callable[[Problem, System, Array, Budget], Evidence]


def balls(values: Sequence[Sequence[Any]]) -> Array:
    """A matrix of balls."""
    found = np.empty((len(values), len(values[0])), dtype=object)
    for n, row in enumerate(values):
        found[n, :] = [arb(value) for value in row]
    return found


def rational(a: arb) -> fmpq:
    """The middle of a ball."""
    mantissa, exponent = a.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def unit_evidence(unit: Live, number: int, active: Sequence[int]) -> Evidence:
    """A live unit, under its number in its layer."""
    first = number - unit.unit
    copies = [{"unit": k + first + 1, "ratio": Q.format(f)} for k, f in unit.copies.items()]
    sides = {
        name: [i + 1 for i in active if unit.sides[i] == side]
        for name, side in (("positive", 1), ("kinks", 0))
    }
    return {"unit": number + 1, **sides, "copies": copies}


def unit_from(entry: Mapping[str, Any], first: int, size: int) -> Live:
    """The live unit of an entry, `first` the number of its layer's first unit, for `size`
    examples."""
    sides = [-1] * size
    for name, side in (("positive", 1), ("kinks", 0)):
        for i in entry[name]:
            sides[i - 1] = side
    copies = {first + c["unit"] - 1: Q.parse(c["ratio"]) for c in entry["copies"]}
    return Live(first + entry["unit"] - 1, entry.get("sign", 0), tuple(sides), copies)
