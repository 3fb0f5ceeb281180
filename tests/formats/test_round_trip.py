"""Problem files there and back: the papers' cases, random problems, every kind of source."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, GermField, Q, RealNumberField
from exactmargin.formats import (
    PROBLEM_FORMAT,
    canonical_json,
    problem_from_json,
    problem_to_json,
    read_expectations,
    read_problem,
    write_problem,
)
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem

CASES = Path(__file__).resolve().parents[1] / "cases"
MARGIN = sorted(CASES.glob("vardi2022-*.json"))
HINGE = sorted(CASES.glob("laurent2018-*.json"))
SQRT2 = RealNumberField("r", [-2, 0, 1], (1, 2))


def name(path: Path) -> str:
    """The name of a case."""
    return path.stem


def test_the_cases_are_there() -> None:
    assert (len(MARGIN), len(HINGE)) == (18, 10)


@pytest.mark.parametrize("path", MARGIN, ids=name)
def test_the_papers_cases_round_trip(path: Path, tmp_path: Path) -> None:
    problem = read_problem(path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    canonical = problem_to_json(problem)
    keys = {"data", "network", "objective", "parameters"} | ({"field"} & set(raw))
    assert set(canonical) == keys
    assert canonical == {key: raw[key] for key in keys}  # the files are written canonically
    again = problem_from_json(canonical)
    assert again == Problem(
        "", problem.field, problem.network, problem.data, problem.objective, problem.parameters
    )
    copy = tmp_path / "copy.json"
    write_problem(problem, copy)
    assert read_problem(copy) == problem
    assert json.loads(copy.read_text(encoding="ascii"))["format"] == PROBLEM_FORMAT
    written = copy.read_bytes()
    write_problem(read_problem(copy), copy)
    assert copy.read_bytes() == written


@pytest.mark.parametrize("path", MARGIN, ids=name)
def test_the_papers_points_are_feasible_as_expected(path: Path) -> None:
    assert read_expectations(path)["feasible"] == "yes"
    assert read_problem(path).is_feasible()


@pytest.mark.parametrize("path", HINGE, ids=name)
def test_hinge_problems_are_read(path: Path) -> None:
    problem = read_problem(path)
    assert problem.is_hinge
    equal = (Q.one / problem.data.size,) * problem.data.size
    assert problem.example_weights == (problem.data.weights or equal)
    assert problem_from_json(problem_to_json(problem)) == problem.__class__(
        "", *(getattr(problem, name) for name in problem.__slots__[1:])
    )


def test_weights_of_a_hinge_problem_are_kept() -> None:
    obj = problem_to_json(read_problem(HINGE[0]))
    size = len(obj["data"]["labels"])
    obj["data"]["weights"] = [f"{n}/7" for n in range(1, size + 1)]
    assert problem_to_json(problem_from_json(obj)) == obj


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Random problems over Q and Q(√2), with biases, with and without a point."""
    field: Field = draw(st.sampled_from([Q, SQRT2]))
    widths = (*draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)), 1)
    net = fully_connected(widths, negative_slope=draw(st.fractions(0, 1)), bias=draw(st.booleans()))
    text = st.fractions(-5, 5).map(str)
    if field == SQRT2:
        text = st.one_of(text, st.sampled_from(["r", "-1/2*r", "1/3*r-2", "-r+0.25"]))
    number = text.map(field.parse)
    n = draw(st.integers(1, 3))
    inputs = draw(
        st.lists(st.lists(number, min_size=widths[0], max_size=widths[0]), min_size=n, max_size=n)
    )
    labels = draw(st.lists(st.sampled_from((1, -1)), min_size=n, max_size=n))
    objective = draw(
        st.sampled_from([MaxMargin(), *(LayerMaxMargin(k + 1) for k in range(net.depth))])
    )
    p = net.parameter_count
    flat = draw(st.none() | st.lists(number, min_size=p, max_size=p))
    point = None if flat is None else Parameters.from_flat(net, flat)
    title = draw(st.text(max_size=8))
    return Problem(title, field, net, Dataset.over(field, inputs, labels), objective, point)


@given(problems())
@settings(max_examples=100)
def test_random_problems_round_trip(problem: Problem) -> None:
    obj = problem_to_json(problem)
    text = canonical_json({"format": PROBLEM_FORMAT, "name": problem.name, **obj})
    assert text.isascii()
    assert read_problem(io.StringIO(text)) == problem
    assert canonical_json(problem_to_json(problem_from_json(obj))) == canonical_json(obj)


def test_canonical_json_is_one_text() -> None:
    assert canonical_json({"b": [1, "é"], "a": None}) == (
        '{\n "a": null,\n "b": [\n  1,\n  "\\u00e9"\n ]\n}\n'
    )
    with pytest.raises(InvalidInputError) as error:
        canonical_json({"a": [0.5]})
    assert str(error.value) == ("0.5 has no exact JSON; write numbers as strings or integers")
    with pytest.raises(InvalidInputError) as error:
        canonical_json({1: 2})
    assert str(error.value) == "the key 1 is not a string"


def test_equivalent_spellings_have_one_canonical_text() -> None:
    one = json.loads((CASES / "vardi2022-theorem-3.2.json").read_text(encoding="utf-8"))
    two = json.loads(json.dumps(one).replace('"1/4"', '"0.25"').replace('"2"', "2"))
    assert one != two
    assert canonical_json(problem_to_json(problem_from_json(one))) == canonical_json(
        problem_to_json(problem_from_json(two))
    )


def test_every_kind_of_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = CASES / "vardi2022-theorem-3.2.json"
    expected = read_problem(path)
    text = path.read_text(encoding="utf-8")
    assert read_problem(str(path)) == expected
    with path.open(encoding="utf-8") as file:
        assert read_problem(file) == expected
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert read_problem("-") == expected
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert read_problem("-") == expected
    marked = tmp_path / "marked.json"
    marked.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_problem(marked) == expected


def test_free_keys_are_free_at_every_level() -> None:
    obj = json.loads((CASES / "vardi2022-theorem-3.2.json").read_text(encoding="utf-8"))
    expected = problem_from_json(obj)
    for part in (obj, obj["network"], obj["network"]["layers"][0], obj["data"], obj["objective"]):
        part["x-note"] = {"rate": 0.1, "deep": [1, None]}
        part["expect"] = {"kkt": "yes", "score": 0.5}
    obj["parameters"]["x-"] = 1
    assert read_problem(io.StringIO(json.dumps(obj))) == expected
    assert read_expectations(io.StringIO(json.dumps(obj))) == {"kkt": "yes", "score": 0.5}
    del obj["expect"]
    assert read_expectations(io.StringIO(json.dumps(obj))) == {}


def test_a_problem_over_germs_has_no_file() -> None:
    germs = GermField(Q)
    net = fully_connected((1, 1))
    problem = Problem("", germs, net, Dataset.over(Q, [[1]], [1]), MaxMargin())
    with pytest.raises(InvalidInputError) as error:
        problem_to_json(problem)
    assert (
        str(error.value) == f"field: {germs!r} has no place in a problem file; expected Q or Q(r)"
    )


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    problem = read_problem(CASES / "vardi2022-theorem-3.2.json")
    with pytest.raises(InvalidInputError) as error:
        write_problem(problem, tmp_path)
    assert str(error.value) == f"{tmp_path}: a directory; expected a file"
    with pytest.raises(InvalidInputError) as error:
        write_problem(problem, tmp_path / "no" / "p.json")
    assert str(error.value) == f"{tmp_path / 'no' / 'p.json'}: no such folder"


def test_formats_loads_no_computer_algebra_system() -> None:
    code = "import sys, exactmargin.formats; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
