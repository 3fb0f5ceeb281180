"""The example repository of the documentation does what its README says."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "example_repository"


def test_its_commands_pass(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "paper")
    (block,) = re.findall(r"```sh\n(.*?)```", (FOLDER / "README.md").read_text(), re.DOTALL)
    install, *commands = block.splitlines()
    assert install.startswith("pip install ")
    printed = []
    for command in commands:
        program, *words = shlex.split(command)
        assert program in ("pytest", "exactmargin")
        done = subprocess.run(
            [sys.executable, "-m", program, *words],
            cwd=tmp_path / "paper",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        printed.append(done.stdout)
    tests, verified = printed
    assert re.search(r"\b9 passed\b", tests), tests
    assert verified.count(": ACCEPTED ") == 2
    kept = {path.name for path in (tmp_path / "paper" / "certificates").rglob("*.json")}
    assert {"feasible.json", "kkt.json", "local_minimum.json", "global_minimum.json"} < kept
    assert len(kept) == 4 + 6, "and two certificates for each of three samples"


def test_its_readme_names_its_files() -> None:
    table = re.findall(r"^\| `(.*?)` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert {*table, "README.md"} == {path.name for path in FOLDER.iterdir() if path.is_file()}
