"""Conjectures about margin maximization (V): three that are false, and V's positive theorems.

V's theorems say that gradient flow converges to a KKT point with a property.  Here every KKT point
that is drawn has it, which is what their proofs show.
"""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from exactmargin.conjectures.conditions import (
    DEPTH_2,
    DIAGONAL,
    FULLY_CONNECTED,
    GLOBAL_MINIMUM,
    KKT,
    KKT_OF_PROBLEM_2,
    LINEAR,
    LOCAL_MINIMUM,
    NO_BIASES,
    NO_KINKS,
    NO_KINKS_FROM_LAYER,
    NO_SHARE,
    NONZERO_NEURONS,
    ONE_LAYER,
    RELU,
)
from exactmargin.conjectures.conjecture import Conjecture
from exactmargin.problems import LayerMaxMargin, Problem
from exactmargin.strategies import deep_kkt_points, kkt_points

__all__ = ["CONJECTURES"]


@st.composite
def _one_layer(draw: st.DrawFn, problems: SearchStrategy[Problem]) -> Problem:
    """The same points, for V Problem 4 with one of the layers."""
    problem = draw(problems)
    layer = draw(st.integers(1, problem.network.depth))
    return replace(problem, objective=LayerMaxMargin(layer))


CONJECTURES = (
    Conjecture(
        id="kkt-implies-local",
        name="every KKT point of a depth-2 ReLU network is a local minimum",
        instances=lambda: kkt_points(slopes=[0], biases=False, sparse=False),
        hypotheses=(DEPTH_2, RELU, FULLY_CONNECTED, KKT),
        conclusion=LOCAL_MINIMUM,
        source="V Theorem 3.2",
    ),
    Conjecture(
        id="kkt-without-kinks-implies-global",
        name="every KKT point of a depth-2 ReLU network is a global minimum if no pre-activation "
        "vanishes",
        instances=lambda: kkt_points(slopes=[0], biases=False, sparse=False, zero=0, kinks=False),
        hypotheses=(DEPTH_2, RELU, FULLY_CONNECTED, NO_KINKS, KKT),
        conclusion=GLOBAL_MINIMUM,
        source="V Theorem 4.3, Lemma C.6",
    ),
    Conjecture(
        id="diagonal-kkt-implies-local",
        name="every KKT point of a diagonal linear network is a local minimum",
        instances=lambda: kkt_points(slopes=[1], diagonal=True, biases=False, depth=(2, 3)),
        hypotheses=(LINEAR, DIAGONAL, KKT),
        conclusion=LOCAL_MINIMUM,
        source="V Theorems 4.1 and 5.1",
    ),
    Conjecture(
        id="vardi2022/theorem-4.2.1",
        name="every KKT point of a depth-2 linear network without shared weights and without zero "
        "neurons is a global minimum",
        instances=lambda: kkt_points(slopes=[1], biases=False, zero=0),
        hypotheses=(DEPTH_2, LINEAR, NO_SHARE, NO_BIASES, NONZERO_NEURONS, KKT),
        conclusion=GLOBAL_MINIMUM,
        source="V Theorem 4.2 (1)",
    ),
    Conjecture(
        id="vardi2022/theorem-4.3",
        name="every KKT point of a depth-2 ReLU network without shared weights is a local minimum "
        "if no pre-activation vanishes",
        instances=lambda: kkt_points(slopes=[0], biases=False, zero=0, kinks=False),
        hypotheses=(DEPTH_2, RELU, NO_SHARE, NO_BIASES, NO_KINKS, KKT),
        conclusion=LOCAL_MINIMUM,
        source="V Theorem 4.3",
    ),
    Conjecture(
        id="vardi2022/theorem-3.1",
        name="every KKT point of a fully connected linear network is a global minimum",
        instances=lambda: deep_kkt_points(["dense"], slopes=[1]),
        hypotheses=(LINEAR, FULLY_CONNECTED, NO_BIASES, KKT),
        conclusion=GLOBAL_MINIMUM,
        source="V Theorem 3.1",
    ),
    Conjecture(
        id="vardi2022/theorem-5.2",
        name="at every KKT point of a linear network each layer is a global minimum of Problem 4",
        instances=lambda: _one_layer(deep_kkt_points(slopes=[1])),
        hypotheses=(LINEAR, NO_BIASES, ONE_LAYER, KKT_OF_PROBLEM_2),
        conclusion=GLOBAL_MINIMUM,
        source="V Theorem 5.2",
    ),
    Conjecture(
        id="vardi2022/theorem-5.4",
        name="at every KKT point of a ReLU network a layer is a local minimum of Problem 4 if no "
        "pre-activation of this layer or above it vanishes",
        instances=lambda: _one_layer(deep_kkt_points(slopes=[0], depth=(2, 3))),
        hypotheses=(RELU, NO_BIASES, ONE_LAYER, NO_KINKS_FROM_LAYER, KKT_OF_PROBLEM_2),
        conclusion=LOCAL_MINIMUM,
        source="V Theorem 5.4",
    ),
)
