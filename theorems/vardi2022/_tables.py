"""V Tables 1 and 2, regenerated: each entry is read off what the proofs behind it conclude."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from exactmargin.errors import InternalError
from exactmargin.registry import Part

WORDS = {
    "global-minimum": "Global",
    "local-minimum": "Local",
    "not-local-minimum": "Not local",
    "not-global-minimum": "Not global",
}
"""What a claim of the kernel adds to an entry, in the order of the words."""

FULL = "Fully-connected"
NO_SHARE = r"$\mathcal{N}_{\text{no-share}}$"
SHARED = r"$\mathcal{N}$"
LAYER = r"$\mathcal{N}$ - max margin for each layer separately"
NON_ZERO_WEIGHTS = "non-zero weight vectors"
NON_ZERO_INPUTS = "non-zero inputs to all neurons"
HYPOTHESES = {NON_ZERO_WEIGHTS: "nonzero-neurons", NON_ZERO_INPUTS: "no-kinks"}
"""What a row assumes, and the claim that every proof in it then concludes."""


class Entry(NamedTuple):
    """A printed entry: its row (networks, hypothesis), column, text, theorem; and the proofs."""

    networks: str
    hypothesis: str | None
    column: str
    printed: str
    theorem: str
    proofs: Sequence[Part]


def claims(part: Part) -> set[str]:
    """The claims that a part concludes."""
    kinds = {step.name: step.claim for step in part.steps}
    return {kinds[name] for name in part.conclusion}


def regenerated(entry: Entry) -> str:
    """The entry as the proofs have it; raises `InternalError` where one lacks the hypothesis."""
    found = set().union(*(claims(part) for part in entry.proofs))
    for part in entry.proofs:
        if entry.hypothesis and HYPOTHESES[entry.hypothesis] not in claims(part):
            raise InternalError(f"{part.name}: nothing shows {entry.hypothesis}")
    return ", ".join(word for claim, word in WORDS.items() if claim in found)


def table(entries: Sequence[Entry]) -> list[Part]:
    """The parts of a table's proof, named by row and column; every entry must be as printed."""
    parts = []
    for entry in entries:
        text = regenerated(entry)
        if text != entry.printed:
            raise InternalError(
                f"{entry.theorem} proves {text!r}; the table prints {entry.printed!r}"
            )
        row = " assuming ".join(filter(None, (entry.networks, entry.hypothesis)))
        head = f"{row}, {entry.column}: {text} (Theorem {entry.theorem})"
        parts += [replace(proof, name=f"{head}. {proof.name}") for proof in entry.proofs]
    return parts
