"""``cells``: the cells of parameter space, counted, proved to be all, and their graph."""

from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import final

from exactmargin.cells import (
    BudgetSpent,
    Cells,
    Clock,
    check_oracle,
    enumerate_cells,
    graph_to_graphml,
    graph_to_json,
    signature_graph,
)
from exactmargin.cli.files import about, check_stdin, made_folder, write_text
from exactmargin.cli.problems import GRACE, alarm
from exactmargin.cli.processes import pool_of
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, columns, complain, emit, emit_json
from exactmargin.decisions import Budget, Verdict, check_listed, decide_cells
from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.formats import read_problem
from exactmargin.problems import Problem

__all__ = ["CELLS_FORMAT", "run_cells"]

CELLS_FORMAT = "exactmargin/cells@1"

OUT_OF_TIME = "the budget is spent before the number is proved"

EXACT_JSON = 2**53
"""Above this a JSON number may be rounded by its reader; greater counts are texts."""


def run_cells(arguments: Namespace) -> Exit:
    """Count the cells, print the proved count or its bounds, and write what is asked for."""
    check_stdin(arguments.problem)
    check_oracle(arguments.oracle)
    for given, where, option in (
        (arguments.forms, arguments.graph, "--forms goes into the graph; give --graph FILE"),
        (
            arguments.number_only,
            arguments.certificates,
            "--number-only is about the certificate; give --certificates DIR",
        ),
    ):
        if given and where is None:
            raise InvalidInputError(option, place="cells")
    clock = Clock(arguments.budget)
    problem = read_problem(arguments.problem)
    with about(arguments.problem):
        check_listed(problem, not arguments.number_only)
    path = None
    if arguments.certificates is not None:
        path = str(made_folder(Path(arguments.certificates)) / "cells.json")
    progress = Progress()
    try:
        cells = _enumerated(problem, arguments, progress)
        proof = _proved(cells, problem, arguments, clock, progress)
        spent = cells.spent or proof is None
        if proof is not None and proof.certificate is not None and path is not None:
            write_text(proof.certificate.text(), path)
        if arguments.graph is not None and not spent:
            progress.show(f"joining {cells.lower} cells ...")
            spent = not _wrote_graph(cells, problem, arguments, clock.left())
    finally:
        progress.clear()
    report = _Report(cells, proof, path)
    emit_json(report.entry()) if arguments.json else emit(report.table())
    if spent:
        complain(f"the budget of {arguments.budget:g} seconds is spent")
        if arguments.graph is not None:
            complain(f"{arguments.graph}: not written")
        return Exit.SPENT
    return Exit.HOLDS if report.complete else Exit.UNKNOWN


def _enumerated(problem: Problem, arguments: Namespace, progress: Progress) -> Cells:
    budget = arguments.budget
    with (
        about(arguments.problem),
        _workers(problem, arguments.jobs) as executor,
        alarm(None if budget is None else budget + GRACE, BudgetSpent),
    ):
        return enumerate_cells(
            problem.signatures,
            budget=budget,
            executor=executor,
            progress=lambda found: progress.show(f"{found} cells ..."),
            oracle=arguments.oracle,
        )


def _proved(
    cells: Cells, problem: Problem, arguments: Namespace, clock: Clock, progress: Progress
) -> Verdict | None:
    """The verdict on the number of cells; None where the time does not allow one.

    Where no list is asked for, the number alone is proved, if there is a way to.
    """
    if not cells.complete:
        return Verdict.unknown(cells.reason or "")
    if cells.oracle is not None:
        return Verdict.unknown(f"the bounds meet on the word of {cells.oracle} alone")
    listed = problem.is_hinge or not (arguments.number_only or arguments.certificates is None)
    try:
        clock.check()
        with about(arguments.problem), alarm(clock.left(), BudgetSpent):
            verdict = decide_cells(problem, listed=listed, budget=Budget(report=progress.show))
    except BudgetSpent:
        return None
    if verdict.certificate is None:
        return Verdict.unknown(f"the bounds meet, without a certificate: {verdict.reason}")
    if int(verdict.certificate.evidence["count"]) != cells.lower:
        raise InternalError(
            f"{cells.lower} cells were found, {verdict.certificate.evidence['count']} are proved"
        )
    return verdict


@contextmanager
def _workers(problem: Problem, jobs: int) -> Iterator[Executor | None]:
    """Worker processes where they pay: the hinge loss of a network with many hidden signs."""
    many = problem.data.size * sum(problem.network.hidden_widths) >= 8
    if jobs < 2 or not problem.is_hinge or problem.network.depth != 2 or not many:
        yield None
        return
    with pool_of(jobs) as pool:
        yield pool


def _wrote_graph(
    cells: Cells, problem: Problem, arguments: Namespace, budget: float | None
) -> bool:
    path: str = arguments.graph
    weights = problem.example_weights if problem.is_hinge else None
    try:
        with about(arguments.problem), alarm(budget, BudgetSpent):
            graph = signature_graph(
                cells,
                weights=weights,
                penalty=problem.penalty_monomials,
                forms=arguments.forms,
                budget=budget,
            )
    except BudgetSpent:
        return False
    spell = graph_to_json if path.lower().endswith(".json") else graph_to_graphml
    write_text(spell(graph, cells.signatures), path)
    return True


@final
@dataclass(frozen=True, slots=True)
class _Report:
    """What is printed: the cells, the verdict on their number (None: no time), its file."""

    cells: Cells
    proof: Verdict | None
    path: str | None

    @property
    def complete(self) -> bool:
        """Whether the number is proved."""
        return self.proof is not None and self.proof.certificate is not None

    @property
    def reason(self) -> str | None:
        """Why not, if not."""
        return OUT_OF_TIME if self.proof is None else self.proof.reason

    def entry(self) -> dict[str, object]:
        """The JSON object of docs/cells.md."""
        cells = self.cells
        result: dict[str, object] = {
            "format": CELLS_FORMAT,
            "cell_count": _exact(cells.lower),
            "complete": self.complete,
            "certificate": self.path if self.complete else None,
        }
        if not self.complete:
            result["lower_bound"] = _exact(cells.lower)
            result["upper_bound"] = _exact(cells.upper)
            result["reason"] = self.reason
        if cells.oracle is not None:
            result["upper_bound_by"] = cells.oracle
        result["cells_with_zeros"] = _exact(cells.with_zeros)
        result["structural_zeros"] = [
            {"example": i + 1, "layer": n + 1, "unit": k + 1} for i, n, k in cells.structural_zeros
        ]
        return result

    def table(self) -> str:
        """The same in words."""
        cells = self.cells
        count, complete = str(cells.lower), "yes"
        if not self.complete:
            count = f"at least {cells.lower}, at most {cells.upper}"
            complete = f"no: {self.reason}"
        rows = [("cells", count), ("complete", complete)]
        if self.complete and self.path is not None:
            rows.append(("certificate", self.path))
        if cells.oracle is not None:
            word = f"by oracle: the word of {cells.oracle}, without a certificate"
            rows.append(("upper bound", word))
        if cells.with_zeros:
            rows.append(
                ("with zeros", f"{cells.with_zeros}, where an entry vanishes on the whole cell")
            )
        if cells.structural_zeros:
            zeros = cells.signatures.describe(cells.structural_zeros)
            rows.append(("zero everywhere", zeros))
        return columns(rows)


def _exact(number: int) -> int | str:
    return number if number <= EXACT_JSON else str(number)
