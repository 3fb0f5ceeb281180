"""The chambers of an arrangement: all of them, a stream of them, or tasks for an executor.

Chambers are kept as packed signs of the distinct hyperplanes, of a central arrangement one of
each antipodal pair ±C: the one on the positive side of hyperplane 0.  In an affine arrangement
hyperplane 0 is infinity, and these are exactly its chambers.  So a list takes 8 bytes for each
pair (up to 64 hyperplanes); a stream takes the same, however long it is.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from exactmargin.cells.arrangement import Arrangement
from exactmargin.cells.packing import Words, unpack, words_for
from exactmargin.cells.sweeps import Backend, Run, certified_stages, checked_backend, runs, sweep
from exactmargin.cells.witnesses import interior_points, point_in
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number

__all__ = ["Chambers", "Subtree", "chambers", "stream_chambers", "subtrees"]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Chambers:
    """Chambers of an arrangement, each once: all of them, or some.

    `packed` (pairs, words) holds the signs of the distinct hyperplanes, bit k = 1 for + at
    hyperplane k.  Chamber i of `count` is packed[i]; in a central arrangement with hyperplanes
    the chambers from len(packed) on are the antipodes -C of the first ones, in the same order.
    An arrangement without hyperplanes has one chamber, and that is its own antipode.
    """

    arrangement: Arrangement
    packed: Words
    runs: tuple[tuple[Run, int], ...] = ()
    """Where the chambers come from: runs, and how many pairs of each; empty if not known."""

    @property
    def paired(self) -> bool:
        """Whether each packed chamber stands for its antipode as well."""
        return not self.arrangement.is_affine and self.arrangement.size > 0

    @property
    def count(self) -> int:
        """The number of chambers."""
        return len(self.packed) * (2 if self.paired else 1)

    def __len__(self) -> int:
        return self.count

    def signs(self) -> NDArray[np.int8]:
        """The signs -1, 0, +1 of all n input rows, shape (count, n); zero rows have 0."""
        half = self._half(self.packed)
        return np.concatenate([half, -half]) if self.paired else half

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """The sign vectors over the input rows, as `signs` has them."""
        for turn in (1, -1) if self.paired else (1,):
            for start in range(0, len(self.packed), 4096):
                block = self._half(self.packed[start : start + 4096]) * np.int8(turn)
                yield from map(tuple, block.tolist())

    def witness(self, i: int) -> tuple[Number, ...]:
        """An exact point of d numbers inside chamber i, found by a linear program.

        Raises InvalidInputError where there is no chamber i.
        """
        if not 0 <= i < self.count:
            raise InvalidInputError(
                f"chamber {i} of {self.count}; count from 0 to {self.count - 1}", place="witness"
            )
        arrangement, field = self.arrangement, self.arrangement.field
        point = [field.zero] * arrangement.width
        if arrangement.size:
            word = self.packed[i % len(self.packed)][np.newaxis]
            positive = unpack(word, arrangement.size)[0] ^ (i >= len(self.packed))
            inside = point_in(arrangement, positive.tolist())
            for column, value in zip(arrangement.columns, inside, strict=True):
                point[column] = value
        if arrangement.is_affine:
            last = point.pop()
            point = [x / last for x in point]
        return tuple(point)

    def witnesses(self) -> NDArray[Any]:
        """An exact integer point inside every chamber, shape (count, width).

        The width is d; in an affine arrangement d + 1, and the point is x_1..x_d over the last
        number, which is positive.  Every sign of every point was verified in exact arithmetic.
        int64 where all numbers fit, else Python integers.  Over Q(r) points are rational too.
        """
        arrangement = self.arrangement
        if not arrangement.size:
            return np.zeros((self.count, arrangement.width), np.int64)
        half = interior_points(arrangement, self.packed, self.runs)
        points = np.zeros((len(half), arrangement.width), half.dtype)
        points[:, list(arrangement.columns)] = half
        return np.concatenate([points, -points]) if self.paired else points

    def _half(self, packed: Words) -> NDArray[np.int8]:
        arrangement = self.arrangement
        signs = np.zeros((len(packed), arrangement.size + 1), np.int8)
        signs[:, :-1] = unpack(packed, arrangement.size)
        signs[:, :-1] *= 2
        signs[:, :-1] -= 1
        place = np.full(len(arrangement.rows), arrangement.size)  # a column of zeros
        side = np.ones(len(arrangement.rows), np.int8)
        for k, pairs in enumerate(arrangement.provenance):
            for row, turn in pairs:
                place[row], side[row] = k, turn
        result: NDArray[np.int8] = signs[:, place] * side
        return result


def _without_hyperplanes(arrangement: Arrangement) -> Chambers:
    return Chambers(arrangement, np.zeros((1, 1), np.uint64))


def chambers(
    arrangement: Arrangement, *, executor: Executor | None = None, backend: Backend = "auto"
) -> Chambers:
    """All chambers of an arrangement, each exactly once.

    `executor` spreads the disjoint runs over its workers; `backend` is "numpy", "numba"
    (compiled; used where numbers and sets fit machine words, NumPy elsewhere) or "auto".  The
    result, its order included, depends on neither.  Raises InvalidInputError for a backend that
    is not there.
    """
    if not arrangement.size:
        return _without_hyperplanes(arrangement)
    found = _Growing(words_for(arrangement.size))
    done: list[tuple[Run, int]] = []
    for part in sweep(arrangement, checked_backend(arrangement, backend), executor):
        if isinstance(part, tuple):
            done.append((part[0], len(part[1])))
            found.append(part[1])
            continue
        while done and done[-1][0].stage.q == part.q:
            found.length -= done.pop()[1]
    return Chambers(arrangement, found.finished(), tuple(done))


class _Growing:
    """Words that grow in place, without a second copy at the end."""

    def __init__(self, width: int) -> None:
        self.words, self.length = np.empty((0, width), np.uint64), 0

    def append(self, more: Words) -> None:
        end = self.length + len(more)
        if end > len(self.words):
            self.words.resize((max(end, end + end // 4), self.words.shape[1]), refcheck=False)
        self.words[self.length : end] = more
        self.length = end

    def finished(self) -> Words:
        self.words.resize((self.length, self.words.shape[1]), refcheck=False)
        return self.words


def stream_chambers(
    arrangement: Arrangement, chunk: int = 2**16, *, backend: Backend = "auto"
) -> Iterator[Chambers]:
    """All chambers of an arrangement, in pieces of at most `chunk` packed ones.

    It holds one piece and a table, never the chambers before it.  That no functional has to be
    drawn again once chambers are out is made sure by counting each stage first.
    """
    if chunk < 1:
        raise InvalidInputError(f"pieces of {chunk} chambers; at least 1", place="chunk")
    if not arrangement.size:
        yield _without_hyperplanes(arrangement)
        return
    chosen = checked_backend(arrangement, backend)
    for stage in certified_stages(arrangement, chosen):
        for run in runs(stage, chosen, chunk):
            words = run.words()
            if len(words) <= chunk:
                yield Chambers(arrangement, words, ((run, len(words)),))
                continue
            for start in range(0, len(words), chunk):
                yield Chambers(arrangement, words[start : start + chunk].copy())


@final
@dataclass(frozen=True, slots=True, eq=False)
class Subtree:
    """Some of the chambers, still to be enumerated: a task that can be pickled."""

    arrangement: Arrangement
    run: Run | None

    @property
    def estimate(self) -> int:
        """About how many packed chambers there are: exact in general position."""
        return 1 if self.run is None else self.run.estimate

    def chambers(self) -> Chambers:
        """The chambers of this subtree."""
        if self.run is None:
            return _without_hyperplanes(self.arrangement)
        words = self.run.words()
        return Chambers(self.arrangement, words, ((self.run, len(words)),))


def subtrees(
    arrangement: Arrangement, *, limit: int = 2**18, backend: Backend = "auto"
) -> list[Subtree]:
    """Disjoint tasks that together give every chamber once: of about `limit` pairs.

    Each is independent of the others, for any executor: `executor.map(Subtree.chambers, ...)`.
    """
    if not arrangement.size:
        return [Subtree(arrangement, None)]
    chosen = checked_backend(arrangement, backend)
    return [
        Subtree(arrangement, run)
        for stage in certified_stages(arrangement, chosen)
        for run in runs(stage, chosen, limit)
    ]
