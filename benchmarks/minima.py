"""Times the decision "local minimum" at depth 2 as problems grow, and z3 on the same question.

    python -m benchmarks.minima [--z3] [--limit SECONDS]

Run it where the folders `benchmarks` and `tests` are: the KKT points are those of
tests/laws/kkt_points.py. `convex` are the zero pre-activations that may have to be split, `other`
the rest; seconds are those of one run, the kernel's check included, and `kernel` is its share.
With `--z3` small problems are put to z3, too (nlsat): is there a feasible point in the box of
side 2 around θ, with the signs of θ where these are not zero, and a smaller norm?
"""

import argparse
import random
from fractions import Fraction
from time import perf_counter

from exactmargin.decisions import Answer, Budget
from exactmargin.decisions.lifted_problem import LiftedProblem
from exactmargin.decisions.lifting import lifted_local_minimum
from exactmargin.networks import forward
from tests.laws.kkt_points import kkt_point, private_neurons

SIZES = [(5, 5, 2), (10, 10, 3), (20, 20, 5), (30, 30, 8), (50, 50, 10)]
POINTS = [4, 6, 8, 10, 12]
TINY = [
    (1, 0, 1, 1),
    (1, 0, 2, 2),
    (1, 1, 1, 1),
    (1, 1, 2, 2),
    (2, 0, 2, 2),
    (2, 1, 2, 3),
    (2, 1, 3, 3),
]


def made(moving, **shape):
    """The first problem that the choices of some seed give; with fewer neurons, if need be."""
    for neurons in range(moving, 0, -1):
        for seed in range(400):
            problem = kkt_point(random.Random(seed), moving=neurons, **shape)
            if problem is not None:
                return problem
    raise SystemExit(f"no KKT point of shape {shape} was found")


def zeros(problem):
    """The numbers of convex and of other zero pre-activations of non-zero neurons."""
    lifted = LiftedProblem.at(problem)
    pairs = [
        (k, i)
        for k, n in enumerate(lifted.neurons)
        if n.s
        for i, kink in enumerate(n.kinks)
        if kink
    ]
    convex = sum(lifted.is_convex(k, i, lifted.neurons[k].s) for k, i in pairs)
    return convex, len(pairs) - convex


def line(name, problem, limit):
    """Decide and print one line."""
    heard = [""]
    start = perf_counter()
    verdict = lifted_local_minimum(problem, Budget(limit, heard.append))
    seconds = perf_counter() - start
    start, size = perf_counter(), 0
    if verdict.certificate is not None:
        size = len(verdict.certificate.text())
        assert verdict.certificate.outcome().accepted
    kernel = perf_counter() - start
    convex, other = zeros(problem)
    print(
        f"{name:28} {convex:6} {other:6} {verdict.answer.value:8} {seconds:8.2f} {kernel:7.2f}"
        f" {size:9}  {heard[-1].removeprefix('local_minimum: ')}",
        flush=True,
    )
    return verdict


def ask_z3(problem, limit):
    """(answer, seconds) of z3: no where a better point exists, yes where none does."""
    import z3

    def exact(number):
        return z3.RealVal(str(number))

    theta, network = problem.point().flat(), problem.network
    unknowns = [z3.Real(f"t{p}") for p in range(len(theta))]
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", int(1000 * limit))
    last = network.block_slice(1).start
    for p, (x, value) in enumerate(zip(unknowns, theta, strict=True)):
        solver.add(x - exact(value) <= 1, exact(value) - x <= 1)
        if value and p >= last:
            solver.add(x * exact(value) > 0)
    hidden, output = network.layers
    ends = {k: unknowns[hidden.block_length + g] for k, g in output.entries[0]}
    low = exact(network.negative_slope)
    for inputs, y in zip(problem.data.inputs, problem.data.labels, strict=True):
        now = forward(network, problem.point(), inputs).pre_activations[0]
        total = 0
        for k, row in enumerate(hidden.entries):
            z = sum(unknowns[g] * exact(inputs[j]) for j, g in row)
            if now[k]:
                solver.add(z * exact(now[k]) > 0)
            total = total + ends[k] * z3.If(z > 0, z, low * z)
        solver.add(y * total >= 1)
    norm = sum((value * value for value in theta), problem.field.zero)
    solver.add(sum(x * x for x in unknowns) < exact(norm))
    start = perf_counter()
    answer = {"sat": "no", "unsat": "yes"}.get(str(solver.check()), "unknown")
    return answer, perf_counter() - start


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--z3", action="store_true", help="ask z3, too, where problems are tiny")
    parser.add_argument("--limit", type=float, default=300, help="seconds for one decision")
    arguments = parser.parse_args()
    head = (
        f"{'':28} {'convex':>6} {'other':>6} {'answer':8} {'seconds':>8} {'kernel':>7} {'bytes':>9}"
    )
    print(f"{head}\nneurons, points, dimension; no zero neuron")
    for moving, n, d in SIZES:
        for convex in (False, True):
            shape = {"moving": moving, "n": n, "d": d, "zero": 0, "copies": 5, "helping": 0.5}
            share = (6 if convex else 16) * 5 / (moving * n)
            problem = made(kinks=share, convex=convex, **shape)
            line(f"{moving}, {n}, {d}", problem, arguments.limit)
    print("\npoints in dimension 3, all multipliers positive; 2 zero neurons that see all points")
    for n in POINTS:
        for labels, name in (([1] * n, "one label"), ([1, -1] * (n // 2), "two labels")):
            line(f"{n}, {name}", private_neurons(labels, Fraction(1, 16 * n)), arguments.limit)
    if arguments.z3:
        print("\nneurons, zero neurons, dimension, points: here and by z3")
        for moving, zero, d, n in TINY:
            problem = made(moving=moving, zero=zero, d=d, n=n, kinks=0.3)
            verdict = line(f"{moving}, {zero}, {d}, {n}", problem, arguments.limit)
            answer, seconds = ask_z3(problem, min(arguments.limit, 60))
            print(f"{'  z3':28} {'':13} {answer:8} {seconds:8.2f}", flush=True)
            assert verdict.answer is not Answer.YES or answer != "no"


if __name__ == "__main__":
    main()
