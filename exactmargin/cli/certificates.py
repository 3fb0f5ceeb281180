"""``verify`` and ``export``: certificates re-checked by the kernel alone, and shown to people."""

import json
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactmargin.cli.files import read_bytes, shown_name, write_text
from exactmargin.cli.ledger import chosen_packs, notes_of
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, complain, emit, one_line
from exactmargin.cli.values import TARGETS
from exactmargin.errors import InvalidInputError
from exactmargin.kernel import check

if TYPE_CHECKING:
    from exactmargin.registry import Result

__all__ = ["run_export", "run_verify"]

STATUSES = {"accepted": Exit.HOLDS, "rejected": Exit.FAILED, "malformed": Exit.INVALID}
COQ_STATUSES = {"accepted": Exit.HOLDS, "refused": Exit.FAILED, "unsupported": Exit.UNKNOWN}
FAILURES = {"failed": Exit.FAILED, "error": Exit.INTERNAL}


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
        if arguments.checker == "coq" and outcome.accepted:
            worst = max(worst, _verify_with_coq(name, json.loads(data)))
    return worst


def _verify_with_coq(name: str, certificate: Mapping[str, Any]) -> Exit:
    """Print Coq's line on each claim of a certificate that the kernel accepts."""
    from exactmargin.coq import check_with_coq

    worst = Exit.HOLDS
    for outcome in check_with_coq(certificate):
        emit(one_line(f"{name}: {outcome.line()}"))
        worst = max(worst, COQ_STATUSES[outcome.status])
    return worst


def run_export(arguments: Namespace) -> Exit:
    """Write a certificate that the kernel accepts, as LaTeX, PDF, HTML or Coq, or the ledger."""
    if arguments.to is None:
        arguments.to = _target_of(arguments.output)
    for wrong, message in (
        (
            arguments.ledger == (arguments.certificate is not None),
            "give a certificate, or --ledger for all results",
        ),
        (
            arguments.to == "pdf" and arguments.output in (None, "-"),
            "a PDF needs a file to go to; give -o FILE",
        ),
        (
            arguments.fragment and (arguments.to != "latex" or arguments.ledger),
            "--fragment goes with a certificate and --to latex only",
        ),
        (arguments.to == "coq" and arguments.ledger, "--to coq goes with a certificate only"),
        (
            arguments.paper is not None and not arguments.ledger,
            "--paper goes with --ledger only",
        ),
    ):
        if wrong:
            raise InvalidInputError(message, place="export")
    return _export_ledger(arguments) if arguments.ledger else _export_certificate(arguments)


def _target_of(output: str | None) -> str:
    """The form that the name of the file says."""
    suffix = Path(output or "-").suffix.lower()
    if suffix not in TARGETS:
        where = "stdout" if output in (None, "-") else repr(output)
        raise InvalidInputError(
            f"the name of {where} does not say which form to write; give "
            f"--to {' or '.join(TARGETS.values())}, or a file that ends in "
            f"{' or '.join(TARGETS)}",
            place="export",
        )
    return TARGETS[suffix]


def _export_ledger(arguments: Namespace) -> Exit:
    """Check every result and write one document about all of them; nothing where one fails."""
    from exactmargin.cli.theorems import check_all, line_of
    from exactmargin.registry import select
    from exactmargin.render import latex_ledger

    packs = chosen_packs(arguments.paper)
    progress = Progress()
    papers: dict[str, list[tuple[Mapping[str, Any], Any]]] = {pack.key: [] for pack in packs}
    worst = Exit.HOLDS
    for result, checked in check_all(select(packs, ()), arguments.jobs, progress):
        if checked.verdict in FAILURES:
            progress.clear()
            complain(f"not exported: {line_of(result, checked)}")
            worst = max(worst, FAILURES[checked.verdict])
        certificate = None if checked.certificate is None else json.loads(checked.certificate)
        papers[result.id.partition("/")[0]].append((notes_of(result), certificate))
    progress.clear()
    if worst is Exit.HOLDS:
        _write(latex_ledger(list(papers.values())), arguments)
    return worst


def _export_certificate(arguments: Namespace) -> Exit:
    data = read_bytes(arguments.certificate)
    outcome = check(data)
    if not outcome.accepted:
        complain(f"{shown_name(arguments.certificate)}: not exported: {outcome.line()}")
        return STATUSES[outcome.status]
    certificate = json.loads(data)
    if arguments.to == "coq":
        return _export_to_coq(certificate, arguments)
    notes = None
    if certificate["claim"] == "theorem":
        found = _ledger_entry(certificate)
        if isinstance(found, str):
            name = shown_name(arguments.certificate)
            complain(f"{name}: the ledger's statement is left out: {found}")
        else:
            notes = notes_of(found)
    from exactmargin.render import latex_document, latex_fragment

    make = latex_fragment if arguments.fragment else latex_document
    _write(make(certificate, notes), arguments)
    return Exit.HOLDS


def _write(text: str, arguments: Namespace) -> None:
    """Write LaTeX in the form that is asked for, or Coq as it is."""
    if arguments.to == "pdf":
        from exactmargin.render import compile_pdf

        compile_pdf(text, Path(arguments.output))
        return
    if arguments.to == "html":
        from exactmargin.render import html_page

        text = html_page(text)
    if arguments.output in (None, "-"):
        emit(text.rstrip("\n"))
    else:
        write_text(text, arguments.output)


def _export_to_coq(certificate: Mapping[str, Any], arguments: Namespace) -> Exit:
    """Write the Coq file; what Coq has no checker for is named."""
    from exactmargin.coq import Unsupported, to_coq

    try:
        text = to_coq(certificate)
    except Unsupported as reason:
        complain(f"not exported: {reason}")
        return Exit.UNKNOWN
    _write(text, arguments)
    return Exit.HOLDS


def _ledger_entry(certificate: Mapping[str, Any]) -> "Result | str":
    """The entry of the theorem that the certificate proves, or why it is not shown.

    A certificate names its theorem itself, and the kernel does not read what a theorem says. So
    an entry belongs to one certificate alone: to that which its own module makes.
    """
    from exactmargin.formats import canonical_json
    from exactmargin.registry import load_packs, prove

    wanted = certificate["evidence"]["theorem"]
    named = [(pack, r) for pack in load_packs() for r in pack.results if r.id == wanted]
    if not named:
        return f"no installed pack has a result called {wanted}"
    pack, result = named[0]
    if result.status != "verified":
        return f"the status of {wanted} is '{result.status}'"
    try:
        text = prove(pack, result).text()
    except Exception as error:  # whatever a module raises
        return f"the module of {wanted} fails here ({type(error).__name__}: {error})"
    if canonical_json(certificate) != text:
        return f"this is not the certificate that the module of {wanted} makes"
    return result
