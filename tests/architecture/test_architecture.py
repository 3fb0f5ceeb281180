"""The house keeps its shape: the import order, the kernel's independence, the sizes, the wheel.

Each test gives the rule, then lists every place that breaks it.
"""

import ast
import re
import shutil
import subprocess
import sys
import tokenize
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import exactmargin

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("exactmargin", "theorems")

TOP_LEVEL = {"LICENSE", "README.md", "exactmargin", "pyproject.toml", "requirements.lock"}
TOP_LEVEL |= {"tests", "theorems"}
TOP_LEVEL_WHERE_NEEDED = {"benchmarks", "docs"}

MODULE_LINES = 400
FUNCTION_LINES = 60
KERNEL_CORE_LINES = 1000
KERNEL_RULE_LINES = 130
KERNEL_CORE = {"__init__", "__main__", "outcome", "numbers", "reading", "problem", "network"}
KERNEL_CORE |= {"feasible", "kkt", "not_kkt", "minima", "theorem", "checker"}


def sources(*folders: str) -> list[Path]:
    """Every Python file under these folders of the repository."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, f"no Python files under {folders}"
    return found


def where(path: Path, line: int | None = None) -> str:
    """The place of a finding, from the root of the repository."""
    return f"{path.relative_to(ROOT)}" + ("" if line is None else f":{line}")


def parse(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def modules_loaded_by(statement: str) -> set[str]:
    """What a fresh interpreter has loaded after this statement and had not before it."""
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "try:\n"
        f"    {statement}\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('LOADED', *sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


# ---------------------------------------------------------------- the import order


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def kernel_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a kernel file names, absolute, with its line."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = "." * max(node.level - 1, 0)
            inside = "exactmargin.kernel" if node.level == 1 else parents
            yield node.lineno, ".".join(filter(None, (inside, node.module)))


def test_kernel_imports_the_standard_library_only() -> None:
    foreign = [
        f"{where(path, line)}: {name}"
        for path in sources("exactmargin/kernel")
        for line, name in kernel_imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and name != "exactmargin.kernel"
        and not name.startswith("exactmargin.kernel.")
    ]
    assert foreign == []


def test_kernel_has_no_hidden_way_to_import() -> None:
    doors = {"__import__", "eval", "exec", "importlib", "import_module", "runpy"}
    used = [
        f"{where(path, node.lineno)}: {name}"
        for path in sources("exactmargin/kernel")
        for node in ast.walk(parse(path))
        for name in (
            [node.id]
            if isinstance(node, ast.Name)
            else [node.attr]
            if isinstance(node, ast.Attribute)
            else [alias.name.split(".")[0] for alias in node.names]
            if isinstance(node, ast.Import | ast.ImportFrom)
            else []
        )
        if name in doors
    ]
    # __main__ uses it to run as a folder (``python -I path/to/kernel``), on itself only.
    assert {use.split(":")[0] for use in used} == {"exactmargin/kernel/__main__.py"}
    assert {use.rsplit(" ", 1)[1] for use in used} == {"importlib"}


def test_running_the_kernel_loads_nothing_else() -> None:
    loaded = modules_loaded_by("import exactmargin.kernel")
    foreign = {
        name
        for name in loaded
        if name.split(".")[0] not in sys.stdlib_module_names
        and name != "exactmargin"
        and name != "exactmargin.kernel"
        and not name.startswith("exactmargin.kernel.")
    }
    assert foreign == set()


@pytest.mark.parametrize(
    "statement",
    [
        "import exactmargin",
        "import exactmargin.pytest_plugin",
        "import exactmargin.testing",
        "from exactmargin.cli import main; raise SystemExit(main(['--version']))",
        "from exactmargin.cli import main; raise SystemExit(main(['--help']))",
    ],
)
def test_starting_up_loads_no_heavy_library(statement: str) -> None:
    heavy = {name.split(".")[0] for name in modules_loaded_by(statement)}
    assert heavy & {"flint", "sympy", "mpmath", "numpy", "numba", "hypothesis", "theorems"} == set()


def test_theorems_use_the_doors_of_the_rooms() -> None:
    behind = [
        f"{where(path, node.lineno)}: {name}"
        for path in sources("theorems")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
        if name.startswith("exactmargin.") and name.count(".") > 1
    ]
    assert behind == []


# ---------------------------------------------------------------- the door


def test_door_says_the_same_in_its_three_places() -> None:
    tree = parse(ROOT / "exactmargin" / "__init__.py")
    guarded = [
        node
        for guard in tree.body
        if isinstance(guard, ast.If) and ast.unparse(guard.test) == "TYPE_CHECKING"
        for node in guard.body
    ]
    assert all(isinstance(node, ast.ImportFrom) for node in guarded)
    typed = {
        alias.asname or alias.name: node.module
        for node in guarded
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == exactmargin._HOME
    assert sorted(exactmargin.__all__) == sorted(["__version__", *exactmargin._HOME])


@pytest.mark.parametrize("name", exactmargin.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(exactmargin, name) is not None
    assert name in dir(exactmargin)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'exactmargin' has no attribute 'nonesuch'$"):
        _ = exactmargin.nonesuch  # type: ignore[attr-defined] # that is the point


def test_python_says_which_name_may_be_meant() -> None:
    program = "import exactmargin; exactmargin.analyse"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.endswith("no attribute 'analyse'. Did you mean: 'analyze'?\n")


# ---------------------------------------------------------------- shape and size


def test_top_level_is_exactly_what_it_should_be() -> None:
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    # "certificates" is what the README's first command writes, ignored by git
    assert seen - TOP_LEVEL_WHERE_NEEDED - {"certificates"} == TOP_LEVEL


def test_folders_are_two_levels_deep() -> None:
    deep = {
        where(path.parent)
        for path in sources(*PACKAGES, "tests")
        if len(path.relative_to(ROOT).parts) > 3
    }
    assert deep == set()


def test_modules_are_not_long() -> None:
    lengths = {
        where(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources(*PACKAGES)
    }
    assert {place: n for place, n in lengths.items() if n > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{where(path, node.lineno)} {node.name}": lines
        for path in sources(*PACKAGES)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def code_lines(path: Path) -> int:
    """Lines that hold code: not blank, not a comment, not a docstring."""
    tree = parse(path)
    texts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(
            node
        ):
            text = node.body[0]
            texts |= set(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    layout = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    lines: set[int] = set()
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in (*layout, tokenize.ENCODING, tokenize.ENDMARKER):
                lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - texts)


def test_kernel_can_be_read_in_an_evening() -> None:
    """The core, with the rules about a problem's point, stays under 1000 lines of code; every rule
    beside it (the flow, identities, small facts, multilinear forms, cells) is short by itself."""
    lengths = {path.stem: code_lines(path) for path in sources("exactmargin/kernel")}
    core = {name: lengths.pop(name) for name in KERNEL_CORE}
    print(f"{sum(core.values())} lines in the core, {sum(lengths.values())} in rules beside it")
    assert sum(core.values()) < KERNEL_CORE_LINES, core
    assert {name: n for name, n in lengths.items() if n >= KERNEL_RULE_LINES} == {}


def test_kernel_core_needs_no_rule_beside_it() -> None:
    """Only the table in ``checker`` names the other rules (``__init__`` hands on its lists)."""
    outside = {
        f"{where(path, line)}: {name}"
        for path in sources("exactmargin/kernel")
        if path.stem in KERNEL_CORE - {"__init__", "checker"}
        for line, name in kernel_imports(path)
        if name.startswith("exactmargin.kernel")
        and name.removeprefix("exactmargin.kernel.") not in KERNEL_CORE
    }
    assert outside == set()


def test_public_names_have_docstrings() -> None:
    bare = []
    for path in sources(*PACKAGES):
        tree = parse(path)
        if not ast.get_docstring(tree):
            bare.append(where(path))
        bare += [
            f"{where(path, node.lineno)} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert bare == []


def test_every_exception_to_a_linter_has_its_reason() -> None:
    waiver = re.compile(
        r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:[ ,]+[A-Z]+\d+)*)?"
        r"|type:\s*ignore(?:\[[^\]]*\])?|pragma:\s*\w+\s*\w*)(?P<reason>.*)$"
    )
    unreasoned = []
    for path in sources(*PACKAGES, "tests"):
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                found = token.type == tokenize.COMMENT and waiver.search(token.string)
                if found and len(re.findall(r"[A-Za-z]{2,}", found["reason"])) < 2:
                    unreasoned.append(f"{where(path, token.start[0])}: {token.string}")
    assert unreasoned == []


# ---------------------------------------------------------------- what is shipped


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built offline from a copy of what is shipped, as an open archive."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    unwanted = shutil.ignore_patterns("__pycache__", ".*", "*.pyc")
    for name in TOP_LEVEL:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=unwanted)
        else:
            shutil.copy(source, tree / name)
    build = "-m pip wheel --no-deps --no-build-isolation --no-index --disable-pip-version-check"
    done = subprocess.run(
        [sys.executable, *build.split(), "--wheel-dir", str(folder), str(tree)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_wheel_holds_every_module_and_its_data(wheel: zipfile.ZipFile) -> None:
    wanted = {where(path) for path in sources(*PACKAGES)}
    wanted |= {where(path) for package in PACKAGES for path in (ROOT / package).rglob("*.toml")}
    wanted |= {where(path) for path in (ROOT / "exactmargin/coq").glob("*.v")}
    wanted |= {f"{package}/py.typed" for package in PACKAGES}
    assert "theorems/vardi2022/paper.toml" in wanted
    assert "exactmargin/kernel/__main__.py" in wanted
    assert wanted - set(wheel.namelist()) == set()


def test_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {*PACKAGES, f"exactmargin-{exactmargin.__version__}.dist-info"}


def test_wheel_declares_its_entry_points(wheel: zipfile.ZipFile) -> None:
    info = f"exactmargin-{exactmargin.__version__}.dist-info"
    assert wheel.read(f"{info}/entry_points.txt").decode().split("\n") == [
        "[console_scripts]",
        "exactmargin = exactmargin.cli:main",
        "",
        "[exactmargin.theorems]",
        "laurent2018 = theorems.laurent2018",
        "vardi2022 = theorems.vardi2022",
        "",
        "[hypothesis]",
        "exactmargin = exactmargin.hypothesis_plugin:register",
        "",
        "[pytest11]",
        "exactmargin = exactmargin.pytest_plugin",
        "",
    ]
    assert f"{info}/licenses/LICENSE" in wheel.namelist()


def test_lock_pins_every_requirement() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["test"], *extras["lint"]]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    missing = [
        name
        for text in wanted
        if (name := re.split(r"[<>=\[; ]", text)[0]) and not re.search(rf"(?m)^{name}==", lock)
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["check", "test"])
def test_readme_has_the_command(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"(?m)^<!-- command: {name} -->\n```sh\n(.+)\n```$", readme)
    assert len(blocks) == 1, blocks
