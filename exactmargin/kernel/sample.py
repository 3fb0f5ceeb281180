"""``separable``, ``not-separable``, ``rare``, ``generic``: the sample, without any parameters.

Write x^ = (x, 1). The classes are the labels that examples can have: -1 and 1 for
one output, else the numbers of the outputs.

*Separable*: for each class of the sample an affine function <w, x> + b is positive on its inputs
and negative on all others. *Not separable*: for one class, with s_i = 1 on it and -1 elsewhere, and
numbers a_i >= 0, not all zero, sum_i a_i s_i x^_i = 0; then no (w, b) has s_i <(w, b), x^_i> > 0
for all i (Gordan).

*Rare* (L Definition 1, read with r other than the example's class c(i): literally, entries at c(i)
alone would do, and they stand in no equation). The slope is positive, there are L hidden layers;
numbers lambda_i in {1, slope, ..., slope^L} and eps_ir in {0, 1}, r not c(i), not all zero, have

    sum_i lambda_i mu_i sum_r eps_ir (e_c(i) - e_r) x^_i = 0,

one equation for each class, e_r the unit vectors. *Generic*: not rare. A tree cuts the choices: a
split says of one pair (i, r) that eps_ir is 1 (``on``) or 0 (``off``), or names lambda_i's
exponent, 0 to L. A leaf has one vector q_r for each class. On the left side of the equations the
linear functional with these vectors is sum_i lambda_i mu_i sum_r eps_ir g_ir, where g_ir =
<q_c(i) - q_r, x^_i>. If no pair is on in the leaf's region, all g_ir of open pairs must be
positive; otherwise the smallest value must be, each open eps_ir being 1 where g_ir < 0, and each
open lambda_i 1 or slope^L. Either way no choice in the region but zero solves the equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .network import inner
from .numbers import Number, sign
from .outcome import form, need
from .problem import Problem
from .reading import integer, items, keys, numbered, numbers, read_number, rising, table

# What is known: (i, r) -> eps_ir, (i, None) -> the exponent of lambda_i.
Known = dict[tuple[int, int | None], int]


def _hats(problem: Problem) -> list[list[Number]]:
    return [[*x, Fraction(1)] for x in problem.inputs]


def separable(problem: Problem, evidence: Any) -> str:
    """Every class of the sample is on one side of a hyperplane, all others on the other."""
    keys(evidence, "evidence", ("separators",))
    rows = table(evidence["separators"], "evidence.separators", ("class", "weights", "bias"))
    found = [_class(problem, row["class"], where) for where, row in rows]
    wanted = sorted(set(problem.labels))
    need(found == wanted, "separators-of-the-classes", "evidence.separators", *wanted)
    for (where, row), r in zip(rows, found, strict=True):
        w = numbers(row["weights"], where, problem.field, len(problem.inputs[0]))
        w.append(read_number(row["bias"], problem.field, where))
        for i, (x, y) in enumerate(zip(_hats(problem), problem.labels, strict=True)):
            value = inner(w, x)
            right = sign(value) == (1 if y == r else -1)
            need(right, "wrong-side", f"{where}, example {i + 1}", value)
    return "the classes of the sample are linearly separable, each from the rest"


def not_separable(problem: Problem, evidence: Any) -> str:
    """The convex hulls of one class and of the rest meet."""
    keys(evidence, "evidence", ("class", "weights"))
    r = _class(problem, evidence["class"], "evidence.class")
    place = "evidence.weights"
    weights = numbers(evidence["weights"], place, problem.field, len(problem.labels))
    for i, a in enumerate(weights):
        need(sign(a) >= 0, "hull-weight-negative", f"{place}[{i}]", a)
    need(any(map(sign, weights)), "hulls-of-nothing", place)
    signed = [a if y == r else -a for a, y in zip(weights, problem.labels, strict=True)]
    for column in zip(*_hats(problem), strict=True):
        total = inner(signed, column)
        need(not sign(total), "hulls-apart", place, total)
    return f"the sample is not linearly separable: class {r} is not separable from the rest"


def _class(problem: Problem, value: Any, place: str) -> int:
    r = integer(value, place, -1, 10**6)
    form(r in problem.classes, "class-unknown", place, r)
    return r


def _weighted(problem: Problem) -> tuple[Number, ...]:
    """The mu_i; the definition needs a positive slope."""
    need(problem.slope > 0, "rare-without-slope", "problem.network", problem.slope)
    return problem.weights or ()


def rare(problem: Problem, evidence: Any) -> str:
    """lambda and eps solve the equations."""
    weights, place = _weighted(problem), "evidence.choices"
    value = keys(evidence, "evidence", ("choices",))["choices"]
    given = numbered(value, place, "example", len(problem.labels), ("exponent", "classes"))
    on, factors = list[tuple[int, int]](), dict[int, Number]()
    for i, (where, row) in given.items():
        exponent = integer(row["exponent"], where, 0, len(problem.layers) - 1)
        factors[i] = weights[i] * problem.slope**exponent
        listed = [_class(problem, r, where) for r in items(row["classes"], where)]
        rising(listed, where)
        need(problem.labels[i] not in listed, "rare-by-its-own-class", where)
        on += [(i, r) for r in listed]
    need(bool(on), "rare-by-nothing", place)
    hats = _hats(problem)
    for r in problem.classes:
        signed = [(i, (problem.labels[i] == r) - (c == r)) for i, c in on]
        for j in range(len(hats[0])):
            total: Any = sum((factors[i] * hats[i][j] * s for i, s in signed if s), Fraction(0))
            need(not sign(total), "rare-equation", f"class {r}", total)
    return "the sample is rare"


def generic(problem: Problem, evidence: Any) -> str:
    """No lambda and eps solve the equations."""
    _weighted(problem)
    tree = keys(evidence, "evidence", ("tree",))["tree"]
    _check(problem, tree, {}, "evidence.tree")
    return "the sample is generic"


def _check(problem: Problem, tree: Any, known: Known, place: str) -> None:
    if "functional" in keys(tree, place, (), tree):
        keys(tree, place, ("functional",))
        size = len(problem.inputs[0]) + 1
        rows = items(tree["functional"], place, len(problem.classes))
        q = [numbers(row, place, problem.field, size) for row in rows]
        _positive(problem, dict(zip(problem.classes, q, strict=True)), known, place)
        return
    choice = "class" in tree
    keys(tree, place, ("example", *(("class", "on", "off") if choice else ("exponents",))))
    i = integer(tree["example"], place, 1, len(problem.labels)) - 1
    if choice:
        r = _class(problem, tree["class"], place)
        _check(problem, tree["on"], known | {(i, r): 1}, f"{place}.on")
        _check(problem, tree["off"], known | {(i, r): 0}, f"{place}.off")
        return
    for n, branch in enumerate(items(tree["exponents"], place, len(problem.layers))):
        _check(problem, branch, known | {(i, None): n}, f"{place}.exponents[{n}]")


def _positive(problem: Problem, q: dict[int, Sequence[Any]], known: Known, place: str) -> None:
    """The functional is positive on every choice of the region that is not zero."""
    started = 1 in [side for (_, r), side in known.items() if r is not None]
    least: Any = Fraction(0)
    deepest = problem.slope ** (len(problem.layers) - 1)
    for i, (x, y) in enumerate(zip(_hats(problem), problem.labels, strict=True)):
        total: Any = Fraction(0)
        for r in problem.classes:
            g = inner(q[y], x) - inner(q[r], x)
            if r == y or known.get((i, r)) == 0:
                continue
            need(started or sign(g) > 0, "open-choice-not-positive", place, f"example {i + 1}", g)
            total = total + (g if (i, r) in known or sign(g) < 0 else 0)
        factor = deepest if sign(total) > 0 else Fraction(1)
        if (i, None) in known:
            factor = problem.slope ** known[i, None]
        least = least + total * factor * (problem.weights or ())[i]
    need(not started or sign(least) > 0, "choices-not-positive", place, least)
