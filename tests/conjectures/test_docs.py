"""docs/conjectures.md: its ten lines print what it says, and its tables name what there is."""

import contextlib
import io
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from exactmargin.conjectures import REFUTED, THEOREMS, named

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "conjectures.md").read_text(encoding="utf-8")


def block(marker: str) -> str:
    """The fenced block that follows a marker."""
    (found,) = re.findall(rf"(?ms)^<!-- {marker} -->\n```\w+\n(.*?)^```$", DOCS)
    return str(found)


def test_the_example_prints_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    code = block("example: code")
    assert len([line for line in code.splitlines() if line]) <= 10
    module = ModuleType("ten_lines")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "docs/conjectures.md", "exec"), module.__dict__)
    assert printed.getvalue() == block("example: output")


def test_the_tables_name_every_conjecture() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", DOCS, re.MULTILINE)
    assert rows == [*REFUTED, *REFUTED, *THEOREMS]
    assert list(named()) == [*REFUTED, *THEOREMS]
