"""What a conjecture assumes and concludes: exact conditions on a problem and its point."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, final

from exactmargin.decisions import Answer, Budget, BudgetSpent, Verdict, questions
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.problems import Problem

__all__ = ["Condition", "Decision", "Finding", "asked"]

Decision: TypeAlias = Callable[[Problem, Budget], Verdict | bool]
"""Decides a condition: a verdict, or True or False where the problem itself shows it."""


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a condition: whether it holds, None where that is undecided.

    `verdict` is None where the condition was read off the problem; `reason` says why nothing was
    decided.
    """

    holds: bool | None
    verdict: Verdict | None = None
    reason: str | None = None


@final
@dataclass(frozen=True, slots=True)
class Condition:
    """A statement about a problem with a point, `name` in words, and what decides it exactly.

    `decide` takes the problem and a `Budget`. It returns a `Verdict`, and the condition holds
    where its answer is `answer`; or True or False for what the problem itself shows (a slope, a
    weight that is zero), for which nobody needs a certificate.
    """

    name: str
    decide: Decision
    answer: Answer = Answer.YES

    def find(self, problem: Problem, budget: Budget | None = None) -> Finding:
        """Decide the condition; raises `InvalidInputError` where `decide` returns anything else
        than a verdict or a bool."""
        try:
            found = self.decide(problem, budget or Budget())
        except BudgetSpent as spent:
            return Finding(None, None, str(spent))
        if isinstance(found, bool):
            return Finding(found)
        if not isinstance(found, Verdict):
            raise InvalidInputError(
                f"the condition {self.name!r} returned {shown(found)}; expected a Verdict, or True "
                "or False for what was computed exactly",
            )
        if found.answer is Answer.UNKNOWN:
            return Finding(None, found, found.reason)
        return Finding(found.answer is self.answer, found)


def asked(question: str, name: str, answer: Answer = Answer.YES) -> Condition:
    """The condition that a question of `analyze` has this answer: ``asked("kkt", "a KKT point")``.

    The questions are feasible, kkt, local_minimum, global_minimum; of a hinge loss clarke_critical,
    local_minimum, global_minimum, local_minimum_type.  What several of them need is decided once
    for each problem.  A question that does not apply to a problem raises `InvalidInputError`.
    """

    def decide(problem: Problem, budget: Budget) -> Verdict:
        answers = _answers(problem, budget)
        if question not in answers:
            raise InvalidInputError(
                f"{question!r} is not a question about a problem of objective kind "
                f"{problem.objective.kind!r}; there are {', '.join(answers)}"
            )
        return answers[question]()

    return Condition(name, decide, answer)


@lru_cache(maxsize=1)
def _answers(problem: Problem, budget: Budget) -> dict[str, Callable[[], Verdict]]:
    return dict(questions(problem, budget))
