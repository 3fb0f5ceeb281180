"""L's hypotheses and conclusions about hinge losses with one hidden layer, decided exactly.

A conclusion that is a fact about numbers comes with a certificate of the fact that refutes it: a
`theorem` whose steps are values that the kernel recomputes and polynomials that it compares.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flint import fmpq

from exactmargin.conjectures.condition import Condition, asked
from exactmargin.conjectures.conditions import seen
from exactmargin.decisions import (
    Answer,
    Budget,
    Certificate,
    Verdict,
    local_minimum_type,
    questions,
)
from exactmargin.exact import Number, dot, sign
from exactmargin.formats import problem_to_json
from exactmargin.networks import ForwardPass, Parameters, forward
from exactmargin.problems import Hinge, Problem

__all__ = [
    "BLIND_SIDE",
    "EVERY_BIAS",
    "FLAT",
    "FLAT_AS_PRINTED",
    "LEMMA_106_AS_PRINTED",
    "NO_BIASES_OF_UNITS",
    "NO_LOSS",
    "NO_OUTPUT_WEIGHT",
    "ONE_VERSUS_MINUS_ONE",
    "OUTPUT_BIAS_OFF_THE_KINKS",
    "SEVERAL_CLASSES",
    "SOME_OUTPUT_WEIGHT",
]


def _output_weights(problem: Problem) -> Sequence[Number]:
    """V, or v, as it stands in the flat parameters."""
    last = problem.network.layers[-1]
    start = problem.network.block_slice(problem.network.depth - 1).start
    return problem.point().flat()[start : start + last.parameter_count]


def _output_bias(problem: Problem) -> Number:
    return problem.point().flat()[-1]


EVERY_BIAS = seen("every unit has a bias", lambda p: all(layer.bias for layer in p.network.layers))
NO_BIASES_OF_UNITS = seen(
    "no hidden unit has a bias", lambda p: not any(layer.bias for layer in p.network.layers[:-1])
)
ONE_VERSUS_MINUS_ONE = seen("the loss is that of L eq. 9", lambda p: isinstance(p.objective, Hinge))
NO_LOSS = seen("the loss is 0", lambda p: not sign(p.objective_value()))
SOME_OUTPUT_WEIGHT = seen("v is not 0", lambda p: any(map(sign, _output_weights(p))))
NO_OUTPUT_WEIGHT = seen("v is 0", lambda p: not any(map(sign, _output_weights(p))))
OUTPUT_BIAS_OFF_THE_KINKS = seen("c is not 1 or -1", lambda p: _output_bias(p) not in (1, -1))
SEVERAL_CLASSES = seen(
    "there are three classes or more, each with an example",
    lambda p: len(p.classes) >= 3 and set(p.data.labels) == set(p.classes),
)
FLAT = asked("local_minimum_type", "a local minimum of type I (flat)", Answer.FLAT)

# ---------------- L Theorem 2, read literally


def _is_flat_as_printed(problem: Problem, budget: Budget) -> Verdict:
    """Type I by the letter of L §2.1: a cell has no entry 0, not even one that is always 0.

    Near a point where an entry is 0 for all parameters there is no cell at all, so the point is
    not of type I.
    """
    for i, x in enumerate(problem.data.inputs):
        if not any(map(sign, x)):
            return _vanishing(problem, i)
    local = dict(questions(problem, budget))["local_minimum"]()
    found = local_minimum_type(problem, local, budget)
    if found.certificate is None:
        return found
    return Verdict(Answer.YES if found.answer is Answer.FLAT else Answer.NO, found.certificate)


def _vanishing(problem: Problem, i: int) -> Verdict:
    """The pre-activation of unit 1 at an input of zeros, for all parameters."""
    symbols = [f"w{j + 1}" for j in range(problem.data.dimension)]
    spell = problem.field.format
    values = [spell(x) for x in problem.data.inputs[i]]
    left = "+".join(f"{w}*{x}" for w, x in zip(symbols, values, strict=True))
    step = _step(
        f"entry of S: unit 1 at example {i + 1} is 0 for all weights",
        "identity",
        {"symbols": symbols, "left": left, "right": "0"},
    )
    return _refuted(problem, "no cell is near: an entry of S is always 0", [step])


FLAT_AS_PRINTED = Condition(
    "it is on the boundary of a cell (no entry of S is 0 there) on which the loss is constant",
    _is_flat_as_printed,
)

# ---------------- L Lemma 106 (ii)


def _lemma_106_as_printed(problem: Problem, _: Budget) -> Verdict | bool:
    """L(ω(t)) - L(ω) = -t(⟨a_k, w_k⟩ - α_k b_k) for v(t) = t e_k, all k, all small t, and the
    cells in whose closures ω is: with all zero pre-activations on one side, or on the other."""
    for k in range(problem.network.hidden_widths[0]):
        t = _small(problem, k)
        moved = _with_output_weight(problem, k, t)
        change = problem.objective_value(moved) - problem.objective_value()
        for side in (1, -1):
            printed = -t * _printed(problem, k, side)
            if sign(change - printed):
                return _differs(problem, k, moved, change, printed)
    return True


def _runs(
    problem: Problem, parameters: Parameters | None = None
) -> Iterator[tuple[ForwardPass, int, fmpq]]:
    point, data = problem.point(parameters), problem.data
    for x, y, weight in zip(data.inputs, data.labels, problem.example_weights, strict=True):
        yield forward(problem.network, point, x), y, weight


def _small(problem: Problem, k: int) -> Number:
    """A t > 0 up to which no 1 - yΦ changes its sign as v_k goes from 0 to t."""
    total = problem.field.one
    for run, y, _ in _runs(problem):
        rate = run.activations[0][k] / (1 - y * run.output[0])
        total = total + rate * sign(rate)
    return 1 / total


def _with_output_weight(problem: Problem, k: int, t: Number) -> Parameters:
    flat = list(problem.point().flat())
    flat[problem.network.block_slice(1).start + k] = t
    return Parameters.from_flat(problem.network, flat)


def _printed(problem: Problem, k: int, side: int) -> Number:
    """⟨a_k, w_k⟩ - α_k b_k, with a_k = Σ μ ε λ y x and α_k = Σ μ ε λ y (L eq. 119)."""
    network, flat = problem.network, problem.point().flat()
    d = network.input_dimension
    w, b = flat[k * d : (k + 1) * d], flat[network.layers[0].parameter_count + k]
    total = problem.field.zero
    for x, (run, y, weight) in zip(problem.data.inputs, _runs(problem), strict=True):
        if sign(1 - y * run.output[0]) > 0:
            z = run.pre_activations[0][k]
            slope = fmpq(1) if (sign(z) or side) > 0 else network.negative_slope
            total = total + weight * y * slope * (dot(w, x) - b)
    return total


def _differs(
    problem: Problem, k: int, moved: Parameters, change: Number, printed: Number
) -> Verdict:
    """The values of Φ before and after, the two losses, and that their difference is another."""
    spell, steps, sums = problem.field.format, [], []
    for name, point in (("at the point", problem.point()), (f"for v_{k + 1} = t", moved)):
        total = []
        for i, (run, y, weight) in enumerate(_runs(problem, point)):
            value = run.output[0]
            steps.append(_value(f"Φ of example {i + 1} {name}", problem, point, i, value))
            if sign(1 - y * value) > 0:
                total.append(f"{spell(weight)}*(1-({y})*({spell(value)}))")
            if sign(1 - y * value):
                part = f"1-({y})*({spell(value)})"
                part = part if sign(1 - y * value) > 0 else f"-({part})"
                steps.append(_positive(f"the side of the loss of example {i + 1} {name}", part))
        sums.append("+".join(total) or "0")
    left = f"{sums[1]}-({sums[0]})"
    said = {"symbols": [], "left": left, "right": spell(change)}
    steps.append(_step("the loss changes by", "identity", said))
    apart = f"({spell(change)}-({spell(printed)}))^2"
    steps.append(_positive(f"which is not {spell(printed)}, as printed", apart))
    return _refuted(problem, f"t = {spell(_small(problem, k))}, unit {k + 1}", steps)


LEMMA_106_AS_PRINTED = Condition(
    "for v(t) = t e_k the loss changes by -t(<a_k, w_k> - alpha_k b_k)", _lemma_106_as_printed
)

# ---------------- L Theorem 6 and its analogue for several classes


def _sees_unsolved(problem: Problem, _: Budget) -> Verdict | bool:
    """Whether every example with a positive loss is on the blind side of every unit that an
    output reads: ⟨w_k, x⟩ + b_k ≤ 0, or the weights of unit k in the outputs are 0."""
    network, terms = problem.network, problem.loss_terms
    last, start = network.layers[1], network.block_slice(1).start
    flat = problem.point().flat()
    for i, x in enumerate(problem.data.inputs):
        run = forward(network, problem.point(), x)
        own = (term for term in terms if term.example == i)
        unsolved = next((t for t in own if sign(t.inside(run.output)) > 0), None)
        if unsolved is None:
            continue
        for k, z in enumerate(run.pre_activations[0]):
            read = [
                r
                for r, row in enumerate(last.entries)
                for j, g in row
                if j == k and sign(flat[start + g])
            ]
            if sign(z) > 0 and read:
                return _seen_and_unsolved(problem, i, k, z, unsolved.factors, run.output)
    return True


def _seen_and_unsolved(
    problem: Problem, i: int, k: int, z: Number, factors: Any, outputs: Sequence[Number]
) -> Verdict:
    spell, point = problem.field.format, problem.point()
    steps = [_value(f"unit {k + 1} at example {i + 1}", problem, point, i, z, (1, k + 1))]
    steps.append(_positive(f"unit {k + 1} is on at example {i + 1}", spell(z)))
    parts = ["1"]
    for r, c in sorted(factors.items()):
        name = f"output {r + 1} at example {i + 1}"
        steps.append(_value(name, problem, point, i, outputs[r], (2, r + 1)))
        parts.append(f"({c})*({spell(outputs[r])})")
    steps.append(_positive(f"example {i + 1} has a loss", "+".join(parts)))
    return _refuted(problem, f"unit {k + 1} sees example {i + 1}, which is unsolved", steps)


BLIND_SIDE = Condition(
    "every unsolved example is on the blind side of every active unit", _sees_unsolved
)

# ---------------- certificates


def _step(name: str, claim: str, evidence: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "claim": claim, "evidence": evidence}


def _positive(name: str, expression: str) -> dict[str, Any]:
    return _step(name, "positive", {"symbols": [], "expression": expression})


def _value(
    name: str,
    problem: Problem,
    point: Parameters,
    i: int,
    value: Number,
    unit: tuple[int, int] | None = None,
) -> dict[str, Any]:
    spell = problem.field.format
    evidence: dict[str, Any] = {
        "parameters": [spell(x) for x in point.flat()],
        "example": i + 1,
        "value": spell(value),
    }
    if unit is not None:
        evidence |= {"layer": unit[0], "unit": unit[1]}
    return _step(name, "evaluation", evidence)


def _refuted(problem: Problem, name: str, steps: Iterable[dict[str, Any]]) -> Verdict:
    """No, by a theorem of these steps about the problem."""
    listed = list(steps)
    part = {
        "name": name,
        "problem": problem_to_json(problem),
        "steps": listed,
        "conclusion": [step["name"] for step in listed],
    }
    evidence = {"theorem": "refuted/conclusion", "parts": [part]}
    return Verdict.proved(Answer.NO, Certificate("theorem", None, evidence))
