"""``check``: prove results of the papers, several at a time, and let the kernel judge each.

Results are printed in the order of the ledger, each as soon as it and all before it are known, so
that the same run prints the same lines, whatever the number of processes. Every process is a fresh
interpreter: it shares nothing with this one but the name of the result.
"""

import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

from exactmargin.cli.files import made_folder, write_text
from exactmargin.cli.ledger import chosen_packs
from exactmargin.cli.processes import answers_of
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, complain, emit, emit_verdicts, one_line
from exactmargin.errors import InternalError
from exactmargin.registry import Pack, Result, prove, select

__all__ = ["Checked", "check_all", "check_one", "line_of", "run_check"]

Selected = Sequence[tuple[Pack, Result]]

_DIED = (
    "its process ended without an answer (killed, or out of memory); "
    "'exactmargin check {} --jobs 1' runs it in the foreground"
)


@final
@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one result.

    `verdict` is proved, sampled (exact on every sampled instance, no proof), failed (the kernel
    refuses what the module says), error (the module broke off), or the ledger's status of a
    result that has no check. `certificate` is the canonical text.
    """

    verdict: str
    reason: str | None = None
    steps: int = 0
    seconds: float = 0
    assumptions: tuple[str, ...] = ()
    certificate: str | None = None


def run_check(arguments: Namespace) -> Exit:
    """Check what is selected, print one line per result and a summary, or JSON."""
    chosen = select(chosen_packs(arguments.paper), arguments.ids)
    if not chosen:
        complain("nothing is selected")
        return Exit.UNKNOWN
    folder = None if arguments.certificates is None else made_folder(Path(arguments.certificates))
    progress = Progress()
    width = max(len(result.id) for _, result in chosen)
    all_checked: dict[str, Checked] = {}
    paths: dict[str, str] = {}
    for result, checked in check_all(chosen, arguments.jobs, progress):
        all_checked[result.id] = checked
        if folder is not None and checked.certificate is not None:
            path = folder / f"{result.id}.json"
            made_folder(path.parent)
            write_text(checked.certificate, path)
            paths[result.id] = str(path)
        if not arguments.json and (result.status == "verified" or result.id in arguments.ids):
            progress.clear()
            emit(line_of(result, checked, width))
    progress.clear()
    if arguments.json:
        results = {result.id: result for _, result in chosen}
        entries = {
            id: _entry(results[id], checked, paths.get(id)) for id, checked in all_checked.items()
        }
        emit_verdicts(entries)
    else:
        emit(_summary(all_checked))
    return _status(all_checked, arguments.ids)


def check_one(pack: Pack, result: Result) -> Checked:
    """Prove one result that has a check; whatever its module raises becomes a verdict."""
    start = time.perf_counter()
    try:
        certificate = prove(pack, result)
    except InternalError as error:
        return Checked("failed", str(error), seconds=time.perf_counter() - start)
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        return Checked("error", reason, seconds=time.perf_counter() - start)
    sampled = result.coverage == "sampled"
    return Checked(
        "sampled" if sampled else "proved",
        "exact on every sampled instance, which proves no more than these" if sampled else None,
        sum(len(part["steps"]) for part in certificate.evidence["parts"]),
        time.perf_counter() - start,
        certificate.assumptions,
        certificate.text(),
    )


def check_all(chosen: Selected, jobs: int, progress: Progress) -> Iterator[tuple[Result, Checked]]:
    """Every selected result with what came of it, in order; as many processes as `jobs`."""
    work = [(pack, result) for pack, result in chosen if result.status == "verified"]
    done = _in_turn(work, progress) if min(jobs, len(work)) < 2 else _at_once(work, jobs, progress)
    for _, result in chosen:
        if result.status == "verified":
            yield result, next(done)
        else:
            yield result, Checked(result.status, result.reason)


def _in_turn(work: Selected, progress: Progress) -> Iterator[Checked]:
    for n, (pack, result) in enumerate(work):
        progress.show(f"{n} of {len(work)} checked; now {result.id} ...")
        yield check_one(pack, result)


def _at_once(work: Selected, jobs: int, progress: Progress) -> Iterator[Checked]:
    start = time.perf_counter()

    def waiting(done: int) -> None:
        seconds = time.perf_counter() - start
        progress.show(f"{done} of {len(work)} checked, {seconds:.0f} s ...")

    answers = answers_of(check_one, work, jobs, waiting)
    for (_, result), checked in zip(work, answers, strict=True):
        yield checked or Checked("error", _DIED.format(result.id))


def line_of(result: Result, checked: Checked, width: int = 0) -> str:
    """One line on a result; its id is padded to the width."""
    text = f"{result.id:<{width}}  {checked.verdict}"
    if checked.certificate is not None:
        kind = "" if checked.verdict == "sampled" else f", {result.coverage}"
        text += f"{kind}, {checked.steps} step{'s' * (checked.steps != 1)}"
        if checked.assumptions:
            text += f"; assuming {', '.join(checked.assumptions)}"
    elif checked.reason:
        text += f": {checked.reason}"
    return one_line(text)


def _summary(all_checked: dict[str, Checked]) -> str:
    counts = Counter(checked.verdict for checked in all_checked.values())
    judged = [
        f"{counts.pop(verdict, 0)} {verdict}"
        for verdict in ("proved", "sampled", "failed", "error")
        if verdict in counts or verdict in ("proved", "failed")
    ]
    text = ", ".join(judged)
    if counts:
        text += "; not checked: " + ", ".join(f"{n} {status}" for status, n in counts.items())
    return text


def _entry(result: Result, checked: Checked, path: str | None) -> dict[str, object]:
    return {
        "verdict": "yes" if checked.verdict == "proved" else "unknown",
        "certificate": path,
        "reason": checked.reason,
        "status": checked.verdict,
        "coverage": result.coverage,
        "steps": checked.steps,
        "assumptions": list(checked.assumptions),
    }


def _status(all_checked: dict[str, Checked], ids: Sequence[str]) -> Exit:
    verdicts = {checked.verdict for checked in all_checked.values()}
    if "error" in verdicts:
        complain("a module broke off; see its line ('error')")
        return Exit.INTERNAL
    if "failed" in verdicts:
        return Exit.FAILED
    judged = {"proved", "sampled"}
    unchecked = [id for id in ids if id in all_checked and all_checked[id].verdict not in judged]
    return Exit.UNKNOWN if unchecked or not verdicts & judged else Exit.HOLDS
