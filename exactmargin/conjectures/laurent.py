"""Conjectures about hinge losses (L): four that are false, and L's Theorems 2, 4, 5 and 6."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from exactmargin.conjectures.conditions import (
    CRITICAL,
    DEPTH_2,
    EQUAL_CLASSES,
    FULLY_CONNECTED,
    GLOBAL_MINIMUM,
    LEAKY,
    LOCAL_MINIMUM,
    RELU,
    SEPARABLE,
)
from exactmargin.conjectures.conjecture import Conjecture
from exactmargin.conjectures.laurent_conditions import (
    BLIND_SIDE,
    EVERY_BIAS,
    FLAT,
    FLAT_AS_PRINTED,
    LEMMA_106_AS_PRINTED,
    NO_BIASES_OF_UNITS,
    NO_LOSS,
    NO_OUTPUT_WEIGHT,
    ONE_VERSUS_MINUS_ONE,
    OUTPUT_BIAS_OFF_THE_KINKS,
    SEVERAL_CLASSES,
    SOME_OUTPUT_WEIGHT,
)
from exactmargin.problems import Problem
from exactmargin.strategies import hinge_points

__all__ = ["CONJECTURES"]


def _mostly_best(**wishes: Any) -> SearchStrategy[Problem]:
    """Points of any kind, every other one with the best last layer: critical points are of this
    kind where the hidden units are off their kinks."""
    return st.one_of(hinge_points(**wishes), hinge_points("optimal", **wishes))


_NETWORK = (ONE_VERSUS_MINUS_ONE, DEPTH_2, FULLY_CONNECTED)

CONJECTURES = (
    Conjecture(
        id="theorem-2-without-biases",
        name="L Theorem 2 by its letter, where hidden units have no biases: at a local minimum "
        "with loss 0 some cell, on which no entry of the signature (6) is 0, has the point on its "
        "boundary, and the loss is constant there",
        instances=lambda: hinge_points(hidden_bias=False),
        hypotheses=(*_NETWORK, NO_BIASES_OF_UNITS, NO_LOSS, LOCAL_MINIMUM),
        conclusion=FLAT_AS_PRINTED,
        source="L Theorem 2",
    ),
    Conjecture(
        id="theorem-5-without-equal-weights",
        name="every local minimum is a global minimum for separable data and slope > 0, whatever "
        "the weights of the classes",
        instances=lambda: hinge_points(
            dimension=2, size=(2, 4), slopes=["1/2", 1], weighted=True, separable=True
        ),
        hypotheses=(*_NETWORK, EVERY_BIAS, LEAKY, SEPARABLE, LOCAL_MINIMUM),
        conclusion=GLOBAL_MINIMUM,
        source="L Theorem 5",
    ),
    Conjecture(
        id="lemma-106-as-printed",
        name="L Lemma 106 (ii) as printed: L(t) - L(0) = -t(<a_k, w_k> - alpha_k b_k)",
        instances=lambda: hinge_points(),
        hypotheses=(*_NETWORK, EVERY_BIAS, NO_OUTPUT_WEIGHT, OUTPUT_BIAS_OFF_THE_KINKS),
        conclusion=LEMMA_106_AS_PRINTED,
        source="L Lemma 106 (ii)",
    ),
    Conjecture(
        id="theorem-6-for-three-classes",
        name="L Theorem 6 for three classes: at a critical point every unsolved example is on the "
        "blind side of every active unit",
        instances=lambda: _mostly_best(slopes=[0], classes=3, dimension=2, size=(3, 4)),
        hypotheses=(
            DEPTH_2,
            FULLY_CONNECTED,
            EVERY_BIAS,
            RELU,
            SEVERAL_CLASSES,
            SEPARABLE,
            CRITICAL,
        ),
        conclusion=BLIND_SIDE,
        source="L Figure 5, section 4",
    ),
    Conjecture(
        id="laurent2018/theorem-2",
        name="a local minimum with loss 0 is of type I, where every unit has a bias",
        instances=lambda: _mostly_best(weighted=True, separable=True),
        hypotheses=(*_NETWORK, EVERY_BIAS, NO_LOSS, LOCAL_MINIMUM),
        conclusion=FLAT,
        source="L Theorem 2",
    ),
    Conjecture(
        id="laurent2018/theorem-4",
        name="a critical point is a global minimum, for separable data, slope > 0 and v not 0",
        instances=lambda: _mostly_best(slopes=["1/2", "1/3"], weighted=True, separable=True),
        hypotheses=(*_NETWORK, EVERY_BIAS, LEAKY, SOME_OUTPUT_WEIGHT, SEPARABLE, CRITICAL),
        conclusion=GLOBAL_MINIMUM,
        source="L Theorem 4",
    ),
    Conjecture(
        id="laurent2018/theorem-5",
        name="a local minimum is a global minimum, for separable data, slope > 0 and classes of "
        "equal weight",
        instances=lambda: _mostly_best(
            slopes=["1/2", "1/3", 1], weighted=True, separable=True, balanced=True
        ),
        hypotheses=(*_NETWORK, EVERY_BIAS, LEAKY, EQUAL_CLASSES, SEPARABLE, LOCAL_MINIMUM),
        conclusion=GLOBAL_MINIMUM,
        source="L Theorem 5",
    ),
    Conjecture(
        id="laurent2018/theorem-6",
        name="at a critical point every unsolved example is on the blind side of every active "
        "unit, for separable data and slope 0",
        instances=lambda: _mostly_best(slopes=[0], weighted=True, separable=True),
        hypotheses=(*_NETWORK, EVERY_BIAS, RELU, SEPARABLE, CRITICAL),
        conclusion=BLIND_SIDE,
        source="L Theorem 6",
    ),
)
