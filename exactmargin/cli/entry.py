"""From the words that were typed to an exit status; every error becomes one sentence."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from exactmargin.cli.parser import HANDLERS, build_parser
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import complain, silence
from exactmargin.errors import ExactMarginError, InvalidInputError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status (`exactmargin.cli.status`). Never raises.

    `arguments` are those after the program's name, by default the process's own. With
    EXACTMARGIN_TRACEBACK=1 in the environment an internal error shows where it happened.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that the terminal cannot spell is no crash
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(arguments)
    except InvalidInputError as error:
        complain(str(error))
        return Exit.INVALID
    except KeyboardInterrupt:
        complain("interrupted")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        silence()
        return Exit.PIPE_CLOSED
    except Exception as error:
        return _internal(error)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        parsed = build_parser().parse_args(arguments)
    except SystemExit:  # --help and --version; they have printed
        return Exit.HOLDS
    module, function = HANDLERS[parsed.command]
    status: int = getattr(import_module(module), function)(parsed)
    return status


def _internal(error: Exception) -> int:
    if os.environ.get("EXACTMARGIN_TRACEBACK") == "1":
        import traceback

        traceback.print_exception(error)
    text = str(error) if isinstance(error, ExactMarginError) else f"{type(error).__name__}: {error}"
    complain(
        f"internal error: {text[:400]}; please report it "
        "(EXACTMARGIN_TRACEBACK=1 shows where it happened)"
    )
    return Exit.INTERNAL
