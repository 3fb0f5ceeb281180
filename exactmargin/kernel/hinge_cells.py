"""``cells`` of a hinge problem with at most one hidden layer: a split tree over signs.

A *signature* lists the signs of all hidden pre-activations z_ik but those that are always zero,
and of all 1 - y_i Phi_i; a *cell* is the set of all parameters with one signature without zeros,
if there are any. These forms are continuous, so a cell is open, and has inner points in which no
output weight is zero.

*Lifting.* The units of one group share parameters, directly or through others; no two of them
are read by different output weights. Multiply all parameters of a group by |v|, v the output
weight that reads it if one does, and call the products P. With s = sign v then z_ik(P) = |v| z_ik
has the sign of z_ik, and v sigma(z_ik) = s sigma(z_ik(P)). So where the sides of example i and the
signs s are fixed, 1 - y_i Phi_i is affine in (P, c), c the bias of the output: a linear form in
(P, c, t) at t = 1. The parameters with v = s, first layer P and bias c have these lifted values.

*Tree.* An inner node splits a region of (P, c, 1) by the sign of a form that is not always zero
there, or by a sign s; so all points on no zero set go down to some leaf, and with them each cell.
A loss is split when it is a linear form, its units' sides and their output signs being known (not
that of a unit which is off). A leaf is *empty* if a combination of the forms that are positive in
its region is zero, with weights that are not negative and not all zero; t is one of them. Or it
is a *cell*: all signs are known, and a point is in the region. Leaves that differ in s alone have
the same signature and count once. The number of signatures at leaves is the number of cells.

Without a hidden layer the only layer takes the place of the hidden one: one unit, always on,
read with the weight 1. It has no signs of its own in a signature.

Evidence: ``count``, and ``tree``, its nodes in preorder, the side + first: {"example", "unit"}
and {"example"} split by a hidden sign and by a loss, {"output"} by the sign of a weight of the
output; {"empty"}: a weight for t and for each split by a form above; {"cell"}: P and c.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from .cells import forms, groups
from .network import inner
from .numbers import sign
from .outcome import form, need
from .problem import Problem
from .reading import integer, items, keys, numbers, read_number

Row = Sequence[Any]
Signs = dict[tuple[int, int], int]
LOSS, OUTPUT = -1, -1  # (example, LOSS): its loss; (OUTPUT, parameter): an output weight
NODES = (["cell"], ["empty"], ["example"], ["example", "unit"], ["output"])


class Region(NamedTuple):
    """The signs that are known, and the linear forms in (P, c, t) that are positive: t first."""

    signs: Signs
    positive: list[Row]

    def side(self, key: tuple[int, int], s: int, row: Row | None) -> Region:
        """The part with this sign, which is that of the form, if one is given."""
        more = [] if row is None else [[s * x for x in row]]
        return Region({**self.signs, key: s}, [*self.positive, *more])


class Lift(NamedTuple):
    """The hidden forms in (P, c, t) that are not zero, by (example, unit), and what is read."""

    problem: Problem
    z: dict[tuple[int, int], Row]
    reads: tuple[tuple[int, int], ...]
    start: Region


def lift(problem: Problem) -> Lift:
    """The lifted forms; rejects where a group has no single scale."""
    first, last, n = problem.layers[0], problem.layers[-1], len(problem.inputs)
    for units, _ in groups(problem):
        read = {p for p, k in last.rows[0] if k in units}
        need(len(read) < 2, "group-read-twice", "problem.network", *(k + 1 for k in units))
    zeros = [Fraction(0)] * (1 + len(last.biases) * (last is not first))
    rows = enumerate(forms(problem, range(len(first.rows)), range(first.stop)))
    z: dict[tuple[int, int], Row]
    z = {(j % n, j // n): [*row, *zeros] for j, row in rows if any(map(sign, row))}
    t = [*[Fraction(0)] * (first.stop + len(zeros) - 1), Fraction(1)]
    if last is not first:
        return Lift(problem, z, last.rows[0], Region({}, [t]))
    always: Signs = {(OUTPUT, OUTPUT): 1} | {(i, 0): 1 for i in range(n)}
    return Lift(problem, z, ((OUTPUT, 0),), Region(always, [t]))


def loss(lifted: Lift, region: Region, i: int, place: str) -> list[Any]:
    """1 - y_i Phi_i as a form in (P, c, t), where the signs that it depends on are known."""
    problem, signs = lifted.problem, region.signs
    row, y = list(region.positive[0]), problem.labels[i]
    if len(problem.layers) > 1 and problem.layers[-1].biases:
        row[-2] = Fraction(-y)
    for p, k in lifted.reads:
        if (i, k) in lifted.z:
            need((i, k) in signs, "loss-before-its-units", place, k + 1)
            slope = 1 if signs.get((i, k), 0) > 0 else problem.slope
            need((OUTPUT, p) in signs or not slope, "loss-before-its-output-signs", place, k + 1)
            factor = y * slope * signs.get((OUTPUT, p), 1)
            row = [a - factor * b for a, b in zip(row, lifted.z[i, k], strict=True)]
    return row


def split(lifted: Lift, region: Region, node: Any, place: str) -> tuple[Region, Region]:
    """The two parts of a region."""
    first, last = lifted.problem.layers[0], lifted.problem.layers[-1]
    row: Row | None = None
    if "output" in node:
        size = (last.stop - last.start - len(last.biases)) * (last is not first)
        key = (OUTPUT, last.start + integer(node["output"], place, 1, size) - 1)
    elif "unit" in node:
        i = integer(node["example"], place, 1, len(lifted.problem.inputs)) - 1
        key = (i, integer(node["unit"], place, 1, len(first.rows)) - 1)
        row = lifted.z.get(key, [Fraction(0)] * len(region.positive[0]))
        need(key in lifted.z, "split-by-zero", place)
    else:
        key = (integer(node["example"], place, 1, len(lifted.problem.inputs)) - 1, LOSS)
        row = loss(lifted, region, key[0], place)
    need(key not in region.signs, "split-again", place)
    return region.side(key, 1, row), region.side(key, -1, row)


def check_empty(lifted: Lift, region: Region, value: Any, place: str) -> None:
    """Gordan: forms that are positive in the region sum to zero."""
    weights = numbers(value, place, lifted.problem.field, len(region.positive))
    need(all(sign(w) >= 0 for w in weights), "refutation-weight", place)
    need(any(map(sign, weights)), "refutation-of-nothing", place)
    used = [(w, row) for w, row in zip(weights, region.positive, strict=True) if sign(w)]
    for column in range(len(region.positive[0])):
        total = inner([w for w, _ in used], [row[column] for _, row in used])
        need(not sign(total), "refutation", place, total)


def hinge_cells(problem: Problem, evidence: Any) -> str:
    """The number of signatures, and parameters in the cell of each."""
    keys(evidence, "evidence", ("count", "tree"))
    depth = len(problem.layers)
    need(depth < 3, "hinge-cells-need-one-hidden-layer", "problem.network", depth)
    lifted = lift(problem)
    wanted = [*lifted.z, *((i, LOSS) for i in range(len(problem.inputs)))]
    found: set[tuple[int, ...]] = set()
    regions = [lifted.start]
    for n, node in enumerate(items(evidence["tree"], "evidence.tree")):
        place = f"evidence.tree[{n}]"
        form(sorted(keys(node, place, (), node)) in NODES, "tree-node", place, *node)
        form(bool(regions), "tree-too-long", place)
        region = regions.pop()
        if "empty" in node:
            check_empty(lifted, region, node["empty"], place)
        elif "cell" in node:
            point = numbers(node["cell"], place, problem.field, len(region.positive[0]) - 1)
            for row in region.positive:
                value = inner(row, [*point, Fraction(1)])
                need(sign(value) > 0, "point-not-in-the-cell", place, value)
            signature = tuple(region.signs.get(key, 0) for key in wanted)
            need(0 not in signature, "cell-with-open-signs", place)
            found.add(signature)
        else:
            regions += reversed(split(lifted, region, node, place))
    form(not regions, "tree-too-short", "evidence.tree", len(regions))
    count = read_number(evidence["count"], None, "evidence.count")
    need(count == len(found), "other-number-of-cells", "evidence.count", len(found))
    return f"the number of cells is {len(found)}: the list is complete"
