"""Laws of drawing, checking, counting and shrinking."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from flint import fmpq
from hypothesis import assume
from hypothesis import strategies as st

from exactmargin import Answer, InvalidInputError, Parameters, Verdict, certify, problem_to_json
from exactmargin.conjectures import (
    REFUTED,
    THEOREMS,
    Condition,
    Conjecture,
    Counterexample,
    Evidence,
    Outcome,
    Size,
    asked,
    conjecture,
    generate,
    named,
    resolve,
    shrink,
    survey,
)
from exactmargin.conjectures.conditions import SEPARABLE
from exactmargin.data import Dataset
from exactmargin.decisions import Budget, decide_separable
from exactmargin.exact import Q, sign
from exactmargin.networks import from_pattern
from exactmargin.problems import Hinge, Problem
from exactmargin.strategies import datasets, hinge_points, kkt_points

FALSE = named()["kkt-implies-local"]
TRUE = named()["vardi2022/theorem-4.2.1"]


def texts(conjecture: Conjecture, seed: int, numbers: range) -> list[str]:
    """The instances as canonical objects."""
    return [str(problem_to_json(generate(conjecture, seed, n))) for n in numbers]


# ---------------------------------------------------------------- drawing


@pytest.mark.parametrize("name", [*REFUTED, *THEOREMS])
def test_an_instance_depends_on_its_seed_and_number_alone(name: str) -> None:
    first = texts(named()[name], 7, range(12))
    again = Conjecture("fresh", "the same", named()[name].strategy, (), asked("kkt", "x"))
    assert texts(again, 7, range(11, -1, -1)) == first[::-1]
    assert len(set(first)) > 6
    assert texts(named()[name], 8, range(12)) != first


def test_what_the_strategy_rejects_is_drawn_again() -> None:
    @st.composite
    def odd(draw: st.DrawFn) -> Problem:
        problem = draw(kkt_points())
        assume(problem.data.size % 2)
        return problem

    picky = Conjecture("picky", "x", odd(), (), asked("kkt", "KKT"))
    assert all(generate(picky, 0, n).data.size % 2 for n in range(20))


def test_a_strategy_that_rejects_everything_is_misuse() -> None:
    nothing = Conjecture(
        "nothing", "x", kkt_points().filter(lambda _: False), (), asked("kkt", "K")
    )
    with pytest.raises(InvalidInputError, match=r"^instances: the strategy rejects instance 3 of"):
        generate(nothing, 0, 3)


def test_a_strategy_of_something_else_is_misuse() -> None:
    other = Conjecture("other", "x", datasets(), (), asked("kkt", "K"))
    with pytest.raises(InvalidInputError, match=r"expected a Problem with a point$"):
        generate(other, 0, 0)


@pytest.mark.parametrize(("seed", "number"), [("0", 0), (0, -1), (0, 1.5), (True, 0)])
def test_seeds_and_numbers_are_integers(seed: object, number: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^seed and number: "):
        generate(TRUE, seed, number)  # type: ignore[arg-type]  # misuse on purpose


# ---------------------------------------------------------------- checking


def boolean(name: str, value: bool) -> Condition:
    """A condition that is what it is."""
    return Condition(name, lambda problem, budget: value)


def of(*hypotheses: Condition, conclusion: Condition) -> Conjecture:
    """A conjecture about KKT points."""
    return Conjecture("own", "a conjecture", kkt_points(), hypotheses, conclusion)


UNKNOWN = Condition("who knows", lambda problem, budget: Verdict.unknown("nobody does"))


def test_the_four_outcomes() -> None:
    yes, no = boolean("yes", True), boolean("no", False)
    problem = generate(TRUE, 0, 0)
    trials = {
        Outcome.HOLDS: of(yes, conclusion=asked("kkt", "a KKT point")),
        Outcome.VIOLATED: of(yes, conclusion=no),
        Outcome.VACUOUS: of(no, UNKNOWN, conclusion=yes),
        Outcome.UNDECIDED: of(yes, UNKNOWN, conclusion=no),
    }
    for outcome, own in trials.items():
        trial = own.check(problem)
        assert trial.outcome is outcome
        assert trial.problem is problem
    vacuous = trials[Outcome.VACUOUS].check(problem)
    assert (vacuous.condition, list(vacuous.findings)) == ("no", ["no"])  # nothing more is decided
    undecided = trials[Outcome.UNDECIDED].check(problem)
    assert (undecided.condition, undecided.reason) == ("who knows", "nobody does")
    verdict = trials[Outcome.HOLDS].check(problem).findings["a KKT point"].verdict
    assert verdict is not None
    assert verdict.certificate is not None


def test_answers_other_than_yes_can_be_asked_for() -> None:
    flat = asked("local_minimum_type", "flat", Answer.FLAT)
    sharp = asked("local_minimum_type", "sharp", Answer.SHARP)
    problem = generate(named()["laurent2018/theorem-2"], 0, 0)
    assert (flat.find(problem).holds, sharp.find(problem).holds) != (True, True)


def test_time_that_is_over_is_undecided() -> None:
    def slow(problem: Problem, budget: Budget) -> Verdict:
        budget.check()
        raise AssertionError

    trial = of(conclusion=Condition("slow", slow)).check(generate(TRUE, 0, 0), budget=0)
    assert trial.outcome is Outcome.UNDECIDED
    assert trial.reason == "the budget of 0 seconds is spent"


def test_misuse_of_conditions() -> None:
    problem = generate(TRUE, 0, 0)
    with pytest.raises(InvalidInputError, match=r"^the condition 'odd' returned 1; expected a Ver"):
        Condition("odd", lambda problem, budget: 1).find(problem)  # type: ignore[arg-type, return-value]  # misuse on purpose
    with pytest.raises(InvalidInputError, match=r"^'clarke_critical' is not a question about a pr"):
        asked("clarke_critical", "x").find(problem)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "two words"}, "id: 'two words' is not a word without blanks"),
        ({"instances": 3}, "instances: 3 is not a strategy, nor a function that makes one"),
        (
            {"conclusion": "kkt"},
            "hypotheses or conclusion: 'kkt' is not a Condition; asked('kkt', 'a KKT point') makes "
            "one",
        ),
        (
            {"hypotheses": (asked("kkt", "k"), asked("feasible", "k"))},
            "hypotheses or conclusion: two of them have one name",
        ),
    ],
)
def test_misuse_of_conjectures(change: dict[str, object], message: str) -> None:
    parts: dict[str, object] = {
        "id": "own",
        "name": "x",
        "instances": kkt_points(),
        "hypotheses": (),
        "conclusion": asked("kkt", "KKT"),
    }
    with pytest.raises(InvalidInputError) as caught:
        Conjecture(**(parts | change))  # type: ignore[arg-type]  # misuse on purpose
    assert str(caught.value) == message


# ---------------------------------------------------------------- counting


def test_evidence_of_parts_adds_up() -> None:
    whole = survey(TRUE, 3, 0, 30)
    parts = survey(TRUE, 3, 20, 30) + survey(TRUE, 3, 0, 20)
    assert parts.to_json() == whole.to_json()
    assert Evidence.from_json(whole.to_json()) == Evidence(
        **{**{f: getattr(whole, f) for f in whole.__slots__}, "seconds": 0.0}
    )
    assert whole.instances == 30
    assert whole.instances == whole.satisfied + sum(whole.vacuous.values())


def test_evidence_counts_every_instance_once() -> None:
    every = survey(FALSE, 0, 0, 40)
    counted = sum((*every.vacuous.values(), *every.undecided.values()))
    assert every.satisfied + counted + len(every.violated) == 40
    assert every.violated
    first = survey(FALSE, 0, 0, 40, to_violation=True)
    assert first.violated == every.violated[:1]
    assert first.instances == first.violated[0] + 1
    assert f"{len(every.violated)} violated it" in f"{every}".replace("none", "0")


def test_evidence_of_two_conjectures_does_not_add_up() -> None:
    with pytest.raises(InvalidInputError, match=r"^evidence for b is none for a; "):
        Evidence("a") + Evidence("b")
    with pytest.raises(InvalidInputError, match=r"is not evidence; expected an object with"):
        Evidence.from_json({"instances": 3})


def test_evidence_in_one_line() -> None:
    evidence = Evidence("x", 10, 5, {"h": 3}, {"c: slow": 1}, (7,), {"kinks": 2}, 2.0)
    assert str(evidence) == (
        "x: 5 of 10 instances satisfied the hypotheses and the conclusion (2 kinks), 3 were "
        "vacuous (no: 3 h), 1 were undecided (1 c: slow), 1 violated it; 5 instances a second"
    )


def test_degenerate_instances_are_counted() -> None:
    own = Conjecture("d", "x", hinge_points(separable=True), (), boolean("yes", True))
    found = survey(own, 0, 0, 150).degenerate
    assert set(found) == {
        "kinks",
        "losses on a kink",
        "repeated inputs",
        "unread neurons",
        "zero inputs",
        "zero neurons",
    }


# ---------------------------------------------------------------- running


def test_a_run_reports_and_ends_with_all_evidence() -> None:
    seen: list[Evidence] = []
    found = TRUE.run(examples=120, seed=1, progress=seen.append)
    assert isinstance(found, Evidence)
    assert found.to_json() == seen[-1].to_json() == survey(TRUE, 1, 0, 120).to_json()
    assert [part.instances for part in seen] == [50, 100, 120]


@pytest.mark.parametrize("own", [TRUE, FALSE], ids=["true", "false"])
def test_an_executor_changes_nothing(own: Conjecture) -> None:
    alone = own.run(examples=60, seed=0)
    with ThreadPoolExecutor(3) as executor:
        shared = own.run(examples=60, seed=0, executor=executor)
    assert shared.to_json() == alone.to_json()


def test_conjectures_travel_by_name() -> None:
    for own in (*named().values(), EVERY_POINT_IS_LOCAL):
        assert pickle.loads(pickle.dumps(own)) is own


@pytest.mark.parametrize("examples", [0, "many", 1.5])
def test_examples_are_counted(examples: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^examples: .* is not an integer from 1$"):
        TRUE.run(examples=examples)  # type: ignore[arg-type]  # misuse on purpose


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", r"^'nothing' is not the id of a conjecture; known: kkt-implies-local, "),
        ("no.such:module", r"^'no.such:module' cannot be found "),
        ("exactmargin:analyze", r"^'exactmargin:analyze' is a function, not a Conjecture"),
    ],
)
def test_names_that_are_none(text: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        resolve(text)


# ---------------------------------------------------------------- the decorator, and shrinking


@conjecture(kkt_points(slopes=[0], biases=False), given=[asked("kkt", "KKT")], source="a guess")
def EVERY_POINT_IS_LOCAL(problem: Problem) -> Verdict:  # noqa: N802 - it becomes an object
    """Every KKT point
    is a local minimum."""
    return certify(problem, "local-minimum")


@conjecture(hinge_points(), name="no example of a hinge loss has an input above 3")
def NO_LARGE_INPUT(problem: Problem) -> bool:  # noqa: N802 - it becomes an object
    return all(sign(value - 3) <= 0 for x in problem.data.inputs for value in x)


def test_the_decorator_makes_a_conjecture() -> None:
    own: Conjecture = EVERY_POINT_IS_LOCAL
    assert own.id == "EVERY-POINT-IS-LOCAL"
    assert own.name == own.conclusion.name == "Every KKT point is a local minimum."
    assert (own.source, own.home) == ("a guess", f"{__name__}:EVERY_POINT_IS_LOCAL")
    found = own.run(examples=200)
    assert isinstance(found, Counterexample)
    assert found.size.fits(Size(2, 2, 12)), found


def test_shrinking_ends_with_the_least() -> None:
    found = NO_LARGE_INPUT.run(examples=400)
    assert isinstance(found, Counterexample)
    (inputs,), flat = found.problem.data.inputs, found.problem.point().flat()
    assert inputs == (4,)
    assert flat == (fmpq(0),) * len(flat)
    assert found.size == Size(1, 1, 5)
    assert found.conclusion is None
    assert "as is seen" in str(found)


def test_what_the_problem_shows_needs_no_certificate() -> None:
    found = NO_LARGE_INPUT.run(examples=400)
    assert isinstance(found, Counterexample)
    assert found.certificates == {}
    assert found.certificate() is found.latex() is None
    assert found.to_json()["certificates"] == {}


@conjecture(kkt_points(slopes=[0], biases=False), given=[asked("kkt", "a KKT point")])
def ONE_NEURON(problem: Problem) -> bool:  # noqa: N802 - it becomes an object
    """a KKT point has one neuron"""
    return problem.network.hidden_widths == (1,)


def test_a_conclusion_that_is_only_a_bool_leaves_the_hypotheses_to_be_certified() -> None:
    """The certificate is named for what it proves, and the document says what it does not."""
    found = ONE_NEURON.run(examples=100)
    assert isinstance(found, Counterexample)
    assert found.conclusion is None
    assert list(found.certificates) == ["a KKT point"]
    certificate, document = found.certificate(), found.latex()
    assert certificate is not None
    assert document is not None
    assert certificate.evidence["theorem"] == "hypotheses/ONE-NEURON"
    (part,) = certificate.evidence["parts"]
    assert part["conclusion"] == ["a KKT point"]
    assert "computed from the problem, without a certificate: not a KKT point has" in document


@conjecture(hinge_points(separable=True, slopes=[0]), given=[SEPARABLE])
def NO_LOSS(problem: Problem) -> bool:  # noqa: N802 - it becomes an object
    """the loss is zero"""
    return not problem.objective_value()


def test_a_shrunk_counterexample_keeps_the_hypotheses() -> None:
    """What the strategy promises is one here: else the sample would not stay separable."""
    found = NO_LOSS.run(examples=50)
    assert isinstance(found, Counterexample)
    assert decide_separable(found.problem).answer is Answer.YES


def test_what_is_shrunk_must_be_a_violation() -> None:
    with pytest.raises(InvalidInputError, match=r"^number: instance 0 of seed 0 does not violate"):
        shrink(TRUE, 0, 0)


def test_a_shrunk_counterexample_is_a_violation_and_no_larger() -> None:
    evidence = survey(FALSE, 5, 0, 60)
    for number in evidence.violated[:2]:
        found = shrink(FALSE, 5, number)
        assert FALSE.check(found.problem).outcome is Outcome.VIOLATED
        assert found.size.fits(Size.of(generate(FALSE, 5, number)))
        assert shrink(FALSE, 5, number).text() == found.text()


def test_a_network_of_another_kind_is_said_in_words() -> None:
    """The slope, the objective, and patterns that are not dense: else the words mislead."""
    network = from_pattern([[[1, 0], [0, 1]], [[1, 2]]], negative_slope="1/10")
    point = Parameters.over(Q, network, [[1], [1, 0]])
    data = Dataset.over(Q, [[1, 2]], [1])
    problem = Problem("", Q, network, data, Hinge(), point)
    found = Counterexample("x", "X", "", problem, {}, "a minimum", None, 0, 7)
    assert str(found).splitlines()[1:] == [
        "  1 points, 2 neurons, 5 digits, from instance 7 of seed 0",
        "  points      (1, 2) -> 1",
        "  objective   hinge",
        "  slope       1/10",
        "  layer 1     1; pattern 1 0 | 0 1",
        "  layer 2     1, 0",
        "  as is seen  not: a minimum",
    ]


def test_a_counterexample_in_words() -> None:
    found = FALSE.run(examples=100)
    assert isinstance(found, Counterexample)
    lines = str(found).splitlines()
    assert lines[0] == f"refuted: {FALSE.name} (V Theorem 3.2)"
    assert lines[-2:] == [
        "  proved      a KKT point of Problem 2",
        "  proved      not: a local minimum",
    ]
    assert set(found.to_json()) == {
        *("format", "conjecture", "name", "source", "seed", "number", "size"),
        *("problem", "certificates"),
    }
