"""Formulas as MathML, by the library latex2mathml (extra ``html``).

The library is kept from what it would do silently: a command that it does not know, a letter in a
style that browsers do not have, a line break that they do not make.  MathML does not break a long
formula, so a formula wider than `WIDE` becomes several, between which a browser may break.
"""

import re
import unicodedata
from html import unescape
from xml.etree.ElementTree import Element, SubElement, tostring

from exactmargin.errors import InvalidInputError
from exactmargin.render.widths import width

__all__ = ["WIDE", "aligned", "inline"]

WIDE = 100.0
"""The widest formula, in points, that is never broken inside a text."""

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_TOKEN = re.compile(r"\\(?:begin|end)\{[a-z*]+\}|\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_RELATIONS = frozenset(("=", "<", ">", "\\le", "\\ge", "\\ne"))
_SIGNS = _RELATIONS | {"+", "-"}
_STYLES = {
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold": "BOLD",
    "bold-italic": "BOLD ITALIC",
}
_OPERATORS = {
    ";": {"separator": "true"},
    ":": {"lspace": "0", "rspace": "0.278em"},
    "\u27e8": {"form": "prefix", "stretchy": "false"},
    "\u27e9": {"form": "postfix", "stretchy": "false"},
}
"""What the library takes for names, and how it is set."""
_CLOSING = frozenset(")]}\u27e9\u2016|\u2032!")


def inline(tex: str) -> str:
    """A formula in a text; one that is too wide as several, in a ``span`` of the class ``long``.

    Raises `InvalidInputError` for a command that has no MathML here, and where latex2mathml is
    missing.
    """
    pieces = _pieces(tex) if width(tex) > WIDE else [tex]
    found = [_serialised(_formula(piece, "inline")) for piece in pieces]
    if len(found) == 1:
        return found[0]
    return f'<span class="long">{"<wbr/>".join(found)}</span>'


def aligned(tex: str) -> str:
    r"""A displayed formula: lines between ``\\``, aligned at ``&``; errors as for `inline`."""
    lines = [_split(line, "&") for line in _split(tex, "\\\\")]
    if len(lines) == len(lines[0]) == 1:
        return _serialised(_formula(lines[0][0], "block"))
    math = Element("math", {"xmlns": _NAMESPACE, "display": "block"})
    table = SubElement(math, "mtable", {"displaystyle": "true"})
    for line in lines:
        row = SubElement(table, "mtr")
        for n, cell in enumerate(line):
            side = ("right", "left")[n] if len(line) == 2 else "center"
            box = SubElement(row, "mtd", {"class": side})
            if cell.strip():  # an empty group before it keeps a sign from being a prefix
                box.extend(_formula(f"{{}}{cell}" if n else cell, "block"))
    return _serialised(math)


def _split(tex: str, mark: str) -> list[str]:
    """The parts between the marks that are in no group and no environment."""
    parts, depth = [""], 0
    for token in _TOKEN.findall(tex):
        depth += _step(token)
        if token == mark and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _step(token: str) -> int:
    """How much deeper the token leads."""
    return (token == "{" or token.startswith("\\begin{")) - (
        token == "}" or token.startswith("\\end{")
    )


def _pieces(tex: str) -> list[str]:
    r"""The parts of a formula between which it may break: ``\allowbreak``, signs between blanks."""
    parts, depth, before, blank = [""], 0, "", False
    for token in _TOKEN.findall(tex):
        depth += _step(token)
        if token.isspace():
            blank = True
            parts[-1] += token
            continue
        breaks = blank and token in _SIGNS and before not in _SIGNS and parts[-1].strip()
        if not depth and token == "\\allowbreak":
            parts.append("")
        elif not depth and breaks:
            parts.append("{}" + token)
        else:
            parts[-1] += token
        before, blank = token, False
    return [part for part in parts if part.strip()]


def _formula(tex: str, display: str) -> Element:
    """The formula as an element ``math``; checked, and the library's entities become letters."""
    try:
        from latex2mathml.converter import convert_to_element
    except ImportError:
        raise InvalidInputError(
            "HTML needs the extra 'html'; install it with pip install 'exactmargin[html]'"
        ) from None
    shown = tex.replace("\\allowbreak", " ")
    try:
        math = convert_to_element(shown, display=display)
    except Exception as error:  # the library's errors have no class in common
        raise InvalidInputError(
            f"latex2mathml cannot read the formula {shown!r} ({type(error).__name__})"
        ) from None
    for part in math.iter():
        text = unescape(part.text or "")
        if "\\" in text:
            raise InvalidInputError(f"the formula {shown!r} holds {text}, which has no MathML here")
        part.text = _styled(text, part.attrib.pop("mathvariant", "italic"))
        if part.get("width") == "negativethinmathspace":
            part.set("width", "-0.167em")
        if part.tag == "mi" and text in _OPERATORS:
            part.tag, part.attrib = "mo", dict(_OPERATORS[text])
        if part.tag == "mover" and part[1].tag == "mo":
            part.set("accent", "true")
    for part in math.iter("mrow"):
        _mark_prefixes(part)
    return math


def _mark_prefixes(row: Element) -> None:
    """A sign at the beginning, or behind an operator that closes nothing, stands close."""
    before: Element | None = None
    for part in row:
        opens = before is None or (before.tag == "mo" and before.text not in _CLOSING)
        if part.tag == "mo" and part.text in ("+", "\u2212", "\u00b1") and opens:
            part.set("form", "prefix")
        if part.tag != "mspace":
            before = part


def _styled(text: str, style: str) -> str:
    """Letters in a style: MathML has no attribute for it that browsers obey."""
    if style not in _STYLES:
        return text
    found = ""
    for c in text:
        kind, _, rest = unicodedata.name(c, "").partition(" LETTER ")
        kind = kind.removeprefix("LATIN ").removeprefix("GREEK ")
        names = [f"{_STYLES[style]} {kind} {rest}"]
        names.append(f"MATHEMATICAL {names[0]}")
        found += next((unicodedata.lookup(n) for n in names if _exists(n)), c)
    return found


def _exists(name: str) -> bool:
    try:
        unicodedata.lookup(name)
    except KeyError:
        return False
    return True


def _serialised(math: Element) -> str:
    return tostring(math, encoding="unicode")
