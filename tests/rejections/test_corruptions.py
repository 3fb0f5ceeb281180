"""Every value of every certificate is spoiled in turn: refused, or the claim is still true.

What is still accepted is not excused by a list: ``truth`` decides each case without the kernel.
"""

import pytest

from exactmargin.kernel import CLAIMS, check
from exactmargin.strategies.corruptions import alterations, corruptions
from tests.kernel.certificates import SAMPLES, encode
from tests.rejections import truth

# Claims that few corruptions make false: all are looked at, not every seventh.
FEW = (
    "positive",
    "identity",
    "infeasible",
    "no-kinks",
    "nonzero-neurons",
    "zero-trace-hessian",
    "separable",
)


def test_there_are_enough_corruptions_of_every_part() -> None:
    counts = dict.fromkeys(("assumptions", "claim", "evidence", "format", "problem"), 0)
    for sample in SAMPLES.values():
        for name, _, _ in alterations(sample):
            counts[name.split(":")[0].split(".")[0]] += 1
    assert counts["evidence"] > 3000
    assert counts["problem"] > 5000
    assert min(counts.values()) > 50
    assert sum(counts.values()) > 10_000


@pytest.mark.parametrize("name", SAMPLES)
def test_a_spoiled_certificate_is_refused_or_its_claim_still_holds(name: str) -> None:
    refused = 0
    for what, spoiled in corruptions(SAMPLES[name]):
        outcome = check(encode(spoiled))
        if outcome.accepted:
            assert truth.true(spoiled), what
            continue
        assert outcome.code, what
        refused += 1
    assert refused > 30


@pytest.mark.parametrize("name", SAMPLES)
def test_the_independent_judgement_of_the_samples(name: str) -> None:
    assert truth.true(SAMPLES[name])


def test_the_independent_judgement_says_no_when_it_should() -> None:
    """Of what the kernel rejects, for every claim, much is false: it is no rubber stamp."""
    false = dict.fromkeys(CLAIMS, 0)
    for sample in SAMPLES.values():
        for n, (what, spoiled) in enumerate(corruptions(sample)):
            few = sample["claim"] in FEW
            if (n % 7 == 0 or few) and what.startswith(("problem", "evidence")):
                outcome = check(encode(spoiled))
                if outcome.status == "rejected" and not what.endswith(tuple(CLAIMS)):
                    false[sample["claim"]] += not truth.true(spoiled)
    assert min(false.values()) >= 1
    assert sum(false.values()) > 200
