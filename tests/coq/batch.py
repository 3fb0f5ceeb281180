"""Many checkers in one run of Coq: what each computes."""

import re
from fractions import Fraction
from typing import Any

from exactmargin.coq import Unsupported, curves, document, evidence, prover
from exactmargin.coq.setting import definitions
from exactmargin.kernel.outcome import Rejected

MARGIN_CLAIMS = tuple(evidence.CLAIMS)


def computation(certificate: Any) -> str | None:
    """Definitions and a boolean; None for a certificate that Coq is not asked about."""
    try:
        problem = document._problem(certificate["claim"], certificate["problem"])
        application = evidence.CLAIMS[certificate["claim"]](problem, certificate["evidence"])
    except (Unsupported, Rejected):
        return None
    before = definitions(problem) + application.definitions
    return f"{before}Eval vm_compute in {application.computation()}.\n"


def computed(texts: list[str]) -> list[bool]:
    """What the booleans are."""
    run = prover.run_coq(document.file_of(texts))
    assert run.returncode == 0, run.stderr[:2000]
    answers = re.findall(r"= (true|false)\s*: bool", run.stdout)
    assert len(answers) == len(texts)
    return [answer == "true" for answer in answers]


def whole_curve(problem: Any, numerators: Any, denominator: Any, end: Any) -> Any:
    """The whole piece, whatever its signs: so that nothing but Coq judges the curve."""
    return curves.piece(problem, numerators, denominator, Fraction(end))
