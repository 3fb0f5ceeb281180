"""The tool alone refutes what is false, with counterexamples no larger than the papers'.

The strategies know nothing of the counterexamples: they draw KKT points of any kind, and points of
hinge losses of any kind.  Seed 0 stands here; three more are in benchmarks/conjectures.py.
"""

from pathlib import Path

import pytest

from exactmargin import Problem, analyze, check_certificate, problem_from_json, read_problem
from exactmargin.conjectures import REFUTED, Counterexample, Outcome, Size, named
from exactmargin.decisions import Answer, Verdict

CASES = Path(__file__).resolve().parents[1] / "cases"


def case(name: str) -> Size:
    """The size of a worked example of the papers."""
    return Size.of(read_problem(CASES / f"{name}.json"))


PRINTED = {
    "kkt-implies-local": case("vardi2022-theorem-3.2"),
    "kkt-without-kinks-implies-global": case("vardi2022-lemma-C.6"),
    "diagonal-kkt-implies-local": case("vardi2022-theorem-4.1-linear"),
    # L prints none of the next three: x = 0 and (w, v, c) = (0, 0, 2); slope 1, weights 3/8, 3/8
    # and 1/4 at three points of the plane (inputs, parameters, weights); x = w = v = c = 0, b = 1.
    "theorem-2-without-biases": Size(1, 1, 4),
    "theorem-5-without-equal-weights": Size(3, 1, 6 + 5 + 6),
    "lemma-106-as-printed": Size(1, 1, 5),
    "theorem-6-for-three-classes": case("laurent2018-figure-5"),
}
"""How large the counterexamples are that are known: points, neurons, digits."""


@pytest.fixture(scope="module", params=REFUTED)
def found(request: pytest.FixtureRequest) -> Counterexample:
    """What a run of seed 0 ends with."""
    result = named()[request.param].run(examples=3000, seed=0)
    assert isinstance(result, Counterexample), result
    return result


def test_it_is_no_larger_than_the_papers(found: Counterexample) -> None:
    assert found.size.fits(PRINTED[found.conjecture]), found


def test_the_kernel_accepts_all_that_is_said(found: Counterexample) -> None:
    assert found.conclusion is not None
    whole = found.certificate()
    assert whole is not None
    assert whole.evidence["theorem"] == f"refuted/{found.conjecture}"
    for certificate in (*found.certificates.values(), whole):
        assert certificate.outcome().accepted
    text = found.problem_text()
    for certificate in found.certificates.values():  # about this very problem
        if certificate.claim != "theorem" or certificate.evidence["parts"][0]["problem"]:
            assert check_certificate(certificate.text(), text).accepted


def test_the_problem_file_is_a_counterexample(found: Counterexample, tmp_path: Path) -> None:
    """From the file alone, in one step."""
    path = tmp_path / "problem.json"
    path.write_text(found.problem_text())
    problem = read_problem(path)
    assert problem.name == f"a counterexample to: {found.name}"
    assert named()[found.conjecture].check(problem).outcome is Outcome.VIOLATED
    assert problem_from_json(dict(found.to_json()["problem"])) == Problem(
        "", *(getattr(problem, n) for n in ("field", "network", "data", "objective", "parameters"))
    )


def test_other_words_for_the_same(found: Counterexample) -> None:
    """The verdicts of `analyze` say so too, where the conclusion is one of these."""
    verdicts: dict[str, Verdict] = analyze(found.problem)
    asked = {"a local minimum": "local_minimum", "a global minimum": "global_minimum"}
    if found.refuted in asked:
        assert verdicts[asked[found.refuted]].answer is Answer.NO
    for name in found.hypotheses:
        if name in asked:
            assert verdicts[asked[name]].answer is Answer.YES


def test_latex_compiles(found: Counterexample, latexmk: str, tmp_path: Path) -> None:
    from exactmargin.render import compile_pdf

    compile_pdf(found.latex(), tmp_path / "x.pdf")
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")
