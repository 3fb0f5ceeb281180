"""Certificates about forms and Hessians: made by the engine, accepted, or the reason for none."""

import dataclasses

import pytest
from hypothesis import given, settings

from exactmargin.cells import MultilinearForm, indefinite_directions
from exactmargin.data import Dataset
from exactmargin.decisions import (
    Certificate,
    form_certificate,
    indefinite_certificate,
    zero_trace_certificate,
)
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem
from tests.laws.instances import problems


def make(widths, flat, x, **options):
    """A problem with one example."""
    network = fully_connected(widths, **options)
    point = Parameters.from_flat(network, [Q.coerce(v) for v in flat])
    return Problem("one", Q, network, Dataset.over(Q, [x], [1]), MaxMargin(), point)


@given(problems())
@settings(max_examples=150)
def test_engine_and_kernel_agree(problem):
    """The same kinks, the same polynomial, the same signs; certificates are verified inside."""
    for i in range(problem.data.size):
        try:
            form = MultilinearForm.at(
                problem.field, problem.network, problem.point(), problem.data.inputs[i]
            )
        except InvalidInputError:
            for function in (form_certificate, zero_trace_certificate, indefinite_certificate):
                with pytest.raises(InvalidInputError, match=r"^data.inputs\[") as caught:
                    function(problem, i)
                assert "is zero, so the point lies on the boundary" in str(caught.value)
            claim = Certificate.about(problem, "zero-trace-hessian", {"example": i + 1})
            assert claim.outcome().code == "form-on-a-kink"
            continue
        assert form_certificate(problem, i).claim == "multilinear-form"
        assert zero_trace_certificate(problem, i).evidence == {"example": i + 1}
        if indefinite_directions(form.hessian(problem.point())) is None:
            with pytest.raises(InvalidInputError, match="is zero at the point"):
                indefinite_certificate(problem, i)
        else:
            assert indefinite_certificate(problem, i).outcome().accepted


def test_all_parameters_move_whatever_the_objective():
    problem = make([1, 1, 1], [2, 1], [1])
    layer = dataclasses.replace(problem, objective=LayerMaxMargin(2))
    assert form_certificate(layer, 0).evidence == form_certificate(problem, 0).evidence
    kink = dataclasses.replace(make([1, 1, 1], [0, 1], [1]), objective=LayerMaxMargin(2))
    with pytest.raises(InvalidInputError, match="is zero, so the point lies on the boundary"):
        form_certificate(kink, 0)


def test_the_evidence_is_readable():
    problem = make([1, 2, 1], [1, -1, 1, 1, 2, 3, 1], [2], bias=True, negative_slope="1/2")
    assert form_certificate(problem, 0).evidence == {
        "example": 1,
        "terms": [
            {"blocks": ["u1", "u2"], "expression": "2*u1_1*u2_1+u1_2*u2_2"},
            {"blocks": ["b1", "u2"], "expression": "b1_1*u2_1+1/2*b1_2*u2_2"},
            {"blocks": ["b2"], "expression": "b2_1"},
        ],
    }
    assert indefinite_certificate(problem, 0).evidence == {
        "example": 1,
        "positive": ["1", "0", "0", "0", "1", "0", "0"],
        "negative": ["1", "0", "0", "0", "-1", "0", "0"],
    }


def test_the_hessian_of_a_linear_function_is_zero():
    with pytest.raises(InvalidInputError, match=r"^the Hessian of Φ at example 1 is zero"):
        indefinite_certificate(make([2, 1], [1, 1], [1, 1]), 0)


def test_a_long_term_is_not_written():
    problem = make([9, 9, 9, 1], [1] * 171, [1] * 9)
    with pytest.raises(InvalidInputError, match="holds at most 4000, so keep the form factored"):
        form_certificate(problem, 0)
    assert indefinite_certificate(problem, 0).outcome().accepted
    assert zero_trace_certificate(problem, 0).outcome().accepted


@pytest.mark.parametrize("example", [1, -1, True, "0"])
def test_no_such_example(example):
    with pytest.raises(
        InvalidInputError, match=r"^there is no example .*; the sample has examples"
    ):
        zero_trace_certificate(make([1, 1], [1], [1]), example)


def test_no_point():
    problem = make([1, 1], [1], [1]).with_parameters(None)
    with pytest.raises(InvalidInputError, match=r"^the problem has no point"):
        form_certificate(problem, 0)
