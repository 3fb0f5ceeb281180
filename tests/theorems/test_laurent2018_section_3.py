"""Laurent and von Brecht, two classes (section 3 and its appendix): all verified results prove."""

import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from exactmargin.decisions import Answer, analyze
from exactmargin.formats import problem_from_json
from exactmargin.registry import Pack, Part, Step, prove
from exactmargin.render.inline_math import inline_math

CASES = Path(__file__).resolve().parents[1] / "cases"
PACK = Pack.read("laurent2018", "theorems.laurent2018")
RESULTS = {result.id.partition("/")[2]: result for result in PACK.results}

LOCAL, GLOBAL, NOT_LOCAL = "local-minimum", "global-minimum", "not-local-minimum"
NOT_GLOBAL, SHARP = "not-global-minimum", "sharp-minimum"
CRITICAL, NOT_CRITICAL = "clarke-critical", "not-clarke-critical"

CONCLUSIONS: dict[str, dict[str, int]] = {
    "equation-8": {LOCAL: 6, CRITICAL: 8, NOT_LOCAL: 2},
    "figure-3": {GLOBAL: 1, SHARP: 1, CRITICAL: 3},
    "theorem-4": {
        "positive": 3,
        NOT_CRITICAL: 4,
        CRITICAL: 5,
        GLOBAL: 2,
        NOT_GLOBAL: 3,
        "not-separable": 1,
        "separable": 1,
    },
    "theorem-5": {
        "positive": 6,
        "identity": 5,
        NOT_LOCAL: 8,
        LOCAL: 4,
        GLOBAL: 2,
        "separable": 2,
        NOT_GLOBAL: 2,
    },
    "figure-4": {LOCAL: 3, GLOBAL: 1, CRITICAL: 3, NOT_GLOBAL: 2, "evaluation": 10},
    "theorem-6": {
        "positive": 3,
        CRITICAL: 8,
        "evaluation": 26,
        NOT_CRITICAL: 3,
        LOCAL: 4,
        GLOBAL: 1,
        NOT_GLOBAL: 3,
        "not-separable": 1,
    },
    "theorem-100": {
        "identity": 3,
        "positive": 4,
        CRITICAL: 6,
        NOT_CRITICAL: 3,
        GLOBAL: 7,
        LOCAL: 2,
        NOT_LOCAL: 7,
        NOT_GLOBAL: 1,
    },
    "lemma-102": {"identity": 20, "multilinear-form": 7, "positive": 13, "evaluation": 1},
    "lemma-103": {"identity": 38, NOT_CRITICAL: 2, CRITICAL: 3},
    "lemma-104": {"positive": 5},
    "lemma-105": {"identity": 13, "separable": 3, NOT_LOCAL: 3, "positive": 2},
    "lemma-106": {"identity": 17, "evaluation": 4, "positive": 3, NOT_LOCAL: 3},
    "lemma-107": {"identity": 16, "separable": 4, NOT_LOCAL: 4},
}
"""What each certificate concludes, by claim."""

CITED = ("equation-9", "equation-10", "definition-2")
COVERAGE = {
    "existential": ("figure-3", "figure-4"),
    "parametric": ("lemma-104",),
    "identity": ("lemma-102", "lemma-103", "lemma-105", "lemma-106", "lemma-107"),
    "sampled": ("equation-8", "theorem-4", "theorem-5", "theorem-6", "theorem-100"),
}
ERRATA = {
    "theorem-4": "only if",
    "theorem-5": "if both classes have the same weight",
    "theorem-6": "The proof of Theorem 4 shows",
    "theorem-100": r"$c\in[-1,1]$",
    "lemma-102": r"$\gamma=\sum_i\mu_i\varepsilon_iy_i$",
    "lemma-105": "shrinking $t_0$",
    "lemma-106": r"$-t(\langle a_k,w_k\rangle+\alpha_kb_k)$",
    "lemma-107": "shrinking $t_0$",
}
"""The start of what is right, or a piece of it."""

PARTS_WITH_THE_POINT_OF = {
    "figure-3": ("figure-3", "lemma-103", "equation-8"),
    "figure-4a": ("figure-4", "theorem-6", "equation-8"),
    "figure-4b": ("figure-4", "theorem-6", "equation-8"),
    "figure-4c": ("theorem-6",),
}
"""The cases in tests/cases, and the results that speak about the same network, data and point."""

VERDICTS = {
    CRITICAL: ("clarke_critical", Answer.YES),
    NOT_CRITICAL: ("clarke_critical", Answer.NO),
    LOCAL: ("local_minimum", Answer.YES),
    NOT_LOCAL: ("local_minimum", Answer.NO),
    GLOBAL: ("global_minimum", Answer.YES),
    NOT_GLOBAL: ("global_minimum", Answer.NO),
    SHARP: ("local_minimum_type", Answer.SHARP),
}


def parts_of(id: str) -> list[Part]:
    """What the module of a result says."""
    return list(import_module(f"theorems.laurent2018.{RESULTS[id].module}").prove())


def concluded(part: Part) -> list[str]:
    """The claims of a part's conclusion."""
    claims = {step.name: step.claim for step in part.steps}
    return [claims[name] for name in part.conclusion]


# ---------------------------------------------------------------- the proofs


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_kernel_accepts(id: str) -> None:
    certificate = prove(PACK, RESULTS[id])
    outcome = certificate.outcome()
    assert outcome.accepted
    assert outcome.statement.startswith(f"laurent2018/{id}: ")
    assert certificate.assumptions == ()
    assert prove(PACK, RESULTS[id]).sha256 == certificate.sha256


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_conclusions(id: str) -> None:
    found = Counter(claim for part in parts_of(id) for claim in concluded(part))
    assert found == CONCLUSIONS[id]


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_finder_never_disagrees(id: str) -> None:
    """It decides every one of these points alone, or does not know (deep networks)."""
    for part in parts_of(id):
        told: dict[str, Step] = {step.claim: step for step in part.steps if step.claim in VERDICTS}
        if told:
            assert part.problem is not None
            found = analyze(problem_from_json(part.problem), budget=20)
            for claim, step in told.items():
                question, answer = VERDICTS[claim]
                deep = len(part.problem["network"]["layers"]) > 2
                possible = (answer, Answer.UNKNOWN) if deep else (answer,)
                assert found[question].answer in possible, (part.name, step.name)


@pytest.mark.parametrize("name", PARTS_WITH_THE_POINT_OF)
def test_the_problems_are_those_of_the_cases(name: str) -> None:
    case = json.loads((CASES / f"laurent2018-{name}.json").read_text(encoding="utf-8"))
    case["data"].setdefault("weights", None)
    for id in PARTS_WITH_THE_POINT_OF[name]:
        found = [
            part
            for part in parts_of(id)
            if part.problem
            and all(part.problem[key] == case[key] for key in ("network", "parameters"))
            and {"weights": None, **part.problem["data"]} == case["data"]
        ]
        assert found, id
        for part in found:
            for claim in {step.claim for step in part.steps} & set(VERDICTS):
                question, answer = VERDICTS[claim]
                assert case["expect"][question] == answer.value, (id, claim)


# ---------------------------------------------------------------- the ledger


@pytest.mark.parametrize("id", [*CONCLUSIONS, *CITED])
def test_the_entry_is_written(id: str) -> None:
    result = RESULTS[id]
    assert result.status == ("cited" if id in CITED else "verified")
    assert result.reason
    assert not result.statement.startswith(result.title)
    if id not in CITED:
        assert id in COVERAGE[str(result.coverage)]
    assert {rest.partition("/")[2] for rest in result.rests_on} <= set(RESULTS) - {id}


def test_errata_say_what_is_right() -> None:
    for id in CONCLUSIONS:
        corrected = [erratum["corrected"] for erratum in RESULTS[id].erratum]
        assert bool(corrected) == (id in ERRATA), id
        if corrected:
            assert any(ERRATA[id] in text for text in corrected), id


@pytest.mark.parametrize("id", ["theorem-4", "theorem-6", "lemma-102", "lemma-105", "lemma-106"])
def test_an_erratum_is_a_step_of_the_proof(id: str) -> None:
    names = [step.name for part in parts_of(id) for step in part.steps]
    assert any(name.startswith("Erratum") for name in names)


def test_formulas_can_be_set() -> None:
    texts = []
    for id in (*CONCLUSIONS, *CITED):
        result = RESULTS[id]
        texts += [result.title, result.statement, str(result.reason)]
        texts += [text for erratum in result.erratum for text in erratum.values()]
    for id in CONCLUSIONS:
        texts += [name for part in parts_of(id) for name in (part.name, *part.conclusion)]
        texts += [step.name for part in parts_of(id) for step in part.steps]
    for text in texts:
        assert text.count("$") % 2 == 0, text
        for formula in re.findall(r"\$(.*?)\$", text):
            assert inline_math(formula) is not None, formula
