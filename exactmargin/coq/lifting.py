"""``by: lifting`` for Coq: trees over the neurons, and a direction that no cut contains."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any, final

from exactmargin.coq.application import Unsupported, numbers
from exactmargin.coq.numerals import denominator_of, integers, listed, numeral, z
from exactmargin.coq.setting import Setting
from exactmargin.kernel.network import inner
from exactmargin.kernel.problem import Problem

__all__ = ["lifting"]

Tree = Mapping[str, Any]
_BARE: Tree = {"sides": [], "slopes": []}


def lifting(problem: Problem, evidence: Any) -> tuple[str, ...]:
    """The arguments of ``Lifting.least`` after P and theta."""
    if problem.layer is not None:
        raise Unsupported("Coq's checker of proofs by lifting has all parameters free")
    leaves = [leaf for leaf in _leaves(evidence["tree"]) if "slopes" in leaf]
    slopes = numbers(entry["slope"] for leaf in leaves for entry in leaf["slopes"])
    setting = Setting.of(problem, slopes)
    return (
        setting.over(problem.theta),
        setting.data(common=True),
        numeral(setting.inputs),
        listed(_off_all_cuts(problem), z) + "%Z",
        _Trees.of(problem, setting).region(evidence["tree"]),
    )


def _leaves(tree: Tree) -> Iterator[Tree]:
    """The leaves of a tree, and of the neurons' trees at them."""
    branches = [tree[name] for name in ("plus", "minus", "positive", "negative") if name in tree]
    if not branches:
        yield tree
    for branch in [*branches, *tree.get("neurons", ())]:
        yield from _leaves(branch)


def _off_all_cuts(problem: Problem) -> list[int]:
    """d with d_p != 0 and <d_k, x_ik> != 0 for every x_ik that is not zero.

    Powers of 1, 2, 3, ...: a sum of multiples of t-th powers vanishes for finitely many t only.
    """
    hidden = problem.layers[0]
    forms = []
    for k, row in enumerate(hidden.rows):
        bias = [*hidden.biases[k : k + 1]]
        for x in problem.inputs:
            values = [*(x[j] for _, j in row), *[Fraction(1)] * len(bias)]
            if any(values):
                forms.append(([*(p for p, _ in row), *bias], values))
    for t in count():
        d = [p**t for p in range(1, len(problem.theta) + 1)]
        if all(inner([d[p] for p in places], values) for places, values in forms):
            return d
    raise AssertionError("count() does not end")


@final
@dataclass(frozen=True, slots=True)
class _Trees:
    """The trees as Coq's; neurons are numbered as the edges of the output are."""

    setting: Setting
    edges: Mapping[int, int]
    biases: int

    @classmethod
    def of(cls, problem: Problem, setting: Setting) -> "_Trees":
        output = problem.layers[-1]
        places = {k: j for j, (_, k) in enumerate(output.rows[0])}
        return cls(setting, places, len(output.biases))

    def region(self, tree: Tree) -> str:
        """A tree of the parameter space."""
        if "multipliers" not in tree:
            return self._branches(tree, None, self.region)
        multipliers = numbers(tree["multipliers"])
        leaves = [leaf for neuron in tree["neurons"] for leaf in _leaves(neuron)]
        sides = [side for leaf in leaves for side in leaf.get("sides", ())]
        weights = numbers(side["weight"] for side in sides)
        steps = self.setting.slopes
        common = denominator_of([*multipliers, *(weight / steps for weight in weights)])
        neurons = dict(enumerate(tree["neurons"]))
        twigs = [self._neuron(neurons.pop(k), j, common) for k, j in self.edges.items()]
        if any(neuron != _BARE for neuron in neurons.values()):
            raise Unsupported("the evidence has more to say of a neuron that the output leaves out")
        twigs += ["(Lifting.Void 0 [])"] * self.biases
        values = listed(integers(multipliers, common), z)
        return f"(Lifting.Leaf ({common}%Z, {values}%Z, {'[' + '; '.join(twigs) + ']'}))"

    def _neuron(self, tree: Tree, j: int, common: int) -> str:
        """The tree of one neuron."""
        if "sides" not in tree:
            return self._branches(tree, j, lambda branch: self._neuron(branch, j, common))
        sides = _pairs(tree["sides"], "weight", common * self.setting.slopes)
        return f"(Lifting.Leaf ({sides}, {_pairs(tree['slopes'], 'slope', self.setting.slopes)}))"

    def _branches(self, tree: Tree, j: int | None, on: Callable[[Tree], str]) -> str:
        """A cut, or a region without interior."""
        if j is None:
            j = self._edge(tree["neuron"] - 1)
        if "empty" in tree:
            weights = numbers(entry["weight"] for entry in tree["empty"])
            return f"(Lifting.Void {j} {_pairs(tree['empty'], 'weight', denominator_of(weights))})"
        if "example" in tree:
            side, first, second = f"(Some {tree['example'] - 1}%nat)", "plus", "minus"
        else:
            side, first, second = "None", "positive", "negative"
        return f"(Lifting.Cut {j} {side} {on(tree[first])} {on(tree[second])})"

    def _edge(self, k: int) -> int:
        if k not in self.edges:
            raise Unsupported("the evidence cuts along a neuron that the output leaves out")
        return self.edges[k]


def _pairs(entries: Any, key: str, common: int) -> str:
    """For some examples a number each, over a common denominator."""
    values = integers(numbers(entry[key] for entry in entries), common)
    pairs = zip((entry["example"] - 1 for entry in entries), values, strict=True)
    return listed(pairs, lambda pair: f"({pair[0]}%nat, {z(pair[1])}%Z)")
