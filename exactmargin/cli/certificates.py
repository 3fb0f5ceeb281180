"""``verify`` and ``export``: certificates re-checked by the kernel alone, and shown to people."""

import json
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exactmargin.cli.files import read_bytes, shown_name, write_text
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import complain, emit, one_line
from exactmargin.errors import InvalidInputError
from exactmargin.kernel import check

__all__ = ["run_export", "run_verify"]

STATUSES = {"accepted": Exit.HOLDS, "rejected": Exit.FAILED, "malformed": Exit.INVALID}


def run_verify(arguments: Namespace) -> Exit:
    """Print the kernel's line on each certificate; the worst of its answers."""
    problem = None if arguments.problem is None else read_bytes(arguments.problem)
    worst = Exit.HOLDS
    for name in arguments.certificates:
        try:
            data = read_bytes(name)
        except InvalidInputError as error:
            complain(str(error))
            worst = Exit.INVALID
            continue
        outcome = check(data, problem)
        emit(one_line(f"{name}: {outcome.line()}"))
        worst = max(worst, STATUSES[outcome.status])
    return worst


def run_export(arguments: Namespace) -> Exit:
    """Write a certificate that the kernel accepts as LaTeX or PDF."""
    to_stdout = arguments.output in (None, "-")
    if arguments.to == "pdf" and to_stdout:
        raise InvalidInputError("a PDF needs a file to go to; give -o FILE", place="export")
    if arguments.to == "pdf" and arguments.fragment:
        raise InvalidInputError("--fragment goes with --to latex only", place="export")
    data = read_bytes(arguments.certificate)
    outcome = check(data)
    if not outcome.accepted:
        complain(f"{shown_name(arguments.certificate)}: not exported: {outcome.line()}")
        return STATUSES[outcome.status]
    certificate = json.loads(data)
    notes = _notes(certificate)
    from exactmargin.render import compile_pdf, latex_document, latex_fragment

    make = latex_fragment if arguments.fragment else latex_document
    tex = make(certificate, notes)
    if arguments.to == "pdf":
        compile_pdf(tex, Path(arguments.output))
    elif to_stdout:
        emit(tex.rstrip("\n"))
    else:
        write_text(tex, arguments.output)
    return Exit.HOLDS


def _notes(certificate: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the ledger says about the theorem that is certified, if its pack is installed."""
    if certificate["claim"] != "theorem":
        return None
    from exactmargin.registry import load_packs

    wanted = certificate["evidence"]["theorem"]
    for pack in load_packs():
        for result in pack.results:
            if result.id == wanted:
                return {
                    "number": result.number,
                    "title": result.title,
                    "statement": result.statement,
                    "place": result.place,
                    "coverage": result.coverage,
                    "erratum": [dict(erratum) for erratum in result.erratum],
                    "paper": dict(result.paper),
                }
    return None
