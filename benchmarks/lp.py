"""Times exact linear programs: ours and the exact peers that are installed.

    python benchmarks/lp.py [--sizes 30x10 100x50 400x200 1500x500] [--kinds ...] [--limit SECONDS]
                            [--into docs/linear_programs.md]

Kinds: `opt` min c·x, A x >= b, x free, with a generic vertex; `inf` A x >= 1 infeasible; each
dense, or sparse with 6 entries a row; `cone` A x = b, x >= 0 with 0/1 columns, degenerate,
or infeasible (`cone-inf`); `hull` whether 0 is in the hull of points in {-1, 0, 1}^n, and
`hull-inf` where it is not.  m x n are rows by columns of `opt` and `inf`, columns by rows of
the others.

Each figure is CPU milliseconds for one program from its rational numbers to its answer, the
least of 50 runs, or of as many as fit in half a second (of three at least, one where it takes
more than 20 seconds), imports not counted.
Ours includes the building, the certificate and its check.  Peers run in a process of their own,
which is stopped at the limit, or at 1.5 times our time (">"); a peer that exceeded it is not run
on larger sizes of that kind ("-").  Answers of all must agree.  With --into, the table is written
into that file, between its marks.
"""

import argparse
import datetime
import importlib
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
from fractions import Fraction
from math import lcm
from pathlib import Path
from queue import Empty

SIZES = ("30x10", "100x50", "400x200", "1500x500")
KINDS = (
    "opt-dense", "opt-sparse", "inf-dense", "inf-sparse", "cone", "cone-inf", "hull", "hull-inf",
)  # fmt: skip
MOST_RUNS = 50
MARKS = ("<!-- figures of benchmarks/lp.py -->", "<!-- end of figures -->")


# ------------------------------------------------------------------ programs


def program(kind, m, n):
    """(costs, rows as {index: number}, senses, rhs, whether the variables are free)."""
    rng = random.Random(f"{kind} {m} {n}")
    if kind.startswith(("opt", "inf")):
        return inequalities(rng, kind, m, n)
    return cone(rng, kind, n, m) if kind.startswith("cone") else hull(rng, kind, n, m)


def number(rng):
    """A small random rational, never zero."""
    return Fraction(rng.choice([-1, 1]) * rng.randint(1, 9), rng.randint(1, 9))


def inequalities(rng, kind, m, n):
    """Random inequalities, optimal or made infeasible: (costs, rows, senses, rhs, free)."""
    per_row = min(n, 6) if kind.endswith("sparse") else n
    rows = [{j: number(rng) for j in sorted(rng.sample(range(n), per_row))} for _ in range(m)]
    if kind.startswith("inf"):
        last = {}
        for i in rng.sample(range(m - 1), n if per_row == n else 4):
            weight = rng.randint(1, 3)
            for j, value in rows[i].items():
                last[j] = last.get(j, 0) - weight * value
        rows[-1] = {j: value for j, value in last.items() if value}
        return [Fraction(0)] * n, rows, [">="] * m, [Fraction(1)] * m, True
    for i in range(n):
        rows[i].setdefault(i, number(rng))
    point = [number(rng) for _ in range(n)]
    rhs = [sum(a * point[j] for j, a in row.items()) - abs(11 * number(rng)) for row in rows]
    costs = [Fraction(0)] * n
    for row in rows:
        weight = rng.randint(1, 9)
        for j, value in row.items():
            costs[j] += weight * value
    return costs, rows, [">="] * m, rhs, True


def cone(rng, kind, m, n):
    """Is a vector in the cone of 0/1 vectors? A sum of some of them, or a vector with two ones."""
    columns = [[i for i in range(m) if rng.random() < 0.3] for _ in range(n)]
    rows = [{} for _ in range(m)]
    for j, support in enumerate(columns):
        for i in support:
            rows[i][j] = Fraction(1)
    rhs = [Fraction(0)] * m
    if kind == "cone":
        for j in rng.sample(range(n), max(2, m // 4)):
            for i in columns[j]:
                rhs[i] += 1
    else:
        i = rng.randrange(m)
        rhs[i] = rhs[(i + 1) % m] = Fraction(1)
    return [Fraction(0)] * n, rows, ["=="] * m, rhs, False


def hull(rng, kind, dimension, count):
    """Is 0 in the convex hull of random points?"""
    weights = [rng.choice([1, 2, 3]) for _ in range(dimension)]
    points = []
    while len(points) < count:
        point = [rng.choice([-1, 0, 0, 1]) for _ in range(dimension)]
        side = sum(w * v for w, v in zip(weights, point, strict=True))
        if kind == "hull-inf":
            if side == 0:
                continue
            point = point if side > 0 else [-v for v in point]
        points.append(point)
    rows = [{j: Fraction(p[i]) for j, p in enumerate(points) if p[i]} for i in range(dimension)]
    rows.append({j: Fraction(1) for j in range(count)})
    rhs = [*[Fraction(0)] * dimension, Fraction(1)]
    return [Fraction(0)] * count, rows, ["=="] * (dimension + 1), rhs, False


# ------------------------------------------------------------------ solvers: (status, value)


def ours(costs, rows, senses, rhs, free):
    """This library."""
    from exactmargin.exact import LinearProgram, Q, solve_lp

    n = len(costs)
    if sum(map(len, rows)) * 2 > n * len(rows):
        rows = [[row.get(j, 0) for j in range(n)] for row in rows]
    result = solve_lp(LinearProgram(Q, costs, rows, senses, rhs, free))
    return result.status.name, None if result.value is None else str(result.value)


def cdd(costs, rows, senses, rhs, free):
    """cddlib with GMP rationals."""
    from cdd import LPObjType, LPStatusType, RepType
    from cdd.gmp import linprog_from_matrix, linprog_solve, matrix_from_array

    n = len(costs)
    lines = [[-b, *(row.get(j, 0) for j in range(n))] for row, b in zip(rows, rhs, strict=True)]
    equal = {i for i, sense in enumerate(senses) if sense == "=="}
    if not free:
        lines += [[0, *(int(i == j) for j in range(n))] for i in range(n)]
    matrix = matrix_from_array(
        lines, equal, RepType.INEQUALITY, obj_type=LPObjType.MIN, obj_func=[0, *costs]
    )
    lp = linprog_from_matrix(matrix)
    linprog_solve(lp)
    if lp.status is LPStatusType.OPTIMAL:
        return "OPTIMAL", str(lp.obj_value)
    return "INFEASIBLE", None


def ppl(costs, rows, senses, rhs, free):
    """The Parma Polyhedra Library."""
    from ppl import Constraint_System, Linear_Expression, MIP_Problem, Variable

    n, system = len(costs), Constraint_System()
    for row, sense, b in zip(rows, senses, rhs, strict=True):
        scale = lcm(b.denominator, *(a.denominator for a in row.values()))
        line = [int(row.get(j, 0) * scale) for j in range(n)]
        expression = Linear_Expression(line, int(-b * scale))
        system.insert(expression == 0 if sense == "==" else expression >= 0)
    for j in range(0 if free else n):
        system.insert(Variable(j) >= 0)
    scale = lcm(*(c.denominator for c in costs))
    goal = Linear_Expression([int(c * scale) for c in costs], 0)
    problem = MIP_Problem(n, system, goal)
    problem.set_optimization_mode("minimization")
    if problem.solve()["status"] == "unfeasible":
        return "INFEASIBLE", None
    return "OPTIMAL", str(Fraction(str(problem.optimal_value())) / scale)


def z3(costs, rows, senses, rhs, free):
    """z3's optimiser, or its solver where there is nothing to minimise."""
    from z3 import Optimize, Q, RealVector, Solver, Sum, sat

    x = RealVector("x", len(costs))
    optimise = any(costs)
    solver = Optimize() if optimise else Solver()
    for row, sense, b in zip(rows, senses, rhs, strict=True):
        left = Sum([Q(a.numerator, a.denominator) * x[j] for j, a in row.items()])
        right = Q(b.numerator, b.denominator)
        solver.add(left == right if sense == "==" else left >= right)
    if not free:
        solver.add([v >= 0 for v in x])
    if optimise:
        goal = Sum([Q(c.numerator, c.denominator) * v for c, v in zip(costs, x, strict=True)])
        bound = solver.minimize(goal)
    if solver.check() != sat:
        return "INFEASIBLE", None
    return "OPTIMAL", str(bound.value().as_fraction()) if optimise else "0"


def cvc5(costs, rows, senses, rhs, free):
    """cvc5, feasibility only."""
    from cvc5.pythonic import Q, Real, SolverFor, Sum, sat

    if any(costs):
        return None  # it does not optimise
    x = [Real(f"x{j}") for j in range(len(costs))]
    solver = SolverFor("QF_LRA")
    for row, sense, b in zip(rows, senses, rhs, strict=True):
        left = Sum([Q(a.numerator, a.denominator) * x[j] for j, a in row.items()])
        right = Q(b.numerator, b.denominator)
        solver.add(left == right if sense == "==" else left >= right)
    if not free:
        solver.add(*(v >= 0 for v in x))
    return ("OPTIMAL", "0") if solver.check() == sat else ("INFEASIBLE", None)


def lp_file(costs, rows, senses, rhs, free):
    """The program in CPLEX's LP format, with rows scaled to integers."""

    def spelt(entries):
        return " ".join(f"{int(a):+d} x{j}" for j, a in entries if a) or "0 x0"

    scale = lcm(*(c.denominator for c in costs))
    text = ["Minimize", f" obj: {spelt(enumerate(c * scale for c in costs))}", "Subject To"]
    for i, (row, sense, b) in enumerate(zip(rows, senses, rhs, strict=True)):
        factor = lcm(b.denominator, *(a.denominator for a in row.values()))
        left = spelt((j, a * factor) for j, a in row.items())
        text.append(f" r{i}: {left} {sense.replace('==', '=')} {int(b * factor)}")
    if free:
        text += ["Bounds", *(f" x{j} free" for j in range(len(costs)))]
    return "\n".join([*text, "End", ""]), scale


def command_line(call):
    """A solver that reads a file: writing the file is not timed, its process is."""

    def solve(*stated):
        text, scale = lp_file(*stated)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "program.lp")
            path.write_text(text)
            start = cpu_seconds()
            answer = call(path, folder, scale)
            return answer, cpu_seconds() - start

    return solve


@command_line
def qsopt_ex(path, folder, scale):
    """QSopt_ex, a whole process."""
    solution = Path(folder, "solution")
    subprocess.run(["esolver", "-O", solution, path], capture_output=True, check=False)
    text = solution.read_text()
    if "INFEASIBLE" in text:
        return "INFEASIBLE", None
    value = next(line.split("=")[1].strip() for line in text.splitlines() if "Value" in line)
    return "OPTIMAL", str(Fraction(value) / scale)


@command_line
def glpk_exact(path, folder, scale):
    """Exact pivots from a float basis; it reports the status, its value in floats only."""
    command = ["glpsol", "--lp", path, "--exact", "--nopresol"]
    text = subprocess.run(command, capture_output=True, check=False, text=True).stdout
    if "OPTIMAL" in text:
        return "OPTIMAL", None
    return ("INFEASIBLE" if "NO FEASIBLE" in text or "INFEASIBLE" in text else text[-200:]), None


PEERS = {
    "cdd": (cdd, "cdd"), "PPL": (ppl, "ppl"), "z3": (z3, "z3"), "cvc5": (cvc5, "cvc5"),
    "QSopt_ex": (qsopt_ex, "esolver"), "GLPK": (glpk_exact, "glpsol"),
}  # fmt: skip


def installed(name):
    """Whether a peer can be run here."""
    if shutil.which(name):
        return True
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


# ------------------------------------------------------------------ timing


def cpu_seconds():
    """What this process and the finished ones that it called have used; the load is no part."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def timed(solve, stated, enough=0.5):
    """(least seconds so far, answer), after each run."""
    times, total = [], 0.0
    while (len(times) < 3 and total < 20) or (total < enough and len(times) < MOST_RUNS):
        start = cpu_seconds()
        answer = solve(*stated)
        seconds = cpu_seconds() - start
        if isinstance(answer, tuple) and isinstance(answer[0], tuple):
            answer, seconds = answer
        times.append(seconds)
        total += seconds
        yield min(times), answer


def _work(name, stated, queue):
    os.setpgid(0, 0)
    try:
        solve = ours if name == "ours" else PEERS[name][0]
        solve(*program("hull", *((40, 20) if name == "ours" else (4, 2))))  # what is imported
        for found in timed(solve, stated):
            queue.put(found)
    except Exception as error:
        queue.put((None, repr(error)[:300]))
    queue.put(None)


def in_process(name, stated, limit):
    """(seconds, answer), None for a peer that reached the limit."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=_work, args=(name, stated, queue))
    process.start()
    best = None
    try:
        while (found := queue.get(timeout=limit)) is not None:
            best = found
    except Empty:
        pass  # a run exceeded the limit
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it, and a solver that it called
        process.join()
    return best


def compare(kind, size, names, given_up, limit):
    """One line of the table: what, its status, and a cell for each solver."""
    stated = program(kind, *map(int, size.split("x")))
    cells, wanted, patience = [], None, 1800.0
    for name in names:
        found = None if name in given_up else in_process(name, stated, patience)
        if found is None:
            cells.append("-" if name in given_up else f">{1000 * patience:.0f}")
            given_up.add(name)
            continue
        seconds, answer = found
        if answer is None:
            cells.append("n/a")
            continue
        if seconds is None:
            cells.append("error")
            print(f"  {name}: {answer}")
            given_up.add(name)
            continue
        cells.append(f"{1000 * seconds:.2f}" if seconds < 1 else f"{1000 * seconds:.0f}")
        patience = max(limit, 1.5 * seconds) if name == "ours" else patience
        wanted = wanted or answer
        if answer[0] != wanted[0] or (answer[1] and answer[1] != wanted[1]):
            print(f"  {name} says {str(answer)[:200]}, not {str(wanted)[:200]}")
    return [f"{kind} {size}", wanted[0].lower() if wanted else "?", *cells]


def written(path, lines):
    """Write the table, as Markdown, between the marks of a file."""
    before, rest = path.read_text().split(MARKS[0])
    _, after = rest.split(MARKS[1])
    table = ["| " + " | ".join(cells) + " |" for cells in lines]
    table.insert(1, "|" + "---|" * len(lines[0]))
    stamp = f"Measured on {datetime.date.today()}, CPU milliseconds."
    path.write_text("\n".join([before + MARKS[0], stamp, "", *table, MARKS[1]]) + after)


def main(kinds, sizes, limit, into):
    """Time every kind and size, and print the table."""
    names = ["ours", *(name for name, (_, needs) in PEERS.items() if installed(needs))]
    lines = [["program", "status", *names]]
    for kind in kinds:
        given_up = set()
        for size in sizes:
            lines.append(compare(kind, size, names, given_up, limit))
            for cells in lines[-1:] if len(lines) > 2 else lines:
                print(f"{cells[0]:22}{cells[1]:12}", *(f"{c:>10}" for c in cells[2:]), flush=True)
    if into:
        written(into, lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=SIZES)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--limit", type=float, default=75.0)
    parser.add_argument("--into", type=Path)
    chosen = parser.parse_args()
    main(chosen.kinds, chosen.sizes, chosen.limit, chosen.into)
