"""Every document becomes one HTML page that shows what the LaTeX shows and obeys no stranger."""

import builtins
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from exactmargin.errors import InvalidInputError
from exactmargin.kernel import check
from exactmargin.render import html_page, latex_document, latex_ledger, mathml
from exactmargin.render.html import _STYLE
from exactmargin.render.inline_math import _LETTERS, _PLAIN, _WITH_ONE, _WITH_TWO, inline_math
from exactmargin.render.pdf import typeset
from tests.kernel.certificates import SAMPLES as KERNEL_SAMPLES
from tests.render.conftest import theorem_of_parts
from tests.render.test_document import HOSTILE, NOTES, assert_clean
from tests.render.test_ledger import CELLS
from tests.render.test_ledger import NOTES as LEDGER_NOTES

XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
OURS = re.compile(
    "html|head|meta|title|style|body|div|h[123]|p|ul|li|strong|em|code|br|wbr|table|thead|tbody|"
    "tr|th|td|span|blockquote|a|nav"
)
INJECTIONS = (
    "<script>alert(1)</script>",
    "</math></p><img src=x onerror=alert(1)>",
    "a & b &lt; &#60; \"q\" 'r' --> ]]>",
    "$x<y$ $\\text{</math><script>}$ \\begin{document} \\$",
)
_FORMULA = re.compile(
    r"(?<!\\)\$(?:[^$\\]|\\.)*\$|\\\[|\\ensuremath|\\begin\{(?:gather|align|equation)\*\}",
    re.DOTALL,
)


def read(tex: str) -> ElementTree.Element:
    """The page, after the checks that hold for each."""
    page = html_page(tex)
    assert page.startswith("<!DOCTYPE html>\n")
    root = ElementTree.fromstring(page)
    assert root.get("lang") == "en"
    assert "".join(root.find(f".//{XHTML}title").itertext())
    for part in root.iter():
        space, _, name = part.tag.rpartition("}")
        assert f"{space}}}" == MATHML or OURS.fullmatch(name)
        links = {key for key in part.attrib if key in ("src", "href", "style") or key[:2] == "on"}
        assert not links or (links == {"href"} and part.get("href")[0] == "#")
    return root


def text(root: ElementTree.Element) -> str:
    return "".join(root.find(f"{XHTML}body").itertext())


def formulas(root: ElementTree.Element) -> int:
    """Formulas; the pieces of a long one are one."""
    broken = [part for part in root.iter(f"{XHTML}span") if part.get("class") == "long"]
    pieces = sum(len(part.findall(f"{MATHML}math")) for part in broken)
    return len(list(root.iter(f"{MATHML}math"))) - pieces + len(broken)


def assert_same(tex: str) -> None:
    """The page has the formulas and headings of the LaTeX, and nothing of its commands."""
    root = read(tex)
    body = tex.partition("\\begin{document}")[2]
    assert formulas(root) == len(_FORMULA.findall(body))
    heads = [part for name in ("h2", "h3") for part in root.iter(XHTML + name)]
    assert len(heads) == len(re.findall(r"\\(?:sub)?section\*?\{", body))
    assert len(list(root.iter(f"{XHTML}table"))) == body.count("\\begin{tabular}")
    assert len(list(root.iter(f"{XHTML}li"))) == len(re.findall(r"\\item(?!\[)", body))
    rows = body.count("\\tabularnewline")
    assert len(list(root.iter(f"{XHTML}tr"))) == rows
    assert not set("\\$") & set(text(root))


def test_every_claim(sample: Any) -> None:
    assert_same(latex_document(sample))


@pytest.mark.parametrize("name", KERNEL_SAMPLES)
def test_every_sample_of_the_kernel(name: str) -> None:
    assert_same(latex_document(KERNEL_SAMPLES[name]))


def test_headings_and_notes(all_samples: dict[str, Any]) -> None:
    root = read(latex_document(all_samples["theorem"], NOTES))
    assert "".join(root.find(f".//{XHTML}title").itertext()) == (
        "Theorem 3.2: gradient flow may end far from a local optimum"
    )
    heads = ["".join(part.itertext()) for part in root.iter(f"{XHTML}h2")]
    assert heads == ["The instance", "Proof", "Assumed from the literature", "Errata", "The check"]
    shown = text(root)
    for words in ("§3, proof in C.3", "Gal Vardi", "such that …", "Printed:", "“Assume w.l.o.g.”"):
        assert words in shown
    statement = next(p for p in root.iter(f"{XHTML}div") if p.get("class") == "trivlist")
    words = " ".join("".join(statement.itertext()).split())
    assert words.startswith("Theorem 3.2. Let Φ be a depth-2 ReLU network.")


def test_the_pages_are_self_contained(all_samples: dict[str, Any]) -> None:
    page = html_page(latex_document(all_samples["theorem"], NOTES))
    namespaces = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"}
    assert set(re.findall(r"https?://[^\"' ]+", page)) == namespaces
    assert "url(" not in _STYLE
    assert "@import" not in _STYLE
    assert "@media print" in _STYLE


def test_a_ledger_has_its_contents(all_samples: dict[str, Any]) -> None:
    theorem = all_samples["theorem"]
    part = theorem["evidence"]["parts"][0]
    evidence = theorem["evidence"] | {"parts": [part | {"name": name} for name in CELLS]}
    notes = LEDGER_NOTES | {"id": theorem["evidence"]["theorem"], "kind": "table"}
    notes |= {"rests_on": [notes["id"]]}
    root = read(latex_ledger([[(notes, theorem | {"evidence": evidence})]]))
    places = {part.get("id") for part in root.iter()} - {None}
    links = [part.get("href").removeprefix("#") for part in root.iter(f"{XHTML}a")]
    assert set(links) == places == {"section:1", "result:1", "section:3"}
    contents = ["".join(part.itertext()) for part in root.find(f".//{XHTML}nav/*")]
    assert contents == ["A paper", "Theorem 3.2: Not local", "Assumed from the literature"]


# ---------------------------------------------------------------- texts of strangers


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, old, new) for inner in value]
    return new if value == old else value


@pytest.mark.parametrize("injection", INJECTIONS)
def test_injections_are_shown(injection: str) -> None:
    """In every text of a certificate that the kernel leaves free: all are tried."""
    certificate = theorem_of_parts("first", "second", "third")
    free = set()
    for old in {s for s in _strings(certificate) if len(s) < 60}:
        changed = _replaced(certificate, old, injection)
        if check(json.dumps(changed).encode()).accepted:
            free.add(old)
            tex = latex_document(changed, {"title": injection, "place": injection})
            shown = " ".join(text(read(tex)).split())
            literal = injection if "$" not in injection else "<script>"
            assert " ".join(literal.replace('"', "\u201d").replace("'", "\u2019").split()) in (
                shown.replace('"', "\u201d").replace("'", "\u2019")
            )
    assert free == {"first", "layer first", "second", "third"}


def test_injections_in_the_notes(all_samples: dict[str, Any]) -> None:
    for injection in INJECTIONS[:3]:
        paper = {"title": injection, "authors": [injection], "year": injection}
        words = {"number": injection, "title": injection, "place": injection, "paper": paper}
        notes = LEDGER_NOTES | words
        read(latex_document(all_samples["theorem"], words))
        read(latex_ledger([[(notes | {"reason": injection, "rests_on": [injection]}, None)]]))


def test_hostile_names(hostile_theorem: Any) -> None:
    notes = {"number": HOSTILE[0], "title": HOSTILE[1], "place": HOSTILE[2]}
    shown = text(read(latex_document(hostile_theorem(*HOSTILE), notes)))
    assert "100% of a_b & #1 \\undefined{x} ~ ^ {" in shown
    assert "σ ≤ 1/2, é, [U+4E2D]" in shown


# ---------------------------------------------------------------- formulas


def allowed() -> list[str]:
    """A formula for each command that a name may hold, in each place where it may stand."""
    found = [f"x{c} y" for c in _PLAIN]
    found += [f"\\sqrt{c}+x^{c}_{c}" for c in _LETTERS]
    found += [f"{c}{{a_2+b}}+{c} R+{c}\\theta" for c in _WITH_ONE]
    found += [f"{c}{{a_2}}{{b}}+{c}12" for c in _WITH_TWO]
    return sorted([*found, "\\text{a (b), 12}", "x''_1"])


@pytest.mark.parametrize("tex", allowed())
def test_formulas_of_names(tex: str) -> None:
    formula = inline_math(tex)
    assert formula is not None
    assert ElementTree.fromstring(mathml.inline(formula)).tag == f"{MATHML}math"


def test_formulas_of_names_compile(latexmk: str) -> None:
    head = "\\documentclass{article}\\usepackage{amsmath,amssymb}\\begin{document}\n"
    body = "\n\n".join(f"${tex}$" for tex in allowed())
    assert_clean(typeset(f"{head}{body}\n\\end{{document}}\n")[1])


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        ("\\mathbb R", "\u211d"),
        ("\\mathcal L", "\u2112"),
        ("\\boldsymbol{x}", "\U0001d499"),
        ("\\langle a\\rangle", "⟨a⟩"),
        ("a<b", "a<b"),
        ("\\tfrac{1}{2}\\allowbreak x", "12x"),
    ],
)
def test_letters_of_formulas(tex: str, shown: str) -> None:
    assert "".join(ElementTree.fromstring(mathml.inline(tex)).itertext()) == shown


def test_signs_that_are_prefixes() -> None:
    root = ElementTree.fromstring(mathml.inline("-a=(-b-c)"))
    signs = [part.get("form") for part in root.iter(f"{MATHML}mo") if part.text == "\u2212"]
    assert signs == ["prefix", "prefix", None]


def test_long_formulas_may_break() -> None:
    tex = "(" + ",\\allowbreak ".join(["\\frac{1}{2}"] * 40) + ")^\\top = a + " + "x" * 30
    root = ElementTree.fromstring(mathml.inline(tex))
    assert root.get("class") == "long"
    assert [part.tag for part in root][::2] == [f"{MATHML}math"] * 42
    assert [part.tag for part in root][1::2] == ["wbr"] * 41
    assert len(list(root.iter(f"{MATHML}mfrac"))) == 40


def test_lines_of_a_display() -> None:
    tex = "a & = \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix} \\\\\n & \\quad - {b \\\\ c}"
    rows = ElementTree.fromstring(mathml.aligned(tex)).findall(f"{MATHML}mtable/{MATHML}mtr")
    assert [[cell.get("class") for cell in row] for row in rows] == [["right", "left"]] * 2
    assert "".join(rows[0].itertext()) == "a=(1234)"


# ---------------------------------------------------------------- errors

WITHOUT = "has no HTML here; write the statement or the erratum without it"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("\\unknown x", f"html: '\\\\unknown' before 'x\\n' {WITHOUT}"),
        ("\\begin{verse}x", f"html: '\\\\begin{{verse}}' before 'x\\n' {WITHOUT}"),
        ("100% x", f"html: '%' before ' x\\n' {WITHOUT}"),
        ("$\\unknown x$", "the formula '\\\\unknown x' holds \\unknown, which has no MathML here"),
        ("$x^2^3$", "latex2mathml cannot read the formula 'x^2^3' (DoubleSuperscriptsError)"),
        ("$x", "html: 'x\\n' is not ended by $"),
        ("\\textbf x", "html: 'x' is no group in braces"),
        ("\\textbf{x", f"html: '' before '' {WITHOUT}"),
        ("\\ensuremath{x", "html: '{x\\n' is no whole group"),
        ("\\begin{itemize}\\item x", f"html: '' before '' {WITHOUT}"),
    ],
)
def test_what_has_no_html(body: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{re.escape(message)}$"):
        html_page(f"\\begin{{document}}\n{body}\n\\end{{document}}")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("latex2mathml"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(InvalidInputError, match=r"^HTML needs the extra 'html'; install it with"):
        mathml.inline("x")
