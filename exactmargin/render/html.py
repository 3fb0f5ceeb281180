"""The documents of this room as one HTML page each, with formulas as MathML and no script.

The source is the LaTeX that this room writes, and no other: texts of strangers are escaped there,
so that what is a command here was written by the renderers or by a pack.  A command without an
entry below is an error, never left out.
"""

import re
import unicodedata
from html import escape

from exactmargin.errors import InvalidInputError
from exactmargin.render import mathml
from exactmargin.render.escape import ACCENTS, ASCII, SIGNS

__all__ = ["html_page"]

_TOKEN = re.compile(
    r"\\(?:begin|end)\{[a-z]+\*?\}|\\[A-Za-z]+\*?[ ]*|\\.|\n[ ]*\n\s*|---|--|``|''"
    r"|[^\\\n`'{}$&%^_#~\[\]-]+|.",
    re.DOTALL,
)
_SPACING = re.compile(
    r"\\(?:hbadness=10000|emergencystretch=3em|renewcommand\{\\arraystretch\}\{1\.2\})"
)
_DISPLAY = re.compile(r"\\begin\{(?:gather|align|equation)\*\}")
_TAG = re.compile(r"\\tag\{((?:[^{}]|\{[^{}]*\})*\})")
_HTML_TAG = re.compile(r"<[^>]*>")
_CHARACTERS = {
    **{tex.removesuffix("{}"): c for c, tex in {**ASCII, **SIGNS}.items() if tex[0] in "\\-~"},
    "\\j": "j",
    "\\enspace": "\u2002",
    "\\ ": " ",
    "\\,": "\u2009",
    "``": "\u201c",
    "''": "\u201d",
    "`": "\u2018",
    "'": "\u2019",
}
_ELEMENTS = {"\\textbf": "strong", "\\textit": "em", "\\emph": "em", "\\texttt": "code"}
_EMPTY = {"\\\\": "<br/>", "\\newline": "<br/>", "\\allowbreak": "<wbr/>"}
_LAYOUT = re.compile(
    r"\\(?:noindent|raggedright|small|medskip|bigskip|smallskip|clearpage|hskip|labelsep"
    r"|begingroup|endgroup|allowdisplaybreaks|itshape|toprule|bottomrule)"
)
_BLOCKS = {"center": "div", "quote": "blockquote", "trivlist": "div"}
_LINK = re.compile(r"</?a\b[^>]*>")
_CONTENTS = "<nav></nav>"
_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.5;
  font-family: "Latin Modern Roman", "STIX Two Text", Georgia, serif; color: #111; }
h1 { font-size: 1.6rem; font-weight: normal; }
h2 { font-size: 1.25rem; margin-top: 2rem; }
h3 { font-size: 1.1rem; }
p, li { overflow-wrap: anywhere; }
li > p { margin: 0.2rem 0; }
nav ul { list-style: none; padding-left: 1rem; }
.center { text-align: center; }
.trivlist { font-style: italic; }
.display { display: flex; align-items: center; overflow-x: auto; margin: 0.8rem 0; }
.display > math { flex: 1; }
table { border-collapse: collapse; margin: 0.8rem auto; border-block: 1.5px solid; }
thead { border-bottom: 1px solid; }
th, td { padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; font-weight: normal; }
td.l { white-space: nowrap; }
mtd.right { text-align: right; padding-right: 0; }
mtd.left { text-align: left; padding-left: 0.2em; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; }
  h1, h2, h3 { break-after: avoid; } tr, .display { break-inside: avoid; } a { color: inherit; } }
"""


def html_page(tex: str) -> str:
    """A document of `latex_document` or `latex_ledger` as one HTML file that needs no other.

    It is well-formed XML, too.  Raises `InvalidInputError` for LaTeX that has no HTML here, and
    where the extra ``html`` is not installed.
    """
    body = tex.partition("\\begin{document}\n")[2].partition("\\end{document}")[0]
    page = _Page(_SPACING.sub("", body))
    content = page.flow().replace(_CONTENTS, page.contents())
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n'
        '<meta charset="utf-8"/>\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{page.title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{content}\n</body>\n</html>\n"
    )


class _Page:
    """Reads the LaTeX from left to right."""

    def __init__(self, tex: str) -> None:
        self.rest = tex
        self.title = ""
        self.last = ""
        self.headings: list[tuple[str, str, str]] = []

    def token(self) -> str:
        """The next token, without the blanks that a command swallows; empty at the end."""
        found = _TOKEN.match(self.rest)
        if found is None:
            return ""
        self.rest = self.rest[found.end() :]
        token = found.group()
        return token.rstrip(" ") if token[0] == "\\" and token[1:2].isalpha() else token

    def until(self, mark: str) -> str:
        """The LaTeX before the mark."""
        found, met, self.rest = self.rest.partition(mark)
        if not met:
            raise InvalidInputError(f"{found[:40]!r} is not ended by {mark}", place="html")
        return found

    def raw(self) -> str:
        """The LaTeX in the group that begins here."""
        depth = 0
        for n, c in enumerate(self.rest):
            depth += (c == "{") - (c == "}")
            if not depth:
                found, self.rest = self.rest[1:n], self.rest[n + 1 :]
                return found
        raise InvalidInputError(f"{self.rest[:40]!r} is no whole group", place="html")

    def group(self, end: str = "}") -> str:
        """The text in the group, or brackets, whose beginning was read."""
        found = ""
        while (token := self.token()) != end:
            found += self.inline(token)
        return found

    def argument(self) -> str:
        """The text of a command's argument."""
        begin = self.token()
        if begin != "{":
            raise InvalidInputError(f"{begin!r} is no group in braces", place="html")
        return self.group()

    def inline(self, token: str) -> str:
        """A token in a text."""
        if token == "$":
            return mathml.inline(self.until("$"))
        if token == "\\ensuremath":
            return mathml.inline(self.raw())
        if token == "{":
            return self.group()
        if token in _CHARACTERS:
            return escape(_CHARACTERS[token])
        if token in _ELEMENTS:
            name = _ELEMENTS[token]
            return f"<{name}>{self.argument()}</{name}>"
        if token[1:] in ACCENTS.values() and token[0] == "\\":
            return self.accented(token[1:])
        if token in _EMPTY:
            return _EMPTY[token]
        if token == "\\hyperref":
            self.token()
            return f'<a href="#{escape(self.until("]"))}">{self.argument()}</a>'
        if token == "\\item" and self.rest.startswith("["):  # the label of a statement
            self.token()
            return f"{self.group(']')} "
        if token == "\\texorpdfstring":
            shown = self.argument()
            self.raw()
            return shown
        if _LAYOUT.fullmatch(token):
            return ""
        if token in ("", "}") or token[0] in "\\&%^_#":
            raise InvalidInputError(
                f"{token!r} before {self.rest[:20]!r} has no HTML here; write the statement or "
                "the erratum without it",
                place="html",
            )
        return escape(token)

    def accented(self, accent: str) -> str:
        """A letter with its accent."""
        letter = self.argument().replace("\u0131", "i")
        marks = [mark for mark, name in ACCENTS.items() if name == accent]
        return unicodedata.normalize("NFC", letter + marks[0])

    def flow(self, *ends: str) -> str:
        """Paragraphs, headings and displays, until one of these tokens, which is read."""
        blocks: list[str] = []
        text, kind, depth = "", "p", 0
        while (token := self.token()) not in (ends or ("",)):
            if token == "{":
                depth += 1
                continue
            if token == "}" and depth:
                depth -= 1
                continue
            if token == "\\LARGE":
                kind = "h1"
                continue
            block = self.block(token)
            if block is None:
                text += self.inline(token)
                continue
            blocks += [self.paragraph(kind, text), block]
            text, kind = "", "p"
        self.last = token
        return "\n".join(b for b in [*blocks, self.paragraph(kind, text)] if b)

    def paragraph(self, kind: str, text: str) -> str:
        """A paragraph, or the title; nothing where there is no text."""
        if kind == "h1":
            self.title = _HTML_TAG.sub("", text).strip()
        return f"<{kind}>{text.strip()}</{kind}>" if text.strip() else ""

    def block(self, token: str) -> str | None:
        """What ends a paragraph, as HTML, empty for a mere end; None for any other token."""
        if token == "\\par" or (token.isspace() and token.count("\n") > 1):
            return ""
        if token == "\\[":
            return self.display(self.until("\\]"))
        if _DISPLAY.fullmatch(token):
            return self.display(self.until(token.replace("begin", "end", 1)))
        if token in ("\\section*", "\\subsection*", "\\section", "\\subsection"):
            return self.heading(token)
        if token == "\\tableofcontents":
            return _CONTENTS
        if token == "\\begin{tabular}":
            return self.table()
        if token == "\\begin{itemize}":
            return self.items()
        name = token.removeprefix("\\begin{").removesuffix("}")
        if token.startswith("\\begin{") and name in _BLOCKS:
            inside = self.flow(f"\\end{{{name}}}")
            return f'<{_BLOCKS[name]} class="{name}">\n{inside}\n</{_BLOCKS[name]}>'
        return None

    def display(self, tex: str) -> str:
        """A displayed formula, with its tag."""
        tag = _TAG.search(tex)
        shown = mathml.aligned(_TAG.sub("", tex).strip())
        label = f"<span>({_Page(tag.group(1)).group()})</span>" if tag else ""
        return f'<div class="display">{shown}{label}</div>'

    def heading(self, token: str) -> str:
        """A heading; one that is not starred stands in the table of contents."""
        text = self.argument()
        level = "h3" if token == "\\subsection" else "h2"
        if token.endswith("*"):
            return f"<{level}>{text}</{level}>"
        name = f"section:{len(self.headings) + 1}"
        if self.rest.startswith("\\label"):
            self.token()
            name = escape(self.raw())
        self.headings.append((level, name, text))
        return f'<{level} id="{name}">{text}</{level}>'

    def contents(self) -> str:
        """The table of contents."""
        lines = [
            f'<li class="{level}"><a href="#{name}">{_LINK.sub("", text)}</a></li>'
            for level, name, text in self.headings
        ]
        return "<nav>\n<ul>\n" + "\n".join(lines) + "\n</ul>\n</nav>"

    def items(self) -> str:
        """A list."""
        end, lines = "\\end{itemize}", []
        self.flow("\\item", end)
        while self.last != end:
            lines.append(f"<li>{self.flow(chr(92) + 'item', end)}</li>")
        return "<ul>\n" + "\n".join(lines) + "\n</ul>"

    def table(self) -> str:
        """A table; what stands above the middle rule is its head."""
        kinds = re.sub(r"@\{\}|\{[^{}]*\}", "", self.raw())
        head: list[list[str]] = []
        rows: list[list[str]] = [[""]]
        while (token := self.token()) != "\\end{tabular}":
            if token == "&":
                rows[-1].append("")
            elif token == "\\tabularnewline":
                rows.append([""])
            elif token == "\\midrule":
                head, rows = rows[:-1], [[""]]
            else:
                rows[-1][-1] += self.inline(token)
        return (
            f"<table>\n<thead>\n{_rows(head, 'th', kinds)}\n</thead>\n"
            f"<tbody>\n{_rows(rows[:-1], 'td', kinds)}\n</tbody>\n</table>"
        )


def _rows(rows: list[list[str]], name: str, kinds: str) -> str:
    """The rows of a table, their cells with the class of the column's format."""
    return "\n".join(
        "<tr>"
        + "".join(
            f'<{name} class="{kind}">{cell.strip()}</{name}>'
            for cell, kind in zip(row, kinds, strict=True)
        )
        + "</tr>"
        for row in rows
    )
