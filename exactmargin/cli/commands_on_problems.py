"""The commands about one problem: decide it, prove one claim, its cells, the point next to it."""

from argparse import ArgumentParser
from textwrap import fill

from exactmargin.cli import values
from exactmargin.cli.command import Command, certificates, number_only, problem, processes

__all__ = ["ANALYZE", "CELLS", "CERTIFY", "SNAP"]


def _analyze(parser: ArgumentParser) -> None:
    problem(parser)
    parser.add_argument(
        "--numeric",
        action="store_true",
        help="instead of verdicts: how far a trained network is from a KKT point, by floats with "
        "rounding bounds (docs/numeric.md)",
    )
    parser.add_argument(
        "--slack",
        type=values.fraction,
        metavar="T",
        help="with --numeric: examples whose margin is above 1 + T times the least one get no "
        "multiplier (default: 1)",
    )
    certificates(parser, "write each certificate as DIR/QUESTION.json")
    parser.add_argument(
        "--budget",
        type=values.seconds,
        metavar="S",
        help="seconds to spend; what is not decided then is unknown, and the exit status is 4",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


ANALYZE = Command(
    "analyze",
    ("exactmargin.cli.problems", "run_analyze"),
    "decide every question that applies to a problem and its point",
    "The questions: feasible, kkt, local_minimum, global_minimum; of a hinge loss\n"
    "clarke_critical, local_minimum, global_minimum, local_minimum_type. Every yes and every no\n"
    "has a certificate that the kernel has accepted; every unknown has its reason.",
    "exactmargin analyze problem.json --certificates certificates",
    _analyze,
)


def _certify(parser: ArgumentParser) -> None:
    problem(parser)
    parser.add_argument(
        "--claim",
        required=True,
        metavar="CLAIM",
        help="what is to be proved, one of the claims above",
    )
    parser.add_argument(
        "--example",
        type=values.example,
        metavar="I",
        help="the example whose output the claim is about, 1, 2, ... (default: about the loss)",
    )
    number_only(parser)
    parser.add_argument("-o", dest="output", metavar="FILE", help="where the certificate goes")
    parser.add_argument(
        "--budget",
        type=values.seconds,
        metavar="S",
        help="seconds to spend; what is not decided then is unknown, and the exit status is 4",
    )


def _claims() -> str:
    """What may be claimed, from the table of claims."""
    from exactmargin.decisions import CLAIMS, FORMS, WITHOUT_POINT

    kinds = {
        "at the point": [c for c in CLAIMS if c not in {*WITHOUT_POINT, *FORMS}],
        "of the output at an example, or of a hinge loss, near the point": list(FORMS),
        "without a point": list(WITHOUT_POINT),
    }
    lists = [
        fill(f"{kind}: {', '.join(found)}", 88, break_on_hyphens=False)
        for kind, found in kinds.items()
    ]
    return (
        "The certificate goes to FILE or stdout. Exit status 0: the claim is proved; 1: its\n"
        "opposite is proved, and the certificate is that of the opposite; 3: unknown.\n\n"
        "claims\n" + "\n".join(lists)
    )


CERTIFY = Command(
    "certify",
    ("exactmargin.cli.problems", "run_certify"),
    "prove one claim about a problem, or its opposite",
    _claims,
    "exactmargin certify problem.json --claim kkt -o kkt.json",
    _certify,
)


def _cells(parser: ArgumentParser) -> None:
    problem(parser)
    parser.add_argument(
        "--graph",
        type=values.graph,
        metavar="FILE",
        help="write the signature graph as GraphML (FILE.json: as node-link JSON)",
    )
    certificates(parser, "write the certificate of a complete list as DIR/cells.json")
    number_only(parser)
    parser.add_argument(
        "--forms", action="store_true", help="write the multilinear form of each cell, too"
    )
    parser.add_argument(
        "--oracle",
        type=values.oracle,
        metavar="z3",
        help="where the bounds do not meet, ask z3 (extra 'z3') which further cells exist; an "
        "upper bound that rests on its word is marked so",
    )
    parser.add_argument(
        "--budget",
        type=values.seconds,
        metavar="S",
        help="seconds to spend; the cells known then are counted, and the exit status is 4",
    )
    processes(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


CELLS = Command(
    "cells",
    ("exactmargin.cli.cells", "run_cells"),
    "enumerate the cells of parameter space",
    "A cell is an open set of parameters with one signature: the signs of all hidden\n"
    "pre-activations, and for the hinge loss those of its terms. Complete for one hidden\n"
    "layer: the kernel has then accepted a proof of the number. In deeper networks bounds,\n"
    "with exit status 3. The problem needs no point.",
    "exactmargin cells problem.json --graph cells.graphml",
    _cells,
)


def _snap(parser: ArgumentParser) -> None:
    problem(parser)
    parser.add_argument(
        "-o", dest="output", metavar="FILE", help="the problem at a point next to it"
    )
    parser.add_argument("--certificate", metavar="FILE", help="where the certificate goes")
    parser.add_argument("--budget", type=values.seconds, metavar="S", help="seconds to spend")


SNAP = Command(
    "snap",
    ("exactmargin.cli.snap", "run_snap"),
    "find and prove the exact KKT point near a trained network",
    "How near, on which kinks, whether it is a local minimum. Exit status 3: not proved.",
    "exactmargin snap problem.json -o point.json --certificate proof.json",
    _snap,
)
