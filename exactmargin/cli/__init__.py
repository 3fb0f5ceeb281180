"""The command line, ``exactmargin COMMAND ...``: the outermost room, and the only one that prints.

``entry`` runs a command and turns every error into one sentence and an exit status; ``parser``
says what may be typed; ``status`` is the table of exit statuses; ``files`` and ``terminal`` are
what all commands read from and write to. The commands: ``ledger`` (list), ``theorems`` (check),
``problems`` (analyze, certify), ``certificates`` (verify, export), ``fuzz``. A command's module is
loaded when it is run, so that the others start without it; list and verify never load a number
library.
"""

from exactmargin.cli.entry import main

__all__ = ["main"]
