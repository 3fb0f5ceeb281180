"""Spoiled certificates: the kernel and Coq never disagree."""

import pytest

from exactmargin.kernel import check
from exactmargin.strategies.corruptions import corruptions
from tests.coq.batch import computation, computed, whole_curve
from tests.coq.test_acceptance import MARGIN, OF_FORM
from tests.kernel.certificates import encode

ANSWERS = 2000
# One piece of a curve is asked of Coq, the kernel reads all of them.
OF_LATER_PIECES = {"breakpoints-not-rising"}
# A parameter that is shared with a neuron that the output leaves out: the bound holds all the same.
TRUE_ALL_THE_SAME = {"local-minimum, sparse: problem.network.layers.0.pattern.1.0: up"}


def spoiled() -> list[tuple[str, object]]:
    """Certificates with one thing altered, from all samples."""
    found = []
    for name, sample in MARGIN.items():
        pieces = sample["evidence"].get("breakpoints", ["1"])
        if len(pieces) == 1:
            found += [(f"{name}: {what}", value) for what, value in corruptions(sample)]
    return found


def test_kernel_and_coq_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exactmargin.coq.evidence.first_piece", whole_curve)
    asked = []
    for name, value in spoiled():
        outcome = check(encode(value))
        if outcome.status == "malformed" or outcome.code in OF_FORM | OF_LATER_PIECES:
            continue
        text = computation(value)
        if text is not None:
            asked.append((name, outcome, text))
    answers = computed([text for _, _, text in asked])
    accepted = sum(outcome.accepted for _, outcome, _ in asked)
    differ = [
        (name, outcome.line())
        for (name, outcome, _), answer in zip(asked, answers, strict=True)
        if outcome.accepted != answer and name not in TRUE_ALL_THE_SAME
    ]
    assert differ == []
    assert len(asked) >= ANSWERS
    assert 0 < accepted < len(asked)
