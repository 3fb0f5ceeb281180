"""Certificates for people: LaTeX, PDF, HTML and a few lines of text.

This room shows what a certificate holds and adds no mathematics.  The kernel checks every
certificate first, and what it does not accept is not rendered; numbers that a certificate leaves
out (pre-activations, margins, polynomials along a curve) are recomputed with the kernel's own
arithmetic.  Renderers carry the names of the kernel's rules.
"""

from exactmargin.render.document import latex_document, latex_fragment
from exactmargin.render.html import html_page
from exactmargin.render.ledger import latex_ledger
from exactmargin.render.pdf import compile_pdf
from exactmargin.render.summary import text_summary

__all__ = [
    "compile_pdf",
    "html_page",
    "latex_document",
    "latex_fragment",
    "latex_ledger",
    "text_summary",
]
