"""The binary hinge loss on a cell: L Theorem 1 and Lemma 102, term by term."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmargin.cells import HingeForm, MultilinearForm, blocks, has_zero_diagonal, hinge_form
from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, sign
from exactmargin.networks import Parameters, forward, fully_connected, zero_pre_activations
from exactmargin.strategies import architectures, rationals


def the_loss(network, parameters, data):
    """Σ μ max(0, 1 - y Φ), by the forward pass."""
    total = Q.zero
    weights = data.weights or [Q.one / data.size] * data.size
    for x, y, mu in zip(data.inputs, data.labels, weights, strict=True):
        term = 1 - y * forward(network, parameters, x).output[0]
        total = total + mu * (term if sign(term) > 0 else 0)
    return total


@st.composite
def losses(draw, biases=None):
    """A network, a point, a sample with weights or none."""
    network = draw(architectures(biases=biases))
    size = draw(st.integers(1, 4))
    numbers = lambda n: [draw(rationals()) for _ in range(n)]  # noqa: E731 - used twice below
    point = Parameters.from_flat(network, numbers(network.parameter_count))
    inputs = [numbers(network.input_dimension) for _ in range(size)]
    labels = [draw(st.sampled_from([1, -1])) for _ in range(size)]
    weights = draw(st.none() | st.lists(st.integers(1, 5), min_size=size, max_size=size))
    return network, point, Dataset.over(Q, inputs, labels, weights)


@given(losses())
def test_on_the_cell_of_a_point_it_is_the_loss(drawn):
    network, point, data = drawn
    try:
        loss = HingeForm.at(Q, network, point, data)
    except InvalidInputError:
        runs = [forward(network, point, x) for x in data.inputs]
        margins = [y * run.output[0] for y, run in zip(data.labels, runs, strict=True)]
        assert any(map(zero_pre_activations, runs)) or 1 in margins
        return
    assert loss.value(point) == the_loss(network, point, data)
    assert sum((t.value(point) for t in loss.terms()), Q.zero) == loss.value(point)
    assert has_zero_diagonal(loss.hessian(point))


@given(losses(), st.data())
def test_every_signature_gives_a_sum_of_forms(drawn, data):
    """Also those of empty cells: an identity in all parameters."""
    network, point, sample = drawn
    slopes = tuple(
        tuple(data.draw(st.sampled_from([Q.one, network.negative_slope])) for _ in range(w))
        for w in network.hidden_widths
    )
    forms = [MultilinearForm(Q, network, x, slopes) for x in sample.inputs]
    signature = [data.draw(st.sampled_from([1, -1])) for _ in forms]
    loss = hinge_form(forms, sample.labels, signature, sample.weights)
    mu = sample.weights or [Q.one / sample.size] * sample.size
    rows = list(zip(mu, sample.labels, forms, signature, strict=True))
    total = sum((m * (1 - y * f.value(point)) for m, y, f, s in rows if s > 0), Q.zero)
    assert loss.value(point) == total
    gradient = loss.gradient(point)
    for p, slope in enumerate(gradient):
        flat = list(point.flat())
        flat[p] = flat[p] + 1
        assert loss.value(Parameters.from_flat(network, flat)) - total == slope
    for term in loss.terms():
        value, flat = term.value(point), point.flat()
        for name, span in blocks(network).items():
            tripled = [v * 3 if p in span else v for p, v in enumerate(flat)]
            there = term.value(Parameters.from_flat(network, tripled))
            assert there == value * (3 if name in term.blocks else 1)


def test_the_table_of_theorem_1_for_the_loss():
    """φ_0, ..., φ_(L+1) and the constant φ_(L+2), for L = 2."""
    network = fully_connected([1, 1, 1, 1], bias=True)
    point = Parameters.from_flat(network, [Q.one] * 6)
    loss = HingeForm.at(Q, network, point, Dataset.over(Q, [[1]], [-1], [2]))
    assert [(t.index, t.blocks, t.polynomial()) for t in loss.terms()] == [
        (0, ("u1", "u2", "u3"), "2*u1_1*u2_1*u3_1"),
        (1, ("b1", "u2", "u3"), "2*b1_1*u2_1*u3_1"),
        (2, ("b2", "u3"), "2*b2_1*u3_1"),
        (3, ("b3",), "2*b3_1"),
        (4, (), "2"),
    ]
    assert loss.polynomial() == ("2*u1_1*u2_1*u3_1+2*b1_1*u2_1*u3_1+2*b2_1*u3_1+2*b3_1+2")
    assert str(loss.sympy()) == str(sum(t.sympy() for t in loss.terms()))
    assert loss.terms()[-1].value(point) == loss.constant == 2


def lemma_102(slope, data, signs, hidden):
    """The coefficients of Lemma 102 with γ as in its statement: φ_2 = -γ c, φ_3 = δ."""
    eps = [Q.one if s > 0 else Q.zero for s in signs]
    lam = [[Q.one if s > 0 else slope for s in row] for row in hidden]
    rows = list(zip(data.weights, data.labels, eps, lam, data.inputs, strict=True))
    width, dimension = len(lam[0]), data.dimension
    a = [
        [sum((m * y * e * l[k] * x[j] for m, y, e, l, x in rows), Q.zero) for j in range(dimension)]
        for k in range(width)
    ]
    alpha = [sum((m * y * e * l[k] for m, y, e, l, _ in rows), Q.zero) for k in range(width)]
    gamma = sum((m * y * e for m, y, e, _, _ in rows), Q.zero)
    delta = sum((m * e for m, _, e, _, _ in rows), Q.zero)
    return a, alpha, gamma, delta


@pytest.mark.parametrize("signs", list(product((1, -1), repeat=3)))
def test_lemma_102(signs):
    """All coefficients, free parameters; the sign of γ is the one in the statement (ERRATA)."""
    network = fully_connected([2, 2, 1], negative_slope="1/3", bias=True)
    data = Dataset.over(Q, [[1, 2], [-1, 3], ["1/2", 0]], [1, -1, 1], ["1/4", "1/2", "1/8"])
    hidden = [(1, -1), (-1, -1), (1, 1)]
    slope = network.negative_slope
    forms = [
        MultilinearForm(Q, network, x, [[Q.one if s > 0 else slope for s in row]])
        for x, row in zip(data.inputs, hidden, strict=True)
    ]
    loss = hinge_form(forms, data.labels, signs, data.weights)
    a, alpha, gamma, delta = lemma_102(slope, data, signs, hidden)
    w = [[0, 1], [2, 3]]  # flat: weights row by row, b, v, c
    b, v, c = [4, 5], [6, 7], 8
    expected = {(w[k][j], v[k]): -a[k][j] for k in range(2) for j in range(2)}
    expected |= {(b[k], v[k]): -alpha[k] for k in range(2)}
    expected |= {(c,): -gamma, (): delta}
    assert loss.monomials() == {key: value for key, value in expected.items() if sign(value)}


def test_on_the_boundary_there_is_no_single_form():
    network = fully_connected([1, 1, 1])
    point = Parameters.over(Q, network, [[1], [1]])
    with pytest.raises(InvalidInputError, match=r"^data.inputs\[1\]: the margin is exactly 1"):
        HingeForm.at(Q, network, point, Dataset.over(Q, [[2], [1]], [1, 1]))
    point = Parameters.over(Q, network, [[0], [1]])
    with pytest.raises(InvalidInputError, match=r"^data.inputs\[0\]: the pre-activation of"):
        HingeForm.at(Q, network, point, Dataset.over(Q, [[1]], [1]))
    wide = fully_connected([1, 1, 2])
    with pytest.raises(InvalidInputError, match="has 2 outputs"):
        HingeForm.at(Q, wide, Parameters.zeros(wide, Q), Dataset.over(Q, [[1]], [0]))


@pytest.mark.parametrize(
    ("labels", "signature", "weights", "message"),
    [
        ([1, 1], [1], None, "labels: has length 2 for 1 forms"),
        ([1], [], None, "signature: has length 0 for 1 forms"),
        ([1], [1], [1, 2], "weights: has length 2 for 1 forms"),
        ([0], [1], None, r"labels\[0\]: 0 does not fit; expected 1 or -1"),
        ([True], [1], None, r"labels\[0\]: True does not fit"),
        ([1], [0], None, r"signature\[0\]: 0 does not fit"),
        ([1], [1], [0], r"weights\[0\]: .* does not fit; expected a positive rational"),
        ([1], [1], [0.5], "0.5"),
    ],
)
def test_misuse(labels, signature, weights, message):
    form = MultilinearForm(Q, fully_connected([1, 1, 1]), (1,), ((1,),))
    with pytest.raises(InvalidInputError, match=message):
        hinge_form([form], labels, signature, weights)


def test_the_forms_belong_together():
    forms = [
        MultilinearForm(Q, fully_connected([1, 1, 1], bias=bias), (1,), ((1,),))
        for bias in (True, False)
    ]
    with pytest.raises(InvalidInputError, match=r"^forms\[1\]: "):
        hinge_form(forms, [1, 1], [1, 1])
    with pytest.raises(InvalidInputError, match=r"^forms: is empty"):
        hinge_form([], [], [])
