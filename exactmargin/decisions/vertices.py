"""Diagonal linear networks: the least norm is reached at a vertex (V Theorem 4.4, Remark 4.1).

A chain is an input with a weight in every layer on its way to the output; Φ(x) = Σ β_j x_j over
the chains, and the least ‖θ'‖² with these β is f(β) = m Σ |β_j|^(2/m), which for m ≥ 2 is
concave in each orthant. So f is smallest at a vertex of an orthant's part of {y_i <x_i, β> ≥ 1}:
as many margins are 1 as β_j are not 0. All are computed exactly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

from flint import fmpq, fmpz

from exactmargin.decisions.better import smaller_point
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.proposals import PRECISIONS, root_of
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, dot, rank, sign, solve, squared_norm
from exactmargin.problems import MaxMargin, Problem

__all__ = ["SYSTEMS", "is_diagonal", "systems", "vertices_bound", "vertices_global_minimum"]

SYSTEMS = 10**5
"""The number of square systems up to which the kernel computes all vertices."""

_SHORT = 8


@dataclass(frozen=True, slots=True)
class _Chain:
    """The places of a chain's weights in the flat vector, layer by layer."""

    source: int
    places: tuple[int, ...]


def is_diagonal(problem: Problem) -> bool:
    """Whether the problem is linear and diagonal with rational data and m ≥ 2 layers."""
    network = problem.network
    straight = all(
        j == k
        for layer in network.layers[:-1]
        for k, row in enumerate(layer.entries)
        for j, _ in row
    )
    rational = all(_rational(v) is not None for x in problem.data.inputs for v in x)
    plain = network.is_linear and network.is_no_share and not network.has_bias
    wide = network.depth >= 2 and isinstance(problem.objective, MaxMargin)
    return wide and plain and straight and rational


def systems(problem: Problem) -> int:
    """How many square systems the kernel allows for: a choice of tight constraints each."""
    chains = len(_chains(problem))
    return comb(problem.data.size + chains, chains)


def vertices_global_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether a feasible θ is a global minimum; the problem is one of `is_diagonal`.

    Unknown where there are too many vertices to compute, and where roots that are neither
    rational nor among θ's weights would have to be compared.
    """
    chains = _chains(problem)
    if systems(problem) > SYSTEMS:
        return Verdict.unknown(
            f"the vertices of {problem.data.size} examples in {len(chains)} chains need "
            f"{systems(problem)} linear systems; at most {SYSTEMS} are solved"
        )
    found = _vertices(problem, chains, budget)
    for bits in PRECISIONS[:_SHORT]:
        budget.check()
        for beta in found:
            better = smaller_point(problem, _point(problem, chains, beta, bits))
            if better is not None:
                return Verdict.proved(Answer.NO, better)
        norm = squared_norm(problem.free_parameters())
        evidence = _evidence(problem, chains, found, norm, bits)
        if evidence is not None:
            certificate = Certificate.about(problem, "global-minimum", evidence)
            return Verdict.proved(Answer.YES, certificate)
    return Verdict.unknown(
        "boundary: another vertex of the polyhedron gives the same norm to "
        f"{PRECISIONS[_SHORT - 1]} binary digits"
    )


def vertices_bound(problem: Problem, budget: Budget, bits: int) -> tuple[fmpq, Mapping[str, Any]]:
    """A lower bound on the squared norm of all feasible points, with its evidence."""
    chains = _chains(problem)
    found = _vertices(problem, chains, budget)
    m = problem.network.depth
    roots = [[_root_below(value, m, bits) for value in beta] for beta in found]
    bound = min(m * sum(row, fmpq(0)) for row in roots)
    return bound, {"by": "vertices", "vertices": _listed(problem, found, roots)}


def _chains(problem: Problem) -> list[_Chain]:
    *hidden, output = problem.network.layers
    chains = []
    for j, last in output.entries[0]:
        rows = [layer.entries[j] for layer in reversed(hidden)]
        if all(rows):
            numbers = [*(row[0][1] for row in reversed(rows)), last]
            starts = [problem.network.block_slice(n).start for n in range(len(numbers))]
            places = tuple(a + g for a, g in zip(starts, numbers, strict=True))
            chains.append(_Chain(j, places))
    return chains


def _rational(value: Number) -> fmpq | None:
    return value if isinstance(value, fmpq) else value.rational()


def _vertices(problem: Problem, chains: Sequence[_Chain], budget: Budget) -> list[tuple[fmpq, ...]]:
    """All vertices, each once, sorted."""
    pairs = zip(problem.data.inputs, problem.data.labels, strict=True)
    rows: list[list[Any]] = [[_rational(x[c.source]) * y for c in chains] for x, y in pairs]  # type: ignore[operator] # rational, see is_diagonal
    found: set[tuple[fmpq, ...]] = set()
    for beta in _candidates(rows, len(chains), budget):
        if all(dot(row, beta) >= 1 for row in rows):
            found.add(beta)
    return sorted(found)


def _candidates(
    rows: Sequence[Sequence[Any]], size: int, budget: Budget
) -> Iterator[tuple[fmpq, ...]]:
    for n in range(1, size + 1):
        for support in combinations(range(size), n):
            budget.check()
            for tight in combinations([[row[j] for j in support] for row in rows], n):
                if rank(tight) == n:
                    values: Any = dict(zip(support, solve(tight, [1] * n) or (), strict=True))
                    yield tuple(values.get(j, fmpq(0)) for j in range(size))


def _point(
    problem: Problem, chains: Sequence[_Chain], beta: Sequence[fmpq], bits: int
) -> list[Number]:
    """The flat point with these products, each chain's weights nearly equal in size."""
    flat: list[Number] = [problem.field.zero] * problem.network.parameter_count
    m = problem.network.depth
    for chain, value in zip(chains, beta, strict=True):
        if value:
            root = root_of(abs(value), m, bits)
            for place in chain.places[:-1]:
                flat[place] = root + problem.field.zero
            flat[chain.places[-1]] = value / root ** (m - 1) + problem.field.zero
    return flat


def _evidence(
    problem: Problem,
    chains: Sequence[_Chain],
    found: Sequence[Sequence[fmpq]],
    norm: Number,
    bits: int,
) -> Mapping[str, Any] | None:
    """The vertices with roots that prove ‖θ'‖² ≥ norm, or None."""
    m, theta = problem.network.depth, problem.point().flat()
    known = {}
    for chain in chains:
        square = theta[chain.places[0]] ** 2
        if square:
            known[square**m] = square
    roots = []
    for beta in found:
        row = [known.get(problem.field.coerce(b * b)) or _root_below(b, m, bits) for b in beta]
        if sign(m * sum(row, fmpq(0)) - norm) < 0:
            return None
        roots.append(row)
    return {"by": "vertices", "vertices": _listed(problem, found, roots)}


def _listed(
    problem: Problem, found: Sequence[Sequence[fmpq]], roots: Sequence[Sequence[Number]]
) -> list[dict[str, list[str]]]:
    spell = problem.field.format
    return [
        {
            "point": [str(value) for value in beta],
            "roots": [spell(problem.field.coerce(value)) for value in row],
        }
        for beta, row in zip(found, roots, strict=True)
    ]


def _root_below(value: fmpq, m: int, bits: int) -> fmpq:
    """A rational r ≥ 0 with r^m ≤ value², equality where there is one."""
    square = value * value
    p, q = fmpz(int(square.p)).root(m), fmpz(int(square.q)).root(m)
    if p**m == square.p and q**m == square.q:
        return fmpq(p, q)
    root = root_of(square, m, bits)
    while root**m > square:
        root -= root / 2 ** (bits - 2)
    return root
