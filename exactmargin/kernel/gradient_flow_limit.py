"""``gradient-flow-limit``: where gradient flow goes, given V Theorem 2.1 as an assumption.

For the exponential and for the logistic loss, L = sum_i l(y_i Phi_i), mu_i = -l'(y_i Phi_i) > 0:

1. *Invariant set.* A region that no trajectory leaves, linear in symbols (see ``region``).
2. *Loss below the threshold l(0)* (1, or log 2; see the corrected V Thm 2.1): either at one start,
   from exp(q) >= 1 + q + ... + q^K/K! for q >= 0; or eventually from every start, because some
   coordinate of every y_i grad Phi_i is bounded below by a positive constant.
3. *Assumption* V Thm 2.1: the norm tends to infinity, the direction to that of a KKT point.
   Constant and decreasing symbols are bounded, so they vanish in the limit direction. Balances
   (quadratic forms with zero derivative along the flow) make pairs of symbols equal there.
4. *The KKT point is unique in the limit cone.* For each remaining symbol s there is a set C of
   examples whose margins grow with s alone, and a parameter that only s moves and only
   examples of C pull on. Feasibility gives s > 0, stationarity an active example in C, hence
   the smallest margin in C is 1, and s is the value that the evidence gives.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .expressions import nonnegative, only, orthant_sign
from .network import inner, margin
from .numbers import as_poly, sign, symbol
from .outcome import need
from .problem import Problem
from .reading import integer, items, keys, numbers, read_number, table
from .region import Region

KEYS = ("symbols", "region", "chains", "velocities", "balances", "limit", "start")


def gradient_flow_limit(problem: Problem, evidence: Any) -> str:
    """Gradient flow from the region converges in direction to theta, given V Thm 2.1."""
    keys(evidence, "evidence", KEYS)
    need(problem.layer is None, "flow-moves-all-layers", "problem.objective")
    biased = any(layer.biases for layer in problem.layers)
    need(not biased, "flow-needs-homogeneity", "problem.network")
    region = Region(problem, evidence)
    region.check_velocities(evidence["chains"], evidence["velocities"])
    limit = _Limit(region, evidence["balances"])
    limit.check(evidence["limit"])
    start = ("parameter", "values", "bounds", "terms")
    if "parameter" in keys(evidence["start"], "evidence.start", (), start):
        _check_escape(region, evidence["start"])
        return "gradient flow from all of the region converges in direction to the parameters"
    _check_start(region, evidence["start"])
    return "gradient flow from the given start converges in direction to the parameters"


def exponential_below(q: Any, terms: int) -> Fraction:
    """A lower bound of exp(q), q >= 0: the first terms of its series."""
    total = term = Fraction(1)
    for k in range(1, terms + 1):
        term = term * q / k
        total += term
    return total


class _Limit:
    """Steps 3 and 4, on a region."""

    def __init__(self, region: Region, balances: Any):
        """Conserved quadratic forms; merges the symbols that they make equal in the limit."""
        self.region, self.problem = region, region.problem
        merged = {j: j for j in region.grows}
        for place, entry in table(balances, "evidence.balances", ("weights", "symbols")):
            weights = numbers(entry["weights"], place, self.problem.field, region.size)
            for tail in region.tails:
                weighted = [w * row for w, row in zip(weights, region.rows, strict=True)]
                change = as_poly(inner(weighted, tail))
                need(not change.parts(), "balance-not-conserved", place, change)
            pair = items(entry["symbols"], place, 2)
            j, k = (integer(s, place, 1, len(region.names)) for s in pair)
            need(j in region.grows and k in region.grows, "balance-of-bounded-symbols", place)
            rows = [only(row, region.grows) for row in region.rows]
            square = as_poly(inner([w * a for w, a in zip(weights, rows, strict=True)], rows))
            c = square.at({j: Fraction(1)})
            need(bool(sign(c)), "balance-without-square", place, c)
            rest = square - (symbol(j) * symbol(j) - symbol(k) * symbol(k)) * c
            need(not rest.parts(), "balance-form", place, rest)
            merged = {m: merged[j] if c == merged[k] else c for m, c in merged.items()}
        self.into = {j: symbol(merged[j]) for j in region.grows}
        self.classes = sorted(set(merged.values()))

    def check(self, value: Any) -> None:
        """Step 4: theta is the only KKT point in the limit cone."""
        region = self.region
        rows = [only(row, region.grows) for row in region.rows]
        one_sided = [row for row in rows if nonnegative(row) or nonnegative(-row)]
        for j in region.grows:
            bounded = any(only(row, {j}).parts() for row in one_sided)
            need(bounded, "symbol-not-bounded-by-norm", region.names[j - 1])
        cone = [as_poly(row.at(self.into)) for row in region.rows]
        entries = table(value, "evidence.limit", ("symbol", "examples", "parameter", "value"))
        found = [entry["symbol"] for _, entry in entries]
        wanted = [region.names[j - 1] for j in self.classes]
        need(found == wanted, "limit-symbols", "evidence.limit")
        values: dict[int, Any] = {}
        for j, (place, entry) in zip(self.classes, entries, strict=True):
            values[j] = read_number(entry["value"], self.problem.field, place)
            need(sign(values[j]) > 0, "limit-value", place, values[j])
            p = integer(entry["parameter"], place, 1, region.size) - 1
            alone = cone[p].parts() and not (cone[p] - only(cone[p], {j})).parts()
            need(bool(alone), "limit-parameter", place, cone[p])
            self._check_class(j, p, entry["examples"], place)
        for p, row in enumerate(cone):
            gap = row.at(values) - self.problem.theta[p]
            need(not sign(gap), "limit-point", f"parameter {p + 1}", gap)

    def _check_class(self, j: int, p: int, examples: Any, place: str) -> None:
        size = len(self.problem.labels)
        own = {integer(i, place, 1, size) - 1 for i in items(examples, place)}
        for i in range(size):
            if i in own:
                q = as_poly(self.region.margins[i].at(self.into))
                alone = q.parts() and not (q - only(q, {j})).parts() and nonnegative(q)
                need(bool(alone), "limit-margin", place, i + 1, q)
            else:
                pull = as_poly(self.region.pulls[i][p].at(self.into))
                need(not pull.parts(), "limit-pull", place, i + 1, pull)
                self._check_smooth(place)
        values = [margin(self.problem, self.problem.theta, i) for i in sorted(own)]
        need(all(sign(q - 1) >= 0 for q in values), "limit-infeasible", place, *values)
        need(any(not sign(q - 1) for q in values), "limit-inactive", place, *values)

    def _check_smooth(self, place: str) -> None:
        """No kink inside the limit cone, so that the Clarke set is one gradient there."""
        units = [z for trace in self.region.traces for row in trace.z[:-1] for z in row]
        for z in units if self.problem.slope != 1 else ():
            limit = as_poly(as_poly(z).at(self.into))
            need(orthant_sign(limit, self.classes) in (1, -1), "limit-kink", place, limit)


def _check_escape(region: Region, value: Any) -> None:
    """Step 2, every start: one coordinate of every gradient is bounded below."""
    keys(value, "evidence.start", ("parameter",))
    p = integer(value["parameter"], "evidence.start", 1, region.size) - 1
    for i, pull in enumerate(region.pulls):
        strict = orthant_sign(pull[p], region.firm) == 1
        need(strict, "no-escape", "evidence.start", f"example {i + 1}", pull[p])


def _check_start(region: Region, value: Any) -> None:
    """Step 2, one start: the loss is below l(0)."""
    problem, place = region.problem, "evidence.start"
    keys(value, place, ("values", "bounds", "terms"))
    given = numbers(value["values"], place, problem.field, len(region.names))
    values = dict(enumerate(given, 1))
    for j, x in values.items():
        inside = sign(x) > 0 or (not sign(x) and j not in region.firm)
        need(inside, "start-outside", place, region.names[j - 1], x)
    start = [row.at(values) for row in region.rows]
    terms = integer(value["terms"], place, 1, 60)
    product = Fraction(1)
    for i, bound in enumerate(numbers(value["bounds"], place, None, len(problem.labels))):
        q = margin(problem, start, i)
        need(sign(bound) >= 0, "bound-negative", place, bound)
        need(sign(q - bound) >= 0, "bound-above-margin", place, bound, q)
        product *= 1 + 1 / exponential_below(bound, terms)
    # sum log(1 + e^-q) < log 2; the exponential loss is below 1 then: 1 + sum <= product
    need(product < 2, "initial-loss", place, product)
