"""What it costs to prove that a sample is rare or generic (L Definition 1).

    python benchmarks/samples.py [--points N]

Random integer points of the plane in -50..50 with random labels, four samples for each slope. One
line each: the slope, the seed, the claim that is proved, CPU seconds, bytes of the certificate.
"""

import argparse
import random
from time import process_time

from exactmargin import Dataset, Hinge, Problem, Q, certify, fully_connected


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--points", type=int, default=12)
    points = parser.parse_args().points
    for slope in ("1/2", "1/10"):
        network = fully_connected([2, 1, 1], negative_slope=slope, bias=True)
        for seed in range(4):
            draw = random.Random(seed)
            inputs = [[draw.randint(-50, 50), draw.randint(-50, 50)] for _ in range(points)]
            labels = [draw.choice([1, -1]) for _ in range(points)]
            problem = Problem("", Q, network, Dataset.over(Q, inputs, labels), Hinge())
            start = process_time()
            certificate = certify(problem, "generic").certificate
            spent = process_time() - start
            claim, size = "unknown", 0
            if certificate is not None:
                claim, size = certificate.claim, len(certificate.text())
            print(f"{slope:>4}  {seed}  {claim:8} {spent:6.1f} s {size:9} B", flush=True)


if __name__ == "__main__":
    main()
