"""What may be typed: commands, their arguments, their help with an example each."""

import argparse
import os
from typing import Any, NoReturn, final

from exactmargin.cli import values
from exactmargin.cli.status import MEANINGS
from exactmargin.cli.terminal import emit
from exactmargin.errors import InvalidInputError

__all__ = ["HANDLERS", "build_parser"]

HANDLERS = {
    "list": ("exactmargin.cli.ledger", "run_list"),
    "check": ("exactmargin.cli.theorems", "run_check"),
    "analyze": ("exactmargin.cli.problems", "run_analyze"),
    "certify": ("exactmargin.cli.problems", "run_certify"),
    "cells": ("exactmargin.cli.cells", "run_cells"),
    "verify": ("exactmargin.cli.certificates", "run_verify"),
    "export": ("exactmargin.cli.certificates", "run_export"),
    "fuzz": ("exactmargin.cli.fuzz", "run_fuzz"),
    "convert": ("exactmargin.cli.convert", "run_convert"),
    "snap": ("exactmargin.cli.snap", "run_snap"),
}
"""Each command with the module and the function that run it; loaded when it is run."""


@final
class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours: one sentence, no usage text in front."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options
        )

    def print_help(self, file: Any = None) -> None:
        """Print the help as any result, so that an output that cannot be written is told."""
        emit(self.format_help().rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        """Raise `InvalidInputError`, which `entry` prints."""
        command = self.prog.partition(" ")[2] or None
        raise InvalidInputError(f"{message}; '{self.prog} --help' says more", place=command)


@final
class _Version(argparse.Action):
    """Print the version; it is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from exactmargin import __version__

        emit(f"exactmargin {__version__}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    statuses = "\n".join(f"  {status:>3}  {meaning}" for status, meaning in MEANINGS.items())
    parser = _Parser(
        prog="exactmargin",
        description="Exact, certified decisions about margin maximization and loss landscapes of "
        "ReLU networks.",
        epilog=f"exit statuses:\n{statuses}\n\nexample:\n  exactmargin check vardi2022",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_list(commands)
    _add_check(commands)
    _add_analyze(commands)
    _add_certify(commands)
    _add_cells(commands)
    _add_verify(commands)
    _add_export(commands)
    _add_fuzz(commands)
    _add_convert(commands)
    _add_snap(commands)
    return parser


def _command(commands: Any, name: str, summary: str, more: str, example: str) -> _Parser:
    parser: _Parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{more}".rstrip(),
        epilog=f"example:\n  {example}",
    )
    return parser


def _add_list(commands: Any) -> None:
    parser = _command(
        commands,
        "list",
        "list the ledger: every numbered result, its kind and its status",
        "Statuses: verified (checked here, with its coverage), assumed, cited, not yet.",
        "exactmargin list --paper vardi2022",
    )
    parser.add_argument("--paper", metavar="P", help="only this paper, e.g. vardi2022")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print the table of the README")


def _add_check(commands: Any) -> None:
    parser = _command(
        commands,
        "check",
        "prove results of the papers and let the kernel check each proof",
        "An ID is that of a result, or a prefix: vardi2022, vardi2022/theorem-4.2. Without one,\n"
        "everything that is verified is checked. A result with sampled coverage is reported as\n"
        "sampled, never as proved.",
        "exactmargin check vardi2022/theorem-3.2 --certificates certificates",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="what to check (default: all)")
    parser.add_argument("--paper", metavar="P", help="only this paper, e.g. vardi2022")
    _certificates(parser, "write each certificate as DIR/ID.json")
    _processes(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_analyze(commands: Any) -> None:
    parser = _command(
        commands,
        "analyze",
        "decide every question that applies to a problem and its point",
        "The questions: feasible, kkt, local_minimum, global_minimum. Every yes and every no has\n"
        "a certificate that the kernel has accepted; every unknown has its reason.",
        "exactmargin analyze problem.json --certificates certificates",
    )
    _problem(parser)
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
    _certificates(parser, "write each certificate as DIR/QUESTION.json")
    parser.add_argument(
        "--budget",
        type=values.seconds,
        metavar="S",
        help="seconds to spend; what is not decided then is unknown, and the exit status is 4",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_certify(commands: Any) -> None:
    parser = _command(
        commands,
        "certify",
        "prove one claim about a problem, or its opposite",
        "The certificate goes to FILE or stdout. Exit status 0: the claim is proved; 1: its\n"
        "opposite is proved, and the certificate is that of the opposite; 3: unknown.",
        "exactmargin certify problem.json --claim kkt -o kkt.json",
    )
    _problem(parser)
    parser.add_argument(
        "--claim",
        required=True,
        metavar="CLAIM",
        help="feasible, kkt, local-minimum, global-minimum, or one of them denied: infeasible, "
        "not-kkt, not-local-minimum, not-global-minimum; or approximate-kkt; or kkt-exists, near "
        "the point; or cells, separable, not-separable, rare, generic, which need no point",
    )
    _number_only(parser)
    parser.add_argument("-o", dest="output", metavar="FILE", help="where the certificate goes")
    parser.add_argument(
        "--budget",
        type=values.seconds,
        metavar="S",
        help="seconds to spend; what is not decided then is unknown, and the exit status is 4",
    )


def _add_cells(commands: Any) -> None:
    parser = _command(
        commands,
        "cells",
        "enumerate the cells of parameter space",
        "A cell is an open set of parameters with one signature: the signs of all hidden\n"
        "pre-activations, and for the hinge loss those of its terms. Complete for one hidden\n"
        "layer: the kernel has then accepted a proof of the number. In deeper networks bounds,\n"
        "with exit status 3. The problem needs no point.",
        "exactmargin cells problem.json --graph cells.graphml",
    )
    _problem(parser)
    parser.add_argument(
        "--graph",
        metavar="FILE",
        help="write the signature graph as GraphML (FILE.json: as node-link JSON)",
    )
    _certificates(parser, "write the certificate of a complete list as DIR/cells.json")
    _number_only(parser)
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
    _processes(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_verify(commands: Any) -> None:
    parser = _command(
        commands,
        "verify",
        "re-check certificates with the kernel, and nothing else",
        "The same answer as 'python -m exactmargin.kernel': exit status 0 if all are accepted,\n"
        "1 if one is rejected, 2 if one is malformed or cannot be read. With --with coq also\n"
        "1 if Coq refuses a claim, 3 if it has no checker for one.",
        "exactmargin verify certificates/*.json",
    )
    parser.add_argument("certificates", nargs="+", metavar="CERT", help="a certificate, - is stdin")
    parser.add_argument("--problem", metavar="FILE", help="it must be about this problem")
    parser.add_argument(
        "--with",
        dest="checker",
        type=values.checker,
        default="kernel",
        metavar="{kernel,coq}",
        help="coq: what the kernel accepts, Coq must accept as theorems without axioms, too",
    )


def _add_export(commands: Any) -> None:
    parser = _command(
        commands,
        "export",
        "write a certificate, or the whole ledger, for people to read",
        "The kernel checks it first; what it refuses is not exported (exit status 1 or 2).\n"
        "With --ledger all results are checked, and one document says of each its statement, its\n"
        "status, what is concluded and what is assumed, with the errata.",
        "exactmargin export kkt.json --to pdf -o kkt.pdf",
    )
    parser.add_argument("certificate", nargs="?", metavar="CERT", help="one, - is stdin")
    parser.add_argument("--ledger", action="store_true", help="all results of all papers")
    parser.add_argument("--paper", metavar="P", help="with --ledger: only this paper's results")
    parser.add_argument(
        "--to",
        required=True,
        type=values.target,
        metavar="{latex,pdf,coq}",
        help="the form to write",
    )
    parser.add_argument(
        "--fragment", action="store_true", help=r"latex without preamble, for \input"
    )
    parser.add_argument(
        "-o", dest="output", metavar="FILE", help="where it goes (latex, coq: or stdout)"
    )
    _processes(parser)


def _add_fuzz(commands: Any) -> None:
    parser = _command(
        commands,
        "fuzz",
        "hunt counterexamples to conjectures, exactly",
        "Instance number n of a seed is the same everywhere. With --out the results are kept, and\n"
        "the same command goes on where it was stopped or killed. Exit status 0: no violation; 1:\n"
        "a counterexample; 3: an instance is undecided, or none has the hypotheses; 4: the time\n"
        "ended before the number of examples. Extra 'fuzz'.",
        "exactmargin fuzz kkt-implies-local --examples 200 --out campaign",
    )
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
    _processes(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_snap(commands: Any) -> None:
    parser = _command(
        commands,
        "snap",
        "find and prove the exact KKT point near a trained network",
        "How near, on which kinks, whether it is a local minimum. Exit status 3: not proved.",
        "exactmargin snap problem.json -o point.json --certificate proof.json",
    )
    _problem(parser)
    parser.add_argument(
        "-o", dest="output", metavar="FILE", help="the problem at a point next to it"
    )
    parser.add_argument("--certificate", metavar="FILE", help="where the certificate goes")
    parser.add_argument("--budget", type=values.seconds, metavar="S", help="seconds to spend")


def _add_convert(commands: Any) -> None:
    parser = _command(
        commands,
        "convert",
        "write a trained network and its sample as an exact problem",
        "A model is .npz, .pt, .pth, .onnx (extra 'onnx') or .nnet, a sample .npz or .csv. Every\n"
        "float becomes the rational that it is, without rounding; what is not of the form of a\n"
        "problem is refused by name.",
        "exactmargin convert model.onnx --data sample.npz -o problem.json",
    )
    parser.add_argument("model", metavar="MODEL", help="the trained network")
    parser.add_argument("--data", metavar="FILE", help="its sample (default: in the model's .npz)")
    parser.add_argument(
        "-o", dest="output", required=True, metavar="PROBLEM", help="where it goes, - is stdout"
    )
    parser.add_argument(
        "--objective",
        default="max-margin",
        metavar="KIND",
        help="the objective's kind in the problem file (default: %(default)s)",
    )
    parser.add_argument(
        "--layer", type=int, metavar="L", help="the free layer, 1, 2, ..., of layer-max-margin"
    )
    parser.add_argument("--name", metavar="TEXT", help="the problem's name (default: MODEL's)")
    parser.add_argument(
        "--negative-slope",
        metavar="S",
        help="the activation's, where the model does not say it, or the number that it rounds",
    )
    parser.add_argument(
        "--input-shape",
        type=values.shape,
        metavar="C,H,W",
        help="of one example, for convolutions in a file that does not say it",
    )
    parser.add_argument(
        "--untie-biases",
        action="store_true",
        help="give each unit of a convolution its own bias (the same outputs, more parameters)",
    )
    parser.add_argument(
        "--normalised",
        action="store_true",
        help="take a .nnet network, and the sample, in its normalised coordinates",
    )


def _problem(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", metavar="PROBLEM", help="a problem file, - is stdin")


def _processes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        type=values.jobs,
        default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
        metavar="N",
        help="processes to use (default: one per available processor, here %(default)s)",
    )


def _certificates(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--certificates", metavar="DIR", help=text)


def _number_only(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--number-only",
        action="store_true",
        help="certify the number of cells without a list of them (margin problems)",
    )
