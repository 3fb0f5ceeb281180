"""Times the decision "local minimum" by second order as networks grow, and counts the undecided.

    python -m benchmarks.second_order [--points N]

Run it where the folders `benchmarks` and `tests` are: the KKT points are those of
tests/laws/points.py. First one chain of weights 1 in a fully connected ReLU network, all other
weights zero, at one example: every zero unit can be rotated into the chain's on one of its sides.
Then the share of the answers in each family. Seconds are those of one run, the kernel's check
included, and `kernel` is its share.
"""

import argparse
from collections import Counter
from fractions import Fraction
from itertools import islice
from time import perf_counter

from exactmargin.data import Dataset
from exactmargin.decisions import Budget
from exactmargin.decisions.second_order import second_order_local_minimum
from exactmargin.exact import Q
from exactmargin.networks import Parameters, diagonal, fully_connected
from exactmargin.problems import MaxMargin, Problem
from tests.laws.points import FAMILIES, deep_points


def one_chain(network):
    """Weight 1 on the first weight of each layer, else zero; the input is (1, 0, ...)."""
    flat = [Fraction(0)] * network.parameter_count
    for n in range(network.depth):
        flat[network.block_slice(n).start] = Fraction(1)
    x = [Fraction(j == 0) for j in range(network.input_dimension)]
    point = Parameters.from_flat(network, [Q.coerce(value) for value in flat])
    return Problem("chain", Q, network, Dataset([x], [1]), MaxMargin(), point)


def timed(problem):
    """The verdict, the seconds, and the kernel's part of them."""
    start = perf_counter()
    verdict = second_order_local_minimum(problem, Budget(60))
    whole = perf_counter() - start
    start = perf_counter()
    if verdict.certificate is not None:
        verdict.certificate.outcome()
    return verdict, whole, perf_counter() - start


def main():
    """Print one line for each family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100, help="points of each family")
    number = parser.parse_args().points
    print(f"{'network':28} {'parameters':>10} {'answer':>8} {'seconds':>8} {'kernel':>8}")
    networks = {f"dense, {w} of depth 3": fully_connected([w, w, w, 1]) for w in (2, 3, 4)}
    networks |= {f"diagonal, {w} of depth 3": diagonal(w, 3) for w in (5, 10, 20)}
    networks |= {f"diagonal, 2 of depth {m}": diagonal(2, m) for m in (5, 10, 20)}
    for name, network in networks.items():
        verdict, whole, kernel = timed(one_chain(network))
        size = network.parameter_count
        print(f"{name:28} {size:10} {verdict.answer.value:>8} {whole:8.2f} {kernel:8.2f}")
    print(f"\n{'family':16} {'yes':>5} {'no':>5} {'unknown':>8} {'seconds':>8} {'longest':>8}")
    for family in FAMILIES:
        seen, times = Counter(), []
        for problem in islice(deep_points(family), number):
            verdict, whole, _ = timed(problem)
            seen[verdict.answer.value] += 1
            times.append(whole)
        counts = f"{seen['yes']:5} {seen['no']:5} {seen['unknown']:8}"
        print(f"{family:16} {counts} {sum(times):8.2f} {max(times):8.2f}")


if __name__ == "__main__":
    main()
