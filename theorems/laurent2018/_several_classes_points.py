r"""Points of networks for several classes, and the binary problems of their classes (L eq. 12).

At common features the loss of class r is a binary hinge loss in (features, v_r, c_r), so the
kernel's claims about one output decide it. Where evidence is found by search, the search is the
package's; the kernel checks it in any case.
"""

from collections.abc import Sequence
from typing import NamedTuple

from exactmargin.data import Dataset
from exactmargin.decisions import (
    Verdict,
    decide_clarke_critical,
    decide_separable,
)
from exactmargin.errors import InternalError
from exactmargin.exact import Q
from exactmargin.networks import Architecture, Parameters, from_pattern
from exactmargin.problems import Hinge, MulticlassHinge, OneVersusAllHinge, Problem
from exactmargin.registry import Step

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


class Classes(NamedTuple):
    """R classes (labels from 0) with common hidden layers, at a point.

    `patterns` are those of the hidden layers, `hidden` and `biases` their parameters layer by
    layer (no biases: None); `rows` are v_r followed by c_r.
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

    def together(self, loss: MulticlassHinge | OneVersusAllHinge) -> Problem:
        """All classes in one network, with equal weights of the examples."""
        data = Dataset.over(Q, self.inputs, self.labels)
        network = self.network(len(self.rows))
        return Problem(self.name, Q, network, data, loss, self.point(self.rows))

    def relation(self, r: int) -> Problem:
        """Class r against the rest, with its own weights: 1/N, or equal sums of both sides."""
        labels = [1 if label == r else -1 for label in self.labels]
        sizes = {y: labels.count(y) for y in labels}
        weights = [Q.coerce(1) / (2 * sizes[y]) for y in labels] if self.equal else None
        data = Dataset.over(Q, self.inputs, labels, weights)
        name = f"{self.name}, class {r + 1}"
        return Problem(name, Q, self.network(1), data, Hinge(), self.point([self.rows[r]]))
