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


def test_export_to_html(run, kkt, tmp_path) -> None:
    path = tmp_path / "kkt.html"
    ran = run("export", kkt, "--to", "html", "-o", path)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>Certificate: kkt</title>" in page
    assert run("export", kkt, "--to", "html").out == page


def test_export_of_the_ledger_to_html(run, sound, tmp_path) -> None:
    path = tmp_path / "ledger.html"
    assert run("export", "--ledger", "-o", path).status == 0
    assert path.read_text(encoding="utf-8").count("<h3 ") == 5


@pytest.mark.parametrize(
    ("suffix", "begin"), [(".tex", "\\documentclass"), (".HTML", "<!DOCTYPE"), (".v", "(*")]
)
def test_the_suffix_says_the_form(run, kkt, tmp_path, suffix: str, begin: str) -> None:
    path = tmp_path / f"kkt{suffix}"
    assert run("export", kkt, "-o", path).status == 0
    assert path.read_text(encoding="utf-8").startswith(begin)
    assert run("export", kkt, "--to", "html", "-o", path).status == 0
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE")


@pytest.mark.parametrize("words", [[], ["-o", "-"], ["-o", "kkt"], ["-o", "kkt.json"]])
def test_a_form_that_nothing_says(run, kkt, words: list[str]) -> None:
    ran = run("export", kkt, *words)
    assert (ran.status, ran.out) == (2, "")
    where = "stdout" if words in ([], ["-o", "-"]) else repr(words[1])
    assert ran.complaint == (
        f"export: the name of {where} does not say which form to write; give --to latex or pdf "
        "or coq or html, or a file that ends in .tex or .pdf or .v or .html"
    )


def test_export_a_fragment(run, kkt) -> None:
    tex = run("export", kkt, "--to", "latex", "--fragment").out
    assert tex
    assert r"\documentclass" not in tex
    assert r"\begin{document}" not in tex


def test_export_a_theorem_tells_what_the_ledger_says(run, tmp_path) -> None:
    run("check", "vardi2022/theorem-3.2", "--certificates", tmp_path)
    path = tmp_path / "vardi2022" / "theorem-3.2.json"
    with_notes = run("export", path, "--to", "latex")
    assert (with_notes.status, with_notes.err) == (0, "")
    assert "Theorem 3.2" in with_notes.out


def test_export_a_theorem_of_no_installed_pack(run, toys, tmp_path, monkeypatch) -> None:
    run("check", "toys/theorem-1", "--certificates", tmp_path)
    path = tmp_path / "toys" / "theorem-1.json"
    with_notes = run("export", path, "--to", "latex")
    monkeypatch.setattr("exactmargin.registry.entry_points", lambda group: [])
    without = run("export", path, "--to", "latex")
    assert (with_notes.status, without.status) == (0, 0)
    assert with_notes.out != without.out


STEP = "Global: every KKT point is a global optimum"


def forged(path: Path, theorem: str) -> Path:
    """A certificate that the kernel accepts: its one step, 1 = 1, is called a theorem."""
    evidence = {"symbols": [], "left": "1", "right": "1"}
    step = {"name": STEP, "claim": "identity", "evidence": evidence}
    part = {"name": STEP, "problem": None, "steps": [step], "conclusion": [STEP]}
    certificate = {
        "format": "exactmargin/certificate@1",
        "claim": "theorem",
        "problem": None,
        "evidence": {"theorem": theorem, "parts": [part]},
        "assumptions": [],
    }
    path.write_text(json.dumps(certificate))
    return path


@pytest.mark.parametrize(
    ("theorem", "why"),
    [
        ("vardi2022/problem-2", "the status of vardi2022/problem-2 is 'cited'"),
        (
            "vardi2022/theorem-3.2",
            "this is not the certificate that the module of vardi2022/theorem-3.2 makes",
        ),
        ("nobody/theorem-1", "no installed pack has a result called nobody/theorem-1"),
    ],
)
def test_export_of_a_forged_theorem(run, tmp_path, theorem: str, why: str) -> None:
    path = forged(tmp_path / "forged.json", theorem)
    assert run("verify", path).status == 0
    ran = run("export", path, "--to", "latex")
    assert ran.status == 0
    assert ran.complaint == f"{path}: the ledger's statement is left out: {why}"
    tex = ran.out.replace("\\allowbreak", "").replace("{}", "")
    assert f"A theorem, named {theorem} by its author" in tex
    for text in ("Vardi", "Margin Maximization", "Coverage", "Errata", "\\begin{trivlist}"):
        assert text not in tex
    assert "$1 = 1$ (Step~1; the author's name for it: " in tex
    assert tex.count(STEP) == tex.count("\\textquotedblleft\\textit{" + STEP)


def test_export_where_the_module_fails(run, toys, tmp_path) -> None:
    path = forged(tmp_path / "forged.json", "toys/lemma-3")
    ran = run("export", path, "--to", "latex")
    assert ran.status == 0
    assert ran.complaint.endswith("toys/lemma-3 fails here (ZeroDivisionError: no toy)")


def test_export_of_a_theorem_that_was_changed(run, toys, tmp_path) -> None:
    run("check", "toys/theorem-1", "--certificates", tmp_path)
    path = tmp_path / "toys" / "theorem-1.json"
    whole = run("export", path, "--to", "latex")
    assert (whole.status, whole.err) == (0, "")
    assert "A square" in whole.out
    certificate = json.loads(path.read_text())
    path.write_text(json.dumps(certificate))  # other blanks, the same certificate
    assert run("export", path, "--to", "latex") == whole
    certificate["evidence"]["parts"][0]["name"] = "the theorem"
    path.write_text(json.dumps(certificate))
    changed = run("export", path, "--to", "latex")
    assert changed.complaint.endswith("the module of toys/theorem-1 makes")
    assert "A square" not in changed.out


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


# ---------------------------------------------------------------- the ledger


@pytest.fixture
def sound(toys, tmp_path) -> Path:
    """The folder of the toys, whose two false results are taken back."""
    pack = tmp_path / "site" / "toys_of_exactmargin"
    square = (pack / "theorem_1.py").read_text()
    for name in ("theorem_2_1", "lemma_3"):
        (pack / f"{name}.py").write_text(square)
    return pack


def test_export_of_the_ledger(run, sound) -> None:
    ran = run("export", "--ledger", "--to", "latex", "--jobs", 1)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("\\subsection{") == 5
    for text in ("Definition 4", "a definition has nothing to check", "Errata", "a^2+2a+1"):
        assert text in ran.out
    assert ran.out == run("export", "--ledger", "--paper", "toys", "--to", "latex").out


def test_no_ledger_with_a_result_that_fails(run, toys, tmp_path) -> None:
    target = tmp_path / "ledger.tex"
    ran = run("export", "--ledger", "--to", "latex", "-o", target)
    assert (ran.status, ran.out) == (5, "")
    first, second = ran.err.splitlines()
    assert first.startswith("exactmargin: not exported: toys/theorem-2.1  failed: the kernel refu")
    assert second == "exactmargin: not exported: toys/lemma-3  error: ZeroDivisionError: no toy"
    assert not target.exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--to latex", "give a certificate, or --ledger for all results"),
        ("c.json --ledger --to latex", "give a certificate, or --ledger for all results"),
        ("--ledger --to pdf", "a PDF needs a file to go to; give -o FILE"),
        ("--ledger --to latex --fragment", "--fragment goes with a certificate and --to latex"),
        ("c.json --paper toys --to latex", "--paper goes with --ledger only"),
        ("--ledger --paper nonesuch --to latex", "'nonesuch' is no installed paper"),
    ],
)
def test_what_does_not_go_together(run, toys, words: str, complaint: str) -> None:
    ran = run("export", *words.split())
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint.removeprefix("export: ").startswith(complaint)
