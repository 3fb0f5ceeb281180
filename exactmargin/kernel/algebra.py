"""Facts about polynomials, all symbols free: identities and positivity.

The field is that of the problem, if there is one, and Q otherwise.
"""

from __future__ import annotations

from typing import Any

from .expressions import orthant_sign, read_expression
from .numbers import Poly
from .outcome import form, need
from .problem import Problem
from .reading import items, keys, word


def _read(problem: Problem | None, evidence: Any, key: str) -> Poly:
    names = [word(name, "evidence.symbols") for name in items(evidence["symbols"], "evidence")]
    for name in names:
        form(names.count(name) == 1, "symbol-twice", "evidence.symbols", name)
    field = problem.field if problem else None
    return read_expression(evidence[key], names, field, f"evidence.{key}")


def _over(evidence: Any, which: str) -> str:
    """The quantifier; a name that is not in it is the field's generator."""
    names = ", ".join(evidence["symbols"])
    return f" for {which} {names}" if names else ""


def identity(problem: Problem | None, evidence: Any) -> str:
    """Two polynomial expressions are equal, all symbols free."""
    keys(evidence, "evidence", ("symbols", "left", "right"))
    difference = _read(problem, evidence, "left") - _read(problem, evidence, "right")
    need(not difference.parts(), "not-identical", "evidence", difference)
    return f"{evidence['left']} = {evidence['right']}{_over(evidence, 'all')}"


def positive(problem: Problem | None, evidence: Any) -> str:
    """A polynomial is positive where all symbols are: no negative coefficient, one positive."""
    keys(evidence, "evidence", ("symbols", "expression"))
    p = _read(problem, evidence, "expression")
    symbols = range(1, len(evidence["symbols"]) + 1)
    need(orthant_sign(p, symbols) == 1, "not-positive", "evidence.expression", p)
    return f"{evidence['expression']} > 0{_over(evidence, 'all positive')}"
