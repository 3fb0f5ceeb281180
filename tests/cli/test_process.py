"""The program as the shell runs it: start-up, streams, pipes, interruption."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exactmargin import __version__
from exactmargin.cli import main
from exactmargin.cli.parser import HANDLERS
from exactmargin.cli.status import MEANINGS, Exit

PROGRAM = [sys.executable, "-c", "import sys; from exactmargin.cli import main; sys.exit(main())"]
HEAVY = {"flint", "sympy", "mpmath", "numpy", "networkx", "hypothesis"}
SECONDS = 2.0  # it takes a tenth of this on an idle machine; a loaded one must not fail


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"exactmargin {__version__}\n"


def test_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "exactmargin", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"exactmargin {__version__}\n")


@pytest.mark.parametrize("command", [None, *HANDLERS])
def test_help_has_an_example(capsys: pytest.CaptureFixture[str], command: str | None) -> None:
    assert main([*([command] if command else []), "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert f"example:\n  exactmargin {command or 'check'} " in out


def test_help_has_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    out = capsys.readouterr().out
    assert set(MEANINGS) == set(Exit)
    for status, meaning in MEANINGS.items():
        assert f"{int(status):>5}  {meaning}\n" in out


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["list"], ["verify", "CERT"]])
def test_light_commands_start_fast_and_load_no_number_library(kkt: Path, words: list[str]) -> None:
    words = [str(kkt) if word == "CERT" else word for word in words]
    program = (
        "import sys\n"
        "from exactmargin.cli import main\n"
        f"status = main({words!r})\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
        "sys.exit(status)\n"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    assert done.returncode == 0, done.stderr
    assert set(done.stderr.split()) & HEAVY == set()
    assert seconds < SECONDS


def test_results_and_messages_keep_apart(problem: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "certify", str(problem), "--claim", "not-kkt"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("{\n")
    assert done.stdout.endswith("}\n")
    assert done.stderr == "exactmargin: the opposite of not-kkt is proved: kkt\n"


def test_stdin_of_a_process(problem: Path) -> None:
    certify = [*PROGRAM, "certify", "-", "--claim", "kkt"]
    first = subprocess.run(certify, input=problem.read_bytes(), capture_output=True, check=True)
    verify = [*PROGRAM, "verify", "-", "--problem", str(problem)]
    second = subprocess.run(verify, input=first.stdout, capture_output=True, check=False)
    assert second.returncode == 0
    assert second.stdout.startswith(b"-: ACCEPTED kkt: ")


@pytest.mark.parametrize("words", [["--help"], ["list"], ["list", "--json"]])
def test_a_reader_that_goes_away(words: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*PROGRAM, *words], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*PROGRAM, "list"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        b"exactmargin: standard output: cannot be written (No space left on device)\n"
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("list >&-", b"exactmargin: standard output: is closed\n"),
        ("verify - <&-", b"exactmargin: <stdin>: is closed\n"),
        ("analyze - <&-", b"exactmargin: <stdin>: is closed\n"),
        ("list nonesuch 2>&-", b""),
    ],
)
def test_streams_that_the_shell_closed(line: str, says: bytes) -> None:
    program = f"\"$0\" -c '{PROGRAM[2]}' {line}"
    done = subprocess.run(["sh", "-c", program, PROGRAM[0]], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", says)


def test_a_terminal_that_knows_ascii_only(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "analyze", str(tmp_path / "θ.json")],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.endswith(b"/\\u03b8.json: there is no such file\n")


def test_interruption(tmp_path: Path) -> None:
    waiting = tmp_path / "fifo"
    os.mkfifo(waiting)
    process = subprocess.Popen(
        [*PROGRAM, "verify", str(waiting)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with open(waiting, "wb"):  # opens once the process reads
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"exactmargin: interrupted\n")


SLOW = """
import sys, time
from importlib.metadata import EntryPoint
from exactmargin import registry
from exactmargin.cli import main

registry.entry_points = lambda group: [EntryPoint("slow", "slow_pack_of_exactmargin", group)]
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""
RESULT = """
[[result]]
id = "slow/result-{0}"
number = "{0}"
kind = "result"
title = "slow"
statement = "slow"
place = "p. {0}"
status = "verified"
coverage = "identity"
"""
PROVE = """
import pathlib, time

def prove():
    pathlib.Path(__file__).with_suffix(".begun").touch()
    time.sleep(300)
"""


@pytest.fixture
def slow_check(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``check`` of two results in two processes, each of which is at work."""
    pack = tmp_path / "slow_pack_of_exactmargin"
    pack.mkdir()
    (pack / "__init__.py").touch()
    (pack / "paper.toml").write_text("".join(map(RESULT.format, (1, 2))))
    for n in (1, 2):
        (pack / f"result_{n}.py").write_text(PROVE)
    (tmp_path / "program.py").write_text(SLOW)
    with subprocess.Popen(
        [sys.executable, "program.py", "check", "--jobs", "2"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 60
        while len(list(pack.glob("*.begun"))) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield process


@pytest.mark.parametrize("whole_group", [True, False], ids=["terminal", "kill"])
def test_interruption_of_several_processes(slow_check, whole_group: bool) -> None:
    (os.killpg if whole_group else os.kill)(slow_check.pid, signal.SIGINT)
    out, err = slow_check.communicate(timeout=60)  # ends only when every process has ended
    assert (slow_check.returncode, out, err) == (130, b"", b"exactmargin: interrupted\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["term", "kill"])
def test_no_process_outlives_one_that_is_killed(slow_check, number: int) -> None:
    slow_check.send_signal(number)
    out, _ = slow_check.communicate(timeout=60)  # ends only when every process has ended
    assert (slow_check.returncode, out) == (-number, b"")
