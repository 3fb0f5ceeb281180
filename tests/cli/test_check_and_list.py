"""``list`` and ``check``: on a pack of toys every outcome, on the installed pack the real thing."""

from pathlib import Path

import pytest

from exactmargin import registry
from exactmargin.kernel import check

TABLE = """\
id                kind        coverage  status    errata
toys/theorem-1    theorem     identity  verified  -
toys/theorem-2    theorem     sampled   verified  -
toys/theorem-2.1  theorem     identity  verified  1
toys/lemma-3      lemma       identity  verified  -
toys/definition-4  definition  -         cited     -

5 results: 4 verified, 1 cited
"""

MARKDOWN = """\
**toys**: Toys \\| and more. 5 results: 4 verified, 1 cited.

| result | what it says | status | rests on |
|---|---|---|---|
| Theorem 1 | A square | verified, identity |  |
| Theorem 2 | Sampled | verified, sampled |  |
| Theorem 2.1 | A false square | verified, identity |  |
| Lemma 3 | Its module breaks off | verified, identity |  |
| Definition 4 | A toy | cited: a definition has nothing to check |  |

Errata: Theorem 2.1 (1).
"""


def squeezed(text: str) -> str:
    """The text without the padding of its columns."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


# ---------------------------------------------------------------- list


def test_list_is_a_table(run, toys) -> None:
    ran = run("list")
    assert (ran.status, ran.err) == (0, "")
    assert squeezed(ran.out) == squeezed(TABLE)
    lines = ran.out.splitlines()
    assert len({line.index("theorem", 15) for line in lines[1:4]}) == 1, "columns are aligned"


def test_list_as_markdown(run, toys) -> None:
    assert run("list", "--markdown").out == MARKDOWN


def test_list_as_json(run, toys) -> None:
    ledger = run("list", "--json").json
    assert set(ledger) == {"format", "results"}
    assert ledger["format"] == "exactmargin/ledger@1"
    assert ledger["results"]["toys/theorem-2.1"] == {
        "number": "Theorem 2.1",
        "kind": "theorem",
        "title": "A false square",
        "statement": "$(a+1)^2=a^2+1$",
        "place": "p. 2",
        "status": "verified",
        "coverage": "identity",
        "reason": None,
        "rests_on": [],
        "errata": [{"printed": "$a^2+1$", "correction": "$a^2+2a+1$"}],
    }


def test_list_of_one_paper(run, toys) -> None:
    assert run("list", "--paper", "toys").out == run("list").out


def test_list_of_no_such_paper(run, toys) -> None:
    ran = run("list", "--paper", "nonesuch")
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint == "'nonesuch' is no installed paper; installed: toys"


@pytest.mark.parametrize("command", ["list", "check"])
def test_no_pack_is_installed(run, monkeypatch, command: str) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [])
    ran = run(command)
    assert ran.status == 2
    assert ran.complaint == "no theorem pack is installed; install one, then try again"


# ---------------------------------------------------------------- check


def test_check_of_one_result(run, toys) -> None:
    ran = run("check", "toys/theorem-1")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "toys/theorem-1  proved, identity, 1 step\n1 proved, 0 failed\n"


def test_sampled_is_never_called_proved(run, toys) -> None:
    ran = run("check", "toys/theorem-2", "--json")
    assert ran.status == 1, "the prefix selects 2.1 too"
    entry = ran.json["verdicts"]["toys/theorem-2"]
    assert (entry["verdict"], entry["status"]) == ("unknown", "sampled")
    assert "sampled" in entry["reason"]
    assert "toys/theorem-2     sampled, 1 step\n" in run("check", "toys").out


def test_check_of_a_theorem_that_the_kernel_refuses(run, toys, tmp_path) -> None:
    ran = run("check", "toys/theorem-2.1", "--certificates", tmp_path / "out")
    assert (ran.status, ran.err) == (1, "")
    line, summary = ran.out.splitlines()
    start = "toys/theorem-2.1  failed: the kernel refuses the engine's evidence: REJECTED "
    assert line.startswith(start)
    assert summary == "0 proved, 1 failed"
    assert list((tmp_path / "out").iterdir()) == []


def test_check_of_a_module_that_breaks_off(run, toys) -> None:
    ran = run("check", "toys/lemma-3", "toys/theorem-1")
    assert ran.status == 5
    assert ran.out.splitlines() == [
        "toys/theorem-1  proved, identity, 1 step",
        "toys/lemma-3    error: ZeroDivisionError: no toy",
        "1 proved, 0 failed, 1 error",
    ]
    assert ran.complaint == "a module broke off; see its line ('error')"


def test_check_of_a_result_without_a_check(run, toys) -> None:
    ran = run("check", "toys/definition-4")
    assert (ran.status, ran.err) == (3, "")
    assert ran.out.splitlines() == [
        "toys/definition-4  cited: a definition\\nhas nothing to check",
        "0 proved, 0 failed; not checked: 1 cited",
    ]


def test_what_has_no_check_is_only_counted_behind_a_prefix(run, toys) -> None:
    ran = run("check", "toys")
    assert "toys/definition-4" not in ran.out
    assert ran.out.endswith("1 proved, 1 sampled, 1 failed, 1 error; not checked: 1 cited\n")


def test_check_of_an_unknown_id(run, toys) -> None:
    ran = run("check", "toys/theorem-9")
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint == (
        "no result is called 'toys/theorem-9'; 'exactmargin list' prints all ids"
    )


def test_check_writes_certificates(run, toys, tmp_path) -> None:
    folder = tmp_path / "deep" / "out"
    ran = run("check", "toys/theorem-1", "toys/definition-4", "--certificates", folder, "--json")
    assert ran.status == 3
    path = folder / "toys" / "theorem-1.json"
    assert check(path.read_bytes()).accepted
    assert ran.json == {
        "format": "exactmargin/verdicts@1",
        "verdicts": {
            "toys/theorem-1": {
                "verdict": "yes",
                "certificate": str(path),
                "reason": None,
                "status": "proved",
                "coverage": "identity",
                "steps": 1,
                "assumptions": [],
            },
            "toys/definition-4": {
                "verdict": "unknown",
                "certificate": None,
                "reason": "a definition\nhas nothing to check",
                "status": "cited",
                "coverage": None,
                "steps": 0,
                "assumptions": [],
            },
        },
    }
    assert run("verify", path).status == 0


def test_several_processes_print_what_one_prints(run, toys, tmp_path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    one = run("check", "toys", "--jobs", 1, "--certificates", folders[0])
    two = run("check", "toys", "--jobs", 2, "--certificates", folders[1])
    assert one == two
    files = [{p.name: p.read_bytes() for p in (f / "toys").iterdir()} for f in folders]
    assert files[0] == files[1]
    assert set(files[0]) == {"theorem-1.json", "theorem-2.json"}


def test_a_process_that_dies_is_told_with_its_result(run, toys, tmp_path) -> None:
    """And the others are checked all the same, one of them in the place of the dead one."""
    module = tmp_path / "site" / "toys_of_exactmargin" / "theorem_1.py"
    module.write_text("import os, signal\ndef prove(): os.kill(os.getpid(), signal.SIGKILL)\n")
    ran = run("check", "--jobs", 2)
    assert ran.status == 5
    first, second, third, fourth, summary = ran.out.splitlines()
    assert first == (
        "toys/theorem-1     error: its process ended without an answer (killed, or out of memory); "
        "'exactmargin check toys/theorem-1 --jobs 1' runs it in the foreground"
    )
    assert second == "toys/theorem-2     sampled, 1 step"
    assert third.startswith("toys/theorem-2.1   failed: ")
    assert fourth == "toys/lemma-3       error: ZeroDivisionError: no toy"
    assert summary == "0 proved, 1 sampled, 1 failed, 2 error; not checked: 1 cited"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_module_that_exits(run, toys, tmp_path, jobs: int) -> None:
    module = tmp_path / "site" / "toys_of_exactmargin" / "theorem_1.py"
    module.write_text("def prove(): raise SystemExit(7)\n")
    ran = run("check", "toys", "--jobs", jobs)
    assert ran.status == 5
    assert ran.out.startswith("toys/theorem-1     error: SystemExit: 7\n")


def test_interrupted_check(run, toys, monkeypatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("exactmargin.cli.theorems.prove", interrupted)
    ran = run("check", "--jobs", 1)
    assert (ran.status, ran.out, ran.complaint) == (130, "", "interrupted")


def test_certificates_folder_is_a_file(run, toys, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run("check", "--certificates", tmp_path / "file")
    assert (ran.status, ran.out) == (2, "")
    assert ran.complaint == f"{tmp_path / 'file'}: a file; expected a folder"


# ---------------------------------------------------------------- the installed pack


def test_installed_pack_lists_all_results(run) -> None:
    results = run("list", "--paper", "vardi2022", "--json").json["results"]
    assert {"vardi2022/theorem-3.2", "vardi2022/theorem-2.1"} <= set(results)
    assert results["vardi2022/theorem-3.2"]["status"] == "verified"
    for id, result in results.items():
        assert id.startswith("vardi2022/")
        assert (result["status"] == "verified") == (result["coverage"] is not None), id
        assert (result["status"] == "verified") or result["reason"], id


def test_installed_theorem_is_proved(run, tmp_path) -> None:
    ran = run("check", "vardi2022/theorem-3.2", "--certificates", tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("vardi2022/theorem-3.2  proved, ")
    assert run("verify", tmp_path / "vardi2022" / "theorem-3.2.json").status == 0
