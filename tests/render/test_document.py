"""Every claim becomes a document that LaTeX sets without errors and without overfull lines."""

import re
from fractions import Fraction
from typing import Any

import pytest

from exactmargin.errors import InvalidInputError
from exactmargin.kernel import CLAIMS
from exactmargin.kernel.numbers import bernstein_sign, from_coefficients, sign
from exactmargin.render import latex_document, latex_fragment
from exactmargin.render.bernstein import bernstein
from exactmargin.render.claims import ABOUT_POLYNOMIALS, ABOUT_PROBLEMS
from exactmargin.render.pdf import typeset

NOTES: dict[str, Any] = {
    "number": "Theorem 3.2",
    "title": "gradient flow may end far from a local optimum",
    "place": "§3, proof in C.3",
    "coverage": "existential",
    "statement": "Let $\\Phi$ be a depth-$2$ ReLU network. There is a dataset such that …",
    "erratum": [
        {
            "place": "C.3, the display after “Assume w.l.o.g.”",
            "printed": "$\\langle w_1,x_1\\rangle>\\langle w_1,x_2\\rangle>0$",
            "counterexample": "$w_1=(1,0)$ has $\\langle w_1,x_2\\rangle=-1$",
            "corrected": "needs $w_1[2]>4\\,w_1[1]$",
        },
        {"place": "Theorem 2.1", "corrected": "the threshold is $\\ell(0)$"},
    ],
    "paper": {
        "title": "On Margin Maximization in Linear and ReLU Networks",
        "authors": ["Gal Vardi", "Ohad Shamir", "Nathan Srebro"],
        "year": 2022,
    },
}
HOSTILE = (
    "100% of a_b & #1 \\undefined{x} ~ ^ {",
    "σ ≤ 1/2, é, 中文, ½, \u0007, “q” $x^2 and $\\frac{1}{2}$ $ $",
    "$\\input{/etc/passwd}$ $x^2^3$ ${$ $$ \\end{document} " + "long" * 60,
)


def overfull(log: str) -> list[str]:
    """The lines of a log that say that something is wider than the page by more than 10 points."""
    found = re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt too (?:wide|high)\).*", log)
    return [width for width in found if float(width) > 10]


def assert_clean(log: str) -> None:
    assert overfull(log) == []
    assert not re.search(r"^! |undefined|multiply defined|Missing character", log, re.MULTILINE)


def test_the_table_of_claims_is_the_kernels() -> None:
    assert {*ABOUT_PROBLEMS, *ABOUT_POLYNOMIALS, "theorem"} == {*CLAIMS}


def test_the_samples_have_every_claim(all_samples: dict[str, Any]) -> None:
    assert {sample["claim"] for sample in all_samples.values()} == {*CLAIMS}


def test_every_claim_compiles(sample: Any, latexmk: str) -> None:
    _, log = typeset(latex_document(sample))
    assert_clean(log)


def test_a_fragment_goes_into_a_minimal_document(sample: Any, latexmk: str) -> None:
    head = "\\documentclass{article}\\usepackage{amsmath,amssymb,booktabs}\\begin{document}\n"
    _, log = typeset(head + latex_fragment(sample, NOTES) + "\\end{document}\n")
    assert_clean(log)


def test_output_is_deterministic(sample: Any) -> None:
    assert latex_document(sample, NOTES) == latex_document(sample, NOTES)
    assert latex_document(sample).isascii()


def test_notes_are_shown(all_samples: dict[str, Any], latexmk: str) -> None:
    tex = latex_document(all_samples["theorem"], NOTES)
    for text in ("Theorem 3.2", "Nathan Srebro", "Coverage: existential", "Counterexample:"):
        assert text in tex
    assert "\\S{}3" in tex
    assert_clean(typeset(tex)[1])


def test_sampled_is_never_called_proved(all_samples: dict[str, Any]) -> None:
    for name in ("theorem", "theorem-parts"):
        tex = latex_document(all_samples[name], {"coverage": "sampled"})
        assert "What is checked." in tex
        assert "not a proof of the theorem" in tex
        assert "proved" not in tex


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ({"coverage": "all"}, "notes: coverage: 'all' is not a kind of coverage"),
        ({"number": 3}, "notes: number: 3 is not a text"),
        ({"paper": "V"}, "notes: paper: 'V' is not a mapping"),
        ({"erratum": ["x"]}, "notes: erratum 1: 'x' is not a mapping"),
    ],
)
def test_wrong_notes(all_samples: dict[str, Any], notes: Any, message: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{re.escape(message)}"):
        latex_document(all_samples["kkt"], notes)


def test_hostile_names_compile(hostile_theorem: Any, latexmk: str) -> None:
    certificate = hostile_theorem(*HOSTILE)
    notes = {"number": HOSTILE[0], "title": HOSTILE[1], "place": HOSTILE[2]}
    assert_clean(typeset(latex_document(certificate, notes))[1])


def section(tex: str, start: str, end: str) -> str:
    return tex.split(start)[1].split(end)[0]


def test_a_forged_theorem_proves_what_its_step_proves(all_samples: dict[str, Any]) -> None:
    """Its author calls 1 = 1 a theorem of the paper; the document does not."""
    tex = latex_document(all_samples["theorem-forged"])
    proved = section(tex, "What is proved.", "The kernel checks the steps")
    name = "\\textquotedblleft{}\\textit{Global: every KKT point is a global optimum}"
    assert proved.count("Global") == 1
    assert f"$1 = 1$ (Step~1; the author's name for it: {name}" in proved
    plain = tex.replace("\\allowbreak", "").replace("{}", "")
    assert "A theorem, named vardi2022/theorem-3.1 by its author" in plain
    assert tex.count("Global") == tex.count(name)
    assert "is for the reader to judge" in tex


def test_names_of_parts_are_the_authors(hostile_theorem: Any) -> None:
    tex = latex_document(hostile_theorem("Global A", "Global B", "Global C"))
    for words in ("Global A", "Global B", "Global C", "layer Global A"):
        assert tex.count(words) == tex.count("\\textit{" + words) + (
            tex.count("\\textit{layer " + words)
        )
    assert "$(1 + \\varepsilon)^{2} = 1 + 2\\varepsilon + \\varepsilon^{2}$" in tex


def test_a_single_claim_is_no_theorem_to_judge(all_samples: dict[str, Any]) -> None:
    assert "for the reader to judge" not in latex_document(all_samples["identity"])


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "not-kkt-kinks",
            [
                "1$ & $\\rho_{2}=0$ & $(2, \\tfrac{1}{2}, 0, 0, \\tfrac{1}{2}, 0)^\\top$ & $0$",
                "2$ & $\\rho_{2}=0$ & $(-2, \\tfrac{1}{2}, 0, 0, \\tfrac{1}{2}, 0)^\\top$ & $0$",
            ],
        ),
        (
            "not-kkt-tree",
            [
                "$z_{1} \\ge 0,\\ z_{2} \\ge 0$ & $(0, 1, 0, 0, 1)^\\top$ & $0$",
                "$z_{1} \\le 0,\\ z_{2} \\le 0$ & $(0, 1, 0, 0, 1)^\\top$ & $0$",
                "Example~1, $z_{1} \\ge 0,\\ z_{2} \\le 0$: $\\nabla z_{1} - \\nabla z_{2} = "
                "(1, 0, 0, 0, 0)^\\top - (1, 0, 0, 0, 0)^\\top = 0$",
            ],
        ),
        (
            "not-kkt-deep",
            [
                "$z^{(1)}_{2} \\ge 0,\\ z^{(2)}_{2} \\ge 0,\\ z^{(2)}_{3} \\ge 0$ & "
                "$(1, \\tfrac{1}{4}, 1, 0, 0, 1, 0, 0)^\\top$ & $-3$",
                "$2z^{(2)}_{2} = 2\\sigma(z^{(1)}_{2})$",
                "$\\frac{1}{3}z^{(2)}_{3} = \\frac{1}{3}\\sigma(z^{(1)}_{2})$",
            ],
        ),
    ],
)
def test_every_cell_has_its_gradient(all_samples: dict[str, Any], name: str, rows: Any) -> None:
    tex = latex_document(all_samples[name]).replace("\\allowbreak ", " ").replace("  ", " ")
    tex = tex.replace("\\allowbreak\\", "\\")
    for row in rows:
        assert row in tex


def test_bernstein_coefficients(all_samples: dict[str, Any]) -> None:
    tex = latex_document(all_samples["not-local-minimum"]).replace("\\allowbreak", "")
    assert "\n$\\text{norm}$ & $0,\\ 0,\\ \\tfrac{1}{3},\\ 1,\\ \\tfrac{15}{16}$ " in tex
    wide = latex_document(all_samples["not-local-minimum-wide"])
    assert "$3\\text{ in all, the smallest }" in wide


@pytest.mark.parametrize("coefficients", [[1, -3, 3, -1], [0, 0, 2], [5], [1, -5, 7, 0, 1]])
def test_bernstein_coefficients_have_the_kernels_sign(coefficients: list[int]) -> None:
    p = from_coefficients([Fraction(c) for c in coefficients])
    for ends in ((Fraction(0), Fraction(1, 3)), (Fraction(1, 3), Fraction(2))):
        found = bernstein(p, *ends)
        signs = {sign(c) for c in found}
        assert bernstein_sign(p, *ends) == (None if {-1, 1} <= signs else max(signs, key=abs))
        for value, end in zip((found[0], found[-1]), ends, strict=True):
            assert not sign(p.at({1: end}) - value)


def test_assumptions_are_in_words(all_samples: dict[str, Any]) -> None:
    tex = latex_document(all_samples["gradient-flow-limit"])
    assert "converges in direction to a KKT point" in tex.split("Assumed from the literature")[1]
    assert "Assumed" not in latex_document(all_samples["kkt"])


def test_the_numbers_of_theorem_3_2(all_samples: dict[str, Any]) -> None:
    tex = latex_document(all_samples["theorem"]).replace("\\allowbreak", "")
    for formula in (
        "\\Phi(\\theta;x) = \\sum_{k=1}^{2} v_k\\,\\sigma(w_k^\\top x)",
        "w_{1} = 4\\,(1, \\tfrac{1}{4})^\\top + 4\\,(-1, \\tfrac{1}{4})^\\top = (0, 2)^\\top",
        "\\|\\theta(t)\\|^2-\\|\\theta\\|^2 = -2t^{2} + \\frac{17}{16}t^{4} < 0",
        "y_{1}\\Phi(\\theta;x_{1})-y_{2}\\Phi(\\theta;x_{2}) = 2a v \\ge 0",
        "a KKT point with $\\tilde w_2 = 0$",
    ):
        assert formula in tex
