"""``analyze --numeric``: enclosures by floats with rounding bounds, for large problems.

The bounds are rigorous, but no kernel checks them: there is no verdict and no certificate.
"""

import math
import shlex
from argparse import Namespace
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from exactmargin.cli.files import about, check_stdin
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, columns, complain, emit, emit_json
from exactmargin.decisions import Budget, BudgetSpent, existence_applies
from exactmargin.errors import InvalidInputError
from exactmargin.formats import read_problem
from exactmargin.numeric import KKTEnclosure, Stationarity, enclose_problem
from exactmargin.problems import Problem

__all__ = ["ENCLOSURES_FORMAT", "run_numeric"]

ENCLOSURES_FORMAT = "exactmargin/enclosures@1"
NEAR = 0.1
"""ε relative to the norm."""

_DIGITS = 9


def run_numeric(arguments: Namespace) -> Exit:
    """Print the enclosures as a table or as JSON."""
    if arguments.certificates is not None:
        raise InvalidInputError(
            "--numeric encloses and writes no certificates; leave --certificates out, or prove "
            "with certify --claim approximate-kkt",
            place="analyze",
        )
    check_stdin(arguments.problem)
    problem = read_problem(arguments.problem)
    progress = Progress()
    slack = 1.0 if arguments.slack is None else arguments.slack
    try:
        with about(arguments.problem):
            watch = Budget(arguments.budget, progress.show)
            found = enclose_problem(problem, slack=slack, watch=watch)
    except BudgetSpent as spent:
        progress.clear()
        complain(f"{spent}; nothing is enclosed")
        return Exit.SPENT
    finally:
        progress.clear()
    commands = _next(found, problem, arguments.problem)
    if arguments.json:
        emit_json({"format": ENCLOSURES_FORMAT, "enclosures": _as_json(found), "next": commands})
    else:
        emit(columns([*_rows(found), *(("next", command) for command in commands)]))
    return Exit.HOLDS


def _next(found: KKTEnclosure, problem: Problem, path: str) -> list[str]:
    """Commands that prove more, where the network may be near a KKT point.

    Beside kinks that are met only nearly ε stays large; then it is the margins that tell, several
    of which are about the least one.
    """
    best, name = found.clarke or found.plain, shlex.quote(path)
    if best is None:
        return []
    near = best.epsilon.high <= NEAR * found.norm.low
    if existence_applies(problem) and (near or found.nearly_active > 1):
        return [f"exactmargin snap {name}", f"exactmargin certify {name} --claim kkt-exists"]
    return [f"exactmargin certify {name} --claim approximate-kkt"] if near else []


def _as_json(found: KKTEnclosure) -> dict[str, object]:
    def stationarity(stated: Stationarity | None) -> dict[str, object] | None:
        return (
            None
            if stated is None
            else {
                "epsilon": _finite(stated.epsilon),
                "delta": _finite(stated.delta),
                "multipliers": stated.multipliers.tolist(),
                "slopes": [[i + 1, k + 1, value] for (i, k), value in stated.slopes.items()],
                "cells": [
                    {
                        "example": cell.example + 1,
                        "weight": cell.weight,
                        "direction": cell.direction.tolist(),
                    }
                    for cell in stated.cells
                ],
            }
        )

    return {
        "examples": found.examples,
        "candidates": found.candidates,
        "nearly_active": found.nearly_active,
        "kinks": found.kinks,
        "recomputed": found.recomputed,
        "least_margin": _finite(found.least_margin),
        "scale": found.scale,
        "norm": _finite(found.norm),
        "plain": stationarity(found.plain),
        "clarke": stationarity(found.clarke),
        "reason": found.reason,
    }


def _finite(bounds: Sequence[float]) -> list[float | None]:
    """Infinite bounds are none, as JSON has it."""
    return [value if math.isfinite(value) else None for value in bounds]


def _rows(found: KKTEnclosure) -> list[tuple[str, str]]:
    rows = [
        ("examples", f"{found.examples}, {found.recomputed} recomputed exactly"),
        ("with multipliers", f"at most {found.candidates}, on {found.kinks} kinks"),
        (
            "least margin",
            f"{_interval(found.least_margin)}, {found.nearly_active} within 1% of it",
        ),
        ("scale", f"{found.scale!r}"),
        ("norm", _interval(found.norm)),
    ]
    for name, stated in (("slope at 0 fixed", found.plain), ("Clarke", found.clarke)):
        if stated is not None:
            rows.append((f"epsilon, {name}", _interval(stated.epsilon)))
            rows.append((f"delta, {name}", _interval(stated.delta)))
    return rows if found.reason is None else [*rows, ("note", found.reason)]


def _interval(bounds: Sequence[float]) -> str:
    low, high = bounds
    return f"[{_rounded(low, ROUND_FLOOR)}, {_rounded(high, ROUND_CEILING)}]"


def _rounded(value: float, rounding: str) -> str:
    if not math.isfinite(value):
        return str(value)
    return f"{Context(prec=_DIGITS, rounding=rounding).create_decimal(Decimal(value)):g}"
