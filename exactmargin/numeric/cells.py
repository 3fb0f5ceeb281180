"""Gradients of the cells around θ, where kinks depend on each other: deep or shared weights.

The Clarke subdifferential of Φ_i is the convex hull of its gradients on the cells around θ. A
cell is *entered* by a direction d: for all small t > 0 no pre-activation at θ + t d is on a kink,
which `ExactNetwork.enter` decides in integers. So every gradient that is used here is one of the
subdifferential; what floats do is to guess which cells are wanted, and directions into them.

*Direction.* On a cell the kinks' pre-activations have gradients q_k at θ. For wanted signs s the
shortest d with ⟨q_k, d⟩ = s_k is Σ c_k q_k, the c_k from the Gram matrix of the q_k. Units that are
flat at first order get their signs from noise, which leads into some cell, perhaps another one.

*Which cells.* At the residual r the best signs of example i make y_i⟨g_i, r⟩ largest. All are
compared where there are few kinks; else one sign after the other is changed while that helps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias, final

import numpy as np

from exactmargin.numeric.arrays import Floats, Indices, Signs, host, nonzero, to_device
from exactmargin.numeric.balls import Ball, quiet
from exactmargin.numeric.columns import Candidates, Columns
from exactmargin.numeric.exact_pass import Direction, ExactNetwork
from exactmargin.numeric.forward import FloatPass, slopes_at
from exactmargin.numeric.gradients import (
    Gradients,
    back_propagate,
    gram,
    products_with,
    weighted_sum,
)
from exactmargin.numeric.network import FloatNetwork
from exactmargin.numeric.watch import Watch

__all__ = ["CellMultipliers", "cell_multipliers", "dependent_kinks"]

COMPARED = 6
"""With at most so many kinks all their signs are compared."""

ROUNDS = 200
"""Of new cells, at most one wanted for each example."""

NOISE = (0.0, 2.0**-12, 2.0**-12, 2.0**-4, 2.0**-4, 1.0, 1.0)
"""Relative sizes, of the attempts at one cell."""

_GRID = 50
"""Binary digits of the weights of one example's cells, so that their sum is exact."""

Unit: TypeAlias = tuple[int, int]


@final
@dataclass(frozen=True, slots=True, eq=False)
class CellMultipliers:
    """Weights (K,) of gradients, each of an example (`owners`); those of one example have its
    multiplier as their exact sum.

    `directions` enter the cells of the gradients, None where Φ_i has no kink. `missed` numbers the
    examples with signs that would help, and into whose cell no direction was found; `unsearched`
    those whose signs were not all compared. `spent` tells that the search was cut off.
    """

    weights: Floats
    owners: Indices
    gradients: Gradients
    directions: tuple[Direction | None, ...]
    missed: Indices
    unsearched: Indices
    spent: bool


def dependent_kinks(network: FloatNetwork, passed: FloatPass, first: int) -> list[list[Unit]]:
    """For each input the hidden units at zero, from layer `first` on, that are not idle whatever
    the signs of the others are: they read something that is not always zero (or have a bias)."""
    found: list[list[Unit]] = [[] for _ in range(passed.output.shape[0])]
    if network.slope == 1:
        return found
    off = ~nonzero(host(passed.inputs[0].middle))
    for l, signs in enumerate(passed.signs):
        zero = signs == 0
        nothing = zero | ((signs < 0) & (network.slope == 0))
        if l >= first:
            read = (~off).astype(np.float64) @ (network.pattern(l) > 0).T.astype(np.float64)
            idle = (read == 0) & (network.biases[l] is None)
            for i, k in np.argwhere(zero & ~idle):
                found[i].append((l, int(k)))
            nothing &= ~zero | idle
        off = nothing
    return found


def cell_multipliers(
    case: Candidates, kinks: Sequence[Sequence[Unit]], most: int, watch: Watch
) -> CellMultipliers:
    """Multipliers λ ≥ 0 for gradients of cells that were entered; `kinks` as `dependent_kinks`,
    `most` bounds the number of gradients."""
    smooth = np.array([i for i, units in enumerate(kinks) if not units], dtype=np.intp)
    columns = Columns(case, case.gradients.take(smooth), smooth)
    exact, rng = ExactNetwork(case.network), np.random.default_rng(0)
    around = [_Around(case, exact, i, list(units)) for i, units in enumerate(kinks) if units]
    directions: list[Direction | None] = [None] * len(smooth)
    x, spent = columns.solved(watch), False
    for round_ in range(ROUNDS + 1):
        watch.report(f"cells at kinks: {len(columns.owners)} gradients, round {round_ + 1}")
        wanted = [(each, signs) for each in around for signs in each.wanted(columns, x)[:1]]
        spent = round_ == ROUNDS or len(columns.owners) >= most
        if not wanted or spent:
            break
        for each, signs in wanted:
            watch.check()
            entered = list(each.enter(signs, rng))
            if entered:
                new = each.gradients([cell for cell, _ in entered])
                columns.add(new, np.full(len(entered), each.example))
                directions += [direction for _, direction in entered]
        x = columns.solved(watch)
    spent = spent and bool(wanted)
    left = [] if spent else around
    missed = [each.example for each in left if each.wanted(columns, x, again=True)]
    unsearched = [each.example for each in around if len(each.kinks) > COMPARED]
    return CellMultipliers(
        _with_exact_sums(x, columns.owners),
        columns.owners,
        columns.all,
        tuple(directions),
        np.array(missed, dtype=np.intp),
        np.array(unsearched, dtype=np.intp),
        spent,
    )


@dataclass(slots=True, eq=False)
class _Around:
    """The cells around θ of one function Φ_i, by the signs of its kinks."""

    case: Candidates
    exact: ExactNetwork
    example: int
    kinks: list[Unit]
    entered: list[Signs] = field(default_factory=list)
    tried: list[Signs] = field(default_factory=list)

    def gradients(self, cells: Sequence[Signs]) -> Gradients:
        """Of Φ_i at θ, with the slopes of these signs of the kinks."""
        passed, slopes = self._passed(cells)
        return back_propagate(self.case.network, passed, slopes)

    def _passed(self, cells: Sequence[Signs]) -> tuple[FloatPass, list[Ball]]:
        passed = self.case.passed.take(np.full(len(cells), self.example, dtype=np.intp))
        sides = [signs.copy() for signs in passed.signs]
        for row, cell in enumerate(cells):
            for (l, k), side in zip(self.kinks, cell.tolist(), strict=True):
                sides[l][row, k] = side
        like = passed.output.middle
        return passed, [slopes_at(self.case.network, signs, like) for signs in sides]

    def wanted(self, columns: Columns, x: Floats, again: bool = False) -> list[Signs]:
        """The signs whose gradients promise most at these weights, the best first; only such as
        were not tried, or with `again` not entered."""
        point = [
            (l, self.case.network.matrix(l, host(W.middle)), None if b is None else host(b.middle))
            for l, W, b in columns.rest(x)
        ]
        cells = self._compared(point)
        gradients = self.gradients(cells)
        values = self._values(gradients, point)
        inner = gram(self.case.network, gradients, gradients, self.case.free)
        good = values > columns.enough(np.diagonal(host(inner.middle)))
        best = [cells[n] for n in np.argsort(-values, kind="stable") if good[n]]
        known = self.entered if again else [*self.entered, *self.tried]
        return [c for c in best if not any(np.all((c == k) | (k == 0)) for k in known)]

    def _values(self, gradients: Gradients, point: Direction) -> Floats:
        """y⟨g, r⟩ less the costs."""
        case, i = self.case, self.example
        with quiet():
            values: Floats = host(products_with(gradients, point).middle)
        result: Floats = np.nan_to_num(case.labels[i] * values) - case.costs[i]
        return result

    def _compared(self, point: Direction) -> list[Signs]:
        """All signs of few kinks; else the end of an ascent."""
        size = len(self.kinks)
        if size <= COMPARED:
            return [np.array(signs, dtype=np.int8) for signs in product((-1, 1), repeat=size)]
        best = np.full(size, -1, dtype=np.int8)
        value = self._values(self.gradients([best]), point)[0]
        for _ in range(2 * size):
            near = [np.where(np.arange(size) == k, -best, best) for k in range(size)]
            values = self._values(self.gradients(near), point)
            n = int(np.argmax(values))
            if not values[n] > value:
                break
            best, value = near[n], values[n]
        return [best]

    def enter(self, signs: Signs, rng: np.random.Generator) -> Iterator[tuple[Signs, Direction]]:
        """New cells, met on the way into the one with these signs, with their directions."""
        self.tried.append(signs)
        x, base = host(self.case.passed.inputs[0].middle)[self.example], self._direction(signs)
        for noise in NOISE:
            direction = self._shaken(base, noise, rng)
            around = None if direction is None else self.exact.enter(x, direction)
            if direction is None or around is None:
                continue
            cell = np.array([around[l][k] for l, k in self.kinks], dtype=np.int8)
            if not any(np.array_equal(cell, known) for known in self.entered):
                self.entered.append(cell)
                yield cell, direction
            if np.all((cell == signs) | (cell == 0)):
                return

    def _direction(self, signs: Signs) -> Direction:
        """The shortest one along which the kinks' pre-activations have these derivatives."""
        network, free = self.case.network, self.case.free
        passed, slopes = self._passed([signs] * len(self.kinks))
        normals = back_propagate(network, passed, slopes, self.kinks)
        inner = host(gram(network, normals, normals, free).middle)
        weights = np.zeros(len(self.kinks))
        if np.all(np.isfinite(inner)):
            weights = np.linalg.lstsq(inner, signs.astype(np.float64), rcond=1e-12)[0]
        like = normals.deltas[0].middle
        parts = weighted_sum(network, normals, Ball(to_device(weights, like)), free)
        return [(l, host(W.middle), None if b is None else host(b.middle)) for l, W, b in parts]

    def _shaken(
        self, columns: Direction, noise: float, rng: np.random.Generator
    ) -> Direction | None:
        """The direction as matrices, with noise in every parameter; None if it is not finite."""
        blocks = [block for _, W, b in columns for block in (W, b) if block is not None]
        size = max(float(np.max(np.abs(block), initial=0.0)) for block in blocks) or 1.0
        if not np.isfinite(size):
            return None

        def shaken(block: Floats) -> Floats:
            return block + noise * size * rng.standard_normal(block.shape) if noise else block

        return [
            (l, self.case.network.matrix(l, shaken(W)), None if b is None else shaken(b))
            for l, W, b in columns
        ]


def _with_exact_sums(x: Floats, owners: Indices) -> Floats:
    """The weights on a grid of their own for each example."""
    result = np.zeros_like(x)
    totals = np.zeros(int(np.max(owners, initial=-1)) + 1)
    np.add.at(totals, owners, x)
    for i in np.flatnonzero((totals > 2.0**-900) & np.isfinite(totals)):
        grid = 2.0 ** (np.frexp(totals[i])[1] - _GRID)
        result[owners == i] = np.round(x[owners == i] / grid) * grid
    return result
