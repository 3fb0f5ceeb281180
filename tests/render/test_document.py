"""Every claim becomes a document that LaTeX sets without errors and without overfull lines."""

import re
from typing import Any

import pytest

from exactmargin.errors import InvalidInputError
from exactmargin.kernel import CLAIMS
from exactmargin.render import latex_document, latex_fragment
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
