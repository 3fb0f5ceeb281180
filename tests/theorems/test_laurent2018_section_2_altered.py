"""One altered number in a construction of section 2: the kernel refuses for that very reason."""

import copy
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from exactmargin.decisions import Certificate
from exactmargin.kernel import Outcome


class Altered(NamedTuple):
    """A module, the beginnings of a part's and of a step's name; the number's place, the code."""

    module: str
    part: str
    step: str
    place: tuple[Any, ...]
    value: Any
    code: str


ALTERED = [
    # Figures 1 and 2
    Altered(
        "figure_1", "The partition", "There are four", ("count",), "5", "other-number-of-cells"
    ),
    Altered("figure_1", "The cell", "The loss is", ("better", 1), "-1", "loss-not-smaller"),
    Altered("figure_1", "The boundary", "$vw=1$", ("tree", "plus", "test", 0), "3", "cell-bound"),
    Altered(
        "figure_1",
        "The boundary",
        "$vw=1$",
        ("minimum", "tree", "multipliers", 0),
        "1",
        "hinge-stationarity",
    ),
    Altered("figure_2", "leaky", "It is not", ("better", 6), "2", "loss-not-smaller"),
    Altered(
        "figure_2",
        "leaky, a point between two others, loss 0",
        "A flat",
        ("path", 0, 4),
        "-4",
        "cell-not-flat",
    ),
    # Equations (3), (5), (7)
    Altered(
        "equation_3",
        "Symbolic: 3",
        "(2) and (3), target 2 of 3, entry 2",
        ("right",),
        "0",
        "not-identical",
    ),
    Altered(
        "equation_5",
        "Symbolic: 2",
        r"$\sum_i\mu",
        ("left",),
        "s0x1+s0x2+s1x0+s1x2",
        "not-identical",
    ),
    Altered(
        "equation_5",
        "Symbolic: 1",
        "for any weights",
        ("right",),
        "-1+m0*(1+s0x1)",
        "not-identical",
    ),
    Altered("equation_7", "Symbolic: 2", "Class 1", ("right",), "l0*m0*e0x1*z0", "not-identical"),
    # Lemma 1
    Altered(
        "lemma_1", "Symbolic: widths 1-1-2", r"(100), the loss", ("right",), "t+1", "not-identical"
    ),
    Altered("lemma_1", "Erratum", "Corrected", ("left",), "1+e+(-(1+e))-c", "not-identical"),
    Altered("lemma_1", "Erratum", "Refuted", ("expression",), "-(1)", "not-positive"),
    Altered("lemma_1", "Without", "Near", ("terms", 0, "expression"), "u1_1*u2_1", "other-form"),
    Altered(
        "lemma_1", "Instance: two inputs", "The complete", ("tree", 0, "unit"), 2, "out-of-range"
    ),
    Altered(
        "lemma_1", "Instance: two inputs", "The complete", ("count",), "16", "other-number-of-cells"
    ),
    # Theorem 1
    Altered(
        "theorem_1",
        "Symbolic: widths 1-1-2,",
        "On the cell",
        ("left",),
        "m0*e0x1*(1+y0x1)",
        "not-identical",
    ),
    Altered(
        "theorem_1",
        "Symbolic: widths 1-1-2,",
        r"$\phi_{0}$",
        ("left",),
        "p*w1x1+q",
        "not-identical",
    ),
    Altered("theorem_1", "Instance: leaky", "", ("terms", 3, "expression"), "2*b3_1", "other-form"),
    Altered(
        "theorem_1",
        "Instance: leaky",
        "",
        ("terms", 3, "expression"),
        "b3_1^2",
        "term-not-multilinear",
    ),
    Altered("theorem_1", "Erratum", "With", ("expression",), "(1/2-1/2)*(0-2)", "not-positive"),
    # Corollaries 1 and 2
    Altered(
        "corollary_1", "Symbolic: widths 1-1-2,", r"$\phi_{1}$", ("right",), "0", "not-identical"
    ),
    Altered(
        "corollary_1",
        "The printed proof: widths 1-1-2",
        "Corrected",
        ("right",),
        "0",
        "not-identical",
    ),
    Altered(
        "corollary_1",
        "The printed proof: widths 1-1-1-2",
        "(106): the",
        ("right",),
        "0",
        "not-identical",
    ),
    Altered(
        "corollary_1",
        "Instance: ReLU, the unit is off",
        r"$\mathcal{L}(",
        ("better", 0),
        "-1",
        "loss-not-smaller",
    ),
    Altered(
        "corollary_1",
        "Instance: linear",
        "A curve",
        ("numerators", 0),
        ["2", "3"],
        "not-smaller-along",
    ),
    Altered("corollary_2", "Symbolic: widths 1-1-2,", "", ("right",), "t^2", "not-identical"),
    Altered(
        "corollary_1",
        "Instance: three classes",
        r"$\mathcal{L}=",
        ("terms", 3, "expression"),
        "1",
        "other-form",
    ),
    Altered("corollary_2", "A zero diagonal", "", ("right",), "h", "not-identical"),
    Altered(
        "corollary_2",
        "Instance: leaky",
        r"$D^2\mathcal{L}$ has b",
        ("positive", 0),
        "0",
        "curvature",
    ),
    Altered("corollary_2", "Erratum", "$t=-", ("value",), "1/2", "other-value"),
    # Theorem 2
    Altered("theorem_2", r"The proof: $", r"$\tilde{z}", ("right",), "l*(v0*x0)", "not-identical"),
    Altered(
        "theorem_2",
        "The proof: the signs",
        r"$\eta\ge0$",
        ("expression",),
        "0+(-a+0)+(a-s)",
        "not-positive",
    ),
    Altered(
        "theorem_2",
        "The proof: the signs",
        r"$\eta=-2n",
        ("expression",),
        "-(-2*n+(n-s)+(2*n-u))",
        "not-positive",
    ),
    Altered(
        "theorem_2",
        "The proof: the signs",
        "the same for $z=-1$",
        ("expression",),
        "-(-1+(t-s))-1",
        "not-positive",
    ),
    Altered(
        "theorem_2", "Instance: margins", r"$\tilde\omega$", ("path", 0, 2), "0", "cell-not-flat"
    ),
    Altered("theorem_2", "Instance: no hidden bias", r"$(W", ("path", 1, 0), "0", "path-on-a-kink"),
    # Definition 1, Theorem 3
    Altered("definition_1", "Every cell", "Rare", ("choices", 0, "exponent"), 0, "rare-equation"),
    Altered(
        "definition_1",
        "Erratum: rare data",
        r"$\epsilon=(1,1)$",
        ("expression",),
        "1/3-2/3",
        "not-positive",
    ),
    Altered("definition_1", "Erratum: read literally", "(7)", ("right",), "1", "not-identical"),
    Altered(
        "definition_1",
        "Instance: two inputs",
        "",
        ("tree", "functional", 0, 0),
        "0",
        "open-choice-not-positive",
    ),
    Altered(
        "theorem_3",
        "Instance: leaky, three classes, a",
        "A local",
        ("path", 1, 1),
        "0",
        "path-on-a-kink",
    ),
    Altered(
        "theorem_3",
        "Instance: leaky, one input",
        "(109)",
        ("choices", 0, "exponent"),
        1,
        "rare-equation",
    ),
    Altered("theorem_3", "Erratum", "", ("expression",), "0", "not-positive"),
    # Lemmas 100 and 101
    Altered(
        "lemma_100",
        "Symbolic: $N=2$, $m=2$",
        "Entry 1:",
        ("right",),
        "d0x0*a0x0*x0x0",
        "not-identical",
    ),
    Altered(
        "lemma_100", "Symbolic: $N=1$, $m=1$", "Entry 1, $A=", ("right",), "0", "not-identical"
    ),
    Altered(
        "lemma_101", "Symbolic: widths 1-1-2,", r"$\phi_{0}$", ("right",), "n0x0", "not-identical"
    ),
    Altered("lemma_101", "Symbolic: widths 1-1-2,", "(109)", ("right",), "0", "not-identical"),
    Altered(
        "lemma_101",
        "Instance: leaky, two hidden",
        "(109)",
        ("choices", 2, "exponent"),
        0,
        "rare-equation",
    ),
]

MODULES = {
    *("figure_1", "figure_2", "equation_3", "equation_5", "equation_7", "lemma_1", "theorem_1"),
    *("corollary_1", "corollary_2", "theorem_2", "definition_1", "theorem_3", "lemma_100"),
    "lemma_101",
}


def outcome(part: dict[str, Any]) -> Outcome:
    """What the kernel says of one part."""
    evidence = {"theorem": "laurent2018/altered", "parts": [part]}
    return Certificate("theorem", None, evidence).outcome()


def part_of(module: str, name: str) -> dict[str, Any]:
    """The first part with this beginning of its name, to be changed."""
    stated = import_module(f"theorems.laurent2018.{module}").prove()
    return copy.deepcopy(next(p.to_json() for p in stated if p.name.startswith(name)))


@pytest.mark.parametrize(
    "altered", ALTERED, ids=[f"{a.module}-{a.code}-{n}" for n, a in enumerate(ALTERED)]
)
def test_an_altered_number_is_rejected(altered: Altered) -> None:
    part = part_of(altered.module, altered.part)
    step = next(s for s in part["steps"] if s["name"].startswith(altered.step))
    holder: Any = step["evidence"]
    for key in altered.place[:-1]:
        holder = holder[key]
    assert holder[altered.place[-1]] != altered.value
    holder[altered.place[-1]] = altered.value
    found = outcome(part)
    assert (found.accepted, found.code) == (False, altered.code), found.line()
    assert step["name"] in found.place


@pytest.mark.parametrize(
    ("module", "part", "place", "value", "code"),
    [
        ("figure_1", "The partition", ("data", "labels", 1), 1, "refutation"),
        ("figure_1", "The boundary", ("data", "weights"), ["1/3", "2/3"], "hinge-bound"),
        ("theorem_1", "Instance: leaky, three", ("data", "labels", 0), 1, "other-form"),
        ("theorem_2", "Instance: margins", ("data", "inputs", 1, 0), "1/2", "loss-not-zero"),
        ("corollary_1", "Instance: ReLU, the unit", ("data", "labels", 1), 1, "loss-not-constant"),
        ("definition_1", "Instance: a mean", ("data", "inputs", 2, 0), "1", "rare-equation"),
        (
            "theorem_3",
            "Not fully",
            ("network", "layers", 0, "pattern", 0, 1),
            1,
            "loss-not-constant",
        ),
        ("lemma_101", "Instance: leaky, two", ("data", "weights", 0), "1/3", "loss-not-constant"),
    ],
)
def test_an_altered_problem_is_rejected(
    module: str, part: str, place: tuple[Any, ...], value: Any, code: str
) -> None:
    changed = part_of(module, part)
    holder = changed["problem"]
    for key in place[:-1]:
        holder = holder[key]
    assert holder[place[-1]] != value
    holder[place[-1]] = value
    found = outcome(changed)
    assert (found.accepted, found.code) == (False, code), found.line()


def test_every_module_is_altered() -> None:
    assert {altered.module for altered in ALTERED} == MODULES
