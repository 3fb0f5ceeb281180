"""The document of a ledger: hostile words are shown, foreign certificates are refused."""

import re
from typing import Any

import pytest

from exactmargin.errors import InvalidInputError
from exactmargin.render import latex_ledger
from exactmargin.render.pdf import typeset
from tests.render.test_document import HOSTILE, assert_clean

NOTES: dict[str, Any] = {
    "id": "vardi2022/theorem-3.2",
    "kind": "theorem",
    "number": "Theorem 3.2",
    "title": "Not local",
    "statement": "There is a dataset.",
    "place": "section 3",
    "status": "verified",
    "coverage": "parametric",
    "reason": None,
    "rests_on": ["vardi2022/nowhere"],
    "erratum": [],
    "paper": {"title": "A paper", "authors": ["A. Author"], "year": 2022},
}
CELLS = [
    "$x$, with a comma, Linear: Not local (Theorem 3.2). Proof",
    "$x$, with a comma, ReLU: Local, Not global (Nowhere 9). Proof",
    "Row 2, ReLU: Global (Theorem 3.2). Another proof",
]


def test_an_empty_ledger(latexmk: str) -> None:
    assert_clean(typeset(latex_ledger([]))[1])
    assert_clean(typeset(latex_ledger([[]]))[1])


def test_hostile_words_compile(hostile_theorem: Any, latexmk: str) -> None:
    theorem = hostile_theorem(*HOSTILE)
    words = dict(zip(("number", "title", "place", "reason"), HOSTILE, strict=False))
    notes = NOTES | {"id": theorem["evidence"]["theorem"], "rests_on": list(HOSTILE)}
    other = NOTES | words | {"id": HOSTILE[0], "status": "cited", "coverage": None}
    other["reason"] = HOSTILE[1]
    tex = latex_ledger([[(notes | words | {"reason": HOSTILE[0]}, theorem), (other, None)]])
    assert_clean(typeset(tex)[1])


def test_a_certificate_of_another_result(all_samples: dict[str, Any]) -> None:
    theorem = all_samples["theorem"]
    message = f"the certificate of '{theorem['evidence']['theorem']}' is not that of 'toys/other'"
    with pytest.raises(InvalidInputError, match=f"^{re.escape(message)}$"):
        latex_ledger([[(NOTES | {"id": "toys/other"}, theorem)]])


def test_a_certificate_that_the_kernel_refuses(all_samples: dict[str, Any]) -> None:
    theorem = all_samples["theorem"] | {"assumptions": []}
    with pytest.raises(InvalidInputError, match=r"^the kernel does not accept"):
        latex_ledger([[(NOTES | {"id": theorem["evidence"]["theorem"]}, theorem)]])


def table(theorem: dict[str, Any], names: list[str], kind: str = "table") -> str:
    """The document of one result whose parts have these names."""
    part = theorem["evidence"]["parts"][0]
    evidence = theorem["evidence"] | {"parts": [part | {"name": name} for name in names]}
    notes = NOTES | {"id": theorem["evidence"]["theorem"], "kind": kind}
    return latex_ledger([[(notes, theorem | {"evidence": evidence})]])


def test_a_table_is_read_off_the_names_of_the_parts(all_samples: Any, latexmk: str) -> None:
    tex = table(all_samples["theorem"], CELLS)
    body = tex.split("\\midrule\n")[1].split("\n\\bottomrule")[0]
    assert body.splitlines() == [
        r"\raggedright $x$,{} with a comma & \raggedright Not local "
        r"(\hyperref[result:1]{Theorem 3.2}) & \raggedright Local,{} Not global (Nowhere 9) "
        r"\tabularnewline",
        r"\raggedright Row 2 & \raggedright  & \raggedright Global "
        r"(\hyperref[result:1]{Theorem 3.2}) \tabularnewline",
    ]
    assert_clean(typeset(tex)[1])


def test_no_table_without_such_names(all_samples: Any) -> None:
    assert "\\midrule" not in table(all_samples["theorem"], [*CELLS, "Proof"])
    assert "\\midrule" not in table(all_samples["theorem"], CELLS, kind="theorem")


def test_many_conclusions_are_counted(all_samples: Any) -> None:
    shown = [table(all_samples["theorem"], ["p"] * n, "theorem") for n in (2, 30)]
    assert "is a KKT point of" in shown[0]
    assert "\\times$)" not in shown[0]
    assert "is a KKT point of (P) ($30\\times$)" in shown[1]
    assert len(shown[1]) < len(shown[0]) + 1000
