"""A short certificate can mean endless work: the kernel counts, and ends."""

import random
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest

from exactmargin.kernel import Outcome, check
from exactmargin.kernel import numbers as kernel_numbers
from exactmargin.kernel.numbers import Poly, spend, symbol
from tests.kernel.certificates import (
    CHAIN_3,
    certificate,
    chain,
    curve,
    encode,
    minimum,
    problem,
    under_hinge,
    without_point,
)

DRAW = random.Random(0)


def drawn(rows: int, width: int, digits: int = 1) -> list[list[str]]:
    limit = 10**digits
    return [[str(DRAW.randint(-limit, limit)) for _ in range(width)] for _ in range(rows)]


def fact(left: str, symbols: str = "") -> Any:
    return certificate("identity", None, {"symbols": list(symbols), "left": left, "right": "0"})


def narrow(depth: int, examples: int) -> Any:
    """A deep network of width two: the output has 2^depth terms."""
    patterns = [[[1], [2]], *[[[1, 2], [3, 4]]] * (depth - 1), [[1, 2]]]
    weights = [["1"] * max(map(max, pattern)) for pattern in patterns]
    return problem(patterns, [[str(i + 1)] for i in range(examples)], weights)


def arrangement(planes: int, dimension: int) -> Any:
    pattern = [[[*range(1, dimension + 1)]], [[1]]]
    about = without_point(problem(pattern, drawn(planes, dimension), [[], []]))
    return certificate("cells", about, {"count": "1", "witnesses": [None]})


def vertices(size: int, examples: int, digits: int) -> Any:
    hidden = [[j + 1 if j == k else 0 for j in range(size)] for k in range(size)]
    inputs = drawn(examples, size, digits)
    about = problem([hidden, [[*range(1, size + 1)]]], inputs, [[], []], slope="1")
    return minimum("norm-bound", without_point(about), "vertices", squared_norm="1", vertices=[])


def many_roots(degree: int) -> Any:
    """Signs at the positive root of a long polynomial."""
    minpoly = ["-5", *(str(DRAW.randint(1, 10**50)) for _ in range(degree))]
    field = {"generator": "r", "minpoly": minpoly, "interval": ["0", "5"]}
    return certificate("feasible", {**chain("1", "1"), "field": field}, {})


def long_system(size: int) -> Any:
    examples = list(range(1, size + 1))
    unit = {"unit": 1, "sign": 1, "positive": examples, "kinks": [], "copies": []}
    evidence = {
        **dict.fromkeys(("scale", "distance", "radius"), "1"),
        "active": examples,
        "units": [unit],
        "centre": ["0"] * (size + 1),
        "inverse": [["0"] * (size + 1)] * (size + 1),
        "local_minimum": "unknown",
    }
    return certificate(
        "kkt-exists", problem([[[1]], [[1]]], [["1"]] * size, [["1"], ["1"]]), evidence
    )


LONG: dict[str, Callable[[], Any]] = {
    "a number of millions of digits": lambda: fact("((((9^99)^99)^99)^99)^99"),
    "long coefficients": lambda: fact("(a+b+c+d)^30" + "*((9^99)^99)" * 300, "abcd"),
    "many terms": lambda: fact("(a+b+c+d)^50" + "*a" * 1900, "abcd"),
    "forms of many examples": lambda: minimum(
        "local-minimum", under_hinge(narrow(14, 900)), "constant"
    ),
    "a power at a point": lambda: minimum(
        "local-minimum",
        under_hinge(chain("1/2", "1")),
        "constant",
        multipliers=[{"term": 1, "value": "(((((u1_1^99)^99)^99)^99)^99)^99"}],
    ),
    "chambers": lambda: arrangement(40, 12),
    "vertices": lambda: vertices(7, 8, 400),
    "an algebraic number": lambda: many_roots(900),
    "a curve of high degree": lambda: curve(CHAIN_3, [["1"] * 2000] * 3, ["1"], ["1"] * 2000),
    "many unknowns": lambda: long_system(150),
    "numbers that grow": lambda: certificate(
        "feasible", problem([[[1]]] * 90, [["1"]] * 90, [["9" * 400]] * 90), {}
    ),
}


@pytest.mark.parametrize("name", LONG)
def test_the_kernel_ends(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few steps, so that the test is short."""
    text = encode(LONG[name]())
    assert len(text) < 500_000
    monkeypatch.setattr(kernel_numbers, "WORK", 500_000 - 100 * len(text))
    outcome = check(text)
    assert (outcome.status, outcome.code) == ("malformed", "too-much-work"), outcome.line()


def test_towers_of_powers_are_positive() -> None:
    """No work at all: what no symbol is put into is not multiplied out."""
    text = "((((x^99)^99)^99)^99)^99"
    assert check(
        encode(certificate("positive", None, {"symbols": ["x"], "expression": text}))
    ).accepted


def test_a_longer_file_may_ask_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    text = encode(certificate("feasible", chain("1", "1"), {}))
    monkeypatch.setattr(kernel_numbers, "WORK", 20 - 100 * len(text))
    assert check(text).code == ""
    assert check(text.replace(b" ", b"")).code == "too-much-work"


def test_elsewhere_there_is_no_end() -> None:
    """What counts in a check counts neither before nor after it, nor in another."""
    for _ in range(3):
        spend(kernel_numbers.WORK)
        assert check(encode(certificate("feasible", chain("1", "1"), {}))).accepted
    assert isinstance(symbol(1) * symbol(1), Poly)


def test_a_check_within_another_has_its_own() -> None:
    def inside() -> Outcome:
        kernel_numbers.limit_work(0)
        spend(kernel_numbers.WORK)
        return check(encode(certificate("feasible", chain("1", "1"), {})))

    assert copy_context().run(inside).accepted
