"""The pack of Vardi, Shamir, Srebro: all verified results prove, and the ledger tells the truth."""

import ast
import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import theorems.vardi2022
from exactmargin.decisions import (
    Answer,
    Budget,
    decide_global_minimum,
    decide_kkt,
    decide_local_minimum,
)
from exactmargin.errors import InternalError
from exactmargin.formats import problem_from_json
from exactmargin.kernel import check
from exactmargin.registry import Pack, Part, load_packs, prove
from exactmargin.render.inline_math import inline_math
from theorems.vardi2022 import _tables, table_1, table_2, theorem_3_2, theorem_5_1

CASES = Path(__file__).resolve().parents[1] / "cases"
FOLDER = Path(theorems.vardi2022.__file__).parent
PACK = Pack.read("vardi2022", "theorems.vardi2022")
VERIFIED = {result.id: result for result in PACK.results if result.status == "verified"}

FLOW, CURVE, KKT = "gradient-flow-limit", "not-local-minimum", "kkt"
SMOOTH, BETTER, NEURONS = "no-kinks", "not-global-minimum", "nonzero-neurons"
GLOBAL, LOCAL = "global-minimum", "local-minimum"

CONCLUSIONS: dict[str, dict[str, int]] = {
    "table-1": {
        FLOW: 19,
        KKT: 34,
        GLOBAL: 18,
        LOCAL: 9,
        CURVE: 6,
        BETTER: 1,
        SMOOTH: 17,
        NEURONS: 13,
        "identity": 3,
    },
    "table-2": {
        FLOW: 23,
        KKT: 34,
        GLOBAL: 33,
        LOCAL: 20,
        CURVE: 6,
        BETTER: 1,
        SMOOTH: 29,
        "identity": 2,
        "positive": 4,
    },
    "theorem-3.1": {FLOW: 6, KKT: 11, GLOBAL: 11, "identity": 4, "positive": 5},
    "figure-1": {FLOW: 2, "identity": 4, "positive": 2},
    "remark-3.1": {FLOW: 21, KKT: 18, BETTER: 21, SMOOTH: 3, "identity": 40},
    "remark-3.2": {KKT: 5, CURVE: 3, GLOBAL: 2, "identity": 36, "positive": 36},
    "theorem-3.2": {FLOW: 2, KKT: 1, CURVE: 1, "identity": 4},
    "theorem-4.1": {FLOW: 2, KKT: 2, CURVE: 2},
    "theorem-4.2.1": {FLOW: 2, KKT: 6, GLOBAL: 6, NEURONS: 6, "identity": 2},
    "theorem-4.2.2": {FLOW: 1, KKT: 3, CURVE: 1, SMOOTH: 1, NEURONS: 1, "identity": 1},
    "remark-4.1": {
        FLOW: 1,
        KKT: 3,
        GLOBAL: 2,
        "norm-bound": 2,
        NEURONS: 2,
        "identity": 17,
        "positive": 1,
    },
    "theorem-4.3": {FLOW: 4, KKT: 9, SMOOTH: 9, LOCAL: 9, BETTER: 1, "identity": 2},
    "theorem-4.4": {FLOW: 2, KKT: 2, SMOOTH: 2, CURVE: 2},
    "theorem-5.1": {FLOW: 12, KKT: 12, SMOOTH: 12, CURVE: 12, "positive": 14},
    "theorem-5.2": {FLOW: 6, KKT: 7, GLOBAL: 18},
    "theorem-5.3": {KKT: 3, CURVE: 1, "identity": 1},
    "theorem-5.4": {FLOW: 6, KKT: 10, SMOOTH: 21, LOCAL: 20, BETTER: 1, "identity": 1},
    "lemma-C.1": {"identity": 23},
    "lemma-C.2": {"identity": 16},
    "lemma-C.3": {"identity": 14},
    "lemma-C.4": {"identity": 6},
    "lemma-C.5": {"positive": 5, "identity": 5},
    "lemma-C.6": {FLOW: 1, KKT: 1, SMOOTH: 1, LOCAL: 1, BETTER: 1},
}
"""What each certificate concludes, by claim."""

TRAJECTORY = ("theorem-4.2.2", "theorem-5.3", "table-1", "table-2")
"""What rests on the trajectory that proof C.5.2 means."""

UNIVERSAL = (
    *("table-1", "table-2", "theorem-3.1", "remark-3.1", "theorem-4.2.1", "remark-4.1"),
    *("theorem-4.3", "theorem-5.1", "theorem-5.2", "theorem-5.4"),
)
"""What holds for all networks of a kind, or for all depths or sizes, and is checked on some."""

PRINTED = {
    "table-1": """
        3.1 Global | 3.2 Not local
        4.1 Not local | 3.2 Not local
        4.2, part 1 Global | 4.2, part 2 Not local
        4.2, part 1 Global | 4.3 Local, Not global
        4.4 Not local | 4.4 Not local
    """,
    "table-2": """
        3.1 Global | 3.2 Not local
        5.1 Not local | 5.1 Not local
        5.2 Global | 5.3 Not local
        5.2 Global | 5.4 Local, Not global
    """,
}
"""The two tables of the paper: row by row, linear | ReLU, each with its theorem."""

PARTS_WITH_THE_POINT_OF = {
    "theorem-3.1": ("theorem-3.1", "table-2"),
    "theorem-3.2": ("theorem-3.2",),
    "theorem-4.1-linear": ("theorem-4.1",),
    "theorem-4.1-relu": ("theorem-4.1",),
    "theorem-4.2.2": ("theorem-4.2.2", "theorem-5.3"),
    "theorem-4.4-linear": ("theorem-4.4",),
    "theorem-4.4-relu": ("theorem-4.4",),
    **{f"theorem-5.1-m{m}-{s}": ("theorem-5.1",) for m in range(3, 7) for s in ("linear", "relu")},
    "theorem-5.3": ("theorem-5.3", "theorem-4.2.2"),
    "theorem-5.4": ("theorem-5.4", "theorem-4.3", "lemma-C.6"),
    "lemma-C.6": ("lemma-C.6", "theorem-4.3", "theorem-5.4"),
}
"""The cases in tests/cases, and the results that speak about the same network, data and point."""


def parts_of(id: str) -> list[Part]:
    """What the module of a result says."""
    module = import_module(f"theorems.vardi2022.{VERIFIED[f'vardi2022/{id}'].module}")
    return list(module.prove())


def concluded(part: Part) -> list[str]:
    """The claims of a part's conclusion."""
    claims = {step.name: step.claim for step in part.steps}
    return [claims[name] for name in part.conclusion]


def same(a: Any) -> dict[str, Any]:
    """A problem up to its objective and the field that it declares."""
    return {key: a[key] for key in ("network", "data", "parameters")}


# ---------------------------------------------------------------- the proofs


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_kernel_accepts(id: str) -> None:
    result = VERIFIED[f"vardi2022/{id}"]
    outcome = prove(PACK, result).outcome()
    assert outcome.accepted
    assert outcome.statement.startswith(f"vardi2022/{id}: ")
    rests_on_the_flow = "vardi2022/theorem-2.1" in result.rests_on
    assert ("assuming vardi2022/theorem-2.1" in outcome.statement) == rests_on_the_flow


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_conclusions(id: str) -> None:
    found = Counter(claim for part in parts_of(id) for claim in concluded(part))
    assert found == CONCLUSIONS[id]


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_same_call_gives_the_same_bytes(id: str) -> None:
    result = VERIFIED[f"vardi2022/{id}"]
    assert prove(PACK, result).sha256 == prove(PACK, result).sha256


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_finder_agrees_that_the_points_are_kkt(id: str) -> None:
    for part in parts_of(id):
        for step in part.steps:
            if step.claim != KKT:
                continue
            assert part.problem is not None
            objective = step.objective or part.problem["objective"]
            problem = problem_from_json({**part.problem, "objective": objective})
            assert decide_kkt(problem).answer is Answer.YES, (part.name, step.name)


@pytest.mark.parametrize("name", PARTS_WITH_THE_POINT_OF)
def test_the_problems_are_those_of_the_cases(name: str) -> None:
    case = json.loads((CASES / f"vardi2022-{name}.json").read_text(encoding="utf-8"))
    for id in PARTS_WITH_THE_POINT_OF[name]:
        parts = [p for p in parts_of(id) if p.problem and same(p.problem) == same(case)]
        assert parts, id
        if case["objective"]["kind"] == "layer-max-margin" and id != name:
            continue
        for part in parts:
            assert "field" not in case or part.problem["field"] == case["field"]
            claims = concluded(part)
            assert case["expect"]["kkt"] == "yes"
            assert KKT in claims
            assert (CURVE in claims) == (case["expect"]["local_minimum"] == "no"), id


DECIDE = {GLOBAL: decide_global_minimum, LOCAL: decide_local_minimum}
AS_MINIMUM = {CURVE: (decide_local_minimum, Answer.NO), BETTER: (decide_global_minimum, Answer.NO)}
AS_MINIMUM |= {claim: (decide, Answer.YES) for claim, decide in DECIDE.items()}


@pytest.mark.parametrize("id", [id for id in CONCLUSIONS if not id.startswith("table")])
def test_the_finder_never_disagrees_about_minima(id: str) -> None:
    """It may not know; where one layer moves it always does."""
    for part in parts_of(id):
        for step in part.steps:
            if step.claim not in AS_MINIMUM:
                continue
            decide, expected = AS_MINIMUM[step.claim]
            objective = step.objective or part.problem["objective"]
            problem = problem_from_json({**part.problem, "objective": objective})
            answer = decide(problem, decide_kkt(problem), Budget(60)).answer
            if objective["kind"] == "layer-max-margin":
                assert answer is expected, (part.name, step.name)
            else:
                assert answer in (expected, Answer.UNKNOWN), (part.name, step.name)


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize(("id", "module"), [("table-1", table_1), ("table-2", table_2)])
def test_the_tables_are_those_of_the_paper(id: str, module: Any) -> None:
    printed = [cell.strip() for row in PRINTED[id].strip().splitlines() for cell in row.split("|")]
    entries = module.entries()
    assert [f"{entry.theorem} {_tables.regenerated(entry)}" for entry in entries] == printed
    assert [entry.column for entry in entries] == ["Linear", "ReLU"] * (len(entries) // 2)
    for entry in entries:
        for proof in entry.proofs:
            assert _tables.claims(proof) & set(_tables.WORDS), proof.name
            slopes = {"Linear": "1", "ReLU": "0"}
            assert proof.problem["network"]["negative_slope"] == slopes[entry.column], proof.name


def test_a_table_that_differs_is_refused() -> None:
    proofs = theorem_3_2.prove()[:1]
    entry = _tables.Entry("N", None, "ReLU", "Local", "3.2", proofs)
    with pytest.raises(InternalError, match=r"3\.2 proves 'Not local'; the table prints 'Local'"):
        _tables.table([entry])
    entry = entry._replace(hypothesis=_tables.NON_ZERO_INPUTS, printed="Not local")
    with pytest.raises(InternalError, match=r"Proof C\.3: nothing shows non-zero inputs"):
        _tables.table([entry])


# ---------------------------------------------------------------- boundary cases


def test_depth_two_is_the_boundary_of_theorem_5_1() -> None:
    shape = {"format": "exactmargin/certificate@1", "assumptions": [], "problem": None}
    for m, code in ((2, "not-positive"), (3, "")):
        step = theorem_5_1.perturbation_numbers(m)[1]
        certificate = {**shape, "claim": step.claim, "evidence": step.evidence}
        assert check(json.dumps(certificate).encode()).code == code


def test_wrong_derivatives_stop_theorem_5_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theorem_5_1.sympy, "expand", lambda difference: difference + 1)
    with pytest.raises(InternalError, match=r"V C\.8: g\(0\)-2 is not as printed"):
        theorem_5_1.prove()


# ---------------------------------------------------------------- the ledger


def test_the_pack_is_installed() -> None:
    assert [pack for pack in load_packs() if pack.key == "vardi2022"] == [PACK]


def test_verified_results_and_modules_match() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_")}
    assert {result.module for result in VERIFIED.values()} == modules
    assert set(VERIFIED) == {f"vardi2022/{id}" for id in CONCLUSIONS}


def test_ids_are_made_of_the_numbers() -> None:
    for result in PACK.results:
        kind, number = re.fullmatch(r"(\w+) ([\w.]+)(?:, part \d)?", result.number).groups()
        assert result.kind == kind.lower()
        assert result.id.startswith(f"vardi2022/{result.kind}-{number}")
        part = result.number.partition(", part ")[2]
        assert result.id.removeprefix(f"vardi2022/{result.kind}-{number}") == (part and f".{part}")


def test_what_a_result_rests_on_is_in_the_ledger() -> None:
    ids = {result.id for result in PACK.results}
    for result in PACK.results:
        assert set(result.rests_on) <= ids - {result.id}, result.id
        for erratum in result.erratum:
            assert set(erratum) == {"place", "printed", "counterexample", "corrected"}


@pytest.mark.parametrize("id", UNIVERSAL)
def test_partial_coverage_is_never_called_proved(id: str) -> None:
    result = VERIFIED[f"vardi2022/{id}"]
    assert result.coverage == "sampled"
    assert result.reason


def test_formulas_can_be_set() -> None:
    texts = [part.name for id in CONCLUSIONS for part in parts_of(id)]
    texts += [step.name for id in CONCLUSIONS for part in parts_of(id) for step in part.steps]
    for result in PACK.results:
        texts += [result.title, result.statement, result.reason or ""]
        texts += [text for erratum in result.erratum for text in erratum.values()]
    for text in texts:
        assert text.count("$") % 2 == 0, text
        for formula in re.findall(r"\$(.*?)\$", text):
            assert inline_math(formula) is not None, formula


STANDARD = ("collections.abc", "dataclasses", "itertools", "typing")


def test_modules_enter_by_the_doors_only() -> None:
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                own = node.module.startswith(
                    ("theorems.vardi2022", "theorems.steps", "theorems.forms")
                )
                door = re.fullmatch(r"exactmargin\.\w+", node.module) is not None
                standard = node.module in STANDARD
                assert own or door or standard, f"{path.name}: {node.module}"


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_choice_of_a_trajectory_is_a_named_assumption(id: str) -> None:
    """Where the flow is not unique (C.5.2), what rests on the paper's trajectory says so."""
    assumed = prove(PACK, VERIFIED[f"vardi2022/{id}"]).assumptions
    assert ("vardi2022/proof-C.5.2" in assumed) == (id in TRAJECTORY)
