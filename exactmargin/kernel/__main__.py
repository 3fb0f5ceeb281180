"""``python -m exactmargin.kernel CERT ... [--problem FILE]``: one line per certificate.

Exit status: 0 all accepted, 1 one is rejected, 2 one is malformed or cannot be read, or
wrong usage. Also runs as a folder: ``python -I path/to/kernel CERT``.
"""

import runpy
import sys
from pathlib import Path

if __package__:
    from .checker import check


def main(arguments: list[str]) -> int:
    """Check the named certificates ("-" is standard input)."""
    problem = None
    if "--problem" in arguments:
        at = arguments.index("--problem")
        problem, arguments = arguments[at + 1 : at + 2], arguments[:at] + arguments[at + 2 :]
    if not arguments or problem == [] or any(a.startswith("--") for a in arguments):
        print("usage: python -m exactmargin.kernel CERT ... [--problem FILE]", file=sys.stderr)
        return 2
    status = 0
    for name in arguments:
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            user = None if problem is None else Path(problem[0]).read_bytes()
        except OSError as error:
            print(f"{name}: {error.strerror}", file=sys.stderr)
            status = 2
            continue
        outcome = check(data, user)
        print(f"{name}: {outcome.line()}")
        status = max(status, {"accepted": 0, "rejected": 1, "malformed": 2}[outcome.status])
    return status


if __name__ == "__main__":
    if __package__:
        sys.exit(main(sys.argv[1:]))
    # Run as a folder: import it as a package, and keep its numbers.py off the path.
    folder = Path(__file__).resolve().parent
    sys.path[0] = str(folder.parent)
    runpy.run_module(folder.name, run_name="__main__", alter_sys=True)
