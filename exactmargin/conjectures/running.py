"""Drawing, running, shrinking.

Theory of operation.  An instance depends on nothing but the seed and the number
(`exactmargin.strategies.instance`).  A violation is given to Hypothesis's own shrinker through a
database of one entry, and then `simpler` removes points, neurons, coordinates and digits that the
strategy cannot.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from time import thread_time
from typing import Any

from hypothesis.database import InMemoryExampleDatabase

from exactmargin.conjectures.counterexample import Counterexample
from exactmargin.conjectures.evidence import Evidence
from exactmargin.conjectures.simpler import simplest
from exactmargin.conjectures.size import complexity
from exactmargin.conjectures.trial import Outcome, Testable, Trial
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.problems import Problem
from exactmargin.strategies import instance
from exactmargin.strategies.drawing import Source

__all__ = ["generate", "run", "shrink", "survey"]

_NEXT, _STARTS = 100, 2
"""How many instances after a violation are looked at for smaller ones; how many are shrunk."""

_CHUNK = 50
"""Instances between two reports of progress, and of one task for an executor."""


def generate(conjecture: Testable, seed: int, number: int) -> Problem:
    """Instance `number` ≥ 0 of a seed: the same on every machine with the same Hypothesis and
    exactmargin, whatever was drawn before.

    Raises `InvalidInputError`, also where the strategy draws something else than a problem with a
    point, and where it rejects nearly everything.
    """
    problem: Any = instance(conjecture.strategy, seed, number)
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

    source = Source(conjecture.strategy, reject, InMemoryExampleDatabase())
    with suppress(_Violated):
        source.draw(seed, number)
        raise InvalidInputError(
            f"instance {number} of seed {seed} does not violate {conjecture.id}", place="number"
        )
    with suppress(_Violated):
        source.replay()
    found = simplest(conjecture, least[0], budget)
    return Counterexample.of(conjecture, found, seed, number)
