"""What the pages of docs/ say is so: their code runs, their commands work, their links lead on.

The pages with examples that take more than a command have tests of their own: docs/packs.md in
tests/registry, docs/conjectures.md in tests/conjectures, docs/numeric.md in tests/numeric,
docs/example_repository in tests/pytest_plugin, the README's first example in test_readme.
"""

import contextlib
import io
import json
import re
import shlex
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import exactmargin
from exactmargin import problem_from_json, read_network
from exactmargin.cli.parser import build_parser
from exactmargin.cli.status import MEANINGS

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
}
PROBLEMS = PAGES["docs/problems.md"]
TRAINED = ROOT / "tests" / "trained" / "iris.json"
MODEL = ROOT / "tests" / "formats" / "models" / "mlp.onnx"


def fenced(page: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGES[page])


def block(page: str, marker: str) -> str:
    """The fenced block that follows a marker."""
    (found,) = re.findall(rf"(?ms)^<!-- {marker} -->\n```\w+\n(.*?)^```$", PAGES[page])
    return str(found)


def rows(marker: str) -> list[list[str]]:
    """The cells of the table that follows a marker of docs/problems.md, without its head."""
    (table,) = re.findall(rf"(?m)^<!-- {marker} -->\n((?:\|.*\n)+)", PROBLEMS)
    return [line.strip("|\n ").split(" | ") for line in str(table).splitlines()[2:]]


def unquoted(cell: str) -> str:
    """What stands between the signs of code."""
    assert cell[0] == cell[-1] == "`"
    return cell.strip("`")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader is: with the problem of docs/problems.md, a trained one, and a model."""
    (tmp_path / "problem.json").write_text(block("docs/problems.md", "problem"))
    (tmp_path / "lemma-2.json").write_text(block("docs/problems.md", "problem"))
    shutil.copy(TRAINED, tmp_path / "iris.json")
    shutil.copy(MODEL, tmp_path / "model.onnx")
    width = read_network(MODEL).network.input_dimension
    np.savez(tmp_path / "sample.npz", inputs=np.ones((2, width)), labels=np.array([1, -1]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---------------------------------------------------------------- docs/problems.md


def with_network(network: Any) -> dict[str, Any]:
    """A problem without a point about a network of the table."""
    width = len(network["layers"][0]["pattern"][0])
    data = {"inputs": [["1"] * width], "labels": [1]}
    return {"network": network, "data": data, "objective": {"kind": "max-margin"}}


@pytest.mark.parametrize("row", rows("networks"), ids=lambda row: row[0])
def test_a_network_is_the_same_in_the_file_and_in_python(row: list[str]) -> None:
    written = problem_from_json(with_network(json.loads(unquoted(row[1]))))
    assert eval(unquoted(row[2]), names()) == written.network


@pytest.mark.parametrize("row", rows("objectives"), ids=lambda row: row[0])
def test_an_objective_is_the_same_in_the_file_and_in_python(row: list[str]) -> None:
    several = "0, 1" in row[2]
    patterns = [[1]], [[1], [2]][: 1 + several]
    layers = [{"pattern": pattern, "bias": False} for pattern in patterns]
    network = {"negative_slope": "0", "layers": layers}
    data = {"inputs": [["1"], ["2"]], "labels": [0, 1] if several else [1, -1]}
    objective = json.loads(unquoted(row[0]))
    problem = problem_from_json({"network": network, "data": data, "objective": objective})
    assert problem.objective == eval(unquoted(row[1]), names())


def names() -> dict[str, Any]:
    """All public names, loaded."""
    return {name: getattr(exactmargin, name) for name in exactmargin.__all__}


def test_the_field_is_the_same_in_the_file_and_in_python() -> None:
    (field,) = re.findall(r'`"field": (\{.*\})`', PROBLEMS)
    (python,) = re.findall(r"`(RealNumberField\(.*\))`", PROBLEMS)
    network = {"negative_slope": "0", "layers": [{"pattern": [[1]], "bias": False}]}
    problem = problem_from_json(with_network(network) | {"field": json.loads(field)})
    assert problem.field == eval(python, names())
    for number in re.findall(r'`"([^"`]*r[^"`]*)"`', PROBLEMS.partition("## Numbers with")[2]):
        assert problem.field.parse(number)


def test_the_statuses_are_all() -> None:
    said = {int(status): meaning for status, meaning in rows("statuses")}
    assert said == {int(status): meaning for status, meaning in MEANINGS.items()}


def test_the_commands_print_what_the_page_says(run: Callable[..., Any], folder: Path) -> None:
    commands = block("docs/problems.md", "commands")
    typed = re.findall(r"(?m)^\$ exactmargin (.*)\n((?:^(?!\$ ).*\n)*)", commands)
    assert len(typed) == commands.count("$ ")
    for command, said in typed:
        done = run(*shlex.split(command))
        assert (done.status, done.err) == (0, "")
        pattern = re.escape(said).replace(re.escape("...\n"), ".*\n")
        assert re.fullmatch(pattern, done.out), done.out


def test_the_outcomes_are_as_the_page_says(run: Callable[..., Any], folder: Path) -> None:
    assert run("certify", "problem.json", "--claim", "kkt", "-o", "kkt.json").status == 0
    certificate = json.loads(Path("kkt.json").read_text())
    certificate["evidence"]["multipliers"][0] = "3"
    Path("altered.json").write_text(json.dumps(certificate))
    text = Path("kkt.json").read_text().replace("certificate@1", "certificate@2")
    Path("newer.json").write_text(text)
    files = ("kkt.json", "altered.json", "newer.json")
    said = block("docs/certificates.md", "outcomes").splitlines()
    for status, (name, line) in enumerate(zip(files, said, strict=True)):
        done = run("verify", name, "--problem", "problem.json")
        assert done.status == status
        assert done.out.startswith(line.removesuffix("..."))
        assert re.fullmatch(r"[0-9a-f]{64}\]\n", done.out[len(line) - 3 :])


def test_a_code_stands_at_one_check() -> None:
    """So that a reader who looks for it finds the condition."""
    kernel = (ROOT / "exactmargin" / "kernel").glob("*.py")
    assert sum(path.read_text(encoding="utf-8").count('"stationarity"') for path in kernel) == 1


# ---------------------------------------------------------------- code


@pytest.mark.parametrize("page", ["docs/problems.md", "docs/cells.md", "docs/convert.md"])
def test_an_example_prints_what_it_says(page: str, folder: Path) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block(page, "example: code"), page, "exec"), {})
    assert printed.getvalue() == block(page, "example: output")


@pytest.mark.parametrize(
    ("page", "test", "arguments"),
    [
        ("docs/strategies.md", "test_kkt_points_are_kkt_points", []),
        ("docs/strategies.md", "test_the_same_hundred_points", [7]),
        ("docs/pytest.md", "test_lemma_2", []),
    ],
)
def test_a_test_of_the_page_passes(
    page: str, test: str, arguments: list[int], folder: Path
) -> None:
    (code,) = (code for code in fenced(page, "python") if f"def {test}(" in code)
    module = ModuleType("page")
    exec(compile(code, page, "exec"), module.__dict__)
    getattr(module, test)(*arguments)


def test_the_campaign_of_the_page(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With ten instances for ten thousand."""
    (code,) = fenced("docs/fuzzing.md", "python")
    assert code.count("10_000") == 1
    exec(compile(code.replace("10_000", "10"), "docs/fuzzing.md", "exec"), {"__name__": "__main__"})
    assert capfd.readouterr().out.startswith("kkt-implies-local: 10 of 10 instances satisfied")


def test_every_python_block_is_run_by_a_test() -> None:
    """Here, or where the head of this file says."""
    counted = {page: len(fenced(page, "python")) for page in PAGES}
    assert {page: count for page, count in counted.items() if count} == {
        "README.md": 1,
        "docs/cells.md": 1,
        "docs/conjectures.md": 1,
        "docs/convert.md": 1,
        "docs/fuzzing.md": 1,
        "docs/numeric.md": 1,
        "docs/packs.md": 2,
        "docs/problems.md": 1,
        "docs/pytest.md": 1,
        "docs/strategies.md": 2,
    }


# ---------------------------------------------------------------- commands


def typed_in(page: str) -> list[list[str]]:
    """The command lines of the program in the shell blocks of a page."""
    lines = [line for code in fenced(page, "sh") for line in code.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("exactmargin ")]


COMMANDS = [(page, words) for page in PAGES for words in typed_in(page)]
ELSEWHERE = {
    "fuzz": "test_fuzz",
    "model.pt": "tests/formats",
    "coq": "tests/coq",
    "pdf": "test_verify_and_export",
    "certificates/theorem-3.2/kkt.json": "tests/pytest_plugin",
}
"""Words of the commands that other tests run: they take long, or need what may be missing."""


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=[" ".join(w) for _, w in COMMANDS])
def test_a_command_of_a_page_is_one(page: str, words: list[str]) -> None:
    assert build_parser().parse_args(words).command == words[0]


@pytest.mark.parametrize(
    "page", ["README.md", "docs/cells.md", "docs/convert.md", "docs/numeric.md", "docs/training.md"]
)
def test_the_commands_of_a_page_do_what_they_say(
    run: Callable[..., Any], folder: Path, page: str
) -> None:
    """One after the other, as a reader would type them; `snap` is about a trained network."""
    said = {}
    for words in typed_in(page):
        if ELSEWHERE.keys() & set(words):
            continue
        mine = TRAINED.read_text() if words[0] == "snap" else block("docs/problems.md", "problem")
        (folder / "problem.json").write_text(mine)
        done = run(*words)
        assert (done.status, done.err) == (0, ""), words
        said[words[0]] = done.out
        for given, target in pairwise(words):
            assert given not in ("-o", "--certificate", "--graph") or Path(target).is_file()
    if page == "docs/training.md":
        (line,) = re.findall(r"certificate's line:\n\n```\n([^`]*)```", PAGES[page])
        assert said["certify"].startswith(" ".join(line.split()))


# ---------------------------------------------------------------- links


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if not target.startswith("https://"):
            assert ((ROOT / page).parent / target.partition("#")[0]).exists(), target


def test_the_readme_links_every_page() -> None:
    assert [
        page for page in PAGES if page != "README.md" and f"]({page})" not in PAGES["README.md"]
    ] == []


def test_names_that_a_page_imports_are_public() -> None:
    for page in PAGES:
        for code in fenced(page, "python"):
            for found in re.findall(r"(?m)^from exactmargin import (.*)$", code):
                assert set(found.split(", ")) <= set(exactmargin.__all__), page
