"""Times the enumeration of chambers: list, list with verified witnesses, memory, and peers.

    python benchmarks/chambers.py [--backend numba|numpy] [--cases NAME ...]
                                  [--sage PYTHON] [--polymake] [--relucent PYTHON] [--vertices]
                                  [--limit SECONDS]

All times are CPU seconds (user and system) of one thread; compilation, done once and cached, is
not in them, making the arrangement is.  Cases are repeated until they took 0.5 s (at most 7
times) and the best is printed; rates count chambers, not pairs.  `list MB` is the memory of the
result, `peak MB` the growth of the process while it was made, `stream MB` that while all chambers
went by in a stream; each is measured in a process of its own.  `--sage` names a Python that has
passagemath-polyhedra (or Sage), `--polymake` uses the `polymake` that is installed; both are exact.
In floating point: `--relucent` names a Python that has relucent (with Gurobi's free licence), which
walks over the regions of the slice <a_0, x> = 1; `--vertices` compiles `float_vertices.cpp` with
`c++`. A peer is not asked for cases that would take it more than `--limit` seconds at the last rate
it showed; what it miscounts or refuses is said.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from itertools import product
from time import process_time

import numpy as np

RANDOM = [(15, 4), (20, 4), (20, 5), (30, 4), (25, 6), (60, 4), (30, 8)]
PEAK = """
def peak():
    # VmHWM starts anew with a program; ru_maxrss would be that of the process that started it.
    lines = open("/proc/self/status", encoding="ascii").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
"""


def cases():
    """(name, rows) of all cases."""
    for n, d in RANDOM:
        yield f"random({n},{d})", np.random.default_rng(0).integers(-50, 51, (n, d)).tolist()
    for d in (3, 4):
        yield f"cube({d})", [v for v in product((-1, 0, 1), repeat=d) if v > (0,) * d]
    for d in (4, 5, 6):
        yield f"resonance({d})", [v for v in product((0, 1), repeat=d) if any(v)]
    for d in (4, 5, 6):
        yield f"threshold({d})", [(1, *v) for v in product((0, 1), repeat=d - 1)]


def best(call):
    """(least CPU seconds, the last result)."""
    times = []
    while len(times) < 7 and sum(times) < 0.5:
        start = process_time()
        result = call()
        times.append(process_time() - start)
    return min(times), result


def peak_growth(rows, backend, stream):
    """How much memory (MB) a fresh process needs more than for a small arrangement."""
    action = (
        "sum(piece.count for piece in stream_chambers(a, backend=backend))"
        if stream
        else "chambers(a, backend=backend)"
    )
    program = (
        f"{PEAK}from exactmargin.cells import Arrangement, chambers, stream_chambers\n"
        "from exactmargin.exact import Q\n"
        f"backend, rows = {backend!r}, {rows!r}\n"
        "a = Arrangement.central(Q, [[1, 2, 3], [4, 5, 6], [7, 8, 1], [3, 1, 9]])\n"
        f"{action}\nbefore = peak()\na = Arrangement.central(Q, rows)\nx = {action}\n"
        "print((peak() - before) / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


SAGE = """
import sys, time
from sage.all__sagemath_polyhedra import *
from sage.geometry.hyperplane_arrangement.arrangement import HyperplaneArrangements
rows = eval(sys.stdin.read())
space = HyperplaneArrangements(QQ, names=tuple('x%d' % i for i in range(len(rows[0]))))
arrangement = space(*[[list(row), 0] for row in rows])
start = time.process_time()
count = len(arrangement.regions())
print(count, time.process_time() - start)
"""

POLYMAKE = """
use application 'fan';
open(my $file, '<', $ARGV[0]); my @rows; while (<$file>) { push @rows, [split]; } close $file;
my $a = new HyperplaneArrangement(HYPERPLANES => new Matrix<Rational>(\\@rows));
my ($u, $s) = times;
my $n = $a->CHAMBER_DECOMPOSITION->N_MAXIMAL_CONES;
my ($v, $t) = times;
print "$n ", $v + $t - $u - $s, "\\n";
"""


RELUCENT = """
import sys, time
import numpy as np
from relucent import Complex
from relucent.model.model import LinearLayer, ReLULayer, ReLUNetwork
rows = np.array(eval(sys.stdin.read()), float)
point = rows[0] / (rows[0] @ rows[0])
across = np.linalg.svd(rows[:1])[2][1:].T
weight, bias = rows[1:] @ across, (rows[1:] @ point)[None]
last = LinearLayer(np.ones((1, len(weight))), np.zeros((1, 1)))
layers = [LinearLayer(weight, bias), ReLULayer(), last]
regions = Complex(ReLUNetwork(layers))
start = time.process_time()
inside = np.random.default_rng(1).normal(size=(1, across.shape[1])) / 50
regions.bfs(inside, nworkers=1, verbose=0, verify=False)
print(2 * len(regions), time.process_time() - start)
"""


def ask_relucent(python, rows):
    """(chambers, CPU seconds) of relucent's search."""
    done = subprocess.run(
        [python, "-c", RELUCENT], input=repr(rows), capture_output=True, text=True, check=True
    )
    count, seconds = done.stdout.split()[-2:]
    return int(count), float(seconds)


def vertices_peer(folder):
    """Compile the float peer; the function that asks it."""
    program = os.path.join(folder, "vertices")
    source = os.path.join(os.path.dirname(__file__), "float_vertices.cpp")
    subprocess.run(["c++", "-O3", "-march=native", "-o", program, source], check=True)

    def ask(rows):
        text = " ".join(map(str, [len(rows), len(rows[0]), *(x for row in rows for x in row)]))
        done = subprocess.run([program], input=text, capture_output=True, text=True, check=True)
        count, seconds = done.stdout.split()
        return int(count), float(seconds)

    return ask


def ask_sage(python, rows):
    """(chambers, CPU seconds) of Sage's `regions`."""
    done = subprocess.run(
        [python, "-c", SAGE], input=repr(rows), capture_output=True, text=True, check=True
    )
    count, seconds = done.stdout.split()[-2:]
    return int(count), float(seconds)


def ask_polymake(rows):
    """(chambers, CPU seconds) of polymake's chamber decomposition."""
    with tempfile.TemporaryDirectory() as folder:
        matrix, script = os.path.join(folder, "rows"), os.path.join(folder, "script.pl")
        np.savetxt(matrix, np.array(rows), fmt="%d")
        with open(script, "w", encoding="utf-8") as file:
            file.write(POLYMAKE)
        done = subprocess.run(
            ["polymake", "--script", script, matrix], capture_output=True, text=True, check=True
        )
    count, seconds = done.stdout.split()[-2:]
    return int(count), float(seconds)


def measure(rows, backend):
    """(Chambers, seconds of the list, seconds of list and witnesses)."""
    from exactmargin.cells import Arrangement, chambers
    from exactmargin.exact import Q

    def everything():
        return chambers(Arrangement.central(Q, rows), backend=backend)

    seconds, result = best(everything)
    if backend == "numpy":  # there the points come from deletion and restriction
        return result, seconds, float("nan")
    more, points = best(result.witnesses)
    rng = np.random.default_rng(0)
    some = rng.choice(result.count, min(result.count, 10_000), replace=False)
    exact = points[some].astype(object) @ np.array(rows, dtype=object).T
    assert np.array_equal(np.sign(exact).astype(np.int8), result.signs()[some])
    return result, seconds, seconds + more


def main():
    """Print the table."""
    with ExitStack() as stack:
        _main(stack)


def _main(stack):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", default="numba", choices=["numba", "numpy"])
    parser.add_argument("--cases", nargs="*")
    parser.add_argument("--sage", metavar="PYTHON")
    parser.add_argument("--polymake", action="store_true")
    parser.add_argument("--relucent", metavar="PYTHON")
    parser.add_argument("--vertices", action="store_true")
    parser.add_argument("--limit", type=float, default=30)
    options = parser.parse_args()
    peers = {}
    if options.sage:
        peers["sage"] = lambda rows: ask_sage(options.sage, rows)
    if options.polymake:
        peers["polymake"] = ask_polymake
    if options.relucent:
        peers["relucent"] = lambda rows: ask_relucent(options.relucent, rows)
    if options.vertices:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        peers["vertices"] = vertices_peer(folder)
    rates = dict.fromkeys(peers, 100.0)
    measure([[1, 2, 3], [4, 5, 6], [7, 8, 1], [3, 1, 9], [1, 1, 1]], options.backend)
    print(
        f"{'case':15} {'chambers':>9} {'list s':>9} {'/s':>10} {'witness s':>9} {'/s':>10} "
        f"{'list MB':>8} {'peak MB':>8} {'stream MB':>9}",
        *(f"{name + ' s':>10} {'/s':>8} {'ratio':>8}" for name in peers),
    )
    for name, rows in cases():
        if options.cases and name not in options.cases:
            continue
        result, seconds, with_points = measure(rows, options.backend)
        memory = [peak_growth(rows, options.backend, stream) for stream in (False, True)]
        line = (
            f"{name:15} {result.count:9} {seconds:9.5f} {result.count / seconds:10.0f} "
            f"{with_points:9.5f} {result.count / with_points:10.0f} "
            f"{result.packed.nbytes / 2**20:8.2f} {memory[0]:8.1f} {memory[1]:9.1f}"
        )
        for peer, ask in peers.items():
            if result.count / rates[peer] > options.limit:
                line += f" {'not run':>10} {'':8} {'':8}"
                continue
            try:
                count, time = ask(rows)
            except subprocess.CalledProcessError:
                line += f" {'fails':>10} {'':8} {'':8}"
                continue
            if count != result.count:
                line += f" {'wrong':>10} {count:8} {'':8}"
                continue
            rates[peer] = count / max(time, 1e-6)
            ratio = count / seconds / rates[peer]
            line += f" {time:10.5f} {rates[peer]:8.0f} {ratio:7.1f}x"
        print(line, flush=True)


if __name__ == "__main__":
    main()
