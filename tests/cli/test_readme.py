"""What the README says is so: its example, its ledger, its numbers, its commands for a referee."""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

from exactmargin.cli.ledger import ledger_markdown
from exactmargin.kernel import ASSUMPTIONS
from exactmargin.registry import load_packs

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(marker: str) -> str:
    """The fenced block that follows a marker."""
    (found,) = re.findall(rf"(?ms)^<!-- {marker} -->\n```\w+\n(.*?)^```$", README)
    return str(found)


def between(name: str) -> str:
    """The text between a pair of markers."""
    (found,) = re.findall(rf"(?s)<!-- {name}:begin -->\n(.*?)<!-- {name}:end -->", README)
    return str(found).strip("\n")


def test_example_prints_what_it_says() -> None:
    code = block("example: code")
    assert len([line for line in code.splitlines() if line]) <= 10
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == block("example: output")


def test_ledger_is_the_ledger() -> None:
    packs = [pack for pack in load_packs() if pack.package.startswith("theorems.")]
    assert between("ledger") == ledger_markdown(packs), (
        "put what 'exactmargin list --markdown' prints between the ledger's markers"
    )


def test_assumptions_are_the_kernels_table() -> None:
    rows = [f"| `{name}` | {text} |" for name, text in ASSUMPTIONS.items()]
    assert between("assumptions") == "\n".join(["| name | what it says |", "|---|---|", *rows])


def test_kernel_is_as_long_as_it_says() -> None:
    files = (ROOT / "exactmargin" / "kernel").glob("*.py")
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    (said,) = re.findall(r"`exactmargin/kernel/`: about ([0-9]+) lines", README)
    assert int(said) == round(lines, -2)


def test_rooms_are_those_that_exist() -> None:
    for name in re.findall(r"^\| (`.*?) \|", README, re.MULTILINE):
        for room in re.findall(r"`((?:exactmargin|theorems|tests)/[^`]*)`", name):
            assert (ROOT / room).exists(), room
    rooms = {p.name for p in (ROOT / "exactmargin").iterdir() if (p / "__init__.py").exists()}
    assert {room for room in rooms if f"`exactmargin/{room}/`" not in README} == set()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_referee_needs_the_folder_of_the_kernel_only(run, tmp_path: Path) -> None:
    assert "\npython3 -I exactmargin/kernel certificates/*/*.json\n" in README
    run("check", "vardi2022/theorem-3.2", "--certificates", tmp_path)
    shutil.copytree(ROOT / "exactmargin" / "kernel", tmp_path / "kernel")
    (certificate,) = tmp_path.glob("*/*.json")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "kernel", certificate],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ": ACCEPTED theorem: vardi2022/theorem-3.2: " in done.stdout
