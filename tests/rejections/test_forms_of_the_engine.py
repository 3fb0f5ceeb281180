"""Certificates that the engine writes: every value of each is spoiled in turn.

Refused, or the claim is still true (``truth`` decides without kernel and library).
"""

from typing import Any

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions import form_certificate, indefinite_certificate, zero_trace_certificate
from exactmargin.exact import Q
from exactmargin.kernel import check
from exactmargin.networks import Parameters, from_pattern, fully_connected
from exactmargin.problems import MaxMargin, MulticlassHinge, Problem
from exactmargin.strategies.corruptions import corruptions, put
from tests.kernel.certificates import encode
from tests.rejections import truth


def problem() -> Problem:
    """Depth three, leaky; sparse and shared weights, biases in two layers; two examples."""
    patterns = [[[1, 2], [2, 0]], [[1, 0], [2, 1]], [[1, 2]]]
    network = from_pattern(patterns, [True, False, True], negative_slope="1/3")
    flat = ["1", "-2", "1/2", "-1", "3", "1", "2", "-1", "1/4"]
    point = Parameters.from_flat(network, [Q.coerce(v) for v in flat])
    data = Dataset.over(Q, [["1", "2"], ["-1", "1/2"]], [1, -1])
    return Problem("mixed", Q, network, data, MaxMargin(), point)


def of_classes() -> Problem:
    """Leaky, three outputs, biases in the first layer; one term of the loss is off."""
    network = fully_connected([1, 2, 3], negative_slope="1/2", bias=True)
    flat = ["1", "-2", "1/2", "1", "1", "0", "1/3", "2", "-1", "1", "-1", "1/4", "0"]
    point = Parameters.from_flat(network, [Q.coerce(v) for v in flat])
    data = Dataset.over(Q, [["1"], ["2"]], [0, 2], ["1/3", "2/3"])
    return Problem("classes", Q, network, data, MulticlassHinge(), point)


MAKERS = (form_certificate, zero_trace_certificate, indefinite_certificate)

CERTIFICATES: dict[str, Any] = {
    f"{make.__name__}, example {i + 1}": make(problem(), i).to_json()
    for make in MAKERS
    for i in (0, 1)
}
CERTIFICATES |= {f"{make.__name__}, loss": make(of_classes()).to_json() for make in MAKERS}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_spoiled_certificate_is_refused_or_its_claim_still_holds(name: str) -> None:
    assert check(encode(CERTIFICATES[name])).accepted
    refused = 0
    for what, spoiled in corruptions(CERTIFICATES[name]):
        outcome = check(encode(spoiled))
        if outcome.accepted:
            assert truth.true(spoiled), what
        else:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("about", ["example 1", "example 2", "loss"])
def test_every_monomial_counts(about: str) -> None:
    """A term that is doubled, dropped, negated or moved into another form is noticed."""
    certificate = CERTIFICATES[f"form_certificate, {about}"]
    terms = certificate["evidence"]["terms"]
    codes = set()
    for n, term in enumerate(terms):
        for piece in term["expression"].replace("-", "+-").removeprefix("+").split("+"):
            less = put(certificate, place(n), term["expression"] + f"-({piece})")
            for m, other in enumerate(terms):
                for sign in "+-":
                    text = f"{other['expression']}{sign}({piece})"
                    codes.add((m == n, check(encode(put(certificate, place(m), text))).code))
                text = f"{less['evidence']['terms'][m]['expression']}+({piece})"
                assert check(encode(put(less, place(m), text))).accepted == (m == n)
    assert codes == {(True, "other-form"), (False, "term-not-multilinear")}


def place(n: int) -> tuple[Any, ...]:
    """Where the expression of a term stands."""
    return ("evidence", "terms", n, "expression")
