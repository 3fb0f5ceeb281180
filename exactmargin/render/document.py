"""A certificate as LaTeX: a fragment to put into a paper, or a document that stands alone."""

from collections.abc import Mapping
from typing import Any

from exactmargin.errors import InvalidInputError
from exactmargin.kernel import ASSUMPTIONS
from exactmargin.render.acceptance import Accepted, accept
from exactmargin.render.escape import escape, letters
from exactmargin.render.layout import items, paragraphs
from exactmargin.render.notes import coverage, errata, heading, source, statement
from exactmargin.render.parts import parts, proved

__all__ = ["PREAMBLE", "digest", "latex_document", "latex_fragment"]

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[textwidth=15cm,textheight=24cm]{geometry}
\usepackage{microtype}
\usepackage{amsmath,amssymb}
\usepackage{booktabs}
\allowdisplaybreaks
"""
"""Document class and packages."""
_SHOWN = 240  # characters of the kernel's own statement
_IN_WORDS = (
    "The kernel checks the steps; that the conclusions give the theorem in words is for the reader "
    "to judge."
)
_NEEDS = "% Needs \\usepackage{amsmath,amssymb} and \\usepackage{booktabs}.\n"


def latex_fragment(certificate: Mapping[str, Any], notes: Mapping[str, Any] | None = None) -> str:
    r"""A certificate as LaTeX to ``\input``; needs amsmath, amssymb and booktabs.

    `notes` is the ledger's entry of the theorem, shown as it is given, so it must be the entry of
    the theorem that the steps prove. All of it is optional: ``number`` ("Theorem 3.2"),
    ``title``, ``place``, ``coverage`` (existential, parametric, identity or sampled), ``paper``
    (title, authors, year), and as LaTeX ``statement`` and ``erratum`` (a list of mappings with
    ``place``, ``printed``, ``counterexample``, ``corrected``).

    Raises `InvalidInputError` where the kernel does not accept the certificate, with its code.
    """
    accepted, notes = accept(certificate), dict(notes or {})
    title = f"\\section*{{{heading(notes, _name(accepted))}}}"
    origin = source(notes)
    lines = [title, *([f"\\noindent {origin}."] if origin else []), _body(accepted, notes)]
    return _NEEDS + "\n\n".join(lines) + "\n"


def latex_document(certificate: Mapping[str, Any], notes: Mapping[str, Any] | None = None) -> str:
    """A certificate as a LaTeX document; arguments and errors as for `latex_fragment`."""
    accepted, notes = accept(certificate), dict(notes or {})
    origin = source(notes) or "An exact certificate"
    lines = [
        PREAMBLE + "\\begin{document}",
        f"\\begin{{center}}\n{{\\LARGE {heading(notes, _name(accepted))}\\par}}\\medskip",
        f"{{{origin}\\par}}\n\\end{{center}}\\bigskip\n",
        _body(accepted, notes),
        "\\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _name(accepted: Accepted) -> str:
    if accepted.data["claim"] == "theorem":
        return f"A theorem, named {accepted.data['evidence']['theorem']} by its author"
    return f"Certificate: {accepted.data['claim']}"


def _body(accepted: Accepted, notes: Mapping[str, Any]) -> str:
    try:
        shown, details = proved(accepted), parts(accepted)
    except RecursionError:
        raise InvalidInputError("an expression is nested too deeply to be rendered") from None
    kind = coverage(notes)
    assumed, wrong = _assumptions(accepted), errata(notes)
    sampled = notes.get("coverage") == "sampled"
    label = "What is checked." if sampled else "What is proved."
    blocks = [
        "\\begingroup\\emergencystretch=3em\\allowdisplaybreaks\\renewcommand{\\arraystretch}{1.2}",
        *statement(notes),
        f"\\noindent\\textbf{{{label}}}\\enspace {shown[0]}",
        *shown[1:],
        *([kind] if kind else []),
        *([_IN_WORDS] if accepted.data["claim"] == "theorem" else []),
        *details,
        *(["\\subsection*{Assumed from the literature}", assumed] if assumed else []),
        *(["\\subsection*{Errata}", wrong] if wrong else []),
        *_acceptance(accepted),
        "\\par\\endgroup",
    ]
    return paragraphs(blocks)


def _assumptions(accepted: Accepted) -> str:
    """The list of what is assumed; empty where nothing is."""
    names = accepted.data["assumptions"]
    return items([f"\\texttt{{{letters(name)}}}: {escape(ASSUMPTIONS[name])}." for name in names])


def digest(accepted: Accepted) -> str:
    """The SHA-256 of the canonical file; it may break."""
    text = accepted.outcome.sha256
    return "\\allowbreak{}".join(text[i : i + 8] for i in range(0, len(text), 8))


def _acceptance(accepted: Accepted) -> list[str]:
    outcome = accepted.outcome
    words = outcome.statement
    if len(words) > _SHOWN:
        words = words[:_SHOWN] + "\u2026"
    return [
        "\\subsection*{The check}",
        "{\\raggedright The kernel accepts the certificate that is shown here. Its words: "
        f"``\\texttt{{{letters(outcome.claim)}}}: {letters(words)}''. SHA-256 of the "
        f"canonical file: \\texttt{{{digest(accepted)}}}.\\par}}",
    ]
