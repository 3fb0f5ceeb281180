"""Times the kernel's check of complete lists of chambers, and of their number alone.

    python benchmarks/kernel_cells.py [--quick]

One neuron: n random inputs with d numbers from -50..50 (in general position: 2 sum_(k<d) C(n-1, k)
chambers), and the threshold arrangements, all 0/1 vectors with first entry 1, which are far from
it. `find s` is the search for the witnesses, the kernel's check in it not counted; `check s` the
kernel on the whole certificate, reading included, once, in a fresh process; `number s` the same
without the list; `MB` what that process had in memory at most.
"""

import argparse
import random
import subprocess
import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from exactmargin.data import Dataset
from exactmargin.decisions import cells_certificate
from exactmargin.exact import Q
from exactmargin.networks import fully_connected
from exactmargin.problems import MaxMargin, Problem

CHECK = """
import resource, sys, time
from pathlib import Path
from exactmargin.kernel import check
start = time.perf_counter()
outcome = check(Path(sys.argv[1]).read_bytes())
seconds = time.perf_counter() - start
assert outcome.accepted, outcome.line()
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def one_neuron(rows):
    """A network with one hidden neuron that sees these inputs."""
    network = fully_connected([len(rows[0]), 1, 1])
    return Problem("cells", Q, network, Dataset.over(Q, rows, [1] * len(rows)), MaxMargin())


def drawn(n, d):
    """Random inputs."""
    draw = random.Random(0)
    return [[draw.randint(-50, 50) for _ in range(d)] for _ in range(n)]


def threshold(d):
    """The inputs of the linear threshold functions of d - 1 bits."""
    return [(1, *bits) for bits in product((0, 1), repeat=d - 1)]


def kernel(certificate):
    """(seconds, megabytes) of the kernel in a fresh process."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "certificate.json"
        certificate.write(file)
        done = subprocess.run(
            [sys.executable, "-c", CHECK, str(file)], capture_output=True, text=True, check=True
        )
    return tuple(map(float, done.stdout.split()))


def main(quick):
    """A line for each arrangement."""
    cases = {"(15,4)": drawn(15, 4), "(20,5)": drawn(20, 5), "threshold 5": threshold(5)}
    if not quick:
        cases |= {"(25,6)": drawn(25, 6), "threshold 6": threshold(6)}
    heads = ("chambers", "bytes", "find s", "check s", "number s", "MB")
    print(f"{'arrangement':12}" + "".join(f"{head:>10}" for head in heads))
    for name, rows in cases.items():
        problem = one_neuron(rows)
        start = perf_counter()
        listed = cells_certificate(problem)
        between = perf_counter()
        assert listed.outcome().accepted
        find = 2 * between - start - perf_counter()
        seconds, memory = kernel(listed)
        alone, _ = kernel(cells_certificate(problem, listed=False))
        figures = f"{listed.evidence['count']:>10}{len(listed.text()):>10}{find:10.2f}"
        print(f"{name:12}{figures}{seconds:10.2f}{alone:10.2f}{memory:10.0f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    main(parser.parse_args().quick)
