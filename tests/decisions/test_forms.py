"""Certificates about forms and Hessians: made by the engine, accepted, or the reason for none."""

import dataclasses

import pytest
from hypothesis import given, settings

from exactmargin.cells import MultilinearForm, indefinite_directions
from exactmargin.data import Dataset
from exactmargin.decisions import (
    FORMS,
    Answer,
    Certificate,
    certify,
    form_certificate,
    indefinite_certificate,
    zero_trace_certificate,
)
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import (
    Hinge,
    LayerMaxMargin,
    MaxMargin,
    MulticlassHinge,
    OneVersusAllHinge,
    Problem,
)
from exactmargin.strategies import problems


def make(widths, flat, x, **options):
    """A problem with one example."""
    network = fully_connected(widths, **options)
    point = Parameters.from_flat(network, [Q.coerce(v) for v in flat])
    return Problem("one", Q, network, Dataset.over(Q, [x], [1]), MaxMargin(), point)


@given(problems(["max-margin", "layer-max-margin"]))
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


def classes(flat, labels, weights=None, objective=None, slope=0):
    """Two inputs 1 and 2, one unit, three outputs, biases."""
    network = fully_connected([1, 1, 3], negative_slope=slope, bias=True)
    point = Parameters.from_flat(network, [Q.coerce(v) for v in flat])
    data = Dataset.over(Q, [[1], [2]], labels, weights)
    return Problem("classes", Q, network, data, objective or MulticlassHinge(), point)


def test_the_loss_of_several_classes():
    """The sum of μ (2 - 2 Φ_1 + Φ_2 + Φ_3), all terms being on."""
    problem = classes([1, 0, "1/4", "1/8", 0, 0, 0, 0], [0, 0], ["1/3", "2/3"])
    expected = {
        "terms": [
            {
                "blocks": ["u1", "u2"],
                "expression": "-10/3*u1_1*u2_1+5/3*u1_1*u2_2+5/3*u1_1*u2_3",
            },
            {"blocks": ["b1", "u2"], "expression": "-2*b1_1*u2_1+b1_1*u2_2+b1_1*u2_3"},
            {"blocks": ["b2"], "expression": "-2*b2_1+b2_2+b2_3"},
            {"blocks": [], "expression": "2"},
        ]
    }
    assert form_certificate(problem).evidence == expected
    assert zero_trace_certificate(problem).evidence == {}
    assert indefinite_certificate(problem).outcome().accepted
    one_versus_all = dataclasses.replace(problem, objective=OneVersusAllHinge())
    assert form_certificate(one_versus_all).evidence["terms"][3]["expression"] == "3"


def test_the_binary_loss():
    problem = make([1, 1, 1], [1, "1/2"], [1])
    hinge = dataclasses.replace(problem, objective=Hinge())
    terms = form_certificate(hinge).evidence["terms"]
    assert [term["expression"] for term in terms] == ["-u1_1*u2_1", "1"]
    solved = dataclasses.replace(make([1, 1, 1], [1, 2], [1]), objective=Hinge())
    assert [t["expression"] for t in form_certificate(solved).evidence["terms"]] == ["0", "0"]
    with pytest.raises(InvalidInputError, match=r"^the Hessian of the loss is zero at the point"):
        indefinite_certificate(solved)


def test_a_term_that_is_zero_and_a_kink():
    edge = dataclasses.replace(make([1, 1, 1], [1, 1], [1]), objective=Hinge())
    with pytest.raises(InvalidInputError, match=r"^data.inputs\[0\]: a term of the loss is zero"):
        zero_trace_certificate(edge)
    kink = dataclasses.replace(make([1, 1, 1], [0, 1], [1]), objective=Hinge())
    with pytest.raises(InvalidInputError, match=r"is zero, so the point lies on the boundary"):
        form_certificate(kink)


def test_no_loss_and_several_outputs():
    with pytest.raises(
        InvalidInputError,
        match=r"^the objective max-margin is no sum of terms of a hinge loss alone",
    ):
        form_certificate(make([1, 1], [1], [1]))
    problem = classes([1, 0, "1/2", "1/4", 0, 0, 0, 0], [0, 0])
    with pytest.raises(InvalidInputError, match=r"^the network has 3 outputs; of one example only"):
        zero_trace_certificate(problem, 0)


def test_no_point():
    problem = make([1, 1], [1], [1]).with_parameters(None)
    with pytest.raises(InvalidInputError, match=r"^the problem has no point"):
        form_certificate(problem, 0)


@pytest.mark.parametrize("claim", FORMS)
def test_a_form_as_a_verdict(claim):
    problem = make([1, 1, 1], [2, 1], [1])
    verdict = certify(problem, claim, example=0)
    assert verdict.answer is Answer.YES
    assert verdict.certificate.claim == claim
    kink = certify(make([1, 1, 1], [0, 1], [1]), claim, example=0)
    assert kink.answer is Answer.UNKNOWN
    assert kink.reason.endswith("is zero, so the point lies on the boundary of cells")
    with pytest.raises(InvalidInputError, match=r"^there is no example 1; the sample has"):
        certify(problem, claim, example=1)
    with pytest.raises(InvalidInputError, match=r"give an example, 0\.\.0, for the network's"):
        certify(problem, claim)


def test_an_example_goes_with_a_form():
    problem = make([1, 1, 1], [2, 1], [1])
    with pytest.raises(InvalidInputError, match=r"^the claim 'kkt' is about no single example; "):
        certify(problem, "kkt", example=0)
