"""A counterexample: the shrunk instance, what is proved of it, and both as LaTeX."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from exactmargin.conjectures.size import Size
from exactmargin.conjectures.trial import Testable, Trial
from exactmargin.decisions import Certificate
from exactmargin.formats import canonical_json, problem_text, problem_to_json
from exactmargin.networks import Layer
from exactmargin.problems import MaxMargin, Problem
from exactmargin.render import latex_document

__all__ = ["Counterexample"]

COUNTEREXAMPLE_FORMAT = "exactmargin/counterexample@1"


@final
@dataclass(frozen=True, slots=True)
class Counterexample:
    """A problem that satisfies the hypotheses of a conjecture and not its conclusion.

    `hypotheses` and `conclusion` hold the certificates, by the names of the conditions: None for
    what the problem itself shows.  `seed` and `number` say from which instance it was shrunk.
    """

    conjecture: str
    name: str
    source: str
    problem: Problem
    hypotheses: Mapping[str, Certificate | None]
    refuted: str
    conclusion: Certificate | None
    seed: int
    number: int

    @classmethod
    def of(cls, conjecture: Testable, trial: Trial, seed: int, number: int) -> "Counterexample":
        """The counterexample that the trial of a violation is."""
        found = {
            name: None if finding.verdict is None else finding.verdict.certificate
            for name, finding in trial.findings.items()
        }
        refuted = conjecture.conclusion.name
        conclusion = found.pop(refuted)
        return cls(
            conjecture.id,
            conjecture.name,
            conjecture.source,
            trial.problem,
            found,
            refuted,
            conclusion,
            seed,
            number,
        )

    @property
    def size(self) -> Size:
        """Points, neurons, digits."""
        return Size.of(self.problem)

    @property
    def certificates(self) -> dict[str, Certificate]:
        """The certificates that there are, by the names of their conditions."""
        every = {**self.hypotheses, f"not: {self.refuted}": self.conclusion}
        return {name: found for name, found in every.items() if found is not None}

    def certificate(self) -> Certificate | None:
        """One certificate of all that is certified: the hypotheses, then that the conclusion fails.

        Where the conclusion is read off the problem (it was a bool), the certificate is that of the
        hypotheses alone, and named so: ``hypotheses/...`` instead of ``refuted/...``.  None where
        nothing has a certificate: the problem itself shows all.  The kernel accepts it
        (`InternalError` where it does not).
        """
        certificates = self.certificates
        if not certificates:
            return None
        parts: list[dict[str, Any]] = []
        for name, found in certificates.items():
            if found.claim == "theorem":
                parts += found.evidence["parts"]
                continue
            _add_step(parts, name, found)
        what = "hypotheses" if self.conclusion is None else "refuted"
        name = re.sub(r"[^A-Za-z0-9.-]", "-", self.conjecture.split("/")[-1])
        evidence = {"theorem": f"{what}/{name}", "parts": parts}
        assumed = sorted({a for c in certificates.values() for a in c.assumptions})
        return Certificate("theorem", None, evidence, tuple(assumed)).verified()

    def problem_text(self) -> str:
        """The problem file: canonical JSON, named after the conjecture."""
        return problem_text(self._named())

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the problem and all certificates, without time stamps."""
        return {
            "format": COUNTEREXAMPLE_FORMAT,
            "conjecture": self.conjecture,
            "name": self.name,
            "source": self.source,
            "seed": self.seed,
            "number": self.number,
            "size": dict(self.size._asdict()),
            "problem": problem_to_json(self.problem),
            "certificates": {name: c.to_json() for name, c in self.certificates.items()},
        }

    def text(self) -> str:
        """`to_json` as canonical text."""
        return canonical_json(self.to_json())

    def latex(self) -> str | None:
        """A LaTeX document: the conjecture, the problem, and the proof that it is refuted.

        Where the conclusion is read off the problem the document says so.  None where there is no
        certificate: the problem file is all there is.
        """
        certificate = self.certificate()
        if certificate is None:
            return None
        notes = {
            "number": "Counterexample",
            "title": f"{self.name} ({self.source})" if self.source else self.name,
        }
        if self.conclusion is None:
            notes["statement"] = (
                "The hypotheses are proved below. That the conclusion fails was computed from the "
                f"problem, without a certificate: not {self.refuted}"
            )
        return latex_document(certificate.to_json(), notes)

    def __str__(self) -> str:
        """Some lines: what is refuted, by which problem, and what is proved of it.

        The network is a fully connected ReLU network of V Problem 2, where no line says more.
        """
        spell = self.problem.field.format
        data = self.problem.data
        points = "; ".join(
            f"({', '.join(map(spell, x))}) -> {y}"
            for x, y in zip(data.inputs, data.labels, strict=True)
        )
        lines = [f"refuted: {self.name}" + (f" ({self.source})" if self.source else "")]
        lines.append(f"  {self.size}, from instance {self.number} of seed {self.seed}")
        lines.append(f"  points      {points}")
        if data.weights is not None:
            lines.append(f"  weights     {', '.join(map(str, data.weights))}")
        if self.problem.objective.kind != MaxMargin.kind:
            lines.append(f"  objective   {self.problem.objective.kind}")
        if self.problem.network.negative_slope != 0:
            lines.append(f"  slope       {self.problem.network.negative_slope}")
        for n, (u, b) in enumerate(
            zip(self.problem.point().weights, self.problem.point().biases, strict=True)
        ):
            row = ", ".join(map(spell, u)) + (
                "" if b is None else f"; biases {', '.join(map(spell, b))}"
            )
            lines.append(f"  layer {n + 1}     {row}{_sparse(self.problem.network.layers[n])}")
        lines += [f"  {_mark(c):11} {name}" for name, c in self.hypotheses.items()]
        lines.append(f"  {_mark(self.conclusion):11} not: {self.refuted}")
        return "\n".join(lines)

    def _named(self) -> Problem:
        p = self.problem
        title = f"a counterexample to: {self.name}"
        return Problem(title, p.field, p.network, p.data, p.objective, p.parameters)


def _sparse(layer: Layer) -> str:
    """The pattern of a layer that is not dense: the numbers of the weights, 0 where none is."""
    numbers = [k for row in layer.pattern for k in row]
    if numbers == list(range(1, len(numbers) + 1)):
        return ""
    return f"; pattern {' | '.join(' '.join(map(str, row)) for row in layer.pattern)}"


def _mark(certificate: Certificate | None) -> str:
    return "as is seen" if certificate is None else "proved"


def _add_step(parts: list[dict[str, Any]], name: str, found: Certificate) -> None:
    """A step of the part about its problem (but for the objective), or of a new part."""
    problem = None if found.problem is None else dict(found.problem)
    for part in parts:
        shared = part["problem"]
        if (shared is None) == (problem is None) and (
            problem is None or {**shared, "objective": 0} == {**problem, "objective": 0}
        ):
            break
    else:
        part = {"name": "the counterexample", "problem": problem, "steps": [], "conclusion": []}
        parts.append(part)
    step: dict[str, Any] = {"name": name, "claim": found.claim, "evidence": found.evidence}
    if problem is not None and problem["objective"] != part["problem"]["objective"]:
        step["objective"] = problem["objective"]
    if found.assumptions:
        step["assumes"] = list(found.assumptions)
    part["steps"].append(step)
    part["conclusion"].append(name)
