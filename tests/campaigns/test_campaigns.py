"""A campaign in pieces is the campaign in one piece: shared out, stopped, killed, resumed."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from exactmargin import InternalError, InvalidInputError, check_certificate, read_problem
from exactmargin.campaigns import Report, campaign, running
from exactmargin.campaigns import block as blocks
from exactmargin.conjectures import Evidence, generate, survey
from tests.campaigns import toys
from tests.campaigns.toys import FALSE, HOME, SEEN, SLOW, TRUE, VACUOUS


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of seven instances."""
    monkeypatch.setattr(running, "BLOCK", 7)


def evidence(report: Report) -> dict[str, Any]:
    """What a report says, up to the time it took."""
    return {id: entry.evidence.to_json() for id, entry in report.entries.items()}


def straight(examples: int, *conjectures, seed: int = 0) -> dict[str, Any]:
    """The same, from one look at each instance in its turn."""
    return {c.id: survey(c, seed, 0, examples).to_json() for c in conjectures}


def recorded(folder: Path) -> list[tuple[str, int, int]]:
    """The blocks in a folder's results."""
    lines = (folder / "results.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [(b["evidence"]["conjecture"], b["start"], b["stop"]) for b in found]


def executors() -> dict[str, Any]:
    """How blocks are run."""
    return {
        "here": lambda: None,
        "threads": lambda: ThreadPoolExecutor(3),
        "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
    }


class _Stop(Exception):  # noqa: N818 - not an error
    """The campaign is interrupted."""


def interrupted(after: int):
    """Progress that breaks off after so many reports."""
    reports = []

    def progress(report: Report) -> None:
        reports.append(report.instances)
        if len(reports) > after:
            raise _Stop

    return progress


# ---------------------------------------------------------------- the same result


@pytest.mark.parametrize("kind", executors())
def test_every_executor_shows_the_same(small, kind: str) -> None:
    with ExitStack() as stack:
        executor: Executor | None = executors()[kind]()
        if executor is not None:
            stack.enter_context(executor)
        report = campaign([TRUE, FALSE, VACUOUS], examples=60, seed=5, executor=executor)
    assert evidence(report) == straight(60, TRUE, FALSE, VACUOUS, seed=5)
    assert not report.spent


@pytest.mark.parametrize("kind", ["here", "threads"])
@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_campaign_that_was_stopped_goes_on(small, tmp_path: Path, kind: str, after: int) -> None:
    for _ in range(3):
        with executors()[kind]() or ExitStack() as given:
            executor = given if isinstance(given, Executor) else None
            with pytest.raises(_Stop):
                campaign(
                    [TRUE, FALSE],
                    examples=60,
                    folder=tmp_path,
                    executor=executor,
                    progress=interrupted(after),
                )
    report = campaign([TRUE, FALSE], examples=60, folder=tmp_path)
    assert evidence(report) == straight(60, TRUE, FALSE)
    spans = recorded(tmp_path)
    for name in ("true", "false"):
        numbers = [n for id, start, stop in spans for n in range(start, stop) if id == name]
        assert sorted(numbers) == list(range(60))


def test_more_examples_are_added_to_those_that_there_are(small, tmp_path: Path) -> None:
    for examples in (10, 33, 20):
        report = campaign(TRUE, examples=examples, folder=tmp_path)
    assert evidence(report) == straight(33, TRUE)
    assert sum(stop - start for _, start, stop in recorded(tmp_path)) == 33


def test_blocks_end_by_the_clock(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(blocks, "SECONDS", 0.0)
    with ThreadPoolExecutor(3) as pool:
        report = campaign(TRUE, examples=12, folder=tmp_path, executor=pool)
    assert evidence(report) == straight(12, TRUE)
    assert sorted(recorded(tmp_path)) == [("true", n, n + 1) for n in range(12)]


def test_time_is_shared_between_fast_and_slow(small, monkeypatch) -> None:
    def spin(_: object) -> bool:
        end = time.thread_time() + 0.01
        while time.thread_time() < end:
            pass
        return True

    monkeypatch.setattr(toys, "slowly", spin)
    report = campaign([SLOW, TRUE], seconds=0.5)
    slow, fast = (report.entries[id].evidence for id in ("slow", "true"))
    assert fast.instances > slow.instances > 0
    assert not report.spent, "no number of examples was asked for"


def test_the_time_may_end_first(tmp_path: Path) -> None:
    assert campaign(TRUE, examples=10, seconds=0).spent
    assert campaign(TRUE, examples=10, seconds=0, folder=tmp_path).instances == 0
    assert not campaign(TRUE, examples=10, seconds=60, folder=tmp_path).spent
    assert not campaign(TRUE, examples=10, seconds=0, folder=tmp_path).spent


def test_what_runs_when_the_time_ends_is_counted(small, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TOYS_SLEEP", "0.01")
    with ThreadPoolExecutor(2) as pool:
        report = campaign(SLOW, seconds=0.2, folder=tmp_path, executor=pool)
    ((_, start, _), *_) = spans = sorted(recorded(tmp_path))
    assert start == 0
    assert sum(stop - start for _, start, stop in spans) == report.instances


# ---------------------------------------------------------------- killed


COMMAND = [sys.executable, "-m", "exactmargin", "fuzz", f"{HOME}:SLOW", f"{HOME}:FALSE"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_campaign_that_was_killed_goes_on(tmp_path: Path, jobs: int) -> None:
    folder = tmp_path / "campaign"
    command = [*COMMAND, "--out", str(folder), "--jobs", str(jobs), "--examples", "600"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "TOYS_SLEEP": "0.01"},
    )
    deadline = time.monotonic() + 60
    while not (folder / "results.jsonl").exists() or not (folder / "results.jsonl").stat().st_size:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = recorded(folder)
    assert sum(stop - start for _, start, stop in before) < 1200
    with (folder / "results.jsonl").open("ab") as file:
        file.write(b'{"start": 10')
    done = subprocess.run([*command, "--json"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    for name, entry in json.loads(done.stdout)["conjectures"].items():
        expected = straight(600, *(c for c in (SLOW, FALSE) if c.id == name))[name]
        assert {key: entry[key] for key in expected} == expected
    assert recorded(folder)[: len(before)] == before


def test_a_line_without_its_end_is_run_again(small, tmp_path: Path) -> None:
    campaign(FALSE, examples=14, folder=tmp_path)
    results = tmp_path / "results.jsonl"
    whole = results.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in [0, 1, first - 1, first, first + 1, len(whole) - 1]:
        results.write_bytes(whole[:cut])
        report = campaign(FALSE, examples=14, folder=tmp_path)
        assert evidence(report) == straight(14, FALSE)
        assert recorded(tmp_path) == [("false", 0, 7), ("false", 7, 14)]


def test_a_process_that_dies_leaves_what_was_finished(tmp_path: Path, monkeypatch) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("TOYS_LOG", str(log))
    monkeypatch.setenv("TOYS_SLEEP", "0.01")

    def kill_one(report: Report) -> None:
        if report.instances:
            os.kill(int(log.read_text().splitlines()[-1]), signal.SIGKILL)

    folder = tmp_path / "campaign"
    with (
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
        pytest.raises(InternalError, match=r"a process of the campaign died .*finished is kept"),
    ):
        campaign(SLOW, examples=800, folder=folder, executor=pool, progress=kill_one)
    monkeypatch.delenv("TOYS_SLEEP")
    assert 0 < sum(stop - start for _, start, stop in recorded(folder)) < 800
    assert evidence(campaign(SLOW, examples=800, folder=folder)) == straight(800, SLOW)


def test_an_error_in_an_instance_is_told(tmp_path: Path) -> None:
    from exactmargin.conjectures import Condition, Conjecture

    def broken(problem, budget):
        raise ZeroDivisionError("0/0")

    conjecture = Conjecture("broken", "broken", TRUE.instances, (), Condition("broken", broken))
    with ThreadPoolExecutor(2) as pool:
        for executor in (None, pool):
            with pytest.raises(ZeroDivisionError):
                campaign(conjecture, examples=10, executor=executor)


# ---------------------------------------------------------------- the folder


def test_a_second_campaign_is_kept_out(small, tmp_path: Path) -> None:
    def second(report: Report) -> None:
        with pytest.raises(InvalidInputError) as caught:
            campaign(TRUE, examples=20, folder=tmp_path)
        assert str(caught.value) == (
            f"{tmp_path}: another campaign writes there; wait for it, or give another folder"
        )

    assert campaign(TRUE, examples=20, folder=tmp_path, progress=second).instances == 20


@pytest.mark.parametrize(
    ("conjectures", "options", "difference"),
    [
        ([TRUE], {"seed": 1}, "seed is 0 there, 1 here"),
        ([TRUE], {"budget": 2.5}, "budget is null there, 2.5 here"),
        ([FALSE], {}, "conjectures.false is missing there; conjectures.true is there, not here"),
        ([TRUE, FALSE], {}, "conjectures.false is missing there"),
    ],
)
def test_another_campaign_is_refused(tmp_path: Path, conjectures, options, difference) -> None:
    campaign(TRUE, examples=1, folder=tmp_path)
    before = (tmp_path / "results.jsonl").read_bytes()
    with pytest.raises(InvalidInputError) as caught:
        campaign(conjectures, examples=1, folder=tmp_path, **options)
    assert str(caught.value) == (
        f"{tmp_path}/manifest.json: another campaign: {difference}; "
        "give another folder, or what it has"
    )
    assert (tmp_path / "results.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("key", "difference"),
    [
        (["exactmargin"], 'exactmargin is "x" there, '),
        (["hypothesis"], 'hypothesis is "x" there, '),
        (["conjectures", "true", "says"], 'conjectures.true.says is "x" there, "true toys are f'),
        (["conjectures"], "conjectures.true is missing there; give another folder"),
    ],
)
def test_what_was_changed_since_is_refused(tmp_path: Path, key, difference: str) -> None:
    campaign(TRUE, examples=1, folder=tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    at = manifest
    for name in key[:-1]:
        at = at[name]
    at[key[-1]] = "x"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InvalidInputError) as caught:
        campaign(TRUE, examples=1, folder=tmp_path)
    place = f"{tmp_path}/manifest.json: another campaign: "
    assert str(caught.value).startswith(place + difference)


def spoil(change, line: int = 0):
    """A change to one line of the results."""

    def apply(folder: Path) -> None:
        path = folder / "results.jsonl"
        lines = path.read_text().splitlines()
        lines[line] = change(lines[line])
        path.write_text("\n".join([*lines, ""]))

    return apply


def put(**values: Any):
    """A line with other values."""
    return spoil(lambda line: json.dumps(json.loads(line) | values), 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (spoil(lambda line: "?"), "results.jsonl: line 1: Expecting value: "),
        (spoil(lambda line: "[" * 10**5), "results.jsonl: line 1: "),
        (spoil(lambda line: "{}"), "results.jsonl: line 1: not a block of results"),
        (spoil(lambda line: "[]"), "results.jsonl: line 1: not a block of results"),
        (put(stop=9), "results.jsonl: line 2: 7 instances are counted from 7 up to 9"),
        (put(stop="9"), "results.jsonl: line 2: not a block of results"),
        (put(finding={}), "results.jsonl: line 2: not a block of results"),
        (put(start=3, stop=10), "results.jsonl: line 2: instances 3 to 9 overlap with others"),
        (put(evidence={}), "results.jsonl: line 2: "),
        (
            put(evidence=Evidence("other", 7).to_json()),
            "results.jsonl: line 2: a conjecture that the manifest does not have",
        ),
        (lambda folder: Path(folder, "manifest.json").unlink(), "results without a manifest; give"),
        (lambda folder: Path(folder, "manifest.json").write_text("{"), "manifest.json: cannot be"),
    ],
)
def test_a_spoiled_folder_is_refused(small, tmp_path: Path, change, says: str) -> None:
    campaign(TRUE, examples=14, folder=tmp_path)
    change(tmp_path)
    with pytest.raises(InvalidInputError) as caught:
        campaign(TRUE, examples=14, folder=tmp_path)
    assert str(caught.value).removeprefix(str(tmp_path)).lstrip("/: ").startswith(says)


def test_a_block_that_stands_twice_is_counted_once(small, tmp_path: Path) -> None:
    campaign(FALSE, examples=14, folder=tmp_path)
    path = tmp_path / "results.jsonl"
    path.write_text(path.read_text() * 2)
    assert evidence(campaign(FALSE, examples=20, folder=tmp_path)) == straight(20, FALSE)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, says in (("file", "a file; expected a folder"), ("file/x", "cannot be written (Not")):
        with pytest.raises(InvalidInputError) as caught:
            campaign(TRUE, examples=1, folder=tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name}: {says}")


# ---------------------------------------------------------------- findings


def test_a_finding_is_kept_once_and_can_be_checked(small, tmp_path: Path) -> None:
    report = campaign(FALSE, examples=100, folder=tmp_path)
    entry = report.entries["false"]
    assert len(entry.evidence.violated) > 10
    assert set(entry.evidence.violated) == {
        n for n in range(100) if FALSE.check(generate(FALSE, 0, n)).outcome.value == "violated"
    }
    (finding,) = entry.found
    folder = tmp_path / "findings" / f"false-{finding.key}"
    assert sorted(path.name for path in folder.iterdir()) == [
        "certificate.json",
        "counterexample.tex",
        "problem.json",
    ]
    outcome = check_certificate((folder / "certificate.json").read_bytes())
    assert outcome.accepted
    assert FALSE.check(read_problem(folder / "problem.json")).outcome.value == "violated"
    assert r"\begin{document}" in (folder / "counterexample.tex").read_text()


def test_a_finding_that_is_read_off_has_no_certificate(small, tmp_path: Path) -> None:
    (finding,) = campaign(SEEN, examples=20, folder=tmp_path).entries["seen"].found
    (path,) = tmp_path.glob("findings/*/*")
    assert path.name == "problem.json"
    assert SEEN.check(read_problem(path)).outcome.value == "violated"
    assert finding.certificate is finding.latex is None
    assert campaign(SEEN, examples=20, folder=tmp_path).entries["seen"].found == [finding]


def test_files_of_findings_that_are_lost_are_written_again(small, tmp_path: Path) -> None:
    campaign(FALSE, examples=50, folder=tmp_path)
    (path,) = tmp_path.glob("findings/*/certificate.json")
    before = path.read_bytes()
    path.unlink()
    campaign(FALSE, examples=50, folder=tmp_path)
    assert path.read_bytes() == before


# ---------------------------------------------------------------- misuse and memory


@pytest.mark.parametrize(
    ("conjectures", "options", "says"),
    [
        ([], {"examples": 1}, "conjectures: there is no conjecture"),
        (["x"], {"examples": 1}, "conjectures: 'x' is not a Conjecture"),
        ([TRUE, TRUE], {"examples": 1}, "conjectures: true stands twice"),
        (TRUE, {}, "examples: it would not end; give examples, seconds or both"),
        (TRUE, {"examples": 0}, "examples: 0 is not an integer from 1"),
        (TRUE, {"examples": 1.5}, "examples: 1.5 is not an integer from 1"),
        (TRUE, {"seconds": -1}, "seconds: -1 is not a number from 0"),
        (TRUE, {"seconds": "9"}, "seconds: '9' is not a number from 0"),
        (TRUE, {"examples": 1, "budget": float("nan")}, "budget: nan is not a number from 0"),
        (TRUE, {"examples": 1, "under_way": 0}, "under_way: 0 is not an integer from 1"),
        (TRUE, {"examples": 1, "seed": "0"}, "seed: '0' is not an integer"),
    ],
)
def test_misuse(conjectures, options, says: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        campaign(conjectures, **options)
    assert str(caught.value) == says


def test_memory_is_flat(small, tmp_path: Path) -> None:
    """What is kept after 50 blocks is kept after 20, up to some kilobytes."""
    campaign(TRUE, examples=105, folder=tmp_path)
    tracemalloc.start()
    try:
        sizes = []
        for examples in (140, 350):
            campaign(TRUE, examples=examples, folder=tmp_path)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[1] - sizes[0] < 50_000
