"""One altered number in a proof of L section 4, and the kernel refuses it for that very reason."""

from typing import Any

import pytest

from tests.theorems.altering import Altered, Parts, check_altered, outcome
from tests.theorems.test_laurent2018_section_4 import CONCLUSIONS, RESULTS

CRITICAL = r"A critical point of $\mathcal{E}_\gamma$"
LOCAL = r"A local minimum"
NOT_LOCAL = r"No local minimum of $\mathcal{E}_\gamma$"
GLOBAL = r"A global minimum of $\mathcal{E}_\gamma$"
CLASSES = "Each class is separable from the rest"

ALTERED = [
    # Figure 5
    Altered("figure_5", 0, CLASSES, ("separators", 0, "bias"), "1", "wrong-side"),
    Altered("figure_5", 1, "No local", ("numerators", 1), ["0", "-1"], "not-smaller-along"),
    Altered("figure_5", 1, "No local", ("breakpoints",), ["1"], "term-changes-sign"),
    Altered("figure_5", 1, "A smaller", ("better", 6), "-6", "loss-not-smaller"),
    Altered("figure_5", 3, "A Clarke", ("cells", 0, "weight"), "25/73", "weights-sum"),
    Altered("figure_5", 3, r"$\mathcal{L}=", ("right",), "1", "not-identical"),
    Altered("figure_5", 3, LOCAL, ("multipliers", 0, "value"), "1/2", "loss-not-constant"),
    Altered(
        "figure_5", 5, LOCAL, ("multipliers", 0, "value"), "u2_1", "varying-multiplier-outside"
    ),
    Altered("figure_5", 6, r"$0\notin", ("separator", 0), "2", "cell-bound"),
    # Equation 15
    Altered("equation_15", 0, "$y=2Y-1$", ("right",), "1+(2*Y-1)*(p+c)", "not-identical"),
    # Theorem 7: the printed gradient, without the 2
    Altered("theorem_7", 0, "Erratum", ("right",), "1+t+t^2", "not-identical"),
    Altered("theorem_7", 2, r"$\phi_1$: Layer 1: $\langle u", ("right",), "0", "not-identical"),
    Altered("theorem_7", 6, "(ii) $R=2$", ("left",), "2*g*(w-2*(w))", "not-identical"),
    Altered("theorem_7", 10, CRITICAL, ("replicates", 0, "cells", 0, "path"), [], "path-on-a-term"),
    # Corollary 3
    Altered("corollary_3", 0, CLASSES, ("separators", 0, "weights"), ["1"], "wrong-side"),
    Altered("corollary_3", 1, r"$\|v_{1}\|^2>0$", ("expression",), "(0)^2", "not-positive"),
    Altered("corollary_3", 5, "No global", ("better", 9), "9", "loss-not-smaller"),
    Altered("corollary_3", 10, "Class 2 is not", ("weights", 0), "1/5", "hulls-apart"),
    Altered("corollary_3", 12, "Erratum", ("right",), "3", "not-identical"),
    Altered("corollary_3", 12, "$v_r=0$, $-1", ("right",), "0", "not-identical"),
    Altered("corollary_3", 12, r"$s=\kappa e$", ("right",), "g*k^2*n*e^2", "not-identical"),
    Altered("corollary_3", 13, NOT_LOCAL, ("numerators", 4), ["0", "1"], "not-smaller-along"),
    # Corollary 4
    Altered(
        "corollary_4", 0, LOCAL, ("replicates", 1, "tree", "multipliers", 1), "0", "hinge-bound"
    ),
    Altered("corollary_4", 0, "Class 2, example 2: neuron 1", ("expression",), "0", "not-positive"),
    Altered("corollary_4", 4, "No critical", ("evidence", "separator", 2), "-3/2", "cell-bound"),
    Altered(
        "corollary_4", 10, "Class 2, example 1: unsolved", ("expression",), "0", "not-positive"
    ),
    # Lemmas
    Altered("lemma_108", 0, "$R=2$, $n=1$", ("right",), "(w1x1+w2x1)^2", "not-identical"),
    Altered("lemma_108", 1, "Cauchy-Schwarz in dimension 2", ("right",), "0", "not-identical"),
    Altered("lemma_109", 0, "$R=2$, $n=1$", ("right",), "1", "not-identical"),
    Altered("lemma_109", 6, "No local", ("numerators", 0), ["0", "2"], "not-smaller-along"),
    # Corollary 100
    Altered("corollary_100", 0, GLOBAL, ("replicates", 0, "multipliers", 0), "1/2", "hinge-bound"),
    Altered(
        "corollary_100", 2, CRITICAL, ("replicates", 0, "cells", 0, "weight"), "1/3", "weights-sum"
    ),
    Altered("corollary_100", 5, "No critical", ("evidence", "separator", 0), "0", "cell-bound"),
    # Corollary 101
    Altered("corollary_101", 0, "$R=2$, $n=1$, one", ("right",), "0", "not-identical"),
    Altered("corollary_101", 2, "Erratum: $E(w,c)", ("right",), "1+w", "not-identical"),
    Altered("corollary_101", 3, r"$\bar{v}_{1}=0$", ("right",), "1", "not-identical"),
    Altered("corollary_101", 3, LOCAL, ("replicates", 0, "multipliers", 0), "1/2", "hinge-bound"),
    Altered("corollary_101", 9, NOT_LOCAL, ("numerators", 0), ["0", "1"], "not-smaller-along"),
    Altered("corollary_101", 16, "It is not", ("better", 0), "9", "loss-not-smaller"),
]


@pytest.mark.parametrize(
    "altered", ALTERED, ids=[f"{a.module}-{a.code}-{n}" for n, a in enumerate(ALTERED)]
)
def test_an_altered_number_is_rejected(altered: Altered) -> None:
    check_altered("laurent2018", altered)


@pytest.mark.parametrize(
    ("module", "part", "place", "value", "code"),
    [
        # a point of class 1 moved: the others are held no more
        ("figure_5", 3, ("data", "inputs", 4, 1), "13", "combination-not-zero"),
        # one output weight on the square doubled
        ("figure_5", 5, ("parameters", "weights", 1, 0), "2", "combination-not-zero"),
        # a replicate moved
        ("theorem_7", 10, ("parameters", 1, "weights", 0, 0), "2", "replicates-differ"),
        ("corollary_100", 0, ("parameters", 1, "weights", 0, 0), "2", "replicates-differ"),
        # a bias of the hidden layer moved: the unsolved examples are active
        ("corollary_4", 0, ("parameters", 1, "biases", 0, 0), "2", "replicates-differ"),
        # an output weight too small to solve class 1
        ("corollary_3", 1, ("parameters", 0, "weights", 1, 0), "1/4", "combination-not-zero"),
        ("corollary_101", 3, ("data", "inputs", 0, 0), "1/2", "hinge-linear-stationarity"),
    ],
)
def test_an_altered_instance_is_rejected(
    module: str, part: int, place: tuple[Any, ...], value: str, code: str
) -> None:
    def change(parts: Parts) -> None:
        holder = parts[part]["problem"]
        for key in place[:-1]:
            holder = holder[key]
        assert holder[place[-1]] != value
        holder[place[-1]] = value

    found = outcome("laurent2018", module, change)
    assert (found.status, found.code) == ("rejected", code), found.line()


def test_every_module_is_altered() -> None:
    assert {altered.module for altered in ALTERED} == {RESULTS[id].module for id in CONCLUSIONS}
