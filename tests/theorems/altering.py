"""A theorem module with one number of its construction altered, and what the kernel says of it."""

import copy
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from exactmargin.decisions import Certificate
from exactmargin.kernel import Outcome

Parts = list[dict[str, Any]]


class Altered(NamedTuple):
    """A module, the part and the start of the step's name, the place of the number, the code."""

    module: str
    part: int
    step: str
    place: tuple[Any, ...]
    value: Any
    code: str

    def change(self, parts: Parts) -> None:
        """Put the value in its place, where another one is."""
        steps = parts[self.part]["steps"]
        holder = next(s["evidence"] for s in steps if s["name"].startswith(self.step))
        for key in self.place[:-1]:
            holder = holder[key]
        assert holder[self.place[-1]] != self.value
        holder[self.place[-1]] = self.value


def outcome(pack: str, module: str, change: Callable[[Parts], None]) -> Outcome:
    """What the kernel says of the theorem after a change of its parts."""
    stated = import_module(f"theorems.{pack}.{module}").prove()
    parts = copy.deepcopy([part.to_json() for part in stated])
    change(parts)
    assumptions = sorted({a for part in stated for step in part.steps for a in step.assumes})
    evidence = {"theorem": f"{pack}/altered", "parts": parts}
    return Certificate("theorem", None, evidence, tuple(assumptions)).outcome()


def check_altered(pack: str, altered: Altered) -> None:
    """The kernel refuses it for the reason that is given, at the step that was altered."""
    found = outcome(pack, altered.module, altered.change)
    assert (found.status, found.code) == ("rejected", altered.code), found.line()
    assert altered.step in found.place
