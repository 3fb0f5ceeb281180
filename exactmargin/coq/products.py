"""``by: product`` for Coq: multipliers, whose common factor does not matter."""

from typing import Any

from exactmargin.coq.application import numbers
from exactmargin.coq.numerals import denominator_of, integers, listed, numeral, z
from exactmargin.coq.setting import Setting
from exactmargin.kernel.problem import Problem

__all__ = ["product"]


def product(problem: Problem, evidence: Any) -> tuple[str, ...]:
    """The arguments of ``Products.least`` after P and theta: multipliers that are not zero."""
    setting = Setting.of(problem)
    multipliers = numbers(evidence["multipliers"])
    weights = enumerate(integers(multipliers, denominator_of(multipliers)))
    return (
        setting.over(problem.theta),
        setting.data(common=True),
        f"{numeral(setting.inputs)}%Z",
        listed(
            filter(lambda pair: pair[1], weights), lambda pair: f"({pair[0]}%nat, {z(pair[1])}%Z)"
        ),
    )
