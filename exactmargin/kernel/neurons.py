"""Trees over the neurons of one hidden layer, and the vector g_k of a neuron at a leaf.

Phi_i = sum_k v_k sigma(<w_k, x_ik>) + c, where x_ik are neuron k's own inputs at example i, with a
1 for its bias if there is one; c is there if the output has a bias. No parameter is used twice. A
tree cuts parameter space into regions. A split takes the two closed halves <w_k, x_ik> >= 0 and
<= 0, or v_k >= 0 and v_k <= 0; so its branches cover what was there. For a local claim the root is
a neighbourhood of theta in which v_k and <w_k, x_ik> that are not zero keep their signs, otherwise
it is everything. A zero x_ik makes <w_k, x_ik> zero everywhere: its side is known to be 0.

A leaf has one number lambda_i >= 0 per example and one small tree per neuron, with splits of this
neuron alone: given lambda the neurons do not see each other. At a leaf of a neuron's tree s_k with
|v_k| = s_k v_k is known (a neuron without output weight has s_k = 0), and some sides z_ik with
z_ik <w_k, x_ik> >= 0. Put

    g_k = sum_i lambda_i y_i s_k a_ik x_ik + sum_i nu_ik z_ik x_ik,     nu_ik > 0 on decided sides.

a_ik is sigma' on the decided side; on one that is not decided it is any listed number in [slope,
1], allowed if y_i s_k = -1, as sigma(z) >= a z for all z. Either way v_k y_i a_ik <w_k, x_ik> >=
v_k y_i sigma(<w_k, x_ik>) on the region, and so

    sum_i lambda_i y_i (Phi_i - c) <= sum_k |v_k| <w_k, g_k>     for all parameters in the region.

**Empty.** Decided sides leave no interior if sum_i nu_i z_ik x_ik = 0 with nu_i > 0, some z_ik not
0: then <w_k, x_ik> = 0 for the listed i, and the region is a null set. It needs no proof: the other
regions are finitely many and cover all but null sets, so every point is a limit of points of one of
them. What is proved there for all parameters are weak inequalities of continuous functions (whether
a point is feasible plays no part in them), and holds in the limit.

What else a leaf needs, and what that proves, is said where this is used.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .network import inner
from .numbers import Number, sign
from .outcome import need
from .problem import Problem
from .reading import integer, items, keys, numbers, read_number, rising, table

# What is known on a region: (k, i) -> z_ik, and (k, None) -> s_k.
Known = dict[tuple[int, int | None], int]


def needs_own_parameters(problem: Problem) -> None:
    """All parameters are free, and none stands at two places of the network."""
    need(problem.layer is None, "bound-for-all-layers", "problem.objective")
    edges = [p for layer in problem.layers for row in layer.rows for p, _ in row]
    need(len(edges) == len(set(edges)), "bound-with-shared-weights", "problem.network")


class Neurons:
    """A problem's neurons: ``w`` and ``v`` have the flat indices of the parameters of each, ``x``
    the inputs x_ik that each reads; ``v`` lacks neurons without output weight."""

    def __init__(self, problem: Problem):
        needs_own_parameters(problem)
        depth = len(problem.layers)
        need(depth == 2, "lifting-needs-one-hidden-layer", "problem.network", depth)
        self.problem, self.labels = problem, problem.labels
        hidden, output = problem.layers
        self.v = {k: p for p, k in output.rows[0]}
        self.output_bias = len(output.biases)
        self.w = [
            [*(p for p, _ in row), *hidden.biases[k : k + 1]] for k, row in enumerate(hidden.rows)
        ]
        one = [Fraction(1)] * bool(hidden.biases)
        self.x = [[[*(x[j] for _, j in row), *one] for x in problem.inputs] for row in hidden.rows]


class NeuronTrees(Neurons, ABC):
    """The trees of a problem; a subclass says what a leaf must satisfy."""

    def root(self, local: bool) -> Known:
        """What is known before any split."""
        theta, known = self.problem.theta, Known()
        for k, xs in enumerate(self.x):
            s = sign(theta[self.v[k]]) if local and k in self.v else 0
            if s or k not in self.v:
                known[k, None] = s
            for i, x in enumerate(xs):
                z = sign(inner([theta[p] for p in self.w[k]], x)) if local else 0
                if z or not any(map(sign, x)):
                    known[k, i] = z
        return known

    @abstractmethod
    def weights(self, multipliers: list[Number], place: str) -> list[Number]:
        """lambda, from what a leaf lists, if it proves the bound."""

    @abstractmethod
    def admit(self, k: int, g: list[Any], place: str) -> None:
        """Reject, unless g_k is as it must be."""

    def check(self, tree: Any, known: Known, place: str) -> None:
        """The bound on a region, by the tree."""
        if self._is_empty(tree, known, place, None):
            return
        if "multipliers" not in tree:
            for branch, more, where in self.split(tree, known, place, None):
                self.check(branch, more, where)
            return
        keys(tree, place, ("multipliers", "neurons"))
        field, size = self.problem.field, len(self.labels)
        multipliers = numbers(tree["multipliers"], f"{place}.multipliers", field, size)
        multipliers = self.weights(multipliers, place)
        for k, neuron in enumerate(items(tree["neurons"], place, len(self.x))):
            self._neuron(neuron, k, multipliers, known, f"{place}.neurons[{k}]")

    def split(
        self, tree: Any, known: Known, place: str, k: int | None
    ) -> Iterator[tuple[Any, Known, str]]:
        """The two branches of a split: of any neuron, or of neuron k."""
        side = "example" in tree
        names = ("plus", "minus") if side else ("positive", "negative")
        keys(tree, place, (*names, *["neuron"] * (k is None), *["example"] * side))
        k = integer(tree["neuron"], place, 1, len(self.x)) - 1 if k is None else k
        i = integer(tree["example"], place, 1, len(self.labels)) - 1 if side else None
        need((k, i) not in known, "lifting-split-of-known", place, known.get((k, i)))
        for name, s in zip(names, (1, -1), strict=True):
            yield tree[name], known | {(k, i): s}, f"{place}.{name}"

    def _neuron(
        self, tree: Any, k: int, multipliers: list[Number], known: Known, place: str
    ) -> None:
        """g_k is as it must be on a region, by the neuron's tree."""
        empty = self._is_empty(tree, known, place, k)
        if not empty and "sides" in tree:
            self.admit(k, self.vector(tree, k, multipliers, known, place), place)
        elif not empty:
            for branch, more, where in self.split(tree, known, place, k):
                self._neuron(branch, k, multipliers, more, where)

    def vector(
        self, leaf: Any, k: int, multipliers: list[Number], known: Known, place: str
    ) -> list[Any]:
        """g_k at a leaf of neuron k's tree."""
        keys(leaf, place, ("sides", "slopes"))
        need((k, None) in known, "lifting-sign-open", place)
        s, g = known[k, None], self._sides(leaf["sides"], k, known, place)
        slopes = self._listed(leaf["slopes"], "slope", f"{place}.slopes")
        for i, multiplier in enumerate(multipliers):
            if s and sign(multiplier):
                pull = self.labels[i] * s
                a = self._slope(pull, known.get((k, i)), slopes, i, f"{place}, example {i + 1}")
                g = [b + multiplier * a * pull * x for b, x in zip(g, self.x[k][i], strict=True)]
        need(not slopes, "lifting-slope-not-needed", place, *(i + 1 for i in slopes))
        return g

    def _sides(self, value: Any, k: int, known: Known, place: str) -> list[Any]:
        """The sum of weighted z_ik x_ik over decided sides."""
        total: list[Any] = [Fraction(0)] * len(self.w[k])
        for i, weight in self._listed(value, "weight", f"{place}.sides").items():
            where = f"{place}, example {i + 1}"
            need((k, i) in known, "lifting-weight-on-open-side", where)
            need(sign(weight) > 0, "lifting-weight-not-positive", where, weight)
            total = [b + weight * known[k, i] * x for b, x in zip(total, self.x[k][i], strict=True)]
        return total

    def _is_empty(self, tree: Any, known: Known, place: str, k: int | None) -> bool:
        """Whether this is an empty leaf; the decided sides of its neuron then leave no interior."""
        if "empty" not in keys(tree, place, (), tree):
            return False
        keys(tree, place, ("empty", *["neuron"] * (k is None)))
        k = integer(tree["neuron"], place, 1, len(self.x)) - 1 if k is None else k
        total = self._sides(tree["empty"], k, known, place)
        need(any(known[k, a["example"] - 1] for a in tree["empty"]), "lifting-empty-sides", place)
        need(not any(map(sign, total)), "lifting-empty-not-zero", place, *total)
        return True

    def _listed(self, value: Any, key: str, place: str) -> dict[int, Number]:
        """A list of numbers for some examples."""
        listed: list[tuple[int, Number]] = []
        for where, entry in table(value, place, ("example", key)):
            i = integer(entry["example"], where, 1, len(self.labels)) - 1
            listed.append((i, read_number(entry[key], self.problem.field, where)))
        rising([i + 1 for i, _ in listed], place)
        return dict(listed)

    def _slope(
        self, pull: int, side: int | None, slopes: dict[int, Number], i: int, place: str
    ) -> Number:
        """A slope a with pull a z >= pull sigma(z) on the known side, or on both sides."""
        slope = self.problem.slope
        if side is not None or slope == 1:
            return Fraction(1) if side == 1 or slope == 1 else slope
        need(i in slopes, "lifting-side-open", place)
        a = slopes.pop(i)
        need(pull < 0, "lifting-slope-for-convex", place)
        inside = sign(a - slope) >= 0 and sign(a - 1) <= 0
        need(inside, "lifting-slope-outside", place, a)
        return a
