"""Conjectures about margin maximization (V): three that are false, and V's positive theorems."""

from exactmargin.conjectures.conditions import (
    DEPTH_2,
    DIAGONAL,
    FULLY_CONNECTED,
    GLOBAL_MINIMUM,
    KKT,
    LINEAR,
    LOCAL_MINIMUM,
    NO_BIASES,
    NO_KINKS,
    NO_SHARE,
    NONZERO_NEURONS,
    RELU,
)
from exactmargin.conjectures.conjecture import Conjecture
from exactmargin.strategies import kkt_points

__all__ = ["CONJECTURES"]

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
)
