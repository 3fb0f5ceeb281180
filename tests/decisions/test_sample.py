"""Separable, rare and generic samples: two ways to each answer, and what is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmargin import InvalidInputError, certify, problem_from_json
from exactmargin.decisions import Answer, Budget, decide_rare, decide_separable
from tests.rejections import truth

NETWORKS = {
    1: [[[1]]],
    2: [[[1]], [[1]]],
    3: [[[1]], [[1]], [[1]]],
}


def sample(
    inputs: list[list[str]],
    labels: list[int],
    weights: list[str],
    slope: str = "1/2",
    layers: int = 2,
) -> dict[str, Any]:
    """A binary hinge problem without parameters."""
    patterns = NETWORKS[layers]
    first = [list(range(1, len(inputs[0]) + 1))]
    return {
        "network": {
            "negative_slope": slope,
            "layers": [{"pattern": p, "bias": True} for p in [first, *patterns[1:]]],
        },
        "data": {"inputs": inputs, "labels": labels, "weights": weights},
        "objective": {"kind": "hinge"},
    }


values = st.sampled_from(["-1", "0", "1", "2", "1/2"])


@st.composite
def samples(draw: st.DrawFn) -> dict[str, Any]:
    """Up to four examples, often the same ones, with few different weights."""
    size, width = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    points = st.lists(values, min_size=width, max_size=width)
    return sample(
        draw(st.lists(points, min_size=size, max_size=size)),
        draw(st.lists(st.sampled_from([1, -1]), min_size=size, max_size=size)),
        draw(st.lists(st.sampled_from(["1", "2", "1/3"]), min_size=size, max_size=size)),
        draw(st.sampled_from(["1/2", "1", "1/3"])),
        draw(st.integers(1, 3)),
    )


@given(samples())
@settings(max_examples=150, deadline=None)
def test_rare_is_what_every_choice_says(about: dict[str, Any]) -> None:
    verdict = decide_rare(problem_from_json(about))
    assert (verdict.answer is Answer.YES) == truth.rare(about, {})


@given(samples())
@settings(max_examples=100, deadline=None)
def test_separable_is_what_elimination_says(about: dict[str, Any]) -> None:
    verdict = decide_separable(problem_from_json(about))
    assert (verdict.answer is Answer.YES) == truth.separable(about, {})
    if verdict.answer is Answer.YES:  # the functional of a hyperplane is a leaf
        rare = decide_rare(problem_from_json(about))
        assert rare.certificate is not None
        assert list(rare.certificate.evidence["tree"]) == ["functional"]


def choices(tree: dict[str, Any]) -> Iterator[str]:
    """The kinds of nodes of a tree."""
    for key in ("on", "off"):
        if key in tree:
            yield from choices(tree[key])
    for branch in tree.get("exponents", []):
        yield from choices(branch)
    yield next(key for key in ("functional", "class", "exponents") if key in tree)


def test_a_tree_splits_pairs_and_exponents() -> None:
    about = sample([["1"], ["1"]], [1, -1], ["2/5", "3/5"])
    verdict = decide_rare(problem_from_json(about))
    assert verdict.certificate is not None
    assert {*choices(verdict.certificate.evidence["tree"])} == {"functional", "class", "exponents"}


def test_the_literal_definition_would_make_every_sample_rare() -> None:
    """An entry of the true class is in no equation of L Definition 1: it does not count."""
    verdict = decide_rare(problem_from_json(sample([["1"]], [1], ["1"])))
    assert verdict.answer is Answer.NO


def test_certify_takes_the_claims_without_a_point() -> None:
    about = problem_from_json(sample([["1"], ["-1"]], [1, -1], ["1", "1"]))
    for claim, answer in (("separable", Answer.YES), ("not-separable", Answer.YES)):
        assert certify(about, claim).answer is answer
    for claim in ("rare", "generic"):
        verdict = certify(about, claim)
        assert verdict.answer is Answer.NO
        assert verdict.certificate is not None
        assert json.loads(verdict.certificate.text())["claim"] == "generic"


def test_slope_zero_is_outside_the_definition() -> None:
    verdict = decide_rare(problem_from_json(sample([["1"]], [1], ["1"], slope="0")))
    assert verdict.reason == (
        "rare and generic data are defined for a positive negative_slope (L Definition 1); here it "
        "is 0"
    )


def test_a_budget_is_a_number_of_seconds_from_0_up() -> None:
    """A number is as good as a `Budget`."""
    problem = problem_from_json(sample([["1"], ["1"]], [1, -1], ["2/5", "3/5"]))
    assert certify(problem, "generic", 0) == certify(problem, "generic", Budget(0))
    for wrong in (-1, "1"):
        with pytest.raises(InvalidInputError, match=f"a budget of {wrong!r} seconds"):
            certify(problem, "generic", wrong)


def test_a_spent_budget_is_unknown() -> None:
    about = problem_from_json(sample([["1"], ["1"]], [1, -1], ["2/5", "3/5"]))
    assert decide_rare(about, Budget(0)).reason == "the budget of 0 seconds is spent"


def test_a_margin_problem_has_no_weights() -> None:
    about = sample([["1"]], [1], ["1"])
    del about["data"]["weights"]
    about["objective"] = {"kind": "max-margin"}
    with pytest.raises(InvalidInputError) as error:
        decide_rare(problem_from_json(about))
    assert str(error.value) == (
        "objective: rare and generic data are about the weights of a hinge loss (L Definition 1); "
        "this is a max-margin problem"
    )
