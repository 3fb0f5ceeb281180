"""``python -m exactmargin.kernel CERT ... [--problem FILE]``: one line per certificate.

Exit status: 0 all accepted, 1 one is rejected, 2 one is malformed or cannot be read, or
wrong usage. Also runs as a folder: ``python -I path/to/kernel CERT``.
"""

import sys

if not __package__:
    sys.path.pop(0)  # the folder itself, when it is run: its numbers.py is not Python's

import importlib.util
from pathlib import Path
from typing import Any


def load_check() -> Any:
    """The kernel's ``check``, also where this folder is run by itself, under any name."""
    if __package__:
        from .checker import check

        return check
    folder = Path(__file__).resolve().parent
    spec: Any = importlib.util.spec_from_file_location(
        "kernel", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    sys.modules["kernel"] = kernel = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(kernel)
    return kernel.check


def _escaped(name: str) -> str:
    """A file's name without line breaks, for any terminal: it cannot look like an outcome."""
    return name.encode("unicode_escape").decode()


def main(arguments: list[str]) -> int:
    """Check the named certificates ("-" is standard input)."""
    problem = None
    if "--problem" in arguments:
        at = arguments.index("--problem")
        problem, arguments = arguments[at + 1 : at + 2], arguments[:at] + arguments[at + 2 :]
    if not arguments or problem == [] or any(a.startswith("--") for a in arguments):
        print("usage: python -m exactmargin.kernel CERT ... [--problem FILE]", file=sys.stderr)
        return 2
    check, status = load_check(), 0
    try:
        user = None if problem is None else Path(problem[0]).read_bytes()
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    for name in arguments:
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            print(f"{_escaped(name)}: {error.strerror}", file=sys.stderr)
            status = 2
            continue
        outcome = check(data, user)
        print(f"{_escaped(name)}: {outcome.line()}")
        status = max(status, {"accepted": 0, "rejected": 1, "malformed": 2}[outcome.status])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
