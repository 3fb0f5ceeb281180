"""``certify`` of claims about the sample, and of losses of several classes."""

import json
from pathlib import Path

import pytest

from exactmargin.kernel import check

CASES = Path(__file__).parents[1] / "cases"
FIGURE_5 = CASES / "laurent2018-figure-5.json"


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    """Figure 5 with negative slope 1/2, and without a point."""
    obj = json.loads(FIGURE_5.read_text(encoding="utf-8"))
    obj["network"]["negative_slope"] = "1/2"
    del obj["parameters"]
    path = tmp_path / "leaky.json"
    path.write_text(json.dumps(obj), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("claim", "status"),
    [("separable", 0), ("not-separable", 1), ("generic", 0), ("rare", 1)],
)
def test_claims_about_the_sample_need_no_point(run, leaky: Path, claim: str, status: int) -> None:
    ran = run("certify", leaky, "--claim", claim)
    assert ran.status == status
    outcome = check(ran.out.encode(), leaky.read_bytes())
    assert outcome.accepted
    assert outcome.claim in ("separable", "generic")


def test_rare_needs_a_positive_slope(run) -> None:
    ran = run("certify", FIGURE_5, "--claim", "rare")
    assert (ran.status, ran.out) == (3, "")
    assert ran.complaint == (
        "unknown: rare and generic data are defined for a positive negative_slope (L Definition "
        "1); here it is 0"
    )


def test_rare_needs_a_loss(run) -> None:
    case = CASES / "vardi2022-theorem-3.2.json"
    ran = run("certify", case, "--claim", "rare")
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint == (
        f"{case}: objective: rare and generic data are about the weights of a hinge loss (L "
        "Definition 1); this is a max-margin problem"
    )


def test_separable_is_about_margin_problems_too(run) -> None:
    ran = run("certify", CASES / "vardi2022-theorem-3.2.json", "--claim", "separable")
    assert ran.status == 0
    assert check(ran.out.encode()).accepted


def test_cells_of_several_classes_are_not_certified(run) -> None:
    ran = run("certify", FIGURE_5, "--claim", "cells")
    assert (ran.status, ran.out) == (3, "")
    assert ran.complaint == (
        "unknown: the network has 4 outputs; cells of a loss are certified for one output"
    )


def test_cells_of_several_classes_have_bounds(run, tmp_path: Path) -> None:
    obj = json.loads(FIGURE_5.read_text(encoding="utf-8"))
    pattern = [[n] for n in range(1, 4)]
    obj["network"]["layers"] = [{"pattern": pattern, "bias": False}]
    obj["data"] = {"inputs": [["1"], ["-1"]], "labels": [0, 2]}
    del obj["parameters"]
    path = tmp_path / "linear.json"
    path.write_text(json.dumps(obj), encoding="utf-8")
    ran = run("cells", path, "--json")
    assert ran.status == 3
    assert (ran.json["lower_bound"], ran.json["upper_bound"]) == (7, 7)  # three lines, one twice
    assert ran.json["complete"] is False
