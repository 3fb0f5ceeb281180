"""``theorem``: parts, each a problem with steps; a step is any other claim about that problem.

A part names the steps that are its conclusion: those must be there. A step may replace the
part's objective (the same point as a KKT point of V Problem 2 and of V Problem 4), nothing
else. What the theorem's name means in words is outside of the kernel: a reader reads the
conclusions. Assumptions are named by the steps that rest on them, and collected.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from .outcome import Rejected, form, need
from .problem import Problem
from .reading import items, keys, table, word

Step = Callable[[str, Problem | None, Any, list[str]], str]
Reader = Callable[[Any], Problem]


def theorem(
    evidence: Any, assumptions: list[str], check_step: Step, read_problem: Reader
) -> tuple[str, list[tuple[str, Any]]]:
    """Check every step of every part; the statement, and each conclusion with its problem."""
    keys(evidence, "evidence", ("theorem", "parts"))
    name = word(evidence["theorem"], "evidence.theorem")
    form(bool(re.fullmatch(r"[a-z0-9]+/[A-Za-z0-9.-]+", name)), "theorem-name", "evidence", name)
    names = ("name", "problem", "steps", "conclusion")
    parts = table(evidence["parts"], "evidence.parts", names)
    form(bool(parts), "no-parts", "evidence.parts")
    used: set[str] = set()
    proved: list[tuple[str, Any]] = []
    for place, part in parts:
        claims = _check_part(part, place, check_step, read_problem, used)
        for step in items(part["conclusion"], place):
            need(word(step, place) in claims, "conclusion-not-proved", place, step)
            proved.append(claims.pop(step))  # each counts once
        form(bool(part["conclusion"]), "no-conclusion", place)
    differ = sorted(used ^ set(assumptions))
    need(sorted(assumptions) == sorted(used), "assumptions-differ", "assumptions", *differ)
    counts = Counter(claim for claim, _ in proved)
    listed = ", ".join(f"{counts[claim]} {claim}" for claim in sorted(counts))
    return f"{name}: {listed}; {len(parts)} parts", proved


def _check_part(
    part: Any, place: str, check_step: Step, read_problem: Reader, used: set[str]
) -> dict[str, tuple[str, Any]]:
    word(part["name"], place)
    shared = None if part["problem"] is None else read_problem(part["problem"])
    claims: dict[str, tuple[str, Any]] = {}
    optional = ("objective", "assumes")
    for where, step in table(part["steps"], place, ("name", "claim", "evidence"), optional):
        name, problem, value = word(step["name"], where), shared, part["problem"]
        form(name not in claims, "step-repeated", where, name)
        if "objective" in step:
            form(shared is not None, "objective-without-problem", where)
            value = {**part["problem"], "objective": step["objective"]}
            problem = read_problem(value)
        assumes = [word(a, where) for a in items(step.get("assumes", []), where)]
        used.update(assumes)
        claim = word(step["claim"], where)
        claims[name] = claim, value
        try:
            check_step(claim, problem, step["evidence"], assumes)
        except Rejected as failure:
            failure.place = f"{where} ({name}): {failure.place}"
            raise
    return claims
