"""``verify`` and ``export``: what the kernel says, and what people read."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest


def test_verify_says_what_the_kernel_says(run, kkt, problem, tmp_path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    wrong = tmp_path / "wrong.json"
    certificate = json.loads(kkt.read_text())
    certificate["evidence"]["multipliers"][0] = "1"
    wrong.write_text(json.dumps(certificate))
    for files in ([kkt], [wrong], [broken], [kkt, wrong], [wrong, kkt, broken], [broken, wrong]):
        for more in ([], ["--problem", problem]):
            done = subprocess.run(
                [sys.executable, "-m", "exactmargin.kernel", *files, *more],
                capture_output=True,
                text=True,
                check=False,
            )
            ran = run("verify", *files, *more)
            assert (ran.status, ran.out, ran.err) == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("status", ["accepted", "rejected", "malformed"])
def test_verify_has_a_status_for_each_answer(run, kkt, status: str) -> None:
    certificate = json.loads(kkt.read_text())
    if status == "rejected":
        certificate["evidence"]["multipliers"][0] = "3"
    if status == "malformed":
        del certificate["evidence"]["multipliers"]
    kkt.write_text(json.dumps(certificate))
    ran = run("verify", kkt, "--with", "kernel")
    assert ran.status == ["accepted", "rejected", "malformed"].index(status)
    assert ran.out.startswith(f"{kkt}: {status.upper()} ")
    assert ran.err == ""


def test_verify_against_another_problem(run, kkt, problem, good) -> None:
    assert run("verify", kkt, "--problem", problem).status == 0
    good["data"]["inputs"][0][0] = "2"
    problem.write_text(json.dumps(good))
    ran = run("verify", kkt, "--problem", problem)
    assert (ran.status, ran.err) == (1, "")
    assert ": REJECTED " in ran.out


def test_verify_from_stdin(run, kkt, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(kkt.read_bytes())))
    ran = run("verify", "-")
    assert ran.status == 0
    assert ran.out.startswith("-: ACCEPTED kkt: ")


def test_verify_goes_on_after_a_file_that_is_not_there(run, kkt, tmp_path) -> None:
    ran = run("verify", tmp_path / "none.json", kkt)
    assert ran.status == 2
    assert ran.complaint == f"{tmp_path / 'none.json'}: there is no such file"
    assert ran.out.startswith(f"{kkt}: ACCEPTED ")


# ---------------------------------------------------------------- export


def test_export_to_latex(run, kkt, tmp_path) -> None:
    path = tmp_path / "kkt.tex"
    ran = run("export", kkt, "--to", "latex", "-o", path)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    tex = path.read_text(encoding="utf-8")
    assert r"\documentclass" in tex
    assert r"\end{document}" in tex
    assert run("export", kkt, "--to", "latex").out == tex


def test_export_a_fragment(run, kkt) -> None:
    tex = run("export", kkt, "--to", "latex", "--fragment").out
    assert tex
    assert r"\documentclass" not in tex
    assert r"\begin{document}" not in tex


def test_export_a_theorem_tells_what_the_ledger_says(run, tmp_path) -> None:
    run("check", "vardi2022/theorem-3.2", "--certificates", tmp_path)
    path = tmp_path / "vardi2022" / "theorem-3.2.json"
    with_notes = run("export", path, "--to", "latex")
    assert with_notes.status == 0
    assert "Theorem 3.2" in with_notes.out


def test_export_a_theorem_of_no_installed_pack(run, toys, tmp_path, monkeypatch) -> None:
    run("check", "toys/theorem-1", "--certificates", tmp_path)
    path = tmp_path / "toys" / "theorem-1.json"
    with_notes = run("export", path, "--to", "latex")
    monkeypatch.setattr("exactmargin.registry.entry_points", lambda group: [])
    without = run("export", path, "--to", "latex")
    assert (with_notes.status, without.status) == (0, 0)
    assert with_notes.out != without.out


def test_export_to_pdf(run, kkt, tmp_path, latexmk: str) -> None:
    path = tmp_path / "kkt.pdf"
    ran = run("export", kkt, "--to", "pdf", "-o", path)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert path.read_bytes().startswith(b"%PDF-")


def test_export_refuses_what_the_kernel_refuses(run, kkt, tmp_path) -> None:
    path = tmp_path / "out.tex"
    certificate = json.loads(kkt.read_text())
    certificate["evidence"]["multipliers"][0] = "3"
    kkt.write_text(json.dumps(certificate))
    ran = run("export", kkt, "--to", "latex", "-o", path)
    assert (ran.status, ran.out) == (1, "")
    assert ran.complaint.startswith(f"{kkt}: not exported: REJECTED ")
    kkt.write_text("[]")
    ran = run("export", kkt, "--to", "latex", "-o", path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint.startswith(f"{kkt}: not exported: MALFORMED ")
    assert not path.exists()


def test_kernel_reads_what_the_shell_may_bring(run, tmp_path: Path) -> None:
    path = tmp_path / "a\nb.json"
    path.write_text("[]")
    ran = run("verify", path)
    assert ran.status == 2
    assert ran.out.count("\n") == 1
