"""Running commands in this process, problem files, and a pack of toy theorems."""

import copy
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from exactmargin import registry
from exactmargin.cli import main

GOOD: dict[str, Any] = {
    "format": "exactmargin/problem@1",
    "name": "V Theorem 3.2",
    "network": {
        "negative_slope": "0",
        "layers": [
            {"pattern": [[1, 2], [3, 4]], "bias": False},
            {"pattern": [[1, 2]], "bias": False},
        ],
    },
    "data": {"inputs": [["1", "1/4"], ["-1", "1/4"]], "labels": [1, 1]},
    "objective": {"kind": "max-margin"},
    "parameters": {"weights": [["0", "2", "0", "0"], ["2", "0"]], "biases": [None, None]},
}

LEDGER = """
[paper]
title = "Toys | and more"

[[result]]
id = "toys/theorem-1"
number = "Theorem 1"
kind = "theorem"
title = "A square"
statement = "$(a+1)^2=a^2+2a+1$"
place = "p. 1"
status = "verified"
coverage = "identity"

[[result]]
id = "toys/theorem-2"
number = "Theorem 2"
kind = "theorem"
title = "Sampled"
statement = "the same"
place = "p. 2"
status = "verified"
coverage = "sampled"

[[result]]
id = "toys/theorem-2.1"
number = "Theorem 2.1"
kind = "theorem"
title = "A false square"
statement = "$(a+1)^2=a^2+1$"
place = "p. 2"
status = "verified"
coverage = "identity"
erratum = [{ printed = "$a^2+1$", correction = "$a^2+2a+1$" }]

[[result]]
id = "toys/lemma-3"
number = "Lemma 3"
kind = "lemma"
title = "Its module breaks off"
statement = "nothing"
place = "p. 3"
status = "verified"
coverage = "identity"

[[result]]
id = "toys/definition-4"
number = "Definition 4"
kind = "definition"
title = "A toy"
statement = "nothing"
place = "p. 4"
status = "cited"
reason = "a definition\\nhas nothing to check"
"""

SQUARE = """
from exactmargin.registry import Part, Step


def prove():
    evidence = {"symbols": ["a"], "left": "(a+1)^2", "right": "%s"}
    return [Part("the square", None, [Step("square", "identity", evidence)], ["square"])]
"""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON object that it must be."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line on standard error, without the program's name."""
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("exactmargin: "), self.err
        return self.err.removeprefix("exactmargin: ").removesuffix("\n")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command line in this process."""

    def command(*words: object) -> Ran:
        capsys.readouterr()
        status = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ran(status, out, err)

    return command


@pytest.fixture
def good() -> dict[str, Any]:
    """A good problem file, for a test to change."""
    return copy.deepcopy(GOOD)


@pytest.fixture
def problem(tmp_path: Path, good: dict[str, Any]) -> Path:
    """A good problem file on disk."""
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(good), encoding="utf-8")
    return path


@pytest.fixture
def kkt(tmp_path: Path, problem: Path, run: Callable[..., Ran]) -> Path:
    """A certificate on disk that the kernel accepts."""
    path = tmp_path / "kkt.json"
    assert run("certify", problem, "--claim", "kkt", "-o", path).status == 0
    return path


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The only installed pack, ``toys``: one result for each thing that can happen to one."""
    folder = tmp_path / "site" / "toys_of_exactmargin"
    folder.mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "paper.toml": LEDGER,
        "theorem_1.py": SQUARE % "a^2+2*a+1",
        "theorem_2.py": SQUARE % "a^2+2*a+1",
        "theorem_2_1.py": SQUARE % "a^2+1",
        "lemma_3.py": "def prove():\n    raise ZeroDivisionError('no toy')\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder.parent))
    for module in [name for name in sys.modules if name.startswith("toys_of_exactmargin")]:
        monkeypatch.delitem(sys.modules, module)
    point = EntryPoint("toys", "toys_of_exactmargin", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    return "toys"
