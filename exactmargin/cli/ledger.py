"""``list``: the ledger of every installed pack, read from its ``paper.toml`` and nothing else."""

from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import columns, emit, emit_json
from exactmargin.errors import InvalidInputError
from exactmargin.registry import Pack, Result, load_packs

__all__ = ["LEDGER_FORMAT", "chosen_packs", "ledger_markdown", "notes_of", "run_list"]

LEDGER_FORMAT = "exactmargin/ledger@1"


def run_list(arguments: Namespace) -> Exit:
    """Print the ledger as a table, as JSON or as Markdown."""
    packs = chosen_packs(arguments.paper)
    results = [result for pack in packs for result in pack.results]
    if arguments.json:
        emit_json({"format": LEDGER_FORMAT, "results": {r.id: _entry(r) for r in results}})
    elif arguments.markdown:
        emit(ledger_markdown(packs))
    else:
        head = ("id", "kind", "coverage", "status", "errata")
        rows = [(r.id, r.kind, r.coverage or "-", r.status, _errata(r)) for r in results]
        emit(columns([head, *rows]))
        emit(f"\n{_counted(results)}")
    return Exit.HOLDS


def chosen_packs(paper: str | None) -> tuple[Pack, ...]:
    """The installed packs, or the one of this paper; raises `InvalidInputError` for none."""
    packs = load_packs()
    if not packs:
        raise InvalidInputError("no theorem pack is installed; install one, then try again")
    keys = [pack.key for pack in packs]
    if paper is not None and paper not in keys:
        raise InvalidInputError(f"{paper!r} is no installed paper; installed: {', '.join(keys)}")
    return tuple(pack for pack in packs if paper in (None, pack.key))


def notes_of(result: Result) -> Mapping[str, Any]:
    """What the ledger says about a theorem, for the renderer."""
    return {
        "id": result.id,
        "kind": result.kind,
        "status": result.status,
        "reason": result.reason,
        "rests_on": list(result.rests_on),
        "number": result.number,
        "title": result.title,
        "statement": result.statement,
        "place": result.place,
        "coverage": result.coverage,
        "erratum": [dict(erratum) for erratum in result.erratum],
        "paper": dict(result.paper),
    }


def ledger_markdown(packs: Sequence[Pack]) -> str:
    """The ledger as the README shows it: per paper a table, its errata, what is not checked."""
    return "\n\n".join(_paper_markdown(pack) for pack in packs)


def _paper_markdown(pack: Pack) -> str:
    paper = pack.results[0].paper if pack.results else {}
    title = f"**{pack.key}**" + (f": {_cell(str(paper['title']))}" if "title" in paper else "")
    lines = [f"{title}. {_counted(pack.results)}.", ""]
    lines += ["| result | what it says | status | rests on |", "|---|---|---|---|"]
    lines += [
        f"| {_cell(r.number)} | {_cell(r.title)} | {_status(r)} | "
        f"{', '.join(map(_cell, r.rests_on))} |"
        for r in pack.results
    ]
    with_errata = [r for r in pack.results if r.erratum]
    if with_errata:
        names = ", ".join(f"{r.number} ({_errata(r)})" for r in with_errata)
        lines += ["", f"Errata: {_cell(names)}."]
    return "\n".join(lines)


def _status(result: Result) -> str:
    if result.status == "verified":
        return f"verified, {result.coverage}"
    return f"{result.status}: {_cell(result.reason or '')}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _errata(result: Result) -> str:
    return str(len(result.erratum)) if result.erratum else "-"


def _counted(results: Sequence[Result]) -> str:
    counts = Counter(result.status for result in results)
    noun = "result" if len(results) == 1 else "results"
    return f"{len(results)} {noun}: " + ", ".join(f"{n} {status}" for status, n in counts.items())


def _entry(result: Result) -> dict[str, object]:
    return {
        "number": result.number,
        "kind": result.kind,
        "title": result.title,
        "statement": result.statement,
        "place": result.place,
        "status": result.status,
        "coverage": result.coverage,
        "reason": result.reason,
        "rests_on": list(result.rests_on),
        "errata": [dict(erratum) for erratum in result.erratum],
    }
