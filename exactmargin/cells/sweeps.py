"""Running the flag sweep: which implementation, which disjoint parts, in which order.

A *run* is one stage and the first hyperplanes (`prefix`) of the least bases that it searches; the
runs of an arrangement are disjoint and together complete.  Its chambers come sorted, so that the
order is the same whichever backend or executor found them.
"""

import math
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from exactmargin.cells import flag_sweep
from exactmargin.cells.arrangement import Arrangement
from exactmargin.cells.flag import NotGeneric, Stage, first_stage
from exactmargin.cells.packing import Words, pack, words_for
from exactmargin.errors import InvalidInputError

__all__ = ["Backend", "Run", "certified_stages", "checked_backend", "prepared", "runs", "sweep"]

Backend: TypeAlias = Literal["auto", "numpy", "numba"]

RUN_LIMIT = 2**18
"""Stages are split into runs of about this many pairs."""

_WORTH_COMPILING = 20_000
"""Below this bound on the pairs, Numba is used by "auto" only if it is loaded already."""

_COMPILED = "exactmargin.cells.flag_sweep_numba"


@final
@dataclass(frozen=True, slots=True)
class Run:
    """The chambers of one stage below one prefix."""

    stage: Stage
    prefix: tuple[int, ...]
    compiled: bool

    @property
    def estimate(self) -> int:
        """The number of pairs in general position: that of the bases that begin so.

        Elsewhere a whole stage has no more, but a part of one may have.
        """
        return _bases(self.stage, self.prefix)

    def words(self) -> Words:
        """The pairs, each by its member on the positive side of hyperplane 0, sorted.

        Raises NotGeneric.
        """
        ready = prepared(self.stage, self.compiled)
        if self.compiled:
            words = self.canonical(ready.words(self.prefix, self.estimate))[0]
        else:
            pieces = [np.zeros((0, words_for(self.stage.size)), np.uint64)]
            words = self.canonical(np.concatenate([*pieces, *ready.words(self.prefix)]))[0]
        if words.shape[1] == 1:
            words.sort(axis=0)
            return words
        return words[np.lexsort(words.T)]

    def canonical(self, words: Words) -> tuple[Words, NDArray[np.bool_]]:
        """The members on the positive side of hyperplane 0, and which ones were turned."""
        turned = words[:, 0] & np.uint64(1) == 0
        everything = pack(np.ones((1, self.stage.size), np.bool_))
        return np.where(turned[:, np.newaxis], words ^ everything, words), turned


def _bases(stage: Stage, prefix: tuple[int, ...]) -> int:
    last = prefix[-1] if prefix else 0
    return math.comb(stage.size - 1 - last, stage.q - 1 - len(prefix))


@lru_cache(maxsize=8)
def prepared(stage: Stage, compiled: bool) -> Any:
    """The stage, ready to run in this process; raises NotGeneric."""
    return _compiled().prepare(stage) if compiled else flag_sweep.prepare(stage)


def _compiled() -> Any:
    from exactmargin.cells import flag_sweep_numba  # importing it imports Numba

    return flag_sweep_numba


def checked_backend(arrangement: Arrangement, backend: str) -> str:
    """ "numpy" or "numba"; raises InvalidInputError for a name or a backend that is not there."""
    if backend not in ("auto", "numpy", "numba"):
        raise InvalidInputError(
            f'{backend!r} is not a backend; use "auto", "numpy" or "numba"', place="backend"
        )
    there = find_spec("numba") is not None
    if backend == "numba" and not there:
        raise InvalidInputError(
            'numba is not installed; install exactmargin[fast], or use "numpy"', place="backend"
        )
    if backend == "auto":
        n, r = arrangement.size, arrangement.rank
        pairs = sum(math.comb(n - 1, k) for k in range(r))
        wanted = _COMPILED in sys.modules or pairs >= _WORTH_COMPILING
        return "numba" if there and wanted else "numpy"
    return backend


def _is_compiled(stage: Stage, backend: str) -> bool:
    return backend == "numba" and bool(_compiled().supports(stage))


def runs(stage: Stage, backend: str, limit: int = RUN_LIMIT) -> Iterator[Run]:
    """The disjoint runs of a stage, each of about `limit` pairs where splitting can do it."""
    compiled = _is_compiled(stage, backend)

    def split(prefix: tuple[int, ...]) -> Iterator[Run]:
        deep = len(prefix) >= stage.q - 2
        if deep or _bases(stage, prefix) <= limit:
            yield Run(stage, prefix, compiled)
            return
        first = prefix[-1] + 1 if prefix else 1
        for j in range(first, stage.size - (stage.q - 1 - len(prefix)) + 1):
            yield from split((*prefix, j))

    return split(())


def sweep(
    arrangement: Arrangement, backend: str, executor: Executor | None = None
) -> Iterator[tuple[Run, Words] | Stage]:
    """The runs and their chambers, stage by stage.

    A Stage among them says: forget what came of the last stage, it starts anew with this one.
    """
    stage: Stage | None = first_stage(arrangement)
    apply = map if executor is None else executor.map
    while stage is not None:
        try:
            tasks = list(runs(stage, backend))
            yield from zip(tasks, apply(Run.words, tasks), strict=True)
        except NotGeneric:
            stage = stage.redrawn()
            yield stage
            continue
        stage = stage.next()


def certified_stages(arrangement: Arrangement, backend: str) -> Iterator[Stage]:
    """The stages, each with a functional that was found to be generic by counting first."""
    stage: Stage | None = first_stage(arrangement)
    while stage is not None:
        try:
            for run in runs(stage, backend):
                prepared(stage, run.compiled).count(run.prefix)
        except NotGeneric:
            stage = stage.redrawn()
            continue
        yield stage
        stage = stage.next()
