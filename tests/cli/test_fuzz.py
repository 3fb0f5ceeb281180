"""``fuzz``: what it prints, what it writes, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exactmargin import check_certificate
from exactmargin.conjectures import Evidence, survey
from tests.campaigns.toys import FALSE, HOME, TRUE


def fuzzed(run, *words: object):
    """One process checks twenty toys unless `words` say otherwise."""
    return run("fuzz", "--jobs", "1", "--examples", "20", *words)


def line(text: str) -> str:
    """A line about a conjecture without the rate, which depends on the machine."""
    return text.rsplit("; ", 1)[0]


def test_a_conjecture_that_holds(run) -> None:
    ran = fuzzed(run, f"{HOME}:TRUE")
    assert (ran.status, ran.err) == (0, "")
    (said,) = ran.out.splitlines()
    assert line(said) == str(survey(TRUE, 0, 0, 20)).rsplit("; ", 1)[0]
    assert said.endswith(" instances a second")


def test_a_conjecture_that_is_refuted(run, tmp_path: Path) -> None:
    ran = fuzzed(run, f"{HOME}:FALSE", f"{HOME}:TRUE", "--out", tmp_path / "out")
    assert (ran.status, ran.err) == (1, "")
    lines = ran.out.splitlines()
    assert line(lines[0]) == str(survey(FALSE, 0, 0, 20)).rsplit("; ", 1)[0]
    assert lines[1] == "  refuted: false toys are feasible"
    (folder,) = (tmp_path / "out" / "findings").iterdir()
    assert lines[-2] == f"  in {folder}"
    assert check_certificate((folder / "certificate.json").read_bytes()).accepted


OWN = """
from exactmargin.conjectures import conjecture
from exactmargin.strategies import kkt_points

@conjecture(kkt_points())
def mine(problem):
    "a problem has examples"
    return problem.data.size > 0
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_your_own_module_in_the_folder_where_you_are(tmp_path: Path, jobs: int) -> None:
    """The installed program finds it as `python -m` would, and so do its processes."""
    (tmp_path / "my_claims.py").write_text(OWN, encoding="utf-8")
    program = (
        "import sys; sys.path = [p for p in sys.path if p]; "
        "from exactmargin.cli import main; sys.exit(main())"
    )
    words = ["fuzz", "my_claims:mine", "--examples", "8", "--jobs", str(jobs)]
    for safe, status in ((), 0), (("-P",), 2):
        done = subprocess.run(
            [sys.executable, *safe, "-c", program, *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert done.stdout.startswith("mine: 8 of 8 instances") == (status == 0)


def test_json(run, tmp_path: Path) -> None:
    for out in ([], ["--out", tmp_path / "out"]):
        ran = fuzzed(run, f"{HOME}:FALSE", "--seed", "7", "--json", *out)
        assert ran.status == 1
        assert (ran.json["format"], ran.json["seed"]) == ("exactmargin/fuzz@1", 7)
        assert ran.json["spent"] is False
        entry = ran.json["conjectures"]["false"]
        (finding,) = entry.pop("findings")
        assert entry.pop("instances_per_second") > 0
        assert Evidence.from_json(entry) == Evidence.from_json(survey(FALSE, 7, 0, 20).to_json())
        assert finding["text"].startswith("refuted: false toys are feasible\n")
        assert finding["number"] in entry["violated"]
        for name in ("problem", "certificate", "latex"):
            path = finding[name]
            assert path is None if not out else Path(path).is_file()


def test_nothing_has_the_hypotheses(run) -> None:
    ran = fuzzed(run, f"{HOME}:VACUOUS")
    assert ran.status == 3
    assert "20 were vacuous" in ran.out


def test_an_instance_is_undecided(run) -> None:
    ran = fuzzed(run, "vardi2022/theorem-4.3", "--budget", "0", "--examples", "3")
    assert ran.status == 3
    assert "3 were undecided" in ran.out


def test_the_time_ends_first_and_the_same_command_goes_on(run, tmp_path: Path) -> None:
    words = [f"{HOME}:TRUE", "--out", tmp_path]
    ran = fuzzed(run, *words, "--time", "0")
    assert (ran.status, ran.complaint) == (
        4,
        "the time of 0 seconds is spent; the same command goes on",
    )
    assert ran.out.startswith("true: 0 of 0 instances ")
    assert fuzzed(run, *words, "--time", "60").status == 0
    ran = run("fuzz", "--jobs", "1", *words, "--time", "0")
    assert ran.status == 0, "no number of examples was asked for"
    assert " of 20 instances " in ran.out


def test_another_campaign_is_refused(run, tmp_path: Path) -> None:
    fuzzed(run, f"{HOME}:TRUE", "--out", tmp_path)
    ran = fuzzed(run, f"{HOME}:TRUE", "--out", tmp_path, "--seed", "1")
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint == (
        f"{tmp_path}/manifest.json: another campaign: seed is 0 there, 1 here; "
        "give another folder, or what it has"
    )


def test_hypothesis_is_not_installed() -> None:
    program = (
        "import sys\n"
        "sys.modules['hypothesis'] = None\n"
        "from exactmargin.cli import main\n"
        "sys.exit(main(['fuzz']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (
        b"exactmargin: fuzz: Hypothesis is not installed; "
        b"install it with: pip install 'exactmargin[fuzz]'\n"
    )


def test_progress(run, monkeypatch) -> None:
    shown: list[str] = []

    class Recorder:
        show = staticmethod(shown.append)
        clear = staticmethod(lambda: None)

    monkeypatch.setattr("exactmargin.cli.fuzz.Progress", Recorder)
    fuzzed(run, f"{HOME}:FALSE", f"{HOME}:TRUE")
    assert shown == [
        "20 instances of 2 conjectures, 1 refuted ...",
        "40 instances of 2 conjectures, 1 refuted ...",
    ]


@pytest.fixture
def endless(tmp_path: Path):
    """A campaign of two processes that runs until it is told to end, with some results."""
    words = ["fuzz", f"{HOME}:SLOW", "--jobs", "2", "--time", "300", "--out", "out"]
    process = subprocess.Popen(
        [sys.executable, "-m", "exactmargin", *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "TOYS_LOG": str(tmp_path / "log"), "TOYS_SLEEP": "0.02"},
    )
    results = tmp_path / "out" / "results.jsonl"
    deadline = time.monotonic() + 100
    while not results.exists() or not results.stat().st_size:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("whole_group", [True, False], ids=["terminal", "kill"])
def test_interruption(endless: subprocess.Popen, tmp_path: Path, whole_group: bool) -> None:
    """It ends at once, with its processes, and keeps what was finished."""
    (os.killpg if whole_group else os.kill)(endless.pid, signal.SIGINT)
    out, err = endless.communicate(timeout=60)  # ends only when every process has ended
    assert (endless.returncode, out, err) == (130, b"", b"exactmargin: interrupted\n")
    lines = (tmp_path / "out" / "results.jsonl").read_text().splitlines()
    assert all(json.loads(line) for line in lines)


def test_its_processes_end_where_it_is_killed(endless: subprocess.Popen) -> None:
    endless.kill()
    endless.communicate(timeout=60)  # they have its streams, so this ends when they have ended
