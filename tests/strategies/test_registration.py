"""Hypothesis's entry point: types resolve to our strategies, and nothing is loaded before."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path):
    """Run a program where an installed distribution has the project's entry point."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ((name, target),) = project["entry-points"]["hypothesis"].items()
    info = tmp_path / "entry_point_of_the_tests-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: entry-point-of-the-tests\n")
    (info / "entry_points.txt").write_text(f"[hypothesis]\n{name} = {target}\n")

    def run(program):
        environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    return run


DRAW = (
    "from hypothesis import strategies as st, find\n"
    "for kind in (Dataset, Architecture, Problem):\n"
    "    print(type(find(st.from_type(kind), lambda _: True)).__name__)\n"
    "print(find(st.from_type(Problem), lambda _: True).name)\n"
)
TYPES = "from exactmargin import Architecture, Dataset, Problem\n"


@pytest.mark.parametrize("first", ["types", "hypothesis"])
def test_types_resolve_in_either_order(run, first):
    program = TYPES + DRAW if first == "types" else "import hypothesis\n" + TYPES + DRAW
    assert run(program) == ["Dataset", "Architecture", "Problem", "drawn"]


def test_importing_hypothesis_loads_no_room(run):
    program = (
        "import sys, hypothesis\n"
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in "
        "{'exactmargin', 'flint', 'numpy', 'sympy'}))\n"
    )
    assert run(program) == ["exactmargin", "exactmargin.hypothesis_plugin"]


def test_modules_keep_their_usual_loader(run):
    program = (
        "import hypothesis, importlib.machinery\n"
        "import exactmargin.data.dataset as module\n"
        "usual = importlib.machinery.SourceFileLoader\n"
        "print(type(module.__loader__) is usual, type(module.__spec__.loader) is usual)\n"
    )
    assert run(program) == ["True", "True"]


def test_registering_twice_adds_one_finder(run):
    program = (
        "import sys, hypothesis\n"
        "from exactmargin.hypothesis_plugin import register\n"
        "before = len(sys.meta_path)\n"
        "register()\n"
        "print(len(sys.meta_path) - before)\n"
    )
    assert run(program) == ["0"]
