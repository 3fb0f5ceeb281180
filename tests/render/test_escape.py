"""Texts of strangers are shown, not obeyed."""

import pytest

from exactmargin.render.escape import escape, quoted, tame
from exactmargin.render.inline_math import inline_math


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", "plain text"),
        ("100% & #1_a", "100\\% \\& \\#1\\_a"),
        ("\\x{y}", "\\textbackslash{}x\\{y\\}"),
        ("a KKT point $w_2 = 0$ of", "a KKT point $w_2 = 0$ of"),
        ("costs $5", "costs \\$5"),
        ("$5 or $x_1$", "\\$5 or $x_1$"),
        ("$\\input{x}$", "\\$\\textbackslash{}input\\{x\\}\\$"),
        ("é ö ç", "\\'{e} \\\"{o} \\c{c}"),
        ("σ ≤ 1", "\\ensuremath{\\sigma} \\ensuremath{\\le} 1"),
        ("中", "[U+4E2D]"),
        ("a\n b", "a b"),
        ("", ""),
    ],
)
def test_escape(text: str, expected: str) -> None:
    assert escape(text) == expected


@pytest.mark.parametrize(
    "tex",
    ["x", "w_2=0", "\\tilde w_2", "\\frac{1}{2}", "\\frac12", "x'_1", "x^{a_b}", "\\sqrt 2", "σ_1"],
)
def test_formulas_that_are_kept(tex: str) -> None:
    assert inline_math(tex) is not None


@pytest.mark.parametrize(
    "tex",
    [
        "",
        " ",
        " x",
        "x ",
        "x^2^3",
        "x_1_2",
        "x'^2",
        "x^",
        "{",
        "}",
        "x}{y",
        "\\frac{1}",
        "\\input x",
        "\\def\\x{y}",
        "a&b",
        "50%",
        "#1",
        "\\",
        "x^{",
        "中",
        "\\left(",
        "\\text{\\alpha}",
        "\\text{a_2}",
        "\\text x",
        "\\text{a",
        "\\sqrt\\max",
        "x^\\ne",
        "x" * 400,
    ],
)
def test_formulas_that_are_not(tex: str) -> None:
    assert inline_math(tex) is None


def test_long_words_may_break() -> None:
    assert escape("a" * 100).count("\\allowbreak{}") > 10


def test_tame_keeps_latex() -> None:
    assert tame("$\\le$ § “x”") == "$\\le$ \\S{} \\textquotedblleft{}x\\textquotedblright{}"


@pytest.mark.parametrize("name", ['a" b', "a\u201d b", "a'' b", "a\u2019\u2019 b"])
def test_quoted_words_cannot_close_their_quotation_marks(name: str) -> None:
    assert quoted(name) == (
        "\\textquotedblleft{}\\textit{a\\textquoteright{} b}\\textquotedblright{}"
    )
