"""Times `check` per theorem, and the KKT decision for depth-2 ReLU networks, engine and kernel.

    python benchmarks/check.py [--theorems] [--kkt] [--limit SECONDS]

Each figure is the best of three runs in one process; KKT runs that took over a second are not
repeated. `generic` points are not KKT (a Farkas vector is found), `kkt` points are, with about
half of all pre-activations at a kink. Sizes after one that took over the limit are skipped.
"""

import argparse
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent))
from instances import generic_point, kkt_point

from exactmargin.decisions import decide_kkt
from exactmargin.registry import load_packs, prove, select

SIZES = (2, 5, 10, 20, 30, 50)


def best(call, repeat=3):
    """(least seconds, the last result); one run if it takes over a second."""
    times = []
    for _ in range(repeat):
        start = perf_counter()
        result = call()
        times.append(perf_counter() - start)
        if times[-1] > 1:
            break
    return min(times), result


def time_theorems():
    """Prove every verified result, and re-check its certificate with the kernel alone."""
    print(f"{'theorem':32} {'prove s':>9} {'kernel s':>9} {'bytes':>9}")
    for pack, result in select(load_packs(), []):
        if result.status == "verified":
            seconds, certificate = best(lambda p=pack, r=result: prove(p, r))
            again, outcome = best(certificate.outcome)
            assert outcome.accepted
            size = len(certificate.text())
            print(f"{result.id:32} {seconds:9.3f} {again:9.3f} {size:9}", flush=True)


def time_kkt(limit):
    """The KKT decision, and the kernel's share of it."""
    print(f"{'point':8} {'neurons':>7} {'points':>7} {'answer':>7} {'decide s':>9} {'kernel s':>9}")
    for name, make in (("generic", generic_point), ("kkt", kkt_point)):
        for neurons in SIZES:
            for points in SIZES:
                problem = make(neurons, points)
                seconds, verdict = best(lambda p=problem: decide_kkt(p))
                again, _ = best(verdict.certificate.outcome)
                answer = verdict.answer.value
                print(
                    f"{name:8} {neurons:7} {points:7} {answer:>7} {seconds:9.3f} {again:9.3f}",
                    flush=True,
                )
                if seconds > limit:
                    print(f"{name:8} {neurons:7} beyond the limit of {limit:g} s: skipped")
                    break


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--theorems", action="store_true")
    parser.add_argument("--kkt", action="store_true")
    parser.add_argument("--limit", type=float, default=60.0)
    chosen = parser.parse_args()
    if chosen.theorems or not chosen.kkt:
        time_theorems()
    if chosen.kkt or not chosen.theorems:
        time_kkt(chosen.limit)
