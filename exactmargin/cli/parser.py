"""What may be typed: the parser of all commands, their help with an example each."""

import argparse
from typing import Any, NoReturn, final

from exactmargin.cli.command import Command
from exactmargin.cli.commands import COMMANDS
from exactmargin.cli.status import MEANINGS
from exactmargin.cli.terminal import emit
from exactmargin.errors import InvalidInputError

__all__ = ["HANDLERS", "build_parser"]

HANDLERS = {command.name: command.runs for command in COMMANDS}
"""Each command with the module and the function that run it; loaded when it is run."""


@final
class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours: one sentence, no usage text in front."""

    of: Command | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(
            allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options
        )

    def print_help(self, file: Any = None) -> None:
        """Print the help as any result, so that an output that cannot be written is told."""
        if self.of is not None:
            self.description = _description(self.of)
        emit(self.format_help().rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        """Raise `InvalidInputError`, which `entry` prints."""
        command = self.prog.partition(" ")[2] or None
        raise InvalidInputError(f"{message}; '{self.prog} --help' says more", place=command)


def _description(command: Command) -> str:
    """The text above the arguments in a command's help."""
    more = command.more if isinstance(command.more, str) else command.more()
    return f"{command.summary[0].upper()}{command.summary[1:]}.\n\n{more}".rstrip()


@final
class _Version(argparse.Action):
    """Print the version; it is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from exactmargin import __version__

        emit(f"exactmargin {__version__}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    statuses = "\n".join(f"  {status:>3}  {meaning}" for status, meaning in MEANINGS.items())
    parser = _Parser(
        prog="exactmargin",
        description="Exact, certified decisions about margin maximization and loss landscapes of "
        "ReLU networks.",
        epilog=f"exit statuses:\n{statuses}\n\nexample:\n  exactmargin check vardi2022",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    parsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = parsers.add_parser(
            command.name, help=command.summary, epilog=f"example:\n  {command.example}"
        )
        own.of = command
        command.declare(own)
    return parser
