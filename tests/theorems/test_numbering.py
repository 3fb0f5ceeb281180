"""Every number that a paper gives is in its ledger, and the ledger has no others.

The lists ``numbering-PAPER.txt`` are what `tests.theorems.numbering` finds in the papers' texts.
"""

import re
from pathlib import Path

import pytest

from exactmargin.registry import Pack
from tests.theorems.numbering import numbers

FOLDER = Path(__file__).parent

NOT_OF_THE_PAPER = {
    "vardi2022": {"Proposition 4.4": "of Ji and Telgarsky 2020, in proof C.2"},
    "laurent2018": {
        "Lemma 2": "a slip for Lemma 102, in the proof of Theorem 4",
        "Theorem 3.3.5": "of Borwein and Lewis 2010, in the proof of Theorem 4",
    },
}
"""Numbers in the text that name nothing in it, and what they mean."""

WITHOUT_ENTRY = {
    "vardi2022": {
        **{f"Equation {n}": f"it is Problem {n}" for n in (2, 3, 4, 5, 8, 11)},
        "Equation 1": "the loss of gradient flow: section 2, a part of Theorem 2.1",
        "Equation 6": "the last step of proof C.2, in Theorem 3.1",
        "Equation 7": "a step of proof C.5.1, in Theorem 4.2, part 1",
        "Equation 9": "a step of proof C.5.1, in Theorem 4.2, part 1",
        "Equation 10": "a step of proof C.6, in Theorem 4.3",
        "Equation 12": "a step of proof C.6, in Theorem 4.3",
    },
    "laurent2018": {f"Equation {n}": "a step of a proof" for n in range(100, 136)},
}
"""Equations that are in the ledger under another name, or as steps of the proofs that hold them."""

PAPERS = sorted(NOT_OF_THE_PAPER)


def printed(key: str) -> set[str]:
    """The numbers that the text of a paper has."""
    return set((FOLDER / f"numbering-{key}.txt").read_text(encoding="utf-8").splitlines())


def entered(key: str) -> set[str]:
    """The numbers of a ledger: "Theorem 4.2, part 1" is Theorem 4.2, "Equation (3)" Equation 3."""
    results = Pack.read(key, f"theorems.{key}").results
    return {re.sub(r", part \d$|[()]", "", result.number) for result in results}


@pytest.mark.parametrize("key", PAPERS)
def test_the_ledger_has_the_numbers_of_the_paper(key: str) -> None:
    assert entered(key) == printed(key) - set(NOT_OF_THE_PAPER[key]) - set(WITHOUT_ENTRY[key])


@pytest.mark.parametrize("key", PAPERS)
def test_every_exception_is_in_the_text(key: str) -> None:
    assert {*NOT_OF_THE_PAPER[key], *WITHOUT_ENTRY[key]} <= printed(key)


@pytest.mark.parametrize("key", PAPERS)
def test_the_ledger_is_in_the_order_of_the_numbers(key: str) -> None:
    """Within a kind and within the main text or an appendix."""
    last: dict[str, list[int]] = {}
    for result in Pack.read(key, f"theorems.{key}").results:
        kind, number = re.sub(r", part|[()]", "", result.number).split(maxsplit=1)
        now = [int(n) for n in re.findall(r"\d+", number)]
        assert now > last.get(kind, []), result.number
        last[kind] = now


def test_what_counts_as_a_number() -> None:
    text = """
Theorem 3.1. Let it hold. By Theorems 4.1 and 4.2, Lemmas C.2, C.3, and C.4, and figs. 1-2 it does.
As lemma 7 says of problem (12), eq. 13, Eqs. (14) and (15); Theorem 2 Theorem 5 follow.
Figure 3. A table of 100 numbers, theorem 6(ii), Table 2a, Remark 9$x$ and Corollaries 1, 2.

$$x = 1 \\tag{101}$$
$$x = 2 \\quad (3)$$
x = 4 . (16)
As in (17) it goes.
"""
    assert numbers(text) == [
        *("Corollary 1", "Corollary 2"),
        *(f"Equation {n}" for n in (3, 12, 13, 14, 15, 16, 101)),
        *("Figure 1", "Figure 2", "Figure 3"),
        *("Lemma 7", "Lemma C.2", "Lemma C.3", "Lemma C.4"),
        *("Theorem 2", "Theorem 3.1", "Theorem 4.1", "Theorem 4.2", "Theorem 5", "Theorem 6"),
    ]
