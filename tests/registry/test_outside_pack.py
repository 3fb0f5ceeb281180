"""The tutorial ``docs/packs.md``, to the letter: its files are written, its commands are typed.

pip builds and installs the pack offline, with the build backend that is installed already, into a
folder of its own.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"(?ms)^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", TUTORIAL))
COMMANDS = "".join(re.findall(r"(?ms)^<!-- commands -->\n```console\n(.*?)^```$", TUTORIAL))
STEPS = re.findall(r"(?m)^\$ (.*)\n((?:^(?!\$ ).*\n)*)", COMMANDS)
"""The commands, each with what it prints."""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with the files of the tutorial, and an environment to work in it."""
    folder = tmp_path_factory.mktemp("pack")
    for name, text in FILES.items():
        path = folder / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "bin").mkdir()
    for program in ("exactmargin", "pip"):
        script = folder / "bin" / program
        script.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m {program} \"$@\"\n")
        script.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": f"{folder / 'site'}:{ROOT}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this as --no-build-isolation
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_TARGET": str(folder / "site"),
    }
    return folder / "mine", environment


def test_the_tutorial_has_files_and_commands() -> None:
    assert set(FILES) == {
        "pyproject.toml",
        "du2018/__init__.py",
        "du2018/paper.toml",
        "du2018/theorem_2_1.py",
    }
    assert [command.split()[0] for command, _ in STEPS] == [
        *("pip", "exactmargin", "exactmargin", "exactmargin"),
        *("sed", "pip", "exactmargin"),
    ]
    assert TUTORIAL.count("\n$ ") == len(STEPS), "every command of the tutorial is typed here"


def test_every_command_prints_what_it_says(shell: tuple[Path, dict[str, str]]) -> None:
    folder, environment = shell
    for command, said in STEPS:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == "", command
        pattern = re.escape(said).replace(re.escape("...\n"), ".*\n")
        assert re.fullmatch(pattern, done.stdout), f"{command}:\n{done.stdout}"
        assert done.returncode == (1 if " failed: " in said else 0), command
    for path, expected in ((environment["PYTHONPATH"], True), (str(ROOT), False)):
        listed = subprocess.run(
            ["bash", "-c", "exactmargin list"],
            cwd=folder,
            env=environment | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "vardi2022/theorem-3.2" in listed.stdout
        assert ("du2018/theorem-2.1" in listed.stdout) == expected, "it is where it was put, only"
