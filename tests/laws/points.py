"""The KKT points that several tests draw, by number: the same on every machine."""

import random
from itertools import count

from exactmargin.strategies import deep_kkt_points, instance, kkt_points
from tests.laws.biased_points import biased_kkt_point
from tests.laws.kkt_points import degenerate_kkt_point

__all__ = ["FAMILIES", "deep_points", "small_kkt_points"]

_BENT = (0, "1/4")
_DEEP = {
    "diagonal": deep_kkt_points(["diagonal"], dimension=(2, 3), depth=(3, 4)),
    "tree": deep_kkt_points(["sparse"], dimension=(2, 4), depth=3, width=(2, 3), slopes=_BENT),
    "sparse": deep_kkt_points(["sparse"], depth=(3, 4), slopes=_BENT),
    "dense": deep_kkt_points(["dense"], dimension=2, depth=3, width=2, slopes=_BENT),
    "linear": deep_kkt_points(["dense", "sparse"], depth=3, slopes=[1]),
    "convolutional": deep_kkt_points(["convolutional"], slopes=_BENT),
    "shared": deep_kkt_points(["shared"], depth=(2, 3), width=(1, 3)),
}
FAMILIES = (*_DEEP, "biased")
"""The families of `deep_points`."""


def deep_points(family):
    """KKT points of a family, one after the other; where the strategy puts chains in the place of
    the network that was asked for, the next one is taken."""
    for n in count():
        if family == "biased":
            problem = biased_kkt_point(random.Random(f"biased {n}"))
        else:
            problem = instance(_DEEP[family], 0, n)
        if problem is not None and problem.name != "constructed":
            yield problem


SMALL = kkt_points(zero=(0, 1))


def small_kkt_points(degenerate, seed):
    """At depth 2, at most 3 neurons and 4 inputs; if degenerate, zero neurons and many kinks."""
    for n in count():
        if degenerate:
            problem = degenerate_kkt_point(random.Random(f"{seed} {n}"))
        else:
            problem = instance(SMALL, seed, n)
        if problem is not None:
            yield problem
