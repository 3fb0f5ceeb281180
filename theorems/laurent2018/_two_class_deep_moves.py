r"""Two motions of a deep linear network (L eq. 110) with which L Theorem 100 is shown at a point.

Hidden layers without biases, an output bias c; Φ = ⟨v-bar, x⟩ + c with v-bar linear in each of the
blocks W^(1), ..., W^(L), v. The loss is E(v-bar, c) with E convex.

*Against a better point* (w, d) of E, where v-bar is not 0. With p = (W^(L) ... W^(2))^T v, which is
not 0 either, let W^(1) move by p (w - v-bar)^T/⟨p, p⟩: then v-bar moves by w - v-bar. As E is
convex, its slope along (w - v-bar, d - c) is at most E(w, d) - E(v-bar, c) < 0 in every cell.

*Away from v-bar = 0*, for a vector z. Let S be a smallest set of blocks such that ⟨v-bar, z⟩ is not
0 for some matrices in their places. Add t times these matrices to the blocks of S: as all smaller
sets give 0, ⟨v-bar, z⟩ = a t^|S|, and the sign of one matrix makes a > 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from exactmargin.exact import Number, Q, dot, sign
from exactmargin.problems import Problem

Blocks = Mapping[int, Sequence[Number]]
"""The weights of the layers, from 0, row by row."""


def pull(problem: Problem, level: int, replaced: Blocks | None = None) -> list[Number]:
    """(W^(L) ... W^(level+1))^T v, with some layers replaced; v-bar at level 0."""
    blocks = dict(enumerate(problem.point().weights)) | dict(replaced or {})
    row: list[Number] = [Q.one]
    for l in range(len(blocks) - 1, level - 1, -1):
        columns = problem.network.layers[l].columns
        row = [dot(row, blocks[l][j::columns]) for j in range(columns)]
    return row


def against(problem: Problem, w: Sequence[str], d: str) -> list[str]:
    """The direction from a better point of E: upwards, to first order, in every cell."""
    bar, p, c = pull(problem, 0), pull(problem, 1), problem.point().flat()[-1]
    steps = [a - b for a, b in zip(Q.coerce_all(w), bar, strict=True)]
    first = [str(-a * b / dot(p, p)) for a in p for b in steps]
    zeros = len(problem.point().flat()) - len(first) - 1
    return [*first, *["0"] * zeros, str(c - Q.parse(d))]


def away(problem: Problem, z: Sequence[Number]) -> dict[int, Sequence[str]] | None:
    """Where v-bar = 0: parameters, from 1, that move by ±t so that ⟨v-bar, z⟩ = t^n > 0; or None.

    Where c is 1 or -1 it moves inwards, faster than all outputs.
    """
    found = next(_growing(problem, z), None)
    if found is None:
        return None
    side, units = found
    flat = problem.point().flat()
    offsets = [problem.network.block_slice(l).start for l in units]
    moved = [offset + j + 1 for offset, j in zip(offsets, units.values(), strict=True)]
    motion: dict[int, Sequence[str]] = {p: ["1"] for p in moved}
    motion[moved[0]] = [str(side)]
    if flat[-1] in (1, -1):
        motion[len(flat)] = [str(-flat[-1] * _rate(problem, units))]
    return motion


def _growing(problem: Problem, z: Sequence[Number]) -> Iterator[tuple[int, dict[int, int]]]:
    """The sign of ⟨v-bar, z⟩ and the entries that are 1, one per block; fewest blocks first."""
    sizes = [len(block) for block in problem.point().weights]
    for n in range(1, len(sizes) + 1):
        for layers in combinations(range(len(sizes)), n):
            for entries in product(*(range(sizes[l]) for l in layers)):
                units = dict(zip(layers, entries, strict=True))
                side = sign(dot(pull(problem, 0, _matrices(problem, units)), z))
                if side:
                    yield side, units


def _matrices(problem: Problem, units: Mapping[int, int]) -> Blocks:
    """Matrices with one entry 1."""
    sizes = {l: len(problem.point().weights[l]) for l in units}
    return {l: [Q.coerce(int(j == k)) for j in range(sizes[l])] for l, k in units.items()}


def _rate(problem: Problem, units: Mapping[int, int]) -> Number:
    """More than all |⟨v-bar, x_i⟩|/t for 0 < t < 1, summed over the sets of moved blocks."""
    rate: Number = Q.one
    for n in range(1, len(units) + 1):
        for layers in combinations(units, n):
            bar = pull(problem, 0, _matrices(problem, {l: units[l] for l in layers}))
            for x in problem.data.inputs:
                rate += 1 + dot(bar, x) ** 2
    return rate
