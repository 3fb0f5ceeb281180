"""Every kind of bad problem file, with the whole message that it gets.

A row is a name, what is done to a good file (a function on its JSON object, or a whole text, or
bytes), and the message after ``"problem.json: "``.
"""

import copy
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.formats import problem_from_json, read_expectations, read_problem

GOOD: dict[str, Any] = {
    "format": "exactmargin/problem@1",
    "name": "V Theorem 3.2",
    "network": {
        "negative_slope": "0",
        "layers": [
            {"pattern": [[1, 2], [3, 4]], "bias": False},
            {"pattern": [[1, 2]], "bias": False},
        ],
    },
    "data": {"inputs": [["1", "1/4"], ["-1", "1/4"]], "labels": [1, 1]},
    "objective": {"kind": "max-margin"},
    "parameters": {"weights": [["0", "2", "0", "0"], ["2", "0"]], "biases": [None, None]},
}
SQRT2 = {"generator": "r", "minpoly": ["-2", "0", "1"], "interval": ["1", "2"]}
ENTRY = "0 (no weight) or the number of a parameter, 1, 2, 3, ..."
STRICT = "expected strict JSON (one value, double quotes, no comments, no trailing commas)"
SLOPE = '[0, 1]; expected 0 (ReLU), 1 (linear) or a leaky slope between them such as "1/10"'
SUPPORTED = (
    "max-margin, layer-max-margin, hinge, multiclass-hinge, one-vs-all-hinge, "
    "penalized-one-vs-all-hinge"
)


def put(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    """Set the value at a path of the good file."""

    def change(obj: dict[str, Any]) -> None:
        at: Any = obj
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    """Delete the key at a path of the good file."""

    def change(obj: dict[str, Any]) -> None:
        at: Any = obj
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return change


POINT = {"weights": [["0", "2", "0", "0"], ["2", "0", "1", "1"]], "biases": [None, None]}


def replicates(*changes: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Make the good file one of two replicates with a penalty, then change that."""

    def change(obj: dict[str, Any]) -> None:
        put("objective", value={"kind": "penalized-one-vs-all-hinge", "gamma": "1/2"})(obj)
        put("network", "layers", 1, "pattern", value=[[1, 2], [3, 4]])(obj)
        put("data", "labels", value=[0, 1])(obj)
        put("parameters", value=[copy.deepcopy(POINT), copy.deepcopy(POINT)])(obj)
        for more in changes:
            more(obj)

    return change


LAYER1 = ("network", "layers", 0)
BAD_OBJECTS: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    # ---- the file as a whole
    ("no format", drop("format"), 'the key "format" is missing; expected "exactmargin/problem@1"'),
    (
        "other format",
        put("format", value="exactmargin/problem@2"),
        'format: "exactmargin/problem@2" is not known; expected "exactmargin/problem@1"',
    ),
    ("name is a number", put("name", value=3), "name: 3 is not a string; expected free text"),
    (
        "misspelt key",
        put("netwrok", value={}),
        'unknown key "netwrok" (did you mean "network"?); expected "data", "field", "format", '
        '"name", "network", "objective" or "parameters", or a key that begins with "x-"',
    ),
    (
        "huge unknown key",
        put("objective", "y" * 10**6, value=1),
        f'objective: unknown key "{"y" * 56}...; expected "kind", or a key that begins with "x-"',
    ),
    ("no network", drop("network"), 'the key "network" is missing'),
    ("no data", drop("data"), 'the key "data" is missing'),
    ("no objective", drop("objective"), 'the key "objective" is missing'),
    # ---- network
    (
        "network is a list",
        put("network", value=[]),
        'network: a list is not an object; expected an object with the keys "layers" and '
        '"negative_slope"',
    ),
    ("no slope", drop("network", "negative_slope"), 'network: the key "negative_slope" is missing'),
    (
        "slope 2",
        put("network", "negative_slope", value="2"),
        f"network.negative_slope: 2 is not in {SLOPE}",
    ),
    (
        "negative slope",
        put("network", "negative_slope", value="-1/10"),
        f"network.negative_slope: -1/10 is not in {SLOPE}",
    ),
    (
        "float slope",
        put("network", "negative_slope", value=0.1),
        'network.negative_slope: 0.1 is a JSON float, which would be rounded; write "0.1" or '
        '"1/10"',
    ),
    (
        "no layers",
        put("network", "layers", value=[]),
        "network.layers: is empty; expected at least one layer",
    ),
    (
        "layers is a string",
        put("network", "layers", value="dense"),
        'network.layers: "dense" is not a list; expected the layers from the input up',
    ),
    (
        "unknown key in a layer",
        put(*LAYER1, "baises", value=True),
        'network.layers[0]: unknown key "baises" (did you mean "bias"?); expected "bias" or '
        '"pattern", or a key that begins with "x-"',
    ),
    ("no bias flag", drop(*LAYER1, "bias"), 'network.layers[0]: the key "bias" is missing'),
    (
        "bias is 0",
        put(*LAYER1, "bias", value=0),
        "network.layers[0].bias: 0 is not true or false",
    ),
    (
        "empty pattern",
        put(*LAYER1, "pattern", value=[]),
        "network.layers[0].pattern: is empty; expected one row per unit of the layer",
    ),
    (
        "pattern is not a matrix",
        put(*LAYER1, "pattern", value=[1, 2]),
        "network.layers[0].pattern[0]: 1 is not a list; expected a row of the pattern",
    ),
    (
        "ragged pattern",
        put(*LAYER1, "pattern", value=[[1, 2], [3]]),
        "network.layers[0].pattern[1]: has length 1, but row 0 has length 2; all rows of a "
        "pattern have the same length",
    ),
    (
        "negative pattern entry",
        put(*LAYER1, "pattern", 1, 0, value=-1),
        f"network.layers[0].pattern[1][0]: -1 is negative; expected {ENTRY}",
    ),
    (
        "bool for int",
        put(*LAYER1, "pattern", 0, 0, value=True),
        f"network.layers[0].pattern[0][0]: true is not an integer; expected {ENTRY}",
    ),
    (
        "string for int",
        put(*LAYER1, "pattern", 0, 0, value="1"),
        f'network.layers[0].pattern[0][0]: "1" is not an integer; expected {ENTRY}',
    ),
    (
        "float for int",
        put(*LAYER1, "pattern", 0, 0, value=1.0),
        f"network.layers[0].pattern[0][0]: 1.0 is not an integer; expected {ENTRY}",
    ),
    (
        "gap in the parameter numbers",
        put(*LAYER1, "pattern", 0, 0, value=5),
        "network.layers[0].pattern: parameter 1 occurs nowhere, but the largest number is 5; the "
        "numbers of a layer's parameters are 1..p without gaps",
    ),
    (
        "huge parameter number",
        put(*LAYER1, "pattern", 0, 0, value=10**3000),
        "network.layers[0].pattern: parameter 1 occurs nowhere, but the largest number is "
        f"1{'0' * 56}...; the numbers of a layer's parameters are 1..p without gaps",
    ),
    (
        "widths that do not chain",
        put("network", "layers", 1, "pattern", value=[[1, 2, 3]]),
        "network.layers[1].pattern: has 3 columns, but the width of layer 1 is 2; the two "
        "must be equal",
    ),
    (
        "two outputs",
        put("network", "layers", 1, "pattern", value=[[1, 2], [3, 4]]),
        "parameters.weights[1]: has 2 numbers; layer 2 has 4 parameters (pattern 2x2, entries "
        "1..4)",
    ),
    # ---- data
    (
        "empty data",
        put("data", value={"inputs": [], "labels": []}),
        "data.inputs: is empty; expected at least one input",
    ),
    (
        "empty input",
        put("data", "inputs", 0, value=[]),
        "data.inputs[0]: has length 0; the network has input dimension 2 (the columns of its first "
        "pattern)",
    ),
    (
        "ragged inputs",
        put("data", "inputs", 1, value=["1"]),
        "data.inputs[1]: has length 1; the network has input dimension 2 (the columns of its first "
        "pattern)",
    ),
    (
        "a certificate",
        lambda obj: obj.update(claim="kkt", evidence={}),
        "is a certificate, not a problem; 'exactmargin verify' checks it",
    ),
    (
        "input is a number",
        put("data", "inputs", 1, value="1"),
        'data.inputs[1]: "1" is not a list; expected the numbers of one input',
    ),
    (
        "wrong input dimension",
        put("data", "inputs", value=[["1"], ["2"]]),
        "data.inputs[0]: has length 1; the network has input dimension 2 (the columns of its "
        "first pattern)",
    ),
    (
        "labels 0 and 1",
        put("data", "labels", value=[0, 1]),
        "data.labels[0]: 0 is not 1 or -1; labels 0 and 1 probably stand for -1 and 1, so write "
        "-1 for each 0",
    ),
    (
        "class label",
        put("data", "labels", value=[1, 2]),
        "data.labels[1]: 2 is a class number; the margin problems need labels 1 and -1",
    ),
    (
        "label -2",
        put("data", "labels", value=[1, -2]),
        "data.labels[1]: -2 is not a label; expected 1 or -1, or a class number 0, 1, 2, ...",
    ),
    (
        "label is a string",
        put("data", "labels", value=[1, "1"]),
        'data.labels[1]: "1" is not an integer; expected 1 or -1, or the number of an output',
    ),
    (
        "label is a float",
        put("data", "labels", value=[1, -1.0]),
        "data.labels[1]: -1.0 is not an integer; expected 1 or -1, or the number of an output",
    ),
    (
        "too few labels",
        put("data", "labels", value=[1]),
        "data.labels: has 1 entry for 2 inputs; expected one label per input",
    ),
    (
        "weights of a margin problem",
        put("data", "weights", value=["1/2", "1/2"]),
        "data.weights: only hinge losses weight their examples; leave the weights out of a margin "
        "problem",
    ),
    (
        "negative weight",
        put("data", "weights", value=["1/2", "-1/2"]),
        "data.weights[1]: -1/2 is not positive; the weight of an example is a positive rational",
    ),
    # ---- numbers
    (
        "float",
        put("data", "inputs", 0, 1, value=0.25),
        'data.inputs[0][1]: 0.25 is a JSON float, which would be rounded; write "0.25" or "1/4"',
    ),
    (
        "float with an exponent",
        put("data", "inputs", 0, 1, value=1e-30),
        "data.inputs[0][1]: 1e-30 is a JSON float, which would be rounded; write it as an exact "
        'string such as "0.5" or "1/2"',
    ),
    (
        "number with an exponent",
        put("data", "inputs", 0, 1, value="1e3"),
        'data.inputs[0][1]: \'1e3\' is not a rational number; write "3", "-1/4" or "0.25", '
        "without spaces or exponents",
    ),
    (
        "zero in a denominator",
        put("data", "inputs", 0, 1, value="1/0"),
        "data.inputs[0][1]: '1/0' divides by zero; give another denominator",
    ),
    (
        "empty number",
        put("data", "inputs", 0, 1, value=""),
        'data.inputs[0][1]: the number is empty; write one such as "-1/4"',
    ),
    (
        "huge number",
        put("data", "inputs", 0, 1, value="9" * 10**6),
        "data.inputs[0][1]: a number of 1000000 characters; at most 4000 are read; shorten it",
    ),
    (
        "huge nonsense",
        put("data", "inputs", 0, 1, value="z" * 3000),
        f'data.inputs[0][1]: \'{"z" * 56}... is not a rational number; write "3", "-1/4" or '
        '"0.25", without spaces or exponents',
    ),
    (
        "bool for a number",
        put("data", "inputs", 0, 1, value=True),
        'data.inputs[0][1]: true is not a number; expected a string such as "3", "-1/4" or "0.25"',
    ),
    (
        "the weights of a layer as a matrix",
        put("parameters", "weights", 0, value=[["0", "2"], ["0", "0"]]),
        "parameters.weights[0][0]: a list is not a number; expected the parameters of the layer in "
        "one list, in the order of their numbers",
    ),
    (
        "null for a number",
        put("parameters", "weights", 1, 0, value=None),
        'parameters.weights[1][0]: null is not a number; expected a string such as "3", '
        '"-1/4" or "0.25"',
    ),
    (
        "irrational without a field",
        put("data", "inputs", 0, 1, value="r"),
        'data.inputs[0][1]: \'r\' is not a rational number; write "3", "-1/4" or "0.25", '
        "without spaces or exponents",
    ),
    # ---- objective
    (
        "objective is a string",
        put("objective", value="max-margin"),
        'objective: "max-margin" is not an object; expected an object such as '
        '{"kind": "max-margin"}',
    ),
    (
        "no kind",
        put("objective", value={}),
        f'objective: the key "kind" is missing; supported kinds: {SUPPORTED}',
    ),
    (
        "unknown kind",
        put("objective", "kind", value="max margin"),
        f'objective.kind: "max margin" is not known; supported: {SUPPORTED}',
    ),
    (
        "replicates without a factor",
        put("objective", "kind", value="penalized-one-vs-all-hinge"),
        'objective: the key "gamma" is missing',
    ),
    (
        "factor zero",
        replicates(put("objective", "gamma", value="0")),
        "objective.gamma: 0 is not positive; expected a rational γ > 0 (L eq. 13)",
    ),
    (
        "factor not rational",
        replicates(put("objective", "gamma", value="r")),
        'objective.gamma: \'r\' is not a rational number; write "3", "-1/4" or "0.25", without '
        "spaces or exponents",
    ),
    (
        "replicates as one point",
        replicates(put("parameters", value=POINT)),
        "parameters: an object is not a list; expected the parameters of a replicate for each "
        "class",
    ),
    (
        "a replicate too few",
        replicates(put("parameters", value=[POINT])),
        "parameters: has length 1; the network has 2 outputs, and one replicate for each",
    ),
    (
        "a number too few in a replicate",
        replicates(put("parameters", 1, "weights", 0, value=["1"])),
        "parameters[1].weights[0]: has 1 number; layer 1 has 4 parameters (pattern 2x2, entries "
        "1..4)",
    ),
    (
        "replicates of one output",
        replicates(put("network", "layers", 1, "pattern", value=[[1, 2]]), drop("parameters")),
        "network.layers[1].pattern: has one row, so the network has one output; the objective "
        "penalized-one-vs-all-hinge needs one for each of several classes (L eq. 5); for two "
        "classes and one output, use the objective hinge and labels 1 and -1",
    ),
    (
        "replicates without hidden layers",
        replicates(
            put("network", "layers", value=[{"pattern": [[1, 2], [3, 4]], "bias": False}]),
            put("parameters", value=[]),
        ),
        "network.layers: has no hidden layer with parameters; replicates of a network are copies "
        "of these, so expected at least one (L eq. 13)",
    ),
    (
        "replicates with labels of one output",
        replicates(put("data", "labels", value=[1, -1])),
        "data.labels[1]: -1 is not the number of an output; expected 0..1",
    ),
    (
        "several classes, one output",
        put("objective", "kind", value="multiclass-hinge"),
        "network.layers[1].pattern: has one row, so the network has one output; the objective "
        "multiclass-hinge needs one for each of several classes (L eq. 5); for two classes and one "
        "output, use the objective hinge and labels 1 and -1",
    ),
    (
        "a layer for all layers",
        put("objective", "layer", value=1),
        'objective: unknown key "layer"; expected "kind", or a key that begins with "x-"',
    ),
    (
        "no layer",
        put("objective", value={"kind": "layer-max-margin"}),
        'objective: the key "layer" is missing',
    ),
    (
        "layer out of range",
        put("objective", value={"kind": "layer-max-margin", "layer": 3}),
        "objective.layer: there is no layer 3; the network has layers 1..2",
    ),
    (
        "layer 0",
        put("objective", value={"kind": "layer-max-margin", "layer": 0}),
        "objective.layer: 0 is not the number of a layer; expected 1, 2, 3, ...",
    ),
    # ---- parameters
    (
        "too few weights",
        put("parameters", "weights", 0, value=["0", "2", "0"]),
        "parameters.weights[0]: has 3 numbers; layer 1 has 4 parameters (pattern 2x2, entries "
        "1..4)",
    ),
    (
        "weights of one layer only",
        put("parameters", "weights", value=[["0", "2", "0", "0"]]),
        "parameters.weights: has length 1; the network has depth 2",
    ),
    (
        "parameters are a list",
        put("parameters", value=[]),
        'parameters: a list is not an object; expected an object with the keys "weights" and '
        '"biases"',
    ),
    (
        "superfluous biases",
        put("parameters", "biases", 0, value=["0", "0"]),
        "parameters.biases[0]: has 2 numbers; layer 1 has no biases (expected None, in a file "
        "null)",
    ),
    (
        "missing biases",
        put(*LAYER1, "bias", value=True),
        "parameters.biases[0]: is missing; layer 1 has biases, one for each unit (2)",
    ),
    (
        "too few entries for biases",
        put("parameters", "biases", value=[None]),
        "parameters.biases: has length 1; the network has depth 2",
    ),
    # ---- field
    (
        "reducible minimal polynomial",
        put("field", value={**SQRT2, "minpoly": ["-4", "0", "1"]}),
        "field.minpoly: r^2-4 is reducible over Q (a factor: r-2); give the minimal polynomial of "
        "r",
    ),
    (
        "two roots in the interval",
        put("field", value={**SQRT2, "interval": ["-2", "2"]}),
        "field.interval: r^2-2 has 2 roots between -2 and 2; give an interval with exactly one",
    ),
    (
        "no root in the interval",
        put("field", value={**SQRT2, "interval": ["2", "3"]}),
        "field.interval: r^2-2 has 0 roots between 2 and 3; give an interval with exactly one",
    ),
    (
        "interval of three numbers",
        put("field", value={**SQRT2, "interval": ["0", "1", "2"]}),
        "field.interval: has length 3; expected two rationals",
    ),
    (
        "bad generator",
        put("field", value={**SQRT2, "generator": "2r"}),
        "field.generator: '2r' cannot name the generator; use a letter followed by letters, "
        "digits or underscores",
    ),
    (
        "float in a minimal polynomial",
        put("field", value={**SQRT2, "minpoly": ["-2", 0.5, "1"]}),
        'field.minpoly[1]: 0.5 is a JSON float, which would be rounded; write "0.5" or "1/2"',
    ),
]

DEEP = "[" * 100_000
GOOD_TEXT = json.dumps(GOOD)
BAD_TEXTS: list[tuple[str, str | bytes, str]] = [
    ("empty file", "", "the file is empty; expected a JSON object"),
    ("blank file", " \n ", "the file is empty; expected a JSON object"),
    (
        "top-level list",
        "[1]",
        'a list is not an object; expected an object with the keys "format", "network", "data" '
        'and "objective"',
    ),
    (
        "truncated",
        GOOD_TEXT[:100],
        "the JSON text ends too early (line 1, column 97); the file is probably truncated",
    ),
    (
        "truncated in a string",
        '{"format": "exact',
        "the JSON text ends too early (line 1, column 12); the file is probably truncated",
    ),
    (
        "not JSON",
        "name: V\nnetwork: 3\n",
        f'not JSON at line 1, column 1, near "name: V"; {STRICT}',
    ),
    (
        "single quotes",
        "{'a': 1}",
        f"not JSON at line 1, column 2, near \"'a': 1}}\"; {STRICT}",
    ),
    ("two values", '{"a": 1} {}', f'not JSON at line 1, column 10, near "{{}}"; {STRICT}'),
    (
        "duplicate key",
        '{"data": {"labels": [1], "labels": [-1]}}',
        "data.labels: this key stands twice in one object; keep one of them",
    ),
    (
        "NaN",
        '{"data": {"inputs": [[NaN]]}}',
        "data.inputs[0][0]: NaN is not a number and not JSON; expected an exact finite number",
    ),
    (
        "infinity under a free key",
        '{"x-odd key": [-Infinity]}',
        '["x-odd key"][0]: -Infinity is not a number and not JSON; expected an exact finite number',
    ),
    ("nesting bomb", DEEP, "nested deeper than 50 levels; expected a flat file"),
    (
        "nested bomb that parses",
        '{"x-":' + "[" * 50 + "]" * 50 + "}",
        "x-" + "[0]" * 49 + ": nested deeper than 50 levels; expected a flat file",
    ),
    (
        "huge integer",
        '{"data": [1' + "0" * 5000 + "]}",
        "data[0]: an integer of 5001 digits; at most 4000 are read",
    ),
    ("not UTF-8", b'{"name": "\xff"}', "not UTF-8 text: byte 0xff at offset 10; save the file as "
     "UTF-8"),
]  # fmt: skip


def test_there_are_many_kinds() -> None:
    assert len(BAD_OBJECTS) + len(BAD_TEXTS) >= 80


def test_the_good_file_is_good(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(GOOD_TEXT, encoding="utf-8")
    assert read_problem(path).is_feasible()


@pytest.mark.parametrize(
    ("change", "message"), [row[1:] for row in BAD_OBJECTS], ids=[row[0] for row in BAD_OBJECTS]
)
def test_bad_objects(
    change: Callable[[dict[str, Any]], None], message: str, tmp_path: Path
) -> None:
    obj = copy.deepcopy(GOOD)
    change(obj)
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(obj), encoding="utf-8")
    with pytest.raises(InvalidInputError) as error:
        read_problem(path)
    assert str(error.value) == f"{path}: {message}"
    assert isinstance(error.value, FloatRefusedError) == ("JSON float" in message)
    assert len(message) < 300
    if "format" in obj:
        with pytest.raises(InvalidInputError) as error:
            problem_from_json(obj)
        assert str(error.value) == message


@pytest.mark.parametrize(
    ("text", "message"), [row[1:] for row in BAD_TEXTS], ids=[row[0] for row in BAD_TEXTS]
)
def test_bad_texts(text: str | bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    for read in (read_problem, read_expectations):
        with pytest.raises(InvalidInputError) as error:
            read(path)
        assert str(error.value) == f"{path}: {message}"
        assert len(message) < 300


def test_two_outputs_without_parameters() -> None:
    obj = copy.deepcopy(GOOD)
    obj["network"]["layers"][1]["pattern"] = [[1, 2], [3, 4]]
    del obj["parameters"]
    with pytest.raises(InvalidInputError) as error:
        problem_from_json(obj, "p.json")
    assert str(error.value) == (
        "p.json: network.layers[1].pattern: has 2 rows, so the network has as many outputs; the "
        "margin problems need one output (V §2)"
    )


def test_biases_may_be_left_out_only_where_there_are_none() -> None:
    obj = copy.deepcopy(GOOD)
    del obj["parameters"]["biases"]
    assert problem_from_json(obj).is_feasible()
    obj["network"]["layers"][1]["bias"] = True
    with pytest.raises(InvalidInputError) as error:
        problem_from_json(obj)
    assert str(error.value) == (
        "parameters.biases[1]: is missing; layer 2 has biases, one for each unit (1)"
    )


def test_python_objects_with_odd_keys() -> None:
    obj: dict[Any, Any] = {**copy.deepcopy(GOOD), 3: 4}
    with pytest.raises(InvalidInputError, match=r"^unknown key 3; expected"):
        problem_from_json(obj)


def test_expectations_that_are_no_object() -> None:
    with pytest.raises(InvalidInputError) as error:
        read_expectations(io.StringIO('{"expect": "yes"}'))
    assert str(error.value) == (
        '<stream>: expect: "yes" is not an object; expected an object of verdicts'
    )


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_problem(tmp_path)
    assert str(error.value) == f"{tmp_path}: a directory; expected a file"
    with pytest.raises(InvalidInputError) as error:
        read_problem(tmp_path / "none.json")
    assert str(error.value) == f"{tmp_path / 'none.json'}: there is no such file"
    with pytest.raises(InvalidInputError, match=r"^\.\.\.a+: cannot be read: File name too long$"):
        read_problem("a" * 10_000)
    with pytest.raises(InvalidInputError, match="cannot be read: embedded null"):
        read_problem("a\0b")


def test_stdin_that_is_not_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="utf-8"))
    with pytest.raises(InvalidInputError) as error:
        read_problem("-")
    assert str(error.value) == (
        "<stdin>: not UTF-8 text: byte 0xff at offset 0; save the file as UTF-8"
    )
