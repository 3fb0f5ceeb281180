"""``cells``: the cells of parameter space, counted, and their graph."""

from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from time import monotonic

from exactmargin.cells import (
    BudgetSpent,
    Cells,
    check_oracle,
    enumerate_cells,
    graph_to_graphml,
    graph_to_json,
    signature_graph,
)
from exactmargin.cli.files import check_stdin, write_text
from exactmargin.cli.problems import GRACE, about, alarm
from exactmargin.cli.processes import pool_of
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, columns, complain, emit, emit_json
from exactmargin.errors import InvalidInputError
from exactmargin.formats import read_problem
from exactmargin.problems import Problem

__all__ = ["CELLS_FORMAT", "run_cells"]

CELLS_FORMAT = "exactmargin/cells@1"

EXACT_JSON = 2**53
"""Above this a JSON number may be rounded by its reader; greater counts are texts."""


def run_cells(arguments: Namespace) -> Exit:
    """Count the cells, print the count or its bounds, and write the graph where asked."""
    check_stdin(arguments.problem)
    check_oracle(arguments.oracle)
    if arguments.forms and arguments.graph is None:
        raise InvalidInputError("--forms goes into the graph; give --graph FILE", place="cells")
    start = monotonic()
    problem = read_problem(arguments.problem)
    budget = arguments.budget
    progress = Progress()
    try:
        with (
            about(arguments.problem),
            _workers(problem, arguments.jobs) as executor,
            alarm(None if budget is None else budget + GRACE, BudgetSpent),
        ):
            cells = enumerate_cells(
                problem.signatures,
                budget=budget,
                executor=executor,
                progress=lambda found: progress.show(f"{found} cells ..."),
                oracle=arguments.oracle,
            )
            spent = cells.spent
            if arguments.graph is not None and not spent:
                left = None if budget is None else max(0.0, budget - (monotonic() - start))
                progress.show(f"joining {cells.lower} cells ...")
                spent = not _wrote_graph(cells, problem, arguments, left)
    finally:
        progress.clear()
    emit_json(_entry(cells)) if arguments.json else emit(_table(cells))
    if spent:
        complain(f"the budget of {arguments.budget:g} seconds is spent")
        if arguments.graph is not None:
            complain(f"{arguments.graph}: not written")
        return Exit.SPENT
    return Exit.HOLDS if cells.complete else Exit.UNKNOWN


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
        graph = signature_graph(cells, weights=weights, forms=arguments.forms, budget=budget)
    except BudgetSpent:
        return False
    spell = graph_to_json if path.endswith(".json") else graph_to_graphml
    write_text(spell(graph, cells.signatures), path)
    return True


def _entry(cells: Cells) -> dict[str, object]:
    result: dict[str, object] = {
        "format": CELLS_FORMAT,
        "cell_count": _exact(cells.lower),
        "complete": cells.complete,
    }
    if not cells.complete:
        result["lower_bound"] = _exact(cells.lower)
        result["upper_bound"] = _exact(cells.upper)
        result["reason"] = cells.reason
    if cells.oracle is not None:
        result["upper_bound_by"] = cells.oracle
    result["cells_with_zeros"] = _exact(cells.with_zeros)
    result["structural_zeros"] = [
        {"example": i + 1, "layer": n + 1, "unit": k + 1} for i, n, k in cells.structural_zeros
    ]
    return result


def _exact(number: int) -> int | str:
    return number if number <= EXACT_JSON else str(number)


def _table(cells: Cells) -> str:
    count, complete = str(cells.lower), "yes"
    if not cells.complete:
        count = f"at least {cells.lower}, at most {cells.upper}"
        complete = f"no: {cells.reason}"
    rows = [("cells", count), ("complete", complete)]
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
