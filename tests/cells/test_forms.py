"""Multilinear forms against exact differences, Euler's identity, SymPy and the network itself."""

from fractions import Fraction
from itertools import product

import pytest
import sympy
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmargin.cells import (
    FormTerm,
    MultilinearForm,
    blocks,
    has_zero_diagonal,
    indefinite_directions,
    symbol_names,
)
from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import GermField, Q, RealNumberField, sign
from exactmargin.networks import (
    Parameters,
    convolutional,
    diagonal,
    forward,
    from_pattern,
    fully_connected,
    slopes_from_sides,
    zero_pre_activations,
)
from exactmargin.strategies import architectures, rationals

SQRT2 = RealNumberField("r", ["-2", "0", "1"], ("1", "2"))


@st.composite
def forms(draw, **shape):
    """A random form, of any signs (also of an empty cell), and two points."""
    network = draw(architectures(depth=(1, 4), **shape))
    draw_slope = st.sampled_from([Q.one, network.negative_slope])
    slopes = tuple(tuple(draw(draw_slope) for _ in range(w)) for w in network.hidden_widths)
    x = tuple(draw(rationals()) for _ in range(network.input_dimension))
    points = [
        Parameters.from_flat(network, [draw(rationals()) for _ in range(network.parameter_count)])
        for _ in range(2)
    ]
    return MultilinearForm(Q, network, x, slopes), *points


def moved(form, parameters, changes):
    """The parameters with numbers added at some places."""
    flat = list(parameters.flat())
    for p, change in changes.items():
        flat[p] = flat[p] + change
    return Parameters.from_flat(form.network, flat)


def scaled(form, parameters, span, factor):
    """The parameters with one block multiplied."""
    flat = [v * factor if p in span else v for p, v in enumerate(parameters.flat())]
    return Parameters.from_flat(form.network, flat)


def at(form, expression, parameters):
    """A SymPy expression at these parameters."""
    numbers = [sympy.Rational(str(v)) for v in parameters.flat()]
    values = dict(zip(symbol_names(form.network), numbers, strict=True))
    return Fraction(str(expression.subs(values)))


def fraction(value):
    """A rational of this package as a Fraction."""
    return Fraction(str(value))


# ---------------------------------------------------------------- the form is the network


@given(forms())
def test_near_a_point_without_kinks_it_is_the_network(drawn):
    form, point, _ = drawn
    run = forward(form.network, point, form.x)
    if zero_pre_activations(run):
        return
    found = MultilinearForm.at(Q, form.network, point, form.x)
    assert found.slopes == slopes_from_sides(run)
    assert found.value(point) == run.output[0]


@given(forms())
def test_a_form_on_any_side_has_the_value_of_the_network(drawn):
    form, point, _ = drawn
    run = forward(form.network, point, form.x)
    zeros = zero_pre_activations(run)
    for sides in list(product((1, -1), repeat=len(zeros)))[:4]:
        chosen = dict(zip(zeros, sides, strict=True))
        found = MultilinearForm.at(Q, form.network, point, form.x, sides=chosen)
        assert found.value(point) == run.output[0]


@given(forms())
def test_the_factors_multiply_to_the_value(drawn):
    form, point, _ = drawn
    h = list(form.x)
    for weights, bias, slopes in form.factors(point):
        h = [sum((w * v for w, v in zip(row, h, strict=True)), Q.zero) for row in weights]
        h = [z + b for z, b in zip(h, bias or [Q.zero] * len(h), strict=True)]
        h = [a * z for a, z in zip(slopes or [Q.one] * len(h), h, strict=True)]
    assert h == [form.value(point)]


# ---------------------------------------------------------------- multilinearity, exactly


@given(forms())
def test_differences_along_axes_are_derivatives(drawn):
    form, point, _ = drawn
    gradient = form.gradient(point)
    for p, slope in enumerate(gradient):
        for step in (1, -3):
            there = form.value(moved(form, point, {p: Q.coerce(step)}))
            assert there - form.value(point) == step * slope


@given(forms())
def test_the_hessian_is_the_mixed_difference(drawn):
    form, point, _ = drawn
    hessian, one = form.hessian(point), Q.one
    base = form.value(point)
    single = [form.value(moved(form, point, {p: one})) for p in range(len(hessian))]
    for p in range(len(hessian)):
        for q in range(p + 1, len(hessian)):
            both = form.value(moved(form, point, {p: one, q: one}))
            assert hessian[p][q] == hessian[q][p] == both - single[p] - single[q] + base


@given(forms())
def test_the_hessian_has_zero_blocks_on_its_diagonal(drawn):
    form, point, _ = drawn
    hessian = form.hessian(point)
    assert has_zero_diagonal(hessian)
    assert sum((hessian[p][p] for p in range(len(hessian))), Q.zero) == 0
    depth = form.network.depth
    for a, b in product(range(depth), repeat=2):
        rows, columns = form.network.block_slice(a), form.network.block_slice(b)
        block = form.hessian_block(point, a, b)
        assert block == tuple(row[columns] for row in hessian[rows])
        assert a != b or not any(sign(v) for row in block for v in row)


@given(forms())
def test_hessian_vector_is_the_hessian_times_the_vector(drawn):
    form, point, other = drawn
    hessian, v = form.hessian(point), other.flat()
    product_ = tuple(sum((a * b for a, b in zip(row, v, strict=True)), Q.zero) for row in hessian)
    assert form.hessian_vector(point, v) == product_


@given(forms())
def test_two_vectors_show_that_a_hessian_is_indefinite(drawn):
    form, point, _ = drawn
    hessian = form.hessian(point)
    found = indefinite_directions(hessian)
    if found is None:
        assert not any(sign(v) for row in hessian for v in row)
        return
    for d, wanted in zip(found, (1, -1), strict=True):
        image = form.hessian_vector(point, [Q.coerce(v) for v in d])
        assert sign(sum((a * b for a, b in zip(d, image, strict=True)), Q.zero)) == wanted


@given(forms())
def test_euler_block_by_block(drawn):
    """<block, gradient> is the sum of the terms that have the block: homogeneous of degree one."""
    form, point, _ = drawn
    gradient, flat = form.gradient(point), point.flat()
    for name, span in blocks(form.network).items():
        inner = sum((gradient[p] * flat[p] for p in span), Q.zero)
        terms = [t.value(point) for t in form.terms() if name in t.blocks]
        assert inner == sum(terms, Q.zero)


# ---------------------------------------------------------------- L Theorem 1, term by term


def test_the_table_of_theorem_1():
    """φ_0(ω1, ..., ωL, V), φ_l(b_l, ω_(l+1), ..., V), φ_(L+1)(c): here L = 3."""
    network = fully_connected([2, 1, 2, 1, 1], bias=True)
    point = Parameters.from_flat(network, [Q.one] * network.parameter_count)
    terms = MultilinearForm.at(Q, network, point, [1, 1]).terms()
    assert [(t.index, t.blocks) for t in terms] == [
        (0, ("u1", "u2", "u3", "u4")),
        (1, ("b1", "u2", "u3", "u4")),
        (2, ("b2", "u3", "u4")),
        (3, ("b3", "u4")),
        (4, ("b4",)),
    ]


def test_layers_without_biases_have_no_term():
    network = from_pattern([[[1]], [[1]], [[1]]], [False, True, False])
    point = Parameters.from_flat(network, [Q.one] * 4)
    terms = MultilinearForm.at(Q, network, point, [1]).terms()
    assert [(t.index, t.blocks) for t in terms] == [(0, ("u1", "u2", "u3")), (2, ("b2", "u3"))]
    assert [t.polynomial() for t in terms] == ["u1_1*u2_1*u3_1", "b2_1*u3_1"]


@given(forms())
def test_the_terms_add_up_and_are_forms(drawn):
    form, point, other = drawn
    terms = form.terms()
    assert sum((t.value(point) for t in terms), Q.zero) == form.value(point)
    for term in terms:
        value = term.value(point)
        for name, span in blocks(form.network).items():
            tripled = term.value(scaled(form, point, span, 3))
            assert tripled == value * (3 if name in term.blocks else 1)
            if name in term.blocks:  # additive in the block
                there = {p: other.flat()[p] for p in span}
                both = term.value(moved(form, point, there))
                here = Parameters.from_flat(
                    form.network, [there.get(p, v) for p, v in enumerate(point.flat())]
                )
                assert both == value + term.value(here)


# ---------------------------------------------------------------- written out


@given(forms(width=(1, 2)))
@settings(max_examples=60)
def test_text_sympy_and_value_agree(drawn):
    form, point, other = drawn
    expression = form.sympy()
    assert sympy.expand(sympy.sympify(form.polynomial()) - expression) == 0
    assert sympy.expand(sum(t.sympy() for t in form.terms()) - expression) == 0
    for parameters in (point, other):
        assert at(form, expression, parameters) == fraction(form.value(parameters))


@given(forms(width=(1, 2)))
@settings(max_examples=40)
def test_derivatives_agree_with_sympy(drawn):
    form, point, _ = drawn
    expression, names = form.sympy(), symbol_names(form.network)
    gradient, hessian = form.gradient(point), form.hessian(point)
    for p, a in enumerate(names):
        first = sympy.diff(expression, a)
        assert at(form, first, point) == fraction(gradient[p])
        assert sympy.diff(first, a) == 0
        for q, b in enumerate(names):
            assert at(form, sympy.diff(first, b), point) == fraction(hessian[p][q])


@given(forms())
def test_a_monomial_has_at_most_one_parameter_of_a_layer(drawn):
    form, _, _ = drawn
    slices = [form.network.block_slice(n) for n in range(form.network.depth)]
    for monomial, value in form.monomials().items():
        assert sign(value)
        assert list(monomial) == sorted(monomial)
        layers = [n for p in monomial for n, s in enumerate(slices) if s.start <= p < s.stop]
        assert layers == list(range(form.network.depth - len(monomial), form.network.depth))


def test_the_text_of_a_small_network():
    network = convolutional(4, 2, stride=2, negative_slope="1/2", bias=True)
    point = Parameters.over(Q, network, [[1, -1], [1, 1]], [[0, 0], ["1/3"]])
    form = MultilinearForm.at(Q, network, point, ["2", "1", "1", "2"])
    assert form.slopes == ((1, Q.coerce("1/2")),)
    assert form.polynomial() == (
        "2*u1_1*u2_1+1/2*u1_1*u2_2+u1_2*u2_1+u1_2*u2_2+b1_1*u2_1+1/2*b1_2*u2_2+b2_1"
    )
    assert symbol_names(network) == ("u1_1", "u1_2", "b1_1", "b1_2", "u2_1", "u2_2", "b2_1")


def test_the_zero_form():
    network = diagonal(1, 2)
    point = Parameters.over(Q, network, [[-1], [1]])
    form = MultilinearForm.at(Q, network, point, [1])
    assert (form.polynomial(), form.sympy(), form.value(point)) == ("0", 0, 0)
    assert indefinite_directions(form.hessian(point)) is None


def test_numbers_of_a_field():
    network = fully_connected([2, 1, 1], negative_slope="1/2")
    point = Parameters.over(SQRT2, network, [["-r", "1"], ["r-1"]])
    form = MultilinearForm.at(SQRT2, network, point, ["r+2", "-r"])
    assert form.polynomial() == "(1/2*r+1)*u1_1*u2_1-1/2*r*u1_2*u2_1"
    r, u1, u2, v = sympy.symbols("r u1_1 u1_2 u2_1")
    assert sympy.expand(form.sympy() - ((r / 2 + 1) * u1 - r / 2 * u2) * v) == 0
    assert form.value(point) == SQRT2.parse("1/2*r-2")
    assert form.hessian(point)[0][2] == SQRT2.parse("1/2*r+1")


def test_over_germs_there_are_values_but_no_text():
    germs = GermField(Q)
    network = fully_connected([1, 1, 1])
    point = Parameters.over(germs, network, [[germs.eps], [1]])
    form = MultilinearForm.at(germs, network, point, [germs.eps])
    assert form.value(point) == germs.eps * germs.eps
    for write in (form.sympy, form.polynomial):
        with pytest.raises(InvalidInputError, match="cannot be written out"):
            write()


def test_a_form_may_have_another_output():
    network = fully_connected([1, 1, 2])
    point = Parameters.over(Q, network, [[1], [2, 3]])
    values = [MultilinearForm.at(Q, network, point, [1], output=r).value(point) for r in (0, 1)]
    assert values == [2, 3]


# ---------------------------------------------------------------- kinks and misuse

WEIGHTS = [[0, 1], [1, 1]]


def test_a_kink_needs_a_side():
    network = from_pattern([[[1, 0], [0, 2]], [[1, 2]]])
    point = Parameters.over(Q, network, WEIGHTS)
    with pytest.raises(
        InvalidInputError, match=r"^the pre-activation of \(layer, unit\) = \(0, 0\)"
    ):
        MultilinearForm.at(Q, network, point, [1, 1])
    texts = [
        MultilinearForm.at(Q, network, point, [1, 1], sides={(0, 0): side}).polynomial()
        for side in (1, -1)
    ]
    assert texts == ["u1_1*u2_1+u1_2*u2_2", "u1_2*u2_2"]


def test_a_zero_that_stays_zero_needs_none():
    network = from_pattern([[[1, 0], [0, 2]], [[1, 2]]])
    point = Parameters.over(Q, network, WEIGHTS)
    assert MultilinearForm.at(Q, network, point, [0, 1]).polynomial() == "u1_2*u2_2"
    linear = from_pattern([[[1, 0], [0, 2]], [[1, 2]]], negative_slope=1)
    form = MultilinearForm.at(Q, linear, point, [1, 1])
    assert form.polynomial() == "u1_1*u2_1+u1_2*u2_2"


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        ({(0, 1): 1}, r"a side is given for \(layer, unit\) = \(0, 1\)"),
        ({(0, 0): 0}, r"the side of \(layer, unit\) = \(0, 0\) is 0, not \+1 or -1"),
    ],
)
def test_wrong_sides(sides, message):
    network = from_pattern([[[1, 0], [0, 2]], [[1, 2]]])
    point = Parameters.over(Q, network, WEIGHTS)
    with pytest.raises(InvalidInputError, match=message):
        MultilinearForm.at(Q, network, point, [1, 1], sides=sides)


@pytest.mark.parametrize(
    ("x", "slopes", "output", "message"),
    [
        ([1, 2], [[1]], 0, "the input has length 2"),
        ([1], [[1, 1]], 0, r"the slopes have shape \(2,\)"),
        ([1], [], 0, r"the slopes have shape \(\)"),
        ([1], [[1]], 1, "there is no output 1; the network has outputs 0..0"),
    ],
)
def test_wrong_shapes(x, slopes, output, message):
    with pytest.raises(InvalidInputError, match=message):
        MultilinearForm(Q, fully_connected([1, 1, 1]), x, slopes, output)


def test_other_misuse():
    network = fully_connected([1, 1, 1])
    point = Parameters.over(Q, network, [[1], [1]])
    form = MultilinearForm.at(Q, network, point, [1])
    with pytest.raises(InvalidInputError, match="the vector has length 1"):
        form.hessian_vector(point, [Q.one])
    with pytest.raises(InvalidInputError, match="there is no layer 2"):
        form.hessian_block(point, 0, 2)
    with pytest.raises(InvalidInputError, match="weights: has length 1"):
        FormTerm(form, 0, ("u1", "u2")).value(Parameters(((Q.one,),), (None,)))
    with pytest.raises(FloatRefusedError):
        MultilinearForm(Q, network, (0.5,), ((1,),))
    with pytest.raises(InvalidInputError, match="another length"):
        indefinite_directions([[Q.zero, Q.one]])
    with pytest.raises(InvalidInputError, match="a diagonal entry is not 0"):
        indefinite_directions([[Q.one]])
    field = RealNumberField("u1_1", ["-2", "0", "1"], ("1", "2"))
    with pytest.raises(InvalidInputError, match="has the name of a parameter"):
        MultilinearForm(field, network, (1,), ((1,),)).polynomial()


def test_a_large_form_stays_factored():
    network = fully_connected([6, 30, 30, 30, 1], negative_slope="1/3")
    flat = [Q.coerce((7 * p * p + p) % 11 - 5) for p in range(network.parameter_count)]
    point = Parameters.from_flat(network, flat)
    form = MultilinearForm.at(Q, network, point, range(1, 7))
    assert form.value(point) == forward(network, point, form.x).output[0]
    assert len(form.hessian_vector(point, flat)) == network.parameter_count
    with pytest.raises(InvalidInputError, match="more than 20000 monomials"):
        form.polynomial()


def test_a_notebook_typesets_a_form_unless_it_is_long():
    network = fully_connected([1, 2, 1], negative_slope=1)
    form = MultilinearForm.at(Q, network, Parameters.over(Q, network, [[1, 1], [1, 1]]), [fmpq(2)])
    latex = form._repr_latex_()
    assert latex == r"$\displaystyle 2 u_{1 1} u_{2 1} + 2 u_{1 2} u_{2 2}$"
    wide = fully_connected([1, 101, 1], negative_slope=1)
    ones = Parameters.over(Q, wide, [[1] * 101, [1] * 101])
    assert MultilinearForm.at(Q, wide, ones, [fmpq(2)])._repr_latex_() is None
