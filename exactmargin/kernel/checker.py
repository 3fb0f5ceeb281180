"""From bytes to an outcome: the closed table of rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from .assumptions import ASSUMPTIONS, RESTS_ON
from .feasible import feasible, infeasible
from .hinge_rules import FREE_OF_OBJECTIVES, HINGE_RULES
from .kkt import kkt
from .margin_rules import MARGIN_RULES
from .minima import not_global_minimum, not_local_minimum
from .not_kkt import not_kkt
from .numbers import limit_work
from .outcome import Malformed, Outcome, Rejected, form, need
from .problem import Problem
from .reading import items, keys, read_json, word
from .replicates import read_problem
from .same_problem import claims_about
from .theorem import theorem

FORMAT = "exactmargin/certificate@1"
PROBLEM = "exactmargin/problem@1"

RULES: dict[str, Callable[[Any, Any], str]] = {
    "feasible": feasible,
    "infeasible": infeasible,
    "kkt": kkt,
    "not-kkt": not_kkt,
    "not-local-minimum": not_local_minimum,
    "not-global-minimum": not_global_minimum,
    **MARGIN_RULES,
    **FREE_OF_OBJECTIVES,
}
CLAIMS = (*(RULES | HINGE_RULES), "theorem")
WITHOUT_POINT = ("cells", "norm-bound", "separable", "not-separable", "rare", "generic")
WITHOUT_PROBLEM = ("identity", "positive")


def check_claim(claim: str, problem: Problem | None, evidence: Any, assumptions: list[str]) -> str:
    """The statement that is proved; raises Rejected or Malformed."""
    for name in assumptions:
        need(name in ASSUMPTIONS, "assumption-unknown", "assumptions", name)
    form(len(set(assumptions)) == len(assumptions), "assumption-repeated", "assumptions")
    if claim in RESTS_ON:
        need(RESTS_ON[claim] in assumptions, "assumption-missing", "assumptions", RESTS_ON[claim])
    form(claim in RULES | HINGE_RULES, "claim-unknown", "claim", claim)
    form(problem is not None or claim in WITHOUT_PROBLEM, "no-problem", "problem", claim)
    has_point = problem is None or problem.has_point
    form(has_point or claim in WITHOUT_POINT, "no-point", "problem", claim)
    own, other = (HINGE_RULES, RULES) if problem and problem.loss else (RULES, HINGE_RULES)
    need(claim in own, "objective-of-the-claim", "problem.objective", claim)
    return (other | own)[claim](problem, evidence)


def _check(certificate: Any, user: Problem | None) -> str:
    keys(certificate, "file", ("format", "claim", "problem", "evidence", "assumptions"))
    form(certificate["format"] == FORMAT, "format", "format", certificate["format"])
    claim = word(certificate["claim"], "claim")
    listed = items(certificate["assumptions"], "assumptions")
    assumptions = [word(a, "assumptions") for a in listed]
    proved = [(claim, certificate["problem"])]
    if claim == "theorem":
        form(certificate["problem"] is None, "theorem-with-problem", "problem")
        statement, proved = theorem(certificate["evidence"], assumptions, check_claim, read_problem)
    else:
        problem = None if proved[0][1] is None else read_problem(proved[0][1])
        statement = check_claim(claim, problem, certificate["evidence"], assumptions)
        statement += f"; {problem.field}" if problem and problem.field else ""
    if user is not None:
        statement += f"; of the given problem: {', '.join(claims_about(user, proved))}"
    return statement + "".join(f"; assuming {name}" for name in assumptions)


def _read_user(data: bytes) -> Problem:
    """The user's problem file; what is wrong with it is not the certificate's fault."""
    try:
        value = read_json(data)
        keys(value, "file", ("format",), value if isinstance(value, dict) else ())
        form(value["format"] == PROBLEM, "problem-format", "format", value["format"])
        return read_problem(value, lenient=True)
    except Rejected as failure:
        failure.place = f"the problem file: {failure.place}"
        raise


def _bytes(text: bytes | str) -> bytes:
    return text.encode(errors="replace") if isinstance(text, str) else text


def check(certificate: bytes | str, problem_file: bytes | str | None = None) -> Outcome:
    """Check the text of a certificate, and that it is about the given problem; never raises."""
    return copy_context().run(_outcome, certificate, problem_file)


def _outcome(certificate: bytes | str, problem_file: bytes | str | None) -> Outcome:
    data, claim = _bytes(certificate), ""
    limit_work(len(data))
    digest = hashlib.sha256(data).hexdigest()
    try:
        try:
            value = read_json(data)
            claim = str(value.get("claim"))[:40] if isinstance(value, dict) else ""
            user = None if problem_file is None else _read_user(_bytes(problem_file))
            statement = _check(value, user)
        except RecursionError:
            raise Malformed("nested-too-deep", "file") from None
    except Rejected as failure:
        status = "malformed" if isinstance(failure, Malformed) else "rejected"
        return Outcome(status, claim, "", failure.code, failure.place, failure.detail, digest)
    return Outcome("accepted", claim, statement, "", "", "", digest)
