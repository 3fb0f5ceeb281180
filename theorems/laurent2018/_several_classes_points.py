r"""Points of networks for several classes, and the binary problems of their classes (L eq. 12).

At common features the loss of class r is a binary hinge loss in (features, v_r, c_r), so the
kernel's claims about one output decide it. Where evidence is found by search, the search is the
package's; the kernel checks it in any case.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exactmargin.data import Dataset
from exactmargin.decisions import (
    Verdict,
    certify,
    decide_clarke_critical,
    decide_separable,
)
from exactmargin.errors import InternalError
from exactmargin.exact import Q
from exactmargin.networks import Architecture, Parameters, from_pattern
from exactmargin.problems import (
    Hinge,
    MulticlassHinge,
    OneVersusAllHinge,
    Problem,
    replicated_problem,
)
from exactmargin.registry import Step
from theorems.laurent2018._several_classes import total
from theorems.steps import positive

Row = Sequence[object]


def found(name: str, claim: str, verdict: Verdict) -> Step:
    """The step that a search has found; raises `InternalError` where it found another answer."""
    certificate = verdict.certificate
    if certificate is None or certificate.claim != claim:
        raise InternalError(f"{name}: {claim} was expected; found {verdict.answer.value}")
    return Step(name, claim, certificate.evidence)


def critical(name: str, problem: Problem) -> Step:
    """0 is in the Clarke subdifferential."""
    return found(name, "clarke-critical", decide_clarke_critical(problem))


def not_critical(name: str, problem: Problem) -> Step:
    """0 is not in the Clarke subdifferential."""
    return found(name, "not-clarke-critical", decide_clarke_critical(problem))


def separable(name: str, problem: Problem) -> Step:
    """Each class from the rest."""
    return found(name, "separable", decide_separable(problem))


def searched(name: str, claim: str, problem: Problem) -> Step:
    """A claim about minima, which a search has proved."""
    return found(name, claim, certify(problem, claim))


class Classes(NamedTuple):
    """R classes (labels from 0) with common hidden layers, at a point.

    `patterns` are those of the hidden layers, `hidden` and `biases` their parameters layer by
    layer (no biases: None); `rows` are v_r followed by c_r. With `equal` each class has half of the
    weight against the rest; else the examples have the given weights, or 1/N.
    """

    name: str
    inputs: Sequence[Row]
    labels: Sequence[int]
    patterns: Sequence[Sequence[Sequence[int]]]
    hidden: Sequence[Row]
    biases: Sequence[Row] | None
    rows: Sequence[Row]
    slope: object = 0
    equal: bool = False
    weights: Row | None = None

    @property
    def classes(self) -> range:
        """Their numbers."""
        return range(len(self.rows))

    def v(self, r: int) -> Row:
        """v_r."""
        return self.rows[r][:-1]

    def network(self, outputs: int) -> Architecture:
        """The hidden layers, and so many outputs with biases."""
        width = len(self.patterns[-1])
        last = [[r * width + k + 1 for k in range(width)] for r in range(outputs)]
        flags = [self.biases is not None] * len(self.patterns)
        return from_pattern([*self.patterns, last], [*flags, True], Q.coerce(self.slope))

    def point(self, rows: Sequence[Row]) -> Parameters:
        """The parameters, with these outputs."""
        weights = [*self.hidden, [a for row in rows for a in row[:-1]]]
        inner = self.biases if self.biases is not None else [None] * len(self.patterns)
        return Parameters.over(
            Q, self.network(len(rows)), weights, [*inner, [row[-1] for row in rows]]
        )

    def sample(self, labels: Sequence[int]) -> Dataset:
        """The examples with these labels."""
        return Dataset.over(Q, self.inputs, labels, self.weights)

    def together(self, loss: MulticlassHinge | OneVersusAllHinge) -> Problem:
        """All classes in one network."""
        network, data = self.network(len(self.rows)), self.sample(self.labels)
        return Problem(self.name, Q, network, data, loss, self.point(self.rows))

    def penalized(
        self, gamma: object = 1, moved: Mapping[int, Sequence[Row]] | None = None
    ) -> Problem:
        """E_γ with a replicate for each class; `moved` replaces hidden weights of some."""
        network, data = self.network(len(self.rows)), self.sample(self.labels)
        points = [
            self._replace(hidden=(moved or {}).get(r, self.hidden)).point(self.rows)
            for r in self.classes
        ]
        return replicated_problem(self.name, Q, network, data, Q.coerce(gamma), points)

    def relation(self, r: int) -> Problem:
        """Class r against the rest, with its own weights: 1/N, or equal sums of both sides."""
        labels = [1 if label == r else -1 for label in self.labels]
        sizes = {y: labels.count(y) for y in labels}
        data = self.sample(labels)
        if self.equal:
            half = [Q.coerce(1) / (2 * sizes[y]) for y in labels]
            data = Dataset.over(Q, self.inputs, labels, half)
        name = f"{self.name}, class {r + 1}"
        return Problem(name, Q, self.network(1), data, Hinge(), self.point([self.rows[r]]))

    def layers(self) -> list[list[list[str]]]:
        """The hidden weights as matrices of texts."""
        return [
            [[str(values[k - 1]) if k else "0" for k in row] for row in pattern]
            for pattern, values in zip(self.patterns, self.hidden, strict=True)
        ]

    def pulled_back(self, r: int) -> list[str]:
        """The components of L's bar v_r = (W^(L) ... W^(1))^T v_r, as texts."""
        row = [f"({a})" for a in self.v(r)]
        for matrix in reversed(self.layers()):
            columns = zip(*matrix, strict=True)
            row = [
                f"({total([f'{a}*({w})' for a, w in zip(row, column, strict=True)])})"
                for column in columns
            ]
        return row

    def nonzero(self, r: int, *, pulled_back: bool = False) -> Step:
        r"""v_r is not 0, or the vector that the linear network reads is not."""
        texts = self.pulled_back(r) if pulled_back else [f"({a})" for a in self.v(r)]
        name = rf"\bar{{v}}_{{{r + 1}}}" if pulled_back else f"v_{{{r + 1}}}"
        return positive(rf"$\|{name}\|^2>0$", total([f"{text}^2" for text in texts]))
