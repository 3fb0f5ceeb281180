"""The folder of a campaign: append-only, so that whatever kills the campaign, nothing is lost.

``manifest.json`` says what is checked; a folder takes no other campaign. ``results.jsonl`` has one
line per block, written at once and only when the block is finished. It is all there is: counts and
findings are made from it. A line without its end is what a killed process leaves; it is cut off,
and its block is run again. The files under ``findings/`` are made from the lines again where they
are missing. A lock on the results keeps a second campaign out.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, final

from exactmargin.campaigns.block import Block
from exactmargin.conjectures import Conjecture
from exactmargin.errors import InvalidInputError
from exactmargin.formats import replace_text

__all__ = ["Journal"]

CAMPAIGN_FORMAT = "exactmargin/campaign@1"


@final
class Journal:
    """An open folder of a campaign: a context manager that holds its lock.

    Raises `InvalidInputError` where the folder holds another campaign, with the difference; where
    another process writes to it; and where it cannot be read or written.
    """

    def __init__(
        self, folder: Path, conjectures: Sequence[Conjecture], seed: int, budget: float | None
    ):
        self.folder = folder
        self._file = -1
        self._manifest: dict[str, Any] = {
            "format": CAMPAIGN_FORMAT,
            "exactmargin": version("exactmargin"),
            "hypothesis": version("hypothesis"),
            "seed": seed,
            "budget": budget,
            "conjectures": {
                c.id: {
                    "says": c.name,
                    "hypotheses": [h.name for h in c.hypotheses],
                    "conclusion": c.conclusion.name,
                }
                for c in conjectures
            },
        }

    def __enter__(self) -> "Journal":
        results = self.folder / "results.jsonl"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(results, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._close()
            raise InvalidInputError(
                "another campaign writes there; wait for it, or give another folder",
                place=str(self.folder),
            ) from None
        except FileExistsError:
            raise InvalidInputError("a file; expected a folder", place=str(self.folder)) from None
        except OSError as error:
            raise InvalidInputError(
                f"cannot be written ({error.strerror})", place=str(self.folder)
            ) from None
        try:
            self._agree()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        os.close(self._file)

    def _agree(self) -> None:
        """Write the manifest, or compare with the one that is there."""
        path = self.folder / "manifest.json"
        if not path.exists():
            if os.fstat(self._file).st_size:
                raise InvalidInputError(
                    "results without a manifest; give another folder", place=str(self.folder)
                )
            replace_text(json.dumps(self._manifest, indent=1) + "\n", path)
            return
        try:
            there = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidInputError(f"cannot be read ({error})", place=str(path)) from None
        differences = list(_differences(there, self._manifest))
        if differences:
            raise InvalidInputError(
                f"another campaign: {'; '.join(differences)}; give another folder, or what it has",
                place=str(path),
            )

    def replay(self, count: Callable[[Block], object]) -> None:
        """Count the blocks that are finished, in the order of their ends; cuts off an unfinished
        line.

        Raises `InvalidInputError` for a line that no campaign writes, with its number.
        """
        whole = 0
        with open(self._file, "rb", closefd=False) as file:
            file.seek(0)
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                try:
                    block = Block.from_json(json.loads(line))
                    if block.evidence.conjecture not in self._manifest["conjectures"]:
                        raise InvalidInputError("a conjecture that the manifest does not have")
                    count(block)
                except (ValueError, RecursionError) as error:  # InvalidInputError is a ValueError
                    raise InvalidInputError(
                        str(error), place=f"{self.folder / 'results.jsonl'}: line {number}"
                    ) from None
                self._show(block)
        os.ftruncate(self._file, whole)

    def append(self, block: Block) -> None:
        """Write a finished block, then the files of its finding."""
        line = json.dumps(block.to_json()).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._file, line) :]
            os.fsync(self._file)
        except OSError as error:
            place = str(self.folder / "results.jsonl")
            reason = f"cannot be written ({error.strerror})"
            raise InvalidInputError(reason, place=place) from None
        self._show(block)

    def _show(self, block: Block) -> None:
        if block.finding is not None:
            block.finding.write(self.folder)


def _differences(there: Any, here: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """What a manifest has and what it should have, wherever they differ."""
    there = there if isinstance(there, Mapping) else {}
    for key in dict.fromkeys([*here, *there]):
        name = f"{place}{key}"
        if key not in there:
            yield f"{name} is missing there"
        elif key not in here:
            yield f"{name} is there, not here"
        elif isinstance(here[key], Mapping):
            yield from _differences(there[key], here[key], f"{name}.")
        elif there[key] != here[key]:
            yield f"{name} is {json.dumps(there[key])} there, {json.dumps(here[key])} here"
