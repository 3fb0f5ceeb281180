"""``fuzz``: campaigns that hunt counterexamples, resumed where they were stopped."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from exactmargin.cli.processes import deaf, pool_of
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, complain, emit, emit_json, one_line
from exactmargin.errors import InvalidInputError

try:
    from exactmargin.campaigns import Entry, Finding, Report, campaign
    from exactmargin.conjectures import THEOREMS, resolve
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] != "hypothesis":
        raise
    raise InvalidInputError(
        "Hypothesis is not installed; install it with: pip install 'exactmargin[fuzz]'",
        place="fuzz",
    ) from None

__all__ = ["REPORT_FORMAT", "run_fuzz"]

REPORT_FORMAT = "exactmargin/fuzz@1"

EXAMPLES = 1000
"""Instances of each conjecture where neither their number nor a time is given."""


def run_fuzz(arguments: Namespace) -> Exit:
    """Run a campaign and print what it has shown, in words or as JSON."""
    here = os.getcwd()
    if not sys.flags.safe_path and here not in sys.path:  # as of `python -m`: your own modules
        sys.path.insert(0, here)
    conjectures = [resolve(text) for text in arguments.conjectures or THEOREMS]
    examples = arguments.examples
    if examples is None and arguments.time is None:
        examples = EXAMPLES
    folder = None if arguments.out is None else Path(arguments.out)
    progress = Progress()
    try:
        with _workers(arguments.jobs) as executor:
            report = campaign(
                conjectures,
                seed=arguments.seed,
                examples=examples,
                seconds=arguments.time,
                budget=arguments.budget,
                folder=folder,
                executor=executor,
                under_way=2 * arguments.jobs,
                progress=lambda report: progress.show(_so_far(report)),
            )
    finally:
        progress.clear()
    if arguments.json:
        entries = {id: _entry(entry, folder) for id, entry in report.entries.items()}
        head = {"format": REPORT_FORMAT, "seed": report.seed, "spent": report.spent}
        emit_json({**head, "conjectures": entries})
    else:
        for entry in report.entries.values():
            emit("\n".join(_lines(entry, folder)))
    if report.spent:
        complain(f"the time of {arguments.time:g} seconds is spent; the same command goes on")
    return _status(report)


@contextmanager
def _workers(jobs: int) -> Iterator[Executor | None]:
    if jobs < 2:
        yield None
        return
    with pool_of(jobs) as pool:
        with deaf():
            for _ in range(jobs):  # start them all now
                pool.submit(int)
        yield pool


def _so_far(report: Report) -> str:
    refuted = sum(bool(entry.evidence.violated) for entry in report.entries.values())
    word = f", {refuted} refuted" if refuted else ""
    return f"{report.instances} instances of {len(report.entries)} conjectures{word} ..."


def _entry(entry: Entry, folder: Path | None) -> dict[str, object]:
    findings = [
        {"number": finding.number, "text": finding.text, **_paths(finding, folder)}
        for finding in entry.found
    ]
    rate = None if entry.rate is None else round(entry.rate, 1)
    return {**entry.evidence.to_json(), "instances_per_second": rate, "findings": findings}


def _paths(finding: Finding, folder: Path | None) -> dict[str, str | None]:
    paths: dict[str, str | None] = dict.fromkeys(("problem", "certificate", "latex"))
    if folder is not None:
        for what, (name, _) in finding.files.items():
            paths[what] = str(finding.folder(folder) / name)
    return paths


def _lines(entry: Entry, folder: Path | None) -> Iterator[str]:
    yield one_line(str(entry.evidence))
    for finding in entry.found:
        yield from (f"  {one_line(line)}" for line in finding.text.splitlines())
        if folder is not None:
            yield one_line(f"  in {finding.folder(folder)}")


def _status(report: Report) -> Exit:
    every = [entry.evidence for entry in report.entries.values()]
    if any(evidence.violated for evidence in every):
        return Exit.FAILED
    if report.spent:
        return Exit.SPENT
    doubtful = any(evidence.undecided or not evidence.satisfied for evidence in every)
    return Exit.UNKNOWN if doubtful else Exit.HOLDS
