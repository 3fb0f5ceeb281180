"""All verdicts that apply to a problem, and single claims or their opposites."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import TypeAlias

from exactmargin.decisions.approximate_kkt import decide_approximate_kkt
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.cells import decide_cells
from exactmargin.decisions.clarke import decide_clarke_critical
from exactmargin.decisions.existence import decide_kkt_exists
from exactmargin.decisions.feasible import decide_feasible
from exactmargin.decisions.flat_or_sharp import local_minimum_type
from exactmargin.decisions.forms import FORMS, decide_form
from exactmargin.decisions.hinge_minima import (
    decide_hinge_global_minimum,
    decide_hinge_local_minimum,
)
from exactmargin.decisions.kkt import decide_kkt
from exactmargin.decisions.minima import decide_global_minimum, decide_local_minimum
from exactmargin.decisions.sample import decide_rare, decide_separable
from exactmargin.decisions.suboptimality import decide_norm_bound
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.problems import Problem

__all__ = ["CLAIMS", "WITHOUT_POINT", "analyze", "certify", "check_claim", "proves", "questions"]

CLAIMS = {
    "feasible": "feasible",
    "infeasible": "feasible",
    "kkt": "kkt",
    "not-kkt": "kkt",
    "approximate-kkt": "approximate_kkt",
    "kkt-exists": "kkt_exists",
    "local-minimum": "local_minimum",
    "not-local-minimum": "local_minimum",
    "global-minimum": "global_minimum",
    "not-global-minimum": "global_minimum",
    "clarke-critical": "clarke_critical",
    "not-clarke-critical": "clarke_critical",
    "flat-minimum": "local_minimum_type",
    "sharp-minimum": "local_minimum_type",
    "norm-bound": "norm_bound",
    "cells": "cells",
    "separable": "separable",
    "not-separable": "separable",
    "rare": "rare",
    "generic": "rare",
    "multilinear-form": "multilinear_form",
    "zero-trace-hessian": "zero_trace_hessian",
    "indefinite-hessian": "indefinite_hessian",
}
"""The claims that `certify` takes, each with the question that decides it."""

WITHOUT_POINT = ("norm-bound", "cells", "separable", "not-separable", "rare", "generic")
"""Those that are not about a point, but about the problem alone; only `certify` asks them."""

DENIALS = ("infeasible", "not-")

Questions: TypeAlias = Iterator[tuple[str, Callable[[], Verdict]]]


def questions(problem: Problem, budget: Budget | None = None) -> Questions:
    """The questions that apply to a problem, in order, each with what answers it.

    What several need is decided once, whoever asks first. A long decision asks `budget` on its
    way, and is unknown where the time ends first. Raises `InvalidInputError` where there is no
    point.
    """
    if not isinstance(problem, Problem):
        raise InvalidInputError(
            f"{shown(problem)} is not a Problem; read_problem reads one from a file"
        )
    problem.point()
    time = budget or Budget()
    yield from (_of_hinge if problem.is_hinge else _of_margins)(problem, time)


def _of_margins(problem: Problem, time: Budget) -> Questions:
    kkt = cache(lambda: decide_kkt(problem))
    yield "feasible", lambda: decide_feasible(problem)
    yield "kkt", kkt
    yield "local_minimum", lambda: decide_local_minimum(problem, kkt(), time)
    yield "global_minimum", lambda: decide_global_minimum(problem, kkt(), time)


def _of_hinge(problem: Problem, time: Budget) -> Questions:
    @cache
    def local() -> Verdict:
        try:
            return decide_hinge_local_minimum(problem, time)
        except BudgetSpent as spent:
            return Verdict.unknown(str(spent))

    yield "clarke_critical", lambda: decide_clarke_critical(problem, time)
    yield "local_minimum", local
    yield "global_minimum", lambda: decide_hinge_global_minimum(problem, local(), time)
    yield "local_minimum_type", lambda: local_minimum_type(problem, local(), time)


def analyze(
    problem: Problem,
    *,
    budget: float | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Verdict]:
    """The verdicts feasible, kkt, local_minimum, global_minimum (FORMATS); of a hinge problem
    clarke_critical, local_minimum, global_minimum, local_minimum_type.

    `budget` is in seconds; questions that are not answered in time are unknown. `progress` is
    called with each question before it is decided. Raises `InvalidInputError` where the problem
    has no point.
    """
    time = _budget(budget, progress)
    result: dict[str, Verdict] = {}
    for name, answer in questions(problem, time):
        try:
            time.check()
            progress(name)
            result[name] = answer()
        except BudgetSpent as spent:
            result[name] = Verdict.unknown(str(spent))
    return result


def check_claim(claim: str) -> None:
    """Raise `InvalidInputError` for a claim that is not in `CLAIMS`, with the one that is near."""
    if claim in CLAIMS:
        return
    near = get_close_matches(str(claim).lower().replace("_", "-"), CLAIMS, n=1, cutoff=0.75)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    raise InvalidInputError(
        f"{claim!r} is not a claim that can be certified; known: {', '.join(CLAIMS)}{meant}"
    )


def certify(
    problem: Problem,
    claim: str,
    budget: Budget | float | None = None,
    *,
    number_only: bool = False,
    example: int | None = None,
) -> Verdict:
    """The verdict on the question that the claim answers; its certificate proves the claim, or
    its opposite; it is unknown where the budget, in seconds, is spent first.

    The claims in `WITHOUT_POINT` need no point; `cells` has no list with `number_only` (see
    `cells_certificate`).  The claims in `FORMS` are about the output at `example`, from 0, or else
    about the loss.  Raises `InvalidInputError` for a claim that is not in `CLAIMS`, and for
    `number_only` or `example` with another.
    """
    check_claim(claim)
    if number_only and claim != "cells":
        raise InvalidInputError(f"the claim {claim!r} has no number; only 'cells' has one")
    if example is not None and claim not in FORMS:
        raise InvalidInputError(
            f"the claim {claim!r} is about no single example; {', '.join(FORMS)} are"
        )
    time = budget if isinstance(budget, Budget) else _budget(budget)
    try:
        time.check()
        if claim == "cells":
            return decide_cells(problem, listed=not number_only, budget=time)
        if claim == "approximate-kkt":  # `analyze` does not ask it: the answer is a number
            return decide_approximate_kkt(problem, time)
        if claim == "kkt-exists":  # nor does `analyze` ask this: it is about another point
            return decide_kkt_exists(problem, time)
        if claim in FORMS:  # nor these: nothing is to be decided
            return decide_form(problem, claim, example)
        asked = _of_no_point if claim in WITHOUT_POINT else questions
        answers = dict(asked(problem, time))
        if CLAIMS[claim] not in answers:
            about = "problems with constraints" if problem.is_hinge else "hinge losses"
            raise InvalidInputError(
                f"the claim {claim!r} is about {about}; the objective's kind is "
                f"{problem.objective.kind!r}"
            )
        return answers[CLAIMS[claim]]()
    except BudgetSpent as spent:
        return Verdict.unknown(str(spent))


def _budget(seconds: object, progress: Callable[[str], None] = lambda _: None) -> Budget:
    """The budget of so many seconds; `InvalidInputError` for what is no number from 0 up."""
    if seconds is None or (isinstance(seconds, int | float) and seconds >= 0):
        return Budget(seconds, progress)
    raise InvalidInputError(f"a budget of {shown(seconds)} seconds; expected 0 or more")


def proves(verdict: Verdict, claim: str) -> bool:
    """Whether a verdict of `certify` proves the claim: an unknown does not, nor does its opposite.

    A certificate may prove more than the claim says: an infeasible point is not a local minimum.
    """
    if verdict.certificate is None:
        return False
    denied = verdict.answer is Answer.NO and claim.startswith(DENIALS)
    return denied or verdict.certificate.claim == claim


def _of_no_point(problem: Problem, time: Budget) -> Questions:
    if not problem.is_hinge:
        yield "norm_bound", lambda: decide_norm_bound(problem, time)
    yield "separable", lambda: decide_separable(problem)
    yield "rare", lambda: decide_rare(problem, time)
