"""Finders: they look for evidence and hand it to the kernel before they answer."""

from exactmargin.decisions.analysis import (
    CLAIMS,
    WITHOUT_POINT,
    analyze,
    certify,
    check_claim,
    proves,
    questions,
)
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.cells import cells_certificate, check_listed, decide_cells
from exactmargin.decisions.certificate import CERTIFICATE_FORMAT, Certificate, check_certificate
from exactmargin.decisions.clarke import decide_clarke_critical
from exactmargin.decisions.existence import at_kkt_point, decide_kkt_exists, existence_applies
from exactmargin.decisions.feasible import decide_feasible
from exactmargin.decisions.flat_or_sharp import local_minimum_type
from exactmargin.decisions.forms import (
    FORMS,
    decide_form,
    form_certificate,
    indefinite_certificate,
    zero_trace_certificate,
)
from exactmargin.decisions.kkt import decide_kkt
from exactmargin.decisions.minima import decide_global_minimum, decide_local_minimum
from exactmargin.decisions.sample import decide_rare, decide_separable
from exactmargin.decisions.suboptimality import Suboptimality, suboptimality
from exactmargin.decisions.verdict import Answer, Verdict

__all__ = [
    "CERTIFICATE_FORMAT",
    "CLAIMS",
    "FORMS",
    "WITHOUT_POINT",
    "Answer",
    "Budget",
    "BudgetSpent",
    "Certificate",
    "Suboptimality",
    "Verdict",
    "analyze",
    "at_kkt_point",
    "cells_certificate",
    "certify",
    "check_certificate",
    "check_claim",
    "check_listed",
    "decide_cells",
    "decide_clarke_critical",
    "decide_feasible",
    "decide_form",
    "decide_global_minimum",
    "decide_kkt",
    "decide_kkt_exists",
    "decide_local_minimum",
    "decide_rare",
    "decide_separable",
    "existence_applies",
    "form_certificate",
    "indefinite_certificate",
    "local_minimum_type",
    "proves",
    "questions",
    "suboptimality",
    "zero_trace_certificate",
]
