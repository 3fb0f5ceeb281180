"""Local minima by first and second order, for any depth and shared weights (THEORY §7).

A region is closed by a leaf: multipliers and a positive definite form (`region_multipliers`). Where
none is found, it is split at a zero pre-activation that matters to an active margin and has no
side yet; where there is none left, a curve of descent is sought (`second_order_descent`). What
neither closes nor descends is undecided: flat directions (ties between solutions, symmetries that
are no rotations of two units), forms that are definite on the critical cone and not on its span,
regions without interior, and curves that descend at a higher order.
"""

from typing import Any, final

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.definite import FLAT
from exactmargin.decisions.jets import Jets, Kink, Sides
from exactmargin.decisions.region_multipliers import Region
from exactmargin.decisions.second_order_descent import (
    descent_certificate,
    line_of_descent,
    second_order_certificate,
)
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, dot, sign, squared_norm
from exactmargin.problems import MaxMargin, Problem

__all__ = ["second_order_local_minimum"]

REGIONS = 2000
"""Regions that are looked at before the answer is unknown."""

UNDECIDED = 16
"""Undecided regions after which no curve is sought on others."""


def second_order_local_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether a feasible θ of V Problem 2 or 4 is a local minimum; not complete.

    The reason of an unknown verdict says what the second-order form is on an undecided region.
    """
    search = _Search(Jets.at(problem), budget)
    tree = search.region({})
    if search.curve is not None:
        return Verdict.proved_briefly(Answer.NO, search.curve)
    if search.product is not None:
        return Verdict.proved_briefly(Answer.YES, search.product)
    if search.reason is not None:
        return Verdict.unknown(search.reason)
    evidence = {"by": "second-order", "tree": tree}
    return Verdict.proved_briefly(Answer.YES, Certificate.about(problem, "local-minimum", evidence))


@final
class _Search:
    """The tree of regions. `curve` and `product` end it; `reason` is that of an undecided one."""

    def __init__(self, jets: Jets, budget: Budget) -> None:
        self.jets, self.budget = jets, budget
        self.curve: Certificate | None = None
        self.product: Certificate | None = None
        self.reason: str | None = None
        self.regions = self.undecided = 0

    @property
    def is_over(self) -> bool:
        """Whether the answer is known, or no more regions are looked at."""
        spent = self.regions >= REGIONS or self.undecided >= UNDECIDED
        return spent or bool(self.curve or self.product)

    def region(self, sides: Sides) -> Any:
        """The subtree on these sides; of no use where there is a curve or a reason."""
        self.budget.check()
        self.regions += 1
        self.budget.report(f"local_minimum: {self.regions} regions around the point")
        region = Region.of(self.jets, sides)
        if not sides:
            self.product = _product_certificate(self.jets.problem, region)
        leaf = None if self.product else region.leaf(self.budget)
        if leaf is not None or self.product:
            return leaf
        if not region.open:
            self._descend(region)
        if region.open and not self.is_over:
            return self._split(sides, region.open[0])
        self.undecided += not region.open
        self.reason = self.reason or _reason(region)
        return None

    def _split(self, sides: Sides, kink: Kink) -> Any:
        i, (n, k) = kink
        node: dict[str, Any] = {"example": i + 1, "layer": n + 1, "unit": k + 1}
        for name, side in (("plus", 1), ("minus", -1)):
            if self.is_over:
                self.reason = self.reason or _too_many()
                return None
            node[name] = self.region({**sides, kink: side})
        return node

    def _descend(self, region: Region) -> None:
        problem = self.jets.problem
        if region.separator is not None:
            self.curve = descent_certificate(problem, line_of_descent(problem, region.separator))
        elif region.support is not None:
            self.curve = second_order_certificate(region, self.budget)


def _product_certificate(problem: Problem, region: Region) -> Certificate | None:
    """Of a linear network without shared weights: θ is even a global minimum (V Theorem 3.1)."""
    network, numbers = problem.network, problem.field
    early = not any(layer.bias for layer in network.layers[1:])
    fits = isinstance(problem.objective, MaxMargin) and network.is_no_share and network.is_linear
    if not (fits and early) or region.support is None:
        return None
    values: list[Number] = [numbers.zero] * problem.data.size
    for value, column in zip(region.support, region.columns, strict=True):
        values[column.example] = value
    weights = [v * y for v, y in zip(values, problem.data.labels, strict=True)]
    columns: list[Any] = list(zip(*problem.data.inputs, strict=True))
    if network.layers[0].bias:
        columns.append([numbers.one] * problem.data.size)
    pull = squared_norm([dot(weights, column) for column in columns])
    total, m = sum(values, numbers.zero), network.depth
    mean = squared_norm(problem.free_parameters()) / m
    if sign(total) <= 0 or sign(total * total - pull * mean**m) < 0:
        return None
    evidence = {"by": "product", "multipliers": [numbers.format(value) for value in values]}
    return Certificate.about(problem, "local-minimum", evidence)


def _too_many() -> str:
    return f"more than {REGIONS} regions around the point"


def _reason(region: Region) -> str:
    if region.open:
        return _too_many()
    where = (
        f"undecided on a region of {len(region.sides)} sides: " if region.sides else "undecided: "
    )
    if region.separator is not None:
        return f"{where}first order has a descent there that no line shows"
    if not region.is_moderate:
        return f"{where}numbers there are too large for floats, which propose all proofs"
    if region.least > -FLAT and region.flat:
        return (
            f"{where}the second-order form has a kernel of dimension {region.flat} on the critical "
            "directions (ties between solutions and symmetries that are no rotations of two units "
            "give such)"
        )
    return (
        f"{where}the second-order form is not positive definite on the span of the critical "
        f"directions (an eigenvalue of about {region.least:.3g}), and no curve was found that "
        "descends at second order"
    )
