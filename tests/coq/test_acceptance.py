"""What Coq accepts, refuses and does not know; what is read back from it."""

import json
import re
import subprocess
from dataclasses import replace
from typing import Any

import pytest

from exactmargin.coq import Unsupported, check_with_coq, numerals, prover, setting, to_coq
from exactmargin.coq.document import theorems
from exactmargin.coq.minima import REAL_AXIOMS
from exactmargin.kernel import check
from exactmargin.kernel.problem import read_problem
from tests.coq.batch import MARGIN_CLAIMS, computation, computed, whole_curve
from tests.kernel.certificates import SAMPLES
from tests.rejections.near_misses import REJECTED


def _with_a_void(name: str) -> dict[str, Any]:
    """The global minimum (1, 1), by a tree with regions that have no interior."""
    text = json.dumps(SAMPLES[name]).replace('["1/2", "1/4"]', '["1", "0"]')
    text = text.replace(', {"example": 2, "slope": "0"}', "")  # for a multiplier that is 0 now
    value = json.loads(text.replace('"norm-bound"', '"global-minimum"'))
    del value["evidence"]["squared_norm"]
    value["problem"]["parameters"] = {"weights": [["1"], ["1"]], "biases": [None, None]}
    return dict(value)


VOIDS = {
    name: _with_a_void(name)
    for name in ("norm-bound, lifting, empty", "norm-bound, lifting, empty region")
}

# Two layers, and three with zeros that are no kinks, as the slope is 1.
HESSIANS = {
    f"zero-trace-hessian, {name}": {
        **SAMPLES[name],
        "claim": "zero-trace-hessian",
        "evidence": {"example": 2},
    }
    for name in ("local-minimum", "global-minimum")
}
# Bounds alone take the two edges from the kink for two numbers: together they are at most 0.
CASES: dict[str, Any] = {
    "not-kkt, cases at a deep kink": {
        **SAMPLES["not-kkt"],
        "problem": {
            "network": {
                "layers": [
                    {"pattern": [[1, 0], [0, 2]], "bias": False},
                    {"pattern": [[1, 2], [3, 4]], "bias": False},
                    {"pattern": [[1, 2]], "bias": False},
                ],
                "negative_slope": "0",
            },
            "data": {"inputs": [["1", "1"]], "labels": [1]},
            "objective": {"kind": "max-margin"},
            "parameters": {
                "weights": [["1", "0"], ["1", "1", "1", "2"], ["2", "-1"]],
                "biases": [None, None, None],
            },
        },
        "evidence": {
            "separator": ["0", "1", "0", "1", "0", "0", "0", "0"],
            "splits": [
                {
                    "example": 1,
                    "tree": {"layer": 1, "unit": 2, "plus": "bound", "minus": "bound"},
                }
            ],
        },
    }
}


def _idle(first: list[list[int]], x: list[str]) -> dict[str, Any]:
    """A unit that is off, one behind it that stays zero near the parameters, and an output."""
    layers = [
        {"pattern": first, "bias": False},
        {"pattern": [[1]], "bias": False},
        {"pattern": [[1]], "bias": False},
    ]
    weights = [["-1"] * max(max(row) for row in first), ["2"], ["3"]]
    return {
        **SAMPLES["zero-trace-hessian"],
        "problem": {
            "network": {"layers": layers, "negative_slope": "0"},
            "data": {"inputs": [x], "labels": [1]},
            "objective": {"kind": "max-margin"},
            "parameters": {"weights": weights, "biases": [None] * 3},
        },
        "evidence": {"example": 1},
    }


IDLE = {
    "zero-trace-hessian, a unit that stays zero": _idle([[1]], ["1"]),
    "zero-trace-hessian, an input that is zero": _idle([[1, 0]], ["0", "1"]),
}
# Networks of three layers, with shared weights and with biases, as nothing but feasible.
FEASIBLE = {
    f"feasible, {name}": {**SAMPLES[name], "claim": "feasible", "evidence": {}}
    for name in ("kkt, depth 3, cells", "kkt, layer, shared, cells", "kkt, biases")
}
MARGIN = {
    name: sample
    for name, sample in (SAMPLES | VOIDS | HESSIANS | IDLE | CASES | FEASIBLE).items()
    if sample["claim"] in MARGIN_CLAIMS and computation(sample) is not None
}
# What the kernel refuses because it is more than it needs, or less than its form asks for; Coq's
# checkers do not see it.
OF_FORM = {
    "subgradient-not-needed",
    "slope-not-at-a-kink",
    "slopes-need-one-hidden-layer",
    "slopes-need-unshared-parameters",
    "split-of-inactive-example",
    "lifting-slope-not-needed",
    "kink-without-slope",
    "split-not-at-zero",
    "split-twice",
    "undecided",  # the kernel asks for a split where Coq bounds all slopes at once
}
# Refused for what is said around the claim; the claim itself is true, in Coq's words too.
TRUE_ALL_THE_SAME = {"assumption-unknown-1", "breakpoints-not-rising-1"}


def _misses() -> dict[str, Any]:
    found = {}
    for code in set(REJECTED) - OF_FORM:
        for n, (text, user) in enumerate(REJECTED[code], 1):
            value = json.loads(text)
            if user is None and value["claim"] in MARGIN_CLAIMS:
                found[f"{code}-{n}"] = value
    return found


def test_every_claim_has_samples() -> None:
    claims = [sample["claim"] for sample in MARGIN.values()]
    assert all(claims.count(claim) >= 2 for claim in MARGIN_CLAIMS), claims


def test_samples_are_theorems() -> None:
    found = [theorem for sample in MARGIN.values() for theorem in theorems(sample)]
    said = dict(zip(MARGIN, prover.check_theorems(found), strict=True))
    assert {name: outcome for name, outcome in said.items() if outcome[0] != "accepted"} == {}
    of_all_points = {"local-minimum", "global-minimum", "zero-trace-hessian"}
    for name, (_, axioms) in said.items():
        over_the_reals = MARGIN[name]["claim"] in of_all_points
        assert axioms == (f"axioms {', '.join(sorted(REAL_AXIOMS))}" if over_the_reals else "")


def test_near_misses_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exactmargin.coq.evidence.first_piece", whole_curve)
    texts = {name: computation(value) for name, value in sorted(_misses().items())}
    asked = {name: text for name, text in texts.items() if text is not None}
    assert len(asked) >= 15
    answers = dict(zip(asked, computed([*asked.values()]), strict=True))
    assert {name for name, answer in answers.items() if answer} == TRUE_ALL_THE_SAME


def test_a_wrong_number_is_found_by_reading_back(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = MARGIN["kkt"]
    real = setting.read_back
    monkeypatch.setattr(
        "exactmargin.coq.document.read_back", lambda problem: [*real(problem)[:-1], 7]
    )
    [outcome] = check_with_coq(sample)
    assert outcome.status == "refused"
    assert outcome.detail == "what Coq holds is not the problem of the certificate"


def test_long_numbers_are_written_once_and_read_back() -> None:
    sample = json.loads(json.dumps(SAMPLES["feasible, layer"]))
    long = 10**30 + 7
    rows = sample["problem"]["parameters"]["weights"]
    rows[:] = [[str(long * int(weight)) for weight in row] for row in rows]
    sample["problem"]["data"]["inputs"][1][1] = f"-1/{long}"
    assert {str(long), str(-long)} < {weight for row in rows for weight in row}
    [outcome] = check_with_coq(sample)
    assert outcome.status == "accepted"
    [theorem] = theorems(sample)
    [definition] = re.findall(r"theta : list Q := .*", str(theorem.text))
    assert definition.count(str(long)) == sum(weight != "0" for row in rows for weight in row)
    assert str(theorem.text).count(str(long)) == definition.count(str(long)) + 2  # with its input


def test_a_proof_by_an_axiom_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    [theorem] = theorems(MARGIN["kkt"])
    text = str(theorem.text)
    start, end = text.index("Proof."), text.index("Qed.")
    cheat = text[:start] + "Admitted." + text[end + 4 :]
    run = prover.run_coq(prover.file_of([cheat]))
    assert "Axioms:" in run.stdout
    real = subprocess.CompletedProcess([], 0, run.stdout, "")
    monkeypatch.setattr(prover, "run_coq", lambda _: real)
    [outcome] = check_with_coq(MARGIN["kkt"])
    assert outcome.status == "refused"
    assert outcome.detail.startswith("it rests on axioms: Axioms: claim")


@pytest.mark.parametrize("name", VOIDS)
def test_a_region_without_interior_is_left_out(name: str) -> None:
    assert check(json.dumps(VOIDS[name])).accepted
    text = computation(VOIDS[name])
    assert text is not None
    assert "Lifting.Void" in text
    kept = text.replace("Lifting.Void 0 [(0%nat", "Lifting.Void 0 [(1%nat")
    on_a_cut = re.sub(r"Eval[^@]*\[1; 1\]%Z", lambda m: m[0][:-7] + "0; 1]%Z", text)
    assert len({text, kept, on_a_cut}) == 3
    assert computed([text, kept, on_a_cut]) == [True, False, False]


def test_cases_are_needed_where_bounds_are_too_coarse() -> None:
    [sample] = CASES.values()
    assert check(json.dumps(sample)).accepted
    text = computation(sample)
    assert text is not None
    without = text.replace("(Case 0%nat 1%nat Bound Bound)", "Bound")
    of_another_unit = text.replace("(Case 0%nat 1%nat", "(Case 0%nat 0%nat")
    assert len({text, without, of_another_unit}) == 3
    assert computed([text, without, of_another_unit]) == [True, False, False]


def test_cells_without_interior_are_unsupported() -> None:
    [outcome] = check_with_coq(SAMPLES["not-kkt, depth 3, tree"])
    assert outcome.status == "unsupported"
    assert outcome.detail.startswith("the evidence leaves out a cell without interior")


def test_inputs_that_cancel_are_unsupported() -> None:
    sample = _idle([[1, 1]], ["1", "-1"])
    assert check(json.dumps(sample)).accepted
    [outcome] = check_with_coq(sample)
    assert outcome.status == "unsupported"
    assert outcome.detail.startswith("inputs cancel in a shared weight")


def test_a_zero_with_a_source_that_is_not_zero_is_a_kink() -> None:
    idle = IDLE["zero-trace-hessian, a unit that stays zero"]
    kink = json.loads(json.dumps(idle))
    kink["problem"]["parameters"]["weights"][0] = ["0"]
    texts = [str(computation(sample)) for sample in (idle, kink)]
    assert computed(texts) == [True, False]


@pytest.mark.parametrize("by", ["vertices", "second-order"])
def test_other_proofs_of_minima_are_unsupported(by: str) -> None:
    claims = ("local-minimum", "global-minimum")
    found = [s for s in SAMPLES.values() if s["claim"] in claims and s["evidence"].get("by") == by]
    reasons = {o.detail for s in found if "field" not in s["problem"] for o in check_with_coq(s)}
    alone = f"the proof is by {by}; Coq has checkers for proofs by lifting, layer, product"
    assert alone in reasons


def test_a_real_axiom_is_for_claims_of_real_numbers_alone() -> None:
    [theorem] = theorems(MARGIN["local-minimum"])
    text = str(theorem.text)
    assert prover.check_theorems([theorem])[0][0] == "accepted"
    [outcome] = prover.check_theorems([replace(theorem, axioms=frozenset())])
    assert outcome[0] == "refused"
    assert outcome[1].startswith("it rests on axioms: Axioms: ClassicalDedekindReals.sig_forall")
    start, end = text.index("Proof."), text.index("Qed.")
    cheat = replace(theorem, text=text[:start] + "Admitted." + text[end + 4 :])
    [outcome] = prover.check_theorems([cheat])
    assert outcome[0] == "refused"
    assert outcome[1].startswith("it rests on axioms: Axioms: claim")


@pytest.mark.parametrize("claim", MARGIN_CLAIMS)
def test_reading_back_tells_problems_apart(claim: str) -> None:
    problems = [read_problem(s["problem"]) for s in MARGIN.values() if s["claim"] == claim]
    shown = [tuple(setting.read_back(problem)) for problem in problems]
    different = {json.dumps(s["problem"]) for s in MARGIN.values() if s["claim"] == claim}
    assert len(set(shown)) == len(different)


def test_numbers_of_a_field_are_unsupported() -> None:
    [name] = [name for name in SAMPLES if name == "kkt-field"] or [
        name
        for name, sample in SAMPLES.items()
        if sample["claim"] == "kkt" and "field" in (sample["problem"] or {})
    ][:1]
    [outcome] = check_with_coq(SAMPLES[name])
    assert outcome.status == "unsupported"
    assert "the Coq specification is over Q" in outcome.detail
    with pytest.raises(Unsupported, match="over Q"):
        to_coq(SAMPLES[name])


def test_other_claims_are_unsupported() -> None:
    sample = next(s for s in SAMPLES.values() if s["claim"] == "identity")
    assert check(json.dumps(sample)).accepted
    [outcome] = check_with_coq(sample)
    assert outcome.status == "unsupported"
    assert outcome.detail.startswith("Coq has checkers for the claims feasible, global-minimum, ")


def test_losses_of_every_kind_are_unsupported() -> None:
    losses = [s for s in SAMPLES.values() if "hinge" in json.dumps(s["problem"])]
    reasons = {
        theorem.reason for s in losses for theorem in theorems(s) if s["claim"] in MARGIN_CLAIMS
    }
    kinds = {sample["problem"]["objective"]["kind"] for sample in losses}
    assert "penalized-one-vs-all-hinge" in kinds
    assert reasons == {"the Coq specification has margins, not losses"}


def test_the_name_of_a_step_is_no_code() -> None:
    sample = next(s for s in SAMPLES.values() if s["claim"] == "theorem")
    spoiled = json.loads(json.dumps(sample))
    name = 'a *) Axiom f : False. (* "'
    for part in spoiled["evidence"]["parts"]:
        part["name"] = name
    texts = [theorem.text for theorem in theorems(spoiled) if theorem.text is not None]
    assert all("Axiom f : False." not in text.split("*)", 1)[1] for text in texts)
    assert {o.status for o in check_with_coq(spoiled)} <= {"accepted", "unsupported"}


@pytest.mark.parametrize("value", [0, -7, 10**60, -(10**80), 10**3999 - 1])
def test_long_integers_are_written_in_base_16(value: int) -> None:
    text = numerals.numeral(value)
    assert int(text, 0) == value
    assert len(text) < 64 or text.removeprefix("-").startswith("0x")
