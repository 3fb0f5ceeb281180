"""The conjectures that come with the library: those that the tool refutes, and the theorems.

A conjecture that is refuted is a plausible strengthening of a theorem, or a statement as it is
printed; the refutation is found by `run`, from strategies that know nothing of it.
"""

import copyreg
import importlib
from collections.abc import Callable, Mapping
from functools import cache

from exactmargin.conjectures.conjecture import Conjecture
from exactmargin.errors import InvalidInputError

__all__ = ["REFUTED", "THEOREMS", "named", "resolve"]

REFUTED = (
    "kkt-implies-local",
    "kkt-without-kinks-implies-global",
    "diagonal-kkt-implies-local",
    "theorem-2-without-biases",
    "theorem-5-without-equal-weights",
    "lemma-106-as-printed",
    "theorem-6-for-three-classes",
)
"""The ids of the conjectures that are false."""

THEOREMS = (
    "vardi2022/theorem-3.1",
    "vardi2022/theorem-4.2.1",
    "vardi2022/theorem-4.3",
    "vardi2022/theorem-5.2",
    "vardi2022/theorem-5.4",
    "laurent2018/theorem-2",
    "laurent2018/theorem-4",
    "laurent2018/theorem-5",
    "laurent2018/theorem-6",
)
"""The ids of theorems with all their hypotheses, named as in the ledger."""


@cache
def named() -> Mapping[str, Conjecture]:
    """The conjectures of the library by their ids."""
    from exactmargin.conjectures import laurent, vardi

    known = {c.id: c for c in (*vardi.CONJECTURES, *laurent.CONJECTURES)}
    return {name: known[name] for name in (*REFUTED, *THEOREMS)}


def resolve(text: str) -> Conjecture:
    """The conjecture of the library with this id, or the one at "module:attribute".

    Raises `InvalidInputError` where there is none.
    """
    if text in named():
        return named()[text]
    module, colon, attribute = text.partition(":")
    if not colon:
        raise InvalidInputError(
            f"{text!r} is not the id of a conjecture; known: {', '.join(named())}; your own is "
            "module:attribute"
        )
    try:
        found: object = importlib.import_module(module)
        for name in attribute.split("."):
            found = getattr(found, name)
    except (ImportError, AttributeError) as error:
        raise InvalidInputError(
            f"{text!r} cannot be found ({error}); a conjecture is a global name of a module that "
            "can be imported"
        ) from None
    if not isinstance(found, Conjecture):
        raise InvalidInputError(f"{text!r} is a {type(found).__name__}, not a Conjecture")
    return found


def _by_name(conjecture: Conjecture) -> tuple[Callable[[str], Conjecture], tuple[str]]:
    return resolve, (conjecture.home or conjecture.id,)


# Strategies and functions cannot be pickled: conjectures travel to other processes by their names.
copyreg.pickle(Conjecture, _by_name)
