"""The commands about the papers' results: the ledger and its checks."""

from argparse import ArgumentParser

from exactmargin.cli.command import Command, certificates, processes

__all__ = ["CHECK", "LIST"]


def _list(parser: ArgumentParser) -> None:
    parser.add_argument("--paper", metavar="P", help="only this paper, e.g. vardi2022")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print the table of the README")


LIST = Command(
    "list",
    ("exactmargin.cli.ledger", "run_list"),
    "list the ledger: every numbered result, its kind and its status",
    "Statuses: verified (checked here, with its coverage), assumed, cited, not yet.",
    "exactmargin list --paper vardi2022",
    _list,
)


def _check(parser: ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="what to check (default: all)")
    parser.add_argument("--paper", metavar="P", help="only this paper, e.g. vardi2022")
    certificates(parser, "write each certificate as DIR/ID.json")
    processes(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


CHECK = Command(
    "check",
    ("exactmargin.cli.theorems", "run_check"),
    "prove results of the papers and let the kernel check each proof",
    "An ID is that of a result, or a prefix: vardi2022, vardi2022/theorem-4.2. Without one,\n"
    "everything that is verified is checked. A result with sampled coverage is reported as\n"
    "sampled, never as proved.",
    "exactmargin check vardi2022/theorem-3.2 --certificates certificates",
    _check,
)
