"""The whole ledger as one document: every result of every paper, with what is concluded of it.

A summary, not the proofs: of a certificate it shows the conclusions, what is assumed, the number of
steps and the digest. A result of the kind ``table`` whose parts are named by row and column is set
as that table, see `exactmargin.render.tables`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from exactmargin.errors import InvalidInputError
from exactmargin.kernel import ASSUMPTIONS
from exactmargin.render.acceptance import Accepted, accept
from exactmargin.render.document import PREAMBLE, digest
from exactmargin.render.escape import escape, letters
from exactmargin.render.layout import items, paragraphs
from exactmargin.render.notes import coverage, errata, heading, source, statement
from exactmargin.render.parts import counted, proved
from exactmargin.render.tables import read_table, table_tex

__all__ = ["latex_ledger"]

_TITLE = "The ledger: every numbered result, and what is checked of it"
_INTRODUCTION = (
    "\\noindent Each result is stated in the ledger's own words; \\emph{checked} shows what the "
    "kernel concluded from its certificate, in the kernel's terms. The instances, the regions and "
    "the steps stand in the certificate, which \\texttt{exactmargin export} sets as a "
    "document of its own, and whose SHA-256 is given. There (P) is the problem of the instance, "
    "and (P$_l$) the one in which layer~$l$ alone is free. That the conclusions give the statement "
    "is for the reader to judge."
)
_SHOWN = 24
"""Conclusions that are listed one by one; more are counted."""

Entry = tuple[Mapping[str, Any], Mapping[str, Any] | None]


def latex_ledger(papers: Sequence[Sequence[Entry]]) -> str:
    """The ledgers of papers as one LaTeX document, with a table of contents.

    A paper is a sequence of results, each with its notes and its certificate, or None for one that
    has no certificate. The notes are those of `latex_document`, and ``id``, ``kind``, ``status``,
    ``reason`` and ``rests_on`` (ids). Raises `InvalidInputError` for a certificate that the kernel
    does not accept, or that names another result.
    """
    results = [notes for paper in papers for notes, _ in paper]
    labels = {notes["id"]: f"result:{n}" for n, notes in enumerate(results, 1)}
    lines = [
        PREAMBLE + "\\usepackage[hidelinks]{hyperref}",
        "\\setcounter{secnumdepth}{1}",
        "\\begin{document}",
        f"\\begin{{center}}\n{{\\LARGE {_TITLE}\\par}}\n\\end{{center}}\\bigskip",
        _INTRODUCTION,
        "\\begingroup\\raggedright\\tableofcontents\\endgroup",
    ]
    for paper in papers:
        lines += _paper(paper, labels)
    lines += _assumptions(papers)
    return "\n".join([*lines, "\\end{document}"]) + "\n"


def _paper(paper: Sequence[Entry], labels: Mapping[str, str]) -> list[str]:
    if not paper:
        return []
    about = dict(paper[0][0].get("paper") or {})
    title = escape(str(about.get("title") or paper[0][0]["id"].partition("/")[0]))
    counts = Counter(notes["status"] for notes, _ in paper)
    counted_by = ", ".join(f"{n} {status}" for status, n in counts.items())
    origin = source({"paper": about})
    plural = "" if len(paper) == 1 else "s"
    numbers = {notes["id"]: escape(notes["number"]) for notes, _ in paper}
    links = {id: f"\\hyperref[{labels[id]}]{{{number}}}" for id, number in numbers.items()}
    lines = [
        f"\\clearpage\n\\section{{{title}}}",
        f"\\noindent {origin}. {len(paper)} result{plural}: {escape(counted_by)}.\n",
    ]
    for notes, certificate in paper:
        lines += [
            f"\\subsection{{\\texorpdfstring{{{heading(notes, notes['id'])}}}"
            f"{{{escape(notes['number'])}}}}}\\label{{{labels[notes['id']]}}}",
            _result(notes, certificate, links),
        ]
    return lines


def _result(
    notes: Mapping[str, Any], certificate: Mapping[str, Any] | None, links: Mapping[str, str]
) -> str:
    accepted = None if certificate is None else _accepted(notes, certificate)
    status = f"{notes['status']}, {notes['coverage']}" if accepted else notes["status"]
    place = f"; {escape(notes['place'])}" if notes.get("place") else ""
    rests_on = ", ".join(links.get(id) or escape(id) for id in notes["rests_on"])
    blocks = [
        "\\begingroup\\emergencystretch=3em\\renewcommand{\\arraystretch}{1.2}",
        _labelled("Status", f"{escape(status)}{place}."),
        *statement(notes),
    ]
    if accepted:
        assumed = ", ".join(f"\\texttt{{{letters(a)}}}" for a in accepted.data["assumptions"])
        blocks += _checked(notes, accepted, links)
        blocks += [_labelled("Assumed", f"{assumed}.")] * bool(assumed)
    if notes["reason"]:
        blocks.append(_labelled("Why this status", escape(notes["reason"])))
    if rests_on:
        blocks.append(_labelled("Rests on", f"{rests_on}."))
    if wrong := errata(notes):
        blocks += [_labelled("Errata", ""), wrong]
    if accepted:
        steps = sum(len(part["steps"]) for part in accepted.parts)
        words = f"{steps} step{'s' * (steps != 1)}, accepted by the kernel, SHA-256"
        blocks.append(_labelled("Certificate", f"{words} \\texttt{{{digest(accepted)}}}."))
    return paragraphs([*blocks, "\\par\\endgroup"])


def _labelled(label: str, text: str) -> str:
    return f"\\par\\smallskip\\noindent\\textbf{{{label}.}}\\enspace {text}"


def _accepted(notes: Mapping[str, Any], certificate: Mapping[str, Any]) -> Accepted:
    accepted = accept(certificate)
    named = accepted.data["evidence"].get("theorem")
    if named != notes["id"]:
        raise InvalidInputError(f"the certificate of {named!r} is not that of {notes['id']!r}")
    return accepted


def _checked(notes: Mapping[str, Any], accepted: Accepted, links: Mapping[str, str]) -> list[str]:
    """What the kernel concluded: a table, a list, or a count."""
    head = _labelled("Checked", coverage(notes))
    table = read_table(accepted) if notes["kind"] == "table" else None
    if table is not None:
        return [head, *table_tex(table, links)]
    if sum(len(part["conclusion"]) for part in accepted.parts) <= _SHOWN:
        return [head, *proved(accepted)]
    texts = [f"\\raggedright {text}" for text in counted(accepted.parts)]
    return [head, f"The following is concluded, in {len(accepted.parts)} parts:", items(texts)]


def _assumptions(papers: Sequence[Sequence[Entry]]) -> list[str]:
    """What the certificates assume, in full."""
    certificates = [certificate for paper in papers for _, certificate in paper if certificate]
    names = sorted({name for found in certificates for name in found["assumptions"]})
    if not names:
        return []
    texts = [f"\\texttt{{{letters(name)}}}: {escape(ASSUMPTIONS[name])}." for name in names]
    return ["\\clearpage\n\\section{Assumed from the literature}", items(texts)]
