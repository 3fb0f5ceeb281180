"""Theorem packs: entry-point group ``exactmargin.theorems``. Nothing registers silently.

A pack is a package, named by the entry point. It holds ``paper.toml``, the ledger of *all* numbered
results of its paper with their status, and one module per result that is checked:
``vardi2022/theorem-3.2`` lives in ``theorem_3_2.py``. Such a module has a function ``prove()`` that
returns the parts of the proof; `prove` here joins them to one certificate and hands it to the
kernel. Reading a ledger imports no module of the pack.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module, resources
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, final

from exactmargin.errors import InvalidInputError

if TYPE_CHECKING:
    from exactmargin.decisions import Certificate

__all__ = ["Pack", "Part", "Result", "Step", "load_packs", "prove", "select"]

GROUP = "exactmargin.theorems"
STATUSES = ("verified", "assumed", "cited", "not yet")
COVERAGES = ("existential", "parametric", "identity", "sampled")


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proof: a claim of the kernel with its evidence, and a name for readers.

    `name` may hold inline TeX; `objective` replaces that of the part's problem; `assumes` names
    the cited results on which the step rests.
    """

    name: str
    claim: str
    evidence: Mapping[str, Any]
    objective: Mapping[str, Any] | None = None
    assumes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The step as it stands in a certificate."""
        result: dict[str, Any] = {
            "name": self.name,
            "claim": self.claim,
            "evidence": self.evidence,
        }
        if self.objective is not None:
            result["objective"] = self.objective
        if self.assumes:
            result["assumes"] = list(self.assumes)
        return result


@final
@dataclass(frozen=True, slots=True)
class Part:
    """A problem (canonical JSON, or None) with steps about it, and the steps that are concluded."""

    name: str
    problem: Mapping[str, Any] | None
    steps: Sequence[Step]
    conclusion: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """The part as it stands in a certificate."""
        return {
            "name": self.name,
            "problem": self.problem,
            "steps": [step.to_json() for step in self.steps],
            "conclusion": list(self.conclusion),
        }


@final
@dataclass(frozen=True, slots=True)
class Result:
    """One numbered result of a paper: an entry of its ledger."""

    id: str
    number: str
    kind: str
    title: str
    statement: str
    place: str
    status: str
    coverage: str | None = None
    reason: str | None = None
    rests_on: tuple[str, ...] = ()
    erratum: tuple[Mapping[str, str], ...] = ()
    paper: Mapping[str, Any] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """The name of the module that proves it: theorem-3.2 is ``theorem_3_2``."""
        return self.id.partition("/")[2].replace("-", "_").replace(".", "_")


@final
@dataclass(frozen=True, slots=True)
class Pack:
    """A paper's theorem modules: its key, the package that holds them, and the ledger."""

    key: str
    package: str
    results: tuple[Result, ...]

    @classmethod
    def read(cls, key: str, package: str) -> "Pack":
        """The pack in an importable package; raises `InvalidInputError` for a bad ledger."""
        place = f"{package}/paper.toml"
        try:
            source = resources.files(package).joinpath("paper.toml").read_text(encoding="utf-8")
            ledger = tomllib.loads(source)
        except (OSError, ModuleNotFoundError, tomllib.TOMLDecodeError) as error:
            raise InvalidInputError(f"the ledger cannot be read ({error})", place=place) from None
        paper = ledger.get("paper", {})
        results = tuple(_result(entry, paper, key, place) for entry in ledger.get("result", []))
        ids = [result.id for result in results]
        if len(set(ids)) < len(ids):
            raise InvalidInputError("an id stands twice in the ledger", place=place)
        return cls(key, package, results)


def _result(entry: Mapping[str, Any], paper: Mapping[str, Any], key: str, place: str) -> Result:
    known = {name for name in Result.__dataclass_fields__ if name != "paper"}
    where = f"{place}: {entry.get('id', 'an entry without id')}"
    for name in entry:
        if name not in known:
            raise InvalidInputError(f"unknown key {name!r}; known: {sorted(known)}", place=where)
    missing = {"id", "number", "kind", "title", "statement", "place", "status"} - set(entry)
    if missing:
        raise InvalidInputError(f"{sorted(missing)} missing", place=where)
    if not entry["id"].startswith(f"{key}/"):
        raise InvalidInputError(f"the id must begin with {key}/", place=where)
    if entry["status"] not in STATUSES:
        raise InvalidInputError(f"status {entry['status']!r}; one of {STATUSES}", place=where)
    if entry["status"] == "verified" and entry.get("coverage") not in COVERAGES:
        raise InvalidInputError(f"verified, so coverage is one of {COVERAGES}", place=where)
    if entry["status"] != "verified" and not entry.get("reason"):
        raise InvalidInputError(f"status {entry['status']!r} needs a reason", place=where)
    values = {**entry, "paper": paper}
    for name in ("rests_on", "erratum"):
        values[name] = tuple(entry.get(name, ()))
    return Result(**values)


def load_packs() -> tuple[Pack, ...]:
    """All installed packs, in the order of their keys; raises `InvalidInputError` for a bad one."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    keys = [point.name for point in found]
    for point in found:
        if keys.count(point.name) > 1:
            raise InvalidInputError(f"two installed packs are called {point.name!r}; remove one")
    return tuple(Pack.read(point.name, point.value) for point in found)


def select(packs: Iterable[Pack], ids: Sequence[str]) -> list[tuple[Pack, Result]]:
    """The results that the ids name; an id or a prefix up to a boundary, none for all.

    ``vardi2022`` selects the paper, ``vardi2022/theorem-4.2`` also 4.2.1 and 4.2.2. Raises
    `InvalidInputError` for an id that selects nothing.
    """
    everything = [(pack, result) for pack in packs for result in pack.results]
    if not ids:
        return everything
    chosen = []
    for wanted in ids:
        below = (f"{wanted}/", f"{wanted}.")
        hits = [r.id for _, r in everything if r.id == wanted or r.id.startswith(below)]
        if not hits:
            raise InvalidInputError(
                f"no result is called {wanted!r}; 'exactmargin list' prints all ids"
            )
        chosen += hits
    return [(pack, result) for pack, result in everything if result.id in chosen]


def prove(pack: Pack, result: Result) -> "Certificate":
    """Run the module of a result; its certificate, accepted by the kernel.

    Raises `InvalidInputError` for a result that has no module, and `InternalError` where the
    kernel refuses what the module says: the theorem, as the module states it, failed.
    """
    from exactmargin.decisions import Certificate

    if result.status != "verified":
        raise InvalidInputError(f"{result.id} has no check ({result.status}: {result.reason})")
    parts: Sequence[Part] = import_module(f"{pack.package}.{result.module}").prove()
    assumptions = sorted({a for part in parts for step in part.steps for a in step.assumes})
    evidence = {"theorem": result.id, "parts": [part.to_json() for part in parts]}
    return Certificate("theorem", None, evidence, tuple(assumptions)).verified()
