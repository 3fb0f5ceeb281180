"""One altered number in a construction of section 3: the kernel refuses it for that very reason."""

import pytest

from tests.theorems.altering import Altered, Parts, check_altered, outcome
from tests.theorems.test_laurent2018_section_3 import CONCLUSIONS, RESULTS

NOT_LOCAL = "Not a local minimum"

ALTERED = [
    # Equation (8)
    Altered("equation_8", 0, "A critical", ("cells", 0, "weight"), "1/4", "weights-sum"),
    Altered("equation_8", 0, "A local", ("multipliers", 0), "3/4", "hinge-linear-stationarity"),
    Altered("equation_8", 0, "A local", ("multipliers", 0), "0", "hinge-bound"),
    Altered(
        "equation_8",
        4,
        "A local",
        ("tree", "positive", "multipliers"),
        ["0", "2/3", "1"],
        "hinge-stationarity",
    ),
    # Figure 3
    Altered("figure_3", 0, "$f_1(1,1)+", ("right",), "2/3", "not-identical"),
    Altered(
        "figure_3",
        0,
        "The corner is critical",
        ("cells", 1, "path"),
        [["-1", "1"]],
        "combination-not-zero",
    ),
    Altered("figure_3", 0, "The corner is a global", ("multipliers", 1), "1/2", "hinge-bound"),
    Altered(
        "figure_3", 0, "The minimum is sharp", ("tree", "plus", "test"), ["0", "0"], "cell-bound"
    ),
    Altered("figure_3", 0, r"$w^{(1)}$ is in cell 3", ("expression",), "1-13/12", "not-positive"),
    # Theorem 4
    Altered("theorem_4", 0, "Erratum", ("expression",), "1/2*1*0*1+1/2*1*0*1", "not-positive"),
    Altered(
        "theorem_4", 0, "$N=2$: this is positive", ("expression",), "rho1*(s1-m)", "not-positive"
    ),
    Altered("theorem_4", 1, "Not critical", ("separator", 0), "1", "cell-bound"),
    Altered("theorem_4", 2, "The data are", ("separators", 0, "weights", 0), "1", "wrong-side"),
    Altered("theorem_4", 3, "$\\hat{y}_2", ("value",), "1", "other-value"),
    Altered("theorem_4", 4, "Not critical", ("separator", 3), "-5", "cell-bound"),
    Altered("theorem_4", 5, "Critical", ("cells", 0, "path", 0, 2), "-1", "combination-not-zero"),
    Altered("theorem_4", 6, "Not a global", ("better", 0), "0", "loss-not-smaller"),
    Altered("theorem_4", 8, "The data are not", ("weights", 1), "1", "hulls-apart"),
    # Theorem 5
    Altered("theorem_5", 0, r"With $P=M", ("right",), "2", "not-identical"),
    Altered("theorem_5", 1, NOT_LOCAL, ("numerators", 0), ["0", "-1"], "not-smaller-along"),
    Altered("theorem_5", 3, NOT_LOCAL, ("numerators", 0), [], "not-smaller-along"),
    Altered("theorem_5", 5, NOT_LOCAL, ("numerators", 2), ["0", "-1"], "not-smaller-along"),
    Altered("theorem_5", 8, NOT_LOCAL, ("numerators", 4), ["1", "-1"], "not-smaller-along"),
    Altered("theorem_5", 8, "The classes", ("left",), "1/4+1/3", "not-identical"),
    Altered(
        "theorem_5", 11, "A local", ("tree", "positive", "multipliers", 2), "1/2", "hinge-bound"
    ),
    Altered("theorem_5", 12, "Not a global", ("better", 3), "-1", "loss-not-smaller"),
    # Figure 4
    Altered("figure_4", 0, "A global", ("by",), "constant", "constant-is-local"),
    Altered("figure_4", 1, "Point 2 is on the blind", ("value",), "1", "other-value"),
    Altered("figure_4", 1, "A local", ("tree", "multipliers", 1), "0", "hinge-bound"),
    Altered(
        "figure_4", 1, r"$\hat{y}_2=0$ near", ("terms", 0, "expression"), "u1_1*u2_1", "other-form"
    ),
    Altered("figure_4", 2, "Not a global", ("better", 4), "-2", "loss-not-smaller"),
    # Theorem 6
    Altered("theorem_6", 1, "Critical", ("cells", 0, "path", 0, 0), "1", "combination-not-zero"),
    Altered("theorem_6", 2, "Critical", ("cells", 0, "weight"), "1/4", "weights-sum"),
    Altered("theorem_6", 2, "Example 2 is on the blind", ("parameters", 2), "2", "other-value"),
    Altered("theorem_6", 5, "Not critical", ("separator", 0), "1", "cell-bound"),
    Altered("theorem_6", 11, "The data are not", ("weights", 1), "2", "hulls-apart"),
    Altered(
        "theorem_6",
        12,
        "Erratum",
        ("tree", "negative", "multipliers"),
        ["2/3", "0", "1", "0"],
        "hinge-stationarity",
    ),
    Altered("theorem_6", 12, "Neuron 1 is on at example 4", ("value",), "0", "other-value"),
    Altered("theorem_6", 12, "It is not global", ("better", 1), "-2", "loss-not-smaller"),
    # Theorem 100
    Altered("theorem_100", 0, r"$E(0,c)=", ("right",), "c", "not-identical"),
    Altered("theorem_100", 2, "Critical", ("cells", 0, "path", 0, 2), "1", "combination-not-zero"),
    Altered("theorem_100", 2, "A global", ("multipliers", 0), "1", "hinge-linear-stationarity"),
    Altered("theorem_100", 10, NOT_LOCAL, ("numerators", 0), ["0", "-1"], "not-smaller-along"),
    Altered("theorem_100", 13, NOT_LOCAL, ("numerators", 3), ["1", "0", "1"], "not-smaller-along"),
    Altered("theorem_100", 7, "Not critical", ("separator", 0), "1", "cell-bound"),
    Altered("theorem_100", 17, "A global", ("multipliers", 2), "1/2", "hinge-bound"),
    Altered(
        "theorem_100", 18, "A local", ("tree", "positive", "multipliers", 2), "0", "hinge-bound"
    ),
    # Lemmas
    Altered("lemma_102", 0, "$N=1$, $d=1$, $K=1$: $\\mathcal", ("right",), "0", "not-identical"),
    Altered("lemma_102", 0, "Erratum", ("right",), "0", "not-identical"),
    Altered("lemma_102", 1, r"$\mathcal", ("terms", 3, "expression"), "1", "other-form"),
    Altered("lemma_102", 7, r"Erratum: $\phi_2", ("terms", 2, "expression"), "b2_1", "other-form"),
    Altered("lemma_102", 1, r"$\varepsilon_2=1$", ("expression",), "1-(-1)*(-1)", "not-positive"),
    Altered("lemma_103", 0, "$N=1$, $d=1$, $K=1$, $c$", ("right",), "0", "not-identical"),
    Altered("lemma_103", 1, r"$\partial_0", ("separator",), ["-1", "0"], "cell-bound"),
    Altered("lemma_103", 3, "Both gradients", ("separator",), ["1", "0"], "cell-bound"),
    Altered(
        "lemma_103", 5, "No gradient", ("cells", 0, "path", 1, 1), "-1", "combination-not-zero"
    ),
    Altered("lemma_104", 0, "Degree 1", ("expression",), "p*(p+r1)+(z1-r1)*p-s", "not-positive"),
    Altered("lemma_105", 0, "(122)", ("right",), "0", "not-identical"),
    Altered("lemma_105", 2, r"$\mathcal", ("numerators", 0), ["1", "1"], "not-smaller-along"),
    Altered(
        "lemma_106",
        1,
        "Erratum: the loss falls",
        ("numerators", 2),
        ["0", "-1"],
        "not-smaller-along",
    ),
    Altered(
        "lemma_106", 1, "Erratum: the printed", ("expression",), "-1/2*(1*0+1*1)", "not-positive"
    ),
    Altered("lemma_107", 1, r"$\mathcal", ("numerators", 2), ["0", "-1"], "not-smaller-along"),
    Altered("lemma_107", 4, r"$\mathcal", ("numerators", 0), ["0", "-1"], "not-smaller-along"),
]


@pytest.mark.parametrize(
    "altered", ALTERED, ids=[f"{a.module}-{a.code}-{n}" for n, a in enumerate(ALTERED)]
)
def test_an_altered_number_is_rejected(altered: Altered) -> None:
    check_altered("laurent2018", altered)


@pytest.mark.parametrize(
    ("module", "part", "i", "value", "code"),
    [
        ("theorem_4", 1, 1, ["2"], "wrong-side"),  # x = (1, 2): both on one side
        ("theorem_5", 8, 2, ["2", "-1"], "wrong-side"),  # class -1 on the other side of the plane
        ("figure_4", 1, 1, ["2"], "other-value"),  # the unsolved point becomes seen
        (
            "theorem_6",
            1,
            0,
            ["2"],
            "combination-not-zero",
        ),  # off the hyperplane, on the active side
        ("theorem_100", 3, 0, ["2"], "combination-not-zero"),
    ],
)
def test_an_altered_datum_is_rejected(
    module: str, part: int, i: int, value: list[str], code: str
) -> None:
    def change(parts: Parts) -> None:
        assert parts[part]["problem"]["data"]["inputs"][i] != value
        parts[part]["problem"]["data"]["inputs"][i] = value

    found = outcome("laurent2018", module, change)
    assert (found.status, found.code) == ("rejected", code), found.line()


def test_every_module_is_altered() -> None:
    assert {altered.module for altered in ALTERED} == {RESULTS[id].module for id in CONCLUSIONS}
