"""Checks that no file can fail: a problem made by hand, in the kernel's own classes, fails them.

No layer of a file can use a parameter of another layer. A recurrent network can: w sigma(w x) has
the second derivative 2 x, and the rule says so.
"""

import dataclasses
import sys
from fractions import Fraction
from typing import Any

import pytest

from exactmargin.kernel.multilinear import zero_trace_hessian
from exactmargin.kernel.outcome import Rejected
from exactmargin.kernel.problem import Problem, read_problem
from tests.kernel.certificates import chain
from tests.rejections.mutants import checks, kernel_without
from tests.rejections.near_misses import BEYOND_FILES


def recurrent() -> Problem:
    """w sigma(3 w) at w = 2, as no file can say it."""
    plain = read_problem(chain("2", "1", "3"))
    first, last = plain.layers
    last = dataclasses.replace(last, rows=(((0, 0),),), start=1, stop=1)
    return dataclasses.replace(plain, layers=(first, last), theta=(Fraction(2),))


def test_they_are_checks() -> None:
    assert set(BEYOND_FILES) == {"second-derivative"} <= {code for code, _, _ in checks()}


def test_a_second_derivative_is_seen() -> None:
    with pytest.raises(Rejected) as caught:
        zero_trace_hessian(recurrent(), {"example": 1})
    failure = caught.value
    assert (failure.code, failure.place) == ("second-derivative", "the output at example 1")
    assert failure.detail == "3*s1^2"


def test_without_the_check_it_is_not_seen() -> None:
    with kernel_without("second-derivative") as mutant:
        names: dict[str, Any] = vars(sys.modules[mutant.__module__])
        rule = names["RULES"]["zero-trace-hessian"]
        assert "zero diagonal" in rule(recurrent(), {"example": 1})
