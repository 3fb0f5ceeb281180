"""Conjectures that break themselves: exact evidence over thousands of instances, or a smallest
counterexample with its certificates (docs/conjectures.md).

A `Conjecture` says that every problem of a strategy that satisfies its hypotheses satisfies its
conclusion.  All of these are decided exactly; a yes or no of a decision is accepted by the kernel
before it counts.  Instance `number` of a `seed` is the same problem on every machine, whatever was
drawn before, so that a campaign can be split, stopped and resumed.
"""

from exactmargin.conjectures.condition import Condition, Finding, asked
from exactmargin.conjectures.conjecture import Conjecture, conjecture
from exactmargin.conjectures.counterexample import Counterexample
from exactmargin.conjectures.evidence import Evidence
from exactmargin.conjectures.library import REFUTED, THEOREMS, named, resolve
from exactmargin.conjectures.running import generate, shrink, survey
from exactmargin.conjectures.size import Size
from exactmargin.conjectures.trial import Outcome, Trial

__all__ = [
    "REFUTED",
    "THEOREMS",
    "Condition",
    "Conjecture",
    "Counterexample",
    "Evidence",
    "Finding",
    "Outcome",
    "Size",
    "Trial",
    "asked",
    "conjecture",
    "generate",
    "named",
    "resolve",
    "shrink",
    "survey",
]
