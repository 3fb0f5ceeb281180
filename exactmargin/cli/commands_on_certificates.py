"""The commands about certificates: check them again, write them for people."""

from argparse import ArgumentParser

from exactmargin.cli import values
from exactmargin.cli.command import Command, processes

__all__ = ["EXPORT", "VERIFY"]


def _verify(parser: ArgumentParser) -> None:
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


VERIFY = Command(
    "verify",
    ("exactmargin.cli.certificates", "run_verify"),
    "re-check certificates with the kernel, and nothing else",
    "The same answer as 'python -m exactmargin.kernel': exit status 0 if all are accepted,\n"
    "1 if one is rejected, 2 if one is malformed or cannot be read. With --with coq also\n"
    "1 if Coq refuses a claim, 3 if it has no checker for one.",
    "exactmargin verify certificates/*.json",
    _verify,
)


def _export(parser: ArgumentParser) -> None:
    parser.add_argument("certificate", nargs="?", metavar="CERT", help="one, - is stdin")
    parser.add_argument("--ledger", action="store_true", help="all results of all papers")
    parser.add_argument("--paper", metavar="P", help="with --ledger: only this paper's results")
    parser.add_argument(
        "--to",
        type=values.target,
        metavar=f"{{{','.join(values.TARGETS.values())}}}",
        help=f"the form to write (default: by the suffix of FILE, {', '.join(values.TARGETS)})",
    )
    parser.add_argument(
        "--fragment", action="store_true", help=r"latex without preamble, for \input"
    )
    parser.add_argument(
        "-o", dest="output", metavar="FILE", help="where it goes (all but a PDF: or stdout)"
    )
    processes(parser)


EXPORT = Command(
    "export",
    ("exactmargin.cli.certificates", "run_export"),
    "write a certificate, or the whole ledger, for people to read",
    "The kernel checks it first; what it refuses is not exported (exit status 1 or 2).\n"
    "With --ledger all results are checked, and one document says of each its statement, its\n"
    "status, what is concluded and what is assumed, with the errata. HTML is one file, formulas\n"
    "as MathML, without scripts (extra 'html').",
    "exactmargin export kkt.json --to pdf -o kkt.pdf",
    _export,
)
