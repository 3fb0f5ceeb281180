"""Hypothesis strategies for exact problems, degenerate on purpose (docs/strategies.md).

Everything that they draw is exact, and small integers come first: what shrinking leaves is fit
for a paper. What a strategy promises holds by construction; nothing is filtered.
"""

try:
    import hypothesis as _hypothesis
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise ModuleNotFoundError(
        "exactmargin.strategies needs Hypothesis, which is not installed; "
        'install it with: pip install "exactmargin[fuzz]"',
        name="hypothesis",
    ) from None

from exactmargin.strategies.certificates import Corruption, corrupted_certificates
from exactmargin.strategies.deep import KINDS_OF_DEEP_NETWORKS, deep_kkt_points
from exactmargin.strategies.drawing import instance
from exactmargin.strategies.hinge import KINDS_OF_HINGE_POINTS, hinge_points
from exactmargin.strategies.instances import OBJECTIVES, problems
from exactmargin.strategies.kkt import kkt_points
from exactmargin.strategies.networks import KINDS_OF_ARCHITECTURES, architectures
from exactmargin.strategies.numbers import rationals
from exactmargin.strategies.points import KINDS_OF_PARAMETERS, parameters
from exactmargin.strategies.replicates import replicated_points
from exactmargin.strategies.samples import POSITIONS, datasets

del _hypothesis  # it was only asked whether it is there

__all__ = [
    "KINDS_OF_ARCHITECTURES",
    "KINDS_OF_DEEP_NETWORKS",
    "KINDS_OF_HINGE_POINTS",
    "KINDS_OF_PARAMETERS",
    "OBJECTIVES",
    "POSITIONS",
    "Corruption",
    "architectures",
    "corrupted_certificates",
    "datasets",
    "deep_kkt_points",
    "hinge_points",
    "instance",
    "kkt_points",
    "parameters",
    "problems",
    "rationals",
    "replicated_points",
]
