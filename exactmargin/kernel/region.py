"""An invariant region of gradient flow: step 1 of ``gradient-flow-limit``.

The loss is the exponential or the logistic one, L = sum_i l(y_i Phi_i), mu_i = -l'(y_i Phi_i) > 0.

*Invariant set.* A region theta = B a, linear in symbols a_1, ... that are > 0 (>= 0 if their
motion is ``decreasing``). On it every hidden pre-activation has one sign (or belongs to a zero
neuron, where the flow is unique because its velocity is at most proportional to its size).
The examples form chains along which margins do not increase, so mu does not decrease:
mu_(n) = delta_1 + ... + delta_n, delta >= 0. For each delta the evidence gives the velocity of
every symbol; it must reproduce the gradient, so a(t) solves the flow. Symbols that are
``constant`` have velocity 0, ``increasing`` ones >= 0, ``decreasing`` ones <= 0 and 0 at 0:
no trajectory leaves the region.
"""

from __future__ import annotations

from typing import Any

from .expressions import nonnegative, only, orthant_sign, read_expression
from .network import Trace, Unit, forward, gradient, unit_name
from .numbers import Poly, as_poly
from .outcome import form, need
from .problem import Problem
from .reading import integer, items, table, word

MOTIONS = ("increasing", "constant", "decreasing")


class Region:
    """The region and the flow on it; symbols are counted from 1, as the s_j of a polynomial.

    ``rows``: the parameters; ``margins`` and ``pulls``: y_i Phi_i and its gradient, per example;
    ``tails``: the velocity of the parameters that belongs to each delta. ``grows``: the symbols
    that are increasing, ``firm``: those that are > 0.
    """

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
        self.rows: list[Poly] = []
        for p, text in enumerate(items(evidence["region"], "evidence.region", self.size)):
            row = self._read(text, f"evidence.region[{p}]")
            linear = all(sum(e[1:]) == 1 for e in row.terms)
            need(linear, "region-not-linear", f"evidence.region[{p}]", text)
            self.rows.append(row)
        self.traces = [self._trace(i) for i in range(len(problem.labels))]
        self.margins: list[Poly] = []
        self.pulls: list[list[Poly]] = []
        for y, trace in zip(problem.labels, self.traces, strict=True):
            self.margins.append(as_poly(trace.output) * y)
            pull = gradient(problem, self.rows, trace, trace.slopes)
            self.pulls.append([as_poly(g) * y for g in pull])

    def _read(self, text: Any, place: str) -> Poly:
        return read_expression(text, self.names, self.problem.field, place)

    def _trace(self, i: int) -> Trace:
        def side(unit: Unit, z: Any) -> Any:
            place = f"example {i + 1}, {unit_name(unit)}"
            if self.problem.slope == 1:
                return 1
            found = orthant_sign(as_poly(z), self.firm)
            need(found is not None, "region-sign", place, z)
            need(found != 0 or self._is_zero_neuron(unit), "region-kink", place)
            return 1 if found == 1 else self.problem.slope

        return forward(self.problem, self.rows, self.problem.inputs[i], side)

    def _is_zero_neuron(self, unit: Unit) -> bool:
        l, k = unit
        own = [p for p, _ in self.problem.layers[l].rows[k]]
        own += [p for row in self.problem.layers[l + 1].rows for p, j in row if j == k]
        return not any(self.rows[p].parts() for p in own)

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
                    need(nonnegative(drop), "chain-order", where, drop)
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
        for p, row in enumerate(self.rows):
            difference = as_poly(row.at(speed)) - self.tails[-1][p]
            need(not difference.parts(), "velocity", place, f"parameter {p + 1}", difference)
        for j, v in speed.items():
            where, others = f"{place}, {self.names[j - 1]}", speed.keys() - {j}
            if self.motion[j] == "constant":
                need(not v.parts(), "moves-though-constant", where, v)
            elif self.motion[j] == "increasing":
                need(nonnegative(v), "falls-though-increasing", where, v)
            else:
                need(nonnegative(-v), "rises-though-decreasing", where, v)
                at_zero = v if drop is None or only(drop, others).parts() else Poly({})
                need(not only(at_zero, others).parts(), "crosses-zero", where, v)
