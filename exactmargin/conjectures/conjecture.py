"""A conjecture: every instance that satisfies the hypotheses satisfies the conclusion."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, final

from hypothesis.strategies import SearchStrategy

from exactmargin.conjectures.condition import Condition, Finding
from exactmargin.conjectures.counterexample import Counterexample
from exactmargin.conjectures.evidence import Evidence
from exactmargin.conjectures.running import run
from exactmargin.conjectures.trial import Outcome, Trial
from exactmargin.decisions import Budget, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.problems import Problem

__all__ = ["Conjecture", "Instances", "conjecture"]

Instances: TypeAlias = SearchStrategy[Problem] | Callable[[], SearchStrategy[Problem]]
"""A strategy for problems with a point, or a function that makes one when it is first needed."""


@final
@dataclass(frozen=True, eq=False)
class Conjecture:
    """Every problem that `instances` draws and that satisfies the hypotheses satisfies the
    conclusion.

    Shrinking leaves the strategy: a counterexample has the hypotheses, and nothing else that
    `instances` promises.

    `id` is a word without blanks, `name` the statement, `source` where it comes from ("V Theorem
    3.2").  `home` is "module:attribute", by which other processes find the conjecture; those of
    `named` have none.

    Raises `InvalidInputError` for parts of the wrong type, and for conditions with one name.
    """

    id: str
    name: str
    instances: Instances = field(repr=False)
    hypotheses: tuple[Condition, ...]
    conclusion: Condition
    source: str = ""
    home: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "hypotheses", tuple(self.hypotheses))
        if len(str(self.id).split()) != 1:
            raise InvalidInputError(f"{shown(self.id)} is not a word without blanks", place="id")
        if not (isinstance(self.instances, SearchStrategy) or callable(self.instances)):
            raise InvalidInputError(
                f"{shown(self.instances)} is not a strategy, nor a function that makes one",
                place="instances",
            )
        conditions = (*self.hypotheses, self.conclusion)
        for condition in conditions:
            if not isinstance(condition, Condition):
                raise InvalidInputError(
                    f"{shown(condition)} is not a Condition; asked('kkt', 'a KKT point') makes one",
                    place="hypotheses or conclusion",
                )
        if len({condition.name for condition in conditions}) < len(conditions):
            raise InvalidInputError("two of them have one name", place="hypotheses or conclusion")

    @cached_property
    def strategy(self) -> SearchStrategy[Problem]:
        """The strategy itself; raises `InvalidInputError` where `instances` makes none."""
        made = self.instances if isinstance(self.instances, SearchStrategy) else self.instances()
        if not isinstance(made, SearchStrategy):
            raise InvalidInputError(f"{shown(made)} is not a strategy", place="instances")
        return made

    def check(self, problem: Problem, budget: float | None = None) -> Trial:
        """Decide one instance exactly; `budget` is in seconds, for this instance alone."""
        time = Budget(budget)
        findings: dict[str, Finding] = {}
        for condition in (*self.hypotheses, self.conclusion):
            found = findings[condition.name] = condition.find(problem, time)
            if found.holds is None:
                reason = found.reason or "no reason was given"
                return Trial(problem, Outcome.UNDECIDED, findings, condition.name, reason)
            if not found.holds:
                if condition is self.conclusion:
                    return Trial(problem, Outcome.VIOLATED, findings)
                return Trial(problem, Outcome.VACUOUS, findings, condition.name)
        return Trial(problem, Outcome.HOLDS, findings)

    def run(
        self,
        *,
        examples: int = 1000,
        seed: int = 0,
        budget: float | None = None,
        executor: Executor | None = None,
        progress: Callable[[Evidence], None] = lambda _: None,
    ) -> Evidence | Counterexample:
        """Check instances 0, ..., `examples` - 1 of the seed: the evidence, or the counterexample
        shrunk from the first violation.

        `budget` is in seconds for each instance, which is undecided beyond.  With an `executor`
        the instances are shared out; the result is the same.  `progress` is called with the
        evidence so far, every now and then.  Raises `InvalidInputError`.
        """
        return run(self, examples, seed, budget, executor, progress)


def conjecture(
    instances: Instances,
    *,
    given: Sequence[Condition] = (),
    name: str | None = None,
    source: str = "",
) -> Callable[[Callable[[Problem], Verdict | bool]], Conjecture]:
    """The decorator that turns a function of a problem into the conclusion of a conjecture.

    The function returns a verdict, whose yes is the conclusion, or True or False for what it
    computes exactly.  Its name is the id, its docstring the statement (or `name`); `given` are the
    hypotheses.  See docs/conjectures.md for an example.
    """

    def made(function: Callable[[Problem], Verdict | bool]) -> Conjecture:
        said = name or " ".join((function.__doc__ or function.__name__).split())
        label = function.__name__
        return Conjecture(
            id=label.replace("_", "-"),
            name=said,
            instances=instances,
            hypotheses=tuple(given),
            conclusion=Condition(said, lambda problem, _: function(problem)),
            source=source,
            home=f"{function.__module__}:{function.__qualname__}",
        )

    return made
