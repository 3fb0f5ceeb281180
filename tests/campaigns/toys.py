"""Conjectures that are decided in no time, found by other processes at ``tests.campaigns.toys``."""

import os
import time
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from exactmargin import Dataset, MaxMargin, Parameters, Problem, Q, fully_connected
from exactmargin.conjectures import Condition, Conjecture, asked

HOME = "tests.campaigns.toys"
NETWORK = fully_connected([1, 2, 1])


def problem(x: int, flip: bool = False) -> Problem:
    """Φ(x) = max(x, 0) by one of two units, the other one is zero; feasible where x > 0."""
    data = Dataset.over(Q, [[x]], [1])
    point = Parameters.over(Q, NETWORK, [[0, 1], [0, 1]] if flip else [[1, 0], [1, 0]])
    return Problem("a toy", Q, NETWORK, data, MaxMargin(), point)


def problems(most: int = 9) -> st.SearchStrategy[Problem]:
    """Problems with x in -1..most."""
    return st.builds(problem, st.integers(-1, most), st.booleans())


def first_input(problem: Problem) -> Any:
    """The x of a toy."""
    return problem.data.inputs[0][0]


def slowly(problem: Problem) -> bool:
    """Take the seconds of TOYS_SLEEP, and write one's process into the file TOYS_LOG."""
    time.sleep(float(os.environ.get("TOYS_SLEEP", "0")))
    if log := os.environ.get("TOYS_LOG"):
        with Path(log).open("a") as file:
            file.write(f"{os.getpid()}\n")
    return True


FEASIBLE = asked("feasible", "feasible")
POSITIVE = Condition("x is positive", lambda problem, _: first_input(problem) > 0)
NOT_THREE = Condition("x is not 3", lambda problem, _: first_input(problem) != 3)
NEVER = Condition("never", lambda problem, _: False)
SLOWLY = Condition("slowly", lambda problem, _: slowly(problem))


def toy(name: str, *hypotheses: Condition, attribute: str) -> Conjecture:
    """A conjecture that every toy with these hypotheses is feasible."""
    return Conjecture(
        name,
        f"{name} toys are feasible",
        problems,
        hypotheses,
        FEASIBLE,
        home=f"{HOME}:{attribute}",
    )


TRUE = toy("true", NOT_THREE, POSITIVE, attribute="TRUE")
SLOW = toy("slow", SLOWLY, NOT_THREE, POSITIVE, attribute="SLOW")
FALSE = toy("false", NOT_THREE, attribute="FALSE")
VACUOUS = toy("vacuous", NEVER, attribute="VACUOUS")
SEEN = Conjecture(
    "seen",
    "x is less than 5",
    problems,
    (),
    Condition("x is less than 5", lambda problem, _: first_input(problem) < 5),
    home=f"{HOME}:SEEN",
)
