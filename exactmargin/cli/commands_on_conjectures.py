"""The command that hunts counterexamples."""

from argparse import ArgumentParser

from exactmargin.cli import values
from exactmargin.cli.command import Command, processes

__all__ = ["FUZZ"]


def _fuzz(parser: ArgumentParser) -> None:
    parser.add_argument(
        "conjectures",
        nargs="*",
        metavar="CONJECTURE",
        help="ids, or module:attribute for your own (default: the theorems that are known to hold)",
    )
    parser.add_argument(
        "--examples",
        type=values.count,
        metavar="N",
        help="instances of each conjecture (default: 1000, or without end where --time is given)",
    )
    parser.add_argument("--time", type=values.seconds, metavar="S", help="seconds until it ends")
    parser.add_argument(
        "--seed", type=values.seed, default=0, metavar="K", help="which instances (default: 0)"
    )
    parser.add_argument("--out", metavar="DIR", help="the folder of results and findings")
    parser.add_argument(
        "--budget",
        type=values.seconds,
        metavar="S",
        help="seconds for one instance; what is not decided then is undecided",
    )
    processes(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


FUZZ = Command(
    "fuzz",
    ("exactmargin.cli.fuzz", "run_fuzz"),
    "hunt counterexamples to conjectures, exactly",
    "Instance number n of a seed is the same everywhere. With --out the results are kept, and\n"
    "the same command goes on where it was stopped or killed. Exit status 0: no violation; 1:\n"
    "a counterexample; 3: an instance is undecided, or none has the hypotheses; 4: the time\n"
    "ended before the number of examples. Extra 'fuzz'.",
    "exactmargin fuzz kkt-implies-local --examples 200 --out campaign",
    _fuzz,
)
