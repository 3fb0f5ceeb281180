"""Running a campaign: blocks of instances on any executor, results in the order they come in.

The number of blocks under way is bounded, and a block that is counted leaves nothing behind but
its numbers: memory does not grow with the instances.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import final

from exactmargin.campaigns.block import SECONDS, Block, run_block
from exactmargin.campaigns.journal import Journal
from exactmargin.campaigns.report import Entry, Report
from exactmargin.conjectures import Conjecture, Evidence
from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact.scalars import shown

__all__ = ["campaign"]

BLOCK = 1000
"""Instances of a block at most; a slow conjecture's are ended by the clock."""


def campaign(
    conjectures: Conjecture | Sequence[Conjecture],
    *,
    seed: int = 0,
    examples: int | None = None,
    seconds: float | None = None,
    budget: float | None = None,
    folder: str | Path | None = None,
    executor: Executor | None = None,
    under_way: int = 8,
    progress: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Check instances 0, 1, 2, ... of the seed, of each conjecture.

    It ends when `examples` instances of each are decided, or `seconds` have passed; one of the two
    must be given. The conjecture that had least time so far is taken first. `budget` is in seconds
    for each instance, which is undecided beyond.

    With a `folder`, results are kept there, and those that it holds are taken over: a campaign that
    was killed goes on where it was. With an `executor` (any of `concurrent.futures`, or that of a
    Dask client), `under_way` blocks are with it at a time; without, all runs in this process.
    `progress` is called with the report after every block.

    Raises `InvalidInputError` for arguments that make no sense and for a folder that holds another
    campaign; `InternalError` where the executor's processes die. What was finished is kept then.
    """
    conjectures = [conjectures] if isinstance(conjectures, Conjecture) else list(conjectures)
    _check(conjectures, seed, examples, seconds, budget)
    if type(under_way) is not int or under_way < 1:
        raise InvalidInputError(f"{shown(under_way)} is not an integer from 1", place="under_way")
    report = Report(seed, {c.id: Entry(Evidence(c.id)) for c in conjectures})
    with ExitStack() as stack:
        journal = None
        if folder is not None:
            journal = stack.enter_context(Journal(Path(folder), conjectures, seed, budget))
            journal.replay(report.add)
            progress(report)
        work = _Work(conjectures, report, examples, budget)
        end = None if seconds is None else monotonic() + seconds
        finished = work.here(end) if executor is None else work.on(executor, under_way, end)
        for block in finished:
            if journal is not None:
                journal.append(block)
            report.add(block)
            progress(report)
        report.spent = examples is not None and work.left
    return report


def _check(
    conjectures: Sequence[Conjecture],
    seed: int,
    examples: int | None,
    seconds: float | None,
    budget: float | None,
) -> None:
    if not conjectures:
        raise InvalidInputError("there is no conjecture", place="conjectures")
    for conjecture in conjectures:
        if not isinstance(conjecture, Conjecture):
            raise InvalidInputError(f"{shown(conjecture)} is not a Conjecture", place="conjectures")
    ids = [conjecture.id for conjecture in conjectures]
    for id in ids:
        if ids.count(id) > 1:
            raise InvalidInputError(f"{id} stands twice", place="conjectures")
    if type(seed) is not int:
        raise InvalidInputError(f"{shown(seed)} is not an integer", place="seed")
    if examples is None and seconds is None:
        raise InvalidInputError(
            "it would not end; give examples, seconds or both", place="examples"
        )
    if examples is not None and (type(examples) is not int or examples < 1):
        raise InvalidInputError(f"{shown(examples)} is not an integer from 1", place="examples")
    times: dict[str, object] = {"seconds": seconds, "budget": budget}
    for name, value in times.items():
        if value is not None and not (isinstance(value, int | float) and value >= 0):
            raise InvalidInputError(f"{shown(value)} is not a number from 0", place=name)


@final
class _Work:
    """What is left to do: for each conjecture the spans that nobody has in hand."""

    def __init__(
        self,
        conjectures: Sequence[Conjecture],
        report: Report,
        examples: int | None,
        budget: float | None,
    ):
        self._report, self._budget = report, budget
        self._spans = {
            c.id: [*report.entries[c.id].gaps(examples)][::-1] for c in conjectures
        }  # the next one stands last
        self._named = {c.id: c for c in conjectures}

    @property
    def left(self) -> bool:
        """Whether there is anything that nobody has in hand."""
        return any(self._spans.values())

    def here(self, end: float | None) -> Iterator[Block]:
        """Do it in this process, until the clock shows `end`."""
        while self.left and not _over(end):
            conjecture, start, stop = self._take({})
            yield self._given_back(
                run_block(conjecture, self._report.seed, start, stop, self._budget), stop
            )

    def on(self, executor: Executor, under_way: int, end: float | None) -> Iterator[Block]:
        """Do it on an executor, until the clock shows `end` and what is running has come in."""
        pending: dict[Future[Block], tuple[str, int, int]] = {}
        try:
            while True:
                while self.left and len(pending) < under_way and not _over(end):
                    conjecture, start, stop = self._take(pending)
                    future = executor.submit(
                        run_block, conjecture, self._report.seed, start, stop, self._budget
                    )
                    pending[future] = conjecture.id, start, stop
                if not pending:
                    return
                left = None if end is None or _over(end) else end - monotonic()
                done = wait(pending, timeout=left, return_when=FIRST_COMPLETED).done
                for future in done:
                    id, start, stop = pending.pop(future)
                    if future.cancelled():
                        self._spans[id].append((start, stop))
                    else:
                        yield self._given_back(future.result(), stop)
                if _over(end):
                    for future in pending:
                        future.cancel()
        except BrokenExecutor as error:
            raise InternalError(
                f"a process of the campaign died ({error}); what was finished is kept"
            ) from None
        finally:
            for future in pending:
                future.cancel()

    def _take(
        self, pending: dict[Future[Block], tuple[str, int, int]]
    ) -> tuple[Conjecture, int, int]:
        """The next block: of the conjecture with least time so far, in hand or spent."""
        in_hand = [id for id, _, _ in pending.values()]

        def spent(id: str) -> float:
            return self._report.entries[id].evidence.seconds + SECONDS * in_hand.count(id)

        id = min((id for id, spans in self._spans.items() if spans), key=spent)
        start, stop = self._spans[id].pop()
        cut = start + BLOCK
        if stop is None or cut < stop:
            self._spans[id].append((cut, stop))
            stop = cut
        return self._named[id], start, stop

    def _given_back(self, block: Block, stop: int) -> Block:
        """The block; what it has not reached is left again."""
        if block.stop < stop:
            self._spans[block.evidence.conjecture].append((block.stop, stop))
        return block


def _over(end: float | None) -> bool:
    return end is not None and monotonic() >= end
