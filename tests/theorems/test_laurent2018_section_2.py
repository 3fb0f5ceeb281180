"""Laurent and von Brecht, sections 1 and 2: the results prove; instances and hypotheses."""

import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from random import Random

import pytest

from exactmargin.decisions import Answer, Certificate, decide_rare
from exactmargin.errors import InternalError
from exactmargin.exact import Q, sign
from exactmargin.formats import problem_from_json, problem_to_json
from exactmargin.networks import forward, fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Pack, Part, Step, prove
from exactmargin.render.inline_math import inline_math
from theorems.laurent2018 import (
    corollary_1,
    definition_1,
    figure_1,
    lemma_1,
    lemma_101,
    theorem_1,
    theorem_2,
    theorem_3,
)
from theorems.laurent2018._cells_forms import dense
from theorems.laurent2018._section_2 import (
    CURVED,
    FLAT_AND_RARE,
    MIXED,
    OPTIMUM,
    SMOOTH,
    ZERO_LOSS,
    better,
    every_cell,
    flat,
    found,
    instance,
    moved,
    rest,
)

CASES = Path(__file__).resolve().parents[1] / "cases"
PACK = Pack.read("laurent2018", "theorems.laurent2018")
RESULTS = {result.id.partition("/")[2]: result for result in PACK.results}

GLOBAL, BETTER, FORM = "global-minimum", "not-global-minimum", "multilinear-form"
FLAT, SHARP, CURVE = "flat-minimum", "sharp-minimum", "not-local-minimum"
TRACE, BOTH = "zero-trace-hessian", "indefinite-hessian"

CONCLUSIONS: dict[str, dict[str, int]] = {
    "figure-1": {"cells": 1, FLAT: 1, SHARP: 1, BETTER: 1, GLOBAL: 1},
    "figure-2": {"generic": 1, SHARP: 1, BETTER: 1, FLAT: 1, GLOBAL: 1},
    "equation-3": {"identity": 108},
    "equation-5": {"identity": 8},
    "lemma-1": {"identity": 49, "positive": 2, FORM: 1, "cells": 3},
    "theorem-1": {"identity": 78, FORM: 8, "positive": 1},
    "corollary-1": {"identity": 41, FORM: 5, FLAT: 5, BETTER: 2, CURVE: 5},
    "corollary-2": {"identity": 114, TRACE: 8, BOTH: 5, FLAT: 1, "evaluation": 4},
    "theorem-2": {"identity": 7, "positive": 6, GLOBAL: 10, FLAT: 8, FORM: 1},
    "definition-1": {
        "identity": 11,
        "rare": 5,
        "positive": 3,
        "cells": 1,
        CURVE: 6,
        "generic": 6,
    },
    "theorem-3": {
        "positive": 1,
        "generic": 10,
        "cells": 1,
        CURVE: 12,
        FLAT: 10,
        GLOBAL: 9,
        SHARP: 2,
        "rare": 3,
        BETTER: 1,
    },
    "equation-7": {"identity": 15},
    "lemma-100": {"identity": 37},
    "lemma-101": {"identity": 57, FLAT: 3, "rare": 3},
}
"""What each certificate concludes, by claim."""

CITED = ("equation-1", "equation-2", "equation-4", "equation-6")
"""Definitions."""

SAMPLED = ("theorem-2", "definition-1", "theorem-3")
"""What is checked on instances only."""


def parts_of(id: str) -> list[Part]:
    """What the module of a result says."""
    return list(import_module(f"theorems.laurent2018.{RESULTS[id].module}").prove())


def code(problem: Problem, step: Step) -> str:
    """Why the kernel refuses a step; nothing if it does not."""
    return Certificate(step.claim, problem_to_json(problem), step.evidence).outcome().code


# ---------------------------------------------------------------- the proofs


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_kernel_accepts(id: str) -> None:
    certificate = prove(PACK, RESULTS[id])
    assert certificate.outcome().accepted
    assert certificate.assumptions == ()
    assert certificate.sha256 == prove(PACK, RESULTS[id]).sha256


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_conclusions(id: str) -> None:
    claims: Counter[str] = Counter()
    for part in parts_of(id):
        named = {step.name: step.claim for step in part.steps}
        claims.update(named[name] for name in part.conclusion)
    assert claims == CONCLUSIONS[id]


@pytest.mark.parametrize("id", [*CONCLUSIONS, *CITED])
def test_the_ledger(id: str) -> None:
    result = RESULTS[id]
    assert result.status == ("cited" if id in CITED else "verified")
    assert (result.coverage == "sampled") == (id in SAMPLED)
    assert result.reason
    assert set(result.rests_on) <= {f"laurent2018/{other}" for other in RESULTS}
    texts = [result.title, result.statement, result.reason]
    for erratum in result.erratum:
        assert set(erratum) == {"place", "printed", "counterexample", "corrected"}
        texts += erratum.values()
    if id in CONCLUSIONS:
        texts += [text for part in parts_of(id) for text in (part.name, *part.conclusion)]
    for text in texts:
        assert text.count("$") % 2 == 0, text
        for formula in re.findall(r"\$(.*?)\$", text):
            assert inline_math(formula) is not None, formula


# ---------------------------------------------------------------- Figure 1


@pytest.mark.parametrize(
    ("name", "problem"), [("flat", figure_1.FLAT), ("sharp", figure_1.SHARP)], ids=["flat", "sharp"]
)
def test_figure_1_is_the_case(name: str, problem: Problem) -> None:
    case = json.loads((CASES / f"laurent2018-figure-1-{name}.json").read_text(encoding="utf-8"))
    stated = problem_to_json(problem)
    for key in ("network", "data", "objective", "parameters"):
        assert stated[key] == case[key]


# ---------------------------------------------------------------- Theorem 1 and corollaries


@pytest.mark.parametrize("problem", SMOOTH, ids=lambda problem: problem.name)
def test_smooth_points_are_in_a_cell(problem: Problem) -> None:
    assert theorem_1.of_point(problem).conclusion
    assert code(problem, Step("", TRACE, {})) == ""


def test_without_biases_the_forms_of_the_biases_are_missing() -> None:
    [part] = [p for p in theorem_1.prove() if "linear, three hidden" in p.name]
    assert [term["blocks"] for term in part.steps[0].evidence["terms"]] == [
        ["u1", "u2", "u3", "u4"],
        [],
    ]


def test_too_many_symbols_are_no_trouble() -> None:
    """Depth 4, two examples, three classes: larger than the shapes of the module."""
    part = theorem_1.of_shape(dense(2, 1, 1, 2, 1, 2, labels=(1, 0)))
    evidence = {"theorem": "laurent2018/instance", "parts": [part.to_json()]}
    assert Certificate("theorem", None, evidence).outcome().accepted


@pytest.mark.parametrize("problem", [p for p, _ in corollary_1.FLAT], ids=lambda p: p.name)
def test_the_constants_are_positive(problem: Problem) -> None:
    assert sign(problem.objective_value()) > 0


@pytest.mark.parametrize("problem", CURVED, ids=lambda p: p.name)
def test_a_cell_that_is_not_flat(problem: Problem) -> None:
    step = Step("", "local-minimum", {"by": "constant"})
    assert code(problem, step) == "loss-not-constant"


# ---------------------------------------------------------------- Lemma 1


def test_the_boundary_set_is_open_only_behind_a_unit_that_is_off() -> None:
    """Where the first unit is on, the same pre-activation is no constant."""
    [part] = [lemma_1.without_biases()]
    on = instance("on", lemma_1.CHAIN, [1, 1], [(1,)], [1])
    assert code(on, part.steps[0]) == "other-form"


# ---------------------------------------------------------------- Theorem 2


@pytest.mark.parametrize("problem", theorem_2.SOLVED, ids=lambda p: p.name)
def test_solved_points_are_on_no_cell(problem: Problem) -> None:
    """Something is on its kink, or a margin is 1: without ω̃ nothing is entered."""
    assert code(problem, flat("", ZERO_LOSS, rest(problem))) in ("path-on-a-kink", "path-on-a-term")


def test_the_scale_of_v_and_the_order_of_the_biases_matter() -> None:
    """Without λ a margin stays 1; with ε^(1) much larger than ε^(2), not smaller, a unit stays on
    its kink or comes to the wrong side: the proof's choice ε^(1) < ε^(2) is needed."""
    problem = theorem_2.SOLVED[0]
    scale, bias = theorem_2.path(problem)
    still = ["0"] * len(scale)
    assert code(problem, flat("", ZERO_LOSS, [still, bias])) == "cell-not-flat"
    assert code(problem, flat("", ZERO_LOSS, [scale])) == "path-on-a-kink"
    assert code(problem, flat("", ZERO_LOSS, [bias, scale])) == "cell-not-flat"


def solved(seed: int) -> Problem | None:
    """A random point, V and c scaled so that the smallest margin is 1; labels by the outputs."""
    draw = Random(seed)
    outputs = draw.choice((1, 1, 2, 3))
    widths = [draw.randint(1, 2) for _ in range(draw.randint(2, 4))]
    slope = draw.choice(("0", "0", "1/2", "1"))
    network = fully_connected([*widths, outputs], negative_slope=slope, bias=True)
    small = (0, 0, 1, -1, 2)
    values = [Q.coerce(draw.choice(small)) for _ in range(network.parameter_count)]
    inputs = [[draw.choice(small) for _ in range(widths[0])] for _ in range(draw.randint(1, 4))]
    zero = instance("drawn", network, values, inputs, [1 if outputs == 1 else 0] * len(inputs))
    kept, labels, gaps = [], [], []
    for x in zero.data.inputs:
        out = forward(network, zero.point(), x).output
        if outputs == 1:
            label, gap = sign(out[0]), abs(out[0])
        else:
            label = max(range(outputs), key=lambda r, out=out: out[r])
            gap = min(out[label] - out[r] for r in range(outputs) if r != label)
        if gap:
            kept, labels, gaps = [*kept, x], [*labels, label], [*gaps, gap]
    if not kept:
        return None
    top = len(values) - network.layers[-1].parameter_count - outputs
    scaled = [*values[:top], *(value / min(gaps) for value in values[top:])]
    return instance(f"seed {seed}", network, scaled, kept, labels)


def test_theorem_2_on_random_points() -> None:
    kinks = 0
    for seed in range(200):
        problem = solved(seed)
        if problem is None:
            continue
        for step in theorem_2.of_point(problem).steps:
            assert code(problem, step) == "", problem.name
        kinks += code(problem, flat("", ZERO_LOSS, rest(problem))) == "path-on-a-kink"
    assert kinks > 50


def test_without_hidden_biases_the_kernel_does_not_count_entries_that_are_always_zero() -> None:
    """Read with these entries left out, the first counterexample is of type I."""
    part = theorem_2.refuted()[0]
    assert part.problem is not None
    evidence = {"minimum": ZERO_LOSS, "path": [["0"] * 3]}
    assert Certificate(FLAT, part.problem, evidence).outcome().accepted


# ---------------------------------------------------------------- Definition 1 and Theorem 3


def leaky(seed: int) -> Problem:
    """A random point of a small leaky network; inputs are often repeated, so data often rare."""
    draw = Random(seed)
    widths = [1, *[draw.randint(1, 2) for _ in range(draw.randint(1, 2))], draw.choice((1, 1, 3))]
    network = fully_connected(widths, negative_slope=draw.choice(("1/2", "1")), bias=True)
    values = [draw.choice((1, -1, 2, "1/3", 0)) for _ in range(network.parameter_count)]
    size = draw.randint(2, 3)
    inputs = [(draw.choice((1, 1, 2)),) for _ in range(size)]
    classes = (1, -1) if widths[-1] == 1 else (0, 1, 2)
    unequal = {2: ["2/3", "1/3"], 3: ["1/2", "1/4", "1/4"]}
    weights = draw.choice((None, None, unequal[size]))
    labels = [draw.choice(classes) for _ in range(size)]
    return instance(f"seed {seed}", network, values, inputs, labels, weights)


def test_theorem_3_on_random_points() -> None:
    """Where the loss is constant and positive near a point, the data are rare."""
    constant = Step("", "local-minimum", {"by": "constant"})
    kinds = Counter[str]()
    for seed in range(400):
        problem = leaky(seed)
        is_rare = decide_rare(problem).answer is Answer.YES
        if sign(problem.objective_value()) and not code(problem, constant):
            assert is_rare, problem.name
            kinds["flat"] += 1
        kinds["rare" if is_rare else "generic"] += 1
    assert min(kinds[kind] for kind in ("flat", "rare", "generic")) >= 10, kinds


def test_generic_data_have_no_flat_minimum_with_positive_loss() -> None:
    """The sharp minimum of Figure 2 is refused as a flat one, on all cells around it."""
    step = flat("", found("", MIXED, SHARP).evidence["minimum"], [["1", "0"] + ["0"] * 4 + ["1"]])
    assert code(MIXED, step) == "cell-not-flat"
    assert sign(MIXED.objective_value()) > 0
    assert not sign(OPTIMUM.objective_value())


def test_the_sample_of_the_third_equation_has_no_flat_cell() -> None:
    """λ is the same at one input, so (109) asks for equal weights, which would be rare at once."""
    at = moved(definition_1.ALMOST, "a point in a cell", [1, 1, "1/4", 0])
    assert code(at, Step("", "local-minimum", {"by": "constant"})) == "loss-not-constant"


@pytest.mark.parametrize(("problem", "choices"), FLAT_AND_RARE, ids=["1", "2", "3"])
def test_flat_cells_with_positive_loss(problem: Problem, choices: list[dict[str, object]]) -> None:
    assert sign(problem.objective_value()) > 0
    fewer = Step("", "rare", {"choices": choices[1:]})
    assert code(problem, fewer) == "rare-equation"
    assert lemma_101.of_cell(problem, choices).problem == problem_to_json(problem)


def test_every_cell_is_met_once() -> None:
    """The kernel's number of cells is that of the points, which have different signatures."""
    signatures = theorem_3.SMALL.signatures
    first, *others = every_cell(theorem_3.SMALL, theorem_3.generic(theorem_3.SMALL))
    points = [problem_from_json(part.problem).point() for part in others]
    met = {signatures(point) for point in points}
    assert first.steps[1].evidence["count"] == str(len(points)) == str(len(met))


@pytest.mark.parametrize(
    ("slope", "inputs", "labels"),
    [("1/2", [0, 1, 3], [1, -1, 1]), ("1/3", [0, 1, 3], [1, 1, -1]), ("1", [-1, 2], [1, 1])],
)
def test_theorem_3_on_every_cell(slope: str, inputs: list[int], labels: list[int]) -> None:
    network = fully_connected([1, 1, 1], negative_slope=slope, bias=True)
    problem = instance("all", network, [0] * 4, [(x,) for x in inputs], labels)
    parts = [part.to_json() for part in every_cell(problem, theorem_3.generic(problem))]
    evidence = {"theorem": "laurent2018/instance", "parts": parts}
    assert Certificate("theorem", None, evidence).outcome().accepted


def test_theorem_3_covers_several_classes_and_layers() -> None:
    shapes = {(p.network.depth, p.network.output_dimension) for p in theorem_3.OPTIMAL}
    assert {(2, 1), (3, 1), (2, 3)} <= shapes


# ---------------------------------------------------------------- misuse


def test_what_is_not_found_is_said() -> None:
    with pytest.raises(InternalError, match=r"loss 0: rare is not what is found, but: generic"):
        found("", OPTIMUM, "rare")
    relu = instance("ReLU", fully_connected([1, 1, 1]), [1, 1], [(1,)], [1])
    with pytest.raises(InternalError, match=r"ReLU: generic is not what is found, but: rare and"):
        found("", relu, "generic")


def test_a_better_point_has_all_parameters() -> None:
    with pytest.raises(InternalError, match=r"loss 1/2 has 7 parameters; this point has 2"):
        better("", MIXED, [1, 2])
