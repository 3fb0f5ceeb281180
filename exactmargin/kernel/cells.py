"""``cells`` of a margin problem with one hidden layer: their number, and a complete list of them.

A *cell* is a largest connected set of parameters on which no hidden pre-activation is zero, but
those that always are. All others (unit k, example i) are linear forms in the first layer's
parameters, so cells are the *chambers* of a central arrangement: the components of what is left
when the hyperplanes z_ik = 0 are taken away. A chamber is convex, the forms have constant signs on
it, and on another chamber other signs: a segment between the two meets a hyperplane. If C is a
chamber, so is -C. A network without a hidden layer is one cell.

*Product.* Units that share no parameter, not even through other units, are independent: the
cells are the products of the chambers of such groups. Forms that are always zero are left out,
proportional ones are one hyperplane, groups with the same hyperplanes have the same chambers.

*Number* (Zaslavsky's recursion). Add a hyperplane H to an arrangement A. The chambers C of A that
H cuts correspond to the chambers C ∩ H of A restricted to H, and each becomes two: r(A + H) =
r(A) + r(A|H). Coordinates are chosen in which some of the forms, a basis of all, are the m
coordinates; these alone have 2^m chambers, and the other forms are added one by one. On H: h = 0
with h_j not zero, x_j is eliminated: a form f becomes h_j f - f_j h, the coordinate x_j
becomes the rest of h, the other coordinates stay what they are.

*List.* A witness is on no hyperplane, so in one chamber. If no two witnesses have the same or
everywhere opposite signs, the chambers of all w and -w are different; if twice the number of
witnesses is the number of chambers, there are no others.

Evidence: ``count``, the number of cells, and ``witnesses``: for each different arrangement, in
the order of its first unit (groups without a hyperplane have none), null if only the number is
claimed, or for each pair C, -C one point: rational values of the group's parameters in flat order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm
from operator import mul
from typing import Any, NamedTuple

from .numbers import Field, Poly, as_poly, bits, remainder, sign, spend
from .outcome import need
from .problem import Problem
from .reading import items, keys, numbers, read_number

Row = tuple[Any, ...]


class Arrangement(NamedTuple):
    """Distinct hyperplanes, and the groups of units (counted from 0) whose forms they are."""

    planes: list[Row]
    groups: list[list[int]]


def small(row: Sequence[Any], field: Field | None) -> Row:
    """A multiple of the row, not by zero, of small whole numbers; over Q there is just one."""
    row = [x if field is None else _modulo(as_poly(x), field) for x in row]
    parts = row if field is None else [a for x in row for a in x.terms.values()]
    scale = lcm(*(a.denominator for a in parts))
    content = gcd(*(int(a * scale) for a in parts)) or 1
    if field is not None:
        return tuple(x * Fraction(scale, content) for x in row)
    content = -content if next(filter(None, row), 0) < 0 else content
    return tuple(int(x * scale) // content for x in row)


def _modulo(x: Poly, field: Field) -> Poly:
    """The same number, of lower degree in r than r's polynomial."""
    return field.number(remainder(x.powers(), field.minpoly))


def _lead(row: Sequence[Any]) -> int:
    return next(j for j, a in enumerate(row) if sign(a))


def _eliminate(j: int, u: Sequence[Any], v: Sequence[Any]) -> list[Any]:
    """v without its part at j, by means of u: zero if they are proportional."""
    return [u[j] * b - v[j] * a for a, b in zip(u, v, strict=True)]


def _parallel(u: Row, v: Row) -> bool:
    return not any(map(sign, _eliminate(_lead(u), u, v)))


def _distinct(rows: Iterable[Sequence[Any]], field: Field | None) -> list[Row]:
    """One row for each hyperplane, of rows that are not zero."""
    kept = list(dict.fromkeys(small(row, field) for row in rows))
    if field is not None:
        kept = [u for n, u in enumerate(kept) if not any(_parallel(v, u) for v in kept[:n])]
    return kept


def groups(problem: Problem) -> list[tuple[list[int], list[int]]]:
    """Groups of units that share parameters, directly or through others; their parameters."""
    layer = problem.layers[0]
    found: list[tuple[list[int], set[int]]] = []
    for k, row in enumerate(layer.rows if len(problem.layers) > 1 else ()):
        units, used = [k], {p for p, _ in row} | {*layer.biases[k : k + 1]}
        for group in [g for g in found if g[1] & used]:
            found.remove(group)
            units, used = group[0] + units, group[1] | used
        found.append((units, used))
    return sorted((sorted(units), sorted(used)) for units, used in found)


def forms(problem: Problem, units: Sequence[int], used: Sequence[int]) -> list[list[Any]]:
    """The pre-activations of the units, at all examples, as forms in these parameters."""
    layer, found = problem.layers[0], []
    for k in units:
        for x in problem.inputs:
            form: dict[int, Any] = dict.fromkeys(used, Fraction(0))
            form |= dict.fromkeys(layer.biases[k : k + 1], Fraction(1))
            for p, j in layer.rows[k]:
                form[p] = form[p] + x[j]
            found.append(list(form.values()))
    return found


def arrangements(problem: Problem) -> list[Arrangement]:
    """The different arrangements with at least one hyperplane, in the order of their first unit."""
    found: list[Arrangement] = []
    for units, used in groups(problem):
        rows = [form for form in forms(problem, units, used) if any(map(sign, form))]
        planes = _distinct(rows, problem.field)
        same = next((a for a in found if _same(a.planes, planes)), None)
        if same is not None:
            same.groups.append(units)
        elif planes:
            found.append(Arrangement(planes, [units]))
    return found


def _same(a: list[Row], b: list[Row]) -> bool:
    return [*map(len, a)] == [*map(len, b)] and all(map(_parallel, a, b))


def chambers(planes: list[Row], field: Field | None) -> int:
    """The number of chambers of an arrangement with at least one hyperplane."""
    columns, basis = [*zip(*planes, strict=True)], list[Row]()
    for i in range(len(planes)):  # column operations: a basis of the rows become coordinates
        n = next((n for n, c in enumerate(columns) if sign(c[i])), None)
        if n is not None:
            c = columns.pop(n)
            columns = [small(_eliminate(i, c, d), field) for d in columns]
            basis = [*(small(_eliminate(i, c, d), field) for d in basis), c]
    return _number(len(basis), _others(zip(*basis, strict=True)), field)


def _others(rows: Iterable[Row]) -> list[Row]:
    """The rows that are not a coordinate alone."""
    return [row for row in rows if sum(1 for a in row if sign(a)) > 1]


def _number(m: int, others: list[Row], field: Field | None) -> int:
    """The chambers of the m coordinate hyperplanes and the others, all of them different."""
    if m == 2:
        return 4 + 2 * len(others)
    total = int(2**m)
    for i, h in enumerate(others):
        j = _lead(h)
        spend(m * (i + 1), 0 if field else 2 * bits(h))
        rows = [h, *(tuple(_eliminate(j, h, f)) for f in others[:i])]
        on_h = _others(row[:j] + row[j + 1 :] for row in rows)
        total += _number(m - 1, _distinct(on_h, field), field)
    return total


def _check_list(value: Any, place: str, planes: list[Row], total: int) -> None:
    """One witness for each pair of opposite chambers."""
    rows = items(value, place)
    seen: set[bytes] = set()
    for n, row in enumerate(rows):
        where = f"{place}[{n}]"
        w = small(numbers(row, where, None, len(planes[0])), None)
        signs = [sign(sum(map(mul, plane, w))) for plane in planes]
        need(0 not in signs, "witness-on-a-hyperplane", where, *row)
        key = bytes(s == signs[0] for s in signs)  # the same for -w
        need(key not in seen, "witness-repeated", where, *row)
        seen.add(key)
    need(2 * len(rows) == total, "chambers-missing", place, 2 * len(rows), total)


def cells(problem: Problem, evidence: Any) -> str:
    """The number of cells, and a witness in every chamber."""
    keys(evidence, "evidence", ("count", "witnesses"))
    depth = len(problem.layers)
    need(depth < 3, "cells-need-one-hidden-layer", "problem.network", depth)
    found = arrangements(problem)
    lists = items(evidence["witnesses"], "evidence.witnesses", len(found))
    total = 1
    for n, (arrangement, listed) in enumerate(zip(found, lists, strict=True)):
        number = chambers(arrangement.planes, problem.field)
        if listed is not None:
            _check_list(listed, f"evidence.witnesses[{n}]", arrangement.planes, number)
        total *= number ** len(arrangement.groups)
    place = "evidence.count"
    need(read_number(evidence["count"], None, place) == total, "other-count", place, total)
    return f"the number of cells is {total}" + ": the list is complete" * (None not in lists)
