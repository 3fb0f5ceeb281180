"""Texts of strangers as LaTeX: every character is shown, none is obeyed."""

import re
import unicodedata

from exactmargin.render.inline_math import inline_math
from exactmargin.render.symbols import UNICODE_MATH

__all__ = ["ACCENTS", "ASCII", "SIGNS", "escape", "letters", "quoted", "tame"]

ASCII = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "%": "\\%",
    "#": "\\#",
    "_": "\\_",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "|": "\\textbar{}",
    "`": "\\textquoteleft{}",
    "'": "\\textquoteright{}",
    '"': "\\textquotedblright{}",
    "-": "-{}",
    ",": ",{}",
    "?": "?{}",
    "!": "!{}",
}
"""ASCII characters that LaTeX would obey or join to others, and how they are shown."""
SIGNS = {
    "–": "--",
    "—": "---",
    "\u2018": "\\textquoteleft{}",
    "\u2019": "\\textquoteright{}",
    "“": "\\textquotedblleft{}",
    "”": "\\textquotedblright{}",
    "…": "\\dots{}",
    "§": "\\S{}",
    "ß": "\\ss{}",
    "æ": "\\ae{}",
    "Æ": "\\AE{}",
    "ø": "\\o{}",
    "Ø": "\\O{}",
    "å": "\\aa{}",
    "Å": "\\AA{}",
    "ł": "\\l{}",
    "Ł": "\\L{}",
    "\u0131": "\\i{}",
    "\u00a0": "~",
}
"""Further characters and their LaTeX."""
ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
}
"""Combining characters and the LaTeX commands of their accents."""
_QUOTES = re.compile(
    r"\\textquotedbl(?:left|right)\{\}|(?:\\textquote(?:left|right)\{\}(?:\\allowbreak\{\})?){2,}"
)
_LONG_WORD, _STEP = 16, 6


def quoted(text: str) -> str:
    """An author's words as LaTeX: in italics between quotation marks, which they cannot close."""
    inside = _QUOTES.sub(r"\\textquoteright{}", escape(text))
    return f"\\textquotedblleft{{}}\\textit{{{inside}}}\\textquotedblright{{}}"


def escape(text: str) -> str:
    """A text as LaTeX: inline formulas ``$...$`` kept where they are safe, all else literal."""
    pieces = text.split("$")
    result = letters(pieces[0])
    rest = pieces[1:]
    while rest:
        formula = inline_math(rest[0]) if len(rest) > 1 else None
        if formula is None:
            result += letters("$" + rest.pop(0))
        else:
            result += f"${formula}$" + letters(rest[1])
            rest = rest[2:]
    return result


def letters(text: str) -> str:
    """A text as LaTeX, letter by letter; long words may break."""
    result, run = "", 0
    for c in " ".join(text.split()) if text.strip() else text:
        run = 0 if c == " " else run + 1
        result += _letter(c)
        if run >= _LONG_WORD and run % _STEP == 0:
            result += "\\allowbreak{}"
    # a blank at either end separates from a formula beside it
    return (
        (" " if text[:1].isspace() else "") * bool(result.strip())
        + result
        + (" " if text[-1:].isspace() and result.strip() else "")
    )


def tame(tex: str) -> str:
    """LaTeX as it is, but for characters beyond ASCII, which become LaTeX too."""
    return "".join(c if c.isascii() else _letter(c) for c in tex)


def _letter(c: str) -> str:
    if c in ASCII:
        return ASCII[c]
    if c in SIGNS:
        return SIGNS[c]
    if c in UNICODE_MATH:
        return f"\\ensuremath{{{UNICODE_MATH[c]}}}"
    if c.isascii() and c.isprintable():
        return c
    parts = unicodedata.normalize("NFD", c)
    if len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in ACCENTS:
        base = {"i": "\\i", "j": "\\j"}.get(parts[0], parts[0])
        return f"\\{ACCENTS[parts[1]]}{{{base}}}"
    return f"[U+{ord(c):04X}]"
