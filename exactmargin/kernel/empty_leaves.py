"""Regions around theta that are null sets, as forms on them cannot be positive.

A region is given by sides c = 1 or -1 of some forms: pre-activations z of hidden units, the insides
m_j of a hinge loss's terms, and output weights v, all of them zero at theta. On it c z >= 0, c m_j
>= 0 and c v >= 0. The evidence gives weights nu, eta > 0 to some z and m_j.

**Affine forms** f_n are z of the first layer, and m_j if there is no hidden layer. If sum nu_n c_n
grad f_n = 0, then sum nu_n c_n f_n is constant, namely zero, as at theta; so all these f_n are zero
on the region. That makes it a null set if some grad f_n is not 0.

**Lifted forms**: one hidden layer, and some m_j, for which all units that they read have known
sides, so that m_j is a polynomial on the region (not the zero one: it is 1 where the output layer
is zero). Let v_k be the first output weight that reads unit k, s_k its sign. On the region

    0 <= F = sum eta_j c_j m_j + sum nu_ik c_ik s_k v_k z_ik = C + sum_r B_r b_r + sum_v v <q, T_v>,

b_r the output biases, q the parameters of the unit that v reads. Let B_r = 0, and for every v let
T_v = 0, or v = 0 at theta with a known sign s and s <q, T_v> < 0 at theta, which stays so nearby.
Then C is F at theta, 0, and F <= 0: all m_j in F are zero on the region.
"""

from __future__ import annotations

from typing import Any

from .hinge import terms
from .network import Slopes, Unit, at, free_gradient, inner, is_affine, slopes_at, unit_name
from .not_kkt import cancel
from .numbers import sign
from .outcome import need
from .problem import Problem
from .reading import integer, keys, read_number, rising, table

Key = tuple[Any, ...]  # (example, unit), ("term", j) or ("output", flat parameter)
Sides = dict[Key, int]


class EmptyLeaves:
    """The regions around theta of a problem with a hinge loss."""

    def __init__(self, problem: Problem):
        self.problem, self.terms, self.last = problem, terms(problem), len(problem.layers) - 2
        self.traces = [at(problem, problem.theta, i) for i in range(len(problem.labels))]
        self.signs = [sign(term.inside(self.traces[term.example])) for term in self.terms]

    def key(self, node: Any, place: str, more: tuple[str, ...]) -> Key:
        """The form that a node is about, zero at theta; the node has ``more`` keys besides."""
        layers, named = self.problem.layers, node if isinstance(node, dict) else ()
        kind = next((name for name in ("term", "output") if name in named), "example")
        keys(node, place, (kind, *(("layer", "unit") if kind == "example" else ()), *more))
        top = layers[-1]
        weights = range(top.start, top.stop - len(top.biases))
        highest = {"term": len(self.terms), "output": len(weights), "example": len(self.traces)}
        n = integer(node[kind], place, 1, highest[kind]) - 1
        key: Key = (kind, n)
        if kind == "example":
            l = integer(node["layer"], place, 1, self.last + 1) - 1
            key = n, (l, integer(node["unit"], place, 1, len(layers[l].rows)) - 1)
            value = sign(self.traces[n].z[l][key[1][1]])
        elif kind == "output":
            key = kind, weights[n]
            value = sign(self.problem.theta[weights[n]])
        else:
            value = self.signs[n]
        need(not value, "cell-split-not-at-zero", place)
        return key

    def slopes(self, i: int, sides: Sides, open_: list[Unit]) -> Slopes:
        """The slopes at example i; kinks of the last hidden layer on no side are ``open_``."""

        def decide(unit: Unit) -> Any:
            if (i, unit) in sides:
                return 1 if sides[i, unit] > 0 else self.problem.slope
            need(unit[0] == self.last, "cell-side-open", f"example {i + 1}", unit_name(unit))
            open_.append(unit)
            return 0

        return slopes_at(self.problem, self.traces[i], decide)

    def empty(self, value: Any, sides: Sides, place: str) -> None:
        """The region is a null set."""
        forms: dict[Key, Any] = {}
        for where, entry in table(value, place, ("weight",), ("example", "layer", "unit", "term")):
            key = self.key(entry, where, ("weight",))
            need(key in sides, "empty-form-open", where)
            weight = read_number(entry["weight"], self.problem.field, where)
            need(sign(weight) > 0, "empty-form-weight", where, weight)
            forms[key] = weight * sides[key]
        rising([(key[0] == "term", *key) for key in forms], place)
        if self.last >= 0 and any(key[0] == "term" for key in forms):
            need(self.last == 0, "empty-terms-of-deep-networks", place)
            self._lifted(forms, sides, place)
        else:
            cancel([*forms.values()], [self._normal(key, place) for key in forms], place)

    def _normal(self, key: Key, place: str) -> list[Any]:
        """The gradient of an affine form."""
        problem = self.problem
        if key[0] != "term":
            i, unit = key
            need(is_affine(problem, unit), "empty-form-not-affine", place, unit_name(unit))
            return free_gradient(problem, self.traces[i], {}, unit)
        term, factors = self.terms[key[1]], self.terms[key[1]].factors
        rows = [free_gradient(problem, self.traces[term.example], {}, (0, r)) for r in factors]
        return [inner([*factors.values()], column) for column in zip(*rows, strict=True)]

    def _lifted(self, forms: dict[Key, Any], sides: Sides, place: str) -> None:
        """F <= 0 near theta."""
        hidden, output = self.problem.layers
        theta = self.problem.theta
        first = {k: p for row in reversed(output.rows) for p, k in row}
        signs = {p: sign(theta[p]) or sides.get(("output", p), 0) for p in first.values()}
        pulls: dict[tuple[int, int], list[tuple[Any, int]]] = {}  # v, k: multiples of inputs
        biases = dict.fromkeys(range(len(output.biases)), 0)
        for key, weight in forms.items():
            if key[0] != "term":
                i, (_, k) = key
                need(signs.get(first.get(k, -1), 0) != 0, "empty-sign-open", place, k + 1)
                pulls.setdefault((first[k], k), []).append((weight * signs[first[k]], i))
                continue
            term, open_ = self.terms[key[1]], list[Unit]()
            slopes = self.slopes(term.example, sides, open_)
            for r, c in term.factors.items():
                biases |= {r: biases[r] + weight * c} if biases else {}
                for p, k in output.rows[r]:
                    need((0, k) not in open_, "empty-side-open", place, unit_name((0, k)))
                    pulls.setdefault((p, k), []).append((weight * c * slopes[0, k], term.example))
        need(not any(map(sign, biases.values())), "empty-bias", place, *biases.values())
        for (p, k), multiples in pulls.items():
            q = [*(p for p, _ in hidden.rows[k]), *hidden.biases[k : k + 1]]
            xs = [
                [*(self.traces[i].h[0][j] for _, j in hidden.rows[k]), *[1] * bool(hidden.biases)]
                for _, i in multiples
            ]
            T = [inner([a for a, _ in multiples], column) for column in zip(*xs, strict=True)]
            s = 0 if sign(theta[p]) else sides.get(("output", p), 0)
            down = sign(s * inner([theta[n] for n in q], T)) < 0
            need(down or not any(map(sign, T)), "empty-pull", place, *T)
