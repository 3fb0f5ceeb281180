"""What a run has shown: how many instances, how many satisfied the hypotheses, how degenerate."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

from exactmargin.conjectures.trial import Outcome, Trial
from exactmargin.errors import InvalidInputError
from exactmargin.exact import sign
from exactmargin.exact.scalars import shown
from exactmargin.networks import forward
from exactmargin.problems import Problem

__all__ = ["Evidence", "degeneracies", "zero_rows"]

EVIDENCE_FORMAT = "exactmargin/evidence@1"


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """Counts over some instances of a conjecture; evidence of disjoint parts can be added.

    `satisfied` instances have the hypotheses and the conclusion; `vacuous` counts the others by the
    hypothesis that fails, `undecided` by the condition and the reason; `violated` are the numbers
    of the instances that refute the conjecture.  `degenerate` counts, among the satisfied ones,
    those with kinks, zero neurons, neurons that nothing reads, repeated or zero inputs, and losses
    on their kink.  `seconds` is CPU time, summed over all processes.
    """

    conjecture: str
    instances: int = 0
    satisfied: int = 0
    vacuous: Mapping[str, int] = field(default_factory=dict)
    undecided: Mapping[str, int] = field(default_factory=dict)
    violated: tuple[int, ...] = ()
    degenerate: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @classmethod
    def of(cls, conjecture: str, number: int, trial: Trial, seconds: float = 0.0) -> "Evidence":
        """What the trial of one instance shows."""
        outcome, name = trial.outcome, trial.condition or ""
        return cls(
            conjecture,
            instances=1,
            satisfied=int(outcome is Outcome.HOLDS),
            vacuous={name: 1} if outcome is Outcome.VACUOUS else {},
            undecided={f"{name}: {trial.reason}": 1} if outcome is Outcome.UNDECIDED else {},
            violated=(number,) if outcome is Outcome.VIOLATED else (),
            degenerate=dict.fromkeys(degeneracies(trial.problem), 1)
            if outcome is Outcome.HOLDS
            else {},
            seconds=seconds,
        )

    def __add__(self, other: "Evidence") -> "Evidence":
        """The evidence of both; raises `InvalidInputError` for different conjectures."""
        if self.conjecture != other.conjecture:
            raise InvalidInputError(
                f"evidence for {other.conjecture} is none for {self.conjecture}; add the evidence "
                "of one conjecture"
            )
        return Evidence(
            self.conjecture,
            self.instances + other.instances,
            self.satisfied + other.satisfied,
            _sum(self.vacuous, other.vacuous),
            _sum(self.undecided, other.undecided),
            tuple(sorted({*self.violated, *other.violated})),
            _sum(self.degenerate, other.degenerate),
            self.seconds + other.seconds,
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON object; the time is not part of it, so the same instances give the same object."""
        return {
            "format": EVIDENCE_FORMAT,
            "conjecture": self.conjecture,
            "instances": self.instances,
            "satisfied": self.satisfied,
            "vacuous": dict(self.vacuous),
            "undecided": dict(self.undecided),
            "violated": list(self.violated),
            "degenerate": dict(self.degenerate),
        }

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> "Evidence":
        """The inverse of `to_json`; raises `InvalidInputError` for anything else."""
        keys = set(cls("").to_json())
        if set(obj) != keys or obj["format"] != EVIDENCE_FORMAT:
            raise InvalidInputError(
                f"{shown(obj)} is not evidence; expected an object with the keys "
                f"{', '.join(sorted(keys))}, its format {EVIDENCE_FORMAT}"
            )
        rest = {key: value for key, value in obj.items() if key not in ("format", "violated")}
        return cls(**rest, violated=tuple(obj["violated"]))

    def __str__(self) -> str:
        """All of it in one line."""
        parts = [
            f"{self.satisfied} of {self.instances} instances satisfied the hypotheses and the "
            "conclusion" + _listed(self.degenerate, " (", ")")
        ]
        if self.vacuous:
            parts.append(
                f"{sum(self.vacuous.values())} were vacuous" + _listed(self.vacuous, " (no: ", ")")
            )
        if self.undecided:
            parts.append(
                f"{sum(self.undecided.values())} were undecided"
                + _listed(self.undecided, " (", ")")
            )
        parts.append(f"{len(self.violated)} violated it" if self.violated else "none violated it")
        rate = f"; {self.instances / self.seconds:.0f} instances a second" if self.seconds else ""
        return f"{self.conjecture}: {', '.join(parts)}{rate}"


def _sum(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted((Counter(a) + Counter(b)).items()))


def _listed(counts: Mapping[str, int], before: str, after: str) -> str:
    words = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{before}{words}{after}" if words else ""


def degeneracies(problem: Problem) -> list[str]:
    """In what ways a problem and its point are degenerate, sorted."""
    network, inputs, point = problem.network, problem.data.inputs, problem.point()
    found = set()
    if len(set(inputs)) < len(inputs):
        found.add("repeated inputs")
    if not all(any(map(sign, x)) for x in inputs):
        found.add("zero inputs")
    zero = zero_rows(problem)
    if any(n < network.depth - 1 for n, _ in zero):
        found.add("zero neurons")
    flat = point.flat()
    for n, layer in enumerate(network.layers[1:], start=1):
        start = network.block_slice(n).start
        read = {j for row in layer.entries for j, g in row if sign(flat[start + g])}
        if len(read) < layer.columns:
            found.add("unread neurons")
    runs = [forward(network, point, x) for x in inputs]
    for run in runs:
        for n, row in enumerate(run.pre_activations[:-1]):
            if any(not sign(z) and (n, k) not in zero for k, z in enumerate(row)):
                found.add("kinks")
    if any(not sign(term.inside(runs[term.example].output)) for term in problem.loss_terms):
        found.add("losses on a kink")
    return sorted(found)


def zero_rows(problem: Problem) -> set[tuple[int, int]]:
    """The units whose weights and bias are all zero: (layer, unit)."""
    network, flat = problem.network, problem.point().flat()
    zero = set()
    for n, layer in enumerate(network.layers):
        start = network.block_slice(n).start
        for k, row in enumerate(layer.entries):
            own = [start + g for _, g in row]
            own += [start + layer.parameter_count + k] * layer.bias
            if not any(sign(flat[p]) for p in own):
                zero.add((n, k))
    return zero
