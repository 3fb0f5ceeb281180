"""Times the decision whether a point of a hinge loss is critical (Clarke), with many kinks.

    python benchmarks/clarke.py [--kinks 20] [--units 20] [--examples 50] [--inputs 5] [--seeds 3]

One hidden layer with biases, small random integers, negative slope 1/4. Each unit's bias puts one
of the examples on its kink. `random`: output weights are scaled so that some margins are exactly 1.
`split`: also, half of the examples are the other half with opposite labels and other weights, so
that the gradients of many cells nearly cancel. `unread`: such examples, all output weights 0 and
the output bias 1, so that the margins of one class are exactly 1; a critical point. Each figure is
seconds for the verdict, the kernel's check included, and for this check alone.
"""

import argparse
import random
import time

from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.decisions import decide_clarke_critical
from exactmargin.exact import Q
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import Hinge, Problem


def instance(kind: str, seed: int, kinks: int, units: int, examples: int, inputs: int) -> Problem:
    """One problem at a point with this many kinks."""
    draw = random.Random(seed)
    xs = [[draw.randint(-9, 9) for _ in range(inputs)] for _ in range(examples)]
    ys = [draw.choice((1, -1)) for _ in range(examples)]
    half = examples // 2
    if kind != "random":
        xs, ys = xs[:half] * 2, ys[:half] + [-y for y in ys[:half]]
    network = fully_connected((inputs, units, 1), bias=True, negative_slope=fmpq(1, 4))
    ws = [[draw.randint(-9, 9) for _ in range(inputs)] for _ in range(units)]
    bs = []
    for k, w in enumerate(ws):
        x = xs[draw.randrange(len(xs))]
        z = sum(a * b for a, b in zip(w, x, strict=True))
        bs.append(-z if k < kinks else draw.randint(-9, 9))
    vs = [draw.choice((1, -1, 2, -2)) for _ in range(units)]
    if kind == "unread":
        ys, vs = [1] * half + [-1] * half, [0] * units
    flat = [fmpq(a) for a in [*(a for w in ws for a in w), *bs, *vs, int(kind == "unread")]]
    top = len(flat) - units - 1

    def at(point: list[fmpq]) -> Problem:
        parameters = Parameters.from_flat(network, [Q.coerce(a) for a in point])
        parts = [2 * (y + 2) if kind == "unread" else i + 1 for i, y in enumerate(ys)]
        weights = [fmpq(part, sum(parts)) for part in parts]
        return Problem(kind, Q, network, Dataset(xs, ys, weights), Hinge(), parameters)

    scale = next(abs(m) for m in at(flat).margins() if m) if kind != "unread" else 1
    return at([a / scale if p >= top else a for p, a in enumerate(flat)])


def main() -> None:
    """Print one line per instance."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (
        ("kinks", 20),
        ("units", 20),
        ("examples", 50),
        ("inputs", 5),
        ("seeds", 3),
    ):
        options.add_argument(f"--{name}", type=int, default=default)
    given = options.parse_args()
    for kind in ("random", "split", "unread"):
        for seed in range(given.seeds):
            problem = instance(kind, seed, given.kinks, given.units, given.examples, given.inputs)
            start = time.perf_counter()
            verdict = decide_clarke_critical(problem)
            middle = time.perf_counter()
            if verdict.certificate is not None:
                verdict.certificate.outcome()
            end = time.perf_counter()
            print(
                f"{kind:7} {seed}  {verdict.answer.value:8} {middle - start:7.2f} s "
                f"(check {end - middle:.2f} s)"
            )


if __name__ == "__main__":
    main()
