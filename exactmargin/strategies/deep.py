"""KKT points of V Problem 2 in deep networks, and in networks that share weights.

The network, θ, the multipliers and the slopes of all hidden units are chosen first: then the
pre-activations and the gradients are affine in the inputs, and a linear program finds inputs for
which θ is a KKT point.  Its vertices are degenerate: zero pre-activations, repeated and zero
entries.  By Euler all layers have one norm at a KKT point, and where nothing is shared the
incoming and outgoing norms of every unit agree; so θ is a tree of such units, a chain for each
input (diagonal networks), or C v_l v_(l-1)ᵀ with unit vectors v_l (dense linear networks, whose
KKT points are all of this form: V C.2).  Where the choices contradict each other, the network is
given up for the chains of `kkt_points`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.exact import LinearProgram, LPStatus, Number, Q, sign, solve_lp
from exactmargin.networks import (
    Architecture,
    Parameters,
    RationalLike,
    convolutional,
    diagonal,
    from_pattern,
    fully_connected,
    gradient,
    linear_forward,
)
from exactmargin.problems import MaxMargin, Problem
from exactmargin.strategies.arguments import Range, bounds, several
from exactmargin.strategies.arguments import slopes as checked_slopes
from exactmargin.strategies.kkt import kkt_points
from exactmargin.strategies.networks import SLOPES
from exactmargin.strategies.numbers import unit_vectors

__all__ = ["KINDS_OF_DEEP_NETWORKS", "deep_kkt_points"]

KINDS_OF_DEEP_NETWORKS = ("dense", "sparse", "diagonal", "shared", "convolutional")
"""The kinds of networks that `deep_kkt_points` draws."""

_FAR = 32
_SIZES = [fmpq(p, q) for p, q in ((1, 1), (2, 1), (1, 2))]


def deep_kkt_points(
    kinds: Sequence[str] = KINDS_OF_DEEP_NETWORKS,
    *,
    dimension: Range = (1, 3),
    size: Range = (1, 3),
    depth: Range = (2, 4),
    width: Range = (1, 2),
    slopes: Sequence[RationalLike] = SLOPES,
) -> st.SearchStrategy[Problem]:
    """Max-margin problems over Q with a point that is a KKT point, in networks of any depth.

    `kinds`: ``"dense"``, ``"sparse"`` (weights are missing), ``"diagonal"``, ``"shared"`` (weights
    of a layer are shared), ``"convolutional"`` (one filter, depth 2).  Nothing has biases.  Where
    the choices contradict each other the network is one of chains, as `kkt_points` draws them.

    >>> deep_kkt_points(["dense"], depth=3, slopes=[1]).example()  # doctest: +SKIP
    Problem(name='constructed', field=Q, ...)

    Raises `InvalidInputError`.
    """
    wanted = several(kinds, KINDS_OF_DEEP_NETWORKS, "kinds")
    shape = _Shape(
        bounds(dimension, "dimension"),
        bounds(size, "size"),
        bounds(depth, "depth", least=2),
        bounds(width, "width"),
        checked_slopes(slopes),
    )
    return _deep_kkt_points(wanted, shape)


@dataclass(frozen=True, slots=True)
class _Shape:
    dimension: tuple[int, int]
    size: tuple[int, int]
    depth: tuple[int, int]
    width: tuple[int, int]
    slopes: tuple[fmpq, ...]


@st.composite
def _deep_kkt_points(draw: st.DrawFn, kinds: Sequence[str], shape: _Shape) -> Problem:
    kind, slope = draw(st.sampled_from(kinds)), draw(st.sampled_from(shape.slopes))
    m, d = draw(st.integers(*shape.depth)), draw(st.integers(*shape.dimension))
    widths = [d, *(draw(st.integers(*shape.width)) for _ in range(m - 1)), 1]
    if kind == "diagonal":
        network, theta = draw(_chains(diagonal(d, m, negative_slope=slope)))
    elif kind == "convolutional":
        network = convolutional(d + 1, min(d, 2), negative_slope=slope)
        theta = draw(_equal_norms(network))
    elif kind == "shared":
        network = draw(_shared(widths, slope))
        theta = draw(_equal_norms(network))
    elif kind == "dense" and slope == 1:
        network = fully_connected(widths, negative_slope=slope)
        theta = draw(_rank_one(widths))
    else:
        network, theta = draw(_tree(widths, kind, slope))
    found = draw(_with_inputs(network, theta, draw(st.integers(*shape.size))))
    if found is not None:
        return replace(found, name=f"constructed, {kind}")
    chains = kkt_points(depth=m, dimension=d, size=shape.size, slopes=[slope], biases=False)
    return draw(chains)


# ---------------- networks and points


@st.composite
def _chains(draw: st.DrawFn, network: Architecture) -> tuple[Architecture, list[fmpq]]:
    """A diagonal network, some chains zero, the others of one size each and open upwards."""
    d = network.input_dimension
    sizes = [draw(st.sampled_from(_SIZES)) * draw(st.booleans()) for _ in range(d)]
    sizes[0] = sizes[0] or fmpq(1)
    theta = []
    for layer in range(network.depth):
        end = layer in (0, network.depth - 1) or network.is_linear
        theta += [size * draw(st.sampled_from((1, -1))) if end else size for size in sizes]
    return network, theta


@st.composite
def _equal_norms(draw: st.DrawFn, network: Architecture) -> list[fmpq]:
    """One norm for all layers; behind the first layer no weight is negative, unless linear."""
    size = draw(st.sampled_from(_SIZES))
    theta = [size * v for n in network.parameter_counts for v in draw(unit_vectors(n))]
    first = 0 if network.is_linear else network.parameter_counts[0]
    return theta[:first] + [_absolute(v) if first else v for v in theta[first:]]


def _absolute(value: fmpq) -> fmpq:
    return value if value > 0 else -value


@st.composite
def _shared(draw: st.DrawFn, widths: Sequence[int], slope: fmpq) -> Architecture:
    """Every layer has one or two parameters, and weights may be missing."""
    patterns = []
    for columns, rows in pairwise(widths):
        count = draw(st.integers(1, 2))
        numbers = [draw(st.integers(0, count)) for _ in range(rows * columns)]
        kept = sorted(set(numbers) - {0})
        numbers = [kept.index(k) + 1 if k else 0 for k in numbers] if kept else [1, *numbers[1:]]
        patterns.append([numbers[r * columns : (r + 1) * columns] for r in range(rows)])
    return from_pattern(patterns, None, slope)


@st.composite
def _rank_one(draw: st.DrawFn, widths: Sequence[int]) -> list[fmpq]:
    """W^(l) = C v_l v_(l-1)ᵀ: the KKT points of dense linear networks (V C.2)."""
    size, theta = draw(st.sampled_from(_SIZES)), []
    units = [draw(unit_vectors(n)) for n in widths[:-1]] + [[fmpq(1)]]
    for below, above in pairwise(units):
        theta += [size * a * b for a in above for b in below]
    return theta


@st.composite
def _tree(
    draw: st.DrawFn, widths: Sequence[int], kind: str, slope: fmpq
) -> tuple[Architecture, list[fmpq]]:
    """Weights that are a tree of units whose incoming and outgoing norms agree, and zeros.

    In a dense network all weights are there; elsewhere some of the zeros are missing.
    """
    weights = draw(_balanced_tree(widths, slope == 1))
    patterns: list[list[list[int]]] = []
    theta: list[fmpq] = []
    for layer, (columns, rows) in enumerate(pairwise(widths)):
        number, pattern = 0, []
        for unit in range(rows):
            row = []
            for source in range(columns):
                value = weights.get((layer, unit, source))
                there = value is not None or kind == "dense" or draw(st.integers(0, 2)) == 2
                number += there
                row.append(number if there else 0)
                theta += [value or fmpq(0)] * there
            pattern.append(row)
        patterns.append(pattern)
    return from_pattern(patterns, None, slope), theta


@st.composite
def _balanced_tree(
    draw: st.DrawFn, widths: Sequence[int], linear: bool
) -> dict[tuple[int, int, int], fmpq]:
    """{(layer, unit, source): weight}; every unit of a hidden layer has one parent at most.

    Units of the first layer have inputs of their own, or all the same ones.  Hidden units pull each
    other up, unless the network is linear: no weight between them is negative.
    """
    result: dict[tuple[int, int, int], fmpq] = {}
    level = {0: draw(st.sampled_from(_SIZES))}
    for layer in range(len(widths) - 2, -1, -1):
        sources = widths[layer]
        free = list(draw(st.permutations(range(sources))))
        # Lower layers must have room as well: units have sources of their own.
        room = min(widths[1 : layer + 1]) if layer else max(sources, len(level))
        same = draw(unit_vectors(sources)) if len(level) > sources else None
        below: dict[int, fmpq] = {}
        for left, (unit, size) in zip(range(len(level) - 1, -1, -1), level.items(), strict=True):
            count = draw(st.integers(1, max(1, min(2, room - len(below) - left))))
            mine = free[:count] if same is None else range(sources)
            free = free[count:]
            vector = draw(unit_vectors(count)) if same is None else same
            for source, value in zip(mine, vector, strict=True):
                upward = 0 < layer < len(widths) - 2 and not linear
                result[layer, unit, source] = size * (_absolute(value) if upward else value)
                below[source] = size * _absolute(value)
        level = below
    return result


# ---------------- multipliers, sides and inputs


@st.composite
def _with_inputs(
    draw: st.DrawFn, network: Architecture, theta: list[fmpq], n: int
) -> Problem | None:
    """A problem whose point θ is a KKT point, or None where there is none with the choices."""
    point = Parameters.from_flat(network, theta)
    last = theta[network.block_slice(network.depth - 1)]
    labels, multipliers = draw(_multipliers(last, network.is_linear, n))
    costs = [draw(st.integers(-1, 2)) for _ in range(n * network.input_dimension)]
    active = [draw(st.booleans()) for _ in labels]
    turns = [
        [draw(st.integers(0, 7)) == 7 for _ in range(sum(network.hidden_widths))] for _ in labels
    ]
    for turned in [turns, None] if any(map(any, turns)) else [None]:
        system = _System(network, point, theta)
        for i, (y, weight) in enumerate(zip(labels, multipliers, strict=True)):
            sides = _sides(network, point, y, turned[i] if turned else None)
            system.add(i, sides, y, weight, bool(weight) or active[i])
        inputs = system.solution(costs)
        if inputs is not None:
            break
    else:
        return None
    data = Dataset(inputs, tuple(labels))
    return Problem("constructed", Q, network, data, MaxMargin(), point)


@st.composite
def _multipliers(
    draw: st.DrawFn, last: Sequence[fmpq], linear: bool, n: int
) -> tuple[list[int], list[fmpq]]:
    """Labels and λ: Σ λ_i is the squared norm of the last layer, and but for linear networks Σ λ_i
    over the examples of a label is that of its weights of this sign."""
    signs = sorted({sign(v) for v in last} - {0}, reverse=True)
    labels = [*signs, *(draw(st.sampled_from(signs)) for _ in range(n))][:n]
    loads = [fmpq(draw(st.integers(1, 3)) % 3) for _ in labels]
    result = [fmpq(0)] * n
    for group in [set(signs)] if linear else [{s} for s in signs]:
        total = sum((v * v for v in last if sign(v) in group), fmpq(0))
        own = [i for i, y in enumerate(labels) if y in group]
        parts = [loads[i] for i in own] if any(loads[i] for i in own) else [fmpq(1)] * len(own)
        for i, part in zip(own, parts, strict=True):
            result[i] = total * part / sum(parts, fmpq(0))
    return labels, result


def _sides(
    network: Architecture, point: Parameters, y: int, turned: Sequence[bool] | None
) -> list[list[int]]:
    """Sides of the hidden units: a unit is on where its output pulls towards the label, unless it
    is turned."""
    sides: list[list[int]] = []
    pulls, turns = [fmpq(1)], list(turned or ())
    for layer, weights in zip(network.layers[:0:-1], point.weights[:0:-1], strict=True):
        below = [fmpq(0)] * layer.columns
        for pull, entries in zip(pulls, layer.entries, strict=True):
            for j, g in entries:
                below[j] += pull * Q.coerce(weights[g])
        row = [1 if sign(pull) * y > 0 else -1 for pull in below]
        row = [-side if turns and turns.pop() else side for side in row]
        sides.insert(0, row)
        pulls = [
            pull if side > 0 else pull * network.negative_slope
            for pull, side in zip(below, row, strict=True)
        ]
    return sides


class _System:
    """What the inputs must satisfy: rows over their coordinates, one input after the other."""

    def __init__(self, network: Architecture, point: Parameters, theta: Sequence[fmpq]):
        self.network, self.point = network, point
        self.rows: list[dict[int, Number]] = []
        self.senses: list[str] = []
        self.rhs: list[Number] = []
        self.stationary: list[dict[int, Number]] = [{} for _ in theta]
        self.rest: list[Number] = list(theta)

    def add(self, i: int, sides: list[list[int]], y: int, weight: fmpq, tight: bool) -> None:
        """Example i with these sides and label, and the multiplier `weight`."""
        network, d = self.network, self.network.input_dimension
        slopes = tuple(
            tuple(fmpq(1) if s > 0 else network.negative_slope for s in row) for row in sides
        )
        places = [[fmpq(0)] * d, *([fmpq(j == k) for k in range(d)] for j in range(d))]
        runs = [linear_forward(network, self.point, x, slopes).pre_activations for x in places]
        pulls = [gradient(network, self.point, x, slopes) for x in places]
        for p, row in enumerate(self.stationary):
            start, change = _affine(i * d, [pull[p] * weight * y for pull in pulls])
            row |= change
            self.rest[p] = self.rest[p] - start
        for layer, signs in enumerate(sides):
            for k, s in enumerate(signs):
                if network.negative_slope != 1:
                    start, change = _affine(i * d, [run[layer][k] * s for run in runs])
                    self._row(change, ">=", -start)
        start, change = _affine(i * d, [run[-1][0] * y for run in runs])
        self._row(change, "==" if tight else ">=", 1 - start)

    def solution(self, costs: Sequence[int]) -> tuple[tuple[Number, ...], ...] | None:
        """The cheapest inputs in a box, or None."""
        for row, right in zip(self.stationary, self.rest, strict=True):
            self._row(row, "==", right)
        for p in range(len(costs)):
            self._row({p: Q.one}, "<=", fmpq(_FAR))
            self._row({p: Q.one}, ">=", fmpq(-_FAR))
        program = LinearProgram(Q, [*map(fmpq, costs)], self.rows, self.senses, self.rhs, True)
        found, d = solve_lp(program), self.network.input_dimension
        if found.status is LPStatus.INFEASIBLE or found.x is None:
            return None
        return tuple(tuple(found.x[p : p + d]) for p in range(0, len(costs), d))

    def _row(self, row: dict[int, Number], sense: str, right: Number) -> None:
        self.rows.append(row)
        self.senses.append(sense)
        self.rhs.append(right)


def _affine(start: int, values: Sequence[Number]) -> tuple[Number, dict[int, Number]]:
    """Constant and coefficients of an affine function, from its values at 0 and unit vectors."""
    first, *others = values
    return first, {start + j: value - first for j, value in enumerate(others)}
