"""Drawing, running, shrinking.

Theory of operation.  Hypothesis draws an example of a strategy from a string of bytes
(`fuzz_one_input`, part of its public interface).  The bytes are SHAKE-256 of the seed and the
number, so an instance depends on nothing else: no state, no order, no clock, no machine.  A string
that is too short is made longer; a longer string begins with the shorter one.  A violation is given
to Hypothesis's own shrinker through a database of one entry, and then `simpler` removes
points, neurons, coordinates and digits that the strategy cannot.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from hashlib import shake_256
from threading import Lock
from time import thread_time
from typing import Any, final
from weakref import WeakKeyDictionary

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.database import ExampleDatabase, InMemoryExampleDatabase

from exactmargin.conjectures.counterexample import Counterexample
from exactmargin.conjectures.evidence import Evidence
from exactmargin.conjectures.simpler import simplest
from exactmargin.conjectures.size import complexity
from exactmargin.conjectures.trial import Outcome, Testable, Trial
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.problems import Problem

__all__ = ["generate", "run", "shrink", "survey"]

_BYTES = 1 << 12
_MOST_BYTES = 1 << 20
_ATTEMPTS = 100
_NEXT, _STARTS = 100, 2
"""How many instances after a violation are looked at for smaller ones; how many are shrunk."""

_CHUNK = 50
"""Instances between two reports of progress, and of one task for an executor."""


@final
class _Source:
    """Draws problems of one strategy from bytes; `reject` may raise on what was drawn."""

    def __init__(
        self,
        conjecture: Testable,
        reject: Callable[[Problem], None] | None = None,
        database: ExampleDatabase | None = None,
    ):
        self.drawn: list[Problem] = []
        self.lock = Lock()

        @settings(
            database=database,
            deadline=None,
            phases=(Phase.reuse, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(conjecture.strategy)
        def take(problem: Problem) -> None:
            self.drawn[:] = [problem]
            if reject is not None:
                reject(problem)

        self.replay: Callable[[], None] = take
        handle: Any = take  # its type does not show what `given` adds
        self.fuzz: Callable[[bytes], bytes | None] = handle.hypothesis.fuzz_one_input

    def draw(self, seed: int, number: int) -> Problem:
        """The instance; raises `InvalidInputError` where the strategy rejects all attempts."""
        with self.lock:
            for data in _strings(seed, number):
                self.drawn.clear()
                self.fuzz(data)
                if self.drawn:
                    return self.drawn[0]
        raise InvalidInputError(
            f"the strategy rejects instance {number} of seed {seed} in {_ATTEMPTS} attempts; build "
            "what you need instead of filtering for it",
            place="instances",
        )


def _strings(seed: int, number: int) -> Iterator[bytes]:
    """Longer and longer strings of bytes for an instance, then those of further attempts."""
    for attempt in range(_ATTEMPTS):
        stream = shake_256(f"exactmargin {seed} {number} {attempt}".encode())
        length = _BYTES
        while length <= _MOST_BYTES:
            yield stream.digest(length)
            length *= 16


_sources: WeakKeyDictionary[Testable, _Source] = WeakKeyDictionary()


def generate(conjecture: Testable, seed: int, number: int) -> Problem:
    """Instance `number` ≥ 0 of a seed: the same on every machine with the same Hypothesis and
    exactmargin, whatever was drawn before.

    Raises `InvalidInputError`, also where the strategy draws something else than a problem with a
    point, and where it rejects nearly everything.
    """
    if {type(seed), type(number)} != {int} or number < 0:
        raise InvalidInputError(
            f"{shown(seed)} and {shown(number)}; expected an integer and an integer from 0",
            place="seed and number",
        )
    source = _sources.get(conjecture)
    if source is None:
        source = _sources.setdefault(conjecture, _Source(conjecture))
    problem: Any = source.draw(seed, number)
    if not isinstance(problem, Problem) or problem.parameters is None:
        raise InvalidInputError(
            f"the strategy of {conjecture.id} drew {shown(problem)}; expected a Problem with a "
            "point",
            place="instances",
        )
    return problem


def survey(
    conjecture: Testable,
    seed: int,
    start: int,
    stop: int,
    budget: float | None = None,
    *,
    to_violation: bool = False,
) -> Evidence:
    """The evidence of instances `start`, ..., `stop` - 1 of a seed; with `to_violation` up to the
    first violation, that one included.  It runs in this process; `run` shares out."""
    total = Evidence(conjecture.id)
    for number in range(start, stop):
        begin = thread_time()
        trial = conjecture.check(generate(conjecture, seed, number), budget)
        total += Evidence.of(conjecture.id, number, trial, thread_time() - begin)
        if to_violation and total.violated:
            break
    return total


def run(
    conjecture: Testable,
    examples: int,
    seed: int,
    budget: float | None,
    executor: Executor | None,
    progress: Callable[[Evidence], None],
) -> Evidence | Counterexample:
    """See `Conjecture.run`."""
    if type(examples) is not int or examples < 1:
        raise InvalidInputError(f"{shown(examples)} is not an integer from 1", place="examples")
    total = Evidence(conjecture.id)
    for part in _parts(conjecture, examples, seed, budget, executor):
        total += part
        progress(total)
        if part.violated:
            starts = _starts(conjecture, seed, part.violated[0], examples, budget)
            found = [shrink(conjecture, seed, number, budget=budget) for number in starts]
            return min(found, key=lambda c: complexity(c.problem))
    return total


def _parts(
    conjecture: Testable,
    examples: int,
    seed: int,
    budget: float | None,
    executor: Executor | None,
) -> Iterator[Evidence]:
    """The evidence of one chunk after the other, in order, each up to its first violation."""
    chunks = [(n, min(n + _CHUNK, examples)) for n in range(0, examples, _CHUNK)]
    if executor is None:
        for start, stop in chunks:
            yield survey(conjecture, seed, start, stop, budget, to_violation=True)
        return
    futures = [
        executor.submit(survey, conjecture, seed, start, stop, budget, to_violation=True)
        for start, stop in chunks
    ]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _starts(
    conjecture: Testable, seed: int, first: int, examples: int, budget: float | None
) -> list[int]:
    """The first violation, and of the instances that follow those with the simplest parameters:
    inputs become simple more often than directions of neurons do."""
    drawn = []
    for number in range(first + 1, min(first + _NEXT, examples)):
        problem = generate(conjecture, seed, number)
        written = "".join(map(problem.field.format, problem.point().flat()))
        drawn.append((len(written), complexity(problem), number))
    found = [first]
    for _, _, number in sorted(drawn):
        problem = generate(conjecture, seed, number)
        if conjecture.check(problem, budget).outcome is Outcome.VIOLATED:
            found.append(number)
        if len(found) == _STARTS:
            break
    return found


class _Violated(Exception):  # noqa: N818 - what the shrinker keeps
    """The instance refutes the conjecture."""


def shrink(
    conjecture: Testable, seed: int, number: int, *, budget: float | None = None
) -> Counterexample:
    """The smallest counterexample that is found from a violating instance.

    Hypothesis shrinks what was drawn, then points, neurons, coordinates and digits are removed one
    at a time.  Raises `InvalidInputError` where the instance is not a violation.
    """
    least: list[Trial] = []

    def reject(problem: Problem) -> None:
        trial = conjecture.check(problem, budget)
        if trial.outcome is Outcome.VIOLATED:
            least[:] = [trial]
            raise _Violated

    source = _Source(conjecture, reject, InMemoryExampleDatabase())
    with suppress(_Violated):
        source.draw(seed, number)
        raise InvalidInputError(
            f"instance {number} of seed {seed} does not violate {conjecture.id}", place="number"
        )
    with suppress(_Violated):
        source.replay()
    found = simplest(conjecture, least[0], budget)
    return Counterexample.of(conjecture, found, seed, number)
