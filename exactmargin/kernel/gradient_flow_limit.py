"""``gradient-flow-limit``: where gradient flow goes, given V Theorem 2.1 as an assumption.

For the exponential and for the logistic loss, L = sum_i l(y_i Phi_i), mu_i = -l'(y_i Phi_i) > 0:

1. *Invariant set.* A region theta = B a, linear in symbols a_1, ... that are > 0 (>= 0 if their
   motion is ``decreasing``). On it every hidden pre-activation has one sign (or belongs to a zero
   neuron, where the flow is unique because its velocity is at most proportional to its size).
   The examples form chains along which margins do not increase, so mu does not decrease:
   mu_(n) = delta_1 + ... + delta_n, delta >= 0. For each delta the evidence gives the velocity of
   every symbol; it must reproduce the gradient, so a(t) solves the flow. Symbols that are
   ``constant`` have velocity 0, ``increasing`` ones >= 0, ``decreasing`` ones <= 0 and 0 at 0:
   no trajectory leaves the region.
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

from .network import Trace, Unit, forward, gradient, inner, margin, unit_name
from .numbers import Poly, as_poly, sign, symbol
from .outcome import form, need
from .problem import Problem
from .reading import (
    integer,
    items,
    keys,
    numbers,
    read_expression,
    read_number,
    table,
    word,
)

MOTIONS = ("increasing", "constant", "decreasing")
KEYS = ("symbols", "region", "chains", "velocities", "balances", "limit", "start")


def gradient_flow_limit(problem: Problem, evidence: Any) -> str:
    """Gradient flow from the region converges in direction to theta, given V Thm 2.1."""
    keys(evidence, "evidence", KEYS)
    need(problem.layer is None, "flow-moves-all-layers", "problem.objective")
    biased = any(layer.biases for layer in problem.layers)
    need(not biased, "flow-needs-homogeneity", "problem.network")
    flow = _Flow(problem, evidence)
    flow.check_velocities(evidence["chains"], evidence["velocities"])
    flow.check_balances(evidence["balances"])
    flow.check_limit(evidence["limit"])
    start = ("parameter", "values", "bounds", "terms")
    if "parameter" in keys(evidence["start"], "evidence.start", (), start):
        flow.check_escape(evidence["start"])
        return "gradient flow from all of the region converges in direction to the parameters"
    flow.check_start(evidence["start"])
    return "gradient flow from the given start converges in direction to the parameters"


def exponential_below(q: Any, terms: int) -> Fraction:
    """A lower bound of exp(q), q >= 0: the first terms of its series."""
    total = term = Fraction(1)
    for k in range(1, terms + 1):
        term = term * q / k
        total += term
    return total


class _Flow:
    """Steps 1 to 4; symbols are counted from 1, as the s_j of a polynomial."""

    def __init__(self, problem: Problem, evidence: Any):
        self.problem, self.size = problem, len(problem.theta)
        self.names: list[str] = []
        self.motion: dict[int, str] = {}
        for place, entry in table(evidence["symbols"], "evidence.symbols", ("name", "motion")):
            form(entry["motion"] in MOTIONS, "motion", place, entry["motion"])
            form(entry["name"] not in self.names, "symbol-repeated", place, entry["name"])
            self.names.append(word(entry["name"], place))
            self.motion[len(self.names)] = entry["motion"]
        self.grows = {j for j, motion in self.motion.items() if motion == "increasing"}
        self.firm = {j for j, motion in self.motion.items() if motion != "decreasing"}
        self.region: list[Poly] = []
        for p, text in enumerate(items(evidence["region"], "evidence.region", self.size)):
            row = self._read(text, f"evidence.region[{p}]")
            linear = all(sum(e[1:]) == 1 for e in row.terms)
            need(linear, "region-not-linear", f"evidence.region[{p}]", text)
            self.region.append(row)
        self.traces = [self._trace(i) for i in range(len(problem.labels))]
        self.margins: list[Poly] = []
        self.pulls: list[list[Poly]] = []
        for y, trace in zip(problem.labels, self.traces, strict=True):
            self.margins.append(as_poly(trace.output) * y)
            pull = gradient(problem, self.region, trace, trace.slopes)
            self.pulls.append([as_poly(g) * y for g in pull])

    def _read(self, text: Any, place: str) -> Poly:
        return read_expression(text, self.names, self.problem.field, place)

    def _trace(self, i: int) -> Trace:
        def side(unit: Unit, z: Any) -> Any:
            place = f"example {i + 1}, {unit_name(unit)}"
            if self.problem.slope == 1:
                return 1
            found = as_poly(z).orthant_sign(self.firm)
            need(found is not None, "region-sign", place, z)
            need(found != 0 or self._is_zero_neuron(unit), "region-kink", place)
            return 1 if found == 1 else self.problem.slope

        return forward(self.problem, self.region, self.problem.inputs[i], side)

    def _is_zero_neuron(self, unit: Unit) -> bool:
        l, k = unit
        own = [p for p, _ in self.problem.layers[l].rows[k]]
        own += [p for row in self.problem.layers[l + 1].rows for p, j in row if j == k]
        return not any(self.region[p].parts() for p in own)

    def check_velocities(self, chains: Any, velocities: Any) -> None:
        """Step 1; keeps the sum of gradients that belongs to each delta."""
        size, place = len(self.problem.labels), "evidence.chains"
        self.tails: list[list[Poly]] = []
        seen: list[int] = []
        rows = items(velocities, "evidence.velocities", len(items(chains, place)))
        for chain, row in zip(chains, rows, strict=True):
            examples = [integer(i, place, 1, size) - 1 for i in items(chain, place)]
            seen += examples
            drop: Poly | None = None
            for n, speed in enumerate(items(row, "evidence.velocities", len(examples))):
                where = f"velocity of chain {chain}, position {n + 1}"
                if n:
                    drop = self.margins[examples[n - 1]] - self.margins[examples[n]]
                    need(drop.nonnegative(), "chain-order", where, drop)
                if drop is not None and not drop.parts():  # equal margins: this delta is zero
                    form(speed is None, "velocity-not-needed", where)
                    continue
                pulls = [self.pulls[i] for i in examples[n:]]
                self.tails.append([sum(column, Poly({})) for column in zip(*pulls, strict=True)])
                self._check_velocity(speed, drop, where)
        need(sorted(seen) == list(range(size)), "chains-partition", place)

    def _check_velocity(self, value: Any, drop: Poly | None, place: str) -> None:
        texts = items(value, place, len(self.names))
        speed = {j: self._read(v, place) for j, v in enumerate(texts, 1)}
        for p, row in enumerate(self.region):
            difference = as_poly(row.at(speed)) - self.tails[-1][p]
            need(not difference.parts(), "velocity", place, f"parameter {p + 1}", difference)
        for j, v in speed.items():
            where, others = f"{place}, {self.names[j - 1]}", speed.keys() - {j}
            if self.motion[j] == "constant":
                need(not v.parts(), "moves-though-constant", where, v)
            elif self.motion[j] == "increasing":
                need(v.nonnegative(), "falls-though-increasing", where, v)
            else:
                need((-v).nonnegative(), "rises-though-decreasing", where, v)
                at_zero = v if drop is None or drop.only(others).parts() else Poly({})
                need(not at_zero.only(others).parts(), "crosses-zero", where, v)

    def check_balances(self, value: Any) -> None:
        """Step 3: conserved quadratic forms; merges the symbols that they make equal."""
        merged = {j: j for j in self.grows}
        for place, entry in table(value, "evidence.balances", ("weights", "symbols")):
            weights = numbers(entry["weights"], place, self.problem.field, self.size)
            for tail in self.tails:
                weighted = [w * row for w, row in zip(weights, self.region, strict=True)]
                change = as_poly(inner(weighted, tail))
                need(not change.parts(), "balance-not-conserved", place, change)
            pair = items(entry["symbols"], place, 2)
            j, k = (integer(s, place, 1, len(self.names)) for s in pair)
            need(j in self.grows and k in self.grows, "balance-of-bounded-symbols", place)
            rows = [row.only(self.grows) for row in self.region]
            square = as_poly(inner([w * a for w, a in zip(weights, rows, strict=True)], rows))
            c = square.at({j: Fraction(1)})
            need(bool(sign(c)), "balance-without-square", place, c)
            rest = square - (symbol(j) * symbol(j) - symbol(k) * symbol(k)) * c
            need(not rest.parts(), "balance-form", place, rest)
            merged = {m: merged[j] if c == merged[k] else c for m, c in merged.items()}
        self.into = {j: symbol(merged[j]) for j in self.grows}
        self.classes = sorted(set(merged.values()))

    def check_limit(self, value: Any) -> None:
        """Step 4: theta is the only KKT point in the limit cone."""
        rows = [row.only(self.grows) for row in self.region]
        one_sided = [row for row in rows if row.nonnegative() or (-row).nonnegative()]
        for j in self.grows:
            bounded = any(row.only({j}).parts() for row in one_sided)
            need(bounded, "symbol-not-bounded-by-norm", self.names[j - 1])
        cone = [as_poly(row.at(self.into)) for row in self.region]
        entries = table(value, "evidence.limit", ("symbol", "examples", "parameter", "value"))
        found = [entry["symbol"] for _, entry in entries]
        need(found == [self.names[j - 1] for j in self.classes], "limit-symbols", "evidence.limit")
        values: dict[int, Any] = {}
        for j, (place, entry) in zip(self.classes, entries, strict=True):
            values[j] = read_number(entry["value"], self.problem.field, place)
            need(sign(values[j]) > 0, "limit-value", place, values[j])
            p = integer(entry["parameter"], place, 1, self.size) - 1
            alone = cone[p].parts() and not (cone[p] - cone[p].only({j})).parts()
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
                q = as_poly(self.margins[i].at(self.into))
                alone = q.parts() and not (q - q.only({j})).parts() and q.nonnegative()
                need(bool(alone), "limit-margin", place, i + 1, q)
            else:
                pull = as_poly(self.pulls[i][p].at(self.into))
                need(not pull.parts(), "limit-pull", place, i + 1, pull)
                self._check_smooth(place)
        values = [margin(self.problem, self.problem.theta, i) for i in sorted(own)]
        need(all(sign(q - 1) >= 0 for q in values), "limit-infeasible", place, *values)
        need(any(not sign(q - 1) for q in values), "limit-inactive", place, *values)

    def _check_smooth(self, place: str) -> None:
        """No kink inside the limit cone, so that the Clarke set is one gradient there."""
        units = [z for trace in self.traces for row in trace.z[:-1] for z in row]
        for z in units if self.problem.slope != 1 else ():
            limit = as_poly(as_poly(z).at(self.into))
            need(limit.orthant_sign(self.classes) in (1, -1), "limit-kink", place, limit)

    def check_escape(self, value: Any) -> None:
        """Step 2, every start: one coordinate of every gradient is bounded below."""
        keys(value, "evidence.start", ("parameter",))
        p = integer(value["parameter"], "evidence.start", 1, self.size) - 1
        for i, pull in enumerate(self.pulls):
            strict = pull[p].orthant_sign(self.firm) == 1
            need(strict, "no-escape", "evidence.start", f"example {i + 1}", pull[p])

    def check_start(self, value: Any) -> None:
        """Step 2, one start: the loss is below l(0)."""
        place, size = "evidence.start", len(self.problem.labels)
        keys(value, place, ("values", "bounds", "terms"))
        given = numbers(value["values"], place, self.problem.field, len(self.names))
        values = dict(enumerate(given, 1))
        for j, x in values.items():
            inside = sign(x) > 0 or (not sign(x) and j not in self.firm)
            need(inside, "start-outside", place, self.names[j - 1], x)
        start = [row.at(values) for row in self.region]
        terms = integer(value["terms"], place, 1, 60)
        product = Fraction(1)
        for i, bound in enumerate(numbers(value["bounds"], place, None, size)):
            q = margin(self.problem, start, i)
            need(sign(bound) >= 0, "bound-negative", place, bound)
            need(sign(q - bound) >= 0, "bound-above-margin", place, bound, q)
            product *= 1 + 1 / exponential_below(bound, terms)
        # sum log(1 + e^-q) < log 2; the exponential loss is below 1 then: 1 + sum <= product
        need(product < 2, "initial-loss", place, product)
