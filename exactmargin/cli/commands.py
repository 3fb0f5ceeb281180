"""All commands, in the order in which the help lists them; a module for each group of them."""

from exactmargin.cli.command import Command
from exactmargin.cli.commands_on_certificates import EXPORT, VERIFY
from exactmargin.cli.commands_on_conjectures import FUZZ
from exactmargin.cli.commands_on_networks import CONVERT
from exactmargin.cli.commands_on_papers import CHECK, LIST
from exactmargin.cli.commands_on_problems import ANALYZE, CELLS, CERTIFY, SNAP

__all__ = ["COMMANDS", "Command"]

COMMANDS = (LIST, CHECK, ANALYZE, CERTIFY, CELLS, VERIFY, EXPORT, FUZZ, CONVERT, SNAP)
