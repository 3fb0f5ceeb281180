"""The pattern of ``kkt-exists``, read: active examples, and live units with sides and copies.

The units that are not listed are zero at theta*, the sides that are not listed are negative. Copies
of a unit read what it reads: with one hidden layer the same inputs at all examples, else the same
units, which also read them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from .full_system import FullSystem
from .neurons import Neurons
from .outcome import form, need
from .problem import Problem
from .reading import integer, items, numbered, read_number, rising
from .reduced import Live, System, rational


def reduced_system(problem: Problem, evidence: Any) -> System:
    """The system of one hidden layer, from ``units``."""
    neurons, active = Neurons(problem), _active(problem, evidence)
    kinds = [x if k in neurons.v else None for k, x in enumerate(neurons.x)]
    return System(
        neurons, active, _live(problem, active, evidence["units"], "evidence.units", kinds)
    )


def full_system(problem: Problem, evidence: Any) -> FullSystem:
    """The system of any depth, from ``layers``, the live units of each hidden layer."""
    active, live, place = _active(problem, evidence), list[list[Live]](), "evidence.layers"
    rows = items(evidence["layers"], place, len(problem.layers) - 1)
    for l, (value, (layer, above)) in enumerate(zip(rows, pairwise(problem.layers), strict=True)):
        targets = [
            {m for m, row in enumerate(above.rows) for _, j in row if j == k}
            for k in range(len(layer.rows))
        ]
        kinds = [
            ({j for _, j in row}, there) if there else None
            for row, there in zip(layer.rows, targets, strict=True)
        ]
        live.append(_live(problem, active, value, f"{place}[{l}]", kinds))
    return FullSystem(problem, active, live)


def _active(problem: Problem, evidence: Any) -> list[int]:
    return _examples(evidence["active"], problem, "evidence.active")


def _examples(value: Any, problem: Problem, place: str) -> list[int]:
    size = len(problem.labels)
    found = [integer(i, place, 1, size) - 1 for i in items(value, place)]
    rising(found, place)
    return found


def _live(
    problem: Problem, active: list[int], value: Any, where: str, kinds: list[Any]
) -> list[Live]:
    """The live units of a layer with their sides and copies, which are of the same kind."""
    names = ("positive", "kinks", "copies", *["sign"] * (where == "evidence.units"))
    live, taken, size = [], set[int](), len(kinds)
    for k, (place, entry) in numbered(value, where, "unit", size, names).items():
        sides = dict.fromkeys(active, -1)
        for name, side in (("positive", 1), ("kinks", 0)):
            for i in _examples(entry[name], problem, f"{place}.{name}"):
                form(i in sides, "side-not-active", f"{place}.{name}", i + 1)
                sides[i] = side
        rows = numbered(entry["copies"], f"{place}.copies", "unit", size, ("ratio",))
        ratios = {m: rational(read_number(e["ratio"], None, p)) for m, (p, e) in rows.items()}
        for m, ratio in ((k, Fraction(1)), *ratios.items()):
            need(kinds[m] is not None, "live-without-output", place, m + 1)
            need(kinds[m] == kinds[k], "copy-with-other-inputs", place, m + 1)
            need(m not in taken, "live-twice", place, m + 1)
            need(ratio > 0, "copy-ratio", place, ratio)
            taken.add(m)
        live.append(Live(k, integer(entry.get("sign", 0), place, -1, 1), sides, ratios))
    return live
