"""The theorems hold on every instance, and enough instances have their hypotheses."""

from collections.abc import Iterator

import pytest

from exactmargin.conjectures import THEOREMS, Outcome, generate, named, survey
from exactmargin.conjectures.laurent_conditions import FLAT
from exactmargin.problems import Problem

INSTANCES = 150

LEAST = {
    "vardi2022/theorem-3.1": 150,
    "vardi2022/theorem-4.2.1": 150,
    "vardi2022/theorem-4.3": 150,
    "vardi2022/theorem-5.2": 150,
    "vardi2022/theorem-5.4": 60,
    "laurent2018/theorem-2": 60,
    "laurent2018/theorem-4": 60,
    "laurent2018/theorem-5": 40,
    "laurent2018/theorem-6": 50,
}
"""Of so many instances so many satisfy the hypotheses, at least."""

DEGENERATE = {
    "vardi2022/theorem-3.1": ("zero neurons",),
    "vardi2022/theorem-5.2": ("zero neurons",),
    "vardi2022/theorem-5.4": ("kinks", "zero neurons"),
    "laurent2018/theorem-2": ("kinks", "losses on a kink", "unread neurons", "zero inputs"),
    "laurent2018/theorem-4": ("kinks", "losses on a kink", "zero inputs"),
    "laurent2018/theorem-5": ("kinks", "losses on a kink"),
    "laurent2018/theorem-6": ("kinks", "losses on a kink", "unread neurons"),
}
"""In which ways some of them are degenerate."""


def test_every_theorem_is_listed() -> None:
    assert set(LEAST) == set(THEOREMS)


@pytest.mark.parametrize("name", THEOREMS)
def test_no_instance_violates_a_theorem(name: str) -> None:
    evidence = survey(named()[name], 0, 0, INSTANCES)
    assert evidence.violated == ()
    assert not evidence.undecided
    assert evidence.satisfied >= LEAST[name], evidence
    for way in DEGENERATE.get(name, ()):
        assert evidence.degenerate.get(way), (way, str(evidence))


def without_biases() -> Iterator[Problem]:
    """Points with loss 0 of networks whose hidden units have no biases."""
    conjecture = named()["theorem-2-without-biases"]
    for number in range(200):
        problem = generate(conjecture, 1, number)
        if not problem.objective_value():
            yield problem


def test_theorem_2_without_biases_holds_if_entries_that_are_always_0_do_not_count() -> None:
    conjecture = named()["theorem-2-without-biases"]
    printed = 0
    for problem in without_biases():
        assert FLAT.find(problem).holds
        printed += conjecture.check(problem).outcome is Outcome.VIOLATED
    assert printed >= 10
