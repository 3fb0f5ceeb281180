"""Every check of the kernel refuses its near misses, and no other check does."""

import json

import pytest

from exactmargin.kernel import check
from tests.rejections import truth
from tests.rejections.mutants import checks
from tests.rejections.near_misses import BACKED_UP, BEYOND_FILES, MALFORMED, REJECTED, Miss

TABLE = [
    pytest.param(status, code, miss, id=f"{code}-{n}")
    for status, table in (("malformed", MALFORMED), ("rejected", REJECTED))
    for code, misses in table.items()
    for n, miss in enumerate(misses, 1)
]

# Where the refusal is, and on which numbers, for the first near miss of each mathematical check.
PLACES: dict[str, tuple[str, str | None]] = {
    "assumption-unknown": ("assumptions", "folklore"),
    "assumption-missing": ("assumptions", "vardi2022/theorem-2.1"),
    "conclusion-not-proved": ("evidence.parts[0]", "t"),
    "assumptions-differ": ("assumptions", "vardi2022/theorem-2.1"),
    "other-field": ("problem.field", ""),
    "other-minpoly": ("problem.field", ""),
    "other-root": ("problem.field", ""),
    "other-slope": ("problem.network", ""),
    "other-layers": ("problem.network", ""),
    "other-labels": ("problem.data", ""),
    "other-objective": ("problem.objective", ""),
    "other-inputs": ("problem.data.inputs[0]", "4, 1/2*r, -4, 1/2*r"),
    "other-parameters": ("problem.parameters", ""),
    "breakpoints-not-rising": ("evidence.breakpoints[1]", "1, 1/2"),
    "margin-below-one": ("example 1", "1/2"),
    "margin-not-below-one": ("example 1", "1"),
    "kink": ("example 1, layer 1, unit 2", ""),
    "zero-neuron": ("layer 1, unit 2", ""),
    "other-value": ("example 1", "6, 5"),
    "not-identical": ("evidence", "s1^2-s1"),
    "not-positive": ("evidence.expression", "s1-1"),
    "kkt-infeasible": ("example 3", "0"),
    "multiplier-negative": ("evidence.multipliers[0]", "-1"),
    "multiplier-inactive": ("evidence.multipliers[0]", "2"),
    "subgradient-not-needed": ("subgradients", "3"),
    "stationarity": ("free parameter 1", "2, 1/2"),
    "weight-not-positive": ("subgradient of example 1[1]", "-1"),
    "weights-sum": ("subgradient of example 1", "1/2"),
    "path-on-a-kink": ("subgradient of example 1[0]", "layer 1, unit 1"),
    "slope-outside": ("subgradient of example 1[0]", "0"),
    "slopes-need-one-hidden-layer": ("subgradient of example 1", ""),
    "slopes-need-unshared-parameters": ("subgradient of example 1", ""),
    "kink-without-slope": ("subgradient of example 1", "layer 1, unit 2"),
    "slope-not-at-a-kink": ("subgradient of example 1", "layer 1, unit 1"),
    "not-kkt-infeasible": ("example 1", "1/2"),
    "separator-not-positive": ("evidence.separator", "0"),
    "split-of-inactive-example": ("evidence.splits", "1"),
    "farkas": ("example 1", "2"),
    "split-not-at-zero": ("example 1", "layer 1, unit 1"),
    "split-twice": ("example 1", "layer 1, unit 2"),
    "undecided": ("example 1", "layer 1, unit 2"),
    "empty-undecided-unit": ("example 1[0]", "layer 1, unit 1"),
    "empty-weight": ("example 1[1]", "-1"),
    "empty-of-idle-units": ("example 1", ""),
    "gordan": ("example 1", "1, 0"),
    "empty-two-layers": ("example 1", ""),
    "empty-with-bias": ("example 1", ""),
    "empty-with-shared-weights": ("example 1", ""),
    "empty-without-live-source": ("example 1", ""),
    "empty-source-not-zero": ("example 1", "layer 1, unit 1"),
    "propagation": ("example 1", "0"),
    "better-point-infeasible": ("example 1", "1/2"),
    "norm-not-smaller": ("evidence.better", "2, 2"),
    "curve-start": ("free parameter 1", "-1"),
    "denominator-not-positive": ("piece 1", "0, 1"),
    "not-smaller-along": ("piece 1", "0, 1"),
    "sign-changes": ("piece 1, example 1, layer 1, unit 2", "0, 1"),
    "margin-below-one-along": ("piece 1, example 1", "0, 1"),
    "minimum-infeasible": ("example 1", "1/2"),
    "norm-bound-not-positive": ("evidence.squared_norm", "0"),
    "bound-for-all-layers": ("problem.objective", ""),
    "bound-with-shared-weights": ("problem.network", ""),
    "lifting-needs-one-hidden-layer": ("problem.network", "1"),
    "lifting-multiplier-negative": ("evidence.tree.multipliers[1]", "-9/8"),
    "lifting-bound": ("evidence.tree", "2, 17/4"),
    "lifting-split-of-known": ("evidence.tree", "1"),
    "lifting-sign-open": ("evidence.tree.neurons[2]", ""),
    "lifting-side-open": ("evidence.tree.neurons[0], example 2", ""),
    "lifting-slope-for-convex": ("evidence.tree.neurons[0], example 2", ""),
    "lifting-slope-outside": ("evidence.tree.neurons[0], example 2", "0"),
    "lifting-slope-not-needed": ("evidence.tree.neurons[0]", "1"),
    "lifting-weight-on-open-side": ("evidence.tree.neurons[0].sides, example 2", ""),
    "lifting-weight-not-positive": ("evidence.tree.neurons[0].sides, example 1", "-9/8"),
    "lifting-outside-ball": ("evidence.tree.neurons[0]", "289/64"),
    "bound-for-linear-networks": ("problem.network", "0"),
    "product-with-late-bias": ("problem.network", ""),
    "product-multiplier-negative": ("evidence.multipliers[1]", "-3/2"),
    "product-multipliers-zero": ("evidence.multipliers", ""),
    "product-bound": ("evidence.multipliers", "1, 289/64"),
    "vertices-of-one-layer": ("problem.network", ""),
    "vertices-with-bias": ("problem.network", ""),
    "vertices-of-crossing-chains": ("problem.network", ""),
    "vertices-of-irrational-data": ("problem.data.inputs", ""),
    "vertices-too-many-systems": ("evidence.vertices", "20301, 20000"),
    "vertex-root": ("evidence.vertices[0]", "17/8, 1"),
    "vertex-below-bound": ("evidence.vertices[0]", "2, 17/4"),
    "not-a-vertex": ("evidence.vertices", "2"),
    "vertex-missing": ("evidence.vertices", "0, 1/2"),
    "form-on-a-kink": ("example 1", "layer 1, unit 1"),
    "term-blocks": ("evidence.terms", "['u1', 'u2']"),
    "term-not-multilinear": ("evidence.terms[0]", "s1*s5+1/2*s2*s6+s3*s5"),
    "other-form": ("example 1", "-s1*s2"),
    "curvature": ("evidence.positive", "-2"),
    "side-known": ("evidence.tree", "example 1, layer 1, unit 1"),
    "listed-slope-outside": ("evidence.tree.slopes[0]", "-1"),
    "listed-slope-not-concave": ("evidence.tree.slopes[0]", "1"),
    "leaf-multiplier-negative": ("evidence.tree.multipliers[0]", "-1"),
    "side-not-taken": ("evidence.tree.sides[0]", "example 1, layer 1, unit 1"),
    "side-weight-not-positive": ("evidence.tree.plus.sides[0]", "-1"),
    "open-slope": ("evidence.tree", "2*s2"),
    "several-layers-move": ("problem.objective", ""),
    "layer-bound": ("evidence.tree", "1/2, 2"),
    "second-order-is-local": ("evidence.by", "5"),
    "leaf-multiplier-inactive": ("evidence.tree", "1, 2"),
    "leaf-stationarity": ("evidence.tree", "free parameter 1, 3/2"),
    "not-dominant": ("evidence.tree.congruence[0]", "1, 8"),
    "flow-moves-all-layers": ("problem.objective", ""),
    "flow-needs-homogeneity": ("problem.network", ""),
    "region-not-linear": ("evidence.region[0]", "a^2"),
    "region-sign": ("example 1, layer 1, unit 2", "s2-s3"),
    "region-kink": ("example 1, layer 1, unit 2", ""),
    "chain-order": ("velocity of chain [2, 1], position 2", "-3/4*s1^2"),
    "chains-partition": ("evidence.chains", ""),
    "velocity": ("velocity of chain [1], position 1", "parameter 1, s1"),
    "moves-though-constant": ("velocity of chain [1, 2], position 2, a", "-s3"),
    "falls-though-increasing": ("velocity of chain [1], position 1, a", "s1-s2"),
    "rises-though-decreasing": ("velocity of chain [2], position 1, b", "s2"),
    "crosses-zero": ("velocity of chain [1], position 1, d", "-s1"),
    "balance-not-conserved": ("evidence.balances[0]", "-4*s1*s3"),
    "balance-of-bounded-symbols": ("evidence.balances[1]", ""),
    "balance-without-square": ("evidence.balances[0]", "0"),
    "balance-form": ("evidence.balances[1]", "s2^2-s3^2"),
    "symbol-not-bounded-by-norm": ("a", ""),
    "limit-symbols": ("evidence.limit", ""),
    "limit-value": ("evidence.limit[0]", "-1"),
    "limit-parameter": ("evidence.limit[0]", "0"),
    "limit-point": ("parameter 1", "-1"),
    "limit-margin": ("evidence.limit[0]", "3, s2^2"),
    "limit-pull": ("evidence.limit[0]", "2, s1"),
    "limit-kink": ("evidence.limit[0]", "0"),
    "limit-infeasible": ("evidence.limit[0]", "1, 1/4"),
    "limit-inactive": ("evidence.limit[0]", "4, 4"),
    "no-escape": ("evidence.start", "example 2, -s3"),
    "start-outside": ("evidence.start", "a, -2"),
    "bound-negative": ("evidence.start", "-10"),
    "bound-above-margin": ("evidence.start", "5, 1/81"),
    "initial-loss": ("evidence.start", None),  # a long fraction
    "cells-need-one-hidden-layer": ("problem.network", "3"),
    "witness-on-a-hyperplane": ("evidence.witnesses[0][1]", "1, 0"),
    "witness-repeated": ("evidence.witnesses[0][2]", "2, -1"),
    "chambers-missing": ("evidence.witnesses[0]", "4, 6"),
    "other-count": ("evidence.count", "36"),
    "objective-of-the-claim": ("problem.objective", "feasible"),
    "hinge-cells-need-one-hidden-layer": ("problem.network", "3"),
    "group-read-twice": ("problem.network", "1, 2"),
    "loss-before-its-units": ("evidence.tree[0]", "1"),
    "loss-before-its-output-signs": ("evidence.tree[1]", "1"),
    "split-by-zero": ("evidence.tree[0]", ""),
    "split-again": ("evidence.tree[7]", ""),
    "point-not-in-the-cell": ("evidence.tree[4]", "-1/2"),
    "cell-with-open-signs": ("evidence.tree[2]", ""),
    "refutation-weight": ("evidence.tree[4]", ""),
    "refutation-of-nothing": ("evidence.tree[4]", ""),
    "refutation": ("evidence.tree[4]", "2"),
    "other-number-of-cells": ("evidence.count", "3"),
    "loss-not-zero": ("problem.parameters", "1/2"),
    "hinge-multiplier-outside": ("evidence.multipliers[0]", "3/2"),
    "hinge-bound": ("evidence.tree", "1, 3/2"),
    "hinge-linear-with-kinks": ("problem.network", "0"),
    "hinge-linear-stationarity": ("evidence.multipliers", "1"),
    "hinge-unbalanced": ("evidence.tree", "1"),
    "hinge-stationarity": ("evidence.tree.neurons[0]", "1"),
    "loss-not-smaller": ("evidence.better", "1/2, 1/2"),
    "term-changes-sign": ("piece 1, example 1", "0, 1"),
    "lifting-empty-of-nothing": ("evidence.tree.neurons[0]", ""),
    "lifting-not-empty": ("evidence.tree.neurons[0]", "1"),
}


def test_no_two_checks_share_a_code() -> None:
    codes = [code for code, _, _ in checks()]
    assert len(codes) > 100
    assert sorted(codes) == sorted(set(codes))


def test_every_check_has_a_near_miss() -> None:
    kinds = {"need": set(REJECTED) | set(BEYOND_FILES), "form": set(MALFORMED)}
    for kind, table in kinds.items():
        assert {code for code, k, _ in checks() if k == kind} == table, kind


def test_the_list_of_checks_that_are_backed_up_is_about_checks() -> None:
    assert set(BACKED_UP) <= set(REJECTED)


@pytest.mark.parametrize(("status", "code", "miss"), TABLE)
def test_near_miss(status: str, code: str, miss: Miss) -> None:
    outcome = check(*miss)
    assert (outcome.status, outcome.code) == (status, code), outcome.line()
    assert outcome.place
    assert outcome.statement == ""
    assert "\n" not in outcome.line()


@pytest.mark.parametrize("code", PLACES)
def test_place_and_numbers(code: str) -> None:
    outcome = check(*REJECTED[code][0])
    place, detail = PLACES[code]
    assert outcome.place == place
    assert detail is None or outcome.detail == detail


# Checks whose near miss claims what is false: here the check is all that stands in between.
FALSE = [
    "margin-below-one",
    "margin-not-below-one",
    "kink",
    "zero-neuron",
    "other-value",
    "not-identical",
    "not-positive",
    "kkt-infeasible",
    "multiplier-negative",
    "multiplier-inactive",
    "stationarity",
    "weight-not-positive",
    "path-on-a-kink",
    "slope-outside",
    "slopes-need-unshared-parameters",
    "not-kkt-infeasible",
    "separator-not-positive",
    "farkas",
    "empty-weight",
    "empty-of-idle-units",
    "gordan",
    "empty-with-bias",
    "empty-without-live-source",
    "propagation",
    "curve-start",
    "not-smaller-along",
    "sign-changes",
    "margin-below-one-along",
    "better-point-infeasible",
    "norm-not-smaller",
    "minimum-infeasible",
    "bound-for-all-layers",
    "bound-with-shared-weights",
    "lifting-multiplier-negative",
    "lifting-bound",
    "lifting-side-open",
    "lifting-slope-for-convex",
    "lifting-slope-outside",
    "lifting-weight-not-positive",
    "lifting-outside-ball",
    "bound-for-linear-networks",
    "product-with-late-bias",
    "product-multiplier-negative",
    "product-multipliers-zero",
    "product-bound",
    "vertices-of-one-layer",
    "vertices-with-bias",
    "vertices-of-crossing-chains",
    "vertex-root",
    "vertex-below-bound",
    "vertex-missing",
    "form-on-a-kink",
    "term-not-multilinear",
    "other-form",
    "curvature",
    "side-known",
    "listed-slope-outside",
    "listed-slope-not-concave",
    "leaf-multiplier-negative",
    "side-weight-not-positive",
    "open-slope",
    "several-layers-move",
    "layer-bound",
    "second-order-is-local",
    "leaf-multiplier-inactive",
    "leaf-stationarity",
    "not-dominant",
    "falls-though-increasing",
    "rises-though-decreasing",
    "limit-value",
    "limit-point",
    "limit-infeasible",
    "start-outside",
    "assumption-missing",
    "cells-need-one-hidden-layer",
    "witness-on-a-hyperplane",
    "witness-repeated",
    "chambers-missing",
    "other-count",
    "hinge-cells-need-one-hidden-layer",
    "group-read-twice",
    "loss-before-its-units",
    "loss-before-its-output-signs",
    "split-by-zero",
    "split-again",
    "point-not-in-the-cell",
    "cell-with-open-signs",
    "refutation-weight",
    "refutation-of-nothing",
    "refutation",
    "other-number-of-cells",
    "loss-not-zero",
    "hinge-multiplier-outside",
    "hinge-bound",
    "hinge-linear-with-kinks",
    "hinge-linear-stationarity",
    "hinge-unbalanced",
    "hinge-stationarity",
    "loss-not-smaller",
    "term-changes-sign",
    "lifting-empty-of-nothing",
    "lifting-not-empty",
]


@pytest.mark.parametrize("code", FALSE)
def test_the_claim_of_the_near_miss_is_false(code: str) -> None:
    claims = [json.loads(certificate) for certificate, _ in REJECTED[code]]
    assert not all(truth.true(claim) for claim in claims)


def test_every_mathematical_check_says_where() -> None:
    assert set(PLACES) == set(REJECTED)
