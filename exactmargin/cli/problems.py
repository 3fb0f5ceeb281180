"""``analyze`` and ``certify``: what holds at a problem's point, with certificates."""

import signal
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_FLOOR, Context, Decimal
from pathlib import Path
from types import FrameType
from typing import final

from flint import fmpq

from exactmargin.cli.files import about, check_stdin, made_folder, shown_name, write_text
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, columns, complain, emit, emit_verdicts
from exactmargin.decisions import (
    FORMS,
    WITHOUT_POINT,
    Answer,
    Budget,
    BudgetSpent,
    Verdict,
    certify,
    check_claim,
    proves,
    questions,
)
from exactmargin.errors import InvalidInputError
from exactmargin.exact import sign
from exactmargin.exact.scalars import clipped
from exactmargin.formats import read_problem
from exactmargin.problems import PLAIN_LOSSES, Problem

__all__ = ["GRACE", "alarm", "run_analyze", "run_certify"]

GRACE = 0.25
"""Seconds after which what does not look at the clock is broken off."""


def run_analyze(arguments: Namespace) -> Exit:
    """Decide all questions and print the verdicts as a table or as JSON."""
    if arguments.numeric:
        from exactmargin.cli.numeric import run_numeric

        return run_numeric(arguments)
    if arguments.slack is not None:
        raise InvalidInputError("--slack goes with --numeric only", place="analyze")
    check_stdin(arguments.problem)
    problem = read_problem(arguments.problem)
    folder = None if arguments.certificates is None else made_folder(Path(arguments.certificates))
    with about(arguments.problem):
        verdicts, spent = _decided(problem, arguments.budget)
    paths: dict[str, str] = {}
    for name, verdict in verdicts.items():
        if folder is not None and verdict.certificate is not None:
            paths[name] = str(folder / f"{name}.json")
            write_text(verdict.certificate.text(), paths[name])
    if arguments.json:
        entries = {
            name: {
                "verdict": verdict.answer.value,
                "certificate": paths.get(name),
                "reason": verdict.reason,
            }
            for name, verdict in verdicts.items()
        }
        emit_verdicts(entries)
    else:
        emit(columns([(n, v.answer.value, _why(v, paths.get(n))) for n, v in verdicts.items()]))
        if "feasible" in verdicts and verdicts["feasible"].answer is Answer.NO:
            complain(f"{shown_name(arguments.problem)}: {_least_margin(problem)}")
    return Exit.SPENT if spent else Exit.HOLDS


def run_certify(arguments: Namespace) -> Exit:
    """Prove a claim or its opposite; write the certificate to a file or to stdout."""
    claim = arguments.claim
    check_claim(claim)  # before the problem is read
    check_stdin(arguments.problem)
    problem = read_problem(arguments.problem)
    with about(arguments.problem):
        if claim not in WITHOUT_POINT:
            problem.point()
        verdict, spent = _certified(problem, claim, arguments)
    if verdict.certificate is None:
        complain(f"unknown: {verdict.reason}")
        return Exit.SPENT if spent else Exit.UNKNOWN
    if arguments.output in (None, "-"):
        emit(verdict.certificate.text().rstrip("\n"))
    else:
        write_text(verdict.certificate.text(), arguments.output)
        emit(f"{arguments.output}: {verdict.certificate.outcome().line()}")
    if proves(verdict, claim):
        return Exit.HOLDS
    complain(f"the opposite of {claim} is proved: {verdict.certificate.claim}")
    return Exit.FAILED


def _example(problem: Problem, claim: str, number: int | None) -> int | None:
    """The example as Python counts it; raises for one that is not there, or is missing."""
    size = problem.data.size
    if number is not None and number > size:
        raise InvalidInputError(f"there is no example {number}; the sample has examples 1..{size}")
    if number is None and claim in FORMS and not isinstance(problem.objective, PLAIN_LOSSES):
        raise InvalidInputError(
            f"the claim {claim!r} is about the output at an example; give --example 1..{size}"
        )
    return None if number is None else number - 1


def _why(verdict: Verdict, path: str | None) -> str:
    return verdict.why + (f"; certificate in {path}" if path else "")


def _least_margin(problem: Problem) -> str:
    """What is missing at an infeasible point, and whether it is no more than a factor."""
    margins = problem.margins()
    least = min(margins)
    number = problem.field.format(least)
    if len(number) > 20 and isinstance(least, fmpq):
        rounded = Context(12, ROUND_FLOOR).divide(Decimal(int(least.p)), Decimal(int(least.q)))
        number = f"{rounded:g}..."
    text = f"the least margin is {clipped(number)}, of example {margins.index(least) + 1}"
    if sign(least) > 0 and not problem.network.has_bias:
        text += "; some multiple of the free parameters is feasible"
    return text


def _decided(problem: Problem, budget: float | None) -> tuple[dict[str, Verdict], bool]:
    """The verdicts, and whether the budget was spent before all questions were answered.

    A question that is under way when the budget ends is broken off, later ones are not begun.
    """
    verdicts: dict[str, Verdict] = {}
    progress = Progress()
    time = Budget(budget, progress.show)
    waiting = dict(questions(problem, time))
    try:
        with alarm(_with_grace(budget), _Spent):
            for name, answer in waiting.items():
                time.check()
                progress.show(f"deciding {name} ...")
                verdicts[name] = answer()
        return verdicts, False
    except (_Spent, BudgetSpent):
        unknown = _spent(budget)
        return {name: verdicts.get(name, unknown) for name in waiting}, True
    finally:
        progress.clear()


def _certified(problem: Problem, claim: str, arguments: Namespace) -> tuple[Verdict, bool]:
    """The verdict, and whether the budget was spent before it was reached."""
    budget = arguments.budget
    progress = Progress()
    time = Budget(budget, progress.show)
    try:
        with alarm(_with_grace(budget), _Spent):
            example = _example(problem, claim, arguments.example)
            verdict = certify(
                problem, claim, time, number_only=arguments.number_only, example=example
            )
            return verdict, time.spent
    except (_Spent, BudgetSpent):
        return _spent(budget), True
    finally:
        progress.clear()


def _spent(budget: float | None) -> Verdict:
    return Verdict.unknown(f"the budget of {budget:g} seconds is spent")


def _with_grace(budget: float | None) -> float | None:
    """When what does not look at the clock (one large linear program) is broken off."""
    return None if budget is None else budget + GRACE


@final
class _Spent(BaseException):
    """The alarm went off; no `Exception`, so that nothing on the way takes it for its own."""


@contextmanager
def alarm(seconds: float | None, error: type[BaseException]) -> Iterator[None]:
    """Raise `error` in the block after so many seconds; an alarm set before is put back."""
    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise error

    handler = signal.signal(signal.SIGALRM, ring)
    before = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)
