"""Refutes what is false from several seeds, and times the theorems: the tables of the docs.

    python benchmarks/conjectures.py [--into docs/conjectures.md] [--instances 1000]

Figures are CPU seconds of one process, drawing, deciding, the kernel's checks and shrinking
included.  A refutation runs from instance 0 until a violation is found and shrunk.
"""

import argparse
from pathlib import Path
from time import process_time

from exactmargin.conjectures import REFUTED, THEOREMS, Counterexample, named, survey

SEEDS = (0, 1, 2, 3)
MARKERS = "<!-- figures of benchmarks/conjectures.py -->", "<!-- end of figures -->"


def refutations() -> list[str]:
    """A row for each conjecture that is false: seconds by seed, and the largest sizes."""
    rows = [
        "| refuted | CPU seconds for seeds 0, 1, 2, 3 | points, neurons, digits |",
        "|---|---|---|",
    ]
    for name in REFUTED:
        times, sizes = [], set()
        for seed in SEEDS:
            begin = process_time()
            found = named()[name].run(examples=100_000, seed=seed)
            assert isinstance(found, Counterexample), found
            times.append(f"{process_time() - begin:.1f}")
            sizes.add(tuple(found.size))
            print(name, seed, times[-1], found.size, flush=True)
        said = "; ".join(", ".join(map(str, size)) for size in sorted(sizes))
        rows.append(f"| `{name}` | {', '.join(times)} | {said} |")
    return rows


def theorems(instances: int) -> list[str]:
    """A row for each theorem: instances a second, and what they were."""
    rows = [
        "| theorem | instances | a CPU second | hypotheses satisfied | of these degenerate |",
        "|---|---|---|---|---|",
    ]
    for name in THEOREMS:
        begin = process_time()
        evidence = survey(named()[name], 0, 0, instances)
        rate = instances / (process_time() - begin)
        assert not evidence.violated
        ways = ", ".join(f"{n} {way}" for way, n in evidence.degenerate.items())
        rows.append(f"| `{name}` | {instances} | {rate:.0f} | {evidence.satisfied} | {ways} |")
        print(evidence, flush=True)
    return rows


def main() -> None:
    """Print the tables, or put them into a file between its markers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--instances", type=int, default=1000)
    options = parser.parse_args()
    table = "\n".join([*refutations(), "", *theorems(options.instances)])
    if options.into is None:
        print(table)
        return
    before, after = (options.into.read_text().split(marker) for marker in MARKERS)
    text = f"{before[0]}{MARKERS[0]}\n{table}\n{MARKERS[1]}{after[1]}"
    options.into.write_text(text)


if __name__ == "__main__":
    main()
