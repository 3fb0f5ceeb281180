"""Take each check away: its near misses notice. For the mathematics, they are then accepted."""

import pytest

from exactmargin.kernel import Outcome, check
from tests.kernel.certificates import SAMPLES, encode
from tests.rejections.mutants import checks, kernel_without
from tests.rejections.near_misses import BACKED_UP, BEYOND_FILES, MALFORMED, REJECTED, Miss

KINDS = {code: kind for code, kind, _ in checks()}


def verdict(run: object, miss: Miss) -> str:
    """ "accepted", the code of a refusal, or the name of an exception."""
    assert callable(run)
    try:
        outcome = run(*miss)
    except Exception as error:  # a check taken away may leave anything behind it
        return type(error).__name__
    return "accepted" if outcome.status == "accepted" else outcome.code


@pytest.mark.parametrize("code", [code for code, kind in KINDS.items() if kind == "form"])
def test_without_a_check_of_form_the_verdict_changes(code: str) -> None:
    with kernel_without(code) as mutant:
        verdicts = [verdict(mutant, miss) for miss in MALFORMED[code]]
    assert code not in verdicts


@pytest.mark.parametrize(
    "code", [code for code, kind in KINDS.items() if kind == "need" and code not in BEYOND_FILES]
)
def test_without_a_mathematical_check_something_is_accepted(code: str) -> None:
    with kernel_without(code) as mutant:
        verdicts = [verdict(mutant, miss) for miss in REJECTED[code]]
    assert code not in verdicts
    if code in BACKED_UP:
        assert "accepted" not in verdicts, "take it off the list"
    else:
        assert set(verdicts) == {"accepted"}, verdicts


def test_a_mutant_still_accepts_what_is_right() -> None:
    with kernel_without("farkas") as mutant:
        for name, sample in SAMPLES.items():
            outcome = mutant(encode(sample))
            assert outcome.status == "accepted", name
            assert not isinstance(outcome, Outcome)  # a class of its own: nothing is shared
            assert outcome.line() == check(encode(sample)).line()
