"""Times Coq on certificates by size: neurons x points x digits.

    python -m benchmarks.coq [--sizes 4x4 50x30] [--digits 1 20] [--into docs/coq.md]

A better point of a random network with four inputs, and a KKT point of the first layer with a kink
for every other pair of neuron and point, by construction (benchmarks/instances.py): its inputs are
the unit vectors, or these and the weights reflected, so that all numbers differ from 0.  Digits are
those of the weights; inputs, multipliers and products have two to six times as many.  Seconds
are CPU seconds of the whole coqc process, of which the smallest size shows the start.
"""

import argparse
import resource
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from benchmarks.figures import table, write_figures
from benchmarks.instances import generic_point, kkt_point
from exactmargin.coq.document import file_of, theorems
from exactmargin.coq.prover import development, run_coq
from exactmargin.formats import problem_to_json
from exactmargin.kernel.network import inner
from exactmargin.networks import Parameters


def children_seconds():
    """CPU seconds of the finished processes that this one called."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def seconds_of(certificate):
    """CPU seconds of Coq on one certificate; it must accept it."""
    [theorem] = theorems(certificate)
    before = children_seconds()
    run = run_coq(file_of([theorem.text]))
    seconds = children_seconds() - before
    if run.returncode:
        raise SystemExit(run.stderr[:2000])
    return seconds


def about(claim, problem, evidence):
    """A certificate, for the Coq room alone."""
    file = problem_to_json(problem)
    plain = {key: file[key] for key in ("network", "data", "objective", "parameters")}
    return {"claim": claim, "problem": plain, "evidence": evidence}


def better(neurons, points, digits):
    """Twice the parameters of a point at which all examples are active; that point is better."""
    problem = generic_point(neurons, points, digits=digits)
    flat = problem.parameters.flat()
    twice = Parameters.from_flat(problem.network, [2 * value for value in flat])
    problem = replace(problem, parameters=twice)
    return about("not-global-minimum", problem, {"better": [str(value) for value in flat]})


def kkt(neurons, points, digits):
    """A KKT point of the first layer: lambda_i from stationarity at any live neuron."""
    problem = kkt_point(neurons, points, digits=digits)
    first, v = problem.parameters.weights[0], problem.parameters.weights[1]
    labels, multipliers, subgradients = problem.data.labels, [], []
    for i, y in enumerate(labels):
        live = next(k for k in range(neurons) if v[k] * y > 0)
        multipliers.append(str(first[live * points + i] * y / v[live]))
        kinks = [k for k in range(neurons) if v[k] * y < 0]
        slopes = [{"unit": k + 1, "slope": "0"} for k in kinks]
        subgradients.append({"example": i + 1, "slopes": slopes})
    evidence = {"multipliers": multipliers, "subgradients": subgradients}
    return about("kkt", problem, evidence)


def reflected(vector):
    """The vector reflected at the hyperplane orthogonal to (1, 2, ..., n)."""
    values = [Fraction(value) for value in vector]
    normal = range(1, len(values) + 1)
    twice = 2 * inner(values, normal) / inner(normal, normal)
    return [str(value - twice * k) for value, k in zip(values, normal, strict=True)]


def dense_kkt(neurons, points, digits):
    """The same, reflected at a hyperplane: no product of weights and inputs changes."""
    certificate = kkt(neurons, points, digits)
    problem = certificate["problem"]
    first = problem["parameters"]["weights"][0]
    rows = [first[k * points : (k + 1) * points] for k in range(neurons)]
    problem["parameters"]["weights"][0] = [w for row in rows for w in reflected(row)]
    problem["data"]["inputs"] = [reflected(x) for x in problem["data"]["inputs"]]
    return certificate


CERTIFICATES = {"better point": better, "KKT point": kkt, "KKT point, dense": dense_kkt}


def main(sizes, digits, into):
    """Print the table, and write it between the marks of a file."""
    development()
    lines = [["claim", "neurons x points", "digits", "seconds"]]
    for name, make in CERTIFICATES.items():
        for size in sizes:
            for count in digits:
                seconds = seconds_of(make(*map(int, size.split("x")), count))
                lines.append([name, size, str(count), f"{seconds:.1f}"])
                print(*lines[-1], sep="  ", flush=True)
    if into:
        how = "CPU seconds of the whole coqc process"
        write_figures(into, "coq.py", how, table(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["4x4", "10x10", "50x30", "100x60"])
    parser.add_argument("--digits", nargs="+", type=int, default=[1, 20])
    parser.add_argument("--into", type=Path)
    chosen = parser.parse_args()
    main(chosen.sizes, chosen.digits, chosen.into)
